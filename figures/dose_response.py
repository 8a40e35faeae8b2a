"""Effects of each lever on execution and credibility by its intensity."""

from matplotlib.axes import Axes

from sim.drawing import layout, style, words
from sim.drawing.language import Speaker, Texts
from sim.drawing.picture import Picture, by_point, effects, heading, note, row, whiskers
from sim.study import effects as kinds
from sim.study.estimate import Estimate
from sim.study.study import Study

EXPERIMENT = "dose_response"
COLUMNS = 2
MEASURES = {
    "execution_rate": (style.BLUE, "o", "-"),
    "credibility": (style.BLACK, "s", (0, (5, 1.5))),
}
TEXT: Texts = {
    "en": {
        "question": "Does a lever of twice the intensity have twice the effect, and when is more "
        "of it harmful?",
        "turns": "Above some intensity, more of {names} does less for execution",
        "steady": "No lever does less for execution at full strength than at a lower intensity",
        "what": "Difference from the status quo at each intensity of each lever alone.",
        "how": "Whisker, where wider than the point: {interval}.",
        "x": "intensity (share of full)",
        "y": "Change in percentage points:",
    },
    "zh": {
        "question": "力度加倍，效果是否加倍？何处开始适得其反？",
        "turns": "{names}过了某一力度，执行率的增益反而减少",
        "steady": "没有一项举措在全力时对执行率的作用低于较低力度",
        "what": "每项举措单独在各力度下与现状之差。",
        "how": "误差线（宽于标记处）：{interval}。",
        "x": "力度（占全力的比例）",
        "y": "变化（百分点）：",
    },
}

# Inches.
HIGH = 1.25
BETWEEN = 0.3
HEAD = 0.55
LEGEND = 0.2
FOOT = 0.42
SCALE = 0.34
A_ROW = {"paper": 4, "talk": 4}
AROUND = 0.08


def draw(study: Study, say: Speaker) -> Picture:
    """A small panel for each lever, all on one scale."""
    found = _doses(study)
    names = list(found)
    assert study.scenario is not None
    text = _message(study, found, say)
    shown = note(say, study, say("what"), say("how", interval=say("interval")))
    each = A_ROW[style.current().name]
    rows = -(-len(names) // each)
    depth = rows * HIGH + (rows - 1) * BETWEEN
    figure, top = layout.begin(text, shown, depth, HEAD, FOOT)
    panels: list[Axes] = []
    for number in range(rows):
        at = top + number * (HIGH + BETWEEN)
        panels += row(figure, at, HIGH, each, SCALE, 0.0, layout.GAP)
    ends = [
        words.PERCENT * end
        for one in found.values()
        for doses in one.values()
        for _, dose in doses
        for end in (dose.low, dose.high, dose.value)
        if end == end
    ]
    around = AROUND * (max(ends) - min(ends))
    for place, (name, axes) in enumerate(zip(names, panels, strict=True)):
        axes.axhline(0.0, color=style.DIM, linewidth=style.THIN, zorder=0)
        for measure, (colour, marker, dash) in MEASURES.items():
            doses = found[name][measure]
            at_ = [dose for dose, _ in doses]
            estimates = [one for _, one in doses]
            whiskers(
                axes,
                at_,
                estimates,
                words.PERCENT,
                color=colour,
                marker=marker,
                linestyle=dash,
                label=say.measure(measure),
                markersize=style.MARKER - 1,
            )
        axes.set_ylim(min(ends) - around, max(ends) + around)
        axes.set_xlim(-0.06, 1.06)
        axes.set_xticks([0.0, 0.5, 1.0], ["0", ".5", "1"])
        heading(axes, _fitting(say.lever(name, study.scenario), axes))
        axes.tick_params(labelleft=place % each == 0, labelbottom=place // each == rows - 1)
        if place // each == rows - 1:
            axes.set_xlabel(say("x"))
    words_wide = layout.text_width(say("y"), style.SMALL) + layout.GAP
    layout.put(
        figure, layout.MARGIN, top - HEAD + LEGEND / 2, say("y"), va="center", fontsize=style.SMALL
    )
    wide, high = figure.get_size_inches()
    figure.legend(
        *panels[0].get_legend_handles_labels(),
        loc="center left",
        bbox_to_anchor=(
            (layout.MARGIN + words_wide) / wide,
            1.0 - (top - HEAD + LEGEND / 2) / high,
        ),
        ncols=2,
        frameon=False,
        fontsize=style.SMALL,
        borderaxespad=0.0,
        borderpad=0.0,
    )
    return Picture(figure, text, shown)


def _fitting(title: str, axes: Axes) -> str:
    """A lever's name in as much as fits its panel."""
    figure = axes.get_figure(root=True)
    assert figure is not None
    wide = axes.get_position().width * figure.get_size_inches()[0]
    lines = layout.wrap(title, wide + SCALE - layout.MARGIN, style.NORMAL, "bold")
    return lines[0].rstrip("，,、") + ("…" if len(lines) > 1 else "")


Doses = dict[str, dict[str, list[tuple[float, Estimate]]]]


def _doses(study: Study) -> Doses:
    """By lever and measure: intensities with their differences from the status quo."""
    found: Doses = {}
    for term, measures in effects(study, kinds.DOSE).items():
        name, _, level = term.partition("=")
        name = name.strip()
        for measure, one in measures.items():
            if measure in MEASURES:
                doses = found.setdefault(name, {}).setdefault(measure, [])
                doses.append((float(level), one))
    nothing = Estimate(0.0, 0.0, 0.0, study.replicates, 1.0)
    for lever in found.values():
        for doses in lever.values():
            if all(level > 0.0 for level, _ in doses):
                doses.append((0.0, nothing))
            doses.sort(key=lambda dose: dose[0])
    return found


def _message(study: Study, found: Doses, say: Speaker) -> str:
    """Which levers do less at full strength than at a lower one, beyond doubt."""
    from sim.study.estimate import estimate

    assert study.scenario is not None
    runs = by_point(study, "execution_rate")
    levels = {
        (name, value): runs[point]
        for point, one in enumerate(study.drawn.points)
        for name, value in one.levers.items()
    }
    turning = []
    for name, measures in found.items():
        best, _ = max(measures["execution_rate"], key=lambda dose: dose[1].value)
        if 0.0 < best < 1.0:
            less = estimate(levels[name, best] - levels[name, 1.0], study.experiment.seed)
            if words.sure(less):
                turning.append(say.quoted(say.lever(name, study.scenario)))
    return say("turns", names=say.listed(turning)) if turning else say("steady")
