import math

import numpy as np
import pytest

from sim import simulate, year_end
from sim.declare import quantities
from sim.kinds import BASIC, COMPETENT, FAILING, TOP
from sim.mechanisms import careers
from sim.world.plan import Plan
from sim.world.sections import Mechanisms

OFF = {f"mechanisms.{one.key}": 0.0 for one in quantities(Mechanisms)}
# Nobody leaves, falls or is retrained unless a test says so.
STEADY = OFF | {
    "mechanisms.appraisal.weights.superior": 1.0,
    "organisation.departments": 2,
    "organisation.ranks": [1, 3, 9],
    "careers.age_mean": 30.0,
    "careers.age_sd": 0.0,
    "careers.resignation": 0.0,
    "careers.transfer": 0.0,
    "behaviour.inertia_relief": 0.5,
    "behaviour.merit_learning": 0.2,
    "grading.failing_below": 0.0,
    "grading.basic_below": 0.0,
    "grading.failing_gravity": 10.0,
    "grading.complaints_bar": 1000,
    "grading.dismissal_years": 10,
    "reach.pass_mark": 0.5,
    "clock.months": 12,
}
POSTS = 13
PLACE = (
    "department",
    "number_in_department",
    "rank",
    "front",
    "category",
    "superior",
    "first_subordinate",
    "subordinates",
)
UNIFORM = (np.arange(1200) + 0.5) / 1200


@pytest.fixture
def world(district):
    """Two departments of a head, three deputies and nine at the front line, all competent."""
    world = Plan(district.replace(STEADY)).begin(1)
    world.officers["grade"] = COMPETENT
    world.officers["ambition"] = np.linspace(0.1, 0.9, 2 * POSTS)
    world.officers["inertia"] = 0.6
    world.officers["time_in_post"] = 20
    return world


def move_aside(world, index, u):
    """Move the holder of a post aside, if so it falls; how many moved."""
    mechanisms, settings, tally = world.mechanisms[0, 0], world.settings[0], world.tallies[0, 0]
    before = tally.moved
    careers.move_aside(world.officers, index, mechanisms, settings, tally, u)
    return tally.moved - before


def face_consequences(world, **mechanisms):
    for name, value in mechanisms.items():
        world.mechanisms[11, 0][name] = value
    year_end.face_consequences(world, 0, 0, POSTS, 11)
    return world.part_tallies[0, 0]


def restore(world, before):
    """Let officers be as they were before."""
    for name in before.names:
        world.officers[name] = before[name]


def where(world, person):
    """The post that the one with a known ambition holds."""
    (post,) = np.flatnonzero(world.officers["ambition"] == person)
    return post


@pytest.mark.parametrize(("grade", "moves"), [(TOP, 0), (COMPETENT, 0), (BASIC, 1), (FAILING, 1)])
@pytest.mark.parametrize("moving", [0.0, 0.3, 1.0])
def test_the_unfit_are_moved_aside_as_often_as_moving_says(world, grade, moves, moving):
    world.mechanisms[0, 0].moving = moving
    world.officers[5].grade = grade
    before, now_at = world.officers.copy(), []
    for u in UNIFORM:
        restore(world, before)
        move_aside(world, 5, u)
        now_at.append(where(world, before["ambition"][5]))
    # Evenly to the two colleagues under one superior.
    aside = moves * moving * 1200
    assert np.bincount(now_at, minlength=7)[4:7].tolist() == [aside / 2, 1200 - aside, aside / 2]


def test_one_moved_aside_changes_places_with_a_colleague_and_both_start_afresh(world):
    world.mechanisms[0, 0].moving = 1.0
    world.officers["grade"][[2, 5]] = BASIC
    before = world.officers.copy()
    assert move_aside(world, 5, 0.1) == 1
    assert move_aside(world, 2, 0.9) == 1
    officers = world.officers
    assert officers["ambition"][[4, 5]].tolist() == before["ambition"][[5, 4]].tolist()
    assert officers["ambition"][[2, 3]].tolist() == before["ambition"][[3, 2]].tolist()
    moved = [2, 3, 4, 5]
    assert officers["inertia"][moved] == pytest.approx([0.3] * 4)
    assert officers["time_in_post"][moved].tolist() == [0] * 4
    for name in PLACE:
        assert np.array_equal(officers[name], before[name]), name
    others = np.delete(np.arange(2 * POSTS), moved)
    for name in officers.names:
        assert officers[name][others].tobytes() == before[name][others].tobytes(), name


