"""Learning: how a month moves beliefs, norms and traits."""

from sim.arithmetic import within
from sim.compiled import leaf, rule
from sim.rules.conduct import felt_risk
from sim.state import COMPETENT

_MONTHS_A_YEAR = 12


@leaf
def follow_norm(department, engagement, mechanisms, settings):
    """Move the department's norm towards the month's mean engagement, and the norms around.

    Around are the departments of its unit, itself among them, and the department above (source C7).
    """
    norm = department.norm
    around = 0.5 * (department.norm_around + department.norm_above)
    pulled = settings.norm_speed * (engagement - norm) + mechanisms.spread * (around - norm)
    department.norm = within(norm + pulled, 0.0, 1.0)


@leaf
def perceive_risk(officer, sanctioned, department, settings):
    """Keep what was felt this month, forget part of it; learn from colleagues sanctioned.

    So a crackdown goes on deterring for a while after it has ended (residual deterrence, Sherman
    1990).
    """
    felt = felt_risk(officer, department, settings)
    risk = felt * (1.0 - settings.forget) + settings.peer * sanctioned
    officer.perceived_risk = min(1.0, risk)


@leaf
def grow_responsible(officer, department, mechanisms, settings):
    """Move responsibility towards disposition, norm and respect; culture lifts it.

    The respect of citizens is their trust (source B2). Public service motivation is partly brought,
    partly made by the institution: Perry & Wise (1990), Moynihan & Pandey (2007).
    """
    surroundings = (
        1.0 - settings.respect
    ) * department.norm + settings.respect * department.credibility
    target = officer.disposition + settings.plasticity * (surroundings - officer.disposition)
    now = officer.responsibility
    lift = settings.culture_lift * mechanisms.culture * (1.0 - now)
    officer.responsibility = within(now + settings.drift * (target - now) + lift, 0.0, 1.0)


@leaf
def need(officer, mechanisms, settings):
    """How much an officer needs a course against others, before the department's mean is made 1.

    Courses can go first where capability is low, to those whose virtue is good but who are not yet
    able, to the young (source C3), and to those found wanting in appraisal (source C4).
    """
    missing = 1.0 - officer.capability
    needed = 1.0 - mechanisms.targeting + mechanisms.targeting * 2.0 * missing
    promise = 4.0 * officer.responsibility * missing
    needed *= 1.0 - mechanisms.promise_first + mechanisms.promise_first * promise
    if officer.age < settings.young_age * _MONTHS_A_YEAR:
        needed *= 1.0 + mechanisms.young_first
    else:
        needed *= 1.0 - mechanisms.young_first
    wanting = max(0, officer.grade - COMPETENT)
    return needed * (1.0 + mechanisms.development * wanting)


@leaf
def all_alike(mechanisms):
    """Whether courses are given to everybody alike."""
    return (
        mechanisms.targeting == 0.0
        and mechanisms.promise_first == 0.0
        and mechanisms.young_first == 0.0
        and mechanisms.development == 0.0
    )


@rule
def mean_need(officers, first, last, mechanisms, settings):
    """Mean need of a course over officers first…last − 1, so that choosing whom costs no course."""
    if all_alike(mechanisms) or mechanisms.courses == 0.0:
        return 1.0
    total = 0.0
    for i in range(first, last):
        total += need(officers[i], mechanisms, settings)
    return total / float(last - first)


@leaf
def courses_for(officer, department, mechanisms, settings):
    """Share of the month's course that an officer takes; the department's mean is ``courses``."""
    if all_alike(mechanisms) or department.need <= 0.0:
        return mechanisms.courses
    return min(1.0, mechanisms.courses * need(officer, mechanisms, settings) / department.need)


@leaf
def course_gain(mechanisms, settings):
    """What a course adds to capability; less where it is not made for the category of the post."""
    fit = 1.0 - settings.course_misfit * (1.0 - mechanisms.tailored)
    return settings.course_gain * fit


@leaf
def grow_capable(officer, department, mechanisms, settings):
    """Learn by doing and in courses; forget (source C3)."""
    missing = 1.0 - officer.capability
    courses = courses_for(officer, department, mechanisms, settings)
    officer.courses += courses
    change = (
        settings.practice * officer.substance * missing
        + course_gain(mechanisms, settings) * courses * missing
        - settings.decay * officer.capability
    )
    officer.capability = within(officer.capability + change, 0.0, 1.0)
    grown = settings.inertia_growth * (1.0 - officer.inertia)
    shed = settings.course_relief * courses * officer.inertia
    officer.inertia = within(officer.inertia + grown - shed, 0.0, 1.0)


@leaf
def learn(officer, sanctioned, department, mechanisms, settings):
    """All that an officer takes from a month; a month older."""
    perceive_risk(officer, sanctioned, department, settings)
    # Before responsibility moves: who needs a course was weighed as the month began.
    grow_capable(officer, department, mechanisms, settings)
    grow_responsible(officer, department, mechanisms, settings)
    officer.age += 1
    officer.time_in_post += 1
