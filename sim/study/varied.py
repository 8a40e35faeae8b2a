"""Varied factors: the levels or distribution of each, and what a level changes in a scenario."""

import json
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import scipy
from numpy.typing import NDArray

from sim.arithmetic import exp, log
from sim.decision_rule import DECIDE
from sim.errors import BadInput
from sim.study.factors import LEVELS, ROUNDING, Factor, Link, as_in_a_file, is_number, level_key
from sim.study.points import Point, short

Values = NDArray[np.float64]
# Most characters of a level in labels.
_LONGEST = 40


@dataclass(frozen=True)
class Carried:
    """A setting or lever that a factor carries along."""

    key: str
    link: Link
    # Whether values are whole numbers, and the scenario's own value; 0 for a lever.
    whole: bool = False
    own: Any = None

    def is_number(self, of_number: bool) -> bool:
        """Whether its values are numbers, where ``of_number`` says so of the factor's."""
        if self.link.values is None:
            return of_number
        return all(is_number(value) for value in self.link.values)

    def along(self, column: NDArray[Any]) -> NDArray[Any]:
        """Its values beside a factor's, which are numbers; both of shape (points,)."""
        if self.link.follows and not self.whole:
            return column
        found = self.link.times * column + self.link.plus
        return np.rint(found).astype(np.int64) if self.whole else np.asarray(found, float)

    def at(self, value: Any, place: int | None) -> Any:
        """Its value where the factor has ``value``, which is its level number ``place`` if any."""
        if self.link.values is not None:
            assert place is not None
            return self.link.values[place]
        if self.link.follows and not (self.whole and is_number(value)):
            return value
        found = self.link.times * value + self.link.plus
        return round(found) if self.whole else float(found)


