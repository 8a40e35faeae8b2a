"""Visitors that a browser would not be: bytes put on a connection by hand."""

import itertools
import json
import os
import re
import socket
import threading
import time

SOCKET = "/_nicegui_ws/socket.io/?EIO=4"
SECONDS = 30


class Visitor:
    """One connection to the server, and what came back so far."""

    def __init__(self, port, small=False, source=None):
        self.port = port
        self.line = socket.socket()
        if source is not None:
            self.line.bind((source, 0))
        if small:
            # Little fits into what the system keeps for a slow reader.
            self.line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        self.line.settimeout(SECONDS)
        self.line.connect(("127.0.0.1", port))

    def send(self, data):
        self.line.sendall(data if isinstance(data, bytes) else data.encode())
        return self

    def head(self, first="GET / HTTP/1.1", *more, host=None, end=True):
        """Send a head."""
        lines = [first, f"Host: {host or f'127.0.0.1:{self.port}'}", *more]
        return self.send("\r\n".join(lines) + ("\r\n\r\n" if end else "\r\n"))

    def until(self, wanted=None):
        """What comes until some bytes are there, or until the server hangs up."""
        found = b""
        while wanted is None or wanted not in found:
            try:
                came = self.line.recv(65536)
            except ConnectionError:
                break
            if not came:
                break
            found += came
        return found

    def get(self, path="/", *more, **named):
        """Ask for a page, and hang up."""
        self.head(f"GET {path} HTTP/1.1", "Connection: close", *more, **named)
        return self.until().decode(errors="replace")

    def post(self, path, body, *more):
        """Send a body, and hang up."""
        body = body if isinstance(body, bytes) else body.encode()
        length = f"Content-Length: {len(body)}"
        self.head(f"POST {path} HTTP/1.1", "Connection: close", length, *more)
        try:
            self.send(body)
        except ConnectionError:
            # The server need not take all of it.
            return ""
        return self.until().decode(errors="replace")

    def upgrade(self, query="", *more, end=True, host=None):
        """Ask for a socket."""
        self.head(
            f"GET {SOCKET}&transport=websocket{query} HTTP/1.1",
            "Connection: Upgrade",
            "Upgrade: websocket",
            "Sec-WebSocket-Version: 13",
            "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==",
            *more,
            end=end,
            host=host,
        )
        return self

    def opened(self, query="", *more):
        """A socket, once it is there; what is sent before goes lost."""
        self.upgrade(query, *more).until(b"\r\n\r\n")
        return self

    def say(self, text, kind=1):
        """Send a frame; kind 1 is text, 2 bytes."""
        return self.send(frame(text if isinstance(text, bytes) else text.encode(), kind))

    def emit(self, name, *sent):
        """Send an event."""
        return self.say("42" + json.dumps([name, *sent]))


def frame(data, kind=1):
    """A masked frame of one message."""
    size = len(data)
    told = bytes([0x80 | size]) if size < 126 else b"\xfe" + size.to_bytes(2, "big")
    mask = os.urandom(4)
    masked = bytes(one ^ mask[place % 4] for place, one in enumerate(data))
    return bytes([0x80 | kind]) + told + mask + masked


def client(port, path="/", **named):
    """Load a page; the name that its socket goes by."""
    return re.search(r"'client_id': '([^']+)'", Visitor(port, **named).get(path))[1]


_numbers = itertools.count()


def greeting(name, **other):
    """The query with which a page's own socket comes."""
    one = next(_numbers)
    known = {"client_id": name, "tab_id": f"tab{one}", "document_id": f"document{one}"}
    query = known | {"next_message_id": 0, "implicit_handshake": "true"} | other
    return "".join(f"&{key}={value}" for key, value in query.items() if value is not None)


def tab(port, path="/"):
    """A page with its socket."""
    return live(port, client(port, path))


def live(port, name):
    """The socket of a page that was loaded."""
    one = Visitor(port).upgrade(greeting(name))
    one.until(b"pingTimeout")
    came = one.say("40").until(b"}")
    assert b'40{"sid"' in came, came
    return one


def session(port):
    """The name of a session of one who asks again and again instead of keeping a socket."""
    return re.search(r'"sid":"([^"]+)"', Visitor(port).get(f"{SOCKET}&transport=polling"))[1]


def polling(port):
    """Where such a one sends to and asks at."""
    return f"{SOCKET}&transport=polling&sid={session(port)}"


def again(act, every=0.05):
    """Do something again and again, in a thread, until it cannot be done."""

    def work():
        try:
            while True:
                act()
                time.sleep(every)
        except OSError:
            return

    threading.Thread(target=work, daemon=True).start()
