"""What a scenario is fitted to: patterns, the experiments that show them in the model, and priors.

Loaded from a TOML file, checked before anything runs.
"""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, Self

import numpy as np
from pydantic import Field, ValidationError, model_validator

from sim import shipped
from sim.calibration.vignettes import VIGNETTES
from sim.declare import Quantity, Section, quantities
from sim.errors import BadInput, explain, finite, nearest
from sim.measures import MEASURES
from sim.study.factors import Factor
from sim.world.levers import flatten
from sim.world.scenario import Scenario
from sim.world.sections import Mechanisms

STATUS_QUO = "status_quo"
# What the status quo must look like before anything else.
BASELINE = "Baseline"
Months = Annotated[int, Field(ge=1, le=1_200)]
Positive = Annotated[float, Field(gt=0)]


class Arm(Section):
    """An experiment within the model: mechanisms set apart for some months (模型内实验)."""

    title: str = Field(description="what is done")
    set: dict[str, Any] = Field(
        description="mechanism settings while it lasts: a value, { times = x } or { plus = x }"
    )
    months: Months = Field(description="how long it lasts")
    observed: Months | None = Field(None, description="last months of it that count; else all")
    after: Annotated[int, Field(ge=0, le=600)] = Field(
        0, description="months followed once it has ended"
    )

    @property
    def horizon(self) -> int:
        """Months from its beginning to the last that is looked at."""
        return self.months + self.after


class Target(Section):
    """A pattern found in the world, and how the model is asked for it (校准目标)."""

    pattern: str = Field(description="which pattern it belongs to")
    title: str = Field(description="what was found")
    zh: str = Field(description="the same in Chinese")
    source: str = Field(description="author and year")
    confidence: Literal["found", "recalled", "assumed"] = Field(
        description="found in the source, recalled from it, or assumed"
    )
    reading: str = Field(description="how it is read in the model")
    unit: str = Field(description="unit")
    missed: str | None = Field(
        None, description="why the model does not reach it, where it does not"
    )
    arm: str = Field(STATUS_QUO, description="the experiment within the model")
    measure: str | None = Field(None, description="what is measured there")
    vignette: str | None = Field(None, description="or the rule that is asked directly")
    compare: Literal["level", "difference", "ratio", "relative", "log_ratio", "faded"] = Field(
        "level", description="how it is set against the status quo"
    )
    kind: Literal["value", "range", "sign"]
    value: float | None = Field(None, description="the number found")
    tolerance: Positive | None = Field(None, description="how far off still counts as reached")
    low: float | None = Field(None, description="lower end of a range")
    high: float | None = Field(None, description="upper end of a range")
    sign: Literal[1, -1] | None = Field(None, description="the sign found")

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        needed = {"value": ("value", "tolerance"), "range": ("low", "high"), "sign": ("sign",)}
        given = {name for names in needed.values() for name in names if self._has(name)}
        for name in needed[self.kind]:
            if name not in given:
                raise ValueError(f"{name}: needed by a target of kind “{self.kind}”")
        for name in sorted(given - set(needed[self.kind])):
            raise ValueError(f"{name}: not of a target of kind “{self.kind}”")
        if (self.measure is None) == (self.vignette is None):
            raise ValueError("expected either a measure or a vignette")
        if self.low is not None and self.high is not None and self.low >= self.high:
            raise ValueError(f"low {self.low:g} and high {self.high:g}: no range")
        return self

    def _has(self, name: str) -> bool:
        return getattr(self, name) is not None

    @property
    def ends(self) -> tuple[float, float]:
        """Between which values it counts as reached."""
        if self.value is not None and self.tolerance is not None:
            return self.value - self.tolerance, self.value + self.tolerance
        if self.low is not None and self.high is not None:
            return self.low, self.high
        return (0.0, float("inf")) if self.sign == 1 else (float("-inf"), 0.0)

    def reached(self, found: float) -> bool:
        """Whether a value counts as reached."""
        low, high = self.ends
        return low <= found <= high

    def misfit(self, found: Any) -> Any:
        """How far off, in tolerances (half ranges): 0 at the value or inside the range.

        A sign counts one tolerance where it is wrong.
        """
        if self.kind == "sign":
            low, _ = self.ends
            return np.where((np.asarray(found) > 0.0) == (low == 0.0), 0.0, 1.0)
        if self.value is not None and self.tolerance is not None:
            return (np.asarray(found) - self.value) / self.tolerance
        low, high = self.ends
        return (np.asarray(found) - np.clip(found, low, high)) / (0.5 * (high - low))


