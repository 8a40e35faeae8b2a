"""Measures of one's own (自定指标), declared in a scenario or an experiment, read every month.

A declaration says of which agents, within which condition, what is summed and how. Its texts are
parsed into an expression of fields and numbers and are never run as code.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any, Literal, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import AfterValidator, Field, ValidationError, model_validator

from sim import shipped
from sim.declare import Section
from sim.errors import BadInput, explain_each
from sim.expression import Reader
from sim.measures import GROUPS, MEASURES, declared
from sim.mechanisms.measuring import Measure, Sums, ratio
from sim.own_sums import COUNT, GINI, MEAN, RATIO, SHARE, SUM, Summed, summing
from sim.world.fields import Code, Names
from sim.world.levers import Targets

# Most measures of one scenario, characters of one expression, and of its name and texts.
MOST, LONGEST, LONGEST_NAME, LONGEST_TEXT = 50, 400, 60, 300
Of = Literal["officers", "departments", "citizens"]
How = Literal["mean", "share", "sum", "count", "ratio", "sd", "gini", "min", "max", "median"]
_DEPARTMENTS = "departments"
# Ways that have a meaning between the means of departments.
_BETWEEN = ("mean", "sd", "gini", "min", "max", "median")
# A function of one's own: the name of its file, without folders, and its own.
_FUNCTION = re.compile(r"[^/\\:]+\.py:[^\W\d]\w*")
# What is divided, and by what, in the names of sums.
_TOP, _BASE = "top", "base"
Text = Annotated[str, Field(max_length=LONGEST_TEXT)]
Written = Annotated[str, Field(max_length=LONGEST)]


# Entries that say what is summed.
_SUMMED = ("of", "where", "what", "how", "per", "between")


def _default(name: str) -> Any:
    return OwnMeasure.model_fields[name].default


class OwnMeasure(Section):
    """A measure of one's own (自定指标)."""

    title: Text = Field("", description="its title; if missing, its name")
    zh: Text = Field("", description="its Chinese title; if missing, its title")
    meaning: Text = Field("", description="what it says, in a sentence")
    unit: Annotated[str, Field(max_length=LONGEST_NAME)] | None = Field(
        None, description="its unit; if missing, “share” or “ratio” where it is one"
    )
    of: Of = Field("officers", description="of whom: officers, departments or citizens")
    where: Written | None = Field(None, description="the condition within which they count")
    what: Written | None = Field(None, description="what is summed of each: an expression")
    how: How | None = Field(
        None, description="how it is summed; if missing, “share” of a condition, else “mean”"
    )
    per: Written | None = Field(None, description="of “ratio”: by what the sum is divided")
    between: Literal["departments"] | None = Field(
        None, description="“departments”: of the means of departments, not of single agents"
    )
    function: str | None = Field(
        None, description="in place of all this, a function of a finished run: FILE.py:FUNCTION"
    )

    @model_validator(mode="after")
    def _check_entries(self) -> Self:
        if self.function is not None:
            given = [one for one in _SUMMED if getattr(self, one) != _default(one)]
            if given:
                raise ValueError(f"expected either function or {given[0]}")
            if not _FUNCTION.fullmatch(self.function):
                raise ValueError(f"function: “{self.function}” is not FILE.py:FUNCTION")
            return self
        if self.how == COUNT and self.what is not None:
            raise ValueError("what: not expected where how is “count”, which counts all of “where”")
        if self.how != COUNT and self.what is None:
            raise ValueError("what: missing; expected what is summed, as in “conduct == idle”")
        if (self.how == RATIO) != (self.per is not None):
            raise ValueError("per: expected where how is “ratio”, and only there")
        if self.between is not None:
            if self.of == _DEPARTMENTS:
                raise ValueError("between: not expected where it is of departments already")
            if self.how not in (None, *_BETWEEN):
                raise ValueError(f"how: expected one of {', '.join(_BETWEEN)} between departments")
        self.summed()
        return self

    def _read(self, name: str) -> Code:
        """The code of one of its expressions, and whether it is a condition."""
        reader = Reader(getattr(self, name), name, "a field", "conduct == idle")
        side = reader.expression()
        names = Names(self.of)
        if name == "where":
            return Code(names.condition(side, reader), True)
        return names.code(side, reader)

    @lru_cache(256)  # noqa: B019 - declarations are few, small and never changed
    def summed(self) -> Summed:
        """What it sums each month. Raises BadInput if an expression is not valid."""
        where = Code("True", True) if self.where is None else self._read("where")
        what, per = (
            Code("1.0", False) if getattr(self, name) is None else self._read(name)
            for name in ("what", "per")
        )
        how = self.how or (SHARE if what.truth and self.between is None else MEAN)
        if how == SHARE and not what.truth:
            raise BadInput("what: a share needs a condition, as in “conduct == idle”")
        between = self.between is not None
        return Summed(self.of, where.text, what.number, how, per.number, between)

    @lru_cache(256)  # noqa: B019
    def as_measure(self, name: str) -> Measure:
        """The measure, as tables and figures know it."""
        if self.function is not None:
            unit = self.unit or ""
        else:
            found = self.summed()
            truth = self.what is not None and self._read("what").truth
            share = truth and found.how not in (SUM, RATIO)
            unit = self.unit or ("ratio" if found.how == GINI else "share" if share else "")
        title = self.title or name.replace("_", " ").capitalize()

        def parts(sums: Sums) -> tuple[Any, Any]:
            return sums[f"{name}/{_TOP}"], sums[f"{name}/{_BASE}"]

        return Measure(
            name,
            title,
            self.zh or title,
            unit,
            self.meaning or f"a measure declared as {name}",
            lambda sums: ratio(*parts(sums)),
            monthly=self.function is None,
            parts=parts if self.function is None else None,
        )

    def identity(self) -> dict[str, Any]:
        """What determines its values, without texts."""
        told = {"title", "zh", "meaning", "unit"}
        return self.model_dump(mode="json", exclude=told, exclude_none=True)


