"""Every figure that ``zhixing figures`` draws: those that ship, and a user's own by path."""

from functools import cache
from pathlib import Path

from sim import shipped
from sim.drawing.figure_file import Figure, load

# The order of the gallery; figures that are not named here follow by name.
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
    "over_supervision",
    "depth",
    "organisation",
    "blame",
    "sensitivity",
    "verification",
)


def names() -> tuple[str, ...]:
    """Figures that ship, as their folder has them."""
    found = shipped.figures()
    later = (name for name in found if name not in ORDER)
    return (*(name for name in ORDER if name in found), *later)


NAMES = names()


def figure(source: str | Path) -> Figure:
    """A figure that ships by its name, or one by the path of its file.

    The file is a program and runs. Raises BadInput where there is no such figure.
    """
    if str(source) in NAMES:
        return _shipped(str(source))
    return load(shipped.find(source, shipped.figures(), "a figure", "Python"))


@cache
def _shipped(name: str) -> Figure:
    return load(shipped.figures()[name])
