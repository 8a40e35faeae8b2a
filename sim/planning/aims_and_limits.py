"""Aims and limits of a plan, as they are written: ``least inflation``, ``burden <= 0.14 at end``.

A measure is taken over the course of the reforms, from the first month in which one may start; at
the end, over the months that a scenario observes; or in the year of the course in which it is
worst.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from sim.calendar import MONTHS_A_YEAR
from sim.errors import BadInput, nearest
from sim.measures import MEASURES, declared
from sim.world.scenario import STATUS_QUO

Window = Literal["course", "end", "worst year"]
COURSE: Window = "course"
END: Window = "end"
WORST_YEAR: Window = "worst year"
_WRITTEN: dict[Window, str] = {
    COURSE: "over course",
    END: "at end",
    WORST_YEAR: "in worst year",
}
# How unlike departments are: a measure that only plans have, since it needs each of them.
EXECUTION_SPREAD = "execution_spread"
# Measures of which a limit is a budget.
BUDGETS = ("burden", "cost")
MOST, LEAST = "most", "least"
# Measures of which more is better. Of those of which less is better, the names are in ``_LESS``.
_MORE = (
    *("execution_rate", "credibility", "trust_in_centre", "follow_through", "substance"),
    *("faithful", "adaptive", "capability", "responsibility", "merit_belief", "norm", "validity"),
    *("execution_hard", "execution_soft", "newcomers_capability", "upheld_complaints"),
    *("execution_rate_treated", "execution_rate_untreated"),
    *("credibility_treated", "credibility_untreated"),
)
_LESS = (
    *("inflation", "over_execution", "hidden_shortfall", "rupture_share", "burden", "cost"),
    *("non_compliance", "sanctions", "unjust_sanctions", "inaction_cases", "complaints"),
    *("incidents", "show", "inertia", "bottleneck_loss", "blame_below", "resignations"),
    *("service_gap", "norm_spread", "implementation_gap", "unowned", "unheard", "covered_up"),
    *("target_inflation", "misdirected_attention", "withdrawal_burden", EXECUTION_SPREAD),
)
_AIM = re.compile(r"(?:(most|least)\s+)?(\w+)(?:\s+(over course|at end|in worst year))?")
_LIMIT = re.compile(
    r"(\w+)\s*(<=|>=|<|>)\s*(?:(status_quo)\s*(?:([+-])\s*)?)?([\d.eE+-]*)"
    r"(?:\s+(over course|at end|in worst year))?"
)
# Months of a year: a month of burden is a twelfth of it, which cost contains.
_YEAR = float(MONTHS_A_YEAR)


def known(own: Iterable[str] = ()) -> tuple[str, ...]:
    """Names of the measures that aims and limits may use, with those that a scenario declares."""
    return (*MEASURES, *own, EXECUTION_SPREAD)


def is_share(measure: str) -> bool:
    """Whether a measure is a share, so that it is shown in percentage points."""
    return measure == EXECUTION_SPREAD or MEASURES[measure].unit == "share"


@dataclass(frozen=True)
class Column:
    """A measure in a window, as runs give it."""

    measure: str
    window: Window
    # In the worst year: whether that is the year in which the measure is highest.
    highest: bool = False

    @property
    def name(self) -> str:
        """Its name in tables of runs."""
        if self.window == WORST_YEAR:
            return f"{self.measure}@{'highest' if self.highest else 'lowest'}_year"
        return f"{self.measure}@{self.window}"


def _window(written: str | None, default: Window) -> Window:
    if written is None:
        return default
    return next(one for one, text in _WRITTEN.items() if text == written)


def _measure(name: str, text: str, measures: tuple[str, ...]) -> str:
    if name not in measures:
        raise BadInput(f"{text}: no measure “{name}”{nearest(name, measures)}")
    return name


@dataclass(frozen=True)
class Aim:
    """What a plan is to achieve: the most, or the least, of a measure."""

    measure: str
    most: bool
    window: Window

    @classmethod
    def parse(cls, text: str, window: Window, measures: tuple[str, ...]) -> "Aim":
        """Read an aim; ``window`` is that of the plan. Raises BadInput if it is not valid."""
        found = _AIM.fullmatch(" ".join(text.split()))
        if found is None:
            raise BadInput(
                f"aim “{text}”: expected a measure, as in “execution_rate”, “least inflation” or "
                "“most credibility at end”"
            )
        way, measure = found[1], _measure(found[2], f"aim “{text}”", measures)
        if way is None and measure in (*MEASURES, *declared) and measure not in (*_MORE, *_LESS):
            raise BadInput(f"aim “{text}”: say whether most or least, as in “most {measure}”")
        most = way == MOST if way else measure not in _LESS
        return cls(measure, most, _window(found[3], window))

    @property
    def column(self) -> Column:
        """The column of runs that it reads."""
        return Column(self.measure, self.window, not self.most and self.window == WORST_YEAR)

    @property
    def sign(self) -> float:
        """1 if more is better, −1 if less is."""
        return 1.0 if self.most else -1.0

    def __str__(self) -> str:
        """The aim as it is written."""
        return f"{MOST if self.most else LEAST} {self.measure} {_WRITTEN[self.window]}"


@dataclass(frozen=True)
class Limit:
    """What a plan must keep to: a measure at most, or at least, a number."""

    measure: str
    # Whether the measure may be at most ``value``; else at least.
    upper: bool
    # The number, or what is added to the value of the status quo.
    value: float
    from_status_quo: bool
    window: Window

    @classmethod
    def parse(cls, text: str, window: Window, measures: tuple[str, ...]) -> "Limit":
        """Read a limit; ``window`` is that of the plan. Raises BadInput if it is not valid."""
        found = _LIMIT.fullmatch(" ".join(text.split()))
        reference, sign, number = (found[3], found[4], found[5]) if found else (None, None, "")
        value = _number(number)
        if found is None or (value is None and (reference is None or sign or number)):
            raise BadInput(
                f"limit “{text}”: expected a measure and a number, as in “unjust_sanctions < 0.5”, "
                "“cost <= status_quo + 0.3” or “burden <= 0.14 at end”"
            )
        if reference and value is not None and not sign:
            raise BadInput(f"limit “{text}”: expected + or − after {STATUS_QUO}")
        measure = _measure(found[1], f"limit “{text}”", measures)
        shift = (value or 0.0) * (-1.0 if sign == "-" else 1.0)
        upper = found[2].startswith("<")
        return cls(measure, upper, shift, reference is not None, _window(found[6], window))

    @property
    def column(self) -> Column:
        """The column of runs that it reads."""
        return Column(self.measure, self.window, self.upper and self.window == WORST_YEAR)

    def at(self, status_quo: float) -> float:
        """The number that limits, given the status quo's value of the measure."""
        return self.value + (status_quo if self.from_status_quo else 0.0)

    @property
    def sign(self) -> float:
        """1 if values above the limit break it, −1 if values below do."""
        return 1.0 if self.upper else -1.0

    def __str__(self) -> str:
        """The limit as it is written."""
        number = f"{self.value:g}"
        if self.from_status_quo:
            shift = f" {'+' if self.value > 0 else '-'} {abs(self.value):g}" if self.value else ""
            number = f"{STATUS_QUO}{shift}"
        return f"{self.measure} {'<=' if self.upper else '>='} {number} {_WRITTEN[self.window]}"


def _number(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if abs(value) < float("inf") else None


def check_possible(limits: Iterable[Limit]) -> None:
    """Raise BadInput if limits contradict each other, or what their measures can be."""
    fixed = [one for one in limits if not one.from_status_quo]
    for one in fixed:
        if one.measure in (*MEASURES, *declared) and MEASURES[one.measure].unit == "share":
            if (one.upper and one.value < -1.0) or (not one.upper and one.value > 1.0):
                raise BadInput(f"limit “{one}”: can never hold; {one.measure} is a share")
        elif one.upper and one.value < 0.0:
            raise BadInput(f"limit “{one}”: can never hold; {one.measure} is never below 0")
    for one in fixed:
        for other in fixed:
            if one.upper and not other.upper and one.window == other.window:
                _check_pair(one, other)


def _check_pair(top: Limit, bottom: Limit) -> None:
    if top.measure == bottom.measure and top.value < bottom.value:
        raise BadInput(f"limits “{top}” and “{bottom}” contradict each other")
    if (top.measure, bottom.measure) == ("cost", "burden") and top.value < _YEAR * bottom.value:
        raise BadInput(
            f"limits “{top}” and “{bottom}” contradict each other: cost contains burden, twelve "
            "officer-months a year for all of everybody's time"
        )
