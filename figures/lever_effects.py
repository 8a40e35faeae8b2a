"""The main picture: what each lever does to execution and to credibility."""

import math
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from sim.errors import BadInput
from sim.measures import MEASURES
from sim.study.compare import Comparison

from . import layout, style, words
from .forest import (
    LOWERS,
    RAISES,
    SHOWN,
    UNSURE,
    Row,
    column,
    kind,
    limits_of,
    panel,
    rows_of,
)
from .message import message

# Inches.
HEAD = 0.42
FOOT = 0.42
# Where zero lies this close to an edge of a panel, its label starts at the line.
NEAR_EDGE = 0.3


def draw(comparison: Comparison) -> Figure:
    """Forest plot: paired effects of every package on execution and credibility."""
    if len(comparison.packages) < 2:
        raise BadInput("lever_effects: expected at least two packages to compare")
    with style.look():
        return _draw(comparison)


def _draw(comparison: Comparison) -> Figure:
    rows, depth = rows_of(comparison)
    figure, top = layout.begin(message(comparison), _note(comparison, rows), depth, HEAD, FOOT)
    left = layout.MARGIN + max(
        layout.text_width(line, style.NORMAL, row.weight) for row in rows for line in row.lines
    )
    beside: dict[str, Any] = {"ha": "right", "va": "center"}
    for row in rows:
        name = "\n".join(row.lines)
        layout.put(figure, left, top + row.middle, name, weight=row.weight, **beside)
    left += layout.GAP
    columns = {measure: column(rows, measure) for measure in SHOWN}
    numbers = {
        measure: max(layout.text_width(text, style.SMALL) for text in texts)
        for measure, texts in columns.items()
    }
    free = style.TWO_COLUMNS - left - layout.MARGIN - sum(numbers.values()) - 3 * layout.GAP
    width = free / len(SHOWN)
    limits = limits_of(rows)
    for measure in SHOWN:
        axes = layout.panel(figure, left, top, width, depth)
        panel(axes, rows, measure, limits, width, depth)
        _head(axes, comparison, measure, depth)
        left += width + layout.GAP / 2 + numbers[measure]
        for row, text in zip(rows, columns[measure], strict=True):
            layout.put(figure, left, top + row.middle, text, fontsize=style.SMALL, **beside)
        left += 2 * layout.GAP
    return figure


def _head(axes: Axes, comparison: Comparison, name: str, depth: float) -> None:
    """What the panel shows, and the level of the reference at the zero line."""
    high = layout.text_height(1, style.SMALL) + layout.MARGIN / 2
    axes.text(
        0.0,
        1.0 + (high + layout.MARGIN / 2) / depth,
        MEASURES[name].title,
        transform=axes.transAxes,
        weight="bold",
        va="bottom",
    )
    reference = comparison.packages[0]
    level = float(np.mean(comparison.values(reference.name)[name]))
    low, right = axes.get_xlim()
    place = -low / (right - low)
    side = "left" if place < NEAR_EDGE else "right" if place > 1 - NEAR_EDGE else "center"
    axes.text(
        place,
        1.0 + layout.MARGIN / 2 / depth,
        f"{_inside(reference.title)} {words.share(level)}",
        transform=axes.transAxes,
        fontsize=style.SMALL,
        ha=side,
        va="bottom",
    )


def _note(comparison: Comparison, rows: list[Row]) -> str:
    """The caption inside the picture."""
    drawn = [effect for row in rows for effect in row.effects.values()]
    used = {kind(effect).meaning for effect in drawn if math.isfinite(effect.value)}
    shown = [how for how in (RAISES, LOWERS, UNSURE) if how.meaning in used]
    key = ", ".join(f"{how.sign}{words.NO_BREAK}{how.meaning}" for how in shown)
    how = _how(comparison) if shown in ([], [RAISES]) else f"{_how(comparison)} {key}."
    return f"{how}\n{words.world(comparison)}"


def _how(comparison: Comparison) -> str:
    number = words.counted(comparison.replicates, "replicate")
    reference = _inside(comparison.packages[0].title)
    if comparison.draws:
        draws = words.counted(min(comparison.draws, comparison.replicates), "draw")
        return (
            f"{number} over {draws} of the posterior, paired; point: mean difference from "
            f"{reference}; brackets, and line where wider than the point: the range of "
            f"95{words.NO_BREAK}% of draws."
        )
    if comparison.replicates == 1:
        return (
            f"{number} on common draws; point: difference from {reference}; "
            "one replicate gives no interval."
        )
    return (
        f"{number}, paired on common draws; point: mean difference from {reference}; "
        f"brackets, and line where wider than the point: 95{words.NO_BREAK}% bootstrap interval."
    )


def _inside(title: str) -> str:
    """A title as it is written inside a sentence; initials stay."""
    return title[:1].lower() + title[1:] if title[1:2].islower() else title


def caption(comparison: Comparison, command: str = "") -> str:
    """The caption for a file beside the picture; ``command`` redraws it."""
    reference = words.quoted(comparison.packages[0].title)
    measures = " and ".join(f"{MEASURES[name].title.lower()}" for name in SHOWN)
    rows, _ = rows_of(comparison)
    lines = [
        f"{message(comparison)}.",
        "",
        f"Effects on {measures}, in percentage points from {reference}, largest effect on "
        "execution on top.",
        *(f"{MEASURES[name].title}: {MEASURES[name].meaning}." for name in SHOWN),
        _note(comparison, rows),
        *(["", f"Redraw: {command}"] if command else []),
    ]
    return "\n".join(lines) + "\n"
