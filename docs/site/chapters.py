"""The pages on mechanisms, a page for each module of ``sim/mechanisms``."""

import inspect
import re
from collections.abc import Iterator
from types import ModuleType
from typing import Any

from pydantic import BaseModel

from docs import standards
from docs.build import rows as source_rows
from docs.build import setting_cells, settings
from docs.pages import code, codes, table
from sim import mechanisms
from sim.declare import Section, heading
from sim.machine.draws import DECISIONS
from sim.mechanisms.measuring import Measure

_TERM = re.compile(r"\s*[(（]([^()（）]*[\u4e00-\u9fff][^()（）]*)[)）]")
_SETTINGS = ["Setting", "Unit", "Range", "Meaning", "Chinese", "Source"]
_FIELDS = ["Field", "Unit", "Range", "Meaning", "Chinese"]


def about(module: ModuleType) -> tuple[str, str, str]:
    """Title, Chinese term and claim of a chapter, from the first line of its docstring."""
    first = inspect.getdoc(module) or ""
    title, _, claim = first.splitlines()[0].partition(":")
    found = _TERM.search(title)
    return _TERM.sub("", title).strip(" ."), found[1] if found else "", claim.strip()


def _declared(module: ModuleType) -> Iterator[type[Section]]:
    for one in mechanisms.DECLARED:
        if one.__module__ == module.__name__:
            yield one


def _settings_of(section: type[Section]) -> str:
    title, zh = heading(section)
    kinds = {field.annotation for field in section.model_fields.values()}
    kind = next(iter(kinds))
    if len(kinds) == 1 and isinstance(kind, type) and issubclass(kind, BaseModel):
        inner = list(settings(kind, f"{section.section}.*"))
    else:
        inner = []
    cells = inner or list(settings(section, section.section))
    told = f"{title}{f' ({zh})' if zh else ''}"
    return f"**`{section.section}`**: {told}\n\n" + table(
        _SETTINGS, ([code(key), *said] for key, said in cells)
    )


def _fields_of(section: type[Section]) -> str:
    title, zh = heading(section)
    cells = (
        [code(name), *setting_cells(name, field)[:4]]
        for name, field in section.model_fields.items()
    )
    told = f"{title}{f' ({zh})' if zh else ''}"
    return f"**Of each `{section.row}`**: {told}\n\n{table(_FIELDS, cells)}"


def _measures_of(module: ModuleType) -> str:
    found: tuple[Measure, ...] = tuple(getattr(module, "MEASURES", ()))
    heads = ["Measure", "English", "Chinese", "Unit", "Meaning"]
    return table(heads, ([code(m.name), m.title, m.zh, m.unit, m.meaning] for m in found))


def _draws_of(module: ModuleType) -> str:
    numbers = re.findall(r"^(\w+) = decision\((\d+),", inspect.getsource(module), re.MULTILINE)
    return table(
        ["Decision", "Number", "Drawn"],
        ([code(name), number, DECISIONS[int(number)]] for name, number in numbers),
    )


def _typed(name: str, annotation: Any) -> str:
    return name if annotation is inspect.Parameter.empty else f"{name}: {annotation}"


def rules_of(module: ModuleType) -> Iterator[tuple[str, str, str]]:
    """Name, signature and docstring of every public rule that a chapter defines, in its order."""
    for name, value in vars(module).items():
        function = getattr(value, "py_func", value)
        own = inspect.isfunction(function) and function.__module__ == module.__name__
        if own and not name.startswith("_"):
            signature = inspect.signature(function)
            takes = ", ".join(
                _typed(one.name, one.annotation) for one in signature.parameters.values()
            )
            gives = signature.return_annotation
            returns = "" if gives is inspect.Signature.empty else f" -> {gives}"
            yield name, f"({takes}){returns}", inspect.getdoc(function) or ""


def _rules(module: ModuleType) -> str:
    return "\n\n".join(
        f"::::{{py:function}} {module.__name__}.{name}{signature}\n\n{said}\n::::"
        for name, signature, said in rules_of(module)
    )


def anchor(title: str) -> str:
    """The name that a heading has in links."""
    return re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-")


def _places(name: str) -> str:
    """Where else the chapter is spoken of: equations, clauses of the source, tests."""
    (section,) = (one for one in standards.described() if name in one.chapters)
    shown = f"{section.number} {section.title}"
    files = ", ".join(f"sim/mechanisms/{one}.py" for one in section.chapters)
    lines = [f"- Equations: [section {shown}](../docs/odd.md#{anchor(f'{shown} ({files})')})"]
    path = f"sim/mechanisms/{name}.py"
    own = [row for row in source_rows() if path in row["rules"]]
    if own:
        titles = [f"{row['id']} {row['title']}" for row in own]
        links = (f"[{title}](../docs/source.md#{anchor(title)})" for title in titles)
        lines.append(f"- Clauses of the source: {', '.join(links)}")
    lines.append(f"- Module: `sim.mechanisms.{name}` ({name.replace('_', '-')})")
    tests = standards.tests_of(name)
    if tests:
        lines.append(f"- Tests: {codes(tests)}")
    return "\n".join(lines)


def _page(name: str, module: ModuleType) -> str:
    title, zh, claim = about(module)
    told = (inspect.getdoc(module) or "").split("\n", 1)
    parts = [f"# {title}{f' {zh}' if zh else ''}", claim[:1].upper() + claim[1:]]
    parts += [told[1].strip() if len(told) > 1 else "", _places(name)]
    held = list(_declared(module))
    sections = {
        "Clauses that levers move": [
            _settings_of(one) for one in held if one.section.startswith("mechanisms.")
        ],
        "Settings": [
            _settings_of(one)
            for one in held
            if one.section and not one.section.startswith("mechanisms.")
        ],
        "Fields of the state, and sums": [_fields_of(one) for one in held if one.row],
        "Measures": [_measures_of(module)] if getattr(module, "MEASURES", ()) else [],
        "Random draws": [_draws_of(module)] if " = decision(" in inspect.getsource(module) else [],
        "Rules": [_rules(module)],
    }
    for head, bodies in sections.items():
        if any(bodies):
            parts += [f"## {head}", *bodies]
    return "\n\n".join(part for part in parts if part) + "\n"


def pages() -> dict[str, str]:
    """A page for each chapter and one that lists them, by path."""
    modules = dict(zip(mechanisms.CHAPTERS, mechanisms.modules(), strict=True))
    listed = (
        [f"[{title}]({name}.md)", zh, claim]
        for name, module in modules.items()
        for title, zh, claim in [about(module)]
    )
    index = (
        "# Mechanisms, chapter by chapter\n\n"
        "Each chapter is a module of `sim/mechanisms`. Its page shows what the module declares: "
        "its claim and source, the clauses that levers move, its settings, what it keeps of "
        "whom, its measures and its rules. The equations are in "
        "[section 7 of the model's description](../docs/odd.md).\n\n"
        + table(["Chapter", "Chinese", "What it says"], listed)
        + "\n\n```{toctree}\n:hidden:\n\n"
        + "\n".join(modules)
        + "\n```\n"
    )
    return {
        "mechanisms/index.md": index,
        **{f"mechanisms/{name}.md": _page(name, module) for name, module in modules.items()},
    }
