"""``calibrate``: fit a scenario to published patterns, and test how reliable the fit is."""

import shlex
from dataclasses import asdict, replace
from pathlib import Path
from typing import Annotated, Any

import pandas as pd
import typer

from sim.calibration.calibration import Calibration
from sim.calibration.evidence import narrowed
from sim.calibration.lever_left_out import left_out
from sim.calibration.patterns import Patterns
from sim.calibration.results import EVIDENCE, Evidence, Results, Without, shipped
from sim.calibration.sampler import LEAST_ESS, MOST_RHAT
from sim.calibration.size import FEW_PARAMETERS, Size
from sim.cli import options
from sim.cli.calibrate_tables import tell
from sim.cli.terminal import Counter, complain, page, prepare_rules
from sim.errors import BadInput
from sim.kinds import listed
from sim.machine.draws import check_seed
from sim.machine.loop import Progress
from sim.study.files import writable_folder, write_whole
from sim.study.progress_by_part import ProgressByPart
from sim.study.provenance import as_json, commit
from sim.version import __version__
from sim.world import posterior

_STANDARD = Size()


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
        tell(shipped(), json)
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
    tell(results, json)
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


def _carried_out(
    fitted: Calibration, command: str, workers: int | None, rounds: ProgressByPart
) -> Results:
    settings = fitted.settings()
    told: dict[str, Any] = {
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
        "point": fitted.point(settings).to_dict("records"),
        "search": fitted.search,
        "misfit": fitted.point_misfit(settings),
        "levers": fitted.levers(fitted.behaviour, fitted.posterior).to_dict("records"),
    }
    evidence = Evidence(
        draws=told["calibrated"]["draws"],
        prior=dict(zip(fitted.patterns.target, fitted.prior_shares().tolist(), strict=True)),
        without=[Without.model_validate(one) for one in left_out(fitted, workers, rounds)],
    )
    return Results(fitted.patterns, fitted.posterior, told, evidence)


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
    evidence = shipped().beside
    if evidence is not None:
        # It tells of behaviour, which stays as it is.
        evidence = evidence.model_copy(update={"draws": now["draws"]})
    return Results(fitted.patterns, draws, told, evidence)


def _ship(results: Results, folder: Path) -> None:
    name = results.patterns.name
    write_whole(folder / f"{name}.json", as_json(results.told).encode())
    write_whole(folder / f"{name}.parquet", _parquet(results.draws))
    if results.beside is not None:
        text = as_json(results.beside.model_dump())
        write_whole(folder / f"{name}{EVIDENCE}", text.encode())


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
