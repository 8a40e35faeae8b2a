"""How a quantity is declared: once, with type, unit, range, meaning, Chinese term and source.

The same declaration serves a scenario's settings (checked by pydantic) and the records of the
state (turned into NumPy dtypes), so the checks, the dtypes and the reference tables agree.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from operator import attrgetter
from typing import Any, ClassVar

import numpy as np
from pydantic import BaseModel, ConfigDict, Field
from pydantic.fields import FieldInfo

ASSUMED = "assumed"


@dataclass(frozen=True)
class Quantity:
    """What a declaration says of one number, as shown in tables and error messages."""

    key: str
    unit: str
    low: float | None
    high: float | None
    meaning: str
    zh: str
    source: str

    @property
    def bounds(self) -> str:
        """The range in words, such as ``0 to 1`` or ``at least 1``."""
        if self.low is not None and self.high is not None:
            return f"{_plain(self.low)} to {_plain(self.high)}"
        if self.low is not None:
            return f"at least {_plain(self.low)}"
        return "any" if self.high is None else f"at most {_plain(self.high)}"


def _plain(value: float) -> str:
    return f"{value:,}".removesuffix(".0")


class Section(BaseModel):
    """A group of settings: typed strictly, unknown keys refused, never changed once made."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, allow_inf_nan=False)
    # Whether its numbers carry the name of the section in a record, as in ``trust_mean``.
    named_in_record: ClassVar[bool] = False


def number(
    meaning: str,
    low: float | None,
    high: float | None,
    unit: str = "",
    *,
    zh: str = "",
    source: str = ASSUMED,
    store: str = "f8",
) -> Any:
    """Declare a number of ``unit`` between ``low`` and ``high``, both included."""
    return Field(
        ge=low,
        le=high,
        description=meaning,
        json_schema_extra={"unit": unit, "zh": zh, "source": source, "store": store},
    )


def share(meaning: str, *, zh: str = "", source: str = ASSUMED) -> Any:
    """Declare a share or probability in [0, 1]."""
    return number(meaning, 0, 1, "share", zh=zh, source=source)


def count(
    meaning: str,
    low: int | None = 0,
    high: int | None = None,
    unit: str = "number",
    *,
    zh: str = "",
    source: str = ASSUMED,
    store: str = "i4",
) -> Any:
    """Declare a whole number; ``store`` is its NumPy type in a record."""
    return number(meaning, low, high, unit, zh=zh, source=source, store=store)


def group(meaning: str, *, zh: str = "", source: str = ASSUMED) -> Any:
    """Declare a group of numbers that share a meaning and a source."""
    return Field(description=meaning, json_schema_extra={"zh": zh, "source": source})


def _about(field: FieldInfo) -> dict[str, Any]:
    extra = field.json_schema_extra
    return dict(extra) if isinstance(extra, dict) else {}


def quantity(key: str, field: FieldInfo, around: FieldInfo | None = None) -> Quantity:
    """Read the declaration of one field back; ``around`` is that of the group it stands in."""
    about = _about(field)
    low = high = None
    for bound in field.metadata:
        low = getattr(bound, "ge", low)
        high = getattr(bound, "le", high)
    meaning = field.description or ""
    source = str(about.get("source", ""))
    if around is not None and around.description:
        meaning = f"{around.description}: {meaning}"
        source = str(_about(around).get("source", source))
    return Quantity(
        key, str(about.get("unit", "")), low, high, meaning, str(about.get("zh", "")), source
    )


def quantities(
    section: type[BaseModel], prefix: str = "", around: FieldInfo | None = None
) -> Iterator[Quantity]:
    """Every number declared in ``section`` and the sections inside it, by dotted key."""
    for name, field in section.model_fields.items():
        kind = field.annotation
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            yield from quantities(kind, f"{prefix}{name}.", field)
        elif "unit" in _about(field):
            yield quantity(prefix + name, field, around)


def stored_as(field: FieldInfo) -> str:
    """The NumPy type a declared number is kept in."""
    return str(_about(field)["store"])


def leaves(section: type[BaseModel]) -> Iterator[tuple[str, FieldInfo]]:
    """Every number declared in ``section``, by the name it has in a record."""
    for name, field in section.model_fields.items():
        kind = field.annotation
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            prefix = f"{name}_" if getattr(kind, "named_in_record", False) else ""
            for leaf, declared in leaves(kind):
                yield prefix + leaf, declared
        elif "store" in _about(field):
            yield name, field


def _paths(section: type[BaseModel]) -> Iterator[tuple[str, str]]:
    """Name in a record and dotted key of every declared number of ``section``."""
    for name, field in section.model_fields.items():
        kind = field.annotation
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            prefix = f"{name}_" if getattr(kind, "named_in_record", False) else ""
            for leaf, path in _paths(kind):
                yield prefix + leaf, f"{name}.{path}"
        elif "store" in _about(field):
            yield name, name


@cache
def _reader(section: type[BaseModel]) -> tuple[tuple[str, ...], Callable[[Any], Any]]:
    names, paths = zip(*_paths(section), strict=True)
    read = attrgetter(*paths)
    return names, read if len(paths) > 1 else lambda one: (read(one),)


def leaf_values(section: BaseModel) -> Iterator[tuple[str, float]]:
    """The value of every declared number of ``section``, by the name it has in a record."""
    names, read = _reader(type(section))
    return zip(names, read(section), strict=True)


def record_type(*sections: type[BaseModel]) -> np.dtype[Any]:
    """The dtype of a record with every number declared in ``sections``, in order.

    Nested sections lose their prefix (unless ``named_in_record``), so names must be unique.
    """
    fields = [(name, stored_as(field)) for section in sections for name, field in leaves(section)]
    names = [name for name, _ in fields]
    # NumPy's own attributes hide fields of the same name from plain Python.
    taken = sorted(set(names) & set(dir(np.record)))
    if taken:
        raise TypeError(f"a NumPy record has attributes of its own named {', '.join(taken)}")
    if len(set(names)) != len(names):
        twice = sorted({name for name in names if names.count(name) > 1})
        raise TypeError(f"declared twice in one record: {', '.join(twice)}")
    return np.dtype(fields, align=True)
