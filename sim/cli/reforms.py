"""``reforms``: what the model predicts for published reforms, beside what was found."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table

from sim.cli import options
from sim.cli.tables import number_text
from sim.cli.terminal import Counter, give, page, prepare_rules
from sim.errors import BadInput
from sim.machine.draws import check_seed
from sim.reforms.predictions import DRAWS, REPLICATES, Predictions
from sim.reforms.published import FIT, HELD_OUT, ROLES, Finding, Reform
from sim.reforms.published import reforms as published
from sim.study.provenance import as_json
from sim.world import posterior as draws_of
from sim.world.scenario import Scenario

_HUNDRED = 100.0
_HEADS = {
    HELD_OUT: "Held out: the model was not fitted to these.",
    FIT: "Fit: the model was fitted to these, or its result was known before the file was written.",
}
# Comparisons whose numbers are shown in per cent.
_SHARES = ("difference", "relative", "log_ratio", "faded")


def reforms(
    files: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[REFORM]",
            help="Shipped reforms, or paths of files of your own; all shipped ones if none is "
            "given.",
        ),
    ] = None,
    draws: Annotated[
        int, typer.Option("--draws", help="Draws of the calibration that are used.")
    ] = DRAWS,
    replicates: Annotated[
        int, typer.Option("--replicates", help="Runs of each draw.")
    ] = REPLICATES,
    seed: options.Seed = options.SEED,
    workers: options.Workers = None,
    out: options.Out = Path("results"),
    list_: Annotated[
        bool, typer.Option("--list", help="List reforms with their sources; run nothing.")
    ] = False,
    json: options.AsJson = False,
) -> None:
    """Predict what published reforms achieved, with intervals, and compare with what was found."""
    chosen = published(files or ())
    if list_:
        for one in chosen:
            give(f"{one.name:32} {one.role:9} {one.source}: {one.title}")
        return
    drawn = draws_of.posterior()
    if not 1 <= draws <= len(drawn):
        raise BadInput(f"--draws {draws}: expected 1 to {len(drawn)}, as many as were stored")
    if replicates < 1:
        raise BadInput(f"--replicates {replicates}: expected at least 1")
    if workers is not None and workers < 1:
        raise BadInput(f"--workers {workers}: expected at least 1")
    check_seed(seed)
    scenario = Scenario.load(draws_of.CALIBRATED)
    asked = Predictions(chosen, scenario, drawn, draws, replicates, seed, out)
    words = ["zhixing reforms", *(files or ())]
    words += [f"--draws {draws}", f"--replicates {replicates}", f"--seed {seed}"]
    prepare_rules(scenario)
    with Counter("reforms", "runs") as progress:
        asked.run(workers, progress, " ".join(words))
    if json:
        give(as_json(asked.content))
        return
    _tell(asked.content, {one.name: one for one in chosen})
    page().print(f"\nTable: {asked.folder.as_posix()}/reforms.csv", soft_wrap=True)


def _tell(content: Mapping[str, Any], chosen: Mapping[str, Reform]) -> None:
    console = page()
    for role in ROLES:
        rows = [row for row in content["findings"] if row["role"] == role]
        if not rows:
            continue
        console.print(f"{_HEADS[role]}\n")
        shown = Table(box=None, pad_edge=False, padding=(0, 1), header_style="bold")
        shown.add_column("Study", max_width=30)
        shown.add_column("Finding", max_width=30)
        for head in ("found", "predicted", "90 % interval", "inside", "sign"):
            shown.add_column(head, justify="right")
        for row in rows:
            finding = chosen[row["reform"]].finding[row["finding"]]
            shown.add_row(
                row["source"],
                finding.title,
                found_text(finding),
                effect_text(finding, row["predicted"]),
                f"[{effect_text(finding, row['low'])}, {effect_text(finding, row['high'])}]",
                _yes(row["inside"]),
                _yes(row["sign_right"]),
            )
        console.print(shown)
        counted = content["score"][role]
        console.print(
            f"\n{counted['inside']} of {counted['values']} numbers found lie in the predictive "
            f"interval; {counted['signs_right']} of {counted['signs']} signs are right.\n"
        )
        for row in rows:
            finding = chosen[row["reform"]].finding[row["finding"]]
            if row["inside"] is False or row["sign_right"] is False:
                reason = finding.missed or "No reason is recorded."
                console.print(f"Missed: {row['source']}, {finding.title}. {reason}\n")
    console.print(
        "Predicted: median over draws of the calibration. Interval: of the study's estimate, so "
        "with its own error. Numbers are per cent, or percentage points if the unit is a share."
    )


def found_text(finding: Finding) -> str:
    """What was found, as text."""
    if finding.kind == "sign":
        return "above 0" if finding.direction > 0 else "below 0"
    error = finding.standard_error or 0.0
    return f"{effect_text(finding, finding.found or 0.0)} ± {effect_text(finding, error)}"


def effect_text(finding: Finding, value: float | None) -> str:
    """A number of a finding's comparison, as text; None if no draw gives one."""
    if value is None:
        return "n/a"
    if finding.compare in _SHARES:
        return number_text(_HUNDRED * value, 1)
    return number_text(value, 2)


def _yes(held: bool | None) -> str:
    return "" if held is None else "yes" if held else "NO"
