"""Changes between two plans divided among mechanisms, computed on demand and kept."""

import asyncio
from collections import OrderedDict
from dataclasses import dataclass
from functools import partial

import numpy as np

from sim.app.answers import Answers
from sim.app.desk import EXPLAINING, desk
from sim.app.own_tables import own_tables
from sim.app.state import Pulls
from sim.study.decomposition import MECHANISMS, Change, decompose
from sim.study.estimate import Estimate, estimates
from sim.world.plan import Plan

# Most pairs of runs that are compared, and comparisons that are kept.
MOST_PAIRS = 8
KEPT = 100
# Changes beside those by mechanism.
BESIDE = ("execution", "credibility", "cooperation", "norm")


@dataclass(frozen=True)
class Causes:
    """Parts of a change by mechanism, and changes of what the circle consists of, with intervals.

    ``by`` has a key for each mechanism; ``beside`` one for each of ``BESIDE``.
    """

    by: dict[str, Estimate]
    beside: dict[str, Estimate]
    # Months that are compared, and pairs of runs.
    months: range
    pairs: int

    @property
    def differing(self) -> float:
        """What changes execution before trust and the norm answer: all but these and chance."""
        return sum(self.by[one].value for one in MECHANISMS if one not in ANSWERING)


# Mechanisms through which trust and the norm answer, and what is of chance.
ANSWERING = ("cooperation", "norm", "chance")


def causes_of(changes: list[Change], months: range, seed: int) -> Causes:
    """Means and intervals of several pairs of runs."""
    parts = np.array([one.parts for one in changes])
    by = estimates({name: parts[:, i] for i, name in enumerate(MECHANISMS)}, seed)
    beside = {name: np.array([getattr(one, name) for one in changes]) for name in BESIDE}
    return Causes(by, estimates(beside, seed), months, len(changes))


async def compare(
    before: Plan, after: Plan, seed: int, pairs: int, months: range | None = None
) -> Causes:
    """Compare two plans over some months, or over those that a summary of the run is taken of."""
    clock = after.scenario.clock
    months = months or range(clock.months - clock.observed, clock.months)
    pairs = min(pairs, MOST_PAIRS)
    work = [
        desk.do(EXPLAINING, partial(decompose, before, after, seed, one, months))
        for one in range(pairs)
    ]
    return causes_of(list(await asyncio.gather(*work)), months, seed)


_known: OrderedDict[tuple[str, Pulls, int, int], Causes] = OrderedDict()


def forget(name: str) -> None:
    """Drop all that was compared in a scenario."""
    for key in [one for one in _known if one[0] == name]:
        del _known[key]


own_tables.when_forgotten(forget)


async def of_package(answers: Answers, name: str, pulls: Pulls, seed: int, pairs: int) -> Causes:
    """What a package of levers changes in an offered scenario, against the status quo."""
    used = tuple((lever, pull) for lever, pull in pulls if pull.percent)
    key = (name, used, seed, min(pairs, MOST_PAIRS))
    if key not in _known:
        plans = answers.plan(name, ()), answers.plan(name, used)
        _known[key] = await compare(*plans, seed, pairs)
    _known.move_to_end(key)
    while len(_known) > KEPT:
        _known.popitem(last=False)
    return _known[key]
