"""Promotion tournament (晋升锦标赛): who is in the running, and which directives count in it.

Promotion rewards what can be counted (Li & Zhou 2005; Zhou 2007). Officers in the running for a
post above do what counts there, so hard directives gain and soft ones lose (selective policy
implementation, O'Brien & Li 1999); those who are too near retirement (天花板), or without hope that
merit counts, are not moved by it. A soft directive moves once promotion depends on it (一票否决;
He, Wang & Zhang 2020). It only moves weight between officers: the mean weight of prospects in a
department stays.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.arithmetic import either
from sim.calendar import MONTHS_A_YEAR
from sim.declare import Section, Unfollowed, number, share
from sim.machine.compiled import rule
from sim.mechanisms.morale import morale

if TYPE_CHECKING:
    from sim.mechanisms.typed import (
        AllSettings,
        Department,
        Mechanisms,
        Officer,
        Officers,
    )


class Settings(Section, section="behaviour"):
    """How strong the tournament is, and when an officer is too old for it."""

    tournament: float = share(
        "part of prospects that depends on nearness to promotion",
        zh="晋升锦标赛",
        meaning_zh="职业前景中取决于晋升机会远近的部分",
        source="Li & Zhou 2005; Zhou 2007; assumed value",
        off=0.0,
    )
    age_ceiling: float = number(
        "time before retirement in which nearness to promotion falls to nothing",
        0,
        30,
        "years",
        zh="年龄天花板",
        meaning_zh="退休前晋升机会逐渐降为零的年数",
        source="Kou & Tsai 2014; assumed value",
        off=0.0,
    )


class OfficerFields(Section, row="officer"):
    """An officer's place in the tournament."""

    contest: float = number(
        "what nearness to promotion adds to prospects", -1, None, "ratio", zh="晋升竞争"
    )


class DepartmentFields(Section, row="department"):
    """Nearness to promotion in a department."""

    nearness: float = share("mean nearness to promotion of its officers", zh="平均晋升机会")


# What the mean field leaves out.
UNFOLLOWED = (
    Unfollowed(
        "differences in nearness to promotion", "晋升机会的差异", {"behaviour.tournament": 0.0}
    ),
)


@rule
def counts(hard: float, mechanisms: Mechanisms, settings: AllSettings) -> float:
    """What a directive counts for with leaders, who share out time: 1 if it is hard.

    A soft one counts as far as it can be measured, or carries a veto.
    """
    soft = settings.measurability + (1.0 - settings.measurability) * mechanisms.soft_veto
    return either(hard == 1.0, 1.0, soft)


@rule
def stake(hard: float, mechanisms: Mechanisms) -> float:
    """What a directive counts for in promotion: 1 if it is hard, else as far as it has a veto."""
    return either(hard == 1.0, 1.0, mechanisms.soft_veto)


@rule
def part_of(value: float, whole: float) -> float:
    """How much of ``whole`` there is, in [0, 1]; all of it where nothing is asked for."""
    if whole <= 0.0:
        return 1.0
    return min(1.0, max(0.0, value) / whole)


@rule
def nearness(officer: Officer, mechanisms: Mechanisms, settings: AllSettings) -> float:
    """How near an officer is to promotion, in [0, 1].

    It grows with time in post until one may be promoted, and falls with age as retirement comes
    nearer. Heads compete for posts elsewhere, with heads like them. Nobody competes where
    promotion hangs on nothing, or without any hope that merit counts.
    """
    served = part_of(float(officer.time_in_post), float(settings.time_in_rank))
    months = float(settings.retirement_age * MONTHS_A_YEAR - officer.age)
    young = part_of(months, settings.age_ceiling * float(MONTHS_A_YEAR))
    hope = mechanisms.promotion > 0.0 and morale(officer, settings) > 0.0
    return either(hope, served * young, 0.0)


@rule
def begins(month: int, settings: AllSettings) -> bool:
    """Whether officers look anew who is near promotion: each year, once posts have been filled."""
    return settings.tournament > 0.0 and month % MONTHS_A_YEAR == 0


@rule
def compete(
    officers: Officers,
    first: int,
    last: int,
    department: Department,
    mechanisms: Mechanisms,
    settings: AllSettings,
) -> None:
    """Work out what the tournament adds to the prospects of officers first…last − 1, all of it.

    Weight moves from those far from promotion to those near it, so that the mean weight of
    prospects stays as it was; where nobody is near, all weights do.
    """
    total = 0.0
    for i in range(first, last):
        officers[i].contest = nearness(officers[i], mechanisms, settings)
        total += officers[i].contest
    mean = total / float(last - first)
    department.nearness = mean
    for i in range(first, last):
        above = officers[i].contest / mean - 1.0 if mean > 0.0 else 0.0
        officers[i].contest = settings.tournament * above


@rule
def time_in_contest(officer: Officer, department: Department, settings: AllSettings) -> float:
    """Share of time that an officer spends as only promotion counts: tournament × nearness."""
    return department.nearness * (settings.tournament + officer.contest)
