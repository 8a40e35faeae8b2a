"""What is worth finding out first, in words and as a picture; ``zhixing worth`` and its figure."""

from matplotlib.figure import Figure

from sim.discovery.answer import Choice
from sim.discovery.value_of_information import Worth
from sim.drawing import layout, setting_titles, style, words
from sim.drawing.language import Speaker, Texts
from sim.drawing.setting_titles import setting_title
from sim.measures import MEASURES
from sim.world.scenario import STATUS_QUO

_TEXT: Texts = {
    "en": {
        "best": "As things are known, {best} is the best choice: {measure} {level}",
        "knowing": "Knowing “{parameter}” exactly would raise the expected {measure} of the best "
        "choice by {value} (± {error}); the choice would change in {changes} of draws",
        "lowering": "Knowing “{parameter}” exactly would lower the expected {measure} of the best "
        "choice by {value} (± {error}); the choice would change in {changes} of draws",
        "knowing_none": "Knowing any single setting exactly would not improve the choice beyond "
        "chance: {best} would be chosen all the same",
        "message": "Before choosing, find out “{parameter}”: it is worth {value} of {measure}",
        "execution_rate": "execution",
        "points": "{number} points",
        "x": "rise of {measure} by knowing it exactly",
        "x_lower": "fall of {measure} by knowing it exactly",
        "share_unit": ", points",
        "floor": "chance",
        "everything": "everything",
    },
    "zh": {
        "best": "就目前所知，{best}是最好的选择：{measure}{level}",
        "knowing": "若确知“{parameter}”，最好选择的预期{measure}可再提高{value}（±{error}）；"
        "在{changes}的抽样中会改变选择",
        "lowering": "若确知“{parameter}”，最好选择的预期{measure}可再降低{value}（±{error}）；"
        "在{changes}的抽样中会改变选择",
        "knowing_none": "确知任何单项设定，都不能在偶然之外改进选择：仍会选{best}",
        "message": "选择之前先查明“{parameter}”：值{value}的{measure}",
        "execution_rate": "执行率",
        "points": "{number}个百分点",
        "x": "确知该项可使{measure}提高",
        "x_lower": "确知该项可使{measure}降低",
        "share_unit": "（百分点）",
        "floor": "偶然",
        "everything": "全部",
    },
}
TEXT: Texts = {lang: {**setting_titles.TEXT[lang], **_TEXT[lang]} for lang in _TEXT}
# Most parameters that the picture shows.
SHOWN = 10


def option_title(name: str, told: Choice, say: Speaker) -> str:
    """What an option is called."""
    scenario = told.study.scenario
    if scenario is not None and name in (STATUS_QUO, *scenario.levers):
        return say.lever(name, scenario)
    points = {one.name: one.title or one.name for one in told.study.experiment.point}
    return words.brief(points.get(name, name))


def parameter_title(one: Worth, told: Choice, say: Speaker) -> str:
    """What a parameter is called."""
    return setting_title(one.parameter, told.study.scenario, say)


def measure_title(told: Choice, say: Speaker) -> str:
    """What the measure is called in a sentence."""
    return say(told.measure) if say.knows(told.measure) else say.measure(told.measure)


def amount(value: float, told: Choice, say: Speaker) -> str:
    """A difference in the measure, with its unit."""
    if MEASURES[told.measure].unit == "share":
        return say("points", number=words.size(value))
    return f"{abs(value):.3g}"


def level(told: Choice, say: Speaker) -> str:
    """The expected measure of the best option."""
    found = told.found
    value = found.expected[found.options.index(found.best)] * (-1.0 if told.lowest else 1.0)
    return say.percent(value, 1) if MEASURES[told.measure].unit == "share" else f"{value:.3g}"


def best_statement(told: Choice, say: Speaker) -> str:
    """Which option is the best, without a full stop."""
    return say(
        "best",
        best=say.quoted(option_title(told.found.best, told, say)),
        measure=measure_title(told, say),
        level=level(told, say),
    )


def statement(one: Worth, told: Choice, say: Speaker) -> str:
    """What it is worth to know a parameter, without a full stop."""
    return say(
        "lowering" if told.lowest else "knowing",
        parameter=parameter_title(one, told, say),
        measure=measure_title(told, say),
        value=amount(one.value, told, say),
        error=_bare(one.error, told),
        changes=say.percent(one.changes),
    )


def _bare(value: float, told: Choice) -> str:
    return words.size(value) if MEASURES[told.measure].unit == "share" else f"{value:.2g}"


def none_statement(told: Choice, say: Speaker) -> str:
    """That no parameter is worth knowing by itself, without a full stop."""
    return say("knowing_none", best=say.quoted(option_title(told.found.best, told, say)))


def message(told: Choice, say: Speaker) -> str:
    """The sentence above the picture."""
    if not told.found.mattering:
        return none_statement(told, say)
    first = told.found.mattering[0]
    return say(
        "message",
        parameter=parameter_title(first, told, say),
        value=amount(first.value, told, say),
        measure=measure_title(told, say),
    )


# The picture; inches.
ROW = 0.3
LABELS = 2.7
HEAD = 0.12
FOOT = 0.42


def bars(told: Choice, say: Speaker, text: str, note: str) -> Figure:
    """A bar for each of the most valuable parameters, and the value that chance gives."""
    found = told.found
    shown = found.parameters[:SHOWN]
    depth = ROW * max(1, len(shown))
    figure, top = layout.begin(text, note, depth, HEAD, FOOT)
    left = layout.MARGIN + LABELS
    axes = layout.panel(figure, left, top, style.width(2) - left - 0.25, depth)
    axes.set_ylim(depth, 0.0)
    scale = words.PERCENT if MEASURES[told.measure].unit == "share" else 1.0
    for place, one in enumerate(shown):
        middle = ROW * (place + 0.5)
        layout.beside(figure, left, top + middle, parameter_title(one, told, say), LABELS)
        axes.barh(
            middle,
            scale * one.value,
            ROW * 0.55,
            color=style.BLUE if one.matters else style.FAINT,
        )
        ends = [scale * max(0.0, one.value - one.error), scale * (one.value + one.error)]
        axes.plot(ends, [middle, middle], color=style.BLACK, linewidth=style.THIN)
    axes.axvline(scale * found.floor, color=style.VERMILION, linestyle="--", linewidth=style.LINE)
    axes.annotate(
        say("floor"),
        (scale * found.floor, depth),
        (3.0, 4.0),
        textcoords="offset points",
        color=style.VERMILION,
        fontsize=style.SMALL,
    )
    axes.set_xlim(0.0, None)
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
    unit = say("share_unit") if scale != 1.0 else ""
    key = "x_lower" if told.lowest else "x"
    axes.set_xlabel(say(key, measure=measure_title(told, say)) + unit)
    return figure
