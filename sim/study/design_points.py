"""The points of a design: columns of values, and listed points crossed with them."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.study.points import Point
from sim.study.varied import Carried, Varied

Values = NDArray[np.float64]


class Points(Sequence[Point]):
    """Points of a design, kept as columns of values and made when they are requested."""

    def __init__(
        self,
        factors: Sequence[Varied],
        levels: Sequence[Sequence[Any]],
        moved: NDArray[np.int64] | None = None,
    ) -> None:
        self.factors = tuple(factors)
        # A column of values for each factor, shape (points,).
        self.columns = [_column(column) for column in levels]
        self._rows = self.columns[0].size if self.columns else 1
        # Of designs that move one factor at a time, its number at each point, −1 for none; shape
        # (points,). Only the factor that is moved carries others along.
        self._moved = moved

    def only(self, kept: NDArray[np.bool_]) -> "Points":
        """The points at which ``kept``, shape (points,), is true."""
        found = Points(self.factors, [], None if self._moved is None else self._moved[kept])
        found.columns = [column[kept] for column in self.columns]
        found._rows = int(kept.sum())
        return found

    def moving(self, number: int) -> list[int]:
        """Points at which this factor alone is moved, of a design that moves one at a time."""
        return [] if self._moved is None else np.flatnonzero(self._moved == number).tolist()

    def carried(self) -> dict[str, NDArray[Any]]:
        """Columns of what factors carry along, by name, each of shape (points,)."""
        return {
            one.key: self._carried(k, one) for k, f in enumerate(self.factors) for one in f.carried
        }

    def _carried(self, number: int, one: Carried) -> NDArray[Any]:
        factor, column = self.factors[number], self.columns[number]
        if one.link.values is None and column.dtype != object:
            found = one.along(column)
        else:
            values = column.tolist()
            listed = one.link.values is not None
            # Values that are not moved need not be among those listed.
            places = [factor.place(value) if listed else None for value in values]
            unmoved = listed and self._moved is not None
            found = _column(
                [
                    one.own if unmoved and place is None else one.at(value, place)
                    for value, place in zip(values, places, strict=True)
                ]
            )
        if self._moved is None:
            return found
        moved = self._moved == number
        return _column(
            [
                value if here else one.own
                for value, here in zip(found.tolist(), moved.tolist(), strict=True)
            ]
        )

    def numbers(self, names: Sequence[str]) -> dict[str, Values]:
        """Columns of numbers by name, each of shape (points,)."""
        found: dict[str, Values] = {}
        for number, (factor, column) in enumerate(zip(self.factors, self.columns, strict=True)):
            if factor.name in names:
                found[factor.name] = column.astype(float)
            for one in factor.carried:
                if one.key in names:
                    found[one.key] = self._carried(number, one).astype(float)
        return found

    def __len__(self) -> int:
        """Number of points."""
        return self._rows

    def __getitem__(self, index: Any) -> Any:
        """One point, or a list of points for a slice."""
        if isinstance(index, slice):
            return [self[row] for row in range(*index.indices(self._rows))]
        if not -self._rows <= index < self._rows:
            raise IndexError(index)
        settings: dict[str, Any] = {}
        levers: dict[str, Any] = {}
        for number, (factor, column) in enumerate(zip(self.factors, self.columns, strict=True)):
            value = column.item(index)
            carries = self._moved is None or self._moved[index] == number
            changes = factor.changes(value) if carries else {factor.name: value}
            for key, one in changes.items():
                (levers if factor.pulls(key) else settings)[key] = one
        return Point(settings, levers)

    def label(self, index: int) -> str:
        """The levels of a point in words."""
        pairs = list(zip(self.factors, self.columns, strict=True))
        levers = [pair for pair in pairs if pair[0].pulls(pair[0].name)]
        settings = [pair for pair in pairs if not pair[0].pulls(pair[0].name)]
        return ", ".join(
            f"{factor.name} = {factor.labelled(column.item(index))}"
            for factor, column in (*levers, *settings)
        )


def _column(values: Sequence[Any]) -> NDArray[Any]:
    """Values as an array: of numbers if all are numbers, else of objects."""
    kinds = {type(value) for value in values}
    if kinds <= {int, float}:
        return np.array(values, np.float64 if float in kinds else np.int64)
    column = np.empty(len(values), object)
    for place, value in enumerate(values):
        column[place] = value
    return column


class Crossed(Sequence[Point]):
    """Listed points, each at every point of a design; all listed points of one follow each other.

    A listed point's own setting goes before that of the design.
    """

    def __init__(self, points: Points, listed: Sequence[Point], names: Sequence[str]) -> None:
        self.design = points
        # Name of the listed point, shape (points,); and a column of values for each factor.
        self.names = np.tile(np.array(names, dtype=object), len(points))
        self.columns = [np.repeat(column, len(listed)) for column in points.columns]
        self._listed = tuple(listed)

    def carried(self) -> dict[str, NDArray[Any]]:
        """Columns of what factors carry along, by name, each of shape (points,)."""
        found = self.design.carried()
        return {name: np.repeat(column, len(self._listed)) for name, column in found.items()}

    def __len__(self) -> int:
        """Number of points."""
        return len(self.names)

    def __getitem__(self, index: Any) -> Any:
        """One point, or a list of points for a slice."""
        if isinstance(index, slice):
            return [self[row] for row in range(*index.indices(len(self)))]
        if not -len(self) <= index < len(self):
            raise IndexError(index)
        row, which = divmod(index % len(self), len(self._listed))
        there, own = self.design[row], self._listed[which]
        settings = {**there.settings, **own.settings}
        return Point(settings, {**there.levers, **own.levers}, own.base)
