"""A table as a spreadsheet or a data frame saves it: CSV or TSV, XLSX, Parquet.

Its first bytes tell the kind of file. Each kind is read with limits on size, and results in
headings and cells of text; numbers keep their digits.
"""

import csv
import io
import re
import zipfile
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from sim.errors import BadInput, nearest
from sim.input_file import UNSEEN
from sim.world.encodings import byte_of_zero, decoded

if TYPE_CHECKING:
    import pandas as pd

# As many posts as a scenario may have.
MOST_POSTS = 20_000_000
# Beyond these, a text or a workbook takes more than moments; Parquet is counted before it is read.
MOST_TEXT_BYTES, MOST_TEXT_ROWS = 64_000_000, 1_000_000
MOST_BOOK_BYTES, MOST_BOOK_ROWS = 30_000_000, 50_000
MOST_COLUMNS = 500
LARGER = "save a larger table as Parquet"
# Rows in which headings are looked for, below titles and remarks.
_TOP = 10
# Headings that a row must name to be the row of headings rather than the first one.
_ENOUGH = 2
_PARQUET, _ZIP, _OLD_EXCEL = b"PAR1", b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
SEPARATORS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars", "，": "Chinese commas"}
# Excel writes the separator into a first line of its own.
_SAID_SEPARATOR = re.compile(r"\s*\"?sep=(.)\"?\s*(?:\r?\n|\r|$)", re.IGNORECASE)
_LONGEST_ROW = 100_000
_ENDLESS = re.compile(rf"[^\n]{{{_LONGEST_ROW + 1}}}")
_RAGGED = re.compile(r"Expected (\d+) fields in line (\d+), saw (\d+)")
# No row of a spreadsheet follows so many empty ones.
_EMPTY_ROWS = 200
# Whole numbers up to this keep all digits in a spreadsheet.
_EXACT = 2.0**53
# What a column of a Parquet file may hold that is no cell of a table: names of its types, in words.
_NO_CELLS = (
    (("binary", "large_binary"), "bytes"),
    (("list", "large_list"), "lists"),
    (("struct", "map"), "tables"),
    (("boolean",), "true and false"),
    (("temporal",), "dates"),
)


class Sheet(NamedTuple):
    """Headings and cells of a table, and how it was read."""

    # CSV, XLSX or Parquet; the encoding and separator of a text, or the sheet of a workbook.
    kind: str
    about: tuple[str, ...]
    headings: tuple[str, ...]
    # Text or None where empty, a column for each heading, by its place.
    cells: "pd.DataFrame"
    # Number of the row of headings, from 1; 0 where rows have no numbers (Parquet).
    header: int
    # What was inferred rather than told by the file.
    assumed: tuple[str, ...]

    def row(self, i: int) -> str:
        """The row of the file in which row ``i`` of the cells stands, counted from 1."""
        return f"row {i + self.header + 1}" if self.header else f"row {i + 1}"


class How(NamedTuple):
    """How a table is to be read, where it is stated; ``known`` counts the headings known in a row.

    ``wanted`` says which headings of a Parquet file are read at all.
    """

    known: Callable[[Sequence[str]], int]
    wanted: Callable[[Sequence[str]], Sequence[str]]
    sheet: str | None = None
    encoding: str | None = None
    separator: str | None = None
    # Most posts of the table.
    most: int = MOST_POSTS


def parsed(content: bytes, suffix: str, how: How) -> Sheet:
    """Read the bytes of a table; the ``suffix`` of its name counts where they do not tell its kind.

    Raises BadInput that says what is wrong with them.
    """
    if content.startswith(_PARQUET) or suffix.lower() in (".parquet", ".pq"):
        return _from_parquet(content, how)
    if content.startswith(_ZIP) or suffix.lower() in (".xlsx", ".xlsm"):
        return _from_workbook(content, how)
    if content.startswith(_OLD_EXCEL):
        raise BadInput("a workbook of the old kind (.xls), or one with a password; save it as XLSX")
    return _from_text(content, how)


# Texts.


def _from_text(content: bytes, how: How) -> Sheet:
    if how.sheet is not None:
        raise BadInput("sheet: stated, but the table is a text and has no sheets")
    if len(content) > MOST_TEXT_BYTES:
        raise BadInput(f"{len(content):,} bytes; expected at most {MOST_TEXT_BYTES:,}; {LARGER}")
    if not content.strip():
        raise BadInput("not a table: the file is empty")

    def known_in(text: str) -> int:
        return _separator(text.splitlines()[:_TOP], how)[1]

    text, encoding, inferred = decoded(content, known_in, how.encoding)
    if text.count("\n") + text.count("\r") > 2 * MOST_TEXT_ROWS:
        raise BadInput(f"more than {MOST_TEXT_ROWS:,} rows; {LARGER}")
    if "\0" in text:
        raise byte_of_zero(text.count("\n", 0, text.index("\0")) + 1)
    said = _SAID_SEPARATOR.match(text)
    skipped = 1 if said else 0
    if said:
        text = text[said.end() :]
        how = how._replace(separator=how.separator or said[1])
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    endless = _ENDLESS.search(text)
    if endless:
        row = text.count("\n", 0, endless.start()) + skipped + 1
        raise BadInput(f"not a table: more than {_LONGEST_ROW:,} characters in row {row}")
    top = text[: 64 * 1024].splitlines()[:_TOP]
    separator = _separator(top, how)[0]
    width = max((line.count(separator) + 1 for line in top), default=1)
    if width > MOST_COLUMNS:
        raise BadInput(f"not a table: more than {MOST_COLUMNS} columns in a row")
    table = _parsed(text, separator, width, skipped)
    assumed = (f"the encoding is {encoding}",) if inferred else ()
    between = SEPARATORS.get(separator, f"“{separator}”")
    about = (encoding, f"separated by {between}")
    return _below_headings("CSV", about, table, how, skipped, assumed)


