"""The page goes by its own names alone: a stranger's name that points here gets nothing."""

import re
import socket
from urllib.parse import urlsplit

import pytest

from sim.app.names import Names, plain
from tests.app.visitor import SOCKET, Visitor, client, greeting

EVIL = "evil.example:8080"
FROM_EVIL = f"Origin: http://{EVIL}"
PATHS = ("/", "/watch", "/nowhere", "/lessons/burden", "/favicon.ico", "/_nicegui/x")


@pytest.fixture
def port(server):
    return urlsplit(server).port


def status(answer):
    return int(answer.split()[1])


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("more", [(), (FROM_EVIL,)], ids=["alone", "with origin"])
def test_a_strangers_name_gets_no_page(path, more, port):
    answer = Visitor(port).get(path, *more, host=EVIL)
    assert status(answer) == 421
    head, _, body = answer.partition("\r\n\r\n")
    assert "access-control" not in head.lower()
    assert body.count("\n") == 1
    assert "<" not in body


def test_the_refusal_speaks_chinese_too(port):
    answer = Visitor(port).get("/?lang=zh", host=EVIL)
    assert re.search("[\u4e00-\u9fff]", answer)


def test_a_strangers_name_gets_no_socket(port):
    name = client(port)
    for more in ((), (FROM_EVIL,)):
        polled = Visitor(port).get(f"{SOCKET}&transport=polling", *more, host=EVIL)
        assert status(polled) == 421
        assert "sid" not in polled
        asked = Visitor(port).upgrade(greeting(name), *more, host=EVIL)
        assert status(asked.until().decode(errors="replace")) == 403


@pytest.mark.parametrize(
    "more",
    [
        ("Origin: http://evil.example",),
        ("Origin: null",),
        (FROM_EVIL, f"X-Forwarded-Host: {EVIL}"),
        (FROM_EVIL, f"X-Forwarded-Host: localhost, {EVIL}"),
    ],
    ids=str,
)
def test_a_page_from_elsewhere_gets_no_socket(more, port):
    asked = Visitor(port).upgrade(greeting(client(port)), *more)
    assert status(asked.until().decode(errors="replace")) in (400, 403)
    assert status(Visitor(port).get(f"{SOCKET}&transport=polling", *more)) in (400, 421)


def test_the_pages_own_names_get_both(port):
    for host in (f"localhost:{port}", f"127.0.0.1:{port}", "LOCALHOST", f"[::1]:{port}"):
        assert status(Visitor(port).get(host=host)) == 200
        more = (f"Origin: http://{host}",)
        asked = Visitor(port).upgrade(greeting(client(port)), *more, host=host)
        came = asked.until(b"\r\n\r\n").decode(errors="replace")
        assert status(came) == 101


@pytest.mark.parametrize("lines", [[], ["Host: localhost", f"Host: {EVIL}"], ["Host:"]], ids=str)
def test_who_asks_for_no_name_or_two_gets_nothing(lines, port):
    one = Visitor(port).send("\r\n".join(["GET / HTTP/1.1", *lines, "Connection: close", "", ""]))
    assert status(one.until().decode(errors="replace")) in (400, 421)


STRANGE = [
    "",
    "evil.example",
    "localhost.evil.example",
    "evil.localhost",
    "127.0.0.1.evil.example",
    "localhost@evil.example",
    "localhost:80:80",
    "localhost/",
    "[::1",
    "203.0.113.7",
    "a" * 300,
    "locálhost",
]


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "::1", "0.0.0.0", "::"])
def test_names_that_are_never_the_pages(host):
    assert [name for name in STRANGE if name in Names(host)] == []


def test_loopback_and_the_address_served_at_are_the_pages():
    names = Names("192.0.2.7")
    for name in ("localhost", "localhost.", "127.0.0.1:99", "127.8.8.8", "[::1]", "192.0.2.7:8080"):
        assert name in names
    assert "192.0.2.8" not in names


def test_served_everywhere_it_goes_by_what_this_machine_is_called():
    names = Names("0.0.0.0")
    own = socket.gethostname()
    first = own.partition(".")[0]
    assert own in names
    assert f"{first.upper()}.local:8080" in names
    assert "0.0.0.0:8080" in names
    assert own not in Names("127.0.0.1")
    # Addresses that this machine has; none of documentation's is.
    assert "192.0.2.8" not in names
    assert "[2001:db8::1]" not in names


def test_names_that_the_user_gives_are_the_pages():
    names = Names("127.0.0.1", ["Class.Example", "课堂.example", "192.0.2.9"])
    for name in ("class.example:443", "xn--cksr32j.example", "192.0.2.9:80"):
        assert name in names, name
    assert "other.example" not in names


@pytest.mark.parametrize("name", ["", "a b", "http://a", "a:80", "a/b", "*", ".", "a..b", "x" * 80])
def test_what_is_no_name_is_refused(name):
    with pytest.raises(ValueError, match=r"|."):
        plain(name)
