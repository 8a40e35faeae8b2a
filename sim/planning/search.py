"""The search for packages: NSGA-II (Deb et al. 2002), or NSGA-III for more than three aims."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.planning.packages import Genes, Space

Values = NDArray[np.float64]
# Takes rows, (packages, places); gives scores, (packages, aims), more is better, and by how much
# limits are missed, (packages, limits).
Evaluate = Callable[[Genes], tuple[Values, Values]]
# More aims than this are searched by NSGA-III, whose reference directions spread over many aims.
MOST_BY_CROWDING = 3
# A search among packages none of which keeps to the limits ends after so many generations in which
# none came nearer to them, by a thousandth of the limit at least.
PATIENCE = 5
_NEARER = 1e-3
# A score that is missing, for the library, which takes no infinite numbers.
_WORST = 1e30


@dataclass(frozen=True)
class Effort:
    """How far a search goes."""

    packages: int
    generations: int


def search(
    space: Space,
    evaluate: Evaluate,
    aims: int,
    limits: int,
    effort: Effort,
    seed: int,
    start: Genes | None = None,
) -> bool:
    """Let ``evaluate`` see generation after generation of packages; it keeps what it has seen.

    ``start`` are rows with which it begins. The order of generations depends on ``seed`` and on
    what ``evaluate`` returns, and on nothing else. It ends early, and returns False, if no package
    keeps to the limits and none has come nearer for ``PATIENCE`` generations.
    """
    from pymoo.core.problem import Problem

    class _Packages(Problem):
        def __init__(self) -> None:
            super().__init__(
                n_var=len(space.highest),
                n_obj=aims,
                n_ieq_constr=limits,
                xl=np.zeros(len(space.highest)),
                xu=space.highest.astype(float),
                vtype=int,
            )

        def _evaluate(self, x: Any, out: dict[str, Any], *args: Any, **kwargs: Any) -> None:
            scores, missed = evaluate(np.rint(x).astype(np.int64))
            nearest.add(missed)
            out["F"] = np.clip(-scores, -_WORST, _WORST)
            if limits:
                out["G"] = np.clip(missed, -_WORST, _WORST)

    nearest = _Nearest()
    rng = np.random.default_rng([seed, 0])
    begin = space.begin(effort.packages, rng) if start is None else start
    algorithm = _algorithm(aims, effort, begin)
    algorithm.setup(_Packages(), termination=("n_gen", effort.generations), seed=seed)
    while algorithm.has_next():
        algorithm.next()
        if nearest.waited >= PATIENCE:
            return False
    return True


class _Nearest:
    """How near the limits packages have come, and for how many generations none came nearer."""

    def __init__(self) -> None:
        self.waited = 0
        self._least = np.inf

    def add(self, missed: Values) -> None:
        """Take a generation; ``missed`` (packages, limits)."""
        least = float(np.maximum(missed, 0.0).sum(axis=1).min(initial=np.inf))
        nearer = least < self._least - _NEARER
        self._least = min(self._least, least)
        self.waited = 0 if nearer or self._least == 0.0 else self.waited + 1


def _algorithm(aims: int, effort: Effort, start: Genes) -> Any:
    from pymoo.algorithms.moo.nsga2 import NSGA2
    from pymoo.algorithms.moo.nsga3 import NSGA3
    from pymoo.operators.crossover.ux import UniformCrossover
    from pymoo.operators.mutation.pm import PolynomialMutation
    from pymoo.operators.repair.rounding import RoundingRepair
    from pymoo.util.ref_dirs import get_reference_directions

    operators: dict[str, Any] = {
        "sampling": start.astype(float),
        "crossover": UniformCrossover(),
        "mutation": PolynomialMutation(prob=1.0, eta=5.0, vtype=float, repair=RoundingRepair()),
        "eliminate_duplicates": True,
    }
    if aims <= MOST_BY_CROWDING:
        return NSGA2(pop_size=effort.packages, **operators)
    directions = get_reference_directions("energy", aims, effort.packages, seed=1)
    return NSGA3(ref_dirs=directions, pop_size=effort.packages, **operators)
