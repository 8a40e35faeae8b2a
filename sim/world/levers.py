"""Levers: reforms that change mechanism settings over time; they never change a rule.

A lever is data: the settings it changes, their values at full strength, the share of officers' time
it takes, and its outside cost. If several levers change one setting, their shifts from the status
quo are added and limited to the setting's range, so the order of levers does not matter.
"""

import math
from collections.abc import Mapping
from functools import cached_property
from typing import Annotated, Any, NamedTuple, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import (
    AfterValidator,
    Field,
    SerializerFunctionWrapHandler,
    model_serializer,
    model_validator,
)

from sim.arithmetic import exp
from sim.declare import LONGEST_TITLE, Section, fields, leaf_values, leaves, number, quantity, share
from sim.world.sections import Mechanisms
from sim.world.state import LeverEffects
from sim.world.triggers import Condition, Trigger, normal

Records = NDArray[Any]
Departments = Annotated[tuple[Annotated[int, Field(ge=1)], ...], Field(strict=False, min_length=1)]


class Targets(dict[str, Any]):
    """Nested settings that are read-only."""

    def _refuse(self, *_: Any, **__: Any) -> None:
        raise TypeError("a scenario is read-only; use replace() to make a changed copy")

    __setitem__ = __delitem__ = update = pop = popitem = setdefault = clear = _refuse  # type: ignore[assignment]

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle by content, since methods that change a dictionary are refused."""
        return Targets, (dict(self),)


def _fixed(tree: Mapping[str, Any]) -> Targets:
    return Targets(
        {key: _fixed(value) if isinstance(value, Mapping) else value for key, value in tree.items()}
    )


Fixed = Annotated[dict[str, Any], AfterValidator(_fixed)]


class Lever(Section):
    """What one reform does at full strength (改革举措)."""

    title: str = Field(
        max_length=LONGEST_TITLE,
        description="what the lever is called",
        json_schema_extra={"zh": "名称"},
    )
    zh: str = Field(description="its Chinese name", json_schema_extra={"zh": "中文名"})
    story: str = Field(description="what it stands for", json_schema_extra={"zh": "说明"})
    burden: float = share("officers' time it takes beside what its settings take", zh="负担")
    cost: float = number("outside cost", 0, 12, "officer-months per officer-year", zh="成本")
    ramp: int = number("time from its start to full strength", 0, 1200, "months", zh="推行期")
    half_life: float = number(
        "time in which half of it is gone once it ends", 0, 1200, "months", zh="消退半衰期"
    )
    full: Fixed = Field(
        description="settings at full strength: a value, or {times = x} of the status quo",
        json_schema_extra={"zh": "全力推行时的设定"},
    )

    @cached_property
    def moves(self) -> "Moves":
        """The settings it changes, prepared for schedules."""
        return moves(self)


def ordered(months: tuple[int, int]) -> tuple[int, int]:
    """A first month and the month after the last. Raises ValueError unless they are in order."""
    if months[1] <= months[0]:
        raise ValueError(f"a reform must end after it starts, got {list(months)}")
    return months


class Reform(Section):
    """One use of a lever: how strongly, when, and where (改革)."""

    lever: str = Field(description="name of the lever", json_schema_extra={"zh": "改革举措"})
    intensity: float = share("how far settings go from the status quo to full strength", zh="力度")
    months: (
        Annotated[
            tuple[Annotated[int, Field(ge=0, le=6000)], Annotated[int, Field(ge=0, le=6000)]],
            Field(strict=False),
            AfterValidator(ordered),
        ]
        | None
    ) = Field(
        None,
        description="first month and the month after the last; else to the end",
        json_schema_extra={"zh": "起止月份"},
    )
    departments: Departments | None = Field(
        None,
        description="numbers of the departments reformed, from 1; else all",
        json_schema_extra={"zh": "改革部门"},
    )
    start_when: Annotated[str, AfterValidator(normal)] | None = Field(
        None,
        description="condition on a measure by which it begins, within its months; else at once",
        json_schema_extra={"zh": "启动条件"},
    )
    stop_when: Annotated[str, AfterValidator(normal)] | None = Field(
        None,
        description="condition on a measure by which it ends; else after its months",
        json_schema_extra={"zh": "停止条件"},
    )
    for_months: Annotated[int, Field(ge=1, le=600)] = Field(
        1,
        description="months in a row for which a condition must hold",
        json_schema_extra={"zh": "持续月数"},
    )
    wait: Annotated[int, Field(ge=0, le=600)] = Field(
        0,
        description="months from the condition to the beginning, to decide and to prepare",
        json_schema_extra={"zh": "准备月数"},
    )
    at_least: Annotated[int, Field(ge=1, le=6000)] = Field(
        1,
        description="months that it lasts before it may end by its condition",
        json_schema_extra={"zh": "至少月数"},
    )
    at_most: Annotated[int, Field(ge=1, le=6000)] | None = Field(
        None,
        description="months in all for which it may be in force; else as many as there are",
        json_schema_extra={"zh": "至多月数"},
    )

    @model_validator(mode="after")
    def _check_trigger(self) -> Self:
        for name, needs in _NEEDS.items():
            given = getattr(self, name) != _UNTRIGGERED[name]
            if given and all(getattr(self, one) is None for one in needs):
                raise ValueError(f"{name}: expected only with {' or '.join(needs)}")
        if self.at_most is not None and self.at_least > self.at_most:
            raise ValueError(f"at_least: {self.at_least} is above at_most, {self.at_most}")
        if self.start_when is not None and self.stop_when is not None:
            start, stop = Condition.of(self.start_when), Condition.of(self.stop_when)
            if start == stop:
                raise ValueError(f"stop_when: “{stop}” is start_when too; the two must differ")
            if not stop.crossing and start.implies(stop):
                raise ValueError(
                    f"stop_when: “{stop}” holds whenever start_when does, “{start}”; the reform "
                    "would end as soon as it begins"
                )
        return self

    @model_serializer(mode="wrap")
    def _without_trigger(self, handler: SerializerFunctionWrapHandler) -> dict[str, Any]:
        """Leave out what is said of triggers where there is none: stored runs keep their keys."""
        tree: dict[str, Any] = handler(self)
        if not self.triggered:
            for name in _UNTRIGGERED:
                tree.pop(name, None)
        return tree

    @property
    def triggered(self) -> bool:
        """Whether it begins or ends by a condition."""
        return self.start_when is not None or self.stop_when is not None

    def window(self, starts: int, months: int) -> tuple[int, int]:
        """First month in which it may be in force, and the month after the last.

        ``starts`` is the month in which reforms begin that do not give their own, ``months`` the
        length of the run.
        """
        return (starts, months) if self.months is None else self.months

    @property
    def conditions(self) -> tuple[Condition | None, Condition | None]:
        """By what it begins and ends; None where by its months alone."""
        start, stop = (
            None if text is None else Condition.of(text)
            for text in (self.start_when, self.stop_when)
        )
        return start, stop

    def trigger(self, starts: int, months: int) -> Trigger:
        """Its trigger in a run of so many months; arguments as of ``window``."""
        first, end = self.window(starts, months)
        start, stop = self.conditions
        most = months if self.at_most is None else self.at_most
        return Trigger(
            first, min(end, months), start, stop, self.for_months, self.wait, self.at_least, most
        )


# What is said of the trigger of a reform that has none.
_UNTRIGGERED: dict[str, Any] = {
    "start_when": None,
    "stop_when": None,
    "for_months": 1,
    "wait": 0,
    "at_least": 1,
    "at_most": None,
}
# Conditions of which one must be there for each of these to have a meaning.
_NEEDS = {
    "for_months": ("start_when", "stop_when"),
    "wait": ("start_when",),
    "at_least": ("stop_when",),
    "at_most": ("start_when", "stop_when"),
}
# The months in which a reform is in force: the first and the month after the last of each time.
Episodes = tuple[tuple[int, int], ...]
# Settings that follow a series, by name in a table; (months,).
ByMonth = Mapping[str, NDArray[np.float64]]
_LN2 = 0.6931471805599453


def _halved(times: float) -> float:
    """One half to the power ``times``, the same on all machines; NumPy's power may differ."""
    whole = math.floor(times)
    return math.ldexp(exp(-_LN2 * (times - whole)), -whole)


