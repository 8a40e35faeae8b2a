"""What compiled rules do with rows, tables and frames: reading or setting a field is one access.

Each operation that a rule may write has a type (``infer_…``) and machine code (``lower_…``).
"""

import operator
from typing import Any

from llvmlite import ir
from numba.core import cgutils, types
from numba.core.typing.templates import (
    AbstractTemplate,
    AttributeTemplate,
    infer,
    infer_getattr,
    infer_global,
    signature,
)
from numba.extending import (
    intrinsic,
    lower_builtin,
    lower_getattr_generic,
    lower_setattr_generic,
    overload_method,
)
from numba.np import arrayobj

from sim.machine.field_access import WORD, WORD_BYTES, load, slot, store, value_type
from sim.machine.frames import Frame, Plain, Table
from sim.machine.row_types import AmongType, ColumnType, FrameType, NumbersType, RowsType, RowType
from sim.machine.rows import HEAD, SIZE

# Tables.


@infer_global(len)
class _Len(AbstractTemplate):
    def generic(self, args: Any, kws: Any) -> Any:
        if isinstance(args[0], RowsType):
            return signature(types.int64, args[0])
        return None


@lower_builtin(len, RowsType)
def _len(_context: Any, builder: Any, _signature: Any, args: Any) -> Any:
    return slot(builder, args[0], 0)


@infer_global(operator.getitem)
class _Item(AbstractTemplate):
    def generic(self, args: Any, kws: Any) -> Any:
        holder = args[0]
        if isinstance(holder, NumbersType):
            return signature(value_type(holder.field), holder, types.int64)
        if not isinstance(holder, RowsType):
            return None
        places = holder.dimensions
        if places == 1:
            return signature(RowType(holder.kind), holder, types.int64)
        return signature(RowType(holder.kind), holder, types.UniTuple(types.int64, places))


@lower_builtin(operator.getitem, RowsType, types.Any)
def _row(context: Any, builder: Any, signature_: Any, args: Any) -> Any:
    table, places = args
    index = places
    if signature_.args[0].dimensions > 1:
        index = builder.extract_value(places, 0)
        for number in range(1, signature_.args[0].dimensions):
            index = builder.mul(index, slot(builder, table, number))
            index = builder.add(index, builder.extract_value(places, number))
    row = cgutils.create_struct_proxy(signature_.return_type)(context, builder)
    row.table = table
    row.index = index
    return row._getvalue()


# Columns.


@infer
class _Column(AbstractTemplate):
    key = "static_getitem"

    def generic(self, args: Any, kws: Any) -> Any:
        rows, name = args
        if not isinstance(rows, RowsType) or not rows.kind.columns or rows.dimensions > 1:
            return None
        field = rows.kind.fields.get(name)
        if field is None or field.width:
            return None
        return signature(ColumnType(rows.kind, field), *args)


@lower_builtin("static_getitem", RowsType, types.StringLiteral)
def _column(_context: Any, _builder: Any, _signature: Any, args: Any) -> Any:
    return args[0]


# One of a few rows.


@intrinsic
def _among_few(_typing: Any, rows: Any, row: Any, number: Any) -> Any:
    type_ = AmongType(rows.kind)

    def build(context: Any, builder: Any, _signature: Any, args: Any) -> Any:
        table, row, number = args
        found = cgutils.create_struct_proxy(type_)(context, builder)
        found.table = table
        found.first = builder.mul(row, ir.Constant(WORD, rows.kind.few))
        found.number = number
        return found._getvalue()

    return type_(rows, types.int64, types.int64), build


@overload_method(RowsType, "among", strict=False)
def _among(rows: Any, row: Any, number: Any) -> Any:
    return lambda rows, row, number: _among_few(rows, row, number)


@infer_getattr
class _FieldsAmong(AttributeTemplate):
    key = AmongType

    def generic_resolve(self, row: Any, name: str) -> Any:
        field = row.kind.fields.get(name)
        return None if field is None or field.width else value_type(field)


