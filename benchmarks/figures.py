"""Time for all figures, including their studies: quick and full."""

import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks import measure
from sim.machine.loop import processors
from sim.study.study import Study

SETS = {"quick": ("--quick",), "full": ()}


def _drawn(options: tuple[str, ...]) -> tuple[int, float]:
    """Runs and seconds for all figures, measured once in a new process and a new folder."""
    from sim.drawing import catalogue, stored

    with tempfile.TemporaryDirectory() as folder:
        words = [sys.executable, "-m", "sim.cli", "figures", "--run", *options, "--out", folder]
        began = time.perf_counter()
        subprocess.run(words, check=True, capture_output=True)
        took = time.perf_counter() - began
        experiments = dict.fromkeys(catalogue.figure(name).experiment for name in catalogue.NAMES)
        found = [stored.source(one, Path(folder), bool(options)) for one in experiments]
        runs = sum(one.size() for one in found if isinstance(one, Study))
    return runs, took


def figures() -> str:
    """A table of the time for all figures in three formats, including their studies."""
    rows = []
    for name, options in SETS.items():
        runs, took = _drawn(options)
        rows.append([name, f"{runs:,}", f"{took:.0f} s"])
    return measure.table(["figures", "runs", f"seconds on {processors()} cores"], rows)


if __name__ == "__main__":
    print(figures())
