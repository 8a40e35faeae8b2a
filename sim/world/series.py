"""Settings that follow a series: a value for each month, from a column of a CSV file.

The file has a header; its column ``month`` has whole numbers that go up by one. Further columns are
settings by month, under any name; one that no setting follows is ignored.
"""

import csv
import io
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Annotated, Any, NamedTuple, NoReturn

import numpy as np
from numpy.typing import NDArray
from pydantic import AfterValidator, Field, model_validator

from sim.declare import Quantity, Section, leaves, paths, quantities, stored_as
from sim.errors import BadInput, nearest, shown
from sim.input_file import UNSEEN, read_bytes
from sim.world.levers import ordered
from sim.world.sections import Mechanisms, settings

MONTH = "month"
MOST_MONTHS = 6000
# A row for each of the most months, of some twenty columns.
MOST_BYTES = 1_000_000
_MECHANISMS = "mechanisms"
# Read only as a run begins, so that no month can change them.
_AT_START = (
    *("start.", "public.trust.", "public.trust_in_centre.", "public.voice", "public.need_spread"),
    *("public.need_silences", "careers.age_mean", "careers.age_sd"),
)
# Settings of which the first must not be above the second.
_IN_ORDER = (
    ("directives.interest_low", "directives.interest_high"),
    ("public.exit_below", "public.return_above"),
)


class Series(Section):
    """A setting that takes its value month by month from a table (逐月设定)."""

    file: str | None = Field(
        None, description="CSV file it was read from", json_schema_extra={"zh": "文件"}
    )
    column: str | None = Field(
        None, description="column of the file", json_schema_extra={"zh": "列"}
    )
    months: (
        Annotated[
            tuple[
                Annotated[int, Field(ge=0, le=MOST_MONTHS)],
                Annotated[int, Field(ge=0, le=MOST_MONTHS)],
            ],
            Field(strict=False),
            AfterValidator(ordered),
        ]
        | None
    ) = Field(
        None,
        description="first month that follows it and the month after the last; else all",
        json_schema_extra={"zh": "起止月份"},
    )
    first: Annotated[int, Field(ge=0, le=MOST_MONTHS)] = Field(
        0, description="month of the first value", json_schema_extra={"zh": "首月"}
    )
    values: Annotated[tuple[float, ...], Field(min_length=1, max_length=MOST_MONTHS + 1)] = Field(
        strict=False, description="its values, month by month", json_schema_extra={"zh": "逐月数值"}
    )

    @model_validator(mode="before")
    @classmethod
    def _read_first(cls, value: Any) -> Any:
        if isinstance(value, Mapping) and "file" in value and "values" not in value:
            raise ValueError(
                "a file is read only where a scenario's or an experiment's own file names it; "
                "give values"
            )
        return value

    def identity(self) -> dict[str, Any]:
        """What determines results: not where the values come from."""
        return self.model_dump(mode="json", exclude={"file", "column"})

    def by_month(self, months: int) -> NDArray[np.float64]:
        """Its value in each month of a run, (months,); NaN where it leaves the setting alone."""
        found = np.full(months, np.nan)
        first, end = self.span(months)
        found[first:end] = self.values[first - self.first : end - self.first]
        return found

    def span(self, months: int) -> tuple[int, int]:
        """First month of a run that follows it, and the month after the last."""
        first, end = self.months or (0, months)
        return first, min(end, months)

    def check(self, at: str, months: int) -> None:
        """Raise BadInput that begins with ``at`` unless it has every month of a run it is for."""
        first, end = self.span(months)
        if first >= months:
            raise BadInput(f"{at}: would begin in month {first}, but the run lasts {months}")
        last = self.first + len(self.values)
        named = f"{self.file}: " if self.file else ""
        if first < self.first:
            line = "line 2: " if self.file else ""
            raise BadInput(
                f"{at}: {named}{line}begins with month {self.first}; month {first} is missing"
                f"{_MONTHS_OF_ITS_OWN}"
            )
        if end > last:
            line = f"line {len(self.values) + 1}: " if self.file else ""
            raise BadInput(
                f"{at}: {named}{line}ends with month {last - 1}; month {last} is missing, and the "
                f"series goes on to month {end - 1}{_MONTHS_OF_ITS_OWN}"
            )


