"""Multiple comparisons: p-values adjusted within families that the experiment declares."""

import warnings
from collections.abc import Sequence

import numpy as np
import pandas as pd
import scipy
from numpy.typing import NDArray

from sim.study.experiment import Family

Values = NDArray[np.float64]


def p_values(differences: Values) -> Values:
    """Two-sided p-values of the hypothesis that the mean of a column is 0; shape (columns,).

    By Student's t test; ``differences`` has shape (replicates, columns). NaN for one replicate; 1
    if all values are 0; 0 if all values are equal but not 0.
    """
    columns = differences.shape[1]
    if len(differences) < 2:
        return np.full(columns, np.nan)
    equal = (differences == differences[0]).all(axis=0)
    found = np.where(differences[0] == 0.0, 1.0, 0.0)
    found[np.isnan(differences).any(axis=0)] = np.nan
    varied = ~equal & ~np.isnan(found)
    if varied.any():
        with warnings.catch_warnings():
            # SciPy warns of columns that are equal up to rounding; their p-value of 0 is correct.
            warnings.simplefilter("ignore", RuntimeWarning)
            found[varied] = scipy.stats.ttest_1samp(differences[:, varied], 0.0).pvalue
    return np.asarray(found)


def holm(p: Values) -> Values:
    """P-values adjusted by Holm's step-down method (1979), which limits any false finding."""
    order = np.argsort(p)
    stepped = np.maximum.accumulate(p[order] * np.arange(p.size, 0, -1))
    found = np.empty_like(p)
    found[order] = np.minimum(1.0, stepped)
    return found


def adjusted(table: pd.DataFrame, families: Sequence[Family]) -> pd.DataFrame:
    """The table with ``p_adjusted`` and the number of the ``family``, from 1.

    A row belongs to the first family that includes its measure and term. A row of no family has
    family 0 and no adjusted p-value. Without families, each measure is a family, adjusted by Holm.
    """
    found = table.assign(family=0, p_adjusted=np.nan)
    known = found["p"].notna()
    given = list(families) or [
        Family(measures=(name,)) for name in dict.fromkeys(table["measure"].tolist())
    ]
    for number, family in enumerate(given, 1):
        mine = known & (found["family"] == 0)
        if family.measures is not None:
            mine &= found["measure"].isin(family.measures)
        if family.terms is not None:
            mine &= found["term"].isin(family.terms)
        if not mine.any():
            continue
        p = found.loc[mine, "p"].to_numpy()
        corrected = holm(p) if family.method == "holm" else scipy.stats.false_discovery_control(p)
        found.loc[mine, "p_adjusted"] = corrected
        found.loc[mine, "family"] = number
    return found
