"""The chance that a package is the best of those compared.

Runs tell it with noise. With fixed settings the means of packages are known up to their covariance
over replicates, and the chance is that of the largest among normal means with this covariance.
With draws of a posterior the truth is taken to be one of the draws, so the chance is the share of
draws in which a package is best; but in each draw a few runs tell the means, and their noise would
make all packages look alike. So the spread between draws is freed of the noise within them, and
means of draws are shrunk to what is left (empirical Bayes, Efron & Morris 1975).
"""

import numpy as np
from numpy.typing import NDArray

from sim.study.estimate import draw_means

Values = NDArray[np.float64]
# Sets of means drawn, in all.
_DRAWN = 40_000
# Fewest runs of each draw that show the noise within draws.
_FEWEST = 2


def chance_of_best(values: Values, draws: int, seed: int) -> Values:
    """Chance that each package is best; (packages,), in all 1.

    ``values`` are those of the aim, more is better, (packages, runs), on common draws. ``draws`` is
    the number of draws of a posterior that runs use in turn, or 0.
    """
    table = values.T
    rng = np.random.default_rng(seed)
    if not draws:
        error = np.cov(table, rowvar=False).reshape(len(values), -1) / len(table)
        means = _normal(np.broadcast_to(table.mean(axis=0), (_DRAWN, len(values))), error, rng)
        return _shares(means)
    observed = draw_means(table, draws)
    noise = _noise(table, draws)
    each = max(1, _DRAWN // len(observed))
    middle = observed.mean(axis=0)
    spread = np.cov(observed, rowvar=False).reshape(len(values), -1)
    true = _positive(spread - noise)
    # Of what a draw shows beyond the mean, the part that is not noise.
    part = true @ np.linalg.pinv(true + noise)
    centres = middle + (observed - middle) @ part.T
    left = _positive(true - part @ true)
    return _shares(_normal(np.repeat(centres, each, axis=0), left, rng))


def _noise(table: Values, draws: int) -> Values:
    """Covariance of the noise of means of draws; 0 if one run of each does not show it."""
    packages = table.shape[1]
    own = [table[one::draws] for one in range(min(draws, len(table)))]
    several = [one for one in own if len(one) >= _FEWEST]
    if not several:
        return np.zeros((packages, packages))
    off = np.concatenate([one - one.mean(axis=0) for one in several])
    within = off.T @ off / sum(len(one) - 1 for one in several)
    return np.asarray(within * np.mean([1.0 / len(one) for one in own]))


def _positive(matrix: Values) -> Values:
    """The nearest covariance: negative eigenvalues, which noise makes, are set to 0."""
    sizes, vectors = np.linalg.eigh((matrix + matrix.T) / 2.0)
    return np.asarray((vectors * np.maximum(sizes, 0.0)) @ vectors.T)


def _normal(centres: Values, covariance: Values, rng: np.random.Generator) -> Values:
    sizes, vectors = np.linalg.eigh(_positive(covariance))
    drawn = rng.standard_normal(centres.shape)
    return np.asarray(centres + (drawn * np.sqrt(np.maximum(sizes, 0.0))) @ vectors.T)


def _shares(means: Values) -> Values:
    """Shares of rows in which each column is largest; equal ones share a row."""
    best = means >= means.max(axis=1, keepdims=True)
    return np.asarray((best / best.sum(axis=1, keepdims=True)).mean(axis=0))
