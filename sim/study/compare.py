"""Comparison of packages on common random draws, for ``levers``, ``run`` and ``compare``."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from sim.errors import BadInput
from sim.machine.draws import check_seed
from sim.machine.loop import Progress, quiet
from sim.measures import MEASURES
from sim.study.carry_out import carry_out, in_memory
from sim.study.estimate import Estimate, Values, differences, estimates, over_draws
from sim.study.package import Package, work_of
from sim.study.store import Store
from sim.world.posterior import Posterior
from sim.world.scenario import Scenario


@dataclass(frozen=True)
class Comparison:
    """Finished runs of several packages, the first of them the reference."""

    packages: tuple[Package, ...]
    seed: int
    replicates: int
    # Columns: package, replicate and measures; sorted by package and replicate.
    runs: pd.DataFrame
    # Columns: package, replicate, month and monthly measures; empty if none were requested.
    paths: pd.DataFrame
    # Number of draws of a posterior that replicates use in turn; 0 if settings are fixed.
    draws: int = 0
    _levels: dict[str, dict[str, Estimate]] = field(default_factory=dict, init=False, repr=False)
    _effects: dict[str, dict[str, Estimate]] = field(default_factory=dict, init=False, repr=False)

    def values(self, package: str) -> dict[str, Values]:
        """Each measure of one package by replicate, shape (replicates,)."""
        rows = self.runs[self.runs["package"] == package]
        return {name: rows[name].to_numpy() for name in MEASURES}

    def estimates(self, values: Mapping[str, Values]) -> dict[str, Estimate]:
        """Means of values, each (replicates,), with their intervals.

        Over draws of a posterior if the runs used one, else by the bootstrap over replicates.
        """
        if self.draws:
            return over_draws(values, self.draws)
        return estimates(values, self.seed)

    def level(self, package: str) -> dict[str, Estimate]:
        """Mean of each measure of one package, with its interval."""
        if package not in self._levels:
            self._levels[package] = self.estimates(self.values(package))
        return self._levels[package]

    def effect(
        self, package: str, measures: tuple[str, ...] = tuple(MEASURES)
    ) -> dict[str, Estimate]:
        """Paired difference between one package and the reference, for each of ``measures``."""
        if package not in self._effects:
            reference = self.values(self.packages[0].name)
            self._effects[package] = self.estimates(differences(reference, self.values(package)))
        found = self._effects[package]
        return {name: found[name] for name in measures}

    @property
    def effects(self) -> pd.DataFrame:
        """Paired differences between each package and the first; a row for each and measure."""
        rows = [
            {
                "package": package.name,
                "measure": name,
                "effect": found.value,
                "low": found.low,
                "high": found.high,
                "agreement": found.agreement,
                "replicates": found.replicates,
            }
            for package in self.packages[1:]
            for name, found in self.effect(package.name).items()
        ]
        return pd.DataFrame(rows).set_index(["package", "measure"])


def run_packages(
    packages: list[Package],
    replicates: int,
    seed: int,
    workers: int | None = None,
    store: Store | None = None,
    columns: tuple[str, ...] = (),
    progress: Progress = quiet,
    months: Progress = quiet,
    posterior: Posterior | None = None,
) -> Comparison:
    """Run every package on the same random draws, and store the runs if there is a ``store``.

    ``columns`` names monthly measures to keep as well. With a ``posterior`` each replicate uses one
    of its draws, the same for all packages. Raises BadInput for numbers out of range, RunFailed if
    a run raises. KeyboardInterrupt passes through, and finished chunks stay stored.
    """
    if replicates < 1:
        raise BadInput(f"replicates: expected at least 1, got {replicates}")
    check_seed(seed)
    work = work_of(packages, seed, columns, posterior)
    if store is None:
        runs, paths = in_memory(work, replicates, workers, progress, months)
    else:
        with store.open():
            carry_out(
                work,
                store,
                replicates,
                workers,
                progress=progress,
                months=months,
                keep_failures=False,
            )
            store.compact()
            runs, paths = store.runs(), store.series() if columns else pd.DataFrame()
    return Comparison(
        tuple(packages),
        seed,
        replicates,
        _named(runs, packages, replicates),
        _named(paths, packages, replicates),
        0 if posterior is None else len(posterior),
    )


def _named(table: pd.DataFrame, packages: list[Package], replicates: int) -> pd.DataFrame:
    """The rows of the first ``replicates``, with the names of their packages."""
    if table.empty:
        return table
    kept = table[table["replicate"] < replicates].reset_index(drop=True)
    names = np.array([package.name for package in packages], dtype=object)
    kept.insert(0, "package", names[kept["point"]])
    return kept.drop(columns=[name for name in ("point", "key", "error") if name in kept])


def compare(
    scenario: Scenario,
    levers: Mapping[str, float],
    replicates: int = 40,
    seed: int = 1,
    workers: int = 1,
) -> Comparison:
    """Compare a scenario with and without levers, on common random draws.

    ``levers`` gives intensities, 0 to 1, by name. ``effects`` of the result are paired differences
    with 95 % bootstrap intervals. Raises BadInput for unknown levers and numbers out of range.
    """
    packages = [
        Package("status_quo", "Status quo", scenario),
        Package("reform", "Reform", scenario.replace(levers=levers)),
    ]
    return run_packages(packages, replicates, seed, workers)
