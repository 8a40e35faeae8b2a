"""Factors applied to a scenario: its own values, ranges about them, and levels that it refuses."""

import math
from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, ValidationError

from sim.declare import quantities
from sim.errors import BadInput, explain, nearest, shown
from sim.study.factors import Factor, as_in_a_file, is_number
from sim.study.varied import Carried, Varied, is_lever
from sim.world.posterior import value_at
from sim.world.scenario import Scenario


def _numbers(section: type[BaseModel]) -> dict[str, Any]:
    return {one.key: one for one in quantities(section)}


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
        raise BadInput(f"{where}: spread: leaves no range around {own:g}; give low and high")
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
            own = 0.0 if is_lever(key) else _own(key, scenario, tree, there)
            if is_lever(key) and key not in scenario.levers:
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
    if is_lever(key):
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
