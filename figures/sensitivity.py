"""Assumptions about behaviour on which execution depends most: Sobol' indices."""

from sim.drawing import layout, style
from sim.drawing.language import Speaker, Texts
from sim.drawing.message import EXECUTION
from sim.drawing.picture import Picture, note
from sim.study.sensitivity import NOISE
from sim.study.study import Study

EXPERIMENT = "sensitivity"
COLUMNS = 1
TEXT: Texts = {
    "en": {
        "question": "On which assumptions about officers’ behaviour does execution depend most?",
        "message": "Execution depends most on {names}",
        "what": "Shares of the variance of mean execution if settings vary by ±{spread} of their "
        "value: ● alone (first order), ○ with all interactions (total). The {kept} settings that "
        "matter most by a screening are shown. Chance: its share in the variance of means.",
        "how": "Line: 95\u00a0% interval over scrambled designs.",
        "x": "share of variance",
        "chance": "chance",
    },
    "zh": {
        "question": "执行率取决于关于人员行为的哪些假定？",
        "message": "执行率最取决于{names}",
        "what": "各设定在其值±{spread}内变动时，占执行率均值方差的份额：●单独（一阶），"
        "○连同一切交互（总）。所列为筛选出最要紧的{kept}项。随机：其在均值方差中的份额。",
        "how": "线：各次置乱设计间的95%区间。",
        "x": "方差份额",
        "chance": "随机",
    },
}
FIRST, TOTAL = "first", "total"

# Inches.
ROW = 0.27
LABELS = 1.05
HEAD = 0.1
FOOT = 0.42
NAMED = 2


def draw(study: Study, say: Speaker) -> Picture:
    """A row a setting, from the most influential down, and one for chance."""
    table = study.sensitivity()
    table = table[table["measure"] == EXECUTION]
    noise = float(table[table["index"] == NOISE]["value"].iloc[0])
    found = {
        (str(one["factor"]), str(one["index"])): one
        for one in table[table["index"].isin((FIRST, TOTAL))].to_dict("records")
    }
    factors = sorted({one for one, _ in found}, key=lambda one: -found[one, TOTAL]["value"])
    names = [_called(one, say) for one in factors]
    text = say("message", names=say.listed(names[:NAMED]))
    (varied,) = study.experiment.factor.values()
    assert varied.spread is not None
    what = say("what", spread=say.percent(varied.spread), kept=len(factors))
    shown = note(say, study, what, say("how"))
    depth = ROW * (len(factors) + 1.3)
    figure, top = layout.begin(text, shown, depth, HEAD, FOOT, COLUMNS)
    left = layout.MARGIN + LABELS
    axes = layout.panel(figure, left, top, style.width(COLUMNS) - left - 0.2, depth)
    axes.set_ylim(depth, 0.0)
    apart = ROW * 0.14
    for place, factor in enumerate(factors):
        middle = ROW * (place + 0.5)
        layout.beside(figure, left, top + middle, names[place], LABELS)
        for index, at, face in (
            (FIRST, middle - apart, style.BLUE),
            (TOTAL, middle + apart, style.PAPER),
        ):
            one = found[factor, index]
            axes.plot([one["low"], one["high"]], [at, at], color=style.BLUE)
            axes.plot(one["value"], at, "o", color=style.BLUE, markerfacecolor=face)
    middle = ROW * (len(factors) + 0.8)
    layout.beside(figure, left, top + middle, say("chance"), LABELS)
    axes.barh(middle, noise, ROW * 0.5, color=style.DIM)
    axes.annotate(
        say.percent(noise, 1),
        (noise, middle),
        (3.0, 0.0),
        va="center",
        textcoords="offset points",
        fontsize=style.SMALL,
    )
    axes.axvline(0.0, color=style.BLACK, linewidth=style.THIN)
    axes.set_xlim(min(0.0, *(one["low"] for one in found.values())) - 0.02, None)
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
    axes.set_xlabel(say("x"))
    return Picture(figure, text, shown)


def _called(factor: str, say: Speaker) -> str:
    """What a setting is called in words."""
    from sim.declare import quantities
    from sim.world.scenario import Scenario

    for one in quantities(Scenario):
        if one.key == factor:
            return one.zh if say.chinese else factor.rpartition(".")[2].replace("_", " ")
    return factor
