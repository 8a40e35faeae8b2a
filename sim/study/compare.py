"""Comparison of packages on common random draws, for ``levers``, ``run`` and ``compare``."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Self

import numpy as np
import pandas as pd

from sim.errors import BadInput
from sim.machine.draws import check_seed
from sim.measures import MEASURES, declared
from sim.study.carry_out import in_memory
from sim.study.estimate import Estimate, Values, differences, estimates, over_draws
from sim.study.package import Package, work_of
from sim.study.study import Study
from sim.world.posterior import Posterior
from sim.world.scenario import Scenario


@dataclass(frozen=True)
class Comparison:
    """Finished runs of several packages; the first one is the reference."""

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

    @classmethod
    def of(cls, study: Study) -> Self:
        """The runs of a study of listed points, gathered, with all measures."""
        about, packages = study.experiment, tuple(_packages(study))
        store = study.store()
        return cls(
            packages,
            about.seed,
            about.replicates,
            _named(store.runs(), packages, about.replicates),
            _named(store.series(), packages, about.replicates) if about.series else pd.DataFrame(),
            study.draw_count,
        )

    def __repr__(self) -> str:
        """Its packages and replicates, in a line."""
        names = ", ".join(package.name for package in self.packages)
        return f"Comparison({names}: {self.replicates:,} replicates)"

    def values(self, package: str) -> dict[str, Values]:
        """Each measure of one package by replicate, shape (replicates,)."""
        rows = self.runs[self.runs["package"] == package]
        return {name: rows[name].to_numpy() for name in self.measures}

    @property
    def measures(self) -> tuple[str, ...]:
        """Names of all measures of its runs: those that ship, and those that scenarios declare."""
        return (*MEASURES, *self.own)

    @property
    def own(self) -> tuple[str, ...]:
        """Names of those that scenarios declare."""
        return tuple(name for name in declared if name in self.runs)

    def estimates(self, values: Mapping[str, Values]) -> dict[str, Estimate]:
        """Means of values, each of shape (replicates,), with their intervals.

        Intervals are over draws of a posterior if the runs used one, else by the bootstrap over
        replicates.
        """
        if self.draws:
            return over_draws(values, self.draws)
        return estimates(values, self.seed)

    def level(self, package: str) -> dict[str, Estimate]:
        """Mean of each measure of one package, with its interval."""
        if package not in self._levels:
            self._levels[package] = self.estimates(self.values(package))
        return self._levels[package]

    def effect(self, package: str, measures: tuple[str, ...] | None = None) -> dict[str, Estimate]:
        """Paired difference between one package and the reference, for each of ``measures``.

        By default for all.
        """
        if package not in self._effects:
            reference = self.values(self.packages[0].name)
            self._effects[package] = self.estimates(differences(reference, self.values(package)))
        found = self._effects[package]
        return {name: found[name] for name in measures or self.measures}

    @property
    def effects(self) -> pd.DataFrame:
        """Paired differences from the first package; a row for each other package and measure."""
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
    columns: tuple[str, ...] = (),
    draws: Posterior | None = None,
) -> Comparison:
    """Run every package on common random draws, without storing the runs on disk.

    ``columns`` names monthly measures to return as well. With ``draws`` of a posterior, each
    replicate uses one of them, the same for all packages. Raises BadInput for numbers out of range,
    RunFailed if a run raises an error.
    """
    if replicates < 1:
        raise BadInput(f"replicates: expected at least 1, got {replicates}")
    check_seed(seed)
    runs, paths = in_memory(work_of(packages, seed, columns, draws), replicates, workers)
    return Comparison(
        tuple(packages),
        seed,
        replicates,
        _named(runs, packages, replicates),
        _named(paths, packages, replicates),
        0 if draws is None else len(draws),
    )


def _packages(study: Study) -> Iterator[Package]:
    for number, point in enumerate(study.experiment.point):
        yield Package(point.name, point.title or point.name, study.world(number))


def _named(table: pd.DataFrame, packages: Sequence[Package], replicates: int) -> pd.DataFrame:
    """The runs of the first ``replicates``, with the names of their packages."""
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

    >>> from sim import Scenario, compare
    >>> short = Scenario.load("bureau").replace({"clock.months": 24})
    >>> found = compare(short, {"culture": 1.0}, replicates=4).effects
    >>> list(found.columns)
    ['effect', 'low', 'high', 'agreement', 'replicates']
    >>> row = found.loc[("reform", "execution_rate")]
    >>> bool(row["low"] <= row["effect"] <= row["high"])
    True
    """
    packages = [
        Package("status_quo", "Status quo", scenario),
        Package("reform", "Reform", scenario.replace(levers=levers)),
    ]
    return run_packages(packages, replicates, seed, workers)
