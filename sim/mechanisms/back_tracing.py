"""Tracing blame (责任倒查): an incident is traced up to those who answer for it (source C5).

Acting can go wrong, and then somebody is blamed: so people avoid acting (blame avoidance, Weaver
1986; Hood 2011), less where those who act are protected and where review or arbitration would mend
a wrong. The clauses of rewards and sanctions that act at the end of a year are in ``careers`` and
``selection``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.arithmetic import either
from sim.declare import Section, count, number, share
from sim.machine.compiled import rule
from sim.machine.draws import LAYER, decision, draw
from sim.mechanisms.culture import exposed
from sim.mechanisms.measuring import CASES, PER_HUNDRED_YEARS, Measure, per, yearly
from sim.mechanisms.sanctions import (
    proportionate,
    publish,
    sanction,
    sanction_unjustly,
    shielded,
)

if TYPE_CHECKING:
    from sim.mechanisms.typed import (
        AllSettings,
        Conduct,
        Department,
        Departments,
        Mechanisms,
        Officer,
        Officers,
        Places,
        Tally,
        World,
    )

INQUIRY = decision(5, "one layer of tracing blame: who is found, culpable or not, spared, redress")
CLIMB = decision(6, "one layer of tracing blame: spare, climbs, publicity, shielded")
TRACED = decision(17, "an incident: traced at all, a matter of decision, spare, spare")
_C5 = "essay, C5; assumed value"


class Clauses(Section, section="mechanisms.accountability"):
    """Rewards, sanctions and tracing blame (奖惩与责任倒查)."""

    severity: float = number(
        "weight of a sanction",
        0,
        5,
        "weight",
        zh="处分力度",
        source=_C5,
        intended={"sanction_gravity": 1},
    )
    tracing: float = share(
        "incidents that are traced", zh="责任倒查", source=_C5, intended={"sanctions": 1}
    )
    climb: float = share(
        "chance that tracing goes one layer up",
        zh="层层追究",
        source=_C5,
        intended={"sanction_risk_below": -1},
    )
    proportion: float = share(
        "light for light and heavy for heavy",
        zh="轻则轻罚，重则重罚",
        source=_C5,
        intended={"sanction_gravity": 1},
    )
    heads_first: float = share(
        "wrong decisions for which the head answers first",
        zh="一把手负主责",
        source=_C5,
        intended={"sanction_risk_below": -1},
    )
    hearing: float = share(
        "mistaken findings corrected by a hearing",
        zh="听证",
        source=_C5,
        intended={"unjust_sanctions": -1},
        inert="the officer in charge is hardly likelier to be culpable than the colleague on whom "
        "the finding would have landed, and few incidents are traced",
        inert_zh="当事人与本会被误认的同事相比，未必更有责任，且被追究的事故很少。",
    )
    review: float = share(
        "unjust sanctions reversed on review",
        zh="复议",
        source=_C5,
        intended={"reversed_sanctions": 1},
    )
    arbitration: float = share(
        "sanctions put to an outside body, which reverses the unjust and evens out the rest",
        zh="仲裁",
        source=_C5,
        intended={"reversed_sanctions": 1},
    )
    tolerance: float = share(
        "honest failures that are forgiven",
        zh="容错",
        source="General Office of the CPC Central Committee 2018; assumed value",
        intended={"unjust_sanctions": -1},
    )
    reward: float = share(
        "rewards that follow a top grade", zh="奖励重用", source=_C5, intended={"promoted_top": 1}
    )
    retraining: float = share(
        "officers found less than competent who are retrained",
        zh="离岗培训",
        source=_C5,
        intended={"retrained": 1},
    )
    moving: float = share(
        "officers found less than competent who are moved to another post of their rank",
        zh="调整岗位",
        source=_C5,
        intended={"moved": 1},
    )
    demotion: float = share(
        "officers not competent who are moved down",
        zh="降职",
        source=_C5,
        intended={"demotions": 1},
        inert="one officer in a thousand is graded not competent in a year, and of those, few hold "
        "a post from which they can be moved down",
        inert_zh="每年仅约千分之一的人被评为不称职，其中处于可降职位者更少。",
    )


class Settings(Section, section="behaviour"):
    """Incidents, and the fear of being blamed for one."""

    fear: float = number(
        "weight of being blamed for an error made in acting",
        0,
        20,
        "utility",
        zh="避责",
        source="Weaver 1986; Hood 2011; assumed value",
    )
    error_base: float = number(
        "ease at which acting would be free of error",
        1,
        2,
        "share",
        zh="零差错胜任度",
        source="assumed",
    )
    appeal_relief: float = share(
        "fear that a sure appeal takes away", zh="复议减轻的顾虑", source=_C5
    )
    incident: float = number(
        "monthly probability of an incident per unit of harm and failure",
        0,
        1,
        "share a month",
        zh="事故率",
    )


class Reach(Section, section="reach"):
    """How far clauses reach."""

    decision_share: float = share(
        "incidents that come from a decision, not its execution", zh="决策失误", source=_C5
    )


class ChoiceFields(Section, row="choice"):
    """What comes of a choice."""

    incident: int = count("1 if something goes wrong", 0, 1, zh="事故", store="i1")


class OfficerFields(Section, row="officer"):
    """The month's draw of an incident."""

    luck_incident: float = share("the month's draw for an incident", zh="随机数：事故")


