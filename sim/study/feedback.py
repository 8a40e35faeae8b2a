"""Measures the feedback of trust and execution: response to a shock, and resting values.

Runs from low and from high starts show whether the start matters in the long run. If it does,
bisection finds the tipping point of each replicate: the lowest start from which it recovers.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from sim.calendar import MONTHS_A_YEAR
from sim.errors import BadInput
from sim.machine.loop import Progress
from sim.study import arrays
from sim.study.circle import Circle, Rests, measure_circle, with_lever
from sim.study.estimate import Estimate, estimate
from sim.study.in_parts import Runs
from sim.study.points import Point
from sim.study.progress_by_part import ProgressByPart, quietly
from sim.study.tipping import HIGH, LOW, NORMS, ROUGHLY, STARTED, Recovery, Tipping, tipping_of
from sim.study.twins import FOLLOWED, Response, Values, planned, respond, spiral_gain
from sim.theory.basins import ends, gain_from, separatrix, tipping_point
from sim.theory.continuation import Branch, continuation
from sim.theory.mean_field import MeanField
from sim.theory.resting import RestingPoint, loop_gain, nullclines, response, resting_points, scans
from sim.world.scenario import Scenario

# Number of values of a setting at which a hysteresis loop is measured.
ALONG = 9
# Starts of the paths in the phase portrait.
STARTS = (0.1, 0.3, 0.5, 0.7, 0.9)
# Most replicates of paths, of tipping points with levers, and of hysteresis loops.
FEW = 6
MOST_MONTHS = 1_200
MOST_REPLICATES = 10_000


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
    # The gain if officers meet less trust from the start at which the map tips, (months + 1,), and
    # the lowest trust that recovers by the norm at the start, (norms,): 0 if all do, 1 if none
    # does. None if it does not tip.
    gains_at_tipping: Values | None
    curve: Values | None
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
    # None where the mean field cannot represent the scenario.
    expected: Expected | None
    loop: Loop | None
    circle: Circle

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


def rest_apart(low: Values, high: Values) -> bool:
    """Whether runs from low and from high starts rest apart, so that there is a vicious circle.

    Each is the resting credibility of runs, shape (replicates,).
    """
    return float(high.mean() - low.mean()) > APART


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


def measure(
    scenario: Scenario,
    replicates: int,
    seed: int,
    cut: float = 0.2,
    month: int = 60,
    workers: int | None = None,
    levers: tuple[str, ...] | None = None,
    along: Along | None = None,
    progress: ProgressByPart = quietly,
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
    runs = Runs(seed, workers, kept, progress)
    shock = scenario, cut, month, replicates, seed, workers
    response_ = respond(*shock, progress("twin runs"), runs.folder("twins"))
    gains = spiral_gain(*shock, progress("open loop"), runs.folder("open_loop"))
    low, high = rests_of(
        runs.paths("starts", "starts low and high", scenario, _from(LOW, HIGH), replicates)
    )
    few = min(replicates, FEW)
    paths = runs.paths("paths", "paths", scenario, _from(*STARTS), few)
    tipping, moved = None, {}
    names = tuple(scenario.levers) if levers is None else levers
    if rest_apart(low[:, 0], high[:, 0]):
        middle = float(0.5 * (low[:, 0].mean() + high[:, 0].mean()))
        model = Recovery(scenario, middle)
        own = runs.measured("tipping", "tipping points", model, [Point()], replicates)
        tipping = tipping_of(own[0, :, 0], seed)
        if names:
            points = [Point(with_lever(scenario, name)) for name in names]
            title = "tipping points with levers"
            roughly = Recovery(scenario, middle, None, ROUGHLY)
            by_lever = runs.measured("tipping_with_levers", title, roughly, points, few)[:, :, 0]
            moved = {name: tipping_of(by_lever[i], seed) for i, name in enumerate(names)}
    rests = Rests(float(low[:, 0].mean()), float(high[:, 0].mean()), tipping)
    field = None
    if _has_mean_field(scenario):
        field = MeanField(scenario, held_traits(scenario, seed))
    circle = measure_circle(scenario, rests, field, names, cut, month, few, runs)
    expected = None
    if field is not None:
        expected = _expect(field, circle, progress("mean field"), runs.folder("mean_field"))
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
        circle,
    )


def _from(*starts: float) -> list[Point]:
    return [Point(dict.fromkeys(STARTED, start)) for start in starts]


def rests_of(paths: Values) -> Values:
    """Credibility and execution over the last year; shape (points, replicates, 2)."""
    return np.asarray(paths[..., -MONTHS_A_YEAR:].mean(axis=-1))


def _expect(field: MeanField, circle: Circle, progress: Progress, kept: Path | None) -> Expected:
    parts = 5

    def compute() -> Expected:
        progress(0, parts)
        made = scans(field)
        progress(1, parts)
        points = resting_points(field, made)
        progress(2, parts)
        rests = ends(field)
        tips = tipping_point(field, rests)
        progress(3, parts)
        at_tipping = curve = None
        if tips is not None:
            at_tipping = gain_from(field, tips, circle.reduction or 0.5 * tips, FOLLOWED)
            curve = separatrix(field, NORMS, rests)
        progress(4, parts)
        stable = [point for point in points if point.stable]
        left, gains = None, None
        if stable:
            here = field.with_citizens(stable[-1].silent)
            left = response(here, stable[-1].state, FOLLOWED)
            gains = loop_gain(here, stable[-1].state, FOLLOWED)
        trust_still, norm_still = nullclines(field, made=made)
        return Expected(points, tips, left, gains, at_tipping, curve, trust_still, norm_still)

    found = compute() if kept is None else arrays.kept(kept, Expected, compute)
    progress(parts, parts)
    return found


def _loop(scenario: Scenario, along: Along, replicates: int, runs: Runs) -> Loop:
    key, low, high = along
    values = np.linspace(low, high, ALONG)
    points = [
        Point({key: float(value), **dict.fromkeys(STARTED, start)})
        for start in (LOW, HIGH)
        for value in values
    ]
    paths = runs.paths("along", f"along {key}", scenario, points, replicates)
    rests = rests_of(paths)[:, :, 0].reshape(2, ALONG, replicates)
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
