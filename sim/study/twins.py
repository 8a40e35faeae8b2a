"""Twin runs: two runs with the same random draws that differ by one shock to trust.

One kind of pair cuts everybody's trust once, and measures the part of the cut that persists. In the
other kind officers perceive less trust than citizens have, and citizens' real loss of trust is
measured. This loss, divided by the reduction, is the spiral gain: 0 if trust does not respond,
above 1 if a loss of trust causes a larger loss.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim import month as months
from sim import phases, year_end
from sim.machine.compiled import called_often
from sim.machine.loop import ALONE, Crew, Loop, Progress, prepared_by, quiet
from sim.mechanisms import public
from sim.monthly_sums import add_up
from sim.study.carry_out import Work, carried_out
from sim.study.estimate import Estimate, estimate, mean_intervals
from sim.study.points import Point
from sim.summaries import monthly
from sim.world.plan import Plan
from sim.world.scenario import Scenario
from sim.world.state import World

Values = NDArray[np.float64]
# What officers meet of their citizens, by department.
MET = ("credibility", "willing", "petitioning", "withdrawn")
# Number of months after a shock for which it is measured.
FOLLOWED = 60


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
    if feedback_on(world):
        leads = np.maximum(0.0, world.citizens["trust_in_centre"] - world.citizens["trust"])
        leads[world.citizens["silent"] > 0] = 0.0
        for name, values in (
            ("credibility", world.citizens["trust"]),
            ("willing", speaking),
            ("petitioning", leads),
        ):
            departments[name][own] = np.add.reduceat(values, first) / number
    return float(before - world.citizens["trust"].mean())


def feedback_on(world: World) -> bool:
    """Whether officers meet citizens' trust as it is (``structure.trust_feedback``)."""
    return bool(public.met(1.0, 0.0, world.settings[0]))


# Plans of the scenarios that this process used last, by the scenario as JSON.
_PLANS: dict[str, Plan] = {}
_KEPT = 16


def planned(scenario: Scenario) -> Plan:
    """The plan of a scenario; the last few are kept."""
    text = scenario.model_dump_json()
    if text not in _PLANS:
        if len(_PLANS) >= _KEPT:
            _PLANS.pop(next(iter(_PLANS)))
        _PLANS[text] = Plan(scenario).whole()
    return _PLANS[text]


@dataclass(frozen=True)
class Shock:
    """Base of the two models of a shock to trust: a scenario, the month, and the cut."""

    scenario: Scenario
    month: int
    cut: float
    large: bool = False

    @property
    def months(self) -> int:
        """Months after the shock that are followed."""
        return FOLLOWED

    @property
    def work(self) -> float:
        """Officer-months of a pair of runs."""
        return float(self.scenario.total_posts * (self.month + 2 * FOLLOWED))

    def identity(self) -> dict[str, Any]:
        """The scenario's settings, the shock, and the number of months after it."""
        about = {"scenario": self.scenario.identity(), "month": self.month, "cut": self.cut}
        return {**about, "pair": type(self).__name__, "followed": FOLLOWED}

    def followed(self, point: Point) -> Scenario:
        """The scenario of a point, with a length that ends with the last month measured."""
        return self.scenario.replace({**point.settings, "clock.months": self.month + FOLLOWED})


@dataclass(frozen=True)
class Twins(Shock):
    """A ``Model`` of two runs, one with everybody's trust cut once; series by month after it."""

    measures: tuple[str, ...] = ("taken",)
    columns: tuple[str, ...] = ("cut_credibility", "cut_execution", "credibility", "execution")

    def runs(
        self, point: Point, seed: int, replicates: range, crew: Crew = ALONE
    ) -> tuple[Values, Values]:
        """Mean reduction of trust, (runs, 1), and series, (runs, months, columns).

        The reduction is below the cut if some citizens had less trust than that.
        """
        plan, last = planned(self.followed(point)), self.month + FOLLOWED
        run_months = plan.loop.run_months
        taken, paths = [], []
        for replicate in replicates:
            world = plan.begin(seed, replicate)
            run_months(world, 0, self.month)
            twin = world.copied()
            taken.append([cut_trust(twin, self.cut)])
            found: list[Values] = []
            for one in (twin, world):
                run_months(one, self.month, last)
                months_after = one.tallies[self.month : last]
                found += [*monthly(months_after, ("credibility", "execution_rate"))]
            paths.append(np.array(found).T)
        return np.array(taken), np.array(paths)


def _as_it_is(loop: Loop, world: World, first: int, last: int) -> list[Values]:
    """Run months; returns for each of them what officers meet, as in ``MET``, (4, departments)."""
    kept = []
    for month in range(first, last):
        loop.run_months(world, month, month + 1)
        kept.append(np.array([world.departments[name] for name in MET]))
    return kept


