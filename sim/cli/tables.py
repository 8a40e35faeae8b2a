"""Tables of results for the terminal."""

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table

from sim.calibration.ranking import Ranking
from sim.cli.texts.tables import TABLES
from sim.measures import MEASURES, whole_of
from sim.printed_numbers import plain, signed
from sim.study.campaign import campaigns
from sim.study.compare import Comparison
from sim.study.doubt import COST, EXECUTION, LEVERS, Doubted, for_officer_month
from sim.study.estimate import Estimate
from sim.study.package import ALL_LEVERS, Package
from sim.study.triggered import fired
from sim.world.doses import doses
from sim.world.scenario import Scenario

if TYPE_CHECKING:
    from sim.drawing.language import Speaker

# Shares are shown in per cent.
_HUNDRED = 100.0


def scale_of(measure: str) -> float:
    """The factor by which a measure is multiplied for display: 100 for shares, else 1."""
    return _HUNDRED if MEASURES[whole_of(measure)].unit == "share" else 1.0


def digits_of(measure: str) -> int:
    """Decimals with which an effect on a measure is shown; shares are in percentage points."""
    return {"share": 1, "ratio": 3}.get(MEASURES[whole_of(measure)].unit, 2)


def unit_of(measure: str) -> str:
    """The unit in which a measure is shown."""
    unit = MEASURES[whole_of(measure)].unit
    return TABLES["en"].get(unit, unit)


def unit_text(measure: str, say: "Speaker") -> str:
    """The unit of a measure in the language of a table; one of a user's own as it is written."""
    unit = MEASURES[whole_of(measure)].unit
    return say(unit) if say.knows(unit) else unit


def number_text(value: float, digits: int = 1, sign: bool = False) -> str:
    """A number with the minus sign of typography; “n/a” if it is not a number."""
    if math.isnan(value):
        return "n/a"
    return signed(value, digits) if sign else plain(value, digits)


def interval_text(low: float, high: float, scale: float, digits: int = 1) -> str:
    """An interval in brackets, or words if there is none."""
    if math.isnan(low):
        return "no interval"
    return f"[{number_text(scale * low, digits)}, {number_text(scale * high, digits)}]"


def interval(found: Estimate, scale: float, say: "Speaker", digits: int = 1) -> str:
    """The interval of an estimate in brackets, or words if there is none."""
    if math.isnan(found.low):
        return say("no_interval")
    return interval_text(found.low, found.high, scale, digits)


def _effect(found: Estimate, measure: str, say: "Speaker") -> str:
    scale = scale_of(measure)
    effect = effect_number(scale * found.value, say)
    agreement = _percent(found.agreement, say)
    return f"{effect}  {agreement}\n{interval(found, scale, say)}"


def _level(found: Estimate, measure: str, say: "Speaker") -> str:
    scale = scale_of(measure)
    return f"{effect_number(scale * found.value, say, sign=False)}\n{interval(found, scale, say)}"


def effect_number(value: float, say: "Speaker", digits: int = 1, sign: bool = True) -> str:
    """A number in the words of a language if it is none; with its sign if it is an effect."""
    return say("na") if math.isnan(value) else number_text(value, digits, sign)


def _percent(share: float, say: "Speaker") -> str:
    return say("percent", number=f"{_HUNDRED * share:.0f}")


def narrow_table(first: str) -> Table:
    """A table without lines, whose first column is narrow."""
    table = Table(box=None, pad_edge=False, padding=(0, 1), header_style="bold")
    table.add_column(first, max_width=17, overflow="fold")
    return table


def basis(comparison: Comparison, say: "Speaker") -> str:
    """Replicates, seed and months of a comparison, as a sentence."""
    clock = comparison.packages[0].scenario.clock
    number = comparison.replicates
    runs = say("one" if number == 1 else "many", number=number)
    if comparison.draws:
        runs = say("over_draws", runs=runs, draws=min(comparison.draws, number))
    return say(
        "basis",
        runs=runs,
        seed=comparison.seed,
        observed=min(clock.observed, clock.months),
        months=clock.months,
    )


def effects_table(
    console: Console,
    comparison: Comparison,
    measures: tuple[str, ...],
    largest_first: bool,
    say: "Speaker",
) -> None:
    """Effect of each package on each measure, with interval and agreement of signs."""
    reference = comparison.packages[0]
    others = _in_order(comparison, largest_first)
    found = {package.name: comparison.effect(package.name) for package in others}
    table = narrow_table("")
    for name in measures:
        table.add_column(f"{say.measure(name)}\n{unit_text(name, say)}", justify="right")
    level = comparison.level(reference.name)
    cells = (_level(level[name], name, say) for name in measures)
    table.add_row(reference.title, *cells, style="dim")
    for package in others:
        cells = (_effect(found[package.name][name], name, say) for name in measures)
        table.add_row(package.title, *cells)
    console.print(table)
    drawn = bool(comparison.draws)
    of = say("of_draws" if drawn else "of_replicates")
    interval = say("range_of_draws" if drawn else "interval")
    console.print(f"\n{say('rows', of=of, interval=interval)}\n{basis(comparison, say)}")


def _in_order(comparison: Comparison, largest_first: bool) -> list[Package]:
    """Packages after the reference; all levers first, then by effect on execution, if asked."""
    others = list(comparison.packages[1:])
    if largest_first:
        others.sort(
            key=lambda package: (
                package.name != ALL_LEVERS,
                -comparison.effect(package.name)[EXECUTION].value,
            )
        )
    return others


