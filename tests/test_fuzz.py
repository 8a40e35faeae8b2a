"""Inputs changed by chance, and studies killed as they write.

Many more of both: ``python -m tests.fuzz --cases 3000`` and ``python -m tests.kills --kills 60``.
"""

import os
import subprocess
import sys

import pytest

from tests import kills
from tests.conftest import ROOT, environment


@pytest.mark.long
@pytest.mark.skipif(not hasattr(os, "fork"), reason="cases are run in forked processes")
def test_inputs_changed_by_chance_are_refused_in_one_short_line():
    """A fork of this process would bring its threads along: the cases get one of their own."""
    words = [sys.executable, "-m", "tests.fuzz", "--cases", "80", "--seed", "7"]
    done = subprocess.run(words, cwd=ROOT, env=environment(), capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.endswith("0 faults in 80 cases\n")


@pytest.mark.long
@pytest.mark.skipif(sys.platform == "win32", reason="Windows knows no SIGKILL")
def test_a_study_killed_as_it_writes_is_resumed_to_the_same_bytes():
    assert kills.killed(3, kills.COMMANDS[:1]) == (3, [])
