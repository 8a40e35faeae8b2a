"""Estimates from runs: means and paired differences on common draws, with bootstrap intervals."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import bootstrap

Values = NDArray[np.float64]
CONFIDENCE = 0.95
RESAMPLES = 9_999


@dataclass(frozen=True)
class Estimate:
    """An estimate over replicates: value, 95 % interval, and share of replicates that agree."""

    value: float
    low: float
    high: float
    replicates: int
    # Share of replicates in which the sign is that of ``value``.
    agreement: float


def mean_interval(values: Values, seed: int) -> tuple[float, float]:
    """Bootstrap interval (BCa, Efron 1987) of the mean of ``values``, shape (replicates,).

    The two ends coincide where all values are equal; both are NaN for one replicate, which says
    nothing of the spread.
    """
    if values.size < 2 or np.isnan(values).any():
        return float("nan"), float("nan")
    if np.all(values == values[0]):
        return float(values[0]), float(values[0])
    found = bootstrap(
        (values,),
        np.mean,
        n_resamples=RESAMPLES,
        confidence_level=CONFIDENCE,
        method="BCa",
        rng=np.random.default_rng(seed),
    ).confidence_interval
    if np.isnan(found.low) or np.isnan(found.high):
        # All but one value equal: the acceleration is undefined, percentiles are not.
        found = bootstrap(
            (values,),
            np.mean,
            n_resamples=RESAMPLES,
            confidence_level=CONFIDENCE,
            method="percentile",
            rng=np.random.default_rng(seed),
        ).confidence_interval
    return float(found.low), float(found.high)


def estimate(values: Values, seed: int) -> Estimate:
    """Mean over replicates with its interval and agreement of signs."""
    value = float(np.mean(values))
    low, high = mean_interval(values, seed)
    agreement = float(np.mean(np.sign(values) == np.sign(value)))
    return Estimate(value, low, high, int(values.size), agreement)


def paired_effects(
    reference: Mapping[str, Values], other: Mapping[str, Values], seed: int
) -> dict[str, Estimate]:
    """Effect on each measure: ``other`` less ``reference``, replicate by replicate."""
    return {name: estimate(other[name] - values, seed) for name, values in reference.items()}
