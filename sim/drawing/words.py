"""Numbers and titles as figures show them, and the months in which reforms begin."""

import math
from collections.abc import Iterable

from sim.study.estimate import Estimate
from sim.world.scenario import Scenario

PERCENT = 100.0
# Most characters of a title in a figure; tables and files contain the whole title.
LONGEST_TITLE = 120
# Smaller numbers are shown as “< 0.001”.
SMALLEST = 0.001


def sure(effect: Estimate) -> bool:
    """Whether the interval excludes zero; False without an interval."""
    return effect.low > 0 or effect.high < 0


def brief(title: str) -> str:
    """A title as figures show it: at most LONGEST_TITLE characters."""
    return title if len(title) <= LONGEST_TITLE else title[: LONGEST_TITLE - 1].rstrip() + "…"


def share(value: float) -> str:
    """A share with two decimals, or with two significant digits if it is small."""
    if math.isnan(value):
        return "n/a"
    return _two_digits(value) if abs(value) < 0.1 else f"{value:.2f}"


def size(effect: float) -> str:
    """The size of an effect on a share in percentage points, without sign."""
    points = abs(effect) * PERCENT
    return f"{points:.1f}" if points >= 1 or points == 0 else _two_digits(points)


def _two_digits(value: float) -> str:
    """A number between −1 and 1 with two significant digits, without an exponent."""
    if value == 0:
        return "0"
    return f"{value:.2g}" if abs(value) >= SMALLEST else f"< {SMALLEST:g}"


def reform_starts(scenarios: Iterable[Scenario]) -> list[int]:
    """The months in which reforms begin, sorted; those that a condition begins have none."""
    return sorted(
        {
            reform.months[0] if reform.months else scenario.clock.reform_starts
            for scenario in scenarios
            for reform in scenario.reform
            if reform.start_when is None
        }
    )