def course(
    reform: Reform, lever: Lever, starts: int, months: int, episodes: Episodes | None = None
) -> NDArray[np.float64]:
    """Strength of a reform in each month, 0 to 1; shape (months,).

    It rises in equal steps over the lever's ramp and then stays. After the end, half of what is
    left is lost every ``half_life`` months, or everything at once if ``half_life`` is 0. A reform
    that begins again rises from what is left. ``starts`` is the month in which the reform begins
    if it does not give its own. ``episodes`` are the months in which it is in force where a trigger
    decides on them.
    """
    if episodes is None:
        episodes = (reform.window(starts, months),)
    month = np.arange(months)
    strength = np.zeros(months)
    left = 0.0
    for place, (first, end) in enumerate(episodes):
        up = np.minimum(1.0, left + (month - first + 1) / max(1, lever.ramp))
        strength = np.where((month >= first) & (month < end), up, strength)
        left = 0.0
        if end < months and lever.half_life > 0:
            peak = up[end - 1]
            after = month >= end
            halves = (month[after] - end + 1) / lever.half_life
            strength[after] = [peak * _halved(past) for past in halves]
            again = episodes[place + 1][0] if place + 1 < len(episodes) else months
            left = float(strength[again - 1])
    return reform.intensity * strength


def is_multiple(value: Any) -> bool:
    """Whether a table is a lever's target ``{times = x}``, not one of further settings."""
    return (
        isinstance(value, Mapping) and "times" in value and not isinstance(value["times"], Mapping)
    )


