"""The runs of a study on disk: writing, reading and gathering of their tables.

Each finished chunk is written as a part; at the end all parts are gathered into one table. A folder
contains the runs of one identity: code, settings and seed. Runs that an earlier process finished
are not repeated, and more replicates or points can be added later. Every row has a key, a hash of
version, settings, seed and replicate, by which rows of another study are recognised.
"""

import hashlib
import heapq
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, replace
from functools import partial
from itertools import groupby, pairwise
from operator import itemgetter
from pathlib import Path
from typing import Any, Self

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

from sim.errors import BadInput
from sim.study import parquet
from sim.study.execute import Finished
from sim.study.files import drop, refuse_link, whole, writable_folder, write_whole
from sim.study.folder import (
    MANIFEST,
    PARTS,
    RUNS,
    SERIES,
    Share,
    kept_order,
    locked,
    manifest,
    part_name,
    parts_in,
)
from sim.study.growth import can_grow, taken_over
from sim.study.origin import OF_IDENTITY, OF_WORLDS, Origin
from sim.study.points import Chunk, Order, Point, Span, rows, runs_of
from sim.study.provenance import (
    as_json,
    code,
    commit,
    differences,
    digest,
    environment,
    in_short,
    made_by,
    made_by_others,
)

_REMEDY = (
    "To read it: zhixing study effects FOLDER, or status, or export. To run it anew: give another "
    "--out, or --fresh to discard it (in Python: another out=, or study.discard())"
)


