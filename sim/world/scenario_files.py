"""Files of scenarios: how one is found, what it extends, and the tables that it names."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sim import shipped
from sim.errors import BadInput
from sim.world import establishment
from sim.world.levers import is_multiple
from sim.world.series import found_in

# Scenarios that one may extend, each by the next.
MOST_EXTENDED = 30


def find(source: str | Path) -> Path:
    """The file of a scenario, given by shipped name or by path. Raises BadInput if none."""
    return shipped.find(source, shipped.scenarios(), "a scenario")


def lineage(source: str | Path) -> tuple[Path, ...]:
    """Files of a scenario and of those that it extends, its own first.

    Raises BadInput if one is missing, or if they form a circle.
    """
    found = [find(source)]
    read_tree(found[0], ())
    while isinstance(parent := shipped.read(found[-1]).get("extends"), str):
        found.append(_parent(found[-1], parent))
    return tuple(found)


def read_tree(path: Path, below: tuple[Path, ...]) -> dict[str, Any]:
    """The tables of a scenario's file, laid over those of the files that it extends.

    ``below`` are the files that extend this one. Raises BadInput if a file cannot be read, or if
    files form a circle.
    """
    here = path.resolve()
    if here in below:
        circle = " → ".join(step.name for step in (*below[below.index(here) :], here))
        raise BadInput(f"{path}: the “extends” of these scenarios form a circle: {circle}")
    if len(below) >= MOST_EXTENDED:
        raise BadInput(f"{below[0]}: extends more than {MOST_EXTENDED} scenarios, one by another")
    tree = shipped.read(path)
    _find_posts(tree, path)
    find_series(tree, path)
    parent = tree.pop("extends", None)
    if parent is None:
        return tree
    if not isinstance(parent, str):
        raise BadInput(f"{path}: extends: expected the name or path of a scenario, got {parent!r}")
    return _merge(read_tree(_parent(path, parent), (*below, here)), tree)


def _parent(path: Path, name: str) -> Path:
    """The file that the scenario at ``path`` extends: one in its folder, or a shipped one."""
    beside = path.parent / name
    if os.path.isfile(beside):
        return beside
    named = path.parent / f"{name}.toml"
    if name not in shipped.scenarios() and os.path.isfile(named):
        return named
    try:
        return find(name)
    except BadInput as error:
        raise BadInput(f"{path}: extends: {error}") from None


def _find_posts(tree: dict[str, Any], path: Path) -> None:
    """Replace the name of a table of posts, in the scenario's folder, by its path and digest.

    ``posts`` is that name, or a table with it under ``file`` that says how it is to be read.
    """
    organisation = tree.get("organisation")
    posts = organisation.get("posts") if isinstance(organisation, dict) else None
    if isinstance(posts, str):
        posts = {"file": posts}
    if not isinstance(posts, dict) or not isinstance(posts.get("file"), str):
        if isinstance(posts, dict) and "path" not in posts:
            raise BadInput(
                f"{path}: organisation.posts.file: missing; expected the name of a table of posts, "
                'as in file = "posts.csv"'
            )
        return
    file = path.parent / posts["file"]
    how = {name: value for name, value in posts.items() if name != "file"}
    found = {"path": str(file), "sha256": establishment.digest(file)}
    tree["organisation"] = {**tree["organisation"], "posts": {**how, **found}}


def find_series(tree: dict[str, Any], path: Path) -> None:
    """Add to series the values of the CSV files that they name, in the folder of their own file."""
    if isinstance(tree.get("series"), dict):
        tree["series"] = found_in(tree["series"], path.parent, str(path))


def _merge(
    base: Mapping[str, Any], above: Mapping[str, Any], path: tuple[str, ...] = ()
) -> dict[str, Any]:
    """Lay tables over tables, at a path of keys.

    A lever's target replaces the one it had, and so do a series and a table of posts.
    """
    merged = dict(base)
    # In levers.NAME.full; elsewhere “times” is a name like any other.
    targets = path[:1] == ("levers",) and path[2:3] == ("full",)
    for key, value in above.items():
        mine = merged.get(key)
        merged[key] = value
        if isinstance(value, Mapping) and isinstance(mine, Mapping):
            replaced = targets and (is_multiple(value) or is_multiple(mine))
            # How a table is to be read belongs to that table.
            replaced = replaced or path == ("series",) or (*path, key) == ("organisation", "posts")
            merged[key] = value if replaced else _merge(mine, value, (*path, key))
    return merged