def flatten(tree: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    """Nested tables as dotted keys; ``{times = x}`` is a value."""
    flat: dict[str, Any] = {}
    for key, value in tree.items():
        if isinstance(value, Mapping) and not is_multiple(value):
            flat |= flatten(value, f"{prefix}{key}.")
        else:
            flat[prefix + key] = value
    return flat


def nested(flat: Mapping[str, Any]) -> dict[str, Any]:
    """Dotted keys as nested tables; the reverse of ``flatten``."""
    tree: dict[str, Any] = {}
    for key, value in flat.items():
        *path, last = key.split(".")
        branch = tree
        for part in path:
            branch = branch.setdefault(part, {})
        branch[last] = value
    return tree


_DECLARED = {name: quantity(name, field) for name, field in leaves(Mechanisms)}
# Fields of a schedule: mechanism settings, and the burden and cost that levers add.
SCHEDULED = np.dtype([(name, kind) for name, kind, _, _ in fields(Mechanisms, LeverEffects)])
_PLACE = {name: place for place, name in enumerate(SCHEDULED.names or ())}
_BOUNDS = [
    quantity(name, field) for kind in (Mechanisms, LeverEffects) for name, field in leaves(kind)
]
_LOWEST = np.array([-np.inf if one.low is None else one.low for one in _BOUNDS])
_HIGHEST = np.array([np.inf if one.high is None else one.high for one in _BOUNDS])


# The share of tasks under several heads at once, which ties beside the chain of command raise.
HEADS = "posts.heads"
_HEADS = "heads"


def crossed(heads: float, under_two: float) -> float:
    """Share of tasks under several heads where a share is under two superiors besides, 0 to 1.

    Those of two superiors are as likely as others to be under several heads in any case.
    """
    return heads + (1.0 - heads) * under_two


def record_name(key: str) -> str:
    """Name of a mechanism setting in a table, given its dotted key."""
    return key.rsplit(".", 1)[-1]


class Moves(NamedTuple):
    """The settings that a lever changes and their targets at full strength; (settings,)."""

    names: tuple[str, ...]
    # Positions among the scheduled settings.
    places: NDArray[np.int64]
    # Whether the target is a multiple of the status quo, and the target.
    multiple: NDArray[np.bool_]
    target: NDArray[np.float64]

    def shifts(self, status_quo: NDArray[np.float64]) -> NDArray[np.float64]:
        """Shift of each setting from its status quo at full strength; (…, settings).

        ``status_quo`` has the values of all scheduled settings, (…, scheduled settings).
        """
        own = status_quo[..., self.places]
        return np.where(self.multiple, own * (self.target - 1.0), self.target - own)


def moves(lever: Lever) -> Moves:
    """The settings that a lever changes; a group of settings is replaced by its members."""
    found: dict[str, tuple[bool, float]] = {}
    for key, target in flatten(lever.full).items():
        multiple = isinstance(target, Mapping)
        name = record_name(key)
        for one in [name] if name in _PLACE else _inside(key):
            found[one] = (multiple, float(target["times"] if multiple else target))
    return Moves(
        tuple(found),
        np.array([_PLACE[name] for name in found], np.int64),
        np.array([multiple for multiple, _ in found.values()], bool),
        np.array([target for _, target in found.values()], np.float64),
    )


def shifts(lever: Lever, status_quo: Mapping[str, float]) -> dict[str, float]:
    """Shift of each setting at full strength, by its name in a table."""
    values = np.array([status_quo.get(name, 0.0) for name in _PLACE])
    return dict(zip(lever.moves.names, map(float, lever.moves.shifts(values)), strict=True))


def targets(lever: Lever, status_quo: Mapping[str, float]) -> dict[str, float]:
    """Value of each setting at full strength, limited to its range, by its name in a table."""
    return {
        name: float(np.clip(status_quo[name] + shift, _DECLARED[name].low, _DECLARED[name].high))
        for name, shift in shifts(lever, status_quo).items()
    }


def _inside(key: str) -> list[str]:
    section: Any = Mechanisms
    for part in key.split("."):
        section = section.model_fields[part].annotation
    return [name for name, _ in leaves(section)]


class Variant(Section):
    """Departments whose mechanisms differ from the others' before any reform (部门差异)."""

    departments: Departments = Field(
        description="numbers of these departments, from 1", json_schema_extra={"zh": "适用部门"}
    )
    mechanisms: Fixed = Field(
        description="mechanism settings that differ", json_schema_extra={"zh": "不同的机制设定"}
    )

    def over(self, mechanisms: Mechanisms) -> Mechanisms:
        """The mechanism settings of these departments, given those of all others.

        Raises pydantic's ValidationError if a value is not valid.
        """
        tree = mechanisms.model_dump()
        for key, value in flatten(self.mechanisms).items():
            branch = tree
            *path, last = key.split(".")
            for part in path:
                branch = branch[part]
            branch[last] = value
        return Mechanisms.model_validate(tree)


def groups(
    variants: tuple[Variant, ...],
    reforms: tuple[Reform, ...],
    departments: int,
    under_two: NDArray[np.float64] | None = None,
) -> NDArray[np.int32]:
    """Number of the group of each department, (departments,).

    Departments with the same variants and reforms form a group, if the same share of their tasks is
    ``under_two`` superiors.
    """
    chosen_by: list[Variant | Reform] = [*variants, *reforms]
    if under_two is None and all(one.departments is None for one in chosen_by):
        return np.zeros(departments, np.int32)
    marks = np.zeros((departments, len(chosen_by) + 1))
    for column, one in enumerate(chosen_by):
        chosen = slice(None) if one.departments is None else np.array(one.departments) - 1
        marks[chosen, column] = 1.0
    if under_two is not None:
        marks[:, -1] = under_two
    _, group = np.unique(marks, axis=0, return_inverse=True)
    return group.astype(np.int32).reshape(departments)


def reformed(reforms: tuple[Reform, ...], departments: int) -> NDArray[np.bool_]:
    """Whether each department is under any reform, (departments,)."""
    under = np.zeros(departments, dtype=bool)
    for reform in reforms:
        under[slice(None) if reform.departments is None else np.array(reform.departments) - 1] = (
            True
        )
    return under


def schedule(
    mechanisms: Mechanisms,
    variants: tuple[Variant, ...],
    levers: Mapping[str, Lever],
    reforms: tuple[Reform, ...],
    group: NDArray[np.int32],
    starts: int,
    months: int,
    by_month: ByMonth | None = None,
    episodes: Mapping[int, Episodes] | None = None,
    under_two: NDArray[np.float64] | None = None,
) -> Records:
    """Mechanism settings of each month and group; records of shape (months, groups).

    ``group`` is the number of each department's group, (departments,). ``starts`` is the month in
    which reforms begin that do not give their own. ``by_month`` has settings whose status quo
    follows a series, by name in a table, (months,), NaN in months that it leaves out. ``episodes``
    says when reforms with a trigger are in force, by their place; those left out never are.
    ``under_two`` is the share of tasks under two superiors in each department, (departments,).
    """
    triggered = episodes or {}
    courses = [
        course(
            reform,
            levers[reform.lever],
            starts,
            months,
            triggered.get(place, ()) if reform.triggered else None,
        )
        for place, reform in enumerate(reforms)
    ]
    table = np.empty((months, int(group.max()) + 1, len(SCHEDULED.names or ())))
    for one in range(table.shape[1]):
        department = int(np.flatnonzero(group == one)[0]) + 1
        own = mechanisms
        for variant in variants:
            if department in variant.departments:
                own = variant.over(own)
        status_quo = dict(leaf_values(own))
        if under_two is not None:
            status_quo[_HEADS] = crossed(status_quo[_HEADS], float(under_two[department - 1]))
        here = [
            (levers[reform.lever], strength)
            for reform, strength in _in_fixed_order(reforms, courses)
            if reform.departments is None or department in reform.departments
        ]
        _move(table[:, one], status_quo, by_month or {}, here)
    return table.view(SCHEDULED)[..., 0]


def _in_fixed_order(
    reforms: tuple[Reform, ...], courses: list[NDArray[np.float64]]
) -> list[tuple[Reform, NDArray[np.float64]]]:
    """Reforms in a fixed order, so that sums do not depend on their order in a file."""
    pairs = zip(reforms, courses, strict=True)
    return sorted(pairs, key=lambda pair: pair[0].model_dump_json())


def _move(
    table: NDArray[np.float64],
    status_quo: Mapping[str, float],
    by_month: ByMonth,
    reforms: list[tuple[Lever, NDArray[np.float64]]],
) -> None:
    """Write the settings of one group under its reforms into ``table``, (months, settings)."""
    table[:, : len(status_quo)] = list(status_quo.values())
    table[:, len(status_quo) :] = 0.0
    for name, values in by_month.items():
        given = ~np.isnan(values)
        table[given, _PLACE[name]] = values[given]
    # The status quo of every month only where it differs from month to month.
    own = table.copy() if by_month else table[:1].copy()
    for lever, strength in reforms:
        table[:, lever.moves.places] += strength[:, None] * lever.moves.shifts(own)
        table[:, _PLACE["lever_burden"]] += strength * lever.burden
        table[:, _PLACE["lever_cost"]] += strength * lever.cost
    np.clip(table, _LOWEST, _HIGHEST, out=table)
