"""A study: runs an experiment, stores it in a folder, and computes effects and sensitivity.

study = Study.load("lever_effects").run()
study.effects()
"""

import warnings
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import pandas as pd

from sim.errors import BadInput
from sim.machine.loop import Progress, quiet
from sim.panel import Panel, check_size, panels
from sim.study.carry_out import carry_out
from sim.study.cluster import connect
from sim.study.designs import MORRIS
from sim.study.effects import effects
from sim.study.experiment import Experiment
from sim.study.files import drop, is_link, refuse_link, safe_name
from sim.study.folder import (
    FAILURES,
    MANIFEST,
    RUNS,
    SCREENING,
    SERIES,
    TOLD,
    Share,
    discard,
    holds_a_study,
    manifest,
)
from sim.study.notebook import progress_of
from sim.study.prepared import Prepared
from sim.study.provenance import code, digest
from sim.study.sensitivity import sensitivity
from sim.study.standing import Standing, Status
from sim.study.store import Store, pending_runs

if TYPE_CHECKING:
    from sim.drawing.effects_plot import Shown

_ALL: Share = (1, 1)
# Characters of an identity's hash in the name of a folder.
_SHORT = 10


class Study(Prepared):
    """An experiment and the folder that stores its runs, ``out`` / its name.

    With ``by_content``, a hash of everything that determines the runs is added to the folder's
    name, so that other settings, another seed or other code have another folder.

    ``function``, if given, replaces the scenario. It is called with the values of the factors by
    name, the seed and the replicate, and returns the measures in the experiment's order. Its stored
    runs belong to its code, its default arguments, the values it uses and the user's functions it
    calls; see ``sim.study.fingerprint``. ``rules`` are files with rules of decision that the
    experiment may name as ``decide``, such as ``"own.py:satisfice"``, or with functions that its
    measures name; a file that is not given here is not run. Raises BadInput if anything is not
    valid, before a run.

    >>> import tempfile
    >>> from sim import Experiment, Study
    >>> asked = {
    ...     "title": "Doses",
    ...     "question": "Does supervision help?",
    ...     "scenario": "bureau",
    ...     "months": 24,
    ...     "replicates": 2,
    ...     "measures": ["execution_rate"],
    ...     "design": {"kind": "grid"},
    ...     "factor": {"supervision": {"values": [0.0, 1.0]}},
    ... }
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     study = Study(Experiment.from_tree(asked, "doses", "here"), folder).run(workers=1)
    ...     study.results()[["supervision", "replicate"]].shape
    (4, 2)
    """

    def __init__(
        self,
        experiment: Experiment,
        out: str | Path = "results",
        function: Callable[..., Sequence[float]] | None = None,
        where: str | None = None,
        by_content: bool = False,
        rules: Sequence[str | Path] = (),
    ) -> None:
        self.folder = Path(out) / safe_name(experiment.name)
        screen = getattr(experiment.design, "screen", None)
        screening: Study | None = None
        if screen is not None:
            first = {"kind": MORRIS, **screen.model_dump(exclude={"keep"})}
            stage = experiment.replace(design=first)
            screening = Study(stage, out, function, where, rules=rules)
            screening.folder = self.folder / SCREENING
        super().__init__(experiment, function, where or experiment.name, rules, screening)
        if by_content:
            told = digest({**code(), **self.identity})[:_SHORT]
            self.folder = self.folder.with_name(f"{self.folder.name}-{told}")

    @classmethod
    def load(
        cls,
        source: str | Path,
        out: str | Path = "results",
        function: Callable[..., Sequence[float]] | None = None,
        rules: Sequence[str | Path] = (),
        **changes: Any,
    ) -> Self:
        """Load an experiment by shipped name or path, with some entries changed.

        Raises BadInput if anything is not valid.
        """
        experiment = Experiment.load(source)
        if changes:
            experiment = experiment.replace(**changes)
        return cls(experiment, out, function, str(source), rules=rules)

    def store(self) -> Store:
        """The store of its runs. Raises BadInput if the folder contains another study."""
        return Store(
            self.folder,
            self.identity,
            self.work.order(self.replicates),
            self.drawn.points,
            self.model.measures,
            self.model.columns,
            self.model.months,
            self._origin(),
        )

    def run(
        self,
        workers: int | None = None,
        cluster: str | None = None,
        part: Share = _ALL,
        progress: Progress | None = None,
        months: Progress = quiet,
        command: str = "",
        keep_failures: bool = True,
    ) -> Self:
        """Do all missing runs, and gather the results.

        Runs are done by ``workers`` processes (as many as processors if None), or on the Dask
        cluster at the address ``cluster``. ``part`` (n, of how many) does only that share of the
        chunks and does not gather, so that several jobs can work in one folder. A run that raises
        is stored as failed, with a warning; without ``keep_failures`` RunFailed is raised, and the
        run is tried again next time. KeyboardInterrupt passes through, and finished chunks stay
        stored. A notebook shows progress where no ``progress`` is given. Raises BadInput if the
        folder or the cluster cannot be used.
        """
        if progress is None:
            progress = progress_of(self.experiment.name)
        if self.screening is not None:
            refuse_link(self.screening.folder)
            self.screening.run(workers, cluster, part, progress, months, command)
            if part != _ALL and not self.screening.status().complete:
                return self
        store = self.store()
        client = connect(cluster) if cluster is not None else None
        try:
            with store.open(None if part == _ALL else part):
                carry_out(
                    self.work,
                    store,
                    self.replicates,
                    workers,
                    client,
                    part,
                    progress,
                    months,
                    keep_failures,
                )
                failed = self._conclude(store, command) if part == _ALL else 0
        finally:
            if client is not None:
                client.close()
        # A command says so itself.
        if failed and not command:
            runs = "run" if failed == 1 else "runs"
            warnings.warn(
                f"{self.folder}: {failed:,} {runs} failed, without values; failures() and "
                f"{FAILURES} tell why",
                stacklevel=2,
            )
        return self

    def gather(self, command: str = "") -> Self:
        """Gather a complete study and write its provenance, as ``run`` does at its end.

        Nothing is run. Raises BadInput if runs are missing, if another process is working in the
        folder, or if it cannot be written.
        """
        if self.screening is not None:
            refuse_link(self.screening.folder)
            self.screening.gather(command)
        if manifest(self.folder) is None:
            raise BadInput(f"{self.folder}: no study there")
        store = self.store()
        with store.open():
            lacking = pending_runs(store.missing(self.replicates))
            if lacking:
                raise BadInput(f"{self.folder}: {lacking:,} runs are missing")
            self._conclude(store, command)
        return self

    def _conclude(self, store: Store, command: str) -> int:
        """Gather results and write their provenance. Returns the number of runs that failed."""
        store.compact()
        failed = self._write_failures(store)
        store.conclude(store.provenance(command, self.replicates))
        return failed

    def gathered(self) -> bool:
        """Whether all runs are gathered into tables and the manifest has their provenance."""
        kept = manifest(self.folder) or {}
        told = all(kept.get(key) for key in ("hash", "commit"))
        # A provenance written before the last replicates were added does not cover them.
        enough = told and kept.get("replicates", 0) >= self.replicates
        earlier = self.screening is None or self.screening.gathered()
        return enough and earlier and self.store().gathered()

    def _write_failures(self, store: Store) -> int:
        failures = self.failures()
        if len(failures):
            store.write(FAILURES, failures.to_csv(index=False, lineterminator="\n"))
        else:
            drop(store.folder / FAILURES)
        return len(failures)

    def failures(self) -> pd.DataFrame:
        """Failed runs: point, its label, replicate, seed and error."""
        runs = self.store().runs(["error"])
        found = runs[runs["error"].notna()]
        return pd.DataFrame(
            {
                "point": found["point"],
                "label": [self.drawn.label(int(point)) for point in found["point"]],
                "replicate": found["replicate"],
                "seed": self.experiment.seed,
                "error": found["error"],
            }
        ).reset_index(drop=True)

    def discard(self) -> None:
        """Delete the study's files; other files, and targets of links, stay.

        Raises BadInput if the folder contains no study or another process is working there.
        """
        refuse_link(self.folder)
        if self.folder.exists() and any(self.folder.iterdir()) and not self._holds_a_study():
            raise BadInput(f"{self.folder}: holds no study; nothing is discarded")
        screening = self.folder / SCREENING
        if is_link(screening):
            discard([self.folder], (FAILURES, *TOLD))
            drop(screening)
        else:
            discard([screening, self.folder], (FAILURES, *TOLD))

    def _holds_a_study(self) -> bool:
        """Whether the folder contains a study; the target of a link does not count."""
        screening = self.folder / SCREENING
        names = (FAILURES, *TOLD, RUNS, SERIES, SCREENING)
        return holds_a_study(self.folder, names) or (
            not is_link(screening) and (screening / MANIFEST).is_file()
        )

    def begun(self) -> bool:
        """Whether its folder contains any of its runs."""
        return manifest(self.folder) is not None or (
            self.screening is not None and self.screening.begun()
        )

    def status(self) -> Status:
        """Progress of the study; reads all files and changes nothing."""
        store = self.store()
        runs = store.runs(["error"]) if manifest(self.folder) is not None else pd.DataFrame()
        mine = runs[runs["replicate"] < self.replicates] if len(runs) else runs
        size = sum(path.stat().st_size for path in self.folder.rglob("*") if path.is_file())
        return Status(
            self.folder,
            len(self.drawn.points),
            self.replicates,
            len(self.drawn.points) * self.replicates,
            len(mine),
            int(mine["error"].notna().sum()) if len(mine) else 0,
            size,
        )

    def standing(self) -> Standing:
        """Whether all runs are stored, and belong to the present code and settings."""
        stage = self
        try:
            if not self.begun():
                return Standing("missing", f"{self.folder}: no study there")
            if self.screening is not None and not self.screening.status().complete:
                stage = self.screening
            found = stage.status()
        except BadInput as error:
            return Standing("stale", str(error))
        done = f"{found.done:,} of {found.runs:,} runs"
        if stage is not self or not found.complete:
            screening = "" if stage is self else " of its screening"
            return Standing("partial", f"{self.folder}: {done}{screening} are there")
        if found.failed:
            return Standing("failed", f"{self.folder}: {found.failed:,} of {done} failed")
        if not self.gathered():
            return Standing("ungathered", f"{self.folder}: {done} are there, but not gathered")
        return Standing("complete", f"{self.folder}: {done} are there")

    def runs(self, series: bool = False) -> pd.DataFrame:
        """All stored runs of its replicates, as they are stored; with ``series``, by month."""
        store = self.store()
        found = store.series() if series else store.runs()
        return found[found["replicate"] < self.replicates].reset_index(drop=True)

    def results(self, series: bool = False) -> pd.DataFrame:
        """All runs, sorted: point, its factors or name, replicate, key, error and measures.

        With ``series``, monthly measures; a row for each run and month.
        """
        runs = self.runs(series)
        points = runs["point"].to_numpy()
        for place, (name, column) in enumerate(self.levels().items()):
            runs.insert(1 + place, name, column[points])
        return runs

    def effects(self) -> pd.DataFrame:
        """Effects that the design can estimate, with intervals and adjusted p-values.

        See ``sim.study.effects``. Raises ValueError if runs are missing.
        """
        return effects(self.drawn, self.runs(), self.draw_count)

    def sensitivity(self) -> pd.DataFrame:
        """Sensitivity indices, for designs that allow them; see ``sim.study.sensitivity``.

        Raises BadInput for other designs, ValueError if runs are missing or failed.
        """
        return sensitivity(self.drawn, self.runs())

    def plot(self, *measures: str, lang: str = "en") -> "Shown":
        """A picture of its effects, which a notebook shows; see ``sim.drawing.effects_plot``.

        Of its first measures if none are named. Raises BadInput for one that it does not have.
        """
        from sim.drawing import effects_plot

        return effects_plot.plot(self, *measures, lang=lang)

    def panel(
        self,
        points: Sequence[int],
        panel: Panel,
        replicates: int | None = None,
    ) -> pd.DataFrame:
        """Officers, departments or citizens of some points by month, a row each; nothing is stored.

        ``replicates`` of each point, all by default. Raises BadInput if no scenario is run, for
        points that there are not, and for too many rows.
        """
        number = self.replicates if replicates is None else replicates
        runs = [self.panelled(point) for point in points]
        check_size(sum(panel.rows(self.world(point)) for point in points) * number)
        tables = panels(panel, runs, number, self.experiment.seed)
        found: list[pd.DataFrame] = [one.to_pandas() for one in tables]
        return pd.concat(found, ignore_index=True)

    def __repr__(self) -> str:
        """Its name, size and folder, in a line."""
        return (
            f"Study({self.experiment.name!r}: {self.size():,} runs, {self.replicates:,} "
            f"replicates, {self.folder.as_posix()})"
        )

    def missing(self) -> int:
        """Number of runs still to be done."""
        return pending_runs(self.store().missing(self.replicates))
