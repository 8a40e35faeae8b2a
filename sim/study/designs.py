"""All designs: the points of an experiment, made from its factors.

What they have in common is in ``sim.study.design``. Importing this module registers every design
under the value of its field ``kind``.
"""

import functools
import operator
from typing import TYPE_CHECKING, Any

from sim.study.design import (
    CROSSED,
    FACTORIAL,
    FRACTIONAL,
    GRID,
    KINDS,
    LATIN,
    LIST,
    MORRIS,
    MOST_POINTS,
    ONE_AT_A_TIME,
    PAWN,
    SEQUENCE,
    SHAPLEY,
    SOBOL,
    WHERE,
    List,
    constrained,
)
from sim.study.design_points import Crossed, Points
from sim.study.factorial_designs import TwoLevel
from sim.study.sensitivity_designs import batches, problem_of, problem_of_size
from sim.study.spread_designs import SpreadOut

__all__ = [
    "CROSSED",
    "FACTORIAL",
    "FRACTIONAL",
    "GRID",
    "KINDS",
    "LATIN",
    "LIST",
    "MORRIS",
    "MOST_POINTS",
    "ONE_AT_A_TIME",
    "PAWN",
    "SEQUENCE",
    "SHAPLEY",
    "SOBOL",
    "WHERE",
    "AnyDesign",
    "Crossed",
    "List",
    "Points",
    "SpreadOut",
    "TwoLevel",
    "batches",
    "constrained",
    "problem_of",
    "problem_of_size",
]

# A design as an experiment's file gives it: whichever is registered under its kind.
if TYPE_CHECKING:
    AnyDesign = Any
else:
    AnyDesign = functools.reduce(operator.or_, KINDS.values())
