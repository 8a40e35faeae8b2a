"""Agenda (议程): several directives under way at once, hard and soft, under scarce attention.

Attention is scarce (Simon 1947; Jones & Baumgartner 2005). Those who have several goals attend to
them by what those above stress (Cyert & March 1963): fresh directives, and hard ones, whose results
can be counted (O'Brien & Li 1999). Time that is spent on changing from one task to another is lost
(Coviello, Ichino & Persico 2014), and meetings raise the directive that they are about
(以会议落实会议, source C8) while they take everybody's time.

This chapter says which directives are under way and how much time each gets; ``multitasking`` says
what officers do with it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.arithmetic import either
from sim.declare import Section, count, number, share
from sim.machine.compiled import rule
from sim.machine.draws import decision, draw
from sim.mechanisms import directives, tournament
from sim.mechanisms.directives import AT_ONCE
from sim.mechanisms.measuring import Measure, per

if TYPE_CHECKING:
    from sim.mechanisms.typed import (
        AllSettings,
        Department,
        Mechanisms,
        Numbers,
        Tally,
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
        "1/share",
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
    agenda_seen: float = share(
        "share of each directive in what appraisal weighs, as far as its work can be measured",
        zh="各政策可测考核权重",
        width=AT_ONCE,
    )
    agenda_contested: float = share(
        "part of each directive that there is time for if only promotion counts",
        zh="各政策在晋升竞争下所得时间",
        width=AT_ONCE,
    )


class TallySums(Section, row="tally"):
    """Directives that get the least time."""

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
    """Give the department's fields the values of directive ``j``, as if it were the only one."""
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
        enough = True
        there_is = left
        for j in range(most):
            if reach[j] < 1.0:
                # A directive that is alone gets all of it, to the last digit.
                wanted = there_is * (weights[j] / total)
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
def measurable(hard: float, settings: AllSettings) -> float:
    """How far appraisal can measure work on a directive, against a hard one, in [0, 1]."""
    return either(hard == 1.0, 1.0, settings.measurability)


@rule
def share_attention(department: Department, mechanisms: Mechanisms, settings: AllSettings) -> None:
    """Share officers' time among the directives, and look at all of them together.

    Leaders stress what is fresh and what counts; a candidate for promotion does first what counts
    there, and the rest as leaders stress it. How far attention has faded is the mean over the work
    that appraisal weighs.
    """
    most = settings.at_once
    spotlight = newest(department, settings)
    # All places, used or not, which are enough to work on them at once. If it knew their number
    # beforehand, the compiler would do them one by one.
    for j in range(max(most, AT_ONCE)):
        age = int(department.agenda_age[j])
        department.agenda_attention[j] = directives.attention(age, department, mechanisms, settings)
    for j in range(most):
        hard = department.agenda_hard[j]
        felt = department.agenda_attention[j]
        called = settings.meeting_pull * mechanisms.meetings if j == spotlight else 0.0
        counts = tournament.counts(hard, mechanisms, settings)
        department.agenda_emphasis[j] = felt * counts * (1.0 + called)
        department.agenda_stake[j] = felt * tournament.stake(hard, mechanisms)
        department.agenda_reach[j] = 0.0
        department.agenda_contested[j] = 0.0
    time = time_left(settings) / settings.workload
    spend(department.agenda_reach, department.agenda_emphasis, most, time)
    if settings.tournament > 0.0:
        left = spend(department.agenda_contested, department.agenda_stake, most, time)
        spend(department.agenda_contested, department.agenda_emphasis, most, left)
    else:
        for j in range(most):
            department.agenda_contested[j] = department.agenda_reach[j]
    look_at_all(department, settings)


@rule
def look_at_all(department: Department, settings: AllSettings) -> None:
    """Look at all directives together.

    Difficulty and specificity are means over officers' time. Harm is a plain mean, since how grave
    an incident is does not hang on the time that a directive gets; and so is the size of interest,
    which looks follow.
    """
    most = settings.at_once
    spent = 0.0
    weighed = 0.0
    for j in range(most):
        reach = department.agenda_reach[j]
        spent += reach
        weighed += reach * department.agenda_attention[j]
        department.agenda_seen[j] = reach * department.agenda_attention[j]
    per_time = 1.0 / spent
    per_weight = 1.0 / weighed
    difficulty = 0.0
    specificity = 0.0
    interest = 0.0
    harm = 0.0
    for j in range(most):
        share = department.agenda_reach[j] * per_time
        department.agenda_share[j] = share
        department.agenda_seen[j] *= per_weight * measurable(department.agenda_hard[j], settings)
        difficulty += share * department.agenda_difficulty[j]
        specificity += share * department.agenda_specificity[j]
        interest += abs(department.agenda_interest[j])
        harm += department.agenda_harm[j]
    part = 1.0 / float(most)
    department.attention = weighed * per_time
    department.difficulty = difficulty
    department.specificity = specificity
    department.interest = interest * part
    department.harm = harm * part


@rule
def observe_least(department: Department, settings: AllSettings, tally: Tally) -> None:
    """Add the time for the least attended directive, once for each of a department's officers."""
    least = 1.0
    for j in range(settings.at_once):
        least = min(least, department.agenda_reach[j])
    tally.least_attended += least * float(department.officers)


MEASURES = (
    Measure(
        "least_attended",
        "Least attended directive",
        "最少注意政策",
        "share",
        "part of its work that the directive with least attention gets time for",
        per("least_attended"),
    ),
)
