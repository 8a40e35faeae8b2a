"""Reading of tables of posts that visitors send: one at a time, each in a process that may die."""

import asyncio
import io
import os
import pickle
import sys
import time
from asyncio.subprocess import DEVNULL, PIPE, Process
from pathlib import Path
from typing import Any

import sim
from sim.app.refusals import Refusal
from sim.errors import BadInput
from sim.world.establishment import Establishment

# Most posts of a visitor's table, as of the scenarios that the page offers: forty students share
# two processors.
MOST_POSTS = 500
# Seconds for one table, on a machine that is busy; tables that may wait for their turn; seconds
# that a process is kept for a table that may come.
SECONDS = 60.0
MOST_WAITING = 12
KEPT_SECONDS = 600.0
# Most bytes of what comes back: names and titles of posts, and numbers.
_MOST_BACK = 4_000_000
# Endings of names that say what kind a table is where its bytes do not.
_SUFFIXES = (".csv", ".tsv", ".txt", ".xlsx", ".xlsm", ".parquet", ".pq")
# All that a table that was read consists of.
_PARTS = {
    ("sim.world.establishment", "Establishment"),
    ("sim.world.establishment", "Reading"),
    ("sim.world.organisation", "Layout"),
    ("sim.world.ties", "Tie"),
    ("numpy", "ndarray"),
    ("numpy", "dtype"),
    ("numpy._core.multiarray", "_reconstruct"),
    ("numpy.core.multiarray", "_reconstruct"),
}


class _Parts(pickle.Unpickler):
    """Reads what a process made of a stranger's file, and nothing that would run code."""

    def find_class(self, module: str, name: str) -> Any:
        if (module, name) not in _PARTS:
            raise pickle.UnpicklingError(name)
        return super().find_class(module, name)


class TableReading:
    """The processes that read tables, one at a time; one is prepared before a table comes."""

    def __init__(self) -> None:
        self._prepared: Process | None = None
        self._since = 0.0
        self._turn = asyncio.Lock()
        self._waiting = 0

    async def prepare(self) -> None:
        """Begin a process, which takes seconds, for a table that is likely to come."""
        if self._prepared is None or self._prepared.returncode is not None:
            self._prepared = await self._begun()
        self._since = time.monotonic()

    def sweep(self) -> None:
        """End the prepared process if no table came."""
        if self._prepared is not None and time.monotonic() - self._since > KEPT_SECONDS:
            self.close()

    def close(self) -> None:
        """End the prepared process."""
        if self._prepared is not None:
            _end(self._prepared)
        self._prepared = None

    async def read(self, content: bytes, suffix: str) -> Establishment:
        """The table in ``content``.

        Raises BadInput with all that is wrong with it, Refusal if too many wait, or if it takes
        more time or memory than a table may.
        """
        if self._waiting >= MOST_WAITING:
            raise Refusal("tables_wait")
        self._waiting += 1
        try:
            async with self._turn:
                return await self._read(content, suffix if suffix in _SUFFIXES else ".csv")
        finally:
            self._waiting -= 1

    async def _read(self, content: bytes, suffix: str) -> Establishment:
        await self.prepare()
        process, self._prepared = self._prepared, None
        assert process is not None
        try:
            first = f"{suffix} {MOST_POSTS}\n".encode()
            told = await asyncio.wait_for(_told(process, first + content), SECONDS)
            found = _Parts(io.BytesIO(told)).load()
        except (TimeoutError, OSError, EOFError, pickle.UnpicklingError):
            raise Refusal("table_limits") from None
        finally:
            _end(process)
            await process.wait()
        if isinstance(found, Establishment):
            return found
        raise BadInput(*map(str, found))

    async def _begun(self) -> Process:
        root = str(Path(sim.__file__).parents[1])
        paths = os.pathsep.join(filter(None, (root, os.environ.get("PYTHONPATH"))))
        return await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "sim.app.table_reader"),
            stdin=PIPE,
            stdout=PIPE,
            stderr=DEVNULL,
            env={**os.environ, "PYTHONPATH": paths},
        )


async def _told(process: Process, sent: bytes) -> bytes:
    """What a process answers to what is sent to it; nothing if it is more than a table can be."""
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(sent)
    await process.stdin.drain()
    process.stdin.close()
    found = b""
    while part := await process.stdout.read(_MOST_BACK):
        found += part
        if len(found) > _MOST_BACK:
            return b""
    return found


def _end(process: Process) -> None:
    if process.returncode is None:
        try:
            process.kill()
        except ProcessLookupError:
            return


table_reading = TableReading()
