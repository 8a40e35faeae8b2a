"""Directives (政策): issued to a line, hard or easy, welcome or not, and slowly forgotten.

The tiger's head and the snake's tail (虎头蛇尾, source B5): attention to a directive fades with its
age, as in Downs (1972), unless leaders keep driving it or targets hold it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sim.arithmetic import exp
from sim.calendar import MONTHS_A_YEAR
from sim.declare import Section, Spread, Unfollowed, count, group, number, share
from sim.distributions import normal_share
from sim.machine.compiled import rule
from sim.machine.draws import decision, draw
from sim.mechanisms.leadership import presence
from sim.mechanisms.measuring import Measure, Sums, ratio

if TYPE_CHECKING:
    from sim.mechanisms.typed import AllSettings, Department, Mechanisms, Tally

DIRECTIVE = decision(1, "a line's new directive: difficulty, interest, specificity, harm")
# Follow-through compares the first and the last third of a directive's life.
_THIRDS = 3
# The most directives that a department can have under way at once.
AT_ONCE = 4


class Directives(Section, section="directives"):
    """Policies on their way down a line (政策)."""

    difficulty: Spread = group(
        "how hard a directive is to carry out", zh="难度", source="Matland 1995; assumed values"
    )
    interest_low: float = number(
        "least a directive serves its department",
        -1,
        1,
        "interest",
        zh="部门利益下限",
        source="essay, B3; assumed value",
    )
    interest_high: float = number(
        "most a directive serves its department",
        -1,
        1,
        "interest",
        zh="部门利益上限",
        source="essay, B3; assumed value",
    )
    specificity: Spread = group(
        "how much of a directive needs local adaptation",
        zh="因地制宜程度",
        source="essay, B4, B7; assumed values",
    )
    harm: Spread = group("harm done if a directive fails", zh="危害", source="assumed")
    life: int = count("months until a directive is replaced", 1, 600, "months", zh="政策周期")
    at_once: int = count(
        "directives of a line under way at once",
        1,
        AT_ONCE,
        zh="并行政策数",
        meaning_zh="一个部门同时执行的政策数",
        source="Simon 1947; Jones & Baumgartner 2005; assumed value",
        off=1,
    )
    workload: float = number(
        "officers' time that one directive takes in full",
        0.1,
        1,
        "share",
        zh="单项工作量",
        meaning_zh="一项政策完全执行所占的工作时间",
        source="Simon 1947; assumed value",
        off=1.0,
    )
    hard: float = share(
        "directives with hard targets, such as growth or stability",
        zh="硬指标比例",
        meaning_zh="指标可量化的政策（如增长、投资、稳定）所占比例",
        source="O'Brien & Li 1999; assumed value",
        off=1.0,
    )
    measurability: float = number(
        "how far appraisal can measure a soft directive, against a hard one",
        0.05,
        1,
        "share",
        zh="软任务可测度",
        meaning_zh="考核对软任务的可测程度（以硬指标为1）",
        source="Holmström & Milgrom 1991; O'Brien & Li 1999; assumed value",
        off=1.0,
    )


class Settings(Section, section="behaviour"):
    """How attention fades."""

    fade: float = number(
        "time in which attention to a directive falls to 37 %",
        0.1,
        240,
        "months",
        zh="虎头蛇尾",
        source="Downs 1972; assumed value",
    )


class DepartmentFields(Section, row="department"):
    """The directive under way in a department."""

    directive_age: int = count("age of its directive", unit="months", zh="政策已执行月数")
    difficulty: float = share("difficulty of its directive", zh="难度")
    interest: float = number("how far the directive serves it", -1, 1, "interest", zh="部门利益")
    specificity: float = share("how much local adaptation the directive needs", zh="因地制宜程度")
    harm: float = share("harm if the directive fails", zh="危害")
    attention: float = share("what is left of the directive's first urgency", zh="注意力")


class TallySums(Section, row="tally"):
    """Work early and late in the life of directives."""

    early: float = number(
        "front-line substance in the first third of directives",
        0,
        None,
        "officers",
        zh="政策前期实绩",
    )
    early_fronts: float = number(
        "front-line posts in the first third", 0, None, "officers", zh="政策前期一线岗位数"
    )
    late: float = number(
        "front-line substance in the last third of directives",
        0,
        None,
        "officers",
        zh="政策后期实绩",
    )
    late_fronts: float = number(
        "front-line posts in the last third", 0, None, "officers", zh="政策后期一线岗位数"
    )


# What the mean field, whose directives differ in age and interest alone, does not follow.
UNFOLLOWED = (
    Unfollowed(
        "directives of different difficulty, specificity and harm",
        "政策难度、针对性与危害的差异",
        {f"directives.{name}.sd": 0.0 for name in ("difficulty", "specificity", "harm")},
    ),
)


@rule
def new_directive(
    department: Department, settings: AllSettings, seed: int, replicate: int, month: int
) -> None:
    """Give the department its line's next directive (source B3, B7; Matland 1995 on difficulty)."""
    take_up(department, settings, draw(seed, replicate, DIRECTIVE, month, department.line, 0))


