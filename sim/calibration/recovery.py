"""Parameter recovery (参数恢复): fits to artificial data whose true parameters are known.

Each trial takes one candidate as the truth. Its data are the candidate's values of the targets,
with an error as large as the tolerance of each. A fit is calibrated if its 90 % intervals contain
the truth in 90 % of trials.

Candidates of the last round come from the posterior and not from the prior. So a trial of the fit
uses what was really found and the artificial data together, since a truth drawn from the posterior
is then a draw from the posterior of both (posterior simulation-based calibration: Säilynoja,
Schmitt, Bürkner & Vehtari 2025). A fit to the artificial data alone would judge such truths by the
prior, and miss those of a parameter that the findings draw to an end of it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from sim.calibration.experiments import Target
from sim.calibration.lever_doubt import evenly, kept
from sim.calibration.likelihood import Likelihood, ends_around, ends_of
from sim.calibration.posterior import CREDIBLE, Reports
from sim.calibration.sampler import Sampling, sampled
from sim.machine.loop import Progress
from sim.study.side_by_side import kept_side_by_side

Values = NDArray[np.float64]
# Points sampled from the posterior of each trial.
_TRIAL_POINTS = 600
# Ends of the interval that contains the share ``CREDIBLE``.
_ENDS = (0.5 - 0.5 * CREDIBLE, 0.5 + 0.5 * CREDIBLE)
# Misfit, in tolerances, counted for a target that could not be computed.
NO_NUMBER = 10.0
# Number of groups of trials; a group is one task of a worker.
_TOGETHER = 20


@dataclass(frozen=True)
class Trial:
    """The fit of a likelihood to what was found and to the data that candidate ``row`` supplies."""

    likelihood: Likelihood
    # Lower and upper ends of both, shape (findings, targets, 2).
    ends: Values
    # Settings of all candidates as shares of prior ranges, shape (candidates, parameters).
    shares: Values
    row: int
    sampling: Sampling


def by_likelihood(
    likelihood: Likelihood,
    targets: Sequence[Target],
    candidates: tuple[Values, Values],
    trials: int,
    rng: np.random.Generator,
    sampling: Sampling,
    folder: Path,
    workers: int | None,
    progress: Progress,
) -> NDArray[np.bool_]:
    """Whether the intervals of the fit contain the truth; shape (trials, parameters).

    ``candidates`` are shares of prior ranges, (candidates, parameters), and values of targets,
    (candidates, targets). There are fewer trials if fewer candidates have all values. Trials that
    ``folder`` has are not done again; it must be of these trials alone.
    """
    shares, shown = candidates
    whole = np.flatnonzero(np.isfinite(shown).all(axis=1))
    number = min(trials, len(whole))
    rows = rng.choice(whole, number, replace=False)
    found = ends_of(targets)
    made = [
        Trial(
            likelihood,
            np.array([found, ends_around(targets, shown[row], rng)]),
            shares,
            int(row),
            sampling,
        )
        for row in rows
    ]
    groups = [made[first::_TOGETHER] for first in range(min(_TOGETHER, number))]
    return np.concatenate(kept_side_by_side(recovered, groups, folder, workers, progress))


def recovered(trials: list[Trial]) -> NDArray[np.bool_]:
    """Whether the interval of each parameter contains its true value; (trials, parameters)."""
    found = []
    for trial in trials:
        start = np.delete(trial.shares, trial.row, axis=0)
        seed = (trial.row,)
        points = sampled(
            trial.likelihood, trial.ends, start, _TRIAL_POINTS, seed, sampling=trial.sampling
        ).points
        low, high = np.quantile(points, _ENDS, axis=0)
        truth = trial.shares[trial.row]
        found.append((low <= truth) & (truth <= high))
    return np.array(found)


def by_adjustment(
    reports: Reports, keep: int, trials: int, rng: np.random.Generator
) -> NDArray[np.bool_]:
    """Whether intervals of the regression-adjusted fit contain the truth; (trials, parameters).

    ``keep`` is the number of candidates that a fit uses. The truth is always a candidate with the
    signs that were found.
    """
    _, signs = reports.data()
    pool = np.flatnonzero((reports.signs == signs).all(axis=1))
    covered = []
    for row in rng.choice(pool, min(trials, len(pool)), replace=False):
        draws = reports.fit(reports.values[row], signs, keep, without=int(row))
        low, high = draws.interval()
        truth = reports.shares[row]
        covered.append((low <= truth) & (truth <= high))
    return np.array(covered)


def of_priors(
    parameters: int, draws: int, trials: int, rng: np.random.Generator
) -> NDArray[np.bool_]:
    """Whether intervals of draws from priors contain a value from them; (trials, parameters).

    This is all that can be checked of parameters of which no target tells.
    """
    found = []
    for truth in rng.random((trials, parameters)):
        low, high = np.quantile(evenly(parameters, draws, rng), _ENDS, axis=0)
        found.append((low <= truth) & (truth <= high))
    return np.array(found)


def of_starts(
    targets: Sequence[Target], tried: Values, shown: Values, trials: int, rng: np.random.Generator
) -> NDArray[np.bool_]:
    """Whether intervals of where levers start contain the true value; (trials, settings).

    ``tried`` are shares of priors, (draws, starts, settings), and ``shown`` the targets of their
    runs, (draws, starts, targets). Each trial takes one of the runs as the truth. From the runs
    of all other draws those are kept that come near the targets of this one, as ``kept`` does.
    """
    able = np.argwhere(np.isfinite(shown).all(axis=2))
    covered = []
    for row, start in able[rng.choice(len(able), trials)]:
        ends = ends_around(targets, shown[row, start], rng)
        others = np.flatnonzero(np.arange(len(tried)) != row)
        chosen = kept(_outside(shown[others], ends), rng)
        low, high = np.quantile(tried[others, chosen], _ENDS, axis=0)
        truth = tried[row, start]
        covered.append((low <= truth) & (truth <= high))
    return np.array(covered)


def _outside(shown: Values, ends: Values) -> Values:
    """Sum of squared misfits to artificial data in tolerances; (…) for ``shown`` (…, targets).

    ``ends`` has shape (targets, 2), as ``ends_around`` gives them.
    """
    low, high = ends.T
    signs = np.isinf(low) | np.isinf(high)
    half = np.where(signs, 1.0, 0.5 * (high - low))
    middle = np.where(signs, 0.0, low + half)
    off = np.where(signs, (shown > 0.0) != (low == 0.0), (shown - middle) / half)
    return np.asarray((np.where(np.isfinite(off), off, NO_NUMBER) ** 2).sum(axis=-1))
