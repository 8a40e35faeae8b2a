"""What the shipped district shows with all its mechanisms, and not without what is meant."""

from functools import cache

import numpy as np
import pytest

from sim import Scenario, simulate
from sim.kinds import CONDUCTS
from sim.mechanisms import caseload
from sim.world.plan import Plan
from tests.rules.test_leadership import effect_of_ability

DISTRICT = Scenario.load("district")
REPLICATES = 8
MANY = 48


@cache
def means(changes=(), levers=()):
    """Means of all measures over replicates on common draws, by name."""
    plan = Plan(DISTRICT.replace(dict(changes), dict(levers)))
    runs = [simulate(plan, 1, replicate).summary for replicate in range(REPLICATES)]
    return {name: np.mean([run[name] for run in runs]) for name in runs[0].index}


def cost_of_time(**behaviour):
    """Share of execution that a hundredth of everybody's time costs, over the last five years.

    So many months and replicates bring the standard error below a twentieth of a per cent.
    """
    own = {f"behaviour.{name}": value for name, value in behaviour.items()} | {"clock.observed": 60}
    meetings = {"mechanisms.leadership.meetings": 0.01 + DISTRICT.mechanisms.leadership.meetings}
    plans = [Plan(DISTRICT.replace(own | more)) for more in ({}, meetings)]
    before, after = (
        np.array([simulate(plan, 1, one).summary["execution_rate"] for one in range(MANY)])
        for plan in plans
    )
    return float(np.mean(1.0 - after / before))


def widest(**behaviour):
    """Largest share of officers with one conduct under any lever alone at full strength."""
    own = tuple((f"behaviour.{name}", value) for name, value in behaviour.items())
    reached = [means(own, ((lever, 1.0),)) for lever in DISTRICT.levers]
    return max(one[name] for one in reached for name in CONDUCTS)


@pytest.mark.slow
def test_one_per_cent_of_everybodys_time_costs_at_most_one_and_a_half_per_cent_of_execution():
    """A shorter month takes its effort with it; where burden comes on top, it costs more."""
    assert 0.0 < cost_of_time() <= 0.015
    assert cost_of_time(in_working_hours=0.0) > cost_of_time() + 0.003


@pytest.mark.slow
def test_no_lever_alone_carries_any_conduct_beyond_eighty_five_in_a_hundred_officers():
    """In no administration do all officers act in one way; without tastes they nearly would."""
    assert widest() < 0.85
    assert widest(taste=0.0) > 0.9


def test_a_standard_deviation_of_a_heads_ability_moves_its_department_by_5_to_15_per_cent():
    """Fenizia (2022) finds a tenth; without guidance a head counts as one officer of many."""
    scenario = DISTRICT.replace({"clock.months": 24})
    assert 0.05 < effect_of_ability(scenario) < 0.15
    assert effect_of_ability(scenario.replace({"behaviour.guidance": 0.0})) < 0.03


POSTS, TRACING = "mechanisms.posts.", "mechanisms.accountability.tracing"


def gain_of_pinning(**behaviour):
    """What clear posts add to execution where incidents are traced and no task lacks an owner."""
    none = {f"{POSTS}overlap": 0.0, f"{POSTS}vacuum": 0.0, TRACING: 0.6}
    none |= {f"behaviour.{name}": value for name, value in behaviour.items()}
    clear, blurred = (
        means(tuple((none | {f"{POSTS}clarity": clarity}).items()))["execution_rate"]
        for clarity in (0.95, 0.2)
    )
    return clear - blurred


@pytest.mark.slow
def test_pinning_tasks_on_persons_raises_execution_most_of_all_by_ending_buck_passing():
    """推诿: what unclear posts leave open is passed on by officers who fear to be blamed for it."""
    gain = gain_of_pinning(omission_weight=0.3)
    assert gain > 0.03
    assert 0.0 < gain_of_pinning(omission_weight=0.3, buck_passing=0.0) < 0.5 * gain


@pytest.mark.slow
def test_the_less_omission_weighs_the_less_accountability_does_for_execution():
    """Omission bias (Spranca, Minsk & Baron 1991) is what makes accountability backfire.

    Where only acting is blamed, hard accountability drives officers into inaction (Wang 2022);
    where inaction is blamed as much, it deters inaction. How large this is depends on fear and on
    what supervision detects, and is tested where these are fixed (tests/rules).
    """
    full = (("accountability", 1.0),)
    gains, idle = [], []
    for weight in (0.0, 0.1, 1.0):
        weighed = (("behaviour.omission_weight", weight),)
        before, after = means(weighed), means(weighed, full)
        gains.append(after["execution_rate"] - before["execution_rate"])
        idle.append(after["idle"] - before["idle"])
    assert gains[0] < 0.0 < gains[2]
    assert gains[0] < gains[1] < gains[2]
    assert idle[0] > 0.0 > idle[2]
    assert idle[0] > idle[1] > idle[2]


def test_citizens_alone_fill_about_a_month_of_each_counter():
    """As docs/odd.md says in 7.30: a caseload of one is where each citizen begins to get less."""
    world = Plan(DISTRICT).begin(1)
    department = world.departments[0]
    department.heard = 0
    caseload.share_out(department, world.mechanisms[0, 0], world.settings[0])
    assert department.caseload == pytest.approx(1.0, abs=0.1)
