"""The figures that ``zhixing figures`` can draw: shipped ones, and a user's own by path."""

from functools import cache
from pathlib import Path

from sim import shipped
from sim.drawing.figure_file import Figure, load

# Order of figures in the gallery; the others follow in the order of their names.
ORDER = (
    "lever_effects",
    "conduct_mix",
    "reported_vs_real",
    "dose_response",
    "interactions",
    "spiral_paths",
    "phase_portrait",
    "hysteresis",
    "campaign",
    "plan",
    "regret",
    "over_supervision",
    "depth",
    "organisation",
    "blame",
    "structure",
    "reforms",
    "discover",
    "worth",
    "sensitivity",
    "verification",
    "basin",
)


def names() -> tuple[str, ...]:
    """Names of the shipped figures, in the order of the gallery."""
    found = shipped.figures()
    later = (name for name in found if name not in ORDER)
    return (*(name for name in ORDER if name in found), *later)


NAMES = names()


def figure(source: str | Path) -> Figure:
    """A shipped figure by name, or a figure by the path of its file.

    The code in the file is executed. Raises BadInput if there is no such figure.
    """
    if str(source) in NAMES:
        return _shipped(str(source))
    return load(shipped.find(source, shipped.figures(), "a figure", "Python"))


@cache
def _shipped(name: str) -> Figure:
    return load(shipped.figures()[name])
