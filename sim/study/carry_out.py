"""Carries out a study: gives missing runs to workers and stores their results."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from sim.errors import BadInput, RunFailed
from sim.machine.loop import Crew, Progress, processors, quiet
from sim.study.cluster import on_cluster
from sim.study.execute import Finished, Task, in_threads, in_turn, run_task
from sim.study.folder import Share
from sim.study.model import Function, Model, Values, pack
from sim.study.points import Chunk, Order, Point, rows, runs_of
from sim.study.provenance import digest
from sim.study.sources import sources_digest
from sim.study.store import Store


@dataclass(frozen=True)
class Work:
    """All that is to be run: points, the models they change, and the seed."""

    models: tuple[Model, ...]
    points: Sequence[Point]
    seed: int

    def order(self, replicates: int) -> Order:
        """The order of its runs, with this many replicates of each point."""
        return Order.of(len(self.points), replicates, max(model.work for model in self.models))

    def tasks(
        self, chunks: Sequence[tuple[int, Chunk]], travel: bool, far: bool = False
    ) -> Iterator[Task]:
        """Tasks for chunks, each made when it is requested.

        Models are packed if tasks ``travel`` to other processes. If these are ``far``, on machines
        with their own files, tasks include a hash of each function that replaces a model.
        """
        sources = sources_digest()
        packed: dict[int, bytes | Model] = {}
        for number, spans in chunks:
            points = {span.point: self.points[span.point] for span in spans}
            bases = {point.base for point in points.values()}
            for base in bases - set(packed):
                packed[base] = pack(self.models[base]) if travel else self.models[base]
            models = {base: packed[base] for base in bases}
            functions = {
                base: model.code
                for base in bases
                if far and isinstance(model := self.models[base], Function)
            }
            yield Task(number, spans, points, models, self.seed, sources, functions)


# Officer-months below which other processes take longer to start than they save.
_WORTH_STARTING = 60_000_000
# Officer-months that take as long as what a study adds to a run: its measures, and keeping them.
_ADDED = 6_000


def _is_short(work: Work, chunks: Sequence[tuple[int, Chunk]]) -> bool:
    """Whether threads of this process will be done before other processes have started.

    How long a function takes that replaces a model is not known.
    """
    if any(isinstance(model, Function) for model in work.models):
        return False
    runs = sum(runs_of(spans) for _, spans in chunks)
    return runs * (max(model.work for model in work.models) + _ADDED) < _WORTH_STARTING


def _executed(
    work: Work,
    chunks: Sequence[tuple[int, Chunk]],
    workers: int | None,
    client: object | None,
    months: Progress,
) -> Iterator[Finished]:
    if client is not None:
        return on_cluster(work.tasks(chunks, travel=True, far=True), client)
    number = processors() if workers is None else workers
    if number < 1:
        raise BadInput(f"workers: expected at least 1, got {number}")
    if any(model.large for model in work.models):
        # Large runs are done one after another, because of their memory; each uses all threads.
        crew = Crew(number, months)
        return (run_task(task, crew) for task in work.tasks(chunks, travel=False))
    number = min(number, len(chunks))
    if workers is None and chunks and _is_short(work, chunks):
        return in_threads(work.tasks(chunks, travel=False), number)
    return in_turn(work.tasks(chunks, travel=number > 1), number)


def _check_failed(finished: Finished) -> None:
    for text in finished.failed.values():
        raise RunFailed(text)


def carry_out(
    work: Work,
    store: Store,
    replicates: int,
    workers: int | None = None,
    client: object | None = None,
    share: Share = (1, 1),
    progress: Progress = quiet,
    months: Progress = quiet,
    keep_failures: bool = True,
) -> int:
    """Do the runs that ``store`` lacks, and store them; returns how many were done.

    ``share`` (n, of how many) restricts this to a part of the chunks. Runs are done by ``workers``
    processes or by a Dask ``client``. A run of a large scenario uses all processors, and calls
    ``months`` after each month. With ``keep_failures``, a run that raises an error is stored as
    failed; without it, RunFailed is raised, and the run is repeated next time.

    After KeyboardInterrupt, finished chunks stay stored. Raises BadInput for numbers out of range,
    BrokenProcessPool if a worker dies.
    """
    todo = store.missing(replicates, share)
    wanted = sum(
        runs_of(spans) for number, spans in store.order.all(replicates) if _in(share, number)
    )
    lacking = sum(runs_of(spans) for _, spans in todo)
    done = wanted - lacking
    progress(done, wanted)
    for finished in _executed(work, todo, workers, client, months):
        if not keep_failures:
            _check_failed(finished)
        store.keep(finished)
        done += runs_of(finished.chunk)
        progress(done, wanted)
    return lacking


def _in(share: Share, number: int) -> bool:
    return number % share[1] == share[0] - 1


def in_memory(
    work: Work,
    replicates: int,
    workers: int | None = None,
    progress: Progress = quiet,
    months: Progress = quiet,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Do all runs without storing them; returns tables of runs and of monthly series, sorted.

    Raises RunFailed if a run raises.
    """
    order = work.order(replicates)
    chunks = list(order.all(replicates))
    total = sum(runs_of(spans) for _, spans in chunks)
    model = work.models[0]
    done, runs, series = 0, [], []
    progress(0, total)
    for finished in _executed(work, chunks, workers, None, months):
        _check_failed(finished)
        point, replicate = rows(finished.chunk)
        table = pd.DataFrame(finished.values, columns=list(model.measures))
        table.insert(0, "point", point)
        table.insert(1, "replicate", replicate)
        runs.append(table)
        if model.columns:
            length = finished.series.shape[1]
            paths = pd.DataFrame(
                finished.series.reshape(-1, len(model.columns)), columns=list(model.columns)
            )
            paths.insert(0, "point", np.repeat(point, length))
            paths.insert(1, "replicate", np.repeat(replicate, length))
            paths.insert(2, "month", np.tile(np.arange(length), point.size))
            series.append(paths)
        done += runs_of(finished.chunk)
        progress(done, total)
    return _sorted(runs), _sorted(series) if series else pd.DataFrame()


