"""A likelihood by regression: what candidates show, as a smooth function of their settings.

Quadratic regression of every target, as a normal score, on the settings, with the error that is
left, chance included, gives how likely settings are to show what was found (synthetic likelihood:
Wood 2010; by regression over all candidates: Meeds & Welling 2014). It is sampled by a differential
evolution Markov chain (ter Braak 2006).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
import scipy
from numpy.typing import NDArray

from sim.calibration.patterns import Target
from sim.calibration.posterior import scores
from sim.study.least_squares import least_squares, product

Values = NDArray[np.float64]
# Where chains are as one, this keeps them apart.
_JITTER = 1e-3
# Length of a step by the theory of many dimensions, over √parameters, and how it varies.
_STRIDE = 2.38 / np.sqrt(2.0)
_SHORTER, _LONGER = 0.2, 1.2
# Shares of the settings that a step moves, one of them at random.
_MOVED = (0.1, 0.3, 1.0)
# Least chance of meeting a target: a picture is never sure.
_LEAST = 1e-5
_RIDGE = 1.0


@dataclass(frozen=True)
class Walk:
    """How chains walk: how many, the steps before they count, and from one count to the next."""

    chains: int = 512
    settling: int = 1_500
    apart: int = 100


def _terms(shares: Values) -> Values:
    """Constant, settings, and their products, shape (rows, terms)."""
    centred = 2.0 * shares - 1.0
    first, second = np.triu_indices(shares.shape[1])
    return np.column_stack([np.ones(len(shares)), centred, centred[:, first] * centred[:, second]])


@dataclass(frozen=True)
class Picture:
    """What candidates at any settings may be expected to show, in normal scores of those seen."""

    # Shape (terms, targets), and (targets,).
    coefficients: Values
    spread: Values
    # What candidates showed, (candidates, targets).
    seen: Values

    @classmethod
    def of(cls, shares: Values, found: Values) -> Self:
        """The picture that candidates give; rows without a number for every target do not count."""
        whole = np.isfinite(found).all(axis=1)
        seen, terms = found[whole], _terms(shares[whole])
        standing = scores(seen, seen)
        coefficients = least_squares(terms, standing, _RIDGE)
        # Terms take up some of the error.
        free = np.sqrt(len(terms) / max(1, len(terms) - terms.shape[1]))
        spread = (standing - product(terms, coefficients)).std(axis=0) * free
        return cls(coefficients, spread, seen)

    def windows(self, ends: Values) -> tuple[Values, Values]:
        """Ends of what was found, (targets, 2), as normal scores."""
        return scores(self.seen, ends[:, 0]), scores(self.seen, ends[:, 1])

    def log_chance(self, shares: Values, windows: tuple[Values, Values]) -> Values:
        """Logarithm of the chance to show what was found, target by target, shape (rows,)."""
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
        walk: Walk | None = None,
    ) -> Values:
        """Points of the prior in proportion to a power of that chance, (number, parameters).

        Chains begin at the likeliest of ``start``. A power of 1 gives the posterior.
        """
        walk = walk or Walk()
        windows = self.windows(ends)
        likely = np.argsort(-self.log_chance(start, windows), kind="stable")
        chains = start[likely[np.arange(walk.chains) % len(start)]]
        height = power * self.log_chance(chains, windows)
        kept: list[Values] = []
        parameters = chains.shape[1]
        steps = walk.settling + walk.apart * -(-number // walk.chains)
        for step in range(1, steps + 1):
            one, other = (rng.permutation(walk.chains) for _ in range(2))
            stride = rng.uniform(_SHORTER, _LONGER) * _STRIDE / np.sqrt(parameters)
            moved = rng.random(chains.shape) < rng.choice(_MOVED)
            tried = chains + stride * (chains[one] - chains[other]) * moved
            tried += _JITTER * rng.standard_normal(chains.shape)
            inside = ((tried > 0.0) & (tried < 1.0)).all(axis=1)
            reached = power * self.log_chance(np.clip(tried, 0.0, 1.0), windows)
            taken = inside & (np.log(rng.random(walk.chains)) < reached - height)
            chains = np.where(taken[:, None], tried, chains)
            height = np.where(taken, reached, height)
            if step > walk.settling and (step - walk.settling) % walk.apart == 0:
                kept.append(chains)
        return np.concatenate(kept)[:number]


def ends_of(targets: Sequence[Target]) -> Values:
    """Between which values each target counts as reached, shape (targets, 2)."""
    return np.array([target.ends for target in targets])


def ends_around(targets: Sequence[Target], shown: Values, rng: np.random.Generator) -> Values:
    """Ends as they would be of data from a world that shows ``shown``, (targets,).

    As wide as those of the targets, and off by anything inside; of a sign, the sign it has.
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
