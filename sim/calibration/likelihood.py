"""A synthetic likelihood, estimated by regression over candidates.

The value of each target, as a normal score, is regressed on the settings and their products. From
the expected value and the residual spread at given settings follows the probability of the findings
(synthetic likelihood: Wood 2010; by regression over all candidates: Meeds & Welling 2014).
Residuals are taken as logistic: where the regression is rough, some are larger than normal ones.

Settings are given as shares of their prior ranges, 0 to 1.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
import scipy
from numpy.typing import NDArray

from sim.calibration.experiments import Target
from sim.calibration.posterior import scores
from sim.study.least_squares import least_squares, product

Values = NDArray[np.float64]
# Scale of a logistic distribution whose standard deviation is 1.
_SCALE = np.sqrt(3.0) / np.pi
# Smallest scale of a residual, and of a window in units of it: neither may be zero.
_LEAST = 1e-6
# Penalty of the ridge regression, in candidates.
_RIDGE = 1.0


def _terms(shares: Values) -> Values:
    """Terms of the regression: a constant, settings and their products; shape (rows, terms)."""
    centred = 2.0 * shares - 1.0
    first, second = np.triu_indices(shares.shape[1])
    return np.column_stack([np.ones(len(shares)), centred, centred[:, first] * centred[:, second]])


@dataclass(frozen=True)
class Likelihood:
    """The regression of targets on settings, and the likelihood that follows from it.

    Values of targets are expressed as normal scores among those of the candidates. What was found
    is given by its ends, (targets, 2), or (findings, targets, 2) where targets were found more
    than once.
    """

    # Coefficients of the regression, shape (terms, targets).
    coefficients: Values
    # Standard deviation of its residuals, shape (targets,).
    spread: Values
    # Values of the candidates it was fitted to, shape (candidates, targets).
    seen: Values

    @classmethod
    def of(cls, shares: Values, found: Values) -> Self:
        """Fit the regression to candidates.

        ``shares`` are settings, (candidates, parameters), ``found`` values of targets, (candidates,
        targets). Candidates without a finite value for every target are dropped.
        """
        whole = np.isfinite(found).all(axis=1)
        seen, terms = found[whole], _terms(shares[whole])
        standing = scores(seen, seen)
        coefficients = least_squares(terms, standing, _RIDGE)
        # Corrects the residual spread for the degrees of freedom that the terms use.
        free = np.sqrt(len(terms) / max(1, len(terms) - terms.shape[1]))
        spread = (standing - product(terms, coefficients)).std(axis=0) * free
        return cls(coefficients, spread, seen)

    def of_targets(self, kept: NDArray[np.bool_]) -> Self:
        """The likelihood of some of its targets, those marked in ``kept``, (targets,)."""
        return type(self)(self.coefficients[:, kept], self.spread[kept], self.seen[:, kept])

    def windows(self, ends: Values) -> tuple[Values, Values]:
        """Lower and upper ends as normal scores; two arrays of shape (findings, targets)."""
        found = ends if ends.ndim == 3 else ends[None]
        return scores(self.seen, found[..., 0]), scores(self.seen, found[..., 1])

    def scales(self, ends: Values) -> tuple[Values, Values]:
        """Scale of each target's residual, and log of 1 less e**−(window / scale).

        Shapes (targets,) and (findings, targets).
        """
        low, high = self.windows(ends)
        scale = np.maximum(_SCALE * self.spread, _LEAST)
        return scale, np.log1p(-np.exp(-np.maximum((high - low) / scale, _LEAST)))

    def quadratic(self) -> tuple[Values, Values, Values]:
        """Constants (targets,), slopes (targets, parameters) and symmetric products.

        The expected score of a target is constant + slopes · u + ½ u · products · u, where u are
        settings from −1 to 1; products have shape (targets, parameters, parameters).
        """
        terms, targets = self.coefficients.shape
        # Terms are a constant, the settings, and their products: 1 + n + n (n + 1) / 2.
        parameters = int((np.sqrt(8.0 * terms + 1.0) - 3.0) / 2.0)
        first, second = np.triu_indices(parameters)
        products = np.zeros((targets, parameters, parameters))
        products[:, first, second] = self.coefficients[1 + parameters :].T
        slopes = np.ascontiguousarray(self.coefficients[1 : 1 + parameters].T)
        return (
            np.ascontiguousarray(self.coefficients[0]),
            slopes,
            products + products.transpose(0, 2, 1),
        )

    def log_likelihood(self, shares: Values, ends: Values) -> Values:
        """Log-likelihood of settings, ``shares`` (rows, parameters); shape (rows,).

        It is the sum over findings and targets of the logarithm of the probability that a run falls
        between the ``ends``.
        """
        expected = product(_terms(shares), self.coefficients)[:, None, :]
        (low, high), (scale, width) = self.windows(ends), self.scales(ends)
        above, below = (expected - low) / scale, (high - expected) / scale
        chance = scipy.special.log_expit(above) + scipy.special.log_expit(below) + width
        return np.asarray(chance.sum(axis=(1, 2)))


def ends_of(targets: Sequence[Target]) -> Values:
    """Lower and upper value between which each target counts as reached; shape (targets, 2)."""
    return np.array([target.ends for target in targets])


def ends_around(targets: Sequence[Target], shown: Values, rng: np.random.Generator) -> Values:
    """Ends of artificial data, made from the values that a candidate shows; shape (targets, 2).

    The interval of a value or a range is as wide as that of the target. Its centre is drawn
    uniformly around the value in ``shown``, (targets,), by up to half that width. The interval of a
    sign is the half line on which the value lies.
    """
    ends = ends_of(targets)
    for place, target in enumerate(targets):
        if target.kind == "sign":
            positive = shown[place] > 0.0
            ends[place] = (0.0, np.inf) if positive else (-np.inf, 0.0)
        else:
            half = 0.5 * (ends[place, 1] - ends[place, 0])
            middle = shown[place] + rng.uniform(-half, half)
            ends[place] = middle - half, middle + half
    return ends
