"""Who is sent to a course, and what it teaches."""

import numpy as np
import pytest

from sim import simulate
from sim.declare import quantities
from sim.kinds import BASIC, COMPETENT, FAILING, TOP
from sim.machine.loop import run_months
from sim.mechanisms import training
from sim.world.plan import Plan
from sim.world.sections import Mechanisms

OFF = {f"mechanisms.{one.key}": 0.0 for one in quantities(Mechanisms)} | {
    "mechanisms.appraisal.weights.superior": 1.0
}
CHOOSING = {
    "targeting": "mechanisms.training.targeting",
    "promise_first": "mechanisms.training.promise_first",
    "young_first": "mechanisms.training.young_first",
    "development": "mechanisms.appraisal.stakes.development",
}
COURSES = "mechanisms.training.courses"


@pytest.fixture
def world(district):
    """A world in which the department needs as many courses as there are."""
    world = Plan(district.replace(OFF | {"reach.young_age": 35})).begin(1)
    world.departments["need"] = 1.0
    return world


def share_of_course(world, capability=0.5, responsibility=0.5, age=40, grade=COMPETENT, **chosen):
    """What an officer takes of the month's course, against one sent as everybody is."""
    officer, mechanisms = world.officers[0], world.mechanisms[0, 0]
    officer.capability, officer.responsibility = capability, responsibility
    officer.age, officer.grade = 12 * age, grade
    mechanisms.courses = 0.2
    for name in CHOOSING:
        mechanisms[name] = chosen.get(name, 0.0)
    taken = training.courses_for(officer, world.departments[0], mechanisms, world.settings[0])
    return taken / 0.2


def test_targeted_courses_go_where_capability_is_low(world):
    shares = [share_of_course(world, c, targeting=1.0) for c in (0.2, 0.5, 0.8)]
    assert shares == pytest.approx([1.6, 1.0, 0.4])
    halves = [share_of_course(world, c, targeting=0.5) for c in (0.2, 0.5, 0.8)]
    assert halves == pytest.approx([1.3, 1.0, 0.7])


def test_the_young_go_first_as_far_as_they_are_preferred(world):
    for first, expected in ((0.0, [1.0, 1.0]), (0.3, [1.3, 0.7]), (1.0, [2.0, 0.0])):
        shares = [share_of_course(world, age=age, young_first=first) for age in (34, 35)]
        assert shares == pytest.approx(expected)


def test_those_of_good_virtue_who_are_not_yet_able_go_first(world):
    people = [(0.5, 0.5), (0.5, 1.0), (0.0, 1.0), (0.0, 0.5), (1.0, 1.0), (0.2, 0.0)]
    shares = [share_of_course(world, *person, promise_first=1.0) for person in people]
    assert shares == pytest.approx([1.0, 2.0, 4.0, 2.0, 0.0, 0.0])
    assert share_of_course(world, 0.0, 1.0, promise_first=0.5) == pytest.approx(2.5)
    assert share_of_course(world, 0.0, 1.0, promise_first=0.0) == 1.0


def test_those_found_wanting_in_appraisal_are_sent(world):
    grades = (TOP, COMPETENT, BASIC, FAILING)
    shares = [share_of_course(world, grade=grade, development=0.5) for grade in grades]
    assert shares == pytest.approx([1.0, 1.0, 1.5, 2.0])
    assert [share_of_course(world, grade=grade) for grade in grades] == [1.0] * 4


def taken(district, courses, **chosen):
    """Courses that officers of a department took in a month, after a year of appraisals."""
    settings = {CHOOSING[name]: value for name, value in chosen.items()}
    # Need is summed up when the month begins; responsibility, which moves in it, stands still.
    still = {"behaviour.drift": 0.0}
    grading = {"grading.basic_below": 0.3, "grading.failing_below": 0.2}
    world = Plan(district.replace(OFF | still | grading | settings | {COURSES: courses})).begin(3)
    run_months(world, 0, 13)
    return world.officers["courses"], world


@pytest.mark.parametrize("name", CHOOSING)
def test_choosing_whom_to_send_costs_no_course(district, name):
    courses, world = taken(district, 0.05, **{name: 0.8})
    assert np.ptp(courses) > 0.01
    assert courses.max() < 1.0
    by_department = np.bincount(world.officers["department"], courses)
    assert by_department / world.departments["officers"] == pytest.approx(0.05, rel=1e-12)


def test_choosing_by_everything_at_once_costs_no_course_either(district):
    courses, world = taken(district, 0.02, **dict.fromkeys(CHOOSING, 0.7))
    assert courses.max() < 1.0
    by_department = np.bincount(world.officers["department"], courses)
    assert by_department / world.departments["officers"] == pytest.approx(0.02, rel=1e-12)


def test_nobody_is_in_more_than_one_course_at_a_time(district):
    courses, world = taken(district, 0.9, **dict.fromkeys(CHOOSING, 0.7))
    assert courses.max() == 1.0
    by_department = np.bincount(world.officers["department"], courses)
    assert np.all(by_department / world.departments["officers"] < 0.9)


def test_courses_given_to_all_alike_are_the_same_to_the_bit(district):
    courses, world = taken(district, 0.3, **dict.fromkeys(CHOOSING, 0.0))
    assert np.all(courses == 0.3)
    department, mechanisms = world.departments[0], world.mechanisms[0, 0]
    alike = training.courses_alike(mechanisms)
    for officer in world.officers[:12]:
        assert training.courses_for(officer, department, mechanisms, world.settings[0]) == alike


@pytest.mark.parametrize("name", CHOOSING)
def test_choosing_whom_to_send_leaves_no_trace_where_there_are_no_courses(district, name):
    whole, none = (taken(district, 0.0, **{name: value})[1] for value in (1.0, 0.0))
    assert whole.officers.tobytes() == none.officers.tobytes()


@pytest.mark.parametrize("tailored", [0.0, 0.5, 1.0])
def test_courses_not_made_for_the_category_of_the_post_teach_less(district, tailored):
    settings = OFF | {
        "behaviour.practice": 0.0,
        "behaviour.decay": 0.0,
        "behaviour.course_gain": 0.1,
        "reach.course_misfit": 0.4,
        "mechanisms.training.tailored": tailored,
        COURSES: 0.5,
        "clock.months": 1,
    }
    before = Plan(district.replace(settings)).begin(1).officers["capability"]
    after = simulate(district.replace(settings), 1).world.officers["capability"]
    gain = 0.1 * 0.5 * (1 - 0.4 * (1 - tailored))
    assert after - before == pytest.approx(gain * (1 - before))
    fitting = simulate(district.replace(settings | {"reach.course_misfit": 0.0}), 1).world
    assert fitting.officers["capability"] - before == pytest.approx(0.05 * (1 - before))
