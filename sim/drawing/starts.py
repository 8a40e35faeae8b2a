"""Figures of runs from several starts of trust and norm: their paths and resting values."""

from collections.abc import Sequence
from typing import Any

from matplotlib.axes import Axes

from sim.drawing import style, words
from sim.drawing.picture import by_point
from sim.study.estimate import Values, estimate, mean_intervals
from sim.study.study import Study

# Width of the line of one replicate.
THIN = 0.35


def start(study: Study, point: int) -> float:
    """Trust at the start at a point of the study, 0 to 1."""
    return float(study.drawn.points[point].settings["public.trust.mean"])


def apart(study: Study) -> bool:
    """Whether runs from the lowest and the highest start rest at significantly different values."""
    rests = by_point(study, "credibility")
    return words.sure(estimate(rests[-1] - rests[0], study.experiment.seed))


def draw_paths(
    axes: Axes, trust: Values, executed: Values, labels: Sequence[str] | None = None
) -> None:
    """Draw execution by credibility; ``trust`` and ``executed`` are (starts, replicates, months).

    Thick lines are means, from an open to a filled mark; thin lines are replicates.
    """
    for point in range(len(trust)):
        colour = style.LINE_COLOURS[point % len(style.LINE_COLOURS)]
        dashes = style.DASHES[point % len(style.DASHES)]
        for x, y in zip(trust[point], executed[point], strict=True):
            axes.plot(x, y, color=colour, linewidth=THIN, alpha=0.5)
        x, y = trust[point].mean(axis=0), executed[point].mean(axis=0)
        label = None if labels is None else labels[point]
        axes.plot(x, y, color=colour, linestyle=dashes, zorder=3, label=label)
        axes.plot(x[0], y[0], "o", color=colour, markerfacecolor=style.PAPER, zorder=4)
        axes.plot(x[-1], y[-1], "o", color=colour, zorder=4)


def draw_rests(
    axes: Axes,
    values: Values,
    rests: Values,
    seed: int,
    colour: str,
    marker: str,
    dashes: Any,
    label: str,
) -> None:
    """Draw resting values along a setting: means over replicates and their intervals.

    ``rests`` has shape (values, replicates).
    """
    low, high = mean_intervals(rests.T, seed)
    axes.fill_between(values, low, high, color=colour, alpha=style.BAND_ALPHA, linewidth=0)
    looks: dict[str, Any] = {"color": colour, "marker": marker, "linestyle": dashes}
    axes.plot(values, rests.mean(axis=1), label=label, **looks)
