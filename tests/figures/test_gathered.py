"""A figure never claims to rest on results that are not gathered, or on none."""

import json
import re

import pytest
from filelock import FileLock

from sim.drawing import catalogue, stored
from sim.errors import BadInput
from sim.study import carry_out, store
from sim.study.store import Store
from sim.study.study import Study
from tests.conftest import but

NAME = "over_supervision"
SCREENED = """
title = "Screened"
question = "Which count?"
scenario = "bureau"
months = 18
replicates = 2
measures = ["credibility"]

[design]
kind = "sobol"
base = 4
screen = { trajectories = 3, keep = 2 }

[factor."public.trust.mean"]
low = 0.2
high = 0.8

[factor."behaviour.duty"]
low = 1.0
high = 2.0

[factor.supervision]
low = 0.0
high = 1.0
"""


class Killed(Exception):
    """A study that ends where it stands."""


def killed_at(step, study):
    """Run a study that is killed as it begins a step."""

    def kill(*_):
        raise Killed

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Store, step, kill)
        with pytest.raises(Killed):
            study.run(workers=1)


def before_gathering(study):
    killed_at("compact", study)


def before_its_provenance(study):
    killed_at("conclude", study)


def in_shares(study):
    for number in (1, 2):
        study.run(workers=1, part=(number, 2))


def grown(study, end):
    Study(study.experiment.replace(replicates=1), study.folder.parent).run(workers=1)
    end(study)


ENDS = {
    "before gathering": before_gathering,
    "before its provenance": before_its_provenance,
    "in shares": in_shares,
    "grown, before gathering": lambda study: grown(study, before_gathering),
    "grown, before its provenance": lambda study: grown(study, before_its_provenance),
    "grown, in shares": lambda study: grown(study, in_shares),
}


@pytest.fixture
def no_run(monkeypatch):
    """Whoever runs anything again is told."""

    def no_run():
        def refuse(*_):
            raise AssertionError("a run is done again")

        monkeypatch.setattr(carry_out, "run_task", refuse)
        monkeypatch.setattr(carry_out, "in_turn", refuse)

    return no_run


@pytest.mark.slow
@pytest.mark.parametrize("end", but(("in shares", "grown, before gathering"), ENDS))
def test_a_figure_is_drawn_from_gathered_results_only(end, tiny, zhixing, tmp_path, no_run):
    study = Study(tiny, tmp_path)
    ENDS[end](study)
    assert study.status().complete
    assert study.standing().kind == "ungathered"
    with pytest.raises(BadInput, match="not gathered; run zhixing study"):
        stored.about(NAME, study)
    assert zhixing("figures", NAME, "--list", "--out", tmp_path).out.split()[1] == "ungathered"
    no_run()
    assert zhixing("figures", NAME, "--out", tmp_path).code == 0
    kept = json.loads((study.folder / "manifest.json").read_text(encoding="utf-8"))
    assert kept["replicates"] == 2
    caption = (tmp_path / "figures" / f"{NAME}.caption.txt").read_text(encoding="utf-8")
    assert stored.results_hash(study) in caption
    assert f"commit {kept['commit']}" in caption
    assert "None" not in caption
    assert not list((study.folder / "parts").iterdir())


@pytest.mark.slow
def test_gathered_for_a_figure_the_tables_are_those_of_an_undisturbed_study(
    tiny, zhixing, tmp_path, contents
):
    Study(tiny, tmp_path / "whole").run(workers=1, command=f"zhixing study {NAME}")
    in_shares(Study(tiny, tmp_path / "shares"))
    assert zhixing("figures", NAME, "--out", tmp_path / "shares").code == 0
    whole, shares = (contents(tmp_path / out / NAME) for out in ("whole", "shares"))
    assert {name: shares[name] for name in whole if ".lock" not in name} == {
        name: content for name, content in whole.items() if ".lock" not in name
    }


def refused(said, out):
    assert said.code == 2
    assert len(said.err.strip().splitlines()) == 1
    assert f"To gather: zhixing study {NAME}" in said.err
    assert not list((out / "figures").iterdir())


