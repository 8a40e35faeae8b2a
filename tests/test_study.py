"""Comparisons: paired on common draws, with intervals that hold what they promise."""

import numpy as np
import pytest

from sim.errors import BadInput
from sim.simulate import simulate
from sim.study import estimate as estimates_module
from sim.study import points, prepared
from sim.study import store as store_module
from sim.study import study as study_module
from sim.study.compare import Comparison, compare, run_packages
from sim.study.estimate import differences, estimate, estimates, mean_intervals
from sim.study.experiment import ListedPoint
from sim.study.package import ALL_LEVERS, STATUS_QUO, Package, lever_packages, lever_points
from sim.study.provenance import code

REPLICATES = 12


@pytest.fixture(scope="module")
def culture(small):
    """The small world with and without a lever."""
    return compare(small, {"culture": 1.0, "supervision": 0.5}, REPLICATES, seed=5)


def test_a_world_compared_with_itself_under_intensity_zero_differs_by_exactly_nothing(small):
    comparison = compare(small, dict.fromkeys(small.levers, 0.0), 3)
    defined = comparison.effects.dropna()
    assert len(defined) == sum(not np.isnan(v).any() for v in comparison.values("reform").values())
    assert (defined[["effect", "low", "high"]] == 0.0).all(axis=None)
    assert (defined["agreement"] == 1.0).all()


def test_an_effect_is_the_mean_of_differences_replicate_by_replicate(culture):
    reference, reform = (package.scenario for package in culture.packages)
    found = [
        simulate(reform, 5, r).summary["credibility"]
        - simulate(reference, 5, r).summary["credibility"]
        for r in range(REPLICATES)
    ]
    effect = culture.effects.loc[("reform", "credibility")]
    assert effect["effect"] == pytest.approx(np.mean(found), rel=1e-12)
    assert effect["replicates"] == REPLICATES
    assert effect["agreement"] == np.mean(np.sign(found) == np.sign(np.mean(found)))


def test_pairing_takes_out_what_both_packages_share():
    luck = np.random.default_rng(1).normal(0, 100, 50)
    apart = differences({"x": luck}, {"x": luck + np.linspace(0.9, 1.1, 50)})
    (found,) = estimates(apart, 1).values()
    assert found.value == pytest.approx(1.0)
    assert 0.9 < found.low < found.high < 1.1
    assert found.agreement == 1.0


def test_every_interval_brackets_its_mean(culture):
    effects = culture.effects.dropna()
    assert len(effects) > 30
    assert (effects["low"] <= effects["effect"]).all()
    assert (effects["effect"] <= effects["high"]).all()


def test_agreement_is_a_share_of_replicates(culture):
    agreement = culture.effects.dropna()["agreement"]
    assert agreement.between(0, 1).all()
    assert np.allclose(agreement * REPLICATES, (agreement * REPLICATES).round())
    assert estimate(np.array([1.0, 2.0, 3.0, -1.0]), 1).agreement == 0.75


def test_the_interval_of_a_mean_covers_it_in_about_ninety_five_of_a_hundred(monkeypatch):
    """Of 1,000 samples of 40 normal values.

    The bootstrap of a mean divides by n where t divides by n − 1 and has normal tails, so it
    covers about P(|t39| < 1.96 √(39/40)) = 94 %; the standard error over samples is .75 %.
    Tolerance: three of these around 94 %; intervals of 90 or 99 % fall outside.
    """
    monkeypatch.setattr(estimates_module, "RESAMPLES", 999)
    draws = np.random.default_rng(7)
    covered = []
    for seed in range(10):
        low, high = mean_intervals(draws.normal(3.0, 2.0, (40, 100)), seed)
        covered.extend((low <= 3.0) & (high >= 3.0))
    assert 0.9175 <= np.mean(covered) <= 0.9625


def test_equal_values_have_an_interval_of_no_width():
    found = estimate(np.full(5, 0.25), 1)
    assert (found.value, found.low, found.high, found.agreement) == (0.25, 0.25, 0.25, 1.0)


def test_all_but_one_equal_still_has_an_interval():
    found = estimate(np.array([0.0] * 9 + [1.0]), 1)
    assert 0.0 <= found.low <= found.value <= found.high <= 1.0


def test_one_replicate_has_no_interval():
    found = estimate(np.array([0.25]), 1)
    assert found.value == 0.25
    assert np.isnan([found.low, found.high]).all()


def test_a_value_that_is_not_a_number_spoils_its_own_measure_only():
    rng = np.random.default_rng(1)
    values = rng.normal(0, 1, (10, 2))
    values[3, 0] = np.nan
    low, high = mean_intervals(values, 1)
    assert np.isnan([low[0], high[0]]).all()
    assert np.isfinite([low[1], high[1]]).all()


def test_the_same_seed_gives_the_same_interval_and_another_seed_another():
    values = np.random.default_rng(1).normal(0, 1, 10)
    assert estimate(values, 1) == estimate(values, 1)
    assert estimate(values, 1).low != estimate(values, 2).low


