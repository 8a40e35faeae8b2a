"""What scenario discovery found, in words and as a picture; ``zhixing discover`` and its figure."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import scipy
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from sim.discovery.answer import Where
from sim.discovery.boxes import CATEGORY, WHOLE, Box, Limits
from sim.discovery.condition import Comparison
from sim.discovery.scenario_discovery import Discovery, Found, enough
from sim.drawing import layout, setting_titles, style, words
from sim.drawing.language import Speaker, Texts
from sim.drawing.picture import heading, row
from sim.drawing.setting_titles import setting_title
from sim.measures import MEASURES
from sim.study.study import Study
from sim.world.scenario import STATUS_QUO

_TEXT: Texts = {
    "en": {
        "lowers": "{point} lowers {measure}{margin}",
        "raises": "{point} raises {measure}{margin}",
        "margin": " by more than {number}",
        "holds": "{condition} holds",
        "holds_under": "{condition} holds under {point}",
        "always": "{event} where {box}",
        "mostly": "{event} mostly where {box}",
        "rather": "{event} more often where {box}",
        "nothing": "No settings are found in which {event} more often than elsewhere",
        "seldom": "{event} in {share} of all settings tried",
        "execution_rate": "execution",
        "measure": "“{title}”",
        "points": "{number} points",
        "above": "{factor} is above {low}",
        "below": "{factor} is below {high}",
        "between": "{factor} is between {low} and {high}",
        "at_least": "{factor} is at least {low}",
        "at_most": "{factor} is at most {high}",
        "from_to": "{factor} is {low} to {high}",
        "is": "{factor} is {values}",
        "or": " or ",
        "and": " and ",
        "status_quo": "the status quo",
        "PRIM": "peeling (PRIM)",
        "CART": "a classification tree (CART)",
        "settings": "settings",
        "draws": "draws",
        "left": "Points of the design: ● where {event}, ○ elsewhere",
        "left_draws": "Draws: ● where {event}, ○ elsewhere",
        "right": "Peeling: from all cases to ever smaller boxes",
        "coverage": "coverage (share of such cases in the box)",
        "density": "density (share of such cases among those in it)",
        "base": "all cases",
        "chosen": "box chosen",
        "tested": "held back",
    },
    "zh": {
        "lowers": "{point}使{measure}下降{margin}",
        "raises": "{point}使{measure}上升{margin}",
        "margin": "{number}以上",
        "holds": "{condition}成立",
        "holds_under": "在{point}之下{condition}成立",
        "always": "{event}，见于{box}之处",
        "mostly": "{event}，多见于{box}之处",
        "rather": "{event}，较常见于{box}之处",
        "nothing": "未发现何种设定下{event}的情形多于别处",
        "seldom": "所试全部设定中，{event}者占{share}",
        "execution_rate": "执行率",
        "measure": "“{title}”",
        "points": "{number}个百分点",
        "above": "{factor}高于{low}",
        "below": "{factor}低于{high}",
        "between": "{factor}在{low}与{high}之间",
        "at_least": "{factor}不少于{low}",
        "at_most": "{factor}不多于{high}",
        "from_to": "{factor}为{low}至{high}",
        "is": "{factor}为{values}",
        "or": "或",
        "and": "且",
        "status_quo": "现状",
        "PRIM": "逐步剥离法",
        "CART": "分类树",
        "settings": "设定组合",
        "draws": "抽样",
        "left": "设计各点：●{event}，○其他",
        "left_draws": "各次抽样：●{event}，○其他",
        "right": "逐步剥离：由全部情形到越来越小的设定范围",
        "coverage": "覆盖率（范围内此类情形占其全部的份额）",
        "density": "密度（范围内此类情形所占的份额）",
        "base": "全部情形",
        "chosen": "所选范围",
        "tested": "留出",
    },
}
TEXT: Texts = {lang: {**setting_titles.TEXT[lang], **_TEXT[lang]} for lang in _TEXT}
# Densities on held-back cases from which a box is described by “where” and by “mostly where”.
ALWAYS, MOSTLY = 0.9, 0.5
# Smallest p-value that is given as a number.
SMALLEST_P = 0.001
# Factors that the left panel shows.
SHOWN = 2


def factor_title(name: str, study: Study, say: Speaker) -> str:
    """What a factor is called: the experiment's title, a lever's, or that of its setting."""
    titles = {one.name: one.title for one in study.drawn.factors}
    if not say.chinese and titles.get(name, name) != name:
        return words.brief(titles[name])
    return setting_title(name, study.scenario, say)


def event(told: Where, say: Speaker) -> str:
    """What the condition says, as a clause without a full stop."""
    condition, scenario = told.condition, told.study.scenario
    point = _point_title(told, say)
    (first, *others) = condition.comparisons
    if first.other == STATUS_QUO and not others and _plain(first):
        measure = _measure(first.measure, say)
        margin = "" if first.shift == 0.0 else say("margin", number=_size(first, say))
        key = "lowers" if first.lowers else "raises"
        return say(key, point=point, measure=measure, margin=margin)
    assert scenario is not None or not point
    text = say.quoted(condition.text)
    return (
        say("holds_under", condition=text, point=point) if point else say("holds", condition=text)
    )


def _plain(one: Comparison) -> bool:
    """Whether a comparison with the status quo asks for a change in one direction."""
    return one.shift <= 0.0 if one.lowers else one.shift >= 0.0


def _size(one: Comparison, say: Speaker) -> str:
    if MEASURES[one.measure].unit != "share":
        return f"{abs(one.shift):g}"
    return say("points", number=f"{words.PERCENT * abs(one.shift):g}")


def _measure(name: str, say: Speaker) -> str:
    return say(name) if say.knows(name) else say("measure", title=say.measure(name))


def _point_title(told: Where, say: Speaker) -> str:
    """Title of the listed point: of its lever where it is one lever's, else its own; or empty."""
    name, scenario = told.cases.point, told.study.scenario
    if name is None:
        return ""
    if scenario is not None and name in (STATUS_QUO, *scenario.levers):
        return say.lever(name, scenario)
    points = {one.name: one.title or one.name for one in told.study.experiment.point}
    return words.brief(points[name])


