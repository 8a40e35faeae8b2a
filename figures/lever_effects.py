"""The main picture: what each lever does to execution and to credibility."""

import math
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from sim.errors import BadInput
from sim.measures import MEASURES
from sim.study.compare import Comparison
from sim.study.estimate import Estimate
from sim.study.package import ALL_LEVERS, Package

from . import layout, style, words
from .message import EXECUTION, message

SHOWN = (EXECUTION, "credibility")

# Inches.
LABELS_AT_MOST = 1.6
ROW = 0.25
SET_APART = 0.14
HEAD = 0.42
FOOT = 0.42
# Share of the span of the data left free on either side.
AROUND = 0.06
TICKS = 4
# Where zero lies this close to an edge of a panel, its label starts at the line.
NEAR_EDGE = 0.3


@dataclass(frozen=True)
class Kind:
    """A way to mark an effect: by colour, shape and filling."""

    sign: str
    marker: str
    colour: str
    meaning: str
    filled: bool = True


RAISES = Kind("●", "o", style.BLUE, "raises")
LOWERS = Kind("▼", "v", style.VERMILION, "lowers")
UNSURE = Kind("○", "o", style.DIM, "interval includes zero", filled=False)
NO_INTERVAL = Kind("○", "o", style.DIM, "one replicate", filled=False)


@dataclass(frozen=True)
class Row:
    """A package: its name broken into lines, its effects, its height from the top in inches."""

    package: Package
    lines: list[str]
    effects: dict[str, Estimate]
    middle: float = 0.0

    @property
    def together(self) -> bool:
        """Whether it is all levers together, set apart from the rest."""
        return self.package.name == ALL_LEVERS


def kind(effect: Estimate) -> Kind:
    """How an effect is marked."""
    if effect.replicates == 1:
        return NO_INTERVAL
    if not words.sure(effect):
        return UNSURE
    return RAISES if effect.value > 0 else LOWERS


def ordered(comparison: Comparison) -> list[Package]:
    """Packages by effect on execution, largest first; all levers together last."""

    def place(package: Package) -> tuple[bool, float]:
        value = comparison.effect(package.name, (EXECUTION,))[EXECUTION].value
        return package.name == ALL_LEVERS, math.inf if math.isnan(value) else -value

    return sorted(comparison.packages[1:], key=place)


def draw(comparison: Comparison) -> Figure:
    """Forest plot: paired effects of every package on execution and credibility."""
    if len(comparison.packages) < 2:
        raise BadInput("lever_effects: expected at least two packages to compare")
    with style.look():
        return _draw(comparison)


def _draw(comparison: Comparison) -> Figure:
    width = style.TWO_COLUMNS
    rows, depth = _rows(comparison)
    title = layout.headline(message(comparison), width)
    foot = layout.footnote(_note(comparison, rows), width)
    top = 2 * layout.MARGIN + layout.text_height(len(title), style.LARGE) + HEAD
    bottom = FOOT + layout.text_height(len(foot), style.SMALL) + 2 * layout.MARGIN
    figure = layout.sheet(width, top + depth + bottom)
    layout.frame(figure, title, foot)
    names = max(_name_width(line, row) for row in rows for line in row.lines)
    left = layout.MARGIN + names + layout.GAP
    for row in rows:
        layout.put(
            figure,
            left - layout.GAP,
            top + row.middle,
            "\n".join(row.lines),
            ha="right",
            va="center",
            weight=_weight(row),
        )
    decimals = _decimals(rows)
    columns = {name: _column(rows, name, decimals) for name in SHOWN}
    numbers = {
        name: max(layout.text_width(text, style.SMALL, "bold") for text in column)
        for name, column in columns.items()
    }
    free = width - left - layout.MARGIN - sum(numbers.values()) - 3 * layout.GAP
    limits = _limits(rows)
    for name in SHOWN:
        axes = layout.panel(figure, left, top, free / len(SHOWN), depth)
        _panel(axes, rows, name, limits, depth)
        _head(axes, comparison, name, depth)
        left += free / len(SHOWN) + layout.GAP / 2 + numbers[name]
        for row, text in zip(rows, columns[name], strict=True):
            look = {"ha": "right", "va": "center", "fontsize": style.SMALL, "weight": _weight(row)}
            layout.put(figure, left, top + row.middle, text, **look)
        left += 1.5 * layout.GAP
    return figure


def _rows(comparison: Comparison) -> tuple[list[Row], float]:
    """Rows from the top down, and their depth in all."""
    rows: list[Row] = []
    depth = 0.0
    for package in ordered(comparison):
        weight = "bold" if package.name == ALL_LEVERS else "normal"
        lines = layout.wrap(package.title, LABELS_AT_MOST, style.NORMAL, weight)
        high = max(ROW, layout.text_height(len(lines), style.NORMAL) + ROW / 4)
        if rows and package.name == ALL_LEVERS:
            depth += SET_APART
        rows.append(Row(package, lines, comparison.effect(package.name, SHOWN), depth + high / 2))
        depth += high
    return rows, depth


