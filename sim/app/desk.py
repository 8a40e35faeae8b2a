"""A queue that makes the page's runs in several threads; first answers precede refinements.

Compiled runs release Python's global lock, so threads use all processors.
"""

import asyncio
import itertools
from collections.abc import Callable
from concurrent.futures import Future
from queue import PriorityQueue
from threading import Thread
from typing import Any

from sim.machine.loop import processors

# First answers; their refinements; explanations that a visitor asks for.
WAITED_FOR, REFINING, EXPLAINING = 0, 1, 2


class Desk:
    """A queue of work and its threads; work is done in order of urgency, then of arrival."""

    def __init__(self, threads: int | None = None) -> None:
        self._queue: PriorityQueue[tuple[int, int, Future[Any], Callable[[], Any]]] = (
            PriorityQueue()
        )
        self._number = itertools.count()
        for _ in range(threads or max(2, processors())):
            Thread(target=self._work, daemon=True).start()

    def _work(self) -> None:
        while True:
            _, _, future, work = self._queue.get()
            if not future.set_running_or_notify_cancel():
                continue
            try:
                future.set_result(work())
            except BaseException as error:
                future.set_exception(error)

    def submit[Result](self, urgency: int, work: Callable[[], Result]) -> Future[Result]:
        """Add work to the queue; returns its future."""
        future: Future[Result] = Future()
        self._queue.put((urgency, next(self._number), future, work))
        return future

    async def do[Result](self, urgency: int, work: Callable[[], Result]) -> Result:
        """Add work to the queue and wait for its result."""
        return await asyncio.wrap_future(self.submit(urgency, work))


desk = Desk()
