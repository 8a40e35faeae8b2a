"""Execute chunks of runs: in this process, over a pool of fresh ones, or on a Dask cluster.

Results do not depend on where or in what order chunks are done: a run is a pure function of its
point, seed and replicate. Every task carries all that it needs.
"""

import multiprocessing
import os
import signal
import threading
from collections.abc import Iterator, Mapping
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from queue import SimpleQueue

import numpy as np

from sim.machine.loop import ALONE, Crew
from sim.study.model import Model, Values, unpack
from sim.study.points import Chunk, Point
from sim.study.sources import sources_digest

# Chunks under way per worker.
WINDOW = 3


@dataclass(frozen=True)
class Task:
    """One chunk of a study with all that it takes to run it anywhere."""

    number: int
    chunk: Chunk
    points: Mapping[int, Point]
    # The models that the points change; packed where the task is to travel.
    models: Mapping[int, bytes | Model]
    seed: int
    # Digest of the code that asks: workers with other code must refuse.
    sources: str
    # Hash of the code of functions that stand in for models, where workers have own files.
    functions: Mapping[int, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Finished:
    """A chunk and what it gave."""

    number: int
    chunk: Chunk
    # Shape (runs, measures); NaN in runs that raised.
    values: Values
    # Shape (runs, months, columns).
    series: Values
    # Why a run gave nothing, by its row.
    failed: Mapping[int, str]


class OtherCode(RuntimeError):
    """A worker runs other code than the study that asks it."""


def run_task(task: Task, crew: Crew = ALONE) -> Finished:
    """Run one chunk. A run that raises is noted, and the others go on."""
    if task.sources != sources_digest():
        raise OtherCode("a worker has another version of Zhixing than this process")
    tables, paths = [], []
    failed: dict[int, str] = {}
    row = 0
    for span in task.chunk:
        point = task.points[span.point]
        given = task.models[point.base]
        model = unpack(given) if isinstance(given, bytes) else given
        if point.base in task.functions and model.code != task.functions[point.base]:  # type: ignore[attr-defined]
            raise OtherCode(
                "a worker has another version of the function, or of what it uses; give workers "
                "the same files and start them again"
            )
        replicates = range(span.first, span.last)
        try:
            values, series = model.runs(point, task.seed, replicates, crew)
        except MemoryError:
            raise
        except Exception:
            # One of them raised: each by itself, to tell which.
            values = np.full((span.runs, len(model.measures)), np.nan)
            months = model.months if model.columns else 0
            series = np.full((span.runs, months, len(model.columns)), np.nan)
            for inside, replicate in enumerate(replicates):
                try:
                    one = range(replicate, replicate + 1)
                    own = model.runs(point, task.seed, one, crew)
                    values[inside], series[inside] = own[0][0], own[1][0]
                except MemoryError:
                    raise
                except Exception as error:
                    failed[row + inside] = f"{type(error).__name__}: {error}"
        tables.append(values)
        paths.append(series)
        row += span.runs
    return Finished(task.number, task.chunk, np.concatenate(tables), np.concatenate(paths), failed)


def _watch_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def start_worker() -> None:
    """Leave Ctrl-C to the parent, which then stops its workers; end when the parent has ended."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_watch_parent, daemon=True).start()


@contextmanager
def interrupts_held() -> Iterator[None]:
    """Hold Ctrl-C and a wish to end (SIGTERM) back for a moment.

    Processes started in it never see a Ctrl-C: a worker interrupted while it starts could not say
    so to its parent. They do see SIGTERM, by which their parent stops them.
    """
    with _answered_later(signal.SIGINT), _answered_later(signal.SIGTERM):
        if not hasattr(signal, "pthread_sigmask"):
            yield
            return
        before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
        try:
            yield
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)


@contextmanager
def _answered_later(number: signal.Signals) -> Iterator[None]:
    """Answer a signal only at the end, so that nothing is left half handed over.

    A mask does not do it: another thread would take the signal, and this one answer it.
    """
    before = signal.getsignal(number)
    if threading.current_thread() is not threading.main_thread() or not callable(before):
        yield
        return
    asked: list[int] = []
    signal.signal(number, lambda signum, _: asked.append(signum))
    try:
        yield
    finally:
        signal.signal(number, before)
        if asked:
            signal.raise_signal(number)


@contextmanager
def worker_pool(workers: int) -> Iterator[ProcessPoolExecutor]:
    """A pool of fresh processes. Leaving it early, or by Ctrl-C, stops every one at once."""
    context = multiprocessing.get_context("spawn")
    before = set(multiprocessing.active_children())
    pool = ProcessPoolExecutor(workers, context, start_worker)
    try:
        yield pool
    except BaseException:
        for process in set(multiprocessing.active_children()) - before:
            process.terminate()
        raise
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def in_turn(tasks: Iterator[Task], workers: int) -> Iterator[Finished]:
    """Yield chunks as they finish, in any order, over so many processes (this one if 1).

    Raises BrokenProcessPool where a worker dies.
    """
    if workers <= 1:
        yield from map(run_task, tasks)
        return
    with worker_pool(workers) as pool:
        # Not “wait” of concurrent.futures: interrupted, it may keep locks that the pool ends with.
        done: SimpleQueue[Future[Finished]] = SimpleQueue()
        under_way = 0
        for task in tasks:
            # The first chunks start the workers.
            with interrupts_held():
                pool.submit(run_task, task).add_done_callback(done.put)
            under_way += 1
            if under_way >= workers * WINDOW:
                yield done.get().result()
                under_way -= 1
        for _ in range(under_way):
            yield done.get().result()
