"""Time of a start: with compilation, and with cached code."""

import os
import statistics
import subprocess
import sys
import tempfile
import time

from benchmarks import measure
from benchmarks.measure import REPEATS

_FIRST_RUN = "from sim import Scenario, simulate; simulate(Scenario.load('bureau'), 1)"
_IMPORT = "import sim"


def _took(code: str, cache: str) -> float:
    began = time.perf_counter()
    environment = os.environ | {"NUMBA_CACHE_DIR": cache}
    subprocess.run([sys.executable, "-c", code], env=environment, check=True)
    return time.perf_counter() - began


def starts() -> str:
    """A table of the time of a first run in a new process, without and with cached code."""
    cold, cached, imports = [], [], []
    for _ in range(REPEATS):
        with tempfile.TemporaryDirectory() as cache:
            cold.append(_took(_FIRST_RUN, cache))
            cached.append(_took(_FIRST_RUN, cache))
            imports.append(_took(_IMPORT, cache))
    rows = [
        ["importing alone", f"{statistics.median(imports):.2f} s"],
        ["first run, compiled for the first time", f"{statistics.median(cold):.1f} s"],
        ["first run, from the cache", f"{statistics.median(cached):.2f} s"],
    ]
    return measure.table(["a fresh process", "seconds"], rows)


if __name__ == "__main__":
    print(starts())
