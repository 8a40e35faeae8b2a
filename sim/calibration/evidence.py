"""What each piece of evidence identifies: the fit without it, parameter by parameter.

A piece of evidence is a pattern, with all of its targets. Left out, intervals of the settings that
it identifies become wider.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.calibration.experiments import Target
from sim.calibration.likelihood import Likelihood, ends_of
from sim.calibration.posterior import CREDIBLE
from sim.calibration.sampler import Sampling, sampled
from sim.machine.loop import Progress
from sim.study.side_by_side import side_by_side

Values = NDArray[np.float64]
# Points sampled from each posterior without a piece of evidence.
_POINTS = 1_000
# Widths of intervals of so many points differ by up to a tenth by chance. An interval counts as
# narrowed if it is wider by this factor without the evidence.
NARROWED = 1.2


@dataclass(frozen=True)
class _Fit:
    """A likelihood, what was found, and where chains begin."""

    likelihood: Likelihood
    ends: Values
    start: Values
    seed: tuple[int, ...]
    sampling: Sampling


def left_out(
    likelihood: Likelihood,
    targets: Sequence[Target],
    names: Sequence[str],
    start: Values,
    seed: Sequence[int],
    sampling: Sampling,
    workers: int | None,
    progress: Progress,
) -> pd.DataFrame:
    """Widths of intervals with all evidence and without each piece; a row for each of both.

    ``names`` are those of the parameters, ``start`` candidates, (rows, parameters), ``seed`` begins
    the seeds of all fits. Columns: pattern, parameter, ``width`` of the interval as a share of
    that of the prior, and ``without``, the same if the pattern is left out.
    """
    patterns = list(dict.fromkeys(one.pattern for one in targets))
    ends = ends_of(targets)
    everything = _Fit(likelihood, ends, start, (*seed, len(patterns)), sampling)
    fits = [everything]
    for place, pattern in enumerate(patterns):
        kept = np.array([one.pattern != pattern for one in targets])
        fits.append(_Fit(likelihood.of_targets(kept), ends[kept], start, (*seed, place), sampling))
    whole, *others = side_by_side(_width, fits, workers, progress)
    return pd.concat(
        [
            pd.DataFrame(
                {"pattern": pattern, "parameter": names, "width": whole, "without": without}
            )
            for pattern, without in zip(patterns, others, strict=True)
        ],
        ignore_index=True,
    )


def _width(fit: _Fit) -> Values:
    """Widths of intervals, as shares of those of the prior; shape (parameters,)."""
    points = sampled(
        fit.likelihood, fit.ends, fit.start, _POINTS, fit.seed, sampling=fit.sampling
    ).points
    low, high = np.quantile(points, [0.5 - 0.5 * CREDIBLE, 0.5 + 0.5 * CREDIBLE], axis=0)
    return np.asarray((high - low) / CREDIBLE)


def narrowed(table: pd.DataFrame) -> pd.DataFrame:
    """Rows of ``left_out`` in which the pattern narrows the interval, most first."""
    factor = table["without"] / table["width"]
    order = np.argsort(-factor.to_numpy(), kind="stable")
    kept = factor.to_numpy()[order] >= NARROWED
    return table.iloc[order[kept]].reset_index(drop=True)
