"""The spiral of trust and execution, measured: what a shock does, and where runs come to rest.

Twin runs share every draw. In one pair they differ by one cut of trust, and what is left of it is
followed. In another they differ by the trust that officers meet, and the spiral gain is how much of
that loss citizens' trust really follows: 0 where nothing comes back, above 1 where a loss brings
about a greater one. Runs from low and from high starts tell whether the start matters for good; if
it does, bisection finds the start that parts those that recover from those that do not, replicate
by replicate.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim import month as months
from sim.engine import run_months
from sim.errors import BadInput
from sim.levers import Reform
from sim.meanfield import MeanField
from sim.month import MONTHS_A_YEAR
from sim.resting import (
    Branch,
    RestingPoint,
    continuation,
    loop_gain,
    nullclines,
    response,
    resting_points,
    tipping_point,
)
from sim.scenario import Scenario
from sim.state import World
from sim.study.estimate import Estimate, estimate, mean_intervals
from sim.study.side_by_side import side_by_side
from sim.world import Plan

Values = NDArray[np.float64]
LOW, HIGH = 0.1, 0.9
# Months after a cut that are followed.
FOLLOWED = 60
# Halvings of the range of starts in which a tipping point is looked for.
HALVINGS = 7
# Values of a setting at which a hysteresis loop is measured.
ALONG = 9
# Starts of the paths in the phase portrait.
STARTS = (0.1, 0.3, 0.5, 0.7, 0.9)
_TICKS = Callable[[int, int], None]


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


def _planned(scenario: Scenario) -> Plan:
    text = scenario.model_dump_json()
    if text not in _PLANS:
        if len(_PLANS) >= _KEPT:
            _PLANS.pop(next(iter(_PLANS)))
        _PLANS[text] = Plan(scenario)
    return _PLANS[text]


def _twin(job: Job) -> Values:
    """Credibility and execution, with a cut and without, and the cut; shape (5, months + 1)."""
    world = _planned(job.scenario).begin(job.seed, job.replicate)
    run_months(world, 0, job.month)
    twin = World._make(part.copy() if isinstance(part, np.ndarray) else part for part in world)
    taken = cut_trust(twin, job.cut)
    paths = []
    last = job.month + FOLLOWED
    for one in (twin, world):
        run_months(one, job.month, last)
        sums = {
            name: one.tallies[name][job.month : last].sum(axis=1)
            for name in ("trust", "citizens", "delivered", "fronts")
        }
        paths += [sums["trust"] / sums["citizens"], sums["delivered"] / sums["fronts"]]
    return np.array([*paths, np.full(FOLLOWED, taken)])


def _month_by_month(
    world: World, first: int, last: int, met: list[tuple[Values, Values]] | None
) -> list[tuple[Values, Values]]:
    """Run months phase by phase; officers meet the trust and cooperation of ``met`` if given.

    Returns what they met: credibility and cooperation by department, a pair each month.
    """
    kept = []
    phases = [getattr(months, name) for name in months.phases()]
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
        if months.is_year_end(month):
            for d in departments:
                months.appraise_and_renew(world, d, month)
        records = world.departments
        kept.append((records["credibility"].copy(), records["willing"].copy()))
    return kept


def _open_loop(job: Job) -> Values:
    """Trust really lost, over what officers meet less of, month by month; shape (months,)."""
    world = _planned(job.scenario).begin(job.seed, job.replicate)
    run_months(world, 0, job.month)
    twin = World._make(part.copy() if isinstance(part, np.ndarray) else part for part in world)
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
        one.tallies["trust"][job.month : last].sum(axis=1)
        / one.tallies["citizens"][job.month : last].sum(axis=1)
        for one in (world, twin)
    )
    return np.asarray((trust - theirs) / job.cut)


def spiral_gain(
    scenario: Scenario,
    cut: float,
    month: int,
    replicates: int,
    seed: int,
    workers: int | None = None,
    progress: _TICKS = lambda done, total: None,
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
    progress: _TICKS = lambda done, total: None,
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


def started(scenario: Scenario, start: float) -> Scenario:
    """The scenario with trust and norm beginning at one value."""
    return scenario.replace({"public.trust.mean": start, "start.norm_at_start": start})


def _path(job: Job) -> Values:
    """Credibility and execution by month; shape (2, months)."""
    scenario = job.scenario
    world = _planned(started(scenario, job.start)).begin(job.seed, job.replicate)
    run_months(world, 0, scenario.clock.months)
    sums = {
        name: world.tallies[name].sum(axis=1)
        for name in ("trust", "citizens", "delivered", "fronts")
    }
    return np.array([sums["trust"] / sums["citizens"], sums["delivered"] / sums["fronts"]])


def _rest(job: Job) -> Values:
    """Credibility and execution over the last year; shape (2,)."""
    return np.asarray(_path(job)[:, -MONTHS_A_YEAR:].mean(axis=1))


def _tipping(job: Job) -> float:
    """The lowest start from which this replicate recovers; −1 from all, NaN from none.

    Among starts from 0 to 1, halved so often that the range left is under a hundredth.
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
    """Where a start tips, over replicates: how many always or never recover, and the others' mean.

    ``value`` is the mean over all, with 0 for those that always and 1 for those that never recover.
    """

    value: Estimate
    always: int
    never: int