class Varied:
    """A factor that is applied to one setting or lever of a scenario."""

    def __init__(
        self,
        name: str,
        factor: Factor,
        whole: bool,
        own: Any,
        carried: Sequence[Carried] = (),
    ) -> None:
        self.name = name
        self.title = factor.title or name
        # Whether values are whole numbers.
        self.whole = whole
        # The scenario's own value in the form used in files; 0 for a lever.
        self.own = as_in_a_file(own)
        self.values = factor.values
        # What it carries along.
        self.carried = tuple(carried)
        self._factor = factor

    @cached_property
    def _places(self) -> Mapping[str, int]:
        return {level_key(value): place for place, value in enumerate(self.values or ())}

    def place(self, value: Any) -> int | None:
        """Number of a level among the values that are listed, from 0; None if it is not there."""
        return self._places.get(level_key(value))

    def changes(self, value: Any) -> dict[str, Any]:
        """What a level changes: the factor itself, and what it carries along, by name."""
        place = self.place(value) if self.carried and self.values is not None else None
        return {self.name: value, **{one.key: one.at(value, place) for one in self.carried}}

    def point(self, value: Any) -> Point:
        """The point at which only this factor is moved, to a level."""
        changes = self.changes(value)
        levers = {key: one for key, one in changes.items() if self.pulls(key)}
        return Point({key: one for key, one in changes.items() if key not in levers}, levers)

    def pulls(self, key: str) -> bool:
        """Whether a name that it changes is that of a lever; a function has no levers."""
        return self.own is not None and is_lever(key)

    def is_own(self, value: Any) -> bool:
        """Whether a level leaves the scenario as it is, in all that the factor changes."""
        changes = self.changes(value)
        own = {self.name: self.own, **{one.key: one.own for one in self.carried}}
        return all(level_key(changes[key]) == level_key(own[key]) for key in own)

    @property
    def starts_at_own(self) -> bool:
        """Whether its own value leaves all settings that it carries along as in the scenario."""
        if any(one.link.values is not None for one in self.carried):
            return self.place(self.own) is not None and self.is_own(self.own)
        return self.is_own(self.own)

    @property
    def is_ordered(self) -> bool:
        """Whether its levels are numbers, so that it has a slope; else they are categories."""
        return self.values is None or all(is_number(value) for value in self.values)

    def shown(self, value: Any) -> str:
        """A level in labels: its name, or the value itself."""
        place = self.place(value)
        return plain_label(value) if place is None else self._shown[place]

    @cached_property
    def _shown(self) -> Sequence[str]:
        if self._factor.names is not None:
            return self._factor.names
        found = [plain_label(value) for value in self.values or ()]
        # Tables whose shortened texts are equal are shown by number.
        return [
            f"level {place}" if isinstance(value, list | dict) and found.count(label) > 1 else label
            for place, (value, label) in enumerate(zip(self.values or (), found, strict=True), 1)
        ]

    def labelled(self, value: Any) -> str:
        """A level in the label of a point, where texts stand in quotes if they are no names."""
        return self.shown(value) if self.is_named or not isinstance(value, str) else short(value)

    @property
    def is_named(self) -> bool:
        """Whether its levels have names."""
        return self._factor.names is not None

    def tabled(self, column: NDArray[Any]) -> NDArray[Any]:
        """A column of its levels as results show it."""
        return in_tables(column, self.shown, self.is_named)

    def titled(self, value: Any) -> str:
        """The title of a level, or what is shown of it."""
        return self.level_titles.get(self.shown(value), self.shown(value))

    @property
    def level_titles(self) -> Mapping[str, str]:
        """Titles of its levels, by what is shown of them."""
        return dict(zip(self._shown, self._factor.titles or (), strict=False))

    @property
    def is_range(self) -> bool:
        """Whether it is a range; else it is a list of values."""
        return self.values is None

    @property
    def range(self) -> tuple[float, float]:
        """Lower and upper end. Raises ValueError if values are listed."""
        low, high = self._factor.low, self._factor.high
        if low is None or high is None:
            raise ValueError(f"{self.name} has no range")
        return (math.ceil(low), math.floor(high)) if self.whole else (low, high)

    @property
    def levels(self) -> tuple[Any, ...]:
        """Its listed values, or evenly spaced values of its range."""
        if self.values is not None:
            return self.values
        spaced = np.linspace(*self.range, self._factor.levels or LEVELS)
        found = [self._as_own(self._set(value)) for value in spaced]
        return tuple(dict.fromkeys(found))

    def _as_own(self, value: Any) -> Any:
        """The scenario's own value if a level equals it up to rounding, else the level."""
        if isinstance(self.own, int | float) and math.isclose(value, self.own, rel_tol=ROUNDING):
            return self.own
        return value

    @property
    def ends(self) -> tuple[Any, Any]:
        """Its low and high end. Raises BadInput if not exactly two values are listed."""
        if self.values is None:
            low, high = self.range
            return self._set(low), self._set(high)
        if len(self.values) != 2:
            raise BadInput(f"factor.{self.name}: a factorial design needs two values")
        return self.values[0], self.values[1]

    def at(self, shares: Values) -> list[Any]:
        """Values at these quantiles of its distribution, 0 to 1; shape of ``shares``."""
        if self.values is not None:
            number = len(self.values)
            picked = np.minimum((shares * number).astype(int), number - 1)
            return [self.values[one] for one in picked]
        return [self._set(value) for value in self._quantiles(shares)]

    def _quantiles(self, shares: Values) -> Values:
        (low, high), about = self.range, self._factor
        found: Any
        if about.distribution == "loguniform":
            # NumPy's logarithms differ in the last digit between processors, so they are not used.
            logarithms = log(low) + np.ravel(shares) * (log(high) - log(low))
            found = np.array([exp(one) for one in logarithms]).reshape(np.shape(shares))
        elif about.distribution == "triangular" and about.mode is not None:
            found = scipy.stats.triang.ppf(
                shares, (about.mode - low) / (high - low), low, high - low
            )
        elif about.distribution == "normal" and about.mean is not None and about.sd is not None:
            ends = ((low - about.mean) / about.sd, (high - about.mean) / about.sd)
            found = scipy.stats.truncnorm.ppf(shares, *ends, about.mean, about.sd)
        elif self.whole:
            # Every whole number has the same probability.
            found = low + np.floor(shares * (high - low + 1))
        else:
            found = low + shares * (high - low)
        return np.asarray(np.clip(found, low, high))

    def _set(self, value: Any) -> Any:
        return round(float(value)) if self.whole else float(value)


def is_lever(name: str) -> bool:
    """Whether a factor's name is that of a lever: except for one, settings have dots."""
    return "." not in name and name != DECIDE


def in_tables(
    column: NDArray[Any], shown: Callable[[Any], str], always: bool = False
) -> NDArray[Any]:
    """A column of levels in which texts stand for tables and lists, or ``always``."""
    if column.dtype != object and not always:
        return column
    found = np.empty(len(column), object)
    for row, value in enumerate(column.tolist()):
        stays = isinstance(value, str | int | float) and not always
        found[row] = value if stays else shown(value)
    return found


def plain_label(value: Any) -> str:
    """A level in labels where it has no name."""
    if isinstance(value, float):
        return f"{value:g}"
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
