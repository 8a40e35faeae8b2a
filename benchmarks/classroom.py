"""A simulated class at the real server: ``python -m benchmarks.classroom --minutes 10``.

Forty students each move a slider every two seconds, over the WebSocket of the page; with
``--view watch``, each runs a department for one more month. Measured is the time from a move to the
message with the new chart.
"""

import argparse
import asyncio
import html
import json
import random
import re
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import numpy as np
import socketio

from benchmarks.classroom_server import Server, running
from sim import Scenario
from sim.app.texts.watch import TEXTS
from sim.app.views import PATHS

# Seconds after which an answer counts as lost.
LOST = 10.0


@dataclass
class Student:
    """One open page: its latest question, and the times that it waited for answers."""

    number: int
    waits: list[float] = field(default_factory=list)
    lost: int = 0
    # The lever and percentage of the expected answer.
    asked: str = ""
    answered: asyncio.Event = field(default_factory=asyncio.Event)


def between(text: str, pattern: str) -> str:
    """The first group of a pattern in a text."""
    found = re.search(pattern, text)
    assert found is not None, f"the page does not hold {pattern}"
    return found[1]


def elements(page: str) -> dict[str, Any]:
    """The elements of a page by number, as NiceGUI sends them."""
    raw = between(page, r"parseElements\(String\.raw`(.*?)`\)")
    elements: dict[str, Any] = json.loads(html.unescape(raw))
    return elements


@dataclass(frozen=True)
class Move:
    """An action of a student: element, listener, arguments, and the mark of the answer."""

    element: int
    listener: str
    sent: tuple[str, ...]
    asks: str


def levers_moved(elements: dict[str, Any], draws: random.Random) -> Iterator[Move]:
    """Moves in Explore: one lever after another, each to another value."""
    names = {lever.title: name for name, lever in Scenario.load("district").levers.items()}
    levers = [
        (int(number), event["listener_id"], names[one["props"]["title"]])
        for number, one in elements.items()
        for event in one.get("events", [])
        if event["type"] == "pull"
    ]
    now: dict[str, int] = {}
    while True:
        element, listener, lever = draws.choice(levers)
        # A slider that keeps its value sends nothing.
        percent = draws.choice([one for one in range(1, 101) if one != now.get(lever)])
        now[lever] = percent
        sent = json.dumps({"percent": percent, "first": 12, "end": 120})
        yield Move(element, listener, (sent,), f"{lever}:{percent}")


def months_gone(elements: dict[str, Any], draws: random.Random) -> Iterator[Move]:
    """Moves in Watch: one more month each time, and a restart at the end."""
    months = Scenario.load("district").clock.months
    buttons = {
        one["props"]["innerHTML"]: (int(number), event["listener_id"])
        for number, one in elements.items()
        for event in one.get("events", [])
        if event["type"] == "click"
    }
    while True:
        yield Move(*buttons[TEXTS["en"]["again"]], (), "month:0")
        for month in range(1, months + 1):
            yield Move(*buttons[TEXTS["en"]["step"]], (), f"month:{month}")


VIEWS = {"explore": levers_moved, "watch": months_gone}


def _drawn(one: Any) -> bool:
    return isinstance(one, dict) and isinstance(one.get("props", {}).get("options"), dict)


async def study(student: Student, view: str, url: str, until: float, every: float) -> None:
    """Open the page and make moves until the time is up."""
    draws = random.Random(student.number)
    async with aiohttp.ClientSession() as session, session.get(url + PATHS[view]) as reply:
        page = await reply.text()
    client = between(page, r"'client_id': '([^']+)'")
    moves = VIEWS[view](elements(page), draws)
    sio = socketio.AsyncClient(reconnection=False)

    @sio.on("update")  # type: ignore[untyped-decorator]
    def _(update: dict[str, Any]) -> None:
        for one in update.values():
            options = one["props"].get("options", {}) if _drawn(one) else {}
            if student.asked and student.asked in options.get("answers", "").split(","):
                student.answered.set()

    query = (
        f"client_id={client}&tab_id={uuid.uuid4()}&document_id={uuid.uuid4()}"
        "&next_message_id=0&implicit_handshake=true"
    )
    await sio.connect(
        f"{url}?{query}", socketio_path="/_nicegui_ws/socket.io", transports=["websocket"]
    )
    await asyncio.sleep(draws.uniform(1.0, 1.0 + every))
    while time.monotonic() < until:
        began = time.monotonic()
        move = next(moves)
        student.asked = move.asks
        student.answered.clear()
        message = {
            "id": move.element,
            "client_id": client,
            "listener_id": move.listener,
            "args": list(move.sent),
        }
        await sio.emit("event", message)
        try:
            await asyncio.wait_for(student.answered.wait(), LOST)
            student.waits.append(time.monotonic() - began)
        except TimeoutError:
            student.lost += 1
        await asyncio.sleep(max(0.0, every - (time.monotonic() - began)))
    await sio.disconnect()


async def attend(server: Server, view: str, students: int, minutes: float, every: float) -> None:
    """Run a class, observe the server's memory, and print the results."""
    seats = [Student(number) for number in range(students)]
    until = time.monotonic() + 60.0 * minutes
    memory: list[float] = []

    async def watch() -> None:
        while time.monotonic() < until:
            await asyncio.sleep(5.0)
            memory.append(server.memory())

    await asyncio.gather(watch(), *(study(one, view, server.url, until, every) for one in seats))
    waits = 1000.0 * np.array([wait for one in seats for wait in one.waits])
    middle, most, longest = np.percentile(waits, [50, 95, 100])
    print(
        f"{view.capitalize()}, {students} students, {minutes:g} minutes, a move every {every:g} s: "
        f"{waits.size} answers, "
        f"median {middle:.0f} ms, 95 % within {most:.0f} ms, longest {longest:.0f} ms, "
        f"lost {sum(one.lost for one in seats)}"
    )
    print(f"The server took {server.seconds() / waits.size * 1000.0:.0f} ms of processor an answer")
    minute = max(1, min(12, len(memory) // 3))
    print(
        f"Memory: {np.median(memory[:minute]):.0f} MB in the first minute, "
        f"{np.median(memory[len(memory) // 2 :][:minute]):.0f} MB half way, "
        f"{np.median(memory[-minute:]):.0f} MB in the last, {max(memory):.0f} MB at most"
    )


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--view", choices=VIEWS, default="explore")
    parser.add_argument("--students", type=int, default=40)
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--every", type=float, default=2.0, help="Seconds between moves.")
    given = parser.parse_args()
    with running() as server:
        asyncio.run(attend(server, given.view, given.students, given.minutes, given.every))


if __name__ == "__main__":
    main()
