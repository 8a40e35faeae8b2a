"""Why this package: what each lever contributes, and which clause carries it."""

import itertools
import math
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sim.planning.packages import LEFT_OUT
from sim.planning.report import Report, told
from sim.planning.rounds import AGAIN, FRESH
from sim.study.clauses import clauses_of
from sim.study.estimate import Estimate
from sim.study.points import Point

if TYPE_CHECKING:
    from sim.planning.planning import Planning

Values = NDArray[np.float64]
# Levers up to which contributions are Shapley values, which need a run of every subset.
MOST_EXACT = 8
# Runs of all subsets together, at most, and of each, at least.
_IN_ALL, _EACH = 12_800, 50
# Clauses that are reported, those that carry most.
CLAUSES = 3
SHAPLEY, LEFT = "shapley", "left_out"


def shapley(worth: dict[frozenset[int], Values], players: int) -> Values:
    """Exact Shapley values (Shapley 1953) from the worth of every subset; (players, ...)."""
    found = []
    for one in range(players):
        others = [other for other in range(players) if other != one]
        total: Any = 0.0
        for size in range(players):
            weight = (
                math.factorial(size) * math.factorial(players - size - 1) / math.factorial(players)
            )
            for subset in itertools.combinations(others, size):
                without = frozenset(subset)
                total = total + weight * (worth[without | {one}] - worth[without])
        found.append(total)
    return np.array(found)


def explained(planning: "Planning") -> dict[str, Any]:
    """What each lever of the best package contributes to the main aim, and which clauses carry it.

    Contributions are exact Shapley values if the package has at most eight levers; they add up to
    its effect. With more levers a contribution is what is lost without the lever.
    """
    levers = planning.best.levers
    if not levers:
        return {"how": SHAPLEY, "levers": [], "clauses": []}
    exact = len(levers) <= MOST_EXACT
    parts = _shapley(planning) if exact else _left_out(planning)
    return {
        "how": SHAPLEY if exact else LEFT,
        "levers": [
            {"lever": name} | told(found) for name, found in zip(levers, parts, strict=True)
        ],
        "clauses": _clauses(planning),
    }


def _estimates(planning: "Planning", parts: Values) -> list[Estimate]:
    """Estimates of contributions, (levers, runs)."""
    draws = min(planning.draws, parts.shape[1])
    report = Report((), parts[..., None], planning.scoring, draws, planning.question.seed)
    found = report.estimate({str(k): part for k, part in enumerate(parts)})
    return list(found.values())


def _shapley(planning: "Planning") -> list[Estimate]:
    package = planning.best
    number = len(package.levers)
    subsets = [
        frozenset(one)
        for size in range(number + 1)
        for one in itertools.combinations(range(number), size)
    ]
    runs = min(planning.question.size.fresh, max(_EACH, _IN_ALL // len(subsets)))
    packages = [package.only([package.levers[k] for k in one]) for one in subsets]
    values = planning.runner.run("levers", FRESH, packages, runs)
    place = planning.scoring.place(planning.scoring.aims[0])
    worth = dict(zip(subsets, values[..., place], strict=True))
    return _estimates(planning, shapley(worth, number))


def _left_out(planning: "Planning") -> list[Estimate]:
    package = planning.best
    packages = [
        package.only([one for one in package.levers if one != name]) for name in package.levers
    ]
    values = planning.runner.run("levers", FRESH, packages, planning.question.size.fresh)
    place = planning.scoring.place(planning.scoring.aims[0])
    return _estimates(planning, planning.report.values[1][:, place] - values[..., place])


def _clauses(planning: "Planning") -> list[dict[str, Any]]:
    """The clauses without which the package loses most, each left out alone.

    They are found on draws of their own and reported on fresh ones, since the largest of many
    losses is partly luck.
    """
    scenario = planning.scenario
    if scenario is None:
        return []
    clauses = [one for one in clauses_of(scenario) if one.lever in planning.best.levers]
    size = planning.question.size
    sign = planning.scoring.aims[0].sign
    whole = planning.space.point(planning.best)
    points = [Point({**whole.settings, LEFT_OUT: [one.lever, one.key]}) for one in clauses]
    place = planning.scoring.place(planning.scoring.aims[0])
    if not points:
        return []

    def run(name: str, stage: str, chosen: list[Point], runs: int) -> Values:
        model = planning.runner.model(stage)
        found = planning.runner.run_points(name, stage, model, [whole, *chosen], runs)
        return np.asarray(found[:1, :, place] - found[1:, :, place])

    lost = sign * run("clauses", AGAIN, points, size.again).mean(axis=1)
    largest = np.argsort(-lost, kind="stable")[:CLAUSES].tolist()
    fresh = run("clauses_fresh", FRESH, [points[k] for k in largest], size.fresh)
    return [
        {"lever": clauses[k].lever, "clause": clauses[k].key, "zh": clauses[k].zh} | told(one)
        for k, one in zip(largest, _estimates(planning, fresh), strict=True)
    ]
