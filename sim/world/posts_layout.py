"""The layout of posts that a table lists: who answers to whom, departments, tiers and ranks.

Every department has one head, who answers to a post of another department or to nobody: to its
head, or to a deputy in charge (分管). The department of that post is the tier above.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.errors import BadInput, Problems
from sim.world.organisation import MOST_RANKS, MOST_TIERS, Layout

Numbers = NDArray[np.int64]


class Listed(NamedTuple):
    """Posts as a table lists them; sequences have an entry a post."""

    post: Sequence[str]
    department: Sequence[str]
    # Row of the superior; −1 at the top.
    above: Numbers
    # Rows of posts that share the head of their department with another, below which they stand.
    co_heads: frozenset[int]
    # Levels of ranks, lower numbers higher; None where the table has no such column.
    rank: NDArray[np.float64] | None
    # What a row is called in a message.
    at: Callable[[int], str]


def laid_out(posts: Listed) -> tuple[Layout, Numbers]:
    """The layout, and the row of each of its posts, (posts,).

    Raises BadInput with the row where posts answer to each other in a cycle, a department has no
    single head, a rank is not below that of its superior, or there are too many ranks or tiers.
    """
    depth = _depths(posts)
    names, index = _departments(posts.department, depth)
    heads = _heads(posts, index, names)
    tier = _tiers(posts, index, heads)
    return _numbered(posts, index, names, heads, tier)


def _depths(posts: Listed) -> Numbers:
    depth = np.full(len(posts.post), -1)
    problems = Problems()
    for i in range(depth.size):
        # Posts walked through, in order; a dictionary finds one of them quickly.
        walk: dict[int, int] = {}
        here = i
        while here >= 0 and depth[here] < 0:
            if here in walk:
                circle = [*list(walk)[walk[here] :], here]
                names = " → ".join(str(posts.post[step]) for step in circle[:6])
                problems.append(f"{posts.at(here)}: posts answer to each other in a cycle: {names}")
                break
            walk[here] = len(walk)
            here = int(posts.above[here])
        base = depth[here] if here >= 0 else -1
        for distance, step in enumerate(reversed(walk), 1):
            depth[step] = base + distance
    problems.refuse()
    return depth


def _departments(department: Sequence[str], depth: Numbers) -> tuple[list[str], Numbers]:
    """Names of departments, ordered by depth of their head and then as in the file.

    Also gives the number of the department of each post.
    """
    import pandas as pd

    first = pd.DataFrame({"name": department, "depth": depth, "row": np.arange(depth.size)})
    order = first.groupby("name", sort=False).agg({"depth": "min", "row": "min"})
    names = [str(name) for name in order.sort_values(["depth", "row"], kind="stable").index]
    place = {name: d for d, name in enumerate(names)}
    return names, np.array([place[str(name)] for name in department])


def _heads(posts: Listed, index: Numbers, names: list[str]) -> Numbers:
    above = posts.above
    is_head = (above < 0) | (index[above] != index)
    heads = np.full(len(names), -1)
    problems = Problems()
    for i in map(int, np.flatnonzero(is_head)):
        other = int(heads[index[i]])
        if other >= 0:
            problems.append(
                f"{posts.at(i)}: department “{names[index[i]]}” has two heads, "
                f"“{posts.post[other]}” ({posts.at(other)}) and “{posts.post[i]}”; one must answer "
                "to the other, or name it in the column “co_head” (共同首长)"
            )
        else:
            heads[index[i]] = i
    problems.refuse()
    return heads


def _tiers(posts: Listed, index: Numbers, heads: Numbers) -> Numbers:
    """The tier of each department: one below that of the post to which its head answers.

    Departments are ordered by the depth of their heads, so those above come first.
    """
    tier = np.zeros(heads.size, dtype=np.int64)
    for d, head in enumerate(heads):
        if posts.above[head] >= 0:
            tier[d] = tier[index[posts.above[head]]] + 1
    if tier.max() >= MOST_TIERS:
        raise BadInput(f"{tier.max() + 1} tiers; expected at most {MOST_TIERS}")
    return tier


def _ranks(posts: Listed, rows: Numbers, problems: Problems) -> dict[int, int]:
    """Rank of each post of one department, 0 for the head.

    Given ranks are renumbered without gaps. If none are given, the rank is the distance from the
    head. Who shares the head of the department stands one rank below.
    """
    head, above = int(rows[0]), posts.above
    ranks = {head: 0}
    if posts.rank is None:
        for i in map(int, rows[1:]):
            ranks[i] = ranks[int(above[i])] + 1
    else:
        given = {int(i): float(posts.rank[i]) for i in rows}
        # Half a level below the head, since whole levels are those of the table.
        given |= {i: given[head] + 0.5 for i in posts.co_heads & given.keys()}
        dense = {value: rank for rank, value in enumerate(sorted(set(given.values())))}
        ranks = {i: dense[value] for i, value in given.items()}
        for i in map(int, rows[1:]):
            if ranks[i] <= ranks[int(above[i])]:
                problems.append(
                    f"{posts.at(i)}: “rank” is not below that of its superior; without the column, "
                    "ranks follow from who answers to whom"
                )
    if max(ranks.values()) >= MOST_RANKS:
        raise BadInput(f"{max(ranks.values()) + 1} ranks; expected at most {MOST_RANKS}")
    return ranks


def _top_down(head: int, below: dict[int, list[int]], inside: NDArray[np.bool_]) -> Iterator[int]:
    """A head and all posts below it in its department, with those of one superior together."""
    queue = [head]
    for here in queue:
        yield here
        queue += [i for i in below.get(here, []) if inside[i]]


def _numbered(
    posts: Listed, index: Numbers, names: list[str], heads: Numbers, tier: Numbers
) -> tuple[Layout, Numbers]:
    above = posts.above
    below: dict[int, list[int]] = {}
    for i, superior in enumerate(above):
        below.setdefault(int(superior), []).append(i)
    # A layout numbers departments by tier.
    order_of_departments = np.argsort(tier, kind="stable")
    number = np.empty_like(order_of_departments)
    number[order_of_departments] = np.arange(number.size)
    order: list[int] = []
    rank: list[int] = []
    problems = Problems()
    for d in order_of_departments:
        inside = np.array(list(_top_down(int(heads[d]), below, index == d)))
        ranks = _ranks(posts, inside, problems)
        order += inside.tolist()
        rank += [ranks[int(i)] for i in inside]
    problems.refuse()
    rows = np.array(order)
    place = np.empty_like(rows)
    place[rows] = np.arange(rows.size)
    tiers = tier[order_of_departments]
    tops = above[heads[order_of_departments]]
    parent = np.where(tops >= 0, number[index[tops]], -1)
    line = np.arange(tiers.size)
    for d in range(tiers.size):
        if parent[d] >= 0:
            line[d] = line[parent[d]]
    owner = number[index[rows]]
    layout = Layout(
        tuple(f"tier {t + 1}" for t in range(int(tiers.max()) + 1)),
        tuple(names[d] for d in order_of_departments),
        tiers,
        line,
        parent,
        np.searchsorted(tiers, tiers, side="left"),
        np.bincount(tiers)[tiers],
        np.bincount(owner, minlength=tiers.size),
        owner.astype(np.int32),
        np.array(rank, np.int32),
        np.where(above[rows] >= 0, place[above[rows]], -1).astype(np.int32),
    )
    return layout, rows
