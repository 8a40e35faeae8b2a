"""Priors of levers: what they do at full strength, what they take, and where they start.

No target of a calibration tells how strong a reform is, so the posterior of these values equals
their prior, and is independent of behaviour. They are drawn from it and stored with the draws of
behaviour, in the same table. Where levers start does matter to targets; of several draws for each
draw of behaviour, one is kept by how near it comes to them.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, Self

import numpy as np
import scipy
from numpy.typing import NDArray
from pydantic import Field, ValidationError

from sim import shipped
from sim.arithmetic import exp
from sim.declare import Section
from sim.errors import BadInput, explain
from sim.study.applied_factors import varied
from sim.study.factors import Factor
from sim.study.varied import Varied
from sim.world.scenario import Scenario

Values = NDArray[np.float64]
Text = Annotated[str, Field(min_length=1)]
# The sections of a scenario in which values of levers, and of where they start, stand.
LEVERS = "levers"
MECHANISMS = "mechanisms"


class Prior(Factor):
    """The interval of a value of a lever, and where it comes from (先验)."""

    basis: Literal["reform", "spread", "assumed"] = Field(
        description="what the interval rests on: a published reform, the spread of a practice "
        "between organisations, or an assumption"
    )
    source: Annotated[str, Field(min_length=1)] = Field(description="author and year, or “assumed”")
    reading: Annotated[str, Field(min_length=1)] = Field(
        description="how the source gives the ends"
    )


class LeverPrior(Section):
    """Priors of one lever (举措先验)."""

    burden: Prior = Field(description="officers' time it takes beside what its settings take")
    cost: Prior = Field(description="outside cost, officer-months per officer-year")
    full: dict[str, Prior] = Field(
        {}, description="settings at full strength, by dotted key; “KEY.times” of a multiple"
    )


class LeverPriors(Section):
    """Priors of the levers of a scenario (各项举措的先验)."""

    title: str = Field("", description="title of the priors")
    lever: dict[str, LeverPrior] = Field({}, description="priors of each lever, by its name")
    status_quo: dict[str, Prior] = Field(
        {}, description="mechanism settings where levers start, by dotted key"
    )

    @classmethod
    def load(cls, path: Path) -> Self:
        """Load priors from a file. Raises BadInput if it is not valid."""
        try:
            return cls.model_validate(shipped.read(path))
        except ValidationError as error:
            raise explain(error, cls, str(path)) from None

    @classmethod
    def beside(cls, patterns: Path) -> Self | None:
        """The priors of levers of a file of patterns: of the same name, in the folder ``levers``.

        None if there are none. Raises BadInput if they are not valid.
        """
        path = patterns.parent / "levers" / patterns.name
        return cls.load(path) if path.is_file() else None

    @property
    def of_levers(self) -> dict[str, Prior]:
        """Priors of full values, burdens and costs, by the setting of a scenario."""
        found: dict[str, Prior] = {}
        for name, lever in self.lever.items():
            found[f"{LEVERS}.{name}.burden"] = lever.burden
            found[f"{LEVERS}.{name}.cost"] = lever.cost
            found |= {f"{LEVERS}.{name}.full.{key}": one for key, one in lever.full.items()}
        return found

    @property
    def of_status_quo(self) -> dict[str, Prior]:
        """Priors of settings where levers start, by the setting of a scenario."""
        return {f"{MECHANISMS}.{key}": one for key, one in self.status_quo.items()}


class LeverDoubt:
    """The values of levers that are drawn, each with its prior.

    Raises BadInput if a prior does not fit the scenario, or does not contain its value.
    """

    def __init__(self, priors: LeverPriors, scenario: Scenario, where: str) -> None:
        self.levers = _containing(priors.of_levers, scenario, where)
        self.status_quo = _containing(priors.of_status_quo, scenario, where)
        self.priors = {**priors.of_status_quo, **priors.of_levers}

    @property
    def factors(self) -> tuple[Varied, ...]:
        """Where levers start, then what they do."""
        return (*self.status_quo, *self.levers)

    def identity(self) -> dict[str, Any]:
        """All that determines draws: the intervals and their distributions."""
        told = {"basis", "source", "reading", "title"}
        return {
            key: one.model_dump(mode="json", exclude=told, exclude_none=True)
            for key, one in self.priors.items()
        }


def evenly(factors: int, number: int, rng: np.random.Generator) -> Values:
    """A Latin hypercube sample (McKay, Beckman & Conover 1979) of shares; (number, factors).

    Each column has one value in each of ``number`` equal parts of 0 to 1.
    """
    if not factors or not number:
        return np.empty((number, factors))
    return np.asarray(scipy.stats.qmc.LatinHypercube(factors, rng=rng).random(number))


def kept(misfits: Values, rng: np.random.Generator) -> NDArray[np.int64]:
    """One column of each row, with a probability in proportion to exp(−½ misfit); shape (rows,).

    ``misfits`` are sums of squares in tolerances, (rows, columns). This is sampling-importance-
    resampling (Rubin 1988) from the prior that columns were drawn from.
    """
    above = misfits - misfits.min(axis=1, keepdims=True)
    weights = np.array([[exp(-0.5 * one) for one in row] for row in above.tolist()])
    upto = np.cumsum(weights, axis=1)
    asked = rng.random(len(weights)) * upto[:, -1]
    return np.asarray((upto <= asked[:, None]).sum(axis=1).clip(max=weights.shape[1] - 1))


def _containing(priors: Mapping[str, Prior], scenario: Scenario, where: str) -> tuple[Varied, ...]:
    found = varied(priors, scenario, where)
    for one in found:
        if not one.is_range:
            raise BadInput(f"{where}: {one.name}: is a list of values; expected a range")
        if one.carried:
            raise BadInput(f"{where}: {one.name}: with: of factors of an experiment only")
        low, high = one.range
        if not low <= one.own <= high:
            raise BadInput(
                f"{where}: {one.name}: the value of {scenario.name}, {one.own:g}, is outside the "
                f"prior, {low:g} to {high:g}"
            )
    return found
