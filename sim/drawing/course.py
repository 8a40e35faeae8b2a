"""The figure of a run: execution, reports, credibility and conducts by month."""

import math

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from sim.drawing import layout, message, style, words
from sim.drawing.language import Speaker, Texts, joined
from sim.drawing.timeline import (
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
from sim.study.compare import Comparison

EXECUTION, REPORTED, CREDIBILITY = "execution_rate", "reported_rate", "credibility"
# Conducts from bottom to top, with colour and hatch; neighbours differ in grey scale too.
LOOKS = {name: (kind.colour, kind.hatch) for name, kind in CONDUCTS.of.items()}
COLUMNS = (EXECUTION, REPORTED, CREDIBILITY, *CONDUCTS)
MEASURED = {
    EXECUTION: (style.BLUE, style.DASHES[0]),
    REPORTED: (style.VERMILION, style.DASHES[1]),
    CREDIBILITY: (style.BLACK, style.DASHES[2]),
}
TEXT: Texts = {
    "en": {
        EXECUTION: "Execution",
        REPORTED: "Reported",
        CREDIBILITY: "Credibility",
        "measured_title": "Execution, reports, credibility (share)",
        "conduct_title": "Conduct (share of officers)",
        "share_title": "{measure} (share)",
        "reforms": "reforms",
        "all_end": "Execution ends at {value} in every package",
        "ends": "Execution ends highest under {best}, at {high}, and lowest under {worst}, at "
        "{low}",
        "one_end": "{title}: execution ends at {value}",
        "alike": "{text}, and reports say so",
        "ahead": "{text}; reports run {points} points ahead",
        "behind": "{text}; reports run {points} points behind",
        "no_band": "{replicates}, so no band.",
        "line": "Line: median of {replicates}; {band}: 5–95\u00a0% of them{more}.",
        "band": "band",
        "band_of": "band, for {title} alone",
        "mean_conduct": "; conduct: their mean",
        "common": ", on common draws",
        "one": "Left: execution, reports and credibility by month. Right: officers by conduct.",
        "several": "Above: execution by month. Below: credibility by month.",
        "message": "{text}.",
    },
    "zh": {
        EXECUTION: "执行",
        REPORTED: "上报",
        CREDIBILITY: "公信力",
        "measured_title": "执行率、上报执行率、公信力（比例）",
        "conduct_title": "执行方式（人员比例）",
        "share_title": "{measure}（比例）",
        "reforms": "改革",
        "all_end": "各方案下执行率最终都为{value}",
        "ends": "最终执行率以{best}最高，为{high}；以{worst}最低，为{low}",
        "one_end": "{title}：执行率最终为{value}",
        "alike": "{text}，上报与此相符",
        "ahead": "{text}；上报高出{points}个百分点",
        "behind": "{text}；上报低{points}个百分点",
        "no_band": "{replicates}，因此没有带。",
        "line": "线：{replicates}的中位数；{band}：其中5–95%{more}。",
        "band": "带",
        "band_of": "带（仅{title}）",
        "mean_conduct": "；执行方式：均值",
        "common": "，共同随机数",
        "one": "左：各月执行率、上报执行率与公信力。右：各执行方式的人员比例。",
        "several": "上：各月执行率。下：各月公信力。",
        "message": "{text}。",
    },
}

# Inches.
PANEL = 2.3
PANEL_AT_LEAST = 1.8
HEAD = 0.34
BETWEEN = 0.4
SCALE = 0.34
FOOT = 0.42
LABELS_AT_MOST = 1.5
# Free space above and below, as a share of the range of the data.
AROUND = 0.04
SPAN_AT_LEAST = 0.05
# With more packages than this, only the first has a band.
FEW = 4
# Percentage points below which execution and reports are called equal.
ALIKE = 0.5


def draw(comparison: Comparison, lang: str = "en") -> Figure:
    """Draw one package with its conducts, or several packages in one panel for each measure.

    Raises BadInput if monthly measures are missing.
    """
    absent = [name for name in COLUMNS if name not in comparison.paths]
    if absent:
        raise BadInput(f"course: no monthly {', '.join(absent)} among the results")
    say = joined(lang, message.TEXT, TEXT)
    with style.look(lang=lang):
        one = len(comparison.packages) == 1
        return _single(comparison, say) if one else _several(comparison, say)


def _single(comparison: Comparison, say: Speaker) -> Figure:
    width = style.TWO_COLUMNS
    text, note = ends(comparison, say), _note(comparison, say)
    figure, top = layout.begin(text, note, PANEL, HEAD, FOOT)
    conducts = [say.measure(name) for name in CONDUCTS]
    rooms = [SCALE + _room([say(name) for name in MEASURED]), SCALE + _room(conducts)]
    wide = (width - 2 * layout.MARGIN - layout.GAP - sum(rooms)) / 2
    left = layout.MARGIN + SCALE
    _measured(layout.panel(figure, left, top, wide, PANEL), comparison, say)
    left += wide + rooms[0] + layout.GAP
    _conducts(layout.panel(figure, left, top, wide, PANEL), comparison, say)
    return figure


def _room(labels: list[str]) -> float:
    return LEADER + max(
        layout.text_width(line, style.SMALL) for label in labels for line in label.split("\n")
    )


def _measured(axes: Axes, comparison: Comparison, say: Speaker) -> None:
    """Draw real and reported execution, and credibility."""
    time = scale(comparison, say)
    (package,) = comparison.packages
    lines = [
        Line(say(name), quantiles(comparison, package.name, name), *look, _banded(comparison, 0))
        for name, look in MEASURED.items()
    ]
    axes.set_ylim(0.0, 1.0)
    time_axis(axes, time)
    mark_starts(axes, comparison, time, say("reforms"))
    draw_lines(axes, lines, time)
    _label(axes, lines, time)
    _title(axes, say("measured_title"))


def _banded(comparison: Comparison, place: int) -> bool:
    """Whether a package has a band: always the reference, the others only if they are few."""
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


def _conducts(axes: Axes, comparison: Comparison, say: Speaker) -> None:
    """Draw shares of officers by conduct as stacked areas."""
    time = scale(comparison, say)
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
    mark_starts(axes, comparison, time, say("reforms"))
    middles = (tops - shares / 2).iloc[-1]
    ends = [End(say.measure(name), time.end, float(middles[name]), style.DIM) for name in CONDUCTS]
    label_ends(axes, ends)
    _title(axes, say("conduct_title"))


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


def _several(comparison: Comparison, say: Speaker) -> Figure:
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
    text, note = ends(comparison, say), _note(comparison, say)
    figure, top = layout.begin(text, note, depth, HEAD, FOOT)
    left = layout.MARGIN + SCALE
    wide = width - layout.MARGIN - left - _room(list(names.values()))
    for place, measure in enumerate((EXECUTION, CREDIBILITY)):
        axes = layout.panel(figure, left, top + place * (high + BETWEEN), wide, high)
        _packages(axes, comparison, measure, names, say, named=place > 0)
    return figure


def _packages(
    axes: Axes,
    comparison: Comparison,
    measure: str,
    names: dict[str, str],
    say: Speaker,
    named: bool,
) -> None:
    """Draw one measure of all packages."""
    time = scale(comparison, say)
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
    mark_starts(axes, comparison, time, say("reforms"))
    draw_lines(axes, lines, time)
    _label(axes, lines, time)
    _title(axes, say("share_title", measure=say.measure(measure)))


def ends(comparison: Comparison, say: Speaker) -> str:
    """The message of the figure: execution of packages over the observed months."""
    if len(comparison.packages) == 1:
        return _one_end(comparison, say)
    found = {one.name: _end(comparison, one.name, EXECUTION) for one in comparison.packages}
    by_end = sorted(comparison.packages, key=lambda package: found[package.name])
    worst, best = by_end[0], by_end[-1]
    high, low = words.share(found[best.name]), words.share(found[worst.name])
    if high == low:
        return say("all_end", value=high)
    names = {"best": say.quoted(best.title), "worst": say.quoted(worst.title)}
    return say("ends", high=high, low=low, **names)


def _end(comparison: Comparison, package: str, measure: str) -> float:
    return float(np.mean(comparison.values(package)[measure]))


def _one_end(comparison: Comparison, say: Speaker) -> str:
    (package,) = comparison.packages
    end, reported = (_end(comparison, package.name, name) for name in (EXECUTION, REPORTED))
    text = say("one_end", title=words.brief(package.title), value=words.share(end))
    ahead = words.PERCENT * (reported - end)
    if math.isnan(ahead):
        return text
    if abs(ahead) < ALIKE:
        return say("alike", text=text)
    return say("ahead" if ahead > 0 else "behind", text=text, points=f"{abs(ahead):.0f}")


def _note(comparison: Comparison, say: Speaker) -> str:
    """The caption inside the figure."""
    number = message.replicates(comparison, say)
    if comparison.replicates == 1:
        how = say("no_band", replicates=number)
    else:
        first = say.quoted(comparison.packages[0].title)
        band = say("band") if _banded(comparison, 1) else say("band_of", title=first)
        more = say("mean_conduct" if len(comparison.packages) == 1 else "common")
        how = say("line", replicates=number, band=band, more=more)
    return f"{how}\n{message.world(comparison, say, 'in_title')}"


def caption(comparison: Comparison, command: str = "", lang: str = "en") -> str:
    """The text of the caption file; ``command`` redraws the figure."""
    say = joined(lang, message.TEXT, TEXT)
    single = len(comparison.packages) == 1
    shown = (EXECUTION, REPORTED, CREDIBILITY) if single else (EXECUTION, CREDIBILITY)
    lines = [
        say("message", text=ends(comparison, say)),
        "",
        say("one" if single else "several"),
        *message.meanings(shown, say),
        _note(comparison, say),
        *(["", say("redraw", command=command)] if command else []),
    ]
    return "\n".join(lines) + "\n"
