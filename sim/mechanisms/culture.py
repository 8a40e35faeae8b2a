"""Execution culture (执行力文化): norms, honour, shame, protection of the daring (source C7).

What is usual in a department pulls everybody (Brock & Durlauf 2001); honour and shame are part of
who one is (荣辱观; Akerlof & Kranton 2005). A norm follows what officers do, and
the norms of departments around.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from sim.arithmetic import within
from sim.declare import Section, number, share
from sim.machine.compiled import rule
from sim.mechanisms.measuring import Measure, Sums, per, ratio

if TYPE_CHECKING:
    from sim.mechanisms.typed import (
        AllSettings,
        Conduct,
        Department,
        Departments,
        Mechanisms,
        Tally,
    )

_C7 = "essay, C7; assumed value"


class Clauses(Section, section="mechanisms.culture"):
    """Execution culture (执行力文化)."""

    honour: float = share("honour for those who act", zh="荣", source=_C7, intended={"norm": 1})
    shame: float = share(
        "shame for those who only avoid fault", zh="耻", source=_C7, intended={"idle": -1}
    )
    protect: float = share(
        "protection and promotion of those who dare to act",
        zh="保护重用",
        source=_C7,
        intended={"promoted_work": 1},
    )
    spread: float = number(
        "pull of the unit's and the superior department's norm",
        0,
        1,
        "share a month",
        zh="风气传播",
        source=_C7,
        intended={"norm_spread": -1},
    )
    culture: float = share(
        "shared norms of execution", zh="执行力文化", source=_C7, intended={"norm": 1}
    )


class Settings(Section, section="behaviour"):
    """What a norm is worth, and how fast it moves."""

    conformity: float = number(
        "pull of the department's norm",
        0,
        10,
        "utility",
        zh="从众",
        source="Brock & Durlauf 2001; assumed value",
    )
    culture_pull: float = number(
        "further pull of the norm under full culture", 0, 10, "utility", zh="文化感召", source=_C7
    )
    norm_speed: float = number(
        "speed at which a norm follows conduct", 0, 1, "share a month", zh="风气变化速度"
    )


class Reach(Section, section="reach"):
    """How far clauses reach."""

    honour_weight: float = number(
        "weight of honour",
        0,
        10,
        "utility",
        zh="荣誉感权重",
        source="essay, C7; Akerlof & Kranton 2005; assumed value",
    )
    shame_weight: float = number(
        "weight of shame",
        0,
        10,
        "utility",
        zh="羞耻感权重",
        source="essay, C7; Akerlof & Kranton 2005; assumed value",
    )
    protect_weight: float = share(
        "fear that full protection takes from those who act", zh="保护减轻的顾虑", source=_C7
    )
    protect_bonus: float = number(
        "standing that a year's real work adds under protection",
        0,
        5,
        "score",
        zh="重用加分",
        source=_C7,
    )


class Start(Section, section="start"):
    """The state of affairs in which a run begins, beside traits and trust (初始状态)."""

    norm_at_start: float = share(
        "norm of every department, and officers faithful, in the first month", zh="初始风气"
    )


class DepartmentFields(Section, row="department"):
    """Norms here and around."""

    norm_around: float = share("mean norm of its unit last month", zh="同级风气")
    norm_above: float = share("norm of the department above last month", zh="上级风气")
    norm: float = share("what is usual here: slow mean of engagement", zh="风气")


class OutlookFields(Section, row="outlook"):
    """How a conduct looks to colleagues."""

    belonging: float = number("pull of norm, honour and shame", None, None, "utility", zh="归属感")
    engagement: float = share("engagement that others see", zh="投入程度")


class TallySums(Section, row="tally"):
    """Norms."""

    norm: float = number("norm, per officer", 0, None, "officers", zh="风气合计")
    norm_squared: float = number(
        "square of the norm, per officer", 0, None, "officers", zh="风气平方合计"
    )


class LayerSums(Section, row="layer"):
    """Engagement by layer."""

    engaged: float = number("engagement", 0, None, "officers", zh="投入合计")


class ProfileSums(Section, row="profile"):
    """Engagement by profile of the third state."""

    engaged: float = number("engagement", 0, None, "officers", zh="投入合计")


@rule
def hear_norms(department: Department, departments: Departments) -> None:
    """Hear last month's norms of the departments of one's unit and of the department above."""
    around = 0.0
    first = department.first_in_unit
    for other in range(first, first + department.unit_size):
        around += departments[other].norm
    department.norm_around = around / float(department.unit_size)
    above = department.parent
    department.norm_above = departments[above].norm if above >= 0 else department.norm_around


@rule
def belonging(
    conduct: Conduct, department: Department, mechanisms: Mechanisms, settings: AllSettings
) -> float:
    """What a conduct is worth in the eyes of colleagues, in utility: norm, honour and shame."""
    pull = settings.conformity + settings.culture_pull * mechanisms.culture
    return (
        pull * department.norm * conduct.engagement
        + settings.honour_weight * mechanisms.honour * conduct.engagement
        - settings.shame_weight * mechanisms.shame * (1.0 - conduct.engagement)
    )


@rule
def exposed(conduct: Conduct, mechanisms: Mechanisms, settings: AllSettings) -> float:
    """Part of the fear of acting that protection leaves to those who act (保护重用)."""
    return 1.0 - settings.protect_weight * mechanisms.protect * conduct.engagement


@rule
def follow_norm(
    department: Department, engagement: float, mechanisms: Mechanisms, settings: AllSettings
) -> None:
    """Move the department's norm towards the month's mean engagement, and the norms around.

    Around are the departments of its unit, itself among them, and the department above (source C7).
    """
    norm = department.norm
    around = 0.5 * (department.norm_around + department.norm_above)
    pulled = settings.norm_speed * (engagement - norm) + mechanisms.spread * (around - norm)
    department.norm = within(norm + pulled, 0.0, 1.0)


@rule
def observe_norm(department: Department, tally: Tally) -> None:
    """Add a department's norm to the sums of the month, once for each of its officers."""
    tally.norm += department.norm * float(department.officers)
    tally.norm_squared += department.norm * department.norm * float(department.officers)


def _norm_spread(sums: Sums) -> Any:
    mean = ratio(sums["norm"], sums["officers"])
    # Rounding may leave the variance of equal norms just below 0.
    return np.sqrt(np.maximum(ratio(sums["norm_squared"], sums["officers"]) - mean * mean, 0.0))


MEASURES = (
    Measure("norm", "Norm", "风气", "share", "norm of departments", per("norm")),
    Measure(
        "norm_spread",
        "Spread of norms",
        "风气差异",
        "share",
        "standard deviation of the norms of departments",
        _norm_spread,
        monthly=False,
    ),
)
