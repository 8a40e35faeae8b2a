"""``calibrate``: fit a scenario to published patterns, and test how reliable the fit is."""

import shlex
from dataclasses import asdict, replace
from pathlib import Path
from typing import Annotated, Any

import pandas as pd
import typer
from rich.console import Console
from rich.table import Table

from sim.calibration.calibration import Calibration, Rounds
from sim.calibration.evidence import narrowed
from sim.calibration.lever_doubt import MECHANISMS
from sim.calibration.lever_left_out import left_out
from sim.calibration.patterns import Patterns
from sim.calibration.results import Results, shipped
from sim.calibration.sampler import LEAST_ESS, MOST_RHAT
from sim.calibration.size import FEW_PARAMETERS, Size
from sim.cli import options
from sim.cli.tables import number_text
from sim.cli.terminal import Counter, complain, give, page, prepare_rules
from sim.errors import BadInput
from sim.kinds import listed
from sim.machine.draws import check_seed
from sim.machine.loop import Progress
from sim.study.doubt import LEVERS
from sim.study.files import writable_folder, write_whole
from sim.study.provenance import as_json, commit
from sim.version import __version__
from sim.world import posterior

_STANDARD = Size()
_HUNDRED = 100.0
# Settings shown for each pattern that identifies them.
_MOST_SHOWN = 4


def calibrate(
    patterns: Annotated[
        str, typer.Argument(metavar="[PATTERNS]", help="Shipped patterns, or the path of a file.")
    ] = posterior.CALIBRATED,
    candidates: Annotated[
        int | None,
        typer.Option(
            "--candidates",
            help=f"Candidates per round, a power of two; if not given, {_STANDARD.candidates:,}, "
            f"or fewer for at most {FEW_PARAMETERS} parameters, as all numbers below.",
        ),
    ] = None,
    draws: Annotated[
        int | None,
        typer.Option("--draws", help="Draws of the posterior that are run and stored."),
    ] = None,
    trials: Annotated[int | None, typer.Option("--trials", help="Recovery trials.")] = None,
    generations: Annotated[
        int | None,
        typer.Option("--generations", help="Generations of the search that checks the fit."),
    ] = None,
    seed: options.Seed = options.SEED,
    workers: options.Workers = None,
    out: options.Out = Path("results"),
    ship: Annotated[
        Path | None,
        typer.Option("--ship", metavar="DIR", help="Also write the files to be shipped to DIR."),
    ] = None,
    levers: Annotated[
        bool,
        typer.Option(
            "--levers",
            help="Draw levers anew for the shipped draws of behaviour, with their size and seed; "
            "nothing is fitted.",
        ),
    ] = False,
    show: Annotated[
        bool, typer.Option("--show", help="Show the shipped calibration; run nothing.")
    ] = False,
    json: options.AsJson = False,
) -> None:
    """Fit behaviour to published patterns; an interrupted calibration is resumed."""
    if show:
        if patterns != posterior.CALIBRATED:
            raise BadInput(f"--show: only “{posterior.CALIBRATED}” ships")
        _tell(shipped(), json)
        return
    check_seed(seed)
    basis = Patterns.load(patterns)
    asked = {
        "candidates": candidates,
        "draws": draws,
        "trials": trials,
        "generations": generations,
    }
    given = {name: value for name, value in asked.items() if value is not None}
    size = replace(Size.of(basis), **given)
    size.check()
    stored = _stored(patterns) if levers else {}
    if stored:
        size, seed = Size(**stored["size"]), stored["seed"]
    counters: list[Counter] = []

    def rounds(name: str) -> Progress:
        if counters:
            counters.pop().__exit__(None, None, None)
        counters.append(Counter(f"calibrate {name}", "runs").__enter__())
        return counters[-1]

    fitted = Calibration(basis, out, size, seed, workers, rounds)
    writable_folder(fitted.folder)
    prepare_rules(fitted.scenario)
    try:
        results = (
            _redrawn(fitted, stored)
            if levers
            else _carried_out(fitted, _spoken(patterns, given, size, seed), workers, rounds)
        )
    finally:
        for counter in counters:
            counter.__exit__(None, None, None)
    _write(results, fitted.folder)
    if ship is not None:
        _ship(results, writable_folder(ship))
    _tell(results, json)
    if not json:
        page().print(f"\nDraws, tables and picture: {fitted.folder.as_posix()}", soft_wrap=True)
    _exit_if_unsettled(results)


def _spoken(patterns: str, given: dict[str, int], size: Size, seed: int) -> str:
    """The command that reproduces these results."""
    words = ["zhixing", "calibrate", patterns]
    for name, value in ({"candidates": size.candidates} | given | {"seed": seed}).items():
        words += [f"--{name}", str(value)]
    return shlex.join(words)


def _exit_if_unsettled(results: Results) -> None:
    unsettled = results.unsettled()
    if unsettled:
        names = listed(unsettled, "and")
        complain(
            f"the chains have not converged: split R̂ above {MOST_RHAT:g} or effective sample size "
            f"below {LEAST_ESS:g} for {names}. Give more --candidates, or narrower priors"
        )
        raise typer.Exit(1)
    if len(results.uninformed()) == len(results.told["parameters"]):
        complain(
            "the fit never left its priors: no parameter is informed by these targets. Give more "
            "of them, or narrower tolerances"
        )
        raise typer.Exit(1)