def _sorted(tables: list[pd.DataFrame]) -> pd.DataFrame:
    table = pd.concat(tables, ignore_index=True)
    keys = [key for key in ("point", "replicate", "month") if key in table]
    return table.sort_values(keys, ignore_index=True)


def carried_out(
    work: Work,
    replicates: int,
    workers: int | None = None,
    progress: Progress = quiet,
    kept: Path | None = None,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Do all runs; returns tables of runs and of monthly series, sorted.

    All models must have the same measures and months. With a folder ``kept``, runs are stored there
    and not repeated. Raises RunFailed if a run raises, BadInput if the folder cannot be used.
    """
    if kept is None:
        return in_memory(work, replicates, workers, progress)
    model, *others = work.models
    about = {"seed": work.seed, **model.identity()}
    if others:
        about["others"] = [digest(other.identity()) for other in others]
    order = work.order(replicates)
    store = Store(kept, about, order, work.points, model.measures, model.columns, model.months)
    with store.open():
        carry_out(work, store, replicates, workers, progress=progress, keep_failures=False)
        store.compact()
    tables = store.runs(), store.series() if model.columns else pd.DataFrame()
    runs, series = (
        table[table["replicate"] < replicates] if len(table) else table for table in tables
    )
    return runs, series


def kept_measures(
    work: Work,
    replicates: int,
    folder: Path,
    about: dict[str, Any],
    workers: int | None = None,
    client: object | None = None,
    progress: Progress = quiet,
    keep_failures: bool = True,
) -> Values:
    """Measures of the work's one model; shape (points, replicates, measures).

    Runs are stored in ``folder``, with ``about`` as their identity, and not repeated. Values of a
    failed run are NaN; without ``keep_failures``, RunFailed is raised. Raises BadInput if the
    folder cannot be used.
    """
    (model,) = work.models
    order = work.order(replicates)
    store = Store(folder, about, order, work.points, model.measures, (), model.months)
    with store.open():
        carry_out(
            work,
            store,
            replicates,
            workers,
            client,
            progress=progress,
            keep_failures=keep_failures,
        )
        store.compact()
    runs = store.runs()
    values = runs[runs["replicate"] < replicates][list(model.measures)].to_numpy(float)
    return values.reshape(len(work.points), replicates, -1)
