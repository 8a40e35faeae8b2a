"""Errors for people: what, where, what was expected, and the nearest right name."""

import difflib
import re
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any, get_args

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo


class BadInput(ValueError):
    """Something a user gave is wrong; its message is one clear line. Exit code 2.

    Where several things are wrong, it has a message for each.

    >>> from sim import BadInput, Scenario
    >>> try:
    ...     Scenario.load("distrikt")
    ... except BadInput as error:
    ...     print(error)
    no scenario “distrikt”; did you mean “district”?
    """

    @property
    def each(self) -> tuple[str, ...]:
        """Its messages, one or more."""
        return tuple(map(str, self.args))

    def __str__(self) -> str:
        """All messages in one line."""
        return "; ".join(self.each)


class RunFailed(RuntimeError):
    """A run raised an error, and the work cannot continue without it."""


# Most messages on one file.
MOST_TOLD = 20


class Problems(list[str]):
    """Messages on all that is wrong in a file, so that they are shown together."""

    @contextmanager
    def noted(self) -> Iterator[None]:
        """Keep the messages of a BadInput raised inside, and go on after it."""
        try:
            yield
        except BadInput as error:
            self.extend(error.each)

    def refuse(self) -> None:
        """Raise BadInput with all messages; nothing if there are none."""
        told = list(dict.fromkeys(self))
        if len(told) > MOST_TOLD:
            told[MOST_TOLD:] = [f"and {len(told) - MOST_TOLD} more"]
        if told:
            raise BadInput(*told)


# So many entries that are missing are told in one line.
_FEW_MISSING = 3
# Choices that are listed where none is near.
FEW = 12


# Letters of a name that may be a misspelt one; comparing takes time with their square.
LONGEST = 100
# Choices that are looked through for one.
MOST_CHOICES = 10_000


def closest(word: str, choices: Iterable[str]) -> str:
    """The choice most like ``word``; empty where none is."""
    known = sorted(choices)
    if len(word) > LONGEST or len(known) > MOST_CHOICES:
        return ""
    return next(iter(difflib.get_close_matches(word, known, n=1, cutoff=0.5)), "")


def nearest(word: str, choices: Iterable[str]) -> str:
    """``; did you mean “x”?`` for the choice most like ``word``, else the choices if few."""
    known = sorted(choices)
    close = closest(word, known)
    if close:
        return f"; did you mean “{close}”?"
    listed = f"; known: {', '.join(known)}" if 0 < len(known) <= FEW else ""
    return listed if len(listed) <= FEW * LONGEST else ""


