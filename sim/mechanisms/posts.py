"""Post responsibility (岗位责任制): who answers for what, and what falls between posts (source C2).

Where posts are unclear, tasks have no owner, findings concern the wrong person, and orders of
several heads contradict each other. Overlap blurs who answers for what and takes time to
coordinate.
Where blame is feared, unclear posts also allow officers to pass the buck (推诿; Weaver 1986; Hood
2011).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.arithmetic import exp
from sim.declare import Section, number, share
from sim.machine.compiled import rule
from sim.mechanisms.measuring import Measure, per

if TYPE_CHECKING:
    from sim.mechanisms.typed import AllSettings, Department, Mechanisms, Tally

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
        "tasks that several posts or heads share",
        zh="职能交叉",
        source=_C2,
        intended={"burden": 1},
        saves="those who share a task must agree on every step of it (Pressman & Wildavsky 1973); "
        "one owner need not; by how much is assumed",
        saves_zh="共同承担一项任务的人，每一步都须彼此商定（Pressman & Wildavsky 1973）；"
        "只有一个责任人便无此必要；省多少为假设。",
    )
    heads: float = share(
        "tasks under several heads at once",
        zh="多头管理",
        source=_C2,
        intended={"execution_rate": -1},
        saves="orders of several heads must be reconciled before they are carried out (essay, C2); "
        "by how much is assumed",
        saves_zh="多头的要求须先协调，方能执行（文章C2）；省多少为假设。",
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
        saves="the same tasks are shared, and agreed on in less time",
        saves_zh="共同承担的任务不变，商定所用时间减少。",
    )


class Settings(Section, section="behaviour"):
    """What unclear posts cost."""

    authority_need: float = share(
        "ease lost by an officer without any authority", zh="权限依赖", source=_C2
    )
    overlap_blur: float = share(
        "clarity lost under full overlap of posts", zh="交叉致责任不清", source=_C2
    )
    buck_passing: float = number(
        "rate at which felt blame makes officers pass on a task that posts leave open",
        0,
        100,
        "1/utility",
        zh="推诿",
        meaning_zh="感到的追责压力使公务员推出职责不清任务的速率",
        source="Weaver 1986; Hood 2011; essay, C2; assumed value",
        off=0.0,
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
    unowned: float = share("chance that nobody owns a task this month", zh="任务无主率")


class TallySums(Section, row="tally"):
    """Tasks without an owner."""

    unowned: float = number("tasks expected to have no owner", 0, None, "officers", zh="无主任务数")


@rule
def clarity(mechanisms: Mechanisms, settings: AllSettings) -> float:
    """How far a task can be pinned on a person, in [0, 1]: clear posts, less what overlap blurs."""
    return mechanisms.clarity * (1.0 - settings.overlap_blur * mechanisms.overlap)


@rule
def chance_left(department: Department, mechanisms: Mechanisms, settings: AllSettings) -> float:
    """Chance that nobody takes a task which posts leave open: a vacuum, or the buck is passed.

    ``vacuum`` is what no post would take on even if nobody feared blame. The rest is passed on the
    likelier the more blame officers felt last month.
    """
    passed = 1.0 - exp(-settings.buck_passing * department.felt_blame)
    return mechanisms.vacuum + (1.0 - mechanisms.vacuum) * passed


@rule
def chance_unowned(department: Department, mechanisms: Mechanisms, settings: AllSettings) -> float:
    """Chance that a task falls between posts (管理真空), unless handovers are closed."""
    left = chance_left(department, mechanisms, settings)
    return left * (1.0 - department.clarity) * (1.0 - mechanisms.chain)


@rule
def time_to_coordinate(mechanisms: Mechanisms) -> float:
    """Share of everybody's time that shared tasks and several heads take."""
    return mechanisms.coordination * (mechanisms.overlap + mechanisms.heads)


@rule
def observe_unowned(department: Department, tally: Tally) -> None:
    """Add the tasks of a department that are expected to have no owner."""
    tally.unowned += department.unowned * float(department.officers)


MEASURES = (
    Measure(
        "unowned",
        "Tasks without an owner",
        "无主任务",
        "share",
        "tasks that fall between posts, or are passed on",
        per("unowned"),
    ),
)
