"""Lessons: each has a question, a prediction, an experiment, and a debrief of its results."""

from dataclasses import replace
from html import escape
from typing import Any

from fastapi import Request
from fastapi.responses import Response
from nicegui import ui

from sim.app import sheet, teach
from sim.app.elements import button, html, notify, say, sent_to, text
from sim.app.experiments import LESSONS, Answered, Lesson, explain, run
from sim.app.explained import Explained
from sim.app.frame import Frame, language, read, refusal, root_of, set_language
from sim.app.lesson_result import conclude, draw
from sim.app.phone import classroom_style
from sim.app.refusals import Unknown
from sim.app.state import ANSWERS, State, whole
from sim.app.texts import sheet as sheet_texts
from sim.app.texts.lessons import TEXTS
from sim.app.views import PATHS
from sim.app.words import Words
from sim.errors import BadInput

_HOME = PATHS["lessons"]


class Predict(ui.element, component="predict.js"):
    """Radio buttons for a prediction, and the button that confirms it."""


def build(frame: Frame, state: State, words: Words) -> None:
    """Draw the list of lessons."""
    ui.add_head_html(f"<style>{classroom_style()}</style>")
    text("h1", words("title"))
    text("p", words("lead")).classes("lead")
    kept_words = Words(words.lang, sheet_texts.TEXTS)
    with ui.element("ul").classes("lessons"):
        for number, name in enumerate(LESSONS, 1):
            title = words(f"{name}_title")
            link = escape(frame.link(State(), path=f"{_HOME}/{name}"))
            with ui.element("li").classes("card"):
                text("h2", f"{number}. {title}")
                sheet.Finished(kept_words, name)
                text("p", words(f"{name}_question"))
                html(
                    f'<a class="button main" href="{link}">{escape(words("begin"))}'
                    f'<span class="unseen"> {escape(title)}</span></a> {teach.link(frame, name)}',
                    "p",
                )
    text("p", words("for_teachers")).classes("dim basis")


def page(request: Request, name: str) -> Response | None:
    """The page of one lesson, or an error if there is none of that name."""
    lang = language(request)
    try:
        state = read(request)
        if name not in LESSONS:
            raise Unknown("lesson_unknown", name, LESSONS)
    except BadInput as error:
        return refusal(lang, error, root=root_of(request))
    words = Words(lang, TEXTS)
    set_language(lang)
    frame = Frame("lessons", words, root_of(request), f"{_HOME}/{name}")
    ui.add_head_html(f"<style>{classroom_style()}</style>")
    with frame.around(state, words(f"{name}_title")):
        Classroom(frame, LESSONS[name], state, words)
    return None


class Classroom:
    """One open lesson. What was predicted and run is in its link, so a reload restores it."""

    def __init__(self, frame: Frame, lesson: Lesson, state: State, words: Words) -> None:
        self._frame, self._lesson, self._words = frame, lesson, words
        self._state = state
        self._sheet_words = Words(words.lang, sheet_texts.TEXTS)
        self._client = ui.context.client
        self._prediction = state.predicted if state.predicted >= 0 else None
        self._running = False
        name = lesson.name
        home = escape(frame.link(State(), path=_HOME))
        html(f'<p><a href="{home}">← {escape(words("all"))}</a></p>')
        text("h1", words(f"{name}_title"))
        with ui.element("div").classes("lesson"):
            with self._step(1, "step_question"):
                text("p", words(f"{name}_question")).classes("question")
            with self._step(2, "step_prediction"):
                self._predict()
            self._experiment = self._step(3, "step_experiment")
            with self._experiment:
                self._hint = text("p", words("first_predict")).classes("dim")
                self._run_button = button(words("run"), self._run, "main")
                self._hint.set_visibility(self._prediction is None)
                self._run_button.set_visibility(self._prediction is not None)
                self._status = text("p").classes("dim").props('role="status"')
                self._place = ui.element("div")
            self._debrief = self._step(4, "step_debrief")
            self._debrief.set_visibility(False)
        if state.ran:
            self._client.on_connect(self._run)

    def _step(self, number: int, title: str) -> ui.element:
        step = ui.element("section").classes("card step")
        with step:
            html(f"<b>{number}</b> {escape(self._words(title))}", "h2")
        return step

    def _predict(self) -> None:
        name = self._lesson.name
        form = Predict()
        form._props |= {
            "question": self._words(f"{name}_ask"),
            "answers": [self._words(f"{name}_{number}") for number in range(ANSWERS)],
            "button": self._words("keep"),
            "before": self._state.predicted,
        }
        form.on("predict", sent_to(self._predicted))
        sheet.reason(self._sheet_words, name)

    def _predicted(self, sent: Any) -> None:
        try:
            prediction = whole(self._words("step_prediction"), sent, 0, ANSWERS - 1)
        except BadInput as error:
            notify(error)
            return
        if self._prediction is None:
            self._prediction = prediction
            self._hint.set_visibility(False)
            self._run_button.set_visibility(True)
            self._move(replace(self._state, predicted=prediction))

    def _move(self, state: State) -> None:
        """Keep in the link how far the lesson has come."""
        self._state = state
        self._frame.moved(state)

    async def _run(self) -> None:
        if self._prediction is None or self._running:
            return
        self._running = True
        say(self._status, self._words("running"))
        found = await run(self._lesson)
        if self._client.is_deleted:
            return
        with self._client:
            self._run_button.set_visibility(False)
            runs = next(iter(found.values())).replicates
            say(self._status, self._words("runs", runs=runs))
            self._draw(found)
            self._conclude(found)
            self._move(replace(self._state, ran=1))

    def _draw(self, found: Answered) -> None:
        with self._place:
            draw(self._words, self._lesson, found)

    def _conclude(self, found: Answered) -> None:
        words, lesson, name = self._words, self._lesson, self._lesson.name
        assert self._prediction is not None
        self._debrief.set_visibility(True)
        with self._debrief:
            conclude(words, lesson, found, self._prediction)
            self._explained = Explained(words, self._explain)
            text("h3", words("discuss"))
            text("p", words(f"{name}_discuss"))
            spiral = name == "vicious_circle"
            arm = lesson.arms[-1]
            on = State(arm.scenario, (arm.pulls,))
            where = PATHS["spiral" if spiral else "explore"]
            link = escape(self._frame.link(on, path=where))
            goes = escape(words("spiral_on" if spiral else "explore_on"))
            html(f'<a class="button" href="{link}">{goes}</a>')
            sheet.links_on(self._frame, self._sheet_words, words, replace(self._state, ran=1), name)

    async def _explain(self) -> None:
        """Explain the difference between the two arms that the lesson is about."""
        found = await explain(self._lesson)
        if not self._client.is_deleted:
            with self._client:
                names = [self._words(f"arm_{key}") for key in self._lesson.explained]
                self._explained.show(found, *names)
