"""Factors: the settings and levers that an experiment varies, with their values or ranges.

The name of a factor is a setting of the scenario in dotted form, such as ``public.trust.mean``, or
a lever, such as ``supervision``. ``behaviour.*`` means every number of a section, and ``decide``
the rule of decision. A factor may carry others along (``with``), which then have no levels of their
own.
"""

import json
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Annotated, Any, Literal

import numpy as np
import scipy
from numpy.typing import NDArray
from pydantic import BaseModel, BeforeValidator, Field, ValidationError, model_validator

from sim.arithmetic import exp, log
from sim.decision_rule import DECIDE
from sim.declare import Section, quantities
from sim.errors import BadInput, explain, nearest, shown
from sim.study.points import Point, check_name, short
from sim.world.scenario import Scenario

Values = NDArray[np.float64]
# Number of levels of a range if a design needs levels and none are given.
LEVELS = 5
# Relative difference that counts as rounding.
ROUNDING = 1e-12

Distribution = Literal["uniform", "loguniform", "triangular", "normal"]


# Most characters of the name of a setting that is carried along.
_LONGEST_KEY = 200
# Most characters of a level in labels.
_LONGEST = 40


class Link(Section):
    """What a setting that a factor carries along gets (联动): a × value + b, or a value a level."""

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


@dataclass(frozen=True)
class Carried:
    """A setting or lever that a factor carries along."""

    key: str
    link: Link
    # Whether values are whole numbers, and the scenario's own value; 0 for a lever.
    whole: bool = False
    own: Any = None

    def is_number(self, of_number: bool) -> bool:
        """Whether its values are numbers, where ``of_number`` says so of the factor's."""
        if self.link.values is None:
            return of_number
        return all(is_number(value) for value in self.link.values)

    def along(self, column: NDArray[Any]) -> NDArray[Any]:
        """Its values beside a factor's, which are numbers; both of shape (points,)."""
        if self.link.follows and not self.whole:
            return column
        found = self.link.times * column + self.link.plus
        return np.rint(found).astype(np.int64) if self.whole else np.asarray(found, float)

    def at(self, value: Any, place: int | None) -> Any:
        """Its value where the factor has ``value``, which is its level number ``place`` if any."""
        if self.link.values is not None:
            assert place is not None
            return self.link.values[place]
        if self.link.follows and not (self.whole and is_number(value)):
            return value
        found = self.link.times * value + self.link.plus
        return round(found) if self.whole else float(found)


class Varied:
    """A factor that is applied to one setting or lever of a scenario."""

    def __init__(
        self,
        name: str,
        factor: Factor,
        whole: bool,
        own: Any,
        carried: Sequence[Carried] = (),
    ) -> None:
        self.name = name
        self.title = factor.title or name
        # Whether values are whole numbers.
        self.whole = whole
        # The scenario's own value in the form used in files; 0 for a lever.
        self.own = as_in_a_file(own)
        self.values = factor.values
        # What it carries along.
        self.carried = tuple(carried)
        self._factor = factor

    @cached_property
    def _places(self) -> Mapping[str, int]:
        return {level_key(value): place for place, value in enumerate(self.values or ())}

    def place(self, value: Any) -> int | None:
        """Number of a level among the values that are listed, from 0; None if it is not there."""
        return self._places.get(level_key(value))

    def changes(self, value: Any) -> dict[str, Any]:
        """What a level changes: the factor itself, and what it carries along, by name."""
        place = self.place(value) if self.carried and self.values is not None else None
        return {self.name: value, **{one.key: one.at(value, place) for one in self.carried}}

    def point(self, value: Any) -> Point:
        """The point at which only this factor is moved, to a level."""
        changes = self.changes(value)
        levers = {key: one for key, one in changes.items() if self.pulls(key)}
        return Point({key: one for key, one in changes.items() if key not in levers}, levers)

    def pulls(self, key: str) -> bool:
        """Whether a name that it changes is that of a lever; a function has no levers."""
        return self.own is not None and _is_lever(key)

    def is_own(self, value: Any) -> bool:
        """Whether a level leaves the scenario as it is, in all that the factor changes."""
        changes = self.changes(value)
        own = {self.name: self.own, **{one.key: one.own for one in self.carried}}
        return all(level_key(changes[key]) == level_key(own[key]) for key in own)

    @property
    def starts_at_own(self) -> bool:
        """Whether its own value would leave all that it carries along as the scenario has it."""
        if any(one.link.values is not None for one in self.carried):
            return self.place(self.own) is not None and self.is_own(self.own)
        return self.is_own(self.own)

    @property
    def is_ordered(self) -> bool:
        """Whether its levels are numbers, so that it has a slope; else they are categories."""
        return self.values is None or all(is_number(value) for value in self.values)

    def shown(self, value: Any) -> str:
        """A level in labels: its name, or the value itself."""
        place = self.place(value)
        return plain_label(value) if place is None else self._shown[place]

    @cached_property
    def _shown(self) -> Sequence[str]:
        if self._factor.names is not None:
            return self._factor.names
        found = [plain_label(value) for value in self.values or ()]
        # Tables that are alike at their beginning are told by number.
        return [
            f"level {place}" if isinstance(value, list | dict) and found.count(label) > 1 else label
            for place, (value, label) in enumerate(zip(self.values or (), found, strict=True), 1)
        ]

    def labelled(self, value: Any) -> str:
        """A level in the label of a point, where texts stand in quotes if they are no names."""
        return self.shown(value) if self.is_named or not isinstance(value, str) else short(value)

    @property
    def is_named(self) -> bool:
        """Whether its levels have names."""
        return self._factor.names is not None

    def tabled(self, column: NDArray[Any]) -> NDArray[Any]:
        """A column of its levels as results show it."""
        return in_tables(column, self.shown, self.is_named)

    def titled(self, value: Any) -> str:
        """The title of a level, or what is shown of it."""
        return self.level_titles.get(self.shown(value), self.shown(value))

    @property
    def level_titles(self) -> Mapping[str, str]:
        """Titles of its levels, by what is shown of them."""
        return dict(zip(self._shown, self._factor.titles or (), strict=False))

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


