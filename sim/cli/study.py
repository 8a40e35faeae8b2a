"""``study``, ``sensitivity``, ``experiments``: sweeps that can be resumed, and their results."""

import re
import time
from collections.abc import Mapping
from typing import Annotated, Any

import pandas as pd
import typer

from sim import shipped
from sim.cli import options
from sim.cli.commands import StudyCommands
from sim.cli.option_group import takes
from sim.cli.result_values import dose_results
from sim.cli.study_options import ExperimentArgument, StudyOptions
from sim.cli.study_tables import (
    doubt_tables,
    effects_tables,
    most_pulled,
    reforms_kept,
    told_doses,
    told_failures,
)
from sim.cli.terminal import Counter, give, page, prepare_rules, say
from sim.errors import BadInput
from sim.machine.loop import processors
from sim.measures import MEASURES, whole_of
from sim.study.doubt import BEHAVIOUR, CHANCE, DOUBTS, LEVERS, beside, with_less
from sim.study.experiment import Experiment
from sim.study.folder import Share, manifest
from sim.study.provenance import as_json
from sim.study.study import Study

# Studies that take more hours than this need ``--anyway``.
MOST_HOURS = 24.0
# A part of a study as “N/OF”. Nine digits are enough for any number of jobs.
_PART = re.compile(r"([0-9]{1,9})/([0-9]{1,9})")
_SECONDS_AN_HOUR = 3600.0
FAILED = 1
# What is uncertain under each doubt, in the words of a plan.
_DOUBTS = {CHANCE: "chance alone", BEHAVIOUR: "behaviour", LEVERS: "behaviour and levers"}


study = typer.Typer(
    cls=StudyCommands,
    no_args_is_help=True,
    rich_markup_mode=None,
    help="Run or resume a sweep: zhixing study EXPERIMENT. Also: status, effects, export. All "
    "options: zhixing study run --help.",
)


def _share(text: str | None) -> Share:
    if text is None:
        return (1, 1)
    found = _PART.fullmatch(text)
    if not found or not 1 <= int(found[1]) <= int(found[2]):
        raise BadInput(f"--part {text}: expected N/OF, as in 3/20")
    return int(found[1]), int(found[2])


def duration(seconds: float) -> str:
    """A time in words, rounded as an estimate."""
    if seconds < 90:
        return f"{max(1, round(seconds))} s"
    if seconds < 90 * 60:
        return f"{round(seconds / 60)} min"
    return f"{seconds / _SECONDS_AN_HOUR:.1f} h"


def _seconds_a_run(study: Study) -> float:
    """Seconds that one run takes, measured here on the scenario of the study."""
    model: Any = study.model if study.screening is None else study.screening.model
    points = study.drawn.points if study.screening is None else study.screening.drawn.points
    # The first run also loads compiled code, and is not measured.
    model.runs(points[0], study.experiment.seed, range(1))
    began = time.perf_counter()
    number = 0
    while number < 3 and time.perf_counter() - began < 1.0:
        model.runs(points[0], study.experiment.seed, range(number, number + 1))
        number += 1
    return (time.perf_counter() - began) / number


def _plan(study: Study, workers: int | None, elsewhere: bool) -> tuple[str, float]:
    """Number of runs and time in words, and hours: on this machine, or on one core elsewhere."""
    number = 1 if elsewhere else workers or processors()
    scenario = study.scenario
    assert scenario is not None
    prepare_rules(scenario, study.rules.values())
    doubts = DOUBTS[: 1 + len(with_less(study))]
    runs = study.size() * len(doubts)
    there = _stored_runs(study)
    seconds = (runs - there) * _seconds_a_run(study) / number
    screened = "" if study.screening is None else ", screening included"
    under = ""
    if len(doubts) > 1:
        under = f" under each of {len(doubts)} doubts ({'; '.join(_DOUBTS[one] for one in doubts)})"
    text = (
        f"{study.experiment.name}: {runs:,} runs of {scenario.clock.months} months, "
        f"{study.replicates:,} replicates{under}{screened}"
        f"{f'; {there:,} of them are stored and used again' if there else ''}; about "
        f"{duration(seconds)} on "
        f"{_cores(number, elsewhere)}"
    )
    return text, seconds / _SECONDS_AN_HOUR


def _stored_runs(study: Study) -> int:
    """Number of its runs that are stored, of this form of the study or of an earlier one."""
    if study.screening is not None and not study.screening.begun():
        return 0
    stages = [study.screening] if study.screening is not None else [study]
    if study.screening is not None and study.screening.status().complete:
        stages.append(study)
    try:
        return sum(stage.size() - stage.missing() for stage in stages if stage.begun())
    except BadInput:
        # The folder holds another study, which is said when this one is run.
        return 0


def _cores(number: int, elsewhere: bool) -> str:
    if elsewhere:
        return "one core"
    return f"{number} {'worker' if number == 1 else 'workers'}"


def _check_hours(text: str, hours: float) -> None:
    if hours > MOST_HOURS:
        raise BadInput(
            f"{text}; that is more than {MOST_HOURS:g} h. Use --cluster or --part, make it "
            "smaller, or add --anyway"
        )


def finished(study: Study, workers: int | None, command: str) -> Study:
    """The study after its missing runs, if any, have been done and gathered; ``command`` runs it.

    Raises BadInput if that would take too long, or if runs failed.
    """
    stands = study.standing()
    if stands.kind != "complete" or not tells_of(study):
        (study.screening or study).store()
        text, hours = _plan(study, workers, False)
        _check_hours(text, hours)
        say(f"{text}.")
        with Counter(f"study {study.experiment.name}") as progress:
            study.run(workers, progress=progress, months=progress.month, command=command)
    failed = len(study.failures())
    if failed:
        raise BadInput(
            f"{study.folder}: {failed:,} runs failed, see failures.csv; {command} tells why"
        )
    return study


