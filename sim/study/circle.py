"""Whether there is a vicious circle, where it begins, and what breaks it.

A vicious circle is a lower rest that runs do not leave: it begins below a tipping point, which
depends on trust and on the norm, and is broken by a lever that brings a low start to the upper
rest. What runs through trust is found with ``structure.trust_feedback`` off, where officers meet
for ever the trust of the upper rest.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from sim.calendar import MONTHS_A_YEAR
from sim.declare import Unfollowed
from sim.machine.loop import ALONE, Crew
from sim.study.estimate import Estimate, estimate
from sim.study.in_parts import Runs
from sim.study.points import Point
from sim.study.tipping import (
    HIGH,
    LOW,
    NORMS,
    ROUGHLY,
    STARTED,
    TRUST,
    LastingLoss,
    Recovery,
    Tipping,
    WholeRuns,
    started,
    tipping_of,
)
from sim.study.twins import Response, Values, planned, respond, spiral_gain
from sim.theory.mean_field import MeanField
from sim.world.levers import Reform
from sim.world.scenario import Scenario

# Strengths of levers that are tried, as shares of their full strength.
STRENGTHS = (0.25, 0.5, 0.75, 1.0)
# A department has changed sides if it has passed three quarters of the way between the rests.
PASSED = 0.75
FEEDBACK = "structure.trust_feedback"
# Month before which the gain at the tipping point is measured: as near to the start as can be.
AT_ONCE = 1


@dataclass(frozen=True)
class Sides(WholeRuns):
    """A ``Model`` of departments that rest high or low, and of those that change sides.

    Measures are the share of departments that are high after half of the run and at its end, and
    the moves down and up in the second half, per 100 department-years. ``low`` and ``high`` are the
    credibility at the two rests.
    """

    low: float
    high: float
    measures: tuple[str, ...] = ("half", "end", "falls", "returns")
    columns: tuple[str, ...] = ()
    large: bool = False

    def identity(self) -> dict[str, Any]:
        """The scenario's settings and the two rests."""
        about = {"scenario": self.scenario.identity(), "passed": PASSED}
        return {**about, "low": self.low, "high": self.high}

    def runs(
        self, point: Point, seed: int, replicates: range, crew: Crew = ALONE
    ) -> tuple[Values, Values]:
        """The measures of each replicate, shape (runs, 4), and an empty series."""
        plan = planned(self.scenario.replace(point.settings))
        found = []
        for replicate in replicates:
            world = plan.begin(seed, replicate)
            serving = world.departments["citizens"] > 0
            years = []
            for first in range(0, self.months, MONTHS_A_YEAR):
                plan.loop.run_months(world, first, min(first + MONTHS_A_YEAR, self.months))
                years.append(world.departments["credibility"][serving])
            found.append(self._moves(np.array(years)))
        return np.array(found), np.empty((len(found), 0, 0))

    def _moves(self, trust: Values) -> Values:
        """The measures, from credibility by year, (years, departments)."""
        width = self.high - self.low
        above = trust[0] >= self.low + 0.5 * width
        sides = []
        for now in trust:
            up, down = now >= self.low + PASSED * width, now <= self.high - PASSED * width
            above = np.where(above, ~down, up)
            sides.append(above)
        side = np.array(sides)
        half = len(side) // 2
        before, after = side[half:-1], side[half + 1 :]
        years = max(1, before.size) / 100.0
        falls, returns = (before & ~after).sum() / years, (~before & after).sum() / years
        return np.array([side[half].mean(), side[-1].mean(), falls, returns])


@dataclass(frozen=True)
class Curve:
    """The tipping curve: the lowest trust from which a run recovers, by the norm at the start."""

    norms: tuple[float, ...]
    tips: tuple[Tipping, ...]


@dataclass(frozen=True)
class Through:
    """The effect of a lever on execution, and what is left of it without feedback of trust."""

    effect: Estimate
    without: Estimate

    @property
    def share(self) -> float | None:
        """Share of the effect that runs through trust; None if chance could explain the effect."""
        if self.effect.low <= 0.0 <= self.effect.high:
            return None
        return 1.0 - self.without.value / self.effect.value


