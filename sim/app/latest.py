"""One question at a time for each page: the last asked is always answered, none wait in a queue."""

import asyncio
import time
from collections import deque
from collections.abc import Awaitable, Callable

# Seconds without a new question after which an answer is refined: soon while few ask, and where a
# whole class does only once a student rests, so that first answers come first.
IDLE, RESTING = 0.35, 2.5
# Pages that asked within so many seconds make a class.
_CLASS, _WITHIN = 6, 2.0

# When which page asked, the last few hundred times.
_asked: deque[tuple[float, int]] = deque(maxlen=300)


def _class_asks() -> bool:
    since = time.monotonic() - _WITHIN
    return len({page for when, page in _asked if when > since}) >= _CLASS


class Latest[Question]:
    """Answers the latest question; one that came while another was answered replaces it."""

    def __init__(
        self, answer: Callable[[Question, bool], Awaitable[None]], idle: float = IDLE
    ) -> None:
        self._answer = answer
        self._idle = idle
        self._wanted: Question | None = None
        self._news = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    def ask(self, question: Question) -> None:
        """Ask; returns at once."""
        self._wanted = question
        self._news.set()
        if self._task is None or self._task.done():
            self._task = asyncio.get_running_loop().create_task(self._work())

    def stop(self) -> None:
        """Nobody waits for an answer any more."""
        if self._task is not None:
            self._task.cancel()

    async def _work(self) -> None:
        while self._wanted is not None:
            question, self._wanted = self._wanted, None
            self._news.clear()
            _asked.append((time.monotonic(), id(self)))
            await self._answer(question, False)
            if self._wanted is None and not await self._asked_again():
                await self._answer(question, True)

    async def _asked_again(self) -> bool:
        """Wait a while for another question; longer as long as a class asks."""
        began = time.monotonic()
        while True:
            try:
                await asyncio.wait_for(self._news.wait(), self._idle)
            except TimeoutError:
                if not _class_asks() or time.monotonic() - began >= RESTING:
                    return False
            else:
                return True
