"""Loss of control from tier to tier: Downs (1967), Tullock (1965), Williamson (1967)."""

from typing import Any

from sim.errors import BadInput
from sim.simulate import simulate
from sim.theory.verify.check import Check, exact, limit
from sim.world.organisation import MOST_RANKS, MOST_TIERS

TITLE = "Loss of control"
WORK = "Downs 1967; Tullock 1965; Williamson 1967"


def cases(p: float | None = None, n: int | None = None) -> list[Any]:
    """Cases to check: share ``p`` and number of transfers ``n`` as given, or three cases."""
    if p is None and n is None:
        return [(0.9, 4), (0.8, 4), (0.5, 6)]
    return [(0.9 if p is None else p, 4 if n is None else n)]


def check(seed: int, p: float, n: int) -> list[Check]:
    """Compare the content that is left after ``n`` transfers that each pass on the share ``p``.

    Transfers are between tiers if there can be so many tiers, else between ranks.
    """
    if not 0.0 <= p <= 1.0:
        raise BadInput(f"verify control_loss: p {p}: expected 0 to 1")
    if not 1 <= n < MOST_RANKS:
        raise BadInput(f"verify control_loss: n {n}: expected 1 to {MOST_RANKS - 1}")
    scenario = limit("control_loss", {"conducts.faithful.passes": p})
    if n < MOST_TIERS:
        tiers = [tier.model_dump() for tier in scenario.organisation.above]
        scenario = scenario.replace({"organisation.above": tiers[:n]})
        way = "tiers"
    else:
        chain = {"organisation.above": [], "organisation.ranks": [1] * (n + 1)}
        scenario = scenario.replace(chain)
        way = "ranks"
    delivered = float(simulate(scenario, seed).summary["execution_rate"])
    case = f"p = {p:g}, n = {n}"
    return [exact(case, f"content left after the transfers, through {way}", p**n, delivered)]
