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
from pydantic import BeforeValidator, Field

from sim.declare import Section
from sim.errors import BadInput
from sim.study.constraints import Constraint, checked, culprit, named, within
from sim.study.factors import Carried, Varied
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
# Most numbers drawn, points times factors, to find points within constraints.
MOST_DRAWN = 2**22
# Where constraints stand in an experiment's file.
WHERE = "design.where"


class Points(Sequence[Point]):
    """Points of a design, kept as columns of values and made when they are requested."""

    def __init__(
        self,
        factors: Sequence[Varied],
        levels: Sequence[Sequence[Any]],
        moved: NDArray[np.int64] | None = None,
    ) -> None:
        self.factors = tuple(factors)
        # A column of values for each factor, shape (points,).
        self.columns = [_column(column) for column in levels]
        self._rows = self.columns[0].size if self.columns else 1
        # Of designs that move one factor at a time, its number at each point, −1 for none; shape
        # (points,). Only the factor that is moved carries others along.
        self._moved = moved

    def only(self, kept: NDArray[np.bool_]) -> "Points":
        """The points at which ``kept``, shape (points,), is true."""
        found = Points(self.factors, [], None if self._moved is None else self._moved[kept])
        found.columns = [column[kept] for column in self.columns]
        found._rows = int(kept.sum())
        return found

    def moving(self, number: int) -> list[int]:
        """Points at which this factor alone is moved, of a design that moves one at a time."""
        return [] if self._moved is None else np.flatnonzero(self._moved == number).tolist()

    def carried(self) -> dict[str, NDArray[Any]]:
        """Columns of what factors carry along, by name, each of shape (points,)."""
        return {
            one.key: self._carried(k, one) for k, f in enumerate(self.factors) for one in f.carried
        }

    def _carried(self, number: int, one: Carried) -> NDArray[Any]:
        factor, column = self.factors[number], self.columns[number]
        if one.link.values is None and column.dtype != object:
            found = one.along(column)
        else:
            values = column.tolist()
            listed = one.link.values is not None
            # Values that are not moved need not be among those listed.
            places = [factor.place(value) if listed else None for value in values]
            unmoved = listed and self._moved is not None
            found = _column(
                [
                    one.own if unmoved and place is None else one.at(value, place)
                    for value, place in zip(values, places, strict=True)
                ]
            )
        if self._moved is None:
            return found
        moved = self._moved == number
        return _column(
            [
                value if here else one.own
                for value, here in zip(found.tolist(), moved.tolist(), strict=True)
            ]
        )

    def numbers(self, names: Sequence[str]) -> dict[str, Values]:
        """Columns of numbers by name, each of shape (points,)."""
        found: dict[str, Values] = {}
        for number, (factor, column) in enumerate(zip(self.factors, self.columns, strict=True)):
            if factor.name in names:
                found[factor.name] = column.astype(float)
            for one in factor.carried:
                if one.key in names:
                    found[one.key] = self._carried(number, one).astype(float)
        return found

    def __len__(self) -> int:
        """Number of points."""
        return self._rows

    def __getitem__(self, index: Any) -> Any:
        """One point, or a list of points for a slice."""
        if isinstance(index, slice):
            return [self[row] for row in range(*index.indices(self._rows))]
        if not -self._rows <= index < self._rows:
            raise IndexError(index)
        settings: dict[str, Any] = {}
        levers: dict[str, Any] = {}
        for number, (factor, column) in enumerate(zip(self.factors, self.columns, strict=True)):
            value = column.item(index)
            carries = self._moved is None or self._moved[index] == number
            changes = factor.changes(value) if carries else {factor.name: value}
            for key, one in changes.items():
                (levers if factor.pulls(key) else settings)[key] = one
        return Point(settings, levers)

    def label(self, index: int) -> str:
        """The levels of a point in words."""
        pairs = list(zip(self.factors, self.columns, strict=True))
        levers = [pair for pair in pairs if pair[0].pulls(pair[0].name)]
        settings = [pair for pair in pairs if not pair[0].pulls(pair[0].name)]
        return ", ".join(
            f"{factor.name} = {factor.labelled(column.item(index))}"
            for factor, column in (*levers, *settings)
        )


def _column(values: Sequence[Any]) -> NDArray[Any]:
    """Values as an array: of numbers if all are numbers, else of objects."""
    kinds = {type(value) for value in values}
    if kinds <= {int, float}:
        return np.array(values, np.float64 if float in kinds else np.int64)
    column = np.empty(len(values), object)
    for place, value in enumerate(values):
        column[place] = value
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

    def carried(self) -> dict[str, NDArray[Any]]:
        """Columns of what factors carry along, by name, each of shape (points,)."""
        found = self.design.carried()
        return {name: np.repeat(column, len(self._listed)) for name, column in found.items()}

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


