"""How execution, reports, credibility and conduct run over the years."""

import math

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from sim.drawing import layout, style, words
from sim.drawing.timeline import (
    BAND,
    LEADER,
    MIDDLE,
    End,
    Line,
    Scale,
    at,
    draw_lines,
    label_ends,
    mark_starts,
    quantiles,
    scale,
    time_axis,
)
from sim.errors import BadInput
from sim.kinds import CONDUCTS
from sim.measures import MEASURES
from sim.study.compare import Comparison

EXECUTION, REPORTED, CREDIBILITY = "execution_rate", "reported_rate", "credibility"
# Bottom to top, with colour and hatch: neighbours differ in grey as well.
LOOKS = {name: (kind.colour, kind.hatch) for name, kind in CONDUCTS.of.items()}
COLUMNS = (EXECUTION, REPORTED, CREDIBILITY, *CONDUCTS)
MEASURED = {
    EXECUTION: (style.BLUE, style.DASHES[0]),
    REPORTED: (style.VERMILION, style.DASHES[1]),
    CREDIBILITY: (style.BLACK, style.DASHES[2]),
}
LABELS = {EXECUTION: "Execution", REPORTED: "Reported", CREDIBILITY: "Credibility"}

# Inches.
PANEL = 2.3
PANEL_AT_LEAST = 1.8
HEAD = 0.34
BETWEEN = 0.4
SCALE = 0.34
FOOT = 0.42
LABELS_AT_MOST = 1.5
# Share of the span of the data left free above and below.
AROUND = 0.04
SPAN_AT_LEAST = 0.05
# More packages than this, and only the first has a band.
FEW = 4
# Points of a share below which execution and reports are called equal.
ALIKE = 0.5


def draw(comparison: Comparison) -> Figure:
    """The course of one package with its conduct, or of several packages beside each other."""
    absent = [name for name in COLUMNS if name not in comparison.paths]
    if absent:
        raise BadInput(f"course: no monthly {', '.join(absent)} among the results")
    with style.look():
        return _single(comparison) if len(comparison.packages) == 1 else _several(comparison)


def _single(comparison: Comparison) -> Figure:
    width = style.TWO_COLUMNS
    figure, top = layout.begin(message(comparison), _note(comparison), PANEL, HEAD, FOOT)
    conducts = [MEASURES[name].title for name in CONDUCTS]
    rooms = [SCALE + _room(list(LABELS.values())), SCALE + _room(conducts)]
    wide = (width - 2 * layout.MARGIN - layout.GAP - sum(rooms)) / 2
    left = layout.MARGIN + SCALE
    _measured(layout.panel(figure, left, top, wide, PANEL), comparison)
    left += wide + rooms[0] + layout.GAP
    _conducts(layout.panel(figure, left, top, wide, PANEL), comparison)
    return figure


def _room(labels: list[str]) -> float:
    return LEADER + max(
        layout.text_width(line, style.SMALL) for label in labels for line in label.split("\n")
    )


def _measured(axes: Axes, comparison: Comparison) -> None:
    """Execution, as it is and as reported, and credibility."""
    time = scale(comparison)
    (package,) = comparison.packages
    lines = [
        Line(LABELS[name], quantiles(comparison, package.name, name), *look, _banded(comparison, 0))
        for name, look in MEASURED.items()
    ]
    axes.set_ylim(0.0, 1.0)
    time_axis(axes, time)
    mark_starts(axes, comparison, time)
    draw_lines(axes, lines, time)
    _label(axes, lines, time)
    _title(axes, "Execution, reports, credibility (share)")


def _banded(comparison: Comparison, place: int) -> bool:
    """Whether a package gets a band: not where many would bury each other, but the reference."""
    few = len(comparison.packages) <= FEW
    return comparison.replicates > 1 and (few or place == 0)


def _label(axes: Axes, lines: list[Line], time: Scale) -> None:
    ends = [
        End(
            line.label,
            float(at(line.quantiles.index, time)[-1]),
            float(line.quantiles[MIDDLE].iloc[-1]),
            line.colour,
        )
        for line in lines
    ]
    label_ends(axes, ends)


def _conducts(axes: Axes, comparison: Comparison) -> None:
    """Shares of officers by conduct, one on the other."""
    time = scale(comparison)
    shares = comparison.paths.groupby("month")[list(CONDUCTS)].mean()
    tops = shares.cumsum(axis="columns")
    where = at(shares.index, time)
    for name, (colour, hatch) in LOOKS.items():
        axes.fill_between(
            where,
            tops[name] - shares[name],
            tops[name],
            facecolor=colour,
            edgecolor=style.PAPER,
            hatch=hatch,
            linewidth=style.THIN,
        )
    axes.set_ylim(0.0, 1.0)
    time_axis(axes, time)
    mark_starts(axes, comparison, time)
    middles = (tops - shares / 2).iloc[-1]
    ends = [
        End(MEASURES[name].title, time.end, float(middles[name]), style.DIM) for name in CONDUCTS
    ]
    label_ends(axes, ends)
    _title(axes, "Conduct (share of officers)")


