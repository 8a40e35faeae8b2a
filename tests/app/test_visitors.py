"""Pages that nobody came back for are forgotten; a class keeps all of its own."""

import sys
import time
from dataclasses import dataclass, field

import pytest
from nicegui import Client

from sim.app import visitors
from sim.app.frame import refusal
from sim.app.visitors import MOST_WAITING, WAITING_SECONDS, Full, make_room
from tests.app.visitor import Visitor, again, client, live, tab

PATHS = ("/", "/watch", "/compare", "/spiral", "/lessons", "/assumptions", "/?n=0", "/nowhere")
CLASS = 40


@pytest.mark.long
def test_pages_without_a_socket_are_few_and_those_with_one_are_kept(begun):
    held = [tab(begun.port) for _ in range(5)]
    for one in held:
        again(lambda one=one: one.say("3"), 0.5)
    for number in range(MOST_WAITING + 2 * len(PATHS)):
        Visitor(begun.port).get(PATHS[number % len(PATHS)])
    kept, connected = begun.pages()
    assert connected == len(held)
    # The page just built comes on top.
    assert kept <= MOST_WAITING + len(held) + 1
    assert "Traceback" not in begun.log.read_text()


@pytest.mark.long
def test_a_class_that_comes_at_once_keeps_all_its_pages(begun):
    names = [client(begun.port) for _ in range(CLASS)]
    held = [live(begun.port, name) for name in names]
    assert begun.pages() == (CLASS, CLASS)
    del held


@pytest.mark.long
@pytest.mark.skipif(sys.platform != "linux", reason="other addresses of loopback")
def test_who_loads_too_much_drops_only_his_own_pages(begun):
    name = client(begun.port, source="127.0.0.2")
    for _ in range(2 * MOST_WAITING):
        client(begun.port)
    assert live(begun.port, name)


@dataclass(eq=False)
class Page:
    """What the page's keeper sees of a page."""

    ip: str
    age: float = 0.0
    has_socket_connection: bool = False
    _delete_tasks: dict = field(default_factory=dict)

    def __post_init__(self):
        self.created = time.time() - self.age
        self.id = str(id(self))
        Client.instances[self.id] = self

    def delete(self):
        del Client.instances[self.id]


@pytest.fixture
def kept(monkeypatch):
    pages = {}
    monkeypatch.setattr(Client, "instances", pages)
    return pages.values()


def test_a_page_without_a_socket_is_kept_for_seconds(kept):
    old = WAITING_SECONDS + 1
    stays = [Page("a"), Page("a", old, has_socket_connection=True), Page("a", old, False, {"d": 1})]
    Page("b", old)
    make_room()
    assert list(kept) == stays


def test_the_oldest_of_who_has_most_goes_first(kept):
    student = Page("student", 9)
    pages = [Page("other", 8 - number / 100) for number in range(MOST_WAITING)]
    make_room()
    assert list(kept) == [student, *pages[1:]]


def test_where_all_pages_are_in_use_one_more_is_refused(kept, monkeypatch):
    monkeypatch.setattr(visitors, "MOST_PAGES", 3)
    used = [Page("a", 99, has_socket_connection=True) for _ in range(3)]
    make_room()
    new = Page("b")
    with pytest.raises(Full) as raised:
        make_room()
    assert list(kept) == [*used, new]
    assert refusal("en", raised.value).status_code == 503
