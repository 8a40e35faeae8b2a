"""An experiment made ready to run: its scenario, points and models, and what determines runs."""

from collections.abc import Callable, Sequence
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sim.decision_rule import DecisionRule, rules_named
from sim.errors import BadInput
from sim.study import designs
from sim.study.broken_down import names
from sim.study.carry_out import Work
from sim.study.drawn import Drawn, draw
from sim.study.experiment import Experiment
from sim.study.inputs import files_of
from sim.study.measured_by_function import MeasureFunction, functions_named
from sim.study.model import Function, Model, ScenarioModel
from sim.study.origin import Origin
from sim.study.points import Order
from sim.study.provenance import code, digest
from sim.study.sensitivity import most_influential
from sim.study.varied import in_tables, plain_label
from sim.world.plan import Plan
from sim.world.posterior import Posterior
from sim.world.scenario import Scenario

if TYPE_CHECKING:
    from pathlib import Path

    from sim.study.study import Study


class Prepared:
    """An experiment made ready to run; nothing is run or stored.

    ``screening`` is the study of its first stage, if its design has one. For the other arguments
    see ``sim.study.study.Study``. Raises BadInput if anything is not valid.
    """

    def __init__(
        self,
        experiment: Experiment,
        function: Callable[..., Sequence[float]] | None,
        where: str,
        rules: Sequence["str | Path"],
        screening: "Study | None",
    ) -> None:
        self.experiment = experiment
        self.screening = screening
        self._function = function
        self._where = where
        self.scenario = None
        try:
            if function is None:
                self.scenario = experiment.world()
            if screening is not None:
                experiment.design.check(screening.drawn.factors)
        except BadInput as error:
            raise BadInput(f"{where}: {error}") from None
        if function is not None:
            # The hash is computed now, because a run of the function may change values it uses.
            self.model.identity()
        if screening is None:
            self.drawn  # noqa: B018 - computed at once, so that errors are found at once
        # Rules of decision, by name.
        self.rules: dict[str, DecisionRule] = {}
        # Functions that measure a finished run, by the name of the measure.
        self.functions: dict[str, MeasureFunction] = {}
        if self.scenario is not None:
            others = self.drawn.others if screening is None else ()
            try:
                self.rules = rules_named(experiment.rules(self.scenario, *others), rules)
                self.functions = functions_named(experiment.measures, self.scenario.measure, rules)
            except BadInput as error:
                raise BadInput(f"{where}: {error}") from None

    @cached_property
    def drawn(self) -> Drawn:
        """Factors and points. Raises BadInput if a screening is not complete yet."""
        keep = None if self.screening is None else self.kept
        return draw(self.experiment, self.scenario, self._where, keep)

    @property
    def kept(self) -> Sequence[str]:
        """Factors that the screening selects by the first measure. Raises BadInput before that."""
        assert self.screening is not None
        if not self.screening.status().complete:
            raise BadInput(f"{self.screening.folder}: screening is not complete; resume the study")
        found = self.screening.sensitivity()
        design: Any = self.experiment.design
        return most_influential(found, self.experiment.measures[0], design.screen.keep)

    @property
    def replicates(self) -> int:
        """Runs of each point."""
        return self.experiment.replicates

    @cached_property
    def model(self) -> Model:
        """The model that is run at each point, except at points with a scenario of their own."""
        about = self.experiment
        if self._function is not None:
            return Function(self._function, about.measures)
        assert self.scenario is not None
        measures = about.measures
        if about.by is not None:
            measures = names(self.scenario, measures, about.by)
        draws, by = self.draws, about.by
        functions = self.functions
        return ScenarioModel(
            self.scenario, measures, about.series, draws, by, self.rules, functions
        )

    @cached_property
    def draws(self) -> Posterior | None:
        """Draws of a posterior that replicates use in turn; None if settings are fixed."""
        return self.experiment.draws()

    def about_draws(self) -> dict[str, Any] | None:
        """What results record of the draws of a posterior that runs use; None if they use none."""
        draws = self.draws
        if draws is None or self.scenario is None:
            return None
        return draws.about(*self.scenarios)

    @property
    def scenarios(self) -> tuple[Scenario, ...]:
        """The scenario of the study, and those of points that have one of their own."""
        others = self.drawn.others if self.screening is None else ()
        return () if self.scenario is None else (self.scenario, *others)

    @cached_property
    def work(self) -> Work:
        """All runs of the study."""
        about = self.experiment
        others = (
            ScenarioModel(
                scenario,
                about.measures,
                about.series,
                self.draws,
                rules=self.rules,
                functions=self.functions,
            )
            for scenario in self.drawn.others
        )
        return Work((self.model, *others), self.drawn.points, about.seed)

    def world(self, point: int) -> Scenario:
        """The scenario of a point, with the point's changes."""
        there = self.drawn.points[point]
        model: Any = self.work.models[there.base]
        found: Scenario = model.at(there)
        return found

    @property
    def identity(self) -> dict[str, Any]:
        """Everything that determines the runs, apart from the code.

        Raises BadInput if the screening has not been run.
        """
        about = {
            "experiment": self.experiment.name,
            **self.experiment.identity(),
            **self.model.identity(),
        }
        if self.screening is not None:
            about["kept"] = list(self.kept)
        if self.drawn.others:
            about["scenarios"] = {
                self.drawn.label(number): self.drawn.others[point.base - 1].identity()
                for number, point in enumerate(self.drawn.points)
                if point.base
            }
        return about

    def _origin(self) -> Origin:
        world = {} if self.scenario is None else {"scenario": self.scenario.told()}
        drawn = self.about_draws()
        posterior = {} if drawn is None else {"posterior": drawn}
        return Origin(
            self._world_keys,
            {**self.experiment.told(), **world, **posterior},
            self.replicates,
            self._inputs,
            self.levels,
        )

    @cached_property
    def _world_keys(self) -> tuple[str, ...]:
        """A digest for each model of all that determines a run, beside the point it changes."""
        kept = ("measures", "series", "by")
        abouts = (
            {key: value for key, value in one.identity().items() if key not in kept}
            for one in self.work.models
        )
        return tuple(digest({**code(), "seed": self.experiment.seed, **one}) for one in abouts)

    def _inputs(self) -> dict[str, bytes]:
        programs: list[DecisionRule | MeasureFunction] = [
            *self.rules.values(),
            *self.functions.values(),
        ]
        return files_of(self.experiment, self.draws, programs, self._function)

    def size(self) -> int:
        """Number of runs, a screening included."""
        if self.screening is None:
            return len(self.drawn.points) * self.replicates
        design: Any = self.experiment.design
        kept = self.screening.drawn.factors[: design.screen.keep]
        points: int = design.size(kept)
        return self.screening.size() + points * self.replicates

    def order(self) -> Order:
        """The order of its runs, and their division into chunks."""
        return self.work.order(self.replicates)

    def levels(self) -> dict[str, NDArray[Any]]:
        """The name of each point, or the levels of factors there, by column; each (points,)."""
        if self.drawn.names is not None:
            return {"name": np.array(self.drawn.names, dtype=object)}
        drawn: Any = self.drawn.points
        name = {"name": drawn.names} if isinstance(drawn, designs.Crossed) else {}
        shown = {
            factor.name: factor.tabled(column)
            for factor, column in zip(self.drawn.factors, drawn.columns, strict=True)
        }
        along = {name: in_tables(one, plain_label) for name, one in drawn.carried().items()}
        return {**name, **shown, **along}

    @property
    def draw_count(self) -> int:
        """Number of draws of a posterior that replicates use in turn; 0 if settings are fixed."""
        return len(self.draws or ())

    def panelled(self, number: int) -> tuple[dict[str, Any], Callable[[int], Plan]]:
        """Columns that name a point in a panel, and the plan of each of its replicates."""
        if not 0 <= number < len(self.drawn.points):
            raise BadInput(f"point {number}: expected 0 to {len(self.drawn.points) - 1}")
        point = self.drawn.points[number]
        model = self.work.models[point.base]
        if not isinstance(model, ScenarioModel):
            raise BadInput("a panel needs an experiment that runs a scenario")
        return {"point": number, "label": self.drawn.label(number)}, partial(model.plan, point)
