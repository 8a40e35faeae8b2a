"""What was run stays evidence: a folder of an earlier version is read, and never written into."""

import json
import shutil
from pathlib import Path

import pandas as pd
import pytest

from sim.drawing import stored as drawn_from
from sim.errors import BadInput
from sim.study import provenance, store
from sim.study.experiment import Experiment
from sim.study.folder import MANIFEST, RUNS
from sim.study.stored import StoredStudy
from sim.study.study import Study

# Written by the command line of version 0.1.0, commit 06b8de7, from EARLIER.
WRITTEN = Path(__file__).parent / "written_by_0_1_0" / "courts"
MADE_BY = "Zhixing 0.1.0 (commit 06b8de7971f5)"
EARLIER = """
title = "Supervision and trust in a small bureau"
question = "Does supervision help where trust is low?"
scenario = "bureau"
months = 24
observed = 12
replicates = 3
seed = 7
measures = ["execution_rate", "credibility"]
series = ["execution_rate"]

[design]
kind = "grid"

[factor.supervision]
values = [0.0, 1.0]

[factor."public.trust.mean"]
values = [0.3, 0.6]
"""
POINTS = [{"name": "as_is"}, {"name": "supervised", "levers": {"supervision": 1.0}}]


@pytest.fixture
def earlier(write, tmp_path):
    """The experiment of the earlier version, and the folder of results that holds its study."""
    shutil.copytree(WRITTEN, tmp_path / "out/courts")
    return write("courts.toml", EARLIER), tmp_path / "out"


@pytest.fixture
def later(monkeypatch):
    """As if the code of the model had changed since a study was made."""

    def later():
        for module in (provenance, store):
            monkeypatch.setattr(module, "code", lambda: {"version": "9.9.9", "sources": "other"})

    return later


def asked(name="own", **more):
    tree = {
        "title": "Small",
        "question": "What does it do?",
        "scenario": "bureau",
        "months": 24,
        "replicates": 2,
        "measures": ["execution_rate", "burden"],
        "design": {"kind": "list"},
        "point": POINTS,
    }
    return Experiment.from_tree({**tree, **more}, name, name)


# A folder of version 0.1.0.


def test_a_folder_of_an_earlier_version_gives_its_runs_with_their_factors():
    study = StoredStudy(WRITTEN)
    assert study.made_by == MADE_BY
    assert not study.is_of_this_code
    found = study.results()
    assert len(found) == 4 * 3
    assert set(found["supervision"]) == {0.0, 1.0}
    assert set(found["public.trust.mean"]) == {0.3, 0.6}
    raw = pd.read_parquet(WRITTEN / RUNS)
    for measure in ("execution_rate", "credibility"):
        assert found[measure].tolist() == raw[measure].tolist()
    assert len(study.results(series=True)) == 4 * 3 * 24


def test_effects_of_an_earlier_version_are_those_that_it_wrote():
    written = pd.read_csv(WRITTEN / "effects.csv")
    found = StoredStudy(WRITTEN).effects()
    shared = list(written.columns)
    pd.testing.assert_frame_equal(found[shared], written, check_dtype=False, rtol=1e-9)


@pytest.mark.parametrize("command", ["status", "effects", "export"])
@pytest.mark.parametrize("by", ["folder", "experiment"])
def test_commands_read_a_study_of_an_earlier_version_and_say_who_made_it(
    command, by, earlier, zhixing, contents
):
    path, out = earlier
    before = contents(out)
    named = (out / "courts",) if by == "folder" else (path, "--out", out)
    said = zhixing("study", command, *named)
    assert said.code == 0
    assert f"made by {MADE_BY}; read as it is stored" in said.err
    assert contents(out) == before


def test_what_a_later_version_runs_is_not_mixed_with_it_and_fresh_is_not_the_only_way(
    earlier, zhixing, contents
):
    path, out = earlier
    before = contents(out)
    said = zhixing("study", path, "--out", out)
    assert said.code == 2
    assert "\n" not in said.err.strip()
    for told in (MADE_BY, "not mixed", "study effects", "another --out"):
        assert told in said.err
    assert contents(out) == before


