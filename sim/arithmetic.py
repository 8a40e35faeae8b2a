"""Elementary functions from additions and multiplications alone.

The platform's ``exp`` and ``log`` differ in their last digit between systems, and one such digit
can turn a choice. These give the same bytes on every machine with IEEE 754 doubles, in compiled and
in plain Python. Errors are below 2 and 4 units in the last place (tested).
"""

import math

from sim.machine.compiled import rule
from sim.machine.numbers import floor, parts, power_of_two, select

_LOG2_E = 1.4426950408889634
_LN2_HIGH = 6.93145751953125e-1
_LN2_LOW = 1.42860682030941723212e-6
_LARGEST = 700.0
_SQRT_HALF = 0.7071067811865476
# Taylor's coefficients of e**r: where |r| is at most half of ln 2, what is left out is 4e-18.
_E2, _E3, _E4, _E5, _E6, _E7, _E8, _E9, _E10, _E11, _E12, _E13 = (
    1.0 / math.factorial(n) for n in range(2, 14)
)


@rule
def exp(x: float) -> float:
    """Return e**x; arguments beyond ±700 are held there.

    Reduction as in Cody and Waite (1980), then Taylor's series added up by Estrin's scheme: no
    division, and few steps that wait for each other.
    """
    x = min(max(x, -_LARGEST), _LARGEST)
    whole = floor(_LOG2_E * x + 0.5)
    r = x - whole * _LN2_HIGH - whole * _LN2_LOW
    rr = r * r
    low = (_E2 + _E3 * r) + (_E4 + _E5 * r) * rr
    high = (_E6 + _E7 * r) + (_E8 + _E9 * r) * rr
    top = (_E10 + _E11 * r) + (_E12 + _E13 * r) * rr
    r4 = rr * rr
    return (1.0 + (r + rr * (low + r4 * (high + r4 * top)))) * power_of_two(whole)


@rule(inline=True)
def log(x: float) -> float:
    """Return the natural logarithm of a positive normal ``x``, by the series of artanh."""
    mantissa, exponent = parts(x)
    small = mantissa < _SQRT_HALF
    mantissa = select(small, 2.0 * mantissa, mantissa)
    exponent = select(small, exponent - 1, exponent)
    s = (mantissa - 1.0) / (mantissa + 1.0)
    ss = s * s
    series = 0.0
    for odd in range(25, 0, -2):
        series = series * ss + 1.0 / odd
    return exponent * _LN2_LOW + 2.0 * s * series + exponent * _LN2_HIGH


@rule
def within(value: float, low: float, high: float) -> float:
    """Return ``value`` held inside [low, high]."""
    return min(max(value, low), high)


@rule
def either[Number: (int, float)](when: bool, one: Number, other: Number) -> Number:
    """Return ``one`` if ``when`` holds, else ``other``; both are worked out.

    Unlike an ``if``, it leaves a loop without branches, so that it can work on many rows at once.
    """
    return select(when, one, other)
