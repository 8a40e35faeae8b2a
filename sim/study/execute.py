"""Executes chunks of runs in this process or in a pool of new processes.

A run is a pure function of its point, seed and replicate, so results do not depend on where or in
what order chunks are done. Each task contains everything it needs.
"""

import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Iterator, Mapping
from concurrent.futures import Future, ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from multiprocessing.context import SpawnContext, SpawnProcess
from queue import SimpleQueue
from types import ModuleType
from typing import Any

import numpy as np

from sim.machine.loop import ALONE, Crew
from sim.study.model import Model, Values, unpack
from sim.study.points import Chunk, Point
from sim.study.sources import sources_digest

# Chunks submitted at once for each worker.
WINDOW = 3


@dataclass(frozen=True)
class Task:
    """One chunk of a study, with everything needed to run it in any process."""

    number: int
    chunk: Chunk
    points: Mapping[int, Point]
    # Models that the points change; packed as bytes for other processes.
    models: Mapping[int, bytes | Model]
    seed: int
    # Digest of the study's code; workers with other code must refuse the task.
    sources: str
    # Hash of the code of functions that stand in for models, where workers have own files.
    functions: Mapping[int, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Finished:
    """A chunk and its results."""

    number: int
    chunk: Chunk
    # Shape (runs, measures); NaN in runs that raised.
    values: Values
    # Shape (runs, months, columns).
    series: Values
    # Errors of runs that raised, by row.
    failed: Mapping[int, str]


class OtherCode(RuntimeError):
    """A worker has other code than the study."""


def run_task(task: Task, crew: Crew = ALONE) -> Finished:
    """Run one chunk. A run that raises is recorded as failed, and the others continue.

    Raises OtherCode if this process has other code than the study, MemoryError if memory runs out.
    """
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
            # One of the replicates raised; each is run by itself to find which.
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
    """Set up a worker: ignore Ctrl-C, which the parent handles, and end when the parent ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_watch_parent, daemon=True).start()


@contextmanager
def interrupts_held() -> Iterator[None]:
    """Delay Ctrl-C (SIGINT) and SIGTERM until the block ends.

    Processes started in the block ignore Ctrl-C from the beginning, because a worker that is
    interrupted while it starts cannot report this to its parent. They still receive SIGTERM, by
    which the parent stops them.
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
    """Delay one signal until the block ends, so that no task is left half submitted.

    Blocking the signal is not enough: another thread would receive it, and Python would still run
    the handler in the main thread.
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


class _Worker(SpawnProcess):
    """A new process that does not run the script that started it.

    The script may start its work without asking whether it is the main program.
    """

    @staticmethod
    def _Popen(process: Any) -> Any:  # noqa: N802 - the name that Python calls
        script = sys.modules["__main__"]
        sys.modules["__main__"] = ModuleType("__main__")
        try:
            return SpawnProcess._Popen(process)
        finally:
            sys.modules["__main__"] = script


class _Context(SpawnContext):
    """Starts workers whose tasks contain all that they need."""

    Process = _Worker


@contextmanager
def worker_pool(workers: int) -> Iterator[ProcessPoolExecutor]:
    """A pool of new processes. An exception in the block, Ctrl-C included, stops all at once."""
    context = _Context()
    before = set(multiprocessing.active_children())
    pool = ProcessPoolExecutor(workers, context, start_worker)
    try:
        yield pool
    except BaseException:
        for process in set(multiprocessing.active_children()) - before:
            process.terminate()
        # The pool waits for the rest of a result whose worker was stopped while sending it, until
        # nobody holds the other end of the pipe; it has no public way to close its own.
        pool._result_queue._writer.close()
        raise
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def in_threads(tasks: Iterator[Task], threads: int) -> Iterator[Finished]:
    """Yield finished chunks in any order from threads; compiled runs release Python's lock.

    An exception, Ctrl-C included, waits for the chunks under way.
    """
    with ThreadPoolExecutor(threads) as pool:
        done: SimpleQueue[Future[Finished]] = SimpleQueue()
        under_way = [pool.submit(run_task, task) for task in tasks]
        for future in under_way:
            future.add_done_callback(done.put)
        try:
            for _ in under_way:
                yield done.get().result()
        except BaseException:
            pool.shutdown(wait=True, cancel_futures=True)
            raise


def in_turn(tasks: Iterator[Task], workers: int) -> Iterator[Finished]:
    """Yield finished chunks in any order from ``workers`` processes, or this one if it is 1.

    Raises BrokenProcessPool if a worker dies.
    """
    if workers <= 1:
        yield from map(run_task, tasks)
        return
    with worker_pool(workers) as pool:
        # ``concurrent.futures.wait`` is not used: if interrupted, it may keep locks that the pool
        # needs to shut down.
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
