"""Experiments within the model: what is changed for some months, and what is measured of it.

A calibration compares them with published patterns, and predictions with published reforms.
"""

from collections.abc import Mapping
from typing import Annotated, Any, Literal, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, model_validator

from sim.calibration.vignettes import VIGNETTES
from sim.declare import Quantity, Section, quantities
from sim.errors import BadInput, Problems, finite, nearest
from sim.kinds import listed
from sim.measures import MEASURES
from sim.world.headings import TRAITS
from sim.world.levers import Departments, Reform, Variant, flatten
from sim.world.scenario import Scenario
from sim.world.sections import Mechanisms, settings

STATUS_QUO = "status_quo"
# Sections of a scenario, beside mechanisms, whose numbers may change during a run.
CHANGING = tuple(name for name in settings() if name != "start")
_MECHANISMS: dict[str, Quantity] = {one.key: one for one in quantities(Mechanisms)}
_OTHERS: dict[str, Quantity] = {one.key: one for one in quantities(Scenario)}
Values = NDArray[np.float64]
Months = Annotated[int, Field(ge=1, le=1_200)]
Positive = Annotated[float, Field(gt=0)]


class Arm(Section):
    """An experiment within the model: mechanisms are changed for some months (模型内实验)."""

    title: str = Field(description="title: the change that is made")
    set: dict[str, Any] = Field(
        {}, description="mechanism settings during it: a value, { times = x } or { plus = x }"
    )
    change: dict[str, Any] = Field(
        {}, description="other settings of the scenario during it, by their full key"
    )
    heads: dict[str, Any] = Field(
        {}, description="traits of those who head departments, changed as it begins"
    )
    levers: dict[str, float] = Field(
        {}, description="levers that are pulled during it, and their intensities, 0 to 1"
    )
    departments: Departments | None = Field(
        None, description="numbers of the departments that it covers, from 1; if missing, all"
    )
    months: Months = Field(description="its length in months")
    observed: Months | None = Field(
        None, description="number of its last months that are measured; if missing, all"
    )
    after: Annotated[int, Field(ge=0, le=600)] = Field(
        0, description="number of months after its end that are measured"
    )

    def unused(self) -> tuple[str, ...]:
        """Names of the entries that change nothing."""
        names = ("change", "heads", "levers", "departments")
        return tuple(name for name in names if not getattr(self, name))

    def reforms(self, first: int) -> tuple[Reform, ...]:
        """Its levers as reforms that begin in month ``first``."""
        months = (first, first + self.months)
        return tuple(
            Reform(lever=name, intensity=dose, months=months, departments=self.departments)
            for name, dose in self.levers.items()
        )

    @property
    def horizon(self) -> int:
        """Months from its beginning to the last that is measured."""
        return self.months + self.after


class Target(Section):
    """A published finding, and how it is measured in the model (校准目标)."""

    pattern: str = Field(description="the pattern to which it belongs")
    title: str = Field(description="the finding")
    zh: str = Field(description="the finding, in Chinese")
    source: str = Field(description="author and year")
    confidence: Literal["found", "recalled", "assumed"] = Field(
        description="found in the source, recalled from it, or assumed"
    )
    reading: str = Field(description="how the finding is translated into the model")
    unit: str = Field(description="unit")
    missed: str | None = Field(None, description="the reason if the model misses it")
    held: str | None = Field(
        None,
        description="the setting that it repeats, so that it cannot be missed and is counted "
        "apart; of a vignette, this is computed",
    )
    arm: str = Field(STATUS_QUO, description="the experiment within the model")
    measure: str | None = Field(None, description="the measure in that experiment")
    vignette: str | None = Field(None, description="instead, a single rule that is evaluated")
    compare: Literal["level", "difference", "ratio", "relative", "log_ratio", "faded"] = Field(
        "level", description="how the measure is compared with the status quo"
    )
    pooled: bool = Field(
        False,
        description="whether replicates are pooled: one ratio of sums over them, no mean of ratios",
    )
    kind: Literal["value", "range", "sign"]
    value: float | None = Field(None, description="the number found")
    tolerance: Positive | None = Field(
        None, description="largest difference from the value that counts as reached"
    )
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
            raise ValueError(f"{name}: not allowed in a target of kind “{self.kind}”")
        if (self.measure is None) == (self.vignette is None):
            raise ValueError("expected either a measure or a vignette")
        if self.held is not None and self.vignette is not None:
            raise ValueError("held: not allowed for a vignette, of which it is computed")
        if self.low is not None and self.high is not None and self.low >= self.high:
            raise ValueError(f"low {self.low:g} is not below high {self.high:g}")
        return self

    def _has(self, name: str) -> bool:
        return getattr(self, name) is not None

    @property
    def ends(self) -> tuple[float, float]:
        """Lower and upper value between which it counts as reached."""
        if self.value is not None and self.tolerance is not None:
            return self.value - self.tolerance, self.value + self.tolerance
        if self.low is not None and self.high is not None:
            return self.low, self.high
        return (0.0, float("inf")) if self.sign == 1 else (float("-inf"), 0.0)

    def reached(self, found: float) -> bool:
        """Whether a value of the model counts as reaching the target."""
        low, high = self.ends
        return low <= found <= high

    def misfit(self, found: Any) -> Any:
        """Difference between values of the model and the target, in tolerances; same shape.

        A value is 0 at the number found. A range is 0 inside it, and half its width is its
        tolerance. A sign is 0 if right and 1 if wrong.
        """
        if self.kind == "sign":
            low, _ = self.ends
            return np.where((np.asarray(found) > 0.0) == (low == 0.0), 0.0, 1.0)
        if self.value is not None and self.tolerance is not None:
            return (np.asarray(found) - self.value) / self.tolerance
        low, high = self.ends
        return (np.asarray(found) - np.clip(found, low, high)) / (0.5 * (high - low))


