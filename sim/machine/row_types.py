"""The types of rows and frames in compiled rules: reading or setting a field is one memory access.

A row is the address of its table and an index; ``officer.capability`` loads the value at this index
of the column. Every access is marked with its field (``alias.scope``), and with the fact that no
other field is in the same memory (``noalias``). LLVM can therefore keep values in registers during
a loop, and process several rows at once.
"""

import operator
from typing import Any
from weakref import WeakKeyDictionary

from llvmlite import ir
from numba.core import cgutils, types
from numba.core.datamodel import models
from numba.core.typing.templates import (
    AbstractTemplate,
    AttributeTemplate,
    infer_getattr,
    infer_global,
    signature,
)
from numba.extending import (
    NativeValue,
    intrinsic,
    lower_builtin,
    lower_getattr_generic,
    lower_setattr_generic,
    overload_method,
    register_model,
    typeof_impl,
    unbox,
)
from numba.np import arrayobj

from sim.machine.frames import Frame, Plain, Table
from sim.machine.rows import HEAD, KINDS, SIZE, Field, Kind, Row, Rows

_WORD = ir.IntType(64)
_WORD_BYTES = 8
_POINTER = ir.IntType(8).as_pointer()
_LLVM = {
    "f4": ir.FloatType(),
    "f8": ir.DoubleType(),
    "i1": ir.IntType(8),
    "i2": ir.IntType(16),
    "i4": ir.IntType(32),
    "i8": _WORD,
}


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
        super().__init__(manager, type_, _POINTER)


register_model(RowType)(_PlaceModel)
register_model(NumbersType)(_PlaceModel)
register_model(AmongType)(_AmongModel)
register_model(RowsType)(_AddressModel)
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


@typeof_impl.register(Frame)
def _type_of_frame(frame: Frame, _context: Any) -> FrameType:
    return FrameType(type(frame))


def _whole_attribute(c: Any, value: Any, name: str) -> Any:
    found = c.pyapi.object_getattr_string(value, name)
    number = c.pyapi.long_as_longlong(found)
    c.pyapi.decref(found)
    return number


@unbox(RowType)
def _unbox_row(type_: Any, value: Any, c: Any) -> NativeValue:
    row = cgutils.create_struct_proxy(type_)(c.context, c.builder)
    row.table = c.builder.inttoptr(_whole_attribute(c, value, "address"), _POINTER)
    row.index = _whole_attribute(c, value, "index")
    return NativeValue(
        row._getvalue(), is_error=cgutils.is_not_null(c.builder, c.pyapi.err_occurred())
    )


@unbox(RowsType)
@unbox(FrameType)
def _unbox_address(type_: Any, value: Any, c: Any) -> NativeValue:
    address = c.builder.inttoptr(_whole_attribute(c, value, "address"), _POINTER)
    return NativeValue(address, is_error=cgutils.is_not_null(c.builder, c.pyapi.err_occurred()))


# Loads and stores.

# Metadata of each module that is being compiled, so that it is made once.
_MARKS: WeakKeyDictionary[Any, dict[str, list[Any]]] = WeakKeyDictionary()
_UNCHANGED = "invariant.load"
# Slots are marked like one more field: to store a field changes none of them.
_SLOTS = "slots"


def _named(kind: Kind, field: Field) -> str:
    return f"{kind.name}.{field.name}"


def _slot(builder: Any, table: Any, number: int) -> Any:
    """The value of a table's or frame's slot; no slot changes during a run."""
    words = builder.bitcast(table, _WORD.as_pointer())
    found = builder.load(builder.gep(words, [ir.Constant(_WORD, number)], inbounds=True))
    marks = _MARKS.setdefault(builder.module, {})
    if _UNCHANGED not in marks:
        marks[_UNCHANGED] = [builder.module.add_metadata([])]
    found.set_metadata(_UNCHANGED, *marks[_UNCHANGED])
    _mark(builder, found, _SLOTS)
    return found


def _mark(builder: Any, access: Any, named: str) -> None:
    """Mark a load or store with its field, so that LLVM knows that it affects no other field.

    Fields are numbered. Each binary digit of the number is a domain with two scopes, one for each
    value. An access is in the scopes of its own digits and outside those of the opposite digits.
    Since two fields differ in at least one digit, this separates all fields, and lists of scopes
    are much shorter than with one scope per field, which shortens compilation.
    """
    marks = _MARKS.setdefault(builder.module, {})
    if named not in marks:
        marks[named] = _scopes(builder.module, named)
    for name, scopes in zip(("alias.scope", "noalias"), marks[named], strict=True):
        access.set_metadata(name, scopes)


