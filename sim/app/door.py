"""Connections as the server takes them: a head that is short and soon there, or none at all."""

import asyncio
from typing import Any, ClassVar

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.protocols.websockets.wsproto_impl import WSProtocol
from wsproto.utilities import ProtocolError

from sim.app.gate import Gate
from sim.app.names import Names

# Bytes of a request before its body, and seconds within which they must have come.
LONGEST_HEAD = 64_000
HEAD_SECONDS = 10.0
# Connections that one address may hold at once: those of a whole class behind one router.
MOST_OF_AN_ADDRESS = 500


class Line(WSProtocol):
    """A connection that became a socket."""

    names: ClassVar[Names]

    def __init__(self, *words: Any, **named: Any) -> None:
        super().__init__(*words, **named)
        self.app = Gate(self.app, self.names, lambda: self.transport.is_closing())

    def data_received(self, data: bytes) -> None:
        """Somebody sent something; what the library cannot read ends the connection alone."""
        try:
            super().data_received(data)
        except (AttributeError, TypeError, ValueError, ProtocolError):
            self.transport.abort()


class Door(HttpToolsProtocol):
    """A connection that ends where its next request does not come, or does not end."""

    names: ClassVar[Names]
    line: ClassVar[type[Line]]

    def __init__(self, *words: Any, **named: Any) -> None:
        super().__init__(*words, **named)
        self.app = Gate(self.app, self.names, lambda: self.transport.is_closing())
        self.ws_protocol_class = self.line
        self._head = 0
        self._late: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Somebody came."""
        super().connection_made(transport)
        if self._crowded():
            transport.abort()
        self._hurry()

    def data_received(self, data: bytes) -> None:
        """Somebody sent something."""
        if self._waits() and self._head > LONGEST_HEAD:
            self.transport.abort()
            return
        try:
            super().data_received(data)
        except (AttributeError, TypeError, ValueError):
            # What the library cannot read ends the connection alone.
            self.transport.abort()
            return
        self._head = self._head + len(data) if self._waits() else 0
        self._hurry()

    def on_headers_complete(self) -> None:
        """Somebody asks; a browser asks nothing more before that is answered."""
        if self.cycle is not None and not self.cycle.response_complete:
            self.transport.abort()
            return
        super().on_headers_complete()

    def connection_lost(self, exc: Exception | None) -> None:
        """Somebody left."""
        super().connection_lost(exc)
        self._hurry()

    def _crowded(self) -> bool:
        """Whether whoever came holds too many connections already."""
        if self.client is None:
            return False
        # Connections that became sockets count too; each knows whom it is from.
        others = (getattr(one, "client", None) for one in self.connections)
        own = sum(other is not None and other[0] == self.client[0] for other in others)
        return bool(own > MOST_OF_AN_ADDRESS)

    def _waits(self) -> bool:
        """Whether the connection is between requests; one that became a socket never is."""
        between = self.cycle is None or self.cycle.response_complete
        return between and self in self.connections

    def _hurry(self) -> None:
        """Begin to count seconds where a head is waited for, and stop where it is there."""
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
    """The door of a server that goes by some names."""

    class NamedLine(Line):
        names = served

    class NamedDoor(Door):
        names = served
        line = NamedLine

    return NamedDoor
