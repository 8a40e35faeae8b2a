"""Real work and show, by the frequency of supervision."""

from sim.drawing import layout, style, words
from sim.drawing.language import Speaker, Texts
from sim.drawing.picture import Picture, by_point, effects, heading, note, row, whiskers
from sim.study import effects as kinds
from sim.study.estimate import Estimate, estimate
from sim.study.study import Study

EXPERIMENT = "over_supervision"
COLUMNS = 2
LOOKS = {
    "substance": (style.BLUE, "o", "-"),
    "show": (style.VERMILION, "D", (0, (5, 1.5))),
}
BURDEN = "burden"
TEXT: Texts = {
    "en": {
        "question": "If supervision becomes more frequent, does real work rise, or only show?",
        "falls": "Supervision {most} times as frequent lowers real work by {less} points and takes "
        "{time} of everybody’s time",
        "rises": "Supervision {most} times as frequent raises real work by {less} points and takes "
        "{time} of everybody’s time",
        "what": "The lever of supervision is applied throughout; what varies is how many times as "
        "often its channels check.",
        "how": "Whisker, where wider than the point: {interval}.",
        "left": "Work of an officer (share of full)",
        "right": "Time taken from everybody (share)",
        "x": "checks, times as often",
    },
    "zh": {
        "question": "检查成倍增加时，上升的是实绩还是表面政绩？",
        "falls": "检查频率增至{most}倍，实绩减少{less}个百分点，并占去各人{time}的时间",
        "rises": "检查频率增至{most}倍，实绩增加{less}个百分点，并占去各人{time}的时间",
        "what": "监督举措始终实施，变化的是各渠道检查频率的倍数。",
        "how": "误差线（宽于标记处）：{interval}。",
        "left": "人均工作（占满额的比例）",
        "right": "占用各人的时间（比例）",
        "x": "检查频率（倍）",
    },
}

# Inches.
HIGH = 2.2
HEAD = 0.5
FOOT = 0.42
SCALE = 0.36
GAP = 0.25


def draw(study: Study, say: Speaker) -> Picture:
    """Left: substance and show; right: time taken."""
    levels = _levels(study)
    looks = list(levels)
    text = _message(study, levels, say)
    shown = note(say, study, say("what"), say("how", interval=say("interval")))
    figure, top = layout.begin(text, shown, HIGH, HEAD, FOOT)
    left, right = row(figure, top, HIGH, 2, SCALE, GAP, layout.GAP)
    for name, (colour, marker, dash) in LOOKS.items():
        found = [levels[one][name] for one in looks]
        whiskers(
            left, looks, found, color=colour, marker=marker, linestyle=dash, label=say.measure(name)
        )
    left.legend(
        loc="lower left",
        bbox_to_anchor=(0.0, 1.13),
        ncols=2,
        frameon=False,
        fontsize=style.SMALL,
        borderaxespad=0.0,
        borderpad=0.0,
    )
    found = [levels[one][BURDEN] for one in looks]
    whiskers(right, looks, found, color=style.BLACK, marker="s")
    for axes, key in ((left, "left"), (right, "right")):
        axes.set_xscale("log")
        axes.set_xticks(looks, [f"{one:g}" for one in looks])
        axes.minorticks_off()
        axes.set_ylim(0.0, None)
        axes.set_xlabel(say("x"))
        heading(axes, say(key))
    return Picture(figure, text, shown)


def _levels(study: Study) -> dict[float, dict[str, Estimate]]:
    """Means by how many times as often channels look."""
    found = effects(study, kinds.LEVEL)
    (factor,) = study.drawn.factors
    levels = {}
    for number, point in enumerate(study.drawn.points):
        value = point.settings.get(factor.name, factor.own)
        levels[float(value)] = found[study.drawn.label(number)]
    return dict(sorted(levels.items()))


def _message(study: Study, levels: dict[float, dict[str, Estimate]], say: Speaker) -> str:
    (factor,) = study.drawn.factors
    runs = by_point(study, "substance")
    at = [float(one.settings.get(factor.name, factor.own)) for one in study.drawn.points]
    least, most = min(at), max(at)
    change = estimate(runs[at.index(most)] - runs[at.index(least)], study.experiment.seed)
    key = "falls" if change.value < 0 else "rises"
    time = say.percent(levels[most][BURDEN].value)
    return say(key, most=f"{most / least:g}", less=words.size(change.value), time=time)
