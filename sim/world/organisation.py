"""Organisation: tiers, units, departments and posts, generated from their numbers.

Departments are numbered by tier, from the top. Posts are numbered by department, from the head
down, with the subordinates of one superior together. The head of a department answers to the head
of the department of the same line of work one tier above.
"""

from dataclasses import dataclass
from itertools import pairwise
from typing import Annotated, Any

import numpy as np
from numpy.typing import NDArray
from pydantic import (
    AfterValidator,
    Field,
    SerializerFunctionWrapHandler,
    model_serializer,
)

from sim.declare import Section, count

MOST_RANKS = 100
MOST_TIERS = 5
_POSTS: dict[str, Any] = {"unit": "posts, each 1 to 1,000,000", "zh": "职数", "source": "assumed"}

Numbers = NDArray[np.int64]
# One whole number for each post; 32 bits, since there can be millions of posts.
PerPost = NDArray[np.int32]


def _pyramid(ranks: tuple[int, ...]) -> tuple[int, ...]:
    if any(posts < 1 for posts in ranks):
        raise ValueError("every rank needs at least one post; a department ends in a front line")
    if ranks[0] != 1:
        raise ValueError("the first rank is the head of the department: exactly one post")
    for number, (above, here) in enumerate(pairwise(ranks), 2):
        if here < above:
            raise ValueError(
                f"rank {number} has {here:,} posts and the rank above it {above:,}, so some "
                "superiors would have no subordinates; use a table of posts for such an "
                "organisation"
            )
    return ranks


Ranks = Annotated[
    tuple[Annotated[int, Field(ge=0, le=1_000_000)], ...],
    Field(min_length=1, max_length=MOST_RANKS, strict=False),
    AfterValidator(_pyramid),
]


class Tier(Section):
    """A tier of government above the one that serves the public (层级)."""

    tier: str = Field(description="what the tier is called", json_schema_extra={"zh": "层级名称"})
    units: int = count("units of government at this tier", 1, 1_000_000, "units", zh="政府数")
    departments: int = count("departments of each unit", 1, 1_000_000, "departments", zh="部门数")
    ranks: Ranks = Field(
        description="posts at each rank of a department, head first", json_schema_extra=_POSTS
    )


def _ends(value: tuple[float, float]) -> tuple[float, float]:
    if value[0] == value[1]:
        raise ValueError("the ends of a scale must differ, as in [1, 5]")
    return value


Scale = (
    Annotated[tuple[float, float], Field(strict=False), AfterValidator(_ends)]
    | Annotated[dict[str, Annotated[float, Field(ge=0, le=1)]], Field(min_length=1)]
)


class PostsReading(Section):
    """How a table of posts is read where the file does not tell (编制表读取方式)."""

    sheet: str | None = Field(None, description="sheet of a workbook; else the first")
    encoding: str | None = Field(None, description="encoding of a text; else it is found")
    separator: Annotated[str, Field(min_length=1, max_length=1)] | None = Field(
        None, description="sign between the cells of a text; else it is found"
    )
    columns: dict[str, str] = Field(
        {}, description="columns of headings that are not known, as in { Points = “capability” }"
    )
    scale: dict[str, Scale] = Field(
        {}, description="scales of traits: the ends, as in [1, 5], or a value from 0 to 1 by label"
    )
    ranks: tuple[str, ...] = Field(
        (), strict=False, description="names of ranks, the highest first; else usual ones"
    )
    both_direct: Annotated[float, Field(ge=0, le=1)] | None = Field(
        None, description="tasks of a post with two superiors that both direct; else all"
    )

    @model_serializer(mode="wrap")
    def _without_what_is_not_stated(self, handler: SerializerFunctionWrapHandler) -> dict[str, Any]:
        """Leave out what is not stated: stored runs keep their keys."""
        return {
            name: value for name, value in handler(self).items() if value not in (None, {}, (), [])
        }


class PostsFile(PostsReading):
    """A table from which posts and officers are read (编制表); see sim/world/establishment.py."""

    path: str = Field(description="CSV, XLSX or Parquet file", json_schema_extra={"zh": "文件路径"})
    sha256: str = Field(description="digest of its content", json_schema_extra={"zh": "文件摘要"})