def _scopes(module: Any, named: str) -> list[Any]:
    """Two lists: the scopes that contain an access to a field, and those that do not."""
    fields = [_named(kind, field) for kind in KINDS for field in kind.fields.values()]
    fields.append(_SLOTS)
    number = fields.index(named)
    found = []
    for opposite in (0, 1):
        scopes = []
        for digit in range(len(fields).bit_length()):
            domain = module.add_metadata([f"digit {digit}"])
            value = number >> digit & 1 ^ opposite
            scopes.append(module.add_metadata([f"digit {digit} is {value}", domain]))
        found.append(module.add_metadata(scopes))
    return found


def _place(builder: Any, kind: Kind, field: Field, table: Any, index: Any, number: Any) -> Any:
    """Pointer to a field of a row, or to one of its several numbers."""
    type_ = _LLVM[field.dtype.str[1:]]
    if kind.columns:
        base = builder.inttoptr(_slot(builder, table, HEAD + field.place), type_.as_pointer())
        if number is not None:
            index = builder.add(builder.mul(number, _slot(builder, table, SIZE)), index)
        return builder.gep(base, [index], inbounds=True)
    base = builder.inttoptr(_slot(builder, table, HEAD), _POINTER)
    offset = builder.mul(index, ir.Constant(_WORD, kind.dtype.itemsize))
    offset = builder.add(offset, ir.Constant(_WORD, field.place))
    if number is not None:
        within = builder.mul(number, ir.Constant(_WORD, field.dtype.itemsize))
        offset = builder.add(offset, within)
    return builder.bitcast(builder.gep(base, [offset], inbounds=True), type_.as_pointer())


def _value_type(field: Field) -> Any:
    """The type in which rules compute: 64-bit integer or double, for any type of the field."""
    return types.int64 if field.whole else types.float64


def _load(
    builder: Any, kind: Kind, field: Field, table: Any, index: Any, number: Any = None
) -> Any:
    found = builder.load(_place(builder, kind, field, table, index, number))
    _mark(builder, found, _named(kind, field))
    if field.dtype.itemsize == _WORD_BYTES:
        return found
    return builder.sext(found, _WORD) if field.whole else builder.fpext(found, ir.DoubleType())


def _store(
    builder: Any, kind: Kind, field: Field, table: Any, index: Any, value: Any, number: Any = None
) -> None:
    if field.dtype.itemsize < _WORD_BYTES:
        shorten = builder.trunc if field.whole else builder.fptrunc
        value = shorten(value, _LLVM[field.dtype.str[1:]])
    done = builder.store(value, _place(builder, kind, field, table, index, number))
    _mark(builder, done, _named(kind, field))


# Tables.


@infer_global(len)
class _Len(AbstractTemplate):
    def generic(self, args: Any, kws: Any) -> Any:
        if isinstance(args[0], RowsType):
            return signature(types.int64, args[0])
        return None


@lower_builtin(len, RowsType)
def _len(_context: Any, builder: Any, _signature: Any, args: Any) -> Any:
    return _slot(builder, args[0], 0)


@infer_global(operator.getitem)
class _Item(AbstractTemplate):
    def generic(self, args: Any, kws: Any) -> Any:
        holder = args[0]
        if isinstance(holder, NumbersType):
            return signature(_value_type(holder.field), holder, types.int64)
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
            index = builder.mul(index, _slot(builder, table, number))
            index = builder.add(index, builder.extract_value(places, number))
    row = cgutils.create_struct_proxy(signature_.return_type)(context, builder)
    row.table = table
    row.index = index
    return row._getvalue()


# One of a few rows.


@intrinsic
def _among_few(_typing: Any, rows: Any, row: Any, number: Any) -> Any:
    type_ = AmongType(rows.kind)

    def build(context: Any, builder: Any, _signature: Any, args: Any) -> Any:
        table, row, number = args
        found = cgutils.create_struct_proxy(type_)(context, builder)
        found.table = table
        found.first = builder.mul(row, ir.Constant(_WORD, rows.kind.few))
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
        return None if field is None or field.width else _value_type(field)


