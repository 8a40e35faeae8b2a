"""The model that a plan runs: a scenario whose measures are taken in several windows at once."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.calendar import MONTHS_A_YEAR
from sim.machine.loop import ALONE, Crew, run_with
from sim.planning.aims_and_limits import COURSE, END, EXECUTION_SPREAD, WORST_YEAR, Column
from sim.planning.packages import LEFT_OUT, REFORM
from sim.study.model import OneRun
from sim.study.points import Point
from sim.summaries import Observed
from sim.world.levers import Lever, Reform, flatten, nested
from sim.world.own_measures import identity_of, own_sums
from sim.world.plan import Plan
from sim.world.posterior import Posterior
from sim.world.scenario import Scenario

Values = NDArray[np.float64]
# First month of a window, and the month after its last.
Span = tuple[int, int]


@dataclass(frozen=True)
class PlannedModel(OneRun):
    """A scenario that is changed at each point, with measures in windows; a ``Model``."""

    scenario: Scenario
    wanted: tuple[Column, ...]
    # The month with which the course of reforms begins.
    first: int
    posterior: Posterior | None = None

    @property
    def measures(self) -> tuple[str, ...]:
        """Names of the measures with their windows."""
        return tuple(one.name for one in self.wanted)

    @property
    def columns(self) -> tuple[str, ...]:
        """No measure is kept month by month."""
        return ()

    def identity(self) -> dict[str, Any]:
        """The scenario's settings, the measures and the draws."""
        drawn = {} if self.posterior is None else {"posterior": self.posterior.identity}
        return {
            "scenario": self.scenario.identity(),
            "measures": list(self.measures),
            "course": self.first,
            **drawn,
            **identity_of(self.scenario.measure, [one.measure for one in self.wanted]),
        }

    @cached_property
    def _settings(self) -> tuple[str, ...]:
        return () if self.posterior is None else self.posterior.left_as_calibrated(self.scenario)

    @cached_property
    def _bases(self) -> dict[int, Plan]:
        return {}

    def _base(self, replicate: int) -> Plan:
        """The plan without any package under the draw of a replicate, kept for other packages."""
        draw = -1 if self.posterior is None else replicate % len(self.posterior)
        if draw not in self._bases:
            scenario = self.scenario
            if self.posterior is not None:
                scenario = scenario.replace(self.posterior.at(replicate, self._settings))
            self._bases[draw] = Plan(scenario).whole()
        return self._bases[draw]

    def spans(self, column: Column) -> list[Span]:
        """The months over which a column is taken: several where the worst year is sought."""
        months, observed = self.months, self.scenario.clock.observed
        if column.window == COURSE:
            return [(self.first, months)]
        if column.window == END:
            return [(max(0, months - observed), months)]
        years = range(self.first, months - MONTHS_A_YEAR + 1, MONTHS_A_YEAR)
        return [(one, one + MONTHS_A_YEAR) for one in years] or [(self.first, months)]

    def runs(
        self, point: Point, seed: int, replicates: range, crew: Crew = ALONE
    ) -> tuple[Values, Values]:
        """Measures (runs, measures), and an empty array of monthly series."""
        reforms = tuple(Reform.model_validate(one) for one in point.settings.get(REFORM, ()))
        reading = None
        for replicate in replicates:
            base = self._base(replicate)
            plan = base.changed(_under(base.scenario, reforms, point))
            reading = reading or _Reading(self, plan)
            reading.add(plan, plan.begin(seed, replicate, crew.threads), crew)
        assert reading is not None
        return reading.table(), np.empty((len(replicates), 0, 0))


def _under(scenario: Scenario, reforms: tuple[Reform, ...], point: Point) -> Scenario:
    """A scenario under reforms beside its own, without the clause of a lever that is left out."""
    changes: dict[str, Any] = {"reform": (*scenario.reform, *reforms)}
    if LEFT_OUT in point.settings:
        name, clause = point.settings[LEFT_OUT]
        lever = scenario.levers[name]
        full = {key: value for key, value in flatten(lever.full).items() if key != clause}
        # Made anew, since a copy would keep what the lever has computed from all its clauses.
        without = Lever.model_validate(lever.model_dump() | {"full": nested(full)})
        changes["levers"] = {**scenario.levers, name: without}
    return scenario.model_copy(update=changes)


class _Reading:
    """Takes the columns of a model from its runs."""

    def __init__(self, model: PlannedModel, plan: Plan) -> None:
        self._wanted = model.wanted
        self._months = model.months
        self._spans = {column: model.spans(column) for column in model.wanted}
        inside: dict[Span, list[str]] = {}
        for column, spans in self._spans.items():
            for span in spans if column.measure != EXECUTION_SPREAD else ():
                inside.setdefault(span, []).append(column.measure)
        self._observed = {
            span: Observed(tuple(dict.fromkeys(names)), plan.treated, span[1] - span[0])
            for span, names in inside.items()
        }
        self._spread = _Spread(
            {span for one, spans in self._spans.items() for span in spans if _is_spread(one)},
            plan,
        )

    def add(self, plan: Plan, world: Any, crew: Crew) -> None:
        """Run a world to its end, and read it."""
        if self._spread.spans:
            self._spread.run(plan, world, self._months)
        else:
            run_with(crew, world, self._months, plan.loop)
        read = any(one.reads_reforms for one in self._observed.values())
        in_force = plan.in_force(world)[:, : self._months] if read else None
        for (_, end), observed in self._observed.items():
            own = None if in_force is None else in_force[:, :end]
            sums = own_sums(plan.scenario.measure, world.own[:end])
            observed.add(world.tallies[:end], world.layers[:end], own, sums)

    def table(self) -> Values:
        """All columns, shape (runs, columns)."""
        read = {span: (one.measures, one.table()) for span, one in self._observed.items()}
        found = []
        for column in self._wanted:
            parts = [
                self._spread.values(span)
                if _is_spread(column)
                else read[span][1][:, read[span][0].index(column.measure)]
                for span in self._spans[column]
            ]
            found.append(_worst(np.array(parts), column))
        return np.column_stack(found)


def _is_spread(column: Column) -> bool:
    return column.measure == EXECUTION_SPREAD


def _worst(values: Values, column: Column) -> Values:
    """The value of the one span, or that of the worst year; years without a value are left out."""
    if column.window != WORST_YEAR or len(values) == 1:
        return np.asarray(values[0])
    if column.highest:
        best = np.where(np.isnan(values), -np.inf, values).max(axis=0)
    else:
        best = np.where(np.isnan(values), np.inf, values).min(axis=0)
    return np.where(np.isinf(best), np.nan, best)


class _Spread:
    """Standard deviation among departments that serve the public of what they deliver on average.

    It stops a run after every month to read it, since no table keeps departments month by month.
    """

    def __init__(self, spans: Iterable[Span], plan: Plan) -> None:
        self.spans = sorted(spans)
        self._serves = plan.serves
        self._found: dict[Span, list[float]] = {span: [] for span in self.spans}

    def run(self, plan: Plan, world: Any, months: int) -> None:
        """Run a world to its end, and keep the spread in every span."""
        begin = min(first for first, _ in self.spans)
        plan.loop.run_months(world, 0, begin)
        delivered = []
        for month in range(begin, months):
            plan.loop.run_months(world, month, month + 1)
            delivered.append(world.departments["delivery"][self._serves].copy())
        for first, end in self.spans:
            means = np.mean(delivered[first - begin : end - begin], axis=0)
            self._found[first, end].append(float(np.std(means)))

    def values(self, span: Span) -> Values:
        """The spread in every run, (runs,)."""
        return np.array(self._found[span])
