"""When reforms with a trigger were in force in the runs of a comparison."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np

from sim.measures import AT
from sim.study.compare import Comparison
from sim.world.levers import Reform
from sim.world.scenario import Scenario

MONTHS, BEGINS = "months_under_reform", "reform_begins"


@dataclass(frozen=True)
class Fired:
    """One reform with a trigger, in all replicates of a package."""

    # Its number among the reforms of the scenario, from 1.
    number: int
    reform: Reform
    replicates: int
    # Replicates in which it was ever in force.
    began: int
    # First month in force, the mean over replicates in which it ever was; NaN if in none. Months in
    # force, the mean over all replicates.
    begins: float
    months: float

    def as_plain(self) -> dict[str, Any]:
        """All of it for JSON."""
        about = self.reform.model_dump(mode="json", exclude_none=True)
        return {
            "number": self.number,
            **about,
            "replicates": self.replicates,
            "began": self.began,
            BEGINS: None if np.isnan(self.begins) else self.begins,
            MONTHS: self.months,
        }


def triggered(scenario: Scenario) -> list[tuple[int, Reform]]:
    """Reforms with a trigger, with their numbers from 1."""
    numbered = enumerate(scenario.reform, 1)
    return [(number, reform) for number, reform in numbered if reform.triggered]


def measures_of(scenarios: Iterable[Scenario]) -> tuple[str, ...]:
    """Names of the measures from which ``fired`` is read."""
    numbers = sorted({number for scenario in scenarios for number, _ in triggered(scenario)})
    return tuple(f"{name}{AT}{number}" for number in numbers for name in (BEGINS, MONTHS))


def fired(comparison: Comparison, package: str) -> list[Fired]:
    """The reforms with a trigger of a package."""
    (scenario,) = (one.scenario for one in comparison.packages if one.name == package)
    rows = comparison.runs[comparison.runs["package"] == package]
    found = []
    for number, reform in triggered(scenario):
        begins = rows[f"{BEGINS}{AT}{number}"].to_numpy(float)
        months = rows[f"{MONTHS}{AT}{number}"].to_numpy(float)
        began = begins[~np.isnan(begins)]
        first = float(began.mean()) if began.size else float("nan")
        found.append(Fired(number, reform, len(rows), began.size, first, float(months.mean())))
    return found