def _with_less(loop: Loop, world: World, first: int, met: list[Values]) -> None:
    """Run months, phase by phase, in which officers meet ``met`` instead of what there is.

    ``met`` has an array for each month: what officers meet, as in ``MET``, (4, departments).
    """

    def ready(rule: Any) -> Any:
        return called_often(rule, world, 0, 0)

    chosen = {phases.choose_conduct: loop.choose_conduct}
    work = [ready(chosen.get(phase, phase)) for phase in months.PHASES]
    exchange, renew = ready(phases.exchange), ready(year_end.appraise_and_renew)
    counted = 1 + months.PHASES.index(phases.take_stock_of_trust)
    departments = range(len(world.departments))
    columns = [world.departments[name] for name in MET]
    prepare = prepared_by(loop, world)
    for month, instead in enumerate(met, first):
        prepare(month)
        for d in departments:
            exchange(world, d, month)
        for d in departments:
            for phase in work[:counted]:
                phase(world, d, month)
            for column, values in zip(columns, instead, strict=True):
                column[d] = values[d]
            for phase in work[counted:]:
                phase(world, d, month)
        if year_end.is_year_end(month):
            for d in departments:
                renew(world, d, month)
        add_up(world, month)


@dataclass(frozen=True)
class OpenLoop(Shock):
    """A ``Model`` of two runs; in one of them officers meet less trust than citizens have.

    Its series is the spiral gain by month: the real loss of trust divided by the reduction.
    """

    measures: tuple[str, ...] = ("at_end",)
    columns: tuple[str, ...] = ("gain",)

    def runs(
        self, point: Point, seed: int, replicates: range, crew: Crew = ALONE
    ) -> tuple[Values, Values]:
        """The spiral gain in the last month, (runs, 1), and by month, (runs, months, 1)."""
        plan = planned(self.followed(point))
        loop = plan.loop
        gains = np.array([self._gain(loop, plan.begin(seed, one)) for one in replicates])
        return gains[:, -1:], gains[:, :, None]

    def _gain(self, loop: Loop, world: World) -> Values:
        loop.run_months(world, 0, self.month)
        twin = world.copied()
        last = self.month + FOLLOWED
        met = _as_it_is(loop, world, self.month, last)
        departments = twin.departments
        begun = self._less(np.array([departments[name] for name in MET]))
        for name, values in zip(MET, begun, strict=True):
            departments[name] = values
        _with_less(loop, twin, self.month, [self._less(one) for one in met])
        trust, theirs = (
            monthly(one.tallies[self.month : last], ("credibility",))[0] for one in (world, twin)
        )
        return np.asarray((trust - theirs) / self.cut)

    def _less(self, met: Values) -> Values:
        """What officers meet, as in ``MET``, if citizens who speak have less trust by the cut."""
        trust, willing, petitioning, withdrawn = met
        return np.array(
            [
                np.maximum(0.0, trust - self.cut),
                np.maximum(0.0, willing - self.cut),
                np.minimum(1.0, petitioning + self.cut * (1.0 - withdrawn)),
                withdrawn,
            ]
        )


def spiral_gain(
    scenario: Scenario,
    cut: float,
    month: int,
    replicates: int,
    seed: int,
    workers: int | None = None,
    progress: Progress = quiet,
    kept: Path | None = None,
    points: Sequence[Point] = (Point(),),
) -> Values:
    """Spiral gain 1…60 months after ``month``, by twin runs; shape (replicates, months).

    With several ``points``, rows are the replicates of the first, then of the next. Runs are stored
    in the folder ``kept``, if given, and not repeated. Raises BadInput if the length of a run would
    be out of range.
    """
    work = Work((OpenLoop(scenario, month, cut),), points, seed)
    _, paths = carried_out(work, replicates, workers, progress, kept)
    return np.asarray(paths["gain"].to_numpy().reshape(-1, FOLLOWED))


def respond(
    scenario: Scenario,
    cut: float,
    month: int,
    replicates: int,
    seed: int,
    workers: int | None = None,
    progress: Progress = quiet,
    kept: Path | None = None,
    points: Sequence[Point] = (Point(),),
) -> Response:
    """Response to a cut of trust by ``cut``, 0 to 1, before ``month``, from twin runs.

    With several ``points``, rows are the replicates of the first, then of the next. Runs are stored
    in the folder ``kept``, if given, and not repeated. Raises BadInput if the length of a run would
    be out of range.
    """
    model = Twins(scenario, month, cut)
    runs, paths = carried_out(Work((model,), points, seed), replicates, workers, progress, kept)
    found = {name: paths[name].to_numpy().reshape(-1, FOLLOWED) for name in model.columns}
    taken = -runs["taken"].to_numpy()[:, None]
    credibility = (found["cut_credibility"] - found["credibility"]) / taken
    execution = (found["cut_execution"] - found["execution"]) / taken
    whole = np.ones((len(taken), 1))
    return Response(
        np.hstack([whole, credibility]), np.hstack([np.zeros((len(taken), 1)), execution])
    )
