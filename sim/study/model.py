"""What a study runs at each point: a scenario, or a function with the same interface."""

import pickle
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from typing import Any, Protocol

import cloudpickle
import numpy as np
from numpy.typing import NDArray

from sim.decision_rule import DecisionRule
from sim.machine.loop import ALONE, LARGE, Crew, run_with
from sim.simulate import Run
from sim.study.broken_down import Parts
from sim.study.fingerprint import fingerprint, function_name
from sim.study.measured_by_function import MeasureFunction
from sim.study.points import Point
from sim.summaries import Observed, monthly
from sim.world.own_measures import identity_of, own_sums
from sim.world.plan import Plan
from sim.world.posterior import Posterior
from sim.world.scenario import Scenario
from sim.world.state import World

Values = NDArray[np.float64]


class Model(Protocol):
    """Computes measures of runs at a point, with the same results on any machine."""

    @property
    def measures(self) -> tuple[str, ...]:
        """Names of the measures."""

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of the measures that are kept month by month."""

    @property
    def months(self) -> int:
        """Length of a run in months."""

    @property
    def work(self) -> float:
        """Officer-months of a run; they determine the size of chunks."""

    def identity(self) -> dict[str, Any]:
        """All that determines results, as plain values."""

    @property
    def large(self) -> bool:
        """Whether a single run uses all processors."""

    def runs(
        self, point: Point, seed: int, replicates: range, crew: Crew = ALONE
    ) -> tuple[Values, Values]:
        """Measures (runs, measures) and monthly series (runs, months, columns)."""


class OneRun:
    """Length and size of the run of a model that runs its scenario once."""

    scenario: Scenario

    @property
    def months(self) -> int:
        """Length of a run."""
        return self.scenario.clock.months

    @property
    def work(self) -> float:
        """Officer-months of a run."""
        return float(self.scenario.total_posts * self.scenario.clock.months)

    @property
    def large(self) -> bool:
        """Whether a single run uses all processors."""
        return self.scenario.total_posts >= LARGE


@dataclass(frozen=True)
class ScenarioModel(OneRun):
    """A scenario that is changed at each point; a ``Model``."""

    scenario: Scenario
    measures: tuple[str, ...]
    columns: tuple[str, ...] = ()
    # If given, each replicate uses one of its draws.
    posterior: Posterior | None = None
    # The parts that measures are broken down by, if any; see ``sim.study.broken_down``.
    by: str | None = None
    # Rules of decision that points or the scenario name, by name.
    rules: Mapping[str, DecisionRule] = field(default_factory=dict)
    # Functions of a finished run that give measures, by name.
    functions: Mapping[str, MeasureFunction] = field(default_factory=dict)

    def identity(self) -> dict[str, Any]:
        """The scenario's settings and the measures."""
        drawn = {} if self.posterior is None else {"posterior": self.posterior.identity}
        by = {} if self.by is None else {"by": self.by}
        marks = {name: rule.mark for name, rule in self.rules.items() if rule.file is not None}
        own = {"rules": marks} if marks else {}
        codes = {f"measure {name}": one.code for name, one in sorted(self.functions.items())}
        return {
            "scenario": self.scenario.identity(),
            "measures": list(self.measures),
            "series": list(self.columns),
            **drawn,
            **by,
            **own,
            **codes,
            **identity_of(self.scenario.measure, (*self.measures, *self.columns)),
        }

    @cached_property
    def _plan(self) -> Plan:
        return Plan(self.scenario).whole()

    def at(self, point: Point) -> Scenario:
        """The scenario of a point. Raises BadInput if its changes are not possible."""
        if not point.settings and not point.levers:
            return self.scenario
        return self.scenario.replace(point.settings, point.levers)

    def runs(
        self, point: Point, seed: int, replicates: range, crew: Crew = ALONE
    ) -> tuple[Values, Values]:
        """Measures (runs, measures) and monthly series (runs, months, columns)."""
        plan = self._at(point)
        scenario = plan.scenario
        months = scenario.clock.months
        whole = tuple(name for name in self.measures if name not in self.functions)
        if self.by is not None:
            whole = ()
        observed = Observed(whole, plan.treated, scenario.clock.observed)
        parts = None if self.by is None else Parts(self.measures, self.by, plan)
        paths = np.empty((len(replicates), months if self.columns else 0, len(self.columns)))
        given: dict[str, Any] = {name: [] for name in self.functions}
        for row, replicate in enumerate(replicates):
            own = self._drawn(plan, point, replicate)
            world = own.begin(seed, replicate, crew.threads)
            run_with(crew, world, months, own.loop)
            if parts is None:
                in_force = own.in_force(world) if observed.reads_reforms else None
                layers = world.layers if observed.reads_layers else None
                observed.add(world.tallies, layers, in_force, _own_sums(scenario, world))
            else:
                parts.add(world)
            if self.functions:
                run = Run(scenario, seed, replicate, world, plan.treated)
                for name, one in self.functions.items():
                    given[name].append(one(run))
            if self.columns:
                paths[row] = monthly(world.tallies, self.columns, _own_sums(scenario, world)).T
        if not self.functions:
            return (observed if parts is None else parts).table(), paths
        columns = given | dict(zip(whole, observed.table().T, strict=True))
        return np.column_stack([columns[name] for name in self.measures]), paths

    def _at(self, point: Point) -> Plan:
        """The plan of a point, without a draw of the posterior."""
        changed = self.at(point)
        plan = self._plan if changed is self.scenario else self._plan.changed(changed)
        return plan.deciding(self.rules.get(changed.decide))

    def plan(self, point: Point, replicate: int) -> Plan:
        """The plan by which a replicate of a point is run."""
        return self._drawn(self._at(point), point, replicate)

    @cached_property
    def _settings(self) -> tuple[str, ...]:
        return () if self.posterior is None else self.posterior.left_as_calibrated(self.scenario)

    def _drawn(self, plan: Plan, point: Point, replicate: int) -> Plan:
        """The plan of a replicate with its draw of the posterior.

        Settings that the point changes are not drawn.
        """
        if self.posterior is None:
            return plan
        free = [key for key in self._settings if key not in point.settings]
        return plan.changed(plan.scenario.replace(self.posterior.at(replicate, free)))


