"""The views of the page, one entry each, in the order of the links at its top.

Another view is another entry and a module with ``build``, which may hold its texts as well.
"""

from importlib import import_module
from typing import Any, NamedTuple

from sim.app.texts import assumptions, compare, explore, lessons, spiral, watch
from sim.app.words import Texts


class View(NamedTuple):
    """One view of the page."""

    name: str
    path: str
    # Its words in every language; “view” is what links call it.
    texts: Texts
    # Where its ``build`` is, which draws it from a frame, a state and words.
    module: str
    # Whether it shows all packages of a state, or the first alone.
    all_packages: bool = False

    def build(self) -> Any:
        """What draws it; found late, since views stand in a frame that links to all of them."""
        return import_module(self.module).build


VIEWS = {
    one.name: one
    for one in (
        View("explore", "/", explore.TEXTS, "sim.app.explore"),
        View("watch", "/watch", watch.TEXTS, "sim.app.watch"),
        View("compare", "/compare", compare.TEXTS, "sim.app.compare", all_packages=True),
        View("spiral", "/spiral", spiral.TEXTS, "sim.app.spiral"),
        View("lessons", "/lessons", lessons.TEXTS, "sim.app.lessons"),
        View("assumptions", "/assumptions", assumptions.TEXTS, "sim.app.assumptions"),
    )
}
PATHS = {name: one.path for name, one in VIEWS.items()}
