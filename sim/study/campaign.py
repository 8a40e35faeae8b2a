"""Gain of a campaign at its end, and the share of it that is left a year later (source B11)."""

import warnings
from dataclasses import dataclass

import numpy as np
import scipy
from numpy.typing import NDArray

from sim.errors import BadInput
from sim.study.compare import Comparison
from sim.study.estimate import CONFIDENCE, RESAMPLES
from sim.world.scenario import Scenario

# Months over which a gain is averaged, to reduce the noise of single months.
SPAN = 6
YEAR = 12


@dataclass(frozen=True)
class Campaign:
    """Gain of a campaign in one measure, from paired paths."""

    measure: str
    # Month after the last of the campaign.
    end: int
    peak: float
    peak_month: int
    # Mean gain over the last ``SPAN`` months of the campaign, and over as many a year later.
    at_end: float
    year_later: float
    # Share of the gain at the end that is left a year later, with its 95 % interval.
    left: float
    left_low: float
    left_high: float


def ends(scenario: Scenario) -> list[int]:
    """Months in which reforms of a scenario end, if this is before the end of the run; sorted.

    Those with a trigger end in other months in every run, so they are left out.
    """
    months = scenario.clock.months
    found = {
        reform.months[1]
        for reform in scenario.reform
        if reform.months is not None and not reform.triggered
    }
    return sorted(month for month in found if month < months)


def campaigns(comparison: Comparison, measure: str = "execution_rate") -> dict[str, Campaign]:
    """The campaign of each package that ends early enough to measure what is left, by name."""
    found = {}
    for package in comparison.packages[1:]:
        months = package.scenario.clock.months
        if any(end + YEAR + SPAN <= months for end in ends(package.scenario)):
            found[package.name] = campaign(comparison, package.name, measure)
    return found


def _paths(comparison: Comparison, package: str, measure: str) -> NDArray[np.float64]:
    rows = comparison.paths[comparison.paths["package"] == package]
    return rows.pivot(index="replicate", columns="month", values=measure).to_numpy()


def campaign(comparison: Comparison, package: str, measure: str = "execution_rate") -> Campaign:
    """Gain of the campaign of ``package`` over the reference, and the share that is left.

    The campaign ends when the first reform of the package ends. Raises BadInput if none ends early
    enough to measure what is left.
    """
    scenario = next(one.scenario for one in comparison.packages if one.name == package)
    over = [end for end in ends(scenario) if end + YEAR + SPAN <= scenario.clock.months]
    if not over:
        raise BadInput(f"{package}: no reform ends {YEAR + SPAN} months before the run does")
    end = over[0]
    reference = _paths(comparison, comparison.packages[0].name, measure)
    gain = _paths(comparison, package, measure) - reference
    then = gain[:, max(0, end - SPAN) : end].mean(axis=1)
    later = gain[:, end + YEAR : end + YEAR + SPAN].mean(axis=1)
    mean = gain.mean(axis=0)
    low, high = _ratio_interval(later, then, comparison.seed)
    return Campaign(
        measure,
        end,
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
