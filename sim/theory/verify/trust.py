"""Trust that is lost faster than it is gained: Slovic (1993)."""

from typing import Any

from sim.errors import BadInput
from sim.simulate import simulate
from sim.theory.verify.check import Check, limit, sampled
from sim.theory.verify.clearances import chance
from sim.world.plan import Plan

TITLE = "Trust"
WORK = "Slovic 1993"
REPLICATES = 12


def cases(
    gain: float | None = None, loss: float | None = None, quality: float | None = None
) -> list[Any]:
    """Cases to check: gain, loss and quality as given, or three that vary all of them."""
    if gain is None and loss is None and quality is None:
        return [(0.03, 0.09, 0.75), (0.05, 0.05, 0.6), (0.04, 0.08, 0.9)]
    return [
        (
            0.03 if gain is None else gain,
            0.09 if loss is None else loss,
            0.75 if quality is None else quality,
        )
    ]


def expected(gain: float, loss: float, quality: float) -> float:
    """Resting value of trust if service is good with probability ``quality``, and else absent."""
    return gain * quality / (gain * quality + loss * (1.0 - quality))


def check(seed: int, gain: float, loss: float, quality: float) -> list[Check]:
    """Compare mean trust over the last months of runs. Raises BadInput for impossible values."""
    for name, value in (("gain", gain), ("loss", loss)):
        if not 0.0 < value <= 1.0:
            raise BadInput(f"verify trust: {name} {value}: expected above 0 and at most 1")
    if not 0.0 < quality < 1.0:
        raise BadInput(f"verify trust: quality {quality}: expected between 0 and 1")
    rest = expected(gain, loss, quality)
    settings = {"public.gain": gain, "public.loss": loss, "public.trust.mean": rest}
    plan = Plan(limit("trust", chance(quality) | settings))
    runs = [
        float(simulate(plan, seed, replicate).summary["credibility"])
        for replicate in range(REPLICATES)
    ]
    case = f"gain {gain:g}, loss {loss:g}, good service {quality:.0%}"
    return [sampled(case, "trust at rest", rest, runs)]
