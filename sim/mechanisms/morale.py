"""Morale (士气): effects of doubt that merit is rewarded on effort, resignations and applications.

Whoever believes less in merit than is held fair withholds effort (negative reciprocity, Fehr &
Gächter 2000): a positive incentive turns negative (正激励变为负激励, source C1). The able leave
first where merit is not rewarded (Hirschman 1970). The least able leave early as well (Trevor,
Gerhart & Boudreau 1997), which is not in the model. Applicants are better where office pays more
(Dal Bó, Finan & Rossi 2013), careers are earned by merit (Ashraf, Bandiera, Davenport & Lee 2020)
and the service is trusted (Perry & Wise 1990). That career offers draw less prosocial applicants
(Ashraf et al. 2020) is not in the model: ability and responsibility rise alike.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.arithmetic import exp, log
from sim.declare import Section, number, share
from sim.machine.compiled import rule
from sim.mechanisms.measuring import Measure, per, yearly

if TYPE_CHECKING:
    from sim.mechanisms.typed import (
        AllSettings,
        Department,
        Mechanisms,
        Officer,
        Officers,
        Tally,
    )


class Settings(Section, section="behaviour"):
    """What is held fair, and what follows for effort, exit and applications."""

    fair_belief: float = share(
        "belief in merit that is held fair; below it prospects turn negative",
        zh="公平底线",
        meaning_zh="公平预期低于此值时，职业前景变为负激励",
        source="Fehr & Gächter 2000; essay, C1; assumed value",
        off=0.0,
    )
    exit_of_able: float = number(
        "rise of the logarithm of the chance to resign per unit of capability above colleagues "
        "and unit of belief below what is held fair",
        0,
        100,
        "1/share²",
        zh="能者求去",
        meaning_zh="能力每高出同事一个单位、公平预期每低于底线一个单位，辞职概率对数的增量",
        source="Hirschman 1970; against Trevor, Gerhart & Boudreau 1997; assumed value",
        off=0.0,
    )
    applicants: float = number(
        "standard deviations by which mean ability and responsibility of applicants rise where "
        "office becomes one log point more attractive",
        0,
        5,
        "1/log point",
        zh="报考者响应",
        meaning_zh="职位吸引力每提高一个对数单位，报考者能力与责任心均值提高的标准差数",
        source="Dal Bó, Finan & Rossi 2013; Ashraf et al. 2020; assumed value",
        off=0.0,
    )


class ChoiceFields(Section, row="choice"):
    """Who leaves."""

    resigning: float = share("chance that the officer resigns this year", zh="辞职概率")


class TallySums(Section, row="tally"):
    """Who leaves, and who comes."""

    able_resignations: float = number(
        "resignations of officers more capable than their department's mean",
        0,
        None,
        "officers",
        zh="能者辞职人数",
    )
    recruited_capability: float = number(
        "capability of newcomers", 0, None, "officers", zh="新录用者能力合计"
    )


@rule
def morale(officer: Officer, settings: AllSettings) -> float:
    """Belief in merit above what is held fair, in [−1, 1]."""
    return officer.merit_belief - settings.fair_belief


@rule
def mean_capability(officers: Officers, first: int, last: int) -> float:
    """Mean capability of officers first…last − 1."""
    total = 0.0
    for i in range(first, last):
        total += officers[i].capability
    return total / float(last - first)


@rule
def chance_of_resigning(officer: Officer, colleagues: float, settings: AllSettings) -> float:
    """Chance that an officer resigns this year, in [0, 1]; ``colleagues`` have this mean ability.

    Proportional hazards: those abler than their colleagues are likelier to go where belief in merit
    is below what is held fair, and likelier to stay where it is above.
    """
    able = officer.capability - colleagues
    return min(
        1.0, settings.resignation * exp(-settings.exit_of_able * able * morale(officer, settings))
    )


@rule
def attraction(
    officers: Officers,
    first: int,
    last: int,
    department: Department,
    mechanisms: Mechanisms,
    settings: AllSettings,
) -> float:
    """How attractive office is here to applicants, in log points of pay; 0 as ``traits`` have it.

    They compare pay with that of like work, and hear from officers first…last − 1 how far merit
    counts and from citizens how the service stands. A point of belief or of credibility above that
    of the start is worth a point of pay.
    """
    believed = 0.0
    for i in range(first, last):
        believed += officers[i].merit_belief
    merit = believed / float(last - first) - settings.merit_belief_mean
    standing = department.credibility - settings.trust_mean
    return log(1.0 + mechanisms.pay_premium) + merit + standing


@rule
def observe_resignation(officer: Officer, colleagues: float, tally: Tally) -> None:
    """Count a resignation, and whether the able leave: those above the mean of ``colleagues``."""
    tally.resignations += 1.0
    tally.able_resignations += 1.0 if officer.capability > colleagues else 0.0


@rule
def observe_newcomer(officer: Officer, tally: Tally) -> None:
    """Count a newcomer and its capability."""
    tally.recruits += 1.0
    tally.recruited_capability += officer.capability


MEASURES = (
    yearly(
        "able_resignations",
        "Resignations of the able",
        "能者辞职",
        "officers who resigned and were more capable than their department's mean",
    ),
    Measure(
        "newcomers_capability",
        "Capability of newcomers",
        "新录用者能力",
        "share",
        "mean capability of those taken on",
        per("recruited_capability", "recruits"),
        monthly=False,
    ),
)
