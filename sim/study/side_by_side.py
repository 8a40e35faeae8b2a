"""Parallel computation of jobs in new processes; results are in the order of the jobs."""

import io
from collections import deque
from collections.abc import Callable, Generator, Iterable, Sequence
from concurrent.futures import Future
from contextlib import closing
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.machine.loop import processors
from sim.study.execute import WINDOW, interrupts_held, worker_pool
from sim.study.files import writable_folder, write_whole


def _silent(done: int, total: int) -> None:
    pass


def side_by_side[Job, Result](
    work: Callable[[Job], Result],
    jobs: Sequence[Job],
    workers: int | None = None,
    progress: Callable[[int, int], None] = _silent,
) -> list[Result]:
    """Results of ``work`` for each job, in order, computed by ``workers`` processes.

    Uses as many processes as processors if ``workers`` is None, and this process if it is 1.
    ``progress`` is called with the numbers of finished and of all jobs. Ctrl-C stops all workers.
    Raises BrokenProcessPool if a worker dies.
    """
    found = []
    progress(0, len(jobs))
    with closing(_in_order(work, jobs, workers)) as results:
        for result in results:
            found.append(result)
            progress(len(found), len(jobs))
    return found


def kept_side_by_side[Job](
    work: Callable[[Job], NDArray[Any]],
    jobs: Sequence[Job],
    folder: Path,
    workers: int | None = None,
    progress: Callable[[int, int], None] = _silent,
) -> list[NDArray[Any]]:
    """``side_by_side`` for results that are arrays; what ``folder`` has of them is not done again.

    The folder must be of these jobs alone, in this order. Raises BadInput if it cannot be written.
    """
    files = [folder / f"{number:03d}.npy" for number in range(len(jobs))]
    found = {number: kept for number, file in enumerate(files) if (kept := _read(file)) is not None}
    missing = [number for number in range(len(jobs)) if number not in found]
    progress(len(found), len(jobs))
    writable_folder(folder)
    with closing(_in_order(work, [jobs[number] for number in missing], workers)) as results:
        for number, result in zip(missing, results, strict=True):
            content = io.BytesIO()
            np.save(content, result, allow_pickle=False)
            write_whole(files[number], content.getvalue())
            found[number] = result
            progress(len(found), len(jobs))
    return [found[number] for number in range(len(jobs))]


def _read(file: Path) -> NDArray[Any] | None:
    """The array in a file; None if it is missing or damaged."""
    try:
        return np.asarray(np.load(file, allow_pickle=False))
    except (OSError, ValueError, EOFError):
        return None


def _in_order[Job, Result](
    work: Callable[[Job], Result], jobs: Sequence[Job], workers: int | None
) -> Generator[Result]:
    """Yield the result of each job once it and all before it are there."""
    number = min(len(jobs), workers if workers is not None else processors())
    if number <= 1:
        yield from map(work, jobs)
        return
    waiting = iter(jobs)
    with worker_pool(number) as pool:

        def hand_over(some: Iterable[Job]) -> Iterable[Future[Result]]:
            for job in some:
                # The first jobs start the workers.
                with interrupts_held():
                    yield pool.submit(work, job)

        under_way = deque(hand_over(islice(waiting, number * WINDOW)))
        while under_way:
            yield under_way.popleft().result()
            under_way.extend(hand_over(islice(waiting, 1)))
