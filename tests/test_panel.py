"""Panels: who is who, the same rows from both loops, and files that a regression can read."""

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest

from sim.agents import Officer
from sim.errors import BadInput
from sim.government import Government
from sim.panel import USUAL, Kept, Panel
from sim.simulate import simulate
from sim.study.experiment import Experiment
from sim.study.study import Study
from sim.world.fields import KINDS, names_of


@pytest.fixture(scope="module")
def long(small):
    """Seven years, with moves up, down and aside, exits and newcomers."""
    return small.replace({"clock.months": 84}, levers={"selection": 1.0, "appraisal": 1.0})


@pytest.fixture(scope="module")
def officers(long):
    return Panel(fields=("age", "conduct", "capability", "disposition")).run(long, 2).to_pandas()


def test_a_person_is_in_one_post_at_a_time_and_a_post_has_one_person(officers, long):
    assert len(officers) == 84 * long.total_posts
    assert not officers.duplicated(["month", "person"]).any()
    assert not officers.duplicated(["month", "post"]).any()


def test_people_move_and_stay_themselves(officers):
    people = officers.sort_values(["person", "month"]).groupby("person")
    assert (people["post"].nunique() > 1).any()
    # Nobody comes back, and everybody grows a month older each month.
    gaps = people["month"].diff().dropna()
    assert (gaps == 1).all()
    np.testing.assert_allclose(people["age"].diff().dropna(), 1 / 12)
    # What a person brought along does not change with the post.
    assert (people["disposition"].nunique() == 1).all()


def test_whoever_comes_later_is_somebody_else(officers, long):
    first = officers[officers["month"] == 0]
    assert first["person"].tolist() == first["post"].tolist() == [*range(1, long.total_posts + 1)]
    begins = officers.groupby("person")["month"].min()
    later = begins[begins > 0]
    assert len(later) > 5
    # Posts change hands as a year ends.
    assert set(later % 12) == {0}


def test_numbers_of_people_agree_with_those_who_left(long, officers):
    run = simulate(long, seed=2)
    tallies = run.world.tallies
    left = sum(tallies[name].sum() for name in ("dismissals", "retirements", "resignations"))
    left += tallies["transfers"].sum()
    last_year = tallies[-1:]
    after = sum(last_year[name].sum() for name in ("dismissals", "retirements", "resignations"))
    after += last_year["transfers"].sum()
    assert officers["person"].nunique() == long.total_posts + left - after


def test_a_row_is_the_state_as_its_month_ends(long, officers):
    world = simulate(long.replace({"clock.months": 30}), seed=2).world
    rows = officers[officers["month"] == 29]
    np.testing.assert_array_equal(rows["capability"], world.officers["capability"])
    np.testing.assert_array_equal(rows["age"], world.officers["age"] / 12)
    np.testing.assert_array_equal(rows["person"], world.officers["person"] + 1)


@pytest.mark.parametrize("of", KINDS)
@pytest.mark.parametrize("every", [1, 5, 12])
def test_both_loops_give_the_same_rows(of, every, small):
    class Asked(Officer):
        def decide(self):
            return super().decide()

    triggered = {"lever": "supervision", "intensity": 1.0, "start_when": "execution_rate > 0"}
    panel = Panel(of, every=every)
    for scenario in (small, small.replace({"reform": [triggered]})):
        compiled = panel.run(scenario, 4)
        assert compiled.num_rows == panel.rows(scenario) or of == "citizens"
        for kind in (Officer, Asked):
            government = Government(scenario, seed=4, officer=kind)
            kept = Kept(panel, government.plan)
            government.watch(kept.see)
            government.run_for(24)
            assert kept.table().equals(compiled)
            assert government.summary.equals(simulate(scenario, 4).summary)


