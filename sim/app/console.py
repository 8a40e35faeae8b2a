"""The teacher's controls of one room, with the wall below them."""

import asyncio
from functools import partial
from html import escape

from nicegui import background_tasks, ui

from sim.app.contest import BEFORE, OVER, ROUND_ONE, ROUND_TWO
from sim.app.elements import Choice, button, enable, html, say, text
from sim.app.experiments import LESSONS, run
from sim.app.frame import Frame
from sim.app.rooms import CONTEST, LOBBY, Prediction, Room, Seat, rooms
from sim.app.state import State
from sim.app.texts import lessons
from sim.app.wall import LOOKS, Board
from sim.app.words import Words

# The button that leads on from each stage of the contest.
_NEXT = {BEFORE: "round_one", ROUND_ONE: "round_two", ROUND_TWO: "contest_end"}


class Console:
    """The open page from which a teacher leads a room."""

    def __init__(self, frame: Frame, room: Room, words: Words, link: str) -> None:
        self._frame, self._room, self._words = frame, room, words
        self._version = -1
        self._listed: tuple[str, dict[str, ui.element]] = (LOBBY, {})
        said = Words(words.lang, lessons.TEXTS)
        activities = [
            (LOBBY, words("lobby_name")),
            *(
                (name, f"{number}. {said(f'{name}_title')}")
                for number, name in enumerate(LESSONS, 1)
            ),
            (CONTEST, words("contest_name")),
        ]
        with ui.element("section").classes("card console"):
            text("h1", words.stated(words("room"), room.number))
            self._activity = Choice(words("on_here"), activities, room.activity, self._open)
            with ui.element("div").classes("buttons"):
                self._reveal = button(words("reveal"), self._show_result, "main")
                self._next = button("", self._go_on, "main")
                self._reasons = button("", self._turn_reasons)
            self._links(link)
            with ui.element("details"):
                text("summary", words("reasons"))
                self._list = ui.element("ul").classes("said")
                self._none = text("p", words("no_reasons")).classes("dim")
        html("<p></p>")
        Board(frame, room, words, link)
        self._timer = ui.timer(LOOKS, self._look)
        ui.context.client.on_connect(self._forget_shown)
        # Buttons that do nothing yet are hidden from the first moment, not from the first look.
        self._look()

    def _links(self, link: str) -> None:
        words, room = self._words, self._room
        base = f"/class/{room.number}"
        links = (
            (self._frame.link(State(), path=f"{base}/wall"), "to_wall", ' target="_blank"'),
            (link, "to_phone", ' target="_blank"'),
            (self._frame.link(State(), path=f"{base}/class.csv"), "download", " download"),
        )
        with ui.element("div").classes("buttons"):
            for url, key, more in links:
                html(f'<a class="button" href="{escape(url)}"{more}>{escape(words(key))}</a>')
            self._end = button(words("end_room"), partial(self._ask_end, True))
            self._sure = button(words("end_sure"), self._close, "main")
            self._keep = button(words("keep_room"), partial(self._ask_end, False))
        self._ask_end(False)
        if link.partition("://")[2].startswith(("localhost", "127.", "[::1]")):
            text("p", words("only_here")).classes("dim")

    def _ask_end(self, asked: bool) -> None:
        self._end.set_visibility(not asked)
        self._sure.set_visibility(asked)
        self._keep.set_visibility(asked)

    def _close(self) -> None:
        rooms.close(self._room.number)
        ui.navigate.to(self._frame.link(State(), path="/class").removeprefix(self._frame.root))

    def _open(self, name: object) -> None:
        self._room.open_activity(str(name))
        if name in LESSONS:
            # The result is ready when it is to be revealed.
            background_tasks.create(run(LESSONS[str(name)]))

    async def _show_result(self) -> None:
        name = self._room.activity
        if name not in LESSONS:
            return
        enable(self._reveal, False)
        say(self._reveal, self._words("revealing"))
        await run(LESSONS[name])
        if self._room.activity == name:
            self._room.reveal()
        self._version = -1

    async def _go_on(self) -> None:
        contest = self._room.contest
        enable(self._next, False)
        stage = background_tasks.create(contest.advance(contest.stage))
        # The new stage is shown at once, and scores follow.
        await asyncio.sleep(0)
        self._room.changed(everywhere=True)
        await stage
        self._room.changed(everywhere=True)

    def _turn_reasons(self) -> None:
        self._room.show_reasons(not self._room.reasons_shown)

    def _forget_shown(self) -> None:
        """Show everything anew: what was picked as the connection was lost may not have arrived."""
        self._version = -1

    def _look(self) -> None:
        room, words = self._room, self._words
        if rooms.get(room.number) is not room:
            self._timer.cancel()
            return
        if room.version == self._version:
            return
        self._version = room.version
        lesson, contest = room.activity in LESSONS, room.activity == CONTEST
        self._activity.put(room.activity)
        self._reveal.set_visibility(lesson)
        say(self._reveal, words("reveal"))
        enable(self._reveal, room.activity not in room.revealed)
        self._next.set_visibility(contest and room.contest.stage != OVER)
        if room.contest.stage != OVER:
            say(self._next, words(_NEXT[room.contest.stage]))
        enable(self._next, True)
        self._reasons.set_visibility(lesson)
        say(self._reasons, words("hide_reasons" if room.reasons_shown else "show_reasons"))
        self._list_reasons()

    def _list_reasons(self) -> None:
        """Add the reasons that are new, and show which are hidden."""
        lesson = self._room.activity
        if self._listed[0] != lesson:
            self._list.clear()
            self._listed = (lesson, {})
        rows = self._listed[1]
        for seat, one in self._room.reasons(lesson, hidden=True):
            if seat.token not in rows:
                with self._list:
                    rows[seat.token] = self._row(seat, one, lesson)
        self._none.set_visibility(not rows)

    def _row(self, seat: Seat, one: Prediction, lesson: str) -> ui.element:
        words = self._words
        row = ui.element("li")
        with row:
            student = words("student", number=seat.number)
            text("span", words.stated(student, one.reason))

            def turn() -> None:
                self._room.hide(seat.token, lesson, not one.hidden)
                row.classes(
                    add="hidden-one" if one.hidden else "",
                    remove="" if one.hidden else "hidden-one",
                )
                say(hide, words("unhide" if one.hidden else "hide"))

            hide = button(words("unhide" if one.hidden else "hide"), turn)
        if one.hidden:
            row.classes("hidden-one")
        return row
