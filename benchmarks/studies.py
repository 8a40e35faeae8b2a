"""Time a study of many short runs: ``python -m benchmarks.studies``.

Prints what a study adds to its runs, how its memory grows, and how long many runs take on all
processors. Ratios of one session are what may be quoted.
"""

import argparse
import platform
import tempfile
import time
from pathlib import Path

from benchmarks.measure import MEGA, held_at_most, in_a_process
from sim.engine import processors, run_months
from sim.study.execute import run_task
from sim.study.experiment import Experiment
from sim.study.model import World
from sim.study.points import Chunk
from sim.study.study import Study
from sim.world import Plan

REPLICATES = 10
# A study for a cluster, worked out on paper from what is measured.
_MANY = 100_000_000
_HOUR = 3600.0
_GIGA = 1e9


def study(points: int, replicates: int, out: Path) -> Study:
    """Levers and trust varied over the bureau, so many points of so many runs."""
    tree = {
        "title": "Many short runs",
        "question": "What does a study add to its runs?",
        "scenario": "bureau",
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
    """Seconds of the runs of a chunk with nothing around them, laid out beforehand."""
    months = one.model.months
    began = time.perf_counter()
    for span in chunk:
        for replicate in range(span.first, span.last):
            run_months(plans[span.point].begin(1, replicate), 0, months)
    return time.perf_counter() - began


def alone_and_kept(one: Study) -> tuple[float, float]:
    """Seconds of all runs alone and in a study on one core, chunk by chunk in turn."""
    assert isinstance(one.model, World)
    plans = [Plan(one.model.at(point)).whole() for point in one.drawn.points]
    alone = 0.0
    began = time.perf_counter()
    store = one.store()
    with store.open():
        for task in one.work.tasks(store.missing(one.replicates), travel=False):
            alone += bare(one, plans, task.chunk)
            store.keep(run_task(task))
        store.compact()
    return alone, time.perf_counter() - began - alone


def kept(one: Study, workers: int) -> float:
    """Seconds of the study from its points to the gathered table."""
    began = time.perf_counter()
    one.run(workers)
    return time.perf_counter() - began


def peak(runs: int, workers: int) -> tuple[float, float]:
    """Peak memory of a study of so many runs and of its largest worker, in MB, and its seconds."""
    memory, seconds = in_a_process("benchmarks.studies", str(runs), str(workers))
    return memory, seconds


def _child(runs: int, workers: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        seconds = kept(study(runs // REPLICATES, REPLICATES, Path(folder)), workers)
    print(held_at_most(), seconds)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=100_000)
    parser.add_argument("--child", type=int, nargs=2, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.child:
        _child(*given.child)
        return
    workers = processors()
    print(f"bureau, {platform.machine()}, {workers} processors")
    with tempfile.TemporaryDirectory() as folder:
        study(2, 2, Path(folder)).run(1)
        for replicates in (1, REPLICATES, 10 * REPLICATES):
            one = study(given.runs // 5 // replicates, replicates, Path(folder))
            alone, whole = alone_and_kept(one)
            runs = len(one.drawn.points) * replicates
            print(
                f"{replicates:4d} runs a point: {alone / runs * MEGA:6.0f} µs a run alone, "
                f"{whole / runs * MEGA:6.0f} in a study on one core, "
                f"{whole / alone - 1.0:+.1%}"
            )
        stored = sum(path.stat().st_size for path in one.store().folder.rglob("*.parquet"))
        runs = len(one.drawn.points) * one.replicates
        print(
            f"{_MANY:,} such runs: {_MANY * whole / runs / _HOUR:,.0f} core-hours, "
            f"{_MANY * stored / runs / _GIGA:,.1f} GB stored"
        )
    for runs in (given.runs // 10, given.runs):
        memory, seconds = peak(runs, workers)
        print(
            f"{runs:9,} runs on {workers} workers: {seconds:6.1f} s, "
            f"{runs / seconds:8,.0f} runs a second, parent at most {memory:5.0f} MB"
        )


if __name__ == "__main__":
    main()
