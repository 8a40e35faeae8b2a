"""What a browser may send over the socket: anything else is dropped without a word.

NiceGUI trusts the page it made; a stranger's program need not be that page.
"""

import inspect
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import parse_qs

from socketio import packet

# Characters of all arguments of one event; the longest that a view sends is a tenth of it.
LONGEST_EVENT = 4_000
_KINDS = {"client_id": str, "id": int, "listener_id": str}
# Characters of a name that a page or a browser goes by, and digits of a number of a message.
_LONGEST_NAME, _MOST_DIGITS = 64, 9
_NAMES = ("client_id", "tab_id", "document_id")
# Events of the library's own; the page's handlers of these trust what the library tells them.
_RESERVED = ("connect", "disconnect")
# Packets that may come in one body, as many as the library takes.
MOST_PACKETS = 16
# What a stranger's message may break of what reads it.
_BROKEN = (AttributeError, IndexError, KeyError, RecursionError, TypeError, ValueError)


def sound(message: Any) -> bool:
    """Whether an event has the form that the page's own events have."""
    if not isinstance(message, dict):
        return False
    if not all(type(message.get(name)) is kind for name, kind in _KINDS.items()):
        return False
    sent = message.get("args", [])
    if not isinstance(sent, list) or not all(isinstance(one, str) for one in sent):
        return False
    return sum(map(len, sent)) <= LONGEST_EVENT


def sound_greeting(query: Any) -> bool:
    """Whether a socket says whose it is as the page's own does."""
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
    """Whether a frame of a socket has a form that the page's own frames have."""
    if not isinstance(text, str):
        return False
    if text[:1] == "4":
        return _sound_packet(text[1:])
    return text in ("1", "2probe", "3", "3probe", "5")


def sound_body(body: bytes) -> bool:
    """The same of a body, which may hold several; none there says that it becomes a socket."""
    try:
        frames = body.decode().split("\x1e")
    except UnicodeDecodeError:
        return False
    return len(frames) <= MOST_PACKETS and all(
        sound_frame(one) and one[0] in "134" for one in frames
    )


def _sound_packet(text: str) -> bool:
    """Whether a packet greets, leaves or tells of an event, without attachments."""
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
    """Let only sound messages through to NiceGUI's own handlers."""
    handlers = sio.handlers["/"]
    for name, handler in list(handlers.items()):
        if name == "log":
            # Strangers write no logs here.
            handlers[name] = _nothing
        elif name == "connect":
            handlers[name] = _greeted(handler)
        elif name != "disconnect":
            handlers[name] = _guarded(name, handler)
    sio.eio.handlers["message"] = _once(sio, sio.eio.handlers["message"])


def _nothing(*_: Any) -> None:
    return None


def _greeted(handler: Callable[..., Any]) -> Callable[..., Any]:
    """A socket that says whose it is says so in full; one may also say it later."""

    async def greeted(sid: str, environ: Mapping[str, Any], *more: Any) -> Any:
        told = parse_qs(environ.get("QUERY_STRING", ""))
        query = {name: values[0] for name, values in told.items()}
        if query.get("implicit_handshake") == "true" and not sound_greeting(query):
            return False
        return await handler(sid, environ, *more)

    return greeted


def _once(sio: Any, handler: Callable[..., Any]) -> Callable[..., Any]:
    """A connection greets once, and nothing of it is heard after it left."""

    async def once(eio_sid: str, data: str) -> None:
        known = sio.manager.sid_from_eio_sid(eio_sid, "/") is not None
        if eio_sid in sio.environ and known != data.startswith("0"):
            await handler(eio_sid, data)

    return once


def _sound(name: str, sent: tuple[Any, ...]) -> bool:
    """Whether what comes with an event has the form that the page's own has."""
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
