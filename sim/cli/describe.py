"""``check`` and ``scenarios``: the content of a scenario, and the list of shipped scenarios."""

from collections.abc import Iterator
from typing import Annotated

import typer
from rich.table import Table

from sim import shipped
from sim.annotate import annotated
from sim.cli import options, posts_read
from sim.cli.terminal import give, page
from sim.declare import leaf_values
from sim.kinds import CHANNELS
from sim.study.provenance import as_json
from sim.world.levers import Reform, targets
from sim.world.plan import Plan
from sim.world.price import Price, prices
from sim.world.scenario import Scenario

# From this number of posts on, a check does not build the organisation, and counts no citizens.
MANY = 1_000_000


def scenarios(
    json: options.AsJson = False,
) -> None:
    """List the shipped scenarios, each with its question."""
    found = {name: Scenario.load(name) for name in shipped.scenarios()}
    if json:
        about = {
            name: {"title": one.title, "story": one.story, "question": one.question}
            for name, one in found.items()
        }
        give(as_json(about))
        return
    table = Table(box=None, pad_edge=False, show_header=False)
    for name, one in found.items():
        table.add_row(name, one.question)
    page().print(table)


def check(
    scenario: options.ScenarioArgument = options.DEFAULT,
    set_: options.Settings = None,
    lever: options.Levers = None,
    months: options.Months = None,
    full: Annotated[
        bool,
        typer.Option("--full", help="Print the whole scenario as TOML, each number explained."),
    ] = False,
    json: options.AsJson = False,
) -> None:
    """Check a scenario for errors and summarise it."""
    world = options.load(scenario, set_, lever, months)
    if json:
        give(as_json(world.tree()))
    elif full:
        give(annotated(world))
    else:
        _summarise(world)


def _summarise(world: Scenario) -> None:
    console = page()
    first = Plan(world).mechanisms[0, 0]
    console.print(f"{world.name} is sound.\n\n{world.title}: {world.story}\n{world.question}\n")
    table = Table(box=None, pad_edge=False, show_header=False)
    table.add_column(style="bold")
    # Text of wide characters is broken between them rather than cut off.
    table.add_column(overflow="fold")
    for title, text in _organisation(world):
        table.add_row(title, text)
    clock = world.clock
    table.add_row(
        "Time",
        f"{clock.months} months; measured over the last {min(clock.observed, clock.months)}",
    )
    validity = first.view_substance / (first.view_substance + first.view_show)
    table.add_row("Appraisal", f"measures substance to {validity:.0%}, show to {1 - validity:.0%}")
    covered = sum(getattr(world.mechanisms.supervision.coverage, c) for c in CHANNELS[:-2])
    table.add_row(
        "Supervision",
        f"looks at {covered:.1%} of officers a month, besides complaints and press",
    )
    table.add_row("Burden", f"{first.time_taken:.1%} of everybody's time")
    for number, reform in enumerate(world.reform, 1):
        start, end = reform.months or (clock.reform_starts, clock.months)
        where = (
            f"departments {', '.join(_department_names(world, reform.departments))}"
            if reform.departments
            else "everywhere"
        )
        table.add_row(
            f"Reform {number}",
            f"{world.levers[reform.lever].title} at {reform.intensity:g}, months {start} to "
            f"{end}, {where}{_trigger(reform)}",
        )
    for key, one in world.series.items():
        first, end = one.span(clock.months)
        source = f"column {one.column} of {one.file}" if one.file else "values of its own"
        low, high = min(one.values), max(one.values)
        table.add_row(
            "Series",
            f"{key} follows {source} in months {first} to {end}: {low:g} to {high:g}",
        )
    console.print(table)
    console.print()
    _levers(world)
    _remarks(world)


def _department_names(world: Scenario, numbers: tuple[int, ...]) -> list[str]:
    """Names of departments, where a table of posts gives them, else their numbers from 1."""
    names = world.layout.department_names if world.organisation.posts is not None else ()
    return [names[number - 1] if names else str(number) for number in numbers]


def _remarks(world: Scenario) -> None:
    """Print which levers are free, and which give time back, with the reason."""
    told = [remark for price in prices(world) for remark in _remarks_on(price)]
    if told:
        page().print("\nRemarks", style="bold")
    for remark in told:
        page().print(remark)


def _remarks_on(price: Price) -> Iterator[str]:
    if price.is_free:
        also = (
            f"what it moves takes {price.time:.1%} of everybody's time"
            if price.time > 0.0
            else "no reform costs nothing; give it a burden or a cost"
        )
        yield f"{price.lever} is free: it has neither burden nor cost of its own; {also}."
    undocumented = [one for one in price.savings if not one.reason]
    if price.time < 0.0 or undocumented:
        net = "gives back" if price.time < 0.0 else "takes"
        yield f"{price.lever} {net} {abs(price.time):.1%} of everybody's time, complaints aside."
        for one in price.savings:
            reason = one.reason or "no reason is documented"
            yield f"  {one.key} saves {one.time:.1%}: {reason}."


def _trigger(reform: Reform) -> str:
    """By what a reform begins and ends, in words; nothing if by its months alone."""
    told = []
    if reform.start_when is not None:
        wait = f", after a wait of {reform.wait}" if reform.wait else ""
        told.append(f"begins when {reform.start_when}{wait}")
    if reform.stop_when is not None:
        least = f", after at least {reform.at_least} months" if reform.at_least > 1 else ""
        told.append(f"ends when {reform.stop_when}{least}")
    if told and reform.for_months > 1:
        told.append(f"each for {reform.for_months} months in a row")
    return "".join(f"; {one}" for one in told)


def _organisation(world: Scenario) -> Iterator[tuple[str, str]]:
    """Rows (title, text) on the whole organisation and on each tier or department."""
    organisation = world.organisation
    served = int(Plan(world).departments["citizens"].sum()) if world.total_posts < MANY else None
    citizens = "" if served is None else f", {served:,} citizens"
    departments = "department" if world.total_departments == 1 else "departments"
    yield (
        "Organisation",
        f"{world.total_departments:,} {departments}, {world.total_posts:,} officers{citizens}",
    )
    if organisation.posts is not None:
        yield from posts_read.rows(world)
        return
    for tier in organisation.tiers:
        posts = " + ".join(f"{number:,}" for number in tier.ranks)
        units = "unit" if tier.units == 1 else "units"
        departments = "department" if tier.departments == 1 else "departments"
        yield (
            f"  {tier.tier}",
            f"{tier.units:,} {units} of {tier.departments} {departments} of {sum(tier.ranks):,} "
            f"posts ({posts})",
        )


def _levers(world: Scenario) -> None:
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("Lever")
    table.add_column("changes, from the status quo to full strength")
    status_quo = dict(leaf_values(world.mechanisms))
    for name, lever in world.levers.items():
        moves = ", ".join(
            f"{setting} {status_quo[setting]:g} → {target:g}"
            for setting, target in targets(lever, status_quo).items()
        )
        table.add_row(name, moves)
    page().print(table)
