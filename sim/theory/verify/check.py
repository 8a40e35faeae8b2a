"""One comparison of a value known from theory with the model's."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import scipy

from sim import shipped
from sim.world.scenario import Scenario

# Probability that a correct model fails one comparison.
FALSE_ALARM = 0.001
_ROUNDING = 1e-9
# Where zero is expected, smaller values are rounding errors, which differ between machines.
_NOTHING = 1e-12


@dataclass(frozen=True)
class Check:
    """One comparison: the expected value, the simulated one and its Monte Carlo standard error.

    ``error`` is 0 if nothing is random. If no value is known, ``expected`` and ``agrees`` are None.
    """

    case: str
    quantity: str
    expected: float | None
    simulated: float
    error: float
    # Largest difference that agrees; approximate for counts, which use an exact test.
    allowed: float
    agrees: bool | None

    @property
    def told(self) -> tuple[str, str]:
        """The expected value, empty if none is known, and the simulated one; five digits."""
        nothing = self.expected == 0.0 and abs(self.simulated) < _NOTHING
        simulated = 0.0 if nothing else self.simulated
        return "" if self.expected is None else _digits(self.expected), _digits(simulated)


def _digits(value: float) -> str:
    return f"{value:.5g}".replace("-", "−")


def limit(name: str, settings: dict[str, Any]) -> Scenario:
    """A scenario of ``scenarios/limits`` by name, with ``settings`` changed."""
    return Scenario.load(shipped.folder("scenarios") / "limits" / f"{name}.toml").replace(settings)


def exact(case: str, quantity: str, expected: float, simulated: float) -> Check:
    """Compare values without randomness; they must be equal but for rounding."""
    agrees = math.isclose(expected, simulated, rel_tol=_ROUNDING, abs_tol=1e-300)
    return Check(case, quantity, expected, simulated, 0.0, _ROUNDING * abs(expected), agrees)


def near(case: str, quantity: str, expected: float, simulated: float, within: float) -> Check:
    """Compare values without randomness; they may differ by ``within``."""
    agrees = abs(expected - simulated) <= within
    return Check(case, quantity, expected, simulated, 0.0, within, agrees)


def sampled(
    case: str,
    quantity: str,
    expected: float | None,
    values: Sequence[float],
    expected_error: float = 0.0,
) -> Check:
    """Compare the mean of independent runs by Student's t test.

    ``expected_error`` is the standard error of the expected value.
    """
    mean = float(np.mean(values))
    error = float(np.std(values, ddof=1) / math.sqrt(len(values)))
    if expected is None:
        return Check(case, quantity, None, mean, error, math.nan, None)
    far = float(scipy.stats.t.ppf(1.0 - FALSE_ALARM / 2.0, len(values) - 1))
    allowed = far * math.hypot(error, expected_error) + _ROUNDING
    return Check(case, quantity, expected, mean, error, allowed, abs(mean - expected) <= allowed)


def counted(case: str, quantity: str, expected: float, found: int, tried: int) -> Check:
    """Compare a share of independent trials by the exact binomial test."""
    error = math.sqrt(expected * (1.0 - expected) / tried)
    agrees = bool(scipy.stats.binomtest(found, tried, expected).pvalue > FALSE_ALARM)
    allowed = float(scipy.stats.norm.ppf(1.0 - FALSE_ALARM / 2.0)) * error
    return Check(case, quantity, expected, found / tried, error, allowed, agrees)
