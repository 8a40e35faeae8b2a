"""Measures the feedback of trust and execution: response to a shock, and resting values.

Runs from low and from high starts show whether the start matters in the long run. If it does,
bisection finds the tipping point of each replicate: the lowest start from which it recovers.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from sim.calendar import MONTHS_A_YEAR
from sim.errors import BadInput
from sim.machine.loop import ALONE, Crew, Progress, quiet
from sim.study import arrays
from sim.study.carry_out import Work, carried_out
from sim.study.estimate import Estimate, estimate
from sim.study.model import Model, ScenarioModel
from sim.study.points import Point
from sim.study.twins import FOLLOWED, Response, Values, planned, respond, spiral_gain
from sim.summaries import monthly
from sim.theory.continuation import Branch, continuation
from sim.theory.mean_field import MeanField
from sim.theory.resting import (
    RestingPoint,
    loop_gain,
    nullclines,
    response,
    resting_points,
    scans,
    tipping_point,
)
from sim.world.levers import Reform
from sim.world.plan import Plan
from sim.world.scenario import Scenario

LOW, HIGH = 0.1, 0.9
# Steps of the bisection that finds a tipping point.
HALVINGS = 7
# Number of values of a setting at which a hysteresis loop is measured.
ALONG = 9
# Starts of the paths in the phase portrait.
STARTS = (0.1, 0.3, 0.5, 0.7, 0.9)


# Settings that a start sets.
STARTED = ("public.trust.mean", "start.norm_at_start")
# Most replicates of paths, of tipping points with levers, and of hysteresis loops.
FEW = 6
MOST_MONTHS = 1_200
MOST_REPLICATES = 10_000
PATHS = ("credibility", "execution_rate")


def started(scenario: Scenario, start: float) -> Scenario:
    """The scenario with the value ``start``, 0 to 1, for trust and norm at the start."""
    return scenario.replace(dict.fromkeys(STARTED, start))


@dataclass(frozen=True)
class Recovery:
    """A ``Model`` whose measure is the tipping point: the lowest start from which a run recovers.

    A run has recovered if its credibility over the last year is ``recovered`` or more. The measure
    is -1 if every start recovers, and NaN if none does.
    """

    scenario: Scenario
    recovered: float
    measures: tuple[str, ...] = ("start",)
    columns: tuple[str, ...] = ()
    large: bool = False

    @property
    def months(self) -> int:
        """Length of a run."""
        return self.scenario.clock.months

    @property
    def work(self) -> float:
        """Officer-months of all runs that are needed for one tipping point."""
        return float(self.scenario.total_posts * self.months * (HALVINGS + 2))

    def identity(self) -> dict[str, Any]:
        """The scenario's settings, and what counts as recovered."""
        about = {"scenario": self.scenario.identity(), "halvings": HALVINGS}
        return {**about, "recovered": self.recovered}

    def runs(
        self, point: Point, seed: int, replicates: range, crew: Crew = ALONE
    ) -> tuple[Values, Values]:
        """The tipping point of each replicate, shape (runs, 1), and an empty series."""
        plan = planned(self.scenario.replace(point.settings))
        found = [[self._tips(plan, seed, replicate)] for replicate in replicates]
        return np.array(found), np.empty((len(found), 0, 0))

    def _tips(self, plan: Plan, seed: int, replicate: int) -> float:
        """The tipping point of one replicate, 0 to 1, by ``HALVINGS`` steps of bisection."""

        def recovers(start: float) -> bool:
            world = plan.changed(started(plan.scenario, start)).begin(seed, replicate)
            plan.loop.run_months(world, 0, self.months)
            last = monthly(world.tallies, ("credibility",))[0, -MONTHS_A_YEAR:]
            return bool(last.mean() >= self.recovered)

        low, high = 0.0, 1.0
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
    """Summarise tipping points of replicates, shape (replicates,), as ``Recovery`` gives them."""
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


Along = tuple[str, float, float]


