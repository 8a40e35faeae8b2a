"""Place things on a sheet in inches, and measure and break text, so that nothing overlaps."""

import re
from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.textpath import TextPath
from numpy.typing import NDArray
from scipy.optimize import isotonic_regression

from .style import DIM, LARGE, LEADING, NORMAL, SMALL

POINTS_AN_INCH = 72.0
MARGIN = 0.08
GAP = 0.12


def sheet(width: float, height: float) -> Figure:
    """An empty picture of a size in inches."""
    figure = Figure(figsize=(width, height))
    FigureCanvasAgg(figure)
    return figure


def panel(figure: Figure, left: float, top: float, width: float, height: float) -> Axes:
    """Axes on a sheet, in inches from its upper left corner."""
    wide, high = figure.get_size_inches()
    box = (left / wide, 1.0 - (top + height) / high, width / wide, height / high)
    return figure.add_axes(box)


def text_width(text: str, size: float, weight: str = "normal") -> float:
    """Width of one line of text, in inches."""
    if not text.strip():
        return 0.0
    path = TextPath((0.0, 0.0), text, size=size, prop=FontProperties(weight=weight))
    return float(path.get_extents().x1) / POINTS_AN_INCH


def text_height(lines: int, size: float) -> float:
    """Height of some lines of text, in inches."""
    return lines * size * LEADING / POINTS_AN_INCH


def wrap(text: str, width: float, size: float, weight: str = "normal") -> list[str]:
    """Break text into lines no wider than ``width`` inches, inside a word only if need be."""
    lines = [""]
    for piece in re.findall(r"\S+?[+,/_-]+(?=\S)|\S+\s*|\s+", text.strip()):
        rest = piece
        if lines[-1] and text_width((lines[-1] + rest).rstrip(), size, weight) > width:
            lines.append("")
        while len(rest) > 1 and text_width(rest.rstrip(), size, weight) > width:
            cut = _fitting(rest, width, size, weight)
            lines[-1] = rest[:cut]
            lines.append("")
            rest = rest[cut:]
        lines[-1] += rest
    return [line.rstrip() for line in lines]


def _fitting(text: str, width: float, size: float, weight: str) -> int:
    cut = len(text) - 1
    while cut > 1 and text_width(text[:cut], size, weight) > width:
        cut -= 1
    return cut


def headline(text: str, width: float) -> list[str]:
    """The message of a picture, broken to its width."""
    return wrap(text, width - 2 * MARGIN, LARGE, "bold")


def footnote(text: str, width: float) -> list[str]:
    """The caption inside a picture, broken to its width."""
    return wrap(text, width - 2 * MARGIN, SMALL)


def put(figure: Figure, left: float, top: float, text: str, **look: object) -> None:
    """Text on a sheet, in inches from its upper left corner."""
    wide, high = figure.get_size_inches()
    given = {"va": "top", "ha": "left", "fontsize": NORMAL, "linespacing": LEADING, **look}
    figure.text(left / wide, 1.0 - top / high, text, **given)


def frame(figure: Figure, title: Sequence[str], caption: Sequence[str]) -> None:
    """Title at the top and caption at the bottom of a sheet."""
    height = float(figure.get_size_inches()[1])
    put(figure, MARGIN, MARGIN, "\n".join(title), fontsize=LARGE, weight="bold")
    text = "\n".join(caption)
    put(figure, MARGIN, height - MARGIN, text, va="bottom", fontsize=SMALL, color=DIM)


def spread(
    wanted: NDArray[np.float64], gap: float, low: float, high: float
) -> NDArray[np.float64]:
    """Places nearest to those wanted (least squares), at least ``gap`` apart, in [low, high].

    The order is kept. Where the room is too small for the gap, the gap shrinks.
    """
    if wanted.size < 2:
        return np.clip(wanted, low, high)
    gap = min(gap, (high - low) / (wanted.size - 1))
    order = np.argsort(wanted, kind="stable")
    steps = gap * np.arange(wanted.size)
    fitted = isotonic_regression(wanted[order] - steps).x
    places = np.empty_like(wanted)
    places[order] = np.clip(fitted, low, high - steps[-1]) + steps
    return places