def test_every_field_can_be_written(small):
    for of in KINDS:
        table = Panel(of, names_of(of), every=12).run(small).to_pandas()
        assert set(names_of(of)) <= {name.removesuffix("_number") for name in table}
        assert set(USUAL[of]) <= set(names_of(of))


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"fields": ("capabilty",)}, "did you mean “capability”"),
        ({"fields": ("age", "age")}, "given twice"),
        ({"of": "offices"}, "did you mean “officers”"),
        ({"every": 0}, "at least 1"),
        ({"fields": ("taste",)}, "no field “taste”"),
        ({"of": "citizens", "fields": ("age",)}, "no field “age” of citizens"),
    ],
)
def test_what_there_is_not_is_refused(given, told):
    with pytest.raises(BadInput, match=told):
        Panel(**given)


def test_everything_wrong_is_told_at_once():
    with pytest.raises(BadInput) as error:
        Panel(fields=("x", "y", "age", "age"))
    assert len(error.value.each) == 3


@pytest.mark.slow
def test_a_file_has_every_replicate_and_either_form_the_same_rows(
    zhixing, small_file, tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "结果 mine"
    folder.mkdir()
    words = ("panel", small_file, "--every", 12, "--fields", "age,conduct", "--replicates", 2)
    for name in ("p.parquet", "p.csv", "q.csv"):
        assert zhixing(*words, "--to", folder / name).code == 0
    table = pq.read_table(folder / "p.parquet").to_pandas()
    assert table["replicate"].unique().tolist() == [0, 1]
    # Older versions of pandas may read the last digit of a number otherwise.
    pd.testing.assert_frame_equal(
        table, pd.read_csv(folder / "p.csv"), check_dtype=False, rtol=1e-15
    )
    assert (folder / "p.csv").read_bytes() == (folder / "q.csv").read_bytes()
    assert list(table.columns[:5]) == ["replicate", "month", "person", "post", "department"]
    assert zhixing(*words).code == 0
    assert (tmp_path / "panel-small.parquet").exists()
    assert sorted(path.name for path in folder.iterdir()) == ["p.csv", "p.parquet", "q.csv"]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--to", "p.xls"), ".parquet or .csv"),
        (("--to", "none/p.csv"), "no such folder"),
        (("--replicates", 0), "at least 1"),
        (("--replicates", 10**9), "expected at most"),
        (("--fields", "agee"), "did you mean “age”"),
        (("--of", "posts"), "no panel of"),
        (("--every", 0), "--every"),
        (("--seed", -1), "seed"),
    ],
)
def test_an_option_that_is_wrong_is_one_line_and_leaves_no_file(
    words, told, zhixing, small_file, tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    said = zhixing("panel", small_file, *words)
    assert said.code == 2
    assert told in said.err
    assert said.err.count("\n") == 1
    assert list(tmp_path.iterdir()) == []


EXPERIMENT = """
title = "Panel"
question = "Who?"
scenario = "{small}"
replicates = 3
measures = ["execution_rate"]

[design]
kind = "grid"

[factor.supervision]
values = [0.0, 0.5, 1.0]
"""


@pytest.mark.slow
def test_points_of_a_study_have_panels(zhixing, write, small_file, tmp_path):
    file = write("panelled.toml", EXPERIMENT.format(small=small_file))
    study = Study(Experiment.load(file), tmp_path)
    panel = Panel(fields=("conduct", "capability"), every=12)
    table = study.panel([0, 2], panel, replicates=2)
    assert table["point"].unique().tolist() == [0, 2]
    alone = panel.run(study.world(2), 1, 1).to_pandas()
    mine = table[(table["point"] == 2) & (table["replicate"] == 1)].reset_index(drop=True)
    pd.testing.assert_frame_equal(mine[alone.columns], alone)
    to = tmp_path / "p.csv"
    words = ("panel", file, "--point", 2, "--every", 12, "--fields", "conduct,capability")
    assert zhixing(*words, "--to", to).code == 0
    assert len(pd.read_csv(to)) == 3 * panel.rows(study.world(2))
    assert "expected a number from 0 to 2" in zhixing(*words, "--point", "nine").err
    with pytest.raises(BadInput, match="expected 0 to 2"):
        study.panel([3], panel)
