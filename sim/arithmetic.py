"""Elementary functions from additions and multiplications alone.

The platform's ``exp`` and ``log`` differ in their last digit between systems, and one such digit
can turn a choice. These give the same bytes on every machine with IEEE 754 doubles, in compiled and
in plain Python. Errors are below 2 and 4 units in the last place (tested).
"""

import math

import numpy as np

from sim.compiled import rule

_LOG2_E = 1.4426950408889634
_LN2_HIGH = 6.93145751953125e-1
_LN2_LOW = 1.42860682030941723212e-6
_LARGEST = 700.0
_SQRT_HALF = 0.7071067811865476
# Powers of two 2**(index - 1100) for the range that `exp` allows.
_POWER_OFFSET = 1100
_POWERS_OF_TWO = np.array([math.ldexp(1.0, n - _POWER_OFFSET) for n in range(2124)])


@rule
def exp(x: float) -> float:
    """Return e**x; arguments beyond ±700 are held there.

    Cody and Waite (1980) reduction with the rational approximation of Moshier (1989, Cephes).
    """
    x = min(max(x, -_LARGEST), _LARGEST)
    whole = math.floor(_LOG2_E * x + 0.5)
    r = x - whole * _LN2_HIGH - whole * _LN2_LOW
    rr = r * r
    p = r * ((1.26177193074810590878e-4 * rr + 3.02994407707441961300e-2) * rr + 1.0)
    q = (
        (3.00198505138664455042e-6 * rr + 2.52448340349684104192e-3) * rr
        + 2.27265548208155028766e-1
    ) * rr + 2.0
    return float((1.0 + 2.0 * (p / (q - p))) * _POWERS_OF_TWO[int(whole) + _POWER_OFFSET])


@rule
def log(x: float) -> float:
    """Return the natural logarithm of a positive normal ``x``, by the series of artanh."""
    mantissa, exponent = math.frexp(x)
    if mantissa < _SQRT_HALF:
        mantissa *= 2.0
        exponent -= 1
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
