"""What a visitor may send: short heads and bodies that come soon; anything else ends the visit."""

import asyncio
import contextlib
from urllib.parse import urlsplit

import pytest
import uvicorn
from starlette.middleware.base import BaseHTTPMiddleware
from uvicorn.server import ServerState

from sim.app import door, gate
from sim.app.gate import LARGEST_MESSAGE, Gate
from sim.app.names import Names
from tests.app.visitor import SOCKET, Visitor, polling

LARGE = 10_000_000


@pytest.fixture
def port(server):
    return urlsplit(server).port


def status(answer):
    """The status of an answer; none where the server hung up while it was still sent to."""
    return int(answer.split()[1]) if answer else None


@pytest.mark.parametrize("size", [LARGEST_MESSAGE + 1, LARGE])
@pytest.mark.parametrize("where", ["session", "page", "nothing"])
def test_a_body_that_says_it_is_large_is_not_taken(size, where, port):
    path = polling(port) if where == "session" else "/" if where == "page" else "/nowhere"
    for method in ("POST", "PUT"):
        one = Visitor(port).head(f"{method} {path} HTTP/1.1", f"Content-Length: {size}")
        assert status(one.until().decode()) == 413


def test_a_body_in_pieces_is_counted(port):
    one = Visitor(port).head(f"POST {polling(port)} HTTP/1.1", "Transfer-Encoding: chunked")
    piece = f"{1000:x}\r\n{'4' * 1000}\r\n"
    for _ in range(LARGEST_MESSAGE // 1000 + 1):
        one.send(piece)
    assert status(one.until().decode()) == 413


def test_who_sends_a_large_body_all_the_same_is_cut_off(port):
    assert status(Visitor(port).post(polling(port), "4" * LARGE)) in (413, None)


def test_a_short_body_in_pieces_arrives_whole(port):
    one = Visitor(port).head(f"POST {polling(port)} HTTP/1.1", "Transfer-Encoding: chunked")
    one.send("1\r\n4\r\n1\r\n0\r\n0\r\n\r\n")
    assert status(one.until(b"OK").decode()) == 200


@pytest.mark.parametrize(
    "more", ["x" * 1000, f" HTTP/1.1\r\nx: {'y' * 1000}"], ids=["address", "headers"]
)
def test_a_head_without_end_is_cut_off(more, port):
    one = Visitor(port).send("GET /" + more)
    more = more.removeprefix(" HTTP/1.1")
    with contextlib.suppress(ConnectionError):
        for _ in range(1000):
            one.send(more)
    # Sooner than it is given up for being slow.
    one.line.settimeout(door.HEAD_SECONDS / 2)
    assert one.until() == b""


def test_more_questions_before_an_answer_are_not_heard(port):
    one = Visitor(port)
    one.send(f"GET / HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n" * 3)
    assert one.until().count(b"200 OK") <= 1


def test_a_slow_body_is_given_up(monkeypatch, finished):
    monkeypatch.setattr(gate, "BODY_SECONDS", 0.05)
    said = []

    async def send(message):
        said.append(message)

    async def receive():
        await asyncio.sleep(0.01)
        return {"type": "http.request", "body": b"4", "more_body": True}

    async def app(scope, receive, send):
        raise AssertionError("the page saw it")

    scope = {
        "type": "http",
        "method": "POST",
        "path": SOCKET,
        "query_string": b"",
        "headers": [(b"host", b"localhost"), (b"content-length", b"9000")],
    }
    finished(Gate(app, Names("localhost"), lambda: False)(scope, receive, send))
    assert said[0]["status"] == 408


@pytest.mark.parametrize(("gone", "told"), [(True, ""), (False, "No response"), (True, "a fault")])
def test_a_client_that_left_before_its_answer_is_no_fault_of_the_page(gone, told, finished):
    """As Starlette's own middleware tells it; what else goes wrong is told, whoever has left."""

    async def silent(scope, receive, send):
        if told == "a fault":
            raise RuntimeError(told)

    async def through(request, call_next):
        return await call_next(request)

    async def nothing(message=None):
        return {"type": "http.disconnect"}

    scope = {
        "type": "http",
        "method": "GET",
        "path": "/",
        "query_string": b"",
        "headers": [(b"host", b"localhost")],
    }
    page = BaseHTTPMiddleware(silent, through)
    visit = Gate(page, Names("localhost"), lambda: gone)(scope, nothing, nothing)
    with pytest.raises(RuntimeError, match=told) if told else contextlib.nullcontext():
        finished(visit)


@pytest.mark.parametrize("sent", [b"", b"GET / HT", b"GET / HTTP/1.1\r\nHost: x\r\n"])
def test_a_slow_head_is_given_up(sent, monkeypatch, finished):
    monkeypatch.setattr(door, "HEAD_SECONDS", 0.05)

    async def nothing(scope, receive, send):
        raise AssertionError("the page saw it")

    async def visit():
        kind = door.door(Names("localhost"))
        config = uvicorn.Config(nothing, http=kind, log_level="critical")
        config.load()
        loop = asyncio.get_running_loop()
        server = await loop.create_server(lambda: kind(config, ServerState(), {}), "127.0.0.1", 0)
        reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
        writer.write(sent)
        try:
            return await asyncio.wait_for(reader.read(), 5)
        except ConnectionError:
            return b""
        finally:
            writer.close()
            server.close()

    assert finished(visit()) == b""


@pytest.mark.slow
def test_an_address_holds_a_bounded_number_of_connections(monkeypatch, finished):
    """One more than the bound is ended at once; those there stay, and room comes back."""
    monkeypatch.setattr(door, "MOST_OF_AN_ADDRESS", 2)

    async def nothing(scope, receive, send):
        raise AssertionError("the page saw it")

    async def ended(reader):
        try:
            return await asyncio.wait_for(reader.read(), 0.2) == b""
        except TimeoutError:
            return False
        except ConnectionError:
            return True

    async def visit():
        kind = door.door(Names("localhost"))
        config = uvicorn.Config(nothing, http=kind, log_level="critical")
        config.load()
        loop, state = asyncio.get_running_loop(), ServerState()
        server = await loop.create_server(lambda: kind(config, state, {}), "127.0.0.1", 0)
        address = server.sockets[0].getsockname()
        lines = [await asyncio.open_connection(*address) for _ in range(3)]
        told = [await ended(reader) for reader, _ in lines]
        lines[0][1].close()
        while len(state.connections) > 1:
            await asyncio.sleep(0.01)
        lines.append(await asyncio.open_connection(*address))
        told.append(await ended(lines[-1][0]))
        for _, writer in lines:
            writer.close()
        server.close()
        return told

    assert finished(visit()) == [False, False, True, False]
