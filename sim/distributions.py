"""Normal draws from uniform ones, the same to the last digit on every machine."""

import math

from sim.arithmetic import log, within
from sim.machine.compiled import rule

# Wichura (1988), AS 241, PPND16: numerators and denominators, highest power first.
_CENTRE_OVER = (
    2509.0809287301226727,
    33430.575583588128105,
    67265.770927008700853,
    45921.953931549871457,
    13731.693765509461125,
    1971.5909503065514427,
    133.14166789178437745,
    3.387132872796366608,
)
_CENTRE_UNDER = (
    5226.495278852854561,
    28729.085735721942674,
    39307.89580009271061,
    21213.794301586595867,
    5394.1960214247511077,
    687.1870074920579083,
    42.313330701600911252,
    1.0,
)
_TAIL_OVER = (
    7.7454501427834140764e-4,
    0.0227238449892691845833,
    0.24178072517745061177,
    1.27045825245236838258,
    3.64784832476320460504,
    5.7694972214606914055,
    4.6303378461565452959,
    1.42343711074968357734,
)
_TAIL_UNDER = (
    1.05075007164441684324e-9,
    5.475938084995344946e-4,
    0.0151986665636164571966,
    0.14810397642748007459,
    0.68976733498510000455,
    1.6763848301838038494,
    2.05319162663775882187,
    1.0,
)


@rule(inline=True)
def _ratio(over: tuple[float, ...], under: tuple[float, ...], r: float) -> float:
    top = 0.0
    for coefficient in over:
        top = top * r + coefficient
    bottom = 0.0
    for coefficient in under:
        bottom = bottom * r + coefficient
    return top / bottom


@rule
def is_central(u: float) -> bool:
    """Whether the quantile of ``u`` is among the central ones, 85 % of all."""
    return abs(u - 0.5) <= 0.425


@rule
def normal_centre(u: float) -> float:
    """Standard normal quantile of a central ``u``; a loop over it works on many at once."""
    q = u - 0.5
    return q * _ratio(_CENTRE_OVER, _CENTRE_UNDER, 0.180625 - q * q)


@rule
def normal(u: float) -> float:
    """Standard normal quantile of ``u`` in [2⁻³³, 1 − 2⁻³³]: algorithm AS 241 (Wichura 1988)."""
    if is_central(u):
        return normal_centre(u)
    tail = _ratio(_TAIL_OVER, _TAIL_UNDER, math.sqrt(-log(min(u, 1.0 - u))) - 1.6)
    return tail if u > 0.5 else -tail


@rule
def normal_share(u: float, mean: float, sd: float) -> float:
    """Return a share drawn with the uniform ``u``: normal, held inside [0, 1]."""
    return within(mean + sd * normal(u), 0.0, 1.0)
