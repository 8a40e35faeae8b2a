"""Factors: the settings and levers that an experiment varies, with their values or ranges.

The name of a factor is a setting of the scenario in dotted form, such as ``public.trust.mean``, or
a lever, such as ``supervision``. ``behaviour.*`` means every number of a section, and ``decide``
the rule of decision. A factor may carry others along (``with``), which then have no levels of their
own.
"""

import json
from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, model_validator

from sim.declare import Section
from sim.errors import shown
from sim.study.points import check_name

# Number of levels of a range if a design needs levels and none are given.
LEVELS = 5
# Relative difference that counts as rounding.
ROUNDING = 1e-12
Distribution = Literal["uniform", "loguniform", "triangular", "normal"]
# Most characters of the name of a setting that is carried along.
_LONGEST_KEY = 200


class Link(Section):
    """How a setting follows a factor (联动): a × value + b, or a value for each level."""

    times: float = Field(1.0, description="multiplies the factor's value")
    plus: float = Field(0.0, description="is added to that")
    values: tuple[Any, ...] | None = Field(
        None, strict=False, min_length=1, description="its own values, one for each level"
    )

    @model_validator(mode="after")
    def _makes_sense(self) -> "Link":
        if self.values is not None and (self.times, self.plus) != (1.0, 0.0):
            raise ValueError("expected either values, or times and plus")
        return self

    @property
    def follows(self) -> bool:
        """Whether it takes the factor's value as it is, of whatever type."""
        return self.values is None and (self.times, self.plus) == (1.0, 0.0)


def _links(value: Any) -> Any:
    """The links of a factor as a table by key, from a key, a list of keys, or nested tables."""
    if isinstance(value, str):
        value = [value]
    if isinstance(value, list | tuple):
        for number, one in enumerate(value):
            if not isinstance(one, str):
                raise ValueError(f"expected names of settings or levers, got {shown(one)}")
            if one in value[:number]:
                raise ValueError(f"“{one}” is given twice")
        return _short_keys({one: {} for one in value})
    if not isinstance(value, Mapping):
        raise ValueError(f"expected a list of settings, or a table of them, got {shown(value)}")
    return _short_keys(dict(_link_tables(value, "")))


def _short_keys(links: dict[str, Any]) -> dict[str, Any]:
    """The same links. Raises ValueError if a key is too long to be the name of a setting."""
    for key in links:
        if len(key) > _LONGEST_KEY:
            raise ValueError(f"{shown(key)} is no setting: it has {len(key):,} characters")
    return links


def _link_tables(tree: Mapping[str, Any], prefix: str) -> Any:
    for name, value in tree.items():
        key = f"{prefix}{name}"
        if isinstance(value, list | tuple):
            yield key, {"values": value}
        elif not isinstance(value, Mapping):
            raise ValueError(
                f"{key}: expected a list of values, or a table with times and plus, "
                f"got {shown(value)}"
            )
        elif any(isinstance(one, Mapping) for one in value.values()) or (
            # A key with dots that stands without quotes is a table of tables.
            value and all(isinstance(one, list) for one in value.values()) and "values" not in value
        ):
            yield from _link_tables(value, f"{key}.")
        else:
            yield key, value


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
    names: tuple[str, ...] | None = Field(
        None, strict=False, description="names of its values in results, in their order"
    )
    titles: tuple[str, ...] | None = Field(
        None, strict=False, description="titles of its values in tables; if missing, their names"
    )
    links: Annotated[dict[str, Link], BeforeValidator(_links)] | None = Field(
        None, alias="with", description="settings and levers that it carries along"
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
        self._check_named()
        return self

    def _check_named(self) -> None:
        lists = {"names": self.names, "titles": self.titles}
        lists |= {f"with.{key}": link.values for key, link in (self.links or {}).items()}
        for entry, listed in lists.items():
            if listed is None:
                continue
            if self.values is None:
                raise ValueError(f"{entry}: a list is expected only where the factor lists values")
            if len(listed) != len(self.values):
                raise ValueError(
                    f"{entry}: {len(listed)} for {len(self.values)} values; expected one for each"
                )
        for number, name in enumerate(self.names or ()):
            check_name(name)
            if name in (self.names or ())[:number]:
                raise ValueError(f"names: “{name}” is given twice")


def level_key(value: Any) -> str:
    """A text that is the same for equal levels: 1 and 1.0 are equal, 1 and true are not."""
    return json.dumps(_plain(value), sort_keys=True, ensure_ascii=False, default=str)


def _plain(value: Any) -> Any:
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    if isinstance(value, Mapping):
        return {str(key): _plain(one) for key, one in value.items()}
    return float(value) if is_number(value) else value


def is_number(value: Any) -> bool:
    """Whether a level is a number; true and false are not."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def _check_once(values: tuple[Any, ...]) -> None:
    seen = set()
    for value in values:
        key = level_key(value)
        if key in seen:
            raise ValueError(f"values: {shown(value)} is given twice")
        seen.add(key)


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


def as_in_a_file(value: Any) -> Any:
    """A value of a scenario in the form used in files."""
    if isinstance(value, list | tuple):
        return [as_in_a_file(one) for one in value]
    if isinstance(value, Mapping):
        return {key: as_in_a_file(one) for key, one in value.items()}
    return value
