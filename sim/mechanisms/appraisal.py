"""Appraisal (考核): four sources, one score (source C4).

Sources look at real work, at work shown, or at closeness; how far appraisal measures substance (its
validity) is computed from them. ``incentives`` tells what hangs on a score, ``grading`` how scores
become grades.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from sim.arithmetic import either
from sim.calendar import MONTHS_A_YEAR
from sim.declare import Assembled, Section, each, number, share
from sim.kinds import APPRAISERS, CATEGORIES, RECORD, SUPERIOR
from sim.machine.compiled import rule
from sim.machine.draws import decision
from sim.mechanisms import reporting
from sim.mechanisms.chain import lowest_rank
from sim.mechanisms.measuring import Measure, Sums, per, ratio

if TYPE_CHECKING:
    from sim.mechanisms.typed import (
        AllSettings,
        Appraisers,
        Department,
        Mechanisms,
        Officer,
        Officers,
        Tally,
    )

APPRAISAL = decision(7, "an officer's year: noise of the score, retraining, exam, spare")
_C4 = "essay, C4; assumed value"
_YEAR = float(MONTHS_A_YEAR)
# Months at the end of a year that an annual impression rests on.
_RECENT = 3.0
_CATEGORIES = len(CATEGORIES)


class AppraisalWeights(Section):
    """How much each source counts; only ratios matter (考核权重)."""

    superior: float = number(
        "weight of superiors", 0, 10, "weight", zh="上级考核", source=_C4, intended={"validity": -1}
    )
    peers: float = number(
        "weight of peers", 0, 10, "weight", zh="同级评议", source=_C4, intended={"validity": 1}
    )
    record: float = number(
        "weight of the routine record",
        0,
        10,
        "weight",
        zh="日常工作记录",
        source=_C4,
        intended={"validity": -1},
    )
    users: float = number(
        "weight of those served",
        0,
        10,
        "weight",
        zh="服务对象评议",
        source=_C4,
        intended={"validity": 1},
    )


class Stakes(Section):
    """What hangs on the result of an appraisal (结果挂钩)."""

    pay: float = number(
        "pay that hangs on it",
        0,
        5,
        "weight",
        zh="与薪酬挂钩",
        source=_C4,
        intended={"appraised_work": 1},
    )
    development: float = share(
        "training that follows it: those found wanting are sent",
        zh="与培训挂钩",
        source=_C4,
        intended={"trained_wanting": 1},
    )
    promotion: float = number(
        "promotion that hangs on it",
        0,
        5,
        "weight",
        zh="与晋升挂钩",
        source=_C4,
        intended={"appraised_work": 1},
    )


class Clauses(Section, section="mechanisms.appraisal"):
    """Appraisal (考核)."""

    weights: AppraisalWeights
    routine: float = share(
        "weight of the whole year's record against the impression of its last months",
        zh="平时考核",
        source=_C4,
        intended={"year_end_work": -1},
    )
    by_rank: float = share(
        "comparison within one's own rank",
        zh="分级考核",
        source=_C4,
        intended={"leaders_graded_top": -1},
    )
    by_category: float = share(
        "comparison within one's own category of post",
        zh="分类考核",
        source=_C4,
        intended={"leaders_graded_top": -1},
    )
    answerable: float = share(
        "appraisers who answer for their appraisal",
        zh="考核责任制",
        source=_C4,
        intended={"top_connection": -1},
    )
    record_audit: float = share(
        "records checked against the work", zh="备忘审核", source=_C4, intended={"validity": 1}
    )
    stakes: Stakes
    soft_veto: float = share(
        "soft targets that can veto a promotion",
        zh="一票否决",
        meaning_zh="实行一票否决的软任务比例",
        source="He, Wang & Zhang 2020; assumed value",
        off=0.0,
    )


class AppraiserSettings(Section, row="appraiser"):
    """What one source of appraisal looks at (考核主体)."""

    substance: float = share("weight of work done", zh="看重实绩")
    show: float = share("weight of work shown", zh="看重表面")
    connection: float = share("weight of closeness", zh="看重关系")
    noise: float = number("standard deviation of its error", 0, 1, "score", zh="评价误差")


if TYPE_CHECKING:
    AppraiserTable = Assembled
else:
    AppraiserTable = each(
        "AppraiserTable",
        "Four sources of appraisal (考核主体).",
        APPRAISERS,
        AppraiserSettings,
        module=__name__,
        section="appraisers",
    )


class Reach(Section, section="reach"):
    """How far clauses reach."""

    candour: float = share(
        "favour and error that answering for it takes from an appraisal",
        zh="考核责任制的纠偏",
        source=_C4,
    )
    rating_weight: float = number(
        "weight that users gain in appraisal where they rate the counter",
        0,
        10,
        "weight",
        zh="窗口评议权重",
        source="essay, C6; assumed value",
    )


class OfficerFields(Section, row="officer"):
    """The year's record of an officer, and what appraisal made of the last."""

    work: float = number("real work of the year so far", 0, 12, "months", zh="年度实绩")
    displayed: float = number("work shown in the year so far", 0, 12, "months", zh="年度表面政绩")
    recent_work: float = number(
        "real work of the last months of the year", 0, 12, "months", zh="年末实绩"
    )
    recent_show: float = number(
        "work shown in the last months of the year", 0, 12, "months", zh="年末表面政绩"
    )
    performance: float = number("score of the last appraisal", None, None, "score", zh="考核得分")
    execution_rate: float = share("real work, mean of the last full year", zh="个人执行力")


