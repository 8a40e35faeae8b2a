"""Results of packages of levers for the page, computed on demand and kept.

Every package has the same seed and replicates as the status quo, so differences are paired. A first
answer has few replicates; the full answer includes them, so no run is repeated.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache, partial

import numpy as np
from numpy.typing import NDArray

from sim.app import worlds
from sim.app.desk import REFINING, WAITED_FOR, desk
from sim.app.own_draws import own_draws
from sim.app.own_tables import own_tables
from sim.app.state import Pulls, State, reforms
from sim.errors import BadInput
from sim.kinds import CONDUCTS
from sim.study.doubt import CHANCE, DOUBTS, LEVERS
from sim.study.estimate import Estimate, estimates, over_draws
from sim.summaries import Observed, monthly
from sim.world.plan import Plan
from sim.world.posterior import Posterior, posterior

Values = NDArray[np.float64]
# Replicates of the first answer to a change.
FIRST = 4
# Draws of the calibration behind an answer with doubt, one replicate each.
DRAWN = 60
# Number of answers that are kept; each takes some tens of kilobytes.
KEPT = 300

PATHS = ("execution_rate", "reported_rate", "credibility", "faithful", "cost")
ENDS = (
    "execution_rate",
    "reported_rate",
    "inflation",
    "credibility",
    "rupture_share",
    "sanctions",
    "unjust_sanctions",
    "burden",
    "unowned",
    *CONDUCTS,
)
# Measured over the whole run, since the cost of a campaign does not appear in the last year.
COST = "cost"


@dataclass(frozen=True)
class One:
    """Results of one run: monthly measures, (PATHS, months), and measures at the end, (ENDS,)."""

    paths: NDArray[np.float32]
    ends: Values


def drawn_under(scenario: str, doubt: str) -> int:
    """Number of different draws behind an answer with a doubt about an offered scenario."""
    found = draws_of(scenario, doubt)
    return 0 if found is None else min(DRAWN, len(found[0]))


@lru_cache(maxsize=64)
def draws_of(scenario: str, doubt: str) -> tuple[Posterior, tuple[str, ...]] | None:
    """The draws with a doubt, and the settings of an offered scenario that they replace.

    None without doubt, and where there is nothing to draw.
    """
    if doubt == CHANCE:
        return None
    draws = own_draws.of(scenario) or posterior()
    if doubt != LEVERS:
        draws = draws.of_behaviour()
    try:
        free = draws.left_as_calibrated(worlds.scenario(scenario))
    except BadInput:
        return None
    return (draws, free) if doubt != LEVERS or draws.of_levers & set(free) else None


def run_one(plan: Plan, seed: int, replicate: int, doubt: str = CHANCE, name: str = "") -> One:
    """Run one replicate of a plan, of the scenario ``name``, with its draw under a doubt."""
    drawn = draws_of(name, doubt)
    if drawn is not None:
        draws, free = drawn
        plan = plan.changed(plan.scenario.replace(draws.at(replicate, free)))
    world = plan.begin(seed, replicate)
    plan.loop.run_months(world, 0, plan.scenario.clock.months)
    found = np.asarray(monthly(world.tallies, PATHS), np.float32)
    observed = Observed(ENDS, plan.treated, plan.scenario.clock.observed)
    observed.add(world.tallies, world.layers)
    return One(found, observed.table()[0])


@dataclass(frozen=True)
class Answer:
    """Replicates of one package: paths (replicates, PATHS, months), ends (replicates, ENDS)."""

    paths: NDArray[np.float32]
    ends: Values

    def path(self, measure: str) -> NDArray[np.float32]:
        """One measure by month, shape (replicates, months)."""
        return np.asarray(self.paths[:, PATHS.index(measure)])

    def end(self, measure: str) -> Values:
        """One measure over the observed months, or over the whole run for cost; (replicates,)."""
        if measure == COST:
            return np.asarray(self.path(COST).mean(axis=1), np.float64)
        return np.asarray(self.ends[:, ENDS.index(measure)])

    def band(self, measure: str) -> tuple[Values, Values, Values]:
        """Lower end, mean and upper end of the middle 90 % of replicates; each (months,)."""
        values = self.path(measure)
        low, high = np.quantile(values, (0.05, 0.95), axis=0)
        return low, np.asarray(values.mean(axis=0), np.float64), high

    @property
    def replicates(self) -> int:
        """Number of replicates."""
        return len(self.ends)


def differences(
    answer: Answer, reference: Answer, measures: Sequence[str], seed: int, draws: int = 0
) -> dict[str, Estimate]:
    """Paired differences with 95 % intervals, over the replicates that both answers have.

    Intervals are the range of ``draws``, if there are any.
    """
    both = min(answer.replicates, reference.replicates)
    found = {name: answer.end(name)[:both] - reference.end(name)[:both] for name in measures}
    return over_draws(found, draws) if draws else estimates(found, seed)


Key = tuple[str, Pulls, int, str]


class Answers:
    """Finished runs by scenario, levers and seed; the least recently used are dropped first."""

    def __init__(self, kept: int = KEPT) -> None:
        self._kept = kept
        self._runs: OrderedDict[Key, dict[int, One]] = OrderedDict()
        self._plans: OrderedDict[tuple[str, Pulls], Plan] = OrderedDict()

    async def of(
        self,
        state: State,
        package: Pulls,
        runs: int,
        urgency: int = WAITED_FOR,
        doubt: str = CHANCE,
    ) -> Answer:
        """The answer for one package with ``runs`` replicates; missing replicates are run."""
        pulls = tuple((name, pull) for name, pull in package if pull.percent)
        key = (state.scenario, pulls, state.seed, doubt)
        done = self._runs.setdefault(key, {})
        self._runs.move_to_end(key)
        missing = [replicate for replicate in range(runs) if replicate not in done]
        if missing:
            plan = self.plan(state.scenario, pulls)
            work = [
                desk.do(
                    urgency, partial(run_one, plan, state.seed, replicate, doubt, state.scenario)
                )
                for replicate in missing
            ]
            for replicate, one in zip(missing, await asyncio.gather(*work), strict=True):
                done[replicate] = one
        while len(self._runs) > self._kept:
            self._runs.popitem(last=False)
        chosen = [done[replicate] for replicate in range(runs)]
        return Answer(
            np.array([one.paths for one in chosen]), np.array([one.ends for one in chosen])
        )

    def forget(self, name: str) -> None:
        """Drop all answers on a scenario."""
        for key in [one for one in self._runs if one[0] == name]:
            del self._runs[key]
        for changed in [one for one in self._plans if one[0] == name]:
            del self._plans[changed]

    def plan(self, name: str, pulls: Pulls) -> Plan:
        """The plan of an offered scenario with levers."""
        key = (name, pulls)
        if key not in self._plans:
            base = worlds.plan(name)
            added = (*base.scenario.reform, *reforms(pulls, base.scenario))
            changed = base.changed(base.scenario.model_copy(update={"reform": added}))
            self._plans[key] = changed if pulls else base
        self._plans.move_to_end(key)
        while len(self._plans) > MOST_PLANS:
            self._plans.popitem(last=False)
        return self._plans[key]


# Number of plans kept, so that the full answer can use the plan of the first.
MOST_PLANS = 128
answers = Answers()
own_tables.when_forgotten(answers.forget)


async def ask(state: State, full: bool) -> tuple[Answer, list[Answer]]:
    """The answers for the status quo and all packages, with all replicates if ``full``."""
    runs, urgency = (state.runs, REFINING) if full else (min(FIRST, state.runs), WAITED_FOR)
    reference = await answers.of(state, (), runs, urgency)
    found = await asyncio.gather(
        *(answers.of(state, pulls, runs, urgency) for pulls in state.packages)
    )
    return reference, list(found)


async def ask_doubt(state: State) -> dict[str, tuple[Answer, list[Answer]]]:
    """Answers for the status quo and all packages under each doubt beyond chance."""
    found = {}
    for doubt in DOUBTS:
        if draws_of(state.scenario, doubt) is None:
            continue
        reference, *others = await asyncio.gather(
            *(answers.of(state, pulls, DRAWN, REFINING, doubt) for pulls in ((), *state.packages))
        )
        found[doubt] = (reference, others)
    return found
