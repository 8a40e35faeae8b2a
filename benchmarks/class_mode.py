"""Simulated phones in class mode: ``python -m benchmarks.class_mode --minutes 10``.

A teacher opens one lesson after another, and at last the contest. Forty phones join, ask for news,
predict and submit packages, as the phones' page does; some of their requests are cut off after they
were sent, and sent again; with ``--stalls`` the server also stands still for seconds. Measured is
the time of every answer. At the end the teacher's export must hold each prediction once.
"""

import argparse
import asyncio
import contextlib
import csv
import io
import json
import random
import re
import time
import uuid
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import aiohttp
import numpy as np
import socketio
from socketio.exceptions import SocketIOError

from benchmarks.classroom import between, elements
from benchmarks.classroom_server import Server, running
from sim.app.experiments import LESSONS
from sim.app.phone import EVERY, JOIN, TOKEN
from sim.app.rooms import CONTEST
from sim.app.texts.classroom import TEXTS

# Share of what phones do whose answer is cut off, and seconds after which it is.
CUT, CUT_AFTER = 0.3, 0.003
# Seconds after which a phone gives up a request, as its page does (phone.js).
LONGEST = 8.0
# Seconds after which a class that does not get on counts as stuck, and looks at the phones after
# which a teacher clicks again.
PATIENCE, _LOOKS = 90.0, 10
# Seconds that a server stands still, and between: pages lose their connection after six, phones
# after five.
STALL, STALL_EVERY = 7.0, 20.0
# Characters of what a phone shows that an error tells.
_SHOWN = 100
_GROUPS, _STEP = 8, 5
# A round of the contest lasts so many looks of a phone at least: to join a group, then to submit.
_ROUND = 6
_LEVERS = ("selection", "culture", "leadership")


@dataclass
class Phone:
    """One phone: what it did, and how long it waited for each answer, seconds."""

    number: int
    token: str = ""
    version: str = ""
    main: str = ""
    news: str = ""
    waits: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    cuts: int = 0
    # Requests that nobody answered.
    unanswered: int = 0
    predicted: dict[str, int] = field(default_factory=dict)
    # Lessons in which the server has the prediction.
    arrived: set[str] = field(default_factory=set)
    submitted: int = 0
    # What it waits for.
    doing: str = "joins"


class Stuck(AssertionError):
    """An error: what a class waits for does not come."""

    def __init__(self, what: str, left: list[Phone]) -> None:
        said = [f"{one.number}: {one.doing}; shows {one.main[:_SHOWN]!r}" for one in left]
        super().__init__("\n".join([f"{len(left)} phones do not {what}:", *said]))


class Teacher:
    """The teacher's pages, driven over their sockets as a browser would."""

    def __init__(self, url: str, session: aiohttp.ClientSession) -> None:
        self._url, self._session = url, session
        self._sockets: list[socketio.AsyncClient] = []
        self.room = ""
        self._console: tuple[socketio.AsyncClient, str, dict[str, Any]] | None = None

    async def _open(self, path: str) -> tuple[socketio.AsyncClient, str, dict[str, Any]]:
        async with self._session.get(self._url + path) as reply:
            page = await reply.text()
        client = between(page, r"'client_id': '([^']+)'")
        sio = socketio.AsyncClient(reconnection=False)
        query = (
            f"client_id={client}&tab_id={uuid.uuid4()}&document_id={uuid.uuid4()}"
            "&next_message_id=0&implicit_handshake=true"
        )
        await sio.connect(
            f"{self._url}?{query}", socketio_path="/_nicegui_ws/socket.io", transports=["websocket"]
        )
        self._sockets.append(sio)
        return sio, client, elements(page)

    async def begin(self, key: str) -> None:
        """Open a room, its console and its wall."""
        async with self._session.get(f"{self._url}/class?key={key}") as reply:
            assert reply.status == 200
        home = await self._open("/class")
        await _press(home, TEXTS["en"]["open_room"])
        while not self.room:
            await asyncio.sleep(0.2)
            async with self._session.get(f"{self._url}/class") as reply:
                found = re.findall(r"/class/([0-9]{4})", await reply.text())
            self.room = found[0] if found else ""
        await self._desk()
        await self._open(f"/class/{self.room}/wall")

    async def _desk(self) -> tuple[socketio.AsyncClient, str, dict[str, Any]]:
        """The open console; a page that lost its connection is loaded again, as browsers do."""
        if self._console is None or not self._console[0].connected:
            self._console = await self._open(f"/class/{self.room}")
        return self._console

    async def pick(self, activity: str) -> None:
        """Open an activity."""
        await _send(await self._desk(), "pick", lambda one: True, json.dumps(activity))

    async def press(self, *keys: str) -> None:
        """Press the button of the console that had one of these texts when the page was opened."""
        await _press(await self._desk(), *(TEXTS["en"][key] for key in keys))

    async def export(self) -> list[dict[str, str]]:
        """The rows of the export."""
        async with self._session.get(f"{self._url}/class/{self.room}/class.csv") as reply:
            return [*csv.DictReader(io.StringIO(await reply.text()))]

    async def end(self) -> None:
        """Close the sockets."""
        for one in self._sockets:
            await one.disconnect()


