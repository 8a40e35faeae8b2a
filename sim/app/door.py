"""Connections of the server, with limits on the size, time and number of what clients send.

The limits protect a page that is open to a network from clients that would use up its memory or
its connections.
"""

import asyncio
from typing import Any, ClassVar

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.protocols.websockets.wsproto_impl import WSProtocol
from wsproto.utilities import ProtocolError

from sim.app.gate import Gate
from sim.app.names import Names

# Most bytes of a request's head (its line and headers), and seconds within which it must arrive.
LONGEST_HEAD = 64_000
HEAD_SECONDS = 10.0
# Most connections at once from one address; a whole class may share the address of one router.
MOST_OF_AN_ADDRESS = 500


class Line(WSProtocol):
    """A WebSocket connection."""

    names: ClassVar[Names]

    def __init__(self, *words: Any, **named: Any) -> None:
        super().__init__(*words, **named)
        self.app = Gate(self.app, self.names, lambda: self.transport.is_closing())

    def data_received(self, data: bytes) -> None:
        """Read data from the client; if it cannot be parsed, close this connection only."""
        try:
            super().data_received(data)
        except (AttributeError, TypeError, ValueError, ProtocolError):
            self.transport.abort()


class Door(HttpToolsProtocol):
    """An HTTP connection; it is closed if the head of a request is too long or too late."""

    names: ClassVar[Names]
    line: ClassVar[type[Line]]

    def __init__(self, *words: Any, **named: Any) -> None:
        super().__init__(*words, **named)
        self.app = Gate(self.app, self.names, lambda: self.transport.is_closing())
        self.ws_protocol_class = self.line
        self._head = 0
        self._late: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Accept a connection, unless its address has too many already."""
        super().connection_made(transport)
        if self._crowded():
            transport.abort()
        self._hurry()

    def data_received(self, data: bytes) -> None:
        """Read data from the client, within the limits on the head of a request."""
        if self._waits() and self._head > LONGEST_HEAD:
            self.transport.abort()
            return
        try:
            super().data_received(data)
        except (AttributeError, TypeError, ValueError):
            # The data cannot be parsed; only this connection is closed.
            self.transport.abort()
            return
        self._head = self._head + len(data) if self._waits() else 0
        self._hurry()

    def on_headers_complete(self) -> None:
        """Begin to answer a request; close if the one before is not answered yet.

        Browsers wait for an answer before they send the next request on a connection.
        """
        if self.cycle is not None and not self.cycle.response_complete:
            self.transport.abort()
            return
        super().on_headers_complete()

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop the timer of a connection that is closed."""
        super().connection_lost(exc)
        self._hurry()

    def _crowded(self) -> bool:
        """Whether the client's address has too many connections."""
        if self.client is None:
            return False
        # WebSocket connections count too; they have a client as well.
        others = (getattr(one, "client", None) for one in self.connections)
        own = sum(other is not None and other[0] == self.client[0] for other in others)
        return bool(own > MOST_OF_AN_ADDRESS)

    def _waits(self) -> bool:
        """Whether the connection waits for the head of a request; a WebSocket never does."""
        between = self.cycle is None or self.cycle.response_complete
        return between and self in self.connections

    def _hurry(self) -> None:
        """Start the timer if the head of a request is awaited, else stop it."""
        if not self._waits():
            if self._late is not None:
                self._late.cancel()
            self._late = None
        elif self._late is None:
            self._late = self.loop.call_later(HEAD_SECONDS, self._give_up)

    def _give_up(self) -> None:
        self._late = None
        if self._waits():
            self.transport.abort()


def door(served: Names) -> type[Door]:
    """The class of connections of a server with these names."""

    class NamedLine(Line):
        names = served

    class NamedDoor(Door):
        names = served
        line = NamedLine

    return NamedDoor
