"""Triggers of reforms: conditions on measures by which a reform begins and ends during a run.

A condition is read off the months that are over, so a reform can follow what happens in its own
run. Everything here follows from the values of measures by month; nothing is drawn.
"""

import math
import operator
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Self

from sim.errors import nearest
from sim.measures import MEASURES, SERIES, declared

# Comparisons of a level, which holds in every month in which the comparison is true; and crossings,
# which come to hold only in a month after one in which they did not.
_LEVELS: dict[str, Callable[[float, float], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_CROSSINGS = {"falls below": "<", "rises above": ">"}
COMPARISONS = (*_LEVELS, *_CROSSINGS)
_FORM = re.compile(r"([\w@.-]+)\s*([^\w\s@.+-]+|[a-z]+ +[a-z]+)\s*(\S+)")
_LONGEST = 200
# A share below −1 or above 1 was meant in per cent.
_WHOLE = 1.0
_PER_CENT = 100.0
_EXAMPLE = "as in “credibility < 0.5” or “credibility falls below 0.5”"


@dataclass(frozen=True)
class Condition:
    """A measure, a comparison, and the number it is compared with."""

    measure: str
    comparison: str
    number: float

    @classmethod
    def of(cls, text: str) -> Self:
        """Read a condition such as ``credibility < 0.5``. Raises ValueError if it is none."""
        found = _FORM.fullmatch(text.strip()) if len(text) <= _LONGEST else None
        if found is None:
            raise ValueError(f"expected a measure, a comparison and a number, {_EXAMPLE}")
        measure, comparison, number = found.groups()
        comparison = " ".join(comparison.split())
        if comparison not in COMPARISONS:
            raise ValueError(
                f"no comparison “{comparison}”; expected one of {', '.join(COMPARISONS)}"
            )
        _check_measure(measure)
        try:
            value = float(number.removesuffix("%"))
        except ValueError:
            raise ValueError(f"“{number}” is not a number, {_EXAMPLE}") from None
        if not math.isfinite(value):
            raise ValueError(f"“{number}” is not a finite number")
        if number.endswith("%"):
            value /= _PER_CENT
        if MEASURES[measure].unit == "share" and abs(value) > _WHOLE:
            raise ValueError(f"{measure} is a share; expected a number from 0 to 1, not {number}")
        return cls(measure, comparison, value)

    @property
    def crossing(self) -> bool:
        """Whether it holds only after a month in which the value was on the other side."""
        return self.comparison in _CROSSINGS

    @property
    def _level(self) -> str:
        return _CROSSINGS.get(self.comparison, self.comparison)

    def true_of(self, value: float) -> bool:
        """Whether the value of a month is on the side asked for; a missing value (NaN) is not."""
        return _LEVELS[self._level](value, self.number)

    def implies(self, other: "Condition") -> bool:
        """Whether every value on this condition's side is on the other's too."""
        if self.measure != other.measure or self._level[0] != other._level[0]:
            return False
        if self.number == other.number:
            return len(self._level) <= len(other._level)
        return (self.number < other.number) == (self._level[0] == "<")

    def __str__(self) -> str:
        """The condition as text that ``of`` reads."""
        return f"{self.measure} {self.comparison} {repr(self.number).removesuffix('.0')}"


def _check_measure(name: str) -> None:
    if name in SERIES or (name in declared and declared[name].monthly):
        return
    if "@" in name:
        raise ValueError(f"“{name}”: a trigger reads measures of the whole government, without “@”")
    if name in MEASURES:
        raise ValueError(
            f"{name} has no value month by month, so it cannot be a trigger{nearest(name, SERIES)}"
        )
    raise ValueError(f"no measure “{name}”{nearest(name, SERIES)}")


def normal(text: str) -> str:
    """A condition as it is kept, so that spaces make no difference. Raises ValueError."""
    return str(Condition.of(text))


@dataclass
class _Held:
    """In which of the months so far a condition held, and since when."""

    condition: Condition
    # The first month that is looked at.
    first: int
    # Months in a row, ending with each month, in which it was true; and the month of the crossing
    # by which it came to be true, −1 if there was none.
    row: list[int] = field(default_factory=list)
    crossed: list[int] = field(default_factory=list)
    # Whether the last month's value was on the other side; a missing value is on neither.
    _other_side: bool = False

    @property
    def next(self) -> int:
        """The next month whose value it needs."""
        return self.first + len(self.row)

    def add(self, value: float) -> None:
        """Add the value of the next month."""
        true = self.condition.true_of(value)
        before = self.row[-1] if self.row else 0
        crossed = -1
        if true:
            crossed = self.crossed[-1] if before else self.next if self._other_side else -1
        self.row.append(before + 1 if true else 0)
        self.crossed.append(crossed)
        self._other_side = not true and not math.isnan(value)

    def fired(self, month: int, since: int, for_months: int) -> bool:
        """Whether it has held for so many months as ``month`` ends.

        Of a crossing, which must have happened in month ``since`` or later.
        """
        if month < self.first or self.row[month - self.first] < for_months:
            return False
        return not self.condition.crossing or self.crossed[month - self.first] >= max(since, 0)


@dataclass(frozen=True)
class Trigger:
    """By what a reform begins and ends, within the months ``first`` to ``end`` − 1.

    ``start`` or ``stop`` is missing where the reform begins with the first of these months, or goes
    on to the last. Lengths are in months.
    """

    first: int
    end: int
    start: Condition | None
    stop: Condition | None
    for_months: int
    wait: int
    at_least: int
    at_most: int


class Watch:
    """One reform with a trigger in one run: the months in which it is in force so far."""

    def __init__(self, trigger: Trigger) -> None:
        self._about = trigger
        # First month in force, and the month after the last, of each time it was in force.
        self.episodes: list[tuple[int, int]] = []
        self._in_force = False
        self._since = trigger.first - 1 - trigger.wait
        first = max(0, self._since - trigger.for_months)
        conditions = (trigger.start, trigger.stop)
        self._start, self._stop = (None if one is None else _Held(one, first) for one in conditions)
        # The next month that has not been decided.
        self.next = trigger.first

    @property
    def _held(self) -> list[_Held]:
        return [held for held in (self._start, self._stop) if held is not None]

    def decide(self, month: int, value: Callable[[str, int], float]) -> bool:
        """Decide whether the reform is in force in ``month``; returns whether that is a change.

        ``value`` gives a measure in an earlier month. Months are decided in order; those before
        ``next`` need no decision.
        """
        about = self._about
        for held in self._held:
            while held.next < month:
                held.add(value(held.condition.measure, held.next))
        self.next = month + 1
        if self._in_force:
            return self._end(month)
        looked = month - 1 - about.wait
        if self._start is not None:
            if looked < self._since or looked < 0:
                return False
            if not self._start.fired(looked, self._since, about.for_months):
                return False
        last = min(about.end, month + about.at_most - self._spent)
        self.episodes.append((month, last))
        self._in_force = True
        self.next = last if self._stop is None else min(last, month + about.at_least)
        return True

    def _end(self, month: int) -> bool:
        """Decide whether the reform, which is in force, ends before ``month``."""
        about = self._about
        begun, last = self.episodes[-1]
        stop = self._stop
        if month < last and not (stop and stop.fired(month - 1, begun, about.for_months)):
            return False
        self.episodes[-1] = (begun, month)
        self._in_force = False
        self._since = month
        if self._start is None or self._spent >= about.at_most:
            self.next = about.end
        return month < last

    @property
    def _spent(self) -> int:
        """Months for which it has been in force, once it is not."""
        return sum(end - first for first, end in self.episodes)

    @property
    def ended(self) -> bool:
        """Whether nothing is left to decide."""
        return self.next >= self._about.end
