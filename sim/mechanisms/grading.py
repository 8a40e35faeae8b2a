"""Grading (考核等次): from scores to the four annual grades of the civil service (source C4).

Scores, complaints, sanctions and exams give a grade; the top grade is rationed (优秀比例), as the
Rules on the appraisal of civil servants ask (China 2007, 2020).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from sim.arithmetic import either
from sim.declare import Section, count, number, share
from sim.kinds import BASIC, COMPETENT, FAILING, GRADES, TOP
from sim.machine.compiled import rule
from sim.mechanisms.measuring import Measure, Sums, per, ratio
from sim.mechanisms.training import fails_exam

if TYPE_CHECKING:
    from sim.mechanisms.typed import AllSettings, Mechanisms, Numbers, Officer, Officers, Tally

# Up to so many scores are compared each with all, without a branch that would have to be guessed.
_FEW = 64
# Lower than any score.
_BARRED = -np.inf
# Keeps a share such as .29 of 100 from falling just below the whole number it stands for.
_ROUNDING = 1e-9


class Grading(Section, section="grading"):
    """From scores to the four annual grades and what they bring (考核等次)."""

    top_share: float = share(
        "cap on the top grade",
        zh="优秀比例",
        source="Rules on the appraisal of civil servants, China 2007, 2020",
    )
    basic_below: float = number(
        "score below which an officer is no more than basically competent",
        0,
        1,
        "score",
        zh="称职线",
    )
    failing_below: float = number(
        "score below which an officer is not competent", 0, 1, "score", zh="基本称职线"
    )
    failing_gravity: float = number(
        "gravity of a year's sanctions that makes an officer not competent",
        0,
        10,
        "gravity",
        zh="不称职的处分轻重",
    )
    complaints_bar: int = count(
        "upheld complaints in a year that bar “competent”",
        1,
        1000,
        zh="有效投诉",
        source="essay, C5",
    )
    dismissal_years: int = count(
        "years not competent, running, that end in dismissal",
        1,
        10,
        "years",
        zh="连续不称职辞退年数",
        source="Civil Servant Law of China 2005, 2018",
    )


class OfficerFields(Section, row="officer"):
    """The grades of an officer."""

    grade: int = count("last annual grade, 0 the top", 0, 3, zh="考核等次", store="i1")
    failing_years: int = count(
        "years graded not competent, running", unit="years", zh="连续不称职年数"
    )


class TallySums(Section, row="tally"):
    """Officers of each grade, at the end of a year."""

    top: float = number("officers graded top", 0, None, "officers", zh="优秀人数")
    competent: float = number("officers graded competent", 0, None, "officers", zh="称职人数")
    basically_competent: float = number(
        "officers graded basically competent", 0, None, "officers", zh="基本称职人数"
    )
    not_competent: float = number(
        "officers graded not competent", 0, None, "officers", zh="不称职人数"
    )
    top_connection: float = number(
        "connection of those graded top", 0, None, "officers", zh="优秀者关系合计"
    )
    top_leading: float = number(
        "officers graded top who command others", 0, None, "officers", zh="领导优秀人数"
    )
    graded_leading: float = number(
        "officers graded who command others", 0, None, "officers", zh="参评领导人数"
    )


@rule
def grade_alone(officer: Officer, settings: AllSettings) -> int:
    """Grade by score, complaints and sanctions, before the top grade is shared out.

    Two or more upheld complaints in a year bar “competent” (source C5).
    """
    if officer.performance < settings.failing_below or officer.gravity >= settings.failing_gravity:
        return FAILING
    if officer.performance < settings.basic_below or officer.complaints >= settings.complaints_bar:
        return BASIC
    return COMPETENT


@rule
def may_be_top(officer: Officer) -> bool:
    """Whether an officer may be graded top: competent and without a sanction this year."""
    return (officer.grade == COMPETENT) & (officer.sanctions == 0)


@rule
def nth_highest(values: Numbers, number: int, n: int) -> float:
    """The n-th highest of the first ``number`` values, which may change places on the way."""
    if number > _FEW:
        return nth_highest_of_many(values, number, n)
    for k in range(number):
        higher = 0
        lower = 0
        for other in range(number):
            higher += 1 if values[other] > values[k] else 0
            lower += 1 if values[other] < values[k] else 0
        if higher < n <= number - lower:
            return values[k]
    # Not a number: there are fewer than n.
    return np.nan


@rule
def nth_highest_of_many(values: Numbers, number: int, n: int) -> float:
    """The n-th highest by quickselect (Hoare 1961): NumPy's own takes five seconds to compile."""
    first = 0
    last = number - 1
    while True:
        pivot = values[(first + last) // 2]
        i = first
        j = last
        while i <= j:
            while values[i] > pivot:
                i += 1
            while values[j] < pivot:
                j -= 1
            if i <= j:
                values[i], values[j] = values[j], values[i]
                i += 1
                j -= 1
        if n - 1 <= j:
            last = j
        elif n - 1 >= i:
            first = i
        else:
            return pivot


@rule
def share_out_top(officers: Officers, first: int, number: int, settings: AllSettings) -> None:
    """Give the top grade to the best scores, up to its cap (优秀).

    Equal scores keep the order of posts.
    """
    places = int(settings.top_share * number + _ROUNDING)
    scores = np.empty(number)
    able = 0
    for k in range(number):
        officer = officers[first + k]
        fit = may_be_top(officer)
        scores[k] = either(fit, officer.performance, _BARRED)
        able += 1 if fit else 0
    places = min(places, able)
    if places == 0:
        return
    lowest = nth_highest(scores, number, places)
    # Who is above it is hard to guess, so it takes no branch.
    for i in range(first, first + number):
        officer = officers[i]
        above = may_be_top(officer) & (officer.performance > lowest)
        officer.grade = either(above, TOP, officer.grade)
        places -= 1 if above else 0
    i = first
    while places > 0:
        if may_be_top(officers[i]) and officers[i].performance == lowest:
            officers[i].grade = TOP
            places -= 1
        i += 1


@rule
def grade(officer: Officer, mechanisms: Mechanisms, settings: AllSettings, u_exam: float) -> None:
    """Grade a scored year; a failed exam counts as not competent (培训不合格视为考核不合格)."""
    officer.grade = grade_alone(officer, settings)
    if fails_exam(officer, mechanisms, settings, u_exam):
        officer.grade = FAILING
        officer.failed_exam = 1
    officer.failing_years = officer.failing_years + 1 if officer.grade == FAILING else 0


@rule
def observe_grade(officer: Officer, tally: Tally) -> None:
    """Count an officer's grade, and who is graded top."""
    leading = 1.0 if officer.subordinates > 0 else 0.0
    tally.graded_leading += leading
    if officer.grade == TOP:
        tally.top += 1.0
        tally.top_connection += officer.connection
        tally.top_leading += leading
    elif officer.grade == COMPETENT:
        tally.competent += 1.0
    elif officer.grade == BASIC:
        tally.basically_competent += 1.0
    else:
        tally.not_competent += 1.0


def _graded(sums: Sums) -> Any:
    return sum(sums[grade] for grade in GRADES)


def _grade(name: str) -> Any:
    return lambda sums: ratio(sums[name], _graded(sums))


def _leaders_graded_top(sums: Sums) -> Any:
    others = _graded(sums) - sums["graded_leading"]
    among_others = ratio(sums["top"] - sums["top_leading"], others)
    return ratio(ratio(sums["top_leading"], sums["graded_leading"]), among_others)


MEASURES = (
    *(
        Measure(
            f"graded_{name}",
            kind.title,
            kind.zh,
            "share",
            f"officers {kind.title.lower()}",
            _grade(name),
            monthly=False,
        )
        for name, kind in GRADES.of.items()
    ),
    Measure(
        "top_connection",
        "Connection of those graded top",
        "优秀者关系",
        "share",
        "mean connection of officers graded top",
        per("top_connection", "top"),
        monthly=False,
    ),
    Measure(
        "leaders_graded_top",
        "Top grades of leaders, against others",
        "领导与其他人员优秀率之比",
        "ratio",
        "share graded top among officers who command others, over that among the rest",
        _leaders_graded_top,
        monthly=False,
    ),
)
