"""What ``check`` says about a table of posts: what was read, assumed and left out, and the ties."""

from collections.abc import Iterator
from functools import cache

import numpy as np

from sim.cli.terminal import say
from sim.world.establishment import Establishment
from sim.world.front_line import citizens_as_in, citizens_for_a_post
from sim.world.levers import crossed
from sim.world.scenario import Scenario
from sim.world.ties import CO_HEAD

# Most departments, ties and columns that are listed one by one.
_FEW = 40
_LONGEST = 60
# Times as many citizens for each post as in the district, or as few, of which all commands warn.
_FAR = 2.0


def warn(world: Scenario) -> None:
    """Print warnings on a table of posts: misspelt headings, and citizens too many or too few."""
    table, posts = world.establishment, world.organisation.posts
    if table is None or posts is None:
        return
    for warning in table.reading.warnings:
        say(f"zhixing: warning: {posts.path}: {warning}")
    usual, here = citizens_for_a_post(_usual()), citizens_for_a_post(world)
    if not usual / _FAR <= here <= usual * _FAR:
        say(f"zhixing: warning: {posts.path}: {_citizens(world)}; execution depends on it")


@cache
def _usual() -> Scenario:
    """The scenario whose citizens for each post are the usual ones."""
    return Scenario.load("district")


def _citizens(world: Scenario) -> str:
    """How many citizens fall to a post of the front line, and how many would be usual."""
    number, usual = world.public.citizens, citizens_as_in(_usual(), world)
    each = f"{citizens_for_a_post(world):.1f} for each post of the front line"
    told = f"public.citizens is {number:,}, {each}; the district has "
    told += f"{citizens_for_a_post(_usual()):.1f}"
    return told if number == usual else f"{told}, as here with public.citizens = {usual:,}"


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
    yield "  citizens", _citizens(world)
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
