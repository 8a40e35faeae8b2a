"""Careers: consequences of a grade, and the ways out of a post (能上庸下, 能进庸出)."""

from sim import bench, draws
from sim.bench import SEATS
from sim.compiled import leaf, rule
from sim.rules import appraisal, learning
from sim.rules.back_tracing import colleague
from sim.rules.selection import NOBODY, believe, settle_in, take_post
from sim.state import BASIC, COMPETENT, FAILING, TOP

_MONTHS_A_YEAR = 12


@leaf
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
    """Send an officer found less than competent back to training (离岗培训)."""
    if officer.grade > COMPETENT and u < mechanisms.retraining:
        gain = learning.course_gain(mechanisms, settings)
        officer.capability += gain * (1.0 - officer.capability)
        officer.inertia *= 1.0 - settings.course_relief
        tally.retrained += 1.0


@rule
def exchange_posts(officers, one, other):
    """Let two officers take each other's post."""
    moved = officers[one : one + 1].copy()
    take_post(officers, one, officers, other)
    take_post(officers, other, moved, 0)


@leaf
def start_afresh(officer, settings):
    """Begin in another post of the same rank: a move shakes inertia."""
    officer.inertia *= 1.0 - settings.inertia_relief
    officer.time_in_post = 0


@rule
def move_aside(officers, index, mechanisms, settings, tally, u):
    """Move an officer found less than competent to another post of the same rank (调整岗位).

    One who failed an exam moves for certain (source C3). The other post is that of a colleague of
    the same rank under the same superior, who changes places; without one nobody moves.
    """
    officer = officers[index]
    if officer.moved:
        return
    if officer.failed_exam == 0:
        if officer.grade <= COMPETENT or u >= mechanisms.moving:
            return
        u /= mechanisms.moving
    other = colleague(officers, index, u)
    if other == index or officers[other].vacant or officers[other].rank != officer.rank:
        return
    exchange_posts(officers, index, other)
    start_afresh(officers[index], settings)
    start_afresh(officers[other], settings)
    officers[index].moved = 1
    officers[other].moved = 1
    tally.moved += 1.0


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
    if officers[index].moved or officers[index].grade != FAILING or u >= mechanisms.demotion:
        return
    other = best_below(officers, index)
    if other == NOBODY:
        return
    exchange_posts(officers, index, other)
    settle_in(officers[index], mechanisms, settings, seed, replicate, month)
    settle_in(officers[other], mechanisms, settings, seed, replicate, month)
    officers[index].moved = 1
    officers[other].moved = 1
    # A move down settles this year's grade.
    officers[other].grade = BASIC
    tally.demotions += 1.0


@rule
def reward(officers, first, last, mechanisms, settings):
    """Let rewards for top grades tell everybody whether merit pays (奖励, source C5).

    The evidence is the share of those rewarded who did more real work than the department's mean.
    """
    if mechanisms.reward == 0.0:
        return
    work = 0.0
    for i in range(first, last):
        work += officers[i].execution_rate
    mean = work / float(last - first)
    rewarded = 0.0
    deserving = 0.0
    for i in range(first, last):
        if officers[i].grade == TOP:
            rewarded += 1.0
            deserving += 1.0 if officers[i].execution_rate > mean else 0.0
    if rewarded > 0.0:
        speed = settings.merit_learning * mechanisms.reward
        believe(officers, first, last, deserving / rewarded, speed)


@leaf
def draw_year(world, first, number, decision, month):
    """Draw what a year's end needs for ``number`` officers from ``first`` on; returns the draws."""
    rows = world.bench[0]
    for j in range(number):
        bench.name(rows, j, world.officers[first + j])
    bench.draw(rows, number, decision, world.seed, world.replicate, month)
    return rows.luck


@rule
def appraise_all(world, first, last, mechanisms, settings, tally, month):
    """Appraise every officer of a department and share out the top grade."""
    officers = world.officers
    for some in range(first, last, SEATS):
        number = min(SEATS, last - some)
        luck = draw_year(world, some, number, draws.APPRAISAL, month)
        for j in range(number):
            appraisal.appraise(officers[some + j], mechanisms, luck[0, j])
    appraisal.compare_like_with_like(officers, first, last - first, mechanisms)
    for some in range(first, last, SEATS):
        number = min(SEATS, last - some)
        luck = draw_year(world, some, number, draws.APPRAISAL, month)
        for j in range(number):
            appraisal.grade(officers[some + j], mechanisms, settings, luck[2, j])
            retrain(officers[some + j], mechanisms, settings, tally, luck[1, j])
    appraisal.share_out_top(officers, first, last - first, settings)
    reward(officers, first, last, mechanisms, settings)
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
    """Move the unfit down or aside, each once, then let go those whose time is over."""
    officers = world.officers
    seed = world.seed
    replicate = world.replicate
    for some in range(first, last, SEATS):
        number = min(SEATS, last - some)
        luck = draw_year(world, some, number, draws.EXIT, month)
        for j in range(number):
            i = some + j
            demote(officers, i, mechanisms, settings, tally, seed, replicate, month, luck[1, j])
            move_aside(officers, i, mechanisms, settings, tally, luck[3, j])
    # Asked only once everybody stands where this year leaves them.
    for some in range(first, last, SEATS):
        number = min(SEATS, last - some)
        luck = draw_year(world, some, number, draws.EXIT, month)
        for j in range(number):
            officer = officers[some + j]
            if leave(officer, settings, tally, luck[0, j], luck[2, j]):
                officer.vacant = 1
