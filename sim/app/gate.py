"""Checks of every request and every WebSocket message before the page handles them.

The request must be addressed to one of the server's names. Its body is read here completely, within
limits of bytes and seconds, so that the page never waits for one. A WebSocket is closed at the
first malformed message, because the libraries would report it as an error of the program.
"""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from http import HTTPStatus
from typing import Any

from sim.app.guard import sound_body, sound_frame
from sim.app.names import Names
from sim.app.refusals import Refusal
from sim.app.words import CHINESE, ENGLISH

# Most bytes of one message or body; the longest that a view sends is below a kilobyte.
LARGEST_MESSAGE = 20_000
# Seconds within which a body must arrive.
BODY_SECONDS = 10.0
# Where a visitor sends a table, its most bytes, seconds within which it must arrive, and how many
# tables may be arriving at once.
TABLE = "/own/table"
LARGEST_TABLE = 2_000_000
TABLE_SECONDS = 60.0
MOST_ARRIVING = 12
# Path of the WebSocket, and of the requests that replace it where it is not possible.
SOCKET = "/_nicegui_ws/"
# What Starlette's nested middlewares raise if the client leaves before the answer begins
# (issue 2516 there).
_LEFT_BEFORE_ANSWER = "No response returned."

Scope = Any
Receive = Any
Send = Any


class Refused(Exception):
    """A request that is refused, with the status and the key of the text for the user."""

    def __init__(self, status: HTTPStatus, why: str) -> None:
        self.status, self.why = status, Refusal(why)
        super().__init__(why)


class Gone(Exception):
    """The client closed the connection before the request was complete."""


class Gate:
    """An ASGI application that checks what clients send and passes the rest to ``app``.

    ``gone`` tells whether the connection is closed.
    """

    def __init__(self, app: Any, names: Names, gone: Callable[[], bool]) -> None:
        self._app = app
        self._names = names
        self._gone = gone

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request to the page, or refuse it."""

        async def answer(message: Any) -> None:
            # Sending over a closed connection raises an error.
            if not self._gone():
                await send(message)

        _under_root(scope)
        try:
            if not self._names.asked_for(scope["headers"]):
                raise Refused(HTTPStatus.MISDIRECTED_REQUEST, "other_name")
            if scope["type"] == "websocket":
                receive = _sound_only(receive)
            elif any(one < " " for one in scope["path"]):
                raise Refused(HTTPStatus.BAD_REQUEST, "malformed")
            else:
                receive = await _whole(scope, receive)
            await self._app(scope, receive, answer)
        except Refused as refused:
            await _refuse(scope, answer, refused)
        except (Gone, asyncio.CancelledError):
            # Nobody waits for the answer: the client left, or the server stops.
            return
        except RuntimeError as error:
            if not (self._gone() and str(error) == _LEFT_BEFORE_ANSWER):
                raise


def _under_root(scope: Scope) -> None:
    """Let the page be reached by its root path, whether or not a proxy has taken it off."""
    root = scope.get("root_path", "")
    if not root:
        return
    # The server has put the root before what was asked for.
    asked = scope["path"].removeprefix(root)
    if asked == root or asked.startswith(f"{root}/"):
        scope["path"] = root + (asked.removeprefix(root) or "/")
        scope["raw_path"] = scope["path"].encode()


async def _refuse(scope: Scope, send: Send, refused: Refused) -> None:
    if scope["type"] == "websocket":
        await send({"type": "websocket.close"})
        return
    lang = CHINESE if b"lang=zh" in scope["query_string"] else ENGLISH
    body = f"{refused.why.said(lang)}\n".encode()
    headers = [
        (b"content-type", b"text/plain; charset=utf-8"),
        (b"content-length", str(len(body)).encode()),
        (b"cache-control", b"no-store"),
        # The rest of the request is not read.
        (b"connection", b"close"),
    ]
    await send({"type": "http.response.start", "status": refused.status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


async def _whole(scope: Scope, receive: Receive) -> Receive:
    """Read the body of a request, if any; returns the function that gives it to the page.

    Raises Refused if the body is too long, too slow or malformed, Gone if the client left.
    """
    headers = dict(scope["headers"])
    length = headers.get(b"content-length", b"0")
    if length == b"0" and b"transfer-encoding" not in headers:
        return receive
    path = scope["path"].removeprefix(scope.get("root_path", ""))
    table = path == TABLE and scope["method"] == "PUT"
    most = LARGEST_TABLE if table else LARGEST_MESSAGE
    if not length.isdigit() or len(length) > 9 or int(length) > most:
        raise Refused(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "too_large")
    with _arriving() if table else nullcontext():
        try:
            async with asyncio.timeout(TABLE_SECONDS if table else BODY_SECONDS):
                body = await _body(receive, most)
        except TimeoutError:
            raise Refused(HTTPStatus.REQUEST_TIMEOUT, "too_slow") from None
    if path.startswith(SOCKET) and not sound_body(body):
        raise Refused(HTTPStatus.BAD_REQUEST, "malformed")
    kept = [one for one in scope["headers"] if one[0] not in _LENGTHS]
    scope["headers"] = [*kept, (b"content-length", str(len(body)).encode())]
    return _again(body, receive)


# Tables that are arriving now.
_tables: set[object] = set()


@contextmanager
def _arriving() -> Iterator[None]:
    """Count a table while it arrives. Raises Refused if as many do as memory is kept for."""
    if len(_tables) >= MOST_ARRIVING:
        raise Refused(HTTPStatus.SERVICE_UNAVAILABLE, "tables_wait")
    one = object()
    _tables.add(one)
    try:
        yield
    finally:
        _tables.discard(one)


_LENGTHS = (b"content-length", b"transfer-encoding")


async def _body(receive: Receive, most: int) -> bytes:
    body, more = bytearray(), True
    while more:
        message = await receive()
        if message["type"] != "http.request":
            raise Gone
        body += message.get("body", b"")
        if len(body) > most:
            raise Refused(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "too_large")
        more = message.get("more_body", False)
    return bytes(body)


def _again(body: bytes, receive: Receive) -> Receive:
    """A function that gives a body already read as one message."""
    left = [{"type": "http.request", "body": body, "more_body": False}]

    async def again() -> Any:
        return left.pop() if left else await receive()

    return again


def _sound_only(receive: Receive) -> Receive:
    """The messages of a WebSocket; a malformed one is replaced by the end of the connection."""
    left: list[Any] = []

    async def heard() -> Any:
        if left:
            return left[0]
        message = await receive()
        if message["type"] == "websocket.receive" and not sound_frame(message.get("text")):
            message = {"type": "websocket.disconnect", "code": 1008}
        if message["type"] == "websocket.disconnect":
            left.append(message)
        return message

    return heard
