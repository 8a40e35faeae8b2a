"""Designs of listed levels: grids, one factor at a time, and two-level factorials."""

import itertools
import math
from collections.abc import Sequence
from typing import Any, ClassVar, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from sim.errors import BadInput
from sim.study.constraints import culprit, named
from sim.study.design import WHERE, Design, registered
from sim.study.design_points import Points, Values
from sim.study.varied import Varied

# Most factors of a full factorial; each doubles the number of points.
MOST_FACTORS = 16


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

    thins_out: ClassVar[bool] = False

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


def others(factor: Varied) -> list[Any]:
    """Levels of a factor without the scenario's own value, in the design's order."""
    return [value for value in factor.levels if not factor.is_own(value)]


def _first(kept: NDArray[np.bool_]) -> NDArray[np.bool_]:
    return np.asarray(np.arange(len(kept)) == 0)


def _all_signs(factors: int) -> Values:
    return np.array(list(itertools.product((-1.0, 1.0), repeat=factors)))
