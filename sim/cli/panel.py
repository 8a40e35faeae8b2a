"""``panel``: officers, departments or citizens by month or year, as a table for a regression."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Annotated, Any

import typer

from sim.cli import options
from sim.cli.study_options import Rules, StudyOptions
from sim.cli.terminal import Counter, prepare_rules, say
from sim.errors import BadInput, nearest
from sim.machine.draws import check_seed
from sim.panel import Panel, check_size, panels
from sim.study.experiment import Experiment
from sim.study.files import whole
from sim.study.study import Study
from sim.world.fields import OFFICERS
from sim.world.plan import Plan

CSV, PARQUET = ".csv", ".parquet"
# Columns that identify a panel's rows, and the function from replicate to plan.
_Named = tuple[dict[str, Any], Callable[[int], Plan]]


def _points(study: Study, asked: list[str]) -> list[int]:
    """Numbers of the points asked for, by number or name. Raises BadInput for unknown ones."""
    total = len(study.drawn.points)
    names = study.drawn.names or ()
    found = []
    for text in asked:
        if text in names:
            found.append(names.index(text))
        elif text.isascii() and text.isdigit() and int(text[:9]) < total and len(text) <= 9:
            found.append(int(text))
        else:
            raise BadInput(
                f"--point {text}: expected a number from 0 to {total - 1} or a name"
                f"{nearest(text, names)}"
            )
    return found


def _write(file: Any, suffix: str, tables: Iterator[Any]) -> int:
    """Write tables one after another, in constant memory; returns the number of rows."""
    import pyarrow.parquet as pq
    from pyarrow import csv

    rows, out = 0, None
    for table in tables:
        if out is None:
            # Read by R's nanoparquet too, so in the plain form of the format.
            out = (
                csv.CSVWriter(
                    file, table.schema, write_options=csv.WriteOptions(quoting_style="needed")
                )
                if suffix == CSV
                else pq.ParquetWriter(file, table.schema)
            )
        out.write_table(table)
        rows += table.num_rows
    if out is not None:
        out.close()
    return rows


def panel(
    scenario: Annotated[
        str,
        typer.Argument(
            metavar="[SCENARIO]",
            help="A shipped scenario, or the path of a file; with --point, an experiment.",
        ),
    ] = options.DEFAULT,
    every: Annotated[
        int, typer.Option("--every", min=1, help="Months from one row of an agent to the next.")
    ] = 1,
    fields: Annotated[
        str,
        typer.Option(
            "--fields", metavar="NAME,…", help="Fields to write; if not given, the usual ones."
        ),
    ] = "",
    of: Annotated[
        str,
        typer.Option("--of", metavar="officers|departments|citizens", help="The kind of agents."),
    ] = OFFICERS,
    to: Annotated[
        Path | None,
        typer.Option(
            "--to",
            metavar="FILE",
            help="A file that ends in .parquet or .csv; if not given, panel-SCENARIO.parquet.",
        ),
    ] = None,
    point: Annotated[
        list[str] | None,
        typer.Option(
            "--point",
            metavar="POINT",
            help="A point of an experiment, by number from 0 or by name; repeatable.",
        ),
    ] = None,
    set_: options.Settings = None,
    lever: options.Levers = None,
    seed: Annotated[
        int | None, typer.Option("--seed", help="Seed of all draws.", show_default="1")
    ] = None,
    replicates: Annotated[
        int | None, typer.Option("--replicates", help="Runs of each point.", show_default="1")
    ] = None,
    months: options.Months = None,
    rules: Rules = None,
) -> None:
    """Write agents by month or year, with identifiers of person and post, for regressions."""
    named = [one.strip() for one in fields.split(",") if one.strip()]
    asked = Panel(of, tuple(named), every)
    to = to or Path(f"panel-{Path(scenario).stem}{PARQUET}")
    if to.suffix.lower() not in (CSV, PARQUET):
        raise BadInput(f"--to {to}: expected a name that ends in {PARQUET} or {CSV}")
    if not to.parent.is_dir():
        raise BadInput(f"{to}: no such folder")
    if replicates is not None and replicates < 1:
        raise BadInput(f"--replicates {replicates}: expected at least 1")
    runs: list[_Named]
    if point:
        asked_for = StudyOptions(set_, lever, seed, replicates, months, rules=rules)
        study = _study(scenario, asked_for)
        world, number, draws = study.scenario, study.replicates, study.experiment.seed
        assert world is not None
        runs = [study.panelled(number) for number in _points(study, point)]
        own = list(study.rules.values())
    else:
        world = options.load(scenario, set_, lever, months)
        number, draws = replicates or 1, options.SEED if seed is None else seed
        plan = Plan(world)
        runs = [({}, lambda _: plan)]
        own = []
    check_seed(draws)
    check_size(asked.rows(world) * number * len(runs))
    prepare_rules(world, own, watched=True)
    with Counter("panel") as progress, whole(to) as file:
        rows = _write(file, to.suffix.lower(), _counted(panels(asked, runs, number, draws),
                                                        number * len(runs), progress))  # fmt: skip
    say(f"{rows:,} rows in {to}")


def _study(source: str, asked: StudyOptions) -> Study:
    if Experiment.load(source).scenario is None:
        raise BadInput(f"{source}: runs no scenario")
    # Nothing is stored, so the folder does not matter.
    study = asked.study(source)
    if study.screening is not None and not study.screening.status().complete:
        raise BadInput(f"{source}: its points are known once its screening is done")
    return study


def _counted(
    tables: Iterator[Any], total: int, progress: Callable[[int, int], None]
) -> Iterator[Any]:
    for done, table in enumerate(tables, 1):
        yield table
        progress(done, total)
