"""The main result of a comparison as a sentence, worded according to the data."""

import math

import numpy as np

from sim.drawing.language import Speaker, Texts
from sim.drawing.words import reform_starts, size, sure
from sim.measures import MEASURES
from sim.study.compare import Comparison
from sim.study.estimate import Estimate
from sim.study.package import ALL_LEVERS, Package

EXECUTION = "execution_rate"
Effects = dict[str, Estimate]
TEXT: Texts = {
    "en": {
        "one_run": "In one replicate, {text}",
        "join": "; ",
        "raises": "{name} raises execution by {size} points",
        "lowers": "{name} lowers execution by {size} points",
        "largest_sure": "{text}, the largest effect that can be told from zero",
        "most_up": "{name} raises execution most, by {size} points",
        "most_down": "{name} moves execution most, down by {size} points",
        "rivals": "{text}, though not clearly more than {who}",
        "others": "{number} others",
        "moves_nothing": "{name} does not move execution",
        "unsure": "the effect of {name} on execution cannot be told from zero",
        "no_lever": "no lever moves execution",
        "no_package": "no package moves execution",
        "no_lever_sure": "no lever’s effect on execution can be told from zero",
        "no_package_sure": "no package’s effect on execution can be told from zero",
        "it": "it",
        "execution": "execution",
        "all_still": "all together do not move {what}",
        "all_unsure": "the effect of all together on {what} cannot be told from zero",
        "all_up": "all together raise {what} by {size} points",
        "all_down": "all together lower {what} by {size} points",
        "against_up": "all together raise it by {size}",
        "against_down": "all together lower it by {size}",
        "same_up": "all together raise it about as much, by {size}",
        "same_down": "all together lower it about as much, by {size}",
        "further_up": "all together raise it further, by {size}",
        "further_down": "all together lower it further, by {size}",
        "less_up": "all together raise it less, by {size}",
        "less_down": "all together lower it less, by {size}",
        "world": "{titles}: {months} months{reforms}, {read} the last {observed}; seed {seed}.",
        "measured": "measured over",
        "in_title": "title: mean of",
        "from_month": ", reforms from month {starts}",
        "triggered": ", reforms that begin or end by a condition (their months not shown)",
        "replicate": "{number} replicate",
        "replicates": "{number} replicates",
        "over_draw": "{replicates} over {draws} draw of the posterior",
        "over_draws": "{replicates} over {draws} draws of the posterior",
    },
    "zh": {
        "one_run": "单次重复中，{text}",
        "join": "；",
        "raises": "{name}使执行率上升{size}个百分点",
        "lowers": "{name}使执行率下降{size}个百分点",
        "largest_sure": "{text}，是能与零区分的最大影响",
        "most_up": "{name}使执行率升幅最大，达{size}个百分点",
        "most_down": "{name}对执行率影响最大，使其下降{size}个百分点",
        "rivals": "{text}，但不能断定大于{who}",
        "others": "其他{number}项",
        "moves_nothing": "{name}不改变执行率",
        "unsure": "{name}对执行率的影响不能与零区分",
        "no_lever": "没有一项举措改变执行率",
        "no_package": "没有一个方案改变执行率",
        "no_lever_sure": "没有一项举措对执行率的影响能与零区分",
        "no_package_sure": "没有一个方案对执行率的影响能与零区分",
        "it": "执行率",
        "execution": "执行率",
        "all_still": "全部合用不改变{what}",
        "all_unsure": "全部合用对{what}的影响不能与零区分",
        "all_up": "全部合用使{what}上升{size}个百分点",
        "all_down": "全部合用使{what}下降{size}个百分点",
        "against_up": "全部合用使其上升{size}个百分点",
        "against_down": "全部合用使其下降{size}个百分点",
        "same_up": "全部合用使其升幅相近，为{size}个百分点",
        "same_down": "全部合用使其降幅相近，为{size}个百分点",
        "further_up": "全部合用使其上升更多，达{size}个百分点",
        "further_down": "全部合用使其下降更多，达{size}个百分点",
        "less_up": "全部合用使其上升较少，为{size}个百分点",
        "less_down": "全部合用使其下降较少，为{size}个百分点",
        "world": "{titles}：{months}个月{reforms}，{read}最后{observed}个月；种子{seed}。",
        "measured": "观测",
        "in_title": "标题为均值，取自",
        "from_month": "，第{starts}个月起改革",
        "triggered": "，另有按条件启动或停止的改革（图中不示其月份）",
        "replicate": "{number}次重复",
        "replicates": "{number}次重复",
        "over_draw": "后验{draws}次抽样上的{replicates}",
        "over_draws": "后验{draws}次抽样上的{replicates}",
    },
}


def alone(comparison: Comparison) -> list[Package]:
    """All packages except the reference and the package of all levers."""
    return [package for package in comparison.packages[1:] if package.name != ALL_LEVERS]


