"""Listed points at every point of a spread design: same settings and draws, compared by pairs."""

import numpy as np
import pandas as pd
import pytest

from sim.errors import BadInput
from sim.study import effects as kinds
from sim.study.experiment import Experiment
from sim.study.study import Study

POINTS = [
    {"name": "status_quo"},
    {"name": "supervised", "levers": {"supervision": 1.0}},
    {"name": "eager", "set": {"behaviour.duty": 3.0}},
]


def tree(small_file, **more):
    return {
        "title": "",
        "question": "",
        "scenario": str(small_file),
        "replicates": 2,
        "measures": ["execution_rate", "credibility"],
        "design": {"kind": "latin_hypercube", "points": 12},
        "factor": {
            "behaviour.duty": {"low": 1.0, "high": 4.0},
            "supervision": {"low": 0.0, "high": 1.0},
        },
        "point": POINTS,
        **more,
    }


@pytest.fixture(scope="module")
def study(small_file, tmp_path_factory):
    experiment = Experiment.from_tree(tree(small_file), "own", "own")
    return Study(experiment, tmp_path_factory.mktemp("studies")).run(workers=1)


@pytest.mark.slow
def test_every_listed_point_is_run_at_every_point_of_the_design(study):
    found = study.results()
    assert len(found) == 12 * 3 * 2
    first = found[found["replicate"] == 0].sort_values("point")
    assert first["name"].tolist() == ["status_quo", "supervised", "eager"] * 12
    columns = first[["behaviour.duty", "supervision"]].to_numpy().reshape(12, 3, 2)
    assert (columns == columns[:, :1]).all()
    alone = Experiment.from_tree(
        {**tree(study.scenario.name), "scenario": None, "point": []}, "own", "own"
    )
    design = Study(alone, "nowhere", function=_nothing).drawn.points
    assert (design.columns[0] == columns[:, 0, 0]).all()


def _nothing(settings, seed, replicate):
    return 0.0, 0.0


def test_a_listed_points_own_setting_goes_before_the_designs(study):
    for number, wanted in ((0, {}), (1, {"supervision": 1.0}), (2, {})):
        there = study.drawn.points[number]
        assert there.levers == {**study.drawn.points[0].levers, **wanted}
    assert study.drawn.points[2].settings == {"behaviour.duty": 3.0}
    assert study.drawn.points[-1].settings == {"behaviour.duty": 3.0}
    assert study.drawn.points[0].settings["behaviour.duty"] != 3.0
    assert study.drawn.label(1).startswith("supervised (")


@pytest.mark.slow
def test_equal_points_have_equal_runs(small_file, tmp_path):
    """Common draws: what does not differ gives a difference of zero everywhere."""
    points = [{"name": "status_quo"}, {"name": "same"}]
    experiment = Experiment.from_tree(tree(small_file, point=points), "own", "own")
    found = Study(experiment, tmp_path).run(workers=1).effects()
    different = found[found["kind"] == kinds.DIFFERENCE]
    assert (different["value"] == 0.0).all()
    assert len(different) == 2


def test_effects_are_means_over_the_design_and_slopes_of_differences(study):
    runs, found = study.results(), study.effects()
    values = runs.sort_values(["point", "replicate"])["execution_rate"].to_numpy().reshape(12, 3, 2)
    gain = values[:, 1] - values[:, 0]
    rows = found[found["measure"] == "execution_rate"].set_index(["kind", "term"])["value"]
    assert rows[kinds.LEVEL, "eager"] == pytest.approx(values[:, 2].mean())
    assert rows[kinds.DIFFERENCE, "supervised"] == pytest.approx(gain.mean())
    duty = np.array([study.drawn.points[3 * k].settings["behaviour.duty"] for k in range(12)])
    pulled = np.array([study.drawn.points[3 * k].levers["supervision"] for k in range(12)])
    matrix = np.column_stack([np.ones(12), (duty - 1.0) / 3.0, pulled])
    slopes = np.linalg.lstsq(matrix, gain.mean(axis=1), rcond=None)[0]
    assert rows[kinds.SLOPE, "supervised (behaviour.duty)"] == pytest.approx(slopes[1])
    assert rows[kinds.SLOPE, "supervised (supervision)"] == pytest.approx(slopes[2])


def test_sensitivity_is_refused_in_one_line(study):
    with pytest.raises(BadInput, match="without"):
        study.sensitivity()


@pytest.mark.parametrize("kind", ["grid", "pawn", "one_at_a_time"])
def test_other_designs_take_no_listed_points(small_file, kind):
    design = {"kind": kind, **({"points": 20} if kind == "pawn" else {})}
    with pytest.raises(BadInput, match="latin_hypercube"):
        Experiment.from_tree(tree(small_file, design=design), "own", "own")


def test_a_list_with_settings_that_do_not_fit_is_refused_with_its_name(small_file, tmp_path):
    points = [*POINTS, {"name": "wrong", "set": {"behaviour.duty": -3.0}}]
    experiment = Experiment.from_tree(tree(small_file, point=points), "own", "own")
    with pytest.raises(BadInput, match=r"behaviour\.duty"):
        Study(experiment, tmp_path)


@pytest.mark.slow
def test_two_workers_write_the_same_bytes(study, small_file, tmp_path, lasting_workers):
    experiment = Experiment.from_tree(tree(small_file), "own", "own")
    other = Study(experiment, tmp_path).run(workers=2)
    for name in ("runs.parquet",):
        assert (other.folder / name).read_bytes() == (study.folder / name).read_bytes()
    assert pd.testing.assert_frame_equal(other.effects(), study.effects()) is None
