"""Placing of panels and texts on a figure in inches; text is measured and broken into lines."""

import re
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.textpath import text_to_path
from numpy.typing import NDArray
from scipy.optimize import isotonic_regression

from sim.drawing import style
from sim.drawing.style import DIM, LARGE, LEADING, NORMAL, SMALL

POINTS_AN_INCH = 72.0
MARGIN = 0.08
GAP = 0.12
# A headline is set narrower by this factor, again and again, until its last line is long enough.
NARROWER = 0.97
SHORTEST = 0.35
# Chinese breaks between any two characters, but not before a mark that closes or after one that
# opens; words and numbers of other scripts inside it stay whole.
_CHARACTER = re.compile(r"[\u4e00-\u9fff]")
_CHINESE = re.compile(
    r"[（《“]*(?:[\u4e00-\u9fff]|[^\u4e00-\u9fff（《“，。；：、！？）》”]+)?[，。；：、！？）》”]*"
)


def sheet(width: float, height: float) -> Figure:
    """An empty figure of a size in inches."""
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
    font = FontProperties(size=size, weight=weight)
    width, _, _ = text_to_path.get_text_width_height_descent(text, font, ismath=False)
    return float(width) / POINTS_AN_INCH


def text_height(lines: int, size: float) -> float:
    """Height of some lines of text, in inches."""
    return lines * size * LEADING / POINTS_AN_INCH


def wrap(text: str, width: float, size: float, weight: str = "normal") -> list[str]:
    """Break text into lines of at most ``width`` inches; words are broken only if necessary.

    There is no break at a no-break space.
    """
    lines = [""]
    for word in text.split(" "):
        lead = " " if lines[-1] else ""
        if text_width(lines[-1] + lead + word, size, weight) <= width:
            lines[-1] += lead + word
            continue
        chinese = _CHINESE.findall(word) if _CHARACTER.search(word) else []
        if lines[-1] and not chinese:
            lines.append("")
        if chinese:
            chinese[0] = lead + chinese[0]
        for piece in chinese or _pieces(word, width, size, weight):
            if lines[-1] and text_width(lines[-1] + piece, size, weight) > width:
                lines.append("")
            lines[-1] += piece if lines[-1] else piece.lstrip(" ")
    return lines


def _pieces(word: str, width: float, size: float, weight: str) -> list[str]:
    """A word in pieces that fit the width: cut after punctuation if possible."""
    pieces = []
    for part in re.split(r"(?<=[+,/_=-])", word):
        rest = part
        while len(rest) > 1 and text_width(rest, size, weight) > width:
            cut = _fitting(rest, width, size, weight)
            pieces.append(rest[:cut])
            rest = rest[cut:]
        pieces.append(rest)
    return pieces


def _fitting(text: str, width: float, size: float, weight: str) -> int:
    """Number of characters of the longest beginning that fits, without the last; at least 1."""
    low, high = 1, 2
    # The length is doubled first, so that a long text is never measured as a whole.
    while high < len(text) and text_width(text[:high], size, weight) <= width:
        low, high = high, 2 * high
    high = min(high, len(text))
    while high - low > 1:
        middle = (low + high) // 2
        if text_width(text[:middle], size, weight) <= width:
            low = middle
        else:
            high = middle
    return low


def headline(text: str, width: float) -> list[str]:
    """The message of a figure in lines; the last one is not much shorter than the others."""
    room = width - 2 * MARGIN
    lines = wrap(text, room, LARGE, "bold")
    best, least = lines, SHORTEST * room
    while text_width(best[-1], LARGE, "bold") < least and len(lines) > 1:
        room *= NARROWER
        narrower = wrap(text, room, LARGE, "bold")
        if len(narrower) > len(lines):
            break
        best = narrower
    return best


def footnote(text: str, width: float) -> list[str]:
    """The caption inside a figure in lines, paragraph by paragraph."""
    room = width - 2 * MARGIN
    return [line for part in text.split("\n") for line in wrap(part, room, SMALL)]


def put(figure: Figure, left: float, top: float, text: str, **look: Any) -> None:
    """Write text on a sheet, in inches from its upper left corner."""
    wide, high = figure.get_size_inches()
    given: dict[str, Any] = {
        "va": "top",
        "ha": "left",
        "fontsize": NORMAL,
        "linespacing": LEADING,
        **look,
    }
    figure.text(left / wide, 1.0 - top / high, text, **given)


def beside(figure: Figure, right: float, middle: float, text: str, room: float) -> None:
    """Write a label of a row, at most ``room`` wide, that ends left of ``right``; in inches."""
    lines = wrap(text, room - GAP / 2, SMALL)
    look: dict[str, Any] = {"ha": "right", "va": "center", "fontsize": SMALL, "linespacing": 1.1}
    put(figure, right - GAP / 2, middle, "\n".join(lines), **look)


def begin(
    message: str, note: str, depth: float, head: float, foot: float, columns: int = 2
) -> tuple[Figure, float]:
    """A sheet with its message at the top and, for papers, its caption at the bottom.

    ``depth`` is the height of the panels, ``head`` and ``foot`` the space above and below them, in
    inches. Also returns the distance of the panels from the top in inches.
    """
    width = style.width(columns)
    title = headline(message, width)
    caption = footnote(note, width) if style.current().caption_inside else []
    top = 2 * MARGIN + text_height(len(title), LARGE) + head
    bottom = foot + text_height(len(caption), SMALL) + 2 * MARGIN
    figure = sheet(width, top + depth + bottom)
    put(figure, MARGIN, MARGIN, "\n".join(title), fontsize=LARGE, weight="bold")
    below = top + depth + bottom - MARGIN
    put(figure, MARGIN, below, "\n".join(caption), va="bottom", fontsize=SMALL, color=DIM)
    return figure, top


def spread(wanted: NDArray[np.float64], gap: float, low: float, high: float) -> NDArray[np.float64]:
    """Positions nearest to ``wanted`` (least squares), at least ``gap`` apart, in [low, high].

    Their order stays the same. If there is too little space, the gap is reduced.
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
