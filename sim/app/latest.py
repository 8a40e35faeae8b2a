"""One question at a time for each page: the last asked is always answered, none wait in a queue."""

import asyncio
from collections.abc import Awaitable, Callable

# Seconds without a new question after which an answer is refined.
IDLE = 0.35


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
            await self._answer(question, False)
            if self._wanted is None and not await self._asked_again():
                await self._answer(question, True)

    async def _asked_again(self) -> bool:
        try:
            await asyncio.wait_for(self._news.wait(), self._idle)
        except TimeoutError:
            return False
        return True
