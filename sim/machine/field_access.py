"""Loads and stores of the fields of rows, as machine code.

Every access is marked with its field (``alias.scope``), and with the fact that no other field is in
the same memory (``noalias``). LLVM can therefore keep values in registers during a loop, and
process several rows at once.
"""

from typing import Any
from weakref import WeakKeyDictionary

from llvmlite import ir
from numba.core import types

from sim.machine.rows import HEAD, KINDS, SIZE, Field, Kind

WORD = ir.IntType(64)
WORD_BYTES = 8
POINTER = ir.IntType(8).as_pointer()
_LLVM = {
    "f4": ir.FloatType(),
    "f8": ir.DoubleType(),
    "i1": ir.IntType(8),
    "i2": ir.IntType(16),
    "i4": ir.IntType(32),
    "i8": WORD,
}
# Metadata of each module that is being compiled, so that it is made once.
_MARKS: WeakKeyDictionary[Any, dict[str, list[Any]]] = WeakKeyDictionary()
_UNCHANGED = "invariant.load"
# Slots are marked like one more field: to store a field changes none of them.
_SLOTS = "slots"


def _named(kind: Kind, field: Field) -> str:
    return f"{kind.name}.{field.name}"


def slot(builder: Any, table: Any, number: int) -> Any:
    """The value of a table's or frame's slot; no slot changes during a run."""
    words = builder.bitcast(table, WORD.as_pointer())
    found = builder.load(builder.gep(words, [ir.Constant(WORD, number)], inbounds=True))
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
        base = builder.inttoptr(slot(builder, table, HEAD + field.place), type_.as_pointer())
        if number is not None:
            index = builder.add(builder.mul(number, slot(builder, table, SIZE)), index)
        return builder.gep(base, [index], inbounds=True)
    base = builder.inttoptr(slot(builder, table, HEAD), POINTER)
    offset = builder.mul(index, ir.Constant(WORD, kind.dtype.itemsize))
    offset = builder.add(offset, ir.Constant(WORD, field.place))
    if number is not None:
        within = builder.mul(number, ir.Constant(WORD, field.dtype.itemsize))
        offset = builder.add(offset, within)
    return builder.bitcast(builder.gep(base, [offset], inbounds=True), type_.as_pointer())


def value_type(field: Field) -> Any:
    """The type in which rules compute: 64-bit integer or double, for any type of the field."""
    return types.int64 if field.whole else types.float64


def load(builder: Any, kind: Kind, field: Field, table: Any, index: Any, number: Any = None) -> Any:
    """The value of a field of a row, or of one of its several numbers, as rules compute with it."""
    found = builder.load(_place(builder, kind, field, table, index, number))
    _mark(builder, found, _named(kind, field))
    if field.dtype.itemsize == WORD_BYTES:
        return found
    return builder.sext(found, WORD) if field.whole else builder.fpext(found, ir.DoubleType())


def load_several(
    builder: Any, kind: Kind, field: Field, table: Any, index: Any, number: int
) -> Any:
    """The values of a field of several rows, kept in columns, that follow each other."""
    place = _place(builder, kind, field, table, index, None)
    type_ = ir.VectorType(_LLVM[field.dtype.str[1:]], number)
    found = builder.load(builder.bitcast(place, type_.as_pointer()), align=field.dtype.itemsize)
    _mark(builder, found, _named(kind, field))
    wide = ir.VectorType(ir.DoubleType(), number)
    return found if type_ == wide else builder.fpext(found, wide)


def store(
    builder: Any, kind: Kind, field: Field, table: Any, index: Any, value: Any, number: Any = None
) -> None:
    """Set a field of a row, or one of its several numbers."""
    if field.dtype.itemsize < WORD_BYTES:
        shorten = builder.trunc if field.whole else builder.fptrunc
        value = shorten(value, _LLVM[field.dtype.str[1:]])
    done = builder.store(value, _place(builder, kind, field, table, index, number))
    _mark(builder, done, _named(kind, field))
