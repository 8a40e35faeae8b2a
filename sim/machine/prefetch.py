"""Prefetching: rows are loaded into the processor's cache before they are needed.

A government of many officers does not fit into the cache, and waiting for memory takes longer than
computing. In plain Python nothing is done.
"""

from typing import Any

from llvmlite import ir
from numba.core import cgutils, types
from numba.extending import intrinsic, overload

from sim.machine.rows import HEAD, LINE

_WORD = ir.IntType(64)
_FLAG = ir.IntType(32)
_POINTER = ir.IntType(8).as_pointer()
_PREFETCH = "llvm.prefetch.p0"
# To read, into the nearest cache, data rather than code.
_HOW = (0, 3, 1)


def load_ahead(rows: Any, first: int, last: int, part: int, parts: int) -> None:
    """Load rows ``first`` to ``last`` − 1, of the fields of ``part`` 0…parts − 1; change nothing.

    The processor can wait for few loads at once, so that fields are loaded in several parts. Rows
    kept row by row are loaded whole, with the last part.
    """


@intrinsic
def _load_ahead(_typing: Any, rows: Any, first: Any, last: Any, part: Any, parts: Any) -> Any:
    fields = [field for field in rows.kind.fields.values() if not field.width]
    bytes_of = [(field.dtype.itemsize, field.place) for field in fields]
    if not rows.kind.columns:
        bytes_of = [(rows.kind.dtype.itemsize, 0)]

    def build(context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        table, first, last, part, parts = arguments
        load = builder.module.globals.get(_PREFETCH)
        if load is None:
            kind = ir.FunctionType(ir.VoidType(), [_POINTER, *[_FLAG] * len(_HOW)])
            load = ir.Function(builder.module, kind, _PREFETCH)
        how = [ir.Constant(_FLAG, one) for one in _HOW]
        table_of = ir.ArrayType(_WORD, len(bytes_of))
        sizes = ir.Constant(table_of, [_word(size) for size, _ in bytes_of])
        sizes = cgutils.global_constant(builder, "sizes", sizes)
        places = ir.Constant(table_of, [_word(place) for _, place in bytes_of])
        places = cgutils.global_constant(builder, "places", places)
        slots = builder.bitcast(table, _WORD.as_pointer())
        number = _word(len(bytes_of))
        begin = builder.sdiv(builder.mul(part, number), parts)
        end = builder.sdiv(builder.mul(builder.add(part, _word(1)), number), parts)
        with cgutils.for_range_slice(builder, begin, end, _word(1)) as (k, _):
            size = builder.load(builder.gep(sizes, [_word(0), k]))
            place = builder.load(builder.gep(places, [_word(0), k]))
            column = builder.load(builder.gep(slots, [builder.add(place, _word(HEAD))]))
            start = builder.add(column, builder.mul(first, size))
            start = builder.and_(start, _word(-LINE))
            stop = builder.add(column, builder.mul(last, size))
            with cgutils.for_range_slice(builder, start, stop, _word(LINE)) as (at, _):
                builder.call(load, [builder.inttoptr(at, _POINTER), *how])
        return context.get_dummy_value()

    return types.none(rows, *[types.int64] * 4), build


def _word(value: int) -> Any:
    return ir.Constant(_WORD, value)


@overload(load_ahead, strict=False)
def _load_ahead_compiled(rows: Any, first: Any, last: Any, part: Any, parts: Any) -> Any:
    return lambda rows, first, last, part, parts: _load_ahead(rows, first, last, part, parts)
