"""Factors: the settings and levers that an experiment varies, with their values or ranges.

The name of a factor is a setting of the scenario in dotted form, such as ``public.trust.mean``, or
a lever, such as ``supervision``. ``behaviour.*`` means every number of a section, and ``decide``
the rule of decision.
"""

import math
from collections.abc import Mapping
from typing import Annotated, Any, Literal

import numpy as np
import scipy
from numpy.typing import NDArray
from pydantic import BaseModel, Field, ValidationError, model_validator

from sim.arithmetic import exp, log
from sim.decision_rule import DECIDE
from sim.declare import Section, quantities
from sim.errors import BadInput, explain, nearest
from sim.world.scenario import Scenario

Values = NDArray[np.float64]
# Number of levels of a range if a design needs levels and none are given.
LEVELS = 5
# Relative difference that counts as rounding.
ROUNDING = 1e-12

Distribution = Literal["uniform", "loguniform", "triangular", "normal"]


class Factor(Section):
    """A factor of an experiment (因素): a list of values, or a range with a distribution."""

    title: str | None = Field(None, description="title in tables; if missing, its name")
    values: tuple[Any, ...] | None = Field(
        None, strict=False, min_length=1, description="its values, for designs by levels"
    )
    low: float | None = Field(None, description="lower end of its range")
    high: float | None = Field(None, description="upper end of its range")
    spread: Annotated[float, Field(gt=0, le=1)] | None = Field(
        None,
        description="half of the range as a share of the scenario's value, instead of low and high",
    )
    levels: Annotated[int, Field(ge=2, le=1000)] | None = Field(
        None, description="evenly spaced values of the range, for designs by levels"
    )
    distribution: Distribution = Field("uniform", description="distribution over the range")
    mode: float | None = Field(None, description="mode of a triangular distribution")
    mean: float | None = Field(None, description="mean of a normal distribution, cut at the ends")
    sd: Annotated[float, Field(gt=0)] | None = Field(
        None, description="standard deviation of a normal distribution"
    )

    @model_validator(mode="after")
    def _makes_sense(self) -> "Factor":
        ends = self.low is not None or self.high is not None
        if (self.values is not None) + ends + (self.spread is not None) != 1:
            raise ValueError("expected either values, or low and high, or spread")
        _check_once(self.values or ())
        if self.values is not None and self.levels is not None:
            raise ValueError("levels: expected only with a range; here values are listed")
        if ends and (self.low is None or self.high is None):
            raise ValueError("expected both low and high")
        if ends:
            _check_range(self)
        needed = {"triangular": ("mode",), "normal": ("mean", "sd")}.get(self.distribution, ())
        for name in ("mode", "mean", "sd"):
            given = getattr(self, name) is not None
            if given and name not in needed:
                raise ValueError(f"{name}: not of a {self.distribution} distribution")
            if not given and name in needed:
                raise ValueError(f"a {self.distribution} distribution needs {name}")
        if self.values is not None and self.distribution != "uniform":
            raise ValueError("distribution: expected only with a range; here values are listed")
        return self


def _check_once(values: tuple[Any, ...]) -> None:
    for number, value in enumerate(values):
        if value in values[:number]:
            raise ValueError(f"values: {value!r} is given twice")


def _check_range(factor: Factor) -> None:
    low, high = factor.low, factor.high
    if low is None or high is None:
        return
    if low >= high:
        way = "the wrong way round" if low > high else "no range"
        raise ValueError(f"low {low:g} and high {high:g}: {way}")
    if factor.distribution == "loguniform" and low <= 0:
        raise ValueError(f"low {low:g}: a loguniform distribution needs a range above 0")
    if factor.mode is not None and not low <= factor.mode <= high:
        raise ValueError(f"mode {factor.mode:g}: outside the range")


