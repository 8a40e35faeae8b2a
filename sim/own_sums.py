"""What is summed each month for measures of one's own (自定指标), as a rule that is written out.

A measure is a mean, a share or a sum over officers, departments or citizens within a condition, or
tells how unlike they are. Whatever it is, a month leaves two numbers, whose sums over months are
divided by each other: so any months can be taken together.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.machine.compiled import generated, rule

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sim.mechanisms.typed import World

    Values = NDArray[np.float64]

MEAN, SHARE, SUM, COUNT, RATIO = "mean", "share", "sum", "count", "ratio"
DEVIATION, GINI, LEAST, MOST, MEDIAN = "sd", "gini", "min", "max", "median"
# Names in the code that is written out, of each table of rows.
TABLES = ("officers", "departments", "citizens")
_NAN = float("nan")
# So many values are put in order by insertion, which needs no memory of its own.
_FEW = 64


@rule
def measure_own(world: World, month: int) -> None:
    """Sum up a month for measures of one's own: none, unless a scenario declares some."""


@rule
def divided(top: float, bottom: float) -> float:
    """Top over bottom; no number where there is nothing below."""
    return top / bottom if bottom != 0.0 else _NAN


@rule
def is_number(value: float) -> bool:
    """Whether a value is a finite number."""
    return value - value == 0.0


@rule
def sd(values: Values) -> float:
    """Standard deviation of all values, which are the whole and no sample; (n,)."""
    mean = 0.0
    for value in values:
        mean += value / len(values)
    squares = 0.0
    for value in values:
        squares += (value - mean) * (value - mean)
    return float(np.sqrt(squares / len(values)))


@rule
def put_in_order(values: Values) -> None:
    """Put values (n,) in order, the least first, where they are."""
    if len(values) > _FEW:
        values.sort()
        return
    for k in range(1, len(values)):
        # The greatest so far is carried along, without a branch that would have to be guessed.
        carried = values[k]
        for place in range(k):
            there = values[place]
            values[place] = there if there < carried else carried
            carried = carried if there < carried else there
        values[k] = carried


@rule
def gini(values: Values) -> float:
    """Gini's coefficient of values (n,), 0 to 1; no number where one is negative or all are 0.

    It leaves the values in order.
    """
    put_in_order(values)
    total = 0.0
    weighted = 0.0
    for k in range(len(values)):
        total += values[k]
        weighted += float(2 * k + 1 - len(values)) * values[k]
    if values[0] < 0.0 or total == 0.0:
        return _NAN
    return float(weighted / (float(len(values)) * total))


@rule
def means_of(values: Values, bases: Values) -> int:
    """Divide sums by numbers of agents, in place: the first of ``values``, so many, are means.

    Departments in which nobody counts are left out.
    """
    n = 0
    for d in range(len(values)):
        if bases[d] > 0.0:
            values[n] = values[d] / bases[d]
            n += 1
    return n


@rule
def least(values: Values) -> float:
    """The least of values (n,)."""
    return float(values.min())


@rule
def most(values: Values) -> float:
    """The greatest of values (n,)."""
    return float(values.max())


@rule
def median(values: Values) -> float:
    """The middle of values (n,), or the mean of the two in the middle; it puts them in order."""
    put_in_order(values)
    return float(0.5 * (values[(len(values) - 1) // 2] + values[len(values) // 2]))


@rule
def mean(values: Values) -> float:
    """The mean of values (n,)."""
    total = 0.0
    for value in values:
        total += value
    return float(total / len(values))


# What tells something of single values, by name.
_OF_VALUES: dict[str, Any] = {
    MEAN: mean,
    DEVIATION: sd,
    GINI: gini,
    LEAST: least,
    MOST: most,
    MEDIAN: median,
}


@dataclass(frozen=True)
class Summed:
    """What one measure sums each month; ``where``, ``what`` and ``per`` are code for row i."""

    table: str
    where: str
    what: str
    how: str
    per: str = "1.0"
    # Whether each department has a mean first, of which ``how`` then tells.
    between: bool = False


def _lines(number: int, one: Summed) -> list[str]:
    inside = [f"for i in range(len({one.table})):", f"    if {one.where}:"]
    if one.between:
        head = ["values = np.zeros(len(departments))", "bases = np.zeros(len(departments))"]
        within = f"{one.table}[i].department"
        inside += [
            f"        value = {one.what}",
            "        if is_number(value):",
            f"            values[{within}] += value",
            f"            bases[{within}] += 1.0",
        ]
        tail = ["n = means_of(values, bases)", *_told(one.how)]
    elif one.how in (MEAN, SHARE, SUM, COUNT, RATIO):
        head = ["top = 0.0", "base = 0.0"]
        inside += [
            f"        value = {one.what}",
            f"        part = {one.per}",
            "        if is_number(value) and is_number(part):",
            "            top += value",
            "            base += part",
        ]
        tail = ["base = 1.0"] if one.how in (SUM, COUNT) else []
    else:
        head = [f"values = np.empty(len({one.table}))", "n = 0"]
        inside += [
            f"        value = {one.what}",
            "        if is_number(value):",
            "            values[n] = value",
            "            n += 1",
        ]
        tail = _told(one.how)
    kept = [f"own[month, {2 * number}] = top", f"own[month, {2 * number + 1}] = base"]
    return [*head, *inside, *tail, *kept]


def _told(how: str) -> list[str]:
    return [
        f"found = of_values_{how}(values[:n]) if n > 0 else nan",
        "base = 1.0 if is_number(found) else 0.0",
        "top = found if is_number(found) else 0.0",
    ]


def summing(measures: Sequence[Summed]) -> tuple[Callable[[Any, int], None], str]:
    """The rule that sums up a month for some measures, and what tells it from every other.

    Column 2 k of the world's ``own`` has what is divided for measure k, the next by what.
    """
    body = [f"{table} = world.{table}" for table in TABLES]
    body += ["own = world.own"]
    for number, one in enumerate(measures):
        body += _lines(number, one)
    text = "\n".join(f"    {line}" for line in body)
    mark = f"measures_{hashlib.sha256(text.encode()).hexdigest()[:24]}"
    known = {
        "np": np,
        "nan": _NAN,
        "divided": divided,
        "is_number": is_number,
        "means_of": means_of,
        **{f"of_values_{how}": told for how, told in _OF_VALUES.items()},
    }
    return generated(mark, f"def {mark}(world, month):\n{text}", known), mark
