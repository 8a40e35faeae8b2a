"""Parameter recovery (参数恢复): fits to artificial data whose true parameters are known.

Each trial takes one candidate as the truth. The data are its values of the targets, with an error
as large as the tolerance of each. A fit is calibrated if its 90 % intervals contain the truth in
90 % of trials.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.calibration.experiments import Target
from sim.calibration.likelihood import Likelihood, ends_around
from sim.calibration.posterior import CREDIBLE, Reports
from sim.calibration.sampler import Sampling, sampled
from sim.machine.loop import Progress
from sim.study.side_by_side import side_by_side

Values = NDArray[np.float64]
# Points sampled from the posterior of each trial.
_TRIAL_POINTS = 600
# Number of groups of trials; a group is one task of a worker.
_TOGETHER = 20


@dataclass(frozen=True)
class Trial:
    """The fit of a likelihood to the data that candidate ``row`` supplies."""

    likelihood: Likelihood
    # Lower and upper ends of the data, shape (targets, 2).
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
    workers: int | None,
    progress: Progress,
) -> NDArray[np.bool_]:
    """Whether the intervals of the fit contain the truth; shape (trials, parameters).

    ``candidates`` are shares of prior ranges, (candidates, parameters), and values of targets,
    (candidates, targets). There are fewer trials if fewer candidates have all values.
    """
    shares, shown = candidates
    whole = np.flatnonzero(np.isfinite(shown).all(axis=1))
    number = min(trials, len(whole))
    rows = rng.choice(whole, number, replace=False)
    made = [
        Trial(likelihood, ends_around(targets, shown[row], rng), shares, int(row), sampling)
        for row in rows
    ]
    groups = [made[first::_TOGETHER] for first in range(min(_TOGETHER, number))]
    return np.concatenate(side_by_side(recovered, groups, workers, progress))


def recovered(trials: list[Trial]) -> NDArray[np.bool_]:
    """Whether the interval of each parameter contains its true value; (trials, parameters)."""
    found = []
    for trial in trials:
        start = np.delete(trial.shares, trial.row, axis=0)
        seed = (trial.row,)
        points = sampled(
            trial.likelihood, trial.ends, start, _TRIAL_POINTS, seed, sampling=trial.sampling
        ).points
        low, high = np.quantile(points, [0.5 - 0.5 * CREDIBLE, 0.5 + 0.5 * CREDIBLE], axis=0)
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
