"""Exact limits and published results that the model must agree with; ``zhixing verify``."""
