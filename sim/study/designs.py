"""Designs: the points of an experiment, made from its factors.

Each design is a class. Its fields are its entries in an experiment's file; ``size`` gives the
number of points, ``draw_up`` the points, and ``check`` refuses factors that it cannot use. A design
is registered under the value of its field ``kind``.
"""

import functools
import itertools
import math
import operator
import warnings
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal, get_args

import numpy as np
import scipy
from numpy.typing import NDArray
from pydantic import Field

from sim.declare import Section
from sim.errors import BadInput
from sim.study.factors import Varied
from sim.study.points import Point

Values = NDArray[np.float64]
Many = Annotated[int, Field(ge=1, le=10_000_000)]

GRID, FACTORIAL, FRACTIONAL = "grid", "factorial", "fractional_factorial"
ONE_AT_A_TIME, LIST = "one_at_a_time", "list"
LATIN, SEQUENCE = "latin_hypercube", "sobol_sequence"
SOBOL, MORRIS, PAWN, SHAPLEY = "sobol", "morris", "pawn", "shapley"
# Designs whose points are spread over a space, and at each of which listed points can be run.
CROSSED = (LATIN, SEQUENCE)
# Most factors of a full factorial; each doubles the number of points.
MOST_FACTORS = 16
# Most points of a design, since all are held in memory.
MOST_POINTS = 10_000_000


class Points(Sequence[Point]):
    """Points of a design, kept as columns of values and made when they are requested."""

    def __init__(self, factors: Sequence[Varied], levels: Sequence[Sequence[Any]]) -> None:
        self.factors = tuple(factors)
        # A column of values for each factor, shape (points,).
        self.columns = [_column(column) for column in levels]
        self._rows = self.columns[0].size if self.columns else 1

    def __len__(self) -> int:
        """Number of points."""
        return self._rows

    def __getitem__(self, index: Any) -> Any:
        """One point, or a list of points for a slice."""
        if isinstance(index, slice):
            return [self[row] for row in range(*index.indices(self._rows))]
        if not -self._rows <= index < self._rows:
            raise IndexError(index)
        settings, levers = {}, {}
        for factor, column in zip(self.factors, self.columns, strict=True):
            value = column.item(index)
            if factor.own is not None and factor.is_lever:
                levers[factor.name] = value
            else:
                settings[factor.name] = value
        return Point(settings, levers)


def _column(values: Sequence[Any]) -> NDArray[Any]:
    """Values as an array: of numbers if all are numbers, else of objects."""
    kinds = {type(value) for value in values}
    if kinds <= {int, float}:
        return np.array(values, np.float64 if float in kinds else np.int64)
    column = np.empty(len(values), object)
    column[:] = values
    return column


class Crossed(Sequence[Point]):
    """Listed points, each at every point of a design; all listed points of one follow each other.

    A listed point's own setting goes before that of the design.
    """

    def __init__(self, points: Points, listed: Sequence[Point], names: Sequence[str]) -> None:
        self.design = points
        # Name of the listed point, shape (points,); and a column of values for each factor.
        self.names = np.tile(np.array(names, dtype=object), len(points))
        self.columns = [np.repeat(column, len(listed)) for column in points.columns]
        self._listed = tuple(listed)

    def __len__(self) -> int:
        """Number of points."""
        return len(self.names)

    def __getitem__(self, index: Any) -> Any:
        """One point, or a list of points for a slice."""
        if isinstance(index, slice):
            return [self[row] for row in range(*index.indices(len(self)))]
        if not -len(self) <= index < len(self):
            raise IndexError(index)
        row, which = divmod(index % len(self), len(self._listed))
        there, own = self.design[row], self._listed[which]
        settings = {**there.settings, **own.settings}
        return Point(settings, {**there.levers, **own.levers}, own.base)


# Every design by its name.
KINDS: dict[str, type[Section]] = {}


def registered[Kind: Section](design: type[Kind]) -> type[Kind]:
    """Register a design under the name that its entry ``kind`` declares."""
    (name,) = get_args(design.model_fields["kind"].annotation)
    KINDS[name] = design
    return design


@registered
class List(Section):
    """Points listed one by one in the experiment's file (列举)."""

    kind: Literal["list"]


