"""The frame of every view: header, language, links and footer; and the page for errors."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from html import escape
from pathlib import Path
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse, Response
from nicegui import ui

from sim.app.elements import html, speak
from sim.app.own_tables import OwnTable, named, own_tables, visitor_of
from sim.app.present import Present
from sim.app.refusals import Refusal, one_line
from sim.app.state import KNOWN, State
from sim.app.views import PATHS, VIEWS, View
from sim.app.visitors import Full, make_room
from sim.app.words import CHINESE, ENGLISH, LANGUAGES, Words
from sim.errors import BadInput
from sim.world.scenario import Scenario

ICON = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" '
    'rx="7" fill="#0B3C5D"/><path d="M7 22 L13 14 L18 18 L25 8" stroke="#fff" stroke-width="3" '
    'fill="none" stroke-linecap="round" stroke-linejoin="round"/></svg>'
)


@cache
def stylesheet() -> str:
    """The style sheet of the page."""
    return (Path(__file__).parent / "page.css").read_text(encoding="utf-8")


def language(request: Request) -> str:
    """The requested language; English if none or an unknown one is given."""
    wanted = request.query_params.get("lang", ENGLISH)
    return wanted if wanted in LANGUAGES else ENGLISH


def root_of(request: Request) -> str:
    """The path under which a proxy offers the page (``--root-path``); empty without one."""
    return str(request.scope.get("root_path", ""))


def refusal(lang: str, why: BadInput, status: int | None = None, root: str = "") -> Response:
    """A page that shows an error in one line; ``root`` is the path of the first page."""
    status = status or (503 if isinstance(why, Full) else 400)
    words = Words(lang, {one: {} for one in LANGUAGES})
    start = root + (f"/?lang={lang}" if lang != ENGLISH else "/")
    page = (
        f'<!doctype html><html lang="{html_lang(lang)}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(words('refused'))}</title><style>{stylesheet()}</style></head>"
        f'<body><main class="refusal"><h1>{escape(words("refused"))}</h1>'
        f"<p>{escape(words('refused_why'))}</p><p><code>{escape(one_line(why, lang))}</code></p>"
        f'<p><a class="button" href="{escape(start)}">{escape(words("start_over"))}</a></p>'
        "</main></body></html>"
    )
    return HTMLResponse(page, status)


def html_lang(lang: str) -> str:
    """The code of a language in HTML."""
    return "zh-CN" if lang == CHINESE else "en"


def read(request: Request) -> State:
    """The state given by a link, for its visitor.

    Raises BadInput if it is not valid or too many pages are open.
    """
    make_room()
    packages = request.query_params.getlist("p")
    given = [(key, value) for key, value in request.query_params.multi_items() if key in KNOWN]
    query = {key: value for key, value in given if key != "p"}
    if len(given) > len(query) + len(packages):
        raise Refusal("part_twice")
    if "s" in query:
        query["s"] = named(own_tables.of(visitor_of(request)), query["s"])
    return State.read(query, packages)


class Frame:
    """Header, links and footer of one open page, which are updated with its state."""

    def __init__(
        self,
        view: str,
        words: Words,
        root: str = "",
        path: str | None = None,
        visitor: str | None = None,
    ) -> None:
        self.words = words
        self.root = root
        self._view = view
        self._path = path or PATHS[view]
        self._nav: ui.html | None = None
        self._foot: ui.html | None = None
        self._visitor = visitor

    def link(self, state: State, lang: str | None = None, path: str | None = None) -> str:
        """A link to a state, relative to this server."""
        lang = lang or self.words.lang
        query = state.query(lang="" if lang == ENGLISH else lang)
        return self.root + (path or self._path) + (f"?{query}" if query else "")

    @property
    def own(self) -> OwnTable | None:
        """The visitor's own organisation, offered beside the shipped scenarios, if there is one."""
        return own_tables.of(self._visitor)

    def scenarios(
        self, shipped: Mapping[str, Scenario], watching: bool = False
    ) -> list[tuple[str, str]]:
        """Names in links and titles of the scenarios that a visitor may choose, or may watch."""
        found = [(name, self.words.world(one)[0]) for name, one in shipped.items()]
        own = self.own
        if own is not None and (own.watched or not watching):
            found.append((own.link, self.words.world(own.scenario)[0]))
        return found

    def named(self, sent: object) -> str:
        """The name in the server of the scenario that a control names. Raises BadInput."""
        return named(self.own, str(sent))

    def go(self, state: State) -> None:
        """Open a state anew in the browser."""
        # NiceGUI adds the root itself.
        ui.navigate.to(self.link(state).removeprefix(self.root))

    def moved(self, state: State) -> None:
        """Update the page's links and its address to another state."""
        assert self._nav is not None
        assert self._foot is not None
        self._nav.set_content(self._links(state))
        self._foot.set_content(self._footer(state))
        ui.navigate.history.replace(self.link(state))

    def _links(self, state: State) -> str:
        words = self.words
        items = []
        for view in VIEWS.values():
            own = view.name == self._view
            one = (state if own or view.all_packages else state.alone()).outside()
            here = ' aria-current="page"' if own else ""
            url = escape(self.link(one, path=view.path))
            called = escape(view.texts[words.lang]["view"])
            items.append(f'<li><a href="{url}"{here}>{called}</a></li>')
        other = ENGLISH if words.chinese else CHINESE
        url = escape(self.link(state, other))
        said = escape(words("other_language"))
        switch = f'<a class="language" lang="{html_lang(other)}" href="{url}">{said}</a>'
        return f'<nav aria-label="{escape(words("views"))}"><ul>{"".join(items)}</ul></nav>{switch}'

    def _footer(self, state: State) -> str:
        url = escape(self.link(state.alone().outside(), path=PATHS["assumptions"]))
        link = f'<a href="{url}">{escape(self.words("all_assumptions"))}</a>'
        return f"<p>{escape(self.words('footer'))}</p><p>{link}</p>"

    @contextmanager
    def around(self, state: State, title: str) -> Iterator[None]:
        """Draw header and footer around the content that is drawn in the block."""
        words = self.words
        ui.page_title(f"{title} · 知行 Zhixing")
        ui.add_head_html(f"<style>{stylesheet()}</style>")
        html(f'<a class="skip" href="#content">{escape(words("skip"))}</a>')
        with ui.element("header").classes("top"):
            home = escape(self.link(State(), path="/"))
            html(f'<a class="brand" href="{home}"><b>知行</b> <span>Zhixing</span></a>')
            self._nav = html(self._links(state)).classes("nav")
            Present(words)
        # Quasar adds the landmark “main” around the page.
        html('<span id="content" tabindex="-1"></span>')
        with ui.element("div").classes("content"):
            yield
        with ui.element("footer").classes("foot"):
            self._foot = html(self._footer(state))


def page_of(view: View) -> Callable[[Request], Any]:
    """The page of a view, which reads its state from the link or shows an error."""
    build = view.build()

    def page(request: Request) -> Response | None:
        lang = language(request)
        try:
            state = read(request)
        except BadInput as error:
            return refusal(lang, error, root=root_of(request))
        words = Words(lang, view.texts)
        set_language(lang)
        frame = Frame(view.name, words, root_of(request), visitor=visitor_of(request))
        with frame.around(state, words("view")):
            build(frame, state, words)
        return None

    return page


def set_language(lang: str) -> None:
    """Set the language of the page for browsers, screen readers and error messages."""
    speak(lang)
    ui.add_head_html(f'<script>document.documentElement.lang = "{html_lang(lang)}"</script>')
