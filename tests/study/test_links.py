"""A study never leaves its folder: what links in it lead to is neither deleted nor written over."""

import os
import re
import shutil

import pytest

from sim.errors import BadInput
from sim.study.experiment import Experiment
from sim.study.folder import SCREENING
from sim.study.study import Study
from sim.theory.verify.stored import Verification
from tests.conftest import called

SOUND = """
title = "Own"
question = "Does it stay inside?"
scenario = "bureau"
months = 18
replicates = 2
measures = ["credibility"]

[design]
kind = "grid"

[factor."public.trust.mean"]
values = [0.3, 0.6]
"""
SCREENED = {
    "title": "Screened",
    "question": "Which count?",
    "replicates": 2,
    "measures": ["y"],
    "design": {"kind": "sobol", "base": 8, "screen": {"trajectories": 4, "keep": 2}},
    "factor": {name: {"low": 0.0, "high": 1.0} for name in "abc"},
}


def total(values, seed, replicate):
    return [sum(values.values()) + replicate]


@pytest.fixture
def outside(tmp_path, contents):
    """A folder of somebody else, with files named as a study names its own."""
    folder = tmp_path / "outside"
    (folder / "parts").mkdir(parents=True)
    for name in ("thesis.txt", "0000001-runs.parquet", ".thesis.part", "manifest.json", ".lock"):
        (folder / name).write_text("years of work")
        (folder / "parts" / name).write_text("years of work")
    before = contents(folder)
    yield folder
    assert contents(folder) == before


def asked_in(folder):
    return ("study", folder / "own.toml", "--workers", "1", "--out", folder / "out")


@pytest.fixture(scope="module")
def ran(tmp_path_factory):
    """A folder with a study that has been run."""
    folder = tmp_path_factory.mktemp("ran")
    (folder / "own.toml").write_text(SOUND)
    assert called(*asked_in(folder)).code == 0
    return folder


@pytest.fixture
def words(ran, tmp_path):
    """A copy of it, and how it is asked for again."""
    shutil.copytree(ran, tmp_path, dirs_exist_ok=True)
    return asked_in(tmp_path)


@pytest.fixture
def folder(words, tmp_path):
    return tmp_path / "out" / "own"


def refused(said, *told):
    assert said.code == 2
    assert len(said.err.strip().splitlines()) == 1
    for one in told:
        assert one in said.err


@pytest.mark.slow
def test_a_link_in_place_of_parts_is_not_followed(words, folder, outside, zhixing):
    (folder / "parts").rmdir()
    (folder / "parts").symlink_to(outside)
    said = zhixing(*words)
    assert said.code == 2
    assert "parts: is a link" in said.err.strip().splitlines()[-1]


@pytest.mark.slow
def test_a_fresh_start_takes_away_a_link_in_place_of_parts(words, folder, outside, zhixing):
    (folder / "parts").rmdir()
    (folder / "parts").symlink_to(outside)
    assert zhixing(*words, "--fresh").code == 0
    assert not (folder / "parts").is_symlink()
    assert (folder / "runs.parquet").is_file()


@pytest.mark.parametrize("fresh", [(), ("--fresh",)])
@pytest.mark.parametrize("name", [".lock", ".lock-1-of-2"])
def test_a_link_in_place_of_a_lock_is_refused(name, fresh, words, folder, outside, zhixing):
    (folder / ".lock").unlink(missing_ok=True)
    (folder / name).symlink_to(outside / "thesis.txt")
    said = zhixing(*words, *fresh)
    assert said.code == 2
    assert f"{name}: is a link" in said.err.strip().splitlines()[-1]
    assert (folder / "runs.parquet").is_file()


@pytest.mark.slow
@pytest.mark.parametrize("fresh", [(), ("--fresh",)])
@pytest.mark.parametrize(
    "name",
    ["runs.parquet", "failures.csv", "effects.csv", "study.json", "parts/0000001-runs.parquet"],
)
def test_a_link_in_place_of_a_file_goes_and_what_it_leads_to_stays(
    name, fresh, words, folder, outside, zhixing
):
    (folder / name).unlink(missing_ok=True)
    (folder / name).symlink_to(outside / "thesis.txt")
    assert zhixing(*words, *fresh).code == 0
    assert not (folder / name).is_symlink()


