"""One signal ends the page within seconds, whoever is connected and whatever they are doing."""

import contextlib
import os
import re
import signal
import socket
import subprocess
import sys

import pytest

from tests.app.conftest import ROOT
from tests.app.visitor import SOCKET, Visitor, again, client, frame, polling, tab
from tests.conftest import but

SECONDS = 5.0
LARGE = 10_000_000
LEVERS = "p=supervision:80,culture:50"
ways = {}


def way(hold):
    """A way of holding the server."""
    ways[hold.__name__] = hold
    return hold


@way
def connected_and_silent(port):
    return Visitor(port)


@way
def half_a_head(port):
    return Visitor(port).head(end=False)


@way
def a_head_that_trickles(port):
    one = Visitor(port).head(end=False)
    again(lambda: one.send("x: y\r\n"))
    return one


@way
def kept_alive_and_idle(port):
    one = Visitor(port).head("GET /nowhere HTTP/1.1")
    one.until(b"</html>")
    return one


@way
def half_a_body(port):
    return Visitor(port).head(f"POST {polling(port)} HTTP/1.1", "Content-Length: 9000").send("4")


@way
def a_body_that_trickles(port):
    one = Visitor(port).head(f"POST {polling(port)} HTTP/1.1", "Content-Length: 9000")
    again(lambda: one.send("4"))
    return one


@way
def pieces_without_end(port):
    one = Visitor(port).head(f"POST {polling(port)} HTTP/1.1", "Transfer-Encoding: chunked")
    again(lambda: one.send("1\r\n4\r\n"))
    return one


@way
def a_body_announced(port):
    more = ("Content-Length: 9000", "Expect: 100-continue")
    return Visitor(port).head(f"POST {polling(port)} HTTP/1.1", *more)


@way
def ten_megabytes_to_a_session(port):
    one = Visitor(port).head(f"POST {polling(port)} HTTP/1.1", f"Content-Length: {LARGE}")
    with contextlib.suppress(OSError):
        one.send(b"4" * LARGE)
    return one


@way
def ten_megabytes_half_sent(port):
    one = Visitor(port).head(f"POST {polling(port)} HTTP/1.1", f"Content-Length: {LARGE}")
    with contextlib.suppress(OSError):
        one.send(b"4" * (LARGE // 2))
    return one


@way
def ten_megabytes_to_a_page(port):
    one = Visitor(port).head("PUT / HTTP/1.1", f"Content-Length: {LARGE}")
    with contextlib.suppress(OSError):
        one.send(b"4" * LARGE)
    return one


@way
def a_packet_of_no_kind(port):
    """Refused by the socket's own library, which then waits for a reader that is not there."""
    return Visitor(port).head(f"POST {polling(port)} HTTP/1.1", "Content-Length: 1").send("0")


@way
def asking_and_waiting(port):
    return Visitor(port).head(f"GET {polling(port)} HTTP/1.1")


@way
def many_asking_and_waiting(port):
    return [asking_and_waiting(port) for _ in range(30)]


@way
def half_a_handshake(port):
    return Visitor(port).upgrade(end=False)


@way
def a_socket_that_answers(port):
    one = tab(port)
    again(lambda: one.say("3"))
    return one


@way
def a_socket_that_never_answers(port):
    return tab(port)


@way
def a_socket_without_a_page(port):
    return Visitor(port).upgrade()


@way
def half_a_frame(port):
    one = tab(port)
    one.send(frame(b"4" * 90)[:20])
    return one


@way
def half_an_upgrade(port):
    where = polling(port).removeprefix(SOCKET).replace("&transport=polling", "")
    one = Visitor(port).upgrade(where)
    one.until(b"\r\n\r\n")
    one.say("2probe").until(b"3probe")
    return one


@way
def a_socket_that_chatters(port):
    one = tab(port)
    again(lambda: one.emit("event", {"client_id": "x"}), 0.001)
    return one


@way
def a_slow_reader(port):
    """Large answers, none of them read."""
    library = re.search(r'/_nicegui/[^"]*quasar[^"]*\.js', Visitor(port).get())[0]
    return [Visitor(port, small=True).head(f"GET {library} HTTP/1.1") for _ in range(20)]


@way
def a_slow_reader_of_pages(port):
    return [Visitor(port, small=True).head() for _ in range(20)]


@way
def many_questions_at_once(port):
    one = Visitor(port)
    return one.send(f"GET / HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n" * 50)


@way
def many_tabs(port):
    return [tab(port) for _ in range(30)]


@way
def a_computation(port):
    return [tab(port, f"/?n=24&{LEVERS}&seed={seed}") for seed in range(8)]


@way
def months_under_way(port):
    return [tab(port, f"/watch?month=119&seed={seed}") for seed in range(4)]


@way
def a_page_never_opened(port):
    return [client(port, f"/spiral?seed={seed}") for seed in range(4)]


@way
def half_hung_up(port):
    one = Visitor(port).head(end=False)
    one.line.shutdown(socket.SHUT_WR)
    return one


@way
def visitors_without_end(port):
    """They come while the server ends, too."""
    held = []

    def come():
        held.append(Visitor(port).head(end=len(held) % 2 == 0))

    again(come, 0.01)
    return held


# Every seventh, so that both signals are among them.
@pytest.mark.parametrize("name", but(tuple(ways)[::7], ways))
def test_one_signal_ends_the_page(name, begun):
    held = ways[name](begun.port)
    stop, code = ((signal.SIGTERM, 143), (signal.SIGINT, 0))[list(ways).index(name) % 2]
    ended, took = begun.stop(stop)
    assert ended == code
    assert took < SECONDS
    assert "Traceback" not in begun.log.read_text()
    del held


HOLDING_ON = """
import multiprocessing, sys, threading, time
from sim.app import ending

if __name__ == "__main__":
    child = multiprocessing.get_context("spawn").Process(target=time.sleep, args=(600,))
    child.start()
    threading.Thread(target=time.sleep, args=(600,)).start()
    ending.LONGEST = 0.1
    ending._end_at_last(int(sys.argv[1]))
    time.sleep(600)
"""


@pytest.mark.slow
@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 0), (signal.SIGTERM, 143)])
def test_what_holds_on_even_then_is_left_behind(number, code, tmp_path):
    script = tmp_path / "holding.py"
    script.write_text(HOLDING_ON)
    # Returns once nobody holds the output any more: the child is gone as well.
    ended = subprocess.run(
        [sys.executable, str(script), str(int(number))],
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        timeout=60,
    )
    assert ended.returncode == code
