"""``zhixing run --by``: the same run, layer by layer, by department, by profile."""

import numpy as np
import pytest

from sim import Scenario, simulate
from sim.cli.breakdown import By, breakdown
from sim.kinds import PROFILES

QUICK = ("--replicates", "3", "--seed", "5")


@pytest.mark.slow
@pytest.mark.parametrize("by", list(By))
def test_a_run_can_be_broken_down(zhixing, small_file, by, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    said = zhixing("run", small_file, "--by", by, *QUICK)
    assert said.code == 0
    assert f"by {by}" in said.out.splitlines()[0]
    assert "Mean of 3 replicates, seed 5" in said.out
    assert not (tmp_path / "results").exists()


def test_a_breakdown_is_the_mean_over_replicates_with_its_standard_error(small):
    tables = breakdown(small, By.LAYER, 5, 3)
    content = np.array([simulate(small, 5, r).layers["content"].to_numpy() for r in range(3)])
    assert tables["mean"]["content"].to_numpy() == pytest.approx(content.mean(axis=0))
    expected = content.std(axis=0, ddof=1) / np.sqrt(3)
    assert tables["standard_error"]["content"].to_numpy() == pytest.approx(expected)
    assert list(tables["mean"]["tier"]) == ["district"] * 3


def test_non_compliance_of_a_department_is_that_of_its_conducts(small):
    departments = simulate(small, 5).departments
    against = departments[["selective", "symbolic", "idle"]].sum(axis=1)
    assert departments["non_compliance"].to_numpy() == pytest.approx(against.to_numpy())


def test_a_profile_that_a_replicate_does_not_have_counts_as_nobody(small):
    runs = [simulate(small, 5, replicate).profiles for replicate in range(3)]
    there = [set(table.index) for table in runs]
    assert set.union(*there) != set.intersection(*there)
    mean = breakdown(small, By.PROFILE, 5, 3)["mean"]
    assert mean["share"].sum() == pytest.approx(1.0)
    assert set(mean.index) == set.union(*there)


def test_a_breakdown_is_json_alone_if_asked(zhixing, small_file):
    said = zhixing("run", small_file, "--by", "movement", "--json", *QUICK)
    assert said.json["by"] == "movement"
    assert said.json["command"].endswith("--seed 5 --replicates 3 --by movement")
    rows = {row["profile a year before"]: row for row in said.json["mean"]}
    assert set(rows) == {*PROFILES, "newcomer"}
    sound = {name: share for name, share in rows["sound"].items() if isinstance(share, float)}
    assert sum(sound.values()) == pytest.approx(1.0)


def test_a_breakdown_of_no_replicates_or_by_something_else_is_refused(zhixing, small_file):
    assert zhixing("run", small_file, "--by", "layer", "--replicates", "0").code == 2
    said = zhixing("run", small_file, "--by", "rank")
    assert said.code == 2
    assert "layer" in said.err


@pytest.mark.parametrize("seed", ["-1", "x"])
def test_a_breakdown_of_a_bad_seed_is_refused(zhixing, small_file, seed):
    assert zhixing("run", small_file, "--by", "layer", "--seed", seed).code == 2


def test_reported_runs_ahead_of_real_the_more_the_higher_the_layer():
    layers = breakdown(Scenario.load("province").replace({"clock.months": 36}), By.LAYER, 1, 2)
    inflation = layers["mean"]["inflation"].to_numpy()
    assert inflation[0] > inflation[-1] + 0.2
    assert (np.diff(inflation[[0, 4, 8, 11]]) < 0).all()
