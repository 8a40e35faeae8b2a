"""A bench: officers or citizens who draw or choose together, a row each.

Numbers of one kind lie side by side, so that a compiled loop over rows works on several at once
(eight, where the processor has 512-bit registers). A row holds copies; records stay where they are.
"""

from typing import Any

import numba
import numpy as np

from sim.compiled import leaf, rule
from sim.draws import uniforms
from sim.parameters import CONDUCTS

# Enough to keep a processor's registers busy, few enough to stay in its nearest memory.
SEATS = 64
# Rows are worked on in whole multiples of this, so that no compiled loop has a slow remainder.
_AT_ONCE = 1 if numba.config.DISABLE_JIT else 8

_WHOLE = (
    "department",
    "number",
    "previous_conduct",
    "chosen",
    "met",
    "silent",
    "voice",
    "complains",
)
_REAL = (
    # Of an officer.
    "capability",
    "responsibility",
    "inertia",
    "ambition",
    "perceived_risk",
    "merit_belief",
    "ease",
    "example",
    "best",
    "total",
    # Of a citizen at the counter.
    "trust_before",
    "trust_in_centre",
    "neighbours",
    "delivered",
    "excess",
    "hides",
    "experience",
    "trust",
)

BENCH = np.dtype(
    (
        np.record,
        np.dtype(
            [
                *((name, "i8", (SEATS,)) for name in _WHOLE),
                *((name, "f8", (SEATS,)) for name in _REAL),
                # Four draws each.
                ("luck", "f8", (4, SEATS)),
                # Sum of the weights of all conducts up to one.
                ("upto", "f8", (len(CONDUCTS), SEATS)),
            ],
            align=True,
        ),
    )
)


@leaf
def all_rows(number: int) -> int:
    """Round up to what a machine works on at once; nobody looks at the rows beyond ``number``."""
    return -(-number // _AT_ONCE) * _AT_ONCE


@leaf
def name(bench: Any, j: int, agent: Any) -> None:
    """Tell whose draws row ``j`` gets: an officer's, or a citizen's."""
    bench.department[j] = agent.department
    bench.number[j] = agent.number_in_department


@rule
def draw(bench: Any, number: int, decision: int, seed: int, replicate: int, month: int) -> None:
    """Leave in ``bench.luck`` four draws for each of the first ``number`` rows."""
    for j in range(all_rows(number)):
        u = uniforms(seed, replicate, decision, month, bench.department[j], bench.number[j])
        bench.luck[0, j] = u[0]
        bench.luck[1, j] = u[1]
        bench.luck[2, j] = u[2]
        bench.luck[3, j] = u[3]
