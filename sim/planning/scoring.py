"""Scores of packages from their runs: values of aims, and by how much limits are missed."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.planning.aims_and_limits import Aim, Column, Limit
from sim.planning.question import MEAN, REGRET, WORST_TENTH
from sim.study.estimate import draw_means

Values = NDArray[np.float64]
# Share of draws whose mean is the worst tenth.
TENTH = 0.1


def of_draws(values: Values, draws: int) -> Values:
    """Means of each draw of a posterior, or the values if there is none; last axis columns."""
    return draw_means(values, draws) if draws else values


def worst_tenth(values: Values) -> float:
    """Mean of the lowest tenth of values, (values,), at least of one."""
    number = max(1, math.ceil(TENTH * len(values)))
    return float(np.sort(values)[:number].mean())


@dataclass(frozen=True)
class Scoring:
    """Aims and limits applied to runs, whose columns are ``columns``."""

    aims: tuple[Aim, ...]
    limits: tuple[Limit, ...]
    columns: tuple[Column, ...]
    robust: str = MEAN

    def place(self, one: Aim | Limit) -> int:
        """Number of the column that an aim or a limit reads."""
        return self.columns.index(one.column)

    def lacking(self, values: Values) -> dict[Aim | Limit, NDArray[np.int64]]:
        """In how many runs each package has no value of an aim or a limit, (packages,).

        ``values`` has shape (packages, runs, columns); only those that some package lacks are told.
        """
        wishes: list[Aim | Limit] = [*self.aims, *self.limits]
        found = {one: np.isnan(values[..., self.place(one)]).sum(axis=1) for one in wishes}
        return {one: number for one, number in found.items() if number.any()}

    def aimed(self, values: Values) -> Values:
        """Values of aims, more is better: (packages, runs, columns) to (packages, runs, aims)."""
        places = [self.place(one) for one in self.aims]
        signs = np.array([one.sign for one in self.aims])
        return np.asarray(values[..., places] * signs)

    def scores(self, values: Values, draws: int, best: Values | None = None) -> Values:
        """The score of each package in each aim, more is better; shape (packages, aims).

        ``values`` has shape (packages, runs, columns). For regret, ``best`` gives what the best
        package reaches in each draw, (draws, aims). A missing value is the worst score.
        """
        found = np.empty((len(values), len(self.aims)))
        for row, runs in enumerate(self.aimed(values)):
            means = of_draws(runs, draws)
            for column in range(len(self.aims)):
                one = means[:, column]
                if self.robust == WORST_TENTH:
                    found[row, column] = worst_tenth(one)
                elif self.robust == REGRET and best is not None:
                    found[row, column] = -float(np.max(best[: len(one), column] - one))
                else:
                    found[row, column] = one.mean()
        return np.where(np.isnan(found), -np.inf, found)

    def missed(
        self, values: Values, status_quo: Values, level: Values, margin: float = 0.0
    ) -> Values:
        """By how much each package misses each limit, (packages, limits); at most 0 if it does not.

        ``values`` has shape (packages, runs, columns), ``status_quo`` (runs, columns). A few draws
        tell differences better than levels, so a package has the difference from the status quo
        on these draws, added to ``level``, the mean of the status quo over many draws, (columns,).
        ``margin`` is a number of standard errors by which a package must keep to a limit.
        """
        found = np.zeros((len(values), len(self.limits)))
        for column, limit in enumerate(self.limits):
            place = self.place(limit)
            shift = level[place] - status_quo[:, place]
            many = np.full(len(status_quo), level[place])
            over = self.over(values[..., place] + shift, limit, many)
            runs = over.shape[1]
            error = over.std(axis=1, ddof=1) / np.sqrt(runs) if runs > 1 else 0.0
            found[:, column] = over.mean(axis=1) + margin * error
        return np.where(np.isnan(found), np.inf, found)

    def over(self, values: Values, limit: Limit, status_quo: Values) -> Values:
        """How far values lie beyond a limit, any shape whose last axis is runs."""
        reference = status_quo if limit.from_status_quo else np.zeros_like(status_quo)
        return np.asarray(limit.sign * (values - limit.value - reference))


def front(scores: Values) -> NDArray[np.int64]:
    """Numbers of the packages that no other dominates; ``scores`` (packages, aims), more better."""
    kept = []
    for row, one in enumerate(scores):
        better = (scores >= one).all(axis=1) & (scores > one).any(axis=1)
        same = (scores[:row] == one).all(axis=1).any()
        if not better.any() and not same:
            kept.append(row)
    return np.array(kept, np.int64)


def balanced(scores: Values) -> Values:
    """One score for several aims: the mean of each scaled to its range among the packages.

    Shape (packages,), more is better; with one aim, the order is that of its score.
    """
    low, high = scores.min(axis=0), scores.max(axis=0)
    width = np.where(high > low, high - low, 1.0)
    return np.asarray(((scores - low) / width).mean(axis=1))


def by_merit(scores: Sequence[float] | Values) -> NDArray[np.int64]:
    """Numbers of packages, best first; of equals, the first."""
    return np.argsort(-np.asarray(scores), kind="stable")