@lower_getattr_generic(AmongType)
def _read_among(context: Any, builder: Any, type_: Any, value: Any, name: str) -> Any:
    field = type_.kind.fields[name]
    row = cgutils.create_struct_proxy(type_)(context, builder, value)
    found = _load(builder, type_.kind, field, row.table, row.first)
    for number in range(1, type_.kind.few):
        place = ir.Constant(_WORD, number)
        other = _load(builder, type_.kind, field, row.table, builder.add(row.first, place))
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
        return NumbersType(row.kind, field) if field.width else _value_type(field)


@lower_getattr_generic(RowType)
def _read(context: Any, builder: Any, type_: Any, value: Any, name: str) -> Any:
    field = type_.kind.fields[name]
    row = cgutils.create_struct_proxy(type_)(context, builder, value)
    if field.width:
        numbers = cgutils.create_struct_proxy(NumbersType(type_.kind, field))(context, builder)
        numbers.table = row.table
        numbers.index = row.index
        return numbers._getvalue()
    return _load(builder, type_.kind, field, row.table, row.index)


@lower_setattr_generic(RowType)
def _write(context: Any, builder: Any, signature_: Any, args: Any, name: str) -> None:
    type_, given = signature_.args
    field = type_.kind.fields[name]
    row = cgutils.create_struct_proxy(type_)(context, builder, args[0])
    value = context.cast(builder, args[1], given, _value_type(field))
    _store(builder, type_.kind, field, row.table, row.index, value)


@lower_builtin(operator.getitem, NumbersType, types.Any)
def _read_number(context: Any, builder: Any, signature_: Any, args: Any) -> Any:
    type_ = signature_.args[0]
    numbers = cgutils.create_struct_proxy(type_)(context, builder, args[0])
    return _load(builder, type_.kind, type_.field, numbers.table, numbers.index, args[1])


@infer_global(operator.setitem)
class _SetItem(AbstractTemplate):
    def generic(self, args: Any, kws: Any) -> Any:
        holder = args[0]
        if isinstance(holder, NumbersType):
            return signature(types.none, holder, types.int64, _value_type(holder.field))
        return None


@lower_builtin(operator.setitem, NumbersType, types.Any, types.Any)
def _write_number(context: Any, builder: Any, signature_: Any, args: Any) -> Any:
    type_ = signature_.args[0]
    numbers = cgutils.create_struct_proxy(type_)(context, builder, args[0])
    _store(builder, type_.kind, type_.field, numbers.table, numbers.index, args[2], args[1])
    return context.get_dummy_value()


@infer_global(len)
class _Width(AbstractTemplate):
    def generic(self, args: Any, kws: Any) -> Any:
        if isinstance(args[0], NumbersType):
            return signature(types.int64, args[0])
        return None


@lower_builtin(len, NumbersType)
def _width(_context: Any, _builder: Any, signature_: Any, _args: Any) -> Any:
    return ir.Constant(_WORD, signature_.args[0].field.width)


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
                    number = ir.Constant(_WORD, k) if field.width else None
                    there = _load(builder, kind, field, table, second, number)
                    if back:
                        here = _load(builder, kind, field, table, first, number)
                        _store(builder, kind, field, table, second, here, number)
                    _store(builder, kind, field, table, first, there, number)
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
        width = signature_.args[0].kind.dtype.itemsize // _WORD_BYTES
        first = _slot(builder, table, 0)
        number = builder.mul(_slot(builder, table, SIZE), ir.Constant(_WORD, width))
        address = _slot(builder, table, HEAD)
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
        offset = ir.Constant(_WORD, begin * _WORD_BYTES)
        return builder.gep(value, [offset], inbounds=True)
    if isinstance(member, Plain):
        shape = [_slot(builder, value, begin + k) for k in range(member.dimensions)]
        address = _slot(builder, value, begin + member.dimensions)
        return _array(context, builder, _plain_type(member), shape, address)
    return _slot(builder, value, begin)


def _plain_type(member: Plain) -> Any:
    return types.Array(_PLAIN[member.dtype], member.dimensions, "C")


def _array(context: Any, builder: Any, type_: Any, shape: list[Any], address: Any) -> Any:
    """An array over memory that belongs to the frame; the array does not keep it alive."""
    array = context.make_array(type_)(context, builder)
    item = ir.Constant(_WORD, type_.dtype.bitwidth // 8)
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
