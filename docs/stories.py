"""Write ``docs/stories.md``, what the shipped scenarios show: ``python -m docs.stories``.

It runs each scenario that tells a story, half a minute in all. With ``--check`` it only reports
whether the page is current.
"""

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from docs.pages import write_or_check
from sim.cli.tables import digits_of, number_text, scale_of
from sim.measures import MEASURES
from sim.simulate import Run, simulate
from sim.study.estimate import estimate
from sim.world.plan import Plan
from sim.world.scenario import Scenario

PAGE = Path(__file__).parent / "stories.md"
REPLICATES = 20
SEED = 1
DISTRICT = "district"
# Start of trust and norm of each of the two runs from which the circle is told, and their length.
LOW, HIGH, LONG = 0.1, 0.8, 240
# Months of the storm that are compared: its last half year, and as long a year after its end.
DURING, AFTER = (42, 48), (60, 66)
YEARS = 60

Values = NDArray[np.float64]

_HEAD = f"""# What the shipped scenarios show

Each scenario below tells a story. This page says how large it is in the model. The story is no
rule: it follows from the settings in which the scenario differs from the one that it extends, which
its file in `scenarios/` lists with reasons. Written by `python -m docs.stories`; {REPLICATES}
replicates on common draws, seed {SEED}, 95 % intervals. Shares are in per cent, differences of
shares in percentage points.
"""


@dataclass(frozen=True)
class Row:
    """One thing that is compared: values under both conditions, over replicates."""

    title: str
    measure: str
    here: Values
    there: Values


@cache
def _runs(name: str, changes: tuple[tuple[str, object], ...] = ()) -> list[Run]:
    scenario = Scenario.load(name).replace(dict(changes))
    plan = Plan(scenario)
    return [simulate(plan, SEED, replicate) for replicate in range(REPLICATES)]


def _last(name: str, measure: str, changes: tuple[tuple[str, object], ...] = ()) -> Values:
    return np.array([run.summary[measure] for run in _runs(name, changes)])


def _months(
    name: str, measure: str, window: tuple[int, int], changes: tuple[tuple[str, object], ...] = ()
) -> Values:
    first, last = window
    return np.array([run.series[measure][first:last].mean() for run in _runs(name, changes)])


def _beside_district(name: str, measures: tuple[str, ...]) -> Iterator[Row]:
    months = (("clock.months", Scenario.load(name).clock.months),)
    for measure in measures:
        there = _last(DISTRICT, measure, months)
        yield Row(MEASURES[measure].title, measure, _last(name, measure), there)


def _with_and_without(name: str) -> Iterator[Row]:
    nothing = (("reform", ()),)
    spans = {
        "Execution rate, last half year of the campaign": DURING,
        "Execution rate, half a year, a year after its end": AFTER,
    }
    for title, window in spans.items():
        here = _months(name, "execution_rate", window)
        there = _months(name, "execution_rate", window, nothing)
        yield Row(title, "execution_rate", here, there)


def _patronage() -> Iterator[Row]:
    months = (("clock.months", LONG),)
    for measure in ("merit_belief", "responsibility"):
        for title, window in {
            "first five years": (0, YEARS),
            "last five years": (LONG - YEARS, LONG),
        }.items():
            here = _months("patronage", measure, window)
            there = _months(DISTRICT, measure, window, months)
            yield Row(f"{MEASURES[measure].title}, {title}", measure, here, there)
    yield from _beside_district("patronage", ("execution_rate",))


def _circle() -> Iterator[Row]:
    def start(trust: float) -> tuple[tuple[str, object], ...]:
        at = {"public.trust.mean": trust, "start.norm_at_start": trust, "clock.months": LONG}
        return tuple(at.items())

    for measure in ("credibility", "execution_rate"):
        here, there = (_last("vicious_circle", measure, start(one)) for one in (LOW, HIGH))
        yield Row(f"{MEASURES[measure].title} after twenty years", measure, here, there)


# Scenarios in the order of the page: what they are compared with, and what is compared.
STORIES: dict[str, tuple[str, Callable[[], Iterator[Row]]]] = {
    "responsibility_storm": (
        "without the campaign",
        lambda: _with_and_without("responsibility_storm"),
    ),
    "responsibility_storm_lasting": (
        "without any reform",
        lambda: _with_and_without("responsibility_storm_lasting"),
    ),
    "patronage": ("in the district", _patronage),
    "image_projects": (
        "in the district",
        lambda: _beside_district("image_projects", ("symbolic", "inflation", "execution_rate")),
    ),
    "approval_economy": (
        "in the district",
        lambda: _beside_district(
            "approval_economy", ("selective", "over_execution", "execution_rate")
        ),
    ),
    "vicious_circle": ("from trust and norm of .8", _circle),
}
# What stands in the column of the scenario where it is not the scenario as it is.
_HERE = {"vicious_circle": "From trust and norm of .1"}


def rows_of(name: str) -> list[Row]:
    """What is compared for a scenario."""
    return list(STORIES[name][1]())


def _section(name: str) -> str:
    scenario = Scenario.load(name)
    beside, _ = STORIES[name]
    here = _HERE.get(name, "Here")
    lines = [
        f"## `{name}`",
        "",
        f"{scenario.story} {scenario.question}",
        "",
        f"| | {here} | {beside[0].upper()}{beside[1:]} | Difference |",
        "| --- | --- | --- | --- |",
    ]
    for row in rows_of(name):
        scale, digits = scale_of(row.measure), digits_of(row.measure)
        found = estimate(row.here - row.there, SEED)
        ends = ", ".join(number_text(scale * one, digits) for one in (found.low, found.high))
        means = [number_text(scale * one.mean(), digits) for one in (row.here, row.there)]
        moved = number_text(scale * found.value, digits, sign=True)
        lines.append(f"| {row.title} | {' | '.join(means)} | {moved} [{ends}] |")
    return "\n".join(lines)


def page() -> str:
    """The whole page."""
    return "\n".join([_HEAD, "\n\n".join(map(_section, STORIES)), ""])


def main() -> int:
    """Write the page, or report whether it is current."""
    return write_or_check(PAGE, page(), "python -m docs.stories")


if __name__ == "__main__":
    sys.exit(main())
