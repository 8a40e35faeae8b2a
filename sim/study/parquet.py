"""Tables of runs as Parquet: the same rows give the same bytes."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

# Rows in one row group: enough to compress, few enough to hold many groups in memory.
ROWS = 20_000


def writer(file: BinaryIO, schema: Any) -> Any:
    """A writer of tables: zstd, floats split by byte, no dictionary for them, checksums."""
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
    """Write tables as they come, in row groups of one size; memory does not grow with them."""
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
    """A file, or a row group of it, does not hold what was written."""


# What the system says of a file that will never be read, unlike too many open ones.
_FOR_GOOD = (errno.EACCES, errno.EPERM, errno.EIO, errno.EISDIR, errno.ENOENT)


@contextmanager
def _telling_damage() -> Iterator[None]:
    """Turn what pyarrow raises of damage into Damaged; what passes, passes through."""
    try:
        yield
    except MemoryError:
        raise
    except OSError as error:
        # Of a wrong checksum and the like pyarrow raises OSError without a number.
        if error.errno is not None and error.errno not in _FOR_GOOD:
            raise
        raise Damaged from error
    except Exception as error:
        raise Damaged from error


def groups(path: Path, columns: list[str] | None = None) -> Iterator[Any]:
    """Every row group of a file that can be read; damaged ones are left out.

    Raises Damaged where the file as a whole cannot be read.
    """
    with _telling_damage():
        file = pq.ParquetFile(path, page_checksum_verification=True)
    with file:
        for number in range(file.num_row_groups):
            try:
                with _telling_damage():
                    table = file.read_row_group(number, columns=columns)
            except Damaged:
                # What it held is run again.
                continue
            yield table


def read(path: Path) -> Any:
    """A file as one table; every page is held against its checksum. Raises Damaged."""
    with _telling_damage(), pq.ParquetFile(path, page_checksum_verification=True) as file:
        return file.read()


def column(table: Any, name: str) -> NDArray[Any]:
    """A column as an array."""
    return np.asarray(table.column(name).to_numpy())
