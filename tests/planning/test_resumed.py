"""A plan that was stopped goes on where it was, and its numbers depend on nothing but its seed."""

import signal
import subprocess
import sys

import numpy as np
import pytest

from sim.planning.answer import Answer
from sim.planning.planning import Planning
from sim.study.provenance import as_json
from tests.conftest import ROOT, environment
from tests.planning import made_up


def asked():
    return made_up.question(["most y"], ["y", "spent"], ["spent <= 2"])


def stored(folder):
    """The runs of every round, by name."""
    return {str(one.relative_to(folder)): one for one in sorted(folder.rglob("runs.parquet"))}


def told(planning):
    return as_json(Answer(planning).results())


@pytest.mark.slow
def test_a_stopped_plan_repeats_no_generation_and_ends_with_the_same_bytes(tmp_path):
    whole = Planning(asked(), tmp_path / "whole", made_up.known, workers=1)
    expected = told(whole)

    def stop(name):
        def progress(done, total):
            if name == "search" and done > total // 2:
                raise KeyboardInterrupt

        return progress

    stopped = Planning(asked(), tmp_path / "stopped", made_up.known, workers=1, rounds=stop)
    with pytest.raises(KeyboardInterrupt):
        told(stopped)
    before = {name: one.stat().st_mtime_ns for name, one in stored(stopped.folder).items()}
    assert before
    resumed = Planning(asked(), tmp_path / "stopped", made_up.known, workers=1)
    assert told(resumed) == expected
    after = stored(resumed.folder)
    assert {name: after[name].stat().st_mtime_ns for name in before} == before
    assert {name: one.read_bytes() for name, one in after.items()} == {
        name: one.read_bytes() for name, one in stored(whole.folder).items()
    }


KILLED = """
import os, signal, sys
from sim.planning.planning import Planning
from tests.planning import made_up
from tests.planning.test_resumed import asked

def rounds(name):
    def progress(done, total):
        if name == "search" and done > total // 2:
            os.kill(os.getpid(), signal.SIGKILL)

    return progress

Planning(asked(), sys.argv[1], made_up.known, workers=1, rounds=rounds).reported
"""


@pytest.mark.long
def test_a_killed_plan_ends_with_the_same_bytes(tmp_path):
    killed = subprocess.run(
        [sys.executable, "-c", KILLED, tmp_path / "killed"],
        check=False,
        cwd=ROOT,
        env=environment(),
    )
    assert killed.returncode == -signal.SIGKILL
    found = [
        Planning(asked(), tmp_path / name, made_up.known, workers=1) for name in ("killed", "whole")
    ]
    assert stored(found[0].folder)
    np.testing.assert_array_equal(found[0].reported, found[1].reported)
    one, two = (stored(planning.folder) for planning in found)
    assert {name: path.read_bytes() for name, path in one.items()} == {
        name: path.read_bytes() for name, path in two.items()
    }


@pytest.mark.long
def test_one_worker_and_two_give_the_same_bytes(tmp_path):
    size = {"generations": 2, "packages": 8, "fresh": 8, "again": 4, "explained": 4}
    question = made_up.question(["most y"], ["y", "spent"], ["spent <= 2"], size)
    found = [
        Planning(question, tmp_path / str(workers), made_up.known, workers=workers)
        for workers in (1, 2)
    ]
    np.testing.assert_array_equal(found[0].reported, found[1].reported)
    one, two = (stored(planning.folder) for planning in found)
    assert {name: path.read_bytes() for name, path in one.items()} == {
        name: path.read_bytes() for name, path in two.items()
    }