class DepartmentFields(Section, row="department"):
    """Appraisal in a department."""

    salience: float = number(
        "how much appraisal weighs this month", 0, None, "ratio", zh="考核关注度"
    )
    validity: float = share("how far appraisal measures substance", zh="考核效度")


class ChoiceFields(Section, row="choice"):
    """The error of appraisal at the end of the year."""

    error: float = number(
        "error of the year's appraisal", None, None, "standard deviations", zh="考核误差"
    )


class OutlookFields(Section, row="outlook"):
    """What appraisal sees of a conduct."""

    seen_work: float = number(
        "real work that appraisal sees, per unit of it", 0, None, "ratio", zh="考核所见实绩"
    )
    seen_show: float = share("show as appraisal sees it", zh="考核所见表面政绩")


class MechanismFields(Section, row="mechanisms"):
    """What follows from the settings of a month: appraisal as its sources add up."""

    view_substance: float = share("weight of work done", zh="看重实绩")
    view_show: float = share("weight of work shown", zh="看重表面")
    view_connection: float = share("weight of closeness", zh="看重关系")
    view_noise: float = number("standard deviation of the error", 0, None, "score", zh="评价误差")
    view_report: float = share(
        "part of what is seen of those who report that is their report", zh="看重上报"
    )


class TallySums(Section, row="tally"):
    """Validity of appraisal."""

    validity: float = number(
        "validity of appraisal, per officer", 0, None, "officers", zh="考核效度合计"
    )
    year_of_work: float = number(
        "real work of the year, at its end", 0, None, "officer-months", zh="年度实绩合计"
    )
    end_of_year_work: float = number(
        "real work of the year's last months", 0, None, "officer-months", zh="年末实绩合计"
    )


@rule
def look(mechanisms: Mechanisms, appraisers: Appraisers, settings: AllSettings) -> None:
    """Work out, for one row of settings, what all sources together look at.

    Auditing the routine record turns its view of show into a view of substance (C4, 备忘审核).
    Errors of sources are independent. Appraisers who answer for their appraisal favour and err less
    (考核责任制). Where users rate the counter, they count for more (窗口工作质量评议, source C6).
    Superiors alone may go by reports; the other sources see for themselves.
    """
    rated = mechanisms.users + settings.rating_weight * mechanisms.counter_rating
    weights = (mechanisms.superior, mechanisms.peers, mechanisms.record, rated)
    total = 0.0
    for weight in weights:
        total += weight
    substance = 0.0
    show = 0.0
    connection = 0.0
    variance = 0.0
    for s in range(len(appraisers)):
        weight = weights[s] / total if total > 0.0 else 0.0
        checked = appraisers[s].show * mechanisms.record_audit if s == RECORD else 0.0
        substance += weight * (appraisers[s].substance + checked)
        show += weight * (appraisers[s].show - checked)
        connection += weight * appraisers[s].connection
        error = weight * appraisers[s].noise
        variance += error * error
    candid = 1.0 - settings.candour * mechanisms.answerable
    mechanisms.view_substance = substance
    mechanisms.view_show = show
    mechanisms.view_connection = connection * candid
    mechanisms.view_noise = np.sqrt(variance) * candid
    superior = appraisers[SUPERIOR]
    by_superiors = weights[SUPERIOR] * (superior.substance + superior.show)
    seen = total * (substance + show)
    relied = by_superiors / seen if seen > 0.0 else 0.0
    mechanisms.view_report = relied * reporting.reliance(mechanisms, settings)


@rule
def validity(mechanisms: Mechanisms) -> float:
    """How far appraisal measures substance rather than show, in [0, 1]: computed, never set."""
    seen = mechanisms.view_substance + mechanisms.view_show
    return mechanisms.view_substance / seen if seen > 0.0 else 0.0


@rule
def salience(month: int, mechanisms: Mechanisms) -> float:
    """How much appraisal weighs this month, 1 on average: the routine record, or the last months.

    Without routine appraisal only the impression of the year's last months counts (平时考核, C4).
    """
    recent = _YEAR / _RECENT if in_recent_months(month) else 0.0
    return mechanisms.routine + (1.0 - mechanisms.routine) * recent


