"""The students' side of class mode: a light page that asks for news every few seconds.

A phone holds no connection, so one that was cut off, or comes back after a reload, has missed
nothing: its token, kept in the browser, leads it back to its seat. What it sends may be sent twice.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable, Coroutine
from functools import cache
from html import escape
from pathlib import Path
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse, JSONResponse, Response
from nicegui import app

from sim.app import worlds
from sim.app.contest import MOST_GROUPS, Trial
from sim.app.frame import html_lang, language, root_of, stylesheet
from sim.app.phone_parts import Phone
from sim.app.refusals import Refusal, one_line
from sim.app.rooms import Room, Seat, rooms
from sim.app.state import ANSWERS, Pulls, read_pulls, whole
from sim.app.texts import classroom
from sim.app.words import CHINESE, ENGLISH, Words
from sim.errors import BadInput

JOIN = "/join"
# The header with a student's token. Pages of other sites cannot send it.
TOKEN = "seat"
# Seconds between two questions of a phone.
EVERY = 2.0
_LEVER = "lever:"
_GONE = 410
_working: set[asyncio.Task[None]] = set()


def register() -> None:
    """Register the addresses of phones."""
    app.add_route(JOIN, page, methods=["GET"])
    app.add_route(JOIN + "/{room}", _answered(join), methods=["POST"])
    app.add_route(JOIN + "/{room}/seat", _answered(news), methods=["GET"])
    app.add_route(JOIN + "/{room}/seat", _answered(act), methods=["POST"])


@cache
def _file(name: str) -> str:
    return (Path(__file__).parent / name).read_text(encoding="utf-8")


def classroom_style() -> str:
    """The style sheet of class mode, which adds to that of the page."""
    return _file("classroom.css")


async def page(request: Request) -> Response:
    """The page of a phone; ``room`` in its link joins at once."""
    lang = language(request)
    words = Words(lang, classroom.TEXTS)
    root = root_of(request)
    room = "".join(one for one in request.query_params.get("room", "")[:8] if one in "0123456789")
    other = ENGLISH if words.chinese else CHINESE
    switch = f"{root}{JOIN}?lang={other}" + (f"&room={room}" if room else "")

    def said(key: str) -> str:
        return escape(words(key))

    setup = {
        "root": root + JOIN,
        "lang": lang,
        "room": room,
        "every": 1000 * EVERY,
        "percent": words.per_cent,
    }
    return HTMLResponse(
        f'<!doctype html><html lang="{html_lang(lang)}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{said('join')} · 知行 Zhixing</title>"
        f"<style>{stylesheet()}{classroom_style()}</style></head>"
        f'<body data-setup=\'{escape(json.dumps(setup))}\'><a class="skip" href="#main">'
        f'{said("skip")}</a><header class="top"><b class="brand">知行 Zhixing</b>'
        f'<nav class="nav" aria-label="{said("other_language")}"><span id="head"></span>'
        f'<a class="language" lang="{html_lang(other)}" href="{escape(switch)}">'
        f'{said("other_language")}</a></nav></header><p id="lost" role="alert" hidden>'
        f'{said("lost")}</p><main class="content phone"><noscript><p>{said("needs_script")}</p>'
        f'</noscript><p id="error" role="alert" hidden></p><section id="door" hidden>'
        f'<h1>{said("join")}</h1><p>{said("join_lead")}</p><form id="enter">'
        f'<label for="number">{said("room")}</label><input id="number" type="text" '
        f'inputmode="numeric" autocomplete="off" pattern="[0-9]{{4}}" maxlength="4" required '
        f'value="{room}"><button class="button main">{said("enter")}</button></form></section>'
        '<section id="main" tabindex="-1"></section>'
        '<section id="news" aria-live="polite"></section>'
        f'<p><button id="leave" class="button" hidden>{said("leave")}</button></p></main>'
        f"<script>{_file('phone.js')}</script></body></html>",
        headers={"cache-control": "no-store"},
    )


Handler = Callable[[Request], Awaitable[Response]]


def _answered(handler: Handler) -> Callable[[Request], Coroutine[Any, Any, Response]]:
    """A handler whose errors are answered in one line, in the language asked for."""

    async def answered(request: Request) -> Response:
        try:
            return await handler(request)
        except BadInput as error:
            gone = isinstance(error, Gone)
            status = _GONE if gone else 400
            return JSONResponse({"error": one_line(error, language(request))}, status)

    return answered


class Gone(Refusal):
    """An error: the room has ended, or the seat in it is not known."""

    def __init__(self) -> None:
        super().__init__("room_over")


async def join(request: Request) -> Response:
    """Take a seat; a token that has one already keeps it."""
    number = request.path_params["room"]
    before = rooms.seat(number, request.headers.get(TOKEN, ""))
    if before is None:
        address = request.client.host if request.client else ""
        room = rooms.find(number, address)
        seat = room.sit(rooms.now())
    else:
        room, seat = before
    return JSONResponse({"room": room.number, "token": seat.token})


def _seated(request: Request) -> tuple[Room, Seat]:
    found = rooms.seat(request.path_params["room"], request.headers.get(TOKEN, ""))
    if found is None:
        raise Gone
    return found


async def news(request: Request) -> Response:
    """What a phone shows now; empty (204) if it has the version ``v`` of that already."""
    room, seat = _seated(request)
    if request.query_params.get("v") == room.version_for(seat):
        return Response(status_code=204)
    return await _shown(request, room, seat)


async def _shown(request: Request, room: Room, seat: Seat) -> Response:
    version = room.version_for(seat)
    parts = await Phone(room, seat, language(request), root_of(request)).parts()
    return JSONResponse({"version": version, "parts": parts})


async def act(request: Request) -> Response:
    """Do what a student asks for, and answer with what the phone shows then."""
    room, seat = _seated(request)
    sent = await _sent(request)
    doing = {"predict": _predict, "group": _join_group, "price": _price, "submit": _submit}
    if sent.get("act") not in doing:
        raise Refusal("malformed")
    doing[sent["act"]](room, seat, sent)
    return await _shown(request, room, seat)


async def _sent(request: Request) -> dict[str, str]:
    try:
        sent = json.loads(await request.body())
    except (ValueError, RecursionError):
        raise Refusal("malformed") from None
    if not isinstance(sent, dict) or not all(isinstance(one, str) for one in sent.values()):
        raise Refusal("malformed")
    return sent


def _predict(room: Room, seat: Seat, sent: dict[str, str]) -> None:
    answer = whole("answer", sent.get("answer"), 0, ANSWERS - 1)
    room.predict(seat, sent.get("lesson", ""), answer, sent.get("reason", ""))


def _join_group(room: Room, seat: Seat, sent: dict[str, str]) -> None:
    group = whole("group", sent.get("group"), 0, MOST_GROUPS)
    room.join_group(seat, group or None)


def _package(room: Room, seat: Seat, sent: dict[str, str]) -> tuple[int, Pulls]:
    """The group and the package that were sent. Raises BadInput if they are not valid now."""
    contest = room.contest
    if not contest.open or sent.get("stage") != str(contest.stage):
        raise Refusal("no_round")
    if seat.group is None:
        raise Refusal("no_group")
    levers = {key.removeprefix(_LEVER): sent[key] for key in sent if key.startswith(_LEVER)}
    text = ",".join(f"{name}:{percent}" for name, percent in levers.items() if percent != "0")
    return seat.group, read_pulls(text, worlds.scenario(contest.world))


def _price(room: Room, seat: Seat, sent: dict[str, str]) -> None:
    _, pulls = _package(room, seat, sent)
    if seat.tried is not None and seat.tried.waits:
        raise Refusal("package_waits")
    seat.tried = trial = Trial(pulls, room.contest.stage)

    async def compute() -> None:
        await room.contest.price(trial)
        seat.version += 1

    seat.version += 1
    _begin(compute())


def _submit(room: Room, seat: Seat, sent: dict[str, str]) -> None:
    group, pulls = _package(room, seat, sent)
    before = room.contest.trials.get((room.contest.stage, group))
    if before is not None and before.waits and before.pulls == pulls:
        # Sent twice.
        return
    trial = room.contest.prepare(group, pulls)
    seat.tried = None

    async def compute() -> None:
        try:
            await room.contest.finish(group, trial)
        finally:
            room.changed(everywhere=True)

    room.changed(everywhere=True)
    _begin(compute())


def _begin(work: Coroutine[Any, Any, None]) -> None:
    """Work in the background; the event loop itself keeps no reference to its tasks."""
    task = asyncio.create_task(work)
    _working.add(task)
    task.add_done_callback(_working.discard)
