"""Watch: one department's chain of command month by month, with officers' choices and reasons."""

import asyncio
from dataclasses import replace
from typing import Any

from nicegui import ui

from sim.app import look, tables, worlds
from sim.app.charts import Options, base, mark, month_axis, share_axis
from sim.app.desk import WAITED_FOR, desk
from sim.app.elements import Amount, Chart, Choice, button, enable, html, notify, say, sent_to, text
from sim.app.frame import Frame
from sim.app.happenings import of_reforms, timeline
from sim.app.opened import Opened
from sim.app.own_tables import linked
from sim.app.panel import Panel
from sim.app.reasons import compared, every_term, traits
from sim.app.state import CONDUCT, PROFILE, State, spans, whole
from sim.app.twins import marks, side_by_side
from sim.app.watched import RADIUS, Department, Place, start_of, untouched
from sim.app.words import Words
from sim.errors import BadInput

# Seconds between months while it plays.
PACE = 0.8
_DEEPEST_RANK = 3


class Chain(ui.element, component="chain.js"):
    """The posts as buttons."""


class Watch(Opened):
    """One open page of Watch."""

    def __init__(self, frame: Frame, state: State, words: Words) -> None:
        super().__init__(frame, start_of(state.alone()), words)
        self._busy = asyncio.Lock()
        self._department = Department(self._state)
        # The department without the reform, on the same draws, if both are shown.
        self._twin = self._twin_of(self._state)
        text("h1", words("title"))
        text("p", words("lead")).classes("lead")
        with ui.element("div").classes("two"):
            with ui.element("section").classes("panel").props(f'aria-label="{words("controls")}"'):
                self._controls()
            with ui.element("div").classes("shown stack"):
                self._views()
        self._answer_by(self._again_with)
        self._timer = ui.timer(PACE, self._tick, active=False)
        self._lay_out()
        self._client.on_connect(self._restore)

    def _controls(self) -> None:
        words = self._words
        names = self._frame.scenarios(worlds.watched(), watching=True)
        now = linked(self._state.scenario)
        self._world = Choice(words("scenario"), names, now, self._pick_world)
        with ui.element("div").classes("buttons"):
            self._play = button(words("play"), self._play_or_pause, "main")
            self._next = button(words("step"), self._step)
            button(words("again"), self._again)
        choices = [(CONDUCT, words("by_conduct")), (PROFILE, words("by_profile"))]
        Choice(words("colour"), choices, self._state.by, self._pick_colour)
        beside = [("0", words("with_only")), ("1", words("with_and_without"))]
        Choice(words("beside"), beside, str(self._state.both), self._pick_both)
        self._slider = ui.element("div")
        with ui.element("details").classes("rack"):
            text("summary", words("levers"))
            self._rack = ui.element("div").classes("levers")

    def _views(self) -> None:
        words = self._words
        with ui.element("section").classes("card"):
            self._when = text("h2")
            with ui.element("div").classes("twins"):
                self._place = ui.element("div").classes("wide")
                self._twin_place = ui.element("div").classes("wide")
            self._legend = html("").classes("legend")
        with ui.element("section").classes("card"):
            text("h2", words("timeline"))
            self._compared = text("p")
            self._timeline = html("")
        with ui.element("div").classes("charts apart"):
            with ui.element("section").classes("card"):
                self._why = html("").props('aria-live="polite"')
                self._terms = ui.element("details")
                with self._terms:
                    text("summary", words("every_term"))
                    self._every = html("").classes("why")
            self._course = Chart(words, "low course")
            with ui.element("section").classes("card across").props('aria-live="polite"'):
                self._traits = html("")

    def _name(self, place: Place) -> str:
        """The title of a post; its rank and number if the scenario gives it none."""
        titles = worlds.titles(self._state.scenario, self._words.chinese)
        if titles:
            return titles[self._department.places.index(place)]
        if place.superior < 0:
            return self._words("head")
        rank = min(max(1, place.rank), _DEEPEST_RANK)
        return self._words(f"rank_{rank}", number=place.number)

    def _lay_out(self) -> None:
        """Draw the posts of the department."""
        department = self._department
        self._state = replace(self._state, who=min(self._state.who, len(department.places) - 1))
        spots = department.places
        posts: list[dict[str, Any]] = [
            {
                "x": one.x,
                "y": one.y,
                "stacked": one.stacked,
                "name": self._name(one),
                "above": None
                if one.superior < 0
                else {"x": spots[one.superior].x, "y": spots[one.superior].y},
                "start": {"colour": look.FAINT, "ink": look.BLACK, "letter": "", "said": ""},
            }
            for one in spots
        ]
        self._chain = self._drawn(self._place, posts, "with_reform" if self._twin else "chain")
        if self._twin is not None:
            self._twin_chain = self._drawn(self._twin_place, posts, "without_reform")
        self._twin_place.set_visibility(self._twin is not None)
        self._slider.clear()
        with self._slider:
            months = department.months
            month = self._state.month
            self._month = Amount(self._words("to_month"), 0, months, month, "", self._pick_month)
        self._rack.clear()
        with self._rack:
            self._panel = Panel(self._words, self._state, 0, self._pull)
        self._show()

    def _drawn(self, place: ui.element, posts: list[dict[str, Any]], title: str) -> Chain:
        """Draw a chain of command under a title."""
        place.clear()
        spots = self._department.places
        with place:
            if title != "chain":
                text("h3", self._words(title))
            chain = Chain()
        chain._props |= {
            "posts": posts,
            "width": max(one.x for one in spots) + 30,
            "height": max(one.y for one in spots) + 30,
            "radius": RADIUS,
            "label": self._words(title),
        }
        chain.on("pick", sent_to(self._pick))
        return chain

    def _twin_of(self, state: State) -> Department | None:
        return untouched(state) if state.both else None

    async def _restore(self) -> None:
        if self._state.month > self._department.month:
            await self._run_to(self._state.month)
        if not self._client.is_deleted:
            self._show()

    async def _run_to(self, month: int) -> None:
        department = self._department
        await self._run_both(month)
        if department is self._department and not self._client.is_deleted:
            self._state = replace(self._state, month=department.month)
            with self._client:
                self._month.put(department.month)
                self._show()

    async def _run_both(self, month: int) -> None:
        """Run the department and its twin, if there is one, until a month."""
        department, twin = self._department, self._twin
        async with self._busy:
            await desk.do(WAITED_FOR, lambda: department.run_to(month))
            if twin is not None:
                await desk.do(WAITED_FOR, lambda: twin.run_to(month))

    async def _tick(self) -> None:
        if self._busy.locked():
            return
        await self._run_to(self._department.month + 1)
        if self._department.month >= self._department.months:
            self._pause()
        elif not self._timer.active and not self._client.is_deleted:
            # The month was under way when the run was paused: the link is to lead to it, too.
            with self._client:
                self._frame.moved(self._state)

    def _play_or_pause(self) -> None:
        if self._timer.active:
            self._pause()
        elif self._department.month < self._department.months:
            self._timer.activate()
            say(self._play, self._words("pause"))

    def _pause(self) -> None:
        self._timer.deactivate()
        with self._client:
            say(self._play, self._words("play"))
            self._frame.moved(self._state)

    async def _step(self) -> None:
        self._pause()
        if self._busy.locked():
            return
        await self._run_to(self._department.month + 1)
        with self._client:
            self._frame.moved(self._state)

    def _again(self) -> None:
        self._pause()
        self._start(replace(self._state, month=0))

    def _start(self, state: State) -> None:
        try:
            self._department, self._twin = Department(state), self._twin_of(state)
        except BadInput as error:
            notify(error)
            return
        self._state = state
        self._lay_out()
        self._frame.moved(state)

    def _pick_world(self, name: object) -> None:
        self._pause()
        try:
            self._start(self._state.moved_to(self._frame.named(name)))
        except BadInput as error:
            notify(error)

    def _pick_colour(self, by: object) -> None:
        self._state = replace(self._state, by=PROFILE if by == PROFILE else CONDUCT)
        self._show()
        self._frame.moved(self._state)

    def _pick_both(self, both: object) -> None:
        self._pause()
        self._start_again(replace(self._state, both=1 if both == "1" else 0))

    def _pick_month(self, sent: object) -> None:
        month = whole(self._words("to_month"), sent, 0, self._department.months)
        self._pause()
        self._change(lambda: replace(self._state, month=month))

    def _start_again(self, state: State) -> None:
        """Begin anew and run to the month that is shown."""
        self._start(state)
        self._latest.ask(state)

    def _pick(self, sent: object) -> None:
        try:
            who = whole(self._words("chain"), sent, 0, len(self._department.places) - 1)
        except BadInput as error:
            notify(error)
            return
        self._state = replace(self._state, who=who)
        self._show()
        self._frame.moved(self._state)

    async def _again_with(self, state: State, full: bool) -> None:
        """Run the department again up to the present month, because levers have changed."""
        if full:
            return
        shown = self._twin is not None
        self._department, self._twin = Department(state), self._twin_of(state)
        # The slider of months may have moved on; it keeps its own place.
        await self._run_both(state.month)
        if self._client.is_deleted:
            return
        with self._client:
            if shown != (self._twin is not None):
                self._lay_out()
            self._show()
            self._frame.moved(self._state)

    def _show(self) -> None:
        words, department = self._words, self._department
        by_conduct = self._state.by == CONDUCT
        all_kinds = look.CONDUCTS if by_conduct else look.PROFILES
        colours = {name: kind.colour for name, kind in all_kinds.of.items()}
        letters = {name: look.letter(kind, words.lang) for name, kind in all_kinds.of.items()}
        kinds = department.conducts() if by_conduct else department.profiles()
        posts = len(department.places)
        self._chain.run_method("put", marks(words, kinds, all_kinds, posts), self._state.who)
        if self._twin is not None:
            beside = self._twin.conducts() if by_conduct else self._twin.profiles()
            self._twin_chain.run_method(
                "put", marks(words, beside, all_kinds, posts), self._state.who
            )
        keys = "".join(
            f'<li><b style="background:{colour};'
            f'color:{look.ink(colour)}">{letters[kind]}</b> '
            f"{words(kind)}</li>"
            for kind, colour in colours.items()
        )
        self._legend.set_content(f'<ul aria-label="{words("legend")}">{keys}</ul>')
        month, months = department.month, department.months
        enable(self._play, month < months)
        enable(self._next, month < months)
        say(self._when, words("chain_month", month=month, months=months))
        self._show_course()
        self._show_timeline()
        place = department.places[self._state.who]
        name = self._name(place)
        self._traits.set_content(traits(words, name, department.officer(self._state.who)))
        found = department.why(self._state.who)
        settings = department.government.world.settings[0]
        done = kinds[self._state.who] if by_conduct and kinds else None
        done = done or (department.conducts()[self._state.who] if department.month else None)
        self._why.set_content(compared(words, name, found, done))
        self._terms.set_visibility(found is not None and done is not None)
        if found is not None and done is not None:
            self._every.set_content(every_term(words, found, done, float(settings["effort"])))

    def _show_timeline(self) -> None:
        words, department, twin = self._words, self._department, self._twin
        pulls = self._state.packages[0]
        begun = of_reforms(spans(pulls, worlds.scenario(self._state.scenario)), department.months)
        rows = [(words("with_reform" if pulls else "course_row"), [*begun, *department.events])]
        if twin is not None:
            rows.append((words("without_reform"), twin.events))
        self._timeline.set_content(timeline(words, rows, department.month, department.months))
        say(self._compared, side_by_side(words, self._state, department, twin))

    def _show_course(self) -> None:
        words, department = self._words, self._department
        execution, credibility = department.course()
        told = words("told_start")
        if execution:
            told = words(
                "so_far",
                month=department.month,
                months=department.months,
                execution=words.percent(execution[-1]),
                credibility=words.percent(credibility[-1]),
            )
        if department.month >= department.months:
            told = words.joined((told, words("ended")))
        options = self._options(told, execution, credibility)
        # The month that the chart shows; ECharts ignores it, benchmarks read it.
        options["answers"] = f"month:{department.month}"
        self._course.draw(options, told)
        rows = [
            [str(month + 1), words.percent(execution[month]), words.percent(credibility[month])]
            for month in range(max(0, len(execution) - 12), len(execution))
        ]
        heads = [words("month"), words.measure("execution_rate"), words.measure("credibility")]
        self._course.tell(tables.table(words("course"), heads, rows))

    def _options(self, told: str, execution: list[float], credibility: list[float]) -> Options:
        words = self._words
        options = base(words, words("course"), told)
        options["xAxis"] = month_axis(words, self._department.months)
        options["yAxis"] = share_axis(words)
        options["grid"]["bottom"] = 24
        options["series"] = [
            {
                "type": "line",
                "name": words.measure(measure),
                "symbol": "none",
                "lineStyle": {"width": 3, "color": colour},
                "itemStyle": {"color": colour},
                "data": values,
            }
            for measure, colour, values in (
                ("execution_rate", look.VERMILION, execution),
                ("credibility", look.BLUE, credibility),
            )
        ]
        if self._twin is not None:
            beside = self._twin.course()
            options["series"] += [
                {
                    **drawn,
                    "name": words("measure_without", measure=drawn["name"]),
                    "lineStyle": {**drawn["lineStyle"], "width": 2, "type": "dashed"},
                    "data": values,
                }
                for drawn, values in zip(options["series"], beside, strict=True)
            ]
        pulls = self._state.packages[0]
        when = spans(pulls, worlds.scenario(self._state.scenario))
        mark(words, options, when, self._department.months)
        return options


def build(frame: Frame, state: State, words: Words) -> None:
    """Draw the view."""
    Watch(frame, state, words)
