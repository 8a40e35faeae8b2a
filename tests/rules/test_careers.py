import math

import numpy as np
import pytest

from sim import simulate
from sim.declare import quantities
from sim.kinds import BASIC, COMPETENT, FAILING, GRADES, TOP
from sim.machine.loop import run_months
from sim.mechanisms import careers
from sim.world.plan import Plan
from sim.world.sections import Mechanisms

OFF = {f"mechanisms.{one.key}": 0.0 for one in quantities(Mechanisms)}
# Nobody leaves, falls or is retrained unless a test says so.
STEADY = OFF | {
    "mechanisms.appraisal.weights.superior": 1.0,
    "organisation.departments": 6,
    "organisation.ranks": [1, 3, 6],
    "careers.age_mean": 30.0,
    "careers.age_sd": 0.0,
    "careers.entry_age": 25,
    "careers.retirement_age": 60,
    "careers.resignation": 0.0,
    "careers.transfer": 0.0,
    "grading.failing_below": 0.0,
    "grading.basic_below": 0.0,
    "grading.failing_gravity": 10.0,
    "grading.complaints_bar": 1000,
    "grading.dismissal_years": 2,
    "clock.months": 36,
}
# A score that nobody reaches.
NOBODY_PASSES = {"grading.failing_below": 1.0} | {
    f"appraisers.{name}.noise": 0.0 for name in ("superior", "peers", "record", "users")
}
POSTS = 6 * 10


def yearly(district, name, **settings):
    """A yearly count, by year."""
    tallies = simulate(district.replace(STEADY | settings.pop("settings", {})), 1).world.tallies
    return tallies[name].sum(axis=1)[11::12]


def test_nobody_leaves_without_a_reason(district):
    assert yearly(district, "recruits").tolist() == [0, 0, 0]


@pytest.mark.parametrize(("years", "gone"), [(1, [60, 60, 60]), (2, [0, 60, 0]), (3, [0, 0, 60])])
def test_years_not_competent_running_end_in_dismissal(district, years, gone):
    settings = NOBODY_PASSES | {"grading.dismissal_years": years}
    assert yearly(district, "dismissals", settings=settings).tolist() == gone


def test_a_year_passed_starts_the_count_anew(district):
    world = Plan(district.replace(STEADY)).begin(1)
    settings, tally = world.settings[0], world.tallies[0, 0]
    officer = world.officers[0]
    for running, leaves in ((1, False), (2, True), (3, True)):
        officer.failing_years = running
        assert careers.leave(officer, settings, tally, False, 0.5, 0.5) is leaves
    assert tally.dismissals == 2


def test_everybody_retires_at_the_age_and_nobody_before(district):
    ageing = {"careers.age_mean": 58.0}
    assert yearly(district, "retirements", settings=ageing).tolist() == [0, POSTS, 0]
    later = ageing | {"careers.retirement_age": 61}
    assert yearly(district, "retirements", settings=later).tolist() == [0, 0, POSTS]


def test_officers_resign_as_often_as_the_scenario_says(district):
    settings = {"careers.resignation": 0.2, "organisation.departments": 200}
    resigned = yearly(district, "resignations", settings=settings) / (200 * 10)
    assert np.all(np.abs(resigned - 0.2) < 5 * math.sqrt(0.2 * 0.8 / 2000))


def test_only_leaders_are_transferred(district):
    settings = {"careers.transfer": 1.0, "careers.time_in_rank": 240}
    assert yearly(district, "transfers", settings=settings).tolist() == [24, 24, 24]
    one_rank = {"careers.transfer": 1.0, "organisation.ranks": [1]}
    assert yearly(district, "transfers", settings=one_rank).tolist() == [0, 0, 0]


def test_whoever_leaves_is_replaced_within_the_year(district):
    settings = {"careers.resignation": 0.5, "careers.transfer": 0.5, "careers.time_in_rank": 0}
    world = simulate(district.replace(STEADY | settings), 1).world
    gone = world.tallies["resignations"] + world.tallies["transfers"]
    come = world.tallies["recruits"] + world.tallies["arrivals"]
    assert np.array_equal(come, gone)
    assert gone.sum() > 50
    assert not world.officers["vacant"].any()


def test_grades_are_counted_as_they_were_given(district):
    scenario = district.replace(
        STEADY | {"grading.failing_below": 0.3, "grading.basic_below": 0.4, "clock.months": 12}
    )
    world = simulate(scenario, 1).world
    given = np.bincount(world.officers["grade"], minlength=len(GRADES))
    assert np.all(given > 0)
    assert [world.tallies[grade].sum() for grade in GRADES] == given.tolist()


