import numpy as np
import pytest

from sim import simulate
from sim.engine import run_months
from sim.month import observe, take_stock_of_trust
from sim.parameters import CONDUCTS, PROFILES
from sim.rules import observation
from sim.state import TALLY
from sim.world import Plan

SMALL = {
    "organisation.departments": 3,
    "organisation.ranks": [1, 2, 6],
    "clock.months": 5,
    "behaviour.incident": 0.9,
    "mechanisms.accountability.tracing": 1.0,
    "mechanisms.supervision.openness": 0.0,
}


@pytest.fixture
def world(district):
    world = Plan(district.replace(SMALL | {"behaviour.precision": 1.0})).begin(1)
    run_months(world, 0, 4)
    return world


def test_observation_changes_nothing_but_the_sums(world):
    before = {
        name: getattr(world, name).tobytes() for name in ("officers", "departments", "citizens")
    }
    tallies = world.tallies.copy()
    for d in range(3):
        observe(world, d, 4)
    for name, state in before.items():
        assert getattr(world, name).tobytes() == state
    assert world.tallies[4].tobytes() != tallies[4].tobytes()
    assert world.tallies[:4].tobytes() == tallies[:4].tobytes()


def test_what_is_observed_is_the_sum_of_the_records(world):
    tally = world.tallies[3, 0]
    for name in ("substance", "show", "delivered", "capability", "responsibility", "inertia"):
        assert tally[name] == pytest.approx(world.officers[name].sum())
    for name in ("connection", "merit_belief", "perceived_risk"):
        assert tally[name] == pytest.approx(world.officers[name].sum())
    for k, name in enumerate(CONDUCTS):
        assert tally[name] == np.count_nonzero(world.officers["conduct"] == k)
    profiles = [tally[name] for name in PROFILES]
    assert sum(profiles) == len(world.officers)
    for name in ("burden", "norm", "validity"):
        assert tally[name] == pytest.approx(9 * world.departments[name].sum())
    heads = world.officers["report"][world.officers["rank"] == 0]
    assert tally["reported"] == pytest.approx(6 * heads.sum())


def test_trust_is_observed_and_becomes_credibility(world):
    assert world.tallies[3, 0]["trust"] == pytest.approx(world.citizens["trust"].sum())
    world.citizens["silent"][:] = np.arange(len(world.citizens)) % 2
    for d in range(3):
        take_stock_of_trust(world, d, 4)
    trust = world.citizens["trust"].reshape(3, -1)
    assert world.departments["credibility"] == pytest.approx(trust.mean(axis=1))
    speaking = np.where(world.citizens["silent"].reshape(3, -1), 0.0, trust)
    assert world.departments["willing"] == pytest.approx(speaking.mean(axis=1))
    assert world.tallies[4, 0]["silent"] == len(world.citizens) // 2


SOUND = dict.fromkeys(("responsibility", "ambition", "capability", "inertia", "connection"), 0.5)
THIRD_STATE = {
    "unprincipled": {"responsibility": 0.1, "ambition": 0.1, "connection": 0.9},
    "driftless": {"ambition": 0.1, "capability": 0.1},
    "unable": {"capability": 0.1, "inertia": 0.9},
    "exhausted": {"inertia": 0.9, "connection": 0.9},
    "fixer": {"connection": 0.9},
    "sound": {},
}


@pytest.mark.parametrize("profile", THIRD_STATE)
def test_an_officer_has_the_first_profile_of_the_third_state_that_fits(district, profile):
    marks = {f"profiles.{name}_below": 0.3 for name in ("unprincipled", "driftless", "unable")}
    marks |= {f"profiles.{name}_above": 0.7 for name in ("exhausted", "fixer")}
    world = Plan(district.replace(marks)).begin(1)
    officer, tally = world.officers[0], np.zeros(1, TALLY)[0]
    for name, value in (SOUND | THIRD_STATE[profile]).items():
        officer[name] = value
    observation.observe_profile(officer, world.settings[0], tally)
    assert [name for name in PROFILES if tally[name]] == [profile]


def test_layers_add_up_to_the_whole(world):
    layers, officers = world.layers[3], world.officers
    for rank in range(3):
        here = officers[officers["rank"] == rank]
        layer = layers[here["layer"][0]]
        assert layer["officers"] == len(here)
        for name in ("substance", "show", "report"):
            assert layer[name] == pytest.approx(here[name].sum())
        content = here["delivered" if rank == 2 else "content"]
        assert layer["content"] == pytest.approx(content.sum())
        assert layer["sanctions"] == here["sanctioned"].sum()
        assert layer["unjust_sanctions"] == here["wronged"].sum()
        engaged = world.conducts["engagement"][here["conduct"]]
        assert layer["engaged"] == pytest.approx(engaged.sum())
    assert officers["sanctioned"].any()
    for name in ("officers", "substance", "show", "sanctions", "unjust_sanctions"):
        assert layers[name].sum() == pytest.approx(world.tallies[name][3].sum())


@pytest.mark.parametrize(
    ("life", "early", "late"), [(9, 3, 3), (3, 1, 1), (10, 4, 4), (1, 1, 0), (2, 1, 1)]
)
def test_follow_through_compares_the_ends_of_a_directives_life(world, life, early, late):
    department, settings = world.departments[0], world.settings[0]
    settings.life = life
    tally = np.zeros(1, TALLY)[0]
    for department.directive_age in range(life):
        observation.observe_department(
            department, world.officers[0], 1.0, 2.0, world.mechanisms[0, 0], settings, tally
        )
    assert tally.early_fronts == 6 * early
    assert tally.late_fronts == 6 * late
    assert (tally.early, tally.late) == (2 * early, 2 * late)


def test_levers_cost_what_they_say(district):
    lever = "capability"
    burden, cost = district.levers[lever].burden, district.levers[lever].cost
    changes = SMALL | {"clock.reform_starts": 0, f"levers.{lever}.ramp": 1}
    dear = district.replace(changes | {f"levers.{lever}.cost": cost + 1.0}, {lever: 0.5})
    cheap = district.replace(changes, {lever: 0.5})
    assert simulate(dear, 1).summary["cost"] - simulate(cheap, 1).summary["cost"] == pytest.approx(
        0.5
    )
    busy = district.replace(changes | {f"levers.{lever}.burden": burden + 0.1}, {lever: 0.5})
    assert simulate(busy, 1).summary["burden"] == pytest.approx(
        simulate(cheap, 1).summary["burden"] + 0.05
    )