@pytest.mark.slow
def test_a_link_in_place_of_a_manifest_goes_and_what_it_leads_to_stays(
    words, folder, tmp_path, zhixing
):
    (folder / "manifest.json").rename(tmp_path / "kept.json")
    (folder / "manifest.json").symlink_to(tmp_path / "kept.json")
    before = (tmp_path / "kept.json").read_bytes()
    assert zhixing(*words).code == 0
    assert zhixing(*words, "--fresh").code == 0
    assert (tmp_path / "kept.json").read_bytes() == before


@pytest.mark.slow
def test_strays_are_swept_as_what_they_are(words, folder, outside, zhixing):
    (folder / ".one.part").symlink_to(outside / "thesis.txt")
    (folder / ".two.part").symlink_to(outside)
    (folder / ".three.part").mkdir()
    (folder / "parts" / ".four.part").write_text("half")
    assert zhixing(*words).code == 0
    assert {path.name for path in folder.rglob(".*.part")} == {".three.part"}


@pytest.mark.slow
def test_a_fresh_start_leaves_a_study_that_a_folder_leads_to(words, folder, tmp_path, zhixing):
    folder.rename(tmp_path / "elsewhere")
    folder.symlink_to(tmp_path / "elsewhere")
    refused(zhixing(*words, "--fresh"), "out/own: is a link")
    assert (tmp_path / "elsewhere" / "runs.parquet").is_file()
    # Its runs may be kept there all the same.
    assert zhixing(*words).code == 0


@pytest.mark.slow
def test_a_fresh_start_keeps_what_others_put_among_parts(words, folder, zhixing):
    for name in ("thesis.txt", "mine-runs.parquet"):
        (folder / "parts" / name).write_text("mine")
    (folder / "parts" / "deeper").mkdir()
    assert zhixing(*words).code == 0
    assert zhixing(*words, "--fresh").code == 0
    kept = {path.name for path in (folder / "parts").iterdir()}
    assert kept == {"thesis.txt", "mine-runs.parquet", "deeper"}


def test_a_folder_in_place_of_a_file_stops_a_fresh_start_before_it_deletes(
    words, folder, zhixing, contents
):
    (folder / "failures.csv").mkdir()
    (folder / "failures.csv" / "thesis.txt").write_text("mine")
    before = contents(folder)
    refused(zhixing(*words, "--fresh"), "failures.csv: is a folder")
    assert contents(folder) == before


@pytest.fixture
def screened(tmp_path):
    experiment = Experiment.from_tree(SCREENED, "screened", "screened")
    return lambda out="out": Study(experiment, tmp_path / out, total)


def test_a_screening_that_is_a_link_is_not_written_through(screened, outside):
    study = screened()
    study.folder.mkdir(parents=True)
    (study.folder / SCREENING).symlink_to(outside)
    with pytest.raises(BadInput, match="screening: is a link"):
        study.run(workers=1)
    with pytest.raises(BadInput, match="nothing is discarded"):
        study.discard()


@pytest.mark.slow
def test_the_screening_of_another_study_is_not_discarded_through_a_link(screened, contents):
    study, other = screened().run(workers=1), screened("other").run(workers=1)
    before = contents(other.folder)
    (study.folder / SCREENING).rename(study.folder / "aside")
    (study.folder / SCREENING).symlink_to(other.folder / SCREENING)
    screened().discard()
    assert contents(other.folder) == before
    assert not os.path.lexists(study.folder / SCREENING)
    assert not (study.folder / "manifest.json").exists()


@pytest.mark.slow
def test_a_study_at_work_keeps_its_screening(screened, contents):
    study = screened().run(workers=1)
    before = contents(study.folder)
    with study.store().open(), pytest.raises(BadInput, match="another process"):
        screened().discard()
    assert contents(study.folder) == before


def test_verification_is_not_discarded_through_a_link(tmp_path):
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "verification.json").write_text("kept")
    (tmp_path / "verification").symlink_to(elsewhere)
    with pytest.raises(BadInput, match=re.escape("verification: is a link")):
        Verification(tmp_path).discard()
    assert (elsewhere / "verification.json").read_text() == "kept"
