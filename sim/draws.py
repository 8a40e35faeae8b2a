"""Randomness: a draw is a pure function of seed, replicate, decision, month and identity.

Philox4x32-10 (Salmon, Moraes, Dror & Shaw 2011, "Parallel random numbers: as easy as 1, 2, 3")
turns a counter and a key into four random words; nothing is remembered between calls. A reform
therefore changes only what it causes, any order of evaluation gives the same run, and replicates
of two scenarios share their draws. One block gives four draws, used by position; each decision
below says what its four are for.
"""

import math
from typing import Any

import numpy as np

from sim.arithmetic import log, within
from sim.compiled import leaf, rule
from sim.errors import BadInput

# Decisions. A number here is part of every result: never reuse or renumber one.
DIRECTIVE = 1  # difficulty, interest, specificity, harm of a line's new directive
WORK = 2  # an officer's month: conduct, whether anybody owned the task, incident, detection
MEETING = 3  # a citizen's month: which officer, whether to complain, whether it is upheld, spare
OVERSIGHT = 4  # misconduct seen: which channel, publicity, spare, spare
INQUIRY = 5  # one layer of back-tracing: who is found, culpable or not, spared, redress
CLIMB = 6  # one layer of back-tracing: spare, climbs, publicity, shielded
APPRAISAL = 7  # an officer's year: noise of the score, retraining, exam, spare
EXIT = 8  # an officer's year: resignation, demotion, transfer, moving aside
VACANCY = 9  # a vacant post: whether it is bought, by the head alone, worst first, spare
ENTRY = 10  # whoever enters a post from outside: capability, responsibility, inertia, ambition
ENTRY_TIES = 11  # the same: connection, age, belief in merit, spare
RIVAL = 12  # the other applicant: capability, responsibility, whether merit counts, spare
PUBLIC = 13  # a citizen at the start: trust, trust in the centre, voice, spare
START = 14  # an officer at the start or from elsewhere: age, time in post, conduct, spare
TRACED = 17  # an incident: traced at all, a matter of decision, spare, spare
LINE = 16  # a line at the start: age of its directive, spare, spare, spare
TRANSFER = 15  # capability in a new rank: fresh draw, luck with the post, spare, spare

# The month that stands for all that is drawn before the first.
AT_START = 0xFFFFFFFF

# Added to a decision once per layer of the chain it has climbed.
LAYER = 256

_MASK = 0xFFFFFFFF
_MULTIPLY_0 = 0xD2511F53
_MULTIPLY_1 = 0xCD9E8D57
_WEYL_0 = 0x9E3779B9
_WEYL_1 = 0xBB67AE85
_ROUNDS = 10
_UNIT = 2.0**-32
SEED_LIMIT = 2**32


def check_seed(seed: Any, replicate: Any = 0) -> None:
    """Raise BadInput unless seed and replicate are whole numbers in 0…2³² − 1."""
    for name, value in (("seed", seed), ("replicate", replicate)):
        if not isinstance(value, int | np.integer) or not 0 <= value < SEED_LIMIT:
            raise BadInput(
                f"{name}: expected a whole number from 0 to {SEED_LIMIT - 1}, got {value}"
            )


@leaf
def philox(c0: int, c1: int, c2: int, c3: int, k0: int, k1: int) -> tuple[int, int, int, int]:
    """Philox4x32-10: four 32-bit words from a four-word counter and a two-word key.

    Masks make signed 64-bit (compiled) and unbounded (plain Python) integers agree.
    """
    for _ in range(_ROUNDS):
        a = _MULTIPLY_0 * c0
        b = _MULTIPLY_1 * c2
        c0 = ((b >> 32) & _MASK) ^ c1 ^ k0
        c1 = b & _MASK
        c2 = ((a >> 32) & _MASK) ^ c3 ^ k1
        c3 = a & _MASK
        k0 = (k0 + _WEYL_0) & _MASK
        k1 = (k1 + _WEYL_1) & _MASK
    return c0, c1, c2, c3


@leaf
def uniforms(
    seed: int, replicate: int, decision: int, month: int, department: int, who: int
) -> tuple[float, float, float, float]:
    """Four independent draws, uniform on (0, 1), for one decision of one agent in one month.

    ``who`` numbers the agent inside its department, so adding departments to the last unit, or
    units to the last tier, moves no draw; departments are numbered tier by tier from the top.
    """
    a, b, c, d = philox(decision, month, int(department), int(who), seed, replicate)
    return (a + 0.5) * _UNIT, (b + 0.5) * _UNIT, (c + 0.5) * _UNIT, (d + 0.5) * _UNIT


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


@leaf
def _ratio(over: tuple[float, ...], under: tuple[float, ...], r: float) -> float:
    top = 0.0
    for coefficient in over:
        top = top * r + coefficient
    bottom = 0.0
    for coefficient in under:
        bottom = bottom * r + coefficient
    return top / bottom


@rule
def normal(u: float) -> float:
    """Standard normal quantile of ``u`` in [2⁻³³, 1 − 2⁻³³]: algorithm AS 241 (Wichura 1988)."""
    q = u - 0.5
    if abs(q) <= 0.425:
        return q * _ratio(_CENTRE_OVER, _CENTRE_UNDER, 0.180625 - q * q)
    tail = _ratio(_TAIL_OVER, _TAIL_UNDER, math.sqrt(-log(min(u, 1.0 - u))) - 1.6)
    return tail if q > 0.0 else -tail


@rule
def normal_share(u: float, mean: float, sd: float) -> float:
    """Return a share drawn with the uniform ``u``: normal, held inside [0, 1]."""
    return within(mean + sd * normal(u), 0.0, 1.0)
