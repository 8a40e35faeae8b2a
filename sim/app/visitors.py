"""How many open pages are kept: all that a browser shows, and few that nobody came back for.

NiceGUI builds a page when it is asked for and keeps it for the socket that its browser will open; a
program that only asks opens none.
"""

from collections import Counter

from nicegui import Client, app

from sim.app.refusals import Refusal

# Pages kept without a socket, and seconds; phones on a slow line take some until their socket.
MOST_WAITING = 60
WAITING_SECONDS = 20.0
# Pages kept in all: ten times a class, at half a megabyte.
MOST_PAGES = 400


class Full(Refusal):
    """There is no room for one more page."""

    def __init__(self) -> None:
        super().__init__("full")


def look_after() -> None:
    """Forget from time to time the pages that nobody came back for."""
    app.timer(5.0, lambda: Client.prune_instances(client_age_threshold=WAITING_SECONDS))


def make_room() -> None:
    """Forget pages that wait for too long or are too many. Raises Full where all are in use."""
    Client.prune_instances(client_age_threshold=WAITING_SECONDS)
    waiting = [one for one in Client.instances.values() if _waits(one)]
    while len(waiting) > MOST_WAITING:
        one = _first_to_go(waiting)
        waiting.remove(one)
        one.delete()
    if len(Client.instances) > MOST_PAGES:
        raise Full


def _waits(one: Client) -> bool:
    """Whether no socket came for it; one that lost its socket has a few seconds of its own."""
    return not one.has_socket_connection and not one._delete_tasks


def _first_to_go(waiting: list[Client]) -> Client:
    """The oldest page of the address that has most, so that one who asks too much drops his own."""
    pages = Counter(one.ip for one in waiting)
    return max(waiting, key=lambda one: (pages[one.ip], -one.created))
