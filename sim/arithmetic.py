"""Elementary functions from additions and multiplications alone.

The platform's ``exp`` and ``log`` differ in their last digit between systems, and one such digit
can turn a choice. These give the same bytes on every machine with IEEE 754 doubles, in compiled and
in plain Python. Errors are below 1 and 4 units in the last place (tested).
"""

import math
from fractions import Fraction

from sim.machine.compiled import rule
from sim.machine.numbers import floor, fused, parts, power_of_two, select

_LOG2_E = 1.4426950408889634
_LN2_HIGH = 6.93145751953125e-1
_LN2_LOW = 1.42860682030941723212e-6
_LARGEST = 700.0
_SQRT_HALF = 0.7071067811865476
_DEGREE = 11


def _economised(degree: int, half: Fraction) -> list[float]:
    """Coefficients of a polynomial of this degree for e**r, r from −``half`` to ``half``.

    Taylor's series to two more powers, which are then replaced by lower ones with the help of
    Chebyshev's polynomials (Lanczos 1938): they spread the error evenly over the range. Worked out
    exactly, since powers of floats differ between systems too.
    """
    series = [Fraction(1, math.factorial(n)) for n in range(degree + 3)]
    for n in (degree + 2, degree + 1):
        # r**n less this multiple of Chebyshev's polynomial of r / half has no power n.
        multiple = series.pop() * half**n / 2 ** (n - 1)
        for k in range(1, n // 2 + 1):
            power = n - 2 * k
            chebyshev = Fraction((-1) ** k * n * math.factorial(n - k - 1), 2 * math.factorial(k))
            chebyshev *= Fraction(2**power, math.factorial(power))
            series[power] -= multiple * chebyshev / half**power
    return [float(coefficient) for coefficient in series]


# Where |r| is at most half of ln 2, the polynomial is within 1e-17 of e**r (tested).
_E0, _E1, _E2, _E3, _E4, _E5, _E6, _E7, _E8, _E9, _E10, _E11 = _economised(
    _DEGREE, (Fraction(_LN2_HIGH) + Fraction(_LN2_LOW)) / 2
)


@rule
def exp(x: float) -> float:
    """Return e**x; arguments beyond ±700 are held there.

    Reduction as in Cody and Waite (1980), then a polynomial by Horner's scheme; there is no
    division.
    """
    x = min(max(x, -_LARGEST), _LARGEST)
    whole = floor(fused(_LOG2_E, x, 0.5))
    r = fused(-whole, _LN2_LOW, fused(-whole, _LN2_HIGH, x))
    series = fused(r, _E11, _E10)
    series = fused(r, series, _E9)
    series = fused(r, series, _E8)
    series = fused(r, series, _E7)
    series = fused(r, series, _E6)
    series = fused(r, series, _E5)
    series = fused(r, series, _E4)
    series = fused(r, series, _E3)
    series = fused(r, series, _E2)
    series = fused(r, series, _E1)
    return fused(r, series, _E0) * power_of_two(whole)


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
def towards(value: float, target: float, share: float) -> float:
    """Return ``value`` after it has gone a ``share`` of the way to ``target``."""
    return fused(share, target - value, value)


@rule
def either[Number: (int, float)](when: bool, one: Number, other: Number) -> Number:
    """Return ``one`` if ``when`` holds, else ``other``; both are worked out.

    Unlike an ``if``, it leaves a loop without branches, so that it can work on many rows at once.
    """
    return select(when, one, other)
