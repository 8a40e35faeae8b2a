"""Careers: consequences of a grade, and the ways out of a post (能上庸下, 能进庸出)."""

from sim import draws
from sim.compiled import rule
from sim.rules import appraisal
from sim.rules.selection import NOBODY, settle_in, take_post
from sim.state import BASIC, COMPETENT, FAILING, TOP

_MONTHS_A_YEAR = 12


@rule
def leave(officer, settings, tally, u_resign, u_transfer):
    """Whether the officer leaves this year: dismissed, retired, resigned, or moved elsewhere.

    Leaders are exchanged between governments every few years (Eaton & Kostka 2014).
    """
    if officer.failing_years >= settings.dismissal_years:
        tally.dismissals += 1.0
    elif officer.age >= settings.retirement_age * _MONTHS_A_YEAR:
        tally.retirements += 1.0
    elif u_resign < settings.resignation:
        tally.resignations += 1.0
    elif officer.subordinates > 0 and u_transfer < settings.transfer:
        tally.transfers += 1.0
    else:
        return False
    return True


@rule
def retrain(officer, mechanisms, settings, tally, u):
    """Send an officer who is no more than basically competent back to training (离岗培训)."""
    if officer.grade == BASIC and u < mechanisms.retraining:
        officer.capability += settings.course_gain * (1.0 - officer.capability)
        officer.inertia *= 1.0 - settings.course_relief
        tally.retrained += 1.0


@rule
def best_below(officers, index):
    """Index of the direct subordinate with the best appraisal, or NOBODY."""
    best = NOBODY
    first = officers[index].first_subordinate
    for i in range(first, first + officers[index].subordinates):
        fit = officers[i].vacant == 0 and officers[i].grade < FAILING
        if fit and (best == NOBODY or officers[i].performance > officers[best].performance):
            best = i
    return best


@rule
def demote(officers, index, mechanisms, settings, tally, seed, replicate, month, u):
    """Move an officer who is not competent down; the best one below takes the post."""
    if officers[index].grade != FAILING or u >= mechanisms.demotion:
        return
    other = best_below(officers, index)
    if other == NOBODY:
        return
    demoted = officers[index : index + 1].copy()
    take_post(officers, index, officers, other)
    take_post(officers, other, demoted, 0)
    settle_in(officers[index], mechanisms, settings, seed, replicate, month)
    settle_in(officers[other], mechanisms, settings, seed, replicate, month)
    # A move down settles this year's grade; nobody falls twice.
    officers[other].grade = BASIC
    tally.demotions += 1.0


@rule
def appraise_all(world, first, last, mechanisms, settings, tally, month):
    """Appraise every officer of a department and share out the top grade."""
    officers = world.officers
    for i in range(first, last):
        officer = officers[i]
        who = officer.number_in_department
        u = draws.uniforms(
            world.seed, world.replicate, draws.APPRAISAL, month, officer.department, who
        )
        appraisal.appraise(officer, mechanisms, u[0])
    appraisal.compare_within_ranks(officers, first, last - first, mechanisms)
    for i in range(first, last):
        officer = officers[i]
        who = officer.number_in_department
        u = draws.uniforms(
            world.seed, world.replicate, draws.APPRAISAL, month, officer.department, who
        )
        appraisal.grade(officer, mechanisms, settings, u[2])
        retrain(officer, mechanisms, settings, tally, u[1])
    appraisal.share_out_top(officers, first, last - first, settings)
    for i in range(first, last):
        grade = officers[i].grade
        if grade == TOP:
            tally.top += 1.0
        elif grade == COMPETENT:
            tally.competent += 1.0
        elif grade == BASIC:
            tally.basically_competent += 1.0
        else:
            tally.not_competent += 1.0


@rule
def face_consequences(world, first, last, mechanisms, settings, tally, month):
    """Move the unfit down, then let go those whose time is over."""
    officers = world.officers
    seed = world.seed
    replicate = world.replicate
    for i in range(first, last):
        department = officers[i].department
        who = officers[i].number_in_department
        u = draws.uniforms(seed, replicate, draws.EXIT, month, department, who)
        demote(officers, i, mechanisms, settings, tally, seed, replicate, month, u[1])
        if leave(officers[i], settings, tally, u[0], u[2]):
            officers[i].vacant = 1