class Experiments(Section):
    """Experiments within the model, and the targets that are measured in them (模型内实验组)."""

    name: str = Field(description="name of the file")
    burn_in: Months = Field(description="months that are run before measurement begins")
    observed: Months = Field(description="months of the status quo that are measured")
    arm: dict[str, Arm] = Field({}, description="experiments within the model")
    target: Annotated[dict[str, Target], Field(min_length=1)] = Field(description="targets")

    def identity(self) -> dict[str, Any]:
        """All that determines results, as plain values.

        Titles, sources and tolerances of targets, and the ranges of priors, are not included.
        """
        arms = {
            name: arm.model_dump(mode="json", exclude={"title", *arm.unused()})
            for name, arm in self.arm.items()
        }
        asked = {"arm", "measure", "vignette", "compare"}
        targets = {
            name: target.model_dump(mode="json", include=asked)
            | ({"pooled": True} if target.pooled else {})
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
        """Length of the longest run, in months."""
        return self.burn_in + max([self.observed, *(arm.horizon for arm in self.arm.values())])

    def settings_of(self, arm: str, scenario: Scenario) -> dict[str, float]:
        """Settings of a scenario under an arm, by dotted key, limited to their ranges.

        Of an arm that names departments, they hold there only; see ``under``. Raises BadInput if a
        setting does not exist, its value is not valid, or it cannot change during a run.
        """
        about = self.arm[arm]
        found: dict[str, float] = {}
        for key, value in about.set.items():
            at = f"{self.name}: arm.{arm}.set.{key}"
            inside = _inside(key, flatten(scenario.mechanisms.model_dump()), at, "mechanism ")
            found |= _limited(inside, value, _MECHANISMS, at, "mechanisms.")
        for key, value in about.change.items():
            at = f"{self.name}: arm.{arm}.change.{key}"
            now = flatten(scenario.model_dump(include=set(CHANGING)))
            found |= _limited(_inside(key, now, at), value, _OTHERS, at)
        return found

    def told_apart(self, scenario: Scenario) -> Scenario:
        """The same scenario, in which departments that an arm names are counted by themselves."""
        marks = [
            Variant(departments=arm.departments, mechanisms={})
            for arm in self.arm.values()
            if arm.departments is not None
        ]
        if not marks:
            return scenario
        return scenario.model_copy(update={"variant": (*scenario.variant, *marks)})

    def under(self, arm: str, scenario: Scenario) -> tuple[Scenario, Scenario]:
        """A scenario under an arm, and after it, when levers that were pulled still fade.

        The scenario must be ``told_apart``. Raises BadInput as ``settings_of``.
        """
        about = self.arm[arm]
        moved = self.settings_of(arm, scenario)
        after = scenario
        if about.levers:
            pulled = (*scenario.reform, *about.reforms(self.burn_in))
            after = scenario.model_copy(update={"reform": pulled})
        if about.departments is None:
            return after.replace(moved), after
        only = Variant(
            departments=about.departments,
            mechanisms={key.removeprefix("mechanisms."): value for key, value in moved.items()},
        )
        return after.model_copy(update={"variant": (*after.variant, only)}), after

    def trait_of(self, arm: str, trait: str, now: Values) -> Values:
        """A trait of the heads under an arm, from that before it; both of shape (heads,).

        Raises BadInput if its value is not valid.
        """
        value, at = self.arm[arm].heads[trait], f"{self.name}: arm.{arm}.heads.{trait}"
        return np.array([min(max(_moved(value, one, at), 0.0), 1.0) for one in now.tolist()])

    def check(self, where: str) -> None:
        """Raise BadInput, with a message for each arm or target that makes no sense.

        Messages begin with ``where``.
        """
        problems = Problems()
        if STATUS_QUO in self.arm:
            problems.append(f"{where}: arm.{STATUS_QUO}: this name is reserved; use another")
        for name, target in self.target.items():
            with problems.noted():
                self._check_target(target, f"{where}: target.{name}")
        for name, arm in self.arm.items():
            with problems.noted():
                _check_arm(arm, f"{where}: arm.{name}")
        problems.refuse()

    def check_within(self, scenario: Scenario, where: str) -> None:
        """Raise BadInput, with a message for each entry of an arm that a scenario does not allow.

        Messages begin with ``where``.
        """
        problems = Problems()
        for name, arm in self.arm.items():
            for table in ("set", "change"):
                for key, value in getattr(arm, table).items():
                    one = arm.model_copy(update={"set": {}, "change": {}, table: {key: value}})
                    alone = self.model_copy(update={"name": where, "arm": {name: one}})
                    with problems.noted():
                        alone.settings_of(name, scenario)
            at = f"{where}: arm.{name}"
            for lever in arm.levers:
                if lever not in scenario.levers:
                    known = nearest(lever, scenario.levers)
                    problems.append(f"{at}.levers.{lever}: no such lever{known}")
            last, total = max(arm.departments or (0,)), scenario.total_departments
            if last > total:
                problems.append(f"{at}.departments: no department {last}; there are {total}")
        problems.refuse()

    def _check_target(self, target: Target, at: str) -> None:
        problems = Problems()
        arms = (STATUS_QUO, *self.arm)
        if target.measure is not None and target.measure not in MEASURES:
            problems.append(
                f"{at}.measure: no measure “{target.measure}”{nearest(target.measure, MEASURES)}"
            )
        if target.vignette is not None and target.vignette not in VIGNETTES:
            problems.append(
                f"{at}.vignette: no vignette “{target.vignette}”"
                f"{nearest(target.vignette, VIGNETTES)}"
            )
        if target.pooled:
            with problems.noted():
                self._check_pooled(target, at)
        alone = target.arm == STATUS_QUO
        if target.arm not in arms:
            problems.append(f"{at}.arm: no arm “{target.arm}”{nearest(target.arm, arms)}")
        elif alone != (target.compare == "level"):
            problems.append(
                f"{at}.compare: “{target.compare}” with arm “{target.arm}”; expected “level” "
                "for the status quo, and another comparison for any other arm"
            )
        elif target.compare == "faded" and self.arm[target.arm].after == 0:
            problems.append(
                f"{at}.compare: “faded” needs months after arm “{target.arm}”; "
                f"expected arm.{target.arm}.after of at least 1"
            )
        problems.refuse()

    def _check_pooled(self, target: Target, at: str) -> None:
        can = [name for name, measure in MEASURES.items() if measure.parts is not None]
        if target.measure not in can:
            raise BadInput(
                f"{at}.pooled: expected a measure that is a ratio of two sums: {listed(can, 'or')}"
            )
        if target.arm != STATUS_QUO:
            raise BadInput(
                f"{at}.pooled: expected only for the status quo, not for arm “{target.arm}”"
            )


def _check_arm(arm: Arm, at: str) -> None:
    problems = Problems()
    if not (arm.set or arm.change or arm.heads or arm.levers):
        problems.append(f"{at}: changes nothing; expected set, change, heads or levers")
    for trait in arm.heads:
        if trait not in TRAITS:
            problems.append(f"{at}.heads.{trait}: no trait{nearest(trait, TRAITS)}")
    for lever, dose in arm.levers.items():
        if not 0.0 <= dose <= 1.0:
            problems.append(f"{at}.levers.{lever}: {dose:g}; expected an intensity from 0 to 1")
    if arm.observed is not None and arm.observed > arm.months:
        problems.append(
            f"{at}.observed: {arm.observed}; expected at most the {arm.months} months of the arm"
        )
    if arm.departments is not None and (arm.change or arm.heads):
        problems.append(
            f"{at}.departments: expected only with set and levers; change and heads concern all "
            "departments"
        )
    problems.refuse()


def _inside(key: str, now: Mapping[str, Any], at: str, kind: str = "") -> dict[str, Any]:
    """Present values of the settings that a key names, one or all of a table."""
    inside = {one: value for one, value in now.items() if f"{one}.".startswith(f"{key}.")}
    if not inside:
        raise BadInput(f"{at}: no such {kind}setting{nearest(key, now)}")
    return inside


def _limited(
    inside: Mapping[str, Any],
    value: Any,
    declared: Mapping[str, Quantity],
    at: str,
    prefix: str = "",
) -> dict[str, float]:
    """Moved values of settings, limited to their ranges, by ``prefix`` and key."""
    found = {}
    for one, now in inside.items():
        moved = _moved(value, now, at)
        low, high = declared[one].low, declared[one].high
        moved = max(moved, low) if low is not None else moved
        moved = min(moved, high) if high is not None else moved
        # A whole number stays one.
        found[f"{prefix}{one}"] = int(moved) if isinstance(now, int) else moved
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