def doubt_table(console: Console, found: Doubted, largest_first: bool, say: "Speaker") -> None:
    """Effects on execution under each doubt, the burden, and what an officer-month brings."""
    table = narrow_table(f"\n{say('doubt_on')}")
    for name in found.comparisons:
        table.add_column(say(f"doubt_{name}"), justify="right")
    table.add_column(say("officer_months"), justify="right")
    table.add_column(say("for_officer_month"), justify="right")
    for package in _in_order(found.whole, largest_first):
        effects = [one.effect(package.name) for one in found.comparisons.values()]
        cells = [
            f"{effect_number(_HUNDRED * one[EXECUTION].value, say)}\n"
            f"{interval(one[EXECUTION], _HUNDRED, say)}"
            for one in effects
        ]
        spent = effects[-1][COST]
        cells.append(f"{effect_number(spent.value, say, 2)}\n{interval(spent, 1.0, say, 2)}")
        brought = for_officer_month(found.whole, package.name)
        cells.append(
            say("nothing_taken")
            if brought is None
            else f"{effect_number(_HUNDRED * brought.value, say)}\n"
            f"{interval(brought, _HUNDRED, say)}"
        )
        table.add_row(package.title, *cells)
    console.print(table)
    console.print(f"\n{say('doubt_key')}")
    if found.whole.draws and LEVERS not in found.comparisons:
        console.print(say("no_lever_doubt"))


def dose_lines(
    console: Console, scenario: Scenario, pulled: Mapping[str, float], say: "Speaker"
) -> None:
    """What each lever changes, in natural units."""
    for name, intensity in pulled.items():
        told = say("clauses_between").join(
            one.text(say.chinese) for one in doses(scenario, name, intensity)
        )
        console.print(say("dose", lever=say.lever(name, scenario), doses=told))


def ranking_table(console: Console, ranking: Ranking, say: "Speaker") -> None:
    """The ranking of levers over draws of a posterior, and results that hold in most draws."""
    table = narrow_table(f"\n{say('over_all')}")
    for name in ("raises", "first", "rank", "driver", "correlation"):
        table.add_column(say(name), justify="right")
    titles = dict(zip(ranking.names, ranking.titles, strict=True))
    for row in ranking.table().to_dict("records"):
        table.add_row(
            titles[row["package"]],
            _percent(row["raises"], say),
            _percent(row["first"], say),
            say("to", low=row["low_rank"], high=row["high_rank"]),
            row["driver"],
            effect_number(row["correlation"], say, 2, sign=False),
        )
    console.print(table)
    console.print(f"\n{say('holds' if ranking.within is None else 'holds_within')}")
    for text in ranking.statements(say.chinese):
        console.print(f"  {text}")


def campaign_lines(console: Console, comparison: Comparison, say: "Speaker") -> None:
    """Gains of the campaigns among the packages, at their end and a year later."""
    packages = {package.name: package for package in comparison.packages}
    for name, found in campaigns(comparison).items():
        gain, later = (
            effect_number(_HUNDRED * one, say) for one in (found.at_end, found.year_later)
        )
        left = ""
        if found.at_end > 0:
            share, low, high = (
                f"{_HUNDRED * one:.0f}" for one in (found.left, found.left_low, found.left_high)
            )
            left = say("left", share=share, low=low, high=high)
        ended = packages[name].title
        if found.levers:
            levers = [say.lever(one, packages[name].scenario) for one in found.levers]
            ended = say("part_of", title=ended, levers=say.listed(levers))
        line = say("campaign", title=ended, end=found.end, gain=gain, later=later, left=left)
        console.print(line)


def trigger_lines(console: Console, comparison: Comparison, say: "Speaker") -> None:
    """When the reforms with a trigger were in force, package by package."""
    for package in comparison.packages:
        for one in fired(comparison, package.name):
            reform = one.reform
            told = [
                say(key, condition=condition)
                for key, condition in (("starts", reform.start_when), ("stops", reform.stop_when))
                if condition is not None
            ]
            about = {
                "title": package.title,
                "number": one.number,
                "lever": say.lever(reform.lever, package.scenario),
                "conditions": say("separate").join(told),
                "replicates": one.replicates,
            }
            if not one.began:
                console.print(say("never_fired", **about))
                continue
            begins, months = f"{one.begins:.1f}", f"{one.months:.1f}"
            console.print(say("fired", **about, began=one.began, begins=begins, months=months))


def levels_table(console: Console, comparison: Comparison, say: "Speaker") -> None:
    """All measures of one package, with intervals."""
    package = comparison.packages[0]
    title, story = say.title(package.scenario), say.story(package.scenario)
    console.print(f"{say('about', title=title, story=story)}\n", soft_wrap=True)
    table = narrow_table(say("measure"))
    table.columns[0].max_width = 30
    table.add_column(say("mean"), justify="right")
    table.add_column(say("interval"), justify="right")
    table.add_column(say("unit"))
    for name, found in comparison.level(package.name).items():
        if math.isnan(found.value):
            continue
        unit = MEASURES[name].unit
        digits = 3 if unit in ("share", "ratio") else 2
        table.add_row(
            say.measure(name),
            number_text(found.value, digits),
            interval(found, 1.0, say, digits),
            say(f"full:{unit}") if say.knows(f"full:{unit}") else unit_text(name, say),
        )
    console.print(table)
    console.print(f"\n{basis(comparison, say)}")