def tells_of(here: Study) -> bool:
    """Whether the results are gathered, for this number of replicates."""
    kept = manifest(here.folder) or {}
    return here.gathered() and kept.get("replicates") == here.replicates


def heading_of(study: Study) -> dict[str, Any]:
    """The part of a result that describes its origin: experiment, design, seed, version."""
    kept = manifest(study.folder) or {}
    provenance = {**kept.get("identity", {}), **kept}
    experiment = study.experiment
    assert study.scenario is not None
    return {
        "experiment": experiment.name,
        "question": experiment.question,
        "scenario": study.scenario.name,
        "design": experiment.design.model_dump(mode="json"),
        "seed": experiment.seed,
        "points": len(study.drawn.points),
        "replicates": study.replicates,
        **{key: provenance.get(key) for key in ("hash", "version", "commit", "command")},
        "posterior": study.about_draws(),
        "units": {name: MEASURES[whole_of(name)].unit for name in study.model.measures},
        "folder": study.folder.as_posix(),
    }


@takes(StudyOptions)
def run(
    experiment: ExperimentArgument,
    workers: options.Workers = None,
    cluster: options.Cluster = None,
    part: Annotated[
        str | None,
        typer.Option(
            "--part", metavar="N/OF", help="Run one part only, for array jobs that share a folder."
        ),
    ] = None,
    resume: Annotated[
        bool,
        typer.Option("--resume", help="Continue a stored study; an error if there is none."),
    ] = False,
    fresh: Annotated[
        bool, typer.Option("--fresh", help="Discard stored runs and start again.")
    ] = False,
    plan: Annotated[
        bool, typer.Option("--plan", help="Print the number of runs and their time, and stop.")
    ] = False,
    anyway: Annotated[
        bool, typer.Option("--anyway", help=f"Run even if it takes over {MOST_HOURS:g} hours.")
    ] = False,
    *,
    asked: StudyOptions,
    json: options.AsJson = False,
) -> None:
    """Run or resume a sweep; stored runs are not repeated."""
    options.check_where(workers, cluster)
    if resume and fresh:
        raise BadInput("--resume and --fresh: expected one of them")
    share = _share(part)
    here = asked.study(experiment)
    if resume and not here.begun():
        raise BadInput(f"{here.folder}: nothing to resume; leave out --resume to begin")
    if fresh and not plan:
        here.discard()
    if not plan:
        # Errors of the stored study are raised before the time of a run is measured.
        (here.screening or here).store()
    text, hours = _plan(here, workers, cluster is not None)
    told = "\n".join([f"{text}.", *reforms_kept(here)])
    if plan:
        give(told)
        return
    if cluster is None and share == (1, 1) and not anyway:
        _check_hours(text, hours)
    say(told)
    options.tell_not_drawn(here.about_draws())
    command = asked.spoken(experiment)
    with Counter(f"study {here.experiment.name}") as progress:
        here.run(workers, cluster, share, progress, progress.month, command)
    if share != (1, 1):
        give(f"Part {share[0]} of {share[1]} is done. After all parts: {command} gathers results.")
        return
    less = {}
    for doubt, lesser in with_less(here).items():
        study_ = Study(lesser, asked.out, rules=asked.rules or (), by_content=True)
        with Counter(f"study {here.experiment.name}, {doubt}") as progress:
            study_.run(workers, cluster, share, progress, progress.month, command)
        less[doubt] = study_.effects()
    failed = _conclude(here, json, less)
    if failed:
        raise typer.Exit(FAILED)


def _conclude(here: Study, json_alone: bool, less: Mapping[str, pd.DataFrame]) -> int:
    """Write and print the results of a finished study; returns the number of failed runs.

    ``less`` are its effects under less doubt, from the least.
    """
    from sim.study.store import Store

    store: Store = here.store()
    effects = beside(here.effects(), less)
    store.write("effects.csv", effects.to_csv(index=False, lineterminator="\n"))
    result = {**heading_of(here), "effects": effects.to_dict("records")}
    pulled = most_pulled(here)
    result["doses"] = {
        name: dose_results(world, {name: intensity}, chinese=False)[name]
        for name, (world, intensity) in pulled.items()
    }
    kept = None
    if here.screening is not None:
        kept = list(here.kept)
        screened = here.screening.sensitivity()
        store.write("screening.csv", screened.to_csv(index=False, lineterminator="\n"))
        result["screening"] = screened.to_dict("records")
        result["kept"] = kept
    failures = here.failures()
    result["failed"] = failures.to_dict("records")
    store.write("study.json", as_json(result))
    if json_alone:
        give(as_json(result))
    else:
        effects_tables(here, effects)
        doubt_tables(here, effects, list(less))
        told_doses(pulled)
        page().print(f"\nRuns, effects and provenance: {here.folder.as_posix()}", soft_wrap=True)
    if len(failures):
        told_failures(here, failures)
    return len(failures)


def experiments(json: options.AsJson = False) -> None:
    """List the shipped experiments, each with its question."""
    from rich.table import Table

    found = {name: Experiment.load(name) for name in shipped.experiments()}
    if json:
        about = {
            name: {
                "title": one.title,
                "question": one.question,
                "scenario": one.scenario,
                "design": one.design.kind,
            }
            for name, one in found.items()
        }
        give(as_json(about))
        return
    table = Table(box=None, pad_edge=False, show_header=False)
    for name, one in found.items():
        table.add_row(name, one.question)
    page().print(table)
