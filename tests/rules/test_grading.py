import math

import numpy as np
import pytest

from sim import simulate
from sim.declare import quantities
from sim.kinds import BASIC, COMPETENT, FAILING, TOP
from sim.machine.loop import run_months
from sim.mechanisms import appraisal, grading
from sim.world.plan import Plan
from sim.world.sections import Mechanisms

OFF = {f"mechanisms.{one.key}": 0.0 for one in quantities(Mechanisms)} | {
    "mechanisms.appraisal.weights.superior": 1.0,
    "mechanisms.appraisal.routine": 1.0,
}
RECORD = ("work", "displayed", "recent_work", "recent_show", "courses")


@pytest.fixture
def plan(district):
    return Plan(
        district.replace(
            OFF
            | {
                "organisation.ranks": [1, 2, 7],
                "reach.pass_mark": 0.5,
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
    return grading.grade_alone(officer, plan.settings[0])


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
    grading.share_out_top(everybody, 10, 10, plan.settings[0])
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


@pytest.mark.parametrize("number", [10, 33, 64, 65, 300])
@pytest.mark.parametrize("steps", [3, 1000])
def test_the_top_grade_goes_to_the_best_who_may_have_it_whatever_their_number(
    district, number, steps
):
    """Compared with all in order; with few steps of scores many are equal."""
    plan = Plan(district.replace({"organisation.ranks": [1, number - 1]}))
    officers = plan.begin(1).officers[:number]
    rng = np.random.default_rng(number)
    scores = rng.integers(0, steps, number) / steps
    grades, sanctions = rng.choice([COMPETENT, BASIC], number), rng.choice(2, number, p=[0.8, 0.2])
    officers["performance"], officers["grade"], officers["sanctions"] = scores, grades, sanctions
    grading.share_out_top(officers, 0, number, plan.settings[0])
    able = np.flatnonzero((grades == COMPETENT) & (sanctions == 0))
    best = able[np.argsort(-scores[able], kind="stable")][: number // 5]
    assert np.flatnonzero(officers["grade"] == TOP).tolist() == sorted(best)


@pytest.mark.parametrize(("share", "number", "places"), [(0.2, 5, 1), (0.2, 4, 0), (0.29, 100, 29)])
def test_the_cap_is_the_whole_number_of_officers_within_the_share(district, share, number, places):
    plan = Plan(
        district.replace({"organisation.ranks": [1, number - 1], "grading.top_share": share})
    )
    officers = plan.begin(1).officers[:number]
    officers["grade"] = COMPETENT
    grading.share_out_top(officers, 0, number, plan.settings[0])
    assert np.count_nonzero(officers["grade"] == TOP) == places


def test_failing_years_run_on_until_a_year_is_passed(plan):
    officer, mechanisms = plan.begin(1).officers[0], plan.mechanisms[0, 0]
    mechanisms.view_noise = 0.0
    years = []
    for work in (0.0, 0.0, 12.0, 0.0):
        officer.work = officer.displayed = work
        officer.connection = 0.0
        appraisal.appraise(officer, mechanisms, 0.0)
        grading.grade(officer, mechanisms, plan.settings[0], 0.5)
        years.append(int(officer.failing_years))
        assert officer.execution_rate == work / 12
    assert years == [1, 2, 0, 1]


@pytest.mark.parametrize(
    ("courses", "exam", "capability", "failed"),
    [
        (0.6, 1.0, 0.4, 0.6),
        (0.6, 0.5, 0.4, 0.3),
        (2.4, 0.3, 0.4, 0.3),
        (2.4, 1.0, 0.5, 0.0),
        (2.4, 0.0, 0.4, 0.0),
        (0.0, 1.0, 0.4, 0.0),
    ],
)
def test_a_failed_exam_fails_the_year_of_those_who_took_courses(
    plan, courses, exam, capability, failed
):
    mechanisms = plan.mechanisms[0, 0]
    mechanisms.exam = exam
    failing = []
    for u in (np.arange(200) + 0.5) / 200:
        officer = plan.begin(1).officers[0]
        officer.performance, officer.capability, officer.courses = 0.9, capability, courses
        grading.grade(officer, mechanisms, plan.settings[0], u)
        failing.append(officer.grade == FAILING)
        assert officer.failed_exam == officer.failing_years == failing[-1]
    assert np.mean(failing) == pytest.approx(failed)


@pytest.mark.parametrize("exam", [0.0, 1.0])
def test_exams_fail_the_year_of_the_unable_who_were_sent(district, exam):
    # About half cannot pass, and they are sent oftener than the others.
    changes = OFF | {
        "mechanisms.training.courses": 0.04,
        "mechanisms.training.targeting": 1.0,
        "mechanisms.training.exam": exam,
        "reach.pass_mark": 0.6,
        "traits.capability": {"mean": 0.6, "sd": 0.1},
        "grading.failing_below": 0.0,
        "grading.failing_gravity": 10.0,
        "clock.months": 12,
    }
    scenario = district.replace(changes)
    world = Plan(scenario).begin(1)
    run_months(world, 0, 11)
    sent = np.minimum(1.0, world.officers["courses"] * 12 / 11)
    expected = (sent * (world.officers["capability"] < 0.6)).sum() * exam
    failed = simulate(scenario, 1).world.tallies["not_competent"].sum()
    assert abs(failed - expected) <= 5 * math.sqrt(len(sent) / 4) * exam
    assert failed >= 50 * exam


@pytest.mark.parametrize(("exam", "courses"), [(0.0, 0.1), (1.0, 0.0)])
def test_without_exams_or_courses_a_pass_mark_leaves_no_trace(district, exam, courses):
    changes = OFF | {
        "mechanisms.training.courses": courses,
        "mechanisms.training.exam": exam,
        "mechanisms.accountability.moving": 0.3,
        "clock.months": 24,
    }
    low, high = (
        simulate(district.replace(changes | {"reach.pass_mark": mark}), 1).world
        for mark in (0.1, 0.9)
    )
    assert low.officers.tobytes() == high.officers.tobytes()
    assert low.tallies.tobytes() == high.tallies.tobytes()


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
    for name in (*RECORD, "gravity", "complaints", "failed_exam"):
        assert not world.officers[name].any()


@pytest.mark.parametrize("number", [1, 2, 5, 33, 64, 65, 300])
def test_the_nth_highest_score_is_that_of_all_in_order_whatever_their_number(number):
    rng = np.random.default_rng(number)
    for scores in (rng.normal(size=number), rng.integers(0, 4, number) / 4.0, np.ones(number)):
        in_order = sorted(scores, reverse=True)
        # Scores behind the last of the officers do not count.
        held = np.append(scores, 9.0)
        for n in {1, max(1, number // 5), number}:
            assert grading.nth_highest(held, number, n) == in_order[n - 1]
            assert sorted(held[:number], reverse=True) == in_order