class Design(Section):
    """Points made of factors."""

    # Whether every factor must be a range.
    needs_ranges: ClassVar[bool] = False
    # Smallest number of factors.
    fewest: ClassVar[int] = 1
    kind: str

    def size(self, factors: Sequence[Varied]) -> int:
        """Number of points, computed without making them."""
        raise NotImplementedError

    def draw_up(self, factors: Sequence[Varied], seed: int) -> Points:
        """The points; the same for the same factors and seed. Raises BadInput if none exist."""
        raise NotImplementedError

    def check(self, factors: Sequence[Varied]) -> None:
        """Raise BadInput if the design cannot use these factors."""
        for factor in factors:
            if self.needs_ranges and not factor.is_range:
                raise BadInput(
                    f"factor.{factor.name}: “{self.kind}” needs a range, not listed values"
                )
        if not factors:
            raise BadInput(f"design.kind: “{self.kind}” needs factors")
        self.check_entries()
        if len(factors) < self.fewest:
            raise BadInput(f"design.kind: “{self.kind}” needs at least two factors")

    def check_entries(self) -> None:
        """Raise BadInput if an entry of the design is not valid."""


@registered
class Grid(Design):
    """Every combination of the factors' levels (网格)."""

    kind: Literal["grid"]

    def size(self, factors: Sequence[Varied]) -> int:
        """The product of the numbers of levels."""
        return math.prod(len(factor.levels) for factor in factors)

    def draw_up(self, factors: Sequence[Varied], seed: int) -> Points:
        """All combinations; the last factor changes fastest."""
        rows = list(itertools.product(*(factor.levels for factor in factors)))
        return Points(factors, list(zip(*rows, strict=True)))


@registered
class OneAtATime(Design):
    """The scenario itself, then each factor at its levels with the others unchanged (单因素)."""

    kind: Literal["one_at_a_time"]

    def size(self, factors: Sequence[Varied]) -> int:
        """One for the scenario, and one for each level that is not the scenario's own."""
        return 1 + sum(len(others(factor)) for factor in factors)

    def draw_up(self, factors: Sequence[Varied], seed: int) -> Points:
        """The scenario, then factor by factor."""
        columns: list[list[Any]] = [[factor.own] for factor in factors]
        for moved, factor in enumerate(factors):
            for value in others(factor):
                for column, other in enumerate(factors):
                    columns[column].append(value if column == moved else other.own)
        return Points(factors, columns)

    def check(self, factors: Sequence[Varied]) -> None:
        """Raise BadInput for a function in place of a scenario, since it has no own values."""
        if any(factor.own is None for factor in factors):
            raise BadInput(f"design.kind: “{self.kind}” needs a scenario to start from")
        super().check(factors)


class TwoLevel(Design):
    """Points at the two ends of every factor."""

    def signs(self, factors: int) -> Values:
        """End of each factor at each point, −1 (low) or 1 (high); shape (points, factors)."""
        raise NotImplementedError

    def draw_up(self, factors: Sequence[Varied], seed: int) -> Points:
        """The points at the ends that ``signs`` gives."""
        signs = self.signs(len(factors))
        columns = [
            [factor.ends[int(sign > 0)] for sign in signs[:, column]]
            for column, factor in enumerate(factors)
        ]
        return Points(factors, columns)


@registered
class FullFactorial(TwoLevel):
    """Every combination of the factors' two ends (全因子; Box, Hunter & Hunter 2005)."""

    kind: Literal["factorial"]

    def size(self, factors: Sequence[Varied]) -> int:
        """Two to the power of the number of factors."""
        return int(2 ** len(factors))

    def signs(self, factors: int) -> Values:
        """All signs."""
        return _all_signs(factors)

    def check(self, factors: Sequence[Varied]) -> None:
        """Raise BadInput if there are more factors than a full factorial can have."""
        super().check(factors)
        if len(factors) > MOST_FACTORS:
            raise BadInput(
                f"design.kind: a full factorial of {len(factors)} factors has "
                f"{2 ** len(factors):,} points; expected at most {MOST_FACTORS} factors, or a "
                "fractional_factorial"
            )


@registered
class FractionalFactorial(TwoLevel):
    """A part of the combinations, chosen so that low-order effects are not confounded (部分因子).

    Box, Hunter & Hunter (2005).
    """

    kind: Literal["fractional_factorial"]
    resolution: int = Field(
        4, ge=3, le=8, description="effects of fewer factors than half of it are kept apart"
    )

    def size(self, factors: Sequence[Varied]) -> int:
        """Number of points of the fraction. Raises BadInput if there is no such fraction."""
        return len(self.signs(len(factors)))

    def signs(self, factors: int) -> Values:
        """Signs of the smallest fraction of this resolution. Raises BadInput if there is none."""
        from pydoe import fracfact_by_res

        if factors < self.resolution:
            return _all_signs(factors)
        try:
            return np.asarray(fracfact_by_res(factors, self.resolution), float)
        except ValueError:
            raise BadInput(
                f"design.resolution: no fraction of resolution {self.resolution} for {factors} "
                "factors; take a full factorial"
            ) from None


