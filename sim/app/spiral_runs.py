"""Runs for the view Spiral: a shock to trust, several starts, and the tipping point."""

import asyncio
from collections import OrderedDict
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.app import worlds
from sim.app.desk import REFINING, WAITED_FOR, desk
from sim.app.state import State, reforms
from sim.calendar import MONTHS_A_YEAR
from sim.errors import BadInput
from sim.study.feedback import APART, STARTS, held_traits
from sim.study.tipping import HALVINGS, started
from sim.study.twins import cut_trust
from sim.summaries import monthly
from sim.theory.mean_field import MeanField
from sim.theory.resting import nullclines
from sim.world.plan import Plan
from sim.world.scenario import Scenario
from sim.world.state import World

Values = NDArray[np.float64]
# Credibility and execution where trust does not change, and where the norm does not; (points, 2).
Nullclines = tuple[Values, Values]
# Points of each half of a nullcline. All of them take about a second, once for each scenario.
POINTS = 9
# Replicates from each start, and replicates of a shock.
FEW, SHOCKED = 4, 6
_KEPT = 60
_PERCENT = 100.0


def reformed(state: State) -> Scenario:
    """The scenario with the levers of the first package, applied from the first month on."""
    world = worlds.scenario(state.scenario)
    added = reforms(state.packages[0], world)
    if not added:
        return world
    whole = tuple(
        one.model_copy(update={"months": one.months or (0, world.clock.months)}) for one in added
    )
    return world.model_copy(update={"reform": whole})


def path(world: World) -> Values:
    """Credibility and execution by month; shape (2, months)."""
    return monthly(world.tallies, ("credibility", "execution_rate"))


def run(plan: Plan, seed: int, replicate: int) -> Values:
    """Credibility and execution of one run by month; shape (2, months)."""
    world = plan.begin(seed, replicate)
    plan.loop.run_months(world, 0, plan.scenario.clock.months)
    return path(world)


def twin(plan: Plan, seed: int, replicate: int, month: int, cut: float) -> Values:
    """Credibility without and with a shock before a month; shape (2, months)."""
    months = plan.scenario.clock.months
    world = plan.begin(seed, replicate)
    plan.loop.run_months(world, 0, month)
    other = world.copied()
    cut_trust(other, cut)
    for one in (world, other):
        plan.loop.run_months(one, month, months)
    return np.array([path(world)[0], path(other)[0]])


@dataclass(frozen=True)
class Portrait:
    """Paths from several starts, (starts, replicates, 2, months), and the tipping point, 0 to 1."""

    paths: Values
    # None if all starts end at about the same credibility.
    tipping: float | None

    def rests(self) -> Values:
        """Mean credibility and execution of the last year by start; shape (starts, 2)."""
        return np.asarray(self.paths[..., -MONTHS_A_YEAR:].mean(axis=(1, 3)))

    @property
    def two(self) -> bool:
        """Whether credibility at the end of the run depends on the start."""
        rests = self.rests()[:, 0]
        return bool(rests[-1] - rests[0] > APART)


class SpiralRuns:
    """Computes shocks and phase portraits, and keeps the latest of them."""

    def __init__(self) -> None:
        self._kept: OrderedDict[Any, Any] = OrderedDict()

    def _keep(self, key: Any, found: Any) -> Any:
        self._kept[key] = found
        while len(self._kept) > _KEPT:
            self._kept.popitem(last=False)
        return found

    async def shock(self, state: State) -> Values:
        """Credibility without and with the shock; shape (replicates, 2, months)."""
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
        """Paths from several starts, and the tipping point averaged over replicates."""
        key = ("portrait", state.scenario, state.packages[0], state.seed)
        if key not in self._kept:
            self._keep(key, await self._portrait(state))
        found: Portrait = self._kept[key]
        return found

    async def _portrait(self, state: State) -> Portrait:
        world, base = reformed(state), worlds.plan(state.scenario)

        def plan(start: float) -> Plan:
            return base.changed(started(world, start))

        plans = [plan(start) for start in STARTS]
        work = [
            desk.do(REFINING, partial(run, one, state.seed, r)) for one in plans for r in range(FEW)
        ]
        paths = np.array(await asyncio.gather(*work)).reshape(len(STARTS), FEW, 2, -1)
        found = Portrait(paths, None)
        if not found.two:
            return found
        rests = found.rests()[:, 0]
        middle = 0.5 * (rests[0] + rests[-1])
        tips = await asyncio.gather(
            *(desk.do(REFINING, partial(_tips, plan, state.seed, r, middle)) for r in range(FEW))
        )
        return Portrait(paths, float(np.mean(tips)))

    async def theory(self, state: State) -> Nullclines | None:
        """Nullclines of trust and norm in the mean field.

        None if levers are applied, if posts are read from a file, or if the mean field cannot
        represent the scenario.
        """
        world = reformed(state)
        if world.reform or world.organisation.posts is not None:
            return None
        key = ("theory", state.scenario)
        if key not in self._kept:
            self._keep(key, await desk.do(REFINING, partial(_nullclines, world)))
        found: Nullclines | None = self._kept[key]
        return found


def _nullclines(world: Scenario) -> Nullclines | None:
    try:
        return nullclines(MeanField(world, held_traits(world, State().seed)), POINTS)
    except BadInput:
        return None


def _tips(plan: Any, seed: int, replicate: int, middle: float) -> float:
    """The lowest start, from 0 to 1, from which one replicate recovers; found by bisection."""
    low, high = 0.0, 1.0
    for _ in range(HALVINGS):
        start = 0.5 * (low + high)
        if run(plan(start), seed, replicate)[0, -MONTHS_A_YEAR:].mean() >= middle:
            high = start
        else:
            low = start
    return 0.5 * (low + high)


spiral_runs = SpiralRuns()
