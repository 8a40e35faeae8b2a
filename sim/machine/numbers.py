"""Six operations that Numba compiles poorly, or not at all, written directly for the compiler LLVM.

Each has the same result as its plain Python version, which is used if Numba is disabled.
"""

import math
from fractions import Fraction
from typing import Any

from llvmlite import ir
from numba.core import types
from numba.extending import intrinsic, overload

_DOUBLE = ir.DoubleType()
_WORD = ir.IntType(64)
_FRACTION_BITS = 52
_BIAS = 1023
# 2**52: in a double of this size the last bit has the value one, so adding a whole number to it
# puts the binary digits of that number into the last bits.
_ONES = 2.0**_FRACTION_BITS
_UNIT = 2.0**-32
_BEFORE_ONE = _BIAS - 1
_FRACTION_MASK = (1 << _FRACTION_BITS) - 1
# 2**20: in a double of this size the last bit has the value 2**-32.
_UNITS = 2.0**20
_UNITS_BITS = 0x4130000000000000


@intrinsic
def _floor(_typing: Any, x: Any) -> Any:
    def build(_context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        floor = builder.module.declare_intrinsic("llvm.floor", [_DOUBLE])
        return builder.call(floor, arguments)

    return types.float64(types.float64), build


def floor(x: float) -> float:
    """Return the largest whole number not above ``x``, as a float."""
    return float(math.floor(x))


@overload(floor, strict=False, inline="always")
def _floor_compiled(x: Any) -> Any:
    return lambda x: _floor(x)


@intrinsic
def _fused(_typing: Any, a: Any, b: Any, c: Any) -> Any:
    def build(_context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        return builder.fma(*arguments)

    return types.float64(types.float64, types.float64, types.float64), build


def fused_by_fractions(a: float, b: float, c: float) -> float:
    """Return a · b + c, rounded once; for Python 3.12, whose ``math`` has no ``fma``.

    Raises OverflowError if the result is too large for a float, as ``math.fma`` does.
    """
    if not (math.isfinite(a) and math.isfinite(b) and math.isfinite(c)):
        return a * b + c
    exact = Fraction(a) * Fraction(b) + Fraction(c)
    # A fraction does not know the sign of zero.
    return float(exact) if exact else a * b + c


_fused_in_python = getattr(math, "fma", fused_by_fractions)


def fused(a: float, b: float, c: float) -> float:
    """Return a · b + c, rounded once; the processor takes one operation instead of two."""
    return float(_fused_in_python(a, b, c))


@overload(fused, strict=False, inline="always")
def _fused_compiled(a: Any, b: Any, c: Any) -> Any:
    return lambda a, b, c: _fused(float(a), float(b), float(c))


@intrinsic
def _power_of_two(_typing: Any, n: Any) -> Any:
    def build(_context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        shifted = builder.fadd(arguments[0], ir.Constant(_DOUBLE, _ONES + _BIAS))
        bits = builder.shl(builder.bitcast(shifted, _WORD), ir.Constant(_WORD, _FRACTION_BITS))
        return builder.bitcast(bits, _DOUBLE)

    return types.float64(types.float64), build


def power_of_two(n: float) -> float:
    """Return 2**n, for whole n from −1022 to 1023, given as a float."""
    return math.ldexp(1.0, int(n))


@overload(power_of_two, strict=False, inline="always")
def _power_of_two_compiled(n: Any) -> Any:
    return lambda n: _power_of_two(n)


@intrinsic
def _parts(_typing: Any, x: Any) -> Any:
    def build(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        bits = builder.bitcast(arguments[0], _WORD)
        shifted = builder.lshr(bits, ir.Constant(_WORD, _FRACTION_BITS))
        exponent = builder.sub(shifted, ir.Constant(_WORD, _BEFORE_ONE))
        fraction = builder.and_(bits, ir.Constant(_WORD, _FRACTION_MASK))
        half = ir.Constant(_WORD, _BEFORE_ONE << _FRACTION_BITS)
        mantissa = builder.bitcast(builder.or_(fraction, half), _DOUBLE)
        return context.make_tuple(builder, signature.return_type, [mantissa, exponent])

    return types.Tuple([types.float64, types.int64])(types.float64), build


def parts(x: float) -> tuple[float, int]:
    """Return m in [½, 1) and e such that ``x`` = m · 2**e, for a positive normal ``x``."""
    return math.frexp(x)


@overload(parts, strict=False, inline="always")
def _parts_compiled(x: Any) -> Any:
    return lambda x: _parts(x)


@intrinsic
def _to_unit(_typing: Any, word: Any) -> Any:
    def build(_context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        bits = builder.or_(arguments[0], ir.Constant(_WORD, _UNITS_BITS))
        # Both numbers, and their difference, are exact.
        before = ir.Constant(_DOUBLE, _UNITS - 0.5 * _UNIT)
        return builder.fsub(builder.bitcast(bits, _DOUBLE), before)

    return types.float64(types.int64), build


def to_unit(word: int) -> float:
    """Return (word + ½) / 2³², a number in (0, 1), for a word of 32 bits."""
    return (word + 0.5) * _UNIT


@overload(to_unit, strict=False, inline="always")
def _to_unit_compiled(word: Any) -> Any:
    return lambda word: _to_unit(word)


@intrinsic
def _select(_typing: Any, when: Any, one: Any, other: Any) -> Any:
    def build(_context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        return builder.select(*arguments)

    whole = isinstance(one, types.Integer) and isinstance(other, types.Integer)
    kept = types.int64 if whole else types.float64
    return kept(types.boolean, kept, kept), build


def select[Number: (int, float)](when: bool, one: Number, other: Number) -> Number:
    """Return ``one`` if ``when`` holds, else ``other``."""
    return one if when else other


@overload(select, strict=False, inline="always")
def _select_compiled(when: Any, one: Any, other: Any) -> Any:
    return lambda when, one, other: _select(bool(when), one, other)
