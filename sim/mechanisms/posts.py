"""Post responsibility (岗位责任制): who answers for what, and what falls between posts (source C2).

Where posts are unclear, tasks fall into a vacuum, findings hit the wrong person, and orders of
several heads cross each other. Overlap blurs who answers for what and takes time to coordinate.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.declare import Section, number, share
from sim.machine.compiled import rule

if TYPE_CHECKING:
    from sim.mechanisms.typed import AllSettings, Department, Mechanisms

_C2 = "essay, C2; assumed value"


class Clauses(Section, section="mechanisms.posts"):
    """Post responsibility (岗位责任制)."""

    clarity: float = share(
        "who answers for what is known", zh="职责明确", source=_C2, intended={"execution_rate": 1}
    )
    vacuum: float = share(
        "tasks that fall between unclear posts",
        zh="管理真空",
        source=_C2,
        intended={"execution_rate": -1},
    )
    overlap: float = share(
        "tasks that several posts or heads share", zh="职能交叉", source=_C2, intended={"burden": 1}
    )
    heads: float = share(
        "tasks under several heads at once",
        zh="多头管理",
        source=_C2,
        intended={"execution_rate": -1},
    )
    chain: float = share(
        "handovers between posts that are closed",
        zh="责任链",
        source=_C2,
        intended={"execution_rate": 1},
    )
    targets: float = share(
        "tasks under targets set in advance",
        zh="目标管理",
        source=_C2,
        intended={"follow_through": 1},
    )
    authority: float = share(
        "authority that goes with responsibility",
        zh="权责相称",
        source=_C2,
        intended={"execution_rate": 1},
    )
    coordination: float = number(
        "officers' time taken under full overlap",
        0,
        1,
        "share",
        zh="协调用时",
        source=_C2,
        intended={"burden": 1},
    )


class Settings(Section, section="behaviour"):
    """What unclear posts cost."""

    authority_need: float = share(
        "ease lost by an officer without any authority", zh="权限依赖", source=_C2
    )
    overlap_blur: float = share(
        "clarity lost under full overlap of posts", zh="交叉致责任不清", source=_C2
    )


class Reach(Section, section="reach"):
    """How far clauses reach."""

    crossed_orders: float = share(
        "content lost under several heads at once", zh="政出多门的损耗", source=_C2
    )
    target_hold: float = share(
        "attention to a directive that targets keep from fading", zh="目标保持的注意力", source=_C2
    )


class DepartmentFields(Section, row="department"):
    """How clear posts are here this month."""

    clarity: float = share("what can be pinned on a person", zh="职责明确")


@rule
def clarity(mechanisms: Mechanisms, settings: AllSettings) -> float:
    """How far a task can be pinned on a person, in [0, 1]: clear posts, less what overlap blurs."""
    return mechanisms.clarity * (1.0 - settings.overlap_blur * mechanisms.overlap)


@rule
def chance_unowned(department: Department, mechanisms: Mechanisms) -> float:
    """Chance that a task falls between posts (管理真空), unless handovers are closed."""
    return mechanisms.vacuum * (1.0 - department.clarity) * (1.0 - mechanisms.chain)


@rule
def time_to_coordinate(mechanisms: Mechanisms) -> float:
    """Share of everybody's time that shared tasks and several heads take."""
    return mechanisms.coordination * (mechanisms.overlap + mechanisms.heads)
