"""Training (能力建设): courses, whom they are given to, and what they teach (source C3).

Targeting does not change the number of courses: the need of each officer is measured against the
mean of the department.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.arithmetic import either
from sim.calendar import MONTHS_A_YEAR
from sim.declare import Section, count, number, share
from sim.kinds import COMPETENT
from sim.machine.compiled import rule
from sim.mechanisms.measuring import share_of

if TYPE_CHECKING:
    from sim.mechanisms.typed import (
        AllSettings,
        Department,
        Mechanisms,
        Officer,
        Officers,
        Tally,
    )

_C3 = "essay, C3; assumed value"


class Clauses(Section, section="mechanisms.training"):
    """Capability (能力建设)."""

    courses: float = number(
        "officers in a course",
        0,
        1,
        "share a month",
        zh="培训",
        source=_C3,
        intended={"capability": 1},
    )
    course_time: float = share(
        "time a course takes from its month", zh="培训用时", intended={"burden": 1}
    )
    targeting: float = share(
        "courses given by need rather than to all alike",
        zh="按需施训",
        source=_C3,
        intended={"trained_capability": -1},
    )
    promise_first: float = share(
        "weight of those whose virtue is good but who are not yet able",
        zh="德好才弱优先",
        source=_C3,
        intended={"trained_responsibility": 1},
    )
    young_first: float = share(
        "further weight of the young in who is sent",
        zh="年轻干部优先",
        source=_C3,
        intended={"trained_young": 1},
    )
    tailored: float = share(
        "courses made for the category of the post",
        zh="分级分类培训",
        source=_C3,
        intended={"capability": 1},
    )
    core: float = share(
        "courses in the core of public administration: law, planning, coordination",
        zh="公共管理核心课程",
        source=_C3,
        intended={"capability": 1},
    )
    exam: float = share(
        "courses whose failure counts as failing appraisal",
        zh="培训考核",
        source=_C3,
        intended={"graded_not_competent": 1},
    )
    grassroots: float = number(
        "months a newcomer spends at the grass roots",
        0,
        60,
        "months",
        zh="下基层",
        source=_C3,
        intended={"capability": 1},
    )


class Settings(Section, section="behaviour"):
    """What a course teaches."""

    course_relief: float = share("inertia lost in a course", zh="培训减惰")
    course_gain: float = share(
        "capability gained in a course made for the post", zh="培训增能", source=_C3
    )


class Reach(Section, section="reach"):
    """How far clauses reach."""

    course_misfit: float = share(
        "gain lost where a course is not made for the category of the post",
        zh="培训错位",
        source=_C3,
    )
    young_age: int = count(
        "age below which an officer is young", 18, 60, "years", zh="年轻干部年龄界限", source=_C3
    )
    pass_mark: float = share("capability needed to pass an exam", zh="培训合格线", source=_C3)


class OfficerFields(Section, row="officer"):
    """Courses of an officer."""

    courses: float = number("courses taken this year", 0, 12, "months", zh="本年培训")
    failed_exam: int = count("1 after failing an exam this year", 0, 1, zh="培训不合格", store="i1")


class DepartmentFields(Section, row="department"):
    """Need of courses in a department."""

    need: float = number("mean need of a course", 0, None, "ratio", zh="培训需求")


class TallySums(Section, row="tally"):
    """Who takes the courses, at the end of a year."""

    courses_taken: float = number("courses taken", 0, None, "officer-months", zh="培训人月数")
    trained_capability: float = number(
        "courses times the capability of who takes them",
        0,
        None,
        "officer-months",
        zh="受训者能力合计",
    )
    trained_responsibility: float = number(
        "courses times the responsibility of who takes them",
        0,
        None,
        "officer-months",
        zh="受训者责任心合计",
    )
    trained_young: float = number(
        "courses taken by the young", 0, None, "officer-months", zh="年轻干部培训人月数"
    )
    trained_wanting: float = number(
        "courses taken by officers graded less than competent the year before",
        0,
        None,
        "officer-months",
        zh="考核不足者培训人月数",
    )


@rule
def is_young(officer: Officer, settings: AllSettings) -> bool:
    """Whether an officer counts as young."""
    return officer.age < settings.young_age * MONTHS_A_YEAR


@rule
def need(officer: Officer, mechanisms: Mechanisms, settings: AllSettings) -> float:
    """How much an officer needs a course against others, before the department's mean is made 1.

    Courses can go first where capability is low, to those whose virtue is good but who are not yet
    able, to the young (source C3), and to those found wanting in appraisal (source C4).
    """
    missing = 1.0 - officer.capability
    # Twice and four times make each factor 1 where capability, and responsibility, are one half.
    needed = 1.0 - mechanisms.targeting + mechanisms.targeting * 2.0 * missing
    promise = 4.0 * officer.responsibility * missing
    needed *= 1.0 - mechanisms.promise_first + mechanisms.promise_first * promise
    young = is_young(officer, settings)
    needed *= 1.0 + either(young, mechanisms.young_first, -mechanisms.young_first)
    wanting = max(0, officer.grade - COMPETENT)
    return needed * (1.0 + mechanisms.development * wanting)


@rule
def all_alike(mechanisms: Mechanisms) -> bool:
    """Whether courses are given to everybody alike."""
    return (
        mechanisms.targeting == 0.0
        and mechanisms.promise_first == 0.0
        and mechanisms.young_first == 0.0
        and mechanisms.development == 0.0
    )


@rule
def mean_need(
    officers: Officers, first: int, last: int, mechanisms: Mechanisms, settings: AllSettings
) -> float:
    """Mean need of a course over officers first…last − 1, so that choosing whom costs no course."""
    if all_alike(mechanisms) or mechanisms.courses == 0.0:
        return 1.0
    total = 0.0
    for i in range(first, last):
        total += need(officers[i], mechanisms, settings)
    return total / float(last - first)


@rule
def courses_for(
    officer: Officer, department: Department, mechanisms: Mechanisms, settings: AllSettings
) -> float:
    """Share of the month's course that an officer takes; the department's mean is ``courses``."""
    # Where nobody needs a course, everybody takes the same.
    needed = either(department.need > 0.0, need(officer, mechanisms, settings), 1.0)
    mean = either(department.need > 0.0, department.need, 1.0)
    return min(1.0, mechanisms.courses * needed / mean)


@rule
def courses_alike(mechanisms: Mechanisms) -> float:
    """Share of the month's course that each takes where courses are given to everybody alike."""
    return min(1.0, mechanisms.courses)


