"""Four things that Numba's language lacks, put in LLVM's: none changes what a rule computes.

``held`` keeps a record that is only read in registers. ``by_reference`` hands a tuple of arrays to
a rule as one address instead of some two hundred numbers. In plain Python both give back what they
were given. ``power_of_two`` writes a number's exponent without asking a table. ``fetch``
asks memory for a record before it is needed.
"""

import math
from typing import Any

from llvmlite import ir
from numba.core import cgutils, types
from numba.core.datamodel import models
from numba.core.typing.templates import AttributeTemplate, infer_getattr
from numba.extending import intrinsic, lower_getattr_generic, overload, register_model

_BYTE = ir.IntType(8)


@intrinsic
def _copy_of(_typing: Any, record: Any) -> Any:
    """A copy of a record on the stack, which LLVM takes apart into registers."""

    def build(context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        place = cgutils.alloca_once(builder, ir.ArrayType(_BYTE, record.size))
        size = ir.Constant(ir.IntType(64), record.size)
        cgutils.raw_memcpy(builder, place, arguments[0], size, 1)
        return builder.bitcast(place, context.get_value_type(record))

    return record(record), build


def held(record: Any) -> Any:
    """Return a record that a loop only reads: its numbers stay in registers.

    Without this, each pass would load them again, since what the loop writes might be the record;
    and LLVM would not work on several agents at once.
    """
    return record


# Inlined before it is compiled, so that the copy lives as long as the rule that asked for it.
@overload(held, strict=False, inline="always")
def _held(record: Any) -> Any:
    return lambda record: _copy_of(record)


_FRACTION_BITS = 52
_BIAS = 1023


@intrinsic
def _float_of_bits(_typing: Any, bits: Any) -> Any:
    def build(_context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        return builder.bitcast(arguments[0], ir.DoubleType())

    return types.float64(types.int64), build


def power_of_two(n: int) -> float:
    """Return 2**n, for whole n from −1022 to 1023."""
    return math.ldexp(1.0, n)


@overload(power_of_two, strict=False, inline="always")
def _power_of_two(n: Any) -> Any:
    return lambda n: _float_of_bits((n + _BIAS) << _FRACTION_BITS)


_LINE = 64
_WRITE, _KEEP, _DATA = 1, 3, 1


@intrinsic
def _fetch(_typing: Any, records: Any, i: Any) -> Any:
    def build(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        array = context.make_array(signature.args[0])(context, builder, arguments[0])
        size = signature.args[0].dtype.size
        pointer = _BYTE.as_pointer()
        word = ir.IntType(32)
        asked = cgutils.get_or_insert_function(
            builder.module,
            ir.FunctionType(ir.VoidType(), [pointer, word, word, word]),
            "llvm.prefetch.p0",
        )
        begin = builder.mul(arguments[1], ir.Constant(ir.IntType(64), size))
        for line in range(0, size - _LINE, _LINE):
            offset = builder.add(begin, ir.Constant(ir.IntType(64), line))
            place = builder.gep(builder.bitcast(array.data, pointer), [offset])
            builder.call(asked, [place, *(ir.Constant(word, n) for n in (_WRITE, _KEEP, _DATA))])
        return context.get_dummy_value()

    return types.none(records, types.int64), build


def fetch(records: Any, i: int) -> None:
    """Ask for all lines but the last of record ``i``, which may lie beyond the end; do not wait."""


@overload(fetch, strict=False, inline="always")
def _fetch_compiled(records: Any, i: Any) -> Any:
    return lambda records, i: _fetch(records, i)


class _Reference(types.Type):
    """The address of a named tuple of arrays."""

    def __init__(self, tuple_: Any) -> None:
        self.tuple = tuple_
        super().__init__(name=f"Reference({tuple_})")


@register_model(_Reference)
class _Address(models.PrimitiveModel):
    def __init__(self, manager: Any, type_: Any) -> None:
        super().__init__(manager, type_, _BYTE.as_pointer())


@infer_getattr
class _Members(AttributeTemplate):
    key = _Reference

    def generic_resolve(self, reference: Any, name: str) -> Any:
        if name in reference.tuple.fields:
            return reference.tuple.types[reference.tuple.fields.index(name)]
        return None


def _unowned(context: Any, builder: Any, type_: Any, value: Any) -> Any:
    """The same arrays without a count of who uses them; whoever called keeps them alive.

    Counting is a call for each array in each turn of a loop.
    """
    if isinstance(type_, types.Array):
        array = context.make_array(type_)(context, builder, value)
        array.meminfo = cgutils.get_null_value(array.meminfo.type)
        return array._getvalue()
    if isinstance(type_, types.BaseNamedTuple):
        for k, member in enumerate(type_.types):
            inside = _unowned(context, builder, member, builder.extract_value(value, k))
            value = builder.insert_value(value, inside, k)
    return value


@lower_getattr_generic(_Reference)
def _member(context: Any, builder: Any, reference: Any, address: Any, name: str) -> Any:
    members = builder.bitcast(address, context.get_value_type(reference.tuple).as_pointer())
    k = reference.tuple.fields.index(name)
    value = builder.load(cgutils.gep_inbounds(builder, members, 0, k))
    return _unowned(context, builder, reference.tuple.types[k], value)


@intrinsic
def _address_of(_typing: Any, members: Any) -> Any:
    def build(_context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        place = cgutils.alloca_once_value(builder, arguments[0])
        return builder.bitcast(place, _BYTE.as_pointer())

    return _Reference(members)(members), build


def by_reference(members: Any) -> Any:
    """Return a named tuple of arrays as rules can hand it on at no cost."""
    return members


@overload(by_reference, strict=False, inline="always")
def _by_reference(members: Any) -> Any:
    if isinstance(members, _Reference):
        return lambda members: members
    return lambda members: _address_of(members)
