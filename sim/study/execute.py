"""Execute runs: in this process, or over a pool of fresh processes with a bounded window.

Results do not depend on the number of workers: a run is a pure function of its package, seed and
replicate.
"""

import multiprocessing
import os
import signal
from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.measures import MEASURES
from sim.simulate import simulate
from sim.study.package import Package
from sim.world import Plan

# Runs handed to a worker at once: enough to hide the cost of handing over, few enough to show
# progress and to lose little when stopped.
CHUNK = 10
# Chunks under way per worker.
WINDOW = 3

Values = NDArray[np.float64]


@dataclass(frozen=True)
class Chunk:
    """Replicates ``first``…``last`` − 1 of one package."""

    package: str
    first: int
    last: int

    @property
    def runs(self) -> int:
        """How many runs it holds."""
        return self.last - self.first


@dataclass(frozen=True)
class Finished:
    """A chunk and what it gave."""

    chunk: Chunk
    # Shape (runs, measures), in the order of MEASURES.
    summaries: Values
    # Shape (runs, months, columns); zero columns unless asked for.
    series: Values

    def runs_table(self) -> pd.DataFrame:
        """A row a run: package, replicate, measures."""
        table = pd.DataFrame(self.summaries, columns=list(MEASURES))
        table.insert(0, "package", self.chunk.package)
        table.insert(1, "replicate", np.arange(self.chunk.first, self.chunk.last))
        return table

    def series_table(self, columns: tuple[str, ...]) -> pd.DataFrame:
        """A row a run and month: package, replicate, month, measures."""
        months = self.series.shape[1]
        replicates = np.arange(self.chunk.first, self.chunk.last)
        table = pd.DataFrame(self.series.reshape(-1, len(columns)), columns=list(columns))
        table.insert(0, "package", self.chunk.package)
        table.insert(1, "replicate", np.repeat(replicates, months))
        table.insert(2, "month", np.tile(np.arange(months), self.chunk.runs))
        return table


def chunks(packages: list[Package], replicates: int) -> list[Chunk]:
    """All chunks, replicates of all packages in step, so that a stopped study is balanced."""
    return [
        Chunk(package.name, first, min(first + CHUNK, replicates))
        for first in range(0, replicates, CHUNK)
        for package in packages
    ]


def run_chunk(plan: Plan, seed: int, chunk: Chunk, columns: tuple[str, ...]) -> Finished:
    """Run one chunk."""
    months = plan.scenario.clock.months
    summaries = np.empty((chunk.runs, len(MEASURES)))
    paths = np.empty((chunk.runs, months, len(columns)))
    for row, replicate in enumerate(range(chunk.first, chunk.last)):
        run = simulate(plan, seed, replicate)
        summaries[row] = run.summary.to_numpy()
        if columns:
            paths[row] = run.series[list(columns)].to_numpy()
    return Finished(chunk, summaries, paths)


class _Worker:
    """What a worker process keeps between chunks."""

    plans: dict[str, Plan]
    seed: int
    columns: tuple[str, ...]


def leave_interrupts_to_the_parent() -> None:
    """Ignore Ctrl-C in a worker: it is for the parent, which then stops its workers."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _start_worker(packages: list[Package], seed: int, columns: tuple[str, ...]) -> None:
    leave_interrupts_to_the_parent()
    _Worker.plans = {package.name: Plan(package.scenario) for package in packages}
    _Worker.seed = seed
    _Worker.columns = columns


def _work(chunk: Chunk) -> Finished:
    return run_chunk(_Worker.plans[chunk.package], _Worker.seed, chunk, _Worker.columns)


def default_workers() -> int:
    """As many workers as this process may use processors."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def execute(
    packages: list[Package],
    todo: list[Chunk],
    seed: int,
    workers: int,
    columns: tuple[str, ...] = (),
) -> Iterator[Finished]:
    """Yield chunks as they finish, in any order.

    Closing the iterator early, or Ctrl-C, stops every worker at once. Raises BrokenProcessPool
    where a worker dies.
    """
    workers = min(workers, len(todo))
    if workers <= 1:
        plans = {package.name: Plan(package.scenario) for package in packages}
        for chunk in todo:
            yield run_chunk(plans[chunk.package], seed, chunk, columns)
        return
    pool = ProcessPoolExecutor(
        workers, multiprocessing.get_context("spawn"), _start_worker, (packages, seed, columns)
    )
    try:
        yield from _window(pool, todo, workers * WINDOW)
    except BaseException:
        for process in multiprocessing.active_children():
            process.terminate()
        raise
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


@contextmanager
def interrupts_held() -> Iterator[None]:
    """Hold Ctrl-C back for a moment; processes started in it never see one.

    A worker interrupted while it starts could not say so to its parent.
    """
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _window(pool: ProcessPoolExecutor, todo: list[Chunk], window: int) -> Iterator[Finished]:
    under_way: set[Future[Finished]] = set()
    for chunk in todo:
        # The first chunk starts the workers.
        with interrupts_held():
            under_way.add(pool.submit(_work, chunk))
        if len(under_way) >= window:
            done, under_way = wait(under_way, return_when=FIRST_COMPLETED)
            for future in done:
                yield future.result()
    while under_way:
        done, under_way = wait(under_way, return_when=FIRST_COMPLETED)
        for future in done:
            yield future.result()