async def _send(page: Any, kind: str, right: Any, *sent: str) -> None:
    sio, client, found = page
    number, event = next(
        (int(number), event)
        for number, one in found.items()
        for event in one.get("events", [])
        if event["type"] == kind and right(one)
    )
    message = {"id": number, "client_id": client, "listener_id": event["listener_id"]}
    await sio.emit("event", {**message, "args": [*sent]})


async def _press(page: Any, *labels: str) -> None:
    await _send(page, "click", lambda one: one["props"].get("innerHTML") in labels)


async def _ask(
    phone: Phone, session: aiohttp.ClientSession, url: str, body: dict[str, str] | None
) -> None:
    """Send what a student did, or ask for news, and show the answer."""
    began = time.monotonic()
    query = "" if body else f"?v={phone.version}"
    how = "POST" if body else "GET"
    async with session.request(how, url + query, json=body, headers={TOKEN: phone.token}) as reply:
        told: Any = await reply.json() if reply.status != 204 else None
    phone.waits.append(time.monotonic() - began)
    if reply.status == 200:
        phone.version = told["version"]
        phone.main, phone.news = told["parts"]["main"], told["parts"]["news"]
        if body and body["act"] == "predict":
            phone.arrived.add(body["lesson"])
    elif reply.status != 204:
        phone.errors.append(told["error"])


async def _cut_off(
    phone: Phone, session: aiohttp.ClientSession, url: str, body: dict[str, str]
) -> None:
    """Send what a student did, and close the connection without reading the answer."""
    phone.cuts += 1
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(CUT_AFTER):
            async with session.post(url, json=body, headers={TOKEN: phone.token}):
                pass


