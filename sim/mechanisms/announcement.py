"""Announcement (公布): what officers conclude as they hear of a changed rule of promotion.

Where a rule of promotion is made known, perceived merit follows before anybody has been promoted by
it (Deserranno, Kastrau & León-Ciliotta 2025), as far as the announcement is believed. What is seen
in promotions afterwards confirms it or not (``selection``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.arithmetic import within
from sim.declare import Section, Unfollowed, share
from sim.machine.compiled import rule

if TYPE_CHECKING:
    from sim.mechanisms.typed import AllSettings, Department, Mechanisms, Officers


class Settings(Section, section="behaviour"):
    """How far an announcement is believed."""

    announced: float = share(
        "part of a changed rule of promotion that officers believe as they hear of it",
        zh="公布的可信度",
        meaning_zh="晋升规则改变时，公务员一经公布即相信的部分",
        source="Deserranno, Kastrau & León-Ciliotta 2025; assumed value",
        off=0.0,
    )


class DepartmentFields(Section, row="department"):
    """What its officers were told last."""

    promised: float = share("posts that go to the best by the rule last announced", zh="公布的择优")


# What the mean field, which holds this belief, does not follow.
UNFOLLOWED = (
    Unfollowed(
        "belief in an announced rule of promotion", "公布的晋升规则", {"behaviour.announced": 0.0}
    ),
)


@rule
def by_merit(mechanisms: Mechanisms) -> float:
    """How far posts go to the best by the rule, in [0, 1]: the weight of merit in open choices."""
    openly = (1.0 - mechanisms.purchase) * (1.0 - mechanisms.unchecked)
    return openly * (1.0 - mechanisms.adverse) * mechanisms.merit


@rule
def hear_rule(
    officers: Officers,
    first: int,
    last: int,
    department: Department,
    mechanisms: Mechanisms,
    settings: AllSettings,
    month: int,
) -> None:
    """Let officers first…last − 1 hear this month's rule of promotion, where it has changed.

    Belief in merit moves with the rule, as far as it is believed. The rule of the first month is
    known to all.
    """
    promised = by_merit(mechanisms)
    change = promised - department.promised
    department.promised = promised
    if month == 0 or change == 0.0:
        return
    for i in range(first, last):
        believed = officers[i].merit_belief + settings.announced * change
        officers[i].merit_belief = within(believed, 0.0, 1.0)
