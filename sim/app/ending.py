"""Stop the server after one signal, within ``LONGEST`` seconds, even while runs are under way.

Browsers that wait for news get an empty answer. After ``POLITE`` seconds all connections are cut.
If the process still runs after ``LONGEST`` seconds, it is ended. The page writes no file, so no
file can be left incomplete.
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

# Seconds from the signal until connections are cut, seconds that the web server waits for requests
# under way, and seconds from the signal until the process is ended.
POLITE = 0.3
GRACE = 2
LONGEST = 4.0


def end_soon() -> None:
    """Handle the signals that stop the server; call this when it starts, in its event loop.

    Outside the main thread it does nothing, because only the main thread can handle signals.
    """
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
    """End the process ``LONGEST`` seconds from now, from a thread of its own.

    The server's event loop may be blocked, so a timer in it might never run.
    """
    # 128 + signal is the exit code by convention; Ctrl-C is the normal way to stop the page: 0.
    code = 0 if number == signal.SIGINT else 128 + number

    def end() -> None:
        for child in multiprocessing.active_children():
            child.kill()
        os._exit(code)

    timer = threading.Timer(LONGEST, end)
    timer.daemon = True
    timer.start()


def _send_away(loop: asyncio.AbstractEventLoop, server: Any) -> None:
    """Answer all browsers that wait for news, and cut all connections after ``POLITE`` seconds."""
    for one in core.sio.eio.sockets.values():
        one.queue.put_nowait(None)
    loop.call_later(POLITE, _cut, loop, server)


def _cut(loop: asyncio.AbstractEventLoop, server: Any) -> None:
    for connection in list(server.server_state.connections):
        connection.transport.abort()
    # Connections that were opened in the meantime are cut as well.
    loop.call_later(0.1, _cut, loop, server)
