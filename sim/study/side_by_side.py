"""Parallel computation of jobs in new processes; results are in the order of the jobs."""

from collections import deque
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future
from itertools import islice

from sim.machine.loop import processors
from sim.study.execute import WINDOW, interrupts_held, worker_pool


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
    number = min(len(jobs), workers if workers is not None else processors())
    found: list[Result] = []
    progress(0, len(jobs))
    if number <= 1:
        for job in jobs:
            found.append(work(job))
            progress(len(found), len(jobs))
        return found
    waiting = iter(jobs)
    with worker_pool(number) as pool:

        def hand_over(some: Iterable[Job]) -> Iterable[Future[Result]]:
            for job in some:
                # The first jobs start the workers.
                with interrupts_held():
                    yield pool.submit(work, job)

        under_way = deque(hand_over(islice(waiting, number * WINDOW)))
        while under_way:
            found.append(under_way.popleft().result())
            progress(len(found), len(jobs))
            under_way.extend(hand_over(islice(waiting, 1)))
    return found
