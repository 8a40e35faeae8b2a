"""Recruitment: who enters the service, and what is drawn of them."""

from sim import draws
from sim.arithmetic import within
from sim.compiled import leaf, rule
from sim.draws import normal_share
from sim.state import COMPETENT, FAITHFUL, IDLE, OUTSIDE

_MONTHS_A_YEAR = 12


@rule
def arrive(officer, settings, seed, replicate, month):
    """Fill a post with a person drawn from those who apply; month ``AT_START`` before the first."""
    who = officer.number_in_department
    u = draws.uniforms(seed, replicate, draws.ENTRY, month, officer.department, who)
    v = draws.uniforms(seed, replicate, draws.ENTRY_TIES, month, officer.department, who)
    officer.capability = normal_share(u[0], settings.capability_mean, settings.capability_sd)
    officer.responsibility = normal_share(
        u[1], settings.responsibility_mean, settings.responsibility_sd
    )
    officer.inertia = normal_share(u[2], settings.inertia_mean, settings.inertia_sd)
    officer.ambition = normal_share(u[3], settings.ambition_mean, settings.ambition_sd)
    officer.connection = normal_share(v[0], settings.connection_mean, settings.connection_sd)
    officer.merit_belief = normal_share(v[2], settings.merit_belief_mean, settings.merit_belief_sd)
    officer.disposition = officer.responsibility
    officer.perceived_risk = 0.0
    officer.time_in_post = 0
    officer.failing_years = 0
    officer.grade = COMPETENT
    officer.profile_before = OUTSIDE
    officer.courses = 0.0
    officer.failed_exam = 0
    officer.moved = 0
    officer.vacant = 0
    officer.performance = 0.0
    officer.execution_rate = 0.0
    officer.gravity = 0.0
    officer.work = 0.0
    officer.displayed = 0.0
    officer.complaints = 0
    officer.sanctions = 0


@leaf
def age(mean, sd, settings, u):
    """Draw an age in months, between the youngest and a year before retirement."""
    years = within(
        mean + sd * draws.normal(u),
        float(settings.youngest),
        float(settings.retirement_age) - 1.0,
    )
    return int(years * _MONTHS_A_YEAR)


@rule
def have_served(officer, settings, seed, replicate, month):
    """Make a person just arrived one who has served for years: of any age, acting as is usual."""
    who = officer.number_in_department
    u = draws.uniforms(seed, replicate, draws.START, month, officer.department, who)
    officer.age = age(settings.age_mean, settings.age_sd, settings, u[0])
    served = officer.age - settings.youngest * _MONTHS_A_YEAR
    officer.time_in_post = int(u[1] * min(served, settings.longest_in_post))
    officer.conduct = FAITHFUL if u[2] < settings.norm_at_start else IDLE
    officer.previous_conduct = officer.conduct


@rule
def be_there_at_start(officer, settings, seed, replicate):
    """Fill a post in the first month."""
    arrive(officer, settings, seed, replicate, draws.AT_START)
    have_served(officer, settings, seed, replicate, draws.AT_START)


@rule
def come_from_elsewhere(officer, settings, seed, replicate, month):
    """Fill a post with an officer of another government, new to this one (交流任职)."""
    arrive(officer, settings, seed, replicate, month)
    have_served(officer, settings, seed, replicate, month)
    officer.time_in_post = 0


@leaf
def esteem(capability, responsibility, mechanisms):
    """What a person is worth to those who weigh ability and virtue (德才兼备, source C1)."""
    return (1.0 - mechanisms.virtue) * capability + mechanisms.virtue * responsibility


@rule
def recruit(officer, mechanisms, settings, seed, replicate, month):
    """Take on the better of two applicants as far as merit counts; post them to the grass roots.

    Better means ability and virtue, weighed as in esteem (德才兼备, source C1). Months at the grass
    roots add to capability (source C3). Newcomers mean to act faithfully (Perry & Wise 1990).
    """
    arrive(officer, settings, seed, replicate, month)
    who = officer.number_in_department
    v = draws.uniforms(seed, replicate, draws.RIVAL, month, officer.department, who)
    capability = normal_share(v[0], settings.capability_mean, settings.capability_sd)
    responsibility = normal_share(v[1], settings.responsibility_mean, settings.responsibility_sd)
    better = esteem(capability, responsibility, mechanisms) > esteem(
        officer.capability, officer.responsibility, mechanisms
    )
    if v[2] < mechanisms.merit and better:
        officer.capability = capability
        officer.responsibility = responsibility
        officer.disposition = responsibility
    years = mechanisms.grassroots / float(_MONTHS_A_YEAR)
    posting = min(1.0, settings.posting_gain * years)
    officer.capability += posting * (1.0 - officer.capability)
    w = draws.uniforms(seed, replicate, draws.ENTRY_TIES, month, officer.department, who)
    officer.age = age(settings.entry_age, settings.entry_age_sd, settings, w[1])
    officer.conduct = FAITHFUL
    officer.previous_conduct = FAITHFUL
