"""Conduct (执行方式): faithful, to the letter, selective, for show, or hardly at all.

An officer weighs what speaks for each conduct and against it, and chooses by logit (McFadden 1974).
Officers can differ in lasting tastes (mixed logit; Revelt & Train 1998), so that no reform makes
all of them alike. Each reason comes out of a mechanism of its own: duty and cost of effort here,
reward from incentives, threat from deterrence, blame from felt accountability, belonging from
culture, example from leadership.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from pydantic import Field

from sim.arithmetic import either, exp
from sim.declare import Assembled, Section, counts_by, each, number, share
from sim.kinds import CONDUCTS, listed
from sim.machine.compiled import rule
from sim.machine.draws import DRAWS
from sim.mechanisms import (
    culture,
    deterrence,
    execution,
    felt_accountability,
    incentives,
    leadership,
    reporting,
)
from sim.mechanisms.measuring import Measure, Sums, among, per, ratio

if TYPE_CHECKING:
    from sim.mechanisms.typed import (
        AllSettings,
        Choice,
        Conduct,
        ConductTable,
        Department,
        Mechanisms,
        Officer,
        Outlook,
        SumsByKind,
        World,
    )

_CONDUCTS = len(CONDUCTS)
# Conducts that do not comply with what is asked.
NON_COMPLIANT = CONDUCTS.where(lambda conduct: not conduct.complies)


class ConductSettings(Section, row="conduct"):
    """One way to deal with a directive, and what comes of it (执行方式)."""

    available: bool = Field(
        description="whether officers may choose it",
        json_schema_extra={"store": "i4", "zh": "可选"},
    )
    effort: float = number("effort", 0, 2, "full month", zh="努力")
    show: float = share("what it shows to those above", zh="表面政绩")
    misconduct: float = share("how far it is misconduct", zh="失职程度")
    error: float = share("exposure to error in acting", zh="出错风险")
    engagement: float = share("engagement that colleagues see", zh="投入程度")
    passes: float = share("content handed down", zh="传达比例", source="Downs 1967; assumed values")
    passes_local: float = share(
        "content lost per unit of specificity when handed down", zh="传达中的地方损失"
    )
    passes_adverse: float = share(
        "content misread per unit of adverse interest when handed down",
        zh="蓄意误读",
        source="essay, B3; assumed values",
    )
    substance: float = share("substance per unit of ease", zh="实绩")
    substance_interest: float = number(
        "substance added per unit of the department's interest",
        -1,
        1,
        "share",
        zh="部门利益对实绩的影响",
        source="essay, B3; assumed values",
    )
    local_loss: float = share(
        "substance lost per unit of specificity",
        zh="因地制宜损失",
        source="essay, B4, B7; assumed values",
    )
    local_autonomy: float = share(
        "part of that loss which full autonomy avoids",
        zh="自主权挽回的损失",
        source="essay, B7; assumed values",
    )
    rent: float = number(
        "rent per unit of interest of either sign",
        0,
        5,
        "ratio",
        zh="利益所得",
        source="essay, B3; assumed values",
    )
    excess: float = share(
        "work beyond what was asked per unit of favourable interest",
        zh="过度执行",
        source="essay, B3; assumed values",
    )
    hides: float = share(
        "shortfall that is kept from citizens", zh="瞒下", source="essay, B9; assumed values"
    )
    avoidance: float = number(
        "relief per unit of adverse interest",
        0,
        5,
        "ratio",
        zh="规避所得",
        source="essay, B3; assumed values",
    )


if TYPE_CHECKING:
    Conducts = Assembled
else:
    Conducts = each(
        "Conducts",
        "The conducts (执行方式).",
        CONDUCTS,
        ConductSettings,
        module=__name__,
        section="conducts",
    )


class Settings(Section, section="behaviour"):
    """How officers choose."""

    precision: float = number(
        "precision of choice (logit)",
        0,
        50,
        "1/utility",
        zh="选择精度",
        source="McFadden 1974; assumed value",
    )
    duty: float = number(
        "weight of public service motivation",
        0,
        10,
        "utility",
        zh="公共服务动机",
        source="Perry & Wise 1990; assumed value",
    )
    effort: float = number(
        "cost of a month's full effort",
        0,
        10,
        "utility",
        zh="努力成本",
        source="Downs 1967; assumed value",
    )
    rent: float = number(
        "weight of what a directive yields to the department",
        0,
        10,
        "utility",
        zh="部门利益权重",
        source="Dunleavy 1991; assumed value",
    )
    autonomy_rent: float = share(
        "part of the rent that needs autonomy to be taken",
        zh="依赖自主权的利益份额",
        source="assumed",
    )
    habit: float = number(
        "weight of last month's conduct",
        0,
        10,
        "utility",
        zh="惯性",
        source="Simon 1947; assumed value",
    )
    in_working_hours: float = share(
        "part of the burden that takes the place of work instead of coming on top of it",
        zh="占用工时",
        meaning_zh="负担中占用工作时间（而非额外增加）的部分",
        source="assumed",
        off=0.0,
    )
    taste: float = number(
        "standard deviation of officers' lasting taste for each conduct",
        0,
        10,
        "utility",
        zh="个人偏好差异",
        meaning_zh="公务员对各执行方式的持久偏好的标准差",
        source="Revelt & Train 1998; McFadden & Train 2000; assumed value",
        off=0.0,
    )


class OfficerFields(Section, row="officer"):
    """What an officer does."""

    conduct: int = number(
        "this month's conduct", 0, _CONDUCTS - 1, "number", zh="执行方式", store="i1"
    )
    previous_conduct: int = number(
        "last month's conduct", 0, _CONDUCTS - 1, "number", zh="上月执行方式", store="i1"
    )
    taste: float = number(
        "lasting taste for each conduct",
        None,
        None,
        "utility",
        zh="个人偏好",
        store="f4",
        width=_CONDUCTS,
    )


class OutlookFields(Section, row="outlook"):
    """What one conduct means in one department this month, whoever chooses it (执行方式得失)."""

    hides: float = share("shortfall that is kept from citizens", zh="瞒下")
    cost: float = number("cost of effort", 0, None, "utility", zh="努力成本")
    rent: float = number(
        "rent for an officer without responsibility", 0, None, "utility", zh="部门利益"
    )


class ChoiceFields(Section, row="choice"):
    """One officer's choice of the month, while it is made (选择)."""

    draws: float = share("random numbers of one decision", zh="随机数", width=DRAWS)
    example: float = share("engagement of the superior last month", zh="上级示范")
    motive: float = number(
        "public service motivation, per unit of substance", 0, None, "utility", zh="公共服务动机"
    )
    habit: float = number("what it is worth to do as last month", 0, None, "utility", zh="惯性")
    worth: float = number(
        "what each conduct is worth", None, None, "utility", zh="效用", width=_CONDUCTS
    )
    upto: float = number(
        "weight of each conduct and of those before it",
        0,
        None,
        "weight",
        zh="累计权重",
        width=_CONDUCTS,
    )


