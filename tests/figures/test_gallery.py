"""The gallery says what its studies say; half a minute of runs."""

import re
import subprocess
import sys

import pytest
from sim.figures import catalogue

from tests.conftest import ROOT, environment

PAGE = (ROOT / "docs" / "gallery.md").read_text(encoding="utf-8")
# Studies of minutes; ``zhixing verify`` is held against docs/verification.md by its own test.
LONG = ("sensitivity", "verification")


def test_every_figure_is_there_with_its_question_and_picture():
    assert re.findall(r"^## `(\w+)`$", PAGE, re.MULTILINE) == list(catalogue.NAMES)
    for name in catalogue.NAMES:
        text = catalogue.module(name).TEXT
        assert text["en"]["question"] in PAGE
        assert text["zh"]["question"] in PAGE
        picture = ROOT / "docs" / "images" / "gallery" / f"{name}.png"
        assert picture.read_bytes().startswith(b"\x89PNG")


@pytest.mark.slow
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