def _where(value: Any) -> Any:
    return (value,) if isinstance(value, str) else value


class Constrained(Section):
    """A design whose points may be constrained."""

    where: Annotated[
        tuple[str, ...] | None, Field(strict=False, min_length=1), BeforeValidator(_where)
    ] = Field(None, description="comparisons of factors that hold at every point")

    def constraints(self, factors: Sequence[Varied]) -> tuple[Constraint, ...]:
        """Its constraints on the factors and on what they carry along.

        Raises BadInput if a text is no comparison, or names anything else, or has no numbers.
        """
        if self.where is None:
            return ()
        numbers: list[str] = []
        of_words: list[str] = []
        for factor in factors:
            (numbers if factor.is_ordered else of_words).append(factor.name)
            for one in factor.carried:
                (numbers if one.is_number(factor.is_ordered) else of_words).append(one.key)
        return checked(self.where, numbers, of_words, WHERE)

    def kept(self, points: Points) -> NDArray[np.bool_] | None:
        """Whether each point is within all constraints, shape (points,); None without any.

        Raises BadInput if none is.
        """
        constraints = self.constraints(points.factors)
        if not constraints:
            return None
        columns = points.numbers(named(constraints))
        found = within(constraints, columns, WHERE)
        if not found.any():
            told = culprit(constraints, columns, WHERE)
            raise BadInput(f"{WHERE}: none of {len(points):,} points is within; {told}")
        return found


@registered
class List(Constrained):
    """Points listed one by one in the experiment's file (列举)."""

    kind: Literal["list"]


class Design(Constrained):
    """Points made of factors."""

    # Whether every factor must be a range.
    needs_ranges: ClassVar[bool] = False
    # Smallest number of factors.
    fewest: ClassVar[int] = 1
    # Why points cannot be left out, in words; empty if they can.
    needs_all: ClassVar[str] = ""
    kind: str

    def size(self, factors: Sequence[Varied]) -> int:
        """Number of points, computed without making them, before constraints leave out any."""
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
        if self.where is not None and self.needs_all:
            raise BadInput(
                f"{WHERE}: not with a design of kind “{self.kind}”: {self.needs_all}; expected "
                f"{', '.join(constrained())}"
            )
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
        points = Points(factors, list(zip(*rows, strict=True)))
        kept = self.kept(points)
        return points if kept is None else points.only(kept)


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
        moves = [-1]
        for moved, factor in enumerate(factors):
            for value in others(factor):
                moves.append(moved)
                for column, other in enumerate(factors):
                    columns[column].append(value if column == moved else other.own)
        points = Points(factors, columns, np.array(moves))
        kept = self.kept(points)
        if kept is not None and not kept[0]:
            constraints = self.constraints(factors)
            first = points.only(_first(kept)).numbers(named(constraints))
            told = culprit(constraints, first, WHERE)
            raise BadInput(
                f"{WHERE}: the scenario itself, from which “{self.kind}” starts, is outside; {told}"
            )
        return points if kept is None else points.only(kept)

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
        points = Points(factors, columns)
        kept = self.kept(points)
        if kept is not None and not kept.all():
            raise BadInput(
                f"{WHERE}: leaves out {int((~kept).sum()):,} of {len(kept):,} points, such as "
                f"{points.label(int(np.flatnonzero(~kept)[0]))}; effects of a “{self.kind}” design "
                "need all; expected a grid, with levels = 2, or a latin_hypercube"
            )
        return points


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
        return _latin(factors, points, self._draws(seed))


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
        _check_power_of_two("base", self.base)


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
        return _latin(factors, points, self._draws(seed))


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


# A design as an experiment's file gives it: whichever is registered under its kind.
if TYPE_CHECKING:
    AnyDesign = Any
else:
    AnyDesign = functools.reduce(operator.or_, KINDS.values())


def others(factor: Varied) -> list[Any]:
    """Levels of a factor without the scenario's own value, in the design's order."""
    return [value for value in factor.levels if not factor.is_own(value)]


def constrained() -> list[str]:
    """Kinds of designs from which constraints can leave out points, or draw others."""
    return [
        kind
        for kind, design in KINDS.items()
        if not getattr(design, "needs_all", "") and not issubclass(design, TwoLevel)
    ]


def _at(factors: Sequence[Varied], shares: Values) -> Points:
    return Points(factors, [factor.at(shares[:, k]) for k, factor in enumerate(factors)])


def _first(kept: NDArray[np.bool_]) -> NDArray[np.bool_]:
    return np.asarray(np.arange(len(kept)) == 0)


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
