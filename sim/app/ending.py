"""How the server ends: on one signal, within seconds, whoever is connected and whatever runs.

First everybody is told; soon after, connections are cut; and should anything hold on even then, the
process ends without it. The page writes no file, so nothing is left half-written.
"""

import asyncio
import multiprocessing
import os
import signal
import threading
from types import FrameType
from typing import Any

from nicegui import core
from nicegui.server import Server
from uvicorn.server import HANDLED_SIGNALS

# Seconds for answers under way, for requests to end by themselves, and for all of it.
POLITE = 0.3
GRACE = 2
LONGEST = 4.0


def end_soon() -> None:
    """From now on one signal ends the server. To be called while it starts, in its loop."""
    if threading.current_thread() is not threading.main_thread():
        return
    loop = asyncio.get_running_loop()
    server: Any = Server.instance
    asked = False

    def end(number: int, frame: FrameType | None) -> None:
        nonlocal asked
        server.handle_exit(number, frame)
        if not asked:
            asked = True
            _end_at_last(number)
            loop.call_soon_threadsafe(_send_away, loop, server)

    for number in HANDLED_SIGNALS:
        signal.signal(number, end)


def _end_at_last(number: int) -> None:
    """End the process after the bound, from a thread that nothing of the server can hold up."""
    # As a shell is told of a program that a signal ended; Ctrl-C is how a teacher stops the page.
    code = 0 if number == signal.SIGINT else 128 + number

    def end() -> None:
        for child in multiprocessing.active_children():
            child.kill()
        os._exit(code)

    timer = threading.Timer(LONGEST, end)
    timer.daemon = True
    timer.start()


def _send_away(loop: asyncio.AbstractEventLoop, server: Any) -> None:
    """Tell everybody who waits for news that there is none; then cut what stays."""
    for one in core.sio.eio.sockets.values():
        one.queue.put_nowait(None)
    loop.call_later(POLITE, _cut, loop, server)


def _cut(loop: asyncio.AbstractEventLoop, server: Any) -> None:
    for connection in list(server.server_state.connections):
        connection.transport.abort()
    # Who came while the server ended is sent away as well.
    loop.call_later(0.1, _cut, loop, server)
