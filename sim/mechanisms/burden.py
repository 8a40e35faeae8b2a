"""Burden (负担): what reforms take of officers' time, and what they cost outside.

Time that follows from a setting is worked out from it: inspections from coverage, courses from
their length, meetings, overlap, complaints. A lever declares only what it takes beside that.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from sim.calendar import MONTHS_A_YEAR
from sim.declare import Section, number, share
from sim.machine.compiled import rule
from sim.mechanisms import posts, supervision, training, withdrawal
from sim.mechanisms.channels import with_inspections
from sim.mechanisms.measuring import REFORMS, Measure, Sums, per, ratio

if TYPE_CHECKING:
    from sim.mechanisms.typed import (
        AllSettings,
        Channels,
        Department,
        Mechanisms,
        Tally,
    )

# Time that can be taken from anybody; what is left keeps ease above zero.
MOST = 0.95


class LeverEffects(Section, row="lever"):
    """What levers add beside the settings they move (改革负担与成本)."""

    lever_burden: float = share(
        "time that levers take beside what their settings take", zh="改革负担"
    )
    lever_cost: float = number(
        "outside cost of levers", 0, None, "officer-months per officer-year", zh="改革外部成本"
    )


class MechanismFields(Section, row="mechanisms"):
    """What follows from the settings of a month, worked out once."""

    time_taken: float = number(
        "time that everything but citizens' complaints takes", 0, None, "share", zh="占用时间"
    )


class DepartmentFields(Section, row="department"):
    """Time taken here."""

    burden: float = share("share of everybody's time that is taken", zh="负担")


class TallySums(Section, row="tally"):
    """Time and cost."""

    burden: float = number("time taken", 0, None, "officers", zh="负担合计")
    levers_cost: float = number("outside cost of levers", None, None, "officers", zh="改革外部成本")


@rule
def time_taken(
    mechanisms: Mechanisms, channels: Channels, settings: AllSettings, month: int
) -> float:
    """Share of everybody's time that reforms, posts, meetings, courses and inspections take."""
    return with_inspections(
        mechanisms.meetings
        + posts.time_to_coordinate(mechanisms)
        + training.time_in_courses(mechanisms)
        + mechanisms.lever_burden,
        mechanisms,
        channels,
        settings,
        month,
    )


@rule
def burden(
    department: Department, mechanisms: Mechanisms, channels: Channels, settings: AllSettings
) -> float:
    """Share of everybody's time that is taken this month, by complaints and petitions too."""
    complaints = supervision.burden_of_complaints(department, mechanisms, channels)
    answering = withdrawal.time_answering(department, mechanisms, settings)
    return min(MOST, mechanisms.time_taken + complaints + answering)


@rule
def observe_burden(department: Department, mechanisms: Mechanisms, tally: Tally) -> None:
    """Add time taken and outside cost to the sums of the month, once for each officer.

    Pay above that of like work costs what it says, in officer-months a year.
    """
    officers = float(department.officers)
    tally.burden += department.burden * officers
    outside = mechanisms.lever_cost + MONTHS_A_YEAR * mechanisms.pay_premium
    tally.levers_cost += outside * officers


def _cost(sums: Sums) -> Any:
    return ratio(MONTHS_A_YEAR * sums["burden"] + sums["levers_cost"], sums["officers"])


def _first_month(sums: Sums) -> Any:
    months = sums["in_force"]
    return np.where(months.any(axis=-1), months.argmax(axis=-1), np.nan)


MEASURES = (
    Measure("burden", "Burden", "负担", "share", "officers' time that is taken", per("burden")),
    Measure(
        "cost",
        "Cost",
        "成本",
        "officer-months per officer-year",
        "time taken, outside cost of levers, and pay above that of like work",
        _cost,
    ),
    Measure(
        "months_under_reform",
        "Months under reform",
        "改革月数",
        "months",
        "months of the whole run in which a reform is in force",
        lambda sums: sums["in_force"].sum(axis=-1),
        monthly=False,
        reads=REFORMS,
    ),
    Measure(
        "reform_begins",
        "Reform begins",
        "改革开始月",
        "month",
        "first month in which a reform is in force; missing if none ever is",
        _first_month,
        monthly=False,
        reads=REFORMS,
    ),
)
