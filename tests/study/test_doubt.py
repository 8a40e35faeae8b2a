"""Effects under three doubts, doses in natural units, and what an officer-month brings."""

import json

import numpy as np
import pandas as pd
import pytest

from sim.measures import MEASURES
from sim.study.compare import Comparison
from sim.study.doubt import DOUBTS, Doubted, for_officer_month
from sim.study.package import Package
from sim.world.doses import doses
from sim.world.posterior import Posterior
from sim.world.scenario import Scenario

SMALL = ("--set", "organisation.departments=1", "--set", "public.citizens=10", "--months", 24)


@pytest.fixture(scope="module")
def district():
    return Scenario.load("district")


def compared(district, gain, cost, draws=0):
    """A comparison whose second package adds ``gain`` of execution for ``cost``."""
    number = len(gain)
    rows = pd.DataFrame({name: np.zeros(2 * number) for name in MEASURES})
    rows.insert(0, "package", ["a"] * number + ["b"] * number)
    rows.insert(1, "replicate", [*range(number), *range(number)])
    rows.loc[number:, "execution_rate"] = np.asarray(gain)
    rows.loc[number:, "cost"] = np.asarray(cost)
    packages = (Package("a", "A", district), Package("b", "B", district))
    return Comparison(packages, 1, number, rows, pd.DataFrame(), draws)


@pytest.mark.slow
def test_an_officer_month_brings_the_ratio_of_mean_effect_and_mean_burden(district):
    rng = np.random.default_rng(1)
    cost = rng.uniform(0.4, 0.6, 200)
    gain = 0.1 * cost + 0.01 * rng.standard_normal(200)
    found = for_officer_month(compared(district, gain, cost), "b")
    assert found.value == pytest.approx(gain.mean() / cost.mean())
    assert found.low < 0.1 < found.high
    # The error of a mean of 200 is .0007, and the burden is a half.
    assert found.high - found.low == pytest.approx(4 * 0.01 / np.sqrt(200) / 0.5, rel=0.2)


def test_over_draws_the_interval_is_the_range_of_draws(district):
    cost = np.full(200, 0.5)
    gain = np.linspace(0.0, 0.2, 200)
    found = for_officer_month(compared(district, gain, cost, draws=200), "b")
    assert (found.low, found.high) == pytest.approx((0.4 * 0.025, 0.4 * 0.975), rel=0.01)


@pytest.mark.parametrize("middle", [0.0, -0.3])
def test_a_lever_that_takes_no_time_or_saves_it_has_no_ratio(district, middle):
    rng = np.random.default_rng(1)
    cost = middle + 0.1 * rng.standard_normal(100)
    assert for_officer_month(compared(district, np.full(100, 0.1), cost), "b") is None


def test_one_replicate_gives_a_ratio_without_an_interval(district):
    found = for_officer_month(compared(district, [0.1], [0.5]), "b")
    assert found.value == pytest.approx(0.2)
    assert np.isnan([found.low, found.high]).all()


def test_doubts_go_from_the_least_to_the_most(district):
    some = compared(district, [0.1, 0.2], [0.5, 0.5])
    found = Doubted(dict.fromkeys(DOUBTS, some))
    assert list(found.within) == ["chance", "behaviour"]
    assert found.whole is some
    assert not Doubted.of(some).within


def test_a_dose_of_supervision_is_told_in_looks_at_each_officer_s_work(district):
    looks = doses(district, "supervision")[0]
    coverage = dict(district.mechanisms.supervision.coverage)
    expected = sum(value for name, value in coverage.items() if name != "masses")
    assert looks.start == pytest.approx(expected)
    assert looks.full == pytest.approx(5.0 * expected)
    assert looks.text().endswith("looks at each officer's work a month")
    assert looks.text().startswith("from 0.0")


def test_a_dose_of_half_the_strength_goes_half_the_way(district):
    for name in district.levers:
        for whole, half in zip(doses(district, name), doses(district, name, 0.5), strict=True):
            assert half.start == whole.start
            assert half.full == pytest.approx(0.5 * (whole.start + whole.full))


def test_every_setting_that_a_lever_changes_has_a_dose_in_both_languages(district):
    for name in district.levers:
        for dose in doses(district, name):
            assert dose.start != dose.full, dose.key
            assert "from " in dose.text()
            assert "由" in dose.text(chinese=True)
            assert not any("a" <= letter <= "z" for letter in dose.text(chinese=True)), dose.key


def test_a_setting_without_another_unit_is_told_by_its_meaning(district):
    told = {dose.key: dose.text() for dose in doses(district, "responsibility")}
    assert told["posts.clarity"] == "who answers for what is known: from 50 to 95 %"


@pytest.fixture
def drawn(district):
    """Draws of behaviour and of one lever in place of those that ship."""
    keys = ("behaviour.duty", "levers.responsibility.burden")
    rng = np.random.default_rng(1)
    duty = district.behaviour.duty * rng.uniform(0.8, 1.2, 20)
    values = np.column_stack([duty, rng.uniform(0.0, 0.3, 20)])
    return Posterior(keys, values, frozenset(keys[1:]))


