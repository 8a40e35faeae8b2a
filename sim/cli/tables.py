"""Results as tables for people."""

import math

from rich.console import Console
from rich.table import Table

from sim.calibration.ranking import Ranking
from sim.measures import MEASURES
from sim.study.broken_down import whole_of
from sim.study.campaign import campaigns
from sim.study.compare import Comparison
from sim.study.estimate import Estimate
from sim.study.package import ALL_LEVERS

# Shares are shown in hundredths.
_HUNDRED = 100.0
_MINUS = "−"


def scale_of(measure: str) -> float:
    """What a measure is multiplied by to be shown: shares come in hundredths."""
    return _HUNDRED if MEASURES[whole_of(measure)].unit == "share" else 1.0


def unit_of(measure: str) -> str:
    """The unit a measure is shown in."""
    unit = MEASURES[whole_of(measure)].unit
    short = {"share": "% points", "per 100 officer-years": "per 100 o.-y."}
    return short.get(unit, unit)


def number_text(value: float, digits: int = 1, sign: bool = False) -> str:
    """A number with a true minus sign; “n/a” where it is none."""
    if math.isnan(value):
        return "n/a"
    text = f"{abs(value):.{digits}f}"
    zero = float(text) == 0.0
    if value < 0 and not zero:
        return _MINUS + text
    return f"+{text}" if sign and not zero else text


def interval_text(low: float, high: float, scale: float, digits: int = 1) -> str:
    """An interval in brackets; words where there is none."""
    if math.isnan(low):
        return "no interval"
    return f"[{number_text(scale * low, digits)}, {number_text(scale * high, digits)}]"


def _interval(found: Estimate, scale: float, digits: int = 1) -> str:
    return interval_text(found.low, found.high, scale, digits)


def _effect(found: Estimate, measure: str) -> str:
    scale = scale_of(measure)
    effect = number_text(scale * found.value, sign=True)
    agreement = f"{_HUNDRED * found.agreement:.0f} %"
    return f"{effect}  {agreement}\n{_interval(found, scale)}"


def _level(found: Estimate, measure: str) -> str:
    scale = scale_of(measure)
    return f"{number_text(scale * found.value)}\n{_interval(found, scale)}"


def _table(first: str) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 1), header_style="bold")
    table.add_column(first, max_width=17)
    return table


def _basis(comparison: Comparison) -> str:
    clock = comparison.packages[0].scenario.clock
    observed = min(clock.observed, clock.months)
    runs = "replicate" if comparison.replicates == 1 else "replicates"
    if comparison.draws:
        runs = f"{runs} over {min(comparison.draws, comparison.replicates)} draws of the posterior"
    return (
        f"{comparison.replicates} {runs} on common draws, seed {comparison.seed}; mean of the last "
        f"{observed} of {clock.months} months."
    )


def effects_table(
    console: Console, comparison: Comparison, measures: tuple[str, ...], largest_first: bool
) -> None:
    """Effect of each package on each measure, with interval and agreement of signs."""
    reference, *others = comparison.packages
    found = {package.name: comparison.effect(package.name) for package in others}
    if largest_first:
        others.sort(
            key=lambda package: (
                package.name != ALL_LEVERS,
                -found[package.name]["execution_rate"].value,
            )
        )
    table = _table("")
    for name in measures:
        table.add_column(f"{MEASURES[name].title}\n{unit_of(name)}", justify="right")
    level = comparison.level(reference.name)
    table.add_row(reference.title, *(_level(level[name], name) for name in measures), style="dim")
    for package in others:
        cells = (_effect(found[package.name][name], name) for name in measures)
        table.add_row(package.title, *cells)
    console.print(table)
    of, interval = "replicates", "95 % interval"
    if comparison.draws:
        of, interval = "draws", "the range of 95 % of draws"
    console.print(
        f"\nFirst row: levels. Below it: difference from that row, share of {of} whose sign "
        f"agrees, {interval}.\n{_basis(comparison)}"
    )


def ranking_table(console: Console, ranking: Ranking) -> None:
    """How the ranking of levers fares over draws of a posterior, and what survives them."""
    table = _table("\nOver all draws")
    heads = ("raises\nexecution", "does\nmost", "rank,\n95 %", "goes most\nwith", "rank\ncorr.")
    for name in heads:
        table.add_column(name, justify="right")
    titles = dict(zip(ranking.names, ranking.titles, strict=True))
    for row in ranking.table().to_dict("records"):
        table.add_row(
            titles[row["package"]],
            f"{_HUNDRED * row['raises']:.0f} %",
            f"{_HUNDRED * row['first']:.0f} %",
            f"{row['low_rank']} to {row['high_rank']}",
            row["driver"],
            number_text(row["correlation"], 2),
        )
    console.print(table)
    console.print("\nWhat holds in at least 95 % of draws:")
    for text in ranking.statements():
        console.print(f"  {text}")


def campaign_lines(console: Console, comparison: Comparison) -> None:
    """What campaigns among the packages gained, and what is left a year after they ended."""
    titles = {package.name: package.title for package in comparison.packages}
    for name, found in campaigns(comparison).items():
        gain = f"{number_text(_HUNDRED * found.at_end, sign=True)} points of execution at its end"
        later = f"{number_text(_HUNDRED * found.year_later, sign=True)} a year later"
        left = ""
        if found.at_end > 0:
            low, high = (f"{_HUNDRED * end:.0f}" for end in (found.left_low, found.left_high))
            left = f" ({_HUNDRED * found.left:.0f} % left; 95 % {low} to {high})"
        console.print(f"{titles[name]} ended in month {found.end}: {gain}, {later}{left}.")


def levels_table(console: Console, comparison: Comparison) -> None:
    """Every measure of one package, with interval."""
    package = comparison.packages[0]
    console.print(f"{package.scenario.title}: {package.scenario.story}\n", soft_wrap=True)
    table = _table("Measure")
    table.columns[0].max_width = 30
    table.add_column("Mean", justify="right")
    table.add_column("95 % interval", justify="right")
    table.add_column("Unit")
    for name, found in comparison.level(package.name).items():
        if math.isnan(found.value):
            continue
        measure = MEASURES[name]
        digits = 3 if measure.unit in ("share", "ratio") else 2
        table.add_row(
            measure.title,
            number_text(found.value, digits),
            _interval(found, 1.0, digits),
            measure.unit,
        )
    console.print(table)
    console.print(f"\n{_basis(comparison)}")
