"""Compare packages on common draws: the work behind ``levers``, ``run`` and ``compare``."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import pandas as pd

from sim.errors import BadInput
from sim.measures import MEASURES
from sim.scenario import Scenario
from sim.study.estimate import Estimate, Values, estimates, paired_effects
from sim.study.execute import Finished, chunks, default_workers, execute
from sim.study.package import Package
from sim.study.store import Store

# The number of runs done so far and in all.
Progress = Callable[[int, int], None]


def _quiet(done: int, total: int) -> None:
    """Say nothing."""


@dataclass(frozen=True)
class Comparison:
    """Finished runs of several packages, the first of them the reference."""

    packages: tuple[Package, ...]
    seed: int
    replicates: int
    # package, replicate, measures; sorted by package and replicate.
    runs: pd.DataFrame
    # package, replicate, month, measures; empty unless asked for.
    paths: pd.DataFrame
    _levels: dict[str, dict[str, Estimate]] = field(default_factory=dict, init=False, repr=False)
    _effects: dict[str, dict[str, Estimate]] = field(default_factory=dict, init=False, repr=False)

    def values(self, package: str) -> dict[str, Values]:
        """Each measure of one package by replicate, shape (replicates,)."""
        rows = self.runs[self.runs["package"] == package]
        return {name: rows[name].to_numpy() for name in MEASURES}

    def level(self, package: str) -> dict[str, Estimate]:
        """Mean of each measure of one package."""
        if package not in self._levels:
            self._levels[package] = estimates(self.values(package), self.seed)
        return self._levels[package]

    def effect(
        self, package: str, measures: tuple[str, ...] = tuple(MEASURES)
    ) -> dict[str, Estimate]:
        """Paired difference of one package from the reference, measure by measure."""
        if package not in self._effects:
            reference = self.values(self.packages[0].name)
            self._effects[package] = paired_effects(reference, self.values(package), self.seed)
        found = self._effects[package]
        return {name: found[name] for name in measures}

    @property
    def effects(self) -> pd.DataFrame:
        """Paired differences of every package from the first, one row per package and measure."""
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


def _check(replicates: int, workers: int) -> None:
    if replicates < 1:
        raise BadInput(f"replicates: expected at least 1, got {replicates}")
    if workers < 1:
        raise BadInput(f"workers: expected at least 1, got {workers}")


def run_packages(
    packages: list[Package],
    replicates: int,
    seed: int,
    workers: int | None = None,
    store: Store | None = None,
    columns: tuple[str, ...] = (),
    progress: Progress = _quiet,
) -> Comparison:
    """Run every package on the same draws; keep what finishes if there is a store.

    ``columns`` names the monthly measures to keep as well. Raises BadInput for numbers out of
    range; KeyboardInterrupt passes through, with finished chunks kept.
    """
    workers = default_workers() if workers is None else workers
    _check(replicates, workers)
    wanted = chunks(packages, replicates)
    todo = wanted if store is None else store.missing(wanted)
    total = sum(chunk.runs for chunk in wanted)
    done = total - sum(chunk.runs for chunk in todo)
    progress(done, total)
    results: list[Finished] = []
    for finished in execute(packages, todo, seed, workers, columns):
        if store is None:
            results.append(finished)
        else:
            store.keep(finished)
        done += finished.chunk.runs
        progress(done, total)
    if store is not None:
        store.compact()
        runs, paths = store.runs(), store.series() if columns else pd.DataFrame()
    else:
        runs = _in_order([finished.runs_table() for finished in results])
        paths = pd.DataFrame()
        if columns:
            paths = _in_order([finished.series_table(columns) for finished in results])
    order = [package.name for package in packages]
    return Comparison(
        tuple(packages),
        seed,
        replicates,
        _first(runs, order, replicates),
        _first(paths, order, replicates),
    )


def _in_order(tables: list[pd.DataFrame]) -> pd.DataFrame:
    table = pd.concat(tables, ignore_index=True)
    keys = [key for key in ("package", "replicate", "month") if key in table]
    return table.sort_values(keys, ignore_index=True)


def _first(table: pd.DataFrame, packages: list[str], replicates: int) -> pd.DataFrame:
    if table.empty:
        return table
    kept = table[(table["replicate"] < replicates) & table["package"].isin(packages)]
    return kept.reset_index(drop=True)


def compare(
    scenario: Scenario,
    levers: Mapping[str, float],
    replicates: int = 40,
    seed: int = 1,
    workers: int = 1,
) -> Comparison:
    """Compare a scenario with the same under some levers, on common draws.

    ``levers`` gives intensities in [0, 1]. The result's ``effects`` holds paired differences with
    95 % bootstrap intervals. Raises BadInput for unknown levers and numbers out of range.
    """
    packages = [
        Package("status_quo", "Status quo", scenario),
        Package("reform", "Reform", scenario.replace(levers=levers)),
    ]
    return run_packages(packages, replicates, seed, workers)
