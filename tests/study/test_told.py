"""What a finished study tells on the terminal, in JSON and as CSV, is what it found."""

import io
import re

import pandas as pd
import pytest

from sim.cli import study as cli_study

LISTED = """
title = "Two levers"
question = "Which does more?"
scenario = "bureau"
months = 24
replicates = 6
measures = ["execution_rate", "credibility"]
series = ["credibility"]
half_width = 0.01

[design]
kind = "list"

[[point]]
name = "as_is"
title = "As it is"

[[point]]
name = "culture"
title = "Culture alone"
levers = { culture = 1.0 }

[[point]]
name = "storm"
title = "A storm"
reform = [{ lever = "supervision", intensity = 1.0, months = [6, 12] }]
"""
GRID = """
title = "Trust and supervision"
question = "Where does it help?"
scenario = "bureau"
months = 24
replicates = 3
measures = ["credibility"]

[design]
kind = "grid"

[factor."public.trust.mean"]
title = "trust at the start"
values = [0.2, 0.7]

[factor.supervision]
values = [0.0, 0.5, 1.0]
"""


@pytest.fixture
def told(write, tmp_path, zhixing, few_resamples):
    def told(text, *words):
        path = write("told.toml", text)
        return zhixing("study", path, "--workers", "1", "--out", tmp_path / "out", *words)

    return told


def effects(tmp_path):
    return pd.read_csv(tmp_path / "out/told/effects.csv")


@pytest.mark.slow
def test_points_go_by_their_titles_with_level_and_difference(told, tmp_path):
    said = told(LISTED)
    assert said.code == 0
    table = effects(tmp_path)
    own = table[(table["term"] == "culture") & (table["measure"] == "execution_rate")]
    level, difference = (
        own[own["kind"] == kind]["value"].item() for kind in ("level", "difference")
    )
    lines = [line for line in said.out.splitlines() if line.startswith("Culture alone")]
    assert len(lines) == 2
    assert f"{100 * level:.1f}" in lines[0]
    assert f"{100 * difference:+.1f}".replace("-", "−") in lines[1]
    assert "A storm" in said.out
    assert "6 replicates on common draws, seed 1" in said.out


@pytest.mark.slow
def test_what_common_draws_gained_and_replicates_needed_are_told(told, tmp_path):
    said = " ".join(told(LISTED).out.split())
    rows = effects(tmp_path)
    rows = rows[rows["measure"] == "execution_rate"]
    ratios = rows["variance_ratio"].dropna()
    assert f"would vary {ratios.min():.1f} to {ratios.max():.1f} times as much" in said
    assert f"±1 % points everywhere: {rows['replicates_needed'].max():,.0f} replicates" in said


@pytest.mark.slow
def test_a_grid_of_two_factors_is_a_table_of_both(told, tmp_path):
    said = told(GRID)
    table = effects(tmp_path)
    level = table[table["kind"] == "level"]["value"].to_numpy().reshape(2, 3)
    for start, row in zip(("0.2", "0.7"), level, strict=True):
        line = next(line for line in said.out.splitlines() if line.startswith(start))
        assert re.findall(r"\d+\.\d", line)[1:] == [f"{100 * value:.1f}" for value in row]
    assert "trust at the start = 0.7" in said.out


@pytest.mark.slow
def test_json_alone_holds_what_the_csv_does_and_what_it_rests_on(told, tmp_path):
    said = told(LISTED, "--json")
    table = effects(tmp_path)
    assert [row["value"] for row in said.json["effects"]] == pytest.approx(table["value"].tolist())
    assert {"hash", "version", "commit", "command", "seed", "replicates"} <= set(said.json)
    assert said.json["failed"] == []
    assert (tmp_path / "out/told/study.json").read_text() == said.out


@pytest.mark.slow
def test_every_run_is_exported_with_what_was_set(told, tmp_path, zhixing):
    told(GRID)
    path, out = tmp_path / "told.toml", tmp_path / "out"
    runs = pd.read_csv(io.StringIO(zhixing("study", "export", path, "--out", out).out))
    assert len(runs) == 18
    assert runs.groupby(["public.trust.mean", "supervision"]).size().tolist() == [3] * 6
    assert zhixing("study", "export", path, "--out", out, "--series").code == 2


@pytest.mark.slow
def test_series_are_exported_month_by_month_to_a_file(told, tmp_path, zhixing):
    told(LISTED)
    path, out = tmp_path / "told.toml", tmp_path / "out"
    said = zhixing("study", "export", path, "--out", out, "--series", "--to", tmp_path / "s.csv")
    assert said.code == 0
    series = pd.read_csv(tmp_path / "s.csv")
    assert len(series) == 3 * 6 * 24
    assert series["name"].unique().tolist() == ["as_is", "culture", "storm"]
    gone = zhixing("study", "export", path, "--out", out, "--to", tmp_path / "no/s.csv")
    assert gone.code == 2


@pytest.mark.slow
def test_status_tells_how_far_a_study_is_and_changes_nothing(told, tmp_path, zhixing, contents):
    words = ("study", "status", tmp_path / "told.toml", "--out", tmp_path / "out")
    told(LISTED, "--part", "1/2")
    before = contents(tmp_path / "out")
    half = zhixing(*words, "--json").json
    assert 0 < half["done"] < half["runs"] == 18
    assert not half["complete"]
    assert contents(tmp_path / "out") == before
    told(LISTED)
    assert "18 of 18 runs done" in zhixing(*words).out


def test_the_number_of_runs_and_the_time_are_told_before_anything_runs(told, tmp_path):
    said = told(LISTED, "--plan")
    assert said.code == 0
    assert re.match(
        r"told: 18 runs of 24 months, 6 replicates; about \d+ s on 1 worker\.", said.out
    )
    assert not (tmp_path / "out").exists()


def test_a_study_of_many_hours_is_to_be_asked_for_twice(told, tmp_path, monkeypatch):
    # A day, by default; how long this one takes depends on the machine, but never so little.
    monkeypatch.setattr(cli_study, "MOST_HOURS", 0.1)
    said = told(LISTED.replace("replicates = 6", "replicates = 1_000_000"), "--months", "6000")
    assert said.code == 2
    assert "3,000,000 runs" in said.err
    assert "more than 0.1 h" in said.err
    assert not (tmp_path / "out").exists()
