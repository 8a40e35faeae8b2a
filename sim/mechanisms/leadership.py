"""Leadership (领导推动): planning, presence where the work is done, autonomy, meetings (source C8).

Leaders lead by example: officers do what their superior did last month (Brehm & Gates 1997). The
rules that planning, drive and autonomy act on are those of execution, of directives and of conduct.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.declare import Section, number, share
from sim.machine.compiled import rule

if TYPE_CHECKING:
    from sim.mechanisms.typed import AllSettings, ConductTable, Mechanisms, Officer, Officers

_C8 = "essay, C8; assumed value"


class Clauses(Section, section="mechanisms.leadership"):
    """Leadership (领导推动)."""

    planning: float = share(
        "tasks whose execution leaders have planned",
        zh="善谋执行",
        source=_C8,
        intended={"execution_rate": 1},
    )
    drive: float = share(
        "leaders' presence where the work is done",
        zh="一线意识",
        source=_C8,
        intended={"faithful": 1},
    )
    autonomy: float = share(
        "freedom to fit a directive to local need",
        zh="因地制宜",
        source="essay, B7; Rasul & Rogger 2018; assumed value",
        intended={"execution_rate": 1},
    )
    meetings: float = share(
        "officers' time taken by meetings", zh="开大会", source=_C8, intended={"burden": 1}
    )


class Settings(Section, section="behaviour"):
    """What a superior's example is worth."""

    example: float = number(
        "weight of the superior's example",
        0,
        10,
        "utility",
        zh="率先垂范",
        source="Brehm & Gates 1997; assumed value",
    )


class Reach(Section, section="reach"):
    """How far clauses reach."""

    plan_relief: float = share(
        "difficulty that full planning takes away", zh="谋划减难", source=_C8
    )


@rule
def example_for(officer: Officer, officers: Officers, conducts: ConductTable) -> float:
    """Last month's engagement of an officer's superior; nobody above the top sets one."""
    if officer.superior < 0:
        return 0.0
    return conducts[officers[officer.superior].previous_conduct].engagement


@rule
def led(example: float, engagement: float, mechanisms: Mechanisms, settings: AllSettings) -> float:
    """What a superior's example is worth for a conduct of some ``engagement``, in utility."""
    return settings.example * mechanisms.drive * example * engagement
