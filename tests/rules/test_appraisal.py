import math

import numpy as np
import pytest

from sim import simulate
from sim.declare import quantities
from sim.engine import run_months
from sim.mechanisms import Mechanisms
from sim.parameters import APPRAISERS
from sim.rules import appraisal
from sim.state import APPRAISER, BASIC, COMPETENT, FAILING, MECHANISMS, SETTINGS, TOP
from sim.world import Plan

OFF = {f"mechanisms.{one.key}": 0.0 for one in quantities(Mechanisms)} | {
    "mechanisms.appraisal.weights.superior": 1.0,
    "mechanisms.appraisal.routine": 1.0,
}


def looked(weights, table, record_audit=0.0, answerable=0.0):
    """Mechanism settings with what these sources, (substance, show, connection, noise), see."""
    mechanisms = np.zeros(1, MECHANISMS)[0]
    appraisers = np.zeros(len(APPRAISERS), APPRAISER)
    for s, (name, weight) in enumerate(zip(APPRAISERS, weights, strict=True)):
        mechanisms[name] = weight
        appraisers[s] = table[s]
    mechanisms.record_audit, mechanisms.answerable = record_audit, answerable
    settings = np.zeros(1, SETTINGS)[0]
    settings.candour = 0.6
    appraisal.look(mechanisms, appraisers, settings)
    return mechanisms


SOURCES = ((0.4, 0.4, 0.2, 0.1), (0.5, 0.3, 0.2, 0.1), (0.2, 0.8, 0.0, 0.1), (0.9, 0.1, 0.0, 0.1))


def validity(weights, record_audit=0.0):
    return appraisal.validity(looked(weights, SOURCES, record_audit))


def test_validity_is_what_the_sources_add_up_to():
    assert validity((1.0, 0.0, 0.0, 0.0)) == pytest.approx(0.5)
    assert validity((0.0, 0.0, 1.0, 0.0)) == pytest.approx(0.2)
    # (.4 + .9) of substance against (.4 + .1) of show.
    assert validity((1.0, 0.0, 0.0, 1.0)) == pytest.approx(1.3 / 1.8)
    # Only ratios count.
    assert validity((0.7, 0.1, 0.2, 0.4)) == pytest.approx(validity((7.0, 1.0, 2.0, 4.0)))


def test_validity_rises_when_those_served_count():
    by_users = [validity((0.7, 0.1, 0.2, users)) for users in (0.0, 0.3, 1.0, 10.0)]
    assert np.all(np.diff(by_users) > 0.05)


def test_auditing_the_record_makes_it_one_of_substance():
    audited = [validity((0.0, 0.0, 1.0, 0.0), audit) for audit in (0.0, 0.5, 1.0)]
    assert audited == pytest.approx([0.2, 0.6, 1.0])
    assert validity((1.0, 0.0, 0.0, 0.0), 1.0) == validity((1.0, 0.0, 0.0, 0.0), 0.0)


def test_errors_of_independent_sources_average_out():
    alone = looked((1.0, 0.0, 0.0, 0.0), SOURCES).view_noise
    together = looked((1.0, 1.0, 1.0, 1.0), SOURCES).view_noise
    assert (alone, together) == pytest.approx((0.1, 0.1 / math.sqrt(4)))


def test_sources_that_look_at_closeness_raise_the_scores_of_the_connected(plan):
    assert looked((1.0, 0.0, 0.0, 1.0), SOURCES).view_connection == pytest.approx(0.1)
    officer, mechanisms = plan.begin(1).officers[0], plan.mechanisms[0, 0]
    mechanisms.view_connection = 0.3
    officer.connection = 0.0
    alone = appraisal.score(officer, mechanisms, 0.5)
    officer.connection = 0.5
    assert appraisal.score(officer, mechanisms, 0.5) - alone == pytest.approx(0.3 * 0.5)


def test_appraisers_who_answer_for_it_favour_and_err_less():
    weights = (1.0, 0.0, 0.0, 0.0)
    free, bound = looked(weights, SOURCES), looked(weights, SOURCES, answerable=0.5)
    assert bound.view_connection == pytest.approx(0.7 * free.view_connection)
    assert bound.view_noise == pytest.approx(0.7 * free.view_noise)
    assert bound.view_substance == free.view_substance


@pytest.mark.parametrize("routine", [0.0, 0.4, 1.0])
def test_a_months_work_weighs_one_on_average_and_all_at_the_years_end_without_routine(routine):
    mechanisms = np.zeros(1, MECHANISMS)[0]
    mechanisms.routine = routine
    months = [appraisal.salience(month, mechanisms) for month in range(12, 24)]
    assert np.mean(months) == pytest.approx(1.0)
    assert months[:9] == pytest.approx([routine] * 9)
    assert months[9:] == pytest.approx([routine + 4 * (1 - routine)] * 3)


