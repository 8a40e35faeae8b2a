"""Selection (选拔任用): who gets a vacant post, and what the others conclude.

A vacancy is filled openly, by the head alone, for money, or with the worst first (source C1; the
worst: Pluchino, Rapisarda & Garofalo 2010). Colleagues compare the one promoted with those passed
over, and learn whether merit is rewarded.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.arithmetic import either, towards, within
from sim.calendar import MONTHS_A_YEAR
from sim.declare import Section, Unfollowed, number, share
from sim.distributions import normal_share
from sim.kinds import COMPETENT, TOP
from sim.machine.compiled import rule
from sim.machine.draws import decision, draw
from sim.mechanisms import patronage
from sim.mechanisms.chain import lowest_rank
from sim.mechanisms.measuring import share_of, yearly
from sim.mechanisms.morale import observe_newcomer
from sim.mechanisms.recruitment import come_from_elsewhere, esteem, recruit

if TYPE_CHECKING:
    from sim.mechanisms.typed import (
        AllSettings,
        Choice,
        Choices,
        Mechanisms,
        Officer,
        Officers,
        Tally,
    )

VACANCY = decision(9, "a vacant post: whether it is bought, by the head alone, worst first, spare")
TRANSFER = decision(15, "capability in a new rank: fresh draw, luck with the post, spare, spare")
_C1 = "essay, C1; assumed value"

NOBODY = -1
# Lower than any standing.
UNFIT = -np.inf
# How a vacancy is filled.
_WAYS = 4
OPENLY, BY_THE_HEAD, BOUGHT, BACKWARDS = range(_WAYS)


class Say(Section):
    """Who else is heard when a post is filled (民主选人)."""

    deputies: float = share(
        "say of the head's deputies",
        zh="副职参与",
        source=_C1,
        intended={"promoted_connection": -1},
    )
    staff: float = share(
        "say of the staff",
        zh="干部职工参与",
        source=_C1,
        intended={"promoted_responsibility": 1, "promoted_connection": -1},
    )
    public: float = share(
        "say of the public",
        zh="公众参与",
        source=_C1,
        intended={"promoted_work": 1, "promoted_connection": -1},
    )


class Clauses(Section, section="mechanisms.selection"):
    """Selection and appointment (选拔任用)."""

    merit: float = share(
        "weight of performance in filling posts",
        zh="任人唯贤",
        source=_C1,
        intended={"promoted_work": 1},
    )
    virtue: float = share(
        "weight of virtue against ability in esteem",
        zh="德才兼备",
        source=_C1,
        intended={"promoted_responsibility": 1},
    )
    purchase: float = share(
        "posts that are bought",
        zh="买官卖官",
        source=_C1,
        intended={"promoted_responsibility": -1},
        inert="one post in twenty is bought to begin with, so that few go to others than before",
        inert_zh="现状中仅二十分之一的职位被买，故因此换人者很少。",
    )
    unchecked: float = share(
        "vacancies that the head fills alone, whatever merit and others say",
        zh="一把手专断",
        source=_C1,
        intended={"promoted_connection": 1},
    )
    adverse: float = share(
        "openly filled vacancies in which the worst candidate is put first",
        zh="逆淘汰",
        source="Pluchino, Rapisarda & Garofalo 2010; assumed value",
        intended={"promoted_work": -1},
    )
    say: Say
    competence_transfer: float = share(
        "capability that survives a change of rank",
        zh="能力迁移",
        source="Pluchino et al. 2010; assumed value",
        intended={"capability": 1},
    )
    pay_premium: float = number(
        "pay of office above that of like work elsewhere",
        -0.5,
        2,
        "share",
        zh="工资溢价",
        meaning_zh="职位薪酬高出同类工作的比例",
        source="Dal Bó, Finan & Rossi 2013; assumed value",
        off=0.0,
    )


class Settings(Section, section="behaviour"):
    """What colleagues conclude, and what a move does."""

    inertia_relief: float = share("inertia lost when moved to another post", zh="换岗减惰")
    merit_learning: float = share(
        "speed of belief in merit per promotion seen", zh="公平预期更新速度"
    )


class Reach(Section, section="reach"):
    """How far clauses reach."""

    core_transfer: float = share(
        "capability otherwise lost on a change of rank that a year of core courses saves",
        zh="核心课程增强的通用能力",
        source="essay, C3; assumed value",
    )
    post_fit: float = share(
        "most that capability rises or falls by luck in a post of another rank",
        zh="岗位契合度",
        source="Pluchino, Rapisarda & Garofalo 2010; assumed value",
    )
    reward_bonus: float = number(
        "standing that a rewarded top grade adds",
        0,
        5,
        "score",
        zh="奖励加分",
        source="essay, C5; assumed value",
    )


class ChoiceFields(Section, row="choice"):
    """Who could fill a post (人选)."""

    standing: float = number(
        "standing of whoever holds the post, for each way to fill one",
        None,
        None,
        "score",
        zh="人选评价",
        width=_WAYS,
    )


class OfficerFields(Section, row="officer"):
    """Whether a post is filled."""

    vacant: int = number("1 while the post is vacant", 0, 1, "number", zh="空缺", store="i1")


class TallySums(Section, row="tally"):
    """Promotions, and who is promoted."""

    promotions: float = number("promotions", 0, None, "officers", zh="晋升人数")
    promoted_work: float = number(
        "real work of those promoted, last full year", 0, None, "officers", zh="晋升者实绩合计"
    )
    promoted_connection: float = number(
        "connection of those promoted", 0, None, "officers", zh="晋升者关系合计"
    )
    promoted_responsibility: float = number(
        "responsibility of those promoted", 0, None, "officers", zh="晋升者责任心合计"
    )
    promoted_top: float = number(
        "promotions of officers graded top", 0, None, "officers", zh="优秀者晋升人数"
    )


# What the mean field, which holds this belief, does not follow.
UNFOLLOWED = (
    Unfollowed("changes of belief in merit", "公平预期的变化", {"behaviour.merit_learning": 0.0}),
)


@rule
def way(mechanisms: Mechanisms, u_bought: float, u_alone: float, u_adverse: float) -> int:
    """How a vacancy is filled: bought, by the head alone, the worst first, or openly."""
    if u_bought < mechanisms.purchase:
        return BOUGHT
    if u_alone < mechanisms.unchecked:
        return BY_THE_HEAD
    return BACKWARDS if u_adverse < mechanisms.adverse else OPENLY


@rule
def regard(officer: Officer, mechanisms: Mechanisms) -> tuple[float, float]:
    """What others than the head think of a candidate, and how much they say, both in [0, 1].

    Deputies weigh ability and virtue (德才兼备), staff look at virtue, the public at the work done.
    """
    total = mechanisms.deputies + mechanisms.staff + mechanisms.public
    heard = (
        mechanisms.deputies * esteem(officer.capability, officer.responsibility, mechanisms)
        + mechanisms.staff * officer.responsibility
        + mechanisms.public * officer.execution_rate
    ) / either(total > 0.0, total, 1.0)
    head = (1.0 - mechanisms.deputies) * (1.0 - mechanisms.staff) * (1.0 - mechanisms.public)
    return heard, 1.0 - head


@rule
def standing(officer: Officer, mechanisms: Mechanisms, settings: AllSettings, filled: int) -> float:
    """Value of a candidate to those who decide, when a post is ``filled`` in one of four ways.

    Openly: merit against closeness (任人唯亲), where the say of deputies, staff and public replaces
    the head's favourites by their regard. By the head alone: the best connected. A post that is
    bought goes to connections without scruple (买官卖官). Rewards for a top grade, and protection
    of those who dare, add to an open choice (source C1, C5, C7). Backwards, the order of an open
    choice is reversed (逆淘汰).
    """
    heard, say = regard(officer, mechanisms)
    favour = (1.0 - say) * officer.connection + say * heard
    daring = settings.protect_bonus * mechanisms.protect * officer.execution_rate
    rewarded = either(officer.grade == TOP, settings.reward_bonus * mechanisms.reward, 0.0)
    merit = mechanisms.merit
    openly = merit * officer.performance + (1.0 - merit) * favour + daring + rewarded
    value = either(filled == BACKWARDS, -openly, openly)
    value = either(filled == BY_THE_HEAD, officer.connection, value)
    return either(filled == BOUGHT, officer.connection - officer.responsibility, value)


@rule
def eligible(officer: Officer, settings: AllSettings) -> bool:
    """Whether an officer may be promoted: graded competent or better, and long enough in post."""
    fit = (officer.vacant == 0) & (officer.grade <= COMPETENT)
    return fit & (officer.time_in_post >= settings.time_in_rank)


@rule
def stand(
    officer: Officer, choice: Choice, mechanisms: Mechanisms, settings: AllSettings, filled: int
) -> None:
    """Note the standing of whoever holds a post, where one is ``filled`` in one way."""
    value = standing(officer, mechanisms, settings, filled)
    choice.standing[filled] = either(eligible(officer, settings), value, UNFIT)


@rule
def stand_again(
    officer: Officer, choice: Choice, mechanisms: Mechanisms, settings: AllSettings, asked: int
) -> None:
    """Note the standing of whoever holds a post now, for the ways ``asked`` about so far.

    The binary digit of a way in ``asked`` is 1 if it was.
    """
    for filled in range(_WAYS):
        if asked >> filled & 1:
            stand(officer, choice, mechanisms, settings, filled)


@rule
def best_candidate(
    officers: Officers, choices: Choices, first: int, posts: int, rank: int, filled: int
) -> int:
    """Number in the department of the best eligible officer at ``rank``, or NOBODY.

    Equal candidates keep the order of posts.
    """
    best = NOBODY
    highest = UNFIT
    for k in range(posts):
        # Without a branch, which would have to be guessed.
        value = choices[k].standing[filled]
        better = (value > highest) & (officers[first + k].rank == rank)
        best = either(better, k, best)
        highest = either(better, value, highest)
    return best


@rule
def evidence_of_merit(officers: Officers, first: int, last: int, chosen: int) -> float:
    """What colleagues see in the promotion of officer ``chosen``, in [0, 1]: ½ if it tells nothing.

    Above ½ as far as those passed over did less real work than the one promoted, below it as far
    as they were less well connected.
    """
    rank = officers[chosen].rank
    work = officers[chosen].execution_rate
    connection = officers[chosen].connection
    # The one promoted is neither worse nor less connected.
    others = -1
    worse = 0
    less_connected = 0
    for i in range(first, last):
        here = (officers[i].rank == rank) & (officers[i].vacant == 0)
        others += 1 if here else 0
        worse += 1 if here & (officers[i].execution_rate < work) else 0
        less_connected += 1 if here & (officers[i].connection < connection) else 0
    if others == 0:
        return 0.5
    return within(0.5 + (worse - less_connected) / others, 0.0, 1.0)


@rule
def belief_after(belief: float, evidence: float, speed: float) -> float:
    """Belief that merit is rewarded, moved towards what was seen."""
    return towards(belief, evidence, speed)


@rule
def believe(officers: Officers, first: int, last: int, evidence: float, speed: float) -> None:
    """Let everybody see evidence of whether merit is rewarded."""
    for i in range(first, last):
        officers[i].merit_belief = belief_after(officers[i].merit_belief, evidence, speed)


@rule
def settle_in(
    officer: Officer,
    mechanisms: Mechanisms,
    settings: AllSettings,
    seed: int,
    replicate: int,
    month: int,
) -> None:
    """Begin in a post of another rank.

    Capability survives as far as competence transfers, the rest is drawn anew (1: common sense,
    0: the Peter hypothesis; Pluchino, Rapisarda & Garofalo 2010). The core courses of public
    administration teach what holds in every post (source C3). How well a person does in a new post
    also depends on chance. A move reduces inertia.
    """
    who = officer.number_in_department
    u = draw(seed, replicate, TRANSFER, month, officer.department, who)
    fresh = normal_share(u[0], settings.capability_mean, settings.capability_sd)
    taught = mechanisms.core * min(1.0, mechanisms.courses * float(MONTHS_A_YEAR))
    kept = mechanisms.competence_transfer
    kept += (1.0 - kept) * settings.core_transfer * taught
    luck = settings.post_fit * (2.0 * u[1] - 1.0)
    officer.capability = within(kept * officer.capability + (1.0 - kept) * fresh + luck, 0.0, 1.0)
    officer.inertia *= 1.0 - settings.inertia_relief
    officer.time_in_post = 0


@rule
def observe_promotion(officer: Officer, tally: Tally) -> None:
    """Count a promotion, and add what the officer promoted is like before settling in."""
    tally.promotions += 1.0
    tally.promoted_work += officer.execution_rate
    tally.promoted_connection += officer.connection
    tally.promoted_responsibility += officer.responsibility
    tally.promoted_top += 1.0 if officer.grade == TOP else 0.0


@rule
def number_of_newcomer(officers: Officers, post: int, month: int) -> int:
    """The number of whoever comes into a post from outside, which nobody had before.

    A post is filled from outside once a year at most, so post and year tell every person apart.
    """
    return len(officers) * (1 + month // MONTHS_A_YEAR) + post


@rule
def any_vacancy(officers: Officers, first: int, last: int) -> bool:
    """Whether any of posts first…last − 1 is vacant."""
    vacant = 0
    for i in range(first, last):
        vacant += officers[i].vacant
    return vacant > 0


@rule
def fill_vacancies(
    officers: Officers,
    choices: Choices,
    first: int,
    last: int,
    mechanisms: Mechanisms,
    settings: AllSettings,
    tally: Tally,
    seed: int,
    replicate: int,
    month: int,
    attraction: float,
) -> None:
    """Fill every vacancy of a department from the top down, from one rank below or from outside.

    A post that commands others and that nobody below can fill goes to an officer of another
    government, the rest to newcomers. ``attraction`` is that of office to applicants.
    """
    if not any_vacancy(officers, first, last):
        return
    posts = last - first
    lowest = lowest_rank(officers, first, last)
    asked = 0
    for k in range(posts):
        i = first + k
        if officers[i].vacant == 0:
            continue
        post = officers[i]
        who = post.number_in_department
        u = draw(seed, replicate, VACANCY, month, post.department, who)
        filled = way(mechanisms, u[0], u[1], u[2])
        chosen = NOBODY
        if post.rank < lowest:
            if not asked >> filled & 1:
                asked |= 1 << filled
                for other in range(posts):
                    stand(officers[first + other], choices[other], mechanisms, settings, filled)
            chosen = best_candidate(officers, choices, first, posts, post.rank + 1, filled)
        if chosen != NOBODY:
            evidence = evidence_of_merit(officers, first, last, first + chosen)
            believe(officers, first, last, evidence, settings.merit_learning)
            officers.move(first + chosen, i)
            patronage.follow(officers, first + chosen, i, settings)
            observe_promotion(officers[i], tally)
            settle_in(officers[i], mechanisms, settings, seed, replicate, month)
            officers[first + chosen].vacant = 1
            stand_again(officers[first + chosen], choices[chosen], mechanisms, settings, asked)
        elif post.subordinates > 0:
            come_from_elsewhere(officers[i], settings, seed, replicate, month)
            officers[i].person = number_of_newcomer(officers, i, month)
            patronage.tie(officers, i, settings, seed, replicate, month)
            tally.arrivals += 1.0
        else:
            recruit(officers[i], mechanisms, settings, seed, replicate, month, attraction)
            officers[i].person = number_of_newcomer(officers, i, month)
            patronage.tie(officers, i, settings, seed, replicate, month)
            observe_newcomer(officers[i], tally)
        stand_again(officers[i], choices[k], mechanisms, settings, asked)


MEASURES = (
    yearly("promotions", "Promotions", "晋升", "officers promoted"),
    share_of(
        "promoted_work",
        "Work of those promoted",
        "晋升者实绩",
        "mean real work, in the last full year, of officers promoted",
        "promotions",
    ),
    share_of(
        "promoted_connection",
        "Connection of those promoted",
        "晋升者关系",
        "mean connection of officers promoted",
        "promotions",
    ),
    share_of(
        "promoted_responsibility",
        "Responsibility of those promoted",
        "晋升者责任心",
        "mean responsibility of officers promoted",
        "promotions",
    ),
    share_of(
        "promoted_top",
        "Top grades among those promoted",
        "晋升者优秀占比",
        "officers promoted who were graded top that year",
        "promotions",
    ),
)
