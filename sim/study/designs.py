"""Designs: which points an experiment looks at, from its factors.

By levels: list, grid, one at a time, full and fractional factorial (Box, Hunter & Hunter 2005).
Spread over ranges: Latin hypercube (McKay et al. 1979) and Sobol' sequences. For sensitivity:
Sobol' (Saltelli 2002), Morris (1991), PAWN (Pianosi & Wagener 2015), Shapley effects (Goda 2021).
"""

import itertools
import math
import warnings
from collections.abc import Iterator, Sequence
from typing import Annotated, Any, Literal

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
SENSITIVITY = (SOBOL, MORRIS, PAWN, SHAPLEY)


class List(Section):
    """Points listed one by one (列举)."""

    kind: Literal["list"]


class Grid(Section):
    """Every combination of the factors' levels (网格)."""

    kind: Literal["grid"]


class OneAtATime(Section):
    """The scenario as it is, then each factor through its levels, others as they are (单因素)."""

    kind: Literal["one_at_a_time"]


class FullFactorial(Section):
    """Every combination of the factors' two ends (全因子)."""

    kind: Literal["factorial"]


class FractionalFactorial(Section):
    """A part of the combinations in which low effects are not mixed up (部分因子)."""

    kind: Literal["fractional_factorial"]
    resolution: int = Field(
        4, ge=3, le=8, description="effects of fewer factors than half of it are kept apart"
    )


class LatinHypercube(Section):
    """Random points, evenly spread along each factor (拉丁超立方)."""

    kind: Literal["latin_hypercube"]
    points: Many = Field(description="number of points")


class SobolSequence(Section):
    """A scrambled Sobol' sequence: points evenly spread over all factors (Sobol' 序列)."""

    kind: Literal["sobol_sequence"]
    points: Many = Field(description="number of points, a power of two")


class Sobol(Section):
    """Saltelli's design for Sobol' indices, scrambled several times (Sobol' 指数)."""

    kind: Literal["sobol"]
    base: Many = Field(description="points of a scramble before they are mixed, a power of two")
    scrambles: int = Field(5, ge=2, le=100, description="repetitions, from which intervals come")
    second_order: bool = Field(False, description="indices of pairs of factors as well")
    # Factors that a Morris screening keeps, where it comes first.
    screen: "Screen | None" = Field(None, description="screen factors first")


class Screen(Section):
    """A Morris screening that says which factors are worth Sobol' indices (筛选)."""

    trajectories: Annotated[int, Field(ge=2, le=100_000)] = Field(description="Morris trajectories")
    keep: Annotated[int, Field(ge=2, le=100)] = Field(description="factors kept")
    levels: int = Field(4, ge=4, le=100, multiple_of=2, description="levels of each factor")


class Morris(Section):
    """Trajectories that move one factor at a time, for screening (Morris 筛选)."""

    kind: Literal["morris"]
    trajectories: Annotated[int, Field(ge=2, le=100_000)] = Field(description="trajectories")
    levels: int = Field(4, ge=4, le=100, multiple_of=2, description="levels of each factor")


class Pawn(Section):
    """A Latin hypercube read by distribution rather than by variance (PAWN)."""

    kind: Literal["pawn"]
    points: Annotated[int, Field(ge=20, le=10_000_000)] = Field(description="number of points")
    slices: int = Field(10, ge=2, le=100, description="slices of each factor's range")


class Shapley(Section):
    """Random trajectories between two points, for Shapley effects (Shapley 效应)."""

    kind: Literal["shapley"]
    trajectories: Annotated[int, Field(ge=10, le=1_000_000)] = Field(description="trajectories")


AnyDesign = (
    List
    | Grid
    | OneAtATime
    | FullFactorial
    | FractionalFactorial
    | LatinHypercube
    | SobolSequence
    | Sobol
    | Morris
    | Pawn
    | Shapley
)
KINDS: dict[str, type[Section]] = {
    LIST: List,
    GRID: Grid,
    ONE_AT_A_TIME: OneAtATime,
    FACTORIAL: FullFactorial,
    FRACTIONAL: FractionalFactorial,
    LATIN: LatinHypercube,
    SEQUENCE: SobolSequence,
    SOBOL: Sobol,
    MORRIS: Morris,
    PAWN: Pawn,
    SHAPLEY: Shapley,
}
# Factors of a full factorial, each of which doubles it.
MOST_FACTORS = 16
# Points of a design, which are all held in memory.
MOST_POINTS = 10_000_000


class Points(Sequence[Point]):
    """Points of a design, made as they are asked for: rows of levels, a column a factor."""

    def __init__(self, factors: Sequence[Varied], levels: Sequence[Sequence[Any]]) -> None:
        self.factors = tuple(factors)
        # A column of values for each factor, shape (points,).
        self.columns = [_column(column) for column in levels]
        self._rows = self.columns[0].size if self.columns else 1

    def __len__(self) -> int:
        """How many there are."""
        return self._rows

    def __getitem__(self, index: Any) -> Any:
        """One of them."""
        if isinstance(index, slice):
            return [self[row] for row in range(*index.indices(self._rows))]
        if not -self._rows <= index < self._rows:
            raise IndexError(index)
        settings, levers = {}, {}
        for factor, column in zip(self.factors, self.columns, strict=True):
            value = column.item(index)
            if factor.own is not None and "." not in factor.name:
                levers[factor.name] = value
            else:
                settings[factor.name] = value
        return Point(settings, levers)


def _column(values: Sequence[Any]) -> NDArray[Any]:
    """Numbers as numbers, anything else as it is."""
    kinds = {type(value) for value in values}
    if kinds <= {int, float}:
        return np.array(values, np.float64 if float in kinds else np.int64)
    column = np.empty(len(values), object)
    column[:] = values
    return column


