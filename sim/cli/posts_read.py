"""What ``check`` says about a table of posts: what was read, assumed and left out, and the ties."""

from collections.abc import Iterator

import numpy as np

from sim.cli.terminal import say
from sim.world.establishment import Establishment
from sim.world.levers import crossed
from sim.world.scenario import Scenario
from sim.world.ties import CO_HEAD

# Most departments, ties and columns that are listed one by one.
_FEW = 40
_LONGEST = 60


def tell_misspelt(world: Scenario) -> None:
    """Print a warning for each heading of the table of posts that looks like a misspelt one."""
    table, posts = world.establishment, world.organisation.posts
    if table is None or posts is None:
        return
    for warning in table.reading.warnings:
        say(f"zhixing: warning: {posts.path}: {warning}")


def rows(world: Scenario) -> Iterator[tuple[str, str]]:
    """Rows (title, text) on the table of posts of a scenario, its departments and its ties."""
    table, posts = world.establishment, world.organisation.posts
    assert table is not None
    assert posts is not None
    reading = table.reading
    yield "Posts", f"from {posts.path}: {reading.file}"
    yield (
        "  columns",
        ", ".join(
            f"{heading[:_LONGEST]}{'' if heading == column else f' = {column}'} ({given})"
            for heading, column, given in reading.columns
        ),
    )
    for number, text in enumerate(reading.assumed):
        yield "" if number else "  assumed", text
    if reading.ignored:
        yield (
            "  not read",
            ", ".join(
                f"{heading[:_LONGEST]}{f' (nearest: {near})' if near else ''}"
                for heading, near in reading.ignored[:_FEW]
            ),
        )
    yield from _departments(table)
    yield from _ties(world, table)
    known = ", ".join(
        f"{field} of {int((~np.isnan(values)).sum())}" for field, values in table.known.items()
    )
    yield "Known", known or "nothing; all traits are drawn"


def _departments(table: Establishment) -> Iterator[tuple[str, str]]:
    layout = table.layout
    heads = np.cumsum(layout.posts_of_department) - layout.posts_of_department
    names = layout.department_names
    for d, name in enumerate(names[:_FEW]):
        tier = layout.tier_names[layout.tier[d]]
        posts = int(layout.posts_of_department[d])
        number = "1 post" if posts == 1 else f"{posts:,} posts"
        above = int(layout.post_superior[heads[d]])
        under = f", under {table.titles[above]}" if above >= 0 else ""
        yield f"  {d + 1} {name}", f"{number}, {tier}{under}"
    if len(names) > _FEW:
        yield f"  and {len(names) - _FEW:,} more", ""


def _ties(world: Scenario, table: Establishment) -> Iterator[tuple[str, str]]:
    """Each tie, and what the ties do: they raise the share of tasks under several heads."""
    under_two = world.under_two
    if under_two is None:
        return
    for tie in table.ties[:_FEW]:
        who = table.titles[tie.post]
        if tie.kind == CO_HEAD:
            yield "  tie", f"{who} heads the department together with {table.titles[tie.to]}"
        else:
            outside = "" if tie.to >= 0 else ", who is outside the table"
            name = table.titles[tie.to] if tie.to >= 0 else tie.name
            yield "  tie", f"{who} also answers to {name}{outside}"
    if len(table.ties) > _FEW:
        yield "  tie", f"and {len(table.ties) - _FEW:,} more"
    heads = world.mechanisms.posts.heads
    tied = np.flatnonzero(under_two)
    told = ", ".join(
        f"{table.layout.department_names[d]} {crossed(heads, under_two[d]):.2f}"
        for d in tied[:_FEW]
    )
    yield (
        "  of ties",
        f"tasks under several heads (posts.heads): {told or 'as everywhere'}; elsewhere {heads:g}. "
        "A second superior or head crosses orders and takes time to coordinate; reports, cases "
        "and example follow the first alone.",
    )