def tipping_of(found: Values, seed: int) -> Tipping:
    """Sum up what the replicates gave."""
    always, never = int((found < 0.0).sum()), int(np.isnan(found).sum())
    held = np.where(np.isnan(found), 1.0, np.maximum(found, 0.0))
    return Tipping(estimate(held, seed), always, never)


@dataclass(frozen=True)
class Loop:
    """Rests from low and high starts while a setting moves; credibility, (values, replicates)."""

    key: str
    values: Values
    from_low: Values
    from_high: Values
    # Of the mean field, with an open and with a silent public.
    branches: tuple[Branch, ...]


@dataclass(frozen=True)
class Expected:
    """What the mean field says: resting points, tipping point, response, gain at the highest."""

    points: list[RestingPoint]
    tipping: float | None
    response: Values | None
    gains: Values | None
    # Credibility and execution along the two nullclines, each of shape (points, 2).
    trust_still: Values
    norm_still: Values


@dataclass(frozen=True)
class Spiral:
    """All that is measured of one scenario's spiral."""

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
    # None where the mean field cannot be made: several tiers, a table of posts, many ranks.
    expected: Expected | None
    loop: Loop | None

    def rest(self, ends: Values) -> Estimate:
        """Credibility at rest, of ``from_low`` or ``from_high``."""
        return estimate(ends[:, 0], self.seed)

    @property
    def width(self) -> Estimate:
        """Hysteresis: credibility reached from a high start less that from a low one."""
        return estimate(self.from_high[:, 0] - self.from_low[:, 0], self.seed)

    def gain(self, after: int) -> Estimate:
        """Spiral gain so many months after."""
        return estimate(self.gains[:, after - 1], self.seed)

    @property
    def regime(self) -> str:
        """Whether the loop amplifies a loss of trust or absorbs it, where the interval tells."""
        gain = self.gain(FOLLOWED)
        if gain.low > 1.0:
            return "amplifying"
        return "absorbing" if gain.high < 1.0 else "near the edge"

    @property
    def middle(self) -> float:
        """Credibility half way between the two rests: from there on a run counts as recovered."""
        return float(0.5 * (self.from_low[:, 0].mean() + self.from_high[:, 0].mean()))


# Less of a difference between rests is no hysteresis worth a tipping point.
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
    progress: Callable[[str], _TICKS] = lambda title: lambda done, total: None,
) -> Spiral:
    """Measure the spiral of a scenario. Raises BadInput for a cut or month that cannot be.

    ``levers`` names those whose tipping points are looked for, all if None. ``along`` is a setting
    and its range for a hysteresis loop. ``progress`` gives a function to be told of progress for
    each part by its title.
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


def _expect(scenario: Scenario, seed: int, progress: _TICKS) -> Expected | None:
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
    progress: _TICKS,
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
    """Means, as a run of the scenario ends, of traits that the mean field holds still."""
    world = _planned(scenario).begin(seed)
    run_months(world, 0, scenario.clock.months)
    names = ("capability", "inertia", "connection", "merit_belief")
    return {name: float(world.officers[name].mean()) for name in names}
