"""What designs of experiments have in common: their names, their entries and their constraints.

Each design is a class. Its fields are its entries in an experiment's file; ``size`` gives the
number of points, ``draw_up`` the points, and ``check`` refuses factors that it cannot use. A design
is registered under the value of its field ``kind``.
"""

from collections.abc import Sequence
from typing import Annotated, Any, ClassVar, Literal, get_args

import numpy as np
from numpy.typing import NDArray
from pydantic import BeforeValidator, Field

from sim.declare import Section
from sim.errors import BadInput
from sim.study.constraints import Constraint, checked, culprit, named, within
from sim.study.design_points import Points
from sim.study.varied import Varied

Many = Annotated[int, Field(ge=1, le=10_000_000)]
GRID, FACTORIAL, FRACTIONAL = "grid", "factorial", "fractional_factorial"
ONE_AT_A_TIME, LIST = "one_at_a_time", "list"
LATIN, SEQUENCE = "latin_hypercube", "sobol_sequence"
SOBOL, MORRIS, PAWN, SHAPLEY = "sobol", "morris", "pawn", "shapley"
# Designs whose points are spread over a space, and at each of which listed points can be run.
CROSSED = (LATIN, SEQUENCE)
# Most points of a design, since all are held in memory.
MOST_POINTS = 10_000_000
# Where constraints stand in an experiment's file.
WHERE = "design.where"
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
    # Whether constraints may leave out points, or have others drawn.
    thins_out: ClassVar[bool] = True
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


def constrained() -> list[str]:
    """Kinds of designs from which constraints can leave out points, or draw others."""
    return [
        kind
        for kind, design in KINDS.items()
        if not getattr(design, "needs_all", "") and getattr(design, "thins_out", True)
    ]