@pytest.mark.parametrize("alone", ["head", "only deputy", "beside a vacancy"])
def test_nobody_alone_is_moved_aside(district, world, alone):
    if alone == "only deputy":
        world = Plan(district.replace(STEADY | {"organisation.ranks": [1, 1, 9]})).begin(1)
    index = {"head": 0, "only deputy": 1, "beside a vacancy": 5}[alone]
    if alone == "beside a vacancy":
        world.officers["vacant"][[4, 6]] = 1
    world.mechanisms[0, 0].moving = 1.0
    world.officers[index].grade = FAILING
    world.officers[index].failed_exam = 1
    before = world.officers.tobytes()
    for u in UNIFORM[::100]:
        assert move_aside(world, index, u) == 0
    assert world.officers.tobytes() == before


@pytest.mark.slow
@pytest.mark.parametrize("moving", [0.0, 0.3])
def test_a_failed_exam_moves_for_certain_and_is_then_settled(world, moving):
    world.mechanisms[0, 0].moving = moving
    world.officers[5].grade = FAILING
    world.officers[5].failed_exam = 1
    before, now_at = world.officers.copy(), []
    for u in UNIFORM:
        restore(world, before)
        assert move_aside(world, 5, u) == 1
        now_at.append(where(world, before["ambition"][5]))
        assert world.officers["moved"].sum() == 2
        assert move_aside(world, now_at[-1], u) == 0
    assert np.bincount(now_at, minlength=7)[4:7].tolist() == [600, 0, 600]


def test_a_failed_exam_shakes_the_post_and_none_leaves_no_trace(district):
    changes = STEADY | {"mechanisms.training.courses": 1 / 12, "traits.capability.sd": 0.0}
    for capability, exam, moved in ((0.4, 1.0, True), (0.6, 1.0, False), (0.4, 0.0, False)):
        settings = {"traits.capability.mean": capability, "mechanisms.training.exam": exam}
        settings |= {"behaviour.course_gain": 0.0, "behaviour.practice": 0.0}
        world = simulate(district.replace(changes | settings), 1).world
        tallies = world.tallies
        assert tallies["not_competent"].sum() == (2 * POSTS if moved else 0)
        # Nobody but a head is alone.
        shaken = world.officers["time_in_post"] == 0
        assert np.all(shaken[world.officers["rank"] > 0] == moved)
        assert not shaken[world.officers["rank"] == 0].any()
        assert (tallies["moved"].sum() > 0) == moved


def test_the_unfit_move_down_rather_than_aside(world):
    world.officers["performance"] = np.linspace(0.9, 0.5, 2 * POSTS)
    world.officers[2].grade = FAILING
    unfit, heir = world.officers["ambition"][[2, 7]]
    assert face_consequences(world, demotion=1.0, moving=1.0).demotions == 1
    assert world.officers["rank"][where(world, unfit)] == 2
    assert where(world, heir) == 2


def test_the_unfit_move_aside_where_they_do_not_move_down(world):
    # The last of three deputies: only those met before stand beside.
    world.officers[3].grade = FAILING
    unfit = world.officers["ambition"][3]
    tally = face_consequences(world, demotion=0.0, moving=1.0)
    assert (tally.demotions, tally.moved) == (0, 1)
    assert where(world, unfit) in (1, 2)


def test_moves_aside_come_as_often_as_moving_says_in_a_government(district):
    # In every department the last of nine is found wanting.
    settings = {
        "mechanisms.accountability.moving": 0.4,
        "organisation.departments": 1000,
        "organisation.ranks": [1, 9],
    }
    world = Plan(district.replace(STEADY | settings)).begin(1)
    world.officers["grade"] = COMPETENT
    world.officers["grade"][9::10] = BASIC
    people = world.officers["ambition"].copy()
    for d in range(1000):
        year_end.face_consequences(world, d, 10 * d, 10 * d + 10, 11)
    moved = world.part_tallies["moved"].sum()
    assert abs(moved / 1000 - 0.4) < 5 * math.sqrt(0.24 / 1000)
    assert np.count_nonzero(world.officers["ambition"][9::10] != people[9::10]) == moved


def test_without_moving_the_unfit_stay_where_they_are(world):
    world.officers["grade"] = FAILING
    before = world.officers.tobytes()
    assert face_consequences(world, moving=0.0).moved == 0
    assert world.officers.tobytes() == before


def reward(world, rewarded, share):
    """Who is graded top, and how far rewards follow it, in the first department."""
    officers = world.officers
    officers["execution_rate"][:POSTS] = [0.9, 0.8, 0.2, *[0.3] * 10]
    officers["grade"][rewarded] = TOP
    world.mechanisms[0, 0].reward = share
    careers.reward(officers, 0, POSTS, world.mechanisms[0, 0], world.settings[0])