def finite(value: Any, at: str, expected: str = "a number") -> float:
    """A finite number as it is given. Raises BadInput that begins with ``at`` for anything else."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise BadInput(f"{at}: expected {expected}, got {shown(value)}")
    if not abs(value) <= sys.float_info.max:
        raise BadInput(f"{at}: {shown(value)} is not a finite number")
    return value


def _models_in(kind: Any) -> list[type[BaseModel]]:
    """Models that an annotation speaks of, itself or inside lists, tables and unions."""
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return [kind]
    return [model for part in get_args(kind) for model in _models_in(part)]


def _names_at(model: type[BaseModel], path: tuple[Any, ...]) -> list[str]:
    """Settings that are known where ``path`` leads; of a union, those of the kind it names."""
    models = [model]
    for part in path:
        inside = [field for one in models for name, field in _entries(one) if name == part]
        if inside:
            models = [one for field in inside for one in _models_in(field.annotation)]
            continue
        models = [one for one in models if _is_of_kind(one, part)] or models
    return list(dict.fromkeys(name for one in models for name, _ in _entries(one)))


def _entries(model: type[BaseModel]) -> Iterator[tuple[str, FieldInfo]]:
    """Fields of a model under the names that they have in files."""
    for name, field in model.model_fields.items():
        yield field.alias or name, field


_EXPECTED = {
    "float_type": "a number",
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "string_type": "text in quotes",
    "bool_type": "true or false",
    "tuple_type": "a list",
    "dict_type": "a table",
    "model_type": "a table of settings",
    "model_attributes_type": "a table of settings",
}


def shown(value: Any) -> str:
    """A value as it is shown in a message, shortened where it is long."""
    if isinstance(value, int) and abs(value) > sys.maxsize:
        # Python refuses to write very long integers in digits.
        return "a whole number that is too large"
    text = f"“{value}”" if isinstance(value, str) else repr(value)
    text = {"True": "true", "False": "false"}.get(text, text)
    return text if len(text) <= 60 else text[:57] + "…"


def _key(path: tuple[Any, ...], at: str = "") -> str:
    """Where a value stands, in dotted names below ``at``; entries of lists count from 1."""
    parts = [str(part + 1) if isinstance(part, int) else str(part) for part in path]
    return ".".join([at, *parts] if at else parts)


def _say(error: Any, model: type[BaseModel], at: str = "") -> str:
    path = tuple(part for part in error["loc"] if not str(part).startswith("function-"))
    key = _key(path, at)
    kind, value, context = error["type"], error["input"], error.get("ctx", {})
    if kind == "extra_forbidden":
        return f"{key}: no such setting{nearest(str(path[-1]), _names_at(model, path[:-1]))}"
    if kind == "missing":
        return f"{key}: {_missing(model, path)}"
    if kind == "greater_than_equal":
        return f"{key}: {shown(value)} is too small; expected at least {context['ge']:g}"
    if kind == "less_than_equal":
        return f"{key}: {shown(value)} is too large; expected at most {context['le']:g}"
    if kind == "finite_number":
        return f"{key}: {shown(value)} is not a finite number"
    if kind == "string_too_long":
        most = context["max_length"]
        return f"{key}: {len(value):,} characters; expected at most {most:,}"
    if kind == "too_short":
        return f"{key}: expected at least {context['min_length']} value, got {shown(value)}"
    if kind == "value_error":
        return f"{key}: {context['error']}"
    if expected := _expected(kind, context):
        return f"{key}: expected {expected}, got {shown(value)}"
    return f"{key}: {error['msg'].lower()}, got {shown(value)}"


def _expected(kind: str, context: dict[str, Any]) -> str:
    """What kind of value is expected, in words; empty where the kind of error has none."""
    if kind == "literal_error":
        return re.sub(r"'([^']*)'", r"“\1”", context["expected"])
    return _EXPECTED.get(kind, "")


def _missing(model: type[BaseModel], path: tuple[Any, ...]) -> str:
    """What to do about a missing entry: of what can extend another, or what it should say."""
    listed = any(isinstance(part, int) for part in path)
    if getattr(model, "EXTENDS", False) and not listed:
        return "missing; every setting needs a value, or the file an “extends”"
    field = _field_at(model, path)
    return f"missing; expected {field.description}" if field and field.description else "missing"


def _field_at(model: type[BaseModel], path: tuple[Any, ...]) -> FieldInfo | None:
    """The field to which ``path`` leads; None if it is in no model."""
    models, found = [model], None
    for part in path:
        inside = [field for one in models for name, field in _entries(one) if name == part]
        named = [one for one in models if _is_of_kind(one, part)]
        found = inside[0] if inside else None
        below = [one for field in inside for one in _models_in(field.annotation)]
        models = below or named or models
    return found


def _is_of_kind(model: type[BaseModel], kind: Any) -> bool:
    """Whether a model is the one of a union that its entry ``kind`` names."""
    field = model.model_fields.get("kind")
    return field is not None and kind in get_args(field.annotation)


def explain(error: ValidationError, model: type[BaseModel], where: str) -> BadInput:
    """Turn what pydantic found into one line; the rest is counted."""
    found = error.errors(include_url=False)
    more = f" (and {len(found) - 1} more)" if len(found) > 1 else ""
    return BadInput(f"{where}: {_say(found[0], model)}{more}")


def explain_each(
    error: ValidationError, model: type[BaseModel], where: str, at: str = ""
) -> BadInput:
    """Turn all that pydantic found into a line each; ``at`` is where in the file the model is.

    Where several entries of one table are missing, they are told in one line.
    """
    found = error.errors(include_url=False)
    # A list that lost an entry which is wrong is not too short besides.
    inside = {one["loc"][:-1] for one in found}
    found = [one for one in found if one["type"] != "too_short" or one["loc"] not in inside]
    beside: dict[tuple[Any, ...], list[str]] = {}
    for one in found:
        if one["type"] == "missing":
            beside.setdefault(one["loc"][:-1], []).append(str(one["loc"][-1]))
    told: list[str] = []
    for one in found:
        above = one["loc"][:-1]
        names = beside.get(above, []) if one["type"] == "missing" else []
        if len(names) < _FEW_MISSING:
            told.append(f"{where}: {_say(one, model, at)}")
        elif str(one["loc"][-1]) == names[0]:
            key = _key((*above, ", ".join(names)), at)
            told.append(f"{where}: {key}: {_missing(model, above)}")
        if len(told) > MOST_TOLD:
            told[MOST_TOLD:] = [f"{where}: and more"]
            break
    return BadInput(*told)
