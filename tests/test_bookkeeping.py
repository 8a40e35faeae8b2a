"""Every month of every small world: posts, chains, shares and sums add up; nothing is NaN."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sound import assert_every_month_adds_up
from test_loops import reduced

from sim import Scenario, shipped, simulate
from sim.kinds import CONDUCTS, PROFILES
from sim.measures import SERIES

LEVERS = tuple(Scenario.load("district").levers)
ENOUGH = {"deadline": None, "max_examples": 40, "derandomize": True}

share = st.floats(0.0, 1.0)


def posts(most_ranks):
    """Posts at each rank, one at the top and never fewer further down."""
    below = st.lists(st.integers(1, 6), min_size=1, max_size=most_ranks)
    return below.map(lambda ranks: [1, *sorted(ranks)])


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
        "mechanisms.accountability.moving": share,
        "mechanisms.training.exam": share,
        "mechanisms.selection.merit": share,
        "start.norm_at_start": share,
    }
)
levers = st.dictionaries(st.sampled_from(LEVERS), share)
seeds = st.integers(0, 2**32 - 1)


@pytest.mark.slow
@settings(**ENOUGH)
@given(changes=worlds, pulled=levers, seed=seeds)
def test_every_month_adds_up(district, changes, pulled, seed):
    assert_every_month_adds_up(district.replace(changes, pulled), seed)


@pytest.mark.slow
@settings(**ENOUGH)
@given(changes=worlds, pulled=levers, seed=seeds)
def test_measures_that_are_shares_lie_between_zero_and_one(district, changes, pulled, seed):
    series = simulate(district.replace(changes, pulled), seed).series
    for name in (
        "execution_rate",
        "reported_rate",
        "credibility",
        "rupture_share",
        *CONDUCTS,
        *PROFILES,
    ):
        assert series[name].between(0.0, 1.0 + 1e-9).all(), name
    for names in (CONDUCTS, PROFILES):
        assert series[list(names)].sum(axis=1).to_numpy() == pytest.approx(1.0)
    assert set(series) == set(SERIES)


@pytest.mark.parametrize("pulled", [False, True], ids=["status quo", "every lever"])
@pytest.mark.parametrize("name", shipped.scenarios())
def test_every_month_of_a_shipped_scenario_adds_up(name, pulled):
    world = assert_every_month_adds_up(reduced(name, pulled), 8)
    for event in ("retirements", "promotions", "recruits", "sanctions"):
        assert world.tallies[event].sum() > 0, event
