"""Tables of runs as files of other programs: CSV, Parquet, Excel and Stata, by suffix."""

import io
import re
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal
from zipfile import ZipFile

import numpy as np
import pandas as pd
import pyarrow as pa

from sim.errors import BadInput
from sim.study import parquet
from sim.study.archive import packed

FORMATS = (".csv", ".parquet", ".xlsx", ".dta")
# Rows of a sheet of Excel, its heading included, and its columns.
MOST_ROWS, MOST_COLUMNS = 1_048_576, 16_384
# Most characters of a name, of a label and of a text in a file of Stata.
_NAME, _LABEL, _TEXT = 32, 80, 2045
# Format of Stata 14 and later, the first that has texts in UTF-8.
_STATA: Literal[118] = 118
# Files name a date; the same rows give the same bytes.
_A_DATE = datetime(2000, 1, 1, tzinfo=UTC).replace(tzinfo=None)
# Bytes that a program takes for the beginning of a text in UTF-8.
_MARK = b"\xef\xbb\xbf"
# Words that Stata keeps to itself.
_OF_STATA = frozenset(
    (
        "byte",
        "int",
        "long",
        "float",
        "double",
        "if",
        "in",
        "using",
        "with",
        "str",
        "strl",
        "_all",
        "_b",
        "_coef",
        "_cons",
        "_n",
        "_N",
        "_pi",
        "_pred",
        "_rc",
        "_skip",
    )
)


def kind_of(path: Path) -> str:
    """The suffix of a file that can be written, in small letters. Raises BadInput for others."""
    kind = path.suffix.lower()
    if kind not in FORMATS:
        raise BadInput(f"--to {path}: expected a file that ends in {', '.join(FORMATS)}")
    return kind


def content_of(table: pd.DataFrame, kind: str, title: str, mark: bool = False) -> bytes:
    """A table as a file of a kind among ``FORMATS``; the same rows give the same bytes.

    With ``mark``, CSV begins with a byte order mark. Raises BadInput for a table that is too large
    for its format.
    """
    if kind == ".parquet":
        return _parquet(table)
    if kind == ".xlsx":
        return _excel(table)
    if kind == ".dta":
        return _stata(table, title)
    text = table.to_csv(index=False, lineterminator="\n").encode()
    return _MARK + text if mark else text


def _parquet(table: pd.DataFrame) -> bytes:
    file = io.BytesIO()
    columns = {
        str(name): pa.array(column.to_numpy())
        if column.dtype.kind in "biuf"
        else pa.array([None if pd.isna(one) else str(one) for one in column], pa.string())
        for name, column in table.items()
    }
    parquet.write(file, pa.table(columns))
    return file.getvalue()


def _as_text(table: pd.DataFrame, names: Iterable[str]) -> pd.DataFrame:
    """The table with some columns as text, empty where they have no value."""
    found = table.copy()
    for name in names:
        found[name] = ["" if pd.isna(one) else str(one) for one in table[name]]
    return found


def _texts(table: pd.DataFrame) -> list[str]:
    """Columns that are no numbers; keys are, but have more digits than these programs keep."""
    return [
        str(name)
        for name, column in table.items()
        if column.dtype.kind not in "biuf" or column.dtype == np.uint64
    ]


def _excel(table: pd.DataFrame) -> bytes:
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
    from openpyxl.writer.excel import ExcelWriter

    rows, columns = len(table) + 1, len(table.columns)
    if rows > MOST_ROWS or columns > MOST_COLUMNS:
        raise BadInput(
            f"{len(table):,} rows and {columns:,} columns; a sheet of Excel has at most "
            f"{MOST_ROWS - 1:,} rows and {MOST_COLUMNS:,} columns. Export to .csv or .parquet"
        )
    book = Workbook(write_only=True)
    # openpyxl writes the present time unless it is given another.
    book.properties.created = book.properties.modified = _A_DATE
    sheet = book.create_sheet("runs")
    sheet.freeze_panes = "A2"

    def text(value: str) -> WriteOnlyCell:
        cell = WriteOnlyCell(sheet, ILLEGAL_CHARACTERS_RE.sub(" ", value))
        # A text that begins with “=” stays a text.
        cell.data_type = "s"
        return cell

    shown = _as_text(table, _texts(table))
    sheet.append([text(str(name)) for name in shown.columns])
    cells = [
        (value if np.isfinite(value) else None for value in column.to_numpy(float).tolist())
        if column.dtype.kind in "biuf"
        else map(text, column)
        for _, column in shown.items()
    ]
    for row in zip(*cells, strict=True):
        sheet.append(row)
    file = io.BytesIO()
    ExcelWriter(book, ZipFile(file, "w")).save()
    with ZipFile(file) as made:
        return packed({name: made.read(name) for name in made.namelist()}, compressed=True)


def stata_names(names: Iterable[str]) -> dict[str, str]:
    """A name that Stata takes for each column, unlike all others."""
    found: dict[str, str] = {}
    for name in names:
        plain = re.sub(r"\W", "_", name, flags=re.ASCII).strip("_") or "column"
        if plain[0].isdigit() or plain in _OF_STATA:
            plain = f"v_{plain}"
        short, number = plain[:_NAME], 1
        while short in found.values():
            number += 1
            end = f"_{number}"
            short = plain[: _NAME - len(end)] + end
        found[name] = short
    return found


def _stata(table: pd.DataFrame, title: str) -> bytes:
    shown = _as_text(table, _texts(table))
    for name, column in shown.items():
        if column.dtype.kind == "b":
            shown[name] = column.astype(np.int8)
        elif column.dtype.kind not in "iuf":
            shown[name] = [text.encode()[:_TEXT].decode(errors="ignore") for text in column]
        elif column.dtype.kind == "f":
            # Stata has no infinite numbers.
            shown[name] = column.where(np.isfinite(column))
    names = stata_names(map(str, shown.columns))
    file = io.BytesIO()
    shown.rename(columns=names).to_stata(
        file,
        write_index=False,
        version=_STATA,
        time_stamp=_A_DATE,
        data_label=title[:_LABEL],
        variable_labels={short: name[:_LABEL] for name, short in names.items()},
    )
    return file.getvalue()
