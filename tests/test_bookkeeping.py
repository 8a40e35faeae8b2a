"""Every month of every small world: posts, chains, shares and sums add up; nothing is NaN."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim import simulate
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
    OfficerRecord,
    OutlookRecord,
    TallyRecord,
)
from sim.world import Plan

LEVERS = (
    "selection",
    "responsibility",
    "capability",
    "appraisal",
    "accountability",
    "supervision",
    "culture",
    "leadership",
)
DECLARED = {
    "officers": OfficerRecord,
    "departments": DepartmentRecord,
    "citizens": CitizenRecord,
    "outlooks": OutlookRecord,
    "tallies": TallyRecord,
}
# Set at the start and never moved again.
FIXED = (
    "department",
    "number_in_department",
    "rank",
    "superior",
    "first_subordinate",
    "subordinates",
)
ENOUGH = {"deadline": None, "max_examples": 40, "derandomize": True}

share = st.floats(0.0, 1.0)
worlds = st.fixed_dictionaries(
    {
        "organisation.departments": st.integers(1, 3),
        "organisation.ranks": st.lists(st.integers(1, 6), min_size=1, max_size=3).map(
            lambda below: [1, *below]
        ),
        "public.citizens": st.integers(1, 8),
        "clock.months": st.integers(10, 40),
        "clock.reform_starts": st.just(0),
        "behaviour.incident": share,
        "behaviour.precision": st.floats(0.0, 20.0),
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


def assert_chains_hold(officers):
    posts = np.arange(len(officers))
    person = posts.copy()
    for _ in range(officers["rank"].max() + 1):
        person = np.where(person >= 0, officers["superior"][person], -1)
    assert np.all(person == -1)
    below = officers["superior"] >= 0
    assert np.array_equal(
        officers["subordinates"],
        np.bincount(officers["superior"][below], minlength=len(officers)),
    )
    offset = posts - officers["first_subordinate"][officers["superior"]]
    assert np.all((offset >= 0)[below])
    assert np.all((offset < officers["subordinates"][officers["superior"]])[below])
    assert np.all(officers["rank"][below] == officers["rank"][officers["superior"][below]] + 1)


def assert_month_adds_up(world, month):
    officers, departments = world.officers, world.departments
    tally = {name: world.tallies[name][month].sum() for name in world.tallies.dtype.names}
    assert tally["officers"] == len(officers)
    assert sum(tally[name] for name in CONDUCTS) == len(officers)
    assert tally["citizens"] == len(world.citizens)
    assert tally["fronts"] == departments["fronts"].sum() == len(world.fronts)
    for name in ("sanctions", "published", "filed"):
        assert tally[name] == departments[name].sum()
    assert tally["unjust_sanctions"] <= tally["sanctions"]
    assert tally["upheld"] <= tally["filed"]
    assert tally["trust"] == pytest.approx(world.citizens["trust"].sum())
    assert tally["silent"] == world.citizens["silent"].sum()
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
        run_months(world, month, month + 1)
        assert np.array_equal(world.officers[list(FIXED)], fixed)
        assert_in_range(world)
        assert_chains_hold(world.officers)
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
    "all unable": {"traits.capability.mean": 0.0, "traits.capability.sd": 0.0},
    "all willing": {"traits.responsibility.mean": 1.0, "traits.responsibility.sd": 0.0},
}


def assert_sound(scenario):
    run = simulate(scenario, 5)
    assert_in_range(run.world)
    assert_chains_hold(run.world.officers)
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
