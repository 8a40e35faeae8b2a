"""Two-level factorials: main effects, interactions, shares of variance, exact Shapley values.

Each is a linear contrast of the responses, computed in each replicate on common random draws.
"""

import itertools
from collections.abc import Sequence
from math import factorial as ways

import numpy as np
from numpy.typing import NDArray

Values = NDArray[np.float64]
BETWEEN = " × "


def weighted_sum(weights: Values, responses: Values) -> Values:
    """The sum over points of responses (points, …) by weights (points,), in a fixed order."""
    apart = responses.reshape(len(responses), -1)
    return np.asarray((weights[:, None] * apart).sum(axis=0).reshape(responses.shape[1:]))


def main_effects(signs: Values, names: Sequence[str]) -> dict[str, Values]:
    """Weights of each main effect, shape (points,): mean at the high end minus at the low end."""
    points = len(signs)
    return {name: 2.0 * signs[:, k] / points for k, name in enumerate(names)}


def interactions(signs: Values, names: Sequence[str]) -> dict[str, Values]:
    """Weights of each interaction of two factors, shape (points,).

    An interaction is the effect of both together minus the sum of their effects alone (a difference
    of differences), averaged over the other factors. Above 0 the two reinforce each other.
    """
    points = len(signs)
    return {
        f"{names[i]}{BETWEEN}{names[j]}": 4.0 * signs[:, i] * signs[:, j] / points
        for i, j in itertools.combinations(range(len(names)), 2)
    }


def shapley_values(signs: Values, names: Sequence[str]) -> dict[str, Values]:
    """Weights of each factor's Shapley value (1953), shape (points,), from a full factorial.

    It is the effect of moving a factor to its high end after the factors before it, averaged over
    all orders of factors. The values add up to the response with all factors at their high ends
    minus that with all at their low ends.
    """
    number = signs.shape[1]
    high = signs > 0
    size = high.sum(axis=1)
    row = {tuple(one): place for place, one in enumerate(high.tolist())}
    found = {}
    for k, name in enumerate(names):
        weights = np.zeros(len(signs))
        for place in np.flatnonzero(~high[:, k]):
            joined = high[place].copy()
            joined[k] = True
            others = int(size[place])
            weight = ways(others) * ways(number - others - 1) / ways(number)
            weights[row[tuple(joined.tolist())]] += weight
            weights[place] -= weight
        found[name] = weights
    return found


def variance_shares(signs: Values, responses: Values, names: Sequence[str]) -> dict[str, Values]:
    """Share of each effect in the variance over the points, shape (measures,), by name.

    ``responses`` has shape (points, replicates, measures). A share is the squared contrast of
    replicate means divided by the variance over points, both without the part that chance
    contributes on average. The share of an effect that does not exist can therefore be slightly
    below 0. ``higher`` is the share of effects of three or more factors, of a full factorial only.
    ``noise`` is the share of chance in the variance of one replicate.
    """
    points, replicates, _ = responses.shape
    terms = {
        **{name: signs[:, k] for k, name in enumerate(names)},
        **{
            f"{names[i]}{BETWEEN}{names[j]}": signs[:, i] * signs[:, j]
            for i, j in itertools.combinations(range(len(names)), 2)
        },
    }
    mean = responses.mean(axis=1)
    # Chance that all points of a replicate share does not change the contrasts.
    apart = responses - responses.mean(axis=0)
    chance = (
        apart.var(axis=1, ddof=1).mean(axis=0)
        if replicates > 1
        else np.full(responses.shape[2], np.nan)
    )
    total = mean.var(axis=0) - chance / replicates
    total[total <= 0.0] = np.nan
    found = {}
    with np.errstate(divide="ignore", invalid="ignore"):
        for name, sign in terms.items():
            contrast = weighted_sum(sign, mean) / points
            found[name] = (contrast**2 - _of_contrast(responses, sign)) / total
        if points == 2 ** len(names):
            found["higher"] = 1.0 - sum(found.values())
        found["noise"] = chance / (total + chance)
    return found


def _of_contrast(responses: Values, sign: Values) -> Values:
    """Expected part of a squared contrast of means that is due to chance, shape (measures,)."""
    points, replicates, _ = responses.shape
    if replicates < 2:
        return np.full(responses.shape[2], np.nan)
    each = weighted_sum(sign, responses) / points
    return np.asarray(each.var(axis=0, ddof=1) / replicates)
