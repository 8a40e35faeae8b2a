"""What levers take: burden and cost of their own, and time that the settings they move take.

A reform that takes neither time nor money needs a reason. A clause may also save time, such as
fewer meetings; then its declaration says why (``saves``).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sim.declare import Quantity
from sim.world.levers import Lever, Reform, flatten
from sim.world.plan import Plan
from sim.world.scenario import Scenario, declared_mechanisms

# Less of everybody's time than this is rounding.
_ROUNDING = 1e-12
_LEVER = "lever"


@dataclass(frozen=True)
class Saving:
    """A clause that alone gives time back."""

    # Dotted key of the setting or group below ``mechanisms``.
    key: str
    # Share of everybody's time that it gives back at full strength.
    time: float
    # The documented reason in English and Chinese; empty if there is none.
    reason: str
    reason_zh: str


@dataclass(frozen=True)
class Price:
    """What a lever takes at full strength, as far as settings determine it before a run.

    Complaints and petitions also take time; that depends on the run.
    """

    lever: str
    # Its own burden, as a share of everybody's time, and cost, in officer-months per officer-year.
    burden: float
    cost: float
    # Change of the time taken of everybody, its own burden and all of its settings included.
    time: float
    savings: tuple[Saving, ...]

    @property
    def is_free(self) -> bool:
        """Whether it has neither burden nor cost of its own."""
        return self.burden == 0.0 and self.cost == 0.0


def prices(scenario: Scenario) -> Iterator[Price]:
    """The price of every lever of a scenario, in their order."""
    plan = Plan(scenario)
    before = _time(plan, scenario, None)
    for name, lever in scenario.levers.items():
        taken = _time(plan, scenario, lever) - before
        found = []
        for key, target in flatten(lever.full).items():
            time = _time(plan, scenario, _only(lever, key, target)) - before
            if time < -_ROUNDING:
                found.append(Saving(key, -time, *_reason(key)))
        yield Price(name, lever.burden, lever.cost, taken, tuple(found))


def _only(lever: Lever, key: str, target: Any) -> Lever:
    """The lever with one clause and nothing else."""
    tree: Any = target
    for part in reversed(key.split(".")):
        tree = {part: tree}
    return _changed(lever, burden=0.0, cost=0.0, full=tree)


def _changed(lever: Lever, **entries: Any) -> Lever:
    # A copy would keep what the lever has worked out of its settings.
    return Lever.model_validate({**lever.model_dump(), **entries})


def _time(plan: Plan, scenario: Scenario, lever: Lever | None) -> float:
    """Share of everybody's time that settings take in the first month under a lever in full."""
    levers: Mapping[str, Lever] = {}
    reforms: tuple[Reform, ...] = ()
    if lever is not None:
        levers = {_LEVER: _changed(lever, ramp=0)}
        reforms = (Reform(lever=_LEVER, intensity=1.0, months=(0, 1)),)
    world = scenario.model_copy(update={"levers": levers, "reform": reforms, "variant": ()})
    return float(plan.changed(world).mechanisms[0, 0].time_taken)


def _reason(key: str) -> tuple[str, str]:
    declared = declared_mechanisms()
    quantities: list[Quantity] = [
        one for name, one in declared.items() if name == key or name.startswith(f"{key}.")
    ]
    return next(((one.saves, one.saves_zh) for one in quantities if one.saves), ("", ""))
