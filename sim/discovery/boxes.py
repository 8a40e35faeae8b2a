"""Boxes in the space of factors: limits of some factors, and how well they hold what is sought.

*Density* is the share of the cases in a box that are of interest, *coverage* the share of all cases
of interest that are in the box (Bryant & Lempert 2010).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

import numpy as np
import scipy
from numpy.typing import NDArray

Flags = NDArray[np.bool_]
Kind = Literal["number", "whole", "category"]
NUMBER: Kind = "number"
WHOLE: Kind = "whole"
CATEGORY: Kind = "category"
# A limit is rounded to the fewest digits, this many or more, that move it by at most this share of
# the factor's range. So the box that is reported is the box that is tested.
DIGITS, MOVED = 3, 0.005
_MOST_DIGITS = 17


@dataclass(frozen=True)
class Space:
    """Factors and their values in every case: ``columns`` by name, each of shape (cases,)."""

    columns: Mapping[str, NDArray[Any]]
    kinds: Mapping[str, Kind]

    @classmethod
    def of(cls, columns: Mapping[str, NDArray[Any]]) -> "Space":
        """The space of these columns; texts and truth values are categories."""
        kinds = {name: _kind(column) for name, column in columns.items()}
        ready = {
            name: column if kinds[name] != CATEGORY else _as_text(column)
            for name, column in columns.items()
        }
        return cls(ready, kinds)

    def __len__(self) -> int:
        """Number of cases."""
        return next((len(column) for column in self.columns.values()), 0)

    def rows(self, chosen: NDArray[Any]) -> "Space":
        """The space with some of its cases."""
        return Space({name: one[chosen] for name, one in self.columns.items()}, self.kinds)


def _kind(column: NDArray[Any]) -> Kind:
    if column.dtype.kind in "iu":
        return WHOLE
    return NUMBER if column.dtype.kind == "f" else CATEGORY


def _as_text(column: NDArray[Any]) -> NDArray[Any]:
    return np.array([str(value) for value in column.tolist()], dtype=object)


@dataclass(frozen=True)
class Limits:
    """What a box allows of one factor: a range with its ends, or some categories."""

    low: float = -np.inf
    high: float = np.inf
    allowed: frozenset[str] | None = None

    def hold(self, column: NDArray[Any]) -> Flags:
        """Whether each value is allowed; shape (cases,)."""
        if self.allowed is not None:
            return np.array([value in self.allowed for value in column.tolist()], bool)
        return np.asarray((column >= self.low) & (column <= self.high))


@dataclass(frozen=True)
class Box:
    """Limits of the restricted factors, by name; other factors may have any value."""

    limits: Mapping[str, Limits] = field(default_factory=dict)

    def holds(self, space: Space) -> Flags:
        """Whether each case is in the box; shape (cases,)."""
        inside = np.ones(len(space), bool)
        for name, limits in self.limits.items():
            inside &= limits.hold(space.columns[name])
        return inside

    def with_limits(self, name: str, limits: Limits) -> "Box":
        """A box with other limits of one factor."""
        return Box({**self.limits, name: limits})

    def without(self, name: str) -> "Box":
        """A box in which a factor may have any value."""
        return Box({key: one for key, one in self.limits.items() if key != name})


@dataclass(frozen=True)
class Fit:
    """How a box fits a set of cases."""

    # Cases, cases of interest, cases in the box, and cases of interest in the box.
    cases: int
    interest: int
    inside: int
    hits: int

    @property
    def coverage(self) -> float:
        """Share of all cases of interest that are in the box; NaN if there are none."""
        return self.hits / self.interest if self.interest else float("nan")

    @property
    def density(self) -> float:
        """Share of the cases in the box that are of interest; NaN if it is empty."""
        return self.hits / self.inside if self.inside else float("nan")

    @property
    def base(self) -> float:
        """Share of all cases that are of interest."""
        return self.interest / self.cases if self.cases else float("nan")

    @property
    def balance(self) -> float:
        """Harmonic mean of coverage and density, 0 to 1."""
        return 2.0 * self.hits / (self.inside + self.interest) if self.hits else 0.0

    @property
    def chance(self) -> float:
        """Probability of as many hits or more if the box had nothing to do with the interest.

        Fisher's exact test, one-sided; 1 for an empty box.
        """
        found = scipy.stats.hypergeom.sf(self.hits - 1, self.cases, self.interest, self.inside)
        return float(found) if self.inside else 1.0


def fit(inside: Flags, interest: Flags) -> Fit:
    """How a box fits cases, given which are in it and which are of interest."""
    return Fit(
        len(interest), int(interest.sum()), int(inside.sum()), int((inside & interest).sum())
    )


def quasi_p(box: Box, space: Space, interest: Flags) -> dict[str, float]:
    """For each restricted factor, how easily chance would do what its limits do.

    The probability of as many hits or more in the box if each case had the density of the box
    without these limits (Bryant & Lempert 2010). “Quasi”, since limits were chosen on these cases.
    """
    own = fit(box.holds(space), interest)
    return {name: by_chance(own, box.without(name), space, interest) for name in box.limits}


def looser(box: Box) -> dict[tuple[str, str], Box]:
    """The box without one end of a range, or without a factor's categories; by factor and end."""
    found = {}
    for name, limits in box.limits.items():
        ends = [("low", limits.low), ("high", limits.high)]
        open_ = [end for end, value in ends if np.isfinite(value)]
        if len(open_) < len(ends):
            found[name, "all"] = box.without(name)
            continue
        for end in open_:
            wider: Any = {end: -np.inf if end == "low" else np.inf}
            found[name, end] = box.with_limits(name, replace(limits, **wider))
    return found


def by_chance(own: Fit, wider: Box, space: Space, interest: Flags) -> float:
    """The probability of as many hits or more, if cases had the density of a wider box."""
    density = fit(wider.holds(space), interest).density
    return float(scipy.stats.binom.sf(own.hits - 1, own.inside, density))


def rounded(box: Box, space: Space) -> Box:
    """The box with limits of few digits, as they are reported."""
    return Box({name: _rounded(one, space.columns[name]) for name, one in box.limits.items()})


def _rounded(limits: Limits, column: NDArray[Any]) -> Limits:
    if limits.allowed is not None:
        return limits
    span = float(column.max() - column.min())
    return replace(limits, low=_short(limits.low, span), high=_short(limits.high, span))


def _short(value: float, span: float) -> float:
    if not np.isfinite(value):
        return value
    for digits in range(DIGITS, _MOST_DIGITS):
        near = float(f"{value:.{digits}g}")
        if abs(near - value) <= MOVED * span:
            return near
    return value


def categories(column: NDArray[Any]) -> Sequence[str]:
    """The categories of a column, sorted."""
    return sorted(set(column.tolist()))