TallySums = counts_by(CONDUCTS, "TallySums", module=__name__, row="tally")
LayerSums = counts_by(CONDUCTS, "LayerSums", module=__name__, row="layer")


@rule
def rent(
    conduct: Conduct,
    favourable: float,
    adverse: float,
    mechanisms: Mechanisms,
    settings: AllSettings,
) -> float:
    """What a conduct yields an officer without responsibility, in utility.

    ``favourable`` is the size of the department's interest where it is above 0, ``adverse`` where
    it is below; or the means of several. Bureau-shaping and capture (Dunleavy 1991; source B3).
    """
    freedom = 1.0 - settings.autonomy_rent * (1.0 - mechanisms.autonomy)
    return settings.rent * (
        conduct.rent * (favourable + adverse) * freedom + conduct.avoidance * adverse
    )


@rule
def bring(
    outlook: Outlook,
    conduct: Conduct,
    department: Department,
    mechanisms: Mechanisms,
    settings: AllSettings,
) -> None:
    """Work out what one conduct brings where a department has one directive, which is hard."""
    interest = department.interest
    specificity = department.specificity
    favourable = max(0.0, interest)
    adverse = max(0.0, -interest)
    outlook.substance = execution.substance_per_ease(conduct, interest, specificity, mechanisms)
    outlook.achieved = outlook.substance
    outlook.shift = 0.0
    outlook.achieved_shift = 0.0
    outlook.passes = execution.passes(conduct, interest, specificity)
    outlook.excess = execution.excess(conduct, favourable)
    outlook.rent = rent(conduct, favourable, adverse, mechanisms, settings)
    outlook.seen_work = department.validity
    outlook.seen_show = (1.0 - department.validity) * conduct.show


@rule
def weigh_conduct(
    outlook: Outlook,
    conduct: Conduct,
    exposure: float,
    department: Department,
    mechanisms: Mechanisms,
    settings: AllSettings,
) -> None:
    """Work out what else one conduct means in this department, whatever the directive.

    A public pledge leaves nothing to hide from those it was given to (source C6). Burden that takes
    the place of work leaves fewer hours to spend effort in. ``exposure`` is how well the conduct is
    seen against the one that is seen best.
    """
    outlook.show = conduct.show
    outlook.report = reporting.embellished(
        department.reports_heard, conduct.show, department, mechanisms, settings
    )
    outlook.hides = conduct.hides * (1.0 - mechanisms.pledges)
    outlook.engagement = conduct.engagement
    hours = 1.0 - settings.in_working_hours * department.burden
    outlook.cost = settings.effort * conduct.effort * (1.0 + department.demand) * hours
    outlook.threat = deterrence.threat(conduct, exposure, mechanisms, settings)
    outlook.belonging = culture.belonging(conduct, department, mechanisms, settings)


