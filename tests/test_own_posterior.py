"""Draws of one's own: found by their file, used for their scenario alone, recorded in results."""

import json

import numpy as np
import pandas as pd
import pytest

from sim.errors import BadInput
from sim.study.experiment import Experiment
from sim.study.model import ScenarioModel
from sim.study.points import Point
from sim.study.study import Study
from sim.world.posterior import asked_for, digest_of, posterior
from sim.world.scenario import Scenario
from tests.conftest import TOWN

FITTED = {"behaviour.duty": 1.7, "behaviour.rent": 0.3}


def fit(town, stem, seed=1, folder=None):
    """Draws of two settings for a scenario, as a calibration writes them; the path of the table.

    They are written beside the scenario, or into another folder.
    """
    file = (folder or town.parent) / f"{stem}.parquet"
    rng = np.random.default_rng(seed)
    draws = pd.DataFrame(
        {
            "behaviour.duty": rng.uniform(1.0, 2.0, 6),
            "behaviour.rent": rng.uniform(0.1, 0.5, 6),
            "target.execution": rng.uniform(0.4, 0.6, 6),
        }
    )
    draws.to_parquet(file)
    ends = ("low", "median", "high", "adjusted_low", "adjusted_high", "prior_low", "prior_high")
    row = {"parameter": "behaviour.duty", **dict.fromkeys(ends, 1.0), "width": 0.5}
    told = {
        "calibrated": {
            "patterns": "own",
            "scenario": town.stem,
            "burn_in": 12,
            "observed": 12,
            "settings": Scenario.load(town).identity(),
            "draws": digest_of(draws),
        },
        "command": "zhixing calibrate own.toml",
        "seed": seed,
        "version": "",
        "commit": "",
        "size": {},
        "settings": FITTED,
        "parameters": [row],
        "recovery": [{"parameter": "behaviour.duty", "coverage": 1, "trials": 1, "adjusted": 1}],
        "point": [],
        "search": {"misfit": 0.0},
        "misfit": 0.0,
    }
    file.with_suffix(".json").write_text(json.dumps(told), encoding="utf-8")
    return file


@pytest.fixture
def draws(town):
    return fit(town, "fit")


SMALL = ("--replicates", 2, "--workers", 1, "--json")


@pytest.mark.slow
@pytest.mark.usefixtures("no_pictures")
def test_a_scenario_after_the_bare_option_is_no_file(zhixing, town, tmp_path):
    told = zhixing("run", "--posterior", town, *SMALL, "--out", tmp_path)
    assert told.code == 0, told.err
    assert told.json["scenario"] == "town"
    assert told.json["posterior"]["scenario"] == "district"
    assert told.json["posterior"]["digest"] == posterior().identity
    assert "--posterior --seed" in told.json["command"]


@pytest.mark.slow
@pytest.mark.usefixtures("no_pictures")
@pytest.mark.parametrize(("joined", "ending"), [(True, ".parquet"), (False, ".json")])
def test_a_file_is_named_by_either_ending_and_with_or_without_equals(
    joined, ending, zhixing, town, draws, tmp_path
):
    file = draws.with_suffix(ending)
    words = [f"--posterior={file}"] if joined else ["--posterior", file]
    told = zhixing("run", *words, town, *SMALL, "--out", tmp_path)
    assert told.code == 0, told.err
    about = told.json["posterior"]
    assert (about["scenario"], about["draws"]) == ("town", 6)
    assert about["digest"] == asked_for(str(draws), town).identity
    assert f"--posterior {file} --seed" in told.json["command"]


@pytest.mark.long
def test_every_command_takes_draws_of_ones_own(zhixing, town, draws, tmp_path):
    out = ("--out", tmp_path, "--posterior", draws)
    levers = zhixing("levers", town, *SMALL, *out)
    assert levers.json["posterior"]["not_drawn"] == {"town": []}
    assert {row["driver"] for row in levers.json["ranking"]} <= set(FITTED)
    compared = zhixing("compare", town, f"{town}+culture=1", *SMALL, *out)
    assert compared.json["posterior"]["digest"] == levers.json["posterior"]["digest"]


def test_each_replicate_has_its_own_draw_of_the_file(town, draws):
    drawn, scenario = asked_for(str(draws), town), Scenario.load(town)
    row = pd.read_parquet(draws).iloc[1]
    own = scenario.replace({key: row[key] for key in FITTED})
    over, _ = ScenarioModel(scenario, ("execution_rate",), (), drawn).runs(Point(), 1, range(1, 2))
    alone, _ = ScenarioModel(own, ("execution_rate",)).runs(Point(), 1, range(1, 2))
    assert over.tobytes() == alone.tobytes()


def test_draws_of_another_scenario_are_refused(zhixing, town, draws, write, tmp_path):
    other = write("city.toml", TOWN.replace("departments = 1", "departments = 2"))
    for command in (("levers", other), ("run", "bureau"), ("compare", town, other)):
        told = zhixing(*command, "--posterior", draws, "--out", tmp_path / "out")
        assert (told.code, told.err.count("\n")) == (2, 1)
        assert "fitted to “town”" in told.err
        assert "does not extend it. Calibrate" in told.err
    assert not (tmp_path / "out").exists()


