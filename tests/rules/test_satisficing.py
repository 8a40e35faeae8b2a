"""Satisficing: the first conduct that is good enough, against an aspiration that adapts."""

import numpy as np
import pytest

from sim import Scenario, simulate
from sim.kinds import CONDUCTS
from sim.mechanisms.satisficing import satisfice, search
from sim.world.plan import Plan

N = len(CONDUCTS)
WORTH = [0.1, 0.5, 0.3, 0.9, 0.2]


@pytest.fixture
def world():
    return Plan(Scenario.load("bureau").replace({"satisficing.aspiration_speed": 0.25})).begin(1)


@pytest.fixture
def choice(world):
    chosen = world.choices[0]
    chosen.worth[:] = WORTH
    chosen.draws[0] = 0.0
    return chosen


@pytest.mark.parametrize("previous", range(N))
def test_last_months_conduct_is_kept_while_it_is_good_enough(world, choice, previous):
    for luck in (0.01, 0.5, 0.99):
        choice.draws[0] = luck
        assert search(previous, choice, world.conducts, WORTH[previous]) == previous


def test_else_the_first_that_is_good_enough_is_taken_and_not_the_best(world, choice):
    # From the conduct drawn, around; 1 and 3 are good enough.
    for begin, expected in enumerate((1, 1, 3, 3, 1)):
        choice.draws[0] = (begin + 0.5) / N
        assert search(0, choice, world.conducts, 0.4) == expected


def test_where_none_is_good_enough_the_best_is_taken(world, choice):
    for luck in np.linspace(0.01, 0.99, 2 * N):
        choice.draws[0] = luck
        assert search(0, choice, world.conducts, 1.0) == 3


def test_what_is_not_available_is_never_taken(world, choice):
    world.conducts["available"][:] = [0, 1, 1, 0, 1]
    assert search(3, choice, world.conducts, 0.05) in (1, 2, 4)
    assert search(3, choice, world.conducts, 5.0) == 1


@pytest.mark.parametrize("aspiration", [-1.0, 0.0, 2.0])
def test_aspiration_moves_towards_what_the_conduct_taken_is_worth(world, choice, aspiration):
    officer = world.officers[0]
    officer.previous_conduct = 0
    officer.aspiration = aspiration
    got = WORTH[satisfice(officer, choice, world, 3)]
    assert officer.aspiration == pytest.approx(aspiration + 0.25 * (got - aspiration))


def test_whoever_enters_a_post_begins_with_the_aspiration_of_entry():
    settings = {"satisficing.aspiration_at_entry": -3.5, "careers.resignation": 0.5}
    scenario = Scenario.load("bureau").replace(settings | {"clock.months": 12})
    assert set(Plan(scenario).begin(1).officers["aspiration"]) == {-3.5}
    world = simulate(scenario, 1, decide="satisficing").world
    recruits = int(world.tallies["recruits"].sum() + world.tallies["arrivals"].sum())
    assert 0 < recruits < len(world.officers)
    assert np.count_nonzero(world.officers["aspiration"] == -3.5) == recruits


def test_those_content_with_anything_go_on_as_they_began():
    content = {"satisficing.aspiration_at_entry": -20.0, "satisficing.aspiration_speed": 0.0}
    scenario = Scenario.load("bureau").replace(content | {"clock.months": 11})
    began = Plan(scenario).begin(1).officers["conduct"]
    ended = simulate(scenario, 1, decide="satisficing").world.officers["conduct"]
    assert ended.tolist() == began.tolist()


def test_with_aspirations_out_of_reach_everybody_takes_the_best():
    # In one department a few who choose otherwise by chance are followed by the rest.
    greedy = {"organisation.departments": 8, "public.citizens": 160}
    greedy |= {"satisficing.aspiration_at_entry": 20.0, "satisficing.aspiration_speed": 0.0}
    scenario = Scenario.load("bureau").replace(greedy | {"clock.months": 30})
    sharp = scenario.replace({"behaviour.precision": 50.0, "clock.months": 30})
    best = simulate(scenario, 1, decide="satisficing").series
    nearly = simulate(sharp, 1).series
    assert best["faithful"].to_numpy() == pytest.approx(nearly["faithful"].to_numpy(), abs=0.05)
    assert len(set(best["faithful"])) > 1