@rule
def note_stakes(
    officer: Officer,
    choice: Choice,
    department: Department,
    mechanisms: Mechanisms,
    settings: AllSettings,
) -> None:
    """Note what moves an officer this month, whatever the conduct."""
    worth_seen, worth_told = incentives.at_stake(officer, department, mechanisms, settings)
    choice.worth_seen = worth_seen
    choice.worth_told = worth_told
    choice.motive = settings.duty * officer.responsibility
    choice.habit = settings.habit * officer.inertia
    choice.felt_risk = deterrence.felt_risk(officer, department, settings)


class Reasons(NamedTuple):
    """What speaks for a conduct and against it, in utility; ``effort`` sets the scale."""

    duty: float
    reward: float
    cost: float
    rent: float
    threat: float
    blame: float
    belonging: float
    example: float
    habit: float
    taste: float


@rule
def reasons(
    officer: Officer,
    k: int,
    habitual: bool,
    choice: Choice,
    outlook: Outlook,
    department: Department,
    mechanisms: Mechanisms,
    settings: AllSettings,
) -> Reasons:
    """The reasons for and against conduct ``k`` for one officer, term by term.

    ``habitual``: whether the officer did so last month; ``choice``: the superior's example, how far
    the officer answers for a failure, and what else is at stake (``note_stakes``). Duty: public
    service motivation (Perry & Wise 1990).
    """
    substance = officer.ease * outlook.substance
    return Reasons(
        choice.motive * substance,
        incentives.reward(
            choice.worth_seen, choice.worth_told, substance, outlook, department, settings
        ),
        -outlook.cost,
        outlook.rent * (1.0 - officer.responsibility),
        -outlook.threat * choice.felt_risk,
        -felt_accountability.felt_blame(officer, choice, outlook),
        outlook.belonging,
        leadership.led(choice.example, outlook.engagement, department, mechanisms, settings),
        either(habitual, choice.habit, 0.0),
        float(officer.taste[k]),
    )


@rule
def utility(terms: Reasons) -> float:
    """Utility of a conduct: all ``Reasons`` together, in their order."""
    at_hand = (terms.cost + terms.belonging) + (terms.rent + terms.threat)
    own = (terms.example + terms.habit) + (terms.duty + terms.taste)
    return (at_hand + own) + terms.blame + terms.reward


# Less than any conduct is worth.
_NOTHING = -1e300


@rule(inline=True)
def best_of(worths: Any, conducts: ConductTable) -> float:
    """What the best of the available conducts is worth; ``worths`` are of all conducts, utility."""
    best = _NOTHING
    for k in range(_CONDUCTS):
        best = max(best, either(conducts[k].available == 1, worths[k], _NOTHING))
    return best


@rule(inline=True)
def weight(worth: float, best: float, conduct: Conduct, settings: AllSettings) -> float:
    """The weight of a conduct in the logit, 1 for the best; 0 if it is not available.

    Its chance is its own weight over the sum of all (McFadden 1974).
    """
    weighed = exp(settings.precision * (worth - best))
    return either(conduct.available == 1, weighed, 0.0)


@rule(inline=True)
def add_weights(choice: Choice, conducts: ConductTable, settings: AllSettings) -> None:
    """Leave in ``choice`` the weight of each conduct, added to those of the conducts before it."""
    best = best_of(choice.worth, conducts)
    total = 0.0
    for k in range(_CONDUCTS):
        total += weight(choice.worth[k], best, conducts[k], settings)
        choice.upto[k] = total


@rule(inline=True)
def choose(choice: Choice) -> int:
    """Take the conduct that the month's draw falls on, among weights added up before."""
    mark = choice.draws[0] * choice.upto[_CONDUCTS - 1]
    chosen = 0
    for k in range(_CONDUCTS - 1):
        chosen += 1 if choice.upto[k] < mark else 0
    return chosen


@rule(inline=True)
def logit(officer: Officer, choice: Choice, world: World, month: int) -> int:
    """Decide by logit: the better a conduct is for the officer, the likelier (McFadden 1974).

    Every rule of decision has this form. ``choice`` holds the officer's draw of the month, what
    each conduct is worth, and the weights that the logit gives them.
    """
    return choose(choice)


@rule
def observe_conduct(officer: Officer, sums: SumsByKind) -> None:
    """Count the officer under this month's conduct, in the sums of a month or of a layer."""
    sums.conducts[officer.conduct] += 1.0


def _non_compliance(sums: Sums) -> Any:
    against = sum(sums[name] for name in NON_COMPLIANT)
    return ratio(against, sums["officers"])


MEASURES = (
    *(
        Measure(name, kind.title, kind.zh, "share", f"officers {kind.said}", per(name))
        for name, kind in CONDUCTS.of.items()
    ),
    Measure(
        "non_compliance",
        "Non-compliance",
        "未依规执行",
        "share",
        f"officers {listed((kind.said for kind in NON_COMPLIANT.of.values()), 'or')}",
        _non_compliance,
    ),
    *among("faithful", "Faithful", "忠实执行", "officers faithful", per("faithful")),
)