@pytest.mark.parametrize("tailored", [0.0, 0.5, 1.0])
@pytest.mark.parametrize("grade", [TOP, COMPETENT, BASIC, FAILING])
def test_the_less_than_competent_are_retrained(district, grade, tailored):
    settings = {"behaviour.course_gain": 0.2, "behaviour.course_relief": 0.5}
    world = Plan(district.replace(settings | {"reach.course_misfit": 0.4})).begin(1)
    officer, mechanisms = world.officers[0], world.mechanisms[0, 0]
    officer.capability, officer.inertia, officer.grade = 0.5, 0.4, grade
    mechanisms.retraining, mechanisms.tailored = 0.3, tailored
    for u in (0.2999, 0.3001):
        careers.retrain(officer, mechanisms, world.settings[0], world.tallies[0, 0], u)
    trained = grade in (BASIC, FAILING)
    gain = 0.2 * (1 - 0.4 * (1 - tailored)) * 0.5
    assert officer.capability == pytest.approx(0.5 + gain if trained else 0.5)
    assert officer.inertia == pytest.approx(0.2 if trained else 0.4)
    assert world.tallies[0, 0].retrained == trained


@pytest.mark.parametrize("bar", ["basic_below", "failing_below"])
@pytest.mark.parametrize("retraining", [0.0, 1.0])
def test_retraining_comes_with_the_years_grade(district, retraining, bar):
    settings = {
        f"grading.{bar}": 1.0,
        "grading.dismissal_years": 10,
        "mechanisms.accountability.retraining": retraining,
        **{f"appraisers.{name}.noise": 0.0 for name in ("superior", "peers", "record", "users")},
    }
    assert yearly(district, "retrained", settings=settings).tolist() == [POSTS * retraining] * 3


def department(district, demotion=1.0):
    """One department, its head not competent, with a distinct score and ambition for each post."""
    world = Plan(district.replace(STEADY | {"organisation.departments": 1})).begin(1)
    world.officers["performance"] = [0.1, 0.5, 0.7, 0.6, *np.linspace(0.7, 0.9, 6)]
    world.officers["ambition"] = np.linspace(0.1, 0.9, 10)
    world.officers["grade"] = COMPETENT
    world.officers[0].grade = FAILING
    world.mechanisms[0, 0].demotion = demotion
    return world


def demote(world, index, u):
    mechanisms, settings = world.mechanisms[0, 0], world.settings[0]
    careers.demote(world.officers, index, mechanisms, settings, world.tallies[0, 0], 1, 0, 11, u)


def test_the_unfit_move_down_and_the_best_one_below_takes_the_post(district):
    world = department(district)
    people, posts = world.officers["ambition"].copy(), world.officers["superior"].copy()
    demote(world, 0, 0.5)
    assert world.officers["ambition"][0] == people[2]
    assert world.officers["ambition"][2] == people[0]
    assert world.officers["grade"][2] == BASIC
    assert np.array_equal(world.officers["superior"], posts)
    assert world.tallies[0, 0].demotions == 1
    assert world.officers["time_in_post"][[0, 2]].tolist() == [0, 0]


@pytest.mark.parametrize("spared", ["luck", "grade", "nobody below", "nobody fit below"])
def test_nobody_moves_down_without_reason_or_replacement(district, spared):
    world = department(district, demotion=0.3)
    index, u = 0, 0.2
    if spared == "luck":
        u = 0.4
    elif spared == "grade":
        world.officers[0].grade = BASIC
    elif spared == "nobody below":
        index = 9
        world.officers[9].grade = FAILING
    else:
        world.officers["grade"] = FAILING
    before = world.officers.tobytes()
    demote(world, index, u)
    assert world.officers.tobytes() == before


def test_demotion_fills_higher_posts_with_better_performers(district):
    settings = STEADY | {
        "grading.failing_below": 0.5,
        "grading.dismissal_years": 10,
        "behaviour.precision": 1.0,
        "organisation.departments": 40,
        "mechanisms.selection.competence_transfer": 1.0,
    }
    heads = []
    for demotion in (0.0, 1.0):
        world = Plan(
            district.replace(settings | {"mechanisms.accountability.demotion": demotion})
        ).begin(1)
        run_months(world, 0, 36)
        heads.append(world.officers["performance"][world.officers["rank"] == 0].mean())
    assert heads[1] > heads[0] + 0.02