def _title(axes: Axes, text: str) -> None:
    points = style.SMALL * style.LEADING
    axes.annotate(
        text,
        (0.0, 1.0),
        (0.0, points),
        "axes fraction",
        "offset points",
        weight="bold",
        va="bottom",
    )


def _several(comparison: Comparison) -> Figure:
    width = style.TWO_COLUMNS
    names = {
        package.name: "\n".join(
            layout.wrap(words.brief(package.title), LABELS_AT_MOST, style.SMALL)
        )
        for package in comparison.packages
    }
    deepest = max(name.count("\n") + 1 for name in names.values())
    high = max(PANEL_AT_LEAST, len(names) * layout.text_height(deepest, style.SMALL))
    depth = 2 * high + BETWEEN
    figure, top = layout.begin(message(comparison), _note(comparison), depth, HEAD, FOOT)
    left = layout.MARGIN + SCALE
    wide = width - layout.MARGIN - left - _room(list(names.values()))
    for place, measure in enumerate((EXECUTION, CREDIBILITY)):
        axes = layout.panel(figure, left, top + place * (high + BETWEEN), wide, high)
        _packages(axes, comparison, measure, names, named=place > 0)
    return figure


def _packages(
    axes: Axes, comparison: Comparison, measure: str, names: dict[str, str], named: bool
) -> None:
    """One measure of every package."""
    time = scale(comparison)
    colours, dashes = style.LINE_COLOURS, style.DASHES
    lines = [
        Line(
            label,
            quantiles(comparison, name, measure),
            colours[place % len(colours)],
            dashes[(place % len(colours) + place // len(colours)) % len(dashes)],
            _banded(comparison, place),
        )
        for place, (name, label) in enumerate(names.items())
    ]
    drawn = [line.quantiles if line.band else line.quantiles[[MIDDLE]] for line in lines]
    values = np.concatenate([table.to_numpy().ravel() for table in drawn])
    known = values[np.isfinite(values)]
    low, top = (known.min(), known.max()) if known.size else (0.0, 1.0)
    around = max(AROUND * (top - low), (SPAN_AT_LEAST - (top - low)) / 2)
    axes.set_ylim(low - around, top + around)
    time_axis(axes, time, named)
    mark_starts(axes, comparison, time)
    draw_lines(axes, lines, time)
    _label(axes, lines, time)
    _title(axes, f"{MEASURES[measure].title} (share)")


def message(comparison: Comparison) -> str:
    """Where the packages end, from means over the months observed."""
    if len(comparison.packages) == 1:
        return _one_end(comparison)
    ends = {one.name: _end(comparison, one.name, EXECUTION) for one in comparison.packages}
    by_end = sorted(comparison.packages, key=lambda package: ends[package.name])
    worst, best = by_end[0], by_end[-1]
    high, low = words.share(ends[best.name]), words.share(ends[worst.name])
    if high == low:
        return f"Execution ends at {high} in every package"
    return (
        f"Execution ends highest under {words.quoted(best.title)}, at {high}, "
        f"and lowest under {words.quoted(worst.title)}, at {low}"
    )


def _end(comparison: Comparison, package: str, measure: str) -> float:
    return float(np.mean(comparison.values(package)[measure]))


def _one_end(comparison: Comparison) -> str:
    (package,) = comparison.packages
    end, reported = (_end(comparison, package.name, name) for name in (EXECUTION, REPORTED))
    text = f"{words.brief(package.title)}: execution ends at {words.share(end)}"
    ahead = words.PERCENT * (reported - end)
    if math.isnan(ahead):
        return text
    if abs(ahead) < ALIKE:
        return f"{text}, and reports say so"
    return f"{text}; reports run {abs(ahead):.0f} points {'ahead' if ahead > 0 else 'behind'}"


def _note(comparison: Comparison) -> str:
    """The caption inside the picture."""
    number = words.counted(comparison.replicates, "replicate")
    if comparison.draws:
        draws = words.counted(min(comparison.draws, comparison.replicates), "draw")
        number = f"{number} over {draws} of the posterior"
    if comparison.replicates == 1:
        how = f"{number}, so no band."
    else:
        which = (
            "band"
            if _banded(comparison, 1)
            else (f"band, for {words.quoted(comparison.packages[0].title)} alone")
        )
        more = "; conduct: their mean" if len(comparison.packages) == 1 else ", on common draws"
        how = f"Line: median of {number}; {which}: {BAND} of them{more}."
    return f"{how}\n{words.world(comparison, 'title: mean of')}"


def caption(comparison: Comparison, command: str = "") -> str:
    """The caption for a file beside the picture; ``command`` redraws it."""
    single = len(comparison.packages) == 1
    shown = (EXECUTION, REPORTED, CREDIBILITY) if single else (EXECUTION, CREDIBILITY)
    what = (
        "Left: execution, reports and credibility by month. Right: officers by conduct."
        if single
        else "Above: execution by month. Below: credibility by month."
    )
    lines = [
        f"{message(comparison)}.",
        "",
        what,
        *(f"{MEASURES[name].title}: {MEASURES[name].meaning}." for name in shown),
        _note(comparison),
        *(["", f"Redraw: {command}"] if command else []),
    ]
    return "\n".join(lines) + "\n"