def described(found: Found, told: Where, say: Speaker) -> str:
    """The limits of a box as a list in a sentence, those first that tell most."""
    return say.listed([limits_text(name, found, told, say) for name in in_order(found)])


def in_order(found: Found) -> list[str]:
    """The restricted factors of a box, by quasi-p."""
    return sorted(found.quasi_p, key=lambda name: found.quasi_p[name])


def limits_text(name: str, found: Found, told: Where, say: Speaker) -> str:
    """The limits of one factor of a box in words."""
    limits = found.box.limits[name]
    factor = factor_title(name, told.study, say)
    if limits.allowed is not None:
        values = say("or").join(sorted(limits.allowed))
        return say("is", factor=factor, values=values)
    low, high = (f"{one:g}" for one in (limits.low, limits.high))
    whole = told.discovery.space.kinds[name] == WHOLE
    if np.isfinite(limits.low) and np.isfinite(limits.high):
        return say("from_to" if whole else "between", factor=factor, low=low, high=high)
    if np.isfinite(limits.low):
        return say("at_least" if whole else "above", factor=factor, low=low)
    return say("at_most" if whole else "below", factor=factor, high=high)


def statement(told: Where, say: Speaker, found: Found | None = None) -> str:
    """What was found, without a full stop: a box that stands, by default the best; or nothing."""
    found = found or told.discovery.best
    what = event(told, say)
    if found is None and not enough(told.discovery.interest):
        return _capital(say("seldom", event=what, share=say.percent(told.discovery.base, 1)))
    if found is None:
        return _capital(say("nothing", event=what))
    density = found.held_back.density
    key = "always" if density >= ALWAYS else "mostly" if density >= MOSTLY else "rather"
    return _capital(say(key, event=what, box=described(found, told, say)))


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def p_text(value: float) -> str:
    """A p-value after the sign of equality, or as smaller than the smallest that is given."""
    return f"< {SMALLEST_P:g}" if value < SMALLEST_P else f"= {value:.3f}"


