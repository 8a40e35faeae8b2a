"""Why a package works: what each of its levers contributes, and which clause contributes most."""

import itertools
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.planning.packages import LEFT_OUT, Package
from sim.planning.robust import filled
from sim.planning.rounds import FRESH, Runner
from sim.study.factorial import shapley_values, weighted_sum
from sim.study.points import Point
from sim.world.levers import flatten

Values = NDArray[np.float64]
# Runs, (runs, columns), by lever, or by lever and clause.
ByKey = dict[tuple[str, ...], Values]
# Most levers whose contributions are exact Shapley values: 2ᵏ packages are run. Of more levers,
# each contributes what is lost without it.
MOST_EXACT = 8


@dataclass(frozen=True)
class Contributions:
    """What each lever, or clause, of a package contributes in every run."""

    values: ByKey
    # The whole package less the status quo, (runs, columns).
    whole: Values
    # Whether they add up to the whole: Shapley values do, what is lost without one does not.
    exact: bool


def of_levers(runner: Runner, package: Package, replicates: int) -> Contributions:
    """The contribution of each lever of a package on fresh common draws."""
    names = package.levers
    if len(names) <= MOST_EXACT:
        signs = np.array(list(itertools.product((-1.0, 1.0), repeat=len(names))))
        parts = [_chosen(names, one > 0.0) for one in signs]
    else:
        signs = np.array([])
        parts = [[], *([one for one in names if one != left] for left in names), list(names)]
    found = filled(runner.run("levers", FRESH, [package.only(one) for one in parts], replicates))
    if not signs.size:
        lost: ByKey = {(one,): found[-1] - found[1 + k] for k, one in enumerate(names)}
        return Contributions(lost, found[-1] - found[0], exact=False)
    weights = shapley_values(signs, names)
    values: ByKey = {(name,): weighted_sum(one, found) for name, one in weights.items()}
    return Contributions(values, found[-1] - found[0], exact=True)


def _chosen(names: tuple[str, ...], used: NDArray[np.bool_]) -> list[str]:
    return [name for name, one in zip(names, used, strict=True) if one]


def of_clauses(
    runner: Runner, package: Package, replicates: int, stage: str = FRESH
) -> Contributions | None:
    """What a package loses without one clause of one of its levers; None without a scenario.

    Runs use the draws of ``stage``. The clause that seems to contribute most on some draws is
    partly the one that they favour by chance, so a clause is chosen on the draws of ``AGAIN`` and
    reported on fresh ones.
    """
    scenario = runner.space.scenario
    if scenario is None or not package.uses:
        return None
    whole = runner.space.point(package)
    keys = [(name, key) for name in package.levers for key in flatten(scenario.levers[name].full)]
    points = [whole, *(Point({**whole.settings, LEFT_OUT: list(key)}) for key in keys)]
    name = "clauses" if stage == FRESH else f"clauses_{stage}"
    found = filled(runner.run_points(name, stage, runner.model(stage), points, replicates))
    values: ByKey = {key: found[0] - found[1 + k] for k, key in enumerate(keys)}
    return Contributions(values, found[0], exact=False)