_MONTHS_OF_ITS_OWN = "; “months” can say which months follow it"


class Followable(NamedTuple):
    """A setting that can follow a series: its name in a row, its range, whether levers move it."""

    name: str
    quantity: Quantity
    of_mechanisms: bool


@cache
def followable() -> dict[str, Followable]:
    """The settings that can follow a series, by dotted key."""
    return {
        key: one
        for key, (one, stored) in _numbers().items()
        if stored == "f8" and not key.startswith(_AT_START)
    }


@cache
def _numbers() -> dict[str, tuple[Followable, str]]:
    """Every number that is the same in all departments or that levers move, and how it is kept."""
    found = {}
    sections: dict[str, type[Section]] = {_MECHANISMS: Mechanisms, **settings()}
    for section, kind in sections.items():
        ranges = {one.key: one for one in quantities(kind, f"{section}.")}
        stored = {name: stored_as(field) for name, field in leaves(kind)}
        for name, path in paths(kind):
            key = f"{section}.{path}"
            if key in ranges:
                about = Followable(name, ranges[key], section == _MECHANISMS)
                found[key] = (about, stored[name])
    return found


def setting(key: str, at: str) -> Followable:
    """What is known of a setting that is to follow a series. Raises BadInput if it cannot."""
    found = followable().get(key)
    if found is not None:
        return found
    if key.startswith(_AT_START) and key in _numbers():
        raise BadInput(f"{at}: {key} is read only as a run begins, so it cannot follow a series")
    if key in _numbers():
        raise BadInput(f"{at}: {key} is a whole number, so it cannot follow a series")
    raise BadInput(
        f"{at}: no setting {shown(key)} that can follow a series{nearest(key, followable())}"
    )


def in_range(value: float, quantity: Quantity, at: str) -> None:
    """Raise BadInput that begins with ``at`` for a value out of the range of a setting."""
    low, high = quantity.low, quantity.high
    if low is not None and value < low:
        raise BadInput(f"{at}: {value!r} is too small; expected at least {low:g}")
    if high is not None and value > high:
        raise BadInput(f"{at}: {value!r} is too large; expected at most {high:g}")


def check_together(by_month: Mapping[str, NDArray[np.float64]], own: Any, where: str) -> None:
    """Refuse values that are valid alone but not together in some month.

    ``by_month`` has the values by dotted key, (months,), NaN where the scenario's own holds, which
    ``own`` gives. Raises BadInput.
    """

    def values(key: str) -> NDArray[np.float64]:
        found = by_month.get(key, np.full(1, np.nan))
        return np.where(np.isnan(found), own(key), found)

    for below, above in _IN_ORDER:
        if below in by_month or above in by_month:
            wrong = np.flatnonzero(np.greater(*np.broadcast_arrays(values(below), values(above))))
            if wrong.size:
                raise BadInput(f"{where}: series: in month {wrong[0]}, {below} is above {above}")


def found_in(tree: Mapping[str, Any], folder: Path, where: str) -> dict[str, Any]:
    """The tables of series of a file, by dotted key, with the values of the files that they name.

    Raises BadInput with file and line for what is wrong in such a file.
    """
    return {key: _with_values(key, one, folder, where) for key, one in _flat(tree)}


def _flat(tree: Mapping[str, Any], prefix: str = "") -> list[tuple[str, Any]]:
    """Tables by dotted key, whether or not the key was in quotes."""
    found = []
    for name, one in tree.items():
        inside = isinstance(one, Mapping) and all(isinstance(v, Mapping) for v in one.values())
        if inside and one:
            found += _flat(one, f"{prefix}{name}.")
        else:
            found.append((prefix + name, one))
    return found


