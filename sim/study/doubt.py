"""Effects under three doubts: chance alone, behaviour as well, and levers as well.

The first runs a scenario as it is. The second draws behaviour from the posterior of a calibration,
the third values of levers and where they start as well.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
import scipy

from sim.study.compare import Comparison
from sim.study.estimate import (
    CONFIDENCE,
    RESAMPLES,
    Estimate,
    Values,
    draw_means,
    estimates,
    over_draws,
)
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
# Fewest replicates, or draws, that show a spread.
_FEWEST = 2
# Resamples held in memory at once.
_BATCH = 500


def with_less(study: Study) -> dict[str, Experiment]:
    """The same experiment with less doubt than in ``study``, from the least.

    Empty if the study uses no draws of a posterior.
    """
    about = study.experiment
    if not about.posterior or about.doubt is not None:
        return {}
    found = {CHANCE: about.replace(posterior=False)}
    draws = study.draws
    if draws is not None and any(map(draws.doubts_levers_of, study.scenarios)):
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
    """Effect of a package on execution for each officer-month of burden; see ``brought``."""
    reference, other = (comparison.values(name) for name in (comparison.packages[0].name, package))
    gain = other[EXECUTION] - reference[EXECUTION]
    spent = other[COST] - reference[COST]
    return brought(gain, spent, comparison.draws, comparison.seed)


def brought(gain: Values, spent: Values, draws: int, seed: int) -> Estimate | None:
    """Effect on execution for each officer-month of burden, with its 95 % interval.

    ``gain`` is the effect on execution and ``spent`` the burden, each (replicates,). Burden is what
    reforms take more than the reference: officers' time and outside cost, in officer-months per
    officer-year. So the result is a share of execution for one officer-month in each officer-year:
    the ratio of the means. Its interval is over ``draws`` of a posterior, or by the bootstrap over
    replicates if there are none. None where the interval of the burden does not lie above 0:
    reforms then take nothing that can be told from chance, or save time, and a ratio says nothing.
    """
    if not (np.isfinite(gain).all() and np.isfinite(spent).all()):
        return None
    both = {"gain": gain, "spent": spent}
    found = over_draws(both, draws) if draws else estimates(both, seed)
    burden = found["spent"]
    if not (burden.value if np.isnan(burden.low) else burden.low) > 0.0:
        return None
    low, high = _interval(gain, spent, draws, seed)
    value = found["gain"].value / burden.value
    return Estimate(value, low, high, len(gain), found["gain"].agreement)


def _interval(gain: Values, spent: Values, draws: int, seed: int) -> tuple[float, float]:
    means = draw_means(np.column_stack([gain, spent]), draws) if draws else None
    if len(gain if means is None else means) < _FEWEST:
        return float("nan"), float("nan")
    if means is not None:
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
        rng=np.random.default_rng(seed),
    ).confidence_interval
    return float(found.low), float(found.high)