def check(scenario: Scenario, cut: float, month: int, replicates: int, along: Along | None) -> None:
    """Raise BadInput if a spiral cannot be measured with these arguments."""
    if not 0.0 < cut <= 1.0:
        raise BadInput(f"spiral: cut {cut}: expected above 0 and at most 1")
    if not 1 <= month <= MOST_MONTHS:
        raise BadInput(f"spiral: month {month}: expected 1 to {MOST_MONTHS:,}")
    if not 2 <= replicates <= MOST_REPLICATES:
        raise BadInput(f"spiral: replicates {replicates}: expected 2 to {MOST_REPLICATES:,}")
    if along is None:
        return
    key, low, high = along
    if not low < high:
        raise BadInput(f"spiral: along {key} from {low} to {high}: expected a range")
    for end in (low, high):
        scenario.replace({key: end})


@dataclass(frozen=True)
class _Runs:
    """Does the runs of a spiral part by part; each part is stored in its own folder, if any."""

    seed: int
    workers: int | None
    kept: Path | None
    progress: Callable[[str], Progress]

    def folder(self, part: str) -> Path | None:
        """The folder of a part, or None."""
        return None if self.kept is None else self.kept / part

    def done(
        self, part: str, title: str, model: Model, points: list[Point], replicates: int
    ) -> tuple[pd.DataFrame, pd.DataFrame]:
        """Do the runs of a part; returns tables of runs and series."""
        work = Work((model,), points, self.seed)
        return carried_out(work, replicates, self.workers, self.progress(title), self.folder(part))

    def paths(
        self, part: str, title: str, scenario: Scenario, points: list[Point], replicates: int
    ) -> Values:
        """Credibility and execution by month; shape (points, replicates, 2, months)."""
        model = ScenarioModel(scenario, PATHS, PATHS)
        _, series = self.done(part, title, model, points, replicates)
        shape = (len(points), replicates, scenario.clock.months, len(PATHS))
        return np.moveaxis(series[list(PATHS)].to_numpy().reshape(shape), 3, 2)


def measure(
    scenario: Scenario,
    replicates: int,
    seed: int,
    cut: float = 0.2,
    month: int = 60,
    workers: int | None = None,
    levers: tuple[str, ...] | None = None,
    along: Along | None = None,
    progress: Callable[[str], Progress] = lambda title: quiet,
    kept: Path | None = None,
) -> Spiral:
    """Measure the spiral of a scenario.

    ``cut`` is the reduction of everybody's trust, 0 to 1, before ``month``. ``levers`` names the
    levers whose tipping points are sought, all if None. ``along`` is a setting and its range for a
    hysteresis loop. ``progress`` takes the title of a part and returns a function that is called
    with its progress. Finished parts are stored in the folder ``kept``, if given, and read from
    there; it must be used for the same scenario, options and code only. Raises BadInput if
    arguments are out of range.
    """
    check(scenario, cut, month, replicates, along)
    runs = _Runs(seed, workers, kept, progress)
    shock = scenario, cut, month, replicates, seed, workers
    response_ = respond(*shock, progress("twin runs"), runs.folder("twins"))
    gains = spiral_gain(*shock, progress("open loop"), runs.folder("open_loop"))
    low, high = _rests(
        runs.paths("starts", "starts low and high", scenario, _from(LOW, HIGH), replicates)
    )
    few = min(replicates, FEW)
    paths = runs.paths("paths", "paths", scenario, _from(*STARTS), few)
    tipping, moved = None, {}
    if high[:, 0].mean() - low[:, 0].mean() > APART:
        middle = float(0.5 * (low[:, 0].mean() + high[:, 0].mean()))
        model = Recovery(scenario, middle)
        names = tuple(scenario.levers) if levers is None else levers
        own, _ = runs.done("tipping", "tipping points", model, [Point()], replicates)
        tipping = tipping_of(own["start"].to_numpy(), seed)
        if names:
            points = [Point(with_lever(scenario, name)) for name in names]
            title = "tipping points with levers"
            tips, _ = runs.done("tipping_with_levers", title, model, points, few)
            by_lever = tips["start"].to_numpy().reshape(len(names), few)
            moved = {name: tipping_of(by_lever[i], seed) for i, name in enumerate(names)}
    expected = _expect(scenario, seed, progress("mean field"), runs.folder("mean_field"))
    loop = None if along is None else _loop(scenario, along, few, runs)
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


