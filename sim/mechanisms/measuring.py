"""What a measure is, and how it is read off the sums of a run.

Every measure is a ratio of sums, so it holds for any months and any groups of departments. Each
mechanism declares its own; ``sim.measures`` puts them together.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.calendar import MONTHS_A_YEAR

# Sums over months and departments, arrays of any one shape.
Sums = Mapping[str, Any]
PER_HUNDRED_YEARS = 100.0 * MONTHS_A_YEAR
# Unit of what is counted in cases.
CASES = "per 100 officer-years"

ALL, TREATED, UNTREATED = "all", "treated", "untreated"
# What a measure is read off: sums over the months observed, the same by layer, every month, or the
# months in which reforms are in force.
WINDOW, LAYERS, MONTHS, REFORMS = "window", "layers", "months", "reforms"


@dataclass(frozen=True)
class Measure:
    """One measure: what it is called, its unit, and how it is read off sums of tallies."""

    name: str
    title: str
    zh: str
    unit: str
    meaning: str
    read: Callable[[Sums], NDArray[np.float64]]
    # Months that go into one point of a monthly series.
    window: int = 1
    monthly: bool = True
    # Departments it speaks of: all, or those under some reform or none, where a reform is partial.
    among: str = ALL
    reads: str = WINDOW
    # Numerator and denominator of a ratio of two sums, where runs can be pooled: the ratio of sums
    # over runs, which is defined where some runs have nothing to divide by.
    parts: Callable[[Sums], tuple[Any, Any]] | None = None


def ratio(top: Any, bottom: Any) -> NDArray[np.float64]:
    """Top over bottom; NaN where there is nothing below."""
    found = np.full(np.shape(top), np.nan)
    np.divide(top, bottom, out=found, where=bottom > 0)
    return found


def per(field: str, base: str = "officers", times: float = 1.0) -> Callable[[Sums], Any]:
    """Read one sum over another."""
    return lambda sums: ratio(times * sums[field], sums[base])


def ratio_of(
    name: str,
    title: str,
    zh: str,
    unit: str,
    meaning: str,
    parts: Callable[[Sums], tuple[Any, Any]],
    reads: str = WINDOW,
) -> Measure:
    """A measure that is a ratio of two sums, and can be pooled over runs."""

    def read(sums: Sums) -> NDArray[np.float64]:
        return ratio(*parts(sums))

    return Measure(name, title, zh, unit, meaning, read, monthly=False, reads=reads, parts=parts)


def share_of(name: str, title: str, zh: str, meaning: str, base: str) -> Measure:
    """A share or mean share: the sum of its name over that of ``base``."""
    return Measure(name, title, zh, "share", meaning, per(name, base), monthly=False)


def yearly(name: str, title: str, zh: str, meaning: str) -> Measure:
    """A measure of events, per hundred officer-years."""
    read = per(name, times=PER_HUNDRED_YEARS)
    return Measure(name, title, zh, CASES, meaning, read, monthly=False)


def among(name: str, title: str, zh: str, meaning: str, read: Any) -> tuple[Measure, Measure]:
    """The same share among departments under a reform, and among the others."""
    treated, untreated = (
        Measure(
            f"{name}_{which}",
            f"{title}, {which}",
            f"{zh}（{told}）",
            "share",
            f"{meaning} in departments {which} by a reform",
            read,
            monthly=False,
            among=which,
        )
        for which, told in ((TREATED, "改革部门"), (UNTREATED, "其他部门"))
    )
    return treated, untreated
