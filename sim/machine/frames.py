"""Frames: all tables that a run reads and writes, passed to compiled code as one address.

A frame has an array of 64-bit numbers, its slots. They give the shape and the memory address of
each table, so that compiled code finds every table from the address of the slots.
"""

import math
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, ClassVar, NamedTuple, Self, cast

import numpy as np
from numpy.typing import NDArray

from sim.machine.rows import HEAD, Kind, Rows, lined_up, zeroed


class Table(NamedTuple):
    """A member of a frame: a table of rows of one kind, with one to three dimensions."""

    kind: Kind
    dimensions: int = 1

    @property
    def slots(self) -> int:
        """Number of slots: shape, number of rows and addresses."""
        return self.kind.slots


class Plain(NamedTuple):
    """A member of a frame: an array of plain numbers."""

    dtype: str
    dimensions: int = 1

    @property
    def slots(self) -> int:
        """Number of slots: one for each dimension, and one for the address."""
        return self.dimensions + 1


class Whole(NamedTuple):
    """A member of a frame: one whole number."""

    slots: int = 1


class Frame:
    """Base of frames; a subclass declares its ``members``.

    The members of a frame are never replaced; only the content of its tables changes. Raises
    TypeError if a member is missing or unknown.
    """

    members: ClassVar[Mapping[str, Table | Plain | Whole]] = {}
    # The ``Beginning`` that made it, if any, and the memory of its own tables.
    _made_from: Any = None
    _block: Any = None

    def __init__(self, **values: Any) -> None:
        if set(values) != set(self.members):
            odd = ", ".join(sorted(set(values) ^ set(self.members)))
            raise TypeError(f"{type(self).__name__}: missing or unknown: {odd}")
        vars(self).update({name: values[name] for name in self.members})
        self._begin(
            np.concatenate([_slots(name, one, values[name]) for name, one in self.members.items()])
        )

    def _begin(self, slots: NDArray[np.uint64]) -> None:
        self.slots = slots
        self.address = slots.ctypes.data

    def __getattr__(self, name: str) -> Any:
        """Make the Python view of one of its own tables at first use: most runs use only a few."""
        if self._made_from is None or name not in self._made_from.own:
            raise AttributeError(f"{type(self).__name__} has no {name}")
        table = self._made_from.table(name, self._block)
        vars(self)[name] = table
        return table

    def parts(self) -> dict[str, Any]:
        """The members by name."""
        return {name: getattr(self, name) for name in self.members}

    def replaced(self, **values: Any) -> Self:
        """A frame with some members replaced; it shares the others with this one."""
        return type(self)(**{**self.parts(), **values})

    def copied(self) -> Self:
        """A copy of the frame and of all its tables."""
        return type(self)(
            **{
                name: part.copy() if hasattr(part, "copy") else part
                for name, part in self.parts().items()
            }
        )

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle the members only, since addresses are valid in one process only."""
        return _framed, (type(self), self.parts())

    def __copy__(self) -> Self:
        """A full copy: frames that shared tables would change each other."""
        return self.copied()

    def __deepcopy__(self, memo: Any) -> Self:
        """A copy of the frame and of all its tables."""
        return self.copied()


def _framed(kind: type[Frame], parts: dict[str, Any]) -> Frame:
    return kind(**parts)


def _slots(name: str, member: Table | Plain | Whole, value: Any) -> NDArray[np.uint64]:
    """The slots of a member. Raises TypeError if an array has another type or memory order."""
    if isinstance(member, Table):
        found: NDArray[np.uint64] = value.slots
        return found
    if isinstance(member, Plain):
        if value.dtype != member.dtype or not value.flags.c_contiguous:
            raise TypeError(f"{name}: expected {member.dtype}, row after row")
        return np.array([*value.shape, value.ctypes.data], np.uint64)
    return np.array([value], np.uint64)


class _Own(NamedTuple):
    """A table that each frame has of its own: its place and length in the frame's memory, bytes."""

    member: Table | Plain
    shape: tuple[int, ...]
    begin: int
    length: int


