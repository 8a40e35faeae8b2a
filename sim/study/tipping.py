"""Tipping points: the starts, and the losses of trust, from which a run recovers.

A start has two parts, the mean trust of citizens and the norm of officers. A tipping point in trust
therefore depends on the norm that goes with it; ``Recovery`` finds it for a norm that is held, or
for one that begins where trust does. ``LastingLoss`` begins at the upper rest instead of a start.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from sim.calendar import MONTHS_A_YEAR
from sim.machine.loop import ALONE, Crew
from sim.study.estimate import Estimate, estimate
from sim.study.points import Point
from sim.study.twins import Values, cut_trust, planned
from sim.summaries import monthly
from sim.world.plan import Plan
from sim.world.scenario import Scenario
from sim.world.state import World

LOW, HIGH = 0.1, 0.9
# Steps of the bisection that finds a tipping point, and one of many with other settings.
HALVINGS, ROUGHLY = 7, 5
# Settings that a start sets.
TRUST, NORM = "public.trust.mean", "start.norm_at_start"
STARTED = (TRUST, NORM)
# Norms for which the tipping point in trust alone is found.
NORMS = (0.1, 0.3, 0.5, 0.7, 0.9)


def started(scenario: Scenario, trust: float, norm: float | None = None) -> Scenario:
    """The scenario with mean trust and norm at the start, 0 to 1.

    Without ``norm``, the norm begins where trust does. Raises BadInput if one is out of range.
    """
    return scenario.replace({TRUST: trust, NORM: trust if norm is None else norm})


def lowest(recovers: Callable[[float], bool], halvings: int, near: float | None = None) -> float:
    """The lowest value, 0 to 1, that ``recovers``; -1 if all do, NaN if none does.

    What recovers, does so from all higher values. The result is the middle of one of
    2 ^ ``halvings`` parts of the range, found by bisection, or, if it is expected ``near`` a value,
    by steps away from there that double.
    """
    parts = 2**halvings
    # Ends of parts, by number: one that does not recover, and one that does.
    low, high = -1, parts + 1
    at = (low + high) // 2 if near is None else round(near * parts)
    step = 1
    while high - low > 1:
        if recovers(at / parts):
            high = at
        else:
            low = at
        if near is None or (low >= 0 and high <= parts):
            at = (low + high) // 2
        else:
            at = max(high - step, 0) if low < 0 else min(low + step, parts)
            step *= 2
    if high == 0:
        return -1.0
    return float("nan") if low == parts else 0.5 * (low + high) / parts


def last_year(world: World) -> float:
    """Mean credibility of the last year of a run."""
    return float(monthly(world.tallies, ("credibility",))[0, -MONTHS_A_YEAR:].mean())


@dataclass(frozen=True)
class WholeRuns:
    """Base of models that measure one or several whole runs of a scenario in each replicate."""

    scenario: Scenario

    @property
    def runs_each(self) -> int:
        """Runs in a replicate, usually."""
        return 1

    @property
    def months(self) -> int:
        """Length of a run."""
        return self.scenario.clock.months

    @property
    def work(self) -> float:
        """Officer-months of a replicate."""
        return float(self.scenario.total_posts * self.months * self.runs_each)


@dataclass(frozen=True)
class Recovery(WholeRuns):
    """A ``Model`` whose measure is the tipping point: the lowest start from which a run recovers.

    A start is of trust, with the norm ``norm``, or, if that is None, of trust and norm together. A
    run has recovered if its credibility over the last year is ``recovered`` or more. The measure
    is -1 if every start recovers, and NaN if none does. ``near`` is where it is expected, if known.
    """

    recovered: float
    norm: float | None = None
    halvings: int = HALVINGS
    near: float | None = None
    measures: tuple[str, ...] = ("start",)
    columns: tuple[str, ...] = ()
    large: bool = False

    @property
    def runs_each(self) -> int:
        """Runs of a bisection, usually."""
        return self.halvings + 1

    def identity(self) -> dict[str, Any]:
        """The scenario's settings, what counts as recovered, and the norm that is held."""
        about = {"scenario": self.scenario.identity(), "halvings": self.halvings}
        return {**about, "recovered": self.recovered, "norm": self.norm, "near": self.near}

    def runs(
        self, point: Point, seed: int, replicates: range, crew: Crew = ALONE
    ) -> tuple[Values, Values]:
        """The tipping point of each replicate, shape (runs, 1), and an empty series."""
        plan = planned(self.scenario.replace(point.settings))
        found = [[self._tips(plan, seed, replicate)] for replicate in replicates]
        return np.array(found), np.empty((len(found), 0, 0))

    def _tips(self, plan: Plan, seed: int, replicate: int) -> float:
        """The tipping point of one replicate, 0 to 1, by bisection."""

        def recovers(start: float) -> bool:
            begun = plan.changed(started(plan.scenario, start, self.norm))
            world = begun.begin(seed, replicate)
            plan.loop.run_months(world, 0, self.months)
            return last_year(world) >= self.recovered

        return lowest(recovers, self.halvings, self.near)


@dataclass(frozen=True)
class LastingLoss(WholeRuns):
    """A ``Model`` whose measure is the smallest loss of trust, at the upper rest, that lasts.

    A run begins high. Before ``month`` everybody's trust, and nothing else, is cut; a cut lasts if
    credibility over the last year is below ``recovered``. This is the resilience of the upper rest
    (Holling 1973). The measure is -1 if a run ends low without a cut, and NaN if no cut lasts. A
    second measure is the norm in the month before, 0 to 1.
    """

    recovered: float
    month: int
    measures: tuple[str, ...] = ("loss", "norm")
    columns: tuple[str, ...] = ()
    large: bool = False

    @property
    def runs_each(self) -> int:
        """Runs of a bisection, usually."""
        return ROUGHLY + 1

    def identity(self) -> dict[str, Any]:
        """The scenario's settings, the month, and what counts as recovered."""
        about = {"scenario": self.scenario.identity(), "halvings": ROUGHLY, "month": self.month}
        return {**about, "recovered": self.recovered}

    def runs(
        self, point: Point, seed: int, replicates: range, crew: Crew = ALONE
    ) -> tuple[Values, Values]:
        """The loss, and the norm before it, of each replicate, (runs, 2); an empty series."""
        plan = planned(started(self.scenario.replace(point.settings), HIGH))
        run_months = plan.loop.run_months
        found = []
        for replicate in replicates:
            world = plan.begin(seed, replicate)
            run_months(world, 0, self.month)

            def lasts(cut: float, world: World = world) -> bool:
                twin = world.copied()
                cut_trust(twin, cut)
                run_months(twin, self.month, self.months)
                return last_year(twin) < self.recovered

            norm = float(monthly(world.tallies[: self.month], ("norm",))[0, -1])
            found.append([lowest(lasts, ROUGHLY), norm])
        return np.array(found), np.empty((len(found), 0, 0))


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
    return Tipping(estimate(within(found), seed), always, never)


def within(found: Values) -> Values:
    """Tipping points as ``Recovery`` gives them, as starts: 0 if all recover, 1 if none does."""
    return np.asarray(np.where(np.isnan(found), 1.0, np.maximum(found, 0.0)))