@pytest.mark.parametrize(
    ("rewarded", "deserving"), [([0], 1.0), ([0, 1, 2], 2 / 3), ([2, 5], 0.0), ([0, 2], 0.5)]
)
@pytest.mark.parametrize("share", [0.5, 1.0])
def test_rewards_move_belief_in_merit_by_the_share_who_deserve_them(
    world, rewarded, deserving, share
):
    world.officers["merit_belief"] = before = np.linspace(0, 1, 2 * POSTS)
    reward(world, rewarded, share)
    speed = 0.2 * share
    now = before[:POSTS] + speed * (deserving - before[:POSTS])
    assert world.officers["merit_belief"][:POSTS] == pytest.approx(now)
    assert np.array_equal(world.officers["merit_belief"][POSTS:], before[POSTS:])


@pytest.mark.parametrize(("rewarded", "share"), [([0, 1], 0.0), ([], 1.0)])
def test_without_rewards_or_anybody_to_reward_belief_is_as_it_was(world, rewarded, share):
    world.officers["merit_belief"] = before = np.linspace(0, 1, 2 * POSTS)
    reward(world, rewarded, share)
    assert np.array_equal(world.officers["merit_belief"], before)


def test_rewards_teach_that_merit_pays_where_appraisal_sees_real_work(district):
    changes = STEADY | {
        "mechanisms.appraisal.routine": 1.0,
        "traits.merit_belief": {"mean": 0.5, "sd": 0.0},
        "organisation.departments": 40,
        "grading.top_share": 0.2,
        "behaviour.precision": 1.0,
    }
    beliefs = {}
    for substance in (0.0, 1.0):
        sees = {"substance": substance, "show": 0.0, "connection": 1 - substance, "noise": 0.0}
        for share in (0.0, 0.5):
            settings = {"appraisers.superior": sees, "mechanisms.accountability.reward": share}
            officers = simulate(district.replace(changes | settings), 1).world.officers
            work = officers["execution_rate"].reshape(40, POSTS)
            top = officers["grade"].reshape(40, POSTS) == TOP
            deserving = np.mean(
                (work > work.mean(axis=1, keepdims=True))[top].reshape(40, 2), axis=1
            )
            now = officers["merit_belief"].reshape(40, POSTS)
            expected = np.repeat(0.5 + 0.2 * share * (deserving - 0.5), POSTS)
            assert now.ravel() == pytest.approx(expected)
            beliefs[substance, share] = now.mean()
    assert beliefs[1.0, 0.5] == pytest.approx(0.5 + 0.2 * 0.5 * 0.5)
    assert beliefs[0.0, 0.5] < 0.53
    assert beliefs[0.0, 0.0] == beliefs[1.0, 0.0] == 0.5


@pytest.mark.parametrize("unfit", range(1, POSTS))
def test_nobody_is_moved_aside_twice_in_a_year(world, unfit):
    world.officers[unfit].grade = BASIC
    assert face_consequences(world, moving=1.0).moved == 1
    assert np.count_nonzero(world.officers["inertia"] == 0.3) == 2


def test_whoever_moves_down_is_not_moved_aside_in_the_same_year(world):
    world.officers["performance"] = np.linspace(0.9, 0.5, 2 * POSTS)
    world.officers[2].grade = FAILING
    tally = face_consequences(world, demotion=1.0, moving=1.0)
    assert (tally.demotions, tally.moved) == (1, 0)


@pytest.mark.parametrize("unfit", [4, 5, 6])
def test_a_move_aside_spares_nobody_dismissal(world, unfit):
    world.officers[unfit].grade = FAILING
    world.officers[unfit].failing_years = 10
    person = world.officers["ambition"][unfit]
    tally = face_consequences(world, moving=1.0)
    assert tally.dismissals == 1
    assert world.officers["vacant"][where(world, person)]


def test_a_move_aside_gives_nobody_a_second_chance_to_resign(district):
    # Of ten, the last is moved back among the nine; ten draws a department, not eleven.
    settings = {"organisation.departments": 4000, "organisation.ranks": [1, 9]}
    world = Plan(district.replace(STEADY | settings | {"careers.resignation": 0.2})).begin(1)
    world.officers["grade"] = COMPETENT
    world.officers["grade"][9::10] = BASIC
    people = world.officers["ambition"][9::10].copy()
    world.mechanisms[11, 0].moving = 1.0
    for d in range(4000):
        year_end.face_consequences(world, d, 10 * d, 10 * d + 10, 11)
    stayed = world.officers["ambition"][world.officers["vacant"] == 0]
    gone = 1 - np.isin(people, stayed).mean()
    assert abs(gone - 0.2) < 5 * math.sqrt(0.16 / 4000)
