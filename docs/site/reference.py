"""Reference pages: commands, files and the Python interface, from the program itself."""

import json
import types
from collections.abc import Iterable, Iterator
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined
from typer.main import get_command
from typer.testing import CliRunner

import sim
from docs.build import lever_tables, measures_table, parameter_tables
from docs.pages import code, table
from sim.cli import command_line
from sim.declare import heading
from sim.planning.question import LeverRange, Question, Size
from sim.study.designs import KINDS
from sim.study.experiment import Experiment, Family, ListedPoint
from sim.study.factors import Factor
from sim.world.scenario import Scenario

# Columns of the help.
_WIDTH = "100"
# Modules beside ``sim`` that users call, and what of them.
_PUBLIC = {
    "sim.world.posterior": ("Posterior", "posterior"),
    "sim.study.compare": ("run_packages",),
    "sim.study.package": ("Package",),
    "sim.study.clauses": ("run_clauses",),
    "sim.study.estimate": ("Estimate",),
    "sim.calibration.calibration": ("Calibration",),
    "sim.calibration.patterns": ("Patterns",),
    "sim.planning.question": ("Question",),
    "sim.planning.planning": ("Planning",),
    "sim.planning.answer": ("Answer",),
}


# Commands.


def _commands(command: Any, words: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    yield words
    for name, inner in getattr(command, "commands", {}).items():
        if not getattr(inner, "hidden", False):
            yield from _commands(inner, (*words, name))


def commands() -> str:
    """Every command with its help, as the command line prints it."""
    parts = [
        "# Commands",
        "What `zhixing COMMAND --help` prints. Exit codes: 0 done, 1 failed, 2 wrong input.",
    ]
    runner = CliRunner()
    for words in _commands(get_command(command_line)):
        done = runner.invoke(
            command_line,
            [*words, "--help"],
            prog_name="zhixing",
            env={"COLUMNS": _WIDTH, "TERMINAL_WIDTH": _WIDTH, "NO_COLOR": "1"},
        )
        if done.exit_code:
            raise SystemExit(f"zhixing {' '.join(words)} --help: {done.output}")
        parts += [f"## zhixing {' '.join(words)}".rstrip(), f"```text\n{done.output.strip()}\n```"]
    return "\n\n".join(parts) + "\n"


# Files.


def _type(kind: Any) -> str:
    """A type in words, as a file writes it."""
    origin, inside = get_origin(kind), get_args(kind)
    if origin is Annotated:
        return _type(inside[0])
    if origin is Literal:
        return " or ".join(f"`{json.dumps(one)}`" for one in inside)
    if origin in (Union, types.UnionType):
        told = [_type(one) for one in inside if one is not type(None)]
        return " or ".join(dict.fromkeys(told))
    if origin in (tuple, list):
        return f"list: {_type(inside[0])}" if inside else "list"
    if origin is dict:
        return "table"
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return "table"
    named = {str: "text", int: "whole number", float: "number", bool: "true or false"}
    return named.get(kind, "number, text, list or table" if kind is Any else "text")


def _bounds(field: FieldInfo) -> str:
    found = {}
    for bound in field.metadata:
        for name in ("ge", "gt", "le", "lt"):
            if getattr(bound, name, None) is not None:
                found[name] = f"{getattr(bound, name):,}".removesuffix(".0")
    words = {"ge": "at least", "gt": "above", "le": "at most", "lt": "below"}
    return ", ".join(f"{words[name]} {value}" for name, value in found.items())


def _default(field: FieldInfo) -> str:
    if field.default is PydanticUndefined:
        return "needed" if field.default_factory is None else "none"
    value = field.default
    if value is None or value in ({}, ()):
        return "none"
    if isinstance(value, BaseModel):
        return "as below"
    return code(json.dumps(value, ensure_ascii=False))


def entries(model: type[BaseModel], without: Iterable[str] = ()) -> str:
    """A table of the entries of a file, or of a table in one."""
    rows = (
        [
            code(field.alias or name),
            _type(field.annotation),
            _bounds(field),
            _default(field),
            field.description or "",
        ]
        for name, field in model.model_fields.items()
        if name not in without
    )
    return table(["Entry", "Type", "Range", "If missing", "Meaning"], rows)


def _part(title: str, model: type[BaseModel], without: Iterable[str] = ()) -> str:
    told, zh = heading(model)
    return f"## {title}\n\n{told}{f' ({zh})' if zh else ''}.\n\n{entries(model, without)}"


def scenario() -> str:
    """The entries of a scenario's file: texts, sections of settings, levers, reforms, series."""
    world = Scenario.load("district")
    own = {
        name: field
        for name, field in Scenario.model_fields.items()
        if name != "name"
        and not (isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel))
    }
    rows = [["`extends`", "text", "none", "the scenario from which all that is not here is taken"]]
    rows += [
        [code(name), _type(field.annotation), _default(field), field.description or ""]
        for name, field in own.items()
    ]
    return (
        "\n\n".join(
            [
                "# Files of scenarios",
                "A scenario is a TOML file. It says what differs from the scenario it extends, "
                "which also gives what is needed and not in the file. "
                "`zhixing check FILE` checks it; "
                "`zhixing check FILE --full` prints every setting with range, meaning and source. "
                "[Extending](../docs/extending.md) has examples of each part.",
                "## At the top",
                table(["Entry", "Type", "If missing", "Meaning"], rows),
                "## Settings",
                "Values are those of `district`. Unit, range, meaning, Chinese term and source "
                "come from the declarations in the program.",
                parameter_tables(world, named="### {}\n\n"),
                "## Levers, reforms, variants, series",
                lever_tables(world),
            ]
        )
        + "\n"
    )


