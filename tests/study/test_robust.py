"""A study that is killed, starved, damaged or doubled loses nothing and counts nothing twice."""

import contextlib
import json
import os
import random
import re
import resource
import shutil
import signal
import subprocess
import sys
import time

import numpy as np
import pandas as pd
import pytest
from filelock import FileLock

from sim.study import model
from tests.conftest import but, called, command, environment

pytestmark = pytest.mark.slow

KILLS = 20
# One in so many kills meets a study with workers, which take a second or more to begin.
WITH_WORKERS = 5
# Seconds within which a study that is at work is killed.
SECONDS = 0.1
RUNS = 4_000
SOME = 400
EXPERIMENT = """
title = "Robust"
question = "Does it survive?"
scenario = "{scenario}"
months = {months}
replicates = 10
measures = ["execution_rate", "credibility"]
series = ["execution_rate"]

[design]
kind = "latin_hypercube"
points = {points}

[factor.supervision]
low = 0.0
high = 1.0

[factor."public.trust.mean"]
low = 0.2
high = 0.8
"""
# As long as a step may take on a busy machine.
PATIENCE = 120
# Bytes of a result that takes long enough to send to be interrupted.
SENT = 200_000_000


@pytest.fixture
def experiment(write):
    """An experiment of so many points, ten runs each, of the district or another scenario."""

    def experiment(points=4, scenario="bureau", months=24):
        text = EXPERIMENT.format(points=points, scenario=scenario, months=months)
        return write("robust.toml", text)

    return experiment


def run(words, **options):
    return subprocess.run(
        command(*words), env=environment(), capture_output=True, text=True, **options
    )


def tables(out):
    """The bytes of the gathered tables, and the effects read off them."""
    names = ("runs.parquet", "series.parquet", "effects.csv")
    return {name: (out / "robust" / name).read_bytes() for name in names}


def parts(out):
    """Names of the parts of runs that are kept."""
    return {path.name for path in out.glob("robust/parts/*-runs.parquet")}


def strays(out):
    """Files that have no place in a finished study."""
    kept = {"manifest.json", "runs.parquet", "series.parquet", "effects.csv", "study.json"}
    found = {path.relative_to(out / "robust").as_posix() for path in out.rglob("*")}
    return {one for one in found - kept if not one.startswith("inputs")} - {".", ".lock", "parts"}


def survivors(group):
    """Commands of the processes of a group that still run."""
    words = ["ps", "-eww", "-o", "pgid=,stat=,args="]
    listed = subprocess.run(words, capture_output=True, text=True)
    lines = [line.split(None, 2) for line in listed.stdout.splitlines()]
    return [line for pgid, state, line in lines if pgid == str(group) and not state.startswith("Z")]


def wait_until(happened):
    patience = time.monotonic() + PATIENCE
    while not happened():
        assert time.monotonic() < patience
        time.sleep(0.02)


# Commands that begin at once: forks of a process that has imported and compiled what all need.
# Reads the words of a command and where its stderr goes; says its process, and when it ended.
FORKING = """
import json, os, sys
from sim import Scenario, cli, simulate
from sim.study import sources, study

simulate(Scenario.load("bureau"), 1)
sources.sources_digest()
print("ready", flush=True)
for line in sys.stdin:
    words, err = json.loads(line)
    process = os.fork()
    if process == 0:
        os.setsid()
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        os.dup2(os.open(err, os.O_WRONLY | os.O_CREAT), 2)
        sys.argv = ["zhixing", *words]
        cli.main()
    print(process, flush=True)
    os.waitpid(process, 0)
    print("ended", flush=True)
"""


