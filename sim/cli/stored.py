"""What is stored: ``study status``, ``study effects``, ``study export``, ``sensitivity``.

They run nothing. A study is named by its experiment, or by its folder; a folder that another
version of the program made is read as it is.
"""

import os
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

import typer

from sim.cli import options
from sim.cli.option_group import takes
from sim.cli.study import heading_of, tells_of
from sim.cli.study_options import StudyArgument, StudyOptions
from sim.cli.study_tables import effects_tables, sensitivity_tables
from sim.cli.terminal import give, say
from sim.errors import BadInput
from sim.study.export import FORMATS, content_of, kind_of
from sim.study.files import write_whole
from sim.study.folder import MANIFEST, SCREENING
from sim.study.provenance import as_json, in_short
from sim.study.stored import (
    StoredStudy,
    added_measures,
    differing,
    is_of_other_code,
    stored_replicates,
)
from sim.study.study import Study


def _study_of(source: str, asked: StudyOptions) -> Study:
    """The study, with as many replicates as are stored if none are asked for.

    Raises BadInput if there is no such experiment, or its folder holds another study.
    """
    if os.path.isfile(Path(source) / MANIFEST):
        return _in_folder(Path(source), asked)
    here = asked.study(source)
    folder = here.folder if (here.folder / MANIFEST).is_file() else here.folder / SCREENING
    if is_of_other_code(folder):
        return _of_other_code(here, folder, source, asked.replicates)
    # What ``--measures`` gave when it was run need not be given again to read it.
    own = added_measures(folder, here.experiment) if asked.measures is None else {}
    there = stored_replicates(here.folder)
    if own or (asked.replicates is None and there not in (0, here.replicates)):
        return replace(asked, replicates=asked.replicates or there or None).study(source, own)
    return here


def _in_folder(folder: Path, asked: StudyOptions) -> Study:
    if replace(asked, replicates=None, out=StudyOptions.out) != StudyOptions():
        raise BadInput(f"{folder}: a stored study is read as it is; only --replicates can help")
    return _told(StoredStudy(folder, asked.replicates))


def _of_other_code(here: Study, folder: Path, source: str, replicates: int | None) -> Study:
    """The study as it is stored, if it asked the same."""
    stored = StoredStudy(folder, replicates)
    told = differing(stored.kept_of_it, here.identity if here.screening is None else {})
    if told:
        raise BadInput(
            f"{folder}: holds another study, made by {stored.made_by}: {in_short(told)}. To "
            f"read it, name its folder instead of {source}"
        )
    return _told(stored)


def _told(stored: StoredStudy) -> StoredStudy:
    """Say which version made a stored study, and return the study."""
    say(f"{stored.folder}: made by {stored.made_by}; read as it is stored.")
    return stored


@takes(StudyOptions)
def status(
    study: StudyArgument,
    *,
    asked: StudyOptions,
    json: options.AsJson = False,
) -> None:
    """Show how many runs of a study are done; nothing is run or changed."""
    here = _study_of(study, asked)
    stage = here
    if here.screening is not None and not here.screening.status().complete:
        stage = here.screening
    found = stage.status()
    name = here.experiment.name if stage is here else f"{here.experiment.name}, screening"
    made_by = here.made_by if isinstance(here, StoredStudy) else None
    if json:
        about = {
            "experiment": here.experiment.name,
            "stage": "study" if stage is here else "screening",
            "folder": found.folder.as_posix(),
            "points": found.points,
            "replicates": found.replicates,
            "runs": found.runs,
            "done": found.done,
            "failed": found.failed,
            "bytes": found.bytes,
            "complete": found.complete,
            "gathered": stage.gathered(),
            "made_by": made_by,
        }
        give(as_json(about))
        return
    failed = f", {found.failed:,} of them failed" if found.failed else ""
    how = ""
    if found.complete and not stage.gathered() and made_by is None:
        how = f"; not gathered yet: {asked.spoken(study)} gathers them"
    made = "" if made_by is None else f"; made by {made_by}"
    give(
        f"{name}: {found.done:,} of {found.runs:,} runs done{failed} ({found.points:,} points × "
        f"{found.replicates:,} replicates), {found.bytes / 1e6:.1f} MB in "
        f"{found.folder.as_posix()}{how}{made}"
    )


