"""Write the generated tables in docs, and ``sim/mechanisms/typed.py``: ``python -m docs.build``.

Tables are made from the declarations of settings, state and measures, and from
``docs/source.toml``. With ``--check`` nothing is written; the exit code is 1 if something is out of
date.
"""

import argparse
import json
import re
import sys
import tomllib
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from docs import levers, standards
from docs import rows as typed_rows
from docs.pages import between, code, codes, table
from sim import Scenario
from sim.annotate import with_fit
from sim.declare import Spread, heading, leaves, quantity
from sim.discovery.terms import TERMS
from sim.kinds import (
    APPRAISERS,
    CATEGORIES,
    CHANNELS,
    CONDUCTS,
    EYES,
    GRADES,
    PROFILES,
    Kind,
    Kinds,
)
from sim.machine.draws import DECISIONS
from sim.measures import MEASURES
from sim.mechanisms.appraisal import AppraiserSettings
from sim.mechanisms.channels import ChannelSettings
from sim.mechanisms.conduct import ConductSettings
from sim.planning.terms import TERMS as PLANNING
from sim.world import state
from sim.world.levers import Lever, Reform, Variant, flatten
from sim.world.posterior import CALIBRATED, fitted
from sim.world.sections import Mechanisms
from sim.world.series import Series

HERE = Path(__file__).parent
STATE: dict[str, type[BaseModel]] = {
    "officer": state.OfficerRecord,
    "department": state.DepartmentRecord,
    "citizen": state.CitizenRecord,
    "outlook": state.OutlookRecord,
    "rank": state.RankRecord,
    "lever effects": state.LeverEffects,
    "tally": state.TallyRecord,
    "layer": state.LayerRecord,
    "profile": state.ProfileRecord,
}
PARTS = {
    "A": "What administrative execution is",
    "B": "How execution fails",
    "C": "Eight levers",
}


def _plain(value: Any) -> str:
    return "none" if value is None else json.dumps(value, ensure_ascii=False)


# Declarations.


def _zh(field: FieldInfo) -> str:
    extra = field.json_schema_extra
    return str(extra.get("zh", "")) if isinstance(extra, dict) else ""


def _sections(field: FieldInfo) -> type[BaseModel] | None:
    kind = field.annotation
    return kind if isinstance(kind, type) and issubclass(kind, BaseModel) else None


def _one_kind(section: type[BaseModel]) -> type[BaseModel] | None:
    """The kind of row of a section that is a table, such as the conducts; None for others."""
    kinds = {_sections(field) for field in section.model_fields.values()}
    kind = kinds.pop() if len(kinds) == 1 else None
    return None if kind is Spread else kind


def setting_cells(key: str, field: FieldInfo, around: FieldInfo | None = None) -> list[str]:
    """Unit, range, meaning, Chinese term and source of a setting."""
    one = quantity(key, field, around)
    zh = one.zh if around is None or not _zh(around) else f"{_zh(around)}（{one.zh}）"
    return [one.unit, one.bounds if one.unit else "", one.meaning, zh, one.source]


@cache
def _fitted() -> dict[str, str]:
    """Settings that were fitted, each with what is told of its interval."""
    return fitted(Scenario.load(CALIBRATED))


def settings(section: type[BaseModel], prefix: str) -> Iterator[tuple[str, list[str]]]:
    """Settings directly in a section, by dotted key, each with the cells of its declaration.

    For a calibrated setting, the posterior interval replaces “assumed”.
    """
    told = _fitted()
    for name, field in section.model_fields.items():
        inner = _sections(field)
        found: dict[str, list[str]] = {}
        if inner is Spread:
            for part, leaf in Spread.model_fields.items():
                found[f"{prefix}.{name}.{part}"] = setting_cells(part, leaf, field)
        elif inner is None:
            found[f"{prefix}.{name}"] = setting_cells(name, field)
        for key, (*row, source) in found.items():
            yield key, [*row, with_fit(source, told.get(key))]


