"""What pictures say in words: numbers, and the world behind them."""

import math
from collections.abc import Iterable

from sim.study.compare import Comparison
from sim.study.estimate import Estimate
from sim.world.scenario import Scenario

PERCENT = 100.0
MINUS = "−"
NO_BREAK = "\u00a0"
# Characters of a title that a picture has room for; tables and files give titles whole.
LONGEST_TITLE = 120
# Smaller sizes are not told apart.
SMALLEST = 0.001


def sure(effect: Estimate) -> bool:
    """Whether the interval leaves zero out; never without an interval."""
    return effect.low > 0 or effect.high < 0


def brief(title: str) -> str:
    """A user's title as pictures give it: at most LONGEST_TITLE characters."""
    return title if len(title) <= LONGEST_TITLE else title[: LONGEST_TITLE - 1].rstrip() + "…"


def quoted(title: str) -> str:
    """A name inside a sentence."""
    return f"“{brief(title)}”"


def signed(points: float, decimals: int) -> str:
    """A number with its sign, a real minus, and no sign for nought."""
    text = f"{abs(points):.{decimals}f}"
    if float(text) == 0:
        return text
    return (MINUS if points < 0 else "+") + text


def share(value: float) -> str:
    """A share in two decimals, or two digits where it is small."""
    if math.isnan(value):
        return "no value"
    return _two_digits(value) if abs(value) < 0.1 else f"{value:.2f}"


def size(effect: float) -> str:
    """The size of an effect on a share, in points without sign."""
    points = abs(effect) * PERCENT
    return f"{points:.1f}" if points >= 1 or points == 0 else _two_digits(points)


def _two_digits(value: float) -> str:
    """A number between −1 and 1 in two digits, without an exponent."""
    if value == 0:
        return "0"
    return f"{value:.2g}" if abs(value) >= SMALLEST else f"under {SMALLEST:g}"


def counted(number: int, what: str) -> str:
    """A number and what is counted, “1 month” or “2 months”."""
    return f"{number:,} {what}" if number == 1 else f"{number:,} {what}s"


def _listed(values: Iterable[object]) -> str:
    """Different values in the order they come."""
    return ", ".join(dict.fromkeys(str(value) for value in values))


def reform_starts(scenarios: Iterable[Scenario]) -> list[int]:
    """The months in which reforms begin, sorted."""
    return sorted(
        {
            reform.months[0] if reform.months else scenario.clock.reform_starts
            for scenario in scenarios
            for reform in scenario.reform
        }
    )


def world(comparison: Comparison, observed: str = "measured over") -> str:
    """Scenario, months, start of reforms, months observed, seed."""
    scenarios = [package.scenario for package in comparison.packages]
    months = _listed(one.clock.months for one in scenarios)
    parts = [f"{_listed(brief(one.title) for one in scenarios)}: {months} months"]
    if starts := reform_starts(scenarios):
        parts.append(f"reforms from month {_listed(starts)}")
    last = _listed(one.clock.observed for one in scenarios)
    parts.append(f"{observed} the last {last}")
    return f"{', '.join(parts)}; seed {comparison.seed}."
