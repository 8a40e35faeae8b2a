"""Every figure that ``zhixing figures`` draws, in the order of the gallery."""

from collections.abc import Callable
from importlib import import_module
from typing import Protocol

from sim.errors import BadInput, nearest
from sim.study.study import Study

from .language import Speaker, Texts
from .picture import Picture

NAMES = (
    "lever_effects",
    "conduct_mix",
    "reported_vs_real",
    "dose_response",
    "interactions",
    "spiral_paths",
    "phase_portrait",
    "hysteresis",
    "campaign",
    "over_supervision",
    "depth",
    "organisation",
    "blame",
    "sensitivity",
    "verification",
)


class Module(Protocol):
    """What the module of a figure holds."""

    # The experiment it is drawn from.
    EXPERIMENT: str
    # Columns of a page it takes.
    COLUMNS: int
    # Its words, by language; among them ``question``.
    TEXT: Texts
    draw: Callable[[Study, Speaker], Picture]


def module(name: str) -> Module:
    """The module of a figure. Raises BadInput for a name that there is not."""
    if name not in NAMES:
        raise BadInput(f"no figure “{name}”{nearest(name, NAMES)}")
    found: Module = import_module(f".{name}", __package__)
    return found


def speaker(name: str, lang: str) -> Speaker:
    """Speaks the words of a figure in a language."""
    return Speaker(lang, module(name).TEXT)
