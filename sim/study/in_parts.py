"""Runs that are done part by part, each part stored in a folder of its own and never repeated."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from sim.study.carry_out import Work, carried_out
from sim.study.model import Model, ScenarioModel
from sim.study.points import Point
from sim.study.progress_by_part import ProgressByPart
from sim.study.twins import Values
from sim.world.scenario import Scenario

PATHS = ("credibility", "execution_rate")


@dataclass(frozen=True)
class Runs:
    """Does the runs of each part with one seed; stores them below ``kept``, if given."""

    seed: int
    workers: int | None
    kept: Path | None
    progress: ProgressByPart

    def folder(self, part: str) -> Path | None:
        """The folder of a part, or None."""
        return None if self.kept is None else self.kept / part

    def done(
        self, part: str, title: str, models: Sequence[Model], points: list[Point], replicates: int
    ) -> tuple[pd.DataFrame, pd.DataFrame]:
        """Do the runs of a part; returns tables of runs and series."""
        work = Work(tuple(models), points, self.seed)
        return carried_out(work, replicates, self.workers, self.progress(title), self.folder(part))

    def measured(
        self, part: str, title: str, model: Model, points: list[Point], replicates: int
    ) -> Values:
        """The model's measures; shape (points, replicates, measures)."""
        return self.measured_by(part, title, [model], points, replicates)

    def measured_by(
        self, part: str, title: str, models: Sequence[Model], points: list[Point], replicates: int
    ) -> Values:
        """The measures of several models, which points name; shape (points, replicates, measures).

        All models must have the same measures.
        """
        runs, _ = self.done(part, title, models, points, replicates)
        measures = list(models[0].measures)
        shape = (len(points), replicates, len(measures))
        return np.asarray(runs[measures].to_numpy(float).reshape(shape))

    def paths(
        self, part: str, title: str, scenario: Scenario, points: list[Point], replicates: int
    ) -> Values:
        """Credibility and execution by month; shape (points, replicates, 2, months)."""
        model = ScenarioModel(scenario, PATHS, PATHS)
        _, series = self.done(part, title, [model], points, replicates)
        shape = (len(points), replicates, scenario.clock.months, len(PATHS))
        return np.moveaxis(series[list(PATHS)].to_numpy().reshape(shape), 3, 2)
