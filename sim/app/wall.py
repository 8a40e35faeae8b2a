"""The wall of a room: how to join, what the class predicts, the result over it, the contest."""

from html import escape
from typing import Any

import segno
from nicegui import ui

from sim.app.class_parts import hit, leaderboard, rule, votes, world
from sim.app.contest import BEFORE, OVER
from sim.app.elements import html, text
from sim.app.experiments import LESSONS, Answered, run
from sim.app.frame import Frame
from sim.app.lesson_result import draw
from sim.app.rooms import CONTEST, LOBBY, Room, rooms
from sim.app.texts import lessons
from sim.app.words import Words

# Seconds between two looks at whether the room has changed; they ask no browser.
LOOKS = 0.5


def qr(words: Words, link: str) -> str:
    """The QR code of a link as HTML; drawn here, so that no request leaves this machine."""
    svg = segno.make(link, error="m").svg_inline(border=2, omitsize=True)
    label = escape(words("qr_says", address=link))
    return f'<div class="qr" role="img" aria-label="{label}">{svg}</div>'


class Board:
    """What the wall shows of a room; it follows the room as long as the page is open."""

    def __init__(self, frame: Frame, room: Room, words: Words, link: str) -> None:
        self._frame, self._room, self._words, self._link = frame, room, words, link
        self._lesson_words = Words(words.lang, lessons.TEXTS)
        self._version = -1
        self._scene: Any = None
        self._parts: dict[str, ui.html] = {}
        self._place = ui.element("div")
        self._timer = ui.timer(LOOKS, self._look)

    async def _look(self) -> None:
        room = self._room
        if rooms.get(room.number) is not room:
            self._timer.cancel()
            self._place.clear()
            with self._place:
                text("p", self._words("room_ended")).classes("lead")
            return
        if room.version == self._version:
            return
        version, lesson = room.version, LESSONS.get(room.activity)
        revealed = room.activity in room.revealed
        found = await run(lesson) if lesson and revealed else None
        scene = (room.activity, revealed)
        if scene != self._scene:
            self._scene = scene
            self._place.clear()
            with self._place:
                self._stage(found)
        for name, content in self._contents(found).items():
            if self._parts[name].content != content:
                self._parts[name].set_content(content)
        self._version = version

    def _part(self, name: str, kind: str = "", tag: str = "div") -> None:
        self._parts[name] = html("", tag).classes(kind)

    def _stage(self, found: Answered | None) -> None:
        """Lay out the places of an activity."""
        self._parts = {}
        if self._room.activity == LOBBY:
            self._part("lobby", "lobby")
            return
        self._part("strip", "strip")
        if self._room.activity == CONTEST:
            self._part("contest", "card")
            self._part("leaders", "card")
            return
        lesson = LESSONS[self._room.activity]
        said = self._lesson_words
        text("h1", said(f"{lesson.name}_title"))
        with ui.element("div").classes("board revealed" if found else "board"):
            with ui.element("div"):
                text("p", said(f"{lesson.name}_question")).classes("question")
                text("p", said(f"{lesson.name}_ask")).classes("question").style("font-weight: 650")
                self._part("votes")
                self._part("hit")
            if found:
                with ui.element("div"):
                    draw(said, lesson, found, "course")
            self._part("reasons", "across")

    def _contents(self, found: Answered | None) -> dict[str, str]:
        """HTML of each part as it stands now."""
        room, words = self._room, self._words
        if room.activity == LOBBY:
            return {"lobby": self._lobby()}
        contents = {"strip": self._strip()}
        if room.activity == CONTEST:
            return contents | self._contest()
        lesson = LESSONS[room.activity]
        truth = lesson.judge(found) if found else None
        told = words("predicted_so_far", total=sum(room.counts(lesson.name)), students=self._here())
        if truth is not None:
            told = hit(words, room, lesson, truth)
        said = ""
        if room.reasons_shown:
            rows = "".join(f"<li>“{escape(one.reason)}”</li>" for _, one in self._reasons())
            said = f'<h2>{escape(words("reasons"))}</h2><ul class="said">{rows}</ul>'
        return contents | {
            "votes": votes(words, self._lesson_words, room, lesson, truth),
            "hit": f"<p>{escape(told)}</p>",
            "reasons": said,
        }

    def _reasons(self) -> Any:
        return self._room.reasons(self._room.activity)

    def _here(self) -> int:
        return len(self._room.seats)

    def _lobby(self) -> str:
        words = self._words
        address = self._link.partition("://")[2].partition("?")[0]
        return (
            f"{qr(words, self._link)}<p>{escape(words('at', address=address))}</p>"
            f"<b>{self._room.number}</b>"
            f"<p>{escape(words('joined', number=self._here()))}</p>"
        )

    def _strip(self) -> str:
        words = self._words
        address = self._link.partition("://")[2].partition("?")[0]
        return (
            f"{qr(words, self._link)}<span>{escape(words('at', address=address))} "
            f"<b>{self._room.number}</b></span>"
            f"<span>{escape(words('joined', number=self._here()))}</span>"
        )

    def _contest(self) -> dict[str, str]:
        words, contest = self._words, self._room.contest
        head = f"<h1>{escape(words('contest_name'))}</h1>"
        if contest.stage == BEFORE:
            lead = f"<p>{escape(words('contest_before'))}</p><p>{escape(rule(words))}</p>"
            return {"contest": head + lead, "leaders": leaderboard(words, contest)}
        over = f"<p>{escape(words('contest_over'))}</p>" if contest.stage == OVER else ""
        waiting = sum(one.waits for one in contest.trials.values())
        told = f"<p>{escape(words('computing_groups', number=waiting))}</p>" if waiting else ""
        rules = f'<p class="dim">{escape(rule(words))}</p>'
        return {
            "contest": head + over + world(words, contest) + rules,
            "leaders": told + leaderboard(words, contest),
        }
