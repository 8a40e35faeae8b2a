"""A study grows: what is stored of it is used again, and gives what a new study would."""

import json

import pandas as pd
import pytest

from sim.errors import BadInput
from sim.study.experiment import Experiment
from sim.study.folder import MANIFEST, RUNS
from sim.study.model import Function
from sim.study.study import Study


def answer(values, seed, replicate):
    return [sum(values.values()) + replicate / 10]


def study(out, design="grid", factor=None, replicates=3, **more):
    tree = {
        "title": "",
        "question": "",
        "replicates": replicates,
        "measures": ["one"],
        "design": design if isinstance(design, dict) else {"kind": design},
        "factor": factor or {},
        **more,
    }
    return Study(Experiment.from_tree(tree, "own", "own"), out, answer)


def levels(*values):
    return {"x": {"values": list(values)}, "z": {"values": [0.0, 1.0]}}


@pytest.fixture(autouse=True)
def counted(monkeypatch):
    """Settings and replicate of each run of the function."""
    real, found = Function.runs, []

    def runs(self, point, seed, replicates, *more):
        found.extend((dict(point.settings), replicate) for replicate in replicates)
        return real(self, point, seed, replicates, *more)

    monkeypatch.setattr(Function, "runs", runs)
    return found


def grown(tmp_path, before, after, counted):
    """A study after it has grown, with the number of runs done for it, and the same made anew."""
    study(tmp_path / "a", **before).run(workers=1)
    counted.clear()
    found = study(tmp_path / "a", **after).run(workers=1)
    done = len(counted)
    anew = study(tmp_path / "b", **after).run(workers=1)
    pd.testing.assert_frame_equal(found.results(), anew.results())
    pd.testing.assert_frame_equal(found.effects(), anew.effects())
    assert found.gathered()
    return found, done


@pytest.mark.slow
def test_another_level_of_a_factor_runs_that_level_alone(tmp_path, counted):
    before, after = {"factor": levels(0.0, 1.0)}, {"factor": levels(0.0, 0.5, 1.0)}
    _, done = grown(tmp_path, before, after, counted)
    assert done == 2 * 3
    assert {values["x"] for values, _ in counted[:done]} == {0.5}


@pytest.mark.slow
def test_levels_in_another_order_run_nothing(tmp_path, counted):
    before, after = {"factor": levels(0.0, 1.0)}, {"factor": levels(1.0, 0.0)}
    assert grown(tmp_path, before, after, counted)[1] == 0


@pytest.mark.slow
def test_a_level_and_replicates_at_once(tmp_path, counted):
    before = {"factor": levels(0.0, 1.0), "replicates": 3}
    after = {"factor": levels(0.0, 1.0, 2.0), "replicates": 5}
    assert grown(tmp_path, before, after, counted)[1] == 6 * 5 - 4 * 3


@pytest.mark.slow
def test_a_larger_base_of_a_sobol_design_uses_the_smaller_one(tmp_path, counted):
    factor = {name: {"low": 0.0, "high": 1.0} for name in "xz"}
    design = {"kind": "sobol", "base": 8, "scrambles": 2}
    study(tmp_path / "a", design, factor).run(workers=1)
    counted.clear()
    found = study(tmp_path / "a", {**design, "base": 16}, factor).run(workers=1)
    assert len(counted) == 8 * 4 * 2 * 3
    anew = study(tmp_path / "b", {**design, "base": 16}, factor).run(workers=1)
    pd.testing.assert_frame_equal(found.sensitivity(), anew.sensitivity())


@pytest.mark.slow
def test_a_point_is_added_to_a_list_with_its_series(tmp_path, listed):
    from sim.study.experiment import ListedPoint

    points = [ListedPoint(name="as_is"), ListedPoint(name="one", levers={"supervision": 1.0})]
    more = [ListedPoint(name="half", levers={"supervision": 0.5}), *points]

    def asked(out, points):
        tree = {
            "title": "",
            "question": "",
            "scenario": "bureau",
            "months": 24,
            "replicates": 2,
            "measures": ["execution_rate"],
            "series": ["burden"],
            "design": {"kind": "list"},
            "point": [point.model_dump(exclude_none=True) for point in points],
        }
        return Study(Experiment.from_tree(tree, "own", "own"), out)

    asked(tmp_path / "a", points).run(workers=1)
    found = asked(tmp_path / "a", more)
    assert found.missing() == 2
    assert found.status().done == 4
    found.run(workers=1)
    anew = asked(tmp_path / "b", more).run(workers=1)
    for series in (False, True):
        pd.testing.assert_frame_equal(found.results(series), anew.results(series))


def test_nothing_is_changed_before_a_grown_study_is_run(tmp_path, contents):
    folder = study(tmp_path, factor=levels(0.0, 1.0)).run(workers=1).folder
    before = contents(folder)
    asked = study(tmp_path, factor=levels(0.0, 0.5, 1.0))
    assert (asked.status().done, asked.status().runs) == (12, 18)
    assert asked.missing() == 6
    assert not asked.gathered()
    assert contents(folder) == before


