"""The chain of command (层级链条): posts, superiors, departments and tiers (source A1, B1).

Every post has a superior; every department has a head, and at most one department of its line one
tier up. A directive goes down this chain, reports and cases go up.
Also here: how a phase finds the settings and the sums of a department.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from sim.declare import Section, Unfollowed, count, number
from sim.kinds import CATEGORIES
from sim.machine.compiled import rule
from sim.machine.draws import draw
from sim.mechanisms.measuring import LAYERS, Measure, Sums, ratio

if TYPE_CHECKING:
    from sim.mechanisms.typed import Department, Mechanisms, Officers, Tally, World


class OfficerFields(Section, row="officer"):
    """Where a post stands (岗位)."""

    department: int = count("department the post belongs to", zh="部门", of_post=True)
    number_in_department: int = count(
        "number of the post in its department, head first", zh="岗位序号", of_post=True
    )
    superior: int = count(
        "index of the superior's post; −1 above the top", -1, zh="上级", of_post=True
    )
    first_subordinate: int = count("index of the first subordinate", zh="首位下级", of_post=True)
    subordinates: int = count("number of direct subordinates", zh="下级", of_post=True)
    rank: int = count("rank, 0 for the head", zh="职级", store="i1", of_post=True)
    front: int = count(
        "1 at the front line, where citizens are met", 0, 1, zh="一线", store="i1", of_post=True
    )
    category: int = count(
        "category of the post", 0, len(CATEGORIES) - 1, zh="职位类别", store="i1", of_post=True
    )


class DepartmentFields(Section, row="department"):
    """Where a department stands (部门)."""

    tier: int = count("tier, 0 at the top", zh="层级")
    line: int = count("line of work", zh="条线")
    parent: int = count("department of its line one tier up; −1 at the top", -1, zh="上级部门")
    first_child: int = count(
        "where the departments below begin in the list of those below", zh="首个下级部门"
    )
    children: int = count("departments of its line one tier down", zh="下级部门数")
    first_in_unit: int = count("index of the first department of its unit", zh="同级政府首个部门")
    unit_size: int = count("departments of its unit", zh="同级政府部门数")
    leading: int = count("number of its posts that command others", zh="领导职数")
    depth: int = count("ranks below its head", zh="内部层级数")
    fronts_below: int = count("front-line posts under it, through all tiers", zh="所辖一线岗位")
    group: int = count("which row of mechanism settings is in force here", zh="机制分组")
    first_officer: int = count("index of its head", zh="部门首长序号")
    officers: int = count("number of its posts", zh="编制")
    first_front: int = count(
        "where its front line begins in the list of front-line posts", zh="首个一线岗位"
    )
    fronts: int = count("number of its front-line posts", zh="一线")
    first_citizen: int = count("index of its first citizen", zh="首位群众")
    citizens: int = count("number of citizens it serves", zh="服务对象")
    part: int = count("part of the government whose sums it adds to", zh="统计分块")


class TallySums(Section, row="tally"):
    """How many there are (规模)."""

    officers: float = number("posts held", 0, None, "officers", zh="在岗人数")
    fronts: float = number("front-line posts", 0, None, "officers", zh="一线岗位数")
    citizens: float = number("citizens", 0, None, "citizens", zh="群众数")


class LayerSums(Section, row="layer"):
    """Officers of one layer of the chain of command (层级)."""

    officers: float = number("posts held", 0, None, "officers", zh="在岗人数")


# How a phase finds the settings and the sums of a department.


# What the mean field, which is of one department, does not follow.
UNFOLLOWED = (Unfollowed("tiers", "行政层级", {"organisation.above": ()}),)


@rule
def settings_of(world: World, d: int, month: int) -> Mechanisms:
    """The mechanism settings in force in department ``d``."""
    return world.mechanisms[month, world.departments[d].group]


@rule
def tally_of(world: World, d: int) -> Tally:
    """The sums of the month to which department ``d`` adds."""
    department = world.departments[d]
    return world.part_tallies[department.part, department.group]


@rule
def outlook_row(world: World, d: int) -> int:
    """The row of ``world.outlooks`` that tells what each conduct means in department ``d``.

    A large world has room for one department's at a time: nobody asks for them once it is done.
    """
    return min(d, len(world.outlooks) - 1)


@rule
def last_officer(department: Department) -> int:
    """Index after the last officer of a department."""
    return department.first_officer + department.officers


@rule
def lowest_rank(officers: Officers, first: int, last: int) -> int:
    """Rank of the lowest of posts first…last − 1."""
    lowest = 0
    for i in range(first, last):
        lowest = max(lowest, officers[i].rank)
    return lowest


@rule
def draw_for_each(world: World, d: int, decision: int, month: int) -> None:
    """Draw the random numbers of one decision for every officer of a department."""
    department = world.departments[d]
    seed = world.seed
    replicate = world.replicate
    for k in range(department.officers):
        choice = world.choices[k]
        u = draw(seed, replicate, decision, month, d, k)
        choice.draws[0] = u[0]
        choice.draws[1] = u[1]
        choice.draws[2] = u[2]
        choice.draws[3] = u[3]


@rule
def count_posts(department: Department, tally: Tally) -> None:
    """Add the size of a department to the sums of the month."""
    tally.officers += float(department.officers)
    tally.fronts += float(department.fronts)
    tally.citizens += float(department.citizens)


def content_lost(sums: Sums) -> Any:
    """Share of the content that reaches each layer and is lost there, tier by tier from the top.

    Layers have shape (…, tiers, ranks); the result (…, tiers × ranks). NaN where nobody is, and off
    the way from head to head down to the front line.
    """
    layers = sums["layers"]
    *runs, tiers, ranks = layers["officers"].shape
    officers = layers["officers"].reshape(*runs, -1)
    tier, rank = np.repeat(np.arange(tiers), ranks), np.tile(np.arange(ranks), tiers)
    on_the_way = (rank == 0) | (tier == tiers - 1)
    content = ratio(layers["content"].reshape(*runs, -1), officers)
    lost = np.full(officers.shape, np.nan)
    arrived = np.ones(officers.shape[:-1])
    for layer in np.flatnonzero(on_the_way):
        here = officers[..., layer] > 0
        lost[..., layer] = np.where(here, 1.0 - ratio(content[..., layer], arrived), np.nan)
        arrived = np.where(here, content[..., layer], arrived)
    return lost


def _bottleneck(sums: Sums) -> Any:
    lost = content_lost(sums)
    there = np.cumsum(sums["layers"]["officers"].reshape(lost.shape) > 0, axis=-1)
    most = np.argmax(np.where(np.isnan(lost), -np.inf, lost), axis=-1)
    number = np.take_along_axis(there, most[..., None], axis=-1)[..., 0]
    return np.where(np.isnan(lost).all(axis=-1), np.nan, number)


def _bottleneck_loss(sums: Sums) -> Any:
    lost = content_lost(sums)
    most = np.where(np.isnan(lost), -np.inf, lost).max(axis=-1)
    return np.where(np.isneginf(most), np.nan, most)


MEASURES = (
    Measure(
        "bottleneck_layer",
        "Bottleneck",
        "肠梗阻层级",
        "layer from the top",
        "layer of the chain at which most content is lost",
        _bottleneck,
        monthly=False,
        reads=LAYERS,
    ),
    Measure(
        "bottleneck_loss",
        "Lost at the bottleneck",
        "肠梗阻损失",
        "share",
        "content that reaches that layer and is lost there",
        _bottleneck_loss,
        monthly=False,
        reads=LAYERS,
    ),
)
