"""How a quantity is declared: once, with type, unit, range, meaning, Chinese term and source.

The same declaration serves a scenario's settings (checked by pydantic) and the records of the
state (turned into NumPy dtypes), so the checks, the dtypes and the reference tables agree.
"""

from collections.abc import Iterator
from dataclasses import dataclass
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
            return f"{self.low:g} to {self.high:g}"
        if self.low is not None:
            return f"at least {self.low:g}"
        return "any" if self.high is None else f"at most {self.high:g}"


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


def quantity(key: str, field: FieldInfo) -> Quantity:
    """Read the declaration of one field back."""
    extra = field.json_schema_extra
    about: dict[str, Any] = dict(extra) if isinstance(extra, dict) else {}
    low = high = None
    for bound in field.metadata:
        low = getattr(bound, "ge", low)
        high = getattr(bound, "le", high)
    return Quantity(
        key,
        str(about.get("unit", "")),
        low,
        high,
        field.description or "",
        str(about.get("zh", "")),
        str(about.get("source", "")),
    )


def quantities(section: type[BaseModel], prefix: str = "") -> Iterator[Quantity]:
    """Every number declared in ``section`` and the sections inside it, by dotted key."""
    for name, field in section.model_fields.items():
        kind = field.annotation
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            yield from quantities(kind, f"{prefix}{name}.")
        elif isinstance(field.json_schema_extra, dict):
            yield quantity(prefix + name, field)


def stored_as(field: FieldInfo) -> str:
    """The NumPy type a declared number is kept in."""
    extra = field.json_schema_extra
    return str(extra["store"]) if isinstance(extra, dict) else "f8"


def leaves(section: type[BaseModel]) -> Iterator[tuple[str, FieldInfo]]:
    """Every number declared in ``section``, by the name it has in a record."""
    for name, field in section.model_fields.items():
        kind = field.annotation
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            prefix = f"{name}_" if getattr(kind, "named_in_record", False) else ""
            for leaf, declared in leaves(kind):
                yield prefix + leaf, declared
        elif isinstance(field.json_schema_extra, dict):
            yield name, field


def leaf_values(section: BaseModel) -> Iterator[tuple[str, float]]:
    """The value of every declared number of ``section``, by the name it has in a record."""
    for name, field in type(section).model_fields.items():
        value = getattr(section, name)
        if isinstance(value, BaseModel):
            prefix = f"{name}_" if getattr(value, "named_in_record", False) else ""
            for leaf, inner in leaf_values(value):
                yield prefix + leaf, inner
        elif isinstance(field.json_schema_extra, dict):
            yield name, value


def record_type(*sections: type[BaseModel]) -> np.dtype[Any]:
    """The dtype of a record with every number declared in ``sections``, in order.

    Nested sections lose their prefix (unless ``named_in_record``), so names must be unique.
    """
    fields = [(name, stored_as(field)) for section in sections for name, field in leaves(section)]
    names = [name for name, _ in fields]
    if len(set(names)) != len(names):
        twice = sorted({name for name in names if names.count(name) > 1})
        raise TypeError(f"declared twice in one record: {', '.join(twice)}")
    return np.dtype(fields, align=True)