def _carried_out(fitted: Calibration, command: str, workers: int | None, rounds: Rounds) -> Results:
    settings = fitted.settings()
    told = {
        "calibrated": fitted.calibrated(fitted.posterior),
        "command": command,
        "seed": fitted.seed,
        "version": __version__,
        "commit": commit(),
        "size": asdict(fitted.size),
        "settings": settings,
        "parameters": fitted.parameters().to_dict("records"),
        "recovery": fitted.recovery().to_dict("records"),
        "evidence": narrowed(fitted.evidence()).to_dict("records"),
        "point": fitted.point(settings).assign(prior=fitted.prior_shares()).to_dict("records"),
        "search": fitted.search,
        "misfit": fitted.point_misfit(settings),
        "levers": fitted.levers(fitted.behaviour, fitted.posterior).to_dict("records"),
        "without": left_out(fitted, workers, rounds).to_dict("records"),
    }
    return Results(fitted.patterns, fitted.posterior, told)


def _stored(patterns: str) -> dict[str, Any]:
    if patterns != posterior.CALIBRATED:
        raise BadInput(f"--levers: only draws of “{posterior.CALIBRATED}” ship")
    return posterior.told()


def _redrawn(fitted: Calibration, told: dict[str, Any]) -> Results:
    """The shipped calibration with its levers drawn anew."""
    behaviour = posterior.table()[[one.name for one in fitted.factors]]
    draws = fitted.with_levers(behaviour)
    levers = fitted.levers(behaviour, draws).to_dict("records")
    now = fitted.calibrated(draws)
    # The scenario before the fit is that of the fit, not the one that its result was written into.
    calibrated = {**now, **told.get("calibrated", {}), "draws": now["draws"]}
    told = {**told, "calibrated": calibrated, "levers": levers}
    return Results(fitted.patterns, draws, told)


def _ship(results: Results, folder: Path) -> None:
    name = results.patterns.name
    write_whole(folder / f"{name}.json", as_json(results.told).encode())
    write_whole(folder / f"{name}.parquet", _parquet(results.draws))


def _parquet(draws: pd.DataFrame) -> bytes:
    import io

    import pyarrow as pa

    from sim.study import parquet

    file = io.BytesIO()
    parquet.write(file, pa.Table.from_pandas(draws, preserve_index=False).replace_schema_metadata())
    return file.getvalue()


def _write(results: Results, folder: Path) -> None:
    from sim.drawing import calibration, style

    _ship(results, folder)
    for name in ("targets", "parameters"):
        table: pd.DataFrame = getattr(results, name)()
        text = table.to_csv(index=False, lineterminator="\n")
        write_whole(folder / f"{name}.csv", text.encode())
    about = {key: str(results.told[key]) for key in ("version", "commit", "command")}
    drawn = calibration.draw(results)
    for kind in style.FORMATS:
        write_whole(folder / f"calibration.{kind}", style.render(drawn, kind, about))
    caption = calibration.caption(results, str(results.told["command"]))
    write_whole(folder / "calibration.caption.txt", caption.encode())


def _tell(results: Results, json_alone: bool) -> None:
    if json_alone:
        content: dict[str, Any] = {
            **results.told,
            "draws": len(results.draws),
            "targets": results.targets().to_dict("records"),
            "parameters": results.parameters().to_dict("records"),
        }
        give(as_json(content))
        return
    console = page()
    targets = results.targets()
    table = Table(box=None, pad_edge=False, padding=(0, 1), header_style="bold")
    table.add_column("Target", max_width=34)
    priors = targets["prior"].notna().all()
    for name in ("found", "model", "90 % of draws", "draws", *(["prior"] if priors else []), ""):
        table.add_column(name, justify="right")
    for row in targets.to_dict("records"):
        table.add_row(
            f"{row['pattern']}  {row['title']}",
            f"{_number(row['from'])} to {_number(row['to'])}",
            _number(row["value"]),
            f"[{_number(row['low'])}, {_number(row['high'])}]",
            f"{_HUNDRED * row['share']:.0f} %",
            *([f"{_HUNDRED * row['prior']:.0f} %"] if priors else []),
            _standing(row),
        )
    console.print(table)
    shares = " Prior: the same share of candidates from the whole prior." if priors else ""
    console.print(
        f"\nThe fitted settings reach {results.counted()}. Draws: share of the "
        f"{len(results.draws)} draws of the posterior that reach a target.{shares}\n"
    )
    for row in targets[targets["held"] != ""].to_dict("records"):
        console.print(f"Cannot be missed: {row['title']}: {row['held']}.\n")
    for row in targets[~targets["reached"]].to_dict("records"):
        console.print(f"Missed: {row['title']}. {row['missed'] or 'No reason is recorded.'}\n")
    table = Table(box=None, pad_edge=False, padding=(0, 1), header_style="bold")
    for name in (
        "Parameter",
        "fitted",
        "90 % interval",
        "prior",
        "width",
        "identified",
        "recovery",
    ):
        table.add_column(name, justify="left" if name == "Parameter" else "right")
    for row in results.parameters().to_dict("records"):
        table.add_row(
            row["parameter"],
            _number(results.told["settings"][row["parameter"]]),
            f"{_number(row['low'])} to {_number(row['high'])}",
            f"{_number(row['prior_low'])} to {_number(row['prior_high'])}",
            f"{row['width']:.2f}",
            row["identified"],
            f"{_HUNDRED * row['coverage']:.0f} %",
        )
    console.print(table)
    _tell_evidence(results)
    _tell_without(results)
    recovery = pd.DataFrame(results.told["recovery"])
    console.print(
        "\nWidth: the interval's width over that of the prior; near 1, the patterns do not "
        "constrain the parameter. Recovery: how often a 90 % interval contained the true value in "
        f"{int(recovery['trials'].iloc[0])} trials on simulated data; "
        f"{_HUNDRED * recovery['coverage'].mean():.1f} % over all parameters."
    )
    known = results.parameters()
    if "rhat" in known and known["rhat"].notna().all():
        console.print(
            f"Chains: split R̂ at most {known['rhat'].max():.3f}, effective sample size at least "
            f"{known['ess'].min():,.0f}."
        )
    doubted = results.told.get("levers", [])
    if doubted:
        console.print(_about_levers(doubted))
    _tell_priors(console, results)
    search = results.told["search"]
    console.print(
        f"Sum of squared misfits: {_number(results.told['misfit'])} for the fitted settings, "
        f"{_number(search['misfit'])} for the best settings that differential evolution found."
    )