@pytest.mark.slow
@pytest.mark.parametrize("stage", [0, 1])
def test_a_crash_while_a_study_grows_costs_no_run(stage, tmp_path, monkeypatch, counted):
    from sim.study import store

    study(tmp_path, factor=levels(0.0, 1.0)).run(workers=1)
    counted.clear()

    def fail(*_):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        # Before the table is written, or after it and before the manifest.
        if stage == 0:
            patch.setattr(store.parquet, "write", fail)
        else:
            patch.setattr(store.Store, "_declare", fail)
        with pytest.raises(OSError, match="No space"):
            study(tmp_path, factor=levels(0.0, 0.5, 1.0)).run(workers=1)
    study(tmp_path, factor=levels(0.0, 0.5, 1.0)).run(workers=1)
    assert len(counted) == 6


def test_a_level_that_is_dropped_is_refused_and_nothing_is_lost(tmp_path, contents):
    folder = study(tmp_path, factor=levels(0.0, 1.0)).run(workers=1).folder
    before = contents(folder)
    with pytest.raises(BadInput, match="6 of the runs stored are at points that this study no"):
        study(tmp_path, factor=levels(0.0, 2.0)).run(workers=1)
    assert {name: contents(folder)[name] for name in before} == before


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"high": 0.7}, "factor.x.high was 0.8, is 0.7; so 4 of the runs stored"),
        ({"low": 0.2}, "factor.x.low was 0.1, is 0.2; so"),
        ({"distribution": "loguniform"}, "factor.x.distribution was"),
    ],
)
def test_another_range_of_a_factor_is_told_by_its_numbers(changed, told, tmp_path):
    design, span = {"kind": "latin_hypercube", "points": 4}, {"low": 0.1, "high": 0.8}
    study(tmp_path, design, {"x": span}, replicates=1).run(workers=1)
    with pytest.raises(BadInput, match=told):
        study(tmp_path, design, {"x": {**span, **changed}}, replicates=1).run(workers=1)


@pytest.mark.slow
def test_a_listed_point_that_is_another_is_told_by_its_name(tmp_path, zhixing, write):
    text = (
        'title = ""\nquestion = ""\nscenario = "bureau"\nmonths = 24\nreplicates = 1\n'
        'measures = ["burden"]\ndesign = {{ kind = "list" }}\n[[point]]\nname = "as_is"\n'
        '[[point]]\nname = "early"\nlevers = {{ culture = {} }}\n'
    )
    words = ("study", write("own.toml", text.format(1.0)), "--out", tmp_path / "out")
    assert zhixing(*words).code == 0
    write("own.toml", text.format(0.5))
    assert "point.early.levers.culture was 1.0, is 0.5; so 1 of the runs" in zhixing(*words).err


@pytest.mark.slow
def test_a_measure_that_is_not_stored_cannot_be_made_of_what_is(tmp_path, zhixing, write):
    path = "own.toml"
    text = (
        'title = ""\nquestion = ""\nscenario = "bureau"\nmonths = 24\nreplicates = 2\n'
        'measures = [{}]\ndesign = {{ kind = "list" }}\n[[point]]\nname = "as_is"\n'
    )
    words = ("study", write(path, text.format('"burden"')), "--out", tmp_path / "out")
    assert zhixing(*words).code == 0
    write(path, text.format('"burden", "credibility"'))
    said = zhixing(*words)
    assert said.code == 2
    assert "measures: credibility: not stored, and cannot be computed" in said.err
    write(path, text.format('"credibility"'))
    assert "not stored" in zhixing(*words).err


def test_another_seed_is_no_growth(tmp_path):
    study(tmp_path, factor=levels(0.0, 1.0)).run(workers=1)
    with pytest.raises(BadInput, match="holds another study: seed was 1, is 2"):
        study(tmp_path, factor=levels(0.0, 1.0, 2.0), seed=2).store()


@pytest.mark.slow
def test_a_plan_tells_how_many_runs_are_used_again(tmp_path, zhixing, write):
    text = (
        'title = ""\nquestion = ""\nscenario = "bureau"\nmonths = 24\nreplicates = 2\n'
        'measures = ["burden"]\ndesign = {{ kind = "grid" }}\n[factor.culture]\nvalues = {}\n'
    )
    words = ("study", write("own.toml", text.format("[0.0, 1.0]")), "--out", tmp_path / "out")
    assert zhixing(*words).code == 0
    write("own.toml", text.format("[0.0, 0.5, 1.0]"))
    assert "4 of them are stored and used again" in zhixing(*words, "--plan").out


def test_a_part_of_a_grown_study_is_refused_until_it_has_taken_over(tmp_path):
    study(tmp_path, factor=levels(0.0, 1.0)).run(workers=1)
    with pytest.raises(BadInput, match="run it once without --part"):
        study(tmp_path, factor=levels(0.0, 0.5, 1.0)).run(workers=1, part=(1, 2))


def test_keys_of_runs_do_not_depend_on_the_design(tmp_path):
    one = study(tmp_path / "a", factor=levels(0.0, 1.0)).run(workers=1)
    kept = json.loads((one.folder / MANIFEST).read_text())
    assert kept["keys"] == 2
    other = study(
        tmp_path / "b", "list", None, point=[{"name": "p", "set": {"x": 1.0, "z": 0.0}}]
    ).run(workers=1)
    keys = pd.read_parquet(one.folder / RUNS).set_index(["x", "z", "replicate"])["key"]
    assert keys.loc[1.0, 0.0].tolist() == pd.read_parquet(other.folder / RUNS)["key"].tolist()
