"""Answer only the latest question of each page; older questions in the queue are dropped."""

import asyncio
import time
from collections import deque
from collections.abc import Awaitable, Callable

# Seconds without a new question before an answer is refined: if few pages ask, and if a whole class
# does. The second is longer, so that refinements do not delay the first answers of others.
IDLE, RESTING = 0.35, 2.5
# A class: at least so many pages that asked within so many seconds.
_CLASS, _WITHIN = 6, 2.0

# Time and page of the latest questions.
_asked: deque[tuple[float, int]] = deque(maxlen=300)


def _class_asks() -> bool:
    since = time.monotonic() - _WITHIN
    return len({page for when, page in _asked if when > since}) >= _CLASS


class Latest[Question]:
    """Answers the latest question; a newer question replaces one that still waits."""

    def __init__(
        self, answer: Callable[[Question, bool], Awaitable[None]], idle: float = IDLE
    ) -> None:
        self._answer = answer
        self._idle = idle
        self._wanted: Question | None = None
        self._news = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    def ask(self, question: Question) -> None:
        """Ask a question; returns at once."""
        self._wanted = question
        self._news.set()
        if self._task is None or self._task.done():
            self._task = asyncio.get_running_loop().create_task(self._work())

    def stop(self) -> None:
        """Stop answering, because the page is closed."""
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
        """Wait for another question for a while, longer if a whole class asks."""
        began = time.monotonic()
        while True:
            try:
                await asyncio.wait_for(self._news.wait(), self._idle)
            except TimeoutError:
                if not _class_asks() or time.monotonic() - began >= RESTING:
                    return False
            else:
                return True