def test_another_seed_gives_other_runs(small):
    package = [Package("one", "One", small)]
    first, other = (run_packages(package, 2, seed, 1).runs for seed in (1, 2))
    assert not first["execution_rate"].equals(other["execution_rate"])


def test_replicates_do_not_depend_on_how_many_there_are(small):
    package = [Package("one", "One", small)]
    few, more = (run_packages(package, replicates, 1, 1).runs for replicates in (3, 13))
    assert few.equals(more[:3])


def test_levers_are_compared_alone_and_all_together(small):
    first, *alone, together = lever_packages(small)
    assert first.name == STATUS_QUO
    assert first.scenario is small
    assert [package.name for package in alone] == list(small.levers)
    for package in alone:
        pulled = [(reform.lever, reform.intensity) for reform in package.scenario.reform]
        assert pulled == [(package.name, 1.0)]
    assert together.name == ALL_LEVERS
    assert {reform.lever for reform in together.scenario.reform} == set(small.levers)


def test_identity_holds_code_seed_and_every_setting(small, small_file, listed, tmp_path):
    def identity(seed=1, **changes):
        points = [ListedPoint(name="one")]
        return listed(tmp_path, small_file, points, seed=seed, set=changes).store().identity

    kept = identity()
    assert kept == identity()
    assert kept != identity(2)
    assert kept != identity(**{"behaviour.duty": 1.2})
    assert kept.items() >= {**code(), "seed": 1}.items()
    assert len(kept["sources"]) == 64
    assert kept["scenario"]["behaviour"]["duty"] == small.behaviour.duty


def test_other_code_has_a_folder_of_its_own(small_file, listed, tmp_path, monkeypatch):
    def store():
        return listed(tmp_path, small_file, [ListedPoint(name="one")]).store()

    here = store()
    for module in (study_module, prepared, store_module):
        monkeypatch.setattr(module, "code", lambda: code() | {"sources": "0" * 64})
    there = store()
    assert there.folder != here.folder
    assert there.key != here.key


@pytest.mark.slow
def test_points_may_be_of_scenarios_of_their_own(small, small_file, listed, write, tmp_path):
    other = write("other.toml", f'extends = "{small_file}"\n[behaviour]\nduty = 1.2\n')
    points = [
        ListedPoint(name="one"),
        ListedPoint(name="two", scenario=str(other), levers={"culture": 1.0}),
        ListedPoint(name="three", scenario=str(small_file), set={"behaviour.duty": 1.2}),
    ]
    study = listed(tmp_path, small_file, points, 2, seed=5, series=("credibility",))
    found = Comparison.of(study.run(workers=1))
    duties = [package.scenario.behaviour.duty for package in found.packages]
    assert duties == [small.behaviour.duty, 1.2, 1.2]
    changed = small.replace({"behaviour.duty": 1.2})
    alone = compare(changed, {"culture": 1.0}, 2, seed=5)
    for name, same in (("two", "reform"), ("three", "status_quo")):
        assert list(found.values(name)["credibility"]) == list(alone.values(same)["credibility"])
    assert len(found.paths) == 3 * 2 * small.clock.months


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"point": [{"name": "a", "scenario": "no_such"}]}, "no_such"),
        ({"point": [{"name": "a"}, {"name": "b", "scenario": "bureau"}]}, "months"),
        (
            {"point": [{"name": "a", "scenario": "district"}], "months": 24, "by": "layer"},
            "without “by”",
        ),
    ],
)
def test_scenarios_that_do_not_go_together_are_refused(changes, said, small_file, listed, tmp_path):
    given = {"measures": ("faithful",), **changes} if "by" in changes else changes
    with pytest.raises(BadInput, match=said):
        listed(tmp_path, small_file, [], **given)


@pytest.mark.parametrize(("replicates", "workers"), [(0, 1), (-1, 1), (1, 0)])
def test_numbers_of_runs_and_workers_start_at_one(replicates, workers, small):
    with pytest.raises(BadInput, match="at least 1"):
        compare(small, {}, replicates, workers=workers)


@pytest.mark.parametrize("seed", [-1, 2**32, 1.5, "1"])
def test_a_seed_is_a_whole_number_of_32_bits(seed, small):
    with pytest.raises(BadInput, match="seed"):
        simulate(small, seed)


@pytest.mark.slow
def test_two_workers_give_the_same_bytes_as_one(
    small, small_file, listed, tmp_path, monkeypatch, contents
):
    monkeypatch.setattr(points, "MOST_IN_A_CHUNK", 2)
    points_of, columns = lever_points(small)[:2], ("execution_rate", "credibility")
    for workers in (1, 2):
        out = tmp_path / str(workers)
        listed(out, small_file, points_of, 5, series=columns).run(workers)
    one, two = contents(tmp_path / "1"), contents(tmp_path / "2")
    kept = {name.rsplit("/", 1)[-1] for name in one} - {".lock"}
    inputs = {"experiment.toml", "small.toml"}
    assert kept == {"manifest.json", "runs.parquet", "series.parquet", *inputs}
    assert one == two
