"""Whether the first round of candidates allows a fit: targets vary, and enough have a value."""

import numpy as np
from numpy.typing import NDArray

from sim.calibration.patterns import Patterns
from sim.errors import BadInput, Problems

Values = NDArray[np.float64]
# Largest share of candidates that may show the same value of a target. The regression assumes
# values that vary, and of a rare event nearly all candidates show none.
_MOST_ALIKE = 0.9


def check_varies(told: Values, at: str) -> None:
    """Raise BadInput, beginning with ``at``, if (nearly) all candidates have the same value."""
    values, counts = np.unique(told, return_counts=True)
    most = int(counts.argmax())
    share = counts[most] / told.size
    remedy = (
        "Observe for longer (observed; of an arm, its months), fit a larger organisation, or leave "
        "it out"
    )
    if len(values) == 1:
        raise BadInput(
            f"{at}: never varies; it is {values[0]:g} for all {told.size:,} candidates that give a "
            f"number. {remedy}"
        )
    if share > _MOST_ALIKE:
        raise BadInput(
            f"{at}: hardly varies; it is {values[most]:g} for {100.0 * share:.0f} % of the "
            f"{told.size:,} candidates that give a number, so that it tells the fit next to "
            f"nothing. {remedy}"
        )


def check_first(patterns: Patterns, shown: Values, fewest_candidates: int) -> None:
    """Raise BadInput if the first round, ``shown`` (candidates, targets), allows no fit.

    This is so if a target is the same for all candidates, or if too few candidates have a
    finite value for every target and every sign right.
    """
    where, number = patterns.name, len(shown)
    right = np.isfinite(shown).all(axis=1)
    problems = Problems()
    for (name, target), column in zip(patterns.target.items(), shown.T, strict=True):
        at, told = f"{where}: target.{name}", column[np.isfinite(column)]
        if told.size < fewest_candidates:
            problems.append(
                f"{at}: {told.size:,} of {number:,} candidates give a number; a fit needs "
                f"{fewest_candidates}. Observe for longer, or leave it out"
            )
        elif target.kind == "sign":
            right &= (column > 0.0) == (target.sign == 1)
        else:
            with problems.noted():
                check_varies(told, at)
    problems.refuse()
    if right.sum() < fewest_candidates:
        raise BadInput(
            f"{where}: {right.sum():,} of {number:,} candidates show all the signs found and "
            f"give a number for every target; a fit needs {fewest_candidates}. Give more "
            "--candidates, wider priors, or leave a target out"
        )
