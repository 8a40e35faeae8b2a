"""Careers (进出与奖惩): consequences of a grade, and the ways out of a post (能上庸下, 能进庸出).

Those found wanting are retrained, moved aside or down (source C5); officers leave by dismissal, at
retirement, by resignation, or to another government (Eaton & Kostka 2014).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.calendar import MONTHS_A_YEAR
from sim.declare import Section, Unfollowed, count, number
from sim.kinds import BASIC, COMPETENT, FAILING, TOP
from sim.machine.compiled import rule
from sim.machine.draws import decision
from sim.mechanisms import morale, patronage, training
from sim.mechanisms.back_tracing import colleague
from sim.mechanisms.measuring import yearly
from sim.mechanisms.selection import NOBODY, believe, settle_in

if TYPE_CHECKING:
    from sim.mechanisms.typed import AllSettings, Mechanisms, Officer, Officers, Tally

EXIT = decision(8, "an officer's year: resignation, demotion, transfer, moving aside")


class Careers(Section, section="careers"):
    """Entry, exit and time in post (进出与任期)."""

    retirement_age: int = count(
        "age of retirement",
        40,
        80,
        "years",
        zh="退休年龄",
        source="State Council of China 1978, No. 104",
    )
    youngest: int = count("least age of an officer", 18, 40, "years", zh="最低年龄")
    entry_age: float = number("mean age of a newcomer", 18, 40, "years", zh="录用平均年龄")
    entry_age_sd: float = number(
        "standard deviation of a newcomer's age", 0, 20, "years", zh="录用年龄标准差"
    )
    age_mean: float = number("mean age at the start", 18, 70, "years", zh="初始平均年龄")
    age_sd: float = number(
        "standard deviation of age at the start", 0, 20, "years", zh="初始年龄标准差"
    )
    resignation: float = number(
        "officers who resign",
        0,
        1,
        "share a year",
        zh="辞职率",
        source="about .2 % in China (recalled)",
    )
    transfer: float = number(
        "officers above the front line who move to another government",
        0,
        1,
        "share a year",
        zh="交流任职",
        source="Eaton & Kostka 2014 on leaders' turnover; assumed value",
    )
    longest_in_post: int = count(
        "longest time in post at the start", 0, 600, "months", zh="初始最长任职时间"
    )
    time_in_rank: int = count(
        "months in post before promotion", 0, 240, "months", zh="最低任职年限"
    )


class OfficerFields(Section, row="officer"):
    """Moves of an officer."""

    moved: int = count("1 after a move down or aside this year", 0, 1, zh="本年调整", store="i1")


class TallySums(Section, row="tally"):
    """Moves and exits."""

    demotions: float = number("demotions", 0, None, "officers", zh="降职人数")
    dismissals: float = number("dismissals", 0, None, "officers", zh="辞退人数")
    retirements: float = number("retirements", 0, None, "officers", zh="退休人数")
    resignations: float = number("resignations", 0, None, "officers", zh="辞职人数")
    transfers: float = number(
        "leaders moved to another government", 0, None, "officers", zh="交流任职人数"
    )
    moved: float = number(
        "officers moved to another post of their rank", 0, None, "officers", zh="调岗人数"
    )
    retrained: float = number(
        "officers sent back to training", 0, None, "officers", zh="离岗培训人数"
    )


# What the mean field, whose officers stay, does not follow.
UNFOLLOWED = (
    Unfollowed(
        "turnover",
        "人员更替",
        {"careers.resignation": 0.0, "careers.transfer": 0.0, "careers.retirement_age": 80},
    ),
)


@rule
def leave(
    officer: Officer,
    settings: AllSettings,
    tally: Tally,
    resigns: bool,
    u_transfer: float,
    colleagues: float,
) -> bool:
    """Whether the officer leaves this year: dismissed, retired, resigned, or moved elsewhere.

    ``resigns`` tells whether the officer would resign (``morale.chance_of_resigning``). Leaders are
    exchanged between governments every few years (Eaton & Kostka 2014). ``colleagues`` is the mean
    capability of the department.
    """
    if officer.failing_years >= settings.dismissal_years:
        tally.dismissals += 1.0
    elif officer.age >= settings.retirement_age * MONTHS_A_YEAR:
        tally.retirements += 1.0
    elif resigns:
        morale.observe_resignation(officer, colleagues, tally)
    elif officer.subordinates > 0 and u_transfer < settings.transfer:
        tally.transfers += 1.0
    else:
        return False
    return True


@rule
def retrain(
    officer: Officer, mechanisms: Mechanisms, settings: AllSettings, tally: Tally, u: float
) -> None:
    """Send an officer found less than competent back to training (离岗培训)."""
    if officer.grade > COMPETENT and u < mechanisms.retraining:
        gain = training.course_gain(mechanisms, settings)
        officer.capability += gain * (1.0 - officer.capability)
        officer.inertia *= 1.0 - settings.course_relief
        tally.retrained += 1.0


@rule
def start_afresh(officer: Officer, settings: AllSettings) -> None:
    """Begin in another post of the same rank: a move reduces inertia."""
    officer.inertia *= 1.0 - settings.inertia_relief
    officer.time_in_post = 0


@rule
def move_aside(
    officers: Officers,
    index: int,
    mechanisms: Mechanisms,
    settings: AllSettings,
    tally: Tally,
    u: float,
) -> None:
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
    officers.swap(index, other)
    patronage.follow(officers, index, other, settings)
    start_afresh(officers[index], settings)
    start_afresh(officers[other], settings)
    officers[index].moved = 1
    officers[other].moved = 1
    tally.moved += 1.0


@rule
def best_below(officers: Officers, index: int) -> int:
    """Index of the direct subordinate with the best appraisal, or NOBODY."""
    best = NOBODY
    first = officers[index].first_subordinate
    for i in range(first, first + officers[index].subordinates):
        fit = officers[i].vacant == 0 and officers[i].grade < FAILING
        if fit and (best == NOBODY or officers[i].performance > officers[best].performance):
            best = i
    return best


@rule
def demote(
    officers: Officers,
    index: int,
    mechanisms: Mechanisms,
    settings: AllSettings,
    tally: Tally,
    seed: int,
    replicate: int,
    month: int,
    u: float,
) -> None:
    """Move an officer who is not competent down; the best one below takes the post."""
    if officers[index].moved or officers[index].grade != FAILING or u >= mechanisms.demotion:
        return
    other = best_below(officers, index)
    if other == NOBODY:
        return
    officers.swap(index, other)
    patronage.follow(officers, index, other, settings)
    settle_in(officers[index], mechanisms, settings, seed, replicate, month)
    settle_in(officers[other], mechanisms, settings, seed, replicate, month)
    officers[index].moved = 1
    officers[other].moved = 1
    # A move down settles this year's grade.
    officers[other].grade = BASIC
    tally.demotions += 1.0


@rule
def reward(
    officers: Officers, first: int, last: int, mechanisms: Mechanisms, settings: AllSettings
) -> None:
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


MEASURES = (
    yearly("demotions", "Demotions", "降职", "officers moved down"),
    yearly("dismissals", "Dismissals", "辞退", "officers dismissed"),
    yearly("retirements", "Retirements", "退休", "officers retired"),
    yearly("resignations", "Resignations", "辞职", "officers who resigned"),
    yearly("transfers", "Transfers", "交流任职", "leaders moved to another government"),
    yearly("moved", "Moved aside", "调整岗位", "officers moved to another post of their rank"),
    yearly("retrained", "Retrained", "离岗培训", "officers sent back to training"),
)