def message(comparison: Comparison, lang: str = "en") -> str:
    """The largest effect on execution, and the effect of all levers together."""
    say = Speaker(lang, TEXT)
    effects = {
        package.name: comparison.effect(package.name, (EXECUTION,))[EXECUTION]
        for package in comparison.packages[1:]
    }
    singles = alone(comparison)
    moving = [package for package in singles if _told(effects[package.name])]
    strongest = max(moving, key=lambda package: abs(effects[package.name].value), default=None)
    parts = []
    if strongest is not None:
        parts.append(_most(comparison, strongest, effects, say))
    elif singles:
        parts.append(_none(comparison, say))
    if ALL_LEVERS in effects:
        parts.append(_together(comparison, strongest, effects, say))
    text = say("join").join(parts)
    if comparison.replicates == 1:
        return say("one_run", text=text)
    return text[0].upper() + text[1:]


def _told(effect: Estimate) -> bool:
    """Whether an effect differs from zero: by its interval, or by its value in one replicate."""
    if effect.replicates == 1:
        return math.isfinite(effect.value) and effect.value != 0
    return sure(effect)


def _further(comparison: Comparison, one: str, other: str) -> Estimate:
    """How much larger one package's effect on execution is than another's, without their signs."""
    names = (comparison.packages[0].name, one, other)
    reference, first, second = (comparison.values(name)[EXECUTION] for name in names)
    moves = [
        np.sign(np.mean(values - reference)) * (values - reference) for values in (first, second)
    ]
    return comparison.estimates({"": moves[0] - moves[1]})[""]


def _most(comparison: Comparison, strongest: Package, effects: Effects, say: Speaker) -> str:
    value = effects[strongest.name].value
    name, by = say.quoted(strongest.title), size(value)
    others = [package for package in alone(comparison) if package is not strongest]
    text = say("raises" if value > 0 else "lowers", name=name, size=by)
    if not others:
        return text
    if any(abs(effects[package.name].value) > abs(value) for package in others):
        return say("largest_sure", text=text)
    text = say("most_up" if value > 0 else "most_down", name=name, size=by)
    rivals = [
        package.title
        for package in others
        if not _told(_further(comparison, strongest.name, package.name))
    ]
    if not rivals:
        return text
    one = len(rivals) == 1
    who = say.quoted(rivals[0]) if one else say("others", number=len(rivals))
    return say("rivals", text=text, who=who)


def _none(comparison: Comparison, say: Speaker) -> str:
    singles = alone(comparison)
    one = comparison.replicates == 1
    if len(singles) == 1:
        return say("moves_nothing" if one else "unsure", name=say.quoted(singles[0].title))
    kind = "no_lever" if len(singles) + 1 < len(comparison.packages) else "no_package"
    return say(kind if one else f"{kind}_sure")


def _together(
    comparison: Comparison, strongest: Package | None, effects: Effects, say: Speaker
) -> str:
    effect = effects[ALL_LEVERS]
    what = say("it") if alone(comparison) else say("execution")
    if not _told(effect):
        return say("all_still" if comparison.replicates == 1 else "all_unsure", what=what)
    way, by = "up" if effect.value > 0 else "down", size(effect.value)
    if strongest is None:
        return say(f"all_{way}", what=what, size=by)
    if effect.value * effects[strongest.name].value < 0:
        return say(f"against_{way}", size=by)
    further = _further(comparison, ALL_LEVERS, strongest.name)
    how = "same" if not _told(further) else "further" if further.value > 0 else "less"
    return say(f"{how}_{way}", size=by)


def replicates(comparison: Comparison, say: Speaker) -> str:
    """Number of replicates and of draws of a posterior, in words."""
    number = comparison.replicates
    text = say("replicate" if number == 1 else "replicates", number=f"{number:,}")
    if not comparison.draws:
        return text
    draws = min(comparison.draws, number)
    return say("over_draw" if draws == 1 else "over_draws", replicates=text, draws=f"{draws:,}")


def world(comparison: Comparison, say: Speaker, read: str = "measured") -> str:
    """A sentence with scenarios, months, start of reforms, months observed and seed.

    ``read`` is the key of the text before the months observed.
    """
    scenarios = [package.scenario for package in comparison.packages]
    starts = reform_starts(scenarios)
    titles, months, observed, from_ = (
        say("separate").join(dict.fromkeys(map(str, values)))
        for values in (
            (say.title(one) for one in scenarios),
            (one.clock.months for one in scenarios),
            (one.clock.observed for one in scenarios),
            starts,
        )
    )
    reforms = say("from_month", starts=from_) if starts else ""
    if any(reform.triggered for one in scenarios for reform in one.reform):
        reforms += say("triggered")
    return say(
        "world",
        titles=titles,
        months=months,
        reforms=reforms,
        read=say(read),
        observed=observed,
        seed=comparison.seed,
    )


def meanings(names: tuple[str, ...], say: Speaker) -> list[str]:
    """Meanings of measures, one line each; in Chinese none, since names are clear."""
    if say.chinese:
        return []
    return [f"{MEASURES[name].title}: {MEASURES[name].meaning}." for name in names]