@lower_getattr_generic(AmongType)
def _read_among(context: Any, builder: Any, type_: Any, value: Any, name: str) -> Any:
    field = type_.kind.fields[name]
    row = cgutils.create_struct_proxy(type_)(context, builder, value)
    found = load(builder, type_.kind, field, row.table, row.first)
    for number in range(1, type_.kind.few):
        place = ir.Constant(WORD, number)
        other = load(builder, type_.kind, field, row.table, builder.add(row.first, place))
        found = builder.select(builder.icmp_signed("==", row.number, place), other, found)
    return found


# Rows.


@infer_getattr
class _Fields(AttributeTemplate):
    key = RowType

    def generic_resolve(self, row: Any, name: str) -> Any:
        field = row.kind.fields.get(name)
        if field is None:
            return None
        return NumbersType(row.kind, field) if field.width else value_type(field)


@lower_getattr_generic(RowType)
def _read(context: Any, builder: Any, type_: Any, value: Any, name: str) -> Any:
    field = type_.kind.fields[name]
    row = cgutils.create_struct_proxy(type_)(context, builder, value)
    if field.width:
        numbers = cgutils.create_struct_proxy(NumbersType(type_.kind, field))(context, builder)
        numbers.table = row.table
        numbers.index = row.index
        return numbers._getvalue()
    return load(builder, type_.kind, field, row.table, row.index)


@lower_setattr_generic(RowType)
def _write(context: Any, builder: Any, signature_: Any, args: Any, name: str) -> None:
    type_, given = signature_.args
    field = type_.kind.fields[name]
    row = cgutils.create_struct_proxy(type_)(context, builder, args[0])
    value = context.cast(builder, args[1], given, value_type(field))
    store(builder, type_.kind, field, row.table, row.index, value)


@lower_builtin(operator.getitem, NumbersType, types.Any)
def _read_number(context: Any, builder: Any, signature_: Any, args: Any) -> Any:
    type_ = signature_.args[0]
    numbers = cgutils.create_struct_proxy(type_)(context, builder, args[0])
    return load(builder, type_.kind, type_.field, numbers.table, numbers.index, args[1])


@infer_global(operator.setitem)
class _SetItem(AbstractTemplate):
    def generic(self, args: Any, kws: Any) -> Any:
        holder = args[0]
        if isinstance(holder, NumbersType):
            return signature(types.none, holder, types.int64, value_type(holder.field))
        return None


@lower_builtin(operator.setitem, NumbersType, types.Any, types.Any)
def _write_number(context: Any, builder: Any, signature_: Any, args: Any) -> Any:
    type_ = signature_.args[0]
    numbers = cgutils.create_struct_proxy(type_)(context, builder, args[0])
    store(builder, type_.kind, type_.field, numbers.table, numbers.index, args[2], args[1])
    return context.get_dummy_value()


@infer_global(len)
class _Width(AbstractTemplate):
    def generic(self, args: Any, kws: Any) -> Any:
        if isinstance(args[0], NumbersType):
            return signature(types.int64, args[0])
        return None


@lower_builtin(len, NumbersType)
def _width(_context: Any, _builder: Any, signature_: Any, _args: Any) -> Any:
    return ir.Constant(WORD, signature_.args[0].field.width)


# People who change posts.


def _exchange(back: bool) -> Any:
    """Copy the fields of a person from row ``other`` to row ``one``; with ``back``, swap them."""

    def typed(_typing: Any, rows: Any, one: Any, other: Any) -> Any:
        def build(_context: Any, builder: Any, signature_: Any, args: Any) -> Any:
            kind = signature_.args[0].kind
            table, first, second = args
            for field in kind.fields.values():
                if not field.moves:
                    continue
                for k in range(max(1, field.width)):
                    number = ir.Constant(WORD, k) if field.width else None
                    there = load(builder, kind, field, table, second, number)
                    if back:
                        here = load(builder, kind, field, table, first, number)
                        store(builder, kind, field, table, second, here, number)
                    store(builder, kind, field, table, first, there, number)
            return ir.Constant(ir.IntType(1), 0)

        return types.boolean(rows, types.int64, types.int64), build

    return intrinsic(typed)


