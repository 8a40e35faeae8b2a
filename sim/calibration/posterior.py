"""Approximate Bayesian computation with regression adjustment; draws and their intervals.

Candidates whose reported patterns come near those found are kept, and each is moved by what a local
regression says of the distance that is left, in normal scores of what is reported (Beaumont, Zhang
& Balding 2002; spread as well as mean: Blum & François 2010). What is known of the world only
within a tolerance is reported with that error by every candidate too, so that the fit is one to
data of that quality (Wilkinson 2013; Fearnhead & Prangle 2012).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import scipy
from numpy.typing import NDArray

from sim.calibration.patterns import Target
from sim.study.least_squares import least_squares, product

Values = NDArray[np.float64]
# Shares of a prior range are kept this far inside it, so that their logit is finite.
_INSIDE = 1e-6
# Part of the typical spread added to the diagonal, which keeps idle columns from mattering.
_RIDGE = 1e-3
# An interval holds this share of the posterior.
CREDIBLE = 0.9


def reported(target: Target, found: Values, rng: np.random.Generator) -> Values:
    """What would be found of candidates in data as uncertain as the target; shape (candidates,)."""
    if target.kind == "sign":
        return found
    low, high = target.ends
    half = 0.5 * (high - low)
    return np.asarray(found + rng.uniform(-half, half, found.shape))


def fewest(targets: Sequence[Target]) -> int:
    """Candidates that a regression on the targets takes at least, two for each coefficient."""
    numbers = sum(target.kind != "sign" for target in targets)
    return 2 * (numbers + 1)


def centre(target: Target) -> float:
    """The number that a candidate's report is held against. Raises ValueError for a sign."""
    low, high = target.ends
    if not np.isfinite([low, high]).all():
        raise ValueError("a sign has no centre")
    return 0.5 * (low + high)


@dataclass(frozen=True)
class Draws:
    """Candidates kept, as shares of prior ranges: before and after adjustment, with weights."""

    # Shape (draws, parameters).
    kept: Values
    adjusted: Values
    # Shape (draws,); their sum is 1.
    weights: Values

    def interval(self, share: float = CREDIBLE) -> tuple[Values, Values]:
        """Ends of the middle ``share`` of each parameter, shape (parameters,)."""
        ends = [0.5 - 0.5 * share, 0.5 + 0.5 * share]
        low, high = quantiles(self.adjusted, self.weights, ends)
        return low, high

    def median(self) -> Values:
        """Middle of each parameter, shape (parameters,)."""
        return np.asarray(quantiles(self.adjusted, self.weights, [0.5])[0])

    def drawn(self, number: int, rng: np.random.Generator) -> Values:
        """``number`` of them by weight, shape (number, parameters), spread evenly over weights."""
        places = (np.arange(number) + rng.random()) / number
        chosen = np.searchsorted(np.cumsum(self.weights), places)
        return np.asarray(self.adjusted[np.minimum(chosen, len(self.weights) - 1)])


def quantiles(values: Values, weights: Values, shares: Sequence[float]) -> Values:
    """Weighted quantiles of columns, shape (shares, columns)."""
    found = np.empty((len(shares), values.shape[1]))
    for column in range(values.shape[1]):
        order = np.argsort(values[:, column])
        upto = np.cumsum(weights[order]) - 0.5 * weights[order]
        found[:, column] = np.interp(shares, upto, values[order, column])
    return found


