"""Selection: who is moved into a vacant post, and what the others conclude (选拔任用)."""

from sim import draws
from sim.arithmetic import within
from sim.compiled import rule
from sim.draws import normal_share
from sim.rules.recruitment import recruit
from sim.state import COMPETENT

NOBODY = -1


@rule
def standing(officer, mechanisms, settings, bought):
    """Value of a candidate to those who decide.

    Merit against closeness (任人唯亲); the say of deputies, staff and public replaces the head's
    favourites by esteem for ability and virtue; a post that is bought goes to connections without
    scruple (买官卖官). Where those who dare are protected, real work counts further (C1, C7).
    """
    if bought:
        return officer.connection - officer.responsibility
    virtue = mechanisms.virtue
    esteem = (1.0 - virtue) * officer.capability + virtue * officer.responsibility
    favour = (1.0 - mechanisms.say) * officer.connection + mechanisms.say * esteem
    daring = settings.protect_bonus * mechanisms.protect * officer.execution_rate
    return mechanisms.merit * officer.performance + (1.0 - mechanisms.merit) * favour + daring


@rule
def eligible(officer, settings):
    """Whether an officer may be promoted: graded competent or better, and long enough in post."""
    return (
        officer.vacant == 0
        and officer.grade <= COMPETENT
        and officer.time_in_post >= settings.time_in_rank
    )


@rule
def best_candidate(officers, first, last, rank, mechanisms, settings, bought):
    """Index of the best eligible officer at ``rank`` among posts first…last − 1, or NOBODY.

    Equal candidates keep the order of posts.
    """
    best = NOBODY
    highest = 0.0
    for i in range(first, last):
        if officers[i].rank == rank and eligible(officers[i], settings):
            value = standing(officers[i], mechanisms, settings, bought)
            if best == NOBODY or value > highest:
                best = i
                highest = value
    return best


@rule
def evidence_of_merit(officers, first, last, chosen):
    """What colleagues see in a promotion, in [0, 1]: ½ where it tells nothing.

    Above ½ as far as those passed over did less real work than the one promoted, below it as far
    as they were less well connected.
    """
    promoted = officers[chosen]
    others = 0.0
    worse = 0.0
    less_connected = 0.0
    for i in range(first, last):
        other = officers[i]
        if i != chosen and other.vacant == 0 and other.rank == promoted.rank:
            others += 1.0
            if other.execution_rate < promoted.execution_rate:
                worse += 1.0
            if other.connection < promoted.connection:
                less_connected += 1.0
    if others == 0.0:
        return 0.5
    return within(0.5 + (worse - less_connected) / others, 0.0, 1.0)


@rule
def believe(officers, first, last, evidence, settings):
    """Move everybody's belief that merit is rewarded towards what was seen."""
    for i in range(first, last):
        belief = officers[i].merit_belief
        officers[i].merit_belief = belief + settings.merit_learning * (evidence - belief)


@rule
def take_post(officers, post, holders, holder):
    """Put ``holders[holder]``, person and record, into a post.

    What is the post's stays: its place, and what was done in it this month.
    """
    # A compiled row does not keep its array alive, so arrays are passed and named to the end.
    kept = officers[post : post + 1].copy()
    officers[post] = holders[holder]
    here = officers[post]
    here.department = kept[0].department
    here.number_in_department = kept[0].number_in_department
    here.rank = kept[0].rank
    here.layer = kept[0].layer
    here.front = kept[0].front
    here.superior = kept[0].superior
    here.first_subordinate = kept[0].first_subordinate
    here.subordinates = kept[0].subordinates
    here.ease = kept[0].ease
    here.content = kept[0].content
    here.substance = kept[0].substance
    here.show = kept[0].show
    here.delivered = kept[0].delivered
    here.report = kept[0].report
    here.sanctioned = kept[0].sanctioned
    here.wronged = kept[0].wronged


@rule
def settle_in(officer, mechanisms, settings, seed, replicate, month):
    """Begin in a post of another rank.

    Capability survives as far as competence transfers, the rest is drawn anew (1: common sense,
    0: the Peter hypothesis; Pluchino, Rapisarda & Garofalo 2010). A move shakes inertia.
    """
    who = officer.number_in_department
    u = draws.uniforms(seed, replicate, draws.TRANSFER, month, officer.department, who)
    fresh = normal_share(u[0], settings.capability_mean, settings.capability_sd)
    kept = mechanisms.competence_transfer
    officer.capability = kept * officer.capability + (1.0 - kept) * fresh
    officer.inertia *= 1.0 - settings.inertia_relief
    officer.time_in_post = 0


@rule
def fill_vacancies(officers, first, last, mechanisms, settings, tally, seed, replicate, month):
    """Fill every vacancy of a department from the top down, from one rank below or from outside."""
    for i in range(first, last):
        if officers[i].vacant == 0:
            continue
        post = officers[i]
        who = post.number_in_department
        u = draws.uniforms(seed, replicate, draws.VACANCY, month, post.department, who)
        bought = u[0] < mechanisms.purchase
        chosen = best_candidate(officers, first, last, post.rank + 1, mechanisms, settings, bought)
        if chosen == NOBODY:
            recruit(officers[i], mechanisms, settings, seed, replicate, month)
            tally.recruits += 1.0
            continue
        evidence = evidence_of_merit(officers, first, last, chosen)
        believe(officers, first, last, evidence, settings)
        take_post(officers, i, officers, chosen)
        settle_in(officers[i], mechanisms, settings, seed, replicate, month)
        officers[chosen].vacant = 1
        tally.promotions += 1.0
