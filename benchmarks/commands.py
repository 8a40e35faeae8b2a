"""Time of whole commands, with their rules compiled and nothing else stored."""

import os
import statistics
import subprocess
import sys
import tempfile
import time

from benchmarks import measure

COMMANDS = ("run bureau", "levers district", "spiral vicious_circle")
_REPEATS = 3


def _took(command: str) -> tuple[float, float]:
    """Seconds that a command takes with a new folder of results, elapsed and of processor time."""
    with tempfile.TemporaryDirectory() as folder:
        words = [sys.executable, "-m", "sim.cli", *command.split(), "--out", folder]
        used, began = _used(), time.perf_counter()
        subprocess.run(words, check=True, capture_output=True)
        return time.perf_counter() - began, _used() - used


def _used() -> float:
    """Seconds of processor time of processes that this one has waited for."""
    times = os.times()
    return times.children_user + times.children_system


def commands() -> str:
    """A table of the time of commands that everybody tries first: medians."""
    rows = []
    for command in COMMANDS:
        # The first time may have rules to compile.
        _took(command)
        runs = [_took(command) for _ in range(_REPEATS)]
        elapsed, used = (statistics.median(one) for one in zip(*runs, strict=True))
        rows.append([f"`zhixing {command}`", f"{elapsed:.1f} s", f"{used:.1f} s"])
    return measure.table(["command", "elapsed", "processor time"], rows)


if __name__ == "__main__":
    print(commands())
