"""What a browser may send over the socket: anything else is dropped without a word.

NiceGUI trusts the page it made; a stranger's program need not be that page.
"""

import inspect
from collections.abc import Callable
from typing import Any

# Characters of all arguments of one event; the longest that a view sends is a tenth of it.
LONGEST_EVENT = 4_000
_KINDS = {"client_id": str, "id": int, "listener_id": str}


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


def guard(sio: Any) -> None:
    """Let only sound messages through to NiceGUI's own handlers."""
    handlers = sio.handlers["/"]
    for name, handler in list(handlers.items()):
        if name == "log":
            # Strangers write no logs here.
            handlers[name] = _nothing
        elif name not in ("connect", "disconnect"):
            handlers[name] = _guarded(name, handler)


def _nothing(*_: Any) -> None:
    return None


def _guarded(name: str, handler: Callable[..., Any]) -> Callable[..., Any]:
    async def guarded(sid: str, *sent: Any) -> Any:
        if name == "event" and not (len(sent) == 1 and sound(sent[0])):
            return None
        try:
            result = handler(sid, *sent)
            return await result if inspect.isawaitable(result) else result
        except (AttributeError, KeyError, RecursionError, TypeError, ValueError):
            return None

    return guarded
