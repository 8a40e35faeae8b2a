"""``reforms``: what the model predicts for published reforms, beside what was found."""

import shlex
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table

from sim import shipped
from sim.calibration.patterns import Patterns
from sim.cli import options
from sim.cli.tables import number_text
from sim.cli.terminal import Counter, give, page, prepare_rules
from sim.errors import BadInput
from sim.machine.draws import check_seed
from sim.reforms.predictions import DRAWS, REPLICATES, Predictions
from sim.reforms.published import FIT, HELD_OUT, ROLES, Finding, Reform
from sim.reforms.published import reforms as published
from sim.reforms.verdict import details, headline, verdict
from sim.study.provenance import as_json
from sim.world import posterior as draws_of
from sim.world.posterior import Posterior
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
    posterior: options.WithPosterior = None,
    scenario: Annotated[
        str | None,
        typer.Option(
            "--scenario",
            help="The scenario in which reforms are run: that to which the draws were fitted, or "
            "one that extends it.",
        ),
    ] = None,
    draws: Annotated[
        int | None,
        typer.Option("--draws", help=f"Draws that are used; if not given, {DRAWS} or all."),
    ] = None,
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
    world, drawn, within = _drawn(posterior, scenario)
    number = min(DRAWS, len(drawn)) if draws is None else draws
    if not 1 <= number <= len(drawn):
        raise BadInput(f"--draws {number}: expected 1 to {len(drawn)}, as many as were stored")
    if replicates < 1:
        raise BadInput(f"--replicates {replicates}: expected at least 1")
    check_seed(seed)
    asked = Predictions(chosen, world, drawn, number, replicates, seed, out, within)
    words = ["zhixing", "reforms", *(files or ()), *options.spoken_posterior(posterior)]
    words += ["--scenario", scenario] if scenario is not None else []
    words += ["--draws", str(number), "--replicates", str(replicates), "--seed", str(seed)]
    options.tell_not_drawn(drawn.about(world))
    prepare_rules(world)
    with Counter("reforms", "runs") as progress:
        asked.run(workers, progress, shlex.join(words))
    if json:
        give(as_json(asked.content))
        return
    _tell(asked.content, {one.name: one for one in chosen})
    page().print(f"\nTable: {asked.folder.as_posix()}/reforms.csv", soft_wrap=True)


def _drawn(
    given: str | None, scenario: str | None
) -> tuple[Scenario, Posterior, tuple[int, int] | None]:
    """The scenario and its draws, and months before measurement and of the status quo."""
    asked = options.asked_posterior(given) or True
    within, fitted = None, draws_of.CALIBRATED
    if asked is not True:
        about = draws_of.calibrated_in(asked)
        within, fitted = (about.burn_in, about.observed), about.scenario
        if scenario is None and fitted not in shipped.scenarios():
            raise BadInput(
                f"--posterior {asked}: fitted to “{fitted}”, which does not ship; name its file by "
                "--scenario"
            )
    source = fitted if scenario is None else scenario
    drawn = draws_of.asked_for(asked, source)
    assert drawn is not None
    if within is None and scenario is not None:
        basis = Patterns.load(draws_of.CALIBRATED)
        within = basis.burn_in, basis.observed
    return Scenario.load(source), drawn, within


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
        for head in ("found", "aim", "predicted", "90 % interval", "inside", "sign"):
            shown.add_column(head, justify="right")
        for row in rows:
            finding = chosen[row["reform"]].finding[row["finding"]]
            shown.add_row(
                row["source"],
                finding.title,
                found_text(finding),
                aim_text(finding),
                effect_text(finding, row["predicted"]),
                f"[{effect_text(finding, row['low'])}, {effect_text(finding, row['high'])}]",
                _yes(row["inside"]),
                _yes(row["sign_right"]),
            )
        console.print(shown)
        console.print(f"\n{headline(content, role)} {verdict(content, role)}\n")
        for text in details(content, list(chosen.values()), role):
            console.print(f"- {text}")
        console.print("")
        for row in rows:
            finding = chosen[row["reform"]].finding[row["finding"]]
            if row["inside"] is False or row["sign_right"] is False:
                reason = finding.missed or "No reason is recorded."
                console.print(f"Missed: {row['source']}, {finding.title}. {reason}\n")
    console.print(
        "Predicted: median over draws of the calibration. Interval: of the study's estimate, so "
        "with its own error. Aim: the direction in which the reform was meant to move the "
        "measure; 0 if an effect is a side effect. Numbers are per cent, or percentage points if "
        "the unit is a share."
    )


def found_text(finding: Finding) -> str:
    """What was found, as text."""
    if finding.kind == "sign":
        return "above 0" if finding.direction > 0 else "below 0"
    error = finding.standard_error or 0.0
    return f"{effect_text(finding, finding.found or 0.0)} ± {effect_text(finding, error)}"


def aim_text(finding: Finding) -> str:
    """The direction in which a reform was meant to move the measure, as a mark."""
    return "" if finding.aim is None else {1: "+", 0: "0", -1: "−"}[finding.aim]


def effect_text(finding: Finding, value: float | None) -> str:
    """A number of a finding's comparison, as text; “n/a” if no draw gives one."""
    if value is None:
        return "n/a"
    if finding.compare in _SHARES:
        return number_text(_HUNDRED * value, 1)
    return number_text(value, 2)


def _yes(held: bool | None) -> str:
    return "" if held is None else "yes" if held else "NO"
