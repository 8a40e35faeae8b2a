"""Selection: who is moved into a vacant post, and what the others conclude (选拔任用)."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim import draws
from sim.arithmetic import within
from sim.compiled import leaf, rule
from sim.draws import normal_share
from sim.rules.recruitment import come_from_elsewhere, esteem, recruit
from sim.state import COMPETENT, TOP

NOBODY = -1
# Below every standing.
UNFIT = -np.inf
_MONTHS_A_YEAR = 12.0


# How a vacancy is filled.
_WAYS = 4
OPENLY, BY_THE_HEAD, BOUGHT, BACKWARDS = range(_WAYS)


@leaf
def way(mechanisms, u_bought, u_alone, u_adverse):
    """How a vacancy is filled: bought, by the head alone, the worst first, or openly."""
    if u_bought < mechanisms.purchase:
        return BOUGHT
    if u_alone < mechanisms.unchecked:
        return BY_THE_HEAD
    return BACKWARDS if u_adverse < mechanisms.adverse else OPENLY


@leaf
def regard(officer, mechanisms):
    """What others than the head think of a candidate, and how much they say, both in [0, 1].

    Deputies weigh ability and virtue (德才兼备), staff look at virtue, the public at the work done.
    """
    total = mechanisms.deputies + mechanisms.staff + mechanisms.public
    if total == 0.0:
        return 0.0, 0.0
    heard = (
        mechanisms.deputies * esteem(officer.capability, officer.responsibility, mechanisms)
        + mechanisms.staff * officer.responsibility
        + mechanisms.public * officer.execution_rate
    ) / total
    head = (1.0 - mechanisms.deputies) * (1.0 - mechanisms.staff) * (1.0 - mechanisms.public)
    return heard, 1.0 - head


@leaf
def standing(officer, mechanisms, settings, filled):
    """Value of a candidate to those who decide, when a post is ``filled`` in one of four ways.

    Openly: merit against closeness (任人唯亲), where the say of deputies, staff and public replaces
    the head's favourites by their regard. By the head alone: the best connected. A post that is
    bought goes to connections without scruple (买官卖官). Rewards for a top grade, and protection
    of those who dare, add to an open choice (source C1, C5, C7). Backwards, the order of an open
    choice is reversed (逆淘汰).
    """
    if filled == BOUGHT:
        return officer.connection - officer.responsibility
    if filled == BY_THE_HEAD:
        return officer.connection
    heard, say = regard(officer, mechanisms)
    favour = (1.0 - say) * officer.connection + say * heard
    daring = settings.protect_bonus * mechanisms.protect * officer.execution_rate
    rewarded = settings.reward_bonus * mechanisms.reward if officer.grade == TOP else 0.0
    merit = mechanisms.merit
    value = merit * officer.performance + (1.0 - merit) * favour + daring + rewarded
    return -value if filled == BACKWARDS else value


@leaf
def eligible(officer, settings):
    """Whether an officer may be promoted: graded competent or better, and long enough in post."""
    return (
        officer.vacant == 0
        and officer.grade <= COMPETENT
        and officer.time_in_post >= settings.time_in_rank
    )


class Field(NamedTuple):
    """All who could be moved when posts of a department fall vacant; arrays of shape (posts,).

    Column by column, so that filling a post looks at a few numbers of each instead of at all.
    """

    # Rank of whoever holds the post, or NOBODY.
    rank: NDArray[np.int64]
    # Standing for each way to fill a post, shape (ways, posts); UNFIT for those not eligible.
    # Worked out once a post is filled that way.
    standing: NDArray[np.float64]
    asked: NDArray[np.bool_]
    work: NDArray[np.float64]
    connection: NDArray[np.float64]
    belief: NDArray[np.float64]


@rule
def survey(officers, first, last, mechanisms, settings):
    """Look at everybody in posts first…last − 1."""
    posts = last - first
    field = Field(
        np.empty(posts, np.int64),
        np.empty((_WAYS, posts)),
        np.zeros(_WAYS, np.bool_),
        np.empty(posts),
        np.empty(posts),
        np.empty(posts),
    )
    for k in range(posts):
        look_at(field, k, officers[first + k], mechanisms, settings)
    return field


@leaf
def look_at(field, k, officer, mechanisms, settings):
    """Note who holds post ``k`` of the department."""
    field.rank[k] = NOBODY if officer.vacant else officer.rank
    for filled in range(_WAYS):
        if field.asked[filled]:
            stand(field, k, officer, mechanisms, settings, filled)
    field.work[k] = officer.execution_rate
    field.connection[k] = officer.connection
    field.belief[k] = officer.merit_belief


@leaf
def stand(field, k, officer, mechanisms, settings, filled):
    """Note the standing of whoever holds post ``k``, where a post is ``filled`` in one way."""
    fit = eligible(officer, settings)
    field.standing[filled, k] = standing(officer, mechanisms, settings, filled) if fit else UNFIT


@rule
def ask(field, officers, first, mechanisms, settings, filled):
    """Work out everybody's standing for one way to fill a post, unless that has been done."""
    if not field.asked[filled]:
        field.asked[filled] = True
        for k in range(len(field.rank)):
            stand(field, k, officers[first + k], mechanisms, settings, filled)


