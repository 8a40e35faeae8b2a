"""Reasons for an officer's choice: the utility of each conduct by term, computed by the rule."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from sim.agents import Officer
from sim.mechanisms import conduct

TERMS = conduct.Reasons._fields


@dataclass(frozen=True)
class Moment:
    """What an officer knew when it chose; copies, since the state changes later in the month."""

    officer: Any
    department: Any
    outlooks: Any
    mechanisms: Any
    choice: Any
    # Cumulative weights of the conducts, in their order.
    weights: tuple[float, ...]


class Watched(Officer):
    """An officer that records what it knew when it chose."""

    moment: Moment | None = None

    def decide(self) -> int | str:
        """Choose as every officer does."""
        chosen = super().decide()
        department = self.department
        choice = self.model.world.choices[self.record.number_in_department]
        self.moment = Moment(
            self.record.copy(),
            department.record.copy(),
            department.outlooks.copy(),
            department.mechanisms,
            choice.copy(),
            tuple(choice.upto.tolist()),
        )
        return chosen


@dataclass(frozen=True)
class Why:
    """Terms of utility, their sums, and the probability of each conduct, in their order."""

    terms: dict[str, tuple[float, ...]]
    sums: tuple[float, ...]
    chances: tuple[float, ...]

    def next_best(self, chosen: int) -> int:
        """The possible conduct with the highest sum, apart from the chosen one."""
        others = [k for k, chance in enumerate(self.chances) if k != chosen and chance > 0.0]
        return max(others, key=lambda k: self.sums[k])

    def against(self, chosen: int, other: int) -> dict[str, float]:
        """By how much each term favours the chosen conduct over another."""
        return {name: values[chosen] - values[other] for name, values in self.terms.items()}


def why(moment: Moment, settings: Any) -> Why:
    """The reasons of one officer in one month."""
    found = [
        conduct.reasons(
            moment.officer,
            k,
            moment.officer.previous_conduct == k,
            moment.choice,
            outlook,
            moment.department,
            moment.mechanisms,
            settings,
        )
        for k, outlook in enumerate(moment.outlooks)
    ]
    terms = {name: tuple(float(one[i]) for one in found) for i, name in enumerate(TERMS)}
    sums = tuple(sum(float(term) for term in one) for one in found)
    chances = np.diff(moment.weights, prepend=0.0) / moment.weights[-1]
    return Why(terms, sums, tuple(chances.tolist()))
