"""The spiral of inaction and lost credibility, by twin runs that differ by one shock to trust."""

import numpy as np
import pytest

from sim import Scenario
from sim.machine.loop import run_months
from sim.world.plan import Plan
from tests.plain import NO_FEEDBACK

SHOCK, END, CUT = 24, 72, 0.3
REPLICATES = 6


def path(plan, replicate, cut):
    """Execution and credibility by month, with everybody's trust cut in one month."""
    world = plan.begin(1, replicate)
    run_months(world, 0, SHOCK)
    trust = np.maximum(0.0, world.citizens["trust"] - cut)
    world.citizens["trust"] = trust
    for d, department in enumerate(world.departments):
        first, number = department.first_citizen, department.citizens
        own = world.citizens[first : first + number]
        world.departments["credibility"][d] = own["trust"].mean()
        world.departments["willing"][d] = np.where(own["silent"] == 0, own["trust"], 0.0).mean()
    run_months(world, SHOCK, END)
    tallies = world.tallies[SHOCK:END, 0]
    return tallies["delivered"] / tallies["fronts"], tallies["trust"] / tallies["citizens"]


def shocked(name, changes=None):
    """Paired differences of execution and credibility, arrays of shape (replicates, months)."""
    scenario = Scenario.load(name).replace({"clock.months": END} | (changes or {}))
    plan = Plan(scenario)
    pairs = [
        (path(plan, replicate, CUT), path(plan, replicate, 0.0)) for replicate in range(REPLICATES)
    ]
    execution = np.array([with_cut[0] - without[0] for with_cut, without in pairs])
    credibility = np.array([with_cut[1] - without[1] for with_cut, without in pairs])
    return execution, credibility


@pytest.mark.slow
@pytest.mark.parametrize("name", ["district", "vicious_circle"])
def test_trust_cut_once_costs_execution_and_trust_again(name):
    """Tasks are harder by ``lost``, the help withheld; that costs two fifths of it in execution."""
    lost = CUT * Scenario.load(name).behaviour.cooperation
    execution, credibility = shocked(name)
    assert (execution[:, :12].mean(axis=1) < -0.4 * lost).all()
    _, alone = shocked(name, NO_FEEDBACK)
    further = credibility[:, 24:36].mean(axis=1) - alone[:, 24:36].mean(axis=1)
    assert (further < -0.1 * lost).all()


def test_the_more_hangs_on_citizens_help_the_more_a_cut_costs():
    weak, _ = shocked("district", {"behaviour.cooperation": 0.1})
    strong, _ = shocked("district", {"behaviour.cooperation": 0.6})
    assert (strong[:, :12].mean(axis=1) < weak[:, :12].mean(axis=1) - 0.02).all()


def test_without_cooperation_and_respect_a_cut_of_trust_leaves_execution_bit_for_bit_the_same():
    """Nor by petitions, enforcement, applicants or complaints: it then reaches no officer."""
    quiet = NO_FEEDBACK | {
        "mechanisms.supervision.openness": 0.0,
        "public.attribution": 0.0,
    }
    execution, credibility = shocked("district", quiet)
    assert (execution == 0.0).all()
    assert (credibility[:, 0] < -0.2).all()
    assert (np.abs(credibility[:, -1]) < np.abs(credibility[:, 0]) / 2).all()
