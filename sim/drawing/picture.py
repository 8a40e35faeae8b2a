"""Pictures of the catalogue, and functions that figures share: results, panels, captions."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from sim.drawing import layout, style
from sim.drawing.language import Speaker
from sim.study import effects as kinds
from sim.study.estimate import Estimate, Values
from sim.study.study import Study


@dataclass(frozen=True)
class Picture:
    """A finished figure with its message, and a note that explains marks, lines and intervals."""

    figure: Figure
    message: str
    note: str


Effects = dict[str, dict[str, Estimate]]


def effects(study: Study, kind: str = kinds.DIFFERENCE) -> Effects:
    """Effects of a study by term and measure, with their intervals."""
    table = study.effects()
    found: Effects = {}
    for row in table[table["kind"] == kind].to_dict("records"):
        one = Estimate(row["value"], row["low"], row["high"], int(row["replicates"]), np.nan)
        found.setdefault(str(row["term"]), {})[str(row["measure"])] = one
    return found


def by_point(study: Study, measure: str) -> Values:
    """A measure of every run, shape (points, replicates)."""
    runs = study.results()
    return np.asarray(runs[measure].to_numpy(float).reshape(-1, study.replicates))


def paths(study: Study, measure: str) -> Values:
    """A monthly measure of every run, shape (points, replicates, months)."""
    rows = study.results(series=True)
    return np.asarray(
        rows[measure].to_numpy(float).reshape(-1, study.replicates, study.model.months)
    )


def smoothed(found: Values, months: int) -> Values:
    """Moving means over so many months; the first is that of the first ``months`` months."""
    window = np.lib.stride_tricks.sliding_window_view(found, months, axis=2)
    return np.asarray(window.mean(axis=3))


def row(
    figure: Figure, top: float, high: float, count: int, scale: float, gap: float, right: float
) -> list[Axes]:
    """Panels of equal height side by side over the width of a sheet; all sizes in inches.

    ``scale`` is the space for the axis at the left of each panel, ``gap`` that between panels, and
    ``right`` that at the right edge.
    """
    wide, _ = figure.get_size_inches()
    free = wide - 2 * layout.MARGIN - right - (count - 1) * gap - count * scale
    each = free / count
    return [
        layout.panel(figure, layout.MARGIN + scale + k * (each + gap + scale), top, each, high)
        for k in range(count)
    ]


def heading(axes: Axes, text: str) -> None:
    """Write the title of a panel above it, broken to its width."""
    figure = axes.get_figure(root=True)
    assert figure is not None
    wide = axes.get_position().width * figure.get_size_inches()[0]
    lines = layout.wrap(text, wide + layout.GAP, style.NORMAL, "bold")
    points = style.SMALL * (style.LEADING - 1.0) * 2
    where: dict[str, Any] = {"xycoords": "axes fraction", "textcoords": "offset points"}
    axes.annotate("\n".join(lines), (0.0, 1.0), (0.0, points), weight="bold", va="bottom", **where)


def whiskers(
    axes: Axes,
    at: Sequence[float] | Values,
    found: Sequence[Estimate],
    times: float = 1.0,
    **looks: Any,
) -> None:
    """Draw estimates as points with intervals; ``looks`` are options of matplotlib."""
    value = np.array([one.value for one in found]) * times
    low = np.array([one.low for one in found]) * times
    high = np.array([one.high for one in found]) * times
    error = np.nan_to_num(np.array([value - low, high - value]), nan=0.0).clip(0.0)
    given: dict[str, Any] = {"capsize": 2.0, "elinewidth": style.LINE, **looks}
    axes.errorbar(np.asarray(at), value, error, **given)


def note(say: Speaker, study: Study, what: str, how: str) -> str:
    """The caption: what is shown, its uncertainty, and the study."""
    between = "" if say.chinese else " "
    return between.join(part for part in (what, how, say.basis(study)) if part)
