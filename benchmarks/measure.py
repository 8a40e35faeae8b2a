"""Methods of measurement: medians of repeats, and the peak memory of a process."""

import re
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

REPEATS = 5
NANO = 1e9
MEGA = 1e6
GIGA = 1e9
_KB_IN_MB = 1024.0


def seconds(action: Callable[[], object], repeats: int = REPEATS) -> float:
    """Median wall time of an action, in seconds."""
    took = []
    for _ in range(repeats):
        began = time.perf_counter()
        action()
        took.append(time.perf_counter() - began)
    return statistics.median(took)


def held_at_most() -> float:
    """Peak memory of this process, in MB; NaN if the system does not report it."""
    # The value of getrusage would include the process that started this one.
    status = Path("/proc/self/status")
    found = re.search(r"VmHWM:\s*(\d+)", status.read_text()) if status.exists() else None
    return float(found[1]) / _KB_IN_MB if found else float("nan")


def in_a_process(module: str, *words: str) -> list[float]:
    """The numbers that ``module`` prints in a new process with these arguments."""
    command = [sys.executable, "-m", module, "--child", *words]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return [float(word) for word in said.split()]


def table(header: list[str], rows: list[list[str]]) -> str:
    """A table in Markdown."""
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