def _separator(lines: Sequence[str], how: How) -> tuple[str, int]:
    """The sign by which lines name most known headings, and how many; else the one in most."""
    signs = [how.separator] if how.separator else list(SEPARATORS)
    return max(
        (
            (sign, max((how.known(_split(line, sign)) for line in lines), default=0))
            for sign in signs
        ),
        key=lambda one: (one[1], sum(line.count(one[0]) for line in lines)),
    )


def _split(line: str, sign: str) -> list[str]:
    line = line[: 64 * 1024]
    if line.count(sign) > MOST_COLUMNS:
        return []
    return [cell.strip().strip('"') for cell in line.split(sign)]


def _parsed(text: str, separator: str, width: int, skipped: int) -> "pd.DataFrame":
    import pandas as pd

    try:
        # Blank lines are kept as rows, so that row numbers are those of the file. Only empty cells
        # count as missing, so that a post may be called “NA”.
        return pd.read_csv(
            io.StringIO(text),
            sep=separator,
            dtype=object,
            skip_blank_lines=False,
            keep_default_na=False,
            na_values=[""],
            header=None,
            names=range(width),
            index_col=False,
            quoting=csv.QUOTE_MINIMAL,
            engine="c" if separator.isascii() else "python",
            on_bad_lines="error",
        )
    except (ValueError, csv.Error) as error:
        ragged = _RAGGED.search(str(error))
        if ragged:
            row = int(ragged[2]) + skipped
            raise BadInput(
                f"row {row}: {ragged[3]} cells, the headings {ragged[1]}; put a cell that holds "
                "the separator between quotes"
            ) from None
        raise BadInput(f"not a table: {error}") from None


# Workbooks.


def _from_workbook(content: bytes, how: How) -> Sheet:
    # Only workbooks need it, and it takes a tenth of a second to import.
    import openpyxl
    import pandas as pd

    _refuse_stated(how, "a workbook")
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            unpacked = sum(one.file_size for one in archive.infolist())
        if unpacked > MOST_BOOK_BYTES:
            raise BadInput(
                f"{unpacked:,} bytes unpacked; expected at most {MOST_BOOK_BYTES:,}; {LARGER}"
            )
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True)
    except BadInput:
        raise
    except Exception as error:
        # For a damaged workbook the library raises errors of many kinds.
        raise BadInput(f"not a table: no workbook ({type(error).__name__})") from None
    names = [one.title for one in book.worksheets]
    if not names:
        raise BadInput("not a table: a workbook without sheets")
    if how.sheet is not None and how.sheet not in names:
        raise BadInput(f"sheet: no sheet “{how.sheet}”{nearest(how.sheet, names)}")
    name = how.sheet or names[0]
    try:
        rows = _rows(book.worksheets[names.index(name)], min(how.most, MOST_BOOK_ROWS))
    except BadInput:
        raise
    except Exception as error:
        raise BadInput(f"not a table: sheet “{name}” is broken ({type(error).__name__})") from None
    several = how.sheet is None and len(names) > 1
    assumed = (f"the first of {len(names)} sheets holds the posts",) if several else ()
    table = pd.DataFrame(rows, dtype=object) if rows else pd.DataFrame([[None]], dtype=object)
    return _below_headings("XLSX", (f"sheet “{name[:60]}”",), table, how, 0, assumed)


def _rows(sheet: Any, most: int) -> list[list[str | None]]:
    """Cells of a sheet with ``most`` posts, as text, without the empty rows at its end."""
    # What a file says of its size may be wrong.
    sheet.reset_dimensions()
    rows: list[list[str | None]] = []
    filled = 0
    for row in sheet.iter_rows(values_only=True, max_col=MOST_COLUMNS + 1):
        if len(row) > MOST_COLUMNS and row[MOST_COLUMNS] is not None:
            raise BadInput(f"not a table: more than {MOST_COLUMNS} columns in a row")
        rows.append([cell_text(value) for value in row])
        if any(value is not None for value in row):
            filled = len(rows)
        if len(rows) - filled > _EMPTY_ROWS:
            break
        if filled > most + _TOP:
            raise BadInput(f"more than {most:,} rows in a sheet; {LARGER}")
    return rows[:filled]


