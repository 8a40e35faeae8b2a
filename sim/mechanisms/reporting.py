"""Reporting (上报): each layer makes what it hears look a little better (欺上瞒下, source B9).

Distortion in hierarchies: Tullock (1965), Downs (1967). Nobody acts on reports; the distance
between them and what arrives is what is measured.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sim.declare import Section, number, share
from sim.machine.compiled import rule
from sim.mechanisms.measuring import Measure, Sums, per, ratio

if TYPE_CHECKING:
    from sim.mechanisms.typed import (
        AllSettings,
        Department,
        Mechanisms,
        Officer,
        Officers,
        Tally,
    )


class Reporting(Section, section="reporting"):
    """How reports travel upwards (欺上瞒下)."""

    gloss: float = share(
        "part of what is missing that a layer of full show adds to a report",
        zh="层层粉饰",
        source="Tullock 1965; Downs 1967; assumed value",
    )


class OfficerFields(Section, row="officer"):
    """What an officer reports."""

    report: float = share("what is reported upwards", zh="上报", of_post=True)


class DepartmentFields(Section, row="department"):
    """What is heard from below."""

    reports_below: float = share("mean report of the departments below last month", zh="下级上报")


class TallySums(Section, row="tally"):
    """Reports at the top."""

    reported: float = number(
        "delivery as reported by heads, per front-line post", 0, None, "officers", zh="上报结果合计"
    )
    reporting: float = number(
        "front-line posts that reports at the top speak of",
        0,
        None,
        "officers",
        zh="上报所涉一线岗位数",
    )


class LayerSums(Section, row="layer"):
    """Reports by layer."""

    report: float = number("reports", 0, None, "officers", zh="上报合计")


@rule
def embellished(
    report: float, officer: Officer, mechanisms: Mechanisms, settings: AllSettings
) -> float:
    """What an officer makes of the mean report from below, in [0, 1].

    Fills part of what is missing, the more the officer lives by show; audited records leave less
    room for it.
    """
    gloss = settings.gloss * officer.show * (1.0 - mechanisms.record_audit)
    return report + gloss * (1.0 - report)


@rule
def report(
    officers: Officers,
    index: int,
    department: Department,
    mechanisms: Mechanisms,
    settings: AllSettings,
) -> None:
    """Let one officer report upwards; those below must have reported before.

    Above the tier that serves the public, staff compile last month's reports from below.
    """
    officer = officers[index]
    if officer.front:
        officer.report = officer.show
        return
    if officer.subordinates == 0:
        officer.report = embellished(department.reports_below, officer, mechanisms, settings)
        return
    heard = 0.0
    first = officer.first_subordinate
    for below in range(first, first + officer.subordinates):
        heard += officers[below].report
    officer.report = embellished(heard / float(officer.subordinates), officer, mechanisms, settings)


@rule
def observe_reports(department: Department, head: Officer, tally: Tally) -> None:
    """Add the report of a head whom nobody commands, for all front-line posts below."""
    if department.parent < 0:
        tally.reported += head.report * float(department.fronts_below)
        tally.reporting += float(department.fronts_below)


def _reported_less_real(sums: Sums) -> Any:
    return ratio(sums["reported"], sums["reporting"]) - ratio(sums["delivered"], sums["fronts"])


MEASURES = (
    Measure(
        "reported_rate",
        "Reported rate",
        "上报执行率",
        "share",
        "execution as the reporting chain sees it",
        per("reported", "reporting"),
    ),
    Measure(
        "inflation",
        "Inflation of reports",
        "虚报",
        "share",
        "reported less real execution",
        _reported_less_real,
    ),
)
