"""Twin runs: two that share every draw and differ by one shock to trust.

In one pair everybody's trust is cut once, and what is left of the cut is followed. In another the
trust that officers meet is lower than it is, and the spiral gain is how much of that loss citizens'
trust really follows: 0 where nothing comes back, above 1 where a loss brings about a greater one.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim import month as months
from sim import year_end
from sim.machine.loop import Loop
from sim.study.estimate import Estimate, estimate, mean_intervals
from sim.study.side_by_side import side_by_side
from sim.summaries import monthly
from sim.world.plan import Plan
from sim.world.scenario import Scenario
from sim.world.state import World

Values = NDArray[np.float64]
Ticks = Callable[[int, int], None]
# Months after a shock that are followed.
FOLLOWED = 60


@dataclass(frozen=True)
class Job:
    """One piece of work for a worker: a scenario, its replicate, and what to do with it."""

    scenario: Scenario
    seed: int
    replicate: int
    # Month of a cut and its size, or the start of trust and norm.
    month: int = 0
    cut: float = 0.0
    start: float = 0.0
    # Credibility from which a run counts as recovered.
    recovered: float = 0.0


@dataclass(frozen=True)
class Response:
    """What is left of a cut of trust, month by month after it, over replicates.

    ``credibility`` and ``execution`` are of shape (replicates, months + 1): difference of the run
    with the cut from its twin, over the cut. The first month is that of the cut.
    """

    credibility: Values
    execution: Values

    def band(self, seed: int) -> tuple[Values, Values, Values]:
        """Mean and 95 % interval of the response of credibility, month by month."""
        low, high = mean_intervals(self.credibility, seed)
        return self.credibility.mean(axis=0), low, high

    def left(self, months: int, seed: int) -> Estimate:
        """Share of the cut that is left so many months later."""
        return estimate(self.credibility[:, months], seed)

    def half_life(self) -> float:
        """First month with less than half of the cut left, between months; NaN if none."""
        return half_life(self.credibility.mean(axis=0))


def half_life(left: Values) -> float:
    """When less than one half is left for the first time, interpolated; NaN if it never is."""
    below = np.flatnonzero(left < 0.5)
    if below.size == 0:
        return float("nan")
    after = int(below[0])
    if after == 0:
        return 0.0
    over, under = left[after - 1], left[after]
    return float(after - 1 + (over - 0.5) / (over - under))


def cut_trust(world: World, by: float) -> float:
    """Take ``by`` from everybody's trust, as far as there is; returns the mean taken."""
    before = world.citizens["trust"].mean()
    world.citizens["trust"] = np.maximum(0.0, world.citizens["trust"] - by)
    speaking = np.where(world.citizens["silent"] == 0, world.citizens["trust"], 0.0)
    departments = world.departments
    own = np.flatnonzero(departments["citizens"] > 0)
    number = departments["citizens"][own]
    first = departments["first_citizen"][own]
    departments["credibility"][own] = np.add.reduceat(world.citizens["trust"], first) / number
    departments["willing"][own] = np.add.reduceat(speaking, first) / number
    return float(before - world.citizens["trust"].mean())


# Plans of the scenarios a worker met last, by their text.
_PLANS: dict[str, Plan] = {}
_KEPT = 16


def planned(scenario: Scenario) -> Plan:
    """The plan of a scenario, kept while it is among the last few."""
    text = scenario.model_dump_json()
    if text not in _PLANS:
        if len(_PLANS) >= _KEPT:
            _PLANS.pop(next(iter(_PLANS)))
        _PLANS[text] = Plan(scenario)
    return _PLANS[text]


def _twin(job: Job) -> Values:
    """Credibility and execution, with a cut and without, and the cut; shape (5, months + 1)."""
    plan = planned(job.scenario)
    world = plan.begin(job.seed, job.replicate)
    plan.loop.run_months(world, 0, job.month)
    twin = world.copied()
    taken = cut_trust(twin, job.cut)
    found: list[Values] = []
    last = job.month + FOLLOWED
    for one in (twin, world):
        plan.loop.run_months(one, job.month, last)
        found += [*monthly(one.tallies[job.month : last], ("credibility", "execution_rate"))]
    return np.array([*found, np.full(FOLLOWED, taken)])


def _month_by_month(
    loop: Loop, world: World, first: int, last: int, met: list[tuple[Values, Values]] | None
) -> list[tuple[Values, Values]]:
    """Run months phase by phase; officers meet the trust and cooperation of ``met`` if given.

    Returns what they met: credibility and cooperation by department, a pair each month.
    """
    kept = []
    phases = [loop.choose_conduct if one is months.choose_conduct else one for one in months.PHASES]
    departments = range(len(world.departments))
    for month in range(first, last):
        for d in departments:
            months.exchange(world, d, month)
        for d in departments:
            for phase in phases:
                phase(world, d, month)
                if phase is months.take_stock_of_trust and met is not None:
                    world.departments["credibility"][d] = met[month - first][0][d]
                    world.departments["willing"][d] = met[month - first][1][d]
        if year_end.is_year_end(month):
            for d in departments:
                year_end.appraise_and_renew(world, d, month)
        months.add_up(world, month)
        records = world.departments
        kept.append((records["credibility"].copy(), records["willing"].copy()))
    return kept


def _open_loop(job: Job) -> Values:
    """Trust really lost, over what officers meet less of, month by month; shape (months,)."""
    plan = planned(job.scenario)
    world = plan.begin(job.seed, job.replicate)
    plan.loop.run_months(world, 0, job.month)
    twin = world.copied()
    last = job.month + FOLLOWED
    met = _month_by_month(plan.loop, world, job.month, last, None)
    less = [
        (np.maximum(0.0, trust - job.cut), np.maximum(0.0, willing - job.cut))
        for trust, willing in met
    ]
    departments = twin.departments
    departments["credibility"] = np.maximum(0.0, departments["credibility"] - job.cut)
    departments["willing"] = np.maximum(0.0, departments["willing"] - job.cut)
    _month_by_month(plan.loop, twin, job.month, last, less)
    trust, theirs = (
        monthly(one.tallies[job.month : last], ("credibility",))[0] for one in (world, twin)
    )
    return np.asarray((trust - theirs) / job.cut)


def spiral_gain(
    scenario: Scenario,
    cut: float,
    month: int,
    replicates: int,
    seed: int,
    workers: int | None = None,
    progress: Ticks = lambda done, total: None,
) -> Values:
    """Spiral gain 1…60 months after ``month``, by twin runs; shape (replicates, months)."""
    longer = scenario.replace({"clock.months": month + FOLLOWED})
    jobs = [Job(longer, seed, r, month=month, cut=cut) for r in range(replicates)]
    return np.array(side_by_side(_open_loop, jobs, workers, progress))


def respond(
    scenario: Scenario,
    cut: float,
    month: int,
    replicates: int,
    seed: int,
    workers: int | None = None,
    progress: Ticks = lambda done, total: None,
) -> Response:
    """Twin runs with trust cut by ``cut`` before ``month``. Raises BadInput for a run too short."""
    longer = scenario.replace({"clock.months": month + FOLLOWED})
    jobs = [Job(longer, seed, r, month=month, cut=cut) for r in range(replicates)]
    found = np.array(side_by_side(_twin, jobs, workers, progress))
    taken = -found[:, 4, :]
    credibility = (found[:, 0] - found[:, 2]) / taken
    execution = (found[:, 1] - found[:, 3]) / taken
    whole = np.ones((replicates, 1))
    return Response(
        np.hstack([whole, credibility]), np.hstack([np.zeros((replicates, 1)), execution])
    )
