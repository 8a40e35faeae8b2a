"""Real and reported execution under each lever: a dumbbell plot."""

from sim.drawing import layout, style, words
from sim.drawing.language import Speaker, Texts
from sim.drawing.picture import Picture, by_point, effects, note
from sim.study import effects as kinds
from sim.study.estimate import estimate
from sim.study.package import ALL_LEVERS, STATUS_QUO
from sim.study.study import Study

EXPERIMENT = "lever_effects"
COLUMNS = 2
REAL, REPORTED = "execution_rate", "reported_rate"
TEXT: Texts = {
    "en": {
        "question": "How far is reported above real execution, and which reform narrows the gap?",
        "ahead": "Reported execution is {gap} points above real execution; {best} narrows the gap "
        "most, to {least}",
        "wider": "Reported execution is {gap} points above real execution, and no reform clearly "
        "narrows the gap",
        "what": "Execution as it is and as it is reported at the top, under each lever alone at "
        "full strength, and all together.",
        "how": "Line where wider than the point: {interval}.",
        "axis": "share of what was decided",
        "real": "done",
        "reported": "reported",
    },
    "zh": {
        "question": "上报的执行率比实际高多少？哪项改革缩小差距？",
        "ahead": "上报比实际高出{gap}个百分点；{best}使差距缩小最多，降至{least}",
        "wider": "上报比实际高出{gap}个百分点，没有一项改革明确缩小差距",
        "what": "每项举措单独全力实施及八项合用时，实际执行率与上级所见上报执行率。",
        "how": "误差线（宽于标记处）：{interval}。",
        "axis": "占决策内容的比例",
        "real": "实际",
        "reported": "上报",
    },
}

# Inches.
ROW = 0.27
APART = 0.12
LABELS = 1.4
HEAD = 0.3
FOOT = 0.42
RIGHT = 0.2


def draw(study: Study, say: Speaker) -> Picture:
    """Rows from the widest gap down, the status quo first, all together last."""
    levels = effects(study, kinds.LEVEL)
    gaps = {name: one[REPORTED].value - one[REAL].value for name, one in levels.items()}
    reforms = sorted(
        (name for name in gaps if name not in (STATUS_QUO, ALL_LEVERS)), key=lambda one: -gaps[one]
    )
    order = [STATUS_QUO, *reforms, ALL_LEVERS]
    assert study.scenario is not None
    text = _message(study, gaps, say)
    shown = note(say, study, say("what"), say("how", interval=say("interval")))
    depth = ROW * len(order) + 2 * APART
    figure, top = layout.begin(text, shown, depth, HEAD, FOOT)
    left = layout.MARGIN + LABELS
    axes = layout.panel(figure, left, top, style.width(2) - left - RIGHT, depth)
    axes.set_xlim(0.0, 1.0)
    axes.set_ylim(depth, 0.0)
    for place, name in enumerate(order):
        middle = ROW * (place + 0.5) + APART * ((place > 0) + (name == ALL_LEVERS))
        layout.beside(figure, left, top + middle, say.lever(name, study.scenario), LABELS)
        ends = [levels[name][one] for one in (REAL, REPORTED)]
        axes.plot(
            [one.value for one in ends],
            [middle, middle],
            color=style.FAINT,
            linewidth=3.0,
            zorder=1,
        )
        for end, marker, colour, filled in zip(
            ends, ("o", "D"), (style.BLUE, style.VERMILION), (True, False), strict=True
        ):
            axes.plot([end.low, end.high], [middle, middle], color=colour, zorder=2)
            axes.plot(
                end.value,
                middle,
                marker=marker,
                color=colour,
                zorder=3,
                markerfacecolor=colour if filled else style.PAPER,
            )
    for key, one in (("real", REAL), ("reported", REPORTED)):
        axes.annotate(
            say(key),
            (levels[STATUS_QUO][one].value, 0.0),
            (0.0, 2.0),
            textcoords="offset points",
            ha="center",
            va="bottom",
            fontsize=style.SMALL,
            weight="bold",
            annotation_clip=False,
        )
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
    axes.set_xlabel(say("axis"))
    return Picture(figure, text, shown)


def _message(study: Study, gaps: dict[str, float], say: Speaker) -> str:
    names = study.drawn.names or ()
    ahead = dict(zip(names, by_point(study, REPORTED) - by_point(study, REAL), strict=True))
    alone = [name for name in names if name not in (STATUS_QUO, ALL_LEVERS)]
    best = min(alone, key=lambda name: gaps[name])
    less = estimate(ahead[STATUS_QUO] - ahead[best], study.experiment.seed)
    gap = f"{words.PERCENT * gaps[STATUS_QUO]:.0f}"
    if not (words.sure(less) and less.value > 0):
        return say("wider", gap=gap)
    assert study.scenario is not None
    name = say.quoted(say.lever(best, study.scenario))
    return say("ahead", gap=gap, best=name, least=f"{words.PERCENT * gaps[best]:.0f}")
