"""What every request passes before the page sees it.

It must ask for a name that the page goes by. A body is read only here, whole, within a bound of
bytes and of seconds, so nothing behind the gate can wait for one. A socket hears only frames of the
page's own form: the libraries behind take a malformed one for a fault of the program.
"""

import asyncio
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from sim.app.guard import sound_body, sound_frame
from sim.app.names import Names
from sim.app.refusals import Refusal
from sim.app.words import CHINESE, ENGLISH

# Bytes a browser may send in one message or body; the longest that a view sends is under a
# kilobyte.
LARGEST_MESSAGE = 20_000
# Seconds within which a body must have come.
BODY_SECONDS = 10.0
# Where the socket is, and those who ask again and again instead.
SOCKET = "/_nicegui_ws/"

Scope = Any
Receive = Any
Send = Any


class Refused(Exception):
    """A request that the page does not see."""

    def __init__(self, status: HTTPStatus, why: str) -> None:
        self.status, self.why = status, Refusal(why)
        super().__init__(why)


class Gone(Exception):
    """The visitor left in the middle of a request."""


class Gate:
    """The application behind checks of what comes in."""

    def __init__(self, app: Any, names: Names, gone: Callable[[], bool]) -> None:
        self._app = app
        self._names = names
        self._gone = gone

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request through, or refuse it."""

        async def answer(message: Any) -> None:
            # A connection that was just cut takes nothing more, and complains.
            if not self._gone():
                await send(message)

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
            # Nobody waits for the answer: the visitor left, or the server ends.
            return


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
        # What is still to come of the request is not read.
        (b"connection", b"close"),
    ]
    await send({"type": "http.response.start", "status": refused.status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


async def _whole(scope: Scope, receive: Receive) -> Receive:
    """The request with its body read; as it is where none comes."""
    headers = dict(scope["headers"])
    length = headers.get(b"content-length", b"0")
    if length == b"0" and b"transfer-encoding" not in headers:
        return receive
    if not length.isdigit() or len(length) > 9 or int(length) > LARGEST_MESSAGE:
        raise Refused(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "too_large")
    try:
        async with asyncio.timeout(BODY_SECONDS):
            body = await _body(receive)
    except TimeoutError:
        raise Refused(HTTPStatus.REQUEST_TIMEOUT, "too_slow") from None
    if scope["path"].startswith(SOCKET) and not sound_body(body):
        raise Refused(HTTPStatus.BAD_REQUEST, "malformed")
    kept = [one for one in scope["headers"] if one[0] not in _LENGTHS]
    scope["headers"] = [*kept, (b"content-length", str(len(body)).encode())]
    return _again(body, receive)


_LENGTHS = (b"content-length", b"transfer-encoding")


async def _body(receive: Receive) -> bytes:
    body, more = b"", True
    while more:
        message = await receive()
        if message["type"] != "http.request":
            raise Gone
        body += message.get("body", b"")
        if len(body) > LARGEST_MESSAGE:
            raise Refused(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "too_large")
        more = message.get("more_body", False)
    return body


def _again(body: bytes, receive: Receive) -> Receive:
    """Give a body that was read to whoever asks for it."""
    left = [{"type": "http.request", "body": body, "more_body": False}]

    async def again() -> Any:
        return left.pop() if left else await receive()

    return again


def _sound_only(receive: Receive) -> Receive:
    """What a socket says, until it says what the page's own would not: then it is gone."""
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
