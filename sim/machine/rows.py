"""The state in memory: tables of rows, in which each field is a column.

A rule reads and sets ``officer.capability``. In plain Python a row is an object that reads and
writes one place in the columns; in compiled code it is a table's address and an index
(``row_types``). Tables of which rules read many fields of one row (the settings or the sums of a
month) are kept row by row instead. Rules are written in the same way for both.
"""

import math
from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import Any, NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

# The slots of a table: its shape, padded with ones, its number of rows, and then addresses.
MOST_DIMENSIONS = 3
SIZE = MOST_DIMENSIONS
HEAD = MOST_DIMENSIONS + 1
# Bytes in one line of the processor's cache.
LINE = 64


def lined_up(length: int) -> int:
    """Bytes reserved for ``length`` bytes: an odd number of whole cache lines."""
    return LINE * (-(-length // LINE) | 1)


def zeroed(length: int) -> NDArray[np.uint8]:
    """A block of ``length`` zero bytes that begins at a cache line."""
    block = np.zeros(length + LINE, np.uint8)
    ahead = -block.ctypes.data % LINE
    return block[ahead : ahead + length]


def _copied(block: NDArray[np.uint8]) -> NDArray[np.uint8]:
    copied = zeroed(block.size)
    copied[:] = block
    return copied


def table_head(shape: tuple[int, ...], addresses: list[int]) -> NDArray[np.uint64]:
    """The slots of a table: its padded shape, its number of rows, and addresses."""
    ones = [1] * (MOST_DIMENSIONS - len(shape))
    return np.array([*shape, *ones, math.prod(shape), *addresses], np.uint64)


class Field(NamedTuple):
    """One field of a row: its name, its type, and its width.

    A width of 0 means a single number; a field of width n is an array of n numbers.
    """

    name: str
    dtype: np.dtype[Any]
    width: int
    # Number of its address among those of the table (columns), or its offset in a row, bytes.
    place: int
    # Whether it belongs to the person who holds a post, and moves with the person to another post.
    moves: bool

    @property
    def whole(self) -> bool:
        """Whether its values are whole numbers."""
        return self.dtype.kind != "f"


class Kind:
    """A kind of row, such as an officer: its fields, and whether they are kept as columns.

    ``fields`` gives name, NumPy type, width and whether the field moves with a person. ``few`` is
    the length of the last dimension of every table of the kind, where that is the same for all; 0
    if it is not. Raises TypeError if a name is declared twice or is an attribute of every row.
    """

    def __init__(
        self, name: str, fields: Iterable[tuple[str, str, int, bool]], columns: bool, few: int = 0
    ) -> None:
        self.name = name
        self.columns = columns
        self.few = few
        declared = list(fields)
        names = [one[0] for one in declared]
        twice = sorted({one for one in names if names.count(one) > 1})
        if twice:
            raise TypeError(f"{name}: declared twice: {', '.join(twice)}")
        self.dtype = np.dtype(
            [
                (name, kind, (width,)) if width else (name, kind)
                for name, kind, width, _ in declared
            ],
            align=True,
        )
        places: Any = self.dtype.fields
        self.fields = {
            one: Field(one, np.dtype(kind), width, k if columns else int(places[one][1]), moves)
            for k, (one, kind, width, moves) in enumerate(declared)
        }
        self.slots = HEAD + (len(declared) if columns else 1)
        # The last result of ``in_one_block``: all runs of a study have the same size.
        self._block: tuple[tuple[int, ...], Any, int] = ((-1,), None, 0)
        self.row = _row_class(self)
        KINDS.append(self)

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the fields."""
        return tuple(self.fields)

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle the name only: every process declares the same kinds."""
        return kind_named, (self.name,)

    def zeros(self, *shape: int) -> "Rows":
        """A table of rows of zeros."""
        return Rows.in_block(self, shape, zeroed(self.in_one_block(shape)[1]))

    def records(self, **columns: NDArray[Any]) -> NDArray[Any]:
        """A structured array of some fields only, given by column: small even if rows are long."""
        fields = [(name, self.fields[name].dtype) for name in columns]
        made = np.zeros(len(next(iter(columns.values()))), fields)
        for name, column in columns.items():
            made[name] = column
        return made

    def in_one_block(self, shape: tuple[int, ...]) -> tuple[NDArray[np.uint64], int]:
        """The slots of a table in one block, with offsets for addresses, and its length in bytes.

        Each column begins at a cache line. Columns are an odd number of lines apart: with a power
        of two, the processor would keep all fields of a row in the same few places of its cache.
        """
        if self._block[0] != shape:
            number, begins, end = math.prod(shape), [], 0
            if self.columns:
                sizes = [one.dtype.itemsize * max(1, one.width) for one in self.fields.values()]
            else:
                sizes = [self.dtype.itemsize]
            for size in sizes:
                begins.append(end)
                end += lined_up(size * number)
            self._block = shape, table_head(shape, begins), end
        return self._block[1], self._block[2]


# All kinds, in the order of declaration.
KINDS: list[Kind] = []


def kind_named(name: str) -> Kind:
    """The kind with this name."""
    (kind,) = (kind for kind in KINDS if kind.name == name)
    return kind


class Row:
    """One row of a table; its fields are read and set as attributes."""

    __slots__ = ("address", "index", "table")

    def __init__(self, table: "Rows", index: int) -> None:
        self.table = table
        self.index = index
        self.address = table.address

    def __getitem__(self, name: str) -> Any:
        """A field by name."""
        return getattr(self, name)

    def __setitem__(self, name: str, value: Any) -> None:
        """Set a field by name."""
        setattr(self, name, value)

    def copy(self) -> Any:
        """A copy of the row, in a new table of one row."""
        kind = self.table.kind
        alone = kind.zeros(1)[0]
        for name in kind.names:
            if kind.fields[name].width:
                getattr(alone, name)[:] = getattr(self, name)
            else:
                setattr(alone, name, getattr(self, name))
        return alone


def _field_of(field: Field, columns: bool) -> property:
    name = field.name
    if field.width and columns:
        return property(lambda row: row.table.data[name][:, row.index])
    if field.width:
        return property(lambda row: row.table.data.reshape(-1)[name][row.index])

    def read(row: Row) -> Any:
        return row.table.data[name].item(row.index)

    def write(row: Row, value: Any) -> None:
        row.table.data[name].flat[row.index] = value

    return property(read, write)


def _row_class(kind: Kind) -> type[Row]:
    members: dict[str, Any] = {
        name: _field_of(field, kind.columns) for name, field in kind.fields.items()
    }
    hidden = sorted(set(members) & {"address", "index", "table"})
    if hidden:
        raise TypeError(f"{kind.name}: a row has attributes of its own named {', '.join(hidden)}")
    name = f"{kind.name.capitalize()}Row"
    return type(name, (Row,), {"__slots__": (), "kind": kind, **members})


class Rows:
    """A table of rows of one kind, of one to three dimensions.

    ``rows["capability"]`` is the column of a field, ``rows[i]`` (or ``rows[i, j]``) one row.
    """

    # The memory of the table, if all its columns are in one block; else None.
    block: Any = None

    def __init__(
        self, kind: Kind, shape: tuple[int, ...], data: dict[str, NDArray[Any]] | NDArray[Any]
    ) -> None:
        self.data = data
        arrays = list(data.values()) if isinstance(data, dict) else [data]
        slots = table_head(shape, [array.ctypes.data for array in arrays])
        # The numbers of a field lie as far apart as in the table that this may be a part of.
        wide = [one for one in arrays if kind.columns and one.ndim > len(shape)]
        if wide:
            slots[SIZE] = wide[0].strides[0] // wide[0].itemsize
        # Compiled rules compute addresses from indices, which needs rows without gaps.
        inside = [one[0] if kind.columns and one.ndim > len(shape) else one for one in arrays]
        self.has_gaps = not all(one.flags.c_contiguous for one in inside)
        self._begin(kind, shape, slots)

    def _begin(self, kind: Kind, shape: tuple[int, ...], slots: NDArray[np.uint64]) -> None:
        self.kind = kind
        self.shape = shape
        self.size = math.prod(shape)
        self.slots = slots
        self.address = slots.ctypes.data

    @classmethod
    def in_block(cls, kind: Kind, shape: tuple[int, ...], block: NDArray[np.uint8]) -> Self:
        """A table in the memory of ``block``, whose length is that of ``Kind.in_one_block``."""
        rows = cls.__new__(cls)
        slots = kind.in_one_block(shape)[0].copy()
        slots[HEAD:] += block.ctypes.data
        rows.block = block
        rows.has_gaps = False
        rows._begin(kind, shape, slots)
        return rows

    @cached_property
    def data(self) -> Any:
        """The columns by name, or one structured array if rows are kept row by row."""
        if not self.kind.columns:
            length = self.size * self.kind.dtype.itemsize
            return self.block[:length].view(self.kind.dtype).reshape(self.shape)
        places, _ = self.kind.in_one_block(self.shape)
        columns = {}
        for field, begin in zip(self.kind.fields.values(), places[HEAD:].tolist(), strict=True):
            shape = (field.width, self.size) if field.width else (self.size,)
            length = field.dtype.itemsize * math.prod(shape)
            part = self.block[begin : begin + length]
            columns[field.name] = part.view(field.dtype).reshape(shape)
        return columns

    @classmethod
    def of(cls, kind: Kind, records: NDArray[Any]) -> Self:
        """A table over a structured array that is kept row by row; nothing is copied."""
        return cls(kind, records.shape, records)

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the fields."""
        return self.kind.names

    def column(self, name: str) -> NDArray[Any]:
        """All values of a field, in the shape of the table; a field of width n adds a dimension."""
        column: NDArray[Any] = self.data[name]
        if not self.kind.columns:
            return column
        return column.T if self.kind.fields[name].width else column

    def __len__(self) -> int:
        """Rows along the first dimension."""
        return self.shape[0]

    def __iter__(self) -> Iterator[Any]:
        """The rows of a table of one dimension."""
        return (self[i] for i in range(len(self)))

    def __getitem__(self, key: Any) -> Any:
        """A column by the name of its field, or one row by its index.

        A slice gives a part of the rows, which shares its memory with this table. An array of
        indices or of truth values gives copies of rows. A list of names gives a structured array,
        also a copy. Raises IndexError if there is no such row.
        """
        if isinstance(key, str):
            return self.column(key)
        if isinstance(key, slice):
            return self._part(key)
        if isinstance(key, np.ndarray):
            return self._chosen(key)
        if isinstance(key, list):
            return self._records(key)
        return self._at(key if isinstance(key, tuple) else (key,))

    def _at(self, places: tuple[Any, ...]) -> Any:
        """One row; a table of the remaining dimensions; or a part of a table kept row by row."""
        if any(isinstance(one, slice) for one in places):
            if self.kind.columns:
                raise TypeError(f"{self.kind.name}: take parts of columns by the name of a field")
            return Rows(self.kind, self.data[places].shape, self.data[places])
        place = 0
        for number, length in zip(places, self.shape, strict=False):
            if not -length <= number < length:
                raise IndexError(f"{self.kind.name} {number}: there are {length}")
            place = place * length + int(number) % length
        if len(places) == len(self.shape):
            return self.kind.row(self, place)
        inner = self.shape[len(places) :]
        number = int(np.prod(inner))
        part = slice(place * number, (place + 1) * number)
        if self.kind.columns:
            return Rows(self.kind, inner, {n: c[..., part] for n, c in self.data.items()})
        return Rows(self.kind, inner, self.data.reshape(-1)[part].reshape(inner))

    def among(self, row: int, number: int) -> Any:
        """Row ``number`` of the few in line ``row``, to be read only.

        In a compiled loop over agents it is faster than an index: the few values of a field are
        read once, and each agent's is selected, so that nothing is fetched for one agent at a time.
        """
        return self.kind.row(self, row * self.kind.few + number)

    def __setitem__(self, name: str, values: Any) -> None:
        """Set a field of all rows by its name."""
        self.column(name)[...] = values

    def _part(self, some: slice) -> "Rows":
        """A slice of the rows along the first dimension; it shares its memory with this table."""
        if not self.kind.columns:
            part = self.data[some]
            return Rows(self.kind, part.shape, part)
        columns = {name: column[..., some] for name, column in self.data.items()}
        return Rows(self.kind, (len(range(*some.indices(len(self)))),), columns)

    def _chosen(self, which: NDArray[Any]) -> "Rows":
        if not self.kind.columns:
            chosen = self.data[which]
            return Rows(self.kind, chosen.shape, chosen)
        columns = {
            name: np.ascontiguousarray(column[..., which]) for name, column in self.data.items()
        }
        number = int(np.count_nonzero(which)) if which.dtype == bool else which.size
        return Rows(self.kind, (number,), columns)

    def _records(self, names: list[str]) -> NDArray[Any]:
        fields = [(name, self.column(name).dtype, self.column(name).shape[1:]) for name in names]
        if not self.kind.columns:
            copied: NDArray[Any] = self.data[names].copy()
            return copied
        records = np.empty(self.shape, fields)
        for name in names:
            records[name] = self.column(name)
        return records

    def move(self, holder: int, post: int) -> None:
        """Copy the person in post ``holder`` into ``post``; the fields of the post itself stay."""
        for field in self.kind.fields.values():
            if field.moves:
                column = self.data[field.name]
                column[..., post] = column[..., holder]

    def swap(self, one: int, other: int) -> None:
        """Exchange the persons in two posts."""
        for field in self.kind.fields.values():
            if field.moves:
                column = self.data[field.name]
                column[..., [one, other]] = column[..., [other, one]]

    def copy(self) -> "Rows":
        """A copy of the table that shares no memory with it."""
        if self.block is not None:
            return Rows.in_block(self.kind, self.shape, _copied(self.block))
        if self.kind.columns:
            return Rows(self.kind, self.shape, {n: c.copy() for n, c in self.data.items()})
        return Rows(self.kind, self.shape, self.data.copy())

    def numbers(self) -> NDArray[np.float64]:
        """The content of a table of floats kept row by row; shape (first dimension, the rest)."""
        return np.asarray(self.data.view(np.float64).reshape(len(self), -1))

    def tobytes(self) -> bytes:
        """All bytes of the table, column by column."""
        if self.kind.columns:
            return b"".join(column.tobytes() for column in self.data.values())
        return bytes(self.data.tobytes())

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle kind, shape and data only, since addresses are valid in one process only."""
        return Rows, (self.kind, self.shape, self.data)