@rule
def in_recent_months(month: int) -> bool:
    """Whether a month is among the last of its year."""
    return month % MONTHS_A_YEAR >= MONTHS_A_YEAR - int(_RECENT)


@rule
def relied_on(officer: Officer, mechanisms: Mechanisms) -> float:
    """How far superiors go by an officer's report, in [0, 1]; the front line reports nothing."""
    return either(officer.front == 1, 0.0, mechanisms.view_report)


@rule
def as_reported(relied: float, seen: float, report: float) -> float:
    """What counts of those who report on others: what is ``seen``, and their ``report`` instead."""
    return (1.0 - relied) * seen + relied * report


@rule
def score(officer: Officer, mechanisms: Mechanisms, error: float) -> float:
    """Score of a year's work as the sources see it, with their ``error``, in standard deviations.

    Those who report are also judged by their report at the end of the year (年终述职).
    """
    routine = mechanisms.routine
    work = routine * officer.work / _YEAR + (1.0 - routine) * officer.recent_work / _RECENT
    show = routine * officer.displayed / _YEAR + (1.0 - routine) * officer.recent_show / _RECENT
    seen = mechanisms.view_substance * work + mechanisms.view_show * show
    report = (mechanisms.view_substance + mechanisms.view_show) * officer.report
    return (
        as_reported(relied_on(officer, mechanisms), seen, report)
        + mechanisms.view_connection * officer.connection
        + mechanisms.view_noise * error
    )


@rule
def kind_of(officer: Officer, by_category: bool) -> int:
    """Number of the rank of an officer's post, or of its category."""
    return officer.category if by_category else officer.rank


@rule
def compare_within(
    officers: Officers, first: int, last: int, kinds: int, by_category: bool, weight: float
) -> None:
    """Take from each score, as far as ``weight`` says, what its kind has above the others.

    A kind is a rank, or a category of post; there are at most ``kinds`` of them.
    """
    if weight == 0.0:
        return
    total = np.zeros(kinds)
    holders = np.zeros(kinds)
    for i in range(first, last):
        kind = kind_of(officers[i], by_category)
        total[kind] += officers[i].performance
        holders[kind] += 1.0
    everything = 0.0
    for kind in range(kinds):
        everything += total[kind]
    mean = everything / float(last - first)
    for i in range(first, last):
        kind = kind_of(officers[i], by_category)
        officers[i].performance -= weight * (total[kind] / holders[kind] - mean)


@rule
def compare_like_with_like(
    officers: Officers, first: int, last: int, mechanisms: Mechanisms
) -> None:
    """Judge ranks, and categories of post, each by their own measure (分类分级考核, source C4)."""
    ranks = lowest_rank(officers, first, last) + 1
    compare_within(officers, first, last, ranks, False, mechanisms.by_rank)
    compare_within(officers, first, last, _CATEGORIES, True, mechanisms.by_category)


@rule
def appraise(officer: Officer, mechanisms: Mechanisms, error: float) -> None:
    """Score an officer's year; keep the year's execution rate."""
    officer.performance = score(officer, mechanisms, error)
    officer.execution_rate = officer.work / _YEAR


@rule
def close_year(officer: Officer) -> None:
    """Start the next year's record."""
    officer.work = 0.0
    officer.displayed = 0.0
    officer.recent_work = 0.0
    officer.recent_show = 0.0
    officer.courses = 0.0
    officer.failed_exam = 0
    officer.moved = 0
    officer.gravity = 0.0
    officer.complaints = 0
    officer.sanctions = 0


@rule
def note_recent(officer: Officer) -> None:
    """Keep what an annual impression will rest on; called in the last months of a year."""
    officer.recent_work += officer.substance
    officer.recent_show += officer.show


@rule
def observe_year(officer: Officer, tally: Tally) -> None:
    """Add an officer's work of the year and of its last months; called at the end of a year."""
    tally.year_of_work += officer.work
    tally.end_of_year_work += officer.recent_work


@rule
def observe_validity(department: Department, tally: Tally) -> None:
    """Add the validity of a department's appraisal, once for each of its officers."""
    tally.validity += department.validity * float(department.officers)


def _appraised(sums: Sums) -> Any:
    validity = ratio(sums["validity"], sums["officers"])
    real = validity * ratio(sums["substance"], sums["officers"])
    return real + (1.0 - validity) * ratio(sums["show"], sums["officers"])


MEASURES = (
    Measure(
        "appraised_work",
        "Work as appraised",
        "考核所见业绩",
        "share",
        "work as appraisal sees it: real and shown, by its validity",
        _appraised,
    ),
    Measure(
        "validity",
        "Validity of appraisal",
        "考核效度",
        "share",
        "how far appraisal measures substance",
        per("validity"),
    ),
    Measure(
        "year_end_work",
        "Work in the year's last months",
        "年末实绩占比",
        "share",
        "real work of a year that is done in its last three months",
        per("end_of_year_work", "year_of_work"),
        monthly=False,
    ),
)
