"""Caseload (工作量): what is left for each citizen where more come than an officer can serve.

Street-level officers cope with more cases than their time allows by giving each less, and by
serving first those who can make themselves heard (Lipsky 1980; Tummers, Bekkers, Vink & Musheno
2015). As many as can be served lose nothing. An officer's work stays what it is: more citizens
share it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sim.arithmetic import either
from sim.declare import Section, number, share
from sim.machine.compiled import rule
from sim.mechanisms.measuring import Measure, Sums, ratio

if TYPE_CHECKING:
    from sim.mechanisms.typed import (
        AllSettings,
        Citizen,
        Department,
        Mechanisms,
        Officer,
        Tally,
        Visit,
    )


class Settings(Section, section="behaviour"):
    """How long a case takes, and who waits."""

    case_time: float = number(
        "part of a front-line officer's month that the cases of one citizen, who stands for many "
        "people, take",
        0,
        10,
        "months",
        zh="办件耗时",
        meaning_zh="模型中一名群众（代表许多人）的全部事项每月占一线人员的工作时间",
        source="Lipsky 1980; assumed value",
        off=0.0,
    )
    creaming: float = share(
        "how far citizens with voice are served before others",
        zh="择优服务",
        meaning_zh="敢于发声的群众优先得到服务的程度",
        source="Lipsky 1980; Tummers et al. 2015; assumed value",
        off=0.0,
    )


class DepartmentFields(Section, row="department"):
    """The caseload of a department's counters, and how its time is shared."""

    voiced: float = share("part of its citizens who are ready to complain", zh="发声比例")
    caseload: float = number(
        "time that citizens and complaints ask of a front-line officer",
        0,
        None,
        "months",
        zh="工作量",
    )
    served: float = share("part of the time they need that citizens get", zh="服务时间比例")
    with_voice: float = number(
        "what a citizen with voice gets against the mean", 0, None, "ratio", zh="发声者相对服务"
    )
    without_voice: float = share(
        "what a citizen without voice gets against the mean", zh="未发声者相对服务"
    )


class TallySums(Section, row="tally"):
    """What citizens experience, with voice and without."""

    voiced: float = number("citizens with voice", 0, None, "citizens", zh="发声人数")
    experience: float = number("experience at the counter", 0, None, "citizens", zh="办事体验合计")
    experience_voiced: float = number(
        "experience of citizens with voice", 0, None, "citizens", zh="发声者办事体验合计"
    )


@rule
def caseload(department: Department, settings: AllSettings) -> float:
    """Time, in months, that a front-line officer's cases of a month ask for.

    A citizen who complained last month comes a second time.
    """
    if department.fronts == 0:
        return 0.0
    cases = float(department.citizens) + department.heard
    return settings.case_time * cases / float(department.fronts)


@rule
def share_out(department: Department, mechanisms: Mechanisms, settings: AllSettings) -> None:
    """Share the time of a department's counters among its citizens; all of it is kept.

    Where it does not suffice, those with voice come first. Officers have nothing to fear more from
    them than from others if those without voice are protected when they complain.
    """
    department.caseload = caseload(department, settings)
    served = 1.0 / max(1.0, department.caseload)
    voiced = department.voiced
    first = settings.creaming * (1.0 - mechanisms.protection)
    equal = voiced * served
    taken = equal + first * (min(voiced, served) - equal)
    department.served = served
    department.with_voice = taken / equal if voiced > 0.0 else 1.0
    others = served - equal
    department.without_voice = max(0.0, served - taken) / others if voiced < 1.0 else 1.0


@rule
def received(citizen: Citizen, officer: Officer, department: Department) -> float:
    """What the officer met delivers to this citizen, who has voice or not; in [0, 1]."""
    part = either(citizen.voice == 1, department.with_voice, department.without_voice)
    return officer.delivered * part


@rule
def observe_visit(citizen: Citizen, visit: Visit, tally: Tally) -> None:
    """Add what a citizen experienced."""
    tally.experience += visit.experience
    tally.experience_voiced += citizen.voice * visit.experience


@rule
def observe_voice(department: Department, tally: Tally) -> None:
    """Add how many of a department's citizens have voice."""
    tally.voiced += department.voiced * float(department.citizens)


def _gap(sums: Sums) -> Any:
    heard = ratio(sums["experience_voiced"], sums["voiced"])
    rest = sums["experience"] - sums["experience_voiced"]
    return heard - ratio(rest, sums["citizens"] - sums["voiced"])


def _cases(sums: Sums) -> Any:
    return ratio(sums["citizens"] + sums["filed"], sums["fronts"])


MEASURES = (
    Measure(
        "caseload",
        "Caseload",
        "工作量",
        "cases a month",
        "citizens and complaints for each front-line officer",
        _cases,
    ),
    Measure(
        "service_gap",
        "Service gap",
        "服务差距",
        "share",
        "experience of citizens with voice above that of those without",
        _gap,
    ),
)