class Varied:
    """A factor that is applied to one setting or lever of a scenario."""

    def __init__(self, name: str, factor: Factor, whole: bool, own: Any) -> None:
        self.name = name
        self.title = factor.title or name
        # Whether values are whole numbers.
        self.whole = whole
        # The scenario's own value in the form used in files; 0 for a lever.
        self.own = _as_in_a_file(own)
        self.values = factor.values
        self._factor = factor

    @property
    def is_lever(self) -> bool:
        """Whether it is a lever of the scenario, not a setting."""
        return _is_lever(self.name)

    @property
    def is_range(self) -> bool:
        """Whether it is a range; else it is a list of values."""
        return self.values is None

    @property
    def range(self) -> tuple[float, float]:
        """Lower and upper end. Raises ValueError if values are listed."""
        low, high = self._factor.low, self._factor.high
        if low is None or high is None:
            raise ValueError(f"{self.name} has no range")
        return (math.ceil(low), math.floor(high)) if self.whole else (low, high)

    @property
    def levels(self) -> tuple[Any, ...]:
        """Its listed values, or evenly spaced values of its range."""
        if self.values is not None:
            return self.values
        spaced = np.linspace(*self.range, self._factor.levels or LEVELS)
        found = [self._as_own(self._set(value)) for value in spaced]
        return tuple(dict.fromkeys(found))

    def _as_own(self, value: Any) -> Any:
        """The scenario's own value if a level equals it up to rounding, else the level."""
        if isinstance(self.own, int | float) and math.isclose(value, self.own, rel_tol=ROUNDING):
            return self.own
        return value

    @property
    def ends(self) -> tuple[Any, Any]:
        """Its low and high end. Raises BadInput if not exactly two values are listed."""
        if self.values is None:
            low, high = self.range
            return self._set(low), self._set(high)
        if len(self.values) != 2:
            raise BadInput(f"factor.{self.name}: a factorial design needs two values")
        return self.values[0], self.values[1]

    def at(self, shares: Values) -> list[Any]:
        """Values at these quantiles of its distribution, 0 to 1; shape of ``shares``."""
        if self.values is not None:
            number = len(self.values)
            picked = np.minimum((shares * number).astype(int), number - 1)
            return [self.values[one] for one in picked]
        return [self._set(value) for value in self._quantiles(shares)]

    def _quantiles(self, shares: Values) -> Values:
        (low, high), about = self.range, self._factor
        found: Any
        if about.distribution == "loguniform":
            # NumPy's logarithms differ in the last digit between processors, so they are not used.
            logarithms = log(low) + np.ravel(shares) * (log(high) - log(low))
            found = np.array([exp(one) for one in logarithms]).reshape(np.shape(shares))
        elif about.distribution == "triangular" and about.mode is not None:
            found = scipy.stats.triang.ppf(
                shares, (about.mode - low) / (high - low), low, high - low
            )
        elif about.distribution == "normal" and about.mean is not None and about.sd is not None:
            ends = ((low - about.mean) / about.sd, (high - about.mean) / about.sd)
            found = scipy.stats.truncnorm.ppf(shares, *ends, about.mean, about.sd)
        elif self.whole:
            # Every whole number has the same probability.
            found = low + np.floor(shares * (high - low + 1))
        else:
            found = low + shares * (high - low)
        return np.asarray(np.clip(found, low, high))

    def _set(self, value: Any) -> Any:
        return round(float(value)) if self.whole else float(value)


def _is_lever(name: str) -> bool:
    """Whether a factor's name is that of a lever: except for one, settings have dots."""
    return "." not in name and name != DECIDE


def _as_in_a_file(value: Any) -> Any:
    if isinstance(value, list | tuple):
        return [_as_in_a_file(one) for one in value]
    if isinstance(value, Mapping):
        return {key: _as_in_a_file(one) for key, one in value.items()}
    return value


def _numbers(section: type[BaseModel]) -> dict[str, Any]:
    return {one.key: one for one in quantities(section)}


def value_at(tree: Mapping[str, Any], key: str) -> Any:
    """The value at a dotted key of nested tables. Raises KeyError if there is none."""
    branch: Any = tree
    for part in key.split("."):
        branch = branch[part]
    return branch


