"""A scenario as TOML that explains itself: every number with range, unit, meaning and source.

``scenarios/district.toml`` is written this way, and a test keeps it so: the comments there are the
declarations of ``sim.parameters``, ``sim.mechanisms`` and ``sim.levers``.
"""

import json
import re
from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from sim.declare import Quantity, Section, quantities, quantity
from sim.levers import Lever, Reform, Variant, flatten
from sim.scenario import Scenario


def _value(value: Any) -> str:
    if isinstance(value, BaseModel):
        value = value.model_dump()
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{key} = {_value(inner)}" for key, inner in value.items()) + " }"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(_value(inner) for inner in value) + "]"
    # JSON leaves the delete character alone; TOML wants it escaped.
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _key(name: str) -> str:
    """A key bare if TOML allows it, else in quotes."""
    return name if re.fullmatch(r"[A-Za-z0-9_-]+", name) else _value(name)


def _note(one: Quantity) -> str:
    bounds = "" if one.bounds == "any" else f"{one.bounds} "
    return f"{one.meaning}; {bounds}{one.unit}; {one.source}"


def _described(field: FieldInfo) -> bool:
    extra = field.json_schema_extra
    return isinstance(extra, dict) and "unit" in extra


def _scalars(section: BaseModel) -> Iterator[str]:
    """One line a setting that is no section itself."""
    for name, field in type(section).model_fields.items():
        value = getattr(section, name)
        if value is None or isinstance(value, BaseModel):
            continue
        note = _note(quantity(name, field)) if _described(field) else (field.description or "")
        yield f"{name} = {_value(value)}  # {note}"


def _leaf(section: object) -> bool:
    return isinstance(section, BaseModel) and not any(
        isinstance(getattr(section, name), BaseModel) for name in type(section).model_fields
    )


def _same_kind(section: BaseModel) -> bool:
    """Whether a section is a table whose rows are all of one kind, such as the conducts."""
    kinds = {type(row) for _, row in section}
    return len(kinds) == 1 and all(_leaf(row) for _, row in section)


def _columns(rows: BaseModel) -> Iterator[str]:
    first = next(iter(rows))[1]
    for name, field in type(first).model_fields.items():
        note = _note(quantity(name, field)) if _described(field) else (field.description or "")
        yield f"# {name}: {note}"


def _spread(name: str, value: Section, field: FieldInfo) -> str:
    notes = list(quantities(type(value), "", field))
    first = notes[0]
    meaning = first.meaning.rsplit(":", 1)[0]
    return f"{name} = {_value(value)}  # {meaning}; each {first.bounds}; {first.source}"


def _section(key: str, section: Section, field: FieldInfo | None) -> Iterator[str]:
    title = (type(section).__doc__ or "").strip().splitlines()[0]
    yield ""
    yield f"# {title}"
    if _same_kind(section) and not next(iter(section))[1].named_in_record:
        yield from _columns(section)
        yield f"[{key}]"
        yield from (f"{name} = {_value(row)}" for name, row in section)
        return
    yield f"[{key}]"
    yield from _scalars(section)
    for name, inner in section:
        declared = type(section).model_fields[name]
        if isinstance(inner, Section) and inner.named_in_record:
            yield _spread(name, inner, declared)
    for name, inner in section:
        if isinstance(inner, Section) and not inner.named_in_record:
            yield from _section(f"{key}.{name}", inner, type(section).model_fields[name])


def _lever(name: str, lever: Lever) -> Iterator[str]:
    yield ""
    yield f"[levers.{_key(name)}]"
    for key, field in Lever.model_fields.items():
        if key == "full":
            continue
        note = f"  # {_note(quantity(key, field))}" if _described(field) else ""
        yield f"{key} = {_value(getattr(lever, key))}{note}"
    yield ""
    yield f"[levers.{_key(name)}.full]"
    yield from (f"{key} = {_value(value)}" for key, value in flatten(lever.full).items())


def _listed(name: str, one: Reform | Variant) -> Iterator[str]:
    yield ""
    yield f"[[{name}]]"
    for key, value in one.model_dump(exclude_none=True).items():
        yield f"{key} = {_value(value)}"


def annotated(scenario: Scenario) -> str:
    """The whole scenario as TOML text; loading it gives the same scenario."""
    lines = [
        f"{key} = {_value(getattr(scenario, key))}"
        for key in ("title", "story", "question", "sources")
    ]
    for name, field in Scenario.model_fields.items():
        inner = getattr(scenario, name)
        if isinstance(inner, Section):
            lines += _section(name, inner, field)
    lines += ["", "# Levers: what each moves at full strength. A value, or { times = x } of the"]
    lines += ["# status quo; ranges are those of the mechanism settings above. All assumed."]
    for name, lever in scenario.levers.items():
        lines += _lever(name, lever)
    for variant in scenario.variant:
        lines += _listed("variant", variant)
    for reform in scenario.reform:
        lines += _listed("reform", reform)
    return "\n".join(lines) + "\n"