def cell_text(value: Any) -> str | None:
    """A cell as text: whole numbers without a point, others with the digits that they need."""
    if value is None or (isinstance(value, float) and value != value):
        return None
    if isinstance(value, float) and value.is_integer() and abs(value) < _EXACT:
        return str(int(value))
    text = str(value)
    return text or None


# Parquet.


def _from_parquet(content: bytes, how: How) -> Sheet:
    """The columns that are understood, of text and numbers alone, categories as what they name.

    Rows of a table compress well, so they are counted before they are read.
    """
    import pandas as pd
    import pyarrow as pa
    import pyarrow.parquet as pq

    _refuse_stated(how, "a Parquet file", sheet=True)
    try:
        with pq.ParquetFile(io.BytesIO(content)) as file:
            rows = file.metadata.num_rows
            if rows > how.most:
                raise BadInput(f"{rows:,} rows; expected at most {how.most:,}")
            headings = [str(name) for name in file.schema_arrow.names]
            if len(headings) > MOST_COLUMNS:
                raise BadInput(f"not a table: more than {MOST_COLUMNS} columns")
            for name in headings:
                if headings.count(name) > 1:
                    raise BadInput(f"column “{name[:60]}” occurs twice")
            wanted = how.wanted(headings)
            columns = {
                place: _plain(name, file.read([name]))
                if name in wanted
                else pd.Series(dtype=object)
                for place, name in enumerate(headings)
            }
    except BadInput:
        raise
    except (OSError, ValueError, pa.ArrowException) as error:
        raise BadInput(f"not a table: {error}") from None
    cells = pd.DataFrame(columns, index=range(rows), columns=range(len(headings)), dtype=object)
    return Sheet("Parquet", (), _shown_headings(headings), cells, 0, ())


def _plain(name: str, table: Any) -> "pd.Series":
    """A column as Python's text. Raises BadInput for other than text and numbers."""
    import pandas as pd
    import pyarrow as pa

    column = table.column(0)
    kind = column.type
    if pa.types.is_dictionary(kind):
        column = column.cast(kind.value_type)
        kind = kind.value_type

    def is_one(*names: str) -> bool:
        return any(getattr(pa.types, f"is_{one}")(kind) for one in names)

    text = is_one("string", "large_string", "null", "string_view")
    number = is_one("integer", "floating", "decimal")
    if not (text or number):
        what = next((word for names, word in _NO_CELLS if is_one(*names)), str(kind))
        raise BadInput(f"column “{name[:60]}” holds {what}; expected text or numbers")
    return pd.Series([cell_text(value) for value in column.to_pylist()], dtype=object)


# All kinds.


def _refuse_stated(how: How, what: str, sheet: bool = False) -> None:
    stated = {"encoding": how.encoding, "separator": how.separator}
    if sheet:
        stated["sheet"] = how.sheet
    for name, value in stated.items():
        if value is not None:
            raise BadInput(f"{name}: stated, but the table is {what} and has none to choose")


def _below_headings(
    kind: str,
    about: tuple[str, ...],
    table: "pd.DataFrame",
    how: How,
    skipped: int,
    assumed: tuple[str, ...],
) -> Sheet:
    """The row of headings and the cells below it, without empty rows after the last post."""
    top = [_texts(table.iloc[place]) for place in range(min(_TOP, len(table)))]
    counts = [how.known(headings) for headings in top]
    best = counts.index(max(counts)) if counts and max(counts) >= _ENOUGH else 0
    if best:
        above = "row 1 is" if best == 1 else f"rows 1 to {best} are"
        assumed = (*assumed, f"{above} above the headings")
    cells = table.iloc[best + 1 :].reset_index(drop=True)
    filled = cells.notna().any(axis=1).to_numpy().nonzero()[0]
    cells = cells.iloc[: filled[-1] + 1] if filled.size else cells.iloc[:0]
    headings = top[best] if top else []
    if kind == "CSV":
        _refuse_beyond(headings, cells, best + 2 + skipped)
    return Sheet(kind, about, _shown_headings(headings), cells, best + 1 + skipped, assumed)


def _refuse_beyond(headings: Sequence[str], cells: "pd.DataFrame", first: int) -> None:
    """Refuse a row that is longer than the headings: a cell of it may have been cut in two."""
    named = max((place for place, name in enumerate(headings, 1) if name), default=0)
    beyond = cells.iloc[:, named:].notna()
    for i in beyond.any(axis=1).to_numpy().nonzero()[0][:1]:
        number = named + 1 + int(beyond.iloc[i].to_numpy().nonzero()[0][-1])
        raise BadInput(
            f"row {i + first}: {number} cells, the headings {named}; put a cell that holds the "
            "separator between quotes"
        )


def _texts(row: "pd.Series") -> list[str]:
    return ["" if value is None or value != value else str(value).strip() for value in row]


def _shown_headings(headings: Sequence[str]) -> tuple[str, ...]:
    """Headings as they may be shown on a terminal."""
    return tuple(UNSEEN.sub("�", name).strip().strip("\ufeff") for name in headings)
