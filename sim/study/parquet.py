"""Reading and writing of tables as Parquet; the same rows give the same bytes."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from sim.study.folder import PARTS, parts_in

# Rows of a row group: enough to compress well, few enough to hold several groups in memory.
ROWS = 20_000


def writer(file: BinaryIO, schema: Any) -> Any:
    """A writer of tables with zstd compression, byte-split floats and page checksums."""
    floats = [field.name for field in schema if pa.types.is_floating(field.type)]
    return pq.ParquetWriter(
        file,
        schema,
        compression="zstd",
        write_page_checksum=True,
        use_dictionary=[field.name for field in schema if pa.types.is_string(field.type)],
        column_encoding=dict.fromkeys(floats, "BYTE_STREAM_SPLIT"),
    )


def write(file: BinaryIO, table: Any) -> None:
    """Write one table."""
    with writer(file, table.schema) as out:
        out.write_table(table, row_group_size=ROWS)


def write_stream(file: BinaryIO, schema: Any, tables: Iterator[Any]) -> None:
    """Write tables one after another in row groups of equal size, with constant memory."""
    with writer(file, schema) as out:
        held: list[Any] = []
        rows = 0
        for table in tables:
            held.append(table)
            rows += table.num_rows
            while rows >= ROWS:
                together = pa.concat_tables(held).combine_chunks()
                out.write_table(together.slice(0, ROWS), row_group_size=ROWS)
                held = [together.slice(ROWS)]
                rows -= ROWS
        if rows:
            out.write_table(pa.concat_tables(held).combine_chunks(), row_group_size=ROWS)


class Damaged(Exception):
    """A file, or a row group of it, is damaged."""


# System errors that mean a file cannot be read at all; others, such as too many open files, pass.
_FOR_GOOD = (errno.EACCES, errno.EPERM, errno.EIO, errno.EISDIR, errno.ENOENT)


@contextmanager
def _telling_damage() -> Iterator[None]:
    """Raise Damaged for pyarrow's errors about damaged files; other errors are unchanged."""
    try:
        yield
    except MemoryError:
        raise
    except OSError as error:
        # For a wrong checksum and similar damage pyarrow raises OSError without a number.
        if error.errno is not None and error.errno not in _FOR_GOOD:
            raise
        raise Damaged from error
    except Exception as error:
        raise Damaged from error


def groups(path: Path, columns: list[str] | None = None) -> Iterator[Any]:
    """The row groups of a file; damaged ones are skipped.

    Raises Damaged if the file as a whole cannot be read.
    """
    with _telling_damage():
        file = pq.ParquetFile(path, page_checksum_verification=True)
    with file:
        for number in range(file.num_row_groups):
            try:
                with _telling_damage():
                    table = file.read_row_group(number, columns=columns)
            except Damaged:
                # Its runs count as missing and are done again.
                continue
            yield table


def read(path: Path) -> Any:
    """A file as one table. Raises Damaged if a page does not match its checksum."""
    with _telling_damage(), pq.ParquetFile(path, page_checksum_verification=True) as file:
        return file.read()


def tables_in(folder: Path, name: str, columns: list[str] | None = None) -> Iterator[Any]:
    """What is stored of a table in a study's folder: the gathered one, then parts.

    What is damaged is skipped, and points are not checked.
    """
    for path in (folder / name, *sorted(parts_in(folder / PARTS, name))):
        if path.is_file():
            try:
                yield from groups(path, columns)
            except Damaged:
                continue


def column(table: Any, name: str) -> NDArray[Any]:
    """A column as an array."""
    return np.asarray(table.column(name).to_numpy())


def as_array(values: NDArray[Any]) -> Any:
    """Values as a column of numbers or of truth values; any others as text."""
    kinds = {type(one) for one in values.tolist()}
    if kinds <= {bool}:
        return pa.array(values.tolist(), pa.bool_())
    if kinds <= {int}:
        return pa.array(values.tolist(), pa.int64())
    if kinds <= {int, float}:
        return pa.array(values.tolist(), pa.float64())
    return pa.array([str(one) for one in values.tolist()], pa.string())
