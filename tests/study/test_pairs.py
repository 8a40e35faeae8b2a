"""A run that failed costs its own pairs; the others are estimated as if it had not been planned."""

import math

import numpy as np
import pandas as pd
import pytest

from sim.study.effects import effects
from sim.study.experiment import Experiment
from sim.study.pairs import estimated, matched
from sim.study.study import Study

LOST, REPLICATES = 3, 12
RANGE = {"low": 0.0, "high": 1.0}


def noisy(values, seed, replicate):
    chance = np.random.default_rng([replicate, *(int(1e6 * one) for one in values.values())])
    whole = sum((k + 1) * value for k, value in enumerate(values.values()))
    return [whole + chance.normal(), chance.normal() - whole]


def without_one(values, seed, replicate):
    """The same world if the replicate that is lost had never been planned."""
    return noisy(values, seed, replicate + (replicate >= LOST))


def failing_once(values, seed, replicate):
    if replicate == LOST and values["x"] == max(values["x"], 1.0):
        raise RuntimeError("no convergence")
    return noisy(values, seed, replicate)


def experiment(design, replicates, factors, **more):
    tree = {
        "title": "",
        "question": "",
        "replicates": replicates,
        "measures": ["one", "two"],
        "design": design,
        "factor": factors,
        "half_width": 0.5,
        **more,
    }
    return Experiment.from_tree(tree, "own", "own")


@pytest.fixture
def told(tmp_path, few_resamples):
    def told(name, function, *words, **more):
        study = Study(experiment(*words, **more), tmp_path / name, function).run(workers=1)
        return study, study.effects()

    return told


DESIGNS = {
    "grid": {"x": {"values": [0.0, 1.0]}},
    "factorial": {"x": RANGE, "z": RANGE},
}


@pytest.mark.slow
@pytest.mark.parametrize("kind", DESIGNS)
def test_a_failed_run_costs_its_own_pairs(kind, told):
    study, found = told("failed", failing_once, {"kind": kind}, REPLICATES, DESIGNS[kind])
    _, sound = told("sound", without_one, {"kind": kind}, REPLICATES - 1, DESIGNS[kind])
    assert len(study.failures()) > 0
    rests = found[["kind", "term", "measure"]].merge(sound)
    # The mean of a point that did not fail rests on all its runs.
    paired = found["replicates"] == REPLICATES - 1
    pd.testing.assert_frame_equal(
        found[paired].drop(columns=["family"]),
        rests[paired].drop(columns=["family"]),
        check_dtype=False,
    )
    assert set(found.loc[~paired, "kind"]) <= {"level", "higher", "noise"}
    assert found["value"].notna().any()


@pytest.mark.slow
def test_a_slope_rests_on_the_points_that_are_left(told):
    """Every replicate lacks one point of forty, so no replicate is whole."""
    design = {"kind": "latin_hypercube", "points": 40}
    study, sound = told("sound", noisy, design, REPLICATES, {"x": RANGE, "z": RANGE})
    runs = study.runs()
    measures = ["one", "two"]
    runs.loc[runs["point"] == runs["replicate"], measures] = math.nan
    found = effects(study.drawn, runs)
    assert found["replicates"].eq(REPLICATES).all()
    assert found["value"].to_numpy() == pytest.approx(sound["value"].to_numpy(), abs=0.5)


@pytest.mark.slow
def test_a_dose_in_a_grid_leaves_out_the_pair_and_keeps_the_replicate(told):
    factors = {"x": {"values": [0.0, 1.0]}, "z": {"values": [0.0, 0.5, 1.0]}}
    study, _ = told("sound", noisy, {"kind": "grid"}, REPLICATES, factors)
    runs = study.runs()
    runs.loc[(runs["point"] == 0) & (runs["replicate"] == LOST), "one"] = math.nan
    found = effects(study.drawn, runs).set_index(["term", "measure"])
    row = found.loc[("x = 1", "one")]
    assert row["replicates"] == REPLICATES
    values = runs.pivot(index="replicate", columns="point", values="one").to_numpy()
    each = np.nanmean(values[:, 3:] - values[:, :3], axis=1)
    assert row["value"] == pytest.approx(each.mean())


def test_where_every_run_failed_there_is_no_effect_and_no_pair():
    found = estimated(np.full((5, 1), np.nan), 1, 0)
    assert np.isnan([found.mean, found.low, found.high, found.p]).all()
    assert found.rows.tolist() == [0]


def test_a_draw_without_a_number_is_left_out_of_the_range_of_draws():
    values = np.arange(8.0).reshape(8, 1)
    values[[1, 5]] = np.nan
    found = estimated(values, 1, 4)
    whole = estimated(np.array([[2.0], [4.0], [5.0]]), 1, 3)
    assert found.low == pytest.approx(whole.low)
    assert found.high == pytest.approx(whole.high)
    assert found.rows.tolist() == [6]


def test_means_of_pairs_leave_out_both_where_one_is_missing():
    one, other = np.array([[1.0], [3.0]]), np.array([[5.0], [np.nan]])
    assert [mean.tolist() for mean in matched(one, other)] == [[1.0], [5.0]]