@pytest.mark.parametrize(("routine", "expected"), [(0.0, 0.9), (0.5, 0.6), (1.0, 0.3)])
def test_without_routine_appraisal_a_score_rests_on_the_last_quarter(plan, routine, expected):
    officer, mechanisms = plan.begin(1).officers[0], plan.mechanisms[0, 0]
    officer.work, officer.recent_work = 12 * 0.3, 3 * 0.9
    officer.displayed, officer.recent_show = 12 * 0.3, 3 * 0.9
    officer.connection = 0.0
    mechanisms.routine, mechanisms.view_noise = routine, 0.0
    mechanisms.view_substance, mechanisms.view_show = 0.4, 0.6
    assert appraisal.score(officer, mechanisms, 0.5) == pytest.approx(expected)


def test_the_last_quarter_is_that_of_the_calendar(plan):
    world = plan.begin(1)
    recent = 0.0
    for month in range(11):
        run_months(world, month, month + 1)
        if month >= 9:
            recent = recent + world.officers["substance"]
        assert world.officers["recent_work"] == pytest.approx(recent)


@pytest.mark.parametrize("categories", [0.0, 0.5, 1.0])
def test_comparison_within_ranks_takes_what_a_rank_has_above_the_others(plan, categories):
    officers, mechanisms = plan.begin(1).officers[:10], plan.mechanisms[0, 0]
    scores = np.array([0.9, 0.7, 0.5, *np.linspace(0.1, 0.7, 7)])
    officers["performance"] = scores
    mechanisms.categories = categories
    appraisal.compare_within_ranks(officers, 0, 10, mechanisms)
    own = np.array([0.9, 0.6, 0.6, *[0.4] * 7])
    assert officers["performance"] == pytest.approx(scores - categories * (own - scores.mean()))


@pytest.mark.parametrize("users", [0.0, 1.0])
def test_scores_follow_real_work_as_far_as_appraisal_is_valid(district, users):
    scenario = district.replace(
        OFF
        | {
            "mechanisms.appraisal.weights.superior": 1.0 - users,
            "mechanisms.appraisal.weights.users": users,
            "appraisers.superior.substance": 0.0,
            "appraisers.users": {"substance": 1.0, "show": 0.0, "connection": 0.0, "noise": 0.02},
            "behaviour.precision": 1.0,
            "traits.capability": {"mean": 0.5, "sd": 0.2},
            "directives.difficulty": {"mean": 0.4, "sd": 0.0},
            "clock.months": 12,
        }
    )
    officers = simulate(scenario, 2).world.officers
    stayed = officers[officers["time_in_post"] > 0]
    followed = np.corrcoef(stayed["performance"], stayed["execution_rate"])[0, 1]
    assert followed > 0.9 if users else abs(followed) < 0.5


@pytest.fixture
def plan(district):
    return Plan(
        district.replace(
            OFF
            | {
                "organisation.ranks": [1, 2, 7],
                "reach.pass_mark": 0.5,
                "behaviour.inertia_relief": 0.5,
                "grading.failing_below": 0.2,
                "grading.basic_below": 0.4,
                "grading.failing_gravity": 1.0,
                "grading.complaints_bar": 2,
                "grading.top_share": 0.2,
            }
        )
    )


def grade(plan, performance, **record):
    officer = plan.begin(1).officers[0]
    officer.performance = performance
    for name, value in record.items():
        officer[name] = value
    return appraisal.grade_alone(officer, plan.settings[0])


def test_grades_follow_scores(plan):
    grades = {0.19: FAILING, 0.2: BASIC, 0.39: BASIC, 0.4: COMPETENT, 2.0: COMPETENT}
    assert {score: grade(plan, score) for score in grades} == grades


def test_two_upheld_complaints_in_a_year_bar_competent_and_one_does_not(plan):
    assert grade(plan, 0.9, complaints=1) == COMPETENT
    assert grade(plan, 0.9, complaints=2) == BASIC
    assert grade(plan, 0.1, complaints=2) == FAILING


def test_grave_sanctions_make_an_officer_not_competent(plan):
    assert grade(plan, 0.9, gravity=0.99) == COMPETENT
    assert grade(plan, 0.9, gravity=1.0) == FAILING


def share_out(plan, performance, **records):
    """Who is graded top in the second department of ten."""
    everybody = plan.begin(1).officers
    everybody["performance"] = 1.0
    officers = everybody[10:20]
    officers["performance"] = performance
    for name, values in records.items():
        officers[name] = values
    appraisal.share_out_top(everybody, 10, 10, plan.settings[0])
    assert np.all(everybody["grade"][:10] == COMPETENT)
    return np.flatnonzero(officers["grade"] == TOP).tolist()


