"""Noise of every kind, on every line: nothing of it gets into the log as a fault of the program."""

import json
import os
import random
import re
import time
from html import unescape
from urllib.parse import urlsplit

import pytest
from nicegui import __version__
from socketio import packet

from sim.app.experiments import LESSONS
from sim.app.guard import MOST_PACKETS, sound_body, sound_frame, sound_greeting
from tests.app.visitor import SOCKET, Visitor, client, frame, greeting, live, polling, session, tab

# What stands for a page, a tab or a document.
GREETING = {"client_id": "a", "tab_id": "b", "document_id": "c", "next_message_id": 0}
DEEP = "[" * 9000


@pytest.fixture
def port(server):
    return urlsplit(server).port


def silent(log):
    said = log.read_text()
    for sign in ("Traceback", "Exception in", "never retrieved"):
        assert sign not in said, said[-3000:]


@pytest.fixture(autouse=True)
def quiet(port, log):
    """Whatever a test does, the log says nothing of it and the server answers."""
    yield
    assert "200 OK" in Visitor(port).get("/favicon.ico")
    silent(log)


@pytest.fixture(scope="module", autouse=True)
def quiet_at_the_end(server, log):
    """After all of them the page is there, and nothing came into the log late."""
    yield
    assert "200 OK" in Visitor(urlsplit(server).port).get()
    time.sleep(1)
    silent(log)


LINES = [
    b"\x00\xff\xfe\r\n\r\n",
    b"GET\r\n\r\n",
    b"GET / HTTP/9.9\r\n\r\n",
    b"GET / HTTP/1.0\r\n\r\n",
    b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
    b"GET http://[ HTTP/1.1\r\nHost: localhost\r\n\r\n",
    b"GET * HTTP/1.1\r\nHost: localhost\r\n\r\n",
    b"OPTIONS * HTTP/1.1\r\nHost: localhost\r\n\r\n",
    b"CONNECT localhost:1 HTTP/1.1\r\nHost: localhost\r\n\r\n",
    b"TRACE / HTTP/1.1\r\nHost: localhost\r\n\r\n",
    b"HEAD / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
    b"NONSENSE / HTTP/1.1\r\nHost: localhost\r\n\r\n",
    b"GET /\xff\xfe HTTP/1.1\r\nHost: localhost\r\n\r\n",
    b"GET /\xe7\x9f\xa5 HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: \xff\xfe\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: localhost\r\n: nothing\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: localhost\r\nx: \x00\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: localhost\r\nCookie: \xff=\xfe; ;=\r\nConnection: close\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: localhost\r\nRange: bytes=9-1\r\nConnection: close\r\n\r\n",
    b"GET /favicon.ico HTTP/1.1\r\nHost: localhost\r\nRange: x=-\r\nConnection: close\r\n\r\n",
    b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\n\r\n",
    b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: x\r\n\r\n",
    b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 99999999999999999999999\r\n\r\n",
    b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nxx",
    b"POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n" + b"f" * 20 + b"\r\n",
    b"POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: x\r\nContent-Length: 1\r\n\r\nx",
    b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n",
]


@pytest.mark.parametrize("line", LINES, ids=lambda line: repr(line[:60]))
def test_what_is_no_question(line, port):
    one = Visitor(port).send(line)
    one.line.settimeout(0.3)
    try:
        one.until()
    except TimeoutError:
        # Some of it is the beginning of a question.
        return


STATIC = f"/_nicegui/{__version__}"
ADDRESSES = [
    "/?%",
    "/?%zz=%",
    "/?%ff=%fe&s=%80",
    "/?p=%E0%80%80",
    "/?s=%00",
    "/?lang=%ff",
    "/?" + "a=b&" * 3000,
    "/%",
    "/%zz",
    "/%ff%fe",
    "/%00",
    "/lessons/%00",
    "/lessons/%ff",
    "/lessons/" + "x" * 5000,
    "//",
    "//evil.example/",
    "/lessons//",
    f"{STATIC}/static/%00",
    f"{STATIC}/static/" + "x" * 5000,
    f"{STATIC}/static/%ff",
    f"{STATIC}/static",
    f"{STATIC}/libraries/%00",
    f"{STATIC}/components/" + "x" * 5000,
    f"{STATIC}/esm/nicegui-echart/%00",
    f"{STATIC}/esm/nicegui-echart/" + "x" * 5000,
    f"{STATIC}/resources/x/%00",
    f"{STATIC}/dynamic_resources/x",
    "/_nicegui_ws/",
    "/_nicegui_ws/%00",
    "/_nicegui_ws/socket.io",
    SOCKET.replace("EIO=4", ""),
    SOCKET.replace("EIO=4", "EIO=%ff"),
    f"{SOCKET}&transport=%ff",
    f"{SOCKET}&transport=carrier",
    f"{SOCKET}&transport=websocket",
    f"{SOCKET}&transport=polling&j=x",
    f"{SOCKET}&transport=polling&j={'9' * 5000}",
    f"{SOCKET}&transport=polling&sid=%00",
    f"{SOCKET}&transport=polling&sid=none",
    "/openapi.json",
    "/docs",
]