def in_tables(
    column: NDArray[Any], shown: Callable[[Any], str], always: bool = False
) -> NDArray[Any]:
    """A column of levels in which texts stand for tables and lists, or ``always``."""
    if column.dtype != object and not always:
        return column
    found = np.empty(len(column), object)
    for row, value in enumerate(column.tolist()):
        stays = isinstance(value, str | int | float) and not always
        found[row] = value if stays else shown(value)
    return found


def plain_label(value: Any) -> str:
    """A level in labels where it has no name."""
    if isinstance(value, float):
        return f"{value:g}"
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"


def as_in_a_file(value: Any) -> Any:
    """A value of a scenario in the form used in files."""
    if isinstance(value, list | tuple):
        return [as_in_a_file(one) for one in value]
    if isinstance(value, Mapping):
        return {key: as_in_a_file(one) for key, one in value.items()}
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
    told = factor.model_dump(exclude={"spread"}, exclude_none=True, by_alias=True)
    try:
        return Factor.model_validate({**told, "low": float(low), "high": float(high)})
    except ValidationError as error:
        raise explain(error, Factor, where) from None


def varied(
    factors: Mapping[str, Factor], scenario: Scenario | None, where: str, together: bool = False
) -> tuple[Varied, ...]:
    """Apply factors to a scenario; names such as ``behaviour.*`` give one factor for each setting.

    Without a scenario, factors are the arguments of a function. ``where`` names the source in
    errors. Raises BadInput for unknown names and for values that the scenario does not allow. With
    ``together``, values need be allowed only together with those of other factors, and are then
    held only against their own range.
    """
    declared = {} if scenario is None else _numbers(type(scenario))
    tree = {} if scenario is None else scenario.model_dump()
    found: dict[str, Varied] = {}
    named: dict[str, str] = {}
    for name, factor in factors.items():
        at = f"{where}: factor.{name}"
        if scenario is None:
            here = [Varied(name, factor, False, None, _carried_along(factor, None, {}, at))]
        else:
            keys = _keys(name, factor, scenario, tree, declared, at)
            here = [_one(key, factor, scenario, tree, declared, at, together) for key in keys]
        for one in here:
            for key in (one.name, *(carried.key for carried in one.carried)):
                _check_apart(key, named, at)
                if scenario is not None and key in scenario.always_follows:
                    raise BadInput(
                        f"{at}: “{key}” would have no effect: in every month it takes its value "
                        f"from series.{key}"
                    )
                named[key] = name
            found[one.name] = one
    return tuple(found.values())