@dataclass(frozen=True)
class Without:
    """Runs without one of the things that the mean field does not follow."""

    left_out: Unfollowed
    # Credibility at rest from a high start, and the tipping point if there is a circle.
    rest: Estimate
    tipping: Tipping | None


@dataclass(frozen=True)
class Circle:
    """What is found of the vicious circle of one scenario."""

    # None where there is no circle.
    curve: Curve | None
    # Smallest loss of trust at the upper rest that lasts, and the norm there.
    loss: Tipping | None
    norm_at_rest: float | None
    # Spiral gain by twin runs from the tipping point, (replicates, months), and the reduction.
    gains: Values | None
    reduction: float | None
    # Shares of departments and moves, as in ``Sides``, from a low and from a high start; (2, 4).
    sides: Values | None
    # Credibility over the last year from a low start by lever and strength, (levers, STRENGTHS).
    doses: dict[str, Values]
    # The midpoint of the two rests: a low start is brought up if it ends above.
    middle: float
    through: dict[str, Through]
    # Response to the cut without feedback of trust.
    response: Response
    without: tuple[Without, ...]

    def strength(self, lever: str) -> float | None:
        """The least strength tried at which a lever, alone, brings a low start up; None if none."""
        enough = np.flatnonzero(self.doses[lever] >= self.middle)
        return STRENGTHS[int(enough[0])] if enough.size else None

    @property
    def breakers(self) -> tuple[str, ...]:
        """Levers that bring a low start up, the one that needs the least strength first.

        Of levers with the same strength, the one with the higher credibility is first.
        """
        able = {name: self.strength(name) for name in self.doses}

        def order(name: str) -> tuple[float, float]:
            strength = able[name] or 0.0
            return strength, -float(self.doses[name][STRENGTHS.index(strength)])

        return tuple(sorted((name for name in able if able[name] is not None), key=order))


def with_lever(scenario: Scenario, name: str, strength: float = 1.0) -> dict[str, Any]:
    """Settings that apply one lever at a strength, 0 to 1, from the first month on."""
    pulled: Any = Reform(lever=name, intensity=strength, months=None, departments=None)
    reforms = [one.model_dump(mode="json") for one in (*scenario.reform, pulled)]
    return {"reform": reforms, "clock.reform_starts": 0}


@dataclass(frozen=True)
class Rests:
    """What is known of a scenario before its circle is measured."""

    # Credibility at rest from a low and a high start, and the tipping point; None without one.
    low: float
    high: float
    tipping: Tipping | None

    @property
    def middle(self) -> float:
        """Midpoint of the two rests: a run above it counts as recovered."""
        return 0.5 * (self.low + self.high)