@pytest.mark.parametrize("address", ADDRESSES, ids=lambda address: address[:50])
def test_addresses_that_lead_nowhere(address, port):
    for more in ((), ("Accept: text/markdown",), ("X-Forwarded-Prefix: /\xff<script>",)):
        assert "Internal Server Error" not in Visitor(port).get(address, *more)


def test_pages_as_text_and_ahead_of_time(port):
    for path in ("/", "/watch", "/compare", "/spiral", "/lessons", "/assumptions"):
        for more in ("Accept: text/markdown", "User-Agent: GPTBot", "Sec-Purpose: prefetch"):
            assert "200 OK" in Visitor(port).get(path, more)


BODIES = [
    b"",
    b"0",
    b"2",
    b"5",
    b"6",
    b"9",
    b"x",
    b"\xff\xfe",
    b"4\xff",
    b"b!!!!",
    b"bAAAA",
    b"d=",
    b"d=4",
    b"4",
    b"40\x1e1",
    b"40\x1e40\x1e40",
    b"1\x1e40",
    b"\x1e\x1e",
    b"\x1e".join([b"3"] * (MOST_PACKETS + 1)),
    b"4" + DEEP.encode(),
    b'42["event",{}]\x1e41\x1e42["event",{}]',
]


@pytest.mark.parametrize("body", BODIES, ids=lambda body: repr(body[:20]))
def test_bodies_that_no_page_sends(body, port):
    Visitor(port).post(polling(port), body)
    assert "Internal" not in Visitor(port).post(f"{SOCKET}&transport=polling&sid=none", body)
    assert "Internal" not in Visitor(port).post("/", body)


FRAMES = [
    "",
    "x",
    "0",
    "2",
    "5",
    "6",
    "7",
    "9",
    "²",
    "4",
    "4²",
    "4x",
    "44",
    '44{"message":1}',
    "43[1]",
    "431[1]",
    "45",
    '451-["event",{"_placeholder":true,"num":0}]',
    '459999999999-["event"]',
    '4599999999999999-["event"]',
    '45²-["event"]',
    '461-1["x"]',
    "47",
    "49",
    "42",
    "42x",
    "42{}",
    "42[]",
    "42null",
    "42[null]",
    "42[{}]",
    '42"event"',
    '42["connect"]',
    '42["disconnect"]',
    '42["no such event",1]',
    '42["event"]',
    '42["event",null]',
    '42["event",{},{}]',
    "42" + "9" * 90 + '["event",{}]',
    "42" + "9" * 200 + '["event",{}]',
    '42/other,["event",{}]',
    "42/" + "x" * 5000,
    "40/other,",
    "40[1]",
    "40x",
    "41/other",
    '42["handshake"]',
    '42["handshake",null]',
    '42["handshake",[]]',
    '42["handshake",{"client_id":[],"tab_id":{},"document_id":[]}]',
    '421["handshake",{"client_id":"a"}]',
    '42["ack",{"client_id":[]}]',
    '42["ack",{"client_id":"a","next_message_id":"x"}]',
    '42["javascript_response",{"client_id":"a","request_id":[]}]',
    '42["log",{}]',
    '42["event",{"client_id":"\\ud800","id":1,"listener_id":"a"}]',
    "42" + DEEP,
    "4" + DEEP,
    "4" * 30_000,
    "2probe",
    "3probe",
    "1",
]


@pytest.mark.parametrize("text", FRAMES, ids=lambda text: text[:40] or "empty")
def test_frames_that_no_page_sends(text, port):
    for one in (Visitor(port).opened(), tab(port)):
        send_all(one, frame(text.encode()), frame(text.encode()))


def send_all(one, *frames):
    """Send as long as somebody listens, then leave."""
    try:
        for sent in frames:
            one.send(sent)
            time.sleep(0.01)
    except ConnectionError:
        return
    finally:
        one.line.close()