def _from(*starts: float) -> list[Point]:
    return [Point(dict.fromkeys(STARTED, start)) for start in starts]


def _rests(paths: Values) -> Values:
    """Credibility and execution over the last year; shape (points, replicates, 2)."""
    return np.asarray(paths[..., -MONTHS_A_YEAR:].mean(axis=-1))


def _expect(
    scenario: Scenario, seed: int, progress: Progress, kept: Path | None
) -> Expected | None:
    if not _has_mean_field(scenario):
        return None
    parts = 4

    def compute() -> Expected:
        held = held_traits(scenario, seed)
        field = MeanField(scenario, held)
        progress(0, parts)
        made = scans(field)
        progress(1, parts)
        points = resting_points(field, made)
        progress(2, parts)
        tips = tipping_point(field)
        progress(3, parts)
        stable = [point for point in points if point.stable]
        left, gains = None, None
        if stable:
            here = MeanField(scenario, held, stable[-1].silent)
            left = response(here, stable[-1].state, FOLLOWED)
            gains = loop_gain(here, stable[-1].state, FOLLOWED)
        trust_still, norm_still = nullclines(field, made=made)
        return Expected(points, tips, left, gains, trust_still, norm_still)

    found = compute() if kept is None else arrays.kept(kept, Expected, compute)
    progress(parts, parts)
    return found


def _loop(scenario: Scenario, along: Along, replicates: int, runs: _Runs) -> Loop:
    key, low, high = along
    values = np.linspace(low, high, ALONG)
    points = [
        Point({key: float(value), **dict.fromkeys(STARTED, start)})
        for start in (LOW, HIGH)
        for value in values
    ]
    paths = runs.paths("along", f"along {key}", scenario, points, replicates)
    rests = _rests(paths)[:, :, 0].reshape(2, ALONG, replicates)
    branches: list[Branch] = []
    if _has_mean_field(scenario):
        publics = (False, True) if scenario.public.exit_below > 0.0 else (False,)
        progress = runs.progress(f"mean field along {key}")
        for done, silent in enumerate(publics):
            progress(done, len(publics))

            def compute(silent: bool = silent) -> Branch:
                field = MeanField(scenario, held_traits(scenario, runs.seed), silent)
                return continuation(field, key, low, high)

            folder = runs.folder("branch_silent" if silent else "branch_open")
            branches.append(compute() if folder is None else arrays.kept(folder, Branch, compute))
        progress(len(publics), len(publics))
    return Loop(key, values, rests[0], rests[1], tuple(branches))


def with_lever(scenario: Scenario, name: str) -> dict[str, Any]:
    """Settings that apply one lever at full strength from the first month on."""
    pulled: Any = Reform(lever=name, intensity=1.0, months=None, departments=None)
    reforms = [one.model_dump(mode="json") for one in (*scenario.reform, pulled)]
    return {"reform": reforms, "clock.reform_starts": 0}


def _has_mean_field(scenario: Scenario) -> bool:
    try:
        MeanField(scenario)
    except BadInput:
        return False
    return not scenario.organisation.above and scenario.organisation.posts is None


def held_traits(scenario: Scenario, seed: int) -> dict[str, float]:
    """Means at the end of a run of the traits that are constant in the mean field."""
    plan = planned(scenario)
    world = plan.begin(seed)
    plan.loop.run_months(world, 0, scenario.clock.months)
    names = ("capability", "inertia", "connection", "merit_belief")
    return {name: float(world.officers[name].mean()) for name in names}
