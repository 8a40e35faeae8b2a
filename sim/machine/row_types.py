"""The types of rows, tables and frames in compiled rules, and how Python hands them over.

A row is the address of its table and an index; ``officer.capability`` loads the value at this index
of the column. ``row_operations`` says what rules can do with them.
"""

from typing import Any

from numba.core import cgutils, types
from numba.core.datamodel import models
from numba.extending import NativeValue, register_model, typeof_impl, unbox

from sim.machine.field_access import POINTER
from sim.machine.frames import Frame
from sim.machine.rows import Field, Kind, Row, Rows


class RowType(types.Type):
    """A row of a kind."""

    def __init__(self, kind: Kind) -> None:
        self.kind = kind
        super().__init__(name=f"Row({kind.name})")


class RowsType(types.Type):
    """A table of rows of a kind."""

    def __init__(self, kind: Kind, dimensions: int) -> None:
        self.kind = kind
        self.dimensions = dimensions
        super().__init__(name=f"Rows({kind.name}, {dimensions})")


class AmongType(types.Type):
    """One of a few rows that follow each other; which one is selected after all have been read."""

    def __init__(self, kind: Kind) -> None:
        self.kind = kind
        super().__init__(name=f"Among({kind.name})")


class NumbersType(types.Type):
    """A field of a row with several numbers."""

    def __init__(self, kind: Kind, field: Field) -> None:
        self.kind = kind
        self.field = field
        super().__init__(name=f"Numbers({kind.name}.{field.name})")


class ColumnType(types.Type):
    """A field of all rows of a table of one dimension that is kept in columns."""

    def __init__(self, kind: Kind, field: Field) -> None:
        self.kind = kind
        self.field = field
        super().__init__(name=f"Column({kind.name}.{field.name})")


class FrameType(types.Type):
    """A frame of a class."""

    def __init__(self, frame: type[Frame]) -> None:
        self.frame = frame
        super().__init__(name=f"Frame({frame.__name__})")


class _PlaceModel(models.StructModel):
    def __init__(self, manager: Any, type_: Any) -> None:
        super().__init__(manager, type_, [("table", types.voidptr), ("index", types.int64)])


class _AmongModel(models.StructModel):
    def __init__(self, manager: Any, type_: Any) -> None:
        members = [("table", types.voidptr), ("first", types.int64), ("number", types.int64)]
        super().__init__(manager, type_, members)


class _AddressModel(models.PrimitiveModel):
    def __init__(self, manager: Any, type_: Any) -> None:
        super().__init__(manager, type_, POINTER)


register_model(RowType)(_PlaceModel)
register_model(NumbersType)(_PlaceModel)
register_model(AmongType)(_AmongModel)
register_model(RowsType)(_AddressModel)
register_model(ColumnType)(_AddressModel)
register_model(FrameType)(_AddressModel)


def _without_gaps(rows: Rows) -> None:
    if rows.has_gaps:
        raise TypeError(
            f"{rows.kind.name}: a compiled rule cannot use a part whose rows are not contiguous in "
            "memory; copy() it first"
        )


@typeof_impl.register(Row)
def _type_of_row(row: Any, _context: Any) -> RowType:
    _without_gaps(row.table)
    return RowType(row.kind)


@typeof_impl.register(Rows)
def _type_of_rows(rows: Rows, _context: Any) -> RowsType:
    _without_gaps(rows)
    return RowsType(rows.kind, len(rows.shape))


_FRAMES: dict[type[Frame], FrameType] = {}


@typeof_impl.register(Frame)
def _type_of_frame(frame: Frame, _context: Any) -> FrameType:
    # Made once for each class: the rules of every run ask for it.
    kind = type(frame)
    if kind not in _FRAMES:
        _FRAMES[kind] = FrameType(kind)
    return _FRAMES[kind]


def _whole_attribute(c: Any, value: Any, name: str) -> Any:
    found = c.pyapi.object_getattr_string(value, name)
    number = c.pyapi.long_as_longlong(found)
    c.pyapi.decref(found)
    return number


@unbox(RowType)
def _unbox_row(type_: Any, value: Any, c: Any) -> NativeValue:
    row = cgutils.create_struct_proxy(type_)(c.context, c.builder)
    row.table = c.builder.inttoptr(_whole_attribute(c, value, "address"), POINTER)
    row.index = _whole_attribute(c, value, "index")
    return NativeValue(
        row._getvalue(), is_error=cgutils.is_not_null(c.builder, c.pyapi.err_occurred())
    )


@unbox(RowsType)
@unbox(FrameType)
def _unbox_address(type_: Any, value: Any, c: Any) -> NativeValue:
    address = c.builder.inttoptr(_whole_attribute(c, value, "address"), POINTER)
    return NativeValue(address, is_error=cgutils.is_not_null(c.builder, c.pyapi.err_occurred()))
