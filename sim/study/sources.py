"""A digest of the model's code without its texts: the part of the code that determines results.

The digest is taken from parsed code. Comments, docstrings, the types of a function's arguments,
what errors say and the texts of declarations (meaning, title, Chinese term, source, colour) are
left out, so editing them leaves stored studies valid. Everything else counts: operators, constants,
bounds, defaults, names, units, store types and the order in which things are declared.
"""

import ast
import functools
import hashlib
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

from sim.machine.compiled import CACHE, files_with_rules

_HOME = Path(__file__).parents[1]
# Files that set up and run a scenario and compute its measures, in addition to those with rules.
_FILES = (
    "calendar.py",
    "calibration/candidates.py",
    "calibration/experiments.py",
    "expression.py",
    "measures.py",
    "simulate.py",
    "summaries.py",
    "study/broken_down.py",
    "planning/model.py",
    "study/model.py",
    "theory/mean_field.py",
    "world/*.py",
)
# Files that only type checkers read.
_NOT_RUN = ("mechanisms/typed.py", "mechanisms/tables.py")


class Texts(NamedTuple):
    """Arguments of a declaration that are texts: by position, and by name."""

    places: tuple[int, ...]
    names: tuple[str, ...]


_NUMBER = Texts(
    (0,),
    (
        *("meaning", "zh", "meaning_zh", "source", "intended"),
        *("inert", "inert_zh", "saves", "saves_zh"),
    ),
)
_KIND = Texts(
    (1, 2, 3, 4, 5, 6, 7, 8),
    ("title", "zh", "letter", "letter_zh", "colour", "hatch", "said", "plain"),
)
_TITLED = Texts((1, 2, 3), ("title", "zh", "meaning"))
# Text arguments of functions and classes that declare something.
_TEXTS = {
    "sim.declare.number": _NUMBER,
    "sim.declare.share": _NUMBER,
    "sim.declare.count": _NUMBER,
    "sim.declare.group": _NUMBER,
    "sim.declare.each": Texts((1,), ("about",)),
    "sim.declare.merged": Texts((1,), ("about",)),
    "sim.kinds.Kind": _KIND,
    "sim.kinds.Conduct": _KIND,
    "sim.machine.draws.decision": Texts((1,), ("uses",)),
    "sim.mechanisms.measuring.Measure": Texts((1, 2, 4), ("title", "zh", "meaning")),
    "sim.mechanisms.measuring.ratio_of": Texts((1, 2, 4), ("title", "zh", "meaning")),
    "sim.mechanisms.measuring.share_of": _TITLED,
    "sim.mechanisms.measuring.yearly": _TITLED,
    "sim.mechanisms.measuring.among": _TITLED,
    "pydantic.Field": Texts((), ("description", "title")),
    "pydantic.create_model": Texts((), ("__doc__",)),
}
# Entries of Field(json_schema_extra={…}) that are texts.
_EXTRA = ("zh", "meaning_zh", "source")


@functools.cache
def sources_digest(home: Path = _HOME) -> str:
    """SHA-256 of the code of the package in ``home`` without its texts; hexadecimal.

    To parse all files takes half a second, so the digest is kept beside the compiled rules.
    """
    if CACHE is None or home != _HOME:
        return _digested(home)
    kept = CACHE / f"sources-{_bytes_of(home)}"
    try:
        return kept.read_text("ascii")
    except OSError:
        found = _digested(home)
    with suppress(OSError):
        written = kept.with_suffix(f".{os.getpid()}")
        written.write_text(found, "ascii")
        written.replace(kept)
    return found


def _bytes_of(home: Path) -> str:
    """SHA-256 of all that the digest is computed from: Python, this file and those it reads."""
    digest = hashlib.sha256(sys.version.encode())
    for path in (Path(__file__), *_files(home)):
        digest.update(path.relative_to(_HOME).as_posix().encode() + path.read_bytes())
    return digest.hexdigest()


def _digested(home: Path) -> str:
    trees = {path.relative_to(home).as_posix(): _parsed(path, home) for path in _files(home)}
    read = {name: _read(tree) for name, tree in trees.items()}
    elsewhere = {name for _, of_others in read.values() for name in of_others}
    digest = hashlib.sha256()
    for name, tree in trees.items():
        here, _ = read[name]
        _drop_unread(tree, here | elsewhere)
        written = [f"\n{name}\n"]
        _write(tree, written)
        digest.update("".join(written).encode())
    return digest.hexdigest()


def digest_of(names: Sequence[str], home: Path = _HOME) -> str:
    """SHA-256 of the code of some files in ``home`` without its texts; hexadecimal."""
    digest = hashlib.sha256()
    for name in names:
        written = [f"\n{name}\n"]
        _write(_parsed(home / name, home), written)
        digest.update("".join(written).encode())
    return digest.hexdigest()


def _files(home: Path) -> list[Path]:
    others = [path for pattern in _FILES for path in home.glob(pattern)]
    not_run = [home / name for name in _NOT_RUN]
    return sorted({*files_with_rules(home), *others}.difference(not_run))


def _parsed(path: Path, home: Path) -> ast.Module:
    tree = ast.parse(path.read_bytes())
    module = ".".join([_HOME.name, *path.relative_to(home).with_suffix("").parts])
    bare: ast.Module = _WithoutTexts(_known_as(tree, module)).visit(tree)
    return bare


def _known_as(tree: ast.Module, module: str) -> dict[str, str]:
    """The full name of everything that a file imports or defines, by its name in the file."""
    found = {}
    for node in _statements(tree):
        if isinstance(node, ast.ImportFrom):
            for one in node.names:
                found[one.asname or one.name] = f"{node.module}.{one.name}"
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            found[node.name] = f"{module}.{node.name}"
    return found