# The picture; inches.
HIGH = 2.6
HEAD = 0.5
FOOT = 0.42
SCALE = 0.48
GAP = 0.3
# Half of the width over which points of one category are spread.
SPREAD = 0.28
# Least distance between ticks of a logarithmic scale, as a share of its length.
APART = 0.12


def panels(told: Where, say: Speaker, text: str, note: str) -> Figure:
    """Left: cases over the two most telling factors, with the boxes; right: the trajectory."""
    figure, top = layout.begin(text, note, HIGH, HEAD, FOOT)
    left, right = row(figure, top, HIGH, 2, SCALE, GAP, layout.GAP)
    _scatter(left, told, say)
    heading(left, say("left_draws" if told.cases.are_draws else "left", event=event(told, say)))
    _trajectory(right, told, say)
    heading(right, say("right"))
    return figure


def telling_factors(discovery: Discovery) -> list[str]:
    """The factors that tell most: those of the best box by quasi-p, then those that differ most.

    Others are ordered by how far cases of interest differ from the others (Mann–Whitney).
    """
    shown = discovery.best or discovery.failed
    restricted = in_order(shown) if shown else []
    space, interest = discovery.space, discovery.interest
    apart = {
        name: abs(_apart(_coded(column), interest))
        for name, column in space.columns.items()
        if name not in restricted
    }
    others = sorted(apart, key=lambda one: -apart[one])
    return [*restricted, *others][:SHOWN]


def _coded(column: NDArray[Any]) -> NDArray[np.float64]:
    """Numbers as they are; categories by their place in alphabetical order."""
    if column.dtype != object:
        return column.astype(float)
    return np.unique(column.astype(str), return_inverse=True)[1].astype(float)


def _apart(column: NDArray[np.float64], interest: NDArray[np.bool_]) -> float:
    if interest.all() or not interest.any():
        return 0.0
    ranks = scipy.stats.rankdata(column)
    return float(ranks[interest].mean() - ranks[~interest].mean())


def _scatter(axes: Axes, told: Where, say: Speaker) -> None:
    discovery = told.discovery
    space, interest = discovery.space, discovery.interest
    names = telling_factors(discovery)
    draws = np.random.default_rng(told.study.experiment.seed)
    places = []
    for name in names:
        column = _coded(space.columns[name])
        if space.kinds[name] == CATEGORY:
            column = column + draws.uniform(-SPREAD, SPREAD, len(column))
        places.append(column)
    while len(places) < SHOWN:
        places.append(draws.uniform(0.0, 1.0, len(space)))
    for chosen, colour, face in (
        (~interest, style.DIM, style.PAPER),
        (interest, style.VERMILION, style.VERMILION),
    ):
        axes.plot(
            places[0][chosen],
            places[1][chosen],
            "o",
            color=colour,
            markerfacecolor=face,
            markersize=style.MARKER * 0.55,
            markeredgewidth=style.THIN,
            zorder=2 if colour == style.DIM else 3,
            clip_on=False,
        )
    axes.margins(0.03)
    for name, side in zip(names, ("x", "y"), strict=False):
        _axis(axes, name, side, told, say)
    if len(names) < SHOWN:
        axes.set_yticks([])
    shown = discovery.standing(discovery.best.method) if discovery.best else ()
    for number, found in enumerate(shown):
        _outline(axes, found.box, names, told, number == 0)


