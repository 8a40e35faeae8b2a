"""What type checkers and editors know of tables and arrays, whatever rows they hold."""

from typing import Any, Protocol, overload


class ArrayOf[Value](Protocol):
    """Values in an array of any shape."""

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape of the array."""

    def __len__(self) -> int:
        """Length along the first dimension."""

    def __getitem__(self, place: Any) -> Value:
        """One value, or a part of the array."""

    def __setitem__(self, place: Any, value: Value) -> None:
        """Set one value."""


# Plain numbers, or the several numbers of a field; and whole numbers, such as places in a table.
Numbers = ArrayOf[float]
Places = ArrayOf[int]


class TableOf[Row](Protocol):
    """A table of rows of one dimension."""

    def __len__(self) -> int:
        """How many rows there are."""

    @overload
    def __getitem__(self, place: int) -> Row:
        """One row."""

    @overload
    def __getitem__(self, place: str) -> Numbers:
        """The column of a field."""

    def among(self, row: int, number: int) -> Row:
        """Row ``number``, to be read only; in a table of the few conducts."""

    def move(self, holder: int, post: int) -> None:
        """Let the holder of one post take another."""

    def swap(self, one: int, other: int) -> None:
        """Let the holders of two posts take each other's."""


class TableOfMany[Row](Protocol):
    """A table of rows of several dimensions."""

    def __len__(self) -> int:
        """Rows along the first dimension."""

    def __getitem__(self, place: tuple[int, ...]) -> Row:
        """One row."""

    def among(self, row: int, number: int) -> Row:
        """Row ``number`` of the few in line ``row``, to be read only; in a table by conducts."""

    def numbers(self) -> Numbers:
        """All numbers of the table, in two dimensions."""


class SumsByKind(Protocol):
    """Sums that count officers by conduct and by profile."""

    conducts: Numbers
    profiles: Numbers


class WorkSums(Protocol):
    """Sums of the work of officers of a layer, or of a profile."""

    officers: float
    substance: float
    show: float
    engaged: float
    sanctions: float
    unjust_sanctions: float