class DepartmentFields(Section, row="department"):
    """Cases that climb beyond a department, and those that come from below."""

    referred: int = count("cases this month that climb beyond its head", zh="上移案件")
    received: int = count("cases that climbed here from below last month", zh="接收案件")
    handed_up: int = count("cases that climbed beyond its head last month", zh="上月上移案件")
    referred_harm: float = number(
        "sum of the harm of cases that climb further", 0, None, "harm", zh="上移案件危害"
    )
    received_harm: float = number(
        "sum of the harm of cases from below", 0, None, "harm", zh="接收案件危害"
    )


class OutlookFields(Section, row="outlook"):
    """What is to be feared for a conduct if something goes wrong."""

    blame: float = number("fear per unit of expected failure", 0, None, "utility", zh="避责")


class TallySums(Section, row="tally"):
    """Incidents and redress."""

    incidents: float = number("incidents", 0, None, "cases", zh="事故数")
    reversed_sanctions: float = number(
        "unjust sanctions reversed by review or arbitration", 0, None, "cases", zh="复议撤销数"
    )


# What officers fear.


@rule
def redress(mechanisms: Mechanisms) -> float:
    """Chance that an unjust sanction is undone, by review or else by arbitration (source C5)."""
    return mechanisms.review + mechanisms.arbitration * (1.0 - mechanisms.review)


@rule
def blame(conduct: Conduct, mechanisms: Mechanisms, settings: AllSettings) -> float:
    """What is to be feared for a conduct per unit of likely error, where omission is neglected."""
    return (
        settings.fear
        * conduct.error
        * mechanisms.tracing
        * (1.0 - mechanisms.tolerance)
        * exposed(conduct, mechanisms, settings)
        * (1.0 - settings.appeal_relief * redress(mechanisms))
        * mechanisms.severity
    )


# What happens.


@rule
def failure(
    conduct: Conduct, substance: float, ease: float, omission: float, settings: AllSettings
) -> float:
    """What may go wrong: what is left undone, weighed ``omission``, and error in acting.

    Acting errs the likelier the less at ease the officer is. Without that second part nobody would
    have reason to fear acting (blame avoidance, Weaver 1986).
    """
    return omission * (1.0 - substance) + conduct.error * (settings.error_base - ease)


@rule
def chance_of_incident(
    officer: Officer, conduct: Conduct, department: Department, settings: AllSettings
) -> float:
    """Chance that something goes wrong this month, in proportion to harm; only at the front line.

    An incident is as bad whether it comes of acting or of not acting.
    """
    failure_here = failure(conduct, officer.substance, officer.ease, 1.0, settings)
    return either(officer.front == 1, settings.incident * department.harm * failure_here, 0.0)


@rule
def incident_happens(
    officer: Officer, conduct: Conduct, department: Department, settings: AllSettings
) -> bool:
    """Whether something goes wrong this month."""
    return officer.luck_incident < chance_of_incident(officer, conduct, department, settings)


@rule
def colleague(officers: Officers, person: int, u: float) -> int:
    """Index of another officer under the same superior; the officer's own where there is none."""
    above = officers[person].superior
    if above < 0 or officers[above].department != officers[person].department:
        return person
    others = officers[above].subordinates - 1
    if others == 0:
        return person
    other = officers[above].first_subordinate + min(int(u * others), others - 1)
    return other + 1 if other >= person else other


@rule
def blamed(officers: Officers, person: int, clarity: float, u: float) -> int:
    """Index of the officer on whom the finding lands.

    The person in charge where posts are clear; else somebody below, or at the front line a
    colleague under the same superior.
    """
    if u < clarity:
        return person
    blurred = (u - clarity) / (1.0 - clarity)
    if officers[person].subordinates > 0:
        number = officers[person].subordinates
        return officers[person].first_subordinate + min(int(blurred * number), number - 1)
    return colleague(officers, person, blurred)


@rule
def chance_of_sanction(conduct: Conduct, mechanisms: Mechanisms) -> float:
    """Chance that a sanction stands against one who is found and has no connections."""
    innocent = (1.0 - conduct.misconduct) * (1.0 - mechanisms.tolerance)
    return conduct.misconduct + innocent * (1.0 - redress(mechanisms))


