"""Checks of what a browser sends over the WebSocket; malformed messages are dropped.

NiceGUI assumes that messages come from its own page. Any program can send them, and a malformed one
would raise errors in its handlers.
"""

import inspect
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import parse_qs

from socketio import packet

# Most characters of all arguments of one event; no view sends more than a tenth of that.
LONGEST_EVENT = 4_000
_KINDS = {"client_id": str, "id": int, "listener_id": str}
# Most characters of the identifier of a page or a browser, and most digits of a message's number.
_LONGEST_NAME, _MOST_DIGITS = 64, 9
_NAMES = ("client_id", "tab_id", "document_id")
# Events that only the library itself may raise; their handlers do not check the arguments.
_RESERVED = ("connect", "disconnect")
# Most packets in one body; the library accepts as many.
MOST_PACKETS = 16
# Errors that malformed messages raise in the code that reads them.
_BROKEN = (AttributeError, IndexError, KeyError, RecursionError, TypeError, ValueError)


def sound(message: Any) -> bool:
    """Whether an event has the same form as the events of the page."""
    if not isinstance(message, dict):
        return False
    if not all(type(message.get(name)) is kind for name, kind in _KINDS.items()):
        return False
    sent = message.get("args", [])
    if not isinstance(sent, list) or not all(isinstance(one, str) for one in sent):
        return False
    return sum(map(len, sent)) <= LONGEST_EVENT


def sound_greeting(query: Any) -> bool:
    """Whether a handshake names the page and the browser in the same form as the page does."""
    if not isinstance(query, Mapping):
        return False
    names = [query.get(name) for name in _NAMES]
    old, number = query.get("old_tab_id"), query.get("next_message_id")
    named = all(isinstance(one, str) and 0 < len(one) <= _LONGEST_NAME for one in names)
    before = old is None or (isinstance(old, str) and len(old) <= _LONGEST_NAME)
    digits = "0" if number is None else str(number) if type(number) in (int, str) else ""
    return (
        named and before and digits.isascii() and digits.isdigit() and len(digits) <= _MOST_DIGITS
    )


def sound_frame(text: Any) -> bool:
    """Whether a text is a well-formed Engine.IO frame: a packet, or a message of the protocol."""
    if not isinstance(text, str):
        return False
    if text[:1] == "4":
        return _sound_packet(text[1:])
    return text in ("1", "2probe", "3", "3probe", "5")


def sound_body(body: bytes) -> bool:
    """Whether a body contains well-formed frames; frames that begin a WebSocket are not allowed."""
    try:
        frames = body.decode().split("\x1e")
    except UnicodeDecodeError:
        return False
    return len(frames) <= MOST_PACKETS and all(
        sound_frame(one) and one[0] in "134" for one in frames
    )


def _sound_packet(text: str) -> bool:
    """Whether a Socket.IO packet connects, disconnects or sends an event, without attachments."""
    if text[:1] not in ("0", "1", "2"):
        return False
    try:
        read = packet.Packet(encoded_packet=text)
    except _BROKEN:
        return False
    if read.namespace not in (None, "/") or read.attachment_count:
        return False
    if read.packet_type != packet.EVENT:
        return read.data is None or isinstance(read.data, dict)
    data = read.data
    named = isinstance(data, list) and bool(data) and isinstance(data[0], str)
    return named and data[0] not in _RESERVED


def guard(sio: Any) -> None:
    """Wrap NiceGUI's handlers so that they receive only well-formed messages."""
    handlers = sio.handlers["/"]
    for name, handler in list(handlers.items()):
        if name == "log":
            # Clients must not write to the server's log.
            handlers[name] = _nothing
        elif name == "connect":
            handlers[name] = _greeted(handler)
        elif name != "disconnect":
            handlers[name] = _guarded(name, handler)
    sio.eio.handlers["message"] = _once(sio, sio.eio.handlers["message"])


def _nothing(*_: Any) -> None:
    return None


def _greeted(handler: Callable[..., Any]) -> Callable[..., Any]:
    """Check the handshake of a connection that includes it; others send it later as an event."""

    async def greeted(sid: str, environ: Mapping[str, Any], *more: Any) -> Any:
        told = parse_qs(environ.get("QUERY_STRING", ""))
        query = {name: values[0] for name, values in told.items()}
        if query.get("implicit_handshake") == "true" and not sound_greeting(query):
            return False
        return await handler(sid, environ, *more)

    return greeted


def _once(sio: Any, handler: Callable[..., Any]) -> Callable[..., Any]:
    """Accept one connect packet for each connection, first of all, and nothing after it closed."""

    async def once(eio_sid: str, data: str) -> None:
        known = sio.manager.sid_from_eio_sid(eio_sid, "/") is not None
        if eio_sid in sio.environ and known != data.startswith("0"):
            await handler(eio_sid, data)

    return once


def _sound(name: str, sent: tuple[Any, ...]) -> bool:
    """Whether the arguments of an event are well-formed."""
    if name == "event":
        return len(sent) == 1 and sound(sent[0])
    if name == "handshake":
        return len(sent) == 1 and sound_greeting(sent[0])
    return True


def _guarded(name: str, handler: Callable[..., Any]) -> Callable[..., Any]:
    async def guarded(sid: str, *sent: Any) -> Any:
        if not _sound(name, sent):
            return None
        try:
            result = handler(sid, *sent)
            return await result if inspect.isawaitable(result) else result
        except _BROKEN:
            return None

    return guarded
