"""Answers: the model's own numbers, few replicates first, the last question always answered."""

import asyncio

import numpy as np
import pytest

from sim import compare as model_compare
from sim import simulate
from sim.app import answers as app_answers
from sim.app.answers import (
    DRAWN,
    KEPT,
    Answers,
    ask,
    ask_doubt,
    differences,
    draws_of,
    run_one,
)
from sim.app.latest import Latest
from sim.app.state import Pull, State
from sim.world.plan import Plan
from sim.world.posterior import Posterior


def test_an_answer_is_what_the_model_says(district):
    one = run_one(Plan(district), 1, 0)
    run = simulate(district, 1)
    assert one.paths[0] == pytest.approx(run.series["execution_rate"].to_numpy(), abs=1e-6)
    assert one.ends[3] == run.summary["credibility"]


def test_an_answer_on_a_scenario_with_a_trigger_and_a_series_is_what_the_model_says(district):
    levels = simulate(district, 1).series["credibility"][12:]
    triggered = district.replace(
        {
            "series": {
                "public.expectation": {"months": [20, 22], "first": 20, "values": [1.0, 1.0]}
            },
            "reform": [
                {
                    "lever": "culture",
                    "intensity": 1.0,
                    "start_when": f"credibility < {levels.median():.4f}",
                    "at_most": 30,
                }
            ],
        }
    )
    run = simulate(triggered, 1)
    assert not run.reforms.empty
    one = run_one(Plan(triggered), 1, 0)
    assert one.paths[0] == pytest.approx(run.series["execution_rate"].to_numpy(), abs=1e-6)
    assert one.ends[3] == run.summary["credibility"]


def test_differences_are_paired_as_in_compare(district, finished):
    state = State(runs=4).pull(0, "supervision", Pull(80))
    reference, (found,) = finished(ask(state, True))
    effects = model_compare(district, {"supervision": 0.8}, replicates=4).effects
    theirs = effects.loc[("reform", "credibility")]
    ours = differences(found, reference, ("credibility", "cost"), 1)["credibility"]
    assert (ours.value, ours.low, ours.high) == tuple(theirs[["effect", "low", "high"]])


def test_the_first_answer_is_the_beginning_of_the_full_one(finished):
    state = State().pull(0, "culture", Pull(37))
    _, (first,) = finished(ask(state, False))
    _, (full,) = finished(ask(state, True))
    assert first.replicates < full.replicates
    assert np.array_equal(first.ends, full.ends[: first.replicates])


def test_what_is_kept_is_bounded(finished):
    some = Answers(kept=3)

    async def many():
        for percent in range(1, 9):
            state = State(runs=4).pull(0, "culture", Pull(percent))
            await some.of(state, state.packages[0], 1)

    finished(many())
    assert len(some._runs) == 3
    assert KEPT <= 1000


@pytest.mark.slow
def test_the_last_question_wins_and_none_wait(finished):
    asked = []

    async def slow(question, full):
        asked.append((question, full))
        await asyncio.sleep(0.02)

    async def flood():
        latest = Latest(slow, idle=0.05)
        for number in range(100):
            latest.ask(number)
            await asyncio.sleep(0.001)
        await asyncio.sleep(0.2)

    finished(flood())
    assert asked[-2:] == [(99, False), (99, True)]
    assert len(asked) < 20
    assert [full for _, full in asked].count(True) == 1


@pytest.mark.slow
def test_an_answer_with_doubt_runs_each_replicate_under_its_draw(district, finished):
    keys = ("behaviour.duty", "levers.culture.burden")
    values = np.array([[1.5, 0.0], [3.0, 0.5]])
    drawn = Posterior(keys, values, frozenset(keys[1:]))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(app_answers, "posterior", lambda: drawn)
        draws_of.cache_clear()
        state = State(runs=4).pull(0, "culture", Pull(100))
        found = finished(ask_doubt(state))
    draws_of.cache_clear()
    assert list(found) == ["behaviour", "levers"]
    for doubt, settings in (("behaviour", keys[:1]), ("levers", keys)):
        _, (answer,) = found[doubt]
        assert answer.replicates == DRAWN
        own = district.replace(dict(zip(settings, values[1].tolist(), strict=False)))
        alone = run_one(Plan(own.replace(levers={"culture": 1.0})), 1, 3)
        assert np.array_equal(answer.ends[3], alone.ends)


@pytest.mark.slow
def test_without_draws_of_levers_an_answer_has_doubt_about_behaviour_alone(finished):
    drawn = Posterior(("behaviour.duty",), np.array([[1.5], [3.0]]))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(app_answers, "posterior", lambda: drawn)
        draws_of.cache_clear()
        found = finished(ask_doubt(State(runs=4)))
    draws_of.cache_clear()
    assert list(found) == ["behaviour"]