class Patterns(Section):
    """Everything a calibration rests on (校准依据)."""

    name: str = Field(description="name of the file")
    title: str = Field(description="what is calibrated")
    scenario: str = Field(description="the scenario that is fitted")
    burn_in: Months = Field(description="months run before anything is looked at")
    observed: Months = Field(description="months of the status quo that are looked at")
    start: dict[str, Any] = Field(
        {}, description="settings that every candidate begins from, whatever the scenario's own"
    )
    arm: dict[str, Arm] = Field(description="experiments within the model")
    target: Annotated[dict[str, Target], Field(min_length=1)] = Field(description="targets")
    prior: Annotated[dict[str, Factor], Field(min_length=1)] = Field(
        description="settings fitted, and the ranges they are drawn from"
    )

    @classmethod
    def load(cls, source: str | Path = "district") -> Self:
        """Load patterns by shipped name or by path. Raises BadInput for whatever is wrong."""
        path = shipped.find(source, shipped.patterns(), "calibration patterns")
        tree = shipped.read(path)
        asked = tree.get("scenario")
        if isinstance(asked, str) and asked not in shipped.scenarios():
            beside = path.parent / asked
            if os.path.isfile(beside):
                tree["scenario"] = str(beside)
        return cls.from_tree(tree, path.stem, str(source))

    @classmethod
    def from_tree(cls, tree: Mapping[str, Any], name: str, where: str) -> Self:
        """Check nested tables, such as a TOML file holds, and make patterns of them."""
        try:
            patterns = cls.model_validate({"name": name, **tree})
        except ValidationError as error:
            raise explain(error, cls, where) from None
        patterns._check(where)
        return patterns

    def _check(self, where: str) -> None:
        if all(target.kind == "sign" for target in self.target.values()):
            raise BadInput(f"{where}: target: expected at least one that is no sign")
        if STATUS_QUO in self.arm:
            raise BadInput(f"{where}: arm.{STATUS_QUO}: this name is taken")
        for name, target in self.target.items():
            self._check_target(target, f"{where}: target.{name}")
        for name, arm in self.arm.items():
            if arm.observed is not None and arm.observed > arm.months:
                raise BadInput(f"{where}: arm.{name}.observed: longer than the arm itself")

    def _check_target(self, target: Target, at: str) -> None:
        arms = (STATUS_QUO, *self.arm)
        if target.arm not in arms:
            raise BadInput(f"{at}.arm: no arm “{target.arm}”{nearest(target.arm, arms)}")
        if target.measure is not None and target.measure not in MEASURES:
            raise BadInput(
                f"{at}.measure: no measure “{target.measure}”{nearest(target.measure, MEASURES)}"
            )
        if target.vignette is not None and target.vignette not in VIGNETTES:
            raise BadInput(
                f"{at}.vignette: no vignette “{target.vignette}”"
                f"{nearest(target.vignette, VIGNETTES)}"
            )
        alone = target.arm == STATUS_QUO
        if alone != (target.compare == "level"):
            raise BadInput(f"{at}.compare: the status quo has a level, an arm is compared")
        if target.compare == "faded" and self.arm[target.arm].after == 0:
            raise BadInput(f"{at}.compare: nothing is followed after arm “{target.arm}”")

    def identity(self) -> dict[str, Any]:
        """What fixes results, as plain values; how targets are told and priors reach does not."""
        arms = {
            name: arm.model_dump(mode="json", exclude={"title"}) for name, arm in self.arm.items()
        }
        asked = {"arm", "measure", "vignette", "compare"}
        targets = {
            name: target.model_dump(mode="json", include=asked)
            for name, target in self.target.items()
        }
        return {
            "burn_in": self.burn_in,
            "observed": self.observed,
            "arm": arms,
            "target": targets,
        }

    @property
    def horizon(self) -> int:
        """Months of the longest run."""
        return self.burn_in + max([self.observed, *(arm.horizon for arm in self.arm.values())])

    def settings_of(self, arm: str, scenario: Scenario) -> dict[str, float]:
        """What an arm sets in a scenario, by dotted key, held inside ranges. Raises BadInput."""
        declared: dict[str, Quantity] = {one.key: one for one in quantities(Mechanisms)}
        now = flatten(scenario.mechanisms.model_dump())
        found: dict[str, float] = {}
        for key, value in self.arm[arm].set.items():
            inside = [one for one in now if one == key or one.startswith(f"{key}.")]
            if not inside:
                raise BadInput(
                    f"{self.name}: arm.{arm}.set.{key}: no such mechanism setting"
                    f"{nearest(key, now)}"
                )
            for one in inside:
                moved = _moved(value, now[one], f"{self.name}: arm.{arm}.set.{key}")
                low, high = declared[one].low, declared[one].high
                moved = max(moved, low) if low is not None else moved
                found[f"mechanisms.{one}"] = min(moved, high) if high is not None else moved
        return found


def _moved(value: Any, own: float, at: str) -> float:
    expected = "a number, { times = x } or { plus = x }"
    if isinstance(value, Mapping) and len(value) == 1:
        [(how, by)] = value.items()
        if how == "times":
            return finite(own * finite(by, f"{at}.times"), at)
        if how == "plus":
            return finite(own + finite(by, f"{at}.plus"), at)
    return float(finite(value, at, expected))
