"""A Dask cluster started by its own commands gives the same bytes, and may lose a worker."""

import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from sim.study.carry_out import Work
from sim.study.execute import OtherCode, Task, run_task
from sim.study.model import Function
from sim.study.points import Point, Span
from tests.conftest import ROOT, called, command, environment

DASK = str(Path(sys.executable).with_name("dask"))
# As long as a step may take on a busy machine.
PATIENCE = 120
EXPERIMENT = """
title = "Cluster"
question = "Is it the same elsewhere?"
scenario = "{scenario}"
months = 60
replicates = 10
measures = ["execution_rate", "credibility"]
series = ["execution_rate"]

[design]
kind = "latin_hypercube"
points = {points}

[factor.supervision]
low = 0.0
high = 1.0
"""


def wait_until(happened):
    patience = time.monotonic() + PATIENCE
    while not happened():
        assert time.monotonic() < patience
        time.sleep(0.05)


@pytest.fixture(scope="module")
def cluster(tmp_path_factory):
    """A scheduler and two workers; the scheduler file, and the workers' processes."""
    folder = tmp_path_factory.mktemp("dask")
    file = folder / "scheduler.json"
    local = ["--host", "127.0.0.1", "--no-dashboard"]
    started = []

    def start(*words):
        log = (folder / f"{len(started)}.log").open("w")
        process = subprocess.Popen(
            [DASK, *words],
            env=environment() | {"TMPDIR": str(folder)},
            cwd=folder,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
        started.append(process)
        return process

    start("scheduler", *local, "--port", "0", "--scheduler-file", str(file))
    wait_until(file.exists)
    for _ in range(2):
        start("worker", *local, "--scheduler-file", str(file), "--nthreads", "1")
    yield file, started[1:]
    for process in started:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


@pytest.fixture
def study(write, tmp_path):
    def study(points, scenario, *options):
        path = write("cluster.toml", EXPERIMENT.format(points=points, scenario=scenario))
        return ["study", path, "--out", tmp_path / "out", *options]

    return study


def tables(out):
    return [(out / "cluster" / f"{name}.parquet").read_bytes() for name in ("runs", "series")]


def pool(words, out):
    """The same study over a pool here."""
    done = called(*words[: words.index("--out")], "--out", out, "--workers", "2")
    assert done.code == 0, done.err
    return tables(out)


@pytest.mark.long
@pytest.mark.usefixtures("lasting_workers")
def test_a_cluster_gives_the_same_bytes_as_a_pool(cluster, study, tmp_path):
    file, _ = cluster
    words = study(40, "bureau", "--cluster", str(file))
    done = subprocess.run(command(*words), env=environment(), capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert tables(tmp_path / "out") == pool(words, tmp_path / "pool")


@pytest.mark.long
@pytest.mark.usefixtures("lasting_workers")
def test_a_plan_on_a_cluster_gives_the_same_bytes_as_here(cluster, tmp_path):
    file, _ = cluster
    sizes = ("--packages", "8", "--generations", "2", "--fresh-runs", "8", "--keep", "2")
    words = ("plan", "bureau", "--use", "culture", "--cost", "9", "--months", "24", *sizes, "--out")
    there = command(*words, tmp_path / "there", "--cluster", str(file))
    done = subprocess.run(there, env=environment(), capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    here = called(*words, tmp_path / "here", "--workers", "1")
    assert here.code == 0, here.err
    answers = [
        one.read_bytes() for name in ("there", "here") for one in (tmp_path / name).glob("*/plan.*")
    ]
    assert len(answers) == 4
    assert answers[:2] == answers[2:]


def worker_children(process):
    """The processes that a worker's nanny watches."""
    listed = subprocess.run(["ps", "-eo", "ppid=,pid=,args="], capture_output=True, text=True)
    lines = [line.split(None, 2) for line in listed.stdout.splitlines()]
    return [int(pid) for ppid, pid, line in lines if ppid == str(process.pid) and "spawn" in line]


@pytest.mark.long
@pytest.mark.usefixtures("lasting_workers")
def test_a_worker_killed_midway_costs_nothing_but_time(cluster, study, tmp_path):
    file, workers = cluster
    words = study(60, "district", "--cluster", str(file))
    process = subprocess.Popen(
        command(*words),
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    parts = tmp_path / "out/cluster/parts"
    wait_until(lambda: len(list(parts.glob("*-runs.parquet"))) >= 3 or process.poll() is not None)
    for pid in worker_children(workers[0]):
        os.kill(pid, signal.SIGKILL)
    done = len(list(parts.glob("*-runs.parquet")))
    _, err = process.communicate(timeout=PATIENCE)
    assert process.returncode == 0, err
    assert 3 <= done < 20
    assert tables(tmp_path / "out") == pool(words, tmp_path / "pool")


def test_workers_with_other_code_are_refused():
    with pytest.raises(OtherCode, match="another version"):
        run_task(Task(0, (), {}, {}, 1, "other"))


def answer(values, seed, replicate):
    return [values["x"]]


def test_workers_with_an_old_file_of_a_function_are_refused():
    """A function travels by name: another worker may find another one under it."""
    work = Work((Function(answer),), [Point({"x": 1.0})], 1)
    (task,) = work.tasks([(0, (Span(0, 0, 2),))], travel=True, far=True)
    assert run_task(task).values.tolist() == [[1.0], [1.0]]
    with pytest.raises(OtherCode, match="another version of the function"):
        run_task(replace(task, functions={0: "of an old file"}))
    (near,) = work.tasks([(0, (Span(0, 0, 2),))], travel=True)
    assert not near.functions


@pytest.mark.long
@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("nowhere", "expected tcp://HOST:PORT or the path of a scheduler file"),
        ("tcp://127.0.0.1:9", "no scheduler answers"),
        ("file.json", "no scheduler answers"),
    ],
)
def test_a_cluster_that_is_not_there_is_told(study, zhixing, monkeypatch, address, told, write):
    from sim.study import cluster

    monkeypatch.setattr(cluster, "PATIENCE", 1)
    if address == "file.json":
        address = str(write("file.json", '{"address": "tcp://127.0.0.1:9"}'))
    said = zhixing(*study(2, "bureau", "--cluster", address))
    assert said.code == 2
    assert told in said.err.splitlines()[-1]


def test_workers_and_a_cluster_are_not_both_asked(study, zhixing):
    said = zhixing(*study(2, "bureau", "--cluster", "tcp://127.0.0.1:9", "--workers", "2"))
    assert said.code == 2
    assert "--workers and --cluster" in said.err


def test_dask_comes_with_an_extra_and_says_so_where_it_is_missing(study, zhixing, monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    said = zhixing(*study(2, "bureau", "--cluster", "tcp://127.0.0.1:9"))
    assert said.code == 2
    assert "zhixing[cluster]" in said.err
    assert "cluster = [" in (ROOT / "pyproject.toml").read_text()
