"""Appraisal: four sources, one score, four grades (考核)."""

import numpy as np

from sim import draws
from sim.compiled import leaf, rule
from sim.organisation import MOST_RANKS as _MOST_RANKS
from sim.parameters import APPRAISERS
from sim.state import BASIC, COMPETENT, FAILING, TOP

_MONTHS_A_YEAR = 12.0
# Keeps a share such as .29 of 100 from falling just below the whole number it stands for.
_ROUNDING = 1e-9
# Months at the end of a year that an annual impression rests on.
_RECENT = 3.0
_RECORD = APPRAISERS.index("record")


@rule
def look(mechanisms, appraisers, settings):
    """Work out, for one row of settings, what all sources together look at.

    Auditing the routine record turns its view of show into a view of substance (C4, 备忘审核).
    Errors of sources are independent. Appraisers who answer for their appraisal favour and err less
    (考核责任制). Where users rate the counter, they count for more (窗口工作质量评议, source C6).
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
        checked = appraisers[s].show * mechanisms.record_audit if s == _RECORD else 0.0
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


@leaf
def validity(mechanisms):
    """How far appraisal measures substance rather than show, in [0, 1]: computed, never set."""
    seen = mechanisms.view_substance + mechanisms.view_show
    return mechanisms.view_substance / seen if seen > 0.0 else 0.0


@leaf
def salience(month, mechanisms):
    """How much appraisal weighs this month, 1 on average: the routine record, or the last months.

    Without routine appraisal only the impression of the year's last months counts (平时考核, C4).
    """
    recent = _MONTHS_A_YEAR / _RECENT if in_recent_months(month) else 0.0
    return mechanisms.routine + (1.0 - mechanisms.routine) * recent


@leaf
def in_recent_months(month):
    """Whether a month is among the last of its year."""
    return month % 12 >= 12 - int(_RECENT)


@leaf
def score(officer, mechanisms, u):
    """Score of a year's work as the sources see it, with their error."""
    routine = mechanisms.routine
    work = routine * officer.work / _MONTHS_A_YEAR + (1.0 - routine) * officer.recent_work / _RECENT
    show = (
        routine * officer.displayed / _MONTHS_A_YEAR
        + (1.0 - routine) * officer.recent_show / _RECENT
    )
    return (
        mechanisms.view_substance * work
        + mechanisms.view_show * show
        + mechanisms.view_connection * officer.connection
        + mechanisms.view_noise * draws.normal(u)
    )


@leaf
def grade_alone(officer, settings):
    """Grade by score, complaints and sanctions, before the top grade is shared out.

    Two or more upheld complaints in a year bar “competent” (source C5).
    """
    if officer.performance < settings.failing_below or officer.gravity >= settings.failing_gravity:
        return FAILING
    if officer.performance < settings.basic_below or officer.complaints >= settings.complaints_bar:
        return BASIC
    return COMPETENT


@leaf
def may_be_top(officer):
    """Whether an officer may be graded top: competent and without a sanction this year."""
    return officer.grade == COMPETENT and officer.sanctions == 0


@rule
def nth_highest(values, number, n):
    """The n-th highest of the first ``number`` values, which change places on the way.

    Quickselect (Hoare 1961): NumPy's own takes five seconds to compile.
    """
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
def share_out_top(officers, first, number, settings):
    """Give the top grade to the best scores, up to its cap (优秀).

    Equal scores keep the order of posts.
    """
    places = int(settings.top_share * number + _ROUNDING)
    scores = np.empty(number)
    able = 0
    for i in range(first, first + number):
        if may_be_top(officers[i]):
            scores[able] = officers[i].performance
            able += 1
    places = min(places, able)
    if places == 0:
        return
    lowest = nth_highest(scores, able, places)
    for k in range(able):
        places -= 1 if scores[k] > lowest else 0
    for i in range(first, first + number):
        if may_be_top(officers[i]):
            score = officers[i].performance
            if score > lowest:
                officers[i].grade = TOP
            elif score == lowest and places > 0:
                officers[i].grade = TOP
                places -= 1


@leaf
def fails_exam(officer, mechanisms, settings, u):
    """Whether a course this officer took this year ends in a failed exam (source C3)."""
    taken = min(1.0, officer.courses)
    return u < mechanisms.exam * taken and officer.capability < settings.pass_mark


@rule
def compare_within(officers, first, number, kinds, weight):
    """Take from each score, as far as ``weight`` says, what its kind has above the others.

    ``kinds`` numbers the kind of each of the ``number`` officers from ``first`` on.
    """
    if weight == 0.0:
        return
    total = np.zeros(_MOST_RANKS)
    holders = np.zeros(_MOST_RANKS)
    for i in range(number):
        total[kinds[i]] += officers[first + i].performance
        holders[kinds[i]] += 1.0
    mean = total.sum() / holders.sum()
    for i in range(number):
        excess = total[kinds[i]] / holders[kinds[i]] - mean
        officers[first + i].performance -= weight * excess


@rule
def compare_like_with_like(officers, first, number, mechanisms):
    """Judge ranks, and categories of post, each by their own measure (分类分级考核, source C4)."""
    compare_within(
        officers, first, number, officers["rank"][first : first + number], mechanisms.by_rank
    )
    compare_within(
        officers,
        first,
        number,
        officers["category"][first : first + number],
        mechanisms.by_category,
    )


@leaf
def appraise(officer, mechanisms, u):
    """Score an officer's year; keep the year's execution rate."""
    officer.performance = score(officer, mechanisms, u)
    officer.execution_rate = officer.work / _MONTHS_A_YEAR


@leaf
def grade(officer, mechanisms, settings, u_exam):
    """Grade a scored year; a failed exam counts as not competent (培训不合格视为考核不合格)."""
    officer.grade = grade_alone(officer, settings)
    if fails_exam(officer, mechanisms, settings, u_exam):
        officer.grade = FAILING
        officer.failed_exam = 1
    officer.failing_years = officer.failing_years + 1 if officer.grade == FAILING else 0


@leaf
def close_year(officer):
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
