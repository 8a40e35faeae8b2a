"""Departments by name: in reforms, variants and arms, with a table of posts."""

from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import ValidationError

from sim.errors import BadInput, explain, nearest
from sim.world import establishment
from sim.world.organisation import PostsFile


def numbered(tree: Mapping[str, Any], where: str) -> Mapping[str, Any]:
    """A scenario's tables in which departments have numbers, from 1, where they had names.

    The table itself is left as it is, as are entries that are no lists: those are checked with all
    other settings. Raises BadInput that begins with ``where`` for a name that is not known.
    """
    found: dict[str, Any] = {}
    names: tuple[str, ...] | None = None
    for kind in ("reform", "variant"):
        entries = tree.get(kind)
        if not isinstance(entries, list | tuple) or not any(map(has_names, entries)):
            continue
        if names is None:
            names = _names(tree, where)
        found[kind] = [
            with_numbers(entry, names, f"{where}: {kind}.{number}")
            for number, entry in enumerate(entries, 1)
        ]
    return {**tree, **found} if found else tree


def has_names(entry: Any) -> bool:
    """Whether a table lists departments, some of them by name."""
    departments = entry.get("departments") if isinstance(entry, Mapping) else None
    return isinstance(departments, list | tuple) and any(
        isinstance(one, str) for one in departments
    )


def _names(tree: Mapping[str, Any], where: str) -> tuple[str, ...]:
    """Names of the departments in the order of their numbers; none without a table of posts."""
    organisation = tree.get("organisation")
    posts = organisation.get("posts") if isinstance(organisation, Mapping) else None
    if posts is None:
        return ()
    try:
        stated = PostsFile.model_validate(posts)
    except ValidationError as error:
        raise explain(error, PostsFile, f"{where}: organisation.posts") from None
    return establishment.of(stated).layout.department_names


def with_numbers(entry: Any, names: Sequence[str], at: str) -> Any:
    """The table with departments by number, from 1; as it is where it has none by name.

    ``names`` are the departments in the order of their numbers. Raises BadInput for another name.
    """
    if not has_names(entry):
        return entry
    numbers = [
        number_of(one, names, f"{at}.departments") if isinstance(one, str) else one
        for one in entry["departments"]
    ]
    return {**entry, "departments": numbers}


def number_of(name: str, names: Sequence[str], at: str) -> int:
    """The number, from 1, of a department by name. Raises BadInput if there is none."""
    if not names:
        raise BadInput(
            f"{at}: “{name[:60]}”: departments have names only where a table of posts gives them; "
            "expected numbers, from 1"
        )
    if name.strip() not in names:
        raise BadInput(f"{at}: no department “{name[:60]}”{nearest(name, names)}")
    return names.index(name.strip()) + 1
