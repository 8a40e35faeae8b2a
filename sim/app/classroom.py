"""The teacher's side of class mode: the key, rooms, and what the class does next.

Whoever holds the key that the terminal shows may open rooms and lead all of them. Opening the
link with the key puts it into a cookie, so that no address bar shows it on the projector.
"""

import secrets
from collections.abc import Callable
from html import escape

from fastapi import Request
from fastapi.responses import RedirectResponse, Response
from nicegui import app, ui

from sim.app import phone
from sim.app.class_export import as_csv
from sim.app.console import Console
from sim.app.elements import button, html, notify, text
from sim.app.frame import Frame, language, refusal, root_of, set_language
from sim.app.phone import JOIN, classroom_style
from sim.app.refusals import Refusal
from sim.app.rooms import ROOM_SECONDS, Room, rooms
from sim.app.state import State
from sim.app.texts import classroom
from sim.app.visitors import make_room
from sim.app.wall import Board
from sim.app.words import ENGLISH, Words
from sim.errors import BadInput

HOME = "/class"
_COOKIE = "zhixing-teacher"
_FORBIDDEN = 403
# Seconds between two looks for rooms whose time is over.
_SWEEP = 60.0
# Names by which a browser calls the machine that it runs on.
_LOOPBACK = ("localhost", "127.", "[::1]")


class Teacher:
    """The teacher's pages of one server, with their key and the address for phones."""

    def __init__(self, key: str, address: str | None) -> None:
        self._key, self._address = key, address

    def register(self) -> None:
        """Register the addresses of the teacher and of phones."""
        phone.register()
        ui.page(HOME)(self.home)
        ui.page(HOME + "/{number}")(self.console)
        ui.page(HOME + "/{number}/wall")(self.wall)
        app.add_route(HOME + "/{number}/class.csv", self.export, methods=["GET"])
        app.on_startup(lambda: app.timer(_SWEEP, rooms.sweep))

    def _is(self, given: str | None) -> bool:
        return given is not None and secrets.compare_digest(given.encode(), self._key.encode())

    def _check(self, request: Request) -> None:
        if not self._is(request.cookies.get(_COOKIE)):
            raise Refusal("only_teacher")
        make_room()

    def _room(self, number: str) -> Room:
        room = rooms.get(number)
        if room is None:
            raise Refusal("room_over")
        return room

    def _link(self, request: Request, room: Room, words: Words) -> str:
        """The link by which phones join."""
        host = request.headers.get("host", "")
        own = f"{request.url.scheme}://{host}{root_of(request)}"
        base = self._address if self._address and host.startswith(_LOOPBACK) else own
        lang = "" if words.lang == ENGLISH else f"&lang={words.lang}"
        return f"{base}{JOIN}?room={room.number}{lang}"

    def _shown(
        self, request: Request, path: str, title: str, fill: Callable[[Frame, Words], None]
    ) -> Response | None:
        """A page of the teacher, or an error for whoever has no key."""
        lang = language(request)
        try:
            self._check(request)
            words = Words(lang, classroom.TEXTS)
            frame = Frame("lessons", words, root_of(request), path)
            set_language(lang)
            ui.add_head_html(f"<style>{classroom_style()}</style>")
            with frame.around(State(), title.format(title=words("class"))):
                fill(frame, words)
        except BadInput as error:
            return refusal(lang, error, _FORBIDDEN, root_of(request))
        return None

    def home(self, request: Request) -> Response | None:
        """The rooms that are open; the key in the link is put into a cookie."""
        given = request.query_params.get("key")
        if self._is(given):
            reply = RedirectResponse(f"{root_of(request)}{HOME}", 303)
            reply.set_cookie(_COOKIE, self._key, int(ROOM_SECONDS), httponly=True, samesite="lax")
            return reply
        return self._shown(request, HOME, "{title}", self._list)

    def _list(self, frame: Frame, words: Words) -> None:
        text("h1", words("teach"))
        text("p", words("teach_lead")).classes("lead")

        def begin() -> None:
            try:
                room = rooms.open()
            except BadInput as error:
                notify(error)
                return
            ui.navigate.to(to_room(room).removeprefix(frame.root))

        def to_room(room: Room) -> str:
            return frame.link(State(), path=f"{HOME}/{room.number}")

        button(words("open_room"), begin, "main")
        rows = "".join(
            f"<li>{escape(words('room_row', room=one.number, students=len(one.seats)))} "
            f'<a class="button" href="{escape(to_room(one))}">{escape(words("go_on"))}'
            f'<span class="unseen"> {one.number}</span></a></li>'
            for one in rooms
        )
        if rows:
            text("h2", words("open_rooms"))
            html(f"<ul>{rows}</ul>")

    def console(self, request: Request, number: str) -> Response | None:
        """The page from which a room is led."""

        def fill(frame: Frame, words: Words) -> None:
            room = self._room(number)
            Console(frame, room, words, self._link(request, room, words))

        return self._shown(request, f"{HOME}/{number[:8]}", f"{{title}} {number[:8]}", fill)

    def wall(self, request: Request, number: str) -> Response | None:
        """The page for the projector."""

        def fill(frame: Frame, words: Words) -> None:
            room = self._room(number)
            Board(frame, room, words, self._link(request, room, words))

        return self._shown(request, f"{HOME}/{number[:8]}/wall", f"{{title}} {number[:8]}", fill)

    async def export(self, request: Request) -> Response:
        """All predictions and packages of a room as CSV."""
        lang = language(request)
        try:
            self._check(request)
            room = self._room(request.path_params["number"])
        except BadInput as error:
            return refusal(lang, error, _FORBIDDEN, root_of(request))
        name = f"class-{room.number}.csv"
        return Response(
            await as_csv(room, lang),
            media_type="text/csv; charset=utf-8",
            headers={"content-disposition": f'attachment; filename="{name}"'},
        )
