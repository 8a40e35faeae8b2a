"""The page on which a visitor pastes a table of posts, and what the server does with it."""

import secrets
from functools import cache, partial
from html import escape
from pathlib import PurePath
from typing import Any

from fastapi import Request
from fastapi.responses import JSONResponse, Response
from nicegui import app, background_tasks, ui

from sim.app.desk import WAITED_FOR, desk
from sim.app.elements import html, text
from sim.app.frame import Frame, language, root_of
from sim.app.gate import LARGEST_TABLE, TABLE
from sim.app.own_tables import (
    COOKIE,
    IDLE_SECONDS,
    MOST_DEPARTMENTS,
    SECRET,
    OwnTable,
    own_tables,
    visitor_of,
)
from sim.app.refusals import Refusal
from sim.app.state import State
from sim.app.table_reading import MOST_POSTS, table_reading
from sim.app.table_report import accepted, refused
from sim.app.table_said import each_in_words
from sim.app.texts.own_table import TEXTS
from sim.app.views import PATHS
from sim.app.words import ENGLISH, Words
from sim.errors import BadInput
from sim.world.posts_template import as_book, as_text

_HOME = PATHS["own"]
_TEMPLATE = _HOME + "/template."
_MADE = cache(lambda suffix, lang: (as_book if suffix == "xlsx" else as_text)(lang))
_KINDS = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
}
_MILLION, _HOUR, _MINUTE = 1_000_000, 3600, 60.0


class Paste(ui.element, component="own_table.js"):
    """A field to paste a table into, a choice of a file, and what was made of the table."""


def register() -> None:
    """Register the addresses that take, forget and explain tables."""
    app.add_route(TABLE, tell, methods=["GET"])
    app.add_route(TABLE, take, methods=["PUT"])
    app.add_route(TABLE, forget, methods=["DELETE"])
    app.add_route(_TEMPLATE + "{suffix}", template, methods=["GET"])
    app.on_startup(lambda: app.timer(_MINUTE, _sweep))
    app.on_shutdown(table_reading.close)


def _sweep() -> None:
    own_tables.sweep()
    table_reading.sweep()


def build(frame: Frame, state: State, words: Words) -> None:
    """Draw the view."""
    background_tasks.create(table_reading.prepare())
    text("h1", words("title"))
    text("p", words("lead")).classes("lead")
    with ui.element("div").classes("own"):
        with ui.element("section").classes("card"):
            text("h2", words("table"))
            text("p", words("needed"))
            html(_templates(frame, words)).classes("buttons")
            paste = Paste()
        with ui.element("section").classes("dim"):
            text("p", words("kept", hours=int(IDLE_SECONDS) // _HOUR))
            text("p", words("most", posts=MOST_POSTS, departments=MOST_DEPARTMENTS))
    keys = ("paste", "read_pasted", "reading", "empty", "lost", "forget")
    most = LARGEST_TABLE // _MILLION
    paste._props |= {
        "texts": {
            **{key: words(key) for key in keys},
            **{key: words(key, most=most) for key in ("file", "too_long")},
        },
        "address": f"{frame.root}{TABLE}?lang={words.lang}",
        "most": LARGEST_TABLE,
        "kept": frame.own is not None,
    }


def _templates(frame: Frame, words: Words) -> str:
    return "".join(
        f'<a class="button" download href="{frame.root}{_TEMPLATE}{suffix}?lang={words.lang}">'
        f"{escape(words(key))}</a>"
        for suffix, key in (("xlsx", "template"), ("csv", "template_text"))
    )


async def template(request: Request) -> Response:
    """A table to fill in, as a workbook or as text."""
    suffix, lang = request.path_params["suffix"], language(request)
    if suffix not in _KINDS:
        return Response(status_code=404)
    name = f"posts.{suffix}" if lang == ENGLISH else f"posts-zh.{suffix}"
    return Response(
        _MADE(suffix, lang),
        media_type=_KINDS[suffix],
        headers={"content-disposition": f'attachment; filename="{name}"'},
    )


async def tell(request: Request) -> Response:
    """What was made of the visitor's table before; nothing if there is none."""
    words = Words(language(request), TEXTS)
    own = own_tables.of(visitor_of(request))
    said = "" if own is None else accepted(words, Frame("own", words, root_of(request)), own)
    return JSONResponse({"said": said, "kept": own is not None}, headers=_UNSTORED)


async def take(request: Request) -> Response:
    """Read the table that a visitor sends, and keep it if nothing is wrong with it."""
    lang, visitor = language(request), visitor_of(request)
    words = Words(lang, TEXTS)
    frame = Frame("own", words, root_of(request))
    # Only a visitor who has a table has a secret; any other is new to this server.
    known = own_tables.of(visitor) is not None
    if visitor is None or not known:
        visitor = secrets.token_urlsafe(SECRET)
    content = await request.body()
    suffix = PurePath(request.query_params.get("name", "")[-20:]).suffix.lower()
    try:
        table = await table_reading.read(content, suffix)
        address = request.client.host if request.client else ""
        own = await desk.do(WAITED_FOR, partial(_kept, content, table, visitor, address))
    except BadInput as error:
        # It is likely to be mended and sent again.
        background_tasks.create(table_reading.prepare())
        said = refused(words, _messages(error, lang), known)
        return JSONResponse({"said": said, "kept": known}, headers=_UNSTORED)
    reply = JSONResponse({"said": accepted(words, frame, own), "kept": True}, headers=_UNSTORED)
    reply.set_cookie(
        COOKIE,
        visitor,
        path=frame.root or "/",
        httponly=True,
        samesite="lax",
        secure=request.url.scheme == "https",
    )
    return reply


_UNSTORED = {"cache-control": "no-store"}


def _kept(content: bytes, table: Any, visitor: str, address: str) -> OwnTable:
    own = own_tables.keep(content, table, visitor, address)
    # Made here, in a thread, so that the first page of it need not wait.
    _ = own.plan
    return own


def _messages(error: BadInput, lang: str) -> list[str]:
    if isinstance(error, Refusal):
        return [error.said(lang)]
    return each_in_words(error.each, lang)


async def forget(request: Request) -> Response:
    """Forget the visitor's table."""
    words = Words(language(request), TEXTS)
    visitor = visitor_of(request)
    if visitor is not None:
        own_tables.forget(visitor)
    said = f"<p>{escape(words('forgotten'))}</p>"
    reply = JSONResponse({"said": said, "kept": False}, headers=_UNSTORED)
    reply.delete_cookie(COOKIE, path=root_of(request) or "/")
    return reply
