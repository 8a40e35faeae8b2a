"""Random draws: each is a pure function of seed, replicate, decision, month and agent.

Philox4x32-10 (Salmon, Moraes, Dror & Shaw 2011, "Parallel random numbers: as easy as 1, 2, 3")
turns a counter and a key into four random words, and keeps no state between calls. Therefore a
reform changes only what it causes, the order of evaluation does not matter, and replicates of two
scenarios share their draws. One call gives four draws, used by position; each mechanism declares
its decisions with ``decision`` and says what the four draws are for.
"""

from typing import Any

import numpy as np

from sim.errors import BadInput
from sim.machine.compiled import rule
from sim.machine.numbers import to_unit

# Random numbers of one decision.
DRAWS = 4
# Number used as the month for draws before the first month.
AT_START = 0xFFFFFFFF
# Added to the number of a decision for each layer of the chain that a case has moved up.
LAYER = 256

_MASK = 0xFFFFFFFF
_MULTIPLY_0 = 0xD2511F53
_MULTIPLY_1 = 0xCD9E8D57
_WEYL_0 = 0x9E3779B9
_WEYL_1 = 0xBB67AE85
_ROUNDS = 10
SEED_LIMIT = 2**32

# Use of the four draws of each decision, by the number of the decision.
DECISIONS: dict[int, str] = {}


def decision(number: int, uses: str) -> int:
    """Declare a decision by its number, from 1 to 255, and say what its four draws are for.

    Results depend on the number, so it must never be used for another decision. Raises ValueError
    if the number is out of range or used already.
    """
    if not 0 < number < LAYER or DECISIONS.setdefault(number, uses) != uses:
        raise ValueError(f"decision {number} is taken, or not from 1 to {LAYER - 1}")
    return number


def check_seed(seed: Any, replicate: Any = 0) -> None:
    """Raise BadInput unless seed and replicate are whole numbers from 0 to 2³² − 1."""
    for name, value in (("seed", seed), ("replicate", replicate)):
        if not isinstance(value, int | np.integer) or not 0 <= value < SEED_LIMIT:
            raise BadInput(
                f"{name}: expected a whole number from 0 to {SEED_LIMIT - 1}, got {value}"
            )


@rule(inline=True)
def philox(c0: int, c1: int, c2: int, c3: int, k0: int, k1: int) -> tuple[int, int, int, int]:
    """Philox4x32-10: four 32-bit words from a four-word counter and a two-word key.

    Masks make signed 64-bit integers (compiled) and unbounded ones (plain Python) agree.
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


@rule(inline=True)
def draw(
    seed: int, replicate: int, decision: int, month: int, department: int, who: int
) -> tuple[float, float, float, float]:
    """Four independent draws, uniform on (0, 1), for one decision of one agent in one month.

    ``who`` is the number of the agent within its department, and departments are numbered by tier
    from the top. So adding departments to the last unit, or units to the last tier, changes no
    draw of the others.
    """
    # Masked, so that a product of two words is known to need no more than 64 bits.
    where = int(department) & _MASK
    a, b, c, d = philox(decision, month, where, int(who) & _MASK, seed, replicate)
    return to_unit(a), to_unit(b), to_unit(c), to_unit(d)
