"""Packages of reforms on a budget: what the best ones reach at each cost, and those kept."""

from matplotlib.axes import Axes

from sim.drawing import layout, style, words
from sim.drawing.language import Speaker, Texts
from sim.drawing.picture import Picture
from sim.drawing.planned import named, package_words
from sim.planning.stored import StoredPlan
from sim.world.scenario import STATUS_QUO

EXPERIMENT = "reform_budget"
COLUMNS = 2
TEXT: Texts = {
    "en": {
        "question": "Which packages of reforms execute most at each cost?",
        "message": "The best packages cost {low} to {high} officer-months a year and reach an "
        "execution of {least} to {most}; without reform it is {none} at a cost of {cost}",
        "shown": "Line and dots: packages within the limits; no other package kept has both more "
        "execution and less cost. Numbered: all kept. Bars: {interval}. Square: no reform. "
        "Means of {runs} replicates over {draws} draws of the calibration that no choice has "
        "used; seed {seed}.",
        "interval": "95\u00a0% interval over draws",
        "x": "cost, officer-months for each officer and year",
        "y": "execution over the course, per cent",
        "status_quo": "no reform",
        "use": "{lever} {percent}",
        "more": "{text} …",
    },
    "zh": {
        "question": "在各成本水平上，哪些改革方案执行率最高？",
        "message": "最好的方案成本为每人年{low}至{high}人月，执行率达{least}至{most}；"
        "不改革时执行率为{none}，成本为{cost}",
        "shown": "线与点：限制之内的方案，保留的其他方案没有一个执行率更高而成本更低。"
        "编号：全部保留的方案。横竖线：{interval}。方块：不改革。"
        "均值来自校准的{draws}次抽样、{runs}次运行，未用于任何选择；种子{seed}。",
        "interval": "95%的抽样所在范围",
        "x": "成本（人月/人年）",
        "y": "全程执行率（%）",
        "status_quo": "不改革",
        "use": "{lever}{percent}",
        "more": "{text}……",
    },
}
X, Y = "cost@course", "execution_rate@course"
# Inches.
HIGH = 2.9
HEAD = 0.16
FOOT = 0.42
SCALE = 0.4
LIST = 2.9
LINE = 0.17
# Space between two packages of the list.
BETWEEN = 0.07
# Points by which names stand above their marks, in turn, so that those of neighbours are apart.
ABOVE = (4.0, -11.0, 15.0)


def draw(kept: StoredPlan, say: Speaker) -> Picture:
    """Left the front, right what the packages kept are."""
    content = kept.content
    packages = {name: one for name, one in content["packages"].items() if name != STATUS_QUO}
    front = sorted(
        (one["levels"] for one in packages.values() if one["on_front"]),
        key=lambda levels: levels[X]["value"],
    )
    nothing = content["packages"][STATUS_QUO]["levels"]
    least, most = sorted(one[Y]["value"] for one in (front[0], front[-1]))
    text = say(
        "message",
        low=f"{front[0][X]['value']:.1f}",
        high=f"{front[-1][X]['value']:.1f}",
        least=say.percent(least),
        most=say.percent(most),
        none=say.percent(nothing[Y]["value"]),
        cost=f"{nothing[X]['value']:.1f}",
    )
    shown = say(
        "shown",
        interval=say("interval"),
        runs=content["size"]["fresh"],
        draws=content["draws"],
        seed=content["seed"],
    )
    figure, top = layout.begin(text, shown, HIGH, HEAD, FOOT)
    wide, _ = figure.get_size_inches()
    left = layout.MARGIN + SCALE
    axes = layout.panel(figure, left, top, wide - left - LIST - 2 * layout.MARGIN, HIGH)
    places = [[one[name]["value"] for one in front] for name in (X, Y)]
    axes.plot(
        places[0],
        [words.PERCENT * one for one in places[1]],
        "o-",
        color=style.DIM,
        markersize=3.0,
        linewidth=style.THIN,
        zorder=1,
    )
    order = sorted(
        content["packages"], key=lambda one: content["packages"][one]["levels"][X]["value"]
    )
    for place, name in enumerate(order):
        above = ABOVE[place % len(ABOVE)]
        _mark(axes, name, content["packages"][name]["levels"], above, say)
    axes.set_xlabel(say("x"))
    axes.set_ylabel(say("y"))
    at = top
    room = LIST - layout.GAP
    for name, one in packages.items():
        told = f"{named(name)} {package_words(one['uses'], kept.scenario, say)}"
        lines = layout.wrap(told, room, style.SMALL)
        layout.put(
            figure,
            wide - LIST,
            at,
            "\n".join(lines),
            fontsize=style.SMALL,
            color=style.BLACK,
        )
        at += LINE * len(lines) + BETWEEN
    return Picture(figure, text, shown)


def _mark(
    axes: Axes, name: str, measures: dict[str, dict[str, float]], above: float, say: Speaker
) -> None:
    reform = name != STATUS_QUO
    x, y = measures[X], measures[Y]
    colour = style.BLUE if reform else style.VERMILION
    high = words.PERCENT * y["value"]
    axes.errorbar(
        x["value"],
        high,
        xerr=[[x["value"] - x["low"]], [x["high"] - x["value"]]],
        yerr=[[high - words.PERCENT * y["low"]], [words.PERCENT * y["high"] - high]],
        fmt="o" if reform else "s",
        color=colour,
        markersize=4.5,
        elinewidth=style.THIN,
        zorder=2,
    )
    axes.annotate(
        named(name) if reform else say("status_quo"),
        (x["value"], high),
        xytext=(3, above),
        textcoords="offset points",
        fontsize=style.SMALL,
        color=colour,
        zorder=3,
    )