def _standing(row: dict[Any, Any]) -> str:
    """Whether a target is missed or reached, or not counted since it cannot be missed."""
    if not row["reached"]:
        return "MISSED"
    return "not counted" if row["held"] else "reached"


def _tell_evidence(results: Results) -> None:
    """For each pattern, the settings that it identifies."""
    found = results.evidence()
    if not any(found.values()):
        return
    table = Table(box=None, pad_edge=False, padding=(0, 1), header_style="bold")
    table.add_column("Pattern")
    table.add_column("narrows the interval of (width without it, with it)")
    for pattern, rows in found.items():
        said = [
            f"{row['parameter']} ({row['without']:.2f}, {row['width']:.2f})"
            for row in rows[:_MOST_SHOWN]
        ]
        table.add_row(pattern, ", ".join(said) or "none")
    page().print("")
    page().print(table)


def _tell_without(results: Results) -> None:
    """Effects of levers by fits without the targets in which they are moved."""
    found = results.without()
    if not found:
        return
    table = Table(box=None, pad_edge=False, padding=(0, 1), header_style="bold")
    table.add_column("Fitted without targets of")
    heads = ("effect on execution", "95 % of draws", "raises", "levers drawn", "raises")
    for head in heads[: 3 if all(LEVERS not in one for one in found.values()) else None]:
        table.add_column(head, justify="right")
    for lever, doubts in found.items():
        cells = []
        for one in doubts.values():
            low, high = (number_text(_HUNDRED * one[end], 1) for end in ("low", "high"))
            cells += [number_text(_HUNDRED * one["effect"], 1), f"[{low}, {high}]"]
            cells.append(f"{_HUNDRED * one['raises']:.0f} %")
        table.add_row(lever, *cells[:3], *cells[4:])
    page().print("")
    page().print(table)


def _about_levers(doubted: list[dict[str, Any]]) -> str:
    """What was drawn of levers, and how often intervals contained the true value, as a sentence."""
    starts = [one for one in doubted if one["parameter"].startswith(MECHANISMS)]
    levers = [one for one in doubted if one not in starts]
    told = []
    for rows, what in ((levers, "values of levers"), (starts, "settings where levers start")):
        if rows:
            shares = [_HUNDRED * one["coverage"] for one in rows]
            told.append(
                f"{len(rows)} {what} (coverage {min(shares):.0f} to {max(shares):.0f} % in "
                f"{rows[0]['trials']} trials)"
            )
    return (
        f"Drawn with behaviour: {' and '.join(told)}. No target tells of values of levers, so "
        "their posterior is their prior, and coverage checks the draw alone."
    )


def _tell_priors(console: Console, results: Results) -> None:
    """Print which parameters no evidence informs, and which lie against an end of the prior."""
    uninformed, edges = results.uninformed(), results.at_edges()
    if uninformed:
        console.print(
            f"No evidence informs {listed(uninformed, 'and')}: posterior and prior are about as "
            "wide. Their draws are those of the prior."
        )
    if edges:
        console.print(
            f"Against an end of the prior: {listed(edges, 'and')}. The evidence may ask for values "
            "beyond it; widen the prior if they make sense."
        )


def _number(value: float) -> str:
    """A number with three significant digits."""
    if value in (float("inf"), float("-inf")):
        return "−∞" if value < 0 else "∞"
    text = f"{abs(value):.3g}"
    return number_text(value, len(text.partition(".")[2])) if "e" not in text else text
