"""Ctrl-C in a real study with workers: it stops at once, keeps what is finished, and goes on."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from sim.study import execute
from sim.study.points import FEWEST_CHUNKS

WORLD = 'extends = "{small}"\n[clock]\nmonths = 400\n[organisation]\ndepartments = 6\n'
# As long as a step may take on a busy machine.
PATIENCE = 60
# As long as a stop may take.
AT_ONCE = 10


@pytest.fixture
def default_interrupt():
    """A process started in the background ignores Ctrl-C, and so would those it starts."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.fixture
def start(default_interrupt):
    """Begin a study in a process group of its own, as a shell does; end what is left of it."""
    started = []

    def start(words):
        process = subprocess.Popen(
            [sys.executable, "-m", "sim.cli", *map(str, words)],
            env=os.environ | {"PYTHONPATH": str(Path(__file__).parents[1])},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        started.append(process)
        return process

    yield start
    for process in started:
        if survivors(process.pid):
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()


def wait_for(happened):
    patience = time.monotonic() + PATIENCE
    while not happened():
        assert time.monotonic() < patience
        time.sleep(0.02)


def survivors(group):
    """Number, state and command of the processes of a group that still run."""
    columns = "pgid=,pid=,stat=,args="
    listed = subprocess.run(["ps", "-eww", "-o", columns], capture_output=True, text=True).stdout
    lines = [line.split(None, 3) for line in listed.splitlines()]
    return [line[1:] for line in lines if line[0] == str(group) and not line[2].startswith("Z")]


def wait_for_part(process, folder):
    """Until the first finished chunk is kept, or the process ends too early."""
    wait_for(lambda: list(folder.glob("out/*/parts/*-runs.parquet")) or process.poll() is not None)


def interrupt(process):
    """Ctrl-C as a terminal sends it, to the whole group."""
    os.killpg(process.pid, signal.SIGINT)
    out, err = process.communicate(timeout=AT_ONCE)
    assert process.returncode == 130
    assert out == ""
    assert "Traceback" not in err
    wait_for(lambda: not survivors(process.pid))


@pytest.fixture
def words(write, small_file, tmp_path):
    path = write("own.toml", WORLD.format(small=small_file))
    return ["levers", path, "--replicates", "30", "--workers", "2", "--out", tmp_path / "out"]


@pytest.mark.slow
def test_ctrl_c_stops_a_study_at_once_and_it_can_go_on(
    start, words, tmp_path, zhixing, no_pictures
):
    process = start(words)
    wait_for_part(process, tmp_path)
    interrupt(process)
    kept = len(list(tmp_path.glob("out/*/parts/*-runs.parquet")))
    assert 1 <= kept < FEWEST_CHUNKS

    said = zhixing(*words, "--workers", "1", "--json")
    assert said.code == 0
    assert f"{300 // FEWEST_CHUNKS * kept} of 300 runs" in said.err
    assert said.json["replicates"] == 30


@pytest.mark.long
def test_workers_leave_ctrl_c_to_their_parent_from_their_first_moment(start, words, tmp_path):
    process = start(words)

    def workers():
        return [int(pid) for pid, _, line in survivors(process.pid) if "spawn_main" in line]

    wait_for(lambda: len(workers()) == 2 or process.poll() is not None)
    for pid in workers():
        os.kill(pid, signal.SIGINT)
    wait_for_part(process, tmp_path)
    interrupt(process)


@pytest.mark.parametrize("name", ["SIGTERM", "SIGINT"])
def test_what_asks_a_process_to_stop_waits_while_work_is_handed_over(name, default_interrupt):
    class Asked(BaseException):
        pass

    def stop(*_):
        raise Asked

    number = getattr(signal, name)
    before = signal.signal(number, stop)
    seen = []

    def hand_over():
        with execute.interrupts_held():
            os.kill(os.getpid(), number)
            time.sleep(0.05)
            seen.append("handed over")
        seen.append("never reached")

    try:
        with pytest.raises(Asked):
            hand_over()
    finally:
        signal.signal(number, before)
    assert seen == ["handed over"]
    assert signal.getsignal(number) == before
