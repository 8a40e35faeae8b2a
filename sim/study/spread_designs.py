"""Designs of points spread over the factors' ranges: Latin hypercube, Sobol' sequence."""

import math
from collections.abc import Sequence
from typing import Literal

import numpy as np
import scipy
from pydantic import Field

from sim.errors import BadInput
from sim.study.constraints import culprit, named, within
from sim.study.design import WHERE, Design, Many, registered
from sim.study.design_points import Points, Values
from sim.study.varied import Varied

# Most numbers drawn, points times factors, to find points within constraints.
MOST_DRAWN = 2**22


class SpreadOut(Design):
    """Points spread over the ranges of the factors."""

    def shares(self, factors: int, seed: int) -> Values:
        """Points as shares of the factors' distributions, 0 to 1; shape (points, factors)."""
        raise NotImplementedError

    def draw_up(self, factors: Sequence[Varied], seed: int) -> Points:
        """The values at these shares."""
        return _at(factors, self.shares(len(factors), seed))

    def _draws(self, seed: int) -> np.random.Generator:
        return np.random.default_rng([seed, len(self.kind)])

    def _seeds(self, seed: int, number: int = 1) -> list[int]:
        """Seeds of SALib's samplers."""
        return [int(one) for one in self._draws(seed).integers(1, 2**31, size=number)]


class Redrawn(SpreadOut):
    """Random points of a number that is given, drawn anew where they are outside constraints."""

    points: Many = Field(description="number of points")

    def size(self, factors: Sequence[Varied]) -> int:
        """As many as asked for."""
        return self.points

    def shares(self, factors: int, seed: int) -> Values:
        """As many points as asked for, without constraints."""
        return self.spread(factors, seed, self.points)

    def spread(self, factors: int, seed: int, points: int) -> Values:
        """A number of points, shape (points, factors)."""
        raise NotImplementedError

    def draw_up(self, factors: Sequence[Varied], seed: int) -> Points:
        """The first points within the constraints, of a design of as many as are needed.

        The design is doubled until there are enough. Raises BadInput if there are too few even of
        the largest.
        """
        constraints = self.constraints(factors)
        drawn = self.points
        while True:
            points = _at(factors, self.spread(len(factors), seed, drawn))
            if not constraints:
                return points
            columns = points.numbers(named(constraints))
            found = within(constraints, columns, WHERE)
            inside = np.flatnonzero(found)
            if len(inside) >= self.points:
                found[inside[self.points :]] = False
                return points.only(found)
            drawn *= 2
            if drawn * len(factors) > MOST_DRAWN:
                told = (
                    f"only {len(inside):,} of {len(points):,} points tried are within, and "
                    f"{self.points:,} are wanted; narrow the ranges of the factors"
                    if len(inside)
                    else f"none of {len(points):,} points tried is within; "
                    f"{culprit(constraints, columns, WHERE)}"
                )
                raise BadInput(f"{WHERE}: {told}")


@registered
class LatinHypercube(Redrawn):
    """Random points, evenly spread along each factor (拉丁超立方; McKay et al. 1979)."""

    kind: Literal["latin_hypercube"]

    def spread(self, factors: int, seed: int, points: int) -> Values:
        """One point in each of as many slices of every factor."""
        return latin(factors, points, self._draws(seed))


@registered
class SobolSequence(Redrawn):
    """A scrambled Sobol' sequence: points evenly spread over all factors (Sobol' 序列)."""

    kind: Literal["sobol_sequence"]
    points: Many = Field(description="number of points, a power of two")

    def spread(self, factors: int, seed: int, points: int) -> Values:
        """The first points of the sequence."""
        sequence = scipy.stats.qmc.Sobol(factors, rng=self._draws(seed))
        return np.asarray(sequence.random(points))

    def check_entries(self) -> None:
        """Raise BadInput if the number of points is not a power of two."""
        check_power_of_two("points", self.points)


def _at(factors: Sequence[Varied], shares: Values) -> Points:
    return Points(factors, [factor.at(shares[:, k]) for k, factor in enumerate(factors)])


def check_power_of_two(name: str, number: int) -> None:
    """Raise BadInput if an entry of a design is not a power of two."""
    if number & (number - 1):
        near = 2 ** round(math.log2(number))
        raise BadInput(
            f"design.{name}: {number} is no power of two, which Sobol' sequences need to be even; "
            f"take {near}"
        )


def latin(factors: int, points: int, draws: np.random.Generator) -> Values:
    """A Latin hypercube of shares, 0 to 1; shape (points, factors)."""
    return np.asarray(scipy.stats.qmc.LatinHypercube(factors, rng=draws).random(points))
