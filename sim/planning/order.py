"""In which order: the levers of the best package one after another, under the same limits."""

import itertools
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sim.calendar import MONTHS_A_YEAR
from sim.planning.packages import Package
from sim.planning.report import Report, told
from sim.planning.rounds import AGAIN, SEARCH
from sim.planning.scoring import balanced

if TYPE_CHECKING:
    from sim.planning.planning import Planning

Values = NDArray[np.float64]
Order = tuple[str, ...]
# With at most so many levers every order is tried; with more, orders are improved by exchanges.
MOST_TRIED_OUT = 4
# Rounds of exchanges, each of which tries every pair.
ROUNDS = 3
# Orders that are compared again.
COMPARED = 6
# Months between one lever and the next that are tried.
GAPS = (MONTHS_A_YEAR // 2, MONTHS_A_YEAR)


def staged(package: Package, order: Order, first: int, gap: int) -> Package:
    """A package whose levers start one after another, ``gap`` months apart."""
    return package.starting({name: first + gap * place for place, name in enumerate(order)})


def best_order(planning: "Planning") -> dict[str, Any] | None:
    """The best order of the levers of the best package; None if it has fewer than two.

    Orders are sought on the draws of the search and compared again on others. The gain over all at
    once and over the reverse order is that on fresh draws.
    """
    package, first = planning.best, planning.space.first
    scenario = planning.scenario
    if len(package.uses) < 2 or scenario is None:
        return None
    last = len(package.uses) - 1
    gaps = [gap for gap in GAPS if first + gap * last < scenario.clock.months]
    if not gaps:
        return None
    tried = _sought(planning, package, gaps)
    packages = [staged(package, order, first, gap) for order, gap in tried]
    values = planning.runner.run("order_again", AGAIN, packages, planning.question.size.again)
    order, gap = tried[int(_merit(planning, values, AGAIN)[0])]
    at_once = package.starting(dict.fromkeys(package.levers, first))
    rivals = [
        staged(package, order, first, gap),
        at_once,
        staged(package, order[::-1], first, gap),
    ]
    report = planning.fresh("order_fresh", rivals)
    return {
        "levers": rivals[0].told(),
        "months_between": gap,
        "over_at_once": _gains(report, 2),
        "over_reverse": _gains(report, 3),
        "keeps_limits": float(report.keeps[1]),
        "at_once_keeps_limits": float(report.keeps[2]),
    }


def _gains(report: Report, other: int) -> dict[str, dict[str, float]]:
    effects = report.effects(1, other)
    return {one.column.name: told(effects[one.column.name]) for one in report.scoring.aims}


def _merit(planning: "Planning", values: Values, stage: str) -> NDArray[np.int64]:
    """Numbers of packages, the best first; those that miss limits least come first of all."""
    scoring = planning.scoring
    draws = min(planning.runner.draws(stage), values.shape[1])
    scores = balanced(scoring.scores(values, draws, planning.reached(scoring, values, draws)))
    over = np.maximum(0.0, planning.missed(scoring, values, stage)).sum(axis=1)
    return np.lexsort((-scores, over))


def _sought(planning: "Planning", package: Package, gaps: Sequence[int]) -> list[tuple[Order, int]]:
    """The most promising orders with their gaps, on the draws of the search."""
    first, replicates = planning.space.first, planning.question.size.replicates
    seen: dict[tuple[Order, int], Values] = {}

    def meet(orders: Sequence[Order], name: str) -> None:
        new = [one for one in itertools.product(orders, gaps) if one not in seen]
        if new:
            packages = [staged(package, order, first, gap) for order, gap in new]
            seen.update(
                zip(new, planning.runner.run(name, SEARCH, packages, replicates), strict=True)
            )

    def ranked() -> list[tuple[Order, int]]:
        keys = list(seen)
        return [keys[k] for k in _merit(planning, np.array(list(seen.values())), SEARCH)]

    if len(package.levers) <= MOST_TRIED_OUT:
        meet(list(itertools.permutations(package.levers)), "order")
        return ranked()[:COMPARED]
    meet([package.levers, package.levers[::-1]], "order")
    for turn in range(ROUNDS):
        best = ranked()[0]
        meet(_exchanged(best[0]), f"order_{turn + 1}")
        if ranked()[0] == best:
            break
    return ranked()[:COMPARED]


def _exchanged(order: Order) -> list[Order]:
    """All orders in which two levers have changed places."""
    found = []
    for one, other in itertools.combinations(range(len(order)), 2):
        changed = list(order)
        changed[one], changed[other] = changed[other], changed[one]
        found.append(tuple(changed))
    return found