def walk(section: type[BaseModel], prefix: str) -> Iterator[tuple[str, type[BaseModel]]]:
    """A section and all sections inside it, by dotted key; only one row of a table is included."""
    yield prefix, section
    if (row := _one_kind(section)) is not None:
        yield f"{prefix}.*", row
        return
    for name, field in section.model_fields.items():
        inner = _sections(field)
        if inner is not None and inner is not Spread:
            yield from walk(inner, f"{prefix}.{name}")


def _scenario_sections() -> Iterator[tuple[str, type[BaseModel]]]:
    for name, field in Scenario.model_fields.items():
        inner = _sections(field)
        if inner is not None:
            yield from walk(inner, name)


def _value(world: Scenario, key: str) -> Any:
    value: Any = world
    for part in key.split("."):
        value = getattr(value, part)
    return value.model_dump() if isinstance(value, BaseModel) else value


# Tables of docs/odd.md.


def _state() -> str:
    parts = []
    for record in STATE.values():
        title, zh = heading(record)
        rows = [
            [code(name), *setting_cells(name, field)[:4]]
            for name, field in record.model_fields.items()
        ]
        heads = ["Field", "Unit", "Range", "Meaning", "Chinese"]
        parts.append(f"**{title}** ({zh})\n\n{table(heads, rows)}")
    return "\n\n".join(parts)


def _section_table(world: Scenario, key: str, section: type[BaseModel]) -> str:
    row = _one_kind(section)
    if row is not None:
        names = list(section.model_fields)
        heads = ["Setting", *names, "Unit", "Range", "Meaning", "Chinese", "Source"]
        rows = [
            [
                code(f"{key}.*.{name}"),
                *(_plain(_value(world, f"{key}.{one}.{name}")) for one in names),
                *setting_cells(name, field),
            ]
            for name, field in row.model_fields.items()
        ]
        return table(heads, rows)
    heads = ["Setting", "District", "Unit", "Range", "Meaning", "Chinese", "Source"]
    return table(
        heads,
        ([code(name), _plain(_value(world, name)), *said] for name, said in settings(section, key)),
    )


def parameter_tables(world: Scenario, named: str = "**{}**: ") -> str:
    """Tables of all settings, a table for each section, with the values of ``world``.

    ``named`` is how the name of a section is written before what it is about.
    """
    parts = []
    for key, section in _scenario_sections():
        if key.endswith(".*"):
            continue
        title, zh = heading(section)
        if _one_kind(section) or any(True for _ in settings(section, key)):
            about = f"{named.format(code(key))}{title} ({zh})"
            parts.append(f"{about}\n\n{_section_table(world, key, section)}")
    return "\n\n".join(parts)


def _moves(world: Scenario, lever: Lever) -> str:
    moves = []
    for key, target in flatten(lever.full).items():
        if isinstance(target, Mapping):
            moves.append(f"{code(key)} × {target['times']:g}")
        else:
            moves.append(f"{code(key)} {_value(world, f'mechanisms.{key}'):g} → {target:g}")
    return "; ".join(moves)


def lever_tables(world: Scenario) -> str:
    """What levers move, and the entries of levers, reforms, variants and series."""
    heads = ["Lever", "Chinese", "Moves, from `district` to full strength"]
    heads += ["Burden", "Cost", "Ramp", "Half-life"]
    moved = table(
        heads,
        (
            [
                code(f"levers.{name}"),
                lever.zh,
                _moves(world, lever),
                *(f"{value:g}" for value in (lever.burden, lever.cost)),
                *(f"{value:g}" for value in (lever.ramp, lever.half_life)),
            ]
            for name, lever in world.levers.items()
        ),
    )
    kinds = (
        ("levers.*", Lever),
        ("reform.*", Reform),
        ("variant.*", Variant),
        ("series.*", Series),
    )
    rows = [
        [code(key), *said[:4]] for prefix, kind in kinds for key, said in settings(kind, prefix)
    ]
    return f"{moved}\n\n{table(['Setting', 'Unit', 'Range', 'Meaning', 'Chinese'], rows)}"


