"""Packages of reforms: which levers are used, how strongly, from when and until when.

For the search a package is a row of whole numbers: for each lever the number of its intensity,
start and end among those that are tried. Intensities in steps are enough, since nothing tells a
finer one apart, and a package that is met again is not run again.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.study.points import Point
from sim.world.scenario import Scenario

Genes = NDArray[np.int64]
# Numbers of a lever in a row: intensity, start, end.
_EACH = 3
# Settings of a point: reforms beside those of the scenario; a lever and its clause left out.
REFORM, LEFT_OUT = "reform", "left_out"
# Relative difference that counts as rounding.
_ROUNDING = 1e-9


@dataclass(frozen=True)
class Use:
    """One use of a lever in a package."""

    lever: str
    intensity: float
    start: int
    # The month after its last; None if it stays.
    end: int | None = None


@dataclass(frozen=True)
class Package:
    """A package of reforms; without any use it is the status quo."""

    uses: tuple[Use, ...] = ()

    @property
    def levers(self) -> tuple[str, ...]:
        """The levers that it uses."""
        return tuple(use.lever for use in self.uses)

    def only(self, levers: Sequence[str]) -> "Package":
        """The same package with these of its levers only."""
        return Package(tuple(use for use in self.uses if use.lever in levers))

    def told(self) -> list[dict[str, Any]]:
        """Its uses as plain values."""
        return [
            {
                "lever": use.lever,
                "intensity": use.intensity,
                "start": use.start,
                "end": use.end,
            }
            for use in self.uses
        ]


@dataclass(frozen=True)
class Range:
    """What is tried of a lever: intensities, months of its start, months of its end."""

    # 0 first, unless the lever must be used.
    intensities: tuple[float, ...]
    starts: tuple[int, ...]
    # None first, if the lever may stay; empty tuple is not allowed.
    ends: tuple[int | None, ...]

    @classmethod
    def of(
        cls,
        low: float,
        high: float,
        step: float,
        required: bool,
        starts: tuple[int, int],
        ends: tuple[int, int] | None,
        every: int,
    ) -> "Range":
        """Evenly spaced values of a range, both ends included."""
        number = math.floor((high - low) / step + _ROUNDING)
        found = [round(low + step * k, 6) for k in range(number + 1)]
        if high - found[-1] > _ROUNDING:
            found.append(high)
        kept = [one for one in found if one > 0.0]
        return cls(
            tuple(kept if required else [0.0, *kept]),
            tuple(range(starts[0], starts[1] + 1, every)),
            (None,) if ends is None else (None, *range(ends[0], ends[1] + 1, every)),
        )


@dataclass(frozen=True)
class Space:
    """All packages that a plan allows."""

    ranges: Mapping[str, Range]
    # The scenario to which packages are applied; None if a function replaces it.
    scenario: Scenario | None

    @cached_property
    def highest(self) -> Genes:
        """The highest number of each place of a row, (places,); the lowest is 0."""
        each = (
            (len(one.intensities) - 1, len(one.starts) - 1, len(one.ends) - 1)
            for one in self.ranges.values()
        )
        return np.array(list(each), np.int64).reshape(-1)

    @property
    def size(self) -> int:
        """Number of different packages."""
        found = 1
        for one in self.ranges.values():
            zero = one.intensities[0] == 0.0
            used = len(one.intensities) - zero
            found *= used * len(one.starts) * len(one.ends) + zero
        return found

    @property
    def first(self) -> int:
        """The first month in which a lever may start."""
        return min(one.starts[0] for one in self.ranges.values())

    def package(self, row: Sequence[int]) -> Package:
        """The package of a row of numbers."""
        uses = []
        for place, (name, one) in enumerate(self.ranges.items()):
            k, s, e = (int(g) for g in row[_EACH * place : _EACH * (place + 1)])
            if one.intensities[k] == 0.0:
                continue
            start, end = one.starts[s], one.ends[e]
            if end is not None and end <= start:
                end = next((m for m in one.ends if m is not None and m > start), None)
            uses.append(Use(name, one.intensities[k], start, end))
        return Package(tuple(uses))

    def row(self, package: Package) -> Genes:
        """The row of numbers of a package that the plan allows."""
        found = np.zeros((len(self.ranges), _EACH), np.int64)
        used = {use.lever: use for use in package.uses}
        for place, (name, one) in enumerate(self.ranges.items()):
            if name in used:
                use = used[name]
                found[place] = (
                    one.intensities.index(use.intensity),
                    one.starts.index(use.start),
                    one.ends.index(use.end),
                )
        return found.reshape(-1)

    def begin(self, number: int, rng: np.random.Generator) -> Genes:
        """Rows with which a search begins, (number, places).

        First nothing at all, everything, and each lever alone, at full; then packages of random
        levers, since with many levers at once few packages keep to a budget.
        """
        levers = len(self.ranges)
        full = self.highest.reshape(levers, _EACH)[:, 0]
        rows = np.zeros((2 + levers, levers, _EACH), np.int64)
        rows[1, :, 0] = full
        for place in range(levers):
            rows[2 + place, place, 0] = full[place]
        highest = self.highest.reshape(levers, _EACH)
        drawn = rng.integers(0, highest + 1, (number, levers, _EACH))
        share = rng.random((number, 1))
        drawn[..., 0] = np.where(rng.random((number, levers)) < share, drawn[..., 0], 0)
        return np.concatenate([rows, drawn])[:number].reshape(number, -1)

    def point(self, package: Package) -> Point:
        """The point of a study at which a package is run."""
        if self.scenario is None:
            settings: dict[str, Any] = dict.fromkeys(self.ranges, 0.0)
            for use in package.uses:
                settings[use.lever] = use.intensity
                settings[f"{use.lever}.start"] = use.start
            return Point(settings)
        if not package.uses:
            return Point({REFORM: []})
        months = self.scenario.clock.months
        reforms = []
        for use in package.uses:
            span = [use.start, months if use.end is None else use.end]
            reforms.append({"lever": use.lever, "intensity": use.intensity, "months": span})
        return Point({REFORM: reforms})
