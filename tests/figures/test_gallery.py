"""The gallery says what its studies say; half a minute of runs."""

import re
import subprocess
import sys

import pytest

from sim.drawing import catalogue
from sim.study.experiment import Experiment
from tests.conftest import ROOT, environment

PAGE = (ROOT / "docs" / "gallery.md").read_text(encoding="utf-8")
# Studies of minutes; ``zhixing verify`` is held against docs/verification.md by its own test, and
# docs/reforms.md is written by a command that runs what its figure shows.
LONG = ("plan", "reforms", "regret", "sensitivity", "verification")


def test_every_figure_is_there_with_its_question_and_picture():
    assert re.findall(r"^## `(\w+)`$", PAGE, re.MULTILINE) == list(catalogue.NAMES)
    for name in catalogue.NAMES:
        text = catalogue.figure(name).text
        assert text["en"]["question"] in PAGE
        assert text["zh"]["question"] in PAGE
        picture = ROOT / "docs" / "images" / "gallery" / f"{name}.png"
        assert picture.read_bytes().startswith(b"\x89PNG")


def section(name):
    return re.search(rf"^## `{name}`$(.*?)(?=^## |\Z)", PAGE, re.MULTILINE | re.DOTALL)[1]


def test_numbers_of_the_long_studies_are_those_of_their_experiments():
    asked = Experiment.load("sensitivity")
    clock = asked.world().clock
    (factor,) = asked.factor.values()
    text = section("sensitivity").replace("\u00a0", " ")
    for said in (
        f"±{100 * factor.spread:.0f} %",
        f"The {asked.design.screen.keep} settings",
        "95 % interval",
        f"{asked.replicates} replicates on common draws, seed {asked.seed}",
        f"{clock.months} months, the last {clock.observed} observed",
    ):
        assert said in text, said
        text = text.replace(said, "")
    assert not re.search(r"\d", text), text


def test_comparisons_are_as_many_as_the_page_of_verification_counts():
    page = (ROOT / "docs" / "verification.md").read_text(encoding="utf-8")
    block = page.split("<!-- begin checks -->")[1].split("<!-- end checks -->")[0]
    rows = [line for line in block.splitlines() if line.startswith("| ")][2:]
    # What has no published value is compared with nothing; that all agree is tested with the page.
    number = sum("not known" not in row for row in rows)
    text = section("verification")
    assert f"All {number} comparisons" in text
    assert not re.search(r"\d", text.replace(f"All {number}", "").replace("Seed 1", ""))


@pytest.mark.long
def test_answers_are_what_the_studies_give():
    names = [name for name in catalogue.NAMES if name not in LONG]
    done = subprocess.run(
        [sys.executable, "-m", "docs.gallery", "--check", *names],
        cwd=ROOT,
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