def test_another_scenario_of_the_same_name_is_refused(town, draws, tmp_path):
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    namesake = elsewhere / "town.toml"
    namesake.write_text(TOWN.replace("citizens = 10", "citizens = 12"), encoding="utf-8")
    with pytest.raises(BadInput, match=r"not as it was when it was calibrated: public\.citizens"):
        asked_for(str(draws), namesake)


@pytest.mark.slow
def test_a_scenario_that_extends_the_calibrated_one_keeps_what_it_sets(
    zhixing, town, draws, write, tmp_path
):
    later = write("later.toml", 'extends = "town"\n[behaviour]\nduty = 1.1\n')
    told = zhixing("run", later, "--posterior", draws, *SMALL, "--out", tmp_path)
    assert told.code == 0, told.err
    assert told.json["posterior"]["not_drawn"] == {"later": ["behaviour.duty"]}
    assert "Not drawn, since later sets other values: behaviour.duty." in told.err
    assert zhixing("run", later, *SMALL, "--out", tmp_path).err.count("Not drawn") == 0


def test_fitted_values_may_be_written_into_the_calibrated_scenario(town, draws):
    values = "\n".join(f"{key.split('.')[1]} = {value}" for key, value in FITTED.items())
    town.write_text(f"{TOWN}[behaviour]\n{values}\n", encoding="utf-8")
    drawn = asked_for(str(draws), town)
    assert drawn.left_as_calibrated(Scenario.load(town)) == tuple(FITTED)


def experiment(town, **changes):
    about = {
        "title": "t",
        "question": "q",
        "scenario": str(town),
        "replicates": 2,
        "measures": ["execution_rate"],
        "design": {"kind": "grid"},
        "factor": {"culture": {"values": [0.0, 1.0]}},
    }
    return Experiment.from_tree({**about, **changes}, "own", "own")


@pytest.mark.slow
def test_a_study_with_other_draws_is_not_resumed(town, draws, tmp_path):
    study = Study(experiment(town, posterior=str(draws)), tmp_path / "out")
    study.run(workers=1)
    assert study.standing().kind == "complete"
    fit(town, "fit", seed=2)
    again = Study(experiment(town, posterior=str(draws)), tmp_path / "out")
    assert again.standing().kind == "stale"
    with pytest.raises(BadInput):
        again.run(workers=1)


def test_a_study_is_the_same_wherever_its_draws_lie(town, draws, tmp_path):
    folder = tmp_path / "moved"
    folder.mkdir()
    for ending in (".parquet", ".json"):
        (folder / f"x{ending}").write_bytes(draws.with_suffix(ending).read_bytes())
    moved = Study(experiment(town, posterior=str(folder / "x.json")), tmp_path)
    assert moved.identity == Study(experiment(town, posterior=str(draws)), tmp_path).identity


def test_an_experiment_names_draws_in_its_folder(town, draws, write):
    text = """
    title = "t"
    question = "q"
    scenario = "town.toml"
    posterior = "fit.parquet"
    replicates = 1
    measures = ["execution_rate"]
    design = { kind = "grid" }
    factor = { culture = { values = [0.0, 1.0] } }
    """
    found = Experiment.load(write("own.toml", text))
    assert found.draws().identity == asked_for(str(draws), town).identity


@pytest.mark.slow
def test_a_user_runs_reforms_over_draws_of_their_own(zhixing, town, draws, tmp_path):
    words = ("reforms", "tax_pay", "--posterior", draws, "--draws", 2, "--replicates", 1)
    refused = zhixing(*words, "--out", tmp_path)
    assert refused.code == 2
    assert "--scenario" in refused.err
    told = zhixing(*words, "--scenario", town, "--out", tmp_path, "--json")
    assert told.code == 0, told.err
    assert told.json["posterior"]["scenario"] == "town"


def test_files_that_do_not_belong_together_are_refused(zhixing, town, draws):
    fit(town, "other", seed=2)
    town.with_name("other.json").write_bytes(draws.with_suffix(".json").read_bytes())
    with pytest.raises(BadInput, match=r"not the draws that other\.json describes"):
        asked_for(str(town.with_name("other.parquet")), town)
    draws.with_suffix(".json").unlink()
    told = zhixing("run", town, "--posterior", draws)
    assert told.code == 2
    assert "no such file; expected the draws and the JSON file" in told.err


@pytest.mark.parametrize(
    ("word", "said"),
    [
        ("--posterior=", "expected a file after"),
        ("--posterior=nowhere", "its name ends in .parquet or .json"),
        ("--posterior=nowhere.parquet", "no such file"),
    ],
)
def test_what_is_no_file_of_draws_is_told_in_one_line(word, said, zhixing, town):
    told = zhixing("run", town, word)
    assert (told.code, told.err.count("\n")) == (2, 1)
    assert said in told.err