@pytest.fixture
def forking():
    """Starts a command at once: a function of its words and where its stderr goes."""
    process = subprocess.Popen(
        [sys.executable, "-W", "ignore", "-c", FORKING],
        env=environment(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout.readline() == "ready\n"

    def start(words, err):
        process.stdin.write(json.dumps([[*map(str, words)], str(err)]) + "\n")
        process.stdin.flush()
        return int(process.stdout.readline())

    def kill(started):
        # It may have come to its end.
        with contextlib.suppress(ProcessLookupError):
            os.kill(started, signal.SIGKILL)
        assert process.stdout.readline() == "ended\n"

    yield start, kill
    process.stdin.close()
    process.wait(PATIENCE)


@pytest.mark.long
def test_killed_at_twenty_random_moments_a_study_ends_as_if_undisturbed(
    experiment, tmp_path, zhixing, forking
):
    start, kill = forking
    path = experiment(RUNS // 10)
    clean, killed = tmp_path / "clean", tmp_path / "killed"
    assert zhixing("study", path, "--out", clean, "--workers", "1").code == 0

    moments = random.Random(20)
    words = ["study", path, "--out", killed, "--workers"]
    unfinished = 0
    for number in range(KILLS):
        workers = 1 if number % WITH_WORKERS else 2
        err = tmp_path / f"{number}.txt"
        kept = parts(killed)
        process = start([*words, workers], err)
        wait_until(lambda said=err: said.exists() and f"of {RUNS} runs" in said.read_text())
        unfinished += f" {RUNS} of" not in err.read_text()
        if workers > 1:
            wait_until(lambda had=kept, one=process: parts(killed) != had or not survivors(one))
        time.sleep(moments.uniform(0.0, SECONDS))
        kill(process)
        # Its workers see that it is gone.
        wait_until(lambda group=process: not survivors(group))
    # Most moments fell into the work itself.
    assert unfinished >= KILLS // 2

    last = run([*words, "2"])
    assert last.returncode == 0, last.stderr
    assert tables(killed) == tables(clean)
    assert strays(killed) == set()
    runs = pd.read_parquet(killed / "robust" / "runs.parquet")
    assert len(runs) == RUNS
    assert not runs.duplicated(["point", "replicate"]).any()
    assert runs["key"].nunique() == RUNS


def started(words):
    return subprocess.Popen(
        command(*words),
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def test_asked_to_end_a_study_stops_its_workers_and_says_so(experiment, tmp_path):
    words = ["study", experiment(40, "district", 120), "--out", tmp_path, "--workers", "2"]
    process = started(words)
    for line in process.stderr:
        if "runs, " in line and not re.search(r": 0 of", line) and "study" in line:
            break
    process.send_signal(signal.SIGTERM)
    _, err = process.communicate(timeout=PATIENCE)
    assert process.returncode == 128 + signal.SIGTERM
    assert "ended; what was finished is kept" in err
    assert "Traceback" not in err
    # Workers were stopped before; what keeps track of them ends a moment after its parent.
    assert not any("spawn_main" in line for line in survivors(process.pid))
    wait_until(lambda: not survivors(process.pid))
    assert list(tmp_path.glob("robust/parts/*-runs.parquet"))


# Grows while a result is received. What the system calls the most memory is at first the parent's.
MEMORY = """
import os, time
from pathlib import Path

def memory():
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
"""
on_linux = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")


@on_linux
def test_a_worker_stopped_while_it_sends_a_result_keeps_nobody_waiting():
    """The pool reads a result's length first, and then waits for as many bytes."""
    script = f"""
{MEMORY}
from sim.study.execute import worker_pool

with worker_pool(1) as pool:
    before = memory()
    pool.submit(bytes, {SENT})
    while memory() < before + {SENT} / 8:
        time.sleep(0.001)
    raise SystemExit(3)
"""
    done = subprocess.run([sys.executable, "-c", script], env=environment(), timeout=PATIENCE)
    assert done.returncode == 3


@on_linux
def test_a_worker_that_dies_while_it_sends_a_result_is_noticed():
    """Another worker holds the pipe open, so the pool waits for the rest."""
    script = f"""
{MEMORY}
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import active_children
from sim.study.execute import worker_pool

try:
    with worker_pool(2) as pool:
        pool.submit(os.getpid).result()
        sender, = active_children()
        before = memory()
        sent = pool.submit(bytes, {SENT})
        pool.submit(time.sleep, {10 * PATIENCE})
        while memory() < before + {SENT} / 8:
            time.sleep(0.001)
        sender.kill()
        sent.result()
except BrokenProcessPool:
    raise SystemExit(3)
"""
    done = subprocess.run([sys.executable, "-c", script], env=environment(), timeout=PATIENCE)
    assert done.returncode == 3


@pytest.mark.long
def test_of_two_studies_at_once_in_one_folder_the_second_is_refused(experiment, tmp_path, zhixing):
    words = ["study", experiment(400, "district", 120), "--out", tmp_path / "out"]
    first = started([*words, "--workers", "1"])
    wait_until(lambda: (tmp_path / "out/robust/.lock").exists() or first.poll() is not None)
    refused = [zhixing(*words), zhixing(*words, "--part", "1/2")]
    first.kill()
    first.communicate()
    for one in refused:
        assert one.code == 2
        assert "another process is working here" in one.err
        assert one.out == ""


def on_a_full_disk(words, limit):
    """Run a command that can write no file longer than so many bytes, as on a disk that is full.

    What it runs is not counted: the file with the counts would be cut off, too.
    """

    def set_limit():
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

    counted = "COVERAGE_PROCESS_CONFIG"
    env = {name: value for name, value in environment().items() if name != counted}
    return subprocess.run(
        command(*words), env=env, capture_output=True, text=True, preexec_fn=set_limit
    )


@pytest.mark.parametrize("limit", but((60_000,), (2_000, 60_000)))
def test_a_disk_that_is_full_stops_a_study_and_costs_nothing_done(parted, tmp_path, zhixing, limit):
    path, _, expected = parted
    words = ["study", path, "--workers", "1", "--out", tmp_path]
    stopped = on_a_full_disk(words, limit)
    assert stopped.returncode == 1
    assert "Traceback" not in stopped.stderr
    assert "File too large" in stopped.stderr.splitlines()[-1]
    assert not list(tmp_path.rglob("*.part"))
    assert bool(list(tmp_path.rglob("*-runs.parquet"))) == (limit > 2_000)
    assert zhixing(*words).code == 0
    assert tables(tmp_path) == expected
    assert strays(tmp_path) == set()


@pytest.mark.long
def test_a_disk_that_is_full_amid_a_part_costs_nothing_done(parted, tmp_path, zhixing):
    path, _, expected = parted
    words = ["study", path, "--workers", "1", "--out", tmp_path]
    assert zhixing(*words, "--part", "1/2").code == 0
    done = {one: one.read_bytes() for one in tmp_path.rglob("*-runs.parquet")}
    stopped = on_a_full_disk([*words, "--part", "2/2"], 2_000)
    assert stopped.returncode == 1
    assert "Traceback" not in stopped.stderr
    assert "File too large" in stopped.stderr.splitlines()[-1]
    assert not list(tmp_path.rglob("*.part"))
    assert {one: one.read_bytes() for one in tmp_path.rglob("*-runs.parquet")} == done
    assert zhixing(*words).code == 0
    assert tables(tmp_path) == expected


@pytest.fixture(scope="module")
def parted(tmp_path_factory):
    """A study done in shares and not yet gathered; and the tables it should give."""
    folder = tmp_path_factory.mktemp("parted")
    path = folder / "robust.toml"
    path.write_text(EXPERIMENT.format(points=SOME // 10, scenario="bureau", months=24))
    clean = ("study", path, "--out", folder / "clean", "--workers", "1")
    assert called(*clean).code == 0
    for share in ("1/2", "2/2"):
        done = called("study", path, "--out", folder / "out", "--part", share, "--workers", "1")
        assert done.code == 0, done.err
        assert f"Part {share[0]} of 2 is done" in done.out
    return path, folder / "out", tables(folder / "clean")


@pytest.fixture
def stopped(parted, tmp_path):
    """The same, to be damaged."""
    path, out, expected = parted
    shutil.copytree(out, tmp_path / "out")
    return path, tmp_path / "out", expected


@pytest.mark.parametrize("which", ["runs", "series"])
@pytest.mark.parametrize(
    "damage",
    [
        lambda path: path.write_bytes(path.read_bytes()[:-7]),
        lambda path: path.write_bytes(b""),
        lambda path: path.write_bytes(b"\0" * path.stat().st_size),
        lambda path: path.write_bytes(_flipped(path.read_bytes())),
        lambda path: path.unlink(),
        lambda path: _other_study(path),
    ],
    ids=["truncated", "empty", "unreadable", "a flipped byte", "gone", "of another study"],
)
def test_a_damaged_part_is_found_out_and_done_again(stopped, zhixing, which, damage):
    path, out, expected = stopped
    parts = sorted(out.glob(f"robust/parts/*-{which}.parquet"))
    assert len(parts) == 20
    damage(parts[7])
    said = zhixing("study", path, "--out", out, "--workers", "1")
    assert said.code == 0
    # One part of twenty, and no other.
    assert f"{SOME - SOME // 20} of {SOME} runs" in said.err
    assert tables(out) == expected
    assert strays(out) == set()


def _flipped(content):
    """One byte of a page changed, which only its checksum can tell."""
    place = len(content) // 3
    return content[:place] + bytes([content[place] ^ 0xFF]) + content[place + 1 :]


def _other_study(path):
    table = pd.read_parquet(path)
    if "key" in table:
        table["key"] += np.uint64(1)
    else:
        table = table.rename(columns={"execution_rate": "credibility"})
    table.to_parquet(path, index=False)


def test_a_damaged_gathered_table_is_done_again(experiment, tmp_path, zhixing):
    path = experiment(points=4)
    words = ("study", path, "--out", tmp_path / "out", "--workers", "1")
    zhixing(*words)
    expected = tables(tmp_path / "out")
    gathered = tmp_path / "out/robust/runs.parquet"
    gathered.write_bytes(gathered.read_bytes()[:-1])
    assert zhixing(*words).code == 0
    assert tables(tmp_path / "out") == expected


def test_runs_that_raise_are_recorded_and_the_others_go_on(
    experiment, tmp_path, zhixing, monkeypatch
):
    real = model.run_with

    def run_with(crew, world, months, loop):
        if world.replicate == 3 and world.settings["trust_mean"][0] > 0.5:
            raise FloatingPointError("overflow in utility")
        real(crew, world, months, loop)

    path = experiment(points=4)
    words = ("study", path, "--workers", "1", "--out", tmp_path / "out")
    monkeypatch.setattr(model, "run_with", run_with)
    said = zhixing(*words)
    assert said.code == 1
    assert "2 runs failed" in said.err
    assert "public.trust.mean = 0." in said.err
    assert "replicate 3: FloatingPointError: overflow in utility" in said.err
    failures = pd.read_csv(tmp_path / "out/robust/failures.csv")
    assert failures["replicate"].tolist() == [3, 3]
    assert failures["label"].str.contains("public.trust.mean = 0.").all()
    assert (failures["seed"] == 1).all()
    runs = pd.read_parquet(tmp_path / "out/robust/runs.parquet")
    assert len(runs) == 40
    assert runs["execution_rate"].isna().sum() == runs["error"].notna().sum() == 2
    assert "2 of them failed" in zhixing("study", "status", path, "--out", tmp_path / "out").out

    # They stay on record, are not run again, and can be discarded with the rest.
    monkeypatch.setattr(model, "run_with", real)
    assert zhixing(*words).code == 1
    assert zhixing(*words, "--fresh").code == 0
    assert not (tmp_path / "out/robust/failures.csv").exists()


def test_shares_done_apart_and_gathered_are_the_same_bytes(stopped, zhixing):
    path, out, expected = stopped
    assert not list(out.glob("robust/*.parquet"))
    assert zhixing("study", path, "--out", out, "--workers", "1").code == 0
    assert tables(out) == expected
    assert strays(out) == set()


@pytest.mark.long
def test_any_number_of_workers_gives_the_same_bytes(parted, tmp_path, zhixing):
    path, _, by_one = parted
    for workers in (2, 3):
        out = tmp_path / str(workers)
        assert zhixing("study", path, "--out", out, "--workers", workers).code == 0
        assert tables(out) == by_one


def test_a_finished_study_runs_nothing_again_and_takes_more_replicates(
    experiment, tmp_path, zhixing
):
    path = experiment(points=8)
    words = ("study", path, "--workers", "1")
    whole = zhixing(*words, "--replicates", "25", "--out", tmp_path / "whole")
    assert whole.code == 0
    zhixing(*words, "--out", tmp_path / "grown")
    again = zhixing(*words, "--out", tmp_path / "grown")
    assert "80 of 80 runs" in again.err
    assert "0 of 80 runs" not in again.err.replace("80 of 80", "")
    more = zhixing(*words, "--replicates", "25", "--out", tmp_path / "grown")
    assert more.code == 0
    assert "80 of 200 runs" in more.err
    one, other = (
        pd.read_parquet(tmp_path / out / "robust/runs.parquet").sort_values(["point", "replicate"])
        for out in ("whole", "grown")
    )
    pd.testing.assert_frame_equal(one.reset_index(drop=True), other.reset_index(drop=True))


def test_a_changed_experiment_is_refused_with_what_changed(experiment, tmp_path, zhixing, district):
    path = experiment(points=4)
    words = ("study", path, "--workers", "1", "--out", tmp_path / "out")
    zhixing(*words)
    before = tables(tmp_path / "out")
    duty = district.behaviour.duty
    for change, told in (
        (("--seed", "2"), "seed was 1, is 2"),
        (("--months", "30"), "months was 24, is 30"),
        (
            ("--set", f"behaviour.duty={2 * duty}"),
            f"scenario.behaviour.duty was {duty}, is {2 * duty}",
        ),
    ):
        said = zhixing(*words, *change)
        assert said.code == 2
        assert told in said.err
        assert "--fresh" in said.err
    path.write_text(path.read_text().replace("high = 0.8", "high = 0.7"))
    said = zhixing(*words)
    assert said.code == 2
    # Other points are told by what is stored and no longer asked for.
    assert "this study no longer has" in said.err
    assert "Keep these points, or give another --out" in said.err
    assert tables(tmp_path / "out") == before
    assert zhixing(*words, "--fresh").code == 0
    assert tables(tmp_path / "out") != before


def test_a_fresh_start_keeps_files_of_others(experiment, tmp_path, zhixing):
    words = ("study", experiment(points=4), "--workers", "1", "--out", tmp_path / "out")
    zhixing(*words)
    own = tmp_path / "out/robust/thesis.txt"
    own.write_text("mine")
    assert zhixing(*words, "--fresh").code == 0
    assert own.read_text() == "mine"


def test_a_study_at_work_is_not_discarded(experiment, tmp_path, zhixing):
    words = ("study", experiment(points=4), "--workers", "1", "--out", tmp_path / "out")
    zhixing(*words)
    before = tables(tmp_path / "out")
    with FileLock(tmp_path / "out/robust/.lock"):
        said = zhixing(*words, "--fresh")
    assert said.code == 2
    assert "another process is working here" in said.err
    assert tables(tmp_path / "out") == before


def test_looking_at_a_damaged_study_changes_nothing(stopped, zhixing, contents):
    path, out, _ = stopped
    part = sorted(out.glob("robust/parts/*-runs.parquet"))[3]
    part.write_bytes(part.read_bytes()[:-7])
    before = contents(out)
    said = zhixing("study", "status", path, "--out", out)
    assert f"{SOME - SOME // 20} of {SOME} runs done" in said.out
    assert contents(out) == before


def test_nothing_is_discarded_that_is_no_study(experiment, tmp_path, zhixing):
    path = experiment(points=4)
    own = tmp_path / "out/robust/thesis.txt"
    own.parent.mkdir(parents=True)
    own.write_text("mine")
    said = zhixing("study", path, "--fresh", "--out", tmp_path / "out")
    assert said.code == 2
    assert own.read_text() == "mine"


def test_resume_needs_something_to_go_on_with(experiment, tmp_path, zhixing):
    words = ("study", experiment(points=4), "--workers", "1", "--out", tmp_path / "out")
    said = zhixing(*words, "--resume")
    assert said.code == 2
    assert "nothing to resume" in said.err
    assert zhixing(*words).code == 0
    assert zhixing(*words, "--resume").code == 0


def test_results_name_no_folder_of_this_machine(experiment, tmp_path, zhixing):
    zhixing("study", experiment(points=4), "--workers", "1", "--out", tmp_path / "out")
    manifest = (tmp_path / "out/robust/manifest.json").read_text()
    assert os.fspath(tmp_path) not in re.sub(r'"command": .*', "", manifest)
