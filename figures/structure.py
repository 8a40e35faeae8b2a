"""Effects of the levers under every form of the contested rules."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from sim.decision_rule import DECIDE, LOGIT
from sim.drawing import layout, style, words
from sim.drawing.forest import SHOWN
from sim.drawing.language import Speaker, Texts
from sim.drawing.message import EXECUTION
from sim.drawing.picture import Effects, Picture, effects, heading, note
from sim.printed_numbers import MINUS
from sim.study.estimate import Estimate
from sim.study.package import ALL_LEVERS
from sim.study.study import Study

EXPERIMENT = "structure"
COLUMNS = 2
TEXT: Texts = {
    "en": {
        "question": "Which statements about the levers hold whatever form the contested rules "
        "have?",
        "all": "Under all {forms} forms of the model {raising} raise execution",
        "one": "Under all {forms} forms of the model {raising} raises execution",
        "none": "No lever raises execution under all {forms} forms of the model",
        "falling": ", and {falling} lower it",
        "falling_one": ", and {falling} lowers it",
        "what": "Each point is the effect of a lever, alone and at full strength, under one "
        "combination of the forms that these rules can have: {factors}. The numbers tell under how "
        "many of the forms a lever raises and lowers the measure.",
        "how": "Filled where the interval excludes zero. Line: {interval}.",
        "axis": "change in percentage points",
        "logit": "by logit",
        "satisficing": "by satisficing",
        "imitation": "by imitation",
        "decide": "the rule of decision",
        "trust_feedback": "the feedback of trust",
        "omission": "the weight of omission",
        "reports": "what is done with reports",
    },
    "zh": {
        "question": "无论有争议的规则取何种形式，关于各项举措的哪些结论始终成立？",
        "all": "在模型的全部{forms}种形式下，{raising}都提高执行率",
        "one": "在模型的全部{forms}种形式下，{raising}都提高执行率",
        "none": "没有一项举措在模型的全部{forms}种形式下都提高执行率",
        "falling": "，{falling}都降低执行率",
        "falling_one": "，{falling}都降低执行率",
        "what": "每一点是某项举措单独全力实施、在下列规则形式的一种组合下的影响：{factors}。"
        "数字表示在多少种形式下该举措使指标上升和下降。",
        "how": "区间不含零者为实心。线：{interval}。",
        "axis": "变化（百分点）",
        "logit": "按选择概率决策",
        "satisficing": "按满意原则决策",
        "imitation": "按模仿决策",
        "decide": "决策规则",
        "trust_feedback": "信任反馈",
        "omission": "不作为的后果",
        "reports": "上报的作用",
    },
}
# Inches.
EACH = 0.4
HEAD = 0.66
FOOT = 0.42
LABELS = 1.75
GAP = 0.75
# Part of a row that its points are spread over.
SPREAD = 0.76
LOOKS = {
    "logit": (style.BLUE, "o"),
    "satisficing": (style.VERMILION, "s"),
    "imitation": (style.GREEN, "^"),
}


def draw(study: Study, say: Speaker) -> Picture:
    """A row for each lever, with a point for each form; execution left, credibility right."""
    found = effects(study)
    forms, packages = _forms(study), _packages(study, found)
    text = _message(study, found, forms, packages, say)
    factors = say.listed([say(one.name.rpartition(".")[2]) for one in study.drawn.factors])
    shown = note(say, study, say("what", factors=factors), say("how", interval=say("interval")))
    figure, top = layout.begin(text, shown, EACH * len(packages), HEAD, FOOT)
    wide, _ = figure.get_size_inches()
    each = (wide - 2 * layout.MARGIN - LABELS - len(SHOWN) * GAP) / len(SHOWN)
    for number, measure in enumerate(SHOWN):
        left = layout.MARGIN + LABELS + number * (each + GAP)
        panel = layout.panel(figure, left, top, each, EACH * len(packages))
        _panel(panel, study, [_under(found, name, forms, measure) for name in packages], say)
        heading(panel, say.measure(measure))
    assert study.scenario is not None
    for place, name in enumerate(packages):
        label = say.lever(name, study.scenario)
        layout.beside(figure, layout.MARGIN + LABELS, top + EACH * (place + 0.5), label, LABELS)
    _legend(figure, study, top, say)
    return Picture(figure, text, shown)


def _forms(study: Study) -> list[str]:
    """The forms as names of points end with them, in their order."""
    names = study.drawn.names or ()
    first = study.experiment.point[0].name
    return [name.removeprefix(first) for name in names[:: study.drawn.listed]]


def _packages(study: Study, found: Effects) -> list[str]:
    """Levers by their mean effect on execution over all forms; all levers together at the end."""
    forms = _forms(study)
    listed = [point.name for point in study.experiment.point[1:]]

    def order(name: str) -> tuple[bool, float]:
        values = [one.value for one in _under(found, name, forms, EXECUTION)]
        return name == ALL_LEVERS, -float(np.mean(values))

    return sorted(listed, key=order)


def _under(found: Effects, name: str, forms: list[str], measure: str) -> list[Estimate]:
    """The effect of a package on a measure under each form."""
    return [found[f"{name}{form}"][measure] for form in forms]


def _rules(study: Study) -> list[str]:
    """The rule of decision of each form."""
    points = study.drawn.points[:: study.drawn.listed]
    return [str(point.settings.get(DECIDE, LOGIT)) for point in points]


def _panel(axes: Axes, study: Study, rows: list[list[Estimate]], say: Speaker) -> None:
    rules = _rules(study)
    # Forms with the same rule of decision lie side by side.
    order = sorted(range(len(rules)), key=lambda k: list(LOOKS).index(rules[k]))
    high = len(rows)
    axes.set_ylim(high, 0.0)
    axes.axvline(0.0, color=style.DIM, linewidth=style.THIN, zorder=0)
    for place, estimates in enumerate(rows):
        if place:
            axes.axhline(place, color=style.FAINT, linewidth=style.THIN, zorder=0)
        for step, k in enumerate(order):
            one = estimates[k]
            y = place + 0.5 + SPREAD * ((step + 0.5) / len(order) - 0.5)
            colour, marker = LOOKS[rules[k]]
            axes.plot(
                [words.PERCENT * one.low, words.PERCENT * one.high],
                [y, y],
                color=colour,
                linewidth=style.THIN,
                zorder=1,
            )
            axes.plot(
                [words.PERCENT * one.value],
                [y],
                marker=marker,
                markersize=3.2,
                markeredgecolor=colour,
                markerfacecolor=colour if words.sure(one) else style.PAPER,
                linestyle="none",
                zorder=2,
            )
        up = sum(words.sure(one) and one.value > 0 for one in estimates)
        down = sum(words.sure(one) and one.value < 0 for one in estimates)
        axes.annotate(
            f"+{up} {MINUS}{down}",
            (1.0, place + 0.5),
            (4.0, 0.0),
            xycoords=("axes fraction", "data"),
            textcoords="offset points",
            va="center",
            fontsize=style.SMALL,
        )
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
    axes.set_xlabel(say("axis"))


def _legend(figure: Figure, study: Study, top: float, say: Speaker) -> None:
    wide, high = figure.get_size_inches()
    shown = dict.fromkeys(_rules(study))
    handles = [
        Line2D([], [], color=colour, marker=marker, linestyle="none", markersize=4, label=say(name))
        for name, (colour, marker) in LOOKS.items()
        if name in shown
    ]
    figure.legend(
        handles=handles,
        ncols=len(handles),
        loc="center left",
        frameon=False,
        bbox_to_anchor=(layout.MARGIN / wide, 1.0 - (top - HEAD + 0.12) / high),
        fontsize=style.SMALL,
        handlelength=1.0,
        columnspacing=1.2,
        borderaxespad=0.0,
        borderpad=0.0,
    )


def _message(
    study: Study, found: Effects, forms: list[str], packages: list[str], say: Speaker
) -> str:
    assert study.scenario is not None
    scenario = study.scenario
    alone = [name for name in packages if name != ALL_LEVERS]

    def always(sign: int) -> list[str]:
        return [
            say.quoted(say.lever(name, scenario))
            for name in alone
            if all(
                words.sure(one) and sign * one.value > 0
                for one in _under(found, name, forms, EXECUTION)
            )
        ]

    raising, falling = always(1), always(-1)
    key = "none" if not raising else "one" if len(raising) == 1 else "all"
    text = say(key, forms=len(forms), raising=say.listed(raising))
    if falling:
        key = "falling_one" if len(falling) == 1 else "falling"
        text += say(key, falling=say.listed(falling))
    return text
