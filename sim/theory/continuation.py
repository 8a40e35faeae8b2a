"""Continuation of resting points of the mean field along a setting, also around folds."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.theory.expected_choices import CREDIBILITY, Vector
from sim.theory.mean_field import MeanField
from sim.theory.resting import (
    Matrix,
    at_rest,
    changing,
    completed,
    coordinates,
    jacobian,
    radius,
    refined,
    scanned,
)

# Step of the differences that give slopes along a branch.
_SIDE = 1e-4
# Largest factor by which a step along a branch is shortened if no point is found.
_SHORTEST = 256


@dataclass(frozen=True)
class Branch:
    """A curve of resting points along a setting, in the order of the continuation."""

    # The setting, its values, and the credibility and stability of the resting points, (points,).
    key: str
    values: NDArray[np.float64]
    credibility: NDArray[np.float64]
    stable: NDArray[np.bool_]
    # Folds, at which the curve turns back; rows of (value, credibility).
    folds: NDArray[np.float64]


@dataclass
class _Along:
    """The monthly change as a function of a position: components of the state, and the setting.

    A position contains the independent components that can change, including credibility, and then
    the setting as a share of its range, 0 to 1.
    """

    field: MeanField
    key: str
    low: float
    high: float
    # The first state of the branch; components that never change keep its values.
    begun: Vector

    def __post_init__(self) -> None:
        """Find the components that can change."""
        self._fields: dict[float, MeanField] = {}
        moving = changing(jacobian(self.field, self.begun))
        self._moving = coordinates(self.field)[moving]
        credibility = int(np.flatnonzero(self._moving == CREDIBILITY)[0])
        # Numbers of credibility and setting in a position; lengths are measured in these two.
        self.shown = np.array([credibility, self._moving.size])

    @property
    def beginning(self) -> Vector:
        """The position of the first state."""
        return np.append(self.begun[self._moving], 0.0)

    def change(self, position: Vector) -> Vector:
        """Monthly change of the components that can change, at a position."""
        value = float(
            np.clip(self.low + position[-1] * (self.high - self.low), self.low, self.high)
        )
        if value not in self._fields:
            self._fields[value] = self.field.changed(self.key, value)
        state = self.begun.copy()
        state[self._moving] = position[:-1]
        here = self._fields[value]
        return np.asarray(here.step(completed(here, state))[self._moving] - position[:-1])

    def slopes(self, position: Vector, heading: Vector) -> Matrix:
        """Derivatives of the change by each part of a position; shape (n, n + 1).

        They are one-sided, in the direction of ``heading``, because the change has a kink where
        satisfaction reaches its maximum.
        """
        sides = np.where(heading < 0.0, -_SIDE, _SIDE)
        sides = np.where((position + sides < 0.0) | (position + sides > 1.0), -sides, sides)
        base = self.change(position)
        columns = []
        for i, side in enumerate(sides):
            aside = position.copy()
            aside[i] += side
            columns.append((self.change(aside) - base) / side)
        return np.column_stack(columns)

    def tangent(self, slopes: Matrix, heading: Vector) -> Vector:
        """Direction of the branch, of length 1 in credibility and setting, nearest to heading."""
        ahead: Vector = np.linalg.svd(slopes)[2][-1]
        ahead = ahead / np.hypot(*ahead[self.shown])
        return ahead if ahead[self.shown] @ heading[self.shown] >= 0.0 else -ahead

    def corrected(self, guess: Vector, slopes: Matrix, heading: Vector) -> Vector | None:
        """The position at rest in the plane through ``guess`` normal to ``heading``, or None."""
        row = np.zeros(guess.size)
        row[self.shown] = heading[self.shown]

        def missed(position: Vector) -> Vector:
            return np.append(self.change(position), row @ (position - guess))

        found = refined(missed, guess, np.linalg.inv(np.vstack([slopes, row])))
        if found is None:
            return None
        ahead, _ = found
        seen = ahead[self.shown]
        return ahead if seen.min() >= 0.0 and seen.max() <= 1.0 else None


def continuation(
    field: MeanField, key: str, low: float, high: float, step: float = 0.05, most: int = 400
) -> Branch:
    """Follow resting points along the setting ``key`` from ``low`` to ``high``, around folds too.

    The method is pseudo-arclength continuation (Keller 1977) of the whole state. It begins at the
    resting point with the lowest credibility at ``low``, and ends when the setting leaves
    [low, high] or credibility [0, 1], or after ``most`` points. ``step`` is the distance of points
    in credibility and the setting as a share of its range.
    """
    width = high - low
    first = field.changed(key, low)
    begun = min(
        at_rest(first, [scanned(first, CREDIBILITY, upwards=True)]),
        key=lambda one: float(one[CREDIBILITY]),
    )
    along = _Along(first, key, low, high, begun)
    at = along.beginning
    heading = np.zeros(at.size)
    heading[-1] = 1.0
    points: list[Vector] = []
    stable: list[bool] = []
    tangents: list[Vector] = []
    while len(points) < most:
        slopes = along.slopes(at, heading)
        heading = along.tangent(slopes, heading)
        points.append(at[along.shown])
        tangents.append(heading[along.shown])
        # Stability of the state at this value of the setting.
        stable.append(radius(slopes[:, :-1] + np.eye(len(slopes))) < 1.0)
        ahead, stride = None, step
        while ahead is None and stride > step / _SHORTEST:
            guess = at + stride * heading
            seen = guess[along.shown]
            if not (seen.min() >= 0.0 and seen.max() <= 1.0):
                break
            ahead = along.corrected(guess, slopes, heading)
            if ahead is not None and np.hypot(*(ahead - guess)[along.shown]) > stride:
                ahead = None
            stride /= 2.0
        if ahead is None:
            break
        at = ahead
    path = np.array(points)
    turning = np.array(tangents)[:, 1]
    folds = []
    for i in np.flatnonzero(turning[:-1] * turning[1:] < 0.0):
        share = turning[i] / (turning[i] - turning[i + 1])
        folds.append(path[i] + share * (path[i + 1] - path[i]))
    turned = np.array(folds).reshape(-1, 2)
    return Branch(
        key,
        low + width * path[:, 1],
        path[:, 0],
        np.array(stable),
        np.column_stack([low + width * turned[:, 1], turned[:, 0]]),
    )
