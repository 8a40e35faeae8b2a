"""Rounds of packages: each is stored as a study in a folder of its own, so a plan is resumed.

There are three stages with draws of their own. In the search all packages meet the same draws, so
that differences between them are those of packages. The best of many packages is partly the one
that these draws favour by chance, so packages are compared again on others before some are kept;
and what is reported comes from fresh draws that no choice has used.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.machine.loop import Progress
from sim.planning.aims_and_limits import Column
from sim.planning.model import PlannedModel
from sim.planning.packages import Package, Space
from sim.study.carry_out import Work, kept_measures
from sim.study.model import Function
from sim.study.progress_by_part import ProgressByPart, quietly
from sim.study.provenance import digest
from sim.world.posterior import Posterior

Values = NDArray[np.float64]
SEARCH, AGAIN, FRESH = "search", "again", "fresh"
STAGES = (SEARCH, AGAIN, FRESH)
# Of every four draws of a posterior: which each stage uses.
_SHARES = {SEARCH: (0,), AGAIN: (1,), FRESH: (2, 3)}
_OF = 4
# With fewer draws than this each stage uses them all, and only chance is new to it.
FEWEST_DIVIDED = 40


def draws_of(posterior: Posterior | None, stage: str) -> Posterior | None:
    """The draws of a posterior that a stage uses: others than those of other stages."""
    if posterior is None or len(posterior) < FEWEST_DIVIDED:
        return posterior
    kept = np.isin(np.arange(len(posterior)) % _OF, _SHARES[stage])
    return replace(posterior, values=posterior.values[kept])


def seed_of(seed: int, stage: str) -> int:
    """The seed of a stage."""
    return int(np.random.SeedSequence([seed, STAGES.index(stage)]).generate_state(1)[0])


@dataclass
class Runner:
    """Runs packages and stores the runs in ``folder``."""

    folder: Path
    space: Space
    columns: tuple[Column, ...]
    seed: int
    posterior: Posterior | None = None
    function: Callable[..., Sequence[float]] | None = None
    workers: int | None = None
    client: object | None = None
    rounds: ProgressByPart = field(default=quietly)
    # Runs done so far, in all rounds of this process, including those that were stored before.
    total: int = 0

    def model(self, stage: str) -> PlannedModel | Function:
        """The model that a stage runs."""
        if self.function is not None:
            return Function(self.function, tuple(one.name for one in self.columns))
        assert self.space.scenario is not None
        drawn = draws_of(self.posterior, stage)
        return PlannedModel(self.space.scenario, self.columns, self.space.first, drawn)

    def draws(self, stage: str) -> int:
        """Number of draws of the posterior that a stage uses; 0 if there is none."""
        drawn = draws_of(self.posterior, stage)
        return 0 if drawn is None else len(drawn)

    def run(
        self,
        name: str,
        stage: str,
        packages: Sequence[Package],
        replicates: int,
        progress: Progress | None = None,
    ) -> Values:
        """Measures of packages, shape (packages, replicates, columns).

        ``name`` is that of the round. Raises RunFailed if a run raises an error, BadInput if the
        folder cannot be used.
        """
        return self.run_points(
            name,
            stage,
            self.model(stage),
            [self.space.point(one) for one in packages],
            replicates,
            progress,
        )

    def run_points(
        self,
        name: str,
        stage: str,
        model: Any,
        points: Sequence[Any],
        replicates: int,
        progress: Progress | None = None,
    ) -> Values:
        """Measures of the points of a model, shape (points, replicates, columns)."""
        seed = seed_of(self.seed, stage)
        work = Work((model,), points, seed)
        told = digest({"points": [point.canonical() for point in points]})
        about = {"kind": f"plan {name}", **model.identity(), "seed": seed, "points": told}
        values = kept_measures(
            work,
            replicates,
            self.folder / f"{name}-{told[:8]}",
            about,
            self.workers,
            self.client,
            progress or self.rounds(name),
            keep_failures=False,
        )
        self.total += len(points) * replicates
        return values
