"""Studies of many short runs: their overhead, their memory, and estimates for a cluster."""

import argparse
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

from benchmarks import measure
from benchmarks.measure import GIGA, MEGA, held_at_most, in_a_process
from sim import Scenario
from sim.machine.loop import processors, run_months
from sim.study.execute import run_task
from sim.study.experiment import Experiment
from sim.study.model import ScenarioModel
from sim.study.points import MOST_IN_A_CHUNK, Chunk
from sim.study.study import Study
from sim.world.plan import Plan

SCENARIO = "bureau"
LARGER = "district"
RUNS = 100_000
# Runs of each point, and runs of the studies whose memory is measured.
REPLICATES = (1, 10, 100)
_SOME = 10
# Runs of a study on a cluster.
MANY = 100_000_000
CORES = 1000
_HOUR = 3600.0
_MINUTES = 60.0
_BYTES_A_NUMBER = 8


class Added(NamedTuple):
    """Runs alone and in a study on one core: seconds a run, and bytes a run on disk."""

    alone: float
    whole: float
    gathering: float
    stored: float


def study(points: int, replicates: int, out: Path) -> Study:
    """A study of the bureau with varied levers and trust, with so many points and replicates."""
    tree = {
        "title": "Many short runs",
        "question": "What does a study add to its runs?",
        "scenario": SCENARIO,
        "replicates": replicates,
        "measures": ["execution_rate", "reported_rate", "credibility", "burden", "sanctions"],
        "design": {"kind": "latin_hypercube", "points": points},
        "factor": {
            "supervision": {"low": 0.0, "high": 1.0},
            "culture": {"low": 0.0, "high": 1.0},
            "public.trust.mean": {"low": 0.2, "high": 0.8},
        },
    }
    return Study(Experiment.from_tree(tree, f"runs-{points}-{replicates}", "benchmark"), out)


def bare(one: Study, plans: list[Plan], chunk: Chunk) -> float:
    """Seconds of the runs of a chunk without the study; plans are made beforehand."""
    months = one.model.months
    began = time.perf_counter()
    for span in chunk:
        for replicate in range(span.first, span.last):
            run_months(plans[span.point].begin(1, replicate), 0, months)
    return time.perf_counter() - began


def alone_and_kept(one: Study) -> Added:
    """Time of all runs alone and in a study, measured in turn for each chunk."""
    assert isinstance(one.model, ScenarioModel)
    plans = [Plan(one.model.at(point)).whole() for point in one.drawn.points]
    alone = 0.0
    began = time.perf_counter()
    store = one.store()
    with store.open():
        for task in one.work.tasks(store.missing(one.replicates), travel=False):
            alone += bare(one, plans, task.chunk)
            store.keep(run_task(task))
        gathering = time.perf_counter()
        store.compact()
    ended = time.perf_counter()
    runs = one.size()
    stored = sum(path.stat().st_size for path in store.folder.rglob("*.parquet"))
    return Added(
        alone / runs, (ended - began - alone) / runs, (ended - gathering) / runs, stored / runs
    )


def added(folder: Path) -> tuple[str, Added]:
    """A table of the overhead of a study, and the numbers with most runs per point."""
    study(2, 2, folder).run(1)
    found = {n: alone_and_kept(study(RUNS // 5 // n, n, folder)) for n in REPLICATES}
    rows = [
        [
            f"{n}",
            f"{MEGA * one.alone:.0f}",
            f"{MEGA * one.whole:.0f}",
            f"{one.whole / one.alone - 1.0:+.0%}",
        ]
        for n, one in found.items()
    ]
    header = ["runs of each point", "one run alone, µs", "in a study on one core, µs", "added"]
    few, many = REPLICATES[0], REPLICATES[-1]
    less = found[few].whole - found[few].alone
    least = found[many].whole - found[many].alone
    # The overhead has a part per point and a part per run; two equations give both.
    point = (less - least) / (1.0 / few - 1.0 / many)
    run = least - point / many
    return (
        f"{measure.table(header, rows)}\n\nAdded: {MEGA * point:.0f} µs a point, shared by its "
        f"runs, and {MEGA * run:.0f} µs a run, {MEGA * found[many].gathering:.0f} of them for "
        "gathering."
    ), found[many]


def memory() -> str:
    """A table of the peak memory of the parent process with many runs; each in a new process."""
    workers = processors()
    rows = []
    for runs in (RUNS // 10, RUNS):
        held, seconds = in_a_process("benchmarks.studies", str(runs), str(workers))
        each = [f"{runs:,}", f"{workers}", f"{seconds:.1f}", f"{runs / seconds:,.0f}"]
        rows.append([*each, f"{held:.0f} MB"])
    header = ["runs", "workers", "seconds", "runs a second", "most memory of the parent"]
    return measure.table(header, rows)


def cluster(one: Added) -> str:
    """An estimate for a study on a cluster, from the measurements here."""
    plan = Plan(Scenario.load(LARGER)).whole()
    length = plan.scenario.clock.months
    run_months(plan.begin(0), 0, length)
    larger = measure.seconds(lambda: run_months(plan.begin(1), 0, length))
    short = Scenario.load(SCENARIO).clock.months
    rows = []
    for name, months, run in (
        (SCENARIO, short, one.whole),
        (LARGER, length, larger + one.whole - one.alone),
    ):
        hours = MANY * run / _HOUR
        minutes = f"{_MINUTES * hours / CORES:.1f}"
        stored = f"{MANY * one.stored / GIGA:.1f} GB"
        rows.append([f"the {name}, {months} months", f"{hours:,.1f}", minutes, stored])
    header = [f"{MANY:,} runs of", "core-hours", f"minutes on {CORES:,} cores", "stored"]
    return (
        f"On a cluster, on paper, at {REPLICATES[-1]} runs a point:\n\n"
        f"{measure.table(header, rows)}\n\n"
        f"A run takes {one.stored:.0f} bytes with five measures; a monthly series of one measure "
        f"would add {short * _BYTES_A_NUMBER} of the bureau before compression. "
        f"That is {MANY // MOST_IN_A_CHUNK:,} files in a folder until they are gathered, in "
        f"{MANY * one.gathering / _MINUTES:.0f} minutes."
    )


def studies() -> str:
    """All tables."""
    with tempfile.TemporaryDirectory() as folder:
        text, one = added(Path(folder))
    return f"{text}\n\n{memory()}\n\n{cluster(one)}"


def _child(runs: int, workers: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        one = study(runs // _SOME, _SOME, Path(folder))
        began = time.perf_counter()
        one.run(workers)
        seconds = time.perf_counter() - began
    print(held_at_most(), seconds)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--child", type=int, nargs=2, help=argparse.SUPPRESS)
    child = parser.parse_args().child
    if child:
        _child(*child)
    else:
        print(studies())
