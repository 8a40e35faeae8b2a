"""What a stopped --fresh leaves is discarded the next time, and nothing else is."""

import json

import pytest

from sim.errors import BadInput
from sim.study.experiment import Experiment
from sim.study.folder import MANIFEST, RUNS
from sim.study.study import Study

TREE = {
    "title": "",
    "question": "",
    "replicates": 2,
    "measures": ["y"],
    "design": {"kind": "list"},
    "point": [{"name": "one", "set": {"x": 1.0}}, {"name": "two", "set": {"x": 2.0}}],
}


def answer(values, seed, replicate):
    return [values["x"] + replicate]


@pytest.fixture
def study(tmp_path):
    """A study that is done."""
    study = Study(Experiment.from_tree(TREE, "own", "own"), tmp_path, answer)
    return study.run(workers=1)


@pytest.mark.slow
def test_a_study_whose_manifest_is_gone_is_discarded_and_run_anew(study, contents):
    clean = contents(study.folder)
    (study.folder / MANIFEST).unlink()
    (study.folder / ".half.part").write_bytes(b"half")
    study.discard()
    # Which files the study was made of was told by its manifest alone.
    left = sorted(path.name for path in study.folder.iterdir())
    assert left == [".lock", "inputs", "parts"]
    study.discard()
    study.run(workers=1)
    assert contents(study.folder) == clean


def test_the_files_that_a_study_was_made_of_go_with_it_and_others_stay(study):
    inputs = study.folder / "inputs"
    assert (inputs / "experiment.toml").is_file()
    (inputs / "thesis.docx").write_text("mine")
    study.discard()
    assert [path.name for path in inputs.iterdir()] == ["thesis.docx"]


def test_a_manifest_that_names_files_elsewhere_discards_none_of_them(study, tmp_path):
    (tmp_path / "thesis.docx").write_text("mine")
    path = study.folder / MANIFEST
    kept = json.loads(path.read_text())
    kept["inputs"] |= {"../../thesis.docx": "", "..": "", "/etc/hostname": ""}
    path.write_text(json.dumps(kept))
    study.discard()
    assert (tmp_path / "thesis.docx").read_text() == "mine"


@pytest.mark.parametrize("lacking", [MANIFEST, ".lock"])
def test_a_folder_that_holds_anything_else_is_left_alone(lacking, study):
    (study.folder / MANIFEST).unlink()
    (study.folder / lacking).unlink(missing_ok=True)
    if lacking == MANIFEST:
        (study.folder / "thesis.docx").write_text("mine")
    with pytest.raises(BadInput, match="holds no study; nothing is discarded"):
        study.discard()
    assert (study.folder / RUNS).is_file()