BYTES = {
    "no text": frame(b"\xff\xfe4"),
    "broken text": frame(b"\xe7\x9f"),
    "bytes": frame(b"42[1]", kind=2),
    "nothing in bytes": frame(b"", kind=2),
    "continued from nothing": frame(b"x", kind=0),
    "kind unknown": frame(b"x", kind=3),
    "not masked": b"\x81\x01x",
    "reserved": b"\xf1\x81AAAAx",
    "very long": b"\x81\xff" + b"\xff" * 8 + b"AAAA",
    "long": b"\x81\xff" + (10_000_000).to_bytes(8, "big") + b"AAAA" + b"4" * 40_000,
    "long ping": frame(b"x" * 126, kind=9),
    "close of one byte": frame(b"x", kind=8),
    "close of no reason": frame(b"\x00\x00", kind=8),
    "close with broken text": frame(b"\x03\xe8\xff", kind=8),
    "after the close": frame(b"\x03\xe8", kind=8) + frame(b"42[1]") + frame(b"x", kind=9),
    "pings": frame(b"x", kind=9) * 200,
    "pongs": frame(b"x", kind=10) * 200,
    "chatter": frame(b'42["event",{}]') * 500,
    "noise": random.Random(1).randbytes(5000),
    "zeros": bytes(5000),
}


@pytest.mark.parametrize("name", BYTES)
def test_bytes_that_no_socket_sends(name, port):
    for one in (Visitor(port).opened(), tab(port)):
        send_all(one, BYTES[name], BYTES[name])


HANDSHAKES = {
    "no key": ["Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13"],
    "old": ["Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 8"],
    "bad key": ["Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Key: \xff"],
    "no upgrade": ["Connection: Upgrade"],
    "two": ["Connection: Upgrade", "Upgrade: websocket", "Upgrade: websocket"],
    "with a body": ["Connection: Upgrade", "Upgrade: websocket", "Content-Length: 9"],
    "in pieces": ["Connection: Upgrade", "Upgrade: websocket", "Transfer-Encoding: chunked"],
}


@pytest.mark.parametrize("name", HANDSHAKES)
@pytest.mark.parametrize("first", ["GET", "POST", "GET 1.0"])
@pytest.mark.parametrize("path", [f"{SOCKET}&transport=websocket", "/", "/\xff", "/%ff?%ff=\xff"])
def test_handshakes_that_are_none(name, first, path, port):
    method, _, version = first.partition(" ")
    line = f"{method} {path} HTTP/{version or '1.1'}"
    one = Visitor(port)
    lines = [line, "Host: localhost", *HANDSHAKES[name], "", ""]
    one.send("\r\n".join(lines).encode("latin-1"))
    one.line.settimeout(0.05)
    try:
        one.until()
    except TimeoutError:
        one.line.close()


GREETINGS = [
    {"tab_id": None},
    {"document_id": None},
    {"client_id": None},
    {"client_id": "none"},
    {"tab_id": "x" * 100},
    {"next_message_id": "x"},
    {"next_message_id": "-1"},
    {"next_message_id": "9" * 5000},
    {"next_message_id": "²"},
    {"next_message_id": "%ff"},
    {"next_message_id": "5"},
    {"tab_id": None, "document_id": None, "client_id": None, "next_message_id": None},
    {"old_tab_id": "none"},
    {"implicit_handshake": "false"},
]


@pytest.mark.parametrize("other", GREETINGS, ids=str)
def test_a_socket_without_a_tab(other, port):
    query = greeting(client(port), **other)
    one = Visitor(port).opened(query.encode("ascii", "ignore").decode())
    send_all(one, frame(b"40"), frame(b"40"), frame(b'40{"token":1}'), frame(b'42["event",{}]'))
    where = f"{SOCKET}&transport=polling"
    came = re.search(r'"sid":"([^"]+)"', Visitor(port).get(where + query.replace("²", "")))
    if came is not None:
        Visitor(port).post(f"{where}&sid={came[1]}", "40")


def test_a_socket_refused_leaves_its_page_to_another(port):
    """What is wrong with a greeting is found before anything is written down of it."""
    name = client(port)
    refused = Visitor(port).opened(greeting(name, next_message_id="x"))
    assert b"44" in refused.say("40").until(b"44")
    assert live(port, name)


