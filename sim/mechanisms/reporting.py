"""Reporting (上报): the front line reports its work, and each layer embellishes what it reports.

Deceiving those above (欺上瞒下, source B9). Distortion in hierarchies: Tullock (1965), Downs
(1967). Where reports are ignored, the distance between them and what arrives is only measured.
Where they are acted on, superiors appraise those who report, and leaders attend to departments, by
reports in place of what they see.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from sim.arithmetic import either, towards
from sim.declare import Section, Unfollowed, alternative, number, share
from sim.machine.compiled import rule
from sim.mechanisms.measuring import Measure, Sums, per, ratio

if TYPE_CHECKING:
    from sim.mechanisms.typed import (
        AllSettings,
        Department,
        Mechanisms,
        Officer,
        Officers,
        Places,
        Tally,
    )


class Reporting(Section, section="reporting"):
    """How reports travel upwards (欺上瞒下)."""

    gloss: float = share(
        "part of what is missing that a layer of full show adds to a report",
        zh="层层粉饰",
        source="Tullock 1965; Downs 1967; assumed value",
    )
    acted_on: float = share(
        "how far superiors go by reports instead of what they see, where no record is audited",
        zh="依报告行事",
        meaning_zh="未审核记录时，上级依据报告而非亲眼所见行事的程度",
        source="Downs 1967; assumed value",
        off=0.0,
    )


# What becomes of reports.
_REPORTS = ("ignored", "acted on")
_ACTED_ON = _REPORTS.index("acted on")


class Structure(Section, section="structure"):
    """What becomes of reports."""

    reports: Literal["ignored", "acted on"] = alternative(
        "whether reports are ignored, or leaders' appraisals and attention follow them",
        _REPORTS,
        zh="报告的作用",
        source="Tullock 1965; Downs 1967",
    )


# What the mean field cannot follow of it: its department is the only one.
UNFOLLOWED = (
    Unfollowed(
        "attention that reports shift between departments",
        "上报引起的部门间注意力转移",
        {"structure.reports": "ignored"},
    ),
)


class OfficerFields(Section, row="officer"):
    """What an officer reports."""

    report: float = share("what is reported upwards", zh="上报", of_post=True)


class DepartmentFields(Section, row="department"):
    """What is heard from below."""

    reports_below: float = share("mean report of the departments below last month", zh="下级上报")
    delivery_below: float = share(
        "mean delivery of the departments below last month", zh="下级执行结果"
    )
    reports_heard: float = share(
        "mean report that those who report heard last month, before they embellished it",
        zh="所闻上报",
    )
    delivery: float = share("content delivered by its front line, or by those below", zh="执行结果")
    known: float = share("what superiors believe that it delivers", zh="上级所知执行结果")


class OutlookFields(Section, row="outlook"):
    """What a conduct adds to reports."""

    report: float = share("report expected of those who report", zh="预期上报")


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
def are_acted_on(settings: AllSettings) -> bool:
    """Whether anybody acts on reports."""
    return settings.reports == _ACTED_ON


@rule
def reliance(mechanisms: Mechanisms, settings: AllSettings) -> float:
    """How far superiors go by reports instead of what they see, in [0, 1].

    Where records are audited they see the work behind the report (C4, 备忘审核).
    """
    relied = settings.acted_on * (1.0 - mechanisms.record_audit)
    return either(are_acted_on(settings), relied, 0.0)


@rule
def embellished(
    report: float,
    show: float,
    department: Department,
    mechanisms: Mechanisms,
    settings: AllSettings,
) -> float:
    """What an officer makes of its own work, or of the mean report from below, in [0, 1].

    Fills part of what is missing, the more the officer lives by ``show``. Where levels collude,
    part of the rest is certified as done. Audited records leave less room for both.
    """
    gloss = settings.gloss * show
    gloss += department.collusion * (1.0 - gloss)
    return towards(report, 1.0, gloss * (1.0 - mechanisms.record_audit))


@rule
def heard_by(officer: Officer, officers: Officers, department: Department) -> float:
    """What an officer has to report before any embellishment, in [0, 1].

    At the front line it is the work of the month: what was lost of the decision on its way down is
    not known there. A chief hears the mean report of those below. Above the tier that serves the
    public, staff compile last month's reports from below.
    """
    if officer.front:
        return officer.substance
    if officer.subordinates == 0:
        return department.reports_below
    heard = 0.0
    first = officer.first_subordinate
    for below in range(first, first + officer.subordinates):
        heard += officers[below].report
    return heard / float(officer.subordinates)


@rule
def report(
    officers: Officers,
    index: int,
    department: Department,
    mechanisms: Mechanisms,
    settings: AllSettings,
) -> float:
    """Let one officer report upwards; those below must have reported before.

    Returns the mean report that reached the officer; 0 at the front line.
    """
    officer = officers[index]
    heard = heard_by(officer, officers, department)
    officer.report = embellished(heard, officer.show, department, mechanisms, settings)
    return either(officer.front == 1, 0.0, heard)


@rule
def make_known(
    department: Department,
    officers: Officers,
    fronts: Places,
    heard: float,
    mechanisms: Mechanisms,
    settings: AllSettings,
) -> None:
    """Note what superiors know of the month: what they see, and its head's report instead of it.

    ``heard`` is the sum of what those who report heard (``report``). Above the tier that serves the
    public they see what the departments below delivered last month.
    """
    reporting = department.officers - department.fronts
    department.reports_heard = heard / float(reporting) if reporting > 0 else 0.0
    delivered = 0.0
    for k in range(department.first_front, department.first_front + department.fronts):
        delivered += officers[fronts[k]].delivered
    department.delivery = (
        delivered / float(department.fronts) if department.fronts > 0 else department.delivery_below
    )
    relied = reliance(mechanisms, settings)
    department.known = (1.0 - relied) * department.delivery + relied * officers[
        department.first_officer
    ].report


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