def test_an_earlier_study_that_asked_something_else_is_not_mistaken_for_this(earlier, zhixing):
    path, out = earlier
    said = zhixing("study", "status", path, "--out", out, "--seed", "9")
    assert said.code == 2
    assert "seed was 7, is 9" in said.err
    assert "name its folder" in said.err


def test_a_figure_is_drawn_from_what_another_version_stored(tmp_path, later, monkeypatch):
    experiment = asked("lever_effects")
    Study(experiment, tmp_path).run(workers=1)
    monkeypatch.setattr(drawn_from.Experiment, "load", lambda name: experiment)
    later()
    strict = drawn_from.source("lever_effects", tmp_path, False)
    assert strict.standing().kind == "stale"
    found = drawn_from.source("lever_effects", tmp_path, False, any_version=True)
    assert found.standing().kind == "complete"
    assert drawn_from.about("lever_effects", found)["version"] != "9.9.9"


# Folders of this version, read by a later one.


@pytest.mark.slow
def test_a_folder_is_made_of_what_it_holds_alone(tmp_path, write, later, zhixing):
    """The experiment, its scenario and their tables are gone when it is read."""
    table = "post,superior,department\nhead,,office\na,head,office\nb,head,office\n"
    write("own/tables/posts.csv", table)
    scenario = write(
        "own/mine.toml",
        'extends = "bureau"\ntitle = "Mine"\n[organisation]\nposts = "tables/posts.csv"\n'
        "[clock]\nmonths = 24\nreform_starts = 6\nobserved = 12\n",
    )
    experiment = asked(scenario=str(scenario), series=["execution_rate"])
    study = Study(experiment, tmp_path / "out").run(workers=1)
    results, effects = study.results(), study.effects()
    shutil.rmtree(tmp_path / "own")
    later()
    stored = StoredStudy(study.folder)
    pd.testing.assert_frame_equal(stored.results(), results, check_dtype=False)
    pd.testing.assert_frame_equal(stored.effects(), effects)
    assert len(stored.results(series=True)) == 2 * 2 * 24
    assert stored.experiment.question == "What does it do?"
    assert zhixing("study", "status", study.folder).code == 0


@pytest.mark.slow
def test_a_stored_study_can_be_run_again_from_its_folder_alone(tmp_path, write):
    write("own/tables/posts.csv", "post,superior,department\nhead,,office\na,head,office\n")
    scenario = write(
        "own/mine.toml",
        'extends = "bureau"\ntitle = "Mine"\n[organisation]\nposts = "tables/posts.csv"\n'
        "[clock]\nmonths = 24\nreform_starts = 6\nobserved = 12\n",
    )
    first = Study(asked(scenario=str(scenario)), tmp_path / "out").run(workers=1)
    shutil.rmtree(tmp_path / "own")
    again = Study.load(first.folder / "inputs/experiment.toml", tmp_path / "again")
    assert again.experiment.name == "own"
    again.run(workers=1)
    for name in (RUNS,):
        assert (again.folder / name).read_bytes() == (first.folder / name).read_bytes()


@pytest.mark.slow
def test_the_table_of_runs_has_the_levels_of_factors(tmp_path):
    factor = {"supervision": {"values": [0.0, 1.0]}, "decide": {"values": ["logit", "imitation"]}}
    study = Study(asked(design={"kind": "grid"}, point=[], factor=factor), tmp_path).run(workers=1)
    runs = pd.read_parquet(study.folder / RUNS)
    pd.testing.assert_frame_equal(runs, study.results(), check_dtype=False)


def test_a_manifest_tells_where_results_were_computed(tmp_path):
    study = Study(asked(), tmp_path).run(workers=1)
    kept = json.loads((study.folder / MANIFEST).read_text())
    assert {"python", "system", "processor", "packages"} <= set(kept["environment"])
    assert {"numpy", "numba", "scipy"} <= set(kept["environment"]["packages"])


def test_a_stored_study_is_neither_run_nor_changed(tmp_path, later, contents):
    folder = Study(asked(), tmp_path).run(workers=1).folder
    before = contents(folder)
    later()
    stored = StoredStudy(folder)
    for act in (
        stored.run,
        stored.gather,
        stored.discard,
        lambda: stored.store().write("x", ""),
        lambda: stored.store().open().__enter__(),
    ):
        with pytest.raises(BadInput, match="read only"):
            act()
    assert contents(folder) == before