def _draws() -> str:
    """Everything that is drawn, by whose it is, from the declarations of decisions."""
    drawn: dict[str, list[str]] = {}
    for _, uses in sorted(DECISIONS.items()):
        whose, what = uses.split(": ", 1)
        drawn.setdefault(whose, []).extend(one for one in what.split(", ") if one != "spare")
    return table(["Of", "Drawn"], ([whose, ", ".join(what)] for whose, what in drawn.items()))


def measures_table() -> str:
    """A table of all measures."""
    rows = (
        [code(one.name), one.title, one.zh, one.unit, one.meaning, "yes" if one.monthly else "no"]
        for one in MEASURES.values()
    )
    return table(["Measure", "English", "Chinese", "Unit", "Meaning", "By month"], rows)


# Symbols of the equations.

_OWNERS: dict[str, tuple[type[BaseModel], str]] = {
    "officer": (state.OfficerRecord, "officer"),
    "superior": (state.OfficerRecord, "the superior"),
    "below": (state.OfficerRecord, "an officer below"),
    "promoted": (state.OfficerRecord, "the one promoted"),
    "other": (state.OfficerRecord, "another officer"),
    "colleague": (state.OfficerRecord, "a colleague"),
    "rival": (state.OfficerRecord, "the other applicant"),
    "head": (state.OfficerRecord, "the head"),
    "patron": (state.OfficerRecord, "the patron"),
    "head_above": (state.OfficerRecord, "the head of the department above"),
    "competitor": (state.DepartmentRecord, "a department that shares leaders' attention"),
    "department": (state.DepartmentRecord, "department"),
    "citizen": (state.CitizenRecord, "citizen"),
    "directive": (state.DepartmentRecord, "each directive of the department"),
    "neighbour": (state.CitizenRecord, "a neighbour"),
    "outlook": (state.OutlookRecord, "outlook"),
    "lower": (state.RankRecord, "the rank below"),
    "upper": (state.RankRecord, "the rank above"),
    "above": (state.DepartmentRecord, "the department above"),
    "rank": (state.RankRecord, "rank"),
    "conduct": (ConductSettings, "`conducts.*`"),
    "channel": (ChannelSettings, "`channels.*`"),
    "appraiser": (AppraiserSettings, "`appraisers.*`"),
}
# Words of the equations that are not symbols, and symbols that the text explains.
_WORDS = re.findall(
    r"\w+",
    """
    abs and else exp floor held if in max mean min normal not of or product sqrt sum
    at_head chance_traced exposure feared feared_at_front feared_below found from_below gravity
    in_its_charge is_inaction leading others_gravity own_cases own_gravity
    rank_is_head rank_leads redress
    acuity answering audited by_logit channel_is_party conduct_number content_above content_here
    coverage covered engagement exam_failed fault felt_risk in_courses led liked masses_coverage
    mean_interest monitoring_acuity month_of_tour more paid recent sent served substance
    superior_engagement taught to_coordinate weight worth
    inside_sight presence reliance superiors
    chance_to_resign log
    alone arrived contest counts extra handed level newest seen_as_work yield_here
    experience leaders
    """,
)


def _declared() -> dict[str, tuple[str, FieldInfo, FieldInfo | None]]:
    """Settings by their names in records: dotted key, declaration, that of the group if any."""
    found: dict[str, tuple[str, FieldInfo, FieldInfo | None]] = {}
    for prefix, section in _scenario_sections():
        if prefix.endswith(".*") or _one_kind(section):
            continue
        for name, field in section.model_fields.items():
            inner = _sections(field)
            if inner is Spread:
                for part, leaf in Spread.model_fields.items():
                    found[f"{name}_{part}"] = (f"{prefix}.{name}.{part}", leaf, field)
            elif inner is None:
                found[name] = (f"{prefix}.{name}", field, None)
    for name, field in leaves(state.LeverEffects):
        found[name] = (f"lever effects: {name}", field, None)
    return found


