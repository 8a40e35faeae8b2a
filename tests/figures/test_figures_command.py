"""``zhixing figures``: what is missing, partial or stale is told apart, and run if asked."""

import json
import re
import subprocess
from dataclasses import replace

import pytest

from sim import shipped
from sim.drawing import catalogue
from sim.planning.question import Question
from sim.study.experiment import Experiment
from sim.study.study import Study
from tests.conftest import command, environment

NAME = "over_supervision"


@pytest.mark.slow
def test_a_missing_study_is_told_and_run_when_asked(tiny, zhixing, tmp_path):
    said = zhixing("figures", NAME, "--out", tmp_path)
    assert said.code == 2
    assert "has not been run" in said.err
    assert "zhixing figures --run" in said.err
    assert not (tmp_path / NAME).exists()
    said = zhixing("figures", NAME, "--run", "--workers", 1, "--out", tmp_path)
    assert said.code == 0
    made = {path.name for path in (tmp_path / "figures").iterdir()}
    assert made == {f"{NAME}.{kind}" for kind in ("pdf", "svg", "png", "caption.txt")}
    said = zhixing("figures", NAME, "--list", "--out", tmp_path)
    assert said.out.split()[:2] == [NAME, "complete"]


@pytest.mark.slow
def test_a_partial_study_is_told_and_finished_when_asked(tiny, zhixing, tmp_path):
    Study(tiny, tmp_path).run(workers=1)
    more = tiny.replace(replicates=3)
    assert Study(more, tmp_path).standing().kind == "partial"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Experiment, "load", classmethod(lambda cls, source: more))
        said = zhixing("figures", NAME, "--out", tmp_path)
        assert said.code == 2
        assert "is not complete" in said.err
        assert "12 of 18 runs" in said.err
        assert zhixing("figures", NAME, "--run", "--workers", 1, "--out", tmp_path).code == 0


@pytest.mark.slow
def test_a_stale_study_is_told_and_only_discarded_when_asked(tiny, zhixing, tmp_path):
    Study(tiny.replace(seed=2), tmp_path).run(workers=1)
    before = (tmp_path / NAME / "runs.parquet").read_bytes()
    said = zhixing("figures", NAME, "--run", "--out", tmp_path)
    assert said.code == 2
    assert "is of other code or settings" in said.err
    assert "seed was 2, is 1" in said.err
    assert "--run --fresh" in said.err
    assert (tmp_path / NAME / "runs.parquet").read_bytes() == before
    said = zhixing("figures", NAME, "--run", "--fresh", "--workers", 1, "--out", tmp_path)
    assert said.code == 0
    assert Study(tiny, tmp_path).standing().kind == "complete"


@pytest.mark.slow
def test_failed_runs_are_told(tiny, tmp_path, monkeypatch):
    study = Study(tiny, tmp_path).run(workers=1)
    broken = replace(study.status(), failed=1)
    monkeypatch.setattr(Study, "status", lambda self: broken)
    assert study.standing().kind == "failed"


@pytest.mark.slow
def test_quick_studies_are_kept_apart(tiny, zhixing, tmp_path):
    said = zhixing("figures", NAME, "--quick", "--out", tmp_path)
    assert "zhixing figures --quick --run" in said.err
    assert zhixing("figures", NAME, "--quick", "--run", "--workers", 1, "--out", tmp_path).code == 0
    assert (tmp_path / "quick" / NAME).is_dir()
    assert not (tmp_path / NAME).exists()
    text = (tmp_path / "figures" / f"{NAME}.caption.txt").read_text(encoding="utf-8")
    assert f"zhixing figures {NAME} --quick" in text


@pytest.mark.slow
def test_metadata_and_caption_say_what_a_picture_rests_on(tiny, zhixing, tmp_path):
    zhixing("figures", NAME, "--run", "--workers", 1, "--out", tmp_path, "--style", "talk")
    kept = json.loads((tmp_path / NAME / "manifest.json").read_text(encoding="utf-8"))
    stem = tmp_path / "figures" / f"{NAME}.talk"
    svg = stem.with_name(f"{stem.name}.svg").read_text(encoding="utf-8")
    caption = stem.with_name(f"{stem.name}.caption.txt").read_text(encoding="utf-8")
    pdf = stem.with_name(f"{stem.name}.pdf").read_bytes()
    png = stem.with_name(f"{stem.name}.png").read_bytes()
    wanted = [
        f"experiment: {NAME}",
        "seed: 1",
        f"version: {kept['identity']['version']}",
        f"commit: {kept['commit']}",
        f"command: zhixing figures {NAME} --style talk",
    ]
    digest = re.search(r"hash: ([0-9a-f]{32})", svg)[1]
    for line in wanted:
        assert line in svg
        assert line.encode() in png
    assert digest in caption
    assert digest.encode() in png
    # Text that is not ASCII is kept in two bytes a character.
    assert digest.encode("utf-16-be") in pdf or digest.encode() in pdf
    assert "2 replicates" in caption
    assert "95\u00a0% bootstrap interval" in caption
    assert f"Redraw: zhixing figures {NAME} --style talk" in caption


@pytest.mark.long
def test_the_command_draws_the_same_bytes_again(tiny, zhixing, tmp_path):
    zhixing("figures", NAME, "--run", "--workers", 1, "--out", tmp_path)
    first = {p.name: p.read_bytes() for p in (tmp_path / "figures").iterdir()}
    zhixing("figures", NAME, "--out", tmp_path)
    assert {p.name: p.read_bytes() for p in (tmp_path / "figures").iterdir()} == first


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["lever_efects"], "did you mean “lever_effects”"),
        (["--lang", "fr"], "--lang fr: expected one of en, zh"),
        (["--style", "tlk"], "did you mean “talk”"),
        (["--format", "gif"], "expected some of svg,pdf,png"),
        (["--format", ","], "expected some of svg,pdf,png"),
        (["--workers", "0"], "--workers 0"),
        (["--fresh"], "--fresh: only with --run"),
    ],
)
def test_bad_options_are_one_line_and_nothing_is_written(words, said, zhixing, tmp_path):
    found = zhixing("figures", *words, "--out", tmp_path)
    assert found.code == 2
    assert said in found.err
    assert len(found.err.strip().splitlines()) == 1
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_a_file_is_told(tiny, zhixing, tmp_path):
    (tmp_path / "taken").write_text("x")
    found = zhixing("figures", NAME, "--to", tmp_path / "taken", "--out", tmp_path)
    assert found.code == 2
    assert "cannot write results here" in found.err


def test_every_experiment_of_a_figure_has_a_quick_form():
    for name in catalogue.NAMES:
        experiment = catalogue.figure(name).experiment
        if experiment in shipped.plans():
            plan = Question.load(experiment)
            assert plan.smaller().size.fresh < plan.size.fresh, name
        elif experiment not in ("verification", "reforms", "lever_doubts"):
            asked = Experiment.load(experiment)
            assert asked.smaller().replicates < asked.replicates, name


@pytest.mark.long
def test_figures_are_drawn_without_a_display(tmp_path):
    """A whole process, with no display and a backend that would need one."""
    about = {**environment(), "MPLBACKEND": "tkagg"}
    about.pop("DISPLAY", None)
    done = subprocess.run(
        command("figures", "depth", "--quick", "--run", "--out", tmp_path, "--format", "svg"),
        env=about,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "figures" / "depth.svg").stat().st_size > 1000
