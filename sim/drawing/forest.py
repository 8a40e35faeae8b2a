"""A forest plot: rows of effects with intervals, as marks and as numbers."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from sim.drawing import layout, style, words
from sim.drawing.message import EXECUTION
from sim.printed_numbers import MINUS, plain, signed
from sim.study.compare import Comparison
from sim.study.estimate import Estimate
from sim.study.package import ALL_LEVERS, Package

SHOWN = (EXECUTION, "credibility")

# Inches.
HEAD = 0.42
FOOT = 0.42
LABELS_AT_MOST = 1.4
ROW = 0.25
SET_APART = 0.14
# Between the lines of one row.
APART = 0.07
# Free space on either side, as a share of the range of the data.
AROUND = 0.06
TICKS = 4
# If zero is this close to an edge of a panel, its label begins at the zero line.
NEAR_EDGE = 0.3


@dataclass(frozen=True)
class Kind:
    """A kind of mark for effects: colour, shape and filling."""

    sign: str
    marker: str
    colour: str
    filled: bool = True


RAISES = Kind("●", "o", style.BLUE)
LOWERS = Kind("▼", "v", style.VERMILION)
# The same effect with less doubt.
LESS = Kind("|", "|", style.DIM)
# Also used with one replicate, which gives no interval.
UNSURE = Kind("○", "o", style.DIM, filled=False)


@dataclass(frozen=True)
class Row:
    """A package: lines of its name, its effects, and its distance from the top in inches."""

    package: Package
    lines: list[str]
    effects: Mapping[str, Estimate]
    middle: float = 0.0
    # Whether each effect can be told from zero, if not by its interval.
    told: Mapping[str, bool] | None = None
    # The same effects with less doubt, from the least; drawn above, without colour.
    within: tuple[Mapping[str, Estimate], ...] = ()

    @property
    def together(self) -> bool:
        """Whether it is the package of all levers, which is set apart from the others."""
        return self.package.name == ALL_LEVERS

    @property
    def weight(self) -> str:
        """Font weight of its name."""
        return "bold" if self.together else "normal"

    def kind(self, measure: str) -> Kind:
        """The kind of mark of its effect on a measure."""
        effect = self.effects[measure]
        return kind(effect, None if self.told is None else self.told[measure])


def kind(effect: Estimate, told: bool | None = None) -> Kind:
    """The kind of mark of an effect, by its interval if ``told`` does not say."""
    if not (words.sure(effect) if told is None else told):
        return UNSURE
    return RAISES if effect.value > 0 else LOWERS


def ordered(comparison: Comparison) -> list[Package]:
    """Packages by effect on execution, largest first; all levers together last."""

    def place(package: Package) -> tuple[bool, float]:
        value = comparison.effect(package.name, (EXECUTION,))[EXECUTION].value
        return package.name == ALL_LEVERS, math.inf if math.isnan(value) else -value

    return sorted(comparison.packages[1:], key=place)


def rows_of(
    packages: Sequence[Package],
    effects: Mapping[str, Mapping[str, Estimate]],
    within: Sequence[Mapping[str, Mapping[str, Estimate]]] = (),
) -> tuple[list[Row], float]:
    """Rows from the top down, with all levers together set apart, and their height in inches.

    ``within`` are the same effects with less doubt, from the least.
    """
    rows: list[Row] = []
    depth = 0.0
    for package in packages:
        weight = "bold" if package.name == ALL_LEVERS else "normal"
        lines = layout.wrap(words.brief(package.title), LABELS_AT_MOST, style.NORMAL, weight)
        high = max(ROW, layout.text_height(len(lines), style.NORMAL) + ROW / 4)
        high += APART * len(within)
        if rows and package.name == ALL_LEVERS:
            depth += SET_APART
        shown = {name: effects[package.name][name] for name in SHOWN}
        less = tuple({name: one[package.name][name] for name in SHOWN} for one in within)
        rows.append(Row(package, lines, shown, depth + high / 2, within=less))
        depth += high
    return rows, depth


def compared(comparison: Comparison, within: Sequence[Comparison] = ()) -> tuple[list[Row], float]:
    """Rows of a comparison, the largest effect on execution on top, and their height in inches.

    ``within`` are comparisons of the same packages with less doubt, from the least.
    """
    packages = ordered(comparison)
    found, *less = (
        {one.name: each.effect(one.name, SHOWN) for one in packages}
        for each in (comparison, *within)
    )
    return rows_of(packages, found, less)


def sheet(
    rows: list[Row],
    depth: float,
    message: str,
    note: str,
    heads: Mapping[str, tuple[str, str]],
    axis: str,
    no_value: str = "",
) -> Figure:
    """The whole figure: names, and for each measure a panel and its effects as numbers.

    ``depth`` is the height of the rows in inches. ``heads`` gives the title of each measure and the
    label of its zero line, ``no_value`` the text for an effect that is not a number.
    """
    figure, top = layout.begin(message, note, depth, HEAD, FOOT)
    left = layout.MARGIN + max(
        layout.text_width(line, style.NORMAL, row.weight) for row in rows for line in row.lines
    )
    beside: dict[str, Any] = {"ha": "right", "va": "center"}
    for row in rows:
        name = "\n".join(row.lines)
        layout.put(figure, left, top + row.middle, name, weight=row.weight, **beside)
    left += layout.GAP
    columns = {measure: column(rows, measure, no_value) for measure in SHOWN}
    numbers = {
        measure: max(layout.text_width(text, style.SMALL) for text in texts)
        for measure, texts in columns.items()
    }
    free = style.width(2) - left - layout.MARGIN - sum(numbers.values()) - 3 * layout.GAP
    width = free / len(SHOWN)
    limits = limits_of(rows)
    for measure in SHOWN:
        axes = layout.panel(figure, left, top, width, depth)
        panel(axes, rows, measure, limits, width, depth, axis)
        _head(axes, *heads[measure], depth)
        left += width + layout.GAP / 2 + numbers[measure]
        for row, text in zip(rows, columns[measure], strict=True):
            layout.put(figure, left, top + row.middle, text, fontsize=style.SMALL, **beside)
        left += 2 * layout.GAP
    return figure


def _head(axes: Axes, name: str, zero: str, depth: float) -> None:
    """Write the title of a panel, and the label of its zero line."""
    high = layout.text_height(1, style.SMALL) + layout.MARGIN / 2
    axes.text(
        0.0,
        1.0 + (high + layout.MARGIN / 2) / depth,
        name,
        transform=axes.transAxes,
        weight="bold",
        va="bottom",
    )
    low, right = axes.get_xlim()
    place = -low / (right - low)
    side = "left" if place < NEAR_EDGE else "right" if place > 1 - NEAR_EDGE else "center"
    axes.text(
        place,
        1.0 + layout.MARGIN / 2 / depth,
        zero,
        transform=axes.transAxes,
        fontsize=style.SMALL,
        ha=side,
        va="bottom",
    )


def _decimals(rows: list[Row]) -> int:
    """Number of decimals: two if with one an effect that differs from zero would be 0, else one."""
    ends = [
        min(abs(effect.low), abs(effect.high))
        for row in rows
        for effect in row.effects.values()
        if words.sure(effect)
    ]
    return 2 if any(round(words.PERCENT * end, 1) == 0 for end in ends) else 1


def column(rows: list[Row], name: str, no_value: str = "") -> list[str]:
    """Effects as numbers, with their intervals."""
    decimals = _decimals(rows)
    texts = []
    for row in rows:
        effect = row.effects[name]
        value, low, high = (
            words.PERCENT * number for number in (effect.value, effect.low, effect.high)
        )
        text = no_value if math.isnan(value) else signed(value, decimals)
        if not math.isnan(low):
            text += f" ({plain(low, decimals)}, {plain(high, decimals)})"
        texts.append(text)
    return texts


def limits_of(rows: list[Row]) -> tuple[float, float]:
    """Ends of the axis; both panels have the same, so that they can be compared."""
    ends = [
        words.PERCENT * number
        for row in rows
        for effects in (row.effects, *row.within)
        for effect in effects.values()
        for number in (effect.value, effect.low, effect.high)
        if math.isfinite(number)
    ]
    low, high = min([0.0, *ends]), max([0.0, *ends])
    around = AROUND * (high - low or 1.0)
    return low - around, high + around


def panel(
    axes: Axes,
    rows: list[Row],
    name: str,
    limits: tuple[float, float],
    width: float,
    depth: float,
    axis: str,
) -> None:
    """Draw one measure of all rows; ``width`` and ``depth`` are the size of the axes in inches."""
    axes.set_xlim(*limits)
    axes.set_ylim(depth, 0.0)
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
    axes.set_xticks(*_ticks(limits, width))
    axes.set_xlabel(axis)
    axes.axvline(0.0, color=style.BLACK, linewidth=style.THIN, zorder=1)
    for row in rows:
        axes.axhline(row.middle, color=style.FAINT, linewidth=style.THIN, zorder=0)
        place = row.middle - 0.5 * APART * len(row.within)
        for effects in row.within:
            _mark(axes, effects[name], LESS, place)
            place += APART
        _mark(axes, row.effects[name], row.kind(name), place)


def _ticks(limits: tuple[float, float], width: float) -> tuple[list[float], list[str]]:
    """Round values inside the limits and their labels, as many as fit the width."""
    for most in range(TICKS, 0, -1):
        found = MaxNLocator(most, steps=[1, 2, 5, 10]).tick_values(*limits)
        ticks = [float(tick) for tick in found if limits[0] <= tick <= limits[1]]
        labels = [f"{tick:+g}".replace("-", MINUS) if tick else "0" for tick in ticks]
        widest = max((layout.text_width(label, style.SMALL) for label in labels), default=0.0)
        apart = width * (found[1] - found[0]) / (limits[1] - limits[0])
        if apart > widest + layout.GAP:
            break
    return ticks, labels


def _mark(axes: Axes, effect: Estimate, how: Kind, middle: float) -> None:
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