def _own_sums(scenario: Scenario, world: World) -> Mapping[str, NDArray[np.float64]]:
    """Sums of a scenario's own measures; where it has none, its table is not looked at."""
    return own_sums(scenario.measure, world.own) if scenario.measure else {}


@dataclass(frozen=True)
class Function:
    """A function that replaces the model; it takes settings, seed and replicate, returns measures.

    If workers call it, they must be able to import it by name, unless it is of the script or
    notebook that runs the study.
    """

    function: Callable[[Mapping[str, Any], int, int], Sequence[float]]
    measures: tuple[str, ...] = ("y",)
    columns: tuple[str, ...] = ()
    months: int = 1
    work: float = 1.0
    large: bool = False

    @cached_property
    def code(self) -> str:
        """A hash of the function's code; see ``sim.study.fingerprint``.

        It is computed once, before the function runs, since it may change values that it uses.
        Raises BadInput if the code cannot be read.
        """
        return fingerprint(self.function)

    def identity(self) -> dict[str, Any]:
        """The function's name and the hash of its code."""
        about = {"function": function_name(self.function), "function_code": self.code}
        return {**about, "measures": list(self.measures), "series": []}

    def runs(
        self, point: Point, seed: int, replicates: range, crew: Crew = ALONE
    ) -> tuple[Values, Values]:
        """Measures, (runs, measures), and an empty array of monthly series.

        Raises ValueError if the function returns another number of measures.
        """
        arguments = {**point.settings, **point.levers}
        found = [self.function(arguments, seed, replicate) for replicate in replicates]
        for numbers in found:
            if len(numbers) != len(self.measures):
                raise ValueError(
                    f"the function gave {len(numbers)} numbers for {len(self.measures)} measures"
                )
        values = np.array(found, float).reshape(len(replicates), len(self.measures))
        return values, np.empty((len(replicates), 0, 0))


def pack(model: Model) -> bytes:
    """A model as bytes, to be sent to workers."""
    bare: Any = model
    # A copy without the values that the original has cached.
    bare = replace(bare)
    try:
        content = pickle.dumps(bare)
    except (pickle.PicklingError, AttributeError, TypeError):
        content = b"__main__"
    if b"__main__" in content:
        # What is of a script or of a notebook's cells travels as code, since workers run neither.
        content = cloudpickle.dumps(bare)
    return zlib.compress(content)


@lru_cache(maxsize=8)
def unpack(content: bytes) -> Model:
    """The model from its bytes; the last few are kept for further chunks."""
    model: Model = pickle.loads(zlib.decompress(content))
    return model