def test_the_best_fifth_is_graded_top(plan):
    assert share_out(plan, [0.5, 0.6, 0.9, 0.5, 0.5, 0.8, 0.5, 0.5, 0.7, 0.5]) == [2, 5]


def test_equal_scores_keep_the_order_of_posts(plan):
    assert share_out(plan, 0.5) == [0, 1]


def test_whoever_was_sanctioned_or_is_not_competent_cannot_be_top(plan):
    scores = np.linspace(1.0, 0.1, 10)
    assert share_out(plan, scores, sanctions=[1] + [0] * 9) == [1, 2]
    assert share_out(plan, scores, grade=[BASIC, FAILING] + [COMPETENT] * 8) == [2, 3]


@pytest.mark.parametrize(("share", "number", "places"), [(0.2, 5, 1), (0.2, 4, 0), (0.29, 100, 29)])
def test_the_cap_is_the_whole_number_of_officers_within_the_share(district, share, number, places):
    plan = Plan(
        district.replace({"organisation.ranks": [1, number - 1], "grading.top_share": share})
    )
    officers = plan.begin(1).officers[:number]
    officers["grade"] = COMPETENT
    appraisal.share_out_top(officers, 0, number, plan.settings[0])
    assert np.count_nonzero(officers["grade"] == TOP) == places


def test_failing_years_run_on_until_a_year_is_passed(plan):
    officer, mechanisms = plan.begin(1).officers[0], plan.mechanisms[0, 0]
    mechanisms.view_noise = 0.0
    years = []
    for work in (0.0, 0.0, 12.0, 0.0):
        officer.work = officer.displayed = work
        officer.connection = 0.0
        appraisal.appraise(officer, mechanisms, 0.5)
        appraisal.grade(officer, mechanisms, plan.settings[0], 0.5)
        years.append(int(officer.failing_years))
        assert officer.execution_rate == work / 12
    assert years == [1, 2, 0, 1]


@pytest.mark.parametrize(
    ("courses", "exam", "capability", "failed"),
    [(0.05, 1.0, 0.4, 0.6), (0.2, 0.3, 0.4, 0.3), (0.2, 1.0, 0.5, 0.0), (0.0, 1.0, 0.4, 0.0)],
)
def test_a_failed_exam_counts_as_failing_and_shakes_the_post(
    plan, courses, exam, capability, failed
):
    mechanisms = plan.mechanisms[0, 0]
    mechanisms.courses, mechanisms.exam = courses, exam
    failing = []
    for u in (np.arange(200) + 0.5) / 200:
        officer = plan.begin(1).officers[0]
        officer.performance, officer.capability = 0.9, capability
        officer.inertia, officer.time_in_post = 0.4, 20
        appraisal.grade(officer, mechanisms, plan.settings[0], u)
        failing.append(officer.grade == FAILING)
        assert officer.inertia == pytest.approx(0.2 if failing[-1] else 0.4)
        assert officer.time_in_post == (0 if failing[-1] else 20)
    assert np.mean(failing) == pytest.approx(failed)


def test_complaints_cost_a_government_its_good_grades(district):
    # Everybody is idle, all complain, complaints are upheld for sure: nobody stays competent.
    changes = OFF | {
        **{f"conducts.{name}.available": name == "idle" for name, _ in district.conducts},
        "conducts.idle.misconduct": 1.0,
        "conducts.idle.substance": 0.0,
        "behaviour.shield": 0.0,
        "behaviour.overlap_blur": 0.0,
        "mechanisms.posts.clarity": 1.0,
        "mechanisms.supervision.openness": 1.0,
        "public.complaint_rate": 1.0,
        "public.voice": 1.0,
        "public.exit_below": 0.0,
        "public.citizens": 200,
        "grading.failing_below": 0.0,
        "grading.basic_below": 0.0,
        "organisation.ranks": [1, 4],
        "clock.months": 12,
    }
    graded = {
        bar: simulate(district.replace(changes | {"grading.complaints_bar": bar}), 1).summary
        for bar in (2, 1000)
    }
    assert graded[2]["graded_basically_competent"] > 0.6
    assert graded[1000]["graded_basically_competent"] == 0.0


def test_a_year_starts_with_a_clean_record(plan):
    world = plan.begin(1)
    run_months(world, 0, 11)
    assert world.officers["work"].any()
    run_months(world, 11, 12)
    for name in ("work", "displayed", "recent_work", "recent_show", "gravity", "complaints"):
        assert not world.officers[name].any()