def check_names(names: Iterable[str]) -> None:
    """Raise BadInput for a name that no measure of one's own can have, or for too many."""
    names = list(names)
    if len(names) > MOST:
        raise BadInput(f"{len(names)} measures; expected at most {MOST}")
    for name in names:
        if not re.fullmatch(r"[^\W\d]\w*", name) or len(name) > LONGEST_NAME:
            raise BadInput(
                f"“{name[:LONGEST_NAME]}” cannot be the name of a measure; "
                f"expected up to {LONGEST_NAME} letters, digits or “_”"
            )
        if name in (*MEASURES, *GROUPS):
            raise BadInput(f"{name}: a measure of this name ships; choose another")


def common(each: Iterable[Mapping[str, OwnMeasure]]) -> tuple[str, ...]:
    """Names of the measures that several scenarios all sum month by month, in the first's order."""
    first, *others = (monthly_of(one) for one in each)
    return tuple(name for name in first if all(name in other for other in others))


def identity_of(
    measures: Mapping[str, OwnMeasure], named: Iterable[str]
) -> dict[str, dict[str, Any]]:
    """What determines the values of those that are named, by name; nothing if there are none."""
    found = {name: measures[name].identity() for name in sorted({*named} & {*measures})}
    return {"own_measures": found} if found else {}


def declared_measures(measures: dict[str, OwnMeasure]) -> Targets:
    """The measures of a scenario, read-only, made known to tables and to conditions of reforms.

    Raises ValueError for a name that none can have.
    """
    check_names(measures)
    declare(measures)
    return Targets(measures)


def declare(measures: Mapping[str, OwnMeasure]) -> None:
    """Make measures known by name to tables and figures of this process."""
    for name, one in measures.items():
        declared[name] = one.as_measure(name)


def monthly_of(measures: Mapping[str, OwnMeasure]) -> dict[str, OwnMeasure]:
    """Those that are summed month by month; the others are functions of a finished run."""
    return {name: one for name, one in measures.items() if one.function is None}


def summing_of(
    measures: Mapping[str, OwnMeasure],
) -> tuple[Callable[[Any, int], None], str] | None:
    """The rule that sums up a month for measures, and its mark; None if there is nothing to sum."""
    found = tuple(one.summed() for one in monthly_of(measures).values())
    return _summing(found) if found else None


_summing = lru_cache(64)(summing)


def own_sums(
    measures: Mapping[str, OwnMeasure], own: NDArray[np.float64]
) -> dict[str, NDArray[np.float64]]:
    """The sums of each month by name, (months,), from the table ``own`` of a world."""
    return {
        f"{name}/{part}": own[:, 2 * number + k]
        for number, name in enumerate(monthly_of(measures))
        for k, part in enumerate((_TOP, _BASE))
    }


class Declared(Section):
    """A file of measures of one's own, in the form in which a scenario declares them."""

    measure: Annotated[
        dict[str, OwnMeasure], Field(min_length=1), AfterValidator(declared_measures)
    ] = Field(description="measures of one's own, by name")

    @classmethod
    def read(cls, path: Path) -> Self:
        """Read a TOML file. Raises BadInput if it is not valid."""
        try:
            return cls.model_validate(shipped.read(path))
        except ValidationError as error:
            raise explain_each(error, cls, str(path)) from None