class _MemoryLayout:
    """The layout of a frame's own tables in its memory, and the places of the frame's slots.

    It depends on shapes only, and many beginnings have the same shapes.
    """

    def __init__(self, frame: type[Frame], own: Mapping[str, tuple[int, ...]]) -> None:
        self.own: dict[str, _Own] = {}
        # Where the slots of each member begin.
        self.places: dict[str, int] = {}
        slots: list[NDArray[np.uint64]] = []
        # Slots that hold addresses of the frame's own memory.
        inside: list[NDArray[np.uint64]] = []
        length = place = 0
        for name, member in frame.members.items():
            numbers = np.zeros(member.slots, np.uint64)
            first = len(numbers)
            if name in own and not isinstance(member, Whole):
                shape = own[name]
                if isinstance(member, Table):
                    head, taken = member.kind.in_one_block(shape)
                    numbers, first = head.copy(), HEAD
                else:
                    taken = lined_up(np.dtype(member.dtype).itemsize * math.prod(shape))
                    numbers, first = np.array([*shape, 0], np.uint64), len(shape)
                numbers[first:] += length
                self.own[name] = _Own(member, shape, length, taken)
                length += taken
            self.places[name] = place
            place += len(numbers)
            slots.append(numbers)
            inside.append((np.arange(len(numbers)) >= first).astype(np.uint64))
        self.slots = np.concatenate(slots)
        self.inside = np.concatenate(inside)
        self.length = length


@lru_cache(16)
def _layout(frame: type[Frame], own: tuple[tuple[str, tuple[int, ...]], ...]) -> _MemoryLayout:
    return _MemoryLayout(frame, dict(own))


# Bytes above which a table to be filled is not kept whole beside those of the frames.
_LARGE = 1 << 20


def _fill(table: Rows, fields: NDArray[Any]) -> None:
    for name in fields.dtype.names or ():
        table[name][:] = fields[name]


class Beginning[F: Frame]:
    """The initial state of many frames: tables that all share, and tables that each frame owns.

    ``own`` gives the shapes of owned tables. They are initially zero, or equal to the table that
    ``filled`` gives, or to the fields that it gives as a structured array. Those of a frame are in
    one block of memory, so that making a frame takes only a few microseconds.
    """

    def __init__(
        self,
        frame: type[F],
        own: Mapping[str, tuple[int, ...]],
        filled: Mapping[str, Rows | NDArray[Any]],
        shared: Mapping[str, Any],
    ) -> None:
        self.frame = frame
        self._layout = _layout(cast(Any, frame), tuple(own.items()))
        self.own = self._layout.own
        self._given = own, filled
        self._share(shared)
        self._blocks: list[tuple[_Own, NDArray[np.uint8]]] = []
        self._fields: dict[str, NDArray[Any]] = {}
        for name, table in filled.items():
            if isinstance(table, Rows):
                self._blocks.append((self.own[name], table.block))
            elif self.own[name].length > _LARGE:
                self._fields[name] = table
            else:
                # To copy a small table whole is faster than field by field.
                block = zeroed(self.own[name].length)
                _fill(self.table(name, block, 0), table)
                self._blocks.append((self.own[name], block))

    def _share(self, shared: Mapping[str, Any]) -> None:
        self.shared = dict(shared)
        self._slots = self._layout.slots.copy()
        for name, value in self.shared.items():
            found = _slots(name, self.frame.members[name], value)
            begin = self._layout.places[name]
            self._slots[begin : begin + len(found)] = found

    def sharing(self, shared: Mapping[str, Any]) -> "Beginning[F]":
        """A beginning with the same tables of each frame's own, and other tables that all share."""
        other = object.__new__(type(self))
        vars(other).update(vars(self))
        other._share(shared)
        return other

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle the arguments only, since addresses are valid in one process only."""
        return Beginning, (self.frame, *self._given, self.shared)

    def table(self, name: str, block: NDArray[np.uint8], begin: int | None = None) -> Any:
        """The owned table or array ``name`` of the frame whose memory is ``block``.

        It begins at byte ``begin``, if that is not its place in a frame.
        """
        member, shape, place, length = self.own[name]
        begin = place if begin is None else begin
        part = block[begin : begin + length]
        if isinstance(member, Table):
            return Rows.in_block(member.kind, shape, part)
        dtype = np.dtype(member.dtype)
        return part[: dtype.itemsize * math.prod(shape)].view(dtype).reshape(shape)

    def make(self, **wholes: int) -> F:
        """A new frame in the initial state; ``wholes`` gives its members that are whole numbers."""
        made = self.frame.__new__(self.frame)
        layout = self._layout
        block = zeroed(layout.length)
        for own, content in self._blocks:
            block[own.begin : own.begin + own.length] = content
        for name, fields in self._fields.items():
            _fill(self.table(name, block), fields)
        slots = self._slots + layout.inside * np.uint64(block.ctypes.data)
        for name, value in wholes.items():
            slots[layout.places[name]] = value
        vars(made).update(self.shared, **wholes)
        made._made_from, made._block = self, block
        made._begin(slots)
        return made
