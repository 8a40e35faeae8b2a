"""Extreme settings run soundly, or are refused with a clear line."""

import numpy as np
import pandas as pd
import pytest
from sound import assert_chains_hold, assert_in_range, assert_month_adds_up

from sim import BadInput, Scenario, simulate
from sim.kinds import CONDUCTS
from sim.world.levers import flatten

LEVERS = tuple(Scenario.load("district").levers)
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
    "as many chiefs as clerks": {"organisation.ranks": [1, 5, 5]},
    "one month": {"clock.months": 1},
    "fifty years": {"clock.months": 600, "organisation.departments": 1},
    "a directive a month": {"directives.life": 1},
    "leaders who all leave each year, and all others their clients": {
        "organisation.ranks": [1, 1, 1, 3],
        "behaviour.ties": 1.0,
        "behaviour.new_patron": 1.0,
        "careers.transfer": 1.0,
    },
    "four directives at once": {
        "directives.at_once": 4,
        "directives.hard": 0.5,
        "directives.measurability": 0.05,
        "directives.workload": 0.1,
        "behaviour.switching": 0.3,
        "behaviour.meeting_pull": 50.0,
        "behaviour.tournament": 1.0,
        "behaviour.age_ceiling": 30.0,
    },
    "four directives that time is not enough for": {
        "directives.at_once": 4,
        "directives.hard": 0.0,
        "directives.measurability": 0.05,
        "directives.life": 1,
        "behaviour.switching": 0.3,
        "behaviour.tournament": 1.0,
    },
    "every word about promotion is believed": {
        "behaviour.announced": 1.0,
        "levers.selection.ramp": 0,
    },
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
    "heads matter and reports are believed": {
        "behaviour.guidance": 1.0,
        "structure.reports": "acted on",
        "reporting.acted_on": 1.0,
        "organisation.above": [{"tier": "top", "units": 1, "departments": 5, "ranks": [1, 2]}],
        "organisation.departments": 3,
    },
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


REFUSED = {
    "no month": ({"clock.months": 0}, "clock.months.*0.*at least 1"),
    "beyond five hundred years": ({"clock.months": 6001}, "clock.months.*6001.*at most 6000"),
    "no citizen": ({"public.citizens": 0}, "public.citizens.*0.*at least 1"),
    "no officer at a rank": ({"organisation.ranks": [1, 0, 3]}, "every rank needs at least one"),
    "two heads": ({"organisation.ranks": [2, 4]}, "exactly one post"),
    "more ranks than there are": ({"organisation.ranks": [1] * 101}, "organisation.ranks"),
    "more chiefs than clerks": (
        {"organisation.ranks": [1, 5, 2]},
        "rank 3 has 2 posts and the rank above it 5, so some superiors would have no subordinates",
    ),
}


@pytest.mark.parametrize(("settings", "expected"), REFUSED.values(), ids=REFUSED)
def test_what_cannot_be_is_refused_in_one_line(district, settings, expected):
    with pytest.raises(BadInput, match=expected) as refused:
        district.replace(settings)
    assert str(refused.value).count("\n") == 0


def test_more_chiefs_than_clerks_may_be_given_as_a_table_of_posts(write):
    chiefs = [f"Chief {number}" for number in range(5)]
    posts = pd.DataFrame(
        {
            "post": ["Head", *chiefs, "Clerk 1", "Clerk 2"],
            "superior": ["", *["Head"] * 5, chiefs[0], chiefs[3]],
            "department": "Office",
        }
    )
    write("posts.csv", posts.to_csv(index=False))
    file = write("own.toml", 'extends = "district"\n[organisation]\nposts = "posts.csv"\n')
    run = simulate(Scenario.load(file).replace({"clock.months": 26}), 5)
    assert_in_range(run.world)
    assert_chains_hold(run.world, generated=False)
    assert_month_adds_up(run.world, 25)
    assert np.isfinite(run.series.drop(columns="follow_through").to_numpy()).all()
