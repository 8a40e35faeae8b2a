"""Lines by month: medians with bands, labels at the ends of lines, and the start of reforms."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from sim.calendar import MONTHS_A_YEAR
from sim.drawing import layout, style, words
from sim.drawing.language import Speaker
from sim.study.compare import Comparison
from sim.study.estimate import Values

LOW, MIDDLE, HIGH = 0.05, 0.5, 0.95
# From this number of months on, the axis is in years.
YEARS_FROM = 36
TIME_TICKS = 10

# Distance from the end of a line to its label, inches.
LEADER = 0.16
# Share of this distance in which a connecting line is drawn.
STEM = 0.8
# Line spacing of labels with several lines.
CLOSE = 1.1


@dataclass(frozen=True)
class Scale:
    """The time axis: months per unit, its name, and its end."""

    months: int
    name: str
    end: float


@dataclass(frozen=True)
class Line:
    """One measure of one package: its label, its quantiles by month, and its style."""

    label: str
    quantiles: pd.DataFrame
    colour: str
    dashes: Any = "-"
    band: bool = True


def scale(comparison: Comparison, say: Speaker) -> Scale:
    """The time axis in years, or in months for short runs."""
    months = max(package.scenario.clock.months for package in comparison.packages)
    unit = 1 if months < YEARS_FROM else MONTHS_A_YEAR
    return Scale(unit, say("month" if unit == 1 else "year"), months / unit)


def at(months: pd.Index, time: Scale) -> Values:
    """Positions of months on the axis; the value of a month is drawn at its end."""
    return (months.to_numpy() + 1.0) / time.months


def quantiles(comparison: Comparison, package: str, measure: str) -> pd.DataFrame:
    """Quantiles over replicates, one row for each month."""
    paths = comparison.paths[comparison.paths["package"] == package]
    return pd.DataFrame(
        paths.groupby("month")[measure].quantile(np.array([LOW, MIDDLE, HIGH])).unstack()
    )


def draw_lines(axes: Axes, lines: Sequence[Line], time: Scale) -> None:
    """Draw medians, and bands for lines that have one."""
    for line in lines:
        where = at(line.quantiles.index, time)
        if line.band:
            low, high = line.quantiles[LOW].to_numpy(), line.quantiles[HIGH].to_numpy()
            axes.fill_between(
                where, low, high, color=line.colour, alpha=style.BAND_ALPHA, linewidth=0
            )
        axes.plot(where, line.quantiles[MIDDLE], color=line.colour, linestyle=line.dashes)


def time_axis(axes: Axes, time: Scale, named: bool = True) -> None:
    """Label the axis with whole months or years from the start."""
    axes.set_xlim(0.0, time.end)
    axes.xaxis.set_major_locator(MaxNLocator(TIME_TICKS, integer=True))
    axes.tick_params(labelbottom=named)
    if named:
        axes.set_xlabel(time.name)


def mark_starts(axes: Axes, comparison: Comparison, time: Scale, name: str) -> None:
    """Draw a thin line where reforms begin; the first is labelled with ``name``."""
    starts = words.reform_starts(package.scenario for package in comparison.packages)
    for start in starts:
        axes.axvline(start / time.months, color=style.DIM, linewidth=style.THIN, zorder=1)
    if starts:
        where = starts[0] / time.months
        axes.text(
            where,
            1.0,
            name,
            transform=axes.get_xaxis_transform(),
            fontsize=style.SMALL,
            color=style.DIM,
            ha="left" if where < time.end / 2 else "right",
            va="bottom",
        )


@dataclass(frozen=True)
class End:
    """The end of a line, and its label."""

    label: str
    at: float
    value: float
    colour: str


def label_ends(axes: Axes, ends: Sequence[End]) -> None:
    """Write labels to the right of the ends of lines, moved apart if they would overlap."""
    wide, high = _inches(axes)
    low, top = axes.get_ylim()
    left, right = axes.get_xlim()
    most = max(end.label.count("\n") + 1 for end in ends)
    gap = layout.text_height(most, style.SMALL) * (top - low) / high
    known = [end for end in ends if np.isfinite(end.value)]
    places = layout.spread(np.array([end.value for end in known]), gap, low, top)
    step = LEADER * (right - left) / wide
    for end, place in zip(known, places, strict=True):
        axes.plot(
            [end.at, right, right + STEM * step],
            [end.value, end.value, place],
            color=end.colour,
            linewidth=style.THIN,
            clip_on=False,
        )
        axes.text(
            right + step, place, end.label, fontsize=style.SMALL, va="center", linespacing=CLOSE
        )


def _inches(axes: Axes) -> tuple[float, float]:
    figure = axes.get_figure(root=True)
    assert figure is not None
    wide, high = figure.get_size_inches()
    box = axes.get_position()
    return float(box.width * wide), float(box.height * high)
