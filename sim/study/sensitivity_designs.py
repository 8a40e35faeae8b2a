"""Designs from which sensitivity indices are computed: Sobol', Morris, PAWN, Shapley."""

import warnings
from collections.abc import Iterator, Sequence
from typing import Annotated, Any, ClassVar, Literal

import numpy as np
from pydantic import Field

from sim.declare import Section
from sim.study.design import Many, registered
from sim.study.design_points import Values
from sim.study.spread_designs import Redrawn, SpreadOut, check_power_of_two, latin
from sim.study.varied import Varied


class Screen(Section):
    """A Morris screening that selects the factors for which Sobol' indices are computed (筛选)."""

    trajectories: Annotated[int, Field(ge=2, le=100_000)] = Field(description="Morris trajectories")
    keep: Annotated[int, Field(ge=2, le=100)] = Field(description="factors kept")
    levels: int = Field(4, ge=4, le=100, multiple_of=2, description="levels of each factor")


@registered
class Sobol(SpreadOut):
    """Saltelli's design for Sobol' indices, repeated with several scrambles (Sobol' 指数).

    Saltelli (2002).
    """

    needs_all: ClassVar[str] = "its indices suppose that factors are independent"
    needs_ranges: ClassVar[bool] = True
    fewest: ClassVar[int] = 2
    kind: Literal["sobol"]
    base: Many = Field(description="points of a scramble before they are mixed, a power of two")
    scrambles: int = Field(5, ge=2, le=100, description="repetitions, from which intervals come")
    second_order: bool = Field(False, description="indices of pairs of factors as well")
    # A Morris screening that comes first and selects the factors.
    screen: Screen | None = Field(None, description="screen factors first")

    def size(self, factors: Sequence[Varied]) -> int:
        """Base points times mixtures times scrambles."""
        return self.scrambles * self.base * self.mixtures(len(factors))

    def mixtures(self, factors: int) -> int:
        """Number of points made from one base point."""
        return 2 * factors + 2 if self.second_order else factors + 2

    def shares(self, factors: int, seed: int) -> Values:
        """Scramble after scramble."""
        from SALib.sample import sobol

        problem = problem_of_size(factors)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            scrambled = [
                sobol.sample(problem, self.base, calc_second_order=self.second_order, seed=one)
                for one in self._seeds(seed, self.scrambles)
            ]
        return np.concatenate(scrambled)

    def check_entries(self) -> None:
        """Raise BadInput if the base is not a power of two."""
        check_power_of_two("base", self.base)


@registered
class Morris(SpreadOut):
    """Trajectories that move one factor at a time, for screening (Morris 筛选; Morris 1991)."""

    needs_all: ClassVar[str] = "its trajectories move one factor at a time through the whole range"
    needs_ranges: ClassVar[bool] = True
    fewest: ClassVar[int] = 2
    kind: Literal["morris"]
    trajectories: Annotated[int, Field(ge=2, le=100_000)] = Field(description="trajectories")
    levels: int = Field(4, ge=4, le=100, multiple_of=2, description="levels of each factor")

    def size(self, factors: Sequence[Varied]) -> int:
        """A start and a step a factor, of every trajectory."""
        return self.trajectories * (len(factors) + 1)

    def shares(self, factors: int, seed: int) -> Values:
        """Trajectory after trajectory."""
        from SALib.sample import morris

        (one,) = self._seeds(seed)
        problem = problem_of_size(factors)
        return np.asarray(
            morris.sample(problem, self.trajectories, num_levels=self.levels, seed=one)
        )


@registered
class Pawn(Redrawn):
    """A Latin hypercube for PAWN indices, which compare distributions instead of variances (PAWN).

    Pianosi & Wagener (2015).
    """

    needs_ranges: ClassVar[bool] = True
    kind: Literal["pawn"]
    points: Annotated[int, Field(ge=20, le=10_000_000)] = Field(description="number of points")
    slices: int = Field(10, ge=2, le=100, description="slices of each factor's range")

    def spread(self, factors: int, seed: int, points: int) -> Values:
        """One point in each of as many slices of every factor."""
        return latin(factors, points, self._draws(seed))


@registered
class Shapley(SpreadOut):
    """Random trajectories between two points, for Shapley effects (Shapley 效应; Goda 2021)."""

    needs_all: ClassVar[str] = "its trajectories suppose that factors are independent"
    needs_ranges: ClassVar[bool] = True
    fewest: ClassVar[int] = 2
    kind: Literal["shapley"]
    trajectories: Annotated[int, Field(ge=10, le=1_000_000)] = Field(description="trajectories")

    def size(self, factors: Sequence[Varied]) -> int:
        """A start and a step a factor, of every trajectory."""
        return self.trajectories * (len(factors) + 1)

    def shares(self, factors: int, seed: int) -> Values:
        """Trajectory after trajectory."""
        from SALib.sample import shapley

        (one,) = self._seeds(seed)
        return np.asarray(shapley.sample(problem_of_size(factors), self.trajectories, seed=one))


def problem_of(names: Sequence[str]) -> dict[str, Any]:
    """Factors as SALib describes them, all between 0 and 1."""
    return {"num_vars": len(names), "names": list(names), "bounds": [[0.0, 1.0]] * len(names)}


def problem_of_size(factors: int) -> dict[str, Any]:
    """A number of unnamed factors, as SALib describes them."""
    return problem_of([f"x{number}" for number in range(factors)])


def batches(total: int, number: int) -> Iterator[slice]:
    """``number`` equal slices of ``total`` rows."""
    each = total // number
    for one in range(number):
        yield slice(one * each, (one + 1) * each)
