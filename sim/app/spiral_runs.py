"""Runs for the view Spiral: a shock to trust, several starts, and the tipping line.

All are told by two numbers: credibility, and the norm among colleagues. A start sets both, a shock
cuts trust alone. So the tipping point in trust depends on the norm, and is a line in their plane.
"""

import asyncio
from collections import OrderedDict
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.app import worlds
from sim.app.desk import REFINING, WAITED_FOR, desk
from sim.app.own_tables import own_tables
from sim.app.state import State, reforms
from sim.calendar import MONTHS_A_YEAR
from sim.study.feedback import APART, STARTS
from sim.study.tipping import HALVINGS, started
from sim.study.twins import cut_trust
from sim.summaries import monthly
from sim.world.plan import Plan
from sim.world.scenario import Scenario
from sim.world.state import World

Values = NDArray[np.float64]
# Replicates from each start, of a shock, and at each norm of the tipping line.
FEW, SHOCKED, EDGED = 4, 6, 2
# Norms at which the tipping line is found.
NORMS = (0.1, 0.3, 0.5, 0.7, 0.9)
# What is kept of each month of a run.
CREDIBILITY, EXECUTION, NORM = 0, 1, 2
_FOLLOWED = ("credibility", "execution_rate", "norm")
_KEPT = 60
_PERCENT = 100.0


def reformed(state: State) -> Scenario:
    """The scenario with the levers of the first package, in the months that they name."""
    world = worlds.scenario(state.scenario)
    return world.model_copy(update={"reform": reforms(state.packages[0], world)})


def path(world: World) -> Values:
    """Credibility, execution and norm by month; shape (3, months)."""
    return monthly(world.tallies, _FOLLOWED)


def run(plan: Plan, seed: int, replicate: int) -> Values:
    """Credibility, execution and norm of one run by month; shape (3, months)."""
    world = plan.begin(seed, replicate)
    plan.loop.run_months(world, 0, plan.scenario.clock.months)
    return path(world)


def twin(plan: Plan, seed: int, replicate: int, month: int, cut: float) -> Values:
    """One run without and with a shock before a month; shape (2, 3, months)."""
    months = plan.scenario.clock.months
    world = plan.begin(seed, replicate)
    plan.loop.run_months(world, 0, month)
    other = world.copied()
    cut_trust(other, cut)
    for one in (world, other):
        plan.loop.run_months(one, month, months)
    return np.array([path(world), path(other)])


@dataclass(frozen=True)
class Portrait:
    """Paths from several starts, (starts, replicates, 3, months), and the tipping line."""

    paths: Values
    # Where trust and norm begin equal, the start above which runs end high, 0 to 1; None if all
    # starts end at about the same credibility.
    tipping: float | None = None
    # The trust at the start above which they do, for each of ``NORMS``; shape (norms,).
    line: Values | None = None

    def rests(self) -> Values:
        """Means of the last year by start; shape (starts, 3)."""
        return np.asarray(self.paths[..., -MONTHS_A_YEAR:].mean(axis=(1, 3)))

    @property
    def two(self) -> bool:
        """Whether credibility at the end of the run depends on the start."""
        rests = self.rests()[:, CREDIBILITY]
        return bool(rests[-1] - rests[0] > APART)

    def tips_at(self, norm: float) -> float | None:
        """The tipping point in trust at a norm, between the norms of the line."""
        return None if self.line is None else float(np.interp(norm, NORMS, self.line))


class SpiralRuns:
    """Computes shocks and phase portraits, and keeps the latest of them."""

    def __init__(self) -> None:
        self._kept: OrderedDict[Any, Any] = OrderedDict()

    def _keep(self, key: Any, found: Any) -> Any:
        self._kept[key] = found
        while len(self._kept) > _KEPT:
            self._kept.popitem(last=False)
        return found

    def forget(self, name: str) -> None:
        """Drop all that was computed of a scenario."""
        for key in [one for one in self._kept if one[1] == name]:
            del self._kept[key]

    async def shock(self, state: State) -> Values:
        """Runs without and with the shock; shape (replicates, 2, 3, months)."""
        key = ("shock", state.scenario, state.packages[0], state.seed, state.cut, state.shock)
        if key in self._kept:
            return np.asarray(self._kept[key])
        plan = worlds.plan(state.scenario).changed(reformed(state))
        cut, month = state.cut / _PERCENT, state.shock
        work = [
            desk.do(WAITED_FOR, partial(twin, plan, state.seed, r, month, cut))
            for r in range(SHOCKED)
        ]
        return np.asarray(self._keep(key, np.array(await asyncio.gather(*work))))

    async def portrait(self, state: State) -> Portrait:
        """Paths from several starts, and the tipping line, averaged over replicates."""
        key = ("portrait", state.scenario, state.packages[0], state.seed)
        if key not in self._kept:
            self._keep(key, await self._portrait(state))
        found: Portrait = self._kept[key]
        return found

    async def _portrait(self, state: State) -> Portrait:
        world, base = reformed(state), worlds.plan(state.scenario)

        def plan(trust: float, norm: float | None = None) -> Plan:
            return base.changed(started(world, trust, norm))

        plans = [plan(start) for start in STARTS]
        work = [
            desk.do(REFINING, partial(run, one, state.seed, r)) for one in plans for r in range(FEW)
        ]
        paths = np.array(await asyncio.gather(*work))
        found = Portrait(paths.reshape(len(STARTS), FEW, len(_FOLLOWED), -1))
        if not found.two:
            return found
        rests = found.rests()[:, CREDIBILITY]
        middle = 0.5 * (rests[0] + rests[-1])

        async def tips(norm: float | None, replicates: int) -> float:
            begun = partial(plan, norm=norm)
            every = (
                desk.do(REFINING, partial(_tips, begun, state.seed, r, middle))
                for r in range(replicates)
            )
            return float(np.mean(await asyncio.gather(*every)))

        line = await asyncio.gather(*(tips(norm, EDGED) for norm in NORMS))
        return Portrait(paths=found.paths, tipping=await tips(None, FEW), line=np.array(line))


def _tips(plan: Any, seed: int, replicate: int, middle: float) -> float:
    """The lowest start, from 0 to 1, from which one replicate recovers; found by bisection."""
    low, high = 0.0, 1.0
    for _ in range(HALVINGS):
        start = 0.5 * (low + high)
        if run(plan(start), seed, replicate)[CREDIBILITY, -MONTHS_A_YEAR:].mean() >= middle:
            high = start
        else:
            low = start
    return 0.5 * (low + high)


spiral_runs = SpiralRuns()
own_tables.when_forgotten(spiral_runs.forget)
