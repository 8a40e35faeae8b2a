"""Fonts are listed once, also where the home folder cannot be written."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="needs the folders of Linux")


def folder_with(tmp_path, **variables):
    """The folder that matplotlib uses in a new process, and what the process says."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("XDG", "MPL"))}
    done = subprocess.run(
        [sys.executable, "-c", "import sim.drawing.style, os; print(os.environ['MPLCONFIGDIR'])"],
        cwd=ROOT,
        env=kept | {"PYTHONPATH": str(ROOT), "TMPDIR": str(tmp_path)} | variables,
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.strip(), done.stderr


@pytest.mark.long
def test_without_a_home_folder_matplotlib_gets_one_folder_and_says_nothing(tmp_path):
    folder, said = folder_with(tmp_path, HOME="/proc/nobody")
    assert said == ""
    assert Path(folder).is_relative_to(tmp_path)
    assert [one.name for one in Path(folder).glob("fontlist*")]
    assert folder_with(tmp_path, HOME="/proc/nobody")[0] == folder


@pytest.mark.long
def test_a_folder_that_the_user_names_stays(tmp_path):
    own = tmp_path / "own"
    own.mkdir()
    folder, _ = folder_with(tmp_path, HOME="/proc/nobody", MPLCONFIGDIR=str(own))
    assert folder == str(own)
