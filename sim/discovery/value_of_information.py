"""What is worth finding out before choosing: the value of information.

*EVPI* is what the expected measure of the best choice would rise by if everything were known before
choosing. *EVPPI* is the same if one parameter were known, and all else as uncertain as before. The
measure of each option is regressed on the parameter by a natural cubic spline; what the parameter
says about an option is the fitted value (Strong, Oakley & Brennan 2014). So the value needs no
other
runs than those of the draws.

A fitted curve also follows chance, so even a parameter that does not matter seems to have a value.
How much that is, is found by shuffling: the draws of the parameters are put beside the measures in
random order, again and again, and the largest value of any parameter is noted. A value that is not
above 95 % of these is reported as zero; so, where nothing matters, the chance that any parameter is
reported to matter is 5 %.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.errors import BadInput
from sim.study.least_squares import product

Values = NDArray[np.float64]
# Quantiles of a parameter at which the pieces of its spline meet (Harrell 2001, for five knots).
KNOTS = (0.05, 0.275, 0.5, 0.725, 0.95)
# With at most this many distinct values, a parameter has a mean for each instead of a spline.
FEW_VALUES = 5
# Shuffles, and resamples of residuals for a standard error; so many are worked out at once.
SHUFFLES, RESAMPLES, _BATCH = 500, 200, 50
# Share of shuffles in which no parameter reaches the floor.
SURE = 0.95
# Fewest draws for a regression.
FEWEST = 60
_SHUFFLED, _RESAMPLED = 61, 62


@dataclass(frozen=True)
class Worth:
    """What it is worth to know one parameter exactly."""

    parameter: str
    # Rise of the expected measure of the best choice, and its standard error.
    value: float
    error: float
    # Share of draws in which another option would be chosen.
    changes: float
    # Whether the value is above what chance gives; else it counts as zero.
    matters: bool


@dataclass(frozen=True)
class Information:
    """The best option, and what it would be worth to know more before choosing."""

    options: tuple[str, ...]
    draws: int
    # Expected measure of each option.
    expected: tuple[float, ...]
    best: str
    # Share of draws in which each option is the best.
    chances: tuple[float, ...]
    # EVPI lies between: chosen by one half of the runs of a draw and judged by the other; and
    # chosen and judged by all. Low is NaN with one run a draw, high includes chance.
    low: float
    high: float
    # What chance gives any parameter in 95 % of shuffles.
    floor: float
    parameters: tuple[Worth, ...]

    @property
    def mattering(self) -> tuple[Worth, ...]:
        """Parameters that are worth something beyond chance, the most valuable first."""
        return tuple(one for one in self.parameters if one.matters)


def information(
    measured: Values,
    options: tuple[str, ...],
    parameters: Mapping[str, NDArray[np.float64]],
    seed: int,
) -> Information:
    """The value of knowing each parameter, largest first.

    ``measured`` is the measure of each option in each draw, (options, draws) or with the runs of a
    draw as a third axis; more is better. Runs that use draws in turn are brought into this shape by
    ``sim.discovery.cases.in_draws``. ``parameters`` are values in each draw, (draws,), by name.
    Raises BadInput if there are too few draws or options, or a value is missing.
    """
    runs = measured if measured.ndim == 3 else measured[:, :, None]
    _check(runs, options)
    means = runs.mean(axis=2)
    expected = means.mean(axis=1)
    best = int(np.argmax(expected))
    # Differences from the best option, which have less noise than the measures themselves.
    gains = (means - means[best]).T
    bases = {name: _basis(np.asarray(column, float)) for name, column in parameters.items()}
    shuffled = np.zeros(SHUFFLES)
    draws = np.random.default_rng([seed, _SHUFFLED])
    for part, others in _batches(SHUFFLES):
        orders = np.argsort(draws.random((others, len(gains))), axis=1)
        for basis in bases.values():
            shuffled[part] = np.maximum(shuffled[part], _values(basis, gains[orders]))
    floor = float(np.quantile(shuffled, SURE)) if bases else 0.0
    found = [_worth(name, basis, gains, best, floor, seed) for name, basis in bases.items()]
    found.sort(key=lambda one: -one.value)
    low, high = _everything(runs)
    winners = np.bincount(means.argmax(axis=0), minlength=len(options)) / means.shape[1]
    return Information(
        options,
        len(gains),
        tuple(expected.tolist()),
        options[best],
        tuple(winners.tolist()),
        low,
        high,
        floor,
        tuple(found),
    )


def _check(runs: Values, options: tuple[str, ...]) -> None:
    if len(options) < 2:
        raise BadInput(f"there is no choice between {len(options)} options; expected at least 2")
    if not np.isfinite(runs).all():
        lost = [name for name, one in zip(options, runs, strict=True) if not np.isfinite(one).all()]
        raise BadInput(f"the measure has no value in some runs of {', '.join(lost)}")
    if runs.shape[1] < FEWEST:
        raise BadInput(f"{runs.shape[1]} draws are too few; expected at least {FEWEST}")


def _basis(column: Values) -> Values:
    """Orthonormal columns of a curve in a parameter, (draws, terms); the first is constant."""
    known = np.unique(column)
    if known.size <= FEW_VALUES:
        terms = [np.ones(len(column)), *((column == one).astype(float) for one in known[1:])]
    else:
        terms = [np.ones(len(column)), *_spline(column)]
    kept: list[Values] = []
    for term in terms:
        left, size = term.copy(), np.sqrt((term**2).sum())
        # Twice, since once leaves rounding errors.
        for _ in range(2):
            for one in kept:
                left -= (left * one).sum() * one
        length = np.sqrt((left**2).sum())
        if length > 1e-9 * size:
            kept.append(left / length)
    return np.column_stack(kept)


def _spline(column: Values) -> Iterator[Values]:
    """Terms of a natural cubic spline without the constant (Harrell 2001, section 2.4.5)."""
    knots = np.unique(np.quantile(column, KNOTS))
    low, high = knots[0], knots[-1]
    place = (column - low) / (high - low) if high > low else column
    yield place
    at = (knots - low) / (high - low) if high > low else knots
    for knot in at[:-2]:
        first = ((place - knot).clip(0.0)) ** 3
        last = ((place - at[-2]).clip(0.0)) ** 3 * (at[-1] - knot)
        end = ((place - at[-1]).clip(0.0)) ** 3 * (at[-2] - knot)
        yield first - (last - end) / (at[-1] - at[-2])


def _fitted(basis: Values, gains: Values) -> Values:
    """Fitted gains, the shape of ``gains``: (repetitions, draws, options)."""
    repetitions, draws, options = gains.shape
    flat = gains.transpose(1, 0, 2).reshape(draws, -1)
    fitted = product(basis, product(basis.T, flat))
    return np.asarray(fitted.reshape(draws, repetitions, options).transpose(1, 0, 2))


def _values(basis: Values, gains: Values) -> Values:
    """EVPPI for each repetition of gains, (repetitions, draws, options); (repetitions,)."""
    fitted = _fitted(basis, gains)
    return np.asarray(fitted.max(axis=2).mean(axis=1) - fitted.mean(axis=1).max(axis=1))


def _worth(name: str, basis: Values, gains: Values, best: int, floor: float, seed: int) -> Worth:
    (fitted,) = _fitted(basis, gains[None])
    value = float(fitted.max(axis=1).mean() - fitted.mean(axis=0).max())
    draws = np.random.default_rng([seed, _RESAMPLED])
    left = gains - fitted
    again = np.zeros(RESAMPLES)
    for part, others in _batches(RESAMPLES):
        taken = draws.integers(0, len(left), (others, len(left)))
        again[part] = _values(basis, fitted + left[taken])
    # The first part is doubt about the curve, the second about the mean over so many draws.
    gained = fitted.max(axis=1) - fitted[:, best]
    error = np.sqrt(again.var(ddof=1) + gained.var(ddof=1) / len(gained))
    changes = float((fitted.argmax(axis=1) != best).mean())
    return Worth(name, value, float(error), changes, value > floor)


def _batches(total: int) -> Iterator[tuple[slice, int]]:
    for first in range(0, total, _BATCH):
        number = min(_BATCH, total - first)
        yield slice(first, first + number), number


def _everything(runs: Values) -> tuple[float, float]:
    """Between what the value of knowing everything lies; runs (options, draws, runs of a draw)."""
    means = runs.mean(axis=2)
    most = float(means.mean(axis=1).max())
    high = float(means.max(axis=0).mean()) - most
    if runs.shape[2] < 2:
        return float("nan"), high
    halves = runs[:, :, ::2].mean(axis=2), runs[:, :, 1::2].mean(axis=2)
    places = np.arange(runs.shape[1])
    judged = [
        float(other[one.argmax(axis=0), places].mean()) for one, other in (halves, halves[::-1])
    ]
    return max(0.0, sum(judged) / len(judged) - most), high
