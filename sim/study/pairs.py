"""Estimates where some runs gave no number: pairs of runs that lack one are left out.

A run that failed has no measures, and some measures have no value in some runs, such as the gravity
of sanctions where there was none. What remains is estimated, and the number of pairs is reported.
Where
nothing is missing, every function here gives what the plain one would, to the last digit.
"""

import warnings
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.study.estimate import across_draws, mean_intervals
from sim.study.families import p_values

Values = NDArray[np.float64]


class Estimates(NamedTuple):
    """Estimates of columns, each of shape (columns,)."""

    mean: Values
    low: Values
    high: Values
    p: Values
    # Rows that have a number.
    rows: NDArray[np.int64]


def estimated(values: Values, seed: int, draws: int) -> Estimates:
    """Means of columns with intervals and p-values, over the rows that have a number.

    ``values`` has shape (replicates, columns). With ``draws`` of a posterior, which rows use in
    turn, intervals are the range of draws; see ``sim.study.estimate``.
    """
    columns = values.shape[1]
    nothing = np.full(columns, np.nan)
    rows = np.zeros(columns, np.int64)
    found = Estimates(nothing, nothing.copy(), nothing.copy(), nothing.copy(), rows)
    for group, there in alike(values):
        some = values[:, group]
        found.rows[group] = there.sum()
        if not there.any():
            continue
        found.mean[group] = some[there].mean(axis=0)
        if draws:
            low, high, p = across_draws(some, draws)
        else:
            low, high = mean_intervals(some[there], seed)
            p = p_values(some[there])
        found.low[group], found.high[group], found.p[group] = low, high, p
    return found


def alike(values: Values) -> Iterator[tuple[NDArray[np.int64], NDArray[np.bool_]]]:
    """Columns that have a number in the same rows, and whether each row has one, (rows,)."""
    there = ~np.isnan(values)
    if there.all():
        yield np.arange(values.shape[1]), there[:, 0]
        return
    patterns, group = np.unique(there, axis=1, return_inverse=True)
    for number, pattern in enumerate(patterns.T):
        yield np.flatnonzero(group.ravel() == number), pattern


def mean_there(values: Values, axis: int = 0) -> Values:
    """The mean along an axis of what is there; NaN where nothing is."""
    if not np.isnan(values).any():
        return np.asarray(values.mean(axis=axis))
    with warnings.catch_warnings():
        # NumPy warns of means of nothing.
        warnings.simplefilter("ignore", RuntimeWarning)
        return np.asarray(np.nanmean(values, axis=axis))


def variance_there(values: Values, axis: int = 0) -> Values:
    """The sample variance along an axis of what is there; NaN of fewer than two numbers."""
    if not np.isnan(values).any():
        return np.asarray(values.var(axis=axis, ddof=1))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        return np.asarray(np.nanvar(values, axis=axis, ddof=1))


def matched(one: Values, other: Values) -> tuple[Values, Values]:
    """Means along the first axis of two arrays, (pairs, …), of places where both have a number."""
    missing = np.isnan(one) | np.isnan(other)
    if missing.any():
        one, other = (np.where(missing, np.nan, values) for values in (one, other))
    return mean_there(one), mean_there(other)