@rule
def judge(
    officer: Officer,
    conduct: Conduct,
    harm: float,
    department: Department,
    mechanisms: Mechanisms,
    settings: AllSettings,
    tally: Tally,
    u_culpable: float,
    u_spared: float,
    u_redress: float,
) -> bool:
    """Sanction the culpable in proportion to harm; spare, clear or wrong the others.

    Returns whether a sanction stands. Tolerance forgives honest failure (容错); review and
    arbitration reverse a part of what was unjust (复议, 仲裁).
    """
    gravity = proportionate(harm, mechanisms, settings)
    if u_culpable < conduct.misconduct:
        sanction(officer, department, settings, gravity)
        tally.sanctions += 1.0
        return True
    if u_spared < mechanisms.tolerance:
        return False
    if u_redress < redress(mechanisms):
        tally.reversed_sanctions += 1.0
        return False
    sanction_unjustly(officer, department, settings, gravity)
    tally.sanctions += 1.0
    tally.unjust_sanctions += 1.0
    return True


@rule
def finding(department: Department, mechanisms: Mechanisms) -> float:
    """Chance that an inquiry finds the right person: clear posts, and a hearing of those named."""
    return department.clarity + (1.0 - department.clarity) * mechanisms.hearing


@rule
def follow(
    world: World,
    person: int,
    case: int,
    harm: float,
    department: Department,
    mechanisms: Mechanisms,
    tally: Tally,
    month: int,
) -> None:
    """Follow a case up the chain from post ``person``; hand it to the tier above if it climbs on.

    ``case`` numbers its draws within the department. A case may become public whatever its end.
    """
    officers = world.officers
    settings = world.settings[0]
    seed = world.seed
    replicate = world.replicate
    d = officers[person].department
    layer = 0
    while True:
        deeper = LAYER * layer
        inquiry = draw(seed, replicate, INQUIRY + deeper, month, d, case)
        course = draw(seed, replicate, CLIMB + deeper, month, d, case)
        officer = officers[blamed(officers, person, finding(department, mechanisms), inquiry[0])]
        if not shielded(officer, settings, course[3]):
            stands = judge(
                officer,
                world.conducts[officer.conduct],
                harm,
                department,
                mechanisms,
                settings,
                tally,
                inquiry[1],
                inquiry[2],
                inquiry[3],
            )
            if course[2] < mechanisms.publicity:
                publish(department, stands)
                tally.published += 1.0
        if course[1] >= mechanisms.climb:
            return
        person = officers[person].superior
        if person < 0:
            return
        if officers[person].department != d:
            department.referred += 1
            department.referred_harm += harm
            return
        layer += 1


@rule
def trace(
    world: World,
    origin: int,
    department: Department,
    mechanisms: Mechanisms,
    tally: Tally,
    month: int,
) -> None:
    """Trace an incident at the front-line post ``origin``, if it is traced at all.

    For a wrong decision the head answers first (source C5, 一把手负主责).
    """
    front = world.officers[origin]
    u = draw(
        world.seed, world.replicate, TRACED, month, front.department, front.number_in_department
    )
    if u[0] >= mechanisms.tracing:
        return
    decided = u[1] < world.settings[0].decision_share * mechanisms.heads_first
    person = department.first_officer if decided else origin
    case = front.number_in_department
    follow(world, person, case, department.harm, department, mechanisms, tally, month)


@rule
def in_charge(department: Department, officers: Officers) -> int:
    """Index of the post above to which a department answers: a head or a deputy in charge."""
    return officers[department.first_officer].superior


@rule
def take_over(
    world: World, department: Department, mechanisms: Mechanisms, tally: Tally, month: int
) -> None:
    """Follow the cases that climbed here from the tier below last month.

    Each begins with the post in charge of the department from which it comes.
    """
    number = department.officers
    for c in range(department.first_child, department.first_child + department.children):
        below = world.departments[world.children[c]]
        person = in_charge(below, world.officers)
        for _ in range(below.handed_up):
            harm = department.received_harm / float(department.received)
            follow(world, person, number, harm, department, mechanisms, tally, month)
            number += 1


@rule
def receive_cases(department: Department, departments: Departments, children: Places) -> None:
    """Receive the cases that climbed beyond the heads of the departments below last month."""
    department.handed_up = department.referred
    department.received = 0
    department.received_harm = 0.0
    for c in range(department.first_child, department.first_child + department.children):
        below = departments[children[c]]
        department.received += below.referred
        department.received_harm += below.referred_harm


MEASURES = (
    Measure(
        "incidents",
        "Incidents",
        "事故",
        CASES,
        "incidents at the front line",
        per("incidents", times=PER_HUNDRED_YEARS),
    ),
    yearly(
        "reversed_sanctions",
        "Reversed sanctions",
        "复议撤销",
        "unjust sanctions undone by review or arbitration",
    ),
)
