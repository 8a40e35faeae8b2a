"""Estimates: means and paired differences on common random draws, with bootstrap intervals."""

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
# With more replicates than this, Student's interval replaces the bootstrap.
MOST_RESAMPLED = 1_000
# Resamples held in memory at once.
_BATCH = 1_000
# Means smaller than this are rounding errors of differences that cancel; they are set to 0.
_ROUNDING = 1e-12


@dataclass(frozen=True)
class Estimate:
    """An estimate over replicates, or over draws of a posterior (see ``over_draws``).

    ``low`` to ``high`` is the 95 % interval.
    """

    value: float
    low: float
    high: float
    replicates: int
    # Share of replicates, or of draws, that have the sign of ``value``.
    agreement: float


def mean_intervals(values: Values, seed: int) -> tuple[Values, Values]:
    """95 % intervals of the means of columns; two arrays of shape (columns,).

    ``values`` has shape (replicates, columns). Intervals are by the bootstrap (BCa, Efron 1987),
    which resamples whole replicates. Above ``MOST_RESAMPLED`` replicates they are Student's, which
    then hardly differ. Ends coincide if all values of a column are equal. They are NaN if there is
    one replicate, which does not show the spread, or if a value is NaN.
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
    # If nearly all values are equal, BCa's acceleration is undefined; percentiles still exist.
    undefined = varied[np.isnan(low[varied]) | np.isnan(high[varied])]
    if undefined.size:
        low[undefined], high[undefined] = _bootstrap(values[:, undefined], seed, "percentile")
    return low, high


def _bootstrap(values: Values, seed: int, method: str) -> tuple[Any, Any]:
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        # SciPy warns of columns that it cannot correct for bias; the caller handles these.
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
    """Mean of each measure, given as (replicates,), with its interval and agreement of signs."""
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
    """Means over the replicates of each draw of a posterior; shape (draws, columns).

    ``values`` has shape (replicates, columns). Replicate r uses draw r modulo ``draws``. NaN are
    left out; a draw that has nothing else is NaN.
    """
    present = min(draws, len(values))
    found = np.array([values[one::draws].mean(axis=0) for one in range(present)])
    lacking = np.isnan(values).any(axis=0)
    if lacking.any():
        with warnings.catch_warnings():
            # NumPy warns of means of nothing.
            warnings.simplefilter("ignore", RuntimeWarning)
            some = values[:, lacking]
            found[:, lacking] = [np.nanmean(some[one::draws], axis=0) for one in range(present)]
    return found


def across_draws(values: Values, draws: int) -> tuple[Values, Values, Values]:
    """Ends of the central 95 % of draws of a posterior, and twice the smaller tail; (columns,).

    ``values`` has shape (replicates, columns). The range shows uncertainty about parameters, and
    the chance that remains in the mean of a draw. The tail, the share of draws on the other side of
    zero, replaces a p-value. A draw that is NaN in a column is left out there.
    """
    means = draw_means(values, draws)
    there = (~np.isnan(means)).sum(axis=0)
    if (there == len(means)).all() and len(means) > 1:
        return _of_draws(means)
    low, high, tail = (np.full(values.shape[1], np.nan) for _ in range(3))
    for column in np.flatnonzero(there > 1):
        known = means[~np.isnan(means[:, column]), column]
        low[column], high[column], tail[column] = _of_draws(known)
    return low, high, tail


def _of_draws(means: Values) -> tuple[Values, Values, Values]:
    """The range and the tail of means of draws along the first axis; see ``across_draws``."""
    low, high = np.quantile(means, [0.5 - 0.5 * CONFIDENCE, 0.5 + 0.5 * CONFIDENCE], axis=0)
    tail = np.minimum((means <= 0.0).mean(axis=0), (means >= 0.0).mean(axis=0))
    return low, high, np.asarray(np.clip(2.0 * tail, 1.0 / len(means), 1.0))


def over_draws(values: Mapping[str, Values], draws: int) -> dict[str, Estimate]:
    """Mean of each measure over draws of a posterior, their 95 % range, and agreement of signs."""
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
    """``other`` minus ``reference`` for each measure and replicate."""
    return {name: other[name] - values for name, values in reference.items()}