def _spread_out(name: str, factor: Factor, own: Any, declared: Any, where: str) -> Factor:
    if factor.spread is None:
        return factor
    if isinstance(own, bool) or not isinstance(own, int | float):
        raise BadInput(f"{where}: spread: of numbers only; the scenario has {own!r}")
    ends = sorted((own * (1.0 - factor.spread), own * (1.0 + factor.spread)))
    low, high = ends
    if declared is not None and declared.low is not None:
        low = max(low, declared.low)
    if declared is not None and declared.high is not None:
        high = min(high, declared.high)
    if low >= high:
        raise BadInput(f"{where}: spread: leaves no range about the scenario's value {own:g}")
    told = factor.model_dump(exclude={"spread"}, exclude_none=True)
    try:
        return Factor.model_validate({**told, "low": float(low), "high": float(high)})
    except ValidationError as error:
        raise explain(error, Factor, where) from None


def varied(
    factors: Mapping[str, Factor], scenario: Scenario | None, where: str
) -> tuple[Varied, ...]:
    """Apply factors to a scenario; names such as ``behaviour.*`` give one factor for each setting.

    Without a scenario, factors are the arguments of a function. ``where`` names the source in
    errors. Raises BadInput for unknown names and for values that the scenario does not allow.
    """
    if scenario is None:
        return tuple(Varied(name, factor, False, None) for name, factor in factors.items())
    declared = _numbers(type(scenario))
    tree = scenario.model_dump()
    found: dict[str, Varied] = {}
    for name, factor in factors.items():
        at = f"{where}: factor.{name}"
        for key in _keys(name, factor, scenario, tree, declared, at):
            if key in found:
                raise BadInput(f"{at}: “{key}” is named twice")
            found[key] = _one(key, factor, scenario, tree, declared, at)
    return tuple(found.values())


def _keys(
    name: str,
    factor: Factor,
    scenario: Scenario,
    tree: Mapping[str, Any],
    declared: Mapping[str, Any],
    at: str,
) -> list[str]:
    if not name.endswith(".*"):
        return [name]
    inside = [key for key in declared if key.startswith(name[:-1])]
    if not inside:
        raise BadInput(f"{at}: no such section{nearest(name[:-2], tree)}")
    # A range given as a share of the value does not exist for a value of 0.
    kept = [key for key in inside if factor.spread is None or value_at(tree, key) != 0]
    return kept


def _one(
    key: str,
    factor: Factor,
    scenario: Scenario,
    tree: Mapping[str, Any],
    declared: Mapping[str, Any],
    at: str,
) -> Varied:
    if _is_lever(key):
        if key not in scenario.levers:
            raise BadInput(
                f"{at}: no lever “{key}”{nearest(key, scenario.levers)}; a setting is named with "
                "dots, as in public.trust.mean"
            )
        ready = Varied(key, _spread_out(key, factor, 0.0, None, at), False, 0.0)
        _try(ready, lambda value: scenario.replace(levers={key: value}), at)
        return ready
    try:
        own = value_at(tree, key)
    except (KeyError, TypeError, IndexError):
        try:
            scenario.replace({key: 0.0})
        except BadInput as error:
            raise BadInput(f"{at}: {str(error).removeprefix(f'{key}: ')}") from None
        raise BadInput(f"{at}: no such setting") from None
    number = isinstance(own, int | float) and not isinstance(own, bool)
    if factor.values is None and not number:
        raise BadInput(f"{at}: the scenario has no number there; list values instead of a range")
    ready = Varied(
        key, _spread_out(key, factor, own, declared.get(key), at), isinstance(own, int), own
    )
    if isinstance(own, bool):
        ready.whole = False
    elif ready.whole and ready.is_range and ready.range[0] > ready.range[1]:
        raise BadInput(f"{at}: no whole number between low and high")
    _try(ready, lambda value: scenario.replace({key: value}), at)
    return ready


def _try(ready: Varied, change: Any, at: str) -> None:
    """Raise BadInput if the scenario does not allow a value, or an end of the range."""
    tried = ready.values if ready.values is not None else ready.ends
    for value in tried:
        try:
            change(value)
        except BadInput as error:
            raise BadInput(f"{at}: {error}") from None