_copy_person = _exchange(back=False)
_swap_people = _exchange(back=True)


@overload_method(RowsType, "move", strict=False)
def _move(rows: Any, holder: Any, post: Any) -> Any:
    def move(rows: Any, holder: Any, post: Any) -> None:
        _copy_person(rows, post, holder)

    return move


@overload_method(RowsType, "swap", strict=False)
def _swap(rows: Any, one: Any, other: Any) -> Any:
    def swap(rows: Any, one: Any, other: Any) -> None:
        _swap_people(rows, one, other)

    return swap


# Tables of floats as plain arrays.


@intrinsic
def _as_numbers(_typing: Any, rows: Any) -> Any:
    type_ = types.Array(types.float64, 2, "C")

    def build(context: Any, builder: Any, signature_: Any, args: Any) -> Any:
        table = args[0]
        width = signature_.args[0].kind.dtype.itemsize // WORD_BYTES
        first = slot(builder, table, 0)
        number = builder.mul(slot(builder, table, SIZE), ir.Constant(WORD, width))
        address = slot(builder, table, HEAD)
        return _array(context, builder, type_, [first, builder.udiv(number, first)], address)

    return type_(rows), build


@overload_method(RowsType, "numbers", strict=False)
def _numbers(rows: Any) -> Any:
    return lambda rows: _as_numbers(rows)


# Frames.


def _begins(frame: type[Frame], name: str) -> int:
    """Number of the first slot of a member."""
    begin = 0
    for member, about in frame.members.items():
        if member == name:
            return begin
        begin += about.slots
    raise KeyError(name)


_PLAIN = {"f8": types.float64, "i4": types.int32, "i8": types.int64}


@infer_getattr
class _Members(AttributeTemplate):
    key = FrameType

    def generic_resolve(self, frame: Any, name: str) -> Any:
        member = frame.frame.members.get(name)
        if member is None:
            return None
        if isinstance(member, Table):
            return RowsType(member.kind, member.dimensions)
        return _plain_type(member) if isinstance(member, Plain) else types.int64


@lower_getattr_generic(FrameType)
def _member(context: Any, builder: Any, type_: Any, value: Any, name: str) -> Any:
    member = type_.frame.members[name]
    begin = _begins(type_.frame, name)
    if isinstance(member, Table):
        offset = ir.Constant(WORD, begin * WORD_BYTES)
        return builder.gep(value, [offset], inbounds=True)
    if isinstance(member, Plain):
        shape = [slot(builder, value, begin + k) for k in range(member.dimensions)]
        address = slot(builder, value, begin + member.dimensions)
        return _array(context, builder, _plain_type(member), shape, address)
    return slot(builder, value, begin)


def _plain_type(member: Plain) -> Any:
    return types.Array(_PLAIN[member.dtype], member.dimensions, "C")


def _array(context: Any, builder: Any, type_: Any, shape: list[Any], address: Any) -> Any:
    """An array over memory that belongs to the frame; the array does not keep it alive."""
    array = context.make_array(type_)(context, builder)
    item = ir.Constant(WORD, type_.dtype.bitwidth // 8)
    strides = [item]
    for length in reversed(shape[1:]):
        strides.insert(0, builder.mul(strides[0], length))
    pointer = context.get_data_type(type_.dtype).as_pointer()
    arrayobj.populate_array(
        array,
        data=builder.inttoptr(address, pointer),
        shape=shape,
        strides=strides,
        itemsize=item,
        meminfo=None,
    )
    return array._getvalue()
