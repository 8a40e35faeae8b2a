"""Runs whose settings change meanwhile: reforms with a trigger, settings that follow a series.

What happens follows from the plan and from the months that are over, so it is worked out anew for
any world of a plan, in whichever loop its months were run.
"""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sim.machine.compiled import called_often
from sim.measures import MEASURES
from sim.world.levers import Episodes
from sim.world.own_measures import OwnMeasure, own_sums
from sim.world.state import World
from sim.world.triggers import Watch

if TYPE_CHECKING:
    from sim.machine.loop import Loop
    from sim.world.plan import Plan


class _Sums(dict[str, NDArray[np.float64]]):
    """Sums over some months and all groups, arrays of shape (1,), computed when they are read."""

    def __init__(self, tallies: Any, own: Any, first: int, last: int) -> None:
        super().__init__({key: one[first:last].sum(keepdims=True) for key, one in own.items()})
        self._tallies, self._months = tallies, slice(first, last)

    def __missing__(self, name: str) -> NDArray[np.float64]:
        rows: NDArray[np.float64] = self._tallies[name][self._months]
        found = rows.sum(axis=1).sum(keepdims=True)
        self[name] = found
        return found


def value_of(world: World, measure: str, month: int, measures: Mapping[str, OwnMeasure]) -> float:
    """The value of a monthly measure in a month that is over.

    ``measures`` are those of the scenario's own.
    """
    about = MEASURES[measure]
    own = own_sums(measures, world.own) if measure in measures else {}
    sums = _Sums(world.tallies, own, max(0, month + 1 - about.window), month + 1)
    return float(about.read(sums)[0])


class Steered:
    """A world in the course of its run, whose settings are brought up to date before each month."""

    def __init__(self, plan: "Plan", world: World) -> None:
        self._plan, self._world = plan, world
        self._values: dict[tuple[str, int], float] = {}
        clock = plan.scenario.clock
        self._watches = {
            place: Watch(reform.trigger(clock.reform_starts, clock.months))
            for place, reform in enumerate(plan.reforms)
            if reform.triggered
        }

    @property
    def episodes(self) -> dict[int, Episodes]:
        """The months in which each reform with a trigger is in force so far, by its place."""
        return {place: tuple(watch.episodes) for place, watch in self._watches.items()}

    def before(self, month: int) -> int:
        """Bring the settings of ``month`` and later up to date; months before it are over.

        Returns the month before which it has to be called again.
        """
        changed = self._decide(month)
        if changed is not None:
            rows = self._plan.mechanisms_under(self.episodes)
            self._world.mechanisms.data[changed:] = rows.data[changed:]
        following = self._follow(month)
        left = [watch.next for watch in self._watches.values() if not watch.ended]
        return min([following, *left])

    def _decide(self, month: int) -> int | None:
        """Decide on reforms up to ``month``; returns the first month in which anything changed."""
        changed = []
        for watch in self._watches.values():
            while watch.next <= month and not watch.ended:
                at = watch.next
                if watch.decide(at, self._value):
                    changed.append(at)
        return min(changed, default=None)

    def _value(self, measure: str, month: int) -> float:
        """The value of a measure in a month that is over, read once."""
        key = measure, month
        if key not in self._values:
            own = self._plan.scenario.measure
            self._values[key] = value_of(self._world, measure, month, own)
        return self._values[key]

    def _follow(self, month: int) -> int:
        """Let settings follow their series; returns the next month in which one changes."""
        months = self._plan.scenario.clock.months
        table = self._plan.settings_by_month
        if table is None:
            return months
        row = self._plan.settings_in(month)
        self._world.settings.data[:] = row.data
        later = np.flatnonzero((table[month + 1 :] != table[month]).any(axis=1))
        return month + 1 + int(later[0]) if later.size else months

    def to_the_end(self, months: int) -> dict[int, Episodes]:
        """The months in which each reform with a trigger was in force, once ``months`` are over."""
        self._decide(months)
        return self.episodes


def steered_loop(plan: "Plan", loop: "Loop") -> "Loop":
    """A loop that brings the settings of a plan's worlds up to date as months go by."""

    def run_months(world: Any, first: int, last: int) -> None:
        run = called_often(loop.run_months, world, 0, 0)
        steered, month = Steered(plan, world), first
        while month < last:
            until = min(steered.before(month), last)
            run(world, month, until)
            month = until

    return loop._replace(run_months=run_months, steer=lambda world: Steered(plan, world))


def in_force(episodes: Sequence[Episodes], months: int) -> NDArray[np.bool_]:
    """Whether each reform is in force in each month, (reforms, months)."""
    found = np.zeros((len(episodes), months), dtype=bool)
    for row, own in zip(found, episodes, strict=True):
        for first, end in own:
            row[first:end] = True
    return found
