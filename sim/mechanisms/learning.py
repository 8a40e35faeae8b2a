"""Learning (学习成长): how a month moves an officer's capability, inertia and responsibility.

Capability grows by real work (Arrow 1962) and in courses, and fades. Public service motivation is
partly a personal disposition, partly formed by the institution: Perry & Wise (1990), Moynihan &
Pandey (2007).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.arithmetic import towards, within
from sim.declare import Section, Unfollowed, count, number, share
from sim.machine.column_sums import total
from sim.machine.compiled import rule
from sim.mechanisms import deterrence, training
from sim.mechanisms.measuring import Measure, per

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
    """How traits move."""

    drift: float = number(
        "speed at which responsibility moves",
        0,
        1,
        "share a month",
        zh="责任心变化速度",
        source="Moynihan & Pandey 2007; assumed value",
    )
    plasticity: float = share(
        "part of responsibility that surroundings shape, the rest is disposition",
        zh="责任心可塑性",
        source="Perry & Wise 1990; Moynihan & Pandey 2007; assumed value",
    )
    respect: float = share(
        "weight of credibility, against the norm, in shaping responsibility",
        zh="公信力的影响",
        source="essay, B2; assumed value",
    )
    culture_lift: float = number(
        "responsibility gained under full culture",
        0,
        1,
        "share a month",
        zh="文化提升责任心",
        source="essay, C7; assumed value",
    )
    inertia_growth: float = number(
        "inertia gained in one post", 0, 1, "share a month", zh="惰性增长"
    )
    practice: float = number(
        "capability gained by real work",
        0,
        1,
        "share a month",
        zh="干中学",
        source="Arrow 1962; assumed value",
    )
    decay: float = number("capability lost", 0, 1, "share a month", zh="能力衰减")


class OfficerFields(Section, row="officer"):
    """Traits that a month moves."""

    capability: float = share("ability to do what the post needs", zh="能力")
    responsibility: float = share("sense of responsibility", zh="责任心")
    inertia: float = share("pull of last month's conduct", zh="惰性")
    age: int = count("age", unit="months", zh="年龄", store="i2")
    time_in_post: int = count("time in this post", unit="months", zh="任职时间", store="i2")


class TallySums(Section, row="tally"):
    """Traits."""

    capability: float = number("capability", 0, None, "officers", zh="能力合计")
    responsibility: float = number("responsibility", 0, None, "officers", zh="责任心合计")
    inertia: float = number("inertia", 0, None, "officers", zh="惰性合计")


# What the mean field, which holds these traits, does not follow.
UNFOLLOWED = (
    Unfollowed(
        "changes of capability and inertia",
        "能力与惰性的变化",
        {"behaviour.practice": 0.0, "behaviour.decay": 0.0, "behaviour.inertia_growth": 0.0},
    ),
)


@rule
def grow_responsible(
    officer: Officer, department: Department, mechanisms: Mechanisms, settings: AllSettings
) -> None:
    """Move responsibility towards disposition, norm and respect; culture lifts it.

    The respect of citizens is their trust (source B2).
    """
    surroundings = (
        1.0 - settings.respect
    ) * department.norm + settings.respect * department.credibility
    target = towards(officer.disposition, surroundings, settings.plasticity)
    now = officer.responsibility
    lift = settings.culture_lift * mechanisms.culture * (1.0 - now)
    officer.responsibility = within(towards(now, target, settings.drift) + lift, 0.0, 1.0)


@rule
def grow_capable(
    officer: Officer, courses: float, mechanisms: Mechanisms, settings: AllSettings
) -> None:
    """Learn by doing and in ``courses``, in months; forget (source C3)."""
    officer.courses += courses
    learned = settings.practice * officer.substance
    learned += training.course_gain(mechanisms, settings) * courses
    forgotten = settings.decay * officer.capability
    officer.capability = within(towards(officer.capability, 1.0, learned) - forgotten, 0.0, 1.0)
    shed = settings.course_relief * courses * officer.inertia
    officer.inertia = within(
        towards(officer.inertia, 1.0, settings.inertia_growth) - shed, 0.0, 1.0
    )


@rule
def learn(
    officer: Officer,
    courses: float,
    sanctioned: float,
    department: Department,
    mechanisms: Mechanisms,
    settings: AllSettings,
) -> None:
    """All that an officer takes from a month; a month older.

    ``courses`` is the share of the month's course that the officer takes, ``sanctioned`` the share
    of the department's officers sanctioned this month.
    """
    deterrence.perceive_risk(officer, sanctioned, department, settings)
    grow_capable(officer, courses, mechanisms, settings)
    grow_responsible(officer, department, mechanisms, settings)
    officer.age += 1
    officer.time_in_post += 1


@rule
def observe_traits(officers: Officers, first: int, last: int, tally: Tally) -> None:
    """Add traits and beliefs of officers first…last − 1 to the sums of the month."""
    tally.capability += total(officers["capability"], first, last)
    tally.responsibility += total(officers["responsibility"], first, last)
    tally.inertia += total(officers["inertia"], first, last)
    tally.connection += total(officers["connection"], first, last)
    tally.merit_belief += total(officers["merit_belief"], first, last)
    tally.perceived_risk += total(officers["perceived_risk"], first, last)


MEASURES = (
    Measure("capability", "Capability", "能力", "share", "mean capability", per("capability")),
    Measure(
        "responsibility",
        "Responsibility",
        "责任心",
        "share",
        "mean responsibility",
        per("responsibility"),
    ),
    Measure("inertia", "Inertia", "惰性", "share", "mean inertia", per("inertia")),
)
