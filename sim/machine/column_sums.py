"""The sum of a column, in an order that is the same everywhere and lets many rows be added at once.

A sum of numbers one after another waits for each addition before the next. Here rows are dealt
out to strands, as cards to players; each strand is added up, and then the strands are.
"""

from typing import Any

from llvmlite import ir
from numba.core import cgutils, types
from numba.extending import intrinsic, overload

from sim.machine.field_access import WORD, load, load_several
from sim.machine.row_types import ColumnType

# A power of two: the numbers that fit into the widest registers.
STRANDS = 8


def total(column: Any, first: int, last: int) -> float:
    """The sum of rows ``first`` to ``last`` − 1 of a column of floats, such as ``rows["trust"]``.

    What is left over after the last whole round of the strands is added at the end, in its order.
    """
    values = column[first:last].tolist()
    left_over = len(values) - len(values) % STRANDS
    sums = [0.0] * STRANDS
    for i in range(left_over):
        sums[i % STRANDS] += values[i]
    while len(sums) > 1:
        half = len(sums) // 2
        sums = [sums[k] + sums[half + k] for k in range(half)]
    for value in values[left_over:]:
        sums[0] += value
    return float(sums[0])


@intrinsic
def _total(_typing: Any, column: Any, first: Any, last: Any) -> Any:
    kind, field = column.kind, column.field

    def build(_context: Any, builder: Any, _signature: Any, args: Any) -> Any:
        table, first, last = args
        step = ir.Constant(WORD, STRANDS)
        rounds = builder.and_(builder.sub(last, first), ir.Constant(WORD, -STRANDS))
        left_over = builder.add(first, rounds)
        nothing = ir.Constant(ir.VectorType(ir.DoubleType(), STRANDS), [0.0] * STRANDS)
        sums = cgutils.alloca_once_value(builder, nothing)
        with cgutils.for_range_slice(builder, first, left_over, step) as (i, _):
            more = load_several(builder, kind, field, table, i, STRANDS)
            builder.store(builder.fadd(builder.load(sums), more), sums)
        one = cgutils.alloca_once_value(builder, _together(builder, builder.load(sums)))
        with cgutils.for_range_slice(builder, left_over, last, ir.Constant(WORD, 1)) as (i, _):
            more = load(builder, kind, field, table, i)
            builder.store(builder.fadd(builder.load(one), more), one)
        return builder.load(one)

    return types.float64(column, types.int64, types.int64), build


def _together(builder: Any, sums: Any) -> Any:
    """The sum of all strands: the first half to the second, until there is one."""
    number = ir.IntType(32)
    half = STRANDS // 2
    while half:
        places = [[ir.Constant(number, k + begin) for k in range(half)] for begin in (0, half)]
        lists = [ir.Constant(ir.VectorType(number, half), place) for place in places]
        sums = builder.fadd(*(builder.shuffle_vector(sums, sums, some) for some in lists))
        half //= 2
    return builder.extract_element(sums, ir.Constant(number, 0))


@overload(total, strict=False)
def _total_compiled(column: Any, first: Any, last: Any) -> Any:
    if isinstance(column, ColumnType) and not column.field.whole:
        return lambda column, first, last: _total(column, first, last)
    return None
