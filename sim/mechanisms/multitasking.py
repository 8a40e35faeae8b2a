"""Multitasking (多任务): what officers make of several directives, by one conduct for all.

Where one task can be measured and another cannot, work goes to the first (Holmström & Milgrom
1991), so that hard directives are carried out and soft ones are not (selective policy
implementation, O'Brien & Li 1999).

An officer chooses one conduct a month for all directives. What the conduct brings is worked out
for each directive and added up, once for a department; so officers take no longer to choose.
``agenda`` tells how much time each directive gets.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from sim.declare import Section, number, share
from sim.machine.compiled import rule
from sim.mechanisms import agenda, directives, execution
from sim.mechanisms import conduct as choice_of_conduct
from sim.mechanisms.chain import outlook_row, settings_of, tally_of
from sim.mechanisms.directives import AT_ONCE
from sim.mechanisms.measuring import Measure, Sums, per, ratio

if TYPE_CHECKING:
    from sim.mechanisms.typed import (
        AllSettings,
        Choice,
        Conduct,
        Department,
        Mechanisms,
        Outlook,
        Tally,
        World,
    )


class OutlookFields(Section, row="outlook"):
    """What a conduct does for each directive, and what the front line does by it."""

    work: float = share(
        "substance per unit of ease if all time went to this directive",
        zh="单项政策实绩",
        width=AT_ONCE,
    )
    able: float = number(
        "ease multiplied by effort of the front-line officers of this conduct",
        0,
        None,
        "officers",
        zh="一线投入合计",
    )
    able_in_contest: float = number(
        "the same, by their time where promotion counts", 0, None, "officers", zh="竞争中投入合计"
    )
    carried: float = number(
        "the same, by the content that arrived", 0, None, "officers", zh="一线内容合计"
    )
    carried_in_contest: float = number(
        "the same content, by time where promotion counts",
        0,
        None,
        "officers",
        zh="竞争中内容合计",
    )


class TallySums(Section, row="tally"):
    """Hard and soft directives."""

    hard_delivered: float = number(
        "content of hard directives delivered", 0, None, "officers", zh="硬指标执行合计"
    )
    hard_due: float = number(
        "front-line posts, by the share of directives that are hard",
        0,
        None,
        "officers",
        zh="硬指标一线岗位数",
    )
    soft_delivered: float = number(
        "content of soft directives delivered", 0, None, "officers", zh="软任务执行合计"
    )
    soft_due: float = number(
        "front-line posts, by the share of directives that are soft",
        0,
        None,
        "officers",
        zh="软任务一线岗位数",
    )


# What a conduct brings.


class Together(NamedTuple):
    """All directives of a department, as every conduct meets them."""

    # Mean size of interest over officers' time, where it is above 0 and where it is below.
    favourable: float
    adverse: float
    # How far appraisal can measure the work that it weighs.
    measurable: float
    # One over the time that candidates for promotion have for all directives.
    per_contested: float


@rule(inline=True)
def together(department: Department, settings: AllSettings) -> Together:
    """Add up over directives what no conduct changes."""
    favourable = 0.0
    adverse = 0.0
    measurable = 0.0
    contested = 0.0
    for j in range(settings.at_once):
        interest = department.agenda_interest[j]
        favourable += department.agenda_share[j] * max(0.0, interest)
        adverse += department.agenda_share[j] * max(0.0, -interest)
        measurable += department.agenda_seen[j]
        contested += department.agenda_contested[j]
    return Together(favourable, adverse, measurable, 1.0 / contested)


@rule(inline=True)
def bring_together(
    outlook: Outlook,
    conduct: Conduct,
    all_of_them: Together,
    department: Department,
    mechanisms: Mechanisms,
    settings: AllSettings,
) -> None:
    """Work out what one conduct brings over all directives, by the rules for a single one.

    Real work, content handed down, excess and rent are means over officers' time. A directive is
    done as far as it gets time. Appraisal weighs work by the time it takes, as long as attention
    lasts, and of a soft directive it sees less of the work and more of the show.
    """
    work = 0.0
    passes = 0.0
    seen = 0.0
    achieved = 0.0
    contested = 0.0
    for j in range(settings.at_once):
        interest = department.agenda_interest[j]
        specificity = department.agenda_specificity[j]
        share = department.agenda_share[j]
        alone = execution.substance_per_ease(conduct, interest, specificity, mechanisms)
        outlook.work[j] = alone
        work += share * alone
        passes += share * execution.passes(conduct, interest, specificity)
        seen += department.agenda_seen[j] * alone
        achieved += department.agenda_reach[j] * alone
        contested += department.agenda_contested[j] * alone
    part = 1.0 / float(settings.at_once)
    not_lost = agenda.time_left(settings)
    favourable, adverse = all_of_them.favourable, all_of_them.adverse
    outlook.substance = not_lost * work
    outlook.shift = not_lost * (contested * all_of_them.per_contested - work)
    outlook.achieved = part * achieved
    outlook.achieved_shift = part * (contested - achieved)
    outlook.passes = passes
    outlook.excess = execution.excess(conduct, favourable)
    outlook.rent = choice_of_conduct.rent(conduct, favourable, adverse, mechanisms, settings)
    outlook.seen_work = department.validity * (seen / work if work > 0.0 else 1.0)
    outlook.seen_show = (1.0 - department.validity * all_of_them.measurable) * conduct.show


@rule
def bring_all(world: World, d: int, month: int) -> None:
    """Work out what each conduct brings over all directives of a department."""
    department = world.departments[d]
    mechanisms = settings_of(world, d, month)
    settings = world.settings[0]
    row = outlook_row(world, d)
    all_of_them = together(department, settings)
    for k in range(len(world.conducts)):
        outlook = world.outlooks[row, k]
        done = world.conducts[k]
        bring_together(outlook, done, all_of_them, department, mechanisms, settings)
        outlook.able = 0.0
        outlook.able_in_contest = 0.0
        outlook.carried = 0.0
        outlook.carried_in_contest = 0.0


# What is measured.


@rule
def note_work(choice: Choice, contest: float, department: Department, outlook: Outlook) -> None:
    """Add what a front-line officer put into the month to the sums of the conduct.

    ``contest`` is the share of time spent where promotion counts.
    """
    carried = choice.spent * choice.arrived * department.served
    outlook.able += choice.spent
    outlook.able_in_contest += choice.spent * contest
    outlook.carried += carried
    outlook.carried_in_contest += carried * contest


@rule
def observe_each(world: World, d: int) -> None:
    """Add what the front line delivered of each directive to the sums of the month."""
    department = world.departments[d]
    settings = world.settings[0]
    tally = tally_of(world, d)
    part = 1.0 / float(settings.at_once)
    due = float(department.fronts) * part
    row = outlook_row(world, d)
    for j in range(settings.at_once):
        able = 0.0
        able_in_contest = 0.0
        carried = 0.0
        carried_in_contest = 0.0
        for k in range(len(world.conducts)):
            outlook = world.outlooks[row, k]
            able += outlook.able * outlook.work[j]
            able_in_contest += outlook.able_in_contest * outlook.work[j]
            carried += outlook.carried * outlook.work[j]
            carried_in_contest += outlook.carried_in_contest * outlook.work[j]
        usual = department.agenda_reach[j]
        more = department.agenda_contested[j] - usual
        delivered = (usual * carried + more * carried_in_contest) * part
        if department.agenda_hard[j] == 1.0:
            tally.hard_delivered += delivered
            tally.hard_due += due
        else:
            tally.soft_delivered += delivered
            tally.soft_due += due
        substance = usual * able + more * able_in_contest
        age = int(department.agenda_age[j])
        directives.observe_directive(age, department, substance, settings, tally)
    agenda.observe_least(department, settings, tally)


@rule
def observe_only(
    department: Department, substance: float, delivered: float, settings: AllSettings, tally: Tally
) -> None:
    """Add the front line's work on the only directive, which is hard, and what it delivered."""
    age = department.directive_age
    directives.observe_directive(age, department, substance, settings, tally)
    tally.hard_delivered += delivered
    tally.hard_due += float(department.fronts)
    tally.least_attended += float(department.officers)


# Not reported month by month, since a month may have no directive of the kind.
_HARD = per("hard_delivered", "hard_due")
_SOFT = per("soft_delivered", "soft_due")


def _gap(sums: Sums) -> Any:
    return ratio(sums["hard_delivered"], sums["hard_due"]) - ratio(
        sums["soft_delivered"], sums["soft_due"]
    )


MEASURES = (
    Measure(
        "execution_hard",
        "Execution of hard directives",
        "硬指标执行率",
        "share",
        "content of hard directives delivered at the front line",
        _HARD,
        monthly=False,
    ),
    Measure(
        "execution_soft",
        "Execution of soft directives",
        "软任务执行率",
        "share",
        "content of soft directives delivered at the front line",
        _SOFT,
        monthly=False,
    ),
    Measure(
        "implementation_gap",
        "Gap between hard and soft directives",
        "软硬执行落差",
        "share",
        "execution of hard directives less that of soft ones",
        _gap,
        monthly=False,
    ),
)