def _symbols(equations: str, where: str) -> str:
    text = re.sub(r"#.*|\bover \w+", "", equations)
    made = set(re.findall(r"^\s*([a-z_]+) *= ", text, re.MULTILINE))
    declared = _declared()
    clashes = sorted({*made, *_WORDS} & set(declared))
    if clashes:
        raise SystemExit(
            f"docs/odd.md: {where}: {clashes} are names of settings; give what is defined here "
            "names of its own"
        )
    rows = []
    unknown = []
    for name in sorted(set(re.findall(r"[A-Za-z_][A-Za-z_.]*", text))):
        owner, _, field = name.partition(".")
        one = _OWNERS[owner][0].model_fields.get(field) if owner in _OWNERS else None
        if one is not None:
            rows.append([code(name), _OWNERS[owner][1], quantity(field, one).meaning, _zh(one)])
        elif name in declared and name not in made:
            key, one, around = declared[name]
            said = setting_cells(key, one, around)
            rows.append([code(name), code(key), said[2], said[3]])
        elif name not in made and name not in _WORDS and len(name) > 1:
            unknown.append(name)
    if unknown:
        raise SystemExit(f"docs/odd.md: {where}: symbols that are not declared: {unknown}")
    if not rows:
        return "All symbols are defined above."
    return table(["Symbol", "Of", "Meaning", "Chinese"], rows)


def _with_symbols(text: str) -> str:
    """The text with the table of symbols of each submodel, from the equations above the table."""
    parts = re.split(r"(?m)^(?=### )", text)
    for number, part in enumerate(parts):
        if "<!-- begin symbols" in part:
            equations = "\n".join(re.findall(r"```text\n(.*?)```", part, re.DOTALL))
            where = part.splitlines()[0]
            parts[number] = between(part, "symbols", _symbols(equations, where))
    return "".join(parts)


# Pages.


def odd(world: Scenario) -> str:
    """docs/odd.md with current tables."""
    text = (HERE / "odd.md").read_text(encoding="utf-8")
    tables: dict[str, Callable[[], str]] = {
        "state": _state,
        "draws": _draws,
        "measures": measures_table,
        "parameters": lambda: parameter_tables(world),
        "levers": lambda: lever_tables(world),
    }
    for name, write in tables.items():
        text = between(text, name, write())
    return _with_symbols(text)


def rows() -> list[dict[str, Any]]:
    """The clauses of the source, from docs/source.toml."""
    found: list[dict[str, Any]] = tomllib.loads((HERE / "source.toml").read_text(encoding="utf-8"))[
        "row"
    ]
    return found


def _clause(row: dict[str, Any]) -> str:
    zh = "、".join(chinese for _, chinese in row["terms"])
    lists = {
        "Rules": row["rules"],
        "Settings": row["settings"],
        "Measures": row["measures"],
        "Also read off": row.get("tables", ()),
        "Scenarios": row.get("scenarios", ()),
        "Tests": row["tests"],
    }
    lines = [f"- {name}: {codes(names)}" for name, names in lists.items() if names]
    if "absent" in row:
        lines.append(f"- Not in the model: {row['absent']}")
    return f"### {row['id']} {row['title']}\n\n{zh}\n\n{row['text']}\n\n" + "\n".join(lines)


def source() -> str:
    """docs/source.md: each clause of the source, and its place in the program."""
    parts = [
        "# The source, row by row",
        "What the essay says on administrative execution and its reform, in our own words, and "
        "where each clause is in the program: its rules, its settings, the measures that show it, "
        "the tests that check it. Rules name these rows in their docstrings. This page is written "
        "by `python -m docs.build` from `docs/source.toml`; edit that file.",
    ]
    for letter, title in PARTS.items():
        parts.append(f"## {letter}. {title}")
        parts += [_clause(row) for row in rows() if row["id"].startswith(letter)]
    return "\n\n".join(parts) + "\n"


