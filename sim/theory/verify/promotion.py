"""The Peter principle revisited: Pluchino, Rapisarda & Garofalo (2010)."""

from typing import Any

import numpy as np

from sim.calendar import MONTHS_A_YEAR
from sim.errors import BadInput
from sim.machine.loop import run_months
from sim.theory.verify.check import Check, limit, sampled
from sim.world.plan import Plan
from sim.world.state import World

TITLE = "Promotion"
WORK = "Pluchino, Rapisarda & Garofalo 2010"
REPLICATES = 40
# Starts averaged as the reference of a gain; the start of a run has no lasting effect.
STARTS = 4000
NOTE = (
    "Vacancies are filled differently from the paper: here all those of a year are filled at once, "
    "from the top down. The expected gains are those of the paper's model under this rule. The "
    "paper's own gains for promoting the best, the worst and anybody are 9, −5 and 2 points with "
    "common sense, and −10, 12 and 1 points under the Peter hypothesis."
)
# Responsibility of each level in the paper. Its competence of 1 to 10 is a capability of 0.1 to 1.
WEIGHTS = np.array([1.0, 0.9, 0.8, 0.6, 0.4, 0.2])
# Years before the first reading, years between readings, and years in all.
SETTLED, EVERY, YEARS = 150, 5, 250
COMMON_SENSE, PETER = "common sense", "Peter"
# Gain in points if all vacancies of a year are filled at once from the top down, recomputed from
# the paper's description, and the standard error of this computation.
GAINS = {
    (COMMON_SENSE, "best"): 9.35,
    (COMMON_SENSE, "worst"): -1.89,
    (COMMON_SENSE, "random"): 3.26,
    (PETER, "best"): -8.58,
    (PETER, "worst"): 13.55,
    (PETER, "random"): 2.41,
}
_GAIN_ERROR = 0.04
_WAYS = {
    "best": {"mechanisms.selection.adverse": 0.0},
    "worst": {"mechanisms.selection.adverse": 1.0},
    # Promotion by connections, which are unrelated to capability in this scenario.
    "random": {"mechanisms.selection.merit": 0.0},
}
_ABILITY = {
    COMMON_SENSE: {"mechanisms.selection.competence_transfer": 1.0, "reach.post_fit": 0.1},
    PETER: {"mechanisms.selection.competence_transfer": 0.0, "reach.post_fit": 0.0},
}


def cases(share: float | None = None) -> list[Any]:
    """Cases to check: the six of the paper, or mixes in which the worst get ``share`` of posts."""
    if share is None:
        return [(ability, way, None) for ability, way in GAINS]
    if not 0.0 <= share <= 1.0:
        raise BadInput(f"verify promotion: share {share}: expected 0 to 1")
    return [(ability, "mix", share) for ability in _ABILITY]


def efficiency(world: World) -> float:
    """Global efficiency in per cent: mean capability, weighted by responsibility."""
    rank = world.officers["rank"]
    weight = WEIGHTS[rank]
    return float(100.0 * (weight * world.officers["capability"]).sum() / weight.sum())


def check(seed: int, ability: str, way: str, share: float | None) -> list[Check]:
    """Compare the gain in efficiency over the mean start, averaged over the later years."""
    ways = {"mechanisms.selection.adverse": share} if share is not None else _WAYS[way]
    plan = Plan(limit("promotion", _ABILITY[ability] | ways))
    start = np.mean([efficiency(plan.begin(seed, replicate)) for replicate in range(STARTS)])
    gains = []
    for replicate in range(REPLICATES):
        world = plan.begin(seed, replicate)
        run_months(world, 0, SETTLED * MONTHS_A_YEAR)
        later = []
        for year in range(SETTLED, YEARS, EVERY):
            run_months(world, year * MONTHS_A_YEAR, (year + EVERY) * MONTHS_A_YEAR)
            later.append(efficiency(world))
        gains.append(float(np.mean(later) - start))
    what = f"promote {way}" if share is None else f"promote the worst {share:.0%} of the time"
    case = f"{ability}, {what}"
    known = GAINS[ability, way] if share is None else None
    if share in (0.0, 1.0):
        known = GAINS[ability, "worst" if share else "best"]
    return [sampled(case, "gain in efficiency, points", known, gains, _GAIN_ERROR)]
