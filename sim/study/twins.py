"""Twin runs: two runs with the same random draws that differ by one shock to trust.

One kind of pair cuts everybody's trust once, and measures what is left of the cut. The other kind
lets officers meet less trust than citizens have, and measures how far citizens' trust then falls.
That fall, divided by the reduction, is the spiral gain: 0 if trust does not respond, above 1 if a
loss of trust causes a larger loss.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim import month as months
from sim import year_end
from sim.machine.loop import run_months
from sim.study.estimate import Estimate, estimate, mean_intervals
from sim.study.side_by_side import side_by_side
from sim.summaries import monthly
from sim.world.plan import Plan
from sim.world.scenario import Scenario
from sim.world.state import World

Values = NDArray[np.float64]
Ticks = Callable[[int, int], None]
# Months that are measured after a shock.
FOLLOWED = 60


@dataclass(frozen=True)
class Job:
    """One run for a worker: a scenario, a replicate, and a shock or a start."""

    scenario: Scenario
    seed: int
    replicate: int
    # Month and size of a cut of trust, or the value at which trust and norm start.
    month: int = 0
    cut: float = 0.0
    start: float = 0.0
    # Resting credibility from which a run counts as recovered.
    recovered: float = 0.0


@dataclass(frozen=True)
class Response:
    """Response to a cut of trust by month and replicate.

    ``credibility`` and ``execution`` have shape (replicates, months + 1): the difference between
    the run with the cut and its twin, divided by the cut. The first column is the moment of the
    cut.
    """

    credibility: Values
    execution: Values

    def band(self, seed: int) -> tuple[Values, Values, Values]:
        """Mean of the response of credibility and ends of its 95 % interval; each (months + 1,)."""
        low, high = mean_intervals(self.credibility, seed)
        return self.credibility.mean(axis=0), low, high

    def left(self, months: int, seed: int) -> Estimate:
        """Share of the cut that is left after ``months`` months."""
        return estimate(self.credibility[:, months], seed)

    def half_life(self) -> float:
        """Months until less than half of the cut is left, interpolated; NaN if it never is."""
        return half_life(self.credibility.mean(axis=0))


def half_life(left: Values) -> float:
    """Months until ``left``, (months + 1,), first falls below one half, interpolated; or NaN."""
    below = np.flatnonzero(left < 0.5)
    if below.size == 0:
        return float("nan")
    after = int(below[0])
    if after == 0:
        return 0.0
    over, under = left[after - 1], left[after]
    return float(after - 1 + (over - 0.5) / (over - under))


def cut_trust(world: World, by: float) -> float:
    """Reduce everybody's trust by ``by``, but not below 0; returns the mean reduction."""
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


# Plans of the scenarios that this process used last, by the scenario as JSON.
_PLANS: dict[str, Plan] = {}
_KEPT = 16


def planned(scenario: Scenario) -> Plan:
    """The plan of a scenario; the last few are kept."""
    text = scenario.model_dump_json()
    if text not in _PLANS:
        if len(_PLANS) >= _KEPT:
            _PLANS.pop(next(iter(_PLANS)))
        _PLANS[text] = Plan(scenario)
    return _PLANS[text]


def _twin(job: Job) -> Values:
    """Credibility and execution, with a cut and without, and the cut; shape (5, months + 1)."""
    world = planned(job.scenario).begin(job.seed, job.replicate)
    run_months(world, 0, job.month)
    twin = world.copied()
    taken = cut_trust(twin, job.cut)
    found: list[Values] = []
    last = job.month + FOLLOWED
    for one in (twin, world):
        run_months(one, job.month, last)
        found += [*monthly(one.tallies[job.month : last], ("credibility", "execution_rate"))]
    return np.array([*found, np.full(FOLLOWED, taken)])


def _month_by_month(
    world: World, first: int, last: int, met: list[tuple[Values, Values]] | None
) -> list[tuple[Values, Values]]:
    """Run months phase by phase, with the trust and cooperation of ``met`` in place of the actual.

    Returns what officers met: credibility and cooperation by department, a pair for each month.
    """
    kept = []
    departments = range(len(world.departments))
    for month in range(first, last):
        for d in departments:
            months.exchange(world, d, month)
        for d in departments:
            for phase in months.PHASES:
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
    """Loss of citizens' trust divided by the reduction that officers meet; shape (months,)."""
    world = planned(job.scenario).begin(job.seed, job.replicate)
    run_months(world, 0, job.month)
    twin = world.copied()
    last = job.month + FOLLOWED
    met = _month_by_month(world, job.month, last, None)
    less = [
        (np.maximum(0.0, trust - job.cut), np.maximum(0.0, willing - job.cut))
        for trust, willing in met
    ]
    departments = twin.departments
    departments["credibility"] = np.maximum(0.0, departments["credibility"] - job.cut)
    departments["willing"] = np.maximum(0.0, departments["willing"] - job.cut)
    _month_by_month(twin, job.month, last, less)
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
    """Spiral gain 1 to 60 months after ``month``, by twin runs; shape (replicates, months).

    ``cut`` is the reduction of the trust that officers meet, above 0 and at most 1.
    """
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
    """Response to a cut of everybody's trust by ``cut`` before ``month``, from twin runs.

    Raises BadInput if the scenario does not allow a run of that length.
    """
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