def test_events_before_and_after_the_greeting(port):
    event = frame(b'42["event",{"client_id":"a","id":1,"listener_id":"b","args":[]}]')
    for frames in ((event,), (event, frame(b"40"), event), (frame(b"40"), frame(b"41"), event)):
        send_all(Visitor(port).opened(greeting(client(port))), *frames)
    one = tab(port)
    send_all(one, frame(b"40"), frame(b"41"), frame(b"40"), frame(b"1"), event)


def test_one_session_on_two_lines(port):
    where = f"&sid={session(port)}"
    pair = [Visitor(port).opened(where) for _ in range(2)]
    for one in pair:
        one.say("2probe")
    for one in pair:
        send_all(one, frame(b"5"), frame(b"40"))
    Visitor(port).opened(where).line.close()


def test_half_an_upgrade_that_goes_wrong(port):
    for frames in ((b"",), (b"x",), (b"2probe", b"x"), (b"2probe", b"4"), (b"5",)):
        where = f"&sid={session(port)}"
        send_all(Visitor(port).opened(where), *map(frame, frames))


def listeners(page):
    """Element and listener of every control of a page."""
    raw = re.search(r"parseElements\(String\.raw`(.*?)`\)", page)[1]
    for number, one in json.loads(unescape(raw)).items():
        for event in one.get("events", []):
            yield int(number), event["listener_id"]


LESSON = next(iter(LESSONS))
ARGUMENTS = [
    [],
    ["null"],
    ["{"],
    ["[]"],
    ["{}"],
    ['"x"'],
    ["1e999"],
    ["-5"],
    ["NaN"],
    [DEEP[:3000]],
    ['{"percent":[],"first":{},"end":"x"}'],
    ['{"percent":true}'],
    ['{"value":{"a":1}}'],
    ["1", "2"],
    [str(10**30)],
]


@pytest.mark.parametrize("path", ["/", "/watch", "/compare", "/spiral", f"/lessons/{LESSON}"])
def test_controls_that_are_sent_nonsense(path, port):
    page = Visitor(port).get(path)
    name = re.search(r"'client_id': '([^']+)'", page)
    one = live(port, name[1])
    for number, listener in listeners(page):
        for arguments in ARGUMENTS:
            told = {"client_id": name[1], "id": number, "listener_id": listener}
            one.emit("event", told | {"args": arguments})
    time.sleep(1)


def test_random_noise_after_a_good_beginning(port):
    draws = random.Random(7)
    good = ['42["event",{"client_id":"a","id":1,"listener_id":"b","args":["1"]}]', "40", "3", "41"]
    for _ in range(60):
        text = bytearray(draws.choice(good), "ascii")
        for _ in range(draws.randint(1, 4)):
            text[draws.randrange(len(text))] = draws.randrange(32, 127)
        sent = [frame(bytes(text))] * 2
        if draws.random() < 0.3:
            sent = [bytes(frame(bytes(text))[:-1]) + os.urandom(3)]
        send_all(tab(port) if draws.random() < 0.5 else Visitor(port).opened(), *sent)


def test_only_frames_of_the_pages_own_form_are_sound():
    for good in ("3", "1", "2probe", "5", "40", "41", '42["event",{}]', '420["handshake",{}]'):
        assert sound_frame(good)
    for bad in (
        None,
        b"3",
        '42["connect",{}]',
        "",
        "0",
        "2",
        "6",
        "45",
        "4",
        "44{}",
        "43[]",
        "42{}",
        "4" + DEEP,
    ):
        assert not sound_frame(bad)
    event = packet.Packet(data=["event", b"bytes"]).encode()
    assert not any(sound_frame(f"4{one}") for one in event if isinstance(one, str))


def test_only_bodies_of_the_pages_own_form_are_sound():
    assert sound_body(b'40\x1e42["event",{}]\x1e3')
    for bad in (b"", b"5", b"2probe", b"\xff", b"3\x1e", b"\x1e".join([b"3"] * 17)):
        assert not sound_body(bad)


def test_only_greetings_of_the_pages_own_form_are_sound():
    assert sound_greeting(GREETING)
    assert sound_greeting(GREETING | {"next_message_id": "12", "old_tab_id": "d"})
    for name, value in (
        ("client_id", None),
        ("client_id", ""),
        ("tab_id", ["b"]),
        ("document_id", "x" * 65),
        ("next_message_id", "x"),
        ("next_message_id", -1),
        ("next_message_id", 1.5),
        ("next_message_id", True),
        ("old_tab_id", {}),
    ):
        assert not sound_greeting(GREETING | {name: value})
    assert not sound_greeting([GREETING])