@rule
def best_candidate(field, rank, filled):
    """Number in the department of the best eligible officer at ``rank``, or NOBODY.

    Equal candidates keep the order of posts.
    """
    best = NOBODY
    highest = UNFIT
    for k in range(len(field.rank)):
        if field.standing[filled, k] > highest and field.rank[k] == rank:
            best = k
            highest = field.standing[filled, k]
    return best


@rule
def evidence_of_merit(field, chosen):
    """What colleagues see in a promotion, in [0, 1]: ½ where it tells nothing.

    Above ½ as far as those passed over did less real work than the one promoted, below it as far
    as they were less well connected.
    """
    rank = field.rank[chosen]
    work = field.work[chosen]
    connection = field.connection[chosen]
    # The one promoted is neither worse nor less connected.
    others = -1
    worse = 0
    less_connected = 0
    for k in range(len(field.rank)):
        here = field.rank[k] == rank
        others += 1 if here else 0
        worse += 1 if here and field.work[k] < work else 0
        less_connected += 1 if here and field.connection[k] < connection else 0
    if others == 0:
        return 0.5
    return within(0.5 + (worse - less_connected) / others, 0.0, 1.0)


@leaf
def belief_after(belief, evidence, speed):
    """Belief that merit is rewarded, moved towards what was seen."""
    return belief + speed * (evidence - belief)


@rule
def believe(officers, first, last, evidence, speed):
    """Let everybody see evidence of whether merit is rewarded."""
    for i in range(first, last):
        officers[i].merit_belief = belief_after(officers[i].merit_belief, evidence, speed)


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
    here.front = kept[0].front
    here.category = kept[0].category
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
    0: the Peter hypothesis; Pluchino, Rapisarda & Garofalo 2010). The core courses of public
    administration teach what holds in every post (source C3). Some are luckier with a new post
    than others. A move shakes inertia.
    """
    who = officer.number_in_department
    u = draws.uniforms(seed, replicate, draws.TRANSFER, month, officer.department, who)
    fresh = normal_share(u[0], settings.capability_mean, settings.capability_sd)
    taught = mechanisms.core * min(1.0, mechanisms.courses * _MONTHS_A_YEAR)
    kept = mechanisms.competence_transfer
    kept += (1.0 - kept) * settings.core_transfer * taught
    luck = settings.post_fit * (2.0 * u[1] - 1.0)
    officer.capability = within(kept * officer.capability + (1.0 - kept) * fresh + luck, 0.0, 1.0)
    officer.inertia *= 1.0 - settings.inertia_relief
    officer.time_in_post = 0


@rule
def any_vacancy(officers, first, last):
    """Whether any of posts first…last − 1 is vacant."""
    vacant = 0
    for i in range(first, last):
        vacant += officers[i].vacant
    return vacant > 0


@rule
def fill_vacancies(officers, first, last, mechanisms, settings, tally, seed, replicate, month):
    """Fill every vacancy of a department from the top down, from one rank below or from outside.

    A post that commands others and that nobody below can fill goes to an officer of another
    government, the rest to newcomers.
    """
    if not any_vacancy(officers, first, last):
        return
    field = survey(officers, first, last, mechanisms, settings)
    for k in range(last - first):
        i = first + k
        if officers[i].vacant == 0:
            continue
        post = officers[i]
        who = post.number_in_department
        u = draws.uniforms(seed, replicate, draws.VACANCY, month, post.department, who)
        filled = way(mechanisms, u[0], u[1], u[2])
        ask(field, officers, first, mechanisms, settings, filled)
        chosen = best_candidate(field, post.rank + 1, filled)
        if chosen != NOBODY:
            evidence = evidence_of_merit(field, chosen)
            for other in range(last - first):
                belief = field.belief[other]
                field.belief[other] = belief_after(belief, evidence, settings.merit_learning)
            take_post(officers, i, officers, first + chosen)
            officers[i].merit_belief = field.belief[chosen]
            settle_in(officers[i], mechanisms, settings, seed, replicate, month)
            officers[first + chosen].vacant = 1
            look_at(field, chosen, officers[first + chosen], mechanisms, settings)
            tally.promotions += 1.0
        elif post.subordinates > 0:
            come_from_elsewhere(officers[i], settings, seed, replicate, month)
            tally.arrivals += 1.0
        else:
            recruit(officers[i], mechanisms, settings, seed, replicate, month)
            tally.recruits += 1.0
        look_at(field, k, officers[i], mechanisms, settings)
    for k in range(last - first):
        officers[first + k].merit_belief = field.belief[k]
