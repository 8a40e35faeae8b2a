"""The sections of a scenario, assembled from the declarations of each mechanism.

Values are in ``scenarios/*.toml``. The only defaults are those that turn a mechanism off, or name
the first form of a rule, so that no value is hidden in code.
``assumed`` in a source means that the shipped value is not based on a measurement.
"""

from typing import TYPE_CHECKING, Any

from pydantic import create_model

from sim import mechanisms
from sim.declare import Assembled, Section, count, merged


class Clock(Section):
    """How long a run lasts and which part of it is measured (时间)."""

    months: int = count("length of a run", 1, 6000, "months", zh="月数")
    reform_starts: int = count(
        "month in which levers begin unless a reform names its own",
        0,
        6000,
        "months",
        zh="改革起始月",
    )
    observed: int = count(
        "last months of a run over which a summary is taken", 1, 6000, "months", zh="观测月数"
    )


_CLAUSES = "mechanisms."
# The mechanisms in the order of the source's eight levers.
_ORDER = (
    "selection",
    "posts",
    "training",
    "appraisal",
    "accountability",
    "supervision",
    "culture",
    "leadership",
)


def _clauses() -> dict[str, type[Section]]:
    found = {
        one.section.removeprefix(_CLAUSES): one
        for one in mechanisms.DECLARED
        if one.section.startswith(_CLAUSES)
    }
    names = [*_ORDER, *(name for name in found if name not in _ORDER)]
    return {name: found[name] for name in names}


def _entries() -> dict[str, Any]:
    return {name: (clauses, ...) for name, clauses in _clauses().items()}


if TYPE_CHECKING:
    Behaviour = Assembled
    Reach = Assembled
    Structure = Assembled
    Public = Assembled
    Mechanisms = Assembled
else:
    Behaviour = merged(
        "Behaviour",
        "How officers choose, and how beliefs, norms and traits move (执行行为).",
        mechanisms.sections("behaviour"),
        module=__name__,
    )
    Reach = merged(
        "Reach",
        "How far particular clauses of a mechanism reach at full strength (作用幅度).",
        mechanisms.sections("reach"),
        module=__name__,
    )
    Structure = merged(
        "Structure",
        "Which of several named forms a rule has (模型结构).",
        mechanisms.sections("structure"),
        module=__name__,
    )
    Public = merged(
        "Public",
        "Citizens: trust, need, news, complaint, silence (公信力).",
        mechanisms.sections("public"),
        module=__name__,
    )
    Mechanisms = create_model(
        "Mechanisms",
        __base__=Section,
        __doc__="Everything a reform can move (机制).",
        __module__=__name__,
        **_entries(),
    )


# Sections to which several mechanisms contribute.
_SHARED = {"behaviour": Behaviour, "reach": Reach, "structure": Structure, "public": Public}


def settings() -> dict[str, type[Section]]:
    """Sections with numbers that are the same for all departments and months, by name."""
    first = ("behaviour", "reach", "structure")
    named = (one.section for one in mechanisms.DECLARED)
    whole = (name for name in named if name and "." not in name and name not in _TABLES)
    return {name: _SHARED.get(name) or section(name) for name in (*first, *whole)}


# Sections that are tables, with one entry for each kind.
_TABLES = ("conducts", "eyes", "channels", "appraisers")


def section(name: str) -> Any:
    """The declaration of the scenario's section ``name``."""
    (found,) = mechanisms.sections(name)
    return found
