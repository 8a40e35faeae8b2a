"""Agenda (议程): several directives under way at once, hard and soft, under scarce attention.

Attention is scarce (Simon 1947; Jones & Baumgartner 2005). Those who have several goals attend to
them by what those above stress (Cyert & March 1963): fresh directives, and hard ones, whose results
can be counted (O'Brien & Li 1999). Time that is spent on changing from one task to another is lost
(Coviello, Ichino & Persico 2014), and meetings raise the directive that they are about
(以会议落实会议, source C8) while they take everybody's time.

An officer chooses one conduct a month for all directives. What the conduct brings is worked out
for each directive and added up, once for a department; so officers take no longer to choose.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sim.arithmetic import either
from sim.declare import Section, count, number, share
from sim.machine.compiled import rule
from sim.machine.draws import decision, draw
from sim.mechanisms import appraisal, directives, execution, tournament
from sim.mechanisms import conduct as choice_of_conduct
from sim.mechanisms.chain import last_officer, outlook_row, settings_of, tally_of
from sim.mechanisms.directives import AT_ONCE
from sim.mechanisms.measuring import Measure, Sums, per, ratio

if TYPE_CHECKING:
    from sim.mechanisms.typed import (
        AllSettings,
        Conduct,
        Department,
        Mechanisms,
        Numbers,
        Officer,
        Outlook,
        Tally,
        World,
    )

HARDNESS = decision(22, "a line's new directive: whether its target is hard, spare, spare, spare")


class Settings(Section, section="behaviour"):
    """What it takes to do several things at once."""

    switching: float = number(
        "officers' time lost for each directive under way beside the first",
        0,
        0.3,
        "share",
        zh="任务切换损失",
        meaning_zh="每多一项并行政策所损失的工作时间",
        source="Coviello, Ichino & Persico 2014; assumed value",
        off=0.0,
    )
    meeting_pull: float = number(
        "emphasis that the newest directive gains per share of time in meetings",
        0,
        50,
        "ratio",
        zh="会议抬升",
        meaning_zh="会议每占用一单位时间，使最新政策得到的强调增加多少",
        source="essay, C8; assumed value",
        off=0.0,
    )


class DepartmentFields(Section, row="department"):
    """The directives under way in a department, where there are several kinds or numbers."""

    agenda_age: int = count("age of each directive", unit="months", zh="各政策月数", width=AT_ONCE)
    agenda_difficulty: float = share("difficulty of each directive", zh="各政策难度", width=AT_ONCE)
    agenda_interest: float = number(
        "how far each directive serves it", -1, 1, "interest", zh="各政策部门利益", width=AT_ONCE
    )
    agenda_specificity: float = share(
        "how much local adaptation each directive needs", zh="各政策因地制宜程度", width=AT_ONCE
    )
    agenda_harm: float = share("harm if each directive fails", zh="各政策危害", width=AT_ONCE)
    agenda_hard: float = share("1 if a directive's target is hard", zh="硬指标", width=AT_ONCE)
    agenda_attention: float = share(
        "what is left of each directive's first urgency", zh="各政策注意力", width=AT_ONCE
    )
    agenda_emphasis: float = number(
        "weight of each directive to leaders",
        0,
        None,
        "weight",
        zh="各政策受强调程度",
        width=AT_ONCE,
    )
    agenda_stake: float = number(
        "weight of each directive in promotion",
        0,
        None,
        "weight",
        zh="各政策晋升分量",
        width=AT_ONCE,
    )
    agenda_reach: float = share(
        "part of each directive that there is time for", zh="各政策所得时间", width=AT_ONCE
    )
    agenda_share: float = share(
        "share of officers' working time that each directive gets",
        zh="各政策时间份额",
        width=AT_ONCE,
    )
    agenda_weight: float = share(
        "share of each directive in what appraisal weighs", zh="各政策考核权重", width=AT_ONCE
    )
    agenda_contested: float = share(
        "part of each directive that there is time for if only promotion counts",
        zh="各政策在晋升竞争下所得时间",
        width=AT_ONCE,
    )


class OutlookFields(Section, row="outlook"):
    """What a conduct does for each directive."""

    done: float = share(
        "part of each directive done per unit of ease",
        zh="各政策完成程度",
        width=AT_ONCE,
    )
    done_contested: float = share(
        "the same if only promotion counts", zh="各政策在晋升竞争下的完成程度", width=AT_ONCE
    )
    achieved: float = share("mean over directives of what is done of each", zh="政策平均完成程度")
    achieved_shift: float = number(
        "what time spent only where promotion counts adds to it",
        -1,
        1,
        "share",
        zh="晋升竞争增加的完成程度",
    )
    shift: float = number(
        "substance gained if time goes only where promotion counts",
        -1,
        1,
        "share",
        zh="晋升竞争增加的实绩",
    )
    able: float = number(
        "ease of the front-line officers of this conduct", 0, None, "officers", zh="一线胜任合计"
    )
    able_in_contest: float = number(
        "the same, by their time where promotion counts", 0, None, "officers", zh="竞争中胜任合计"
    )
    carried: float = number(
        "the same ease, by the content that arrived", 0, None, "officers", zh="一线内容合计"
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
    least_attended: float = number(
        "time for the least attended directive, per officer",
        0,
        None,
        "officers",
        zh="最少注意合计",
    )


@rule
def several(settings: AllSettings) -> bool:
    """Whether directives must be told apart: more than one at once, or soft ones among them."""
    return settings.at_once > 1 or settings.hard < 1.0


# Which directives there are.


@rule
def keep(department: Department, j: int) -> None:
    """Note the directive that the department looks at as its directive number ``j``."""
    department.agenda_age[j] = department.directive_age
    department.agenda_difficulty[j] = department.difficulty
    department.agenda_interest[j] = department.interest
    department.agenda_specificity[j] = department.specificity
    department.agenda_harm[j] = department.harm


@rule
def turn_to(department: Department, j: int) -> None:
    """Look at directive number ``j`` alone, as if it were the only one."""
    department.directive_age = int(department.agenda_age[j])
    department.difficulty = department.agenda_difficulty[j]
    department.interest = department.agenda_interest[j]
    department.specificity = department.agenda_specificity[j]
    department.harm = department.agenda_harm[j]


@rule
def take_on(
    department: Department,
    j: int,
    settings: AllSettings,
    seed: int,
    replicate: int,
    month: int,
) -> None:
    """Give the department its line's next directive as number ``j``; it is hard or soft by lot."""
    line = department.line
    u = draw(seed, replicate, directives.DIRECTIVE, month, line, j)
    directives.take_up(department, settings, u)
    keep(department, j)
    lot = draw(seed, replicate, HARDNESS, month, line, j)
    department.agenda_hard[j] = 1.0 if lot[0] < settings.hard else 0.0


