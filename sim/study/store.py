"""The runs of a study on disk: writing, reading and gathering of their tables.

Each finished chunk is written as a part; at the end all parts are gathered into one table. A folder
contains the runs of one identity: code, settings and seed. Runs that an earlier process finished
are not repeated, and more replicates can be added later. Every row has a key, a hash of version,
settings, seed and replicate, by which rows of another study are recognised.
"""

import hashlib
import heapq
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
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
from sim.study.points import Chunk, Order, Point, Span, rows, runs_of
from sim.study.provenance import as_json, code, commit, differences, digest

# Hashes in an identity, and the message if one differs.
_CHANGED = {
    "function_code": "the function has changed",
    "sources": "the model's code has changed",
}
# Most differences that are listed if a folder contains another study.
_TOLD = 4


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
        told: Mapping[str, Any] | None = None,
    ) -> None:
        # Titles and other texts; they are stored in the manifest but are not part of the identity.
        self._told = dict(told or {})
        self.identity = json.loads(as_json({**code(), **identity}))
        self.key = digest(self.identity)
        self.folder = folder
        self.points = points
        self.measures = measures
        self.columns = columns
        self.months = months
        self._locked = False
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
            for key, changed in _CHANGED.items():
                if any(line.startswith(f"{key} ") for line in told):
                    told = [line for line in told if not line.startswith(f"{key} ")]
                    told.insert(0, changed)
            more = f"; and {len(told) - _TOLD} more" if len(told) > _TOLD else ""
            raise BadInput(
                f"{self.folder}: holds another study: {'; '.join(told[:_TOLD])}{more}. Give "
                "another --out, or --fresh to discard it"
            )
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
                yield self
            finally:
                self._locked = False

    def _declare(self) -> None:
        order = {
            "points": self.order.points,
            "block": self.order.block,
            "chunk": self.order.chunk,
        }
        write_whole(
            self.folder / MANIFEST, as_json({"identity": self.identity, "order": order}).encode()
        )

    @property
    def _parts(self) -> Path:
        return self.folder / PARTS

    def _part(self, number: int, name: str) -> Path:
        return self._parts / part_name(number, name)

    def _schema(self, series: bool) -> Any:
        fields = [("point", pa.int32()), ("replicate", pa.int32())]
        fields.append(("key", pa.uint64()))
        if series:
            fields += [("month", pa.int32()), *((name, pa.float64()) for name in self.columns)]
        else:
            fields.append(("error", pa.string()))
            fields += [(name, pa.float64()) for name in self.measures]
        return pa.schema(fields)

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
                begun = hashlib.sha256(f"{self.key}|{self.points[p].canonical()}|".encode())
                last = p
            one = begun.copy()
            one.update(str(r).encode())
            found[row] = int.from_bytes(one.digest()[:8], "little")
        return np.repeat(found, np.diff(np.append(first, point.size)))

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
        self._add(finished.number, RUNS, pa.table(columns, schema=self._schema(series=False)))

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
        return pa.table(columns, schema=self._schema(series=True))

    def _add(self, number: int, name: str, table: Any) -> None:
        path = self._part(number, name)
        there = self._part_read(number, name)
        if there is not None:
            table = self._in_order([there, table])
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

    def _in_order(self, tables: list[Any]) -> Any:
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
        yield from self._gathered(name, columns)
        for number in self._numbers(name):
            part = self._part_read(number, name)
            if part is not None:
                yield part if columns is None else part.select(columns)

    def _gathered(self, name: str, columns: list[str] | None = None) -> Iterator[Any]:
        path = self.folder / name
        if not path.is_file():
            return
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
        schema = self._schema("month" in table.column_names)
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
                yield self._in_order(tables)

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
            with whole(self.folder / name) as file:
                parquet.write_stream(file, self._schema(name == SERIES), self._merged(name))
            for path in parts:
                drop(path)

    def gathered(self) -> bool:
        """Whether the gathered tables exist and contain all finished runs: no part is left."""
        names = (SERIES, RUNS) if self.columns else (RUNS,)
        return all(
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
        schema = self._schema(name == SERIES)
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
        return {"hash": digest(content), **content, "told": self._told}

    def conclude(self, provenance: dict[str, Any]) -> None:
        """Write the provenance of the gathered results into the manifest."""
        kept = manifest(self.folder) or {}
        more = {key: value for key, value in provenance.items() if key not in self.identity}
        self.write(MANIFEST, as_json({**kept, **more}))

    def write(self, name: str, content: str | bytes) -> Path:
        """Write a result file beside the runs."""
        path = self.folder / name
        write_whole(path, content.encode() if isinstance(content, str) else content)
        return path


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
