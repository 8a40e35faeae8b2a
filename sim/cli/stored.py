"""What is stored: ``study status``, ``study effects``, ``study export``, ``sensitivity``.

They run nothing. A study is named by its experiment, or by its folder; a folder that another
version of the program made is read as it is.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer

from sim.cli import options
from sim.cli.study import (
    MaybeReplicates,
    MaybeSeed,
    Rules,
    heading_of,
    loaded,
    spoken,
    tells_of,
)
from sim.cli.study_tables import effects_tables, sensitivity_tables
from sim.cli.terminal import give, say
from sim.errors import BadInput
from sim.study.export import FORMATS, content_of, kind_of
from sim.study.files import write_whole
from sim.study.folder import MANIFEST
from sim.study.provenance import as_json, in_short
from sim.study.stored import (
    StoredStudy,
    added_measures,
    differing,
    is_of_other_code,
    stored_replicates,
)
from sim.study.study import SCREENING, Study
from sim.world.own_measures import OwnMeasure

StudyArgument = Annotated[
    str,
    typer.Argument(
        metavar="EXPERIMENT|FOLDER",
        help="A shipped experiment, the path of a file, or the folder of a stored study.",
    ),
]


@dataclass(frozen=True)
class _Asked:
    """Which study is to be read: the words of a command."""

    source: str
    out: Path
    set_: list[str] | None
    lever: list[str] | None
    seed: int | None
    replicates: int | None
    months: int | None
    posterior: str | None
    rules: list[Path] | None
    measures: list[Path] | None

    def study(self) -> Study:
        """The study, with as many replicates as are stored if none are asked for.

        Raises BadInput if there is no such experiment, or its folder holds another study.
        """
        if os.path.isfile(Path(self.source) / MANIFEST):
            return self._in_folder(Path(self.source))
        own = options.own_measures(self.measures)
        here = self._loaded(self.replicates, own)
        folder = here.folder if (here.folder / MANIFEST).is_file() else here.folder / SCREENING
        if is_of_other_code(folder):
            return self._of_other_code(here, folder)
        if self.measures is None:
            # What ``--measures`` gave when it was run need not be given again to read it.
            own = added_measures(folder, here.experiment)
        there = stored_replicates(here.folder)
        if own or (self.replicates is None and there not in (0, here.replicates)):
            return self._loaded(self.replicates or there or None, own)
        return here

    def _loaded(self, replicates: int | None, own: Mapping[str, OwnMeasure]) -> Study:
        return loaded(
            self.source,
            self.out,
            self.set_,
            self.lever,
            self.seed,
            replicates,
            self.months,
            self.posterior,
            self.rules,
            own,
        )

    def _in_folder(self, folder: Path) -> Study:
        given = (self.set_, self.lever, self.seed, self.months, self.posterior)
        given_files = (self.rules, self.measures)
        if any(one is not None for one in (*given, *given_files)):
            raise BadInput(f"{folder}: a stored study is read as it is; only --replicates can help")
        return _told(StoredStudy(folder, self.replicates))

    def _of_other_code(self, here: Study, folder: Path) -> Study:
        """The study as it is stored, if it asked the same."""
        stored = StoredStudy(folder, self.replicates)
        told = differing(stored.kept_of_it, here.identity if here.screening is None else {})
        if told:
            raise BadInput(
                f"{folder}: holds another study, made by {stored.made_by}: {in_short(told)}. To "
                f"read it, name its folder instead of {self.source}"
            )
        return _told(stored)

    def spoken(self) -> str:
        """The command that runs the study."""
        return spoken(
            self.source,
            self.set_,
            self.lever,
            self.seed,
            self.replicates,
            self.months,
            self.posterior,
            self.rules,
            self.measures,
        )


def _told(stored: StoredStudy) -> StoredStudy:
    """The same, after saying which version made it."""
    say(f"{stored.folder}: made by {stored.made_by}; read as it is stored.")
    return stored


def status(
    study: StudyArgument,
    set_: options.Settings = None,
    lever: options.Levers = None,
    seed: MaybeSeed = None,
    replicates: MaybeReplicates = None,
    months: options.Months = None,
    posterior: options.WithPosterior = None,
    rules: Rules = None,
    measures: options.Measures = None,
    out: options.Out = Path("results"),
    json: options.AsJson = False,
) -> None:
    """Show how many runs of a study are done; nothing is run or changed."""
    asked = _Asked(study, out, set_, lever, seed, replicates, months, posterior, rules, measures)
    here = asked.study()
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
        how = f"; not gathered yet: {asked.spoken()} gathers them"
    made = "" if made_by is None else f"; made by {made_by}"
    give(
        f"{name}: {found.done:,} of {found.runs:,} runs done{failed} ({found.points:,} points × "
        f"{found.replicates:,} replicates), {found.bytes / 1e6:.1f} MB in "
        f"{found.folder.as_posix()}{how}{made}"
    )


def effects(
    study: StudyArgument,
    set_: options.Settings = None,
    lever: options.Levers = None,
    seed: MaybeSeed = None,
    replicates: MaybeReplicates = None,
    months: options.Months = None,
    posterior: options.WithPosterior = None,
    rules: Rules = None,
    measures: options.Measures = None,
    out: options.Out = Path("results"),
    json: options.AsJson = False,
) -> None:
    """Effects from a stored study, as study run prints them; nothing is run or changed."""
    asked = _Asked(study, out, set_, lever, seed, replicates, months, posterior, rules, measures)
    here = asked.study()
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


def export(
    study: StudyArgument,
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
    set_: options.Settings = None,
    lever: options.Levers = None,
    seed: MaybeSeed = None,
    replicates: MaybeReplicates = None,
    months: options.Months = None,
    posterior: options.WithPosterior = None,
    rules: Rules = None,
    measures: options.Measures = None,
    out: options.Out = Path("results"),
) -> None:
    """Export every run: its settings, replicate and measures, as CSV, Parquet, Excel or Stata."""
    kind = None if to is None else kind_of(to)
    if excel and kind != ".csv":
        raise BadInput("--excel: only with --to FILE.csv")
    if to is not None and not to.parent.is_dir():
        raise BadInput(f"{to}: no such folder")
    asked = _Asked(study, out, set_, lever, seed, replicates, months, posterior, rules, measures)
    here = asked.study()
    _check_there(here, study)
    if series and not here.experiment.series:
        raise BadInput(f"{study}: keeps no series; name them under “series”")
    table = here.results(series)
    if to is None or kind is None:
        give(table.to_csv(index=False, lineterminator="\n"))
        return
    write_whole(to, content_of(table, kind, here.experiment.title, excel))
    say(f"{len(table):,} rows in {to}")


def sensitivity(
    experiment: StudyArgument,
    set_: options.Settings = None,
    lever: options.Levers = None,
    seed: MaybeSeed = None,
    replicates: MaybeReplicates = None,
    months: options.Months = None,
    posterior: options.WithPosterior = None,
    rules: Rules = None,
    measures: options.Measures = None,
    out: options.Out = Path("results"),
    json: options.AsJson = False,
) -> None:
    """Sensitivity indices from a stored study: effects of factors, alone and together."""
    asked = _Asked(
        experiment, out, set_, lever, seed, replicates, months, posterior, rules, measures
    )
    here = asked.study()
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
            here.gather(asked.spoken())
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
