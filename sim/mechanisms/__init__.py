"""The mechanisms of the model: a chapter each.

A module says what its mechanism is and where it comes from, and declares what belongs to it:

- ``Clauses``: what a lever can move; ``Settings`` and ``Reach``: what is fitted or assumed;
- ``OfficerFields``, ``DepartmentFields``, …: what is kept of whom;
- decisions: which random draws it takes;
- its rules, each for one officer, one citizen or one department at a time;
- ``TallySums``, ``LayerSums``, … and ``MEASURES``: what is summed each month, and read off it.

``sim.world`` puts the declarations together; ``sim.phases`` calls the rules, and ``sim.month`` says
in which order. A new mechanism is a new module here, which is found by itself.
"""

import pkgutil
from importlib import import_module
from types import ModuleType

from sim.declare import Section

# The order in which tables show settings and fields. A chapter that is not named here stands at the
# end.
_ORDER = (
    "chain",
    "directives",
    "execution",
    "conduct",
    "reporting",
    "public",
    "channels",
    "deterrence",
    "supervision",
    "sanctions",
    "back_tracing",
    "appraisal",
    "incentives",
    "grading",
    "selection",
    "recruitment",
    "careers",
    "posts",
    "training",
    "learning",
    "culture",
    "leadership",
    "third_state",
    "burden",
    "start",
    "satisficing",
    "imitation",
    "felt_accountability",
    "target_inflation",
    "withdrawal",
    "morale",
    "caseload",
    "agenda",
    "tournament",
    "patronage",
    "multitasking",
    "need",
    "news",
    "announcement",
)
# Modules of this folder that hold no mechanism.
_BESIDE = ("measuring", "tables", "typed")


def chapters() -> tuple[str, ...]:
    """The names of all chapters: every module of this folder that is not among ``_BESIDE``."""
    found = sorted(one.name for one in pkgutil.iter_modules(__path__) if one.name not in _BESIDE)
    return tuple(dict.fromkeys([*_ORDER, *found]))


CHAPTERS = chapters()


def modules() -> tuple[ModuleType, ...]:
    """The modules of all mechanisms, in the order of ``CHAPTERS``."""
    return tuple(import_module(f"sim.mechanisms.{name}") for name in CHAPTERS)


def _declared() -> list[type[Section]]:
    return [
        value
        for module in modules()
        for value in vars(module).values()
        if isinstance(value, type)
        and issubclass(value, Section)
        and (value.section or value.row)
        and value.__module__ == module.__name__
    ]


DECLARED = _declared()


def sections(name: str) -> list[type[Section]]:
    """What mechanisms declare for a section of a scenario, such as ``behaviour``."""
    return [one for one in DECLARED if one.section == name]


def rows(name: str) -> list[type[Section]]:
    """What mechanisms declare for a kind of row, such as ``officer``."""
    return [one for one in DECLARED if one.row == name]