def size(design: Any, factors: Sequence[Varied]) -> int:
    """How many points a design has, without drawing it up."""
    number = len(factors)
    kind = design.kind
    if kind == GRID:
        return math.prod(len(factor.levels) for factor in factors)
    if kind == ONE_AT_A_TIME:
        return 1 + sum(len(others(factor)) for factor in factors)
    if kind == FACTORIAL:
        return int(2**number)
    if kind == SOBOL:
        each = 2 * number + 2 if design.second_order else number + 2
        return int(design.scrambles * design.base * each)
    if kind in (MORRIS, SHAPLEY):
        return int(design.trajectories * (number + 1))
    if kind == FRACTIONAL:
        return len(_fraction(number, design.resolution))
    return int(design.points)


def points(design: Any, factors: Sequence[Varied], seed: int) -> Points:
    """Draw up a design; the same for the same seed. Raises BadInput where it cannot be."""
    kind = design.kind
    if kind == GRID:
        rows = list(itertools.product(*(factor.levels for factor in factors)))
        return Points(factors, list(zip(*rows, strict=True)))
    if kind == ONE_AT_A_TIME:
        return _one_at_a_time(factors)
    if kind in (FACTORIAL, FRACTIONAL):
        signs = two_level(design, len(factors))
        columns = [
            [factor.ends[int(sign > 0)] for sign in signs[:, column]]
            for column, factor in enumerate(factors)
        ]
        return Points(factors, columns)
    shares = unit_points(design, len(factors), seed)
    return Points(factors, [factor.at(shares[:, k]) for k, factor in enumerate(factors)])


def check(design: Any, factors: Sequence[Varied]) -> None:
    """Refuse what a design cannot be made of. Raises BadInput."""
    if not factors:
        raise BadInput(f"design.kind: “{design.kind}” needs factors")
    if design.kind in (SEQUENCE, SOBOL):
        name = "points" if design.kind == SEQUENCE else "base"
        number = getattr(design, name)
        if number & (number - 1):
            near = 2 ** round(math.log2(number))
            raise BadInput(
                f"design.{name}: {number} is no power of two, which Sobol' sequences need to be "
                f"even; take {near}"
            )
    if design.kind == FACTORIAL and len(factors) > MOST_FACTORS:
        raise BadInput(
            f"design.kind: a full factorial of {len(factors)} factors has {2 ** len(factors):,} "
            f"points; expected at most {MOST_FACTORS} factors, or a fractional_factorial"
        )
    if design.kind in (SOBOL, MORRIS, SHAPLEY) and len(factors) < 2:
        raise BadInput(f"design.kind: “{design.kind}” needs at least two factors")


def others(factor: Varied) -> list[Any]:
    """Levels of a factor beside the scenario's own, in the order that a design takes them."""
    return [value for value in factor.levels if value != factor.own]


def _one_at_a_time(factors: Sequence[Varied]) -> Points:
    columns: list[list[Any]] = [[factor.own] for factor in factors]
    for moved, factor in enumerate(factors):
        for value in others(factor):
            for column, other in enumerate(factors):
                columns[column].append(value if column == moved else other.own)
    return Points(factors, columns)


def _fraction(factors: int, resolution: int) -> Values:
    from pydoe import fracfact_by_res

    if factors < resolution:
        return _all_signs(factors)
    try:
        return np.asarray(fracfact_by_res(factors, resolution), float)
    except ValueError:
        raise BadInput(
            f"design.resolution: no fraction of resolution {resolution} for {factors} factors; "
            "take a full factorial"
        ) from None


def _all_signs(factors: int) -> Values:
    return np.array(list(itertools.product((-1.0, 1.0), repeat=factors)))


def two_level(design: Any, factors: int) -> Values:
    """Signs of a full or fractional factorial, shape (points, factors)."""
    if design.kind == FACTORIAL:
        return _all_signs(factors)
    return _fraction(factors, design.resolution)


def unit_points(design: Any, factors: int, seed: int) -> Values:
    """Points of a spread-out design in the unit cube, shape (points, factors)."""
    kind = design.kind
    rng = np.random.default_rng([seed, len(kind)])
    if kind in (LATIN, PAWN):
        return np.asarray(scipy.stats.qmc.LatinHypercube(factors, rng=rng).random(design.points))
    if kind == SEQUENCE:
        return np.asarray(scipy.stats.qmc.Sobol(factors, rng=rng).random(design.points))
    from SALib.sample import morris, shapley, sobol

    problem = problem_of([f"x{number}" for number in range(factors)])
    seeds = [int(one) for one in rng.integers(1, 2**31, size=getattr(design, "scrambles", 1))]
    if kind == SOBOL:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            scrambled = [
                sobol.sample(problem, design.base, calc_second_order=design.second_order, seed=one)
                for one in seeds
            ]
        return np.concatenate(scrambled)
    if kind == MORRIS:
        found = morris.sample(problem, design.trajectories, num_levels=design.levels, seed=seeds[0])
        return np.asarray(found)
    return np.asarray(shapley.sample(problem, design.trajectories, seed=seeds[0]))


def problem_of(names: Sequence[str]) -> dict[str, Any]:
    """Factors as SALib describes them, all between 0 and 1."""
    return {"num_vars": len(names), "names": list(names), "bounds": [[0.0, 1.0]] * len(names)}


def batches(total: int, number: int) -> Iterator[slice]:
    """``number`` equal slices of ``total`` rows."""
    each = total // number
    for one in range(number):
        yield slice(one * each, (one + 1) * each)
