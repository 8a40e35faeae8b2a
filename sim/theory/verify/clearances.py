"""Probability that a decision passes all clearances: Pressman & Wildavsky (1973)."""

import math
from typing import Any

import numpy as np

from sim.errors import BadInput
from sim.simulate import simulate
from sim.theory.verify.check import Check, counted, exact, limit
from sim.world.organisation import MOST_RANKS

TITLE = "Clearances"
WORK = "Pressman & Wildavsky 1973"
HALF = 0.5
_PRECISION = 10.0


def cases(p: float | None = None, n: int | None = None) -> list[Any]:
    """Cases to check: probability ``p`` and number ``n`` as given, or those of the book's table."""
    chances = [0.8, 0.9, 0.95, 0.99] if p is None else [p]
    return [(chance, 70 if n is None else n) for chance in chances]


def _chain(n: int, settings: dict[str, Any]) -> dict[str, Any]:
    if not 1 <= n <= MOST_RANKS:
        raise BadInput(f"verify: n {n}: expected 1 to {MOST_RANKS}")
    return {"organisation.ranks": [1] * n} | settings


def chance(p: float) -> dict[str, Any]:
    """Settings under which every officer acts with probability ``p``.

    Raises BadInput if ``p`` is not between 0 and 1, both excluded.
    """
    if not 0.0 < p < 1.0:
        raise BadInput(f"verify: probability {p}: expected between 0 and 1")
    pull = math.log(p / (1.0 - p)) / _PRECISION
    return {
        "behaviour.precision": _PRECISION,
        "behaviour.effort": max(0.0, -pull),
        "conducts.faithful.effort": 1.0,
        "reach.honour_weight": 10.0,
        "mechanisms.culture.honour": max(0.0, pull) / 10.0,
    }


def share(p: float) -> dict[str, Any]:
    """Settings under which every officer passes on the share ``p`` of what arrives."""
    return {
        "conducts.idle.available": False,
        "conducts.faithful.passes": p,
        "conducts.faithful.substance": p,
        "organisation.departments": 1,
        "clock.months": 1,
    }


def below_half(p: float) -> int:
    """The first number of clearances that leaves less than one half."""
    n = math.ceil(math.log(HALF) / math.log(p))
    return n + 1 if p**n >= HALF else n


def check(seed: int, p: float, n: int) -> list[Check]:
    """Compare the share of chains that pass all clearances, and content along the chain."""
    case = f"p = {p:g}, n = {n}"
    run = simulate(limit("clearances", _chain(n, chance(p))), seed)
    sums = run.world.tallies[:, 0]
    passed, tried = int(sums["delivered"].sum()), int(sums["fronts"].sum())
    checks = [counted(case, "chains that pass every clearance", p**n, passed, tried)]
    even = simulate(limit("clearances", _chain(n, share(p))), seed)
    content = even.layers["content"].to_numpy()
    checks.append(exact(case, "content left, each passing that share", p**n, content[-1]))
    first = below_half(p)
    if first <= MOST_RANKS:
        longer = simulate(limit("clearances", _chain(first, share(p))), seed)
        below = 1 + int(np.argmax(longer.layers["content"].to_numpy() < HALF))
        checks.append(exact(case, "first number that leaves less than half", first, below))
    return checks
