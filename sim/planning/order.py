"""In which order: the levers of a package begun one after another, in the order that does best."""

import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from sim.planning.packages import Package
from sim.planning.rounds import FRESH, SEARCH, Runner

Values = NDArray[np.float64]
Order = tuple[str, ...]
# Of so many levers all orders are tried, of more a part.
MOST_PERMUTED = 4
# Rounds of a search among orders; each moves one lever to another place.
_ROUNDS = 6
# The last lever starts at the latest when this share of the course is over.
_LATEST = 0.5


@dataclass(frozen=True)
class Ordered:
    """The best order of a package, and its runs on fresh draws beside those of others."""

    best: Order
    # Months between one start and the next.
    stage: int
    tried: int
    # Runs of the best order, of the reverse and of all at once, each (runs, columns).
    staged: Values
    reverse: Values
    at_once: Values


def staged(package: Package, order: Sequence[str], first: int, stage: int) -> Package:
    """The same levers, begun one after another from month ``first``, ``stage`` months apart."""
    place = {name: k for k, name in enumerate(order)}
    uses = (replace(use, start=first + stage * place[use.lever], end=None) for use in package.uses)
    return Package(tuple(uses))


def best_order(
    runner: Runner,
    package: Package,
    stage: int,
    replicates: int,
    fresh: int,
    score: Callable[[Values], Values],
    begin: Sequence[str],
) -> Ordered | None:
    """The order of start that does best on the draws of the search, run again on fresh ones.

    ``score`` takes runs (packages, runs, columns) and gives a score of each, more is better.
    ``begin`` is the order with which a search among many levers begins. None if there are fewer
    than two levers, or the course is too short to begin one after another.
    """
    first, months = runner.space.first, runner.model(SEARCH).months
    levers = len(package.uses)
    if runner.space.scenario is not None and levers > 1:
        stage = min(stage, int(_LATEST * (months - first) / (levers - 1)))
    if levers < 2 or stage < 1:
        return None
    seen: dict[Order, float] = {}

    def tried(orders: list[Order], number: int) -> None:
        new = [one for one in dict.fromkeys(orders) if one not in seen]
        if new:
            packages = [staged(package, one, first, stage) for one in new]
            found = runner.run(f"order/{number:02d}", SEARCH, packages, replicates)
            seen.update(zip(new, score(found).tolist(), strict=True))

    if levers <= MOST_PERMUTED:
        tried(list(itertools.permutations(package.levers)), 0)
    else:
        best = tuple(begin)
        tried([best, best[::-1]], 0)
        for number in range(1, _ROUNDS + 1):
            best = max(seen, key=lambda one: seen[one])
            tried(_moved(best), number)
            if max(seen.values()) <= seen[best]:
                break
    best = max(seen, key=lambda one: seen[one])
    packages = [
        staged(package, best, first, stage),
        staged(package, best[::-1], first, stage),
        staged(package, best, first, 0),
    ]
    return Ordered(best, stage, len(seen), *runner.run("orders", FRESH, packages, fresh))


def _moved(order: Order) -> list[Order]:
    """All orders in which one lever has another place."""
    found = []
    for name in order:
        rest = [one for one in order if one != name]
        found += [(*rest[:k], name, *rest[k:]) for k in range(len(order))]
    return [one for one in dict.fromkeys(found) if one != order]