def _weight(row: Row) -> str:
    return "bold" if row.together else "normal"


def _name_width(line: str, row: Row) -> float:
    return layout.text_width(line, style.NORMAL, _weight(row))


def _decimals(rows: list[Row]) -> int:
    """Two where one would round away an effect that can be told from zero, else one."""
    ends = [
        min(abs(effect.low), abs(effect.high))
        for row in rows
        for effect in row.effects.values()
        if words.sure(effect)
    ]
    return 2 if any(round(words.PERCENT * end, 1) == 0 for end in ends) else 1


def _column(rows: list[Row], name: str, decimals: int) -> list[str]:
    """Effects in numbers, with their intervals."""
    texts = []
    for row in rows:
        effect = row.effects[name]
        value, low, high = (
            words.PERCENT * number for number in (effect.value, effect.low, effect.high)
        )
        text = "no value" if math.isnan(value) else words.signed(value, decimals)
        if not math.isnan(low):
            text += f" ({words.signed(low, decimals)}, {words.signed(high, decimals)})"
        texts.append(text)
    return texts


def _limits(rows: list[Row]) -> tuple[float, float]:
    """Ends of the axis, one for both panels so that they can be compared."""
    ends = [
        words.PERCENT * number
        for row in rows
        for effect in row.effects.values()
        for number in (effect.value, effect.low, effect.high)
        if math.isfinite(number)
    ]
    low, high = min([0.0, *ends]), max([0.0, *ends])
    around = AROUND * (high - low or 1.0)
    return low - around, high + around


def _panel(
    axes: Axes, rows: list[Row], name: str, limits: tuple[float, float], depth: float
) -> None:
    axes.set_xlim(*limits)
    axes.set_ylim(depth, 0.0)
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
    axes.xaxis.set_major_locator(MaxNLocator(TICKS, steps=[1, 2, 5, 10]))
    axes.xaxis.set_major_formatter(FuncFormatter(_tick))
    axes.set_xlabel("change in percentage points")
    axes.axvline(0.0, color=style.BLACK, linewidth=style.THIN, zorder=1)
    for row in rows:
        axes.axhline(row.middle, color=style.FAINT, linewidth=style.THIN, zorder=0)
        _mark(axes, row.effects[name], row.middle)


def _tick(value: float, _: int | None = None) -> str:
    return f"{value:+g}".replace("-", words.MINUS) if value else "0"


def _mark(axes: Axes, effect: Estimate, middle: float) -> None:
    how = kind(effect)
    value, low, high = (
        words.PERCENT * number for number in (effect.value, effect.low, effect.high)
    )
    if math.isfinite(low) and math.isfinite(high):
        axes.plot([low, high], [middle, middle], color=how.colour, solid_capstyle="butt", zorder=2)
    if math.isfinite(value):
        axes.plot(
            [value],
            [middle],
            marker=how.marker,
            color=how.colour,
            markerfacecolor=how.colour if how.filled else style.PAPER,
            linestyle="none",
            clip_on=False,
            zorder=3,
        )


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
    title = reference.title[0].lower() + reference.title[1:]
    axes.text(
        place,
        1.0 + layout.MARGIN / 2 / depth,
        f"{title} {words.share(level)}",
        transform=axes.transAxes,
        fontsize=style.SMALL,
        ha=side,
        va="bottom",
    )


def _note(comparison: Comparison, rows: list[Row]) -> str:
    """The caption inside the picture."""
    shown = [
        how
        for how in (RAISES, LOWERS, UNSURE)
        if any(kind(effect) is how for row in rows for effect in row.effects.values())
    ]
    key = ", ".join(f"{how.sign} {how.meaning}" for how in shown)
    return f"{_how(comparison)} {key}{'. ' if key else ''}{words.world(comparison)}"


def _how(comparison: Comparison) -> str:
    number = words.counted(comparison.replicates, "replicate")
    if comparison.replicates == 1:
        return (
            f"{number} on common draws; point: difference from the reference; "
            "one replicate gives no interval."
        )
    return (
        f"{number}, paired on common draws; point: mean difference from the reference; "
        "line and brackets: 95 % bootstrap interval."
    )


def caption(comparison: Comparison, command: str = "") -> str:
    """The caption for a file beside the picture; ``command`` redraws it."""
    reference = words.quoted(comparison.packages[0].title)
    measures = " and ".join(f"{MEASURES[name].title.lower()}" for name in SHOWN)
    rows, _ = _rows(comparison)
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