def experiment() -> str:
    """The entries of an experiment's file."""
    parts = [
        "# Files of experiments",
        "An experiment is a TOML file that `zhixing study FILE` runs. "
        "[Studies](../docs/studies.md) explains designs and estimates.",
        _part("The file", Experiment, without=("name",)),
        _part("`[factor.NAME]`", Factor),
        _part("`[[point]]`", ListedPoint),
        _part("`[[family]]`", Family),
        "## `[design]`",
        "`kind` names the design; the other entries depend on it.",
    ]
    for kind, design in KINDS.items():
        parts += [f"### `{kind}`", heading(design)[0] + ".", entries(design, without=("kind",))]
    return "\n\n".join(parts) + "\n"


def plan() -> str:
    """The entries of a plan's file."""
    return (
        "\n\n".join(
            [
                "# Files of plans",
                "A plan is a TOML file that `zhixing plan FILE` runs; most of it can be given by "
                "options instead. [Plans](../docs/plan.md) tells how the answer is read.",
                _part("The file", Question, without=("name",)),
                _part("`[lever.NAME]`", LeverRange),
                _part("`[size]`", Size),
            ]
        )
        + "\n"
    )


def measures() -> str:
    """Every measure, with unit and meaning."""
    return f"# Measures\n\nWhat runs are measured by.\n\n{measures_table()}\n"


# Python.


def python() -> str:
    """The Python interface, which autodoc fills in from docstrings."""
    parts = [
        "# Python",
        "What `from sim import …` offers, and further modules that notebooks use. "
        "[The tutorial](../docs/tutorial.md) is a worked example.",
        "## sim",
    ]
    for name in sim.__all__:
        if not name.startswith("__"):
            parts.append(_documented("sim", name))
    for module, names in _PUBLIC.items():
        parts.append(f"## {module}")
        parts += [_documented(module, name) for name in names]
    return "\n\n".join(parts) + "\n"


def _documented(module: str, name: str) -> str:
    one = getattr(__import__(module, fromlist=[name]), name)
    kind, members = "autofunction", ""
    if isinstance(one, type):
        kind, members = "autoclass", "\n   :members:"
        bases = [base for base in one.__mro__ if not base.__module__.startswith("sim.")]
        if one.__mro__.index(bases[0]) > 1:
            # Those of its bases in the package too, up to the first that is not of the package.
            members += f"\n   :inherited-members: {bases[0].__name__}"
    return f"### {name}\n\n```{{eval-rst}}\n.. {kind}:: {module}.{name}{members}\n```"


def pages() -> dict[str, str]:
    """The reference pages by path."""
    return {
        "reference/commands.md": commands(),
        "reference/python.md": python(),
        "reference/scenario.md": scenario(),
        "reference/measures.md": measures(),
        "reference/experiment.md": experiment(),
        "reference/plan.md": plan(),
    }
