"""A synthetic likelihood, estimated by regression over candidates, and a sampler for it.

The value of each target, as a normal score, is regressed on the settings and their products. From
the expected value and the residual spread at given settings follows the probability of the findings
(synthetic likelihood: Wood 2010; by regression over all candidates: Meeds & Welling 2014). The
posterior is sampled by a differential evolution Markov chain (ter Braak 2006).

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
# Standard deviation of the noise added to each step, so that chains never become identical.
_JITTER = 1e-3
# Length of a step times √parameters (ter Braak 2006), and the range of random factors for it.
_STRIDE = 2.38 / np.sqrt(2.0)
_SHORTER, _LONGER = 0.2, 1.2
# Probability that a step changes a setting. Each step uses one of these, chosen at random.
_MOVED = (0.1, 0.3, 1.0)
# Smallest probability of reaching a target: the regression is too rough for a value of 0.
_LEAST = 1e-5
# Penalty of the ridge regression, in candidates.
_RIDGE = 1.0


@dataclass(frozen=True)
class Sampling:
    """How the Markov chains are run."""

    # Chains run side by side. A step of one uses the difference of two others.
    chains: int = 512
    # Steps dropped at the beginning.
    warm_up: int = 1_500
    # After them, one step in this number is kept.
    thinning: int = 100


def _terms(shares: Values) -> Values:
    """Terms of the regression: a constant, settings and their products; shape (rows, terms)."""
    centred = 2.0 * shares - 1.0
    first, second = np.triu_indices(shares.shape[1])
    return np.column_stack([np.ones(len(shares)), centred, centred[:, first] * centred[:, second]])


@dataclass(frozen=True)
class Likelihood:
    """The regression of targets on settings, and the likelihood that follows from it.

    Values of targets are expressed as normal scores among those of the candidates.
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

    def windows(self, ends: Values) -> tuple[Values, Values]:
        """Lower and upper ends, (targets, 2), as normal scores; two arrays of shape (targets,)."""
        return scores(self.seen, ends[:, 0]), scores(self.seen, ends[:, 1])

    def log_likelihood(self, shares: Values, windows: tuple[Values, Values]) -> Values:
        """Log-likelihood of settings, ``shares`` (rows, parameters); shape (rows,).

        It is the sum over targets of the logarithm of the probability that a run falls between the
        ends, as ``windows`` gives them.
        """
        expected = product(_terms(shares), self.coefficients)
        chance = scipy.special.ndtr((windows[1] - expected) / self.spread)
        chance -= scipy.special.ndtr((windows[0] - expected) / self.spread)
        return np.asarray(np.log(np.maximum(chance, _LEAST)).sum(axis=1))

    def drawn(
        self,
        ends: Values,
        start: Values,
        number: int,
        rng: np.random.Generator,
        power: float = 1.0,
        sampling: Sampling | None = None,
    ) -> Values:
        """Sample settings from prior × likelihood ** power; shape (number, parameters).

        ``ends`` are what was found, (targets, 2). Chains begin at the likeliest rows of ``start``,
        (rows, parameters). A power of 1 gives the posterior, a power of 0 the prior.
        """
        sampling = sampling or Sampling()
        windows = self.windows(ends)
        likely = np.argsort(-self.log_likelihood(start, windows), kind="stable")
        chains = start[likely[np.arange(sampling.chains) % len(start)]]
        height = power * self.log_likelihood(chains, windows)
        kept: list[Values] = []
        parameters = chains.shape[1]
        steps = sampling.warm_up + sampling.thinning * -(-number // sampling.chains)
        for step in range(1, steps + 1):
            one, other = (rng.permutation(sampling.chains) for _ in range(2))
            stride = rng.uniform(_SHORTER, _LONGER) * _STRIDE / np.sqrt(parameters)
            moved = rng.random(chains.shape) < rng.choice(_MOVED)
            tried = chains + stride * (chains[one] - chains[other]) * moved
            tried += _JITTER * rng.standard_normal(chains.shape)
            inside = ((tried > 0.0) & (tried < 1.0)).all(axis=1)
            reached = power * self.log_likelihood(np.clip(tried, 0.0, 1.0), windows)
            taken = inside & (np.log(rng.random(sampling.chains)) < reached - height)
            chains = np.where(taken[:, None], tried, chains)
            height = np.where(taken, reached, height)
            if step > sampling.warm_up and (step - sampling.warm_up) % sampling.thinning == 0:
                kept.append(chains)
        return np.concatenate(kept)[:number]


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
