"""Studies of layers and of officers: the same runs, read part by part."""

import numpy as np
import pytest

from sim import Scenario, simulate
from sim.errors import BadInput
from sim.kinds import CONDUCTS, PROFILES
from sim.study.broken_down import KNOWN, LAYER, OFFICER, called, names, parts
from sim.study.experiment import Experiment
from sim.study.model import ScenarioModel
from sim.study.points import Point
from sim.study.study import Study

ABOVE = [{"tier": "county", "units": 1, "departments": 2, "ranks": [1, 3]}]
SMALL = {"clock.months": 18, "organisation.departments": 2, "public.citizens": 5}


@pytest.fixture(scope="module")
def small():
    return Scenario.load("district").replace(
        {**SMALL, "organisation.tier": "township", "organisation.above": ABOVE}
    )


@pytest.fixture(scope="module")
def run(small):
    return simulate(small, 1, 0)


def read(scenario, measures, by):
    expanded = names(scenario, measures, by)
    values, _ = ScenarioModel(scenario, expanded, by=by).runs(Point(), 1, range(1))
    return dict(zip(expanded, values[0], strict=True))


def test_layers_are_those_of_a_run(small, run):
    found = read(small, KNOWN[LAYER], LAYER)
    assert parts(small, LAYER) == len(run.layers)
    for measure in KNOWN[LAYER]:
        for number in run.layers.index:
            assert found[f"{measure}@{number}"] == run.layers.loc[number, measure]


def test_officers_are_those_at_the_end_of_a_run(small, run):
    found = read(small, KNOWN[OFFICER], OFFICER)
    officers = run.world.officers
    assert parts(small, OFFICER) == officers.size
    for kind, field in ((CONDUCTS, "conduct"), (PROFILES, "profile")):
        table = np.array([[found[f"{one}@{k + 1}"] for one in kind] for k in range(officers.size)])
        assert (table.sum(axis=1) == 1.0).all()
        assert (table.argmax(axis=1) == officers[field]).all()


def test_officers_stand_where_the_layout_says(small, run):
    layout = small.layout
    assert (run.world.officers["rank"] == layout.post_rank).all()
    assert (run.world.officers["superior"] == layout.post_superior).all()


def tree(**changes):
    return {
        "title": "t",
        "question": "q",
        "scenario": "district",
        "set": SMALL,
        "replicates": 4,
        "measures": ["sanctions", "unjust_sanctions"],
        "by": "layer",
        "design": {"kind": "list"},
        "point": [
            {"name": "a", "levers": {}},
            {"name": "b", "levers": {"accountability": 1.0}},
        ],
        **changes,
    }


@pytest.mark.slow
def test_a_study_by_layer_resumes_and_has_effects(tmp_path):
    experiment = Experiment.from_tree(tree(), "layers", "layers")
    study = Study(experiment, tmp_path).run(workers=1)
    effects = study.effects()
    assert set(effects["measure"]) == set(study.drawn.measures)
    assert len(study.drawn.measures) == 2 * parts(study.scenario, LAYER)
    again = Study(experiment, tmp_path)
    assert again.missing() == 0
    whole = Study(Experiment.from_tree(tree(by=None), "layers", "layers"), tmp_path)
    assert whole.standing().kind == "stale"


def test_what_cannot_be_broken_down_is_refused():
    with pytest.raises(BadInput, match="no measure of layers “credibility”"):
        Experiment.from_tree(tree(measures=["credibility"]), "x", "x")
    with pytest.raises(BadInput, match="no measure of officers “sanctions”"):
        Experiment.from_tree(tree(by="officer"), "x", "x")
    with pytest.raises(BadInput, match="by"):
        Experiment.from_tree(tree(by="tier"), "x", "x")
    with pytest.raises(BadInput, match="only where a scenario is run"):
        Experiment.from_tree(tree(scenario=None, set={}), "x", "x")


def test_parts_are_called_by_number():
    assert called("sanctions@3", LAYER) == "Sanctions, layer 3"
    assert called("sanctions", None) == "Sanctions"


@pytest.mark.slow
def test_the_command_shows_parts(zhixing, write, tmp_path, few_resamples):
    path = write(
        "layers.toml",
        'title = "t"\nquestion = "q"\nscenario = "district"\nmonths = 18\nreplicates = 2\n'
        'measures = ["sanctions"]\nby = "layer"\n[set]\n"organisation.departments" = 1\n'
        '[design]\nkind = "list"\n[[point]]\nname = "a"\n',
    )
    said = zhixing("study", path, "--workers", 1, "--out", tmp_path)
    assert said.code == 0
    assert "Sanctions, layer 1" in " ".join(said.out.split())


def test_a_quick_form_must_be_sound():
    with pytest.raises(BadInput, match="quick"):
        Experiment.from_tree(tree(quick={"quick": {"replicates": 2}}), "x", "x")
    with pytest.raises(BadInput, match="replicats"):
        Experiment.from_tree(tree(quick={"replicats": 2}), "x", "x")
    one = Experiment.from_tree(tree(quick={"replicates": 2}), "x", "x")
    assert one.smaller().replicates == 2
    assert one.smaller().smaller() == one.smaller()
