"""Least squares and matrix products with the same result, to the last byte, on every machine.

Sums have a fixed order of additions. ``np.linalg.lstsq`` and ``@`` use a BLAS library, in which the
order depends on the processor. A difference in the last digit can break a tie between resamples or
change a step of a Markov chain, and thereby an interval.
"""

import numpy as np
from numpy.typing import NDArray

Values = NDArray[np.float64]
# If other columns explain all but this share of a column's length, the rest is rounding error.
_ROUNDING = 1e-10


def product(left: Values, right: Values) -> Values:
    """The matrix product of (rows, terms) and (terms, columns), shape (rows, columns)."""
    across = np.ascontiguousarray(left.T)
    found = np.zeros((right.shape[1], len(left)))
    for term, row in zip(across, right, strict=True):
        found += row[:, None] * term
    return found.T


def least_squares(matrix: Values, values: Values, ridge: float = 0.0) -> Values:
    """Coefficients of a linear regression, shape (terms, columns).

    ``matrix`` has shape (rows, terms), ``values`` (rows, columns). ``ridge`` is added to the
    diagonal of the normal equations, as in ridge regression. If a term is a linear combination of
    those before it, its coefficients are NaN, and the others are those of a regression without it.

    The method is the modified Gram-Schmidt process, which for least squares is as accurate as that
    of Householder (Björck 1967).
    """
    rows, terms = matrix.shape
    extra = terms if ridge > 0.0 else 0
    # One row for each term and column of values, so that sums run along contiguous memory.
    left = np.zeros((terms + values.shape[1], rows + extra))
    left[:terms, :rows] = matrix.T
    left[terms:, :rows] = values.T
    left[np.arange(extra), rows + np.arange(extra)] = np.sqrt(ridge)
    whole = (left[:terms] ** 2).sum(axis=1)
    shares = np.zeros((terms, len(left)))
    determined = np.zeros(terms, bool)
    for term in range(terms):
        own = left[term]
        square = (own**2).sum()
        if square <= _ROUNDING**2 * whole[term]:
            determined[term] = True
            continue
        shares[term, term + 1 :] = (left[term + 1 :] * own).sum(axis=1) / square
        left[term + 1 :] -= shares[term, term + 1 :, None] * own
    found = shares[:, terms:]
    for term in range(terms - 1, -1, -1):
        for later in range(term + 1, terms):
            found[term] -= shares[term, later] * found[later]
    found[determined] = np.nan
    return found
