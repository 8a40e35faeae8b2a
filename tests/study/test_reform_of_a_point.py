"""What a point gives as reform is added to the reforms of its scenario, as levers are."""

import pytest

from sim.cli.study_tables import most_pulled
from sim.study.experiment import Experiment
from sim.study.study import Study

STORM = [
    {"lever": "supervision", "intensity": 1.0, "months": [6, 12]},
    {"lever": "culture", "intensity": 0.5},
]
LATER = {"lever": "leadership", "intensity": 1.0, "months": [12, 24]}


@pytest.fixture
def study(write, tmp_path):
    def study(points, **more):
        lines = ['extends = "bureau"', 'title = "Storm"']
        for one in STORM:
            lines += ["[[reform]]", *(f"{k} = {v!r}".replace("'", '"') for k, v in one.items())]
        path = write("storm.toml", "\n".join(lines))
        tree = {
            "title": "",
            "question": "",
            "scenario": str(path),
            "months": 24,
            "replicates": 1,
            "measures": ["execution_rate"],
            "design": {"kind": "list"},
            "point": points,
            **more,
        }
        return Study(Experiment.from_tree(tree, "own", "own"), tmp_path / "out")

    return study


def levers(study, point):
    return [reform.lever for reform in study.world(point).reform]


def test_reforms_and_levers_of_a_point_are_added_alike(study):
    asked = study(
        [
            {"name": "as_is"},
            {"name": "reform", "reform": [LATER]},
            {"name": "lever", "levers": {"leadership": 1.0}},
        ]
    )
    assert levers(asked, 0) == ["supervision", "culture"]
    assert levers(asked, 1) == levers(asked, 2) == ["supervision", "culture", "leadership"]
    assert asked.world(1).reform[:2] == asked.world(0).reform


def test_a_point_that_sets_reforms_has_these_and_what_it_adds(study):
    asked = study(
        [
            {"name": "without", "set": {"reform": []}},
            {"name": "other", "set": {"reform": STORM[:1]}, "reform": [LATER]},
        ]
    )
    assert levers(asked, 0) == []
    assert levers(asked, 1) == ["supervision", "leadership"]


def test_levers_of_the_whole_experiment_stay_too(study):
    asked = study([{"name": "reform", "reform": [LATER]}], levers={"capability": 0.5})
    assert levers(asked, 0) == ["supervision", "culture", "capability", "leadership"]


def test_points_without_reforms_of_their_scenario_keep_their_keys(study):
    """So that what is stored of shipped experiments stays valid."""
    asked = study([{"name": "one", "scenario": "bureau", "reform": [LATER]}])
    assert dict(asked.drawn.points[0].settings) == {"reform": [LATER]}


def test_reforms_that_stay_are_no_doses_of_the_points(study):
    asked = study([{"name": "as_is"}, {"name": "reform", "reform": [LATER]}])
    assert set(most_pulled(asked)) == {"leadership"}


def test_the_plan_names_the_reforms_that_stay(study, write, zhixing, tmp_path):
    asked = study([{"name": "as_is"}, {"name": "reform", "reform": [LATER]}])
    storm = asked.experiment.scenario
    path = write(
        "own.toml",
        'title = ""\nquestion = ""\nreplicates = 1\nmeasures = ["execution_rate"]\nmonths = 24\n'
        f'scenario = "{storm}"\ndesign = {{ kind = "list" }}\n[[point]]\nname = "as_is"\n',
    )
    said = zhixing("study", "run", path, "--plan", "--out", tmp_path / "out")
    assert said.code == 0
    assert "storm: supervision in months 6 to 12, culture" in said.out
    assert "reform = []" in said.out
