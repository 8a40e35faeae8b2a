"""Leadership (领导推动): planning, presence where the work is done, autonomy, meetings (source C8).

Leaders lead by example: officers do what their superior did last month. This is assumed, against
Brehm & Gates (1997), who find that supervisors matter little beside officers' own preferences,
colleagues and clients. An able head makes the work of the whole office easier (Fenizia 2022). Where
reports are acted on, leaders are present most where they believe that least is delivered (Cyert &
March 1963), and embellished reports mislead them (Downs 1967). The rules that planning, drive and
autonomy act on are those of execution, of directives and of conduct.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.arithmetic import either
from sim.declare import Section, number, share
from sim.machine.compiled import rule
from sim.mechanisms.measuring import Measure, per

if TYPE_CHECKING:
    from sim.mechanisms.typed import (
        AllSettings,
        ConductTable,
        Department,
        Departments,
        Mechanisms,
        Officer,
        Officers,
        Places,
        Tally,
    )

_C8 = "essay, C8; assumed value"


class Clauses(Section, section="mechanisms.leadership"):
    """Leadership (领导推动)."""

    planning: float = share(
        "tasks whose execution leaders have planned",
        zh="善谋执行",
        source=_C8,
        intended={"execution_rate": 1},
    )
    drive: float = share(
        "leaders' presence where the work is done",
        zh="一线意识",
        source=_C8,
        intended={"faithful": 1},
    )
    autonomy: float = share(
        "freedom to fit a directive to local need",
        zh="因地制宜",
        source="essay, B7; Rasul & Rogger 2018; assumed value",
        intended={"execution_rate": 1},
    )
    meetings: float = share(
        "officers' time taken by meetings",
        zh="开大会",
        source=_C8,
        intended={"burden": 1},
        saves="a meeting that is not held takes nobody's time (essay, C8); that nothing else takes "
        "its place is assumed",
        saves_zh="会议不开，便不占用时间（文章C8）；假设没有别的事务取而代之。",
    )


class Settings(Section, section="behaviour"):
    """What a superior's example is worth, and a head's ability."""

    example: float = number(
        "weight of the superior's example",
        0,
        10,
        "utility",
        zh="率先垂范",
        source="essay, C8; against Brehm & Gates 1997; assumed value",
    )
    guidance: float = number(
        "part by which ease rises per unit of the head's capability above the mean of applicants",
        0,
        1,
        "1/share",
        zh="领导能力的影响",
        meaning_zh="首长能力每高出报考者均值一个单位，下属胜任程度提高的比例",
        source="Fenizia 2022, after which the value was chosen; assumed value",
        off=0.0,
    )


class Reach(Section, section="reach"):
    """How far clauses reach."""

    plan_relief: float = share(
        "difficulty that full planning takes away", zh="谋划减难", source=_C8
    )


class DepartmentFields(Section, row="department"):
    """What leaders do for a department."""

    guidance: float = number(
        "part by which its head's ability raises ease", -1, 1, "share", zh="首长能力影响"
    )
    guidance_above: float = number(
        "part by which the ability of the head above raises its head's ease",
        -1,
        1,
        "share",
        zh="上级首长能力影响",
    )
    focus: float = number(
        "leaders' attention beyond an equal share", -1, None, "share", zh="注意力倾斜"
    )
    misdirected: float = number(
        "half the distance between that and what its delivery calls for",
        0,
        None,
        "share",
        zh="注意力错配",
    )


class TallySums(Section, row="tally"):
    """Whom leaders attend to."""

    misdirected: float = number(
        "misdirected attention, per officer", 0, None, "officers", zh="注意力错配合计"
    )


@rule
def example_for(officer: Officer, officers: Officers, conducts: ConductTable) -> float:
    """Last month's engagement of an officer's superior; nobody above the top sets one."""
    if officer.superior < 0:
        return 0.0
    return conducts[officers[officer.superior].previous_conduct].engagement


@rule
def led(
    example: float,
    engagement: float,
    department: Department,
    mechanisms: Mechanisms,
    settings: AllSettings,
) -> float:
    """What a superior's example is worth for a conduct of some ``engagement``, in utility."""
    return settings.example * presence(department, mechanisms) * engagement * example


@rule
def guidance(head: Officer, settings: AllSettings) -> float:
    """Part by which ease rises under this head, at least −1: ability against the mean applicant."""
    return settings.guidance * (head.capability - settings.capability_mean)


@rule
def meet_heads(
    department: Department, departments: Departments, officers: Officers, settings: AllSettings
) -> None:
    """Take the ability of the head, and of the head above, as the month begins."""
    above = department.parent
    department.guidance = guidance(officers[department.first_officer], settings)
    department.guidance_above = (
        guidance(officers[departments[above].first_officer], settings) if above >= 0 else 0.0
    )


@rule
def guided(ease: float, officer: Officer, department: Department) -> float:
    """Ease under the head's guidance, in [0, 1]; a head is guided by the head above.

    Nobody delivers more than a perfect month.
    """
    is_head = officer.number_in_department == 0
    gain = either(is_head, department.guidance_above, department.guidance)
    return min(1.0, ease * (1.0 + gain))


@rule
def presence(department: Department, mechanisms: Mechanisms) -> float:
    """Leaders' presence in this department, in [0, 1]: their drive, as attention is shared."""
    return min(1.0, mechanisms.drive * (1.0 + department.focus))


@rule
def focus(here: float, mean: float) -> float:
    """Attention beyond an equal share that a department gets, at least −1; 0 on average.

    ``here`` is what it delivers, ``mean`` what all who compete for attention deliver on average:
    leaders search where a department falls short of others (Cyert & March 1963). The mean is kept
    as long as none delivers more than twice the mean.
    """
    return max(-1.0, 1.0 - here / mean) if mean > 0.0 else 0.0


@rule
def share_attention(department: Department, departments: Departments, children: Places) -> None:
    """Share leaders' attention among departments of one superior, by what is known of each.

    Departments with none above them share that of their unit's leaders. All is of last month.
    Departments with no front line, their own or below, have nothing to deliver and are left out.
    """
    above = department.parent
    beside = departments[above].children if above >= 0 else department.unit_size
    competitors = 0.0
    known = 0.0
    delivered = 0.0
    for k in range(beside):
        if above >= 0:
            competitor = departments[children[departments[above].first_child + k]]
        else:
            competitor = departments[department.first_in_unit + k]
        if competitor.fronts_below > 0:
            competitors += 1.0
            known += competitor.known
            delivered += competitor.delivery
    if department.fronts_below > 0:
        department.focus = focus(department.known, known / competitors)
        called_for = focus(department.delivery, delivered / competitors)
        department.misdirected = 0.5 * abs(department.focus - called_for)


@rule
def observe_attention(department: Department, tally: Tally) -> None:
    """Add how far attention to a department is misdirected, once for each of its officers."""
    tally.misdirected += department.misdirected * float(department.officers)


MEASURES = (
    Measure(
        "misdirected_attention",
        "Misdirected attention",
        "注意力错配",
        "share",
        "leaders' attention that reports draw from the departments to which it would go if leaders "
        "knew what each delivers",
        per("misdirected"),
    ),
)
