"""The worksheet of a lesson on one page to print, and what a browser keeps of lessons.

Name and reasons stay in the browser. What was predicted is in the link.
"""

from html import escape

from fastapi import Request
from fastapi.responses import Response
from nicegui import ui

from sim.app.elements import html, text
from sim.app.experiments import LESSONS, Answered, Lesson, run
from sim.app.frame import Frame, language, read, refusal, root_of, set_language
from sim.app.lesson_result import debrief, draw, verdict
from sim.app.phone import classroom_style
from sim.app.refusals import Unknown
from sim.app.rooms import LONGEST_REASON
from sim.app.state import State
from sim.app.texts import lessons, sheet
from sim.app.words import Words
from sim.errors import BadInput

HOME = "/worksheet"
_LONGEST_NAME = 80


class Kept(ui.element, component="kept.js"):
    """A field whose text is kept under a key in the browser and not sent."""

    def __init__(self, label: str, key: str, rows: int, most: int = LONGEST_REASON) -> None:
        super().__init__()
        self._props |= {"label": label, "keep": f"zhixing.{key}", "rows": rows, "most": most}


class Finished(ui.element, component="finished.js"):
    """A tick at a lesson that was finished in this browser; ``now`` finishes it."""

    def __init__(self, words: Words, lesson: str, now: bool = False) -> None:
        super().__init__()
        self._props |= {"lesson": lesson, "now": now, "label": words("finished")}


def reason(words: Words, lesson: str) -> Kept:
    """The field for the reason of a prediction."""
    return Kept(words("reason_field"), f"reason.{lesson}", rows=3)


def link(frame: Frame, state: State, lesson: str) -> str:
    """The link of the worksheet of a lesson."""
    return frame.link(state, path=f"{HOME}/{lesson}")


def links_on(frame: Frame, words: Words, lesson_words: Words, state: State, lesson: str) -> None:
    """Links at the end of a lesson: its worksheet, and the lesson after it."""
    Finished(words, lesson, now=True)
    onward = (
        f'<a class="button" href="{escape(link(frame, state, lesson))}">{escape(words("sheet"))}'
        "</a>"
    )
    names = [*LESSONS]
    after = names.index(lesson) + 1
    if after < len(names):
        title = lesson_words(f"{names[after]}_title")
        url = escape(frame.link(State(), path=f"/lessons/{names[after]}"))
        told = escape(words("next_lesson", title=title))
        onward += f' <a class="button main" href="{url}">{told}</a>'
    html(f'<p class="buttons">{onward}</p>')


async def page(request: Request, name: str) -> Response | None:
    """The worksheet of one lesson, or an error if there is none of that name."""
    lang = language(request)
    try:
        state = read(request)
        if name not in LESSONS:
            raise Unknown("lesson_unknown", name, LESSONS)
    except BadInput as error:
        return refusal(lang, error, root=root_of(request))
    words, said = Words(lang, sheet.TEXTS), Words(lang, lessons.TEXTS)
    found = await run(LESSONS[name])
    set_language(lang)
    ui.add_head_html(f"<style>{classroom_style()}</style>")
    frame = Frame("lessons", words, root_of(request), f"{HOME}/{name}")
    title = said(f"{name}_title")
    around = frame.around(state, words.stated(words("sheet"), title))
    with around, ui.element("div").classes("worksheet"):
        text("h1", title)
        _fill(words, said, LESSONS[name], found, state)
        own = f"{request.url.scheme}://{request.headers.get('host', '')}"
        url = own + frame.link(state, path=f"/lessons/{name}")
        html(f"<b>{escape(words('same_link'))}</b><br>{escape(url)}", "p").classes("same-link")
        printed = text("button", words("print")).classes("button main").props('type="button"')
        printed.on("click", js_handler="() => window.print()")
    return None


def _fill(words: Words, said: Words, lesson: Lesson, found: Answered, state: State) -> None:
    name = lesson.name
    Kept(words("name_field"), "name", rows=1, most=_LONGEST_NAME)
    text("p", said(f"{name}_question"))
    text("p", said(f"{name}_ask")).classes("question")
    text("h2", words("your_prediction"))
    if state.predicted >= 0:
        predicted, came_true, result = verdict(said, lesson, found, state.predicted)
        text("p", predicted)
        text("p", came_true).classes(f"verdict {result}")
    else:
        text("p", words("no_prediction"))
    reason(words, name)
    draw(said, lesson, found, "course", both=False)
    text("h2", said("step_debrief"))
    text("p", debrief(said, lesson, found))
    text("h3", said("discuss"))
    text("p", said(f"{name}_discuss"))
    Kept(words("learned"), f"learned.{name}", rows=3)