def _with_values(key: str, table: Any, folder: Path, where: str) -> Any:
    if not isinstance(table, Mapping) or "file" not in table or "values" in table:
        return table
    quantity = setting(key, f"{where}: series").quantity
    at = f"{where}: series.{key}"
    file, column = table["file"], table.get("column")
    if not isinstance(file, str):
        raise BadInput(f"{at}.file: expected text in quotes, got {shown(file)}")
    if not isinstance(column, str):
        raise BadInput(f"{at}.column: expected the name of a column of {file}")
    first, values = read(folder / file, column, quantity)
    return {**table, "file": Path(file).name, "first": first, "values": values}


def read(path: Path, column: str, quantity: Quantity) -> tuple[int, list[float]]:
    """The first month of a file, and the values of a column from it on.

    Raises BadInput, with the line, for a file that is no such table, for months that are missing,
    and for values out of the range of ``quantity``.
    """
    rows = _rows(path)
    header = [name.strip() for name in rows[0]] if rows else []
    for name in (MONTH, column):
        if header.count(name) != 1:
            what = "occurs twice" if name in header else f"is missing{nearest(name, header)}"
            raise BadInput(f"{path}: line 1: column “{shown(name).strip('“”')}” {what}")
    if len(rows) < 2:
        raise BadInput(f"{path}: line 2: no months; expected a row for each month")
    if len(rows) - 1 > MOST_MONTHS:
        raise BadInput(f"{path}: {len(rows) - 1:,} months; expected at most {MOST_MONTHS:,}")
    months: list[int] = []
    values: list[float] = []
    for line, row in enumerate(rows[1:], 2):
        at = f"{path}: line {line}"
        if len(row) != len(header):
            raise BadInput(f"{at}: {len(row)} cells; expected {len(header)}, as in line 1")
        month = _month(row[header.index(MONTH)], at)
        if months and month != months[-1] + 1:
            _refuse_month(month, months, at)
        months.append(month)
        value = _number(row[header.index(column)], f"{at}: {column}")
        in_range(value, quantity, f"{at}: {column}")
        values.append(value)
    return months[0], values


def _rows(path: Path) -> list[list[str]]:
    """The rows of a CSV file, without empty ones at its end."""
    try:
        text = read_bytes(path, MOST_BYTES).decode("utf-8-sig")
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    except UnicodeDecodeError:
        raise BadInput(
            f"{path}: not a table in UTF-8; save it as “CSV UTF-8” in your spreadsheet"
        ) from None
    if found := UNSEEN.search(text):
        line = text.count("\n", 0, found.start()) + 1
        raise BadInput(f"{path}: line {line}: holds a character that cannot be seen")
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    except csv.Error as error:
        why = "a quote that is opened is not closed" if "end of data" in str(error) else error
        raise BadInput(f"{path}: not a table: {why}") from None
    while rows and not any(cell.strip() for cell in rows[-1]):
        rows.pop()
    return rows


def _refuse_month(month: int, before: Sequence[int], at: str) -> NoReturn:
    if month <= before[-1]:
        twice = "comes twice" if month in before else "comes too late"
        raise BadInput(f"{at}: month {month} {twice}; expected month {before[-1] + 1}")
    raise BadInput(f"{at}: month {before[-1] + 1} is missing; the row before is {before[-1]}")


def _month(text: str, at: str) -> int:
    digits = text.strip()
    if not digits.isascii() or not digits.isdigit() or len(digits) > len(str(MOST_MONTHS)):
        raise BadInput(f"{at}: month: expected a whole number from 0, got {shown(text)}")
    return int(digits)


def _number(text: str, at: str) -> float:
    if not text.strip():
        raise BadInput(f"{at}: is empty; expected a number")
    try:
        value = float(text)
    except ValueError:
        raise BadInput(f"{at}: expected a number, got {shown(text)}") from None
    if not np.isfinite(value):
        raise BadInput(f"{at}: {text.strip()} is not a finite number")
    return value


__all__ = [
    "Followable",
    "Series",
    "check_together",
    "followable",
    "found_in",
    "in_range",
    "read",
    "setting",
]
