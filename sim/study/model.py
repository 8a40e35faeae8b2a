"""What a study runs at each of its points: a scenario, or any function of the same form."""

import pickle
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from sim.machine.loop import ALONE, LARGE, Crew, run_with
from sim.study.broken_down import Parts
from sim.study.fingerprint import fingerprint, function_name
from sim.study.points import Point
from sim.summaries import Observed, series
from sim.world.plan import Plan
from sim.world.posterior import Posterior
from sim.world.scenario import Scenario

Values = NDArray[np.float64]


class Model(Protocol):
    """Gives measures of runs at a point, the same on any machine."""

    @property
    def measures(self) -> tuple[str, ...]:
        """What it measures, by name."""

    @property
    def columns(self) -> tuple[str, ...]:
        """Monthly measures kept as well."""

    @property
    def months(self) -> int:
        """Length of a run."""

    @property
    def work(self) -> float:
        """Officer-months of a run, by which chunks are cut."""

    def identity(self) -> dict[str, Any]:
        """All of it that fixes a result, as plain values."""

    @property
    def large(self) -> bool:
        """Whether one run alone keeps all processors busy."""

    def runs(
        self, point: Point, seed: int, replicates: range, crew: Crew = ALONE
    ) -> tuple[Values, Values]:
        """Measures (runs, measures) and monthly series (runs, months, columns)."""


@dataclass(frozen=True)
class ScenarioModel:
    """A scenario, changed at each point."""

    scenario: Scenario
    measures: tuple[str, ...]
    columns: tuple[str, ...] = ()
    # Where given, every replicate takes a draw of it.
    posterior: Posterior | None = None
    # Where measures are of parts: what the parts are; see ``sim.study.broken_down``.
    by: str | None = None

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
        """Whether one run alone keeps all processors busy."""
        return self.scenario.total_posts >= LARGE

    def identity(self) -> dict[str, Any]:
        """The scenario's settings and what is read off."""
        drawn = {} if self.posterior is None else {"posterior": self.posterior.identity}
        by = {} if self.by is None else {"by": self.by}
        return {
            "scenario": self.scenario.identity(),
            "measures": list(self.measures),
            "series": list(self.columns),
            **drawn,
            **by,
        }

    @cached_property
    def _plan(self) -> Plan:
        return Plan(self.scenario).whole()

    def at(self, point: Point) -> Scenario:
        """The scenario of a point. Raises BadInput where its changes make no sense."""
        if not point.settings and not point.levers:
            return self.scenario
        return self.scenario.replace(point.settings, point.levers)

    def runs(
        self, point: Point, seed: int, replicates: range, crew: Crew = ALONE
    ) -> tuple[Values, Values]:
        """Measures (runs, measures) and monthly series (runs, months, columns)."""
        changed = self.at(point)
        plan = self._plan if changed is self.scenario else self._plan.changed(changed)
        scenario = plan.scenario
        months = scenario.clock.months
        whole = self.measures if self.by is None else ()
        observed = Observed(whole, plan.treated, scenario.clock.observed)
        parts = None if self.by is None else Parts(self.measures, self.by, plan)
        paths = np.empty((len(replicates), months if self.columns else 0, len(self.columns)))
        for row, replicate in enumerate(replicates):
            own = self._drawn(plan, point, replicate)
            world = own.begin(seed, replicate, crew.threads)
            run_with(crew, world, months)
            if parts is None:
                observed.add(world.tallies, world.layers)
            else:
                parts.add(world)
            if self.columns:
                paths[row] = series(world.tallies)[list(self.columns)].to_numpy()
        return (observed if parts is None else parts).table(), paths

    @cached_property
    def _settings(self) -> tuple[str, ...]:
        return () if self.posterior is None else self.posterior.left_as_calibrated(self.scenario)

    def _drawn(self, plan: Plan, point: Point, replicate: int) -> Plan:
        """The plan of a replicate: with its draw of the posterior, but for what the point sets."""
        if self.posterior is None:
            return plan
        free = [key for key in self._settings if key not in point.settings]
        return plan.changed(plan.scenario.replace(self.posterior.at(replicate, free)))


@dataclass(frozen=True)
class Function:
    """A function in place of the model: of settings, seed and replicate; gives its measures.

    It must be importable by name where workers are to call it.
    """

    function: Callable[[Mapping[str, Any], int, int], Sequence[float]]
    measures: tuple[str, ...] = ("y",)
    columns: tuple[str, ...] = ()
    months: int = 1
    work: float = 1.0
    large: bool = False

    @cached_property
    def code(self) -> str:
        """A hash of what the function does as it is first asked for; see ``fingerprint``.

        Asked for once: a function may change what it uses while it runs. Raises BadInput where it
        cannot be read.
        """
        return fingerprint(self.function)

    def identity(self) -> dict[str, Any]:
        """The function by name, and what it does."""
        about = {"function": function_name(self.function), "function_code": self.code}
        return {**about, "measures": list(self.measures), "series": []}

    def runs(
        self, point: Point, seed: int, replicates: range, crew: Crew = ALONE
    ) -> tuple[Values, Values]:
        """Measures (runs, measures); no series."""
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
    """A model as it travels to workers."""
    bare: Any = model
    # A copy, without what the original has worked out since it was made.
    return zlib.compress(pickle.dumps(replace(bare)))


@lru_cache(maxsize=8)
def unpack(content: bytes) -> Model:
    """A model that has travelled; unpacked once for many chunks."""
    model: Model = pickle.loads(zlib.decompress(content))
    return model