# Fields of a node that hold statements, or what holds statements.
_BODIES = ("body", "orelse", "finalbody", "handlers", "cases")


def _statements(node: ast.AST) -> Iterator[ast.AST]:
    """Every statement inside a node, without its expressions, which are most of a file."""
    for field in _BODIES:
        inside = getattr(node, field, None)
        if isinstance(inside, list):
            for one in inside:
                yield one
                yield from _statements(one)


class _WithoutTexts(ast.NodeTransformer):
    """Removes from parsed code what cannot change a result."""

    def __init__(self, known_as: dict[str, str]) -> None:
        self._known_as = known_as
        # Whether the current statement is in the body of a class.
        self._fields = False

    def visit_Expr(self, node: ast.Expr) -> Any:
        """Remove docstrings."""
        if isinstance(node.value, ast.Constant):
            return None
        return self.generic_visit(node)

    def visit_If(self, node: ast.If) -> Any:
        """Remove what only type checkers read."""
        if isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING":
            node.body = []
        return self.generic_visit(node)

    def visit_ClassDef(self, node: ast.ClassDef) -> Any:
        """Remove text fields of a class that declares something."""
        texts = _TEXTS.get(self._known_as.get(node.name, ""))
        if texts is not None:
            node.body = [one for one in node.body if _field_name(one) not in texts.names]
        return self._visit_inside(node, fields=True)

    def visit_FunctionDef(self, node: ast.FunctionDef) -> Any:
        """Remove the types of a function's arguments and result."""
        node.returns = None
        node.type_params = []
        return self._visit_inside(node, fields=False)

    def _visit_inside(self, node: ast.AST, fields: bool) -> Any:
        before, self._fields = self._fields, fields
        found = self.generic_visit(node)
        self._fields = before
        return found

    def visit_arg(self, node: ast.arg) -> Any:
        """Remove the type of an argument."""
        return ast.arg(arg=node.arg)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> Any:
        """Remove the type of a variable; that of a field stays, because it checks settings."""
        if self._fields:
            return self.generic_visit(node)
        if node.value is None:
            return None
        return self.generic_visit(ast.Assign(targets=[node.target], value=node.value))

    def visit_Raise(self, node: ast.Raise) -> Any:
        """Remove the text of an error."""
        if isinstance(node.exc, ast.Call):
            node.exc = node.exc.func
        return self.generic_visit(node)

    def visit_Call(self, node: ast.Call) -> Any:
        """Remove the texts of a declaration."""
        texts = _TEXTS.get(self._full_name(node.func))
        if texts is not None:
            node.args = [one for n, one in enumerate(node.args) if n not in texts.places]
            node.keywords = [one for one in node.keywords if one.arg not in texts.names]
            for one in node.keywords:
                _drop_extra(one)
        return self.generic_visit(node)

    def _full_name(self, called: ast.expr) -> str:
        if isinstance(called, ast.Attribute):
            return f"{self._full_name(called.value)}.{called.attr}"
        return self._known_as.get(called.id, "") if isinstance(called, ast.Name) else ""


def _field_name(statement: ast.stmt) -> str | None:
    if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
        return statement.target.id
    return None


def _drop_extra(keyword: ast.keyword) -> None:
    """Remove the texts of json_schema_extra={…}."""
    if keyword.arg == "json_schema_extra" and isinstance(keyword.value, ast.Dict):
        entries = zip(keyword.value.keys, keyword.value.values, strict=True)
        kept = [(key, value) for key, value in entries if not _is_text(key)]
        keyword.value = ast.Dict([key for key, _ in kept], [value for _, value in kept])


def _is_text(key: ast.expr | None) -> bool:
    return isinstance(key, ast.Constant) and key.value in _EXTRA


def _read(tree: ast.Module) -> tuple[set[str], set[str]]:
    """Names that a file reads, and names that it imports or reads as attributes of what it imports.

    What counts of the first is in the file itself; of the second, in other files.
    """
    here, of_others = set(), set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Name):
            if isinstance(node.ctx, ast.Load):
                here.add(node.id)
        elif isinstance(node, ast.Attribute):
            of_others.add(node.attr)
        elif isinstance(node, ast.ImportFrom):
            of_others.update(one.name for one in node.names)
    return here, of_others


def _drop_unread(tree: ast.Module, read: set[str]) -> None:
    """Remove named texts that only removed declarations used, such as sources and colours."""
    tree.body = [one for one in tree.body if _names_of_text(one) <= read]


def _names_of_text(statement: ast.stmt) -> set[str]:
    """The names to which a statement assigns a text; empty for any other statement."""
    if not isinstance(statement, ast.Assign) or not isinstance(statement.value, ast.Constant):
        return set()
    if not isinstance(statement.value.value, str):
        return set()
    return {target.id for target in statement.targets if isinstance(target, ast.Name)}


def _write(node: Any, into: list[str]) -> None:
    """Append parsed code as text that, unlike ``ast.dump``, is the same in all Python versions."""
    if isinstance(node, ast.AST):
        into.append(f"{type(node).__name__}(")
        for name in node._fields:
            value = getattr(node, name, None)
            # “kind” is only the prefix of a quoted text.
            if value is not None and value != [] and name != "kind":
                into.append(f"{name}=")
                _write(value, into)
        into.append(")")
    elif isinstance(node, list):
        into.append("[")
        for one in node:
            _write(one, into)
        into.append("]")
    else:
        into.append(f"{node!r},")
