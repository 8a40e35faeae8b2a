"""Withdrawal (退出): what it costs a department that citizens are not heard, or have withdrawn.

Who is not heard either takes the case elsewhere or withdraws (Hirschman 1970; 断裂, source B10).
Citizens who trust the centre more than those they meet petition it (信访; Li 2004; O'Brien & Li
2006). Those who have withdrawn pay and obey only where they are made to (Levi 1988 on
quasi-voluntary compliance). Both take time of the department concerned.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.declare import Section, Unfollowed, number, share
from sim.machine.compiled import rule
from sim.mechanisms import public
from sim.mechanisms.measuring import Measure, per

if TYPE_CHECKING:
    from sim.mechanisms.typed import AllSettings, Department, Mechanisms, Tally


class Settings(Section, section="behaviour"):
    """What petitions and withdrawal cost a department."""

    petition_time: float = share(
        "officers' time that petitions take for each unit by which citizens trust the centre more "
        "than the department, where no way to complain is open",
        zh="信访耗时",
        meaning_zh="投诉渠道全闭时，群众对中央的信任每高出对本部门信任一个单位，信访占用的公务员时间",
        source="Li 2004; O'Brien & Li 2006; assumed value",
        off=0.0,
    )
    enforcement_time: float = share(
        "officers' time that collecting and enforcing take where all citizens have withdrawn",
        zh="强制执行耗时",
        meaning_zh="群众全部断裂时，征缴与强制执行占用的公务员时间",
        source="Levi 1988; Hirschman 1970; assumed value",
        off=0.0,
    )


class DepartmentFields(Section, row="department"):
    """Citizens who petition, and who have withdrawn."""

    petitioning: float = share(
        "how far citizens who speak trust the centre more than the department, mean",
        zh="信访倾向",
    )
    withdrawn: float = share("its citizens who have fallen silent", zh="断裂比例")


class TallySums(Section, row="tally"):
    """Time that petitions and enforcement take."""

    answering: float = number(
        "time that petitions and enforcement take", 0, None, "officers", zh="信访与强制执行耗时合计"
    )


# What the mean field cannot follow of it.
UNFOLLOWED = (
    Unfollowed(
        "changes of trust in the centre, on which petitions depend",
        "影响信访的对中央信任的变化",
        {"behaviour.petition_time": 0.0},
    ),
)


@rule
def lead_of_centre(trust_in_centre: float, trust: float) -> float:
    """How far a citizen trusts the centre more than the department, in [0, 1] (Li 2004)."""
    return max(0.0, trust_in_centre - trust)


@rule
def take_stock(
    department: Department, petitioning: float, withdrawn: float, settings: AllSettings
) -> None:
    """Keep how many citizens have withdrawn and how far the others petition, both in [0, 1]."""
    at_start = lead_of_centre(settings.trust_in_centre_mean, settings.trust_mean)
    department.petitioning = public.met(petitioning, at_start, settings)
    department.withdrawn = public.met(withdrawn, 0.0, settings)


@rule
def time_answering(department: Department, mechanisms: Mechanisms, settings: AllSettings) -> float:
    """Share of officers' time that petitions take, and enforcement against the withdrawn.

    Who can complain where the work is done has no need to petition (source C6).
    """
    petitions = settings.petition_time * (1.0 - mechanisms.openness) * department.petitioning
    return petitions + settings.enforcement_time * department.withdrawn


@rule
def observe_answering(
    department: Department, mechanisms: Mechanisms, settings: AllSettings, tally: Tally
) -> None:
    """Add the time of a department that petitions and enforcement take."""
    tally.answering += time_answering(department, mechanisms, settings) * float(department.officers)


MEASURES = (
    Measure(
        "withdrawal_burden",
        "Burden of withdrawal",
        "断裂的负担",
        "share",
        "officers' time that petitions and enforcement take",
        per("answering"),
    ),
)
