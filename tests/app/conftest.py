"""A real server in a process of its own, and Debian's Chromium to look at it."""

import asyncio
import os
import re
import select
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest

ROOT = Path(__file__).parents[2]
# Compiling the rules, on a machine that never did, takes half a minute of it.
PATIENCE = 240
# Milliseconds for anything on a page, on a machine that others use too.
WAIT = 30_000
# Seconds after which something hangs.
HANG = 20
LOOPBACK = {"127.0.0.1", "localhost", "::1"}


def pytest_collection_modifyitems(items):
    """A test with a browser that fails is run once more, and fails if it fails again.

    Browser, server and test are processes that wait for each other by the clock; on a machine with
    more work than processors one of them can come too late. The summary counts what ran again.
    """
    for item in items:
        if "browser" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.flaky(reruns=1))


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def answers(url):
    try:
        with urllib.request.urlopen(url, timeout=5) as reply:
            return reply.status == 200
    except (urllib.error.URLError, OSError):
        return False


@pytest.fixture(scope="session")
def finished():
    """Run a coroutine to its end, in a thread: Playwright keeps a loop of its own in this one."""

    def finished(coroutine):
        with ThreadPoolExecutor(1) as pool:
            return pool.submit(asyncio.run, coroutine).result()

    return finished


@pytest.fixture(scope="session")
def log(tmp_path_factory):
    return tmp_path_factory.mktemp("app") / "server.log"


@contextmanager
def serving(log, *more):
    """``zhixing app`` with ``more`` words, until the block ends; gives its address."""
    port = free_port()
    words = [sys.executable, "-m", "sim.cli", "app", "--no-open", "--port", str(port), *more]
    with log.open("w") as said:
        process = subprocess.Popen(
            words,
            stdout=said,
            stderr=said,
            cwd=ROOT,
            env={
                key: value
                for key, value in os.environ.items()
                # NiceGUI would take itself for a test of its own.
                if not key.startswith(("PYTEST", "NICEGUI"))
            },
        )
    url = f"http://127.0.0.1:{port}"
    until = time.monotonic() + PATIENCE
    while not answers(url):
        assert process.poll() is None, log.read_text()
        assert time.monotonic() < until, log.read_text()
        time.sleep(0.2)
    yield url
    process.terminate()
    process.wait(20)


@pytest.fixture(scope="session")
def server(log):
    """The address of ``zhixing app``."""
    with serving(log) as url:
        yield url


@pytest.fixture(scope="session")
def forking():
    """What starts a server at once."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith("PYTEST")}
    process = subprocess.Popen(
        [sys.executable, "-W", "ignore", "-m", "tests.app.forking"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=ROOT,
        env=kept,
        text=True,
    )
    assert process.stdout.readline() == "ready\n"
    yield process
    process.stdin.close()
    process.wait(20)


def reachable(port):
    with socket.socket() as one:
        return one.connect_ex(("127.0.0.1", port)) == 0


class Begun:
    """A fresh server."""

    def __init__(self, forking, log):
        self.port, self.log, self._forking = free_port(), log, forking
        forking.stdin.write(f"{self.port} {log}\n")
        forking.stdin.flush()
        self._process = int(forking.stdout.readline())
        until = time.monotonic() + PATIENCE
        # The command tries the port before it serves there; only then does it say where.
        while not ("Open" in self._said() and reachable(self.port)):
            assert time.monotonic() < until
            time.sleep(0.02)
        self._ended = False

    def _said(self):
        return self.log.read_text() if self.log.exists() else ""

    def stop(self, number):
        """Send a signal; the exit code, and the seconds that it took."""
        began = time.monotonic()
        os.kill(self._process, number)
        ended, _, _ = select.select([self._forking.stdout], [], [], HANG)
        took = time.monotonic() - began
        if not ended:
            os.kill(self._process, signal.SIGKILL)
        self._ended = True
        return int(self._forking.stdout.readline()), took

    def pages(self):
        """How many pages it keeps, and how many of them have a socket."""
        before = len(self._counts())
        os.kill(self._process, signal.SIGUSR1)
        until = time.monotonic() + HANG
        while len(counts := self._counts()) == before:
            assert time.monotonic() < until
            time.sleep(0.02)
        kept, live = counts[-1]
        return int(kept), int(live)

    def _counts(self):
        # Whole lines only: the server may be in the middle of one.
        return re.findall(r"^pages (\d+) (\d+)\n", self.log.read_text(), re.M)

    def end(self):
        """Leave nothing behind."""
        if not self._ended:
            self.stop(signal.SIGKILL)


@pytest.fixture
def begun(forking, tmp_path):
    one = Begun(forking, tmp_path / "log")
    yield one
    one.end()


@contextmanager
def browsing(browser, origin, **how):
    """Where pages are opened: scripts and styles loaded for one are there for the next.

    A page that does nothing stays open. Without any page of the site the browser ends the process
    that draws them; a new one takes as long as a page, and has to compile the scripts again.
    """
    one = browser.new_context(**how)
    one.set_default_timeout(WAIT)
    one.new_page().goto(f"{origin}/favicon.ico")
    yield one
    one.close()


@pytest.fixture(scope="session")
def context(browser, server):
    with browsing(browser, server, accept_downloads=True) as one:
        yield one


def forget(context, pages, origin):
    """Close pages, and forget what they keep in the browser: the next test is somebody else."""
    if not pages:
        return
    last = pages[-1]
    for page in pages[:-1]:
        page.close()
    kept = {"origin": origin, "storageTypes": "cookies,local_storage,indexeddb"}
    context.new_cdp_session(last).send("Storage.clearDataForOrigin", kept)
    last.close()
    context.clear_cookies()


@pytest.fixture
def open_page(context, server):
    """Open a page; what it asks of anything but this machine, or complains of, fails the test."""
    pages, strangers, complaints = [], [], []

    def open_page(path="/", width=1280, height=900, ready=True):
        page = context.new_page()
        pages.append(page)
        page.set_viewport_size({"width": width, "height": height})
        page.on(
            "request",
            lambda request: (
                urlsplit(request.url).scheme not in ("http", "https", "ws", "wss")
                or urlsplit(request.url).hostname in LOOPBACK
                or strangers.append(request.url)
            ),
        )
        page.on(
            "websocket",
            lambda one: urlsplit(one.url).hostname in LOOPBACK or strangers.append(one.url),
        )
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(server + path)
        if ready:
            page.wait_for_selector("[data-answered], .told:not(:empty)")
        return page

    yield open_page
    forget(context, pages, server)
    assert strangers == []
    assert complaints == []
