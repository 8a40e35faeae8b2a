"""Executes chunks on an existing Dask cluster; needs the extra ``cluster``."""

import os
import re
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from sim.errors import BadInput
from sim.input_file import read_json
from sim.study.execute import WINDOW, Finished, OtherCode, Task, run_task

# Dask has other protocols too, but none that a study on a network would use.
_ADDRESS = re.compile(r"tcp://[^\s/]{1,253}:([0-9]{1,5})/?")
_LAST_PORT = 65_535
# Seconds to wait for an answer of the scheduler.
PATIENCE = 20


def connect(address: str) -> Any:
    """A client of the scheduler at ``tcp://HOST:PORT`` or of a scheduler file.

    Raises BadInput if Dask is not installed, the address is not valid, or no scheduler answers.
    """
    try:
        from distributed import Client
    except ImportError:
        raise BadInput("--cluster needs Dask: pip install 'zhixing[cluster]'") from None
    where = scheduler(address)
    try:
        return Client(where, timeout=PATIENCE, set_as_default=False)
    except (OSError, ValueError, TypeError, RuntimeError) as error:
        raise BadInput(f"--cluster {address}: no scheduler answers: {error}") from None


def scheduler(given: str) -> str:
    """The address itself, or the one that a scheduler file gives. Raises BadInput."""
    expected = "expected tcp://HOST:PORT or the path of a scheduler file"
    address: Any = given
    if "://" not in given:
        if not os.path.isfile(given):
            raise BadInput(f"--cluster {given}: {expected}")
        file = read_json(Path(given))
        address = file.get("address") if isinstance(file, dict) else None
        expected = "the scheduler file gives no address tcp://HOST:PORT"
    found = _ADDRESS.fullmatch(address) if isinstance(address, str) else None
    if found is None or int(found[1]) > _LAST_PORT:
        raise BadInput(f"--cluster {given}: {expected}")
    return found[0]


def on_cluster(tasks: Iterator[Task], client: Any) -> Iterator[Finished]:
    """Yield finished chunks in any order; only a limited number of chunks is submitted at once.

    If a worker dies, the scheduler gives its chunks to another. Raises BadInput if workers run
    another version of the code.
    """
    from distributed import as_completed

    waiting = iter(tasks)

    def submit(task: Task) -> Any:
        return client.submit(run_task, task, pure=False)

    def window() -> int:
        threads: int = sum(client.nthreads().values())
        return WINDOW * max(1, threads)

    under_way = as_completed(loop=client.loop)
    number = 0
    for task in islice(waiting, window()):
        under_way.add(submit(task))
        number += 1
    for future in under_way:
        number -= 1
        try:
            finished: Finished = future.result()
        except OtherCode as error:
            raise BadInput(f"--cluster: {error}") from None
        yield finished
        for task in islice(waiting, max(0, window() - number)):
            under_way.add(submit(task))
            number += 1