class Store:
    """The folder that stores the runs of one study.

    Write only within ``open``, which locks the folder against other processes. Raises BadInput if
    the folder contains another study.
    """

    def __init__(
        self,
        folder: Path,
        identity: dict[str, Any],
        order: Order,
        points: Sequence[Point],
        measures: tuple[str, ...],
        columns: tuple[str, ...],
        months: int,
        origin: Origin | None = None,
    ) -> None:
        self.origin = origin or Origin()
        self.identity = json.loads(as_json({**code(), **identity}))
        self.key = digest(self.identity)
        self.folder = folder
        self.points = points
        self.measures = measures
        self.columns = columns
        self.months = months
        self._locked = False
        # How keys are made: of the identity, or of the world of each point alone.
        self.keys = OF_WORLDS if self.origin.worlds else OF_IDENTITY
        # Whether the folder holds an earlier form of this study, whose runs can be used.
        self.grows = False
        # Parts that this process wrote; they are not checked again unless they have changed.
        self._own: dict[Path, tuple[int, ...]] = {}
        self.order = self._begun(order)

    def _begun(self, order: Order) -> Order:
        """The order stored in the folder, or the one given. Raises BadInput for another study."""
        there = manifest(self.folder)
        if there is None:
            return order
        told = differences(there.get("identity"), self.identity)
        if told:
            if can_grow(there, self.identity, self.folder):
                self.grows = True
                return order
            if made_by_others(there):
                raise BadInput(
                    f"{self.folder}: made by {made_by(there)}; the model's code has changed since, "
                    f"and runs of both are not mixed. {_REMEDY}"
                )
            raise BadInput(f"{self.folder}: holds another study: {in_short(told)}. {_REMEDY}")
        self.grows = False
        self.keys = there.get("keys", OF_IDENTITY)
        return kept_order(there["order"], order, self.folder / MANIFEST)

    @contextmanager
    def open(self, share: Share | None = None) -> Iterator[Self]:
        """Lock the folder, or one share of it, for writing. Raises BadInput if it is in use."""
        writable_folder(self.folder)
        refuse_link(self._parts)
        writable_folder(self._parts)
        with locked(self.folder, share):
            self._locked = True
            try:
                if manifest(self.folder) is None:
                    self._declare()
                # Another process may have written the manifest in the meantime.
                self.order = self._begun(self.order)
                if self.grows:
                    if share is not None:
                        raise BadInput(
                            f"{self.folder}: holds an earlier form of this study; run it once "
                            "without --part, which takes over what is stored"
                        )
                    self._grow()
                yield self
            finally:
                self._locked = False

    def _declare(self) -> None:
        """Write the manifest and the files that the study is made of."""
        content: dict[str, Any] = {"identity": self.identity, "order": asdict(self.order)}
        if self.origin.worlds:
            content |= {"keys": self.keys, "worlds": list(self.origin.worlds)}
            content |= {"asked": self.origin.replicates, "environment": environment()}
            content |= {"told": dict(self.origin.told)}
            content["inputs"] = self.origin.write_inputs(self.folder)
        write_whole(self.folder / MANIFEST, as_json(content).encode())

    def _grow(self) -> None:
        """Take over the runs of an earlier form of this study; see ``sim.study.growth``."""
        tables = taken_over(self)
        for name, table in tables.items():
            with whole(self.folder / name) as file:
                levels = self._levels() if name == RUNS else {}
                parquet.write(file, _with_levels(table, levels))
        for name in (RUNS, SERIES):
            for path in parts_in(self._parts, name):
                drop(path)
            if name not in tables:
                drop(self.folder / name)
        self._declare()
        self.grows = False

    @property
    def _parts(self) -> Path:
        return self.folder / PARTS

    def _part(self, number: int, name: str) -> Path:
        return self._parts / part_name(number, name)

    def schema(self, series: bool) -> Any:
        """Columns of the table of runs, or of monthly series, and their types."""
        return schema_of(self.columns if series else self.measures, series)

    # Keys.

    def _keys(self, point: NDArray[np.int32], replicate: NDArray[np.int32]) -> NDArray[np.uint64]:
        """Key of each row: eight bytes of a hash of version, settings, seed and replicate.

        It is computed once for consecutive rows of the same run.
        """
        if not point.size:
            return np.empty(0, np.uint64)
        moved = (np.diff(point) != 0) | (np.diff(replicate) != 0)
        first = np.concatenate([[0], np.flatnonzero(moved) + 1])
        found = np.empty(first.size, np.uint64)
        last, begun = -1, hashlib.sha256()
        pairs = zip(point[first].tolist(), replicate[first].tolist(), strict=True)
        for row, (p, r) in enumerate(pairs):
            if p != last:
                begun = hashlib.sha256(f"{self._of(self.points[p])}|".encode())
                last = p
            one = begun.copy()
            one.update(str(r).encode())
            found[row] = int.from_bytes(one.digest()[:8], "little")
        return np.repeat(found, np.diff(np.append(first, point.size)))

    def all_keys(
        self, replicates: int
    ) -> tuple[NDArray[np.uint64], NDArray[np.int32], NDArray[np.int32]]:
        """Keys of so many replicates of every point, with the point and replicate of each."""
        point = np.repeat(np.arange(len(self.points), dtype=np.int32), replicates)
        replicate = np.tile(np.arange(replicates, dtype=np.int32), len(self.points))
        return self._keys(point, replicate), point, replicate

    def _of(self, point: Point) -> str:
        """The part of a key that is made of version, settings and seed."""
        if self.keys == OF_IDENTITY:
            return f"{self.key}|{point.canonical()}"
        return f"{self.origin.worlds[point.base]}|{replace(point, base=0).canonical()}"

    # Writing.

    def keep(self, finished: Finished) -> None:
        """Write one finished chunk, together with runs of it that are already stored.

        The file is either written completely or not at all.
        """
        point, replicate = rows(finished.chunk)
        keys = self._keys(point, replicate)
        if self.columns:
            table = self._series_table(finished, point, replicate, keys)
            self._add(finished.number, SERIES, table)
        error = np.full(point.size, None, object)
        for row, text in finished.failed.items():
            error[row] = text
        columns = [
            pa.array(point),
            pa.array(replicate),
            pa.array(keys),
            pa.array(error, pa.string()),
            *(pa.array(values) for values in np.ascontiguousarray(finished.values.T)),
        ]
        # Written last: a run counts as done only when this row exists.
        self._add(finished.number, RUNS, pa.table(columns, schema=self.schema(series=False)))

    def _series_table(
        self,
        finished: Finished,
        point: NDArray[np.int32],
        replicate: NDArray[np.int32],
        keys: NDArray[np.uint64],
    ) -> Any:
        months = finished.series.shape[1]
        values = finished.series.reshape(-1, len(self.columns))
        columns = [
            pa.array(np.repeat(point, months)),
            pa.array(np.repeat(replicate, months)),
            pa.array(np.repeat(keys, months)),
            pa.array(np.tile(np.arange(months, dtype=np.int32), point.size)),
            *(pa.array(values[:, column]) for column in range(len(self.columns))),
        ]
        return pa.table(columns, schema=self.schema(series=True))

    def _add(self, number: int, name: str, table: Any) -> None:
        path = self._part(number, name)
        there = self._part_read(number, name)
        if there is not None:
            table = self.in_order([there, table])
        with whole(path) as file:
            parquet.write(file, table)
        self._own[path] = _stamp(path)

    def _part_read(self, number: int, name: str) -> Any:
        """The table of a part; None if there is none, or it is damaged or of another study.

        A part that cannot be used is removed, and its runs are done again.
        """
        path = self._part(number, name)
        if not path.is_file():
            return None
        try:
            table = parquet.read(path)
        except parquet.Damaged:
            table = None
        own = self._own.get(path) == _stamp(path)
        if table is None or not (own or self._sound(table, number)):
            self._forget(path)
            return None
        return table

    def _forget(self, path: Path) -> None:
        """Remove a file that cannot be used, if this process has locked the folder."""
        if self._locked:
            drop(path)

    def _places(self, table: Any) -> NDArray[np.int64]:
        """Position of each row's run in the order of all runs."""
        point = parquet.column(table, "point").astype(np.int64)
        block, inside = np.divmod(
            parquet.column(table, "replicate").astype(np.int64), self.order.block
        )
        places: NDArray[np.int64] = (block * self.order.points + point) * self.order.block + inside
        return places

    def in_order(self, tables: list[Any]) -> Any:
        """All tables as one, sorted by position and month; of duplicate rows the last is kept."""
        table = pa.concat_tables(tables)
        places = self._places(table)
        if "month" in table.column_names:
            places = places * self.months + parquet.column(table, "month")
        # Reversed, so that the last of duplicate rows is found.
        _, found = np.unique(places[::-1], return_index=True)
        return table.take(pa.array(places.size - 1 - found))

    # Reading.

    def done(self, replicates: int) -> NDArray[np.bool_]:
        """Whether each run is stored completely, shape (points, replicates).

        Reads all files. Those that are damaged or of another study are removed, so that their runs
        are done again.
        """
        there = self._found(RUNS, replicates)
        if self.columns:
            there &= self._found(SERIES, replicates)
        return there

    def _found(self, name: str, replicates: int) -> NDArray[np.bool_]:
        rows = np.zeros((len(self.points), replicates), np.int32)
        for table in self._tables(name):
            point = parquet.column(table, "point")
            replicate = parquet.column(table, "replicate")
            wanted = replicate < replicates
            np.add.at(rows, (point[wanted], replicate[wanted]), 1)
        # A series is complete only with all its months; damage can remove some.
        return np.asarray(rows >= (self.months if name == SERIES else 1))

    def _tables(self, name: str, columns: list[str] | None = None) -> Iterator[Any]:
        """All stored tables of this study: first the gathered one, then parts."""
        if self.grows:
            table = taken_over(self).get(name)
            if table is not None:
                yield table if columns is None else table.select(columns)
            return
        yield from self._gathered(name, columns)
        for number in self._numbers(name):
            part = self._part_read(number, name)
            if part is not None:
                yield part if columns is None else part.select(columns)

    def _gathered(self, name: str, columns: list[str] | None = None) -> Iterator[Any]:
        path = self.folder / name
        if not path.is_file():
            return
        # Levels of factors stand in the gathered table too; they follow from the points.
        columns = columns or self.schema(name == SERIES).names
        try:
            for table in parquet.groups(path, columns):
                if self._sound(table):
                    yield table
        except parquet.Damaged:
            self._forget(path)

    def _numbers(self, name: str) -> list[int]:
        """Numbers of the chunks that have a part."""
        return sorted(int(path.name.split("-")[0]) for path in parts_in(self._parts, name))

    def _sound(self, table: Any, number: int | None = None) -> bool:
        """Whether all rows of a table belong to this study, and to chunk ``number`` if given."""
        schema = self.schema("month" in table.column_names)
        if any(one not in schema for one in table.schema):
            return False
        if not {"point", "replicate", "key"} <= set(table.column_names):
            return False
        point = parquet.column(table, "point")
        replicate = parquet.column(table, "replicate")
        if point.size and not 0 <= point.min() <= point.max() < len(self.points):
            return False
        if number is not None:
            if not table.schema.equals(schema):
                return False
            if (self._places(table) // self.order.chunk != number).any():
                return False
        return bool((parquet.column(table, "key") == self._keys(point, replicate)).all())

    def missing(self, replicates: int, share: Share = (1, 1)) -> list[tuple[int, Chunk]]:
        """Chunks of one share whose runs are missing, reduced to the missing runs."""
        there = self.done(replicates)
        found = []
        for number, spans in self.order.all(replicates):
            if number % share[1] != share[0] - 1:
                continue
            todo = tuple(part for span in spans for part in _gaps(span, there))
            if todo:
                found.append((number, todo))
        return found

    def _merged(self, name: str) -> Iterator[Any]:
        """All stored rows, one table for each chunk in the order of runs."""
        gathered = (piece for table in self._gathered(name) for piece in self._cut(table))
        parts = ((number, self._part_read(number, name)) for number in self._numbers(name))
        # The part of a chunk comes after gathered rows, so it is kept if rows are duplicate.
        together = heapq.merge(gathered, parts, key=itemgetter(0))
        for _, pieces in groupby(together, itemgetter(0)):
            tables = [table for _, table in pieces if table is not None]
            if tables:
                yield self.in_order(tables)

    def _cut(self, table: Any) -> Iterator[tuple[int, Any]]:
        """A gathered table divided by chunk, with the number of each chunk."""
        numbers = self._places(table) // self.order.chunk
        first = np.concatenate([[0], np.flatnonzero(np.diff(numbers)) + 1, [numbers.size]])
        for start, end in pairwise(first.tolist()):
            yield int(numbers[start]), table.slice(start, end - start)

    def compact(self) -> None:
        """Gather all parts into one table, and remove the parts after it is written."""
        for name in (SERIES, RUNS) if self.columns else (RUNS,):
            parts = parts_in(self._parts, name)
            if not parts:
                continue
            tables = self._merged(name)
            schema = self.schema(name == SERIES)
            if name == RUNS and self.origin.levels is not None:
                add = partial(_with_levels, levels=self._levels())
                schema, tables = add(schema.empty_table()).schema, map(add, tables)
            with whole(self.folder / name) as file:
                parquet.write_stream(file, schema, tables)
            for path in parts:
                drop(path)

    def _levels(self) -> dict[str, Any]:
        """The name of each point, or the levels of factors there, as columns, (points,)."""
        if self.origin.levels is None:
            return {}
        return {name: parquet.as_array(values) for name, values in self.origin.levels().items()}

    def gathered(self) -> bool:
        """Whether the gathered tables exist and contain all finished runs: no part is left."""
        names = (SERIES, RUNS) if self.columns else (RUNS,)
        return not self.grows and all(
            (self.folder / name).is_file() and not parts_in(self._parts, name) for name in names
        )

    def runs(self, columns: Sequence[str] | None = None) -> pd.DataFrame:
        """Finished runs: point, replicate and measures (all, or ``columns``); sorted."""
        names = None if columns is None else ["point", "replicate", *columns]
        return self._frame(RUNS, ["point", "replicate"], names)

    def series(self) -> pd.DataFrame:
        """Monthly measures of finished runs: point, replicate, month and measures; sorted."""
        return self._frame(SERIES, ["point", "replicate", "month"], None)

    def _frame(self, name: str, keys: list[str], columns: list[str] | None) -> pd.DataFrame:
        schema = self.schema(name == SERIES)
        if columns is not None:
            # Keys are read as well, since they show whether rows belong to this study.
            columns = list(dict.fromkeys([*columns, "key"]))
            schema = pa.schema([schema.field(one) for one in columns])
        tables = [schema.empty_table(), *self._tables(name, columns)]
        frame: pd.DataFrame = pa.concat_tables(tables).to_pandas()
        return frame.drop_duplicates(keys, keep="last").sort_values(keys, ignore_index=True)

    def provenance(self, command: str, replicates: int) -> dict[str, Any]:
        """Provenance of the results: identity, commit, command and replicates, with their hash.

        Titles and other texts are included but do not enter the hash.
        """
        content = {
            **self.identity,
            "commit": commit(),
            "command": command,
            "replicates": replicates,
        }
        return {"hash": digest(content), **content, "told": dict(self.origin.told)}

    def conclude(self, provenance: dict[str, Any]) -> None:
        """Write the provenance of the gathered results into the manifest."""
        kept = manifest(self.folder) or {}
        more = {key: value for key, value in provenance.items() if key not in self.identity}
        if self.origin.worlds:
            more["environment"] = environment()
            more["asked"] = max(kept.get("asked", 1), self.origin.replicates)
        self.write(MANIFEST, as_json({**kept, **more}))

    def write(self, name: str, content: str | bytes) -> Path:
        """Write a result file beside the runs."""
        path = self.folder / name
        write_whole(path, content.encode() if isinstance(content, str) else content)
        return path


def schema_of(names: Sequence[str], series: bool) -> Any:
    """Columns of a table of runs with these measures, or of monthly series, and their types."""
    fields = [("point", pa.int32()), ("replicate", pa.int32()), ("key", pa.uint64())]
    fields.append(("month", pa.int32()) if series else ("error", pa.string()))
    return pa.schema([*fields, *((name, pa.float64()) for name in names)])


def _with_levels(table: Any, levels: Mapping[str, Any]) -> Any:
    """A table of runs with the name of each point, and the levels of factors there."""
    points = pa.array(parquet.column(table, "point"))
    for place, (name, column) in enumerate(levels.items()):
        # A measure of a function may have the name of a factor.
        name = name if name not in table.column_names else f"factor {name}"
        table = table.add_column(1 + place, name, column.take(points))
    return table


def _stamp(path: Path) -> tuple[int, ...]:
    found = path.stat()
    return found.st_ino, found.st_mtime_ns, found.st_size


def _gaps(span: Span, there: NDArray[np.bool_]) -> Iterator[Span]:
    """The parts of a span that are missing."""
    absent = ~there[span.point, span.first : span.last]
    edges = np.flatnonzero(np.diff(np.concatenate([[0], absent.astype(np.int8), [0]])))
    for first, last in edges.reshape(-1, 2):
        yield Span(span.point, span.first + int(first), span.first + int(last))


def pending_runs(chunks: Sequence[tuple[int, Chunk]]) -> int:
    """Number of runs in chunks that are still to be done."""
    return sum(runs_of(spans) for _, spans in chunks)