def _axis(axes: Axes, name: str, side: str, told: Where, say: Speaker) -> None:
    space = told.discovery.space
    title = factor_title(name, told.study, say)
    (axes.set_xlabel if side == "x" else axes.set_ylabel)(title)
    if space.kinds[name] == CATEGORY:
        values = sorted(set(space.columns[name].tolist()))
        (axes.set_xticks if side == "x" else axes.set_yticks)(range(len(values)), values)
        return
    factor = {one.name: one for one in told.study.drawn.factors}.get(name)
    if factor is None or not factor.is_range:
        return
    low, high = factor.range
    about = told.study.experiment.factor.get(name)
    if about is not None and about.distribution == "loguniform":
        (axes.set_xscale if side == "x" else axes.set_yscale)("log")
        axes.minorticks_off()
        ticks = _few_ticks(low, high)
        set_ticks = axes.set_xticks if side == "x" else axes.set_yticks
        set_ticks(ticks, [f"{one:g}" for one in ticks])
    (axes.set_xlim if side == "x" else axes.set_ylim)(low, high)


def _few_ticks(low: float, high: float) -> list[float]:
    """Round numbers on a logarithmic scale between two ends, and the ends; none too close."""
    decades = range(int(np.floor(np.log10(low))), int(np.ceil(np.log10(high))) + 1)
    round_ones = [times * 10.0**decade for decade in decades for times in (1.0, 2.0, 5.0)]
    apart = APART * np.log(high / low)
    inner = [
        one
        for one in round_ones
        if low < one < high and min(np.log(one / low), np.log(high / one)) > apart
    ]
    kept: list[float] = []
    for one in inner:
        if not kept or np.log(one / kept[-1]) > apart:
            kept.append(one)
    return [low, *kept, high]


def _outline(axes: Axes, box: Box, names: list[str], told: Where, first: bool) -> None:
    """The rectangle of a box in the two factors; limits of other factors do not show."""
    from matplotlib.patches import Rectangle

    ends = []
    for name, limits_of_axis in zip(names, (axes.get_xlim(), axes.get_ylim()), strict=False):
        limits = box.limits.get(name, Limits())
        if limits.allowed is not None:
            values = sorted(set(told.discovery.space.columns[name].tolist()))
            at = [values.index(one) for one in limits.allowed]
            ends.append((min(at) - 0.5, max(at) + 0.5))
        else:
            ends.append((max(limits.low, limits_of_axis[0]), min(limits.high, limits_of_axis[1])))
    while len(ends) < SHOWN:
        ends.append(axes.get_ylim())
    (left, right), (low, high) = ends
    axes.add_patch(
        Rectangle(
            (left, low),
            right - left,
            high - low,
            fill=False,
            edgecolor=style.BLUE,
            linewidth=style.LINE,
            linestyle="-" if first else "--",
            zorder=4,
        )
    )


def _trajectory(axes: Axes, told: Where, say: Speaker) -> None:
    discovery = told.discovery
    steps = discovery.trajectory
    coverage = [one.fit.coverage for one in steps]
    density = [one.fit.density for one in steps]
    axes.plot(coverage, density, "-", color=style.FAINT, linewidth=style.LINE, zorder=1)
    axes.plot(coverage, density, "o", color=style.DIM, markersize=style.MARKER * 0.6, zorder=2)
    if steps:
        look = {"ha": "right", "va": "top", **_LABEL}
        axes.annotate(say("base"), (coverage[0], density[0]), (-5, 3), **look)
    found = discovery.best or discovery.failed
    if found is not None:
        # The curve falls to the right, so below it there is room; each label has its own line.
        lower = min(found.sought.density, found.held_back.density)
        next_line = -9 - 1.6 * style.SMALL
        for one, marker, key, face, at, offset in (
            (found.sought, "s", "chosen", style.BLUE, found.sought.density, (-6, -9)),
            (found.held_back, "D", "tested", style.PAPER, lower, (-11, next_line)),
        ):
            axes.plot(
                one.coverage, one.density, marker, color=style.BLUE, markerfacecolor=face, zorder=3
            )
            look = {"color": style.BLUE, "ha": "right", **_LABEL}
            axes.annotate(say(key), (one.coverage, at), offset, **look)
    axes.set_xlim(0.0, 1.03)
    axes.set_ylim(0.0, 1.03)
    axes.set_xlabel(say("coverage"))
    axes.set_ylabel(say("density"))


_LABEL: Mapping[str, Any] = {"textcoords": "offset points", "fontsize": style.SMALL}
