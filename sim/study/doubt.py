"""Effects under three doubts: chance alone, behaviour as well, and levers as well.

The first runs a scenario as it is. The second draws behaviour from the posterior of a calibration,
the third values of levers and where they start as well.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import scipy

from sim.study.compare import Comparison
from sim.study.estimate import CONFIDENCE, RESAMPLES, Estimate, Values, draw_means
from sim.study.experiment import Experiment
from sim.study.study import Study

# From the least doubt to the most.
CHANCE, BEHAVIOUR, LEVERS = "chance", "behaviour", "levers"
DOUBTS = (CHANCE, BEHAVIOUR, LEVERS)
EXECUTION, COST = "execution_rate", "cost"
_ENDS = (0.5 - 0.5 * CONFIDENCE, 0.5 + 0.5 * CONFIDENCE)
# Columns of a table of effects: those that name a row, and those that tell an effect.
_KEYS = ("kind", "term", "measure")
_SHOWN = ("value", "low", "high")
# Resamples held in memory at once.
_BATCH = 500


def with_less(study: Study) -> dict[str, Experiment]:
    """The same experiment with less doubt than in ``study``, from the least.

    None if the study uses no draws of a posterior.
    """
    about = study.experiment
    if not about.posterior or about.doubt is not None:
        return {}
    found = {CHANCE: about.replace(posterior=False)}
    draws = study.draws
    models: Any = study.work.models
    if draws is not None and any(draws.doubts_levers_of(one.scenario) for one in models):
        found[BEHAVIOUR] = about.replace(doubt=BEHAVIOUR)
    return found


def beside(effects: pd.DataFrame, less: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """A table of effects with those under less doubt beside them.

    For each doubt the columns ``DOUBT_value``, ``DOUBT_low`` and ``DOUBT_high`` are added.
    """
    for doubt, table in less.items():
        renamed = {name: f"{doubt}_{name}" for name in _SHOWN}
        own = table[[*_KEYS, *_SHOWN]].rename(columns=renamed)
        effects = effects.merge(own, on=list(_KEYS), how="left", validate="one_to_one")
    return effects


@dataclass(frozen=True)
class Doubted:
    """Comparisons of the same packages, from the least doubt to the most."""

    comparisons: Mapping[str, Comparison]

    @classmethod
    def of(cls, found: "Comparison | Doubted") -> "Doubted":
        """Comparisons as they are; one alone has the doubt of its runs."""
        if isinstance(found, Doubted):
            return found
        return cls({BEHAVIOUR if found.draws else CHANCE: found})

    @property
    def whole(self) -> Comparison:
        """The comparison with the most doubt."""
        return list(self.comparisons.values())[-1]

    @property
    def within(self) -> dict[str, Comparison]:
        """The comparisons with less doubt."""
        return dict(list(self.comparisons.items())[:-1])


def for_officer_month(comparison: Comparison, package: str) -> Estimate | None:
    """Effect on execution for each officer-month of burden, with its 95 % interval.

    Burden is what the package takes more than the reference: officers' time and outside cost, in
    officer-months per officer-year, so the result is a share of execution for one officer-month in
    each officer-year. It is the ratio of the means. None where the interval of the burden does not
    lie above 0: the package then takes nothing that can be told from chance, or saves time, and
    a ratio says nothing.
    """
    burden = comparison.effect(package)[COST]
    reference, other = (comparison.values(name) for name in (comparison.packages[0].name, package))
    gain = other[EXECUTION] - reference[EXECUTION]
    spent = other[COST] - reference[COST]
    least = burden.value if np.isnan(burden.low) else burden.low
    if not least > 0.0 or not np.isfinite(gain).all():
        return None
    low, high = _interval(gain, spent, comparison)
    value = float(gain.mean() / spent.mean())
    return Estimate(value, low, high, len(gain), comparison.effect(package)[EXECUTION].agreement)


def _interval(gain: Values, spent: Values, comparison: Comparison) -> tuple[float, float]:
    """Over draws of a posterior if runs used one, else by the bootstrap over replicates."""
    if len(gain) < 2:
        return float("nan"), float("nan")
    if comparison.draws:
        means = draw_means(np.column_stack([gain, spent]), comparison.draws)
        if len(means) < 2:
            return float("nan"), float("nan")
        # A draw that takes no time, of which there may be few, has no ratio.
        takes = means[means[:, 1] > 0.0]
        low, high = np.quantile(takes[:, 0] / takes[:, 1], _ENDS)
        return float(low), float(high)
    if np.ptp(gain) == 0.0 and np.ptp(spent) == 0.0:
        return float(gain[0] / spent[0]), float(gain[0] / spent[0])
    found = scipy.stats.bootstrap(
        (gain, spent),
        lambda one, other, axis: one.mean(axis=axis) / other.mean(axis=axis),
        n_resamples=RESAMPLES,
        batch=_BATCH,
        paired=True,
        vectorized=True,
        confidence_level=CONFIDENCE,
        method="percentile",
        rng=np.random.default_rng(comparison.seed),
    ).confidence_interval
    return float(found.low), float(found.high)