@pytest.mark.slow
def test_where_this_version_draws_other_points_tables_are_exported_and_effects_refused(
    tmp_path, later
):
    design = {"kind": "latin_hypercube", "points": 8}
    factor = {"supervision": {"low": 0.0, "high": 1.0}}
    study = Study(asked(design=design, point=[], factor=factor), tmp_path).run(workers=1)
    results = study.results()
    inputs = study.folder / "inputs/experiment.toml"
    # As a library would that draws in another order.
    inputs.write_text(inputs.read_text().replace("seed = 1\n", "seed = 2\n"))
    later()
    stored = StoredStudy(study.folder)
    pd.testing.assert_frame_equal(stored.results(), results, check_dtype=False)
    with pytest.raises(BadInput, match=r"draws other points.*export"):
        stored.effects()


@pytest.mark.slow
def test_a_scenario_that_cannot_be_read_any_more_costs_effects_only(tmp_path, later):
    study = Study(asked(), tmp_path).run(workers=1)
    (study.folder / "inputs/bureau.toml").write_text("x = 1\n")
    path = study.folder / MANIFEST
    kept = json.loads(path.read_text())
    del kept["identity"]["scenario"]["levers"]
    path.write_text(json.dumps(kept))
    later()
    stored = StoredStudy(study.folder)
    assert len(stored.results()) == 4
    with pytest.raises(BadInput, match="cannot read its scenario"):
        stored.effects()


@pytest.mark.slow
def test_a_part_of_a_study_that_was_stopped_is_read_too(tmp_path, later):
    study = Study(asked(replicates=8), tmp_path)

    def stop(done, total):
        if done >= 5:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        study.run(workers=1, progress=stop)
    later()
    stored = StoredStudy(study.folder)
    assert 0 < stored.status().done < stored.status().runs == 16
    assert set(stored.results()["name"]) <= {"as_is", "supervised"}
    with pytest.raises(ValueError, match="runs are there"):
        stored.effects()


@pytest.mark.slow
def test_intervals_over_draws_are_those_that_were_computed(tmp_path, later):
    study = Study(asked(posterior=True, replicates=6), tmp_path).run(workers=1)
    effects = study.effects()
    later()
    stored = StoredStudy(study.folder)
    assert stored.draw_count > 0
    pd.testing.assert_frame_equal(stored.effects(), effects)


# Replicates.


@pytest.mark.slow
def test_status_and_export_speak_of_the_replicates_that_are_stored(write, tmp_path, zhixing):
    path = write("courts.toml", EARLIER)
    words = (path, "--out", tmp_path / "out")
    assert zhixing("study", *words, "--replicates", "5").code == 0
    assert "4 points × 5 replicates" in zhixing("study", "status", *words).out
    assert len(zhixing("study", "export", *words).out.splitlines()) == 1 + 4 * 5
    assert "5 replicates on common draws" in zhixing("study", "effects", *words).out
    fewer = zhixing("study", "export", *words, "--replicates", "2")
    assert len(fewer.out.splitlines()) == 1 + 4 * 2


def test_more_replicates_than_are_stored_are_refused_of_a_folder(zhixing):
    said = zhixing("study", "status", WRITTEN, "--replicates", "9")
    assert said.code == 2
    assert "3 replicates are stored, not 9" in said.err
    assert zhixing("study", "status", WRITTEN, "--seed", "9").code == 2


@pytest.mark.slow
def test_fewer_replicates_than_the_file_asks_for_are_what_is_stored(write, tmp_path, zhixing):
    words = (write("courts.toml", EARLIER), "--out", tmp_path / "out")
    assert "0 of 12 runs done" in zhixing("study", "status", *words).out
    assert zhixing("study", *words, "--replicates", "2").code == 0
    assert "8 of 8 runs done (4 points × 2 replicates)" in zhixing("study", "status", *words).out
    assert "2 replicates on common draws" in zhixing("study", "effects", *words).out