@rule
def begin(
    department: Department, settings: AllSettings, seed: int, replicate: int, month: int
) -> None:
    """Put all directives under way at the start, issued at equal intervals after the first.

    The first has the age and the properties that ``start`` gave to the department's only one.
    """
    age = department.directive_age
    for j in range(settings.at_once):
        take_on(department, j, settings, seed, replicate, month)
        department.agenda_age[j] = (age + j * settings.life // settings.at_once) % settings.life
    turn_to(department, 0)


@rule
def renew(
    department: Department, settings: AllSettings, seed: int, replicate: int, month: int
) -> None:
    """Age all directives by a month; replace those that have run their life."""
    for j in range(settings.at_once):
        if month > 0:
            department.agenda_age[j] += 1
        if department.agenda_age[j] >= settings.life:
            take_on(department, j, settings, seed, replicate, month)


# Who gets how much time.


@rule
def newest(department: Department, settings: AllSettings) -> int:
    """Number of the newest directive, which meetings are about (中心工作)."""
    found = 0
    for j in range(1, settings.at_once):
        if department.agenda_age[j] < department.agenda_age[found]:
            found = j
    return found


@rule
def spend(reach: Numbers, weights: Numbers, most: int, left: float) -> float:
    """Give time to the first ``most`` directives by their weights; return the time that is left.

    Time is in directives that it would be enough for. ``reach`` holds what each directive has got
    so far, at most 1; what one has no more use for goes to the others.
    """
    for _ in range(most):
        total = 0.0
        for j in range(most):
            total += weights[j] if reach[j] < 1.0 else 0.0
        if total <= 0.0 or left <= 0.0:
            return left
        level = left / total
        enough = True
        for j in range(most):
            if reach[j] < 1.0:
                wanted = level * weights[j]
                more = min(1.0 - reach[j], wanted)
                enough = enough and more == wanted
                reach[j] += more
                left -= more
        if enough:
            return 0.0
    return left


@rule
def time_left(settings: AllSettings) -> float:
    """Share of officers' time that is not lost in changing from one directive to another."""
    return 1.0 - settings.switching * float(settings.at_once - 1)


@rule
def share_attention(department: Department, mechanisms: Mechanisms, settings: AllSettings) -> None:
    """Share officers' time among the directives, and look at all of them together.

    Leaders stress what is fresh and what counts; a candidate for promotion does first what counts
    there, and the rest as leaders stress it. How far attention has faded is the mean over the work
    that appraisal weighs.
    """
    most = settings.at_once
    spotlight = newest(department, settings)
    for j in range(most):
        turn_to(department, j)
        hard = department.agenda_hard[j]
        felt = directives.attention(department, mechanisms, settings)
        called = settings.meeting_pull * mechanisms.meetings if j == spotlight else 0.0
        counts = tournament.counts(hard, mechanisms, settings)
        department.agenda_attention[j] = felt
        department.agenda_emphasis[j] = felt * counts * (1.0 + called)
        department.agenda_stake[j] = felt * tournament.stake(hard, mechanisms)
        department.agenda_reach[j] = 0.0
        department.agenda_contested[j] = 0.0
    time = time_left(settings) / settings.workload
    spend(department.agenda_reach, department.agenda_emphasis, most, time)
    left = spend(department.agenda_contested, department.agenda_stake, most, time)
    spend(department.agenda_contested, department.agenda_emphasis, most, left)
    spent = 0.0
    counted = 0.0
    for j in range(most):
        hard = department.agenda_hard[j]
        reach = department.agenda_reach[j]
        weight = reach * tournament.counts(hard, mechanisms, settings)
        spent += reach
        counted += weight
        department.agenda_share[j] = reach
        department.agenda_weight[j] = weight * department.agenda_attention[j]
    weighed = 0.0
    for j in range(most):
        weighed += department.agenda_weight[j]
    for j in range(most):
        department.agenda_share[j] /= spent
        department.agenda_weight[j] /= weighed
    department.attention = weighed / counted
    look_at_all(department, settings)


@rule
def look_at_all(department: Department, settings: AllSettings) -> None:
    """Look at all directives together.

    Difficulty and specificity are means over officers' time. Harm is a plain mean, since a
    directive that is neglected fails as well; and so is the size of interest, which looks follow.
    """
    difficulty = 0.0
    specificity = 0.0
    interest = 0.0
    harm = 0.0
    for j in range(settings.at_once):
        share = department.agenda_share[j]
        difficulty += share * department.agenda_difficulty[j]
        specificity += share * department.agenda_specificity[j]
        interest += abs(department.agenda_interest[j])
        harm += department.agenda_harm[j]
    department.difficulty = difficulty
    department.specificity = specificity
    department.interest = interest / float(settings.at_once)
    department.harm = harm / float(settings.at_once)


# What a conduct brings.


@rule
def mix(world: World, d: int, month: int) -> None:
    """Work out what each conduct brings over all directives of a department."""
    department = world.departments[d]
    mechanisms = settings_of(world, d, month)
    settings = world.settings[0]
    row = outlook_row(world, d)
    for k in range(len(world.conducts)):
        clear(world.outlooks[row, k])
    for j in range(settings.at_once):
        turn_to(department, j)
        for k in range(len(world.conducts)):
            outlook = world.outlooks[row, k]
            add_directive(outlook, world.conducts[k], j, department, mechanisms, settings)
    look_at_all(department, settings)
    spent = 0.0
    for j in range(settings.at_once):
        spent += department.agenda_contested[j]
    for k in range(len(world.conducts)):
        add_up(world.outlooks[row, k], 1.0 / spent, department, settings)


@rule
def clear(outlook: Outlook) -> None:
    """Begin to add up what a conduct brings over all directives."""
    outlook.substance = 0.0
    outlook.passes = 0.0
    outlook.excess = 0.0
    outlook.rent = 0.0
    outlook.seen_work = 0.0
    outlook.seen_show = 0.0
    outlook.achieved = 0.0
    outlook.achieved_shift = 0.0
    outlook.able = 0.0
    outlook.able_in_contest = 0.0
    outlook.carried = 0.0
    outlook.carried_in_contest = 0.0


@rule
def add_directive(
    outlook: Outlook,
    conduct: Conduct,
    j: int,
    department: Department,
    mechanisms: Mechanisms,
    settings: AllSettings,
) -> None:
    """Add what a conduct brings for directive ``j``, by the rules for a single one.

    The department must look at this directive alone (``turn_to``). Real work, content handed down,
    excess and rent are means over officers' time. A directive is done as far as it gets time.
    Appraisal weighs work by what its directive counts for, and of a soft one it sees less of the
    work and more of the show.
    """
    share = department.agenda_share[j]
    weight = department.agenda_weight[j]
    hard = department.agenda_hard[j]
    substance = execution.substance_per_ease(conduct, department, mechanisms)
    validity = department.validity * either(hard == 1.0, 1.0, settings.measurability)
    done = department.agenda_reach[j] * substance
    contested = department.agenda_contested[j] * substance
    outlook.done[j] = done
    outlook.done_contested[j] = contested
    outlook.achieved += done
    outlook.achieved_shift += contested - done
    outlook.substance += share * substance
    outlook.passes += share * execution.passes(conduct, department)
    outlook.excess += share * execution.excess(conduct, department)
    outlook.rent += share * choice_of_conduct.rent(conduct, department, mechanisms, settings)
    outlook.seen_work += weight * validity * substance
    outlook.seen_show += weight * (1.0 - validity) * conduct.show


@rule
def add_up(
    outlook: Outlook, per_time: float, department: Department, settings: AllSettings
) -> None:
    """Finish what was added: the time lost, and what the time of candidates would bring.

    ``per_time`` is one over the time that candidates have for all directives together.
    """
    work = outlook.substance
    candidate = (outlook.achieved + outlook.achieved_shift) * per_time
    part = 1.0 / float(settings.at_once)
    outlook.achieved *= part
    outlook.achieved_shift *= part
    outlook.substance = time_left(settings) * work
    outlook.shift = time_left(settings) * (candidate - work)
    outlook.seen_work = outlook.seen_work / work if work > 0.0 else department.validity


@rule
def able(officer: Officer) -> float:
    """What an officer could do of a perfect month; nothing where nobody owns the task."""
    return either(officer.owned == 1, officer.ease, 0.0)


@rule
def effort(
    officer: Officer,
    outlook: Outlook,
    department: Department,
    mechanisms: Mechanisms,
    settings: AllSettings,
) -> float:
    """How far effort multiplies what an officer does: 1 if it is the usual one, from 0 to 2.

    The fuller the month, or the more that is done of all directives, the less is left to add.
    """
    contest = tournament.time_in_contest(officer, department, settings)
    month = outlook.substance + contest * outlook.shift
    done = outlook.achieved + contest * outlook.achieved_shift
    left = 1.0 - officer.ease * max(month, done)
    usual = officer.ease * outlook.substance
    earnings = appraisal.earned(officer, usual, outlook, department, mechanisms, settings)
    return 1.0 + left * appraisal.more_effort(earnings, settings)


@rule
def carry_out(
    officer: Officer,
    arrived: float,
    outlook: Outlook,
    department: Department,
    mechanisms: Mechanisms,
    settings: AllSettings,
) -> None:
    """Spend the month on all directives, and the time in contest where promotion counts.

    ``arrived`` is the content that reached the officer. What citizens get is the mean over
    directives of what is done of each, shared among all who come.
    """
    contest = tournament.time_in_contest(officer, department, settings)
    spent = able(officer) * effort(officer, outlook, department, mechanisms, settings)
    gain = spent * (outlook.substance + contest * outlook.shift) - officer.substance
    officer.substance += gain
    officer.work += gain
    done = spent * (outlook.achieved + contest * outlook.achieved_shift)
    officer.delivered = either(officer.front == 1, arrived * done * department.served, 0.0)


# What is measured.


@rule
def observe_fronts(world: World, d: int, month: int) -> None:
    """Add up, by conduct, what the front line could do and what content reached it."""
    department = world.departments[d]
    mechanisms = settings_of(world, d, month)
    settings = world.settings[0]
    row = outlook_row(world, d)
    officers = world.officers
    for i in range(department.first_officer, last_officer(department)):
        officer = officers[i]
        if officer.front:
            outlook = world.outlooks[row, officer.conduct]
            above = execution.content_above(officer, officers)
            ease = able(officer) * effort(officer, outlook, department, mechanisms, settings)
            carried = ease * execution.arriving(above, mechanisms, settings) * department.served
            contest = tournament.time_in_contest(officer, department, settings)
            outlook.able += ease
            outlook.able_in_contest += ease * contest
            outlook.carried += carried
            outlook.carried_in_contest += carried * contest


@rule
def observe_agenda(world: World, d: int, month: int) -> None:
    """Add what the front line delivered of each directive to the sums of the month."""
    observe_fronts(world, d, month)
    department = world.departments[d]
    settings = world.settings[0]
    tally = tally_of(world, d)
    most = settings.at_once
    part = 1.0 / float(most)
    fronts = float(department.fronts)
    row = outlook_row(world, d)
    least = 1.0
    for j in range(most):
        least = min(least, department.agenda_reach[j])
        delivered = 0.0
        substance = 0.0
        for k in range(len(world.conducts)):
            outlook = world.outlooks[row, k]
            usual = outlook.done[j]
            more = outlook.done_contested[j] - usual
            delivered += outlook.carried * usual + outlook.carried_in_contest * more
            substance += outlook.able * usual + outlook.able_in_contest * more
        if department.agenda_hard[j] == 1.0:
            tally.hard_delivered += delivered * part
            tally.hard_due += fronts * part
        else:
            tally.soft_delivered += delivered * part
            tally.soft_due += fronts * part
        department.directive_age = int(department.agenda_age[j])
        directives.observe_directive(department, substance, settings, tally)
    tally.least_attended += least * float(department.officers)


@rule
def observe_only(department: Department, delivered: float, tally: Tally) -> None:
    """Add what the front line ``delivered`` of the only directive, which is hard."""
    tally.hard_delivered += delivered
    tally.hard_due += float(department.fronts)
    tally.least_attended += float(department.officers)


# Not told month by month, since a month may have no directive of the kind.
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
        "Selective implementation",
        "软硬执行落差",
        "share",
        "execution of hard directives less that of soft ones",
        _gap,
        monthly=False,
    ),
    Measure(
        "least_attended",
        "Least attended directive",
        "最少注意政策",
        "share",
        "part of its work that the directive with least attention gets time for",
        per("least_attended"),
    ),
)
