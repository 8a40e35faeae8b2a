"""How sure it is which package is best: over draws of a posterior, and over chance.

Runs of a draw differ by chance, so the spread of their means is wider than that of what the draws
stand for. It is narrowed to the spread that is left without chance (constrained estimates, Louis
1984), and the chance that remains in the overall mean is added as draws of its error.
"""

import numpy as np
from numpy.typing import NDArray

from sim.planning.scoring import of_draws

Values = NDArray[np.float64]
# Draws of the error of means. More change no share by as much as a percentage point.
_ERRORS = 1_000
# Of several draws of a posterior, so many errors each.
_ERRORS_A_DRAW = 50


def filled(values: Values) -> Values:
    """Values, (…, runs, columns), in which a missing one is replaced by the mean of other runs."""
    missing = np.isnan(values)
    if not missing.any():
        return values
    there = np.where(missing, 0.0, values).sum(axis=-2, keepdims=True)
    number = np.maximum(1, (~missing).sum(axis=-2, keepdims=True))
    return np.where(missing, there / number, values)


def plausible(values: Values, draws: int, seed: int) -> Values:
    """Plausible true values, (errors, draws, columns), behind ``values`` (runs, columns).

    Run r uses draw r modulo ``draws``. With 0 draws all runs have the same settings, and the result
    has one draw.
    """
    runs, columns = values.shape
    number = min(max(1, draws), runs)
    means = of_draws(values, number)
    overall = means.mean(axis=0)
    rest = values - means[np.arange(runs) % number]
    errors = np.zeros((_ERRORS_A_DRAW if draws else _ERRORS, columns))
    if runs > number:
        chance = rest.T @ rest / (runs - number)
        of_mean = np.diag(chance) * number / runs
        seen = means.var(axis=0, ddof=1) if number > 1 else np.zeros(columns)
        with np.errstate(divide="ignore", invalid="ignore"):
            kept = np.sqrt(np.clip(1.0 - of_mean / seen, 0.0, 1.0))
        means = overall + (means - overall) * np.where(seen > 0.0, kept, 0.0)
        errors = np.random.default_rng(seed).multivariate_normal(
            np.zeros(columns), chance / runs, len(errors), method="eigh"
        )
    return np.asarray(means[None] + errors[:, None])


def rivals(values: Values, draws: int, seed: int) -> Values:
    """Plausible true values of packages relative to each other, (errors, draws, packages).

    ``values`` is an aim of which more is better, (packages, runs). Only differences between
    packages are used, since what all have in common decides nothing.
    """
    apart = values - values.mean(axis=0)
    return plausible(apart.T, draws, seed)


def chance_of_best(values: Values, draws: int, seed: int) -> Values:
    """The chance that each package is the best, (packages,); see ``rivals``."""
    found = rivals(values, draws, seed)
    best = found.argmax(axis=2)
    return np.array([(best == one).mean() for one in range(len(values))])


def regrets(values: Values, draws: int, seed: int) -> Values:
    """What each package lacks of the best in each draw, (packages, draws); see ``rivals``."""
    found = rivals(values, draws, seed)
    return np.asarray((found.max(axis=2, keepdims=True) - found).mean(axis=0).T)


def share_within(over: Values, draws: int, seed: int) -> float:
    """The share of draws, or the chance, that no limit is broken; ``over`` (runs, limits).

    Values above 0 are beyond the limit.
    """
    if not over.shape[1]:
        return 1.0
    return float((plausible(over, draws, seed) <= 0.0).all(axis=2).mean())
