"""Learning: how a month moves beliefs, norms and traits."""

from sim.arithmetic import within
from sim.compiled import rule

_MONTHS_A_YEAR = 12


@rule
def follow_norm(department, engagement, mechanisms, settings):
    """Move the department's norm towards the month's mean engagement, and the norms around.

    Around are the departments of its unit, itself among them, and the department above (source C7).
    """
    norm = department.norm
    around = 0.5 * (department.norm_around + department.norm_above)
    pulled = settings.norm_speed * (engagement - norm) + mechanisms.spread * (around - norm)
    department.norm = within(norm + pulled, 0.0, 1.0)


@rule
def perceive_risk(officer, sanctioned, settings):
    """Forget part of the perceived risk; learn from the share of colleagues sanctioned."""
    risk = officer.perceived_risk * (1.0 - settings.forget) + settings.peer * sanctioned
    officer.perceived_risk = min(1.0, risk)


@rule
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


@rule
def grow_capable(officer, mechanisms, settings):
    """Learn by doing and in courses; forget. Targeted courses go where capability is low (C3).

    The young may go first.
    """
    missing = 1.0 - officer.capability
    need = 1.0 - mechanisms.targeting + mechanisms.targeting * 2.0 * missing
    if officer.age < settings.young_age * _MONTHS_A_YEAR:
        need *= 1.0 + mechanisms.young_first
    else:
        need *= 1.0 - mechanisms.young_first
    courses = min(1.0, mechanisms.courses * need)
    change = (
        settings.practice * officer.substance * missing
        + settings.course_gain * courses * missing
        - settings.decay * officer.capability
    )
    officer.capability = within(officer.capability + change, 0.0, 1.0)
    grown = settings.inertia_growth * (1.0 - officer.inertia)
    shed = settings.course_relief * courses * officer.inertia
    officer.inertia = within(officer.inertia + grown - shed, 0.0, 1.0)


@rule
def learn(officer, sanctioned, department, mechanisms, settings):
    """All that an officer takes from a month; a month older."""
    perceive_risk(officer, sanctioned, settings)
    grow_responsible(officer, department, mechanisms, settings)
    grow_capable(officer, mechanisms, settings)
    officer.age += 1
    officer.time_in_post += 1