def _names[One: Kind](kinds: Kinds[One]) -> str:
    return table(["Name", "Chinese"], ([code(name), kind.zh] for name, kind in kinds.of.items()))


def _settings_glossary() -> Iterator[list[str]]:
    for prefix, section in _scenario_sections():
        if _one_kind(section) is None:
            for key, said in settings(section, prefix):
                yield [code(key), said[2], said[3]]
    for prefix, kind in (
        ("levers.*", Lever),
        ("reform.*", Reform),
        ("variant.*", Variant),
        ("series.*", Series),
    ):
        for key, said in settings(kind, prefix):
            yield [code(key), said[2], said[3]]


def _section_rows() -> Iterator[list[str]]:
    kinds: list[tuple[str, type[BaseModel]]] = [
        *_scenario_sections(),
        ("levers.*", Lever),
        ("reform.*", Reform),
        ("variant.*", Variant),
        ("series.*", Series),
        ("mechanisms", Mechanisms),
        *STATE.items(),
    ]
    for key, section in dict(kinds).items():
        yield [code(key), *heading(section)]


def glossary(world: Scenario) -> str:
    """docs/glossary.md: all concepts in English and Chinese."""
    terms = ([row["id"], *term] for row in rows() for term in row["terms"])
    states = (
        [code(f"{name}.{field}"), *setting_cells(field, declared)[2:4]]
        for name, record in STATE.items()
        for field, declared in record.model_fields.items()
    )
    levers = ([code(name), lever.title, lever.zh] for name, lever in world.levers.items())
    measures = ([code(one.name), one.title, one.zh] for one in MEASURES.values())
    named = ["Name", "English", "Chinese"]
    parts = {
        "Terms of the source": table(["Row", "English", "Chinese"], terms),
        "Conducts": _names(CONDUCTS),
        "Profiles of the third state": _names(PROFILES),
        "Channels of supervision": _names(CHANNELS),
        "Kinds of eye": _names(EYES),
        "Sources of appraisal": _names(APPRAISERS),
        "Annual grades": _names(GRADES),
        "Categories of post": _names(CATEGORIES),
        "Levers": table(named, levers),
        "Measures": table(named, measures),
        "Groups of settings and records": table(named, _section_rows()),
        "Settings": table(named, _settings_glossary()),
        "State": table(named, states),
        "Plans": table(named[1:], PLANNING),
        "Where a condition holds, and what to find out": table(named[1:], TERMS),
    }
    head = (
        "# Glossary\n\nEvery concept in English and Chinese. Written by `python -m docs.build`; "
        "terms stand beside their declarations in `sim/`, those of the source in "
        "`docs/source.toml`."
    )
    return head + "".join(f"\n\n## {title}\n\n{table}" for title, table in parts.items()) + "\n"


def pages() -> dict[Path, str]:
    """The current content of all files that are generated or have generated parts."""
    world = Scenario.load("district")
    return {
        HERE / "odd.md": odd(world),
        HERE / "source.md": source(),
        HERE / "glossary.md": glossary(world),
        HERE / "levers.md": levers.page(world),
        **standards.pages(world),
        typed_rows.FILE: typed_rows.written(),
    }


def main() -> None:
    """Write the files, or report those that are out of date."""
    parser = argparse.ArgumentParser(prog="python -m docs.build", description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 if out of date")
    check = parser.parse_args().check
    late = {
        path: text
        for path, text in pages().items()
        if not path.is_file() or path.read_text(encoding="utf-8") != text
    }
    for path, text in late.items():
        if check:
            print(f"{path.name} is out of date; run: python -m docs.build", file=sys.stderr)
        else:
            path.write_text(text, encoding="utf-8")
            print(f"wrote {path.name}")
    sys.exit(1 if check and late else 0)


if __name__ == "__main__":
    main()
