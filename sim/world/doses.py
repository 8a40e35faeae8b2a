"""Doses of levers in natural units: how much each of them changes, from where to where.

The words come from the declarations of settings. Where the field counts in another unit than the
model, such as courses a year, the table ``_COUNTED`` converts.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from sim.calendar import MONTHS_A_YEAR
from sim.declare import Quantity, leaf_values
from sim.world.levers import flatten, record_name, targets
from sim.world.scenario import Scenario, declared_mechanisms

_PER_CENT = 100.0
_SHARE = "share"


@dataclass(frozen=True)
class _Counted:
    """A unit in which the field counts, and how many of it are one of the model's unit.

    ``zh`` says what is counted, in Chinese.
    """

    factor: float
    unit: str
    zh: str


# By setting, or by group of settings, whose sum is then given.
_COUNTED = {
    "supervision.coverage": _Counted(
        1.0, "looks at each officer's work a month", "每人每月受检查次数"
    ),
    "supervision.tours": _Counted(
        1.0, "further looks in the month of an inspection tour", "巡视当月另受检查次数"
    ),
    "training.courses": _Counted(
        MONTHS_A_YEAR, "courses for each officer a year", "每人每年培训次数"
    ),
    "leadership.meetings": _Counted(
        MONTHS_A_YEAR, "officer-months of meetings in an officer-year", "每人每年开会月数"
    ),
    "appraisal.stakes.pay": _Counted(
        MONTHS_A_YEAR, "months' pay a year that hang on appraisal", "每年取决于考核的工资月数"
    ),
}
# The one channel whose coverage counts complaints and no looks.
_COMPLAINTS = "supervision.coverage.masses"


@dataclass(frozen=True)
class Dose:
    """What a lever does to one setting, or to a group whose sum is counted."""

    # Dotted key of the setting or group.
    key: str
    # In ``unit``: the status quo, and the value under the lever.
    start: float
    full: float
    unit: str
    unit_zh: str
    # What the setting is; empty where the unit says it.
    meaning: str = ""
    meaning_zh: str = ""

    def text(self, chinese: bool = False) -> str:
        """The dose in words, as in “from .02 to .08 looks at each officer's work a month”."""
        unit = self.unit_zh if chinese else self.unit
        if chinese:
            moved = f"由{_number(self.start)}{unit}至{_number(self.full)}{unit}"
            return f"{self.meaning_zh}：{moved}" if self.meaning_zh else moved
        moved = f"from {_number(self.start)} to {_number(self.full)} {unit}".rstrip()
        return f"{self.meaning}: {moved}" if self.meaning else moved


def _number(value: float) -> str:
    text = f"{value:.2g}"
    return f"{float(text):g}"


def doses(scenario: Scenario, lever: str, intensity: float = 1.0) -> tuple[Dose, ...]:
    """What a lever of a scenario changes, at an intensity from 0 to 1, in the order of its file."""
    status_quo = dict(leaf_values(scenario.mechanisms))
    full = targets(scenario.levers[lever], status_quo)
    declared = declared_mechanisms()
    return tuple(
        _dose(key, names, status_quo, full, intensity, declared.get(names[0]))
        for key, names in _moved(flatten(scenario.levers[lever].full))
    )


def _moved(full: dict[str, object]) -> Iterator[tuple[str, list[str]]]:
    """Keys that a lever changes with their settings; a group that is counted stays together."""
    declared = declared_mechanisms()
    for key in full:
        if key in declared:
            yield key, [key]
            continue
        names = [name for name in declared if name.startswith(f"{key}.")]
        if key in _COUNTED:
            yield key, [name for name in names if name != _COMPLAINTS]
            names = [name for name in names if name == _COMPLAINTS]
        yield from ((name, [name]) for name in names)


def _dose(
    key: str,
    names: list[str],
    status_quo: dict[str, float],
    full: dict[str, float],
    intensity: float,
    about: Quantity | None,
) -> Dose:
    start = sum(status_quo[record_name(name)] for name in names)
    whole = sum(full[record_name(name)] for name in names)
    end = start + intensity * (whole - start)
    counted = _COUNTED.get(key)
    if counted is not None:
        by = counted.factor
        return Dose(key, by * start, by * end, counted.unit, "", "", counted.zh)
    assert about is not None
    zh = about.zh
    if about.unit == _SHARE:
        return Dose(key, _PER_CENT * start, _PER_CENT * end, "%", "%", about.meaning, zh)
    unit = "" if about.unit == "weight" else about.unit
    return Dose(key, start, end, unit, _UNITS_ZH.get(unit, ""), about.meaning, zh)


_UNITS_ZH = {"months": "个月", "share a month": "（每月）"}