def _check_apart(key: str, named: Mapping[str, str], at: str) -> None:
    """Raise BadInput if a setting is changed twice, itself or as a part of a table."""
    if key in named:
        raise BadInput(f"{at}: “{key}” is named twice")
    parts = key.split(".")
    for depth in range(1, len(parts)):
        if ".".join(parts[:depth]) in named:
            raise BadInput(f"{at}: “{key}” is a part of “{'.'.join(parts[:depth])}”")
    inside = next((one for one in named if one.startswith(f"{key}.")), None)
    if inside is not None:
        raise BadInput(f"{at}: “{inside}” is a part of “{key}”")


def _carried_along(
    factor: Factor, scenario: Scenario | None, tree: Mapping[str, Any], at: str
) -> tuple[Carried, ...]:
    """What a factor carries along. Raises BadInput for unknown names and links without sense."""
    found = []
    for key, link in (factor.links or {}).items():
        there = f"{at}: with.{key}"
        own: Any = None
        if scenario is not None:
            own = 0.0 if _is_lever(key) else _own(key, scenario, tree, there)
            if _is_lever(key) and key not in scenario.levers:
                raise BadInput(f"{there}: {_no_lever(key, scenario)}")
        if not link.follows and link.values is None:
            for value in factor.values or ():
                if not is_number(value):
                    raise BadInput(f"{there}: times and plus: of numbers only, not {shown(value)}")
        # What is a whole number in the scenario stays one.
        whole = isinstance(own, int) and not isinstance(own, bool)
        found.append(Carried(key, link, whole, as_in_a_file(own)))
    return tuple(found)


def _own(key: str, scenario: Scenario, tree: Mapping[str, Any], at: str) -> Any:
    """The scenario's own value of a setting. Raises BadInput if there is no such setting."""
    try:
        return value_at(tree, key)
    except (KeyError, TypeError, IndexError):
        pass
    try:
        scenario.replace({key: 0.0})
    except BadInput as error:
        raise BadInput(f"{at}: {str(error).removeprefix(f'{key}: ')}") from None
    raise BadInput(f"{at}: no such setting")


def _no_lever(name: str, scenario: Scenario) -> str:
    return (
        f"no lever “{name}”{nearest(name, scenario.levers)}; a setting is named with "
        "dots, as in public.trust.mean"
    )


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
    if factor.links is not None:
        raise BadInput(f"{at}: with: of a single factor only, not of a section")
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
    together: bool,
) -> Varied:
    carried = _carried_along(factor, scenario, tree, at)
    if _is_lever(key):
        if key not in scenario.levers:
            raise BadInput(f"{at}: {_no_lever(key, scenario)}")
        ready = Varied(key, _spread_out(key, factor, 0.0, None, at), False, 0.0, carried)
        _try(ready, scenario, declared, at, together)
        return ready
    own = _own(key, scenario, tree, at)
    number = is_number(own)
    if factor.values is None and not number:
        raise BadInput(f"{at}: the scenario has no number there; list values instead of a range")
    spread = _spread_out(key, factor, own, declared.get(key), at)
    ready = Varied(key, spread, isinstance(own, int), own, carried)
    if isinstance(own, bool):
        ready.whole = False
    elif ready.whole and ready.is_range and ready.range[0] > ready.range[1]:
        raise BadInput(f"{at}: no whole number between low and high")
    _try(ready, scenario, declared, at, together)
    return ready


def _try(
    ready: Varied, scenario: Scenario, declared: Mapping[str, Any], at: str, together: bool
) -> None:
    """Raise BadInput if the scenario does not allow a value, or an end of the range."""
    tried = ready.values if ready.values is not None else ready.ends
    for value in tried:
        point = ready.point(value)
        try:
            scenario.replace(point.settings, point.levers)
        except BadInput as error:
            if together and _in_range(point.settings, declared) and not point.levers:
                continue
            raise BadInput(f"{at}: {error}") from None


def _in_range(settings: Mapping[str, Any], declared: Mapping[str, Any]) -> bool:
    """Whether settings are numbers in the range that each of them may have."""
    for key, value in settings.items():
        quantity = declared.get(key)
        if quantity is None or not is_number(value):
            return False
        low = -math.inf if quantity.low is None else quantity.low
        high = math.inf if quantity.high is None else quantity.high
        if not low <= value <= high:
            return False
    return True