def measure_circle(
    scenario: Scenario,
    rests: Rests,
    field: MeanField | None,
    levers: tuple[str, ...],
    cut: float,
    month: int,
    few: int,
    runs: Runs,
) -> Circle:
    """Measure the circle of a scenario from ``few`` replicates of each run.

    ``rests`` says where runs end, ``field`` is the mean field if there is one; ``cut`` of trust
    before ``month`` is that of the twin runs.
    """
    tips, middle = rests.tipping, rests.middle
    curve = loss = norm = gains = sides = reduction = None
    doses: dict[str, Values] = {}
    if tips is not None:
        curve = _curve(scenario, middle, few, runs)
        model = LastingLoss(scenario, middle, min(month, scenario.clock.months // 2))
        found = runs.measured("lasting_loss", "losses that last", model, [Point()], few)[0]
        loss, norm = tipping_of(found[:, 0], runs.seed), float(found[:, 1].mean())
        # Half of the trust there is, so that officers never meet less than none.
        reduction = min(cut, 0.5 * tips.value.value)
        if reduction > 0.0:
            here = started(scenario, tips.value.value)
            told = runs.progress("open loop at the tipping point")
            args = (here, reduction, AT_ONCE, few, runs.seed, runs.workers)
            gains = spiral_gain(*args, told, runs.folder("at_tipping"))
        ends = [Point(dict.fromkeys(STARTED, start)) for start in (LOW, HIGH)]
        both = Sides(scenario, rests.low, rests.high)
        title = "departments that change sides"
        sides = runs.measured("sides", title, both, ends, few).mean(axis=1)
        doses = _doses(scenario, levers, few, runs)
    return Circle(
        curve,
        loss,
        norm,
        gains,
        reduction if gains is not None else None,
        sides,
        doses,
        middle,
        _through(scenario, rests.high, levers, few, runs),
        _without_feedback(scenario, rests.high, cut, month, few, runs),
        _sizes(scenario, rests, field, few, runs),
    )


def _curve(scenario: Scenario, recovered: float, few: int, runs: Runs) -> Curve:
    tips = []
    for norm in NORMS:
        model = Recovery(scenario, recovered, norm, ROUGHLY)
        part, title = f"curve_{norm:g}", f"tipping points at a norm of {norm:g}"
        found = runs.measured(part, title, model, [Point()], few)
        tips.append(tipping_of(found[0, :, 0], runs.seed))
    return Curve(NORMS, tuple(tips))


def _doses(scenario: Scenario, levers: tuple[str, ...], few: int, runs: Runs) -> dict[str, Values]:
    if not levers:
        return {}
    low = dict.fromkeys(STARTED, LOW)
    points = [
        Point({**with_lever(scenario, name, strength), **low})
        for name in levers
        for strength in STRENGTHS
    ]
    paths = runs.paths("breaks", "what breaks the circle", scenario, points, few)
    ends = paths[:, :, 0, -MONTHS_A_YEAR:].mean(axis=(1, 2)).reshape(len(levers), -1)
    return dict(zip(levers, ends, strict=True))


def _through(
    scenario: Scenario, rest: float, levers: tuple[str, ...], few: int, runs: Runs
) -> dict[str, Through]:
    """Effects of levers at the upper rest, with feedback of trust and with trust that is held."""
    if not levers:
        return {}
    at_rest = scenario.replace({TRUST: rest})
    settings = [{}, *(with_lever(scenario, name) for name in levers)]
    points = [Point({**one, FEEDBACK: form}) for form in ("on", "off") for one in settings]
    paths = runs.paths("through_trust", "effects without feedback", at_rest, points, few)
    ends = paths[:, :, 1, -MONTHS_A_YEAR:].mean(axis=2).reshape(2, len(settings), few)
    effects = ends[:, 1:] - ends[:, :1]
    return {
        name: Through(*(estimate(form[i], runs.seed) for form in effects))
        for i, name in enumerate(levers)
    }


def _without_feedback(
    scenario: Scenario, rest: float, cut: float, month: int, few: int, runs: Runs
) -> Response:
    held = scenario.replace({TRUST: rest, FEEDBACK: "off"})
    progress, folder = runs.progress("twin runs without feedback"), runs.folder("twins_off")
    return respond(held, cut, month, few, runs.seed, runs.workers, progress, folder)


def _sizes(
    scenario: Scenario, rests: Rests, field: MeanField | None, few: int, runs: Runs
) -> tuple[Without, ...]:
    """Where runs rest and tip without each of the things that the mean field leaves out."""
    left_out = () if field is None else field.left_out
    if not left_out:
        return ()
    points = [Point(dict(one.without)) for one in left_out]
    high = [Point({**one.settings, **dict.fromkeys(STARTED, HIGH)}) for one in points]
    title = "rests without what the mean field leaves out"
    paths = runs.paths("rests_without", title, scenario, high, few)
    ends = paths[:, :, 0, -MONTHS_A_YEAR:].mean(axis=2)
    tips: list[Tipping | None] = [None] * len(points)
    if rests.tipping is not None:
        near = rests.tipping.value.value
        model = Recovery(scenario, rests.middle, None, ROUGHLY, near)
        title = "tipping points without what the mean field leaves out"
        found = runs.measured("tipping_without", title, model, points, few)[:, :, 0]
        tips = [tipping_of(one, runs.seed) for one in found]
    return tuple(
        Without(one, estimate(ends[i], runs.seed), tips[i]) for i, one in enumerate(left_out)
    )