def _wish(phone: Phone, draws: random.Random) -> dict[str, str] | None:
    """What a student does with what the phone shows."""
    lesson = re.search(r'name="lesson" value="(\w+)"', phone.main)
    if lesson and lesson[1] not in phone.predicted:
        phone.predicted[lesson[1]] = draws.randrange(3)
        answer = str(phone.predicted[lesson[1]])
        reason = f"student {phone.number}"
        return {"act": "predict", "lesson": lesson[1], "answer": answer, "reason": reason}
    if 'class="groups"' in phone.main and "main" not in phone.main:
        return {"act": "group", "group": str(phone.number % _GROUPS + 1)}
    stage = re.search(r'name="stage" value="(\d)"', phone.main)
    if stage and draws.random() < 0.2:
        phone.submitted += 1
        levers = {f"lever:{one}": str(_STEP * draws.randrange(100 // _STEP + 1)) for one in _LEVERS}
        return {"act": draws.choice(("price", "submit")), "stage": stage[1], **levers}
    return None


async def attend(phone: Phone, url: str, room: str, over: asyncio.Event) -> None:
    """Join, and go on as the page of a phone does until the class is over.

    A request that is not answered is sent again.
    """
    draws = random.Random(phone.number)
    door = f"{url}{JOIN}/{room}"
    sending: dict[str, str] | None = None
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=LONGEST)) as session:
        await asyncio.sleep(draws.uniform(0.0, EVERY))
        while not over.is_set():
            try:
                if phone.token:
                    sending = sending or _wish(phone, draws)
                    phone.doing = f"sends {sending}" if sending else "asks for news"
                    if sending is not None and draws.random() < CUT:
                        await _cut_off(phone, session, f"{door}/seat", sending)
                    await _ask(phone, session, f"{door}/seat", sending)
                    sending = None
                else:
                    async with session.post(door, json={}) as reply:
                        phone.token = (await reply.json())["token"]
            except (aiohttp.ClientError, TimeoutError):
                phone.unanswered += 1
            await asyncio.sleep(EVERY * draws.uniform(0.8, 1.2))


@dataclass
class Result:
    """What came of a class: seconds of answers, cuts, what was lost, and memory, MB."""

    waits: list[float]
    cuts: int
    unanswered: int
    # Predictions that are missing, twice, or not as they were made; and refusals of requests.
    lost: list[str]
    memory: list[float]
    packages: int


Told = Callable[[], Awaitable[None]]


class _Class:
    """A class at work: its phones and what they do."""

    def __init__(self, url: str, room: str, phones: list[Phone]) -> None:
        self.phones = phones
        self._over = asyncio.Event()
        self._tasks = [asyncio.create_task(attend(one, url, room, self._over)) for one in phones]

    async def lead(self, told: Told, shown: str) -> None:
        """Do something at the teacher's desk until the phones show this.

        A click is lost with the connection of the page; a teacher sees that and clicks again.
        """
        until = time.monotonic() + PATIENCE
        while True:
            with contextlib.suppress(aiohttp.ClientError, SocketIOError, TimeoutError):
                await told()
            for _ in range(_LOOKS):
                await asyncio.sleep(EVERY / 2)
                if any(shown in one.main + one.news for one in self.phones):
                    return
            if time.monotonic() > until:
                raise Stuck(f"show {shown}", self.phones)

    async def all_predict(self, name: str) -> None:
        """Wait until the prediction of every phone has arrived. Raises Stuck if that takes long."""
        until = time.monotonic() + PATIENCE
        while left := [one for one in self.phones if name not in one.arrived]:
            for over in (one for one in self._tasks if one.done()):
                over.result()
            if time.monotonic() > until:
                raise Stuck(f"have predicted in “{name}”", left)
            await asyncio.sleep(EVERY / 2)

    async def end(self) -> None:
        """Put the phones away."""
        self._over.set()
        await asyncio.gather(*self._tasks)


async def teach(server: Server, students: int, seconds: float, stalls: bool = False) -> Result:
    """Lead a class through all lessons and the contest, in equal parts of the time.

    With ``stalls`` the server stands still for some seconds, again and again.
    """
    memory = [server.memory()]
    # By default no cookie is kept for a bare address.
    async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as session:
        teacher = Teacher(server.url, session)
        await teacher.begin(server.key())
        school = _Class(server.url, teacher.room, [Phone(one) for one in range(students)])
        stalling = asyncio.create_task(_stall(server)) if stalls else None
        part = seconds / (len(LESSONS) + 2)
        for name in LESSONS:
            await school.lead(partial(teacher.pick, name), f'name="lesson" value="{name}"')
            await asyncio.sleep(max(part - EVERY, 0.0))
            await school.all_predict(name)
            await school.lead(partial(teacher.press, "reveal"), 'class="verdict')
            memory.append(server.memory())
        await school.lead(partial(teacher.pick, CONTEST), 'class="groups"')
        await asyncio.sleep(2 * EVERY)
        for stage in (1, 2):
            await school.lead(
                partial(teacher.press, "round_one", "round_two"), f'name="stage" value="{stage}"'
            )
            await asyncio.sleep(max(part, _ROUND * EVERY))
            memory.append(server.memory())
        if stalling:
            stalling.cancel()
        await school.end()
        rows = await teacher.export()
        await teacher.end()
    phones = school.phones
    return Result(
        [wait for one in phones for wait in one.waits],
        sum(one.cuts for one in phones),
        sum(one.unanswered for one in phones),
        _lost(phones, rows),
        memory,
        sum(row["activity"] == CONTEST for row in rows),
    )


async def _stall(server: Server) -> None:
    """Let the server stand still longer than its connections live, again and again."""
    while True:
        await asyncio.sleep(STALL_EVERY)
        server.stand_still(True)
        try:
            await asyncio.sleep(STALL)
        finally:
            server.stand_still(False)


def _lost(phones: list[Phone], rows: list[dict[str, str]]) -> list[str]:
    from sim.app.texts.lessons import TEXTS as SAID

    made = sorted(
        (name, f"student {one.number}", SAID["en"][f"{name}_{answer}"])
        for one in phones
        for name, answer in one.predicted.items()
    )
    kept = sorted(
        (row["activity"], row["reason"], row["answer"])
        for row in rows
        if row["activity"] != CONTEST
    )
    missing = [str(one) for one in made if one not in kept]
    more = [str(one) for one in kept if kept.count(one) != made.count(one)]
    waits = ("still being computed", "too many packages", "no round", "gone on")
    refused = [
        error for one in phones for error in one.errors if not any(told in error for told in waits)
    ]
    return missing + more + refused


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--students", type=int, default=40)
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--stalls", action="store_true")
    given = parser.parse_args()
    with running("--class", "--host", "127.0.0.1") as server:
        found = asyncio.run(teach(server, given.students, 60.0 * given.minutes, given.stalls))
        waits = 1000.0 * np.array(found.waits)
        middle, most, longest = np.percentile(waits, [50, 95, 100])
        print(
            f"Class mode, {given.students} phones, {given.minutes:g} minutes: {waits.size} answers,"
            f" median {middle:.0f} ms, 95 % within {most:.0f} ms, longest {longest:.0f} ms; "
            f"{found.cuts} requests cut off, {found.unanswered} unanswered; "
            f"lost {len(found.lost)}; {found.packages} packages"
        )
        each = server.seconds() / waits.size * 1000.0
        print(f"The server took {each:.1f} ms of processor an answer")
        print(
            f"Memory: {found.memory[0]:.0f} MB before, {found.memory[1]:.0f} MB after the first "
            f"lesson, {found.memory[-1]:.0f} MB at the end, {max(found.memory):.0f} MB at most"
        )


if __name__ == "__main__":
    main()
