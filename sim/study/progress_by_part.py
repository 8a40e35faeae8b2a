"""Progress of work that is done in parts: each has a title, and counts for itself."""

from collections.abc import Callable

from sim.machine.loop import Progress, quiet

# Takes the title of a part; returns the function that is called with its progress.
ProgressByPart = Callable[[str], Progress]


def quietly(title: str) -> Progress:
    """Tell nothing about a part."""
    return quiet
