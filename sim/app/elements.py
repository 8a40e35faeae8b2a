"""Elements of the page: plain HTML, charts, and three controls."""

from collections.abc import Callable, Sequence
from html import escape
from typing import Any

from nicegui import app, ui
from nicegui.events import GenericEventArguments

from sim.app.charts import Options, legend
from sim.app.refusals import one_line
from sim.app.texts.refusals import TEXTS
from sim.app.words import ENGLISH, Words
from sim.errors import BadInput

Handler = Callable[[Any], Any]
_LANG = "language"


def html(content: str, tag: str = "div") -> ui.html:
    """An element with HTML made by the program; the caller escapes text from outside."""
    return ui.html(content, sanitize=False, tag=tag)


def text(tag: str, content: str = "") -> ui.html:
    """An element that holds plain text."""
    return html(escape(content), tag)


def say(element: ui.html, content: str) -> None:
    """Change the text of an element."""
    element.set_content(escape(content))


def button(label: str, pressed: Callable[[], Any], kind: str = "") -> ui.html:
    """A button with a label, which calls ``pressed``."""
    made = text("button", label)
    made.classes(f"button {kind}").props('type="button"')
    made.on("click", lambda _: pressed(), args=[])
    return made


def enable(one: ui.html, can: bool) -> None:
    """Let a button be pressed, or not."""
    if can:
        one.props(remove="disabled")
    else:
        one.props("disabled")


def speak(lang: str) -> None:
    """Set the language of error messages on the open page."""
    app.storage.client[_LANG] = lang


def notify(error: BadInput) -> None:
    """Show an error in one line."""
    lang = app.storage.client.get(_LANG, ENGLISH)
    ui.notify(one_line(error, lang), type="warning", close_button=TEXTS[lang]["close"])


def sent_to(handler: Handler) -> Callable[[GenericEventArguments], None]:
    """A listener that passes what a control sent to ``handler``, and shows its errors."""

    def listen(event: GenericEventArguments) -> None:
        try:
            handler(event.args)
        except BadInput as error:
            notify(error)

    return listen


def waiting(words: Words) -> str:
    """What stands where a result will be."""
    return f'<p class="dim waiting">{escape(words("waiting"))}</p>'


class Lever(ui.element, component="lever.js"):
    """A slider for the intensity of a lever in per cent; details and months open on demand."""

    def __init__(
        self,
        title: str,
        story: str,
        moves: Sequence[str],
        months: int,
        texts: dict[str, str],
        now: tuple[int, int, int],
        pulled: Handler,
    ) -> None:
        super().__init__()
        percent, first, end = now
        self._props |= {
            "title": title,
            "story": story,
            "moves": list(moves),
            "months": months,
            "texts": texts,
            "percent": percent,
            "first": first,
            "end": end,
        }
        self.on("pull", sent_to(pulled))

    def put(self, percent: int, first: int, end: int) -> None:
        """Set its values without calling the handler; undo uses this."""
        self.run_method("put", percent, first, end)


class Choice(ui.element, component="choice.js"):
    """One choice from a list."""

    def __init__(
        self, label: str, options: Sequence[tuple[str, str]], value: str, picked: Handler
    ) -> None:
        super().__init__()
        self._props |= {"label": label, "options": [list(one) for one in options], "value": value}
        self.on("pick", sent_to(picked))

    def put(self, value: str) -> None:
        """Set the choice."""
        self.run_method("put", value)


class Amount(ui.element, component="amount.js"):
    """A whole number on a slider."""

    def __init__(
        self, label: str, low: int, high: int, value: int, unit: str, moved: Handler
    ) -> None:
        super().__init__()
        self._props |= {"label": label, "low": low, "high": high, "value": value, "unit": unit}
        self.on("move", sent_to(moved))

    def put(self, value: int) -> None:
        """Set the value."""
        self.run_method("put", value)


class Chart:
    """A chart with title and legend, its content in words, and its numbers in a table."""

    def __init__(self, words: Words, kind: str = "") -> None:
        self._words = words
        self._headed = ""
        with ui.element("figure").classes(f"chart {kind}"):
            # Until there is something to show, the card says that it comes.
            self._head = html(waiting(words), "figcaption")
            self.told = text("p").classes("told")
            self.drawing = ui.echart({"series": []})
            with ui.element("details"):
                text("summary", words("data"))
                self.numbers = html("")

    def draw(self, options: Options, told: str) -> None:
        """Show new options and a new description in words."""
        head = f"<h2>{escape(options['title']['text'])}</h2>{legend(self._words, options)}"
        if head != self._headed:
            self._headed = head
            self._head.set_content(head)
        self.drawing.options.clear()
        self.drawing.options.update(options)
        self.drawing.update()
        say(self.told, told)

    def tell(self, table: str) -> None:
        """Show a new table, given as HTML."""
        self.numbers.set_content(table)
