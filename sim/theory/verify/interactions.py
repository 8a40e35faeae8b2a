"""Discrete choice with interactions: Brock & Durlauf (2001)."""

from typing import Any

import numpy as np
import scipy

from sim.errors import BadInput
from sim.simulate import simulate
from sim.theory.mean_field import MeanField
from sim.theory.resting import resting_points
from sim.theory.verify.check import Check, limit, near, sampled
from sim.world.plan import Plan
from sim.world.scenario import Scenario

TITLE = "Choice among others"
WORK = "Brock & Durlauf 2001"
REPLICATES = 12
# Precision to which the mean field's resting points are found.
_FOUND = 1e-6
_GRID = np.linspace(-1.0, 1.0, 4001)


def cases(beta: float | None = None, j: float | None = None, h: float | None = None) -> list[Any]:
    """Cases to check: β, J and h as given, or five with one or three resting points."""
    if beta is None and j is None and h is None:
        return [
            (1.5, 1.0, 0.0),
            (2.0, 1.0, 0.0),
            (0.8, 1.0, 0.0),
            (1.5, 1.0, 0.05),
            (1.5, 1.0, 0.3),
        ]
    return [(1.5 if beta is None else beta, 1.0 if j is None else j, 0.0 if h is None else h)]


def settings(beta: float, j: float, h: float) -> dict[str, Any]:
    """Settings under which only the norm and a constant affect the choice, with given β, J, h.

    With m = 2·norm − 1 the odds of acting are exp(2β(h + J·m)). Those of the model are
    exp(precision·(conformity·norm + pull)). Raises BadInput unless β > 0 and J ≥ 0.
    """
    if beta <= 0.0 or j < 0.0:
        raise BadInput(
            f"verify interactions: beta {beta}, J {j}: expected beta above 0 and J of at least 0"
        )
    precision = 10.0
    pull = 2.0 * beta * (h - j) / precision
    return {
        "behaviour.precision": precision,
        "behaviour.conformity": 4.0 * beta * j / precision,
        "behaviour.effort": max(0.0, -pull),
        "conducts.faithful.effort": 1.0,
        "behaviour.culture_pull": 0.0,
        "reach.honour_weight": 10.0,
        "mechanisms.culture.honour": max(0.0, pull) / 10.0,
    }


def expected(beta: float, j: float, h: float) -> list[float]:
    """All solutions m of m = tanh(β(h + J·m)), in ascending order."""

    def excess(m: float) -> float:
        return float(np.tanh(beta * (h + j * m)) - m)

    values = np.array([excess(m) for m in _GRID])
    found = [float(m) for m, value in zip(_GRID, values, strict=True) if value == 0.0]
    for i in np.flatnonzero(values[:-1] * values[1:] < 0.0):
        found.append(float(scipy.optimize.brentq(excess, _GRID[i], _GRID[i + 1], xtol=1e-14)))
    return sorted(found)


def rests(scenario: Scenario, seed: int, start: float) -> list[float]:
    """Resting value of m in each replicate of runs that start with the norm ``start``."""
    plan = Plan(scenario.replace({"start.norm_at_start": start}))
    months = scenario.clock.observed
    return [
        2.0 * float(simulate(plan, seed, replicate).series["norm"].iloc[-months:].mean()) - 1.0
        for replicate in range(REPLICATES)
    ]


def check(seed: int, beta: float, j: float, h: float) -> list[Check]:
    """Compare resting points in the mean field, and those that runs reach from both ends."""
    scenario = limit("interactions", settings(beta, j, h))
    case = f"β = {beta:g}, J = {j:g}, h = {h:g}"
    roots = expected(beta, j, h)
    found = [2.0 * point.norm - 1.0 for point in resting_points(MeanField(scenario))]
    checks = [near(case, "number of resting points", len(roots), len(found), 0)]
    for number, (root, point) in enumerate(zip(roots, found, strict=False), 1):
        kind = "resting point" if len(roots) == 1 else f"resting point {number} of {len(roots)}"
        checks.append(near(case, f"m at {kind}, mean field", root, point, _FOUND))
    ends = ((roots[0], 0.0, "below"), (roots[-1], 1.0, "above"))
    for root, start, side in ends:
        runs = rests(scenario, seed, start)
        checks.append(sampled(case, f"m reached from {side}, simulated", root, runs))
    return checks
