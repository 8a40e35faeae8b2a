"""Gain of a campaign at its end, and the share of it that is left a year later (source B11)."""

import warnings
from dataclasses import dataclass

import numpy as np
import scipy
from numpy.typing import NDArray

from sim.calendar import MONTHS_A_YEAR
from sim.errors import BadInput
from sim.study.compare import Comparison
from sim.study.estimate import CONFIDENCE, RESAMPLES
from sim.study.package import Package
from sim.world.levers import Reform
from sim.world.scenario import Scenario

# Months over which a gain is averaged, to reduce the noise of single months.
SPAN = 6
YEAR = MONTHS_A_YEAR


@dataclass(frozen=True)
class Campaign:
    """Gain of a campaign in one measure, from paired paths."""

    measure: str
    # Month after the last of the campaign.
    end: int
    # Levers that ended then; empty if the package ended as a whole.
    levers: tuple[str, ...]
    peak: float
    peak_month: int
    # Mean gain over the last ``SPAN`` months of the campaign, and over as many a year later.
    at_end: float
    year_later: float
    # Share of the gain at the end that is left a year later, with its 95 % interval.
    left: float
    left_low: float
    left_high: float


def ending(scenario: Scenario, reference: Scenario) -> list[Reform]:
    """Reforms of a scenario that end before the run does, ordered by their end.

    Those that the reference has as well are left out, since what they gain is in both; so are those
    with a trigger, which end in another month in every run.
    """
    found = [
        reform
        for reform in scenario.reform
        if reform not in reference.reform
        and not reform.triggered
        and reform.months is not None
        and reform.months[1] < scenario.clock.months
    ]
    return sorted(found, key=_end)


def _end(reform: Reform) -> int:
    assert reform.months is not None
    return reform.months[1]


def _measurable(comparison: Comparison, package: Package) -> list[Reform]:
    """Reforms of a package that end early enough to measure what is left a year later."""
    months = package.scenario.clock.months
    found = ending(package.scenario, comparison.packages[0].scenario)
    return [reform for reform in found if _end(reform) + YEAR + SPAN <= months]


def campaigns(comparison: Comparison, measure: str = "execution_rate") -> dict[str, Campaign]:
    """The campaign of each package that ends early enough to measure what is left, by name."""
    found = {}
    for package in comparison.packages[1:]:
        if _measurable(comparison, package):
            found[package.name] = campaign(comparison, package.name, measure)
    return found


def _paths(comparison: Comparison, package: str, measure: str) -> NDArray[np.float64]:
    rows = comparison.paths[comparison.paths["package"] == package]
    return rows.pivot(index="replicate", columns="month", values=measure).to_numpy()


def campaign(comparison: Comparison, package: str, measure: str = "execution_rate") -> Campaign:
    """Gain of the campaign of ``package`` over the reference, and the share that is left.

    The campaign ends when the first of the reforms ends that the package has and the reference has
    not. Raises BadInput if none ends early enough to measure what is left.
    """
    own = next(one for one in comparison.packages if one.name == package)
    over = _measurable(comparison, own)
    if not over:
        raise BadInput(f"{package}: no reform ends {YEAR + SPAN} months before the run does")
    end = _end(over[0])
    ended = [reform.lever for reform in over if _end(reform) == end]
    apart = [
        one for one in own.scenario.reform if one not in comparison.packages[0].scenario.reform
    ]
    levers = () if len(ended) == len(apart) else tuple(dict.fromkeys(ended))
    reference = _paths(comparison, comparison.packages[0].name, measure)
    gain = _paths(comparison, package, measure) - reference
    then = gain[:, max(0, end - SPAN) : end].mean(axis=1)
    later = gain[:, end + YEAR : end + YEAR + SPAN].mean(axis=1)
    mean = gain.mean(axis=0)
    low, high = _ratio_interval(later, then, comparison.seed)
    return Campaign(
        measure,
        end,
        levers,
        float(mean[: end + 1].max()),
        int(mean[: end + 1].argmax()),
        float(then.mean()),
        float(later.mean()),
        float(later.mean() / then.mean()),
        low,
        high,
    )


def _ratio_interval(
    top: NDArray[np.float64], bottom: NDArray[np.float64], seed: int
) -> tuple[float, float]:
    if top.size < 2:
        return float("nan"), float("nan")

    def ratio(
        a: NDArray[np.float64], b: NDArray[np.float64], axis: int = -1
    ) -> NDArray[np.float64]:
        return np.asarray(a.mean(axis=axis) / b.mean(axis=axis))

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = scipy.stats.bootstrap(
            (top, bottom),
            ratio,
            paired=True,
            vectorized=True,
            n_resamples=RESAMPLES,
            confidence_level=CONFIDENCE,
            method="percentile",
            rng=np.random.default_rng(seed),
        ).confidence_interval
    return float(found.low), float(found.high)
