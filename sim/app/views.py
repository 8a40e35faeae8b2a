"""The views of the page, one entry for each, in the order of the links in the header.

A new view needs an entry here and a module with ``build``, which may contain its texts.
"""

from importlib import import_module
from typing import Any, NamedTuple

from sim.app.texts import (
    assumptions,
    compare,
    explore,
    first,
    lessons,
    own_table,
    spiral,
    watch,
)
from sim.app.words import Texts


class View(NamedTuple):
    """One view of the page."""

    name: str
    path: str
    # Its texts in each language; “view” is its name in links.
    texts: Texts
    # The module with ``build``, which draws it from a frame, a state and words.
    module: str
    # Whether it shows all packages of a state, or only the first.
    all_packages: bool = False

    def build(self) -> Any:
        """The function that draws it; imported late, since views import the frame."""
        return import_module(self.module).build


VIEWS = {
    one.name: one
    for one in (
        View("explore", "/", explore.TEXTS, "sim.app.explore"),
        View("watch", "/watch", watch.TEXTS, "sim.app.watch"),
        View("compare", "/compare", compare.TEXTS, "sim.app.compare", all_packages=True),
        View("spiral", "/spiral", spiral.TEXTS, "sim.app.spiral"),
        View("own", "/own", own_table.TEXTS, "sim.app.own_table"),
        View("lessons", "/lessons", lessons.TEXTS, "sim.app.lessons"),
        View("first", "/first", first.TEXTS, "sim.app.first"),
        View("assumptions", "/assumptions", assumptions.TEXTS, "sim.app.assumptions"),
    )
}
PATHS = {name: one.path for name, one in VIEWS.items()}