@dataclass(frozen=True)
class Reports:
    """What candidates would report of each pattern, made ready for fits to any data.

    ``shares`` (candidates, parameters) of prior ranges, ``values`` (candidates, numbers), and the
    signs that each candidate shows, ``signs`` (candidates, signs).
    """

    targets: tuple[Target, ...]
    shares: Values
    values: Values
    signs: NDArray[np.bool_]
    # Which candidate each row is.
    rows: NDArray[np.int64]

    @classmethod
    def of(
        cls,
        targets: Sequence[Target],
        shares: Values,
        found: Values,
        rng: np.random.Generator,
    ) -> "Reports":
        """Reports of candidates that gave a number for every target."""
        whole = np.isfinite(found).all(axis=1)
        numbers, signs = [], []
        for column, target in enumerate(targets):
            if target.kind == "sign":
                signs.append(found[:, column] > 0.0)
            else:
                numbers.append(reported(target, found[:, column], rng))
        rows = np.flatnonzero(whole)
        none = np.empty((len(found), 0), bool)
        return cls(
            tuple(targets),
            np.clip(shares[rows], _INSIDE, 1.0 - _INSIDE),
            np.column_stack(numbers)[rows],
            (np.column_stack(signs) if signs else none)[rows],
            rows,
        )

    def data(self) -> tuple[Values, NDArray[np.bool_]]:
        """The patterns found in the world: numbers, and signs."""
        numbers = [centre(one) for one in self.targets if one.kind != "sign"]
        signs = [one.sign == 1 for one in self.targets if one.kind == "sign"]
        return np.array(numbers), np.array(signs, bool)

    def fit(
        self,
        numbers: Values,
        signs: NDArray[np.bool_],
        keep: int,
        without: int | None = None,
    ) -> Draws:
        """The posterior given what was found, from the ``keep`` candidates nearest to it.

        Candidates with a sign that was not found do not count, nor does row ``without``. Raises
        ValueError where fewer are left than a regression takes.
        """
        able = (self.signs == signs).all(axis=1)
        if without is not None:
            able[without] = False
        here = np.flatnonzero(able)
        needed = fewest(self.targets)
        if len(here) < needed:
            raise ValueError(f"{len(here)} candidates show the signs found; {needed} are needed")
        off = scores(self.values[here], self.values[here]) - scores(self.values[here], numbers)
        logits = scipy.special.logit(self.shares[here])
        # What a difference says of the parameters, and no more, counts as distance.
        told = product(off, _slopes(off, logits, np.ones(len(here))))
        distance = np.sqrt((told**2).sum(axis=1))
        nearest = np.argsort(distance, kind="stable")[: max(keep, needed)]
        furthest = distance[nearest].max()
        weights = 1.0 - (distance[nearest] / (furthest * (1.0 + _INSIDE))) ** 2
        weights /= weights.sum()
        adjusted = scipy.special.expit(_adjusted(logits[nearest], off[nearest], weights))
        return Draws(self.shares[here[nearest]], np.asarray(adjusted), weights)


def scores(among: Values, values: Values) -> Values:
    """Values of columns as normal scores: how far up among others they stand; shape of values.

    Long tails and rare events then weigh no more than anything else.
    """
    found = np.empty(np.shape(values))
    number = len(among)
    for column in range(among.shape[1]):
        ordered = np.sort(among[:, column])
        upto = np.searchsorted(ordered, values[..., column], "left")
        with_ties = np.searchsorted(ordered, values[..., column], "right")
        found[..., column] = scipy.special.ndtri((0.5 * (upto + with_ties) + 0.5) / (number + 1.0))
    return found


def _adjusted(parameters: Values, off: Values, weights: Values) -> Values:
    """Parameters as they would be with nothing off, in mean and in spread."""
    left = parameters - np.average(parameters, axis=0, weights=weights)
    apart = off - np.average(off, axis=0, weights=weights)
    slopes = _slopes(off, parameters, weights)
    left = left - product(apart, slopes)
    # Spread that differs with what is off: regression of the logarithm of squares.
    spread = _slopes(off, np.log(left**2 + _INSIDE), weights)
    narrower = np.exp(-0.5 * product(off, spread))
    mean = np.average(parameters - product(off, slopes), axis=0, weights=weights)
    return np.asarray(mean + left * narrower)


def _slopes(off: Values, values: Values, weights: Values) -> Values:
    """Slopes of a weighted ridge regression of values on what is off, (numbers, columns)."""
    share = (weights / weights.sum())[:, None]
    apart = off - (share * off).sum(axis=0)
    ridge = _RIDGE * (share * apart**2).sum() / off.shape[1]
    root = np.sqrt(share)
    return least_squares(root * apart, root * values, float(ridge))
