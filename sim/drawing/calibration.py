"""The figure of the calibration: targets, the model's values, and the draws of the posterior."""

import math
from collections.abc import Mapping
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from sim.calibration.results import Results
from sim.drawing import layout, style

# Inches.
HEAD = 0.42
FOOT = 0.5
HIGH = 0.24
LABELS = 2.85
NUMBERS = 0.9
# Values further from the middle of a target's range are drawn here; unit: half of the range.
FARTHEST = 3.0


def draw(results: Results) -> Figure:
    """A row for each target: its range, the shipped settings' value, and 90 % of draws."""
    with style.look():
        return _draw(results)


def _draw(results: Results) -> Figure:
    rows = results.targets()
    depth = HIGH * len(rows)
    figure, top = layout.begin(message(rows), NOTE, depth, HEAD, FOOT)
    small = {"fontsize": style.SMALL, "va": "center"}
    middle = layout.MARGIN + LABELS
    for name, right in (("found", middle + NUMBERS), ("model", middle + 2 * NUMBERS)):
        layout.put(figure, right, top - HEAD / 3, name, ha="right", weight="bold", **small)
    for place, row in enumerate(rows.to_dict("records")):
        at = top + HIGH * (place + 0.5)
        layout.put(figure, layout.MARGIN, at, short(f"{row['pattern']}  {row['title']}"), **small)
        layout.put(figure, middle + NUMBERS, at, found(row), ha="right", **small)
        layout.put(figure, middle + 2 * NUMBERS, at, digits(row["value"]), ha="right", **small)
    left = middle + 2 * NUMBERS + 2 * layout.GAP
    wide = style.TWO_COLUMNS - left - layout.MARGIN
    _panel(layout.panel(figure, left, top, wide, depth), rows, depth)
    return figure


def _panel(axes: Axes, rows: pd.DataFrame, depth: float) -> None:
    axes.set_xlim(-FARTHEST, FARTHEST)
    axes.set_ylim(depth, 0.0)
    axes.axvspan(-1.0, 1.0, color=style.FAINT, alpha=0.5, linewidth=0)
    for place, row in enumerate(rows.to_dict("records")):
        at = HIGH * (place + 0.5)
        low, value, high = (_placed(row, row[name]) for name in ("low", "value", "high"))
        colour = style.BLUE if row["reached"] else style.VERMILION
        axes.plot([low, high], [at, at], color=colour)
        marker = "X" if not row["reached"] else "s" if row["held"] else "o"
        axes.plot(value, at, marker=marker, color=colour, clip_on=False)
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
    axes.set_xticks([-1.0, 1.0], ["from", "to"])
    axes.set_xlabel("range in which the target is reached")


def _placed(row: Mapping[Any, Any], value: float) -> float:
    """Position of a value on the axis, where −1 and 1 are the ends of the target's range.

    The range of a sign is unbounded; it is scaled by the largest of the value and its interval.
    """
    low, high = row["from"], row["to"]
    if math.isinf(low) or math.isinf(high):
        size = max(abs(row["low"]), abs(row["high"]), abs(row["value"]))
        share = value / size if size > 0.0 else 0.0
        # Zero, the finite end of the range, is at −1 or at 1.
        place = -1.0 + 2.0 * share if math.isinf(high) else 1.0 + 2.0 * share
    else:
        place = (value - 0.5 * (low + high)) / (0.5 * (high - low))
    return max(-FARTHEST, min(FARTHEST, place))


NOTE = (
    "Grey: range in which the target is reached. Point: shipped settings; a cross if the target is "
    "missed, a square if it cannot be missed, since a prior or a setting puts it in. Line: central "
    "90 % of draws of the posterior. All ranges have the same length; that of a sign is a half "
    "line. Patterns used for fitting cannot also validate the model."
)


def short(title: str) -> str:
    """A title, cut to the width of its column."""
    lines = layout.wrap(title, LABELS - layout.GAP, style.SMALL)
    return lines[0] + ("…" if len(lines) > 1 else "")


def digits(value: float) -> str:
    """A number with three significant digits."""
    return f"{value:.3g}".replace("-", "−")


def found(row: Mapping[Any, Any]) -> str:
    """The range in which a target is reached, in words."""
    if math.isinf(row["to"]):
        return f"above {digits(row['from'])}"
    if math.isinf(row["from"]):
        return f"below {digits(row['to'])}"
    return f"{digits(row['from'])} to {digits(row['to'])}"


def message(rows: pd.DataFrame) -> str:
    """A sentence: number of reached targets, and titles of one or two that are missed."""
    free = rows[rows["held"] == ""]
    missed = rows[~rows["reached"]]
    number, more = int(free["reached"].sum()), len(rows) - len(free)
    text = f"The fitted district reaches {number} of {len(free)} targets"
    if more:
        text += f", and {more} more cannot be missed"
    if missed.empty:
        return text
    names = " and ".join(f"“{title}”" for title in missed["title"])
    return f"{text}; it misses {names}" if len(missed) <= 2 else text


def caption(results: Results, command: str) -> str:
    """The text of the caption file; ``command`` redraws the figure."""
    return f"{message(results.targets())}.\n\n{NOTE}\n\nRedraw: {command}\n"
