"""Measures the spiral of trust and execution: response to a shock, and resting values.

Runs from low and from high starts show whether the start matters in the long run. If it does,
bisection finds the tipping point of each replicate: the lowest start from which it recovers.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from sim.calendar import MONTHS_A_YEAR
from sim.errors import BadInput
from sim.machine.loop import run_months
from sim.study.estimate import Estimate, estimate
from sim.study.side_by_side import side_by_side
from sim.study.twins import FOLLOWED, Job, Response, Ticks, Values, planned, respond, spiral_gain
from sim.summaries import monthly
from sim.theory.mean_field import MeanField
from sim.theory.resting import (
    Branch,
    RestingPoint,
    continuation,
    loop_gain,
    nullclines,
    response,
    resting_points,
    tipping_point,
)
from sim.world.levers import Reform
from sim.world.scenario import Scenario

LOW, HIGH = 0.1, 0.9
# Steps of the bisection that finds a tipping point.
HALVINGS = 7
# Number of values of a setting at which a hysteresis loop is measured.
ALONG = 9
# Starts of the paths in the phase portrait.
STARTS = (0.1, 0.3, 0.5, 0.7, 0.9)


def started(scenario: Scenario, start: float) -> Scenario:
    """The scenario with trust and norm both beginning at ``start``, 0 to 1."""
    return scenario.replace({"public.trust.mean": start, "start.norm_at_start": start})


def _path(job: Job) -> Values:
    """Credibility and execution by month; shape (2, months)."""
    scenario = job.scenario
    world = planned(started(scenario, job.start)).begin(job.seed, job.replicate)
    run_months(world, 0, scenario.clock.months)
    return monthly(world.tallies, ("credibility", "execution_rate"))


def _rest(job: Job) -> Values:
    """Credibility and execution over the last year; shape (2,)."""
    return np.asarray(_path(job)[:, -MONTHS_A_YEAR:].mean(axis=1))


def _tipping(job: Job) -> float:
    """The lowest start, 0 to 1, from which this replicate recovers, to within 0.01.

    −1 if it recovers from every start, NaN if it recovers from none.
    """
    low, high = 0.0, 1.0

    def recovers(start: float) -> bool:
        here = Job(job.scenario, job.seed, job.replicate, start=start)
        return bool(_rest(here)[0] >= job.recovered)

    if recovers(low):
        return -1.0
    if not recovers(high):
        return float("nan")
    for _ in range(HALVINGS):
        middle = 0.5 * (low + high)
        if recovers(middle):
            high = middle
        else:
            low = middle
    return 0.5 * (low + high)


@dataclass(frozen=True)
class Tipping:
    """The tipping point over replicates, and how many replicates always or never recover.

    ``value`` is the mean over all replicates, with 0 for those that always recover and 1 for those
    that never do.
    """

    value: Estimate
    always: int
    never: int


def tipping_of(found: Values, seed: int) -> Tipping:
    """Summarise tipping points of replicates, (replicates,), as ``_tipping`` gives them."""
    always, never = int((found < 0.0).sum()), int(np.isnan(found).sum())
    held = np.where(np.isnan(found), 1.0, np.maximum(found, 0.0))
    return Tipping(estimate(held, seed), always, never)


@dataclass(frozen=True)
class Loop:
    """A hysteresis loop: resting credibility from low and from high starts along a setting."""

    # The setting and its values, shape (values,).
    key: str
    values: Values
    # Resting credibility, shape (values, replicates).
    from_low: Values
    from_high: Values
    # Resting points of the mean field: with citizens who speak, and with silent ones.
    branches: tuple[Branch, ...]


@dataclass(frozen=True)
class Expected:
    """Results of the mean field for the scenario."""

    points: list[RestingPoint]
    # None if all starts settle at the same credibility.
    tipping: float | None
    # At the highest stable resting point, shape (months + 1,); None if none is stable.
    response: Values | None
    gains: Values | None
    # Credibility and execution along the two nullclines, each of shape (points, 2).
    trust_still: Values
    norm_still: Values


@dataclass(frozen=True)
class Spiral:
    """All measurements of the spiral of one scenario."""

    scenario: Scenario
    seed: int
    replicates: int
    cut: float
    month: int
    response: Response
    # Spiral gain by twin runs, (replicates, months).
    gains: Values
    # Last year's credibility and execution from low and high starts; shape (replicates, 2).
    from_low: Values
    from_high: Values
    # Paths from several starts, (starts, replicates, 2, months).
    paths: Values
    tipping: Tipping | None
    levers: dict[str, Tipping]
    # None if the mean field cannot represent the scenario: several tiers, a table of posts, or
    # many ranks.
    expected: Expected | None
    loop: Loop | None

    def rest(self, ends: Values) -> Estimate:
        """Resting credibility, of ``from_low`` or ``from_high``."""
        return estimate(ends[:, 0], self.seed)

    @property
    def width(self) -> Estimate:
        """Hysteresis: resting credibility from a high start minus that from a low start."""
        return estimate(self.from_high[:, 0] - self.from_low[:, 0], self.seed)

    def gain(self, after: int) -> Estimate:
        """Spiral gain ``after`` months, 1 to 60."""
        return estimate(self.gains[:, after - 1], self.seed)

    @property
    def regime(self) -> str:
        """Whether the loop amplifies or absorbs a loss of trust.

        It is "near the edge" if the 95 % interval of the gain includes 1.
        """
        gain = self.gain(FOLLOWED)
        if gain.low > 1.0:
            return "amplifying"
        return "absorbing" if gain.high < 1.0 else "near the edge"

    @property
    def middle(self) -> float:
        """Mean of the two resting values of credibility: a run above it counts as recovered."""
        return float(0.5 * (self.from_low[:, 0].mean() + self.from_high[:, 0].mean()))


# Smallest difference between resting values of credibility for which a tipping point is sought.
APART = 0.1


def measure(
    scenario: Scenario,
    replicates: int,
    seed: int,
    cut: float = 0.2,
    month: int = 60,
    workers: int | None = None,
    levers: tuple[str, ...] | None = None,
    along: tuple[str, float, float] | None = None,
    progress: Callable[[str], Ticks] = lambda title: lambda done, total: None,
) -> Spiral:
    """Measure the spiral of a scenario.

    ``cut`` is what is taken from everybody's trust, above 0 and at most 1, before ``month``.
    ``levers`` names those for which tipping points are computed, all if None. ``along`` is a
    setting and its range for a hysteresis loop. ``progress`` is called with the title of each part
    and returns the function that is told of its progress. Raises BadInput for a cut, month or range
    that is not possible.
    """
    if not 0.0 < cut <= 1.0:
        raise BadInput(f"spiral: cut {cut}: expected above 0 and at most 1")
    response_ = respond(scenario, cut, month, replicates, seed, workers, progress("twin runs"))
    gains = spiral_gain(scenario, cut, month, replicates, seed, workers, progress("open loop"))
    jobs = [Job(scenario, seed, r, start=start) for start in (LOW, HIGH) for r in range(replicates)]
    rests = np.array(side_by_side(_rest, jobs, workers, progress("starts low and high")))
    low, high = rests[:replicates], rests[replicates:]
    few = min(replicates, 6)
    jobs = [Job(scenario, seed, r, start=start) for start in STARTS for r in range(few)]
    paths = np.array(side_by_side(_path, jobs, workers, progress("paths")))
    paths = paths.reshape(len(STARTS), few, 2, -1)
    tipping, moved = None, {}
    if high[:, 0].mean() - low[:, 0].mean() > APART:
        middle = float(0.5 * (low[:, 0].mean() + high[:, 0].mean()))
        jobs = [Job(scenario, seed, r, recovered=middle) for r in range(replicates)]
        names = tuple(scenario.levers) if levers is None else levers
        for name in names:
            pulled = with_lever(scenario, name)
            jobs += [Job(pulled, seed, r, recovered=middle) for r in range(few)]
        tips = np.array(side_by_side(_tipping, jobs, workers, progress("tipping points")))
        tipping = tipping_of(tips[:replicates], seed)
        by_lever = tips[replicates:].reshape(len(names), few)
        moved = {name: tipping_of(by_lever[i], seed) for i, name in enumerate(names)}
    expected = _expect(scenario, seed, progress("mean field"))
    loop = None
    if along is not None:
        loop = _loop(scenario, along, few, seed, workers, progress(f"along {along[0]}"))
    return Spiral(
        scenario,
        seed,
        replicates,
        cut,
        month,
        response_,
        gains,
        low,
        high,
        paths,
        tipping,
        moved,
        expected,
        loop,
    )


def _expect(scenario: Scenario, seed: int, progress: Ticks) -> Expected | None:
    if not _has_mean_field(scenario):
        return None
    held = held_traits(scenario, seed)
    field = MeanField(scenario, held)
    progress(0, 3)
    points = resting_points(field)
    progress(1, 3)
    tips = tipping_point(field)
    progress(2, 3)
    stable = [point for point in points if point.stable]
    left, gains = None, None
    if stable:
        here = MeanField(scenario, held, stable[-1].silent)
        left = response(here, stable[-1].state, FOLLOWED)
        gains = loop_gain(here, stable[-1].state, FOLLOWED)
    trust_still, norm_still = nullclines(field)
    progress(3, 3)
    return Expected(points, tips, left, gains, trust_still, norm_still)


def _loop(
    scenario: Scenario,
    along: tuple[str, float, float],
    replicates: int,
    seed: int,
    workers: int | None,
    progress: Ticks,
) -> Loop:
    key, low, high = along
    if not low < high:
        raise BadInput(f"spiral: along {key} from {low} to {high}: expected a range")
    values = np.linspace(low, high, ALONG)
    jobs = [
        Job(scenario.replace({key: float(value)}), seed, replicate, start=start)
        for start in (LOW, HIGH)
        for value in values
        for replicate in range(replicates)
    ]
    ticks = progress
    if _has_mean_field(scenario):
        more = 1 + (scenario.public.exit_below > 0.0)

        def ticks(done: int, total: int) -> None:
            progress(done, total + more)

    rests = np.array(side_by_side(_rest, jobs, workers, ticks))[:, 0]
    rests = rests.reshape(2, ALONG, replicates)
    branches: list[Branch] = []
    if _has_mean_field(scenario):
        held = held_traits(scenario, seed)
        exits = scenario.public.exit_below > 0.0
        for done, silent in enumerate((False, True) if exits else (False,), 1):
            branches.append(continuation(MeanField(scenario, held, silent), key, low, high))
            progress(len(jobs) + done, len(jobs) + 1 + exits)
    return Loop(key, values, rests[0], rests[1], tuple(branches))


def with_lever(scenario: Scenario, name: str) -> Scenario:
    """The scenario with one lever at full strength from the first month."""
    pulled: Any = Reform(lever=name, intensity=1.0, months=None, departments=None)
    reforms = [one.model_dump() for one in (*scenario.reform, pulled)]
    return scenario.replace({"reform": reforms, "clock.reform_starts": 0})


def _has_mean_field(scenario: Scenario) -> bool:
    try:
        MeanField(scenario)
    except BadInput:
        return False
    return not scenario.organisation.above and scenario.organisation.posts is None


def held_traits(scenario: Scenario, seed: int) -> dict[str, float]:
    """Means at the end of a run of the traits that are constant in the mean field."""
    world = planned(scenario).begin(seed)
    run_months(world, 0, scenario.clock.months)
    names = ("capability", "inertia", "connection", "merit_belief")
    return {name: float(world.officers[name].mean()) for name in names}
