"""The real server of the classroom page in a separate process, for measurements."""

import contextlib
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_PATIENCE = 240.0


@dataclass(frozen=True)
class Server:
    """The address and the process of a server."""

    url: str
    process: int
    # Its processor time when it began to answer, seconds.
    before: float
    # What it has said so far is in this file.
    log: Path

    def key(self) -> str:
        """The key of the teacher, which the server tells in class mode."""
        found = re.search(r"[?]key=(\S+)", self.log.read_text(encoding="utf-8"))
        assert found is not None
        return found[1]

    def memory(self) -> float:
        """Memory in use, in MB; NaN if the system does not report it."""
        status = Path(f"/proc/{self.process}/status")
        found = re.search(r"VmRSS:\s+(\d+)", status.read_text()) if status.exists() else None
        return int(found[1]) / 1024.0 if found else float("nan")

    def stand_still(self, still: bool) -> None:
        """Stop the process, or let it go on; not on Windows."""
        os.kill(self.process, signal.SIGSTOP if still else signal.SIGCONT)

    def seconds(self) -> float:
        """Processor time since it began to answer, in seconds; NaN if not reported."""
        return _seconds(self.process) - self.before


def _seconds(process: int) -> float:
    stat = Path(f"/proc/{process}/stat")
    if not stat.exists():
        return float("nan")
    ticks = stat.read_text().rpartition(")")[2].split()[11:13]
    return sum(map(int, ticks)) / os.sysconf("SC_CLK_TCK")


@contextlib.contextmanager
def running(*more: str) -> Iterator[Server]:
    """Start a server with ``more`` options, wait until it answers, and stop it after the block."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port = one.getsockname()[1]
    words = [sys.executable, "-m", "sim.cli", "app", "--no-open", "--port", str(port), *more]
    log = Path(tempfile.mkstemp(prefix="zhixing-", suffix=".log")[1])
    # NiceGUI would take itself for a test of its own.
    env = {key: value for key, value in os.environ.items() if not key.startswith("PYTEST")}
    with log.open("w") as said:
        process = subprocess.Popen(words, stdout=said, stderr=said, env=env)
    url = f"http://127.0.0.1:{port}"
    try:
        until = time.monotonic() + _PATIENCE
        while True:
            try:
                urllib.request.urlopen(url, timeout=5).close()
                break
            except OSError:
                if process.poll() is not None or time.monotonic() > until:
                    raise
                time.sleep(0.2)
        yield Server(url, process.pid, _seconds(process.pid), log)
    finally:
        process.terminate()
        process.wait(20)
        log.unlink()
