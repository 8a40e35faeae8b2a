"""Links: what was written is read back; what makes no sense is refused in one line."""

from dataclasses import replace
from urllib.parse import parse_qs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.app import worlds
from sim.app.state import CONDUCT, LONGEST_LINK, PROFILE, Pull, State, during, reforms
from sim.app.table_reading import MOST_POSTS
from sim.errors import BadInput
from sim.world.scenario import Scenario


def read(query):
    parts = parse_qs(query, keep_blank_values=True)
    return State.read({key: value[0] for key, value in parts.items()}, parts.get("p", []))


@st.composite
def states(draw):
    state = State().moved_to(draw(st.sampled_from(sorted(worlds.offered()))))
    world = worlds.scenario(state.scenario)
    packages = ((),) * draw(st.integers(1, 4))
    state = replace(state, packages=packages, seed=draw(st.integers(0, 2**32 - 1)))
    state = replace(state, by=draw(st.sampled_from((CONDUCT, PROFILE))))
    state = replace(state, predicted=draw(st.integers(-1, 2)), ran=draw(st.integers(0, 1)))
    for _ in range(draw(st.integers(0, 5))):
        first = draw(st.none() | st.integers(0, world.clock.months - 2))
        end = draw(st.none() | st.integers((first or 0) + 1, world.clock.months))
        pull = Pull(draw(st.integers(0, 100)), first, end)
        if during(pull, world)[0] < during(pull, world)[1]:
            package = draw(st.integers(0, len(state.packages) - 1))
            state = state.pull(package, draw(st.sampled_from(sorted(world.levers))), pull)
    return state


def test_what_a_link_does_not_know_is_ignored():
    assert read("s=bureau&utm_source=mail&nothing=1&lang=zh") == read("s=bureau")


@pytest.mark.slow
@given(states())
def test_a_link_restores_the_exact_state(state):
    assert read(state.query()) == state


HOSTILE = [
    "s=nowhere",
    "s=/etc/passwd",
    "s=../../etc/passwd",
    "s=district.toml",
    "s=scenarios/district.toml",
    "s=state",
    "s=province",
    "s=" + "a" * 50,
    "s=%00",
    "p=culture:101",
    "p=culture:-1",
    "p=culture:1e9",
    "p=culture:nan",
    "p=culture",
    "p=culture:50:60:12",
    "p=culture:50:0:9999",
    "p=culture:50:12:60:1",
    "p=culture:50,culture:40",
    "p=cultur:50",
    "p=__class__:50",
    "p=&p=&p=&p=&p=",
    "n=1000000",
    "n=0",
    "n=1",
    "n=" + "9" * 500,
    "seed=-1",
    "seed=4294967296",
    "seed=１",
    "cut=0",
    "cut=101",
    "shock=120",
    "month=121",
    "month=1.5",
    "who=501",
    "a=3",
    "ran=2",
    "p=" + "culture:50," * LONGEST_LINK,
]


@pytest.mark.parametrize("query", HOSTILE, ids=lambda query: query[:30])
def test_what_makes_no_sense_is_refused_in_one_short_line(query):
    with pytest.raises(BadInput) as refused:
        read(query)
    assert "\n" not in str(refused.value)
    assert len(str(refused.value)) < 400


def test_a_scenario_with_a_reform_of_its_own_is_first_shown_with_it():
    state = State().moved_to("responsibility_storm")
    assert dict(state.packages[0])["supervision"] == Pull(100, 36, 48)
    assert state == read("s=responsibility_storm")
    assert read("s=responsibility_storm&p=").packages == ((),)
    assert state.moved_to("district") == State()


@pytest.mark.parametrize(
    "name", ["responsibility_storm", "responsibility_storm_lasting", "one_window"]
)
def test_levers_give_a_scenario_its_own_reform(name):
    world = worlds.scenario(name)
    given = reforms(State.start(name).packages[0], world)
    assert sorted(given, key=lambda one: one.lever) == sorted(
        Scenario.load(name).reform, key=lambda one: one.lever
    )


def test_months_of_a_lever_reach_the_reform():
    state = State().pull(0, "supervision", Pull(80, 24, 60))
    (reform,) = reforms(state.packages[0], worlds.scenario("district"))
    assert (reform.lever, reform.intensity, reform.months) == ("supervision", 0.8, (24, 60))


def test_only_worlds_small_enough_are_on_offer():
    assert {"state", "province"}.isdisjoint(worlds.offered())
    assert max(world.total_posts for world in worlds.offered().values()) <= MOST_POSTS
