"""A scenario as TOML that explains itself: every number with range, unit, meaning and source.

``scenarios/district.toml`` is written this way, and a test keeps it so: the comments there are the
declarations of ``sim.mechanisms`` and ``sim.world``. What was calibrated tells
its posterior interval in place of “assumed value”.
"""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from sim.declare import Quantity, Section, quantities, quantity
from sim.world.levers import Lever, Reform, Variant, flatten
from sim.world.organisation import PostsFile
from sim.world.posterior import fitted
from sim.world.scenario import Scenario


def toml_value(value: Any) -> str:
    """A value as TOML, on one line."""
    if isinstance(value, BaseModel):
        value = value.model_dump()
    if isinstance(value, dict):
        return (
            "{ "
            + ", ".join(f"{toml_key(key)} = {toml_value(inner)}" for key, inner in value.items())
            + " }"
        )
    if isinstance(value, list | tuple):
        return "[" + ", ".join(toml_value(inner) for inner in value) + "]"
    # JSON leaves the delete character alone; TOML wants it escaped.
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def toml_key(name: str) -> str:
    """A key bare if TOML allows it, else in quotes."""
    return name if re.fullmatch(r"[A-Za-z0-9_-]+", name) else toml_value(name)


# Text on settings that were calibrated, by dotted key.
Fitted = Mapping[str, str]


def _note(one: Quantity, told: str | None = None) -> str:
    bounds = "" if one.bounds == "any" else f"{one.bounds} "
    return f"{one.meaning}; {bounds}{one.unit}; {with_fit(one.source, told)}"


def with_fit(source: str, told: str | None) -> str:
    """The source of a setting, with what was fitted in the place of what is assumed."""
    if told is None:
        return source
    for assumed in ("; assumed values", "; assumed value", "assumed"):
        source = source.removesuffix(assumed)
    return f"{source}; {told}" if source else told


def _described(field: FieldInfo) -> bool:
    extra = field.json_schema_extra
    return isinstance(extra, dict) and "unit" in extra


def _scalars(key: str, section: BaseModel, told: Fitted) -> Iterator[str]:
    """One line a setting that is no section itself."""
    for name, field in type(section).model_fields.items():
        value = getattr(section, name)
        if isinstance(value, PostsFile):
            yield f"{name} = {toml_value(value.path)}  # {field.description}"
            continue
        if value is None or isinstance(value, BaseModel):
            continue
        note = field.description or ""
        if _described(field):
            note = _note(quantity(name, field), told.get(f"{key}.{name}"))
        yield f"{name} = {toml_value(value)}  # {note}"


def _leaf(section: object) -> bool:
    return isinstance(section, BaseModel) and not any(
        isinstance(getattr(section, name), BaseModel) for name in type(section).model_fields
    )


def _same_kind(section: BaseModel) -> bool:
    """Whether a section is a table whose rows are all of one kind, such as the conducts."""
    kinds = {type(row) for _, row in section}
    return len(kinds) == 1 and all(_leaf(row) for _, row in section)


def _columns(key: str, rows: BaseModel, told: Fitted) -> Iterator[str]:
    for cell, how in told.items():
        if cell.startswith(f"{key}."):
            yield f"# {cell.removeprefix(f'{key}.')}: {how}"
    first = next(iter(rows))[1]
    for name, field in type(first).model_fields.items():
        note = _note(quantity(name, field)) if _described(field) else (field.description or "")
        yield f"# {name}: {note}"


def _spread(key: str, name: str, value: Section, field: FieldInfo, told: Fitted) -> str:
    notes = list(quantities(type(value), "", field))
    first = notes[0]
    meaning = first.meaning.rsplit(":", 1)[0]
    inside = [
        f"{inner} {told[f'{key}.{name}.{inner}']}"
        for inner in type(value).model_fields
        if f"{key}.{name}.{inner}" in told
    ]
    source = "; ".join([first.source, *inside])
    return f"{name} = {toml_value(value)}  # {meaning}; each {first.bounds}; {source}"


def _section(key: str, section: Section, told: Fitted) -> Iterator[str]:
    title = (type(section).__doc__ or "").strip().splitlines()[0]
    yield ""
    yield f"# {title}"
    if _same_kind(section) and not next(iter(section))[1].named_in_record:
        yield from _columns(key, section, told)
        yield f"[{key}]"
        yield from (f"{name} = {toml_value(row)}" for name, row in section)
        return
    yield f"[{key}]"
    yield from _scalars(key, section, told)
    for name, inner in section:
        declared = type(section).model_fields[name]
        if isinstance(inner, Section) and inner.named_in_record:
            yield _spread(key, name, inner, declared, told)
    for name, inner in section:
        if isinstance(inner, PostsFile):
            continue
        if isinstance(inner, Section) and not inner.named_in_record:
            yield from _section(f"{key}.{name}", inner, told)


def _lever(name: str, lever: Lever) -> Iterator[str]:
    yield ""
    yield f"[levers.{toml_key(name)}]"
    for key, field in Lever.model_fields.items():
        if key == "full":
            continue
        note = f"  # {_note(quantity(key, field))}" if _described(field) else ""
        yield f"{key} = {toml_value(getattr(lever, key))}{note}"
    yield ""
    yield f"[levers.{toml_key(name)}.full]"
    yield from (f"{key} = {toml_value(value)}" for key, value in flatten(lever.full).items())


def _listed(name: str, one: Reform | Variant) -> Iterator[str]:
    yield ""
    yield f"[[{name}]]"
    for key, value in one.model_dump(exclude_none=True).items():
        yield f"{key} = {toml_value(value)}"


def annotated(scenario: Scenario) -> str:
    """The whole scenario as TOML text; loading it gives the same scenario."""
    lines = [
        f"{key} = {toml_value(getattr(scenario, key))}"
        for key in ("title", "story", "question", "sources")
    ]
    note = Scenario.model_fields["decide"].description
    lines.append(f"decide = {toml_value(scenario.decide)}  # {note}")
    told = fitted(scenario)
    for name in Scenario.model_fields:
        inner = getattr(scenario, name)
        if isinstance(inner, Section):
            lines += _section(name, inner, told)
    lines += ["", "# Levers: what each moves at full strength. A value, or { times = x } of the"]
    lines += ["# status quo; ranges are those of the mechanism settings above. All assumed."]
    for name, lever in scenario.levers.items():
        lines += _lever(name, lever)
    for variant in scenario.variant:
        lines += _listed("variant", variant)
    for reform in scenario.reform:
        lines += _listed("reform", reform)
    for key, measure in scenario.measure.items():
        lines += ["", f"[measure.{toml_key(key)}]"]
        lines += [
            f"{name} = {toml_value(value)}"
            for name, value in measure.model_dump(exclude_none=True, exclude_defaults=True).items()
        ]
    for key, series in scenario.series.items():
        lines += ["", f"[series.{toml_value(key)}]"]
        lines += [
            f"{name} = {toml_value(value)}"
            for name, value in series.model_dump(exclude_none=True).items()
        ]
    return "\n".join(lines) + "\n"
