"""Conditions on the results of a run, such as ``execution_rate < status_quo``.

A condition is one comparison of a measure, or several joined by ``and``. On the right stands a
number, another measure, or ``status_quo``: the same measure of the paired run, which is that of the
first listed point under the same settings and with the same draws. A number may be added to or
taken from the last two: ``execution_rate < status_quo - 0.01``.
"""

import operator
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import scipy
from numpy.typing import NDArray

from sim.errors import BadInput, nearest
from sim.measures import MEASURES
from sim.world.scenario import STATUS_QUO

Values = NDArray[np.float64]

_WAYS: Mapping[str, Callable[[Any, Any], Any]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_COMPARISON = re.compile(r"\s*(?P<measure>[\w@]+)\s*(?P<way>[<>]=?)\s*(?P<right>[^<>=]+?)\s*")
_NUMBER = r"(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?%?"
_RIGHT = re.compile(
    rf"(?P<number>[+-]?\s*{_NUMBER})|(?P<name>[A-Za-z_][\w@]*)\s*(?P<shift>[+-]\s*{_NUMBER})?"
)
_EXPECTED = "expected MEASURE < NUMBER, MEASURE < status_quo, or the like with <=, > or >="
_PER_CENT = 100.0


@dataclass(frozen=True)
class Comparison:
    """A measure against a number, another measure, or itself in the paired run."""

    measure: str
    # One of <, <=, >, >=.
    way: str
    # Name of the other measure, or ``status_quo``; None if the measure is compared with a number.
    other: str | None
    # The number, or what is added to the other measure.
    shift: float

    @property
    def lowers(self) -> bool:
        """Whether the measure has to be below."""
        return self.way[0] == "<"

    def excess(self, measured: Mapping[str, Values], paired: Mapping[str, Values]) -> Values:
        """The measure less what it is compared with, in each run; the shape of the measure."""
        own = measured[self.measure]
        if self.other is None:
            return own - self.shift
        other = paired[self.measure] if self.other == STATUS_QUO else measured[self.other]
        return own - other - self.shift

    def holds(self, excess: Values) -> NDArray[np.bool_]:
        """Whether the comparison holds, for a mean of ``excess``."""
        return np.asarray(_WAYS[self.way](excess, 0.0))


@dataclass(frozen=True)
class Condition:
    """Comparisons that must all hold, and the text in which they were given."""

    text: str
    comparisons: tuple[Comparison, ...]

    @property
    def is_paired(self) -> bool:
        """Whether the status quo occurs in it."""
        return any(one.other == STATUS_QUO for one in self.comparisons)

    @property
    def measures(self) -> tuple[str, ...]:
        """Measures that occur in it."""
        named = [name for one in self.comparisons for name in (one.measure, one.other)]
        return tuple(dict.fromkeys(one for one in named if one not in (None, STATUS_QUO)))

    def spans(self, measured: Mapping[str, Values], paired: Mapping[str, Values]) -> str:
        """Between which ends each measure lies, less the measure it is compared with, in words."""
        told = []
        for one in self.comparisons:
            mean = one.excess(measured, paired).mean(axis=1) + one.shift
            less = f" less {one.other}" if one.other else ""
            told.append(f"{one.measure}{less} is {mean.min():.3g} to {mean.max():.3g}")
        return ", ".join(told)

    def judged(
        self, measured: Mapping[str, Values], paired: Mapping[str, Values]
    ) -> tuple[NDArray[np.bool_], Values]:
        """Whether it holds in the mean over replicates, and the chance that this is wrong.

        Both have shape (cases,); measures have shape (cases, replicates). The chance is that of a
        mean with the standard error shown by the replicates lying on the other side; NaN if there
        is only one replicate.
        """
        holds, right = None, None
        for one in self.comparisons:
            excess = one.excess(measured, paired)
            mean = excess.mean(axis=1)
            own = one.holds(mean)
            sure = 1.0 - _on_the_other_side(mean, excess)
            holds = own if holds is None else holds & own
            right = sure if right is None else right * sure
        assert holds is not None
        assert right is not None
        return holds, 1.0 - right


def _on_the_other_side(mean: Values, excess: Values) -> Values:
    replicates = excess.shape[1]
    if replicates < 2:
        return np.full(len(mean), np.nan)
    error = excess.std(axis=1, ddof=1) / np.sqrt(replicates)
    far = np.divide(np.abs(mean), error, out=np.full(len(mean), np.inf), where=error > 0)
    return np.asarray(scipy.stats.norm.sf(far))


def condition(text: str, measures: Sequence[str]) -> Condition:
    """The condition that a text gives; ``measures`` are those which the study keeps.

    Raises BadInput if the text is no condition, or names a measure that is not kept.
    """
    parts = re.split(r"\band\b", text)
    return Condition(" ".join(text.split()), tuple(_one(part, text, measures) for part in parts))


def _one(part: str, text: str, measures: Sequence[str]) -> Comparison:
    at = f"--where “{text}”"
    found = _COMPARISON.fullmatch(part)
    if found is None:
        raise BadInput(f"{at}: {_EXPECTED}")
    _check_kept(found["measure"], measures, at)
    right = _RIGHT.fullmatch(found["right"].strip())
    if right is None:
        raise BadInput(f"{at}: “{found['right']}”: {_EXPECTED}")
    if right["number"] is not None:
        return Comparison(found["measure"], found["way"], None, _number(right["number"]))
    other = right["name"]
    if other != STATUS_QUO:
        _check_kept(other, [*measures, STATUS_QUO], at)
    return Comparison(found["measure"], found["way"], other, _number(right["shift"] or "0"))


def _number(text: str) -> float:
    plain = text.replace(" ", "")
    return float(plain[:-1]) / _PER_CENT if plain.endswith("%") else float(plain)


def _check_kept(name: str, measures: Sequence[str], at: str) -> None:
    if name not in measures:
        unkept = "; add it to “measures” of the experiment" if name in MEASURES else ""
        raise BadInput(
            f"{at}: the experiment keeps no measure “{name}”{unkept or nearest(name, measures)}"
        )