@rule
def take_up(department: Department, settings: AllSettings, u: tuple[float, ...]) -> None:
    """Give the department a directive with the properties that the draws ``u`` say."""
    department.difficulty = normal_share(u[0], settings.difficulty_mean, settings.difficulty_sd)
    department.interest = settings.interest_low + u[1] * (
        settings.interest_high - settings.interest_low
    )
    department.specificity = normal_share(u[2], settings.specificity_mean, settings.specificity_sd)
    department.harm = normal_share(u[3], settings.harm_mean, settings.harm_sd)
    department.directive_age = 0


@rule
def issue_directive(
    department: Department, settings: AllSettings, seed: int, replicate: int, month: int
) -> None:
    """Age the directive by a month; replace it once it has run its life."""
    if month > 0:
        department.directive_age += 1
    if department.directive_age >= settings.life:
        new_directive(department, settings, seed, replicate, month)


@rule
def attention(
    age: int, department: Department, mechanisms: Mechanisms, settings: AllSettings
) -> float:
    """Share of a directive's first urgency still felt, in [0, 1].

    Fades with the directive's ``age`` in months unless leaders keep driving it; they can be with
    one directive at a time, so several divide their presence. Targets set in advance keep part of
    it (source C2, 目标管理).
    """
    fading = exp(-age / settings.fade)
    fading += settings.target_hold * mechanisms.targets * (1.0 - fading)
    drive = presence(department, mechanisms) / float(settings.at_once)
    return drive + (1.0 - drive) * fading


@rule
def mean_interest(settings: AllSettings) -> float:
    """Mean size of what a directive means to its department, of either sign."""
    low, high = settings.interest_low, settings.interest_high
    if low < 0.0 < high:
        return 0.5 * (low * low + high * high) / (high - low)
    return 0.5 * abs(low + high)


@rule
def observe_directive(
    age: int, department: Department, substance: float, settings: AllSettings, tally: Tally
) -> None:
    """Add the front line's real work on a directive of this ``age`` to the sums of early or of late
    months (source B5).
    """
    fronts = float(department.fronts)
    if _THIRDS * age < settings.life:
        tally.early += substance
        tally.early_fronts += fronts
    elif _THIRDS * (age + 1) > 2 * settings.life:
        tally.late += substance
        tally.late_fronts += fronts


def _follow_through(sums: Sums) -> Any:
    late = ratio(sums["late"], sums["late_fronts"])
    early = ratio(sums["early"], sums["early_fronts"])
    return ratio(late, early)


MEASURES = (
    Measure(
        "follow_through",
        "Follow-through",
        "善始善终",
        "ratio",
        "front-line substance in the last third of directives over that in the first third, "
        "twelve months",
        _follow_through,
        window=MONTHS_A_YEAR,
    ),
)
