"""Every month of every small world: posts, chains, shares and sums add up; nothing is NaN."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim import Scenario, simulate
from sim.declare import leaves, quantity
from sim.engine import run_months
from sim.levers import flatten
from sim.measures import SERIES
from sim.month import MONTHS_A_YEAR, is_year_end
from sim.parameters import CONDUCTS
from sim.state import (
    GRADES,
    TOP,
    CitizenRecord,
    DepartmentRecord,
    LayerRecord,
    OfficerRecord,
    OutlookRecord,
    TallyRecord,
)
from sim.world import Plan

LEVERS = tuple(Scenario.load("district").levers)
DECLARED = {
    "officers": OfficerRecord,
    "departments": DepartmentRecord,
    "citizens": CitizenRecord,
    "outlooks": OutlookRecord,
    "tallies": TallyRecord,
    "layers": LayerRecord,
}
# Set at the start and never moved again.
FIXED = (
    "department",
    "number_in_department",
    "rank",
    "layer",
    "front",
    "superior",
    "first_subordinate",
    "subordinates",
)
ENOUGH = {"deadline": None, "max_examples": 40, "derandomize": True}

share = st.floats(0.0, 1.0)


def posts(most_ranks):
    below = st.lists(st.integers(1, 6), min_size=1, max_size=most_ranks)
    return below.map(lambda ranks: [1, *ranks])


tiers = st.fixed_dictionaries(
    {
        "tier": st.just("above"),
        "units": st.integers(1, 2),
        "departments": st.integers(1, 3),
        "ranks": posts(1),
    }
)
worlds = st.fixed_dictionaries(
    {
        "organisation.units": st.integers(1, 3),
        "organisation.departments": st.integers(1, 3),
        "organisation.ranks": posts(3),
        "organisation.above": st.lists(tiers, max_size=2),
        "public.citizens": st.integers(1, 8),
        "clock.months": st.integers(10, 40),
        "clock.reform_starts": st.just(0),
        "behaviour.incident": share,
        "behaviour.precision": st.floats(0.0, 20.0),
        "mechanisms.accountability.tracing": share,
        "mechanisms.accountability.climb": share,
        "mechanisms.culture.spread": share,
        "careers.resignation": share,
        "careers.transfer": share,
        "careers.time_in_rank": st.sampled_from([0, 12]),
        "careers.age_mean": st.floats(25.0, 65.0),
        "grading.top_share": st.floats(0.0, 0.5),
        "grading.failing_below": st.floats(0.0, 0.4),
        "grading.basic_below": st.floats(0.0, 0.6),
        "grading.dismissal_years": st.integers(1, 3),
        "mechanisms.accountability.demotion": share,
        "mechanisms.selection.merit": share,
        "start.norm_at_start": share,
    }
)
levers = st.dictionaries(st.sampled_from(LEVERS), share)
seeds = st.integers(0, 2**32 - 1)


def assert_in_range(world):
    for kind, section in DECLARED.items():
        records = getattr(world, kind)
        for name, field in leaves(section):
            declared = quantity(name, field)
            values = records[name]
            assert np.all(np.isfinite(values)), (kind, name)
            for bound, sign in ((declared.low, 1.0), (declared.high, -1.0)):
                if bound is not None:
                    assert np.all(sign * (values - bound) >= -1e-9), (kind, name, values)


def assert_chains_hold(world):
    """Chains of command end at the top; subordinates of one department stand under one superior."""
    officers, departments = world.officers, world.departments
    post = np.arange(len(officers))
    person = post.copy()
    for _ in range(officers["layer"].max() + 1):
        person = np.where(person >= 0, officers["superior"][person], -1)
    assert np.all(person == -1)
    superior = officers["superior"]
    inside = (superior >= 0) & (officers["rank"] > 0)
    number = np.bincount(superior[inside], minlength=len(officers))
    assert np.array_equal(officers["subordinates"], number)
    offset = post - officers["first_subordinate"][superior]
    assert np.all(((offset >= 0) & (offset < number[superior]))[inside])
    assert np.all(officers["rank"][inside] == officers["rank"][superior[inside]] + 1)
    assert np.all(officers["department"][inside] == officers["department"][superior[inside]])
    for rank in np.unique(officers[["department", "rank"]]):
        assert np.ptp(number[officers[["department", "rank"]] == rank]) <= 1
    heads = departments["first_officer"]
    assert np.all(officers["rank"][heads] == 0)
    above = np.where(departments["parent"] >= 0, heads[departments["parent"]], -1)
    assert np.array_equal(superior[heads], above)


def assert_cases_move_up_once(before, world):
    """What climbed beyond a head last month is received one tier up now."""
    parent = world.departments["parent"]
    below = parent >= 0
    for climbed, arrived in (("referred", "received"), ("referred_harm", "received_harm")):
        expected = np.bincount(parent[below], before[climbed][below], len(parent))
        assert world.departments[arrived] == pytest.approx(expected)


def assert_month_adds_up(world, month):
    officers, departments = world.officers, world.departments
    tally = {name: world.tallies[name][month].sum() for name in world.tallies.dtype.names}
    assert tally["officers"] == len(officers)
    assert sum(tally[name] for name in CONDUCTS) == len(officers)
    assert tally["citizens"] == len(world.citizens)
    assert tally["fronts"] == departments["fronts"].sum() == len(world.fronts)
    for name in ("sanctions", "published", "filed"):
        assert tally[name] == departments[name].sum()
    assert officers["sanctioned"].sum() == tally["sanctions"]
    assert officers["wronged"].sum() == tally["unjust_sanctions"]
    assert officers["delivered"].sum() == pytest.approx(tally["delivered"])
    assert officers["substance"].sum() == pytest.approx(tally["substance"])
    assert tally["unjust_sanctions"] <= tally["sanctions"]
    assert tally["upheld"] <= tally["filed"]
    assert tally["trust"] == pytest.approx(world.citizens["trust"].sum())
    assert tally["silent"] == world.citizens["silent"].sum()
    assert tally["reporting"] == tally["fronts"]
    for name in ("officers", "substance", "show", "sanctions", "unjust_sanctions"):
        assert world.layers[name][month].sum() == pytest.approx(tally[name])
    assert np.all(officers["vacant"] == 0)
    if is_year_end(month):
        assert sum(tally[grade] for grade in GRADES) == len(officers)
        left = ("dismissals", "retirements", "resignations", "transfers")
        assert tally["recruits"] == sum(tally[way] for way in left)
    else:
        this_year = world.tallies[month - month % MONTHS_A_YEAR : month + 1]
        assert officers["sanctions"].sum() == this_year["sanctions"].sum()
        assert officers["complaints"].sum() == this_year["upheld"].sum()


def assert_year_is_closed(world, scenario):
    officers = world.officers
    cap = scenario.grading.top_share * world.departments["officers"]
    tops = np.bincount(officers["department"][officers["grade"] == TOP], minlength=len(cap))
    assert np.all(tops <= cap + 1e-9)
    assert np.all(officers["age"] < scenario.careers.retirement_age * MONTHS_A_YEAR)
    assert np.all(officers["failing_years"] < scenario.grading.dismissal_years)
    for name in ("sanctions", "complaints", "work", "displayed", "gravity"):
        assert not officers[name].any()


@settings(**ENOUGH)
@given(changes=worlds, pulled=levers, seed=seeds)
def test_every_month_adds_up(district, changes, pulled, seed):
    scenario = district.replace(changes, pulled)
    world = Plan(scenario).begin(seed)
    fixed = world.officers[list(FIXED)].copy()
    for month in range(scenario.clock.months):
        before = world.departments.copy()
        run_months(world, month, month + 1)
        assert np.array_equal(world.officers[list(FIXED)], fixed)
        assert_in_range(world)
        assert_chains_hold(world)
        assert_cases_move_up_once(before, world)
        assert_month_adds_up(world, month)
        if is_year_end(month):
            assert_year_is_closed(world, scenario)


@settings(**ENOUGH)
@given(changes=worlds, pulled=levers, seed=seeds)
def test_measures_that_are_shares_lie_between_zero_and_one(district, changes, pulled, seed):
    series = simulate(district.replace(changes, pulled), seed).series
    for name in ("execution_rate", "reported_rate", "credibility", "rupture_share", *CONDUCTS):
        assert series[name].between(0.0, 1.0 + 1e-9).all(), name
    assert series[list(CONDUCTS)].sum(axis=1).to_numpy() == pytest.approx(1.0)
    assert set(series) == set(SERIES)


LENGTH = {"clock.months": 26, "clock.reform_starts": 0}


def every_mechanism(district, value):
    keys = flatten(district.mechanisms.model_dump())
    return {f"mechanisms.{key}": value for key in keys}


EXTREMES = {
    "one officer a rank": {"organisation.ranks": [1, 1, 1, 1]},
    "a department of one": {"organisation.ranks": [1]},
    "one citizen": {"public.citizens": 1},
    "a department of a thousand": {
        "organisation.ranks": [1, 9, 90, 900],
        "organisation.departments": 1,
    },
    "five tiers": {
        "organisation.above": [
            {"tier": f"{t}", "units": 1, "departments": 2, "ranks": [1, 2]} for t in range(4)
        ],
        "organisation.units": 3,
        "organisation.departments": 2,
    },
    "a line that ends above": {
        "organisation.above": [{"tier": "top", "units": 1, "departments": 5, "ranks": [1, 2]}],
        "organisation.departments": 3,
    },
    "a tour a month": {"reach.tour_every": 1, "mechanisms.supervision.tours": 1.0},
    "more chiefs than clerks": {"organisation.ranks": [1, 5, 2]},
    "one month": {"clock.months": 1},
    "fifty years": {"clock.months": 600, "organisation.departments": 1},
    "a directive a month": {"directives.life": 1},
    "no citizen matters": {"behaviour.cooperation": 0.0, "behaviour.respect": 0.0},
    "blind choice": {"behaviour.precision": 0.0},
    "sure choice": {"behaviour.precision": 50.0},
    "everything is an incident": {
        "behaviour.incident": 1.0,
        "mechanisms.accountability.tracing": 1.0,
    },
    "all resign": {"careers.resignation": 1.0},
    "all fail": {"grading.failing_below": 1.0, "grading.dismissal_years": 1},
    "all learn at once": {
        "behaviour.practice": 1.0,
        "behaviour.course_gain": 1.0,
        "mechanisms.training.courses": 1.0,
        "mechanisms.training.course_time": 0.0,
    },
    "all unable": {"traits.capability.mean": 0.0, "traits.capability.sd": 0.0},
    "all willing": {"traits.responsibility.mean": 1.0, "traits.responsibility.sd": 0.0},
}


def assert_sound(scenario):
    run = simulate(scenario, 5)
    assert_in_range(simulate(scenario.replace({"clock.months": 1}), 5).world)
    assert_in_range(run.world)
    assert_chains_hold(run.world)
    assert_month_adds_up(run.world, scenario.clock.months - 1)
    assert np.isfinite(run.series.drop(columns="follow_through").to_numpy()).all()


@pytest.mark.parametrize("intensity", [0.0, 1.0])
@pytest.mark.parametrize("extreme", EXTREMES.values(), ids=EXTREMES)
def test_extreme_settings_are_sound_without_and_with_every_lever(district, extreme, intensity):
    assert_sound(district.replace(LENGTH | extreme, dict.fromkeys(LEVERS, intensity)))


@pytest.mark.parametrize("value", [0.0, 1.0])
def test_mechanisms_all_off_and_all_full_are_sound(district, value):
    scenario = district.replace(
        LENGTH | every_mechanism(district, value) | {"mechanisms.appraisal.weights.superior": 1.0}
    )
    assert_sound(scenario)


@pytest.mark.parametrize("only", CONDUCTS)
def test_a_world_of_one_conduct_is_sound_and_knows_no_other(district, only):
    scenario = district.replace(
        LENGTH | {f"conducts.{name}.available": name == only for name in CONDUCTS}
    )
    assert_sound(scenario)
    world = simulate(scenario, 5).world
    assert set(world.officers["previous_conduct"]) == {CONDUCTS.index(only)}
