"""Pictures, one module each, drawn from stored results only; the look is in ``style``."""
