"""Execution (执行): how demanding a task is, how easy for this officer, and what arrives.

A directive loses content in every layer that hands it down: Pressman & Wildavsky (1973), Williamson
(1967). What the front line does with what is left is the execution rate (source A1, B1).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.arithmetic import either, exp, within
from sim.declare import Section, count, number, share
from sim.machine.compiled import rule
from sim.machine.draws import decision
from sim.mechanisms import incentives, tournament
from sim.mechanisms.leadership import guided
from sim.mechanisms.measuring import Measure, among, per

if TYPE_CHECKING:
    from sim.mechanisms.typed import (
        AllSettings,
        Conduct,
        Department,
        Mechanisms,
        Officer,
        Officers,
        Outlook,
    )

# Drawn where the month begins (``sim.phases.face_month``).
WORK = decision(
    2,
    "an officer's month: conduct or the first one looked at, whether anybody owns the task, "
    "incident, detection",
)


class Settings(Section, section="behaviour"):
    """What makes a task easy or hard."""

    cooperation: float = number(
        "difficulty added where citizens do not cooperate",
        0,
        5,
        "share",
        zh="群众配合",
        source="Hirschman 1970; assumed value",
    )
    slope: float = number(
        "steepness of ease in capability less demand", 0, 50, "1/share", zh="胜任曲线斜率"
    )


class OfficerFields(Section, row="officer"):
    """What an officer does in a month (执行)."""

    ease: float = share(
        "how much of a perfect month the officer could deliver", zh="胜任程度", of_post=True
    )
    content: float = share("content of the directive passed on", zh="政策内容", of_post=True)
    substance: float = share("real work of the month", zh="实绩", of_post=True)
    show: float = share("work shown in the month", zh="表面政绩", of_post=True)
    delivered: float = share(
        "content delivered to citizens, at the front line", zh="执行结果", of_post=True
    )
    owned: int = count("1 if somebody owns the month's task", 0, 1, zh="有责任人", store="i1")


class DepartmentFields(Section, row="department"):
    """How demanding the month is."""

    demand: float = number(
        "difficulty with what missing cooperation adds", 0, None, "share", zh="任务要求"
    )


class ChoiceFields(Section, row="choice"):
    """What an officer works with, while a month is carried out."""

    arrived: float = share("content that reached the officer", zh="到达的政策内容")
    spent: float = share("ease multiplied by effort; 0 where nobody owns the task", zh="实际投入")


class OutlookFields(Section, row="outlook"):
    """What a conduct delivers here."""

    substance: float = share("substance per unit of ease", zh="实绩")
    shift: float = number(
        "substance gained if time goes only where promotion counts",
        -1,
        1,
        "share",
        zh="晋升竞争增加的实绩",
    )
    achieved: float = share("mean over directives of what is done of each", zh="政策平均完成程度")
    achieved_shift: float = number(
        "what time spent only where promotion counts adds to it",
        -1,
        1,
        "share",
        zh="晋升竞争增加的完成程度",
    )
    show: float = share("work shown", zh="表面政绩")
    passes: float = share("content handed down", zh="传达比例")
    excess: float = share("work beyond what was asked", zh="过度执行")


class TallySums(Section, row="tally"):
    """Work done, shown and delivered."""

    delivered: float = number(
        "content delivered by the front line", 0, None, "officers", zh="执行结果合计"
    )
    substance: float = number("real work", 0, None, "officers", zh="实绩合计")
    show: float = number("work shown", 0, None, "officers", zh="表面政绩合计")
    excess: float = number(
        "work beyond what was asked, at the front line", 0, None, "officers", zh="过度执行合计"
    )


class LayerSums(Section, row="layer"):
    """Content and work by layer."""

    content: float = number(
        "content passed on, or delivered at the front line", 0, None, "officers", zh="政策内容合计"
    )
    substance: float = number("real work", 0, None, "officers", zh="实绩合计")
    show: float = number("work shown", 0, None, "officers", zh="表面政绩合计")


class ProfileSums(Section, row="profile"):
    """Work by profile of the third state."""

    substance: float = number("real work", 0, None, "officers", zh="实绩合计")
    show: float = number("work shown", 0, None, "officers", zh="表面政绩合计")


@rule
def demand(department: Department, mechanisms: Mechanisms, settings: AllSettings) -> float:
    """Difficulty of the directive, and more where citizens do not cooperate (source B2).

    Leaders who have planned how to execute take part of the difficulty away (source C8).
    """
    planned = 1.0 - settings.plan_relief * mechanisms.planning
    return department.difficulty * planned + settings.cooperation * (1.0 - department.willing)


@rule
def ease(
    officer: Officer, department: Department, mechanisms: Mechanisms, settings: AllSettings
) -> float:
    """How much of a perfect month this officer could deliver, in [0, 1].

    Logistic in capability less demand; less the time that burden takes and what missing authority
    forbids (source C2: authority matched to responsibility). An able head makes it easier.
    """
    free_time = 1.0 - department.burden
    authority = 1.0 - settings.authority_need * (1.0 - mechanisms.authority)
    margin = settings.slope * (officer.capability - department.demand)
    return guided(free_time * authority / (1.0 + exp(-margin)), officer, department)


@rule
def substance_per_ease(
    conduct: Conduct, interest: float, specificity: float, mechanisms: Mechanisms
) -> float:
    """Substance of a conduct for an officer with perfect ease, in [0, 1].

    ``interest`` and ``specificity`` are those of the directive. The letter loses what the directive
    left to local adaptation; autonomy saves part of it for the faithful (source B4, B7; Rasul &
    Rogger 2018). Interest raises or lowers selective execution.
    """
    base = conduct.substance + conduct.substance_interest * interest
    lost = conduct.local_loss * (1.0 - conduct.local_autonomy * mechanisms.autonomy)
    return within(base, 0.0, 1.0) * (1.0 - lost * specificity)


@rule
def passes(conduct: Conduct, interest: float, specificity: float) -> float:
    """Share of the content that arrives which this conduct hands down (Downs 1967).

    What does not suit is left out or misread on purpose (避而不提，蓄意误读, source B3).
    """
    misread = conduct.passes_adverse * max(0.0, -interest)
    return max(0.0, conduct.passes - conduct.passes_local * specificity - misread)


@rule
def excess(conduct: Conduct, favourable: float) -> float:
    """Work beyond what was asked, where it pays: more fees, fines, approvals (source B3).

    ``favourable`` is the department's interest where it is above 0, or the mean of several.
    """
    return conduct.excess * favourable


@rule
def content_above(officer: Officer, officers: Officers) -> float:
    """Content of the directive that the superior hands down; all of it at the top."""
    above = officers[max(0, officer.superior)].content
    return either(officer.superior >= 0, above, 1.0)


@rule
def arriving(content: float, mechanisms: Mechanisms, settings: AllSettings) -> float:
    """Content that reaches those below, less where several heads give orders (source C2)."""
    return content * (1.0 - settings.crossed_orders * mechanisms.heads)


@rule
def pass_on(officer: Officer, arrived: float, outlook: Outlook) -> None:
    """Hand content down to those below. ``arrived`` is the content that reached the officer."""
    officer.content = arrived * outlook.passes


@rule
def effort(
    officer: Officer,
    contest: float,
    outlook: Outlook,
    department: Department,
    mechanisms: Mechanisms,
    settings: AllSettings,
) -> float:
    """How far effort multiplies what an officer does: 1 if it is the usual one, from 0 to 2.

    ``contest`` is the share of time spent where promotion counts. Within a conduct, effort rises
    with what its work earns. The fuller the month, or the more that is done of all directives, the
    less is left to add.
    """
    month = outlook.substance + contest * outlook.shift
    done = outlook.achieved + contest * outlook.achieved_shift
    left = 1.0 - officer.ease * max(month, done)
    worth_seen, _ = incentives.at_stake(officer, department, mechanisms, settings)
    work = incentives.worth_of_work(worth_seen, outlook, department)
    earnings = incentives.earned(work, officer.ease * outlook.substance)
    return 1.0 + left * incentives.more_effort(earnings, settings)


@rule
def real_work(
    officer: Officer,
    outlook: Outlook,
    department: Department,
    mechanisms: Mechanisms,
    settings: AllSettings,
) -> float:
    """Substance of a month by one conduct where somebody owns the task, in [0, 1]."""
    contest = tournament.time_in_contest(officer, department, settings)
    spent = officer.ease * effort(officer, contest, outlook, department, mechanisms, settings)
    return spent * (outlook.substance + contest * outlook.shift)


@rule
def carry_out(
    officer: Officer,
    arrived: float,
    outlook: Outlook,
    department: Department,
    mechanisms: Mechanisms,
    settings: AllSettings,
) -> float:
    """Turn what arrives into substance and show; return ease multiplied by effort.

    ``arrived`` is the content that reached the officer, ``outlook`` that of the officer's conduct.
    Where nobody owns the task, nothing real is done. Where more citizens come than can be served,
    the same work delivers less to each.
    """
    contest = tournament.time_in_contest(officer, department, settings)
    more = effort(officer, contest, outlook, department, mechanisms, settings)
    spent = either(officer.owned == 1, officer.ease * more, 0.0)
    done = spent * (outlook.achieved + contest * outlook.achieved_shift)
    officer.substance = spent * (outlook.substance + contest * outlook.shift)
    officer.show = outlook.show
    officer.delivered = either(officer.front == 1, arrived * done * department.served, 0.0)
    officer.work += officer.substance
    officer.displayed += officer.show
    return spent


_DELIVERY = per("delivered", "fronts")
MEASURES = (
    Measure(
        "execution_rate",
        "Execution rate",
        "执行率",
        "share",
        "content delivered at the front line, through every layer above it",
        _DELIVERY,
    ),
    Measure(
        "over_execution",
        "Over-execution",
        "过度执行",
        "share",
        "work at the front line beyond what was asked, for the department's good",
        per("excess", "fronts"),
    ),
    Measure("substance", "Substance", "实绩", "share", "real work of officers", per("substance")),
    Measure("show", "Show", "表面政绩", "share", "work shown by officers", per("show")),
    *among("execution_rate", "Execution", "执行率", "execution", _DELIVERY),
)
