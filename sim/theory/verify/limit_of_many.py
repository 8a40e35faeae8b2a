"""The mean field: the larger a department, the closer it follows its expected course."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.errors import BadInput
from sim.simulate import simulate
from sim.theory.expected_choices import CREDIBILITY, NORM
from sim.theory.mean_field import MeanField
from sim.theory.verify.check import Check, limit, near, sampled
from sim.world.plan import Plan

TITLE = "Mean field"
WORK = "law of large numbers; docs/odd.md, section 7"
REPLICATES = 40
SIZES = (64, 256, 1024, 4096)
SLOPE = -0.5
_SLOPE_WITHIN = 0.1


def cases(officers: int | None = None) -> list[Any]:
    """Cases to check: four sizes, or a sixteenth, a quarter and all of ``officers``."""
    if officers is None:
        return [SIZES]
    if not 64 <= officers <= 100_000:
        raise BadInput(f"verify mean_field: officers {officers}: expected 64 to 100,000")
    return [(max(4, officers // 16), max(8, officers // 4), officers)]


def course(size: int, seed: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Norm and credibility after the last month: simulated, (replicates, 2), and expected, (2,)."""
    settings = {"organisation.ranks": [1, size - 1], "public.citizens": size}
    scenario = limit("mean_field", settings)
    plan = Plan(scenario)
    ends = []
    for replicate in range(REPLICATES):
        department = simulate(plan, seed, replicate).world.departments[0]
        ends.append((department.norm, department.credibility))
    field = MeanField(scenario)
    start = field.state(scenario.start.norm_at_start, scenario.public.trust.mean)
    last = field.path(start, scenario.clock.months)[-1]
    return np.array(ends), last[[NORM, CREDIBILITY]]


def check(seed: int, *sizes: int) -> list[Check]:
    """Compare means at the largest size, and the rate at which errors fall with size."""
    errors = []
    for size in sizes:
        found, expected = course(size, seed)
        errors.append(np.sqrt(((found - expected) ** 2).mean(axis=0)))
    case = f"{sizes[0]:,} to {sizes[-1]:,} officers"
    most = f"{sizes[-1]:,} officers"
    checks = [
        sampled(most, f"{name} after the last month", float(expected[i]), list(found[:, i]))
        for i, name in enumerate(("norm", "credibility"))
    ]
    for i, name in enumerate(("norm", "credibility")):
        fallen = [error[i] for error in errors]
        slope = float(np.polyfit(np.log(sizes), np.log(fallen), 1)[0])
        checks.append(near(case, f"slope of the error of {name}", SLOPE, slope, _SLOPE_WITHIN))
    return checks
