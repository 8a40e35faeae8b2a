"""A line between browser and server that can really be cut: a proxy that drops its connections."""

import socket
import threading
from contextlib import suppress

LARGEST = 65_536


class Line:
    """Forwards connections from a port of its own to a server, until it is cut."""

    def __init__(self, port):
        self._to = port
        self._open, self._whole = set(), threading.Event()
        self._whole.set()
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listening.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        while True:
            try:
                near, _ = self._listening.accept()
            except OSError:
                return
            if not self._whole.is_set():
                near.close()
                continue
            far = socket.create_connection(("127.0.0.1", self._to))
            self._open |= {near, far}
            for one, other in ((near, far), (far, near)):
                threading.Thread(target=self._pass_on, args=(one, other), daemon=True).start()

    def _pass_on(self, one, other):
        with suppress(OSError):
            while data := one.recv(LARGEST):
                other.sendall(data)
        for end in (one, other):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()

    def cut(self):
        """End all connections, and refuse new ones; returns how many connections were ended."""
        self._whole.clear()
        ended, self._open = self._open, set()
        alive = 0
        for end in ended:
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
                alive += 1
        return alive

    def mend(self):
        """Accept connections again."""
        self._whole.set()

    def end(self):
        """Stop listening."""
        self.cut()
        self._listening.close()
