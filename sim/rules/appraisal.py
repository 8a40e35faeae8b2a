"""Appraisal: four sources, one score, four grades (考核)."""

import numpy as np

from sim import draws
from sim.compiled import rule
from sim.parameters import APPRAISERS
from sim.state import BASIC, COMPETENT, FAILING, TOP

_MONTHS_A_YEAR = 12.0
_RECORD = APPRAISERS.index("record")


@rule
def look(mechanisms, appraisers):
    """Work out, for one row of settings, what all sources together look at.

    Auditing the routine record turns its view of show into a view of substance (C4, 备忘审核).
    Errors of sources are independent.
    """
    weights = (mechanisms.superior, mechanisms.peers, mechanisms.record, mechanisms.users)
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
    mechanisms.view_substance = substance
    mechanisms.view_show = show
    mechanisms.view_connection = connection
    mechanisms.view_noise = np.sqrt(variance)


@rule
def validity(mechanisms):
    """How far appraisal measures substance rather than show, in [0, 1]: computed, never set."""
    seen = mechanisms.view_substance + mechanisms.view_show
    return mechanisms.view_substance / seen if seen > 0.0 else 0.0


@rule
def score(officer, mechanisms, u):
    """Score of a year's work as the sources see it, with their error."""
    return (
        mechanisms.view_substance * officer.work / _MONTHS_A_YEAR
        + mechanisms.view_show * officer.displayed / _MONTHS_A_YEAR
        + mechanisms.view_connection * officer.connection
        + mechanisms.view_noise * draws.normal(u)
    )


@rule
def grade_alone(officer, settings):
    """Grade by score, complaints and sanctions, before the top grade is shared out.

    Two or more upheld complaints in a year bar “competent” (source C5).
    """
    if officer.performance < settings.failing_below or officer.gravity >= settings.failing_gravity:
        return FAILING
    if officer.performance < settings.basic_below or officer.complaints >= settings.complaints_bar:
        return BASIC
    return COMPETENT


@rule
def may_be_top(officer):
    """Whether an officer may be graded top: competent and without a sanction this year."""
    return officer.grade == COMPETENT and officer.sanctions == 0


@rule
def share_out_top(officers, first, number, settings):
    """Give the top grade to the best scores, up to its cap (优秀 at most 20 %).

    Equal scores keep the order of posts.
    """
    places = int(settings.top_share * number)
    scores = np.empty(number)
    for i in range(number):
        scores[i] = -officers[first + i].performance
    for i in np.argsort(scores, kind="mergesort"):
        if places == 0:
            return
        if may_be_top(officers[first + i]):
            officers[first + i].grade = TOP
            places -= 1


@rule
def appraise(officer, mechanisms, settings, u):
    """Score an officer's year and grade it; keep the year's execution rate."""
    officer.performance = score(officer, mechanisms, u)
    officer.execution_rate = officer.work / _MONTHS_A_YEAR
    officer.grade = grade_alone(officer, settings)
    officer.failing_years = officer.failing_years + 1 if officer.grade == FAILING else 0


@rule
def close_year(officer):
    """Start the next year's record."""
    officer.work = 0.0
    officer.displayed = 0.0
    officer.gravity = 0.0
    officer.complaints = 0
    officer.sanctions = 0
