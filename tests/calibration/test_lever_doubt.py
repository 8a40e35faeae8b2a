"""Values of levers are drawn with behaviour, from priors that have sources."""

import numpy as np
import pandas as pd
import pytest

from sim import shipped
from sim.calibration.calibration import Calibration
from sim.calibration.lever_doubt import LeverDoubt, LeverPriors, evenly, kept
from sim.calibration.patterns import Patterns
from sim.calibration.recovery import of_priors
from sim.calibration.sampler import Sampling
from sim.calibration.size import Size
from sim.errors import BadInput
from sim.reforms.published import reforms
from sim.world.levers import flatten, is_multiple
from sim.world.posterior import Posterior
from sim.world.scenario import Scenario
from tests.calibration.test_command import PATTERNS, SCENARIO

DISTRICT = shipped.folder("experiments") / "calibration" / "levers" / "district.toml"
SIZE = Size(candidates=32, draws=6, starts=4, trials=20, generations=1, members=1, repeats=2)
PRIORS = """
[lever.leadership]
burden = { low = 0.0, high = 0.02, basis = "assumed", source = "assumed", reading = "r" }
cost = { low = 0.0, high = 0.05, basis = "assumed", source = "assumed", reading = "r" }

[lever.leadership.full]
"leadership.drive" = { low = 0.35, high = 1.0, basis = "spread", source = "s", reading = "r" }

[status_quo]
"posts.vacuum" = { low = 0.05, high = 0.6, basis = "spread", source = "s", reading = "r" }
"""


@pytest.fixture(scope="module")
def district():
    return Scenario.load("district")


@pytest.fixture(scope="module")
def priors():
    return LeverPriors.load(DISTRICT)


@pytest.fixture
def fitted(write, tmp_path, monkeypatch):
    """A calibration of a small scenario whose levers have priors."""
    for name in ("sampling", "trial_sampling"):
        monkeypatch.setattr(Calibration, name, Sampling(chains=2, warm_up=40))
    write("small.toml", SCENARIO)
    path = write("own.toml", PATTERNS)
    (tmp_path / "levers").mkdir(exist_ok=True)
    beside = path.parent / "levers"
    beside.mkdir(exist_ok=True)
    (beside / "own.toml").write_text(PRIORS, encoding="utf-8")

    def made(folder="out", **more):
        return Calibration(Patterns.load(path), tmp_path / folder, SIZE, workers=1, **more)

    return made


@pytest.mark.slow
def test_every_value_that_ships_lies_in_its_prior(priors, district):
    # Raises BadInput where one does not.
    found = LeverDoubt(priors, district, "district")
    assert found.levers
    assert found.status_quo


def test_every_lever_has_priors_of_burden_cost_and_every_setting(priors, district):
    assert set(priors.lever) == set(district.levers)
    for name, lever in district.levers.items():
        changed = {
            f"{key}.times" if is_multiple(value) else key
            for key, value in flatten(lever.full).items()
        }
        assert set(priors.lever[name].full) == changed, name


def test_every_clause_that_starts_above_zero_has_a_prior_of_its_start(priors, district):
    status_quo = flatten(district.mechanisms.model_dump())
    moved = {
        key
        for lever in district.levers.values()
        for name in flatten(lever.full)
        for key in status_quo
        if key == name or key.startswith(f"{name}.")
    }
    assert set(priors.status_quo) == {key for key in moved if status_quo[key] > 0.0}


def test_no_draw_turns_a_lever_round(priors, district):
    """Full strength lies beyond where a lever starts, on the same side as in the scenario."""
    status_quo = flatten(district.mechanisms.model_dump())
    for name, lever in priors.lever.items():
        full = flatten(district.levers[name].full)
        for key, prior in lever.full.items():
            if key.endswith(".times"):
                assert prior.low >= 1.0
                continue
            start = priors.status_quo.get(key)
            low, high = (start.low, start.high) if start else (status_quo[key], status_quo[key])
            rises = full[key] > status_quo[key]
            assert prior.low >= high if rises else prior.high <= low, (name, key)


