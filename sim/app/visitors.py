"""Limits on the number of open pages that the server keeps in memory.

NiceGUI builds a page for each request and keeps it until the browser connects by a WebSocket.
Programs that only send requests never connect, so that such pages would accumulate.
"""

from collections import Counter

from nicegui import Client, app

from sim.app.refusals import Refusal

# Most pages kept without a WebSocket, and seconds for which they are kept: a phone on a slow
# network needs several to connect.
MOST_WAITING = 60
WAITING_SECONDS = 20.0
# Most pages kept in all: those of ten classes. Each takes half a megabyte.
MOST_PAGES = 400


class Full(Refusal):
    """An error: as many pages are open as the server keeps."""

    def __init__(self) -> None:
        super().__init__("full")


def look_after() -> None:
    """Remove the pages to which no browser connected, every few seconds."""
    app.timer(5.0, lambda: Client.prune_instances(client_age_threshold=WAITING_SECONDS))


def make_room() -> None:
    """Remove pages without a connection that are too old or too many.

    Raises Full if too many pages remain.
    """
    Client.prune_instances(client_age_threshold=WAITING_SECONDS)
    waiting = [one for one in Client.instances.values() if _waits(one)]
    while len(waiting) > MOST_WAITING:
        one = _first_to_go(waiting)
        waiting.remove(one)
        one.delete()
    if len(Client.instances) > MOST_PAGES:
        raise Full


def _waits(one: Client) -> bool:
    """Whether a page was never connected; NiceGUI itself removes pages that lost a connection."""
    return not one.has_socket_connection and not one._delete_tasks


def _first_to_go(waiting: list[Client]) -> Client:
    """The oldest page of the address with most pages, so that excessive requests harm no others."""
    pages = Counter(one.ip for one in waiting)
    return max(waiting, key=lambda one: (pages[one.ip], -one.created))