def instead(monkeypatch, draws):
    """Use these draws wherever those that ship are asked for."""
    for module in ("sim.study.experiment", "sim.cli.options"):
        monkeypatch.setattr(
            f"{module}.asked_for", lambda asked, *scenarios: draws if asked else None
        )


@pytest.mark.long
def test_levers_tell_each_doubt_and_more_doubt_about_a_burden_widens_it(
    zhixing, tmp_path, drawn, monkeypatch
):
    instead(monkeypatch, drawn)
    words = ("levers", "district", *SMALL, "--replicates", 20, "--workers", 1)
    said = zhixing(*words, "--posterior", "--json", "--out", tmp_path)
    assert said.code == 0, said.err
    found = json.loads(said.out)
    told = found["doubt"]["responsibility"]
    assert list(told) == list(DOUBTS)
    assert told["levers"]["effects"] == found["levers"]["responsibility"]
    width = {
        name: one["officer_months"]["high"] - one["officer_months"]["low"]
        for name, one in told.items()
    }
    # A burden of up to .3 is up to 3.6 officer-months a year, less while the lever is built up.
    assert width["levers"] > 1.0 > 10.0 * width["behaviour"]
    assert found["doses"]["supervision"][0]["unit"] == "looks at each officer's work a month"


@pytest.mark.slow
def test_without_draws_of_levers_a_command_says_so(zhixing, tmp_path, drawn, monkeypatch):
    instead(monkeypatch, drawn.of_behaviour())
    words = ("compare", "district", "district+culture=0.5", *SMALL, "--replicates", 4)
    said = zhixing(*words, "--posterior", "--workers", 1, "--out", tmp_path)
    assert said.code == 0, said.err
    text = " ".join(said.out.split())
    assert "their values are taken as given" in text
    assert "shared norms of execution: from 15 to 42 %" in text


STUDY = """
title = "t"
question = "q"
scenario = "district"
set = { "organisation.departments" = 1, "public.citizens" = 10 }
months = 24
replicates = 8
measures = ["execution_rate", "burden"]
design = { kind = "list" }

[[point]]
name = "status_quo"

[[point]]
name = "responsibility"
levers = { responsibility = 1.0 }
"""


@pytest.mark.slow
def test_a_study_over_draws_tells_effects_under_each_doubt(
    zhixing, write, tmp_path, drawn, monkeypatch
):
    instead(monkeypatch, drawn)
    path = write("own.toml", STUDY)
    said = zhixing("study", path, "--posterior", "--workers", 1, "--out", tmp_path / "out")
    assert said.code == 0, said.err
    assert "effects under each doubt" in said.out
    table = pd.read_csv(tmp_path / "out" / "own" / "effects.csv")
    row = table[(table["kind"] == "difference") & (table["measure"] == "burden")].iloc[0]
    width = {doubt: row[f"{doubt}high"] - row[f"{doubt}low"] for doubt in ("behaviour_", "")}
    assert width[""] > 10.0 * width["behaviour_"]
    assert "posts.clarity" not in said.out
    assert "who answers for what is known: from 50 to 95 %" in " ".join(said.out.split())
    kept = json.loads((tmp_path / "out" / "own" / "study.json").read_text())["doses"]
    assert [one["setting"] for one in kept["responsibility"]] == [
        one.key for one in doses(Scenario.load("district"), "responsibility")
    ]
    again = zhixing("study", path, "--workers", 1, "--out", tmp_path / "plain")
    assert "under each doubt" not in again.out


def test_a_plan_counts_the_runs_under_each_doubt(zhixing, write, tmp_path, drawn, monkeypatch):
    path = write("own.toml", STUDY)
    words = ("study", path, "--plan", "--workers", 1, "--out", tmp_path / "out")
    assert "own: 16 runs of 24 months, 8 replicates; about" in zhixing(*words).out
    instead(monkeypatch, drawn.of_behaviour())
    assert "own: 32 runs of 24 months, 8 replicates under each of 2 doubts" in (
        zhixing(*words, "--posterior").out
    )
    instead(monkeypatch, drawn)
    assert (
        "own: 48 runs of 24 months, 8 replicates under each of 3 doubts (chance alone; behaviour; "
        "behaviour and levers); about" in zhixing(*words, "--posterior").out
    )


RANGE = """
title = "t"
question = "q"
scenario = "district"
set = { "organisation.departments" = 1, "public.citizens" = 10 }
months = 24
replicates = 2
measures = ["execution_rate"]
design = { kind = "grid" }
[factor.culture]
values = [0.0, 0.5]
"""


@pytest.mark.slow
def test_a_study_tells_the_dose_at_the_greatest_intensity_of_a_lever(zhixing, write, tmp_path):
    said = zhixing("study", write("own.toml", RANGE), "--workers", 1, "--out", tmp_path / "out")
    assert said.code == 0, said.err
    text = " ".join(said.out.split())
    assert "Doses, at the greatest intensity of each lever" in text
    half = {one.key: one.text() for one in doses(Scenario.load("district"), "culture", 0.5)}
    assert half["culture.culture"] in text
    plain = RANGE.replace("[factor.culture]", '[factor."public.trust.mean"]')
    none = zhixing("study", write("two.toml", plain), "--workers", 1, "--out", tmp_path / "out")
    assert none.code == 0, none.err
    assert "Doses, at" not in none.out
