"""Why an officer did what it did: the utility of each conduct, term by term.

Terms are those of ``sim.rules.conduct.utility``, with habit; their sum is what choice weighs.
"""

import math
from dataclasses import dataclass
from typing import Any

from sim.government import Officer
from sim.parameters import CONDUCTS

TERMS = (
    "duty",
    "reward",
    "cost",
    "rent",
    "threat",
    "blame",
    "belonging",
    "example",
    "habit",
)


@dataclass(frozen=True)
class Moment:
    """What an officer saw when it chose: copies, since the month goes on."""

    officer: Any
    department: Any
    outlooks: Any
    mechanisms: Any
    example: float


class Watched(Officer):
    """An officer that remembers what it saw when it chose."""

    moment: Moment | None = None

    def decide(self) -> int | str:
        """Choose as every officer does."""
        department = self.department
        self.moment = Moment(
            self.record.copy(),
            department.record.copy(),
            department.outlooks.copy(),
            department.mechanisms,
            _example(self),
        )
        return super().decide()


def _example(officer: Officer) -> float:
    """The superior's engagement last month, as ``sim.month.example_for`` has it."""
    above = officer.superior
    if above is None:
        return 0.0
    return float(officer.model.world.conducts["engagement"][above.record.previous_conduct])


@dataclass(frozen=True)
class Why:
    """Terms by conduct, their sums, and the chance of each conduct; in the order of CONDUCTS."""

    terms: dict[str, tuple[float, ...]]
    sums: tuple[float, ...]
    chances: tuple[float, ...]


def why(moment: Moment, settings: Any, conducts: Any) -> Why:
    """The reasons of one officer in one month."""
    by_conduct = [_terms(moment, k, settings) for k in range(len(CONDUCTS))]
    sums = tuple(sum(one.values()) for one in by_conduct)
    open_ = [bool(available) for available in conducts["available"]]
    best = max(value for value, one in zip(sums, open_, strict=True) if one)
    weights = [
        math.exp(float(settings["precision"]) * (value - best)) if one else 0.0
        for value, one in zip(sums, open_, strict=True)
    ]
    chances = tuple(weight / sum(weights) for weight in weights)
    return Why({name: tuple(one[name] for one in by_conduct) for name in TERMS}, sums, chances)


def _terms(moment: Moment, k: int, settings: Any) -> dict[str, float]:
    officer, department, mechanisms = moment.officer, moment.department, moment.mechanisms
    outlook = moment.outlooks[k]
    substance = officer["ease"] * outlook["substance"]
    validity = department["validity"]
    seen = validity * substance + (1.0 - validity) * outlook["show"]
    prospects = (
        settings["career"] * officer["ambition"] * mechanisms["promotion"] * officer["merit_belief"]
    )
    reward = prospects + settings["pay_pull"] * mechanisms["pay"]
    learned = officer["perceived_risk"]
    felt = learned + settings["alert"] * max(0.0, department["presence"] - learned)
    habitual = officer["previous_conduct"] == k
    terms = {
        "duty": settings["duty"] * officer["responsibility"] * substance,
        "reward": reward * department["attention"] * department["salience"] * seen,
        "cost": -outlook["cost"],
        "rent": outlook["rent"] * (1.0 - officer["responsibility"]),
        "threat": -outlook["threat"] * felt,
        "blame": -outlook["blame"] * (settings["error_base"] - officer["ease"]),
        "belonging": outlook["belonging"],
        "example": settings["example"]
        * mechanisms["drive"]
        * moment.example
        * outlook["engagement"],
        "habit": settings["habit"] * officer["inertia"] if habitual else 0.0,
    }
    return {name: float(value) for name, value in terms.items()}