@takes(StudyOptions)
def effects(
    study: StudyArgument,
    *,
    asked: StudyOptions,
    json: options.AsJson = False,
) -> None:
    """Effects from a stored study, as study run prints them; nothing is run or changed."""
    here = _study_of(study, asked)
    _check_there(here, study)
    try:
        found = here.effects()
    except ValueError as error:
        if isinstance(error, BadInput):
            raise
        raise BadInput(f"{here.folder}: {error}; run zhixing study {study}") from None
    if json:
        give(as_json({**heading_of(here), "effects": found.to_dict("records")}))
        return
    effects_tables(here, found)


def _check_there(here: Study, source: str) -> None:
    if not (here.folder / MANIFEST).is_file():
        raise BadInput(f"{here.folder}: no study there; run zhixing study {source}")


@takes(StudyOptions)
def export(
    study: StudyArgument,
    *,
    to: Annotated[
        Path | None,
        typer.Option(
            "--to",
            metavar="FILE",
            help=f"File to write; its suffix tells the format: {', '.join(FORMATS)}. Without it, "
            "CSV on stdout.",
        ),
    ] = None,
    series: Annotated[
        bool, typer.Option("--series", help="Export monthly series instead of runs.")
    ] = False,
    excel: Annotated[
        bool,
        typer.Option(
            "--excel", help="Begin a CSV file with a byte order mark, by which Excel knows UTF-8."
        ),
    ] = False,
    asked: StudyOptions,
) -> None:
    """Export every run: its settings, replicate and measures, as CSV, Parquet, Excel or Stata."""
    kind = None if to is None else kind_of(to)
    if excel and kind != ".csv":
        raise BadInput("--excel: only with --to FILE.csv")
    if to is not None and not to.parent.is_dir():
        raise BadInput(f"{to}: no such folder")
    here = _study_of(study, asked)
    _check_there(here, study)
    if series and not here.experiment.series:
        raise BadInput(f"{study}: keeps no series; name them under “series”")
    table = here.results(series)
    if to is None or kind is None:
        give(table.to_csv(index=False, lineterminator="\n"))
        return
    write_whole(to, content_of(table, kind, here.experiment.title, excel))
    say(f"{len(table):,} rows in {to}")


@takes(StudyOptions)
def sensitivity(
    experiment: StudyArgument,
    *,
    asked: StudyOptions,
    json: options.AsJson = False,
) -> None:
    """Sensitivity indices from a stored study: effects of factors, alone and together."""
    here = _study_of(experiment, asked)
    if not here.begun():
        raise BadInput(f"{here.folder}: no study there; run zhixing study {experiment}")
    try:
        table = here.sensitivity()
    except ValueError as error:
        if isinstance(error, BadInput):
            raise
        raise BadInput(f"{here.folder}: {error}; run zhixing study {experiment}") from None
    screened = None if here.screening is None else here.screening.sensitivity()
    if not isinstance(here, StoredStudy):
        if not tells_of(here):
            here.gather(asked.spoken(experiment))
        here.store().write("sensitivity.csv", table.to_csv(index=False, lineterminator="\n"))
    if json:
        result: dict[str, Any] = {
            **heading_of(here),
            "sensitivity": table.to_dict("records"),
        }
        if screened is not None:
            result["screening"] = screened.to_dict("records")
        give(as_json(result))
        return
    if screened is not None and here.screening is not None:
        sensitivity_tables(here.screening, screened, "Screening")
    sensitivity_tables(here, table, None)
