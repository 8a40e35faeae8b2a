"""Imitation: a colleague's conduct of last month, above all that of a successful one."""

from collections import Counter

import numpy as np
import pytest

from sim import Scenario, simulate
from sim.kinds import CONDUCTS, FAILING, TOP
from sim.mechanisms.conduct import choose
from sim.mechanisms.imitation import imitate
from sim.world.plan import Plan

DRAWS = 400


def begun(copying=1.0, bias=1.0):
    settings = {"imitation.copying": copying, "imitation.success_bias": bias}
    return Plan(Scenario.load("bureau").replace(settings)).begin(1)


def decided(world, post=3):
    """What an officer decides, over many months' draws."""
    officer = world.officers[post]
    choice = world.choices[officer.number_in_department]
    choice.upto[:] = np.arange(1.0, len(CONDUCTS) + 1.0)
    choice.draws[0] = 0.5
    return Counter(imitate(officer, choice, world, month) for month in range(DRAWS))


def test_a_colleague_is_copied_each_as_often_as_any_other():
    world = begun(bias=0.0)
    officers = world.officers
    others = [post for post in range(len(officers)) if post != 3]
    officers["previous_conduct"][:] = 1
    officers["previous_conduct"][3] = 4
    copied = officers["previous_conduct"]
    copied[others[: len(others) // 2]] = 2
    found = decided(world)
    assert set(found) == {1, 2}
    share = (len(others) // 2) / len(others)
    assert found[2] / DRAWS == pytest.approx(share, abs=4 * np.sqrt(0.25 / DRAWS))


def test_those_with_a_worse_grade_are_not_copied_as_far_as_success_counts():
    for bias, expected in ((1.0, 1.0), (0.25, 0.25), (0.0, 0.0)):
        world = begun(bias=bias)
        world.officers["previous_conduct"][:] = 2
        world.officers["previous_conduct"][3] = 4
        world.officers["grade"][:] = FAILING
        world.officers["grade"][3] = TOP
        own = decided(world)[4] / DRAWS
        assert own == pytest.approx(expected, abs=4 * np.sqrt(0.25 / DRAWS))


def test_those_with_a_better_grade_are_copied_always():
    world = begun()
    world.officers["previous_conduct"][:] = 2
    world.officers["previous_conduct"][3] = 4
    world.officers["grade"][:] = TOP
    world.officers["grade"][3] = FAILING
    assert decided(world) == {2: DRAWS}


def test_in_the_other_months_an_officer_weighs_by_itself():
    world = begun(copying=0.3)
    world.officers["previous_conduct"][:] = 0
    found = decided(world)
    logit = choose(world.choices[world.officers[3].number_in_department])
    assert logit != 0
    assert found[logit] / DRAWS == pytest.approx(0.7, abs=4 * np.sqrt(0.25 / DRAWS))
    assert found[0] + found[logit] == DRAWS


def test_a_conduct_that_is_not_available_is_not_copied():
    world = begun()
    world.officers["previous_conduct"][:] = 1
    world.conducts["available"][1] = 0
    assert 1 not in decided(world)


def test_whoever_is_alone_weighs_by_itself():
    alone = {"organisation.departments": 1, "organisation.ranks": [1], "clock.months": 24}
    scenario = Scenario.load("bureau").replace(alone | {"imitation.copying": 1.0})
    copied = simulate(scenario, 1, decide="imitation").world.officers
    assert copied.tobytes() == simulate(scenario, 1).world.officers.tobytes()


def test_where_nobody_copies_the_run_is_that_of_the_logit():
    scenario = Scenario.load("bureau").replace({"imitation.copying": 0.0})
    imitating, usual = simulate(scenario, 2, decide="imitation"), simulate(scenario, 2)
    assert imitating.world.officers.tobytes() == usual.world.officers.tobytes()


def test_where_all_only_copy_no_conduct_appears_that_nobody_had():
    scenario = Scenario.load("bureau").replace({"imitation.copying": 1.0, "clock.months": 11})
    began = set(Plan(scenario).begin(1).officers["conduct"].tolist())
    assert len(began) < len(CONDUCTS)
    run = simulate(scenario, 1, decide="imitation")
    assert set(run.world.officers["conduct"].tolist()) <= began