@rule
def course_gain(mechanisms: Mechanisms, settings: AllSettings) -> float:
    """What a course adds to capability; less where it is not made for the category of the post."""
    fit = 1.0 - settings.course_misfit * (1.0 - mechanisms.tailored)
    return settings.course_gain * fit


@rule
def fails_exam(officer: Officer, mechanisms: Mechanisms, settings: AllSettings, u: float) -> bool:
    """Whether a course this officer took this year ends in a failed exam (source C3)."""
    taken = min(1.0, officer.courses)
    return u < mechanisms.exam * taken and officer.capability < settings.pass_mark


@rule
def time_in_courses(mechanisms: Mechanisms) -> float:
    """Share of everybody's time that courses take."""
    return mechanisms.courses * mechanisms.course_time


@rule
def observe_courses(officer: Officer, settings: AllSettings, tally: Tally) -> None:
    """Add the courses that an officer took this year; called before the year is graded."""
    tally.courses_taken += officer.courses
    tally.trained_capability += officer.courses * officer.capability
    tally.trained_responsibility += officer.courses * officer.responsibility
    tally.trained_young += officer.courses if is_young(officer, settings) else 0.0
    tally.trained_wanting += officer.courses if officer.grade > COMPETENT else 0.0


MEASURES = (
    share_of(
        "trained_capability",
        "Capability of those trained",
        "受训者能力",
        "mean capability of officers in courses, by the courses they take",
        "courses_taken",
    ),
    share_of(
        "trained_responsibility",
        "Responsibility of those trained",
        "受训者责任心",
        "mean responsibility of officers in courses, by the courses they take",
        "courses_taken",
    ),
    share_of(
        "trained_young",
        "Courses for the young",
        "年轻干部培训占比",
        "courses taken by the young",
        "courses_taken",
    ),
    share_of(
        "trained_wanting",
        "Courses for those found wanting",
        "考核不足者培训占比",
        "courses taken by officers graded less than competent the year before",
        "courses_taken",
    ),
)
