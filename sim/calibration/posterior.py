"""Approximate Bayesian computation with regression adjustment; draws and their intervals.

Candidates whose values of the targets come near those found are kept. A local regression of the
settings on the remaining difference, in normal scores, then corrects each candidate for it, in mean
(Beaumont, Zhang & Balding 2002) and in spread (Blum & François 2010). A target is known only within
a tolerance, so an error of the same size is added to every candidate's value (Wilkinson 2013;
Fearnhead & Prangle 2012).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import scipy
from numpy.typing import NDArray

from sim.calibration.experiments import Target
from sim.study.least_squares import least_squares, product

Values = NDArray[np.float64]
# Shares of a prior range are kept this far from 0 and 1, so that their logit is finite.
_INSIDE = 1e-6
# Penalty of the ridge regression, as a share of the mean variance of its columns. It keeps columns
# without variation from affecting the result.
_RIDGE = 1e-3
# Share of the posterior that an interval contains.
CREDIBLE = 0.9


def reported(target: Target, found: Values, rng: np.random.Generator) -> Values:
    """Values of candidates, with an error as large as the tolerance; shape (candidates,).

    The error is uniform within the tolerance or half the range of the target. A sign has none.
    """
    if target.kind == "sign":
        return found
    low, high = target.ends
    half = 0.5 * (high - low)
    return np.asarray(found + rng.uniform(-half, half, found.shape))


def fewest(targets: Sequence[Target]) -> int:
    """Smallest number of candidates for a regression on the targets: two for each coefficient."""
    numbers = sum(target.kind != "sign" for target in targets)
    return 2 * (numbers + 1)


def centre(target: Target) -> float:
    """The middle of the range in which a target is reached. Raises ValueError for a sign."""
    low, high = target.ends
    if not np.isfinite([low, high]).all():
        raise ValueError("a sign has no centre")
    return 0.5 * (low + high)


@dataclass(frozen=True)
class Draws:
    """Draws of a posterior with their weights, as shares of prior ranges."""

    # Before and after the regression adjustment, shape (draws, parameters).
    kept: Values
    adjusted: Values
    # Shape (draws,); their sum is 1.
    weights: Values

    def interval(self, share: float = CREDIBLE) -> tuple[Values, Values]:
        """Ends of the central interval that contains ``share``; two of shape (parameters,)."""
        ends = [0.5 - 0.5 * share, 0.5 + 0.5 * share]
        low, high = quantiles(self.adjusted, self.weights, ends)
        return low, high

    def median(self) -> Values:
        """Median of each parameter, shape (parameters,)."""
        return np.asarray(quantiles(self.adjusted, self.weights, [0.5])[0])

    def drawn(self, number: int, rng: np.random.Generator) -> Values:
        """Resample ``number`` draws in proportion to their weights, shape (number, parameters).

        The resampling is systematic: one random number places all of them.
        """
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
    """Values that candidates show of each target, with the error of the target added.

    They can be fitted to the patterns found, or to artificial data.
    """

    targets: tuple[Target, ...]
    # Settings as shares of prior ranges, shape (candidates, parameters).
    shares: Values
    # Targets that are values or ranges, shape (candidates, numbers).
    values: Values
    # Whether targets that are signs are positive, shape (candidates, signs).
    signs: NDArray[np.bool_]
    # Number of the candidate in each row, shape (candidates,).
    rows: NDArray[np.int64]

    @classmethod
    def of(
        cls,
        targets: Sequence[Target],
        shares: Values,
        found: Values,
        rng: np.random.Generator,
    ) -> "Reports":
        """Reports of the candidates that gave a finite value for every target.

        ``shares`` are settings, (candidates, parameters), ``found`` values of targets, (candidates,
        targets).
        """
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
        """The patterns that were found: centres of values and ranges, and whether signs are +."""
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
        """The posterior given data, from the ``keep`` candidates nearest to them.

        Data are ``numbers`` (numbers,) and ``signs`` (signs,), as ``data`` gives them. Candidates
        that show another sign are left out, and so is row ``without``. Raises ValueError if fewer
        are left than the regression needs.
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
        # Distance is measured in predicted parameters, so that differences without information
        # about parameters do not count (Fearnhead & Prangle 2012).
        told = product(off, _slopes(off, logits, np.ones(len(here))))
        distance = np.sqrt((told**2).sum(axis=1))
        nearest = np.argsort(distance, kind="stable")[: max(keep, needed)]
        furthest = distance[nearest].max()
        weights = 1.0 - (distance[nearest] / (furthest * (1.0 + _INSIDE))) ** 2
        weights /= weights.sum()
        adjusted = scipy.special.expit(_adjusted(logits[nearest], off[nearest], weights))
        return Draws(self.shares[here[nearest]], np.asarray(adjusted), weights)


def scores(among: Values, values: Values) -> Values:
    """Normal scores: each column's rank among the rows of ``among``; shape of ``values``.

    ``among`` has shape (rows, columns), ``values`` (…, columns). Scores give long tails and rare
    events no more weight than other values.
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
    """Parameters corrected to a difference of zero, in mean and in spread; same shape."""
    left = parameters - np.average(parameters, axis=0, weights=weights)
    apart = off - np.average(off, axis=0, weights=weights)
    slopes = _slopes(off, parameters, weights)
    left = left - product(apart, slopes)
    # How spread depends on the difference: regression of the logarithm of squared residuals.
    spread = _slopes(off, np.log(left**2 + _INSIDE), weights)
    narrower = np.exp(-0.5 * product(off, spread))
    mean = np.average(parameters - product(off, slopes), axis=0, weights=weights)
    return np.asarray(mean + left * narrower)


def _slopes(off: Values, values: Values, weights: Values) -> Values:
    """Slopes of a weighted ridge regression of values on differences, (numbers, columns)."""
    share = (weights / weights.sum())[:, None]
    apart = off - (share * off).sum(axis=0)
    ridge = _RIDGE * (share * apart**2).sum() / off.shape[1]
    root = np.sqrt(share)
    return least_squares(root * apart, root * values, float(ridge))