class Organisation(Section):
    """Units of government, their departments and posts, from head to front line (组织机构)."""

    tier: str = Field(
        description="what the tier that serves the public is called",
        json_schema_extra={"zh": "层级名称"},
    )
    units: int = count("units of government at this tier", 1, 1_000_000, "units", zh="政府数")
    departments: int = count("departments of each unit", 1, 1_000_000, "departments", zh="部门数")
    ranks: Ranks = Field(
        description="posts at each rank of a department, head first; the last is the front line",
        json_schema_extra=_POSTS,
    )
    above: tuple[Tier, ...] = Field(
        strict=False,
        max_length=MOST_TIERS - 1,
        description="tiers above it, the top first",
        json_schema_extra={"zh": "上级层级"},
    )
    posts: PostsFile | None = Field(
        None, description="posts read from a file instead", json_schema_extra={"zh": "编制表"}
    )

    @property
    def tiers(self) -> tuple["Tier | Organisation", ...]:
        """All tiers from the top to the one that serves the public."""
        return (*self.above, self)

    @property
    def total_departments(self) -> int:
        """Number of departments of all tiers."""
        return sum(tier.units * tier.departments for tier in self.tiers)

    @property
    def total_posts(self) -> int:
        """Number of posts of all tiers."""
        return sum(tier.units * tier.departments * sum(tier.ranks) for tier in self.tiers)


@dataclass(frozen=True)
class Layout:
    """Departments and posts of an organisation, and who answers to whom.

    Arrays have shape (departments,), and (posts,) if their name begins with ``post_``.
    """

    tier_names: tuple[str, ...]
    # Empty if departments have no names.
    department_names: tuple[str, ...]
    # Number of the tier, 0 at the top, and of the line of work.
    tier: Numbers
    line: Numbers
    # Number of the department of the same line one tier above; −1 at the top.
    parent: Numbers
    # Number of the first department of the same unit, and the number of departments of the unit.
    first_in_unit: Numbers
    unit_size: Numbers
    # Number of posts.
    posts_of_department: Numbers
    # Number of the post's department, and its rank, 0 for the head.
    post_department: PerPost
    post_rank: PerPost
    # Number of the superior's post; −1 for a head of the top tier. The superior of another head is
    # a post of the department above, its head or a deputy in charge (分管).
    post_superior: PerPost

    @property
    def ranks(self) -> int:
        """Number of ranks of the department that has most."""
        return int(self.post_rank.max()) + 1


def superiors(ranks: tuple[int, ...]) -> tuple[PerPost, PerPost]:
    """Rank of each post of a department, and number of its superior (−1 for the head); (posts,).

    ``ranks`` are the numbers of posts at each rank, the head first. The posts of a rank are divided
    evenly and in order among those of the rank above.
    """
    rank = np.repeat(np.arange(len(ranks), dtype=np.int32), ranks)
    superior = np.full(rank.size, -1, np.int32)
    first = 0
    for above, below in pairwise(ranks):
        posts = np.arange(below)
        superior[first + above : first + above + below] = first + posts * above // below
        first += above
    return rank, superior


def _parents(upper: Any, lower: Any) -> Numbers:
    """For each department of the lower tier, the number of the one above it in the upper tier."""
    unit = np.repeat(np.arange(lower.units), lower.departments)
    line = np.tile(np.arange(lower.departments), lower.units)
    above_unit = unit * upper.units // lower.units
    above_line = line * upper.departments // lower.departments
    return np.asarray(above_unit * upper.departments + above_line)


def generate(organisation: Organisation) -> Layout:
    """Lay out an organisation that is given by its numbers of units, departments and posts."""
    tiers = organisation.tiers
    sizes = [tier.units * tier.departments for tier in tiers]
    starts = np.cumsum([0, *sizes])
    parent = [np.full(sizes[0], -1)]
    line = [np.tile(np.arange(tiers[0].departments), tiers[0].units)]
    for t, (upper, lower) in enumerate(pairwise(tiers)):
        within = _parents(upper, lower)
        parent.append(within + starts[t])
        line.append(line[t][within])
    department = np.concatenate([np.full(size, t) for t, size in enumerate(sizes)])
    unit = [np.arange(size) // tier.departments for tier, size in zip(tiers, sizes, strict=True)]
    first = [start + u * t.departments for start, u, t in zip(starts, unit, tiers, strict=False)]
    ranks, tops, owners = [], [], []
    done = 0
    for tier, size, start in zip(tiers, sizes, starts, strict=False):
        rank, superior = superiors(tier.ranks)
        offset = (done + np.arange(size) * rank.size).astype(np.int32)
        ranks.append(np.tile(rank, size))
        inner = superior[None, :] + offset[:, None]
        tops.append(np.where(superior < 0, np.int32(-1), inner).ravel())
        owners.append(np.repeat((start + np.arange(size)).astype(np.int32), rank.size))
        done += size * rank.size
    owner = np.concatenate(owners)
    posts = np.bincount(owner)
    heads = np.cumsum(posts) - posts
    above = np.concatenate(parent)
    superior_post = np.concatenate(tops)
    superior_post[heads] = np.where(above >= 0, heads[above], -1)
    return Layout(
        tuple(tier.tier for tier in tiers),
        (),
        department,
        np.concatenate(line),
        above,
        np.concatenate(first),
        np.concatenate([np.full(s, t.departments) for s, t in zip(sizes, tiers, strict=True)]),
        posts,
        owner,
        np.concatenate(ranks),
        superior_post,
    )
