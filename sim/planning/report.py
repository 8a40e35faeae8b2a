"""What is reported of the packages kept, all of it from fresh draws."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.planning.best import chance_of_best
from sim.planning.packages import Package
from sim.planning.scoring import Scoring, of_draws
from sim.planning.wishes import Aim
from sim.study.estimate import Estimate, estimates, over_draws

Values = NDArray[np.float64]


def told(found: Estimate) -> dict[str, float]:
    """An estimate as plain values."""
    return {"value": found.value, "low": found.low, "high": found.high}


@dataclass(frozen=True)
class Report:
    """Packages on fresh draws: the status quo first, then those kept, the best first."""

    packages: tuple[Package, ...]
    # Shape (packages, runs, columns).
    values: Values
    scoring: Scoring
    # Number of draws of a posterior that runs use in turn; 0 if settings are fixed.
    draws: int
    seed: int

    def first(self, number: int) -> "Report":
        """The status quo and the first so many packages."""
        return replace(self, packages=self.packages[: number + 1], values=self.values[: number + 1])

    def estimate(self, values: dict[str, Values]) -> dict[str, Estimate]:
        """Means with intervals: over draws of the posterior, or by the bootstrap over runs."""
        if self.draws:
            return over_draws(values, self.draws)
        return estimates(values, self.seed)

    def levels(self, package: int) -> dict[str, Estimate]:
        """Mean of every column."""
        return self.estimate(self._columns(self.values[package]))

    def effects(self, package: int, reference: int = 0) -> dict[str, Estimate]:
        """Paired difference from another package, by default the status quo, in every column."""
        return self.estimate(self._columns(self.values[package] - self.values[reference]))

    def _columns(self, values: Values) -> dict[str, Values]:
        return {one.name: values[:, k] for k, one in enumerate(self.scoring.columns)}

    @property
    def main(self) -> Aim:
        """The main aim."""
        return self.scoring.aims[0]

    @cached_property
    def aimed(self) -> Values:
        """Values of the main aim, more is better, (packages, runs)."""
        return self.scoring.aimed(self.values)[..., 0]

    @cached_property
    def chances(self) -> Values:
        """Chance that each package is the best of these in the main aim, (packages,)."""
        return chance_of_best(self.aimed, self.draws, self.seed)

    @cached_property
    def regrets(self) -> Values:
        """What each package lacks to the best of these in the same draw; (packages, draws).

        Without a posterior, there is one: all runs together.
        """
        if not self.draws:
            means = self.aimed.mean(axis=1)
            return np.asarray(means.max() - means)[:, None]
        means = of_draws(self.aimed.T, self.draws)
        return np.asarray((means.max(axis=1, keepdims=True) - means).T)

    @cached_property
    def keeps(self) -> Values:
        """Share of draws, or of runs, in which each package keeps to every limit; (packages,)."""
        found = []
        for one in self.values:
            kept: Any = True
            for limit in self.scoring.limits:
                place = self.scoring.place(limit)
                over = self.scoring.over(one[:, place], limit, self.values[0][:, place])
                kept = kept & (of_draws(over[:, None], self.draws)[:, 0] <= 0.0)
            found.append(float(np.mean(kept)))
        return np.array(found)

    def content(self) -> dict[str, Any]:
        """All of it as plain values."""
        rows = []
        for number, package in enumerate(self.packages):
            levels, effects = self.levels(number), self.effects(number)
            rows.append(
                {
                    "levers": package.told(),
                    "measures": {
                        name: {**told(levels[name]), "effect": told(effects[name])}
                        for name in levels
                    },
                    "chance_best": float(self.chances[number]),
                    "max_regret": float(self.regrets[number].max()),
                    "mean_regret": float(self.regrets[number].mean()),
                    "keeps_limits": float(self.keeps[number]),
                    "regrets": np.sort(self.regrets[number]).tolist(),
                }
            )
        return {"packages": rows, "pairs": self._pairs()}

    def _pairs(self) -> list[dict[str, Any]]:
        """Differences between all packages that are kept, in every aim."""
        found = []
        names = [one.column.name for one in self.scoring.aims]
        for one in range(1, len(self.packages)):
            for other in range(one + 1, len(self.packages)):
                effects = self.effects(one, other)
                for name in names:
                    found.append(
                        {"package": one, "less": other, "measure": name} | told(effects[name])
                    )
        return found


def tables(content: Mapping[str, Any]) -> dict[str, list[dict[str, Any]]]:
    """The tables of results, by name: a row for each measure of a package, and for each pair."""
    packages = []
    for number, one in enumerate(content["packages"]):
        about = {
            "package": number,
            "levers": _written(one["levers"]),
            **{key: one[key] for key in ("chance_best", "max_regret", "keeps_limits")},
        }
        for name, found in one["measures"].items():
            level = {key: found[key] for key in ("value", "low", "high")}
            effect = {f"effect_{key}": value for key, value in found["effect"].items()}
            packages.append({**about, "measure": name, **level, **effect})
    explained = content["explained"]
    front = [
        {"levers": _written(one["levers"])}
        | {name: found["value"] for name, found in one["measures"].items()}
        for one in content["front"]
    ]
    return {
        "packages": packages,
        "pairs": content["pairs"],
        "front": front,
        "levers": [{"clause": "", **one} for one in explained["levers"]]
        + [{key: one[key] for key in one if key != "zh"} for one in explained["clauses"]],
    }


def _written(uses: list[dict[str, Any]]) -> str:
    """A package in one cell of a table."""
    return "; ".join(
        f"{use['lever']}={use['intensity']:g} from {use['start']}"
        + ("" if use["end"] is None else f" to {use['end']}")
        for use in uses
    )
