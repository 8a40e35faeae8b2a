"""The first minute: you are Officer 22, you act, you are blamed, neighbours stop; then levers."""

from collections.abc import Callable
from functools import partial
from html import escape

from nicegui import ui

from sim.app import look, tables, worlds
from sim.app.elements import button, html, say, text
from sim.app.frame import Frame
from sim.app.officer_22 import AFTER, OFFICER, SCENARIO, Story, told
from sim.app.state import Pull, State
from sim.app.texts.first import TEXTS
from sim.app.words import Words

_FULL = Pull(100)
# Seen or skipped, it is not offered again by this browser.
_SEEN = 'localStorage.setItem("zhixing-first-minute", "seen")'


class Invitation(ui.element, component="first.js"):
    """An invitation that a browser shows until it is accepted or declined."""

    def __init__(self, frame: Frame) -> None:
        super().__init__()
        words = Words(frame.words.lang, TEXTS)
        texts = {key: words(key, number=OFFICER) for key in ("invite", "begin", "not_now")}
        self._props |= {"texts": texts, "link": frame.link(State(), path="/first")}


class FirstMinute:
    """The open page: one part at a time, from a run of the model."""

    def __init__(self, frame: Frame, words: Words) -> None:
        self._frame, self._words = frame, words
        self._client = ui.context.client
        self._part = 0
        self._story: Story | None = None
        self._parts: tuple[Callable[[Story], None], ...] = (
            self._act,
            self._blamed,
            self._stop,
            self._levers,
        )
        text("h1", words("title", number=OFFICER))
        with ui.element("section").classes("card story-card"):
            self._head = text("h2").props('tabindex="-1"')
            self._body = ui.element("div").props('aria-live="polite"')
            with self._body:
                text("p", words("waiting_story")).classes("dim")
            with ui.element("div").classes("buttons"):
                self._back = button(words("back"), partial(self._go, -1))
                self._onward = button(words("onward"), partial(self._go, 1), "main")
                explore = escape(frame.link(State(), path="/"))
                said = escape(words("skip_all"))
                self._leave = html(f'<a class="button" href="{explore}">{said}</a>', "span")
                self._count = text("span").classes("dim")
        for one in (self._back, self._onward):
            one.set_visibility(False)
        self._client.on_connect(self._begin)

    async def _begin(self) -> None:
        if self._story is not None:
            return
        self._story = await told()
        if not self._client.is_deleted:
            with self._client:
                ui.run_javascript(_SEEN)
                self._show()

    def _go(self, step: int) -> None:
        self._part = min(max(0, self._part + step), len(self._parts) - 1)
        self._show()
        ui.run_javascript('document.querySelector(".story-card h2").focus()')

    def _show(self) -> None:
        words, last = self._words, self._part == len(self._parts) - 1
        assert self._story is not None
        self._body.clear()
        with self._body:
            self._parts[self._part](self._story)
        self._back.set_visibility(self._part > 0)
        self._onward.set_visibility(not last)
        self._leave.set_visibility(not last)
        say(self._count, words("part", part=self._part + 1, parts=len(self._parts)))

    def _act(self, story: Story) -> None:
        say(self._head, self._words("act_title"))
        text("p", self._words("act", month=story.month))
        self._people(story)

    def _blamed(self, story: Story) -> None:
        say(self._head, self._words("blamed_title"))
        text("p", self._words("blamed"))
        self._people(story, blamed=True)

    def _stop(self, story: Story) -> None:
        words = self._words
        say(self._head, words("stop_title"))
        left, untraced = (
            one.left(story.month, story.colleagues) for one in (story.course, story.untraced)
        )
        told = {"colleagues": len(story.colleagues), "left": left, "untraced": untraced}
        text("p", words("stop", **told))
        most = max(left, untraced)
        rows = "".join(
            f"<li><span>{escape(words(name))}</span>"
            f'<i style="--share:{number / most:.3f}"></i><b>{number}</b></li>'
            for name, number in (("traced", left), ("not_traced", untraced))
        )
        label = escape(words("stop_bars", months=AFTER))
        html(f'<p class="dim">{label}</p><ul class="traits" aria-label="{label}">{rows}</ul>')

    def _levers(self, story: Story) -> None:
        words, frame = self._words, self._frame
        say(self._head, words("levers_title"))
        world = worlds.scenario(SCENARIO)
        text("p", words("levers_lead", first=world.clock.reform_starts, month=story.month))
        rows = [
            [
                words.lever(world, lever) if lever else words("none"),
                str(course.left(story.month, story.colleagues)),
                words("yes" if course.wronged[story.month, story.me] else "no"),
            ]
            for lever, course in {"": story.course, **story.with_lever}.items()
        ]
        heads = [words("lever"), words("unowned"), words("you_blamed")]
        html(tables.table(words("levers_table"), heads, rows))
        text("p", words("caveat", seed=story.seed)).classes("dim")
        links = "".join(
            f'<li><a class="button" href="{escape(frame.link(state, path="/"))}">'
            f'{escape(words.lever(world, lever))}<span class="unseen"> {escape(words("pull"))}'
            "</span></a></li>"
            for lever in world.levers
            for state in (State(SCENARIO, (((lever, _FULL),),)),)
        )
        html(f'<h3>{escape(words("pull"))}</h3><ul class="pulls">{links}</ul>')
        watch = escape(frame.link(story.watched(), path="/watch"))
        html(f'<p><a href="{watch}">{escape(words("watch_it"))}</a></p>')

    def _people(self, story: Story, blamed: bool = False) -> None:
        """You and the colleagues under your chief, each with what they do in the month."""
        words = self._words
        conducts = story.course.conducts(story.month, (story.me, *story.beside))
        rows = []
        for number, done in enumerate(conducts):
            kind = look.CONDUCTS.of[done]
            name = words("colleague", number=number) if number else words("you")
            mark = f"<em>{escape(words('you_blamed'))}</em>" if blamed and not number else ""
            rows.append(
                f'<li><b style="background:{kind.colour};color:{look.ink(kind.colour)}">'
                f"{look.letter(kind, words.lang)}</b><span>{escape(name)}</span>"
                f"<small>{escape(words(done))}</small>{mark}</li>"
            )
        label = escape(words("people", month=story.month))
        html(f'<ul class="people" aria-label="{label}">{"".join(rows)}</ul>')


def build(frame: Frame, state: State, words: Words) -> None:
    """Draw the view."""
    FirstMinute(frame, words)
