"""Assumptions: all numbers of a scenario, with range, meaning and source."""

from html import escape
from typing import Any

from nicegui import ui

from sim.annotate import with_fit
from sim.app import tables, worlds
from sim.app.elements import Choice, html, text
from sim.app.frame import Frame
from sim.app.own_tables import linked
from sim.app.panel import told_moves
from sim.app.state import State
from sim.app.words import Words
from sim.declare import quantities
from sim.errors import BadInput
from sim.world.levers import flatten
from sim.world.posterior import fitted
from sim.world.scenario import Scenario


class Search(ui.element, component="search.js"):
    """A field that shows only the assumptions that contain the words typed."""


def rows(words: Words, world: Scenario) -> list[list[str]]:
    """Rows of the table of settings: key, value, range, unit, meaning and source."""
    values = flatten(world.model_dump(exclude={"levers", "variant", "reform", "series"}))
    told = fitted(world)
    found = []
    for one in quantities(Scenario):
        if one.key in values:
            source = words.source(with_fit(one.source, told.get(one.key)))
            number = _plain(values[one.key])
            about = (words.bounds(one), words.unit(one), words.meaning(one))
            found.append([one.key, number, *about, source])
    return found


def _plain(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:g}"
    if isinstance(value, tuple | list):
        return ", ".join(map(_plain, value))
    return str(value)


def build(frame: Frame, state: State, words: Words) -> None:
    """Draw the view."""
    world = worlds.scenario(state.scenario)
    title, story, question = words.world(world)
    text("h1", words("title", world=title))
    text("p", words("lead")).classes("lead")
    names = frame.scenarios(worlds.offered())

    def pick(name: object) -> None:
        try:
            frame.go(state.moved_to(frame.named(name)))
        except BadInput:
            return

    with ui.element("section").classes("panel"):
        Choice(words("scenario"), names, linked(state.scenario), pick)
        text("p", words.joined((story, question))).classes("story")
        if world.sources:
            rests = words("semicolon").join(map(words.source, world.sources))
            text("p", words.stated(words("sources"), rests))
        find = Search()
        find._props |= {"label": words("search"), "none": words("search_none")}
    levers = "".join(
        f"<section><h3>{escape(words.lever(world, name))}</h3>"
        f"<p>{escape(words.lever_story(world, name))}</p><ul>"
        + "".join(f"<li>{escape(line)}</li>" for line in told_moves(words, world, name))
        + "</ul></section>"
        for name in world.levers
    )
    html(f'<h2>{escape(words("levers"))}</h2><div class="sheet">{levers}</div>').classes("card")
    heads = [words(key) for key in ("setting", "value", "range", "unit", "meaning", "source")]
    html(tables.table(words("settings"), heads, rows(words, world))).classes("card settings")