class SpreadOut(Design):
    """Points spread over the ranges of the factors."""

    def shares(self, factors: int, seed: int) -> Values:
        """Points as shares of the factors' distributions, 0 to 1; shape (points, factors)."""
        raise NotImplementedError

    def draw_up(self, factors: Sequence[Varied], seed: int) -> Points:
        """The values at these shares."""
        shares = self.shares(len(factors), seed)
        return Points(factors, [factor.at(shares[:, k]) for k, factor in enumerate(factors)])

    def _draws(self, seed: int) -> np.random.Generator:
        return np.random.default_rng([seed, len(self.kind)])

    def _seeds(self, seed: int, number: int = 1) -> list[int]:
        """Seeds of SALib's samplers."""
        return [int(one) for one in self._draws(seed).integers(1, 2**31, size=number)]


@registered
class LatinHypercube(SpreadOut):
    """Random points, evenly spread along each factor (拉丁超立方; McKay et al. 1979)."""

    kind: Literal["latin_hypercube"]
    points: Many = Field(description="number of points")

    def size(self, factors: Sequence[Varied]) -> int:
        """As many as asked for."""
        return self.points

    def shares(self, factors: int, seed: int) -> Values:
        """One point in each of as many slices of every factor."""
        return _latin(factors, self.points, self._draws(seed))


@registered
class SobolSequence(SpreadOut):
    """A scrambled Sobol' sequence: points evenly spread over all factors (Sobol' 序列)."""

    kind: Literal["sobol_sequence"]
    points: Many = Field(description="number of points, a power of two")

    def size(self, factors: Sequence[Varied]) -> int:
        """As many as asked for."""
        return self.points

    def shares(self, factors: int, seed: int) -> Values:
        """The first points of the sequence."""
        sequence = scipy.stats.qmc.Sobol(factors, rng=self._draws(seed))
        return np.asarray(sequence.random(self.points))

    def check_entries(self) -> None:
        """Raise BadInput if the number of points is not a power of two."""
        _check_power_of_two("points", self.points)


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
        _check_power_of_two("base", self.base)


@registered
class Morris(SpreadOut):
    """Trajectories that move one factor at a time, for screening (Morris 筛选; Morris 1991)."""

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
class Pawn(SpreadOut):
    """A Latin hypercube for PAWN indices, which compare distributions instead of variances (PAWN).

    Pianosi & Wagener (2015).
    """

    needs_ranges: ClassVar[bool] = True
    kind: Literal["pawn"]
    points: Annotated[int, Field(ge=20, le=10_000_000)] = Field(description="number of points")
    slices: int = Field(10, ge=2, le=100, description="slices of each factor's range")

    def size(self, factors: Sequence[Varied]) -> int:
        """As many as asked for."""
        return self.points

    def shares(self, factors: int, seed: int) -> Values:
        """One point in each of as many slices of every factor."""
        return _latin(factors, self.points, self._draws(seed))


@registered
class Shapley(SpreadOut):
    """Random trajectories between two points, for Shapley effects (Shapley 效应; Goda 2021)."""

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


# A design as an experiment's file gives it: whichever is registered under its kind.
if TYPE_CHECKING:
    AnyDesign = Any
else:
    AnyDesign = functools.reduce(operator.or_, KINDS.values())


def others(factor: Varied) -> list[Any]:
    """Levels of a factor without the scenario's own value, in the design's order."""
    return [value for value in factor.levels if value != factor.own]


def _check_power_of_two(name: str, number: int) -> None:
    if number & (number - 1):
        near = 2 ** round(math.log2(number))
        raise BadInput(
            f"design.{name}: {number} is no power of two, which Sobol' sequences need to be even; "
            f"take {near}"
        )


def _all_signs(factors: int) -> Values:
    return np.array(list(itertools.product((-1.0, 1.0), repeat=factors)))


def _latin(factors: int, points: int, draws: np.random.Generator) -> Values:
    return np.asarray(scipy.stats.qmc.LatinHypercube(factors, rng=draws).random(points))


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
