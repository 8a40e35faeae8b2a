"""The teacher's page of a lesson: plan with timer and notes, what to watch for, and role cards."""

from html import escape

from fastapi import Request
from fastapi.responses import Response
from nicegui import ui

from sim.app.elements import html, text
from sim.app.experiments import LESSONS
from sim.app.frame import Frame, language, read, refusal, root_of, set_language
from sim.app.refusals import Unknown
from sim.app.state import State
from sim.app.texts import lessons
from sim.app.texts.teach import MINUTES, TEXTS
from sim.app.words import Words
from sim.errors import BadInput

PATH = "/teach"
ROLES = ("head", "chief", "officer", "inspector", "citizen")
_SIDES = ("wants", "knows", "fears", "asks")


class Plan(ui.element, component="teach.js"):
    """The steps of a lesson with a timer and notes, which the browser keeps."""


def page(request: Request, name: str) -> Response | None:
    """The teacher's page of one lesson, or an error if there is none of that name."""
    lang = language(request)
    try:
        state = read(request)
        if name not in LESSONS:
            raise Unknown("lesson_unknown", name, LESSONS)
    except BadInput as error:
        return refusal(lang, error, root=root_of(request))
    words = Words(lang, {one: {**lessons.TEXTS[one], **TEXTS[one]} for one in TEXTS})
    set_language(lang)
    frame = Frame("lessons", words, root_of(request), f"{PATH}/{name}")
    title = words("teach_title", lesson=words(f"{name}_title"))
    with frame.around(state, title):
        text("h1", title)
        build(frame, words, name)
    return None


def link(frame: Frame, name: str) -> str:
    """A link to the teacher's page of a lesson, in HTML."""
    words = Words(frame.words.lang, TEXTS)
    url = escape(frame.link(State(), path=f"{PATH}/{name}"))
    lesson = escape(frame.words(f"{name}_title"))
    return f'<a href="{url}">{escape(words("teach"))}<span class="unseen"> {lesson}</span></a>'


def build(frame: Frame, words: Words, name: str) -> None:
    """Draw plan, notes and cards."""
    lesson = escape(frame.link(State(), path=f"/lessons/{name}"))
    html(f'<p><a class="button" href="{lesson}">{escape(words("open_lesson"))}</a></p>')
    with ui.element("section").classes("card"):
        text("h2", words("plan", minutes=sum(MINUTES[name])))
        plan = Plan()
        plan._props |= {
            "lesson": name,
            "steps": [
                {"minutes": minutes, "text": words(f"{name}_step_{number}")}
                for number, minutes in enumerate(MINUTES[name])
            ],
            "texts": {
                "minutes": words("minutes"),
                "start": words("start"),
                "stop": words("stop"),
                "skip": words("skip_step"),
                "reset": words("reset_plan"),
                "left": words.pattern("left"),
                "over": words("over"),
                "notes": words("notes"),
            },
        }
        text("p", words("plan_kept")).classes("dim")
    with ui.element("section").classes("card"):
        text("h2", words("watch_for"))
        text("p", words(f"{name}_watch"))
    with ui.element("section").classes("card"):
        text("h2", words("roles"))
        text("p", words("roles_lead"))
        html(
            f'<button type="button" class="button" onclick="print()">{escape(words("print"))}'
            "</button>"
        )
        html(f'<ul class="roles">{"".join(_card(words, role) for role in ROLES)}</ul>')


def _card(words: Words, role: str) -> str:
    sides = "".join(
        f"<dt>{escape(words(f'role_{side}'))}</dt><dd>{escape(words(f'role_{role}_{side}'))}</dd>"
        for side in _SIDES
    )
    return f"<li><h3>{escape(words(f'role_{role}_name'))}</h3><dl>{sides}</dl></li>"
