"""Estimates from runs: means and paired differences on common draws, with bootstrap intervals."""

import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import scipy
from numpy.typing import NDArray

Values = NDArray[np.float64]
CONFIDENCE = 0.95
RESAMPLES = 9_999
# Replicates above which an interval needs no resampling.
MOST_RESAMPLED = 1_000
# Resamples held in memory at once.
_BATCH = 1_000
# Sums of differences that cancel leave no more than this.
_ROUNDING = 1e-12


@dataclass(frozen=True)
class Estimate:
    """An estimate over replicates: value, 95 % interval, and share of replicates that agree.

    With parameter uncertainty, over draws of a posterior: see ``over_draws``.
    """

    value: float
    low: float
    high: float
    replicates: int
    # Share of replicates in which the sign is that of ``value``.
    agreement: float


def mean_intervals(values: Values, seed: int) -> tuple[Values, Values]:
    """Bootstrap intervals (BCa, Efron 1987) of the means of columns, shape (replicates, columns).

    Replicates are resampled whole; beyond 1,000 of them the interval is Student's, from which the
    bootstrap's no longer differs. Ends coincide where all values of a column are equal; they are
    NaN for one replicate, which says nothing of the spread, and where a value is NaN.
    """
    replicates, columns = values.shape
    low = np.full(columns, np.nan)
    high = np.full(columns, np.nan)
    if replicates < 2:
        return low, high
    equal = (values == values[0]).all(axis=0)
    low[equal] = high[equal] = values[0, equal]
    varied = np.flatnonzero(~equal & ~np.isnan(values).any(axis=0))
    if varied.size and replicates > MOST_RESAMPLED:
        mean, error = values[:, varied].mean(axis=0), scipy.stats.sem(values[:, varied], axis=0)
        low[varied], high[varied] = scipy.stats.t.interval(CONFIDENCE, replicates - 1, mean, error)
    elif varied.size:
        low[varied], high[varied] = _bootstrap(values[:, varied], seed, "BCa")
    # Where nearly all values are equal the acceleration is undefined; percentiles are not.
    undefined = varied[np.isnan(low[varied]) | np.isnan(high[varied])]
    if undefined.size:
        low[undefined], high[undefined] = _bootstrap(values[:, undefined], seed, "percentile")
    return low, high


def _bootstrap(values: Values, seed: int, method: str) -> tuple[Any, Any]:
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        # SciPy warns of columns it cannot correct for bias; they are handled above.
        warnings.simplefilter("ignore")
        found = scipy.stats.bootstrap(
            (values,),
            np.mean,
            n_resamples=RESAMPLES,
            batch=_BATCH,
            vectorized=True,
            axis=0,
            confidence_level=CONFIDENCE,
            method=method,
            rng=np.random.default_rng(seed),
        ).confidence_interval
    return found.low, found.high


def estimates(values: Mapping[str, Values], seed: int) -> dict[str, Estimate]:
    """Mean over replicates of each measure, with its interval and agreement of signs."""
    table = np.column_stack(list(values.values()))
    mean = table.mean(axis=0)
    mean[np.abs(mean) < _ROUNDING] = 0.0
    low, high = mean_intervals(table, seed)
    agreement = (np.sign(table) == np.sign(mean)).mean(axis=0)
    return {
        name: Estimate(
            float(mean[i]), float(low[i]), float(high[i]), len(table), float(agreement[i])
        )
        for i, name in enumerate(values)
    }


def draw_means(values: Values, draws: int) -> Values:
    """Means over the replicates of each draw, those ``draws`` apart; shape (draws, columns)."""
    present = min(draws, len(values))
    return np.array([values[one::draws].mean(axis=0) for one in range(present)])


def across_draws(values: Values, draws: int) -> tuple[Values, Values, Values]:
    """Ends of the range that 95 % of draws of a posterior lie in, and twice the smaller tail.

    Of columns of shape (replicates, columns). The range tells of doubt about parameters, and of
    what chance is left in a draw's mean; the tail is the share of draws beyond zero, in place of a
    p-value.
    """
    means = draw_means(values, draws)
    if len(means) < 2:
        nothing = np.full(values.shape[1], np.nan)
        return nothing, nothing, nothing
    low, high = np.quantile(means, [0.5 - 0.5 * CONFIDENCE, 0.5 + 0.5 * CONFIDENCE], axis=0)
    tail = np.minimum((means <= 0.0).mean(axis=0), (means >= 0.0).mean(axis=0))
    return low, high, np.asarray(np.clip(2.0 * tail, 1.0 / len(means), 1.0))


def over_draws(values: Mapping[str, Values], draws: int) -> dict[str, Estimate]:
    """Mean of each measure over draws of a posterior, their range, and agreement of signs."""
    table = np.column_stack(list(values.values()))
    table[np.abs(table) < _ROUNDING] = 0.0
    means = draw_means(table, draws)
    middle = means.mean(axis=0)
    low, high, _ = across_draws(table, draws)
    agreement = (np.sign(means) == np.sign(middle)).mean(axis=0)
    return {
        name: Estimate(
            float(middle[i]), float(low[i]), float(high[i]), len(table), float(agreement[i])
        )
        for i, name in enumerate(values)
    }


def estimate(values: Values, seed: int) -> Estimate:
    """Mean of ``values``, shape (replicates,), with its interval and agreement of signs."""
    return estimates({"": values}, seed)[""]


def differences(reference: Mapping[str, Values], other: Mapping[str, Values]) -> dict[str, Values]:
    """``other`` less ``reference``, measure by measure and replicate by replicate."""
    return {name: other[name] - values for name, values in reference.items()}