@pytest.mark.slow
@pytest.mark.parametrize("words", but(((),), ((), ("--run",), ("--run", "--fresh"))))
def test_a_folder_where_another_process_works_is_not_gathered(words, tiny, zhixing, tmp_path):
    study = Study(tiny, tmp_path)
    in_shares(study)
    parts = sorted((study.folder / "parts").iterdir())
    with FileLock(study.folder / ".lock-1-of-2"):
        said = zhixing("figures", NAME, *words, "--out", tmp_path)
    refused(said, tmp_path)
    assert "another process is working here" in said.err
    assert sorted((study.folder / "parts").iterdir()) == parts


@pytest.mark.slow
def test_a_folder_that_cannot_be_written_is_not_gathered(tiny, zhixing, tmp_path, monkeypatch):
    in_shares(Study(tiny, tmp_path))

    def refuse(folder):
        raise BadInput(f"{folder}: cannot write results here: Read-only file system")

    monkeypatch.setattr(store, "writable_folder", refuse)
    said = zhixing("figures", NAME, "--out", tmp_path)
    refused(said, tmp_path)
    assert "Read-only" in said.err


@pytest.mark.slow
def test_gathering_runs_nothing_that_is_missing(tiny, tmp_path, no_run):
    study = Study(tiny, tmp_path)
    with pytest.raises(BadInput, match="no study there"):
        study.gather()
    assert not study.folder.exists()
    study.run(workers=1, part=(1, 2))
    no_run()
    with pytest.raises(BadInput, match="runs are missing"):
        study.gather()


@pytest.mark.slow
def test_nothing_has_no_hash(tiny, tmp_path):
    study = Study(tiny, tmp_path)
    for kept in (study, stored.source("verification", tmp_path, quick=False)):
        with pytest.raises(BadInput):
            stored.results_hash(kept)
    study.run(workers=1)
    assert re.fullmatch(r"[0-9a-f]{32}", stored.results_hash(study))
    (study.folder / "runs.parquet").unlink()
    with pytest.raises(BadInput):
        stored.results_hash(study)


@pytest.mark.slow
def test_results_that_change_under_a_figure_are_told(tiny, zhixing, tmp_path, monkeypatch):
    study = Study(tiny, tmp_path).run(workers=1)
    figure = type(catalogue.figure(NAME))
    draw = figure.draw

    def meanwhile(*words):
        Study(tiny.replace(replicates=3), tmp_path).run(workers=1)
        return draw(*words)

    monkeypatch.setattr(figure, "draw", meanwhile)
    said = zhixing("figures", NAME, "--out", tmp_path)
    assert said.code == 2
    assert "changed while" in said.err
    assert not list((tmp_path / "figures").iterdir())
    assert study.folder.is_dir()


@pytest.fixture
def shares(write, zhixing, tmp_path, few_resamples):
    """A screened study done in shares, and how it is asked for."""
    path = write("screened.toml", SCREENED)
    words = (path, "--out", tmp_path / "out")
    for part in ("1/2", "2/2", "1/2", "2/2"):
        assert zhixing("study", *words, "--workers", "1", "--part", part).code == 0
    return words


@pytest.mark.slow
def test_status_tells_that_results_are_not_gathered(shares, zhixing):
    said = zhixing("study", "status", *shares)
    assert "not gathered yet: zhixing study" in said.out
    told = zhixing("study", "status", *shares, "--json").json
    assert (told["complete"], told["gathered"]) == (True, False)
    assert zhixing("study", *shares, "--workers", "1").code == 0
    assert "not gathered" not in zhixing("study", "status", *shares).out
    assert zhixing("study", "status", *shares, "--json").json["gathered"]


@pytest.mark.long
def test_sensitivity_says_what_it_rests_on(shares, zhixing, tmp_path):
    told = zhixing("sensitivity", *shares, "--json").json
    kept = json.loads((tmp_path / "out/screened/manifest.json").read_text(encoding="utf-8"))
    for key in ("hash", "commit", "command"):
        assert told[key] == kept[key] is not None
    assert kept["command"].startswith("zhixing study")
    # Asked for fewer replicates, it speaks of those.
    fewer = zhixing("sensitivity", *shares, "--replicates", "1", "--json").json
    assert fewer["replicates"] == 1
    assert fewer["hash"] != told["hash"]
    assert "--replicates 1" in fewer["command"]


@pytest.mark.long
def test_sensitivity_waits_for_whoever_works_in_the_folder(shares, zhixing, tmp_path):
    with FileLock(tmp_path / "out/screened/.lock"):
        said = zhixing("sensitivity", *shares, "--json")
    assert said.code == 2
    assert "another process is working here" in said.err
    assert said.out == ""
