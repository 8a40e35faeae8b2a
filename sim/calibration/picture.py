"""A smooth picture of what candidates show, which says where a next round should look.

Quadratic regression of every target, as a normal score, on the settings; the chance that a
candidate meets the targets follows, and a round is drawn from the prior in proportion to a power of
it. Each candidate of the round carries a weight that makes up for where it was drawn, so the
picture guides the search and is no part of the fit (importance sampling; Beaumont et al. 2009).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from sim.calibration.patterns import Target
from sim.calibration.posterior import scores

Values = NDArray[np.float64]
# Chains that walk side by side, steps before they count, and steps from one count to the next.
_CHAINS = 512
_SETTLING = 1_000
_APART = 60
# A step is this much longer or shorter than the theory of many dimensions says, now and then.
_JITTER = 1e-3
# Least chance of meeting a target: a picture is never sure.
_LEAST = 1e-4
_RIDGE = 1.0


def _terms(shares: Values) -> Values:
    """Constant, settings, and their products, shape (rows, terms)."""
    centred = 2.0 * shares - 1.0
    first, second = np.triu_indices(shares.shape[1])
    return np.column_stack([np.ones(len(shares)), centred, centred[:, first] * centred[:, second]])


@dataclass(frozen=True)
class Picture:
    """What candidates at any settings may be expected to show."""

    # Shape (terms, targets), and (targets,).
    coefficients: Values
    spread: Values
    low: Values
    high: Values

    @classmethod
    def of(cls, targets: Sequence[Target], shares: Values, found: Values) -> Self:
        """The picture that candidates give; rows without a number for every target do not count."""
        whole = np.isfinite(found).all(axis=1)
        seen, terms = found[whole], _terms(shares[whole])
        standing = scores(seen, seen)
        normal = terms.T @ terms + _RIDGE * np.eye(terms.shape[1])
        coefficients = np.linalg.solve(normal, terms.T @ standing)
        spread = (standing - terms @ coefficients).std(axis=0)
        ends = np.array([one.ends for one in targets])
        return cls(coefficients, spread, scores(seen, ends[:, 0]), scores(seen, ends[:, 1]))

    def log_chance(self, shares: Values) -> Values:
        """Logarithm of the chance of meeting all targets, shape (rows,)."""
        expected = _terms(shares) @ self.coefficients
        above = (self.high - expected) / self.spread
        below = (self.low - expected) / self.spread
        chance = ndtr(above) - ndtr(below)
        return np.asarray(np.log(np.maximum(chance, _LEAST)).sum(axis=1))

    def drawn(self, number: int, power: float, rng: np.random.Generator) -> tuple[Values, Values]:
        """Points of the prior in proportion to a power of that chance, and their weights.

        Shapes (number, parameters) and (number,). Differential evolution Markov chain (ter Braak
        2006): many chains, each stepping along the difference of two others.
        """
        parameters = _parameters(len(self.coefficients))
        chains = rng.random((_CHAINS, parameters))
        height = power * self.log_chance(chains)
        kept: list[Values] = []
        steps = _SETTLING + _APART * -(-number // _CHAINS)
        stride = 2.38 / np.sqrt(2.0 * parameters)
        for step in range(1, steps + 1):
            one, other = (rng.permutation(_CHAINS) for _ in range(2))
            # Every tenth step goes the whole way, so that chains change hills.
            long = 1.0 if step % 10 == 0 else stride
            tried = chains + long * (chains[one] - chains[other])
            tried += _JITTER * rng.standard_normal(chains.shape)
            inside = ((tried > 0.0) & (tried < 1.0)).all(axis=1)
            reached = power * self.log_chance(np.clip(tried, 0.0, 1.0))
            taken = inside & (np.log(rng.random(_CHAINS)) < reached - height)
            chains = np.where(taken[:, None], tried, chains)
            height = np.where(taken, reached, height)
            if step > _SETTLING and (step - _SETTLING) % _APART == 0:
                kept.append(chains)
        points = np.concatenate(kept)[:number]
        logs = -power * self.log_chance(points)
        weights = np.exp(logs - logs.max())
        return points, weights / weights.sum()


def _parameters(terms: int) -> int:
    """How many settings so many terms belong to."""
    return round(float((np.sqrt(8.0 * terms + 1.0) - 3.0) / 2.0))
