"""Ties beside the chain of command: a second superior (双重领导, 条块) and two heads (党政正职).

In China a bureau answers to its own government (块) and to the same line of the government above
(条), one of which leads and the other guides (Mertha 2005); and a Party secretary and an executive
head may stand side by side. Several principals with aims of their own make a public body less
efficient; their conflicts may reach it as incoherent directives (reviewed by Voorn, van Genugten &
van Thiel 2019). The model knows this as the clause ``posts.heads`` (多头管理; essay, C2): the share
of tasks under several heads at once, by which content is lost between superior and subordinate and
time goes into coordination.

So a tie raises ``posts.heads`` where it is declared. Of the tasks of a department, the share of its
posts that stand under two superiors come under several heads, those posts that have a second
superior and all below them in the department, as far as ``both_direct`` says. A tie does nothing
else: content, reports, cases and example follow the first superior alone.
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.errors import MOST_TOLD, Problems, nearest
from sim.world.identifiers import Identifiers, names_of
from sim.world.organisation import Layout

SECOND, CO_HEAD = "second superior", "second head"


class Tie(NamedTuple):
    """A tie of a post to another: its kind, the post, and to whom, by name and number."""

    kind: str
    post: int
    name: str
    # −1 for somebody outside the table.
    to: int


def co_heads(
    cells: Sequence[str | None],
    identifiers: Identifiers,
    department: Sequence[str],
    above: NDArray[np.int64],
    at: Callable[[int], str],
    problems: Problems,
) -> dict[int, int]:
    """Rows of posts that share the head of a department, with the row of the head each names.

    Where two name each other, the first of the table is the head. Where one names no post of its
    department, or answers to somebody else inside it, that is added to ``problems``.
    """
    found: dict[int, int] = {}
    names = names_of(cells)
    for i, name in enumerate(names):
        if name is None or identifiers.is_nobody(name):
            continue
        j = identifiers.find(name)
        if j < 0 or j == i or department[j] != department[i]:
            near = ""
            if j < 0 and len(problems) < MOST_TOLD:
                here = (k for k, one in enumerate(department) if one == department[i])
                near = nearest(name, [identifiers.posts[k] for k in here])
            problems.append(
                f"{at(i)}: “co_head” is “{name[:60]}”; expected another post of "
                f"“{department[i][:60]}”{near}"
            )
            continue
        back = names[j]
        if i < j and back is not None and identifiers.find(back) == i:
            continue
        own = int(above[i])
        if own >= 0 and own != j and own != above[j]:
            problems.append(
                f"{at(i)}: “co_head” is “{name[:60]}”, so “superior” must be empty or that of "
                f"“{name[:60]}”"
            )
            continue
        found[i] = j
    for i, j in found.items():
        if above[j] >= 0 and department[above[j]] == department[j]:
            problems.append(f"{at(i)}: “co_head” is “{identifiers.posts[j][:60]}”, who is no head")
    return found


def under_two(layout: Layout, ties: Sequence[Tie]) -> NDArray[np.float64]:
    """Share of the posts of each department that stand under two superiors, 0 to 1; (departments,).

    A second head puts the whole department under two, a second superior a post and those below it.
    """
    number = layout.tier.size
    tied = np.zeros(layout.post_rank.size, dtype=bool)
    whole = np.zeros(number, dtype=bool)
    for tie in ties:
        if tie.kind == CO_HEAD:
            whole[layout.post_department[tie.post]] = True
        else:
            tied[tie.post] = True
    if not ties:
        return np.zeros(number)
    owner, superior = layout.post_department, layout.post_superior
    # Superiors of a department stand before those below.
    for i in range(tied.size):
        above = superior[i]
        if above >= 0 and owner[above] == owner[i] and tied[above]:
            tied[i] = True
    tied |= whole[owner]
    return np.bincount(owner, tied, minlength=number) / layout.posts_of_department