def test_a_prior_that_rests_on_a_reform_names_it(priors):
    known = {one.source for one in reforms()}
    for key, prior in priors.of_levers.items():
        assert (prior.basis == "assumed") == (prior.source == "assumed"), key
        named = {one.strip() for one in prior.source.split(";")}
        if prior.basis == "reform" and "recalled" not in prior.source:
            assert named & known, (key, prior.source)


def test_a_prior_without_the_value_of_the_scenario_is_refused(district):
    tree = {"low": 0.1, "high": 0.2, "basis": "assumed", "source": "assumed", "reading": "r"}
    own = LeverPriors.model_validate({"status_quo": {"posts.clarity": tree}})
    with pytest.raises(BadInput, match=r"mechanisms.posts.clarity.*0\.5.*outside"):
        LeverDoubt(own, district, "own")


def test_draws_from_a_prior_cover_it_evenly():
    shares = evenly(3, 50, np.random.default_rng(1))
    for column in shares.T:
        assert sorted((50 * column).astype(int)) == list(range(50))


@pytest.mark.slow
def test_starts_are_kept_in_proportion_to_how_near_they_come():
    misfits = np.tile([0.0, 2.0 * np.log(4.0), 1e9], (40_000, 1))
    found = np.bincount(kept(misfits, np.random.default_rng(1)), minlength=3) / len(misfits)
    assert found == pytest.approx([0.8, 0.2, 0.0], abs=0.01)


def test_intervals_of_what_no_target_tells_have_the_coverage_that_they_claim():
    covered = of_priors(40, 200, 200, np.random.default_rng(1)).mean(axis=0)
    assert covered.mean() == pytest.approx(0.9, abs=0.01)


@pytest.mark.long
def test_levers_are_columns_of_the_same_draws(fitted):
    drawn = fitted().posterior
    levers = [name for name in drawn if name.startswith("levers.")]
    assert levers == [
        "levers.leadership.burden",
        "levers.leadership.cost",
        "levers.leadership.full.leadership.drive",
    ]
    assert drawn["levers.leadership.full.leadership.drive"].between(0.35, 1.0).all()
    assert drawn["mechanisms.posts.vacuum"].between(0.05, 0.6).all()
    assert drawn.notna().all(axis=None)


@pytest.mark.long
def test_levers_drawn_again_to_the_same_behaviour_are_the_same(fitted):
    one, other = fitted("one"), fitted("other")
    behaviour = one.posterior[[factor.name for factor in one.factors]]
    again = other.with_levers(behaviour)
    pd.testing.assert_frame_equal(again, one.posterior, check_exact=True)


@pytest.mark.long
def test_what_is_told_of_levers_has_a_row_for_every_value_drawn(fitted):
    own = fitted()
    told = own.levers(own.behaviour, own.posterior)
    assert set(told["parameter"]) == {
        name for name in own.posterior if name.startswith(("levers.", "mechanisms."))
    }
    assert (told["trials"] == 10 * SIZE.trials).all()
    inside = (told["prior_low"] <= told["low"]) & (told["high"] <= told["prior_high"])
    assert inside.all()


def test_doubt_about_behaviour_alone_leaves_levers_as_they_are(district):
    keys = ("behaviour.duty", "levers.culture.burden")
    draws = Posterior(keys, np.array([[1.0, 0.03], [2.0, 0.01]]), frozenset(keys[1:]))
    assert draws.doubts_levers_of(district)
    alone = draws.of_behaviour()
    assert alone.settings == keys[:1]
    assert alone.values.tolist() == [[1.0], [2.0]]
    assert not alone.doubts_levers_of(district)


def test_values_of_levers_that_a_scenario_lacks_or_changes_are_not_drawn(district):
    keys = ("behaviour.duty", "levers.culture.burden")
    draws = Posterior(keys, np.ones((1, 2)), frozenset(keys[1:]))
    changed = district.replace({"levers.culture.burden": 0.03})
    assert draws.left_as_calibrated(changed) == keys[:1]
    tree = district.model_dump(exclude={"name"})
    del tree["levers"]["culture"]
    without = Scenario.from_tree(tree, "own", "own")
    assert draws.left_as_calibrated(without) == keys[:1]
