"""A user's own organisation: posts and officers from an establishment table (编制表).

The table is a CSV, XLSX or Parquet file with one row for each post, with headings in English or
Chinese (``sim/world/headings.py``). Required columns: ``post`` (any unique name or number),
``superior`` (the post above, empty at the top) and ``department``. Optional columns: ``rank`` (a
number, 1 is the highest of the department, or a rank by name), ``title`` and ``title_zh``, the
traits ``capability``, ``responsibility``, ``inertia``, ``ambition``, ``connection``,
``merit_belief`` (0 to 1), ``age`` (years), ``time_in_post`` (months), and the ties
``second_superior`` (双重领导) and ``co_head`` (two at the top). Values of empty cells and missing
columns are drawn at random. Other columns are ignored, and reported.
"""

import hashlib
import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from weakref import WeakValueDictionary

import numpy as np
from numpy.typing import NDArray

from sim.calendar import MONTHS_A_YEAR
from sim.errors import BadInput, Problems
from sim.input_file import UNSEEN, read_bytes
from sim.world import headings, sheet
from sim.world.cells import is_given, numbers, ranks
from sim.world.headings import NEEDED, TITLES, TRAITS
from sim.world.identifiers import Identifiers, names_of
from sim.world.organisation import Layout, PostsFile, PostsReading
from sim.world.posts_layout import Listed, laid_out
from sim.world.ties import CO_HEAD, SECOND, Tie, co_heads, under_two

# Lowest and highest value of each column, in its unit.
BOUNDS = {**dict.fromkeys(TRAITS, (0.0, 1.0)), "age": (16.0, 100.0), "time_in_post": (0.0, 720.0)}
# Characters of a name or title that tables and pictures have room for.
LONGEST_NAME = 200


@dataclass(frozen=True)
class Reading:
    """How a table was read: what was found, what was assumed, and what was left out."""

    # Kind of file, its encoding and separator or its sheet, and rows.
    file: str
    # Headings as they are in the file, with the column that each is, and how many cells are given.
    columns: tuple[tuple[str, str, int], ...]
    assumed: tuple[str, ...]
    # Headings that are not read, each with the known one most like it, or nothing.
    ignored: tuple[tuple[str, str], ...]
    # Headings that look like misspelt ones, each as a sentence.
    warnings: tuple[str, ...]


@dataclass(frozen=True)
class Establishment:
    """A checked table: the layout of posts, and the known values of officers."""

    layout: Layout
    # Name of each post, in the order of the layout.
    posts: tuple[str, ...]
    # Values of each field of the officer, shape (posts,), with ages in months; NaN if not given.
    known: dict[str, NDArray[np.float64]]
    # What each post is called, in English and in Chinese; its name where the table does not say.
    titles: tuple[str, ...]
    titles_zh: tuple[str, ...]
    # Second superiors and second heads, in the order of the layout.
    ties: tuple[Tie, ...]
    # Share of the posts of each department under two superiors, 0 to 1; (departments,).
    under_two: NDArray[np.float64]
    reading: Reading


def digest(path: Path) -> str:
    """SHA-256 of a file, hexadecimal. Raises BadInput if it cannot be read or is not regular."""
    return hashlib.sha256(read_bytes(path)).hexdigest()


def read(path: Path, stated: PostsReading | None = None) -> Establishment:
    """Read and check a table. Raises BadInput with the row and the column of an error.

    ``stated`` says how it is to be read where the file does not tell.
    """
    if not os.path.exists(path):
        raise BadInput(f"{path}: no such file; expected a table of posts")
    content = read_bytes(path)
    try:
        return parsed(content, path.suffix, stated)
    except BadInput as error:
        raise BadInput(*(f"{path}: {text}" for text in error.each)) from None


def parsed(
    content: bytes,
    suffix: str = "",
    stated: PostsReading | None = None,
    most: int = sheet.MOST_POSTS,
) -> Establishment:
    """Read and check the bytes of a table with ``most`` posts at most.

    The ``suffix`` of its name counts where the bytes do not tell what kind it is. Raises BadInput
    with the row and the column of an error.
    """
    stated = PostsReading() if stated is None else stated
    how = sheet.How(
        headings.count_known,
        lambda found: _wanted(found, stated),
        stated.sheet,
        stated.encoding,
        stated.separator,
        most,
    )
    return _checked(sheet.parsed(content, suffix, how), stated, most)


# Tables that are in memory alone, by what their scenario says of them, as long as somebody keeps
# them; their scenarios name no file.
IN_MEMORY = "(in memory)"
_KEPT: WeakValueDictionary[str, Establishment] = WeakValueDictionary()


def kept(content: bytes, table: Establishment) -> tuple[PostsFile, Establishment]:
    """Make a table known under the digest of its bytes, without a file.

    It is known as long as the caller keeps the table that is returned.
    """
    named = PostsFile(path=IN_MEMORY, sha256=hashlib.sha256(content).hexdigest())
    return named, _KEPT.setdefault(named.model_dump_json(), table)


def of(posts: PostsFile) -> Establishment:
    """The table that a scenario names. Raises BadInput if it has changed, or is kept no longer."""
    if posts.path == IN_MEMORY:
        found = _KEPT.get(posts.model_dump_json())
        if found is None:
            raise BadInput("this table of posts is kept no longer")
        return found
    if digest(Path(posts.path)) != posts.sha256:
        raise BadInput(f"{posts.path}: has changed since the scenario was loaded")
    return _read_once(posts.model_dump_json())


@lru_cache(maxsize=8)
def _read_once(posts: str) -> Establishment:
    stated = PostsFile.model_validate_json(posts)
    return read(Path(stated.path), stated)


def _wanted(found: Sequence[str], stated: PostsReading) -> list[str]:
    return [found[place] for place in headings.match(found, stated.columns, "").places.values()]


class _Table:
    """The columns of a sheet that are understood, as text."""

    def __init__(self, found: sheet.Sheet, stated: PostsReading, most: int) -> None:
        self.sheet = found
        where = f"row {found.header}: " if found.header else ""
        self.headings = headings.match(found.headings, stated.columns, where)
        if found.cells.empty:
            raise BadInput("no posts; expected one row for each post")
        if len(found.cells) > most:
            raise BadInput(f"{len(found.cells):,} rows; expected at most {most:,}")
        self.rows = len(found.cells)

    def __contains__(self, column: str) -> bool:
        return column in self.headings.places

    def heading(self, column: str) -> str:
        return self.sheet.headings[self.headings.places[column]]

    def cells(self, column: str) -> list[str | None]:
        """Cells of a column as text; None where empty or where there is no such column."""
        if column not in self:
            return [None] * self.rows
        values = self.sheet.cells.iloc[:, self.headings.places[column]].tolist()
        return [value if isinstance(value, str) else None for value in values]


def _checked(found: sheet.Sheet, stated: PostsReading, most: int) -> Establishment:
    table = _Table(found, stated, most)
    assumed = list(found.assumed)
    problems = Problems()
    text = {column: names_of(table.cells(column)) for column in (*NEEDED, *TITLES)}
    for column in ("post", "department"):
        _check_names(text[column], column, found.row, problems)
    for column in TITLES:
        _check_length(text[column], column, found.row, problems)
    post = [name or "" for name in text["post"]]
    identifiers = Identifiers(post, text["title"], found.row)
    department = identifiers.of_departments([name or "" for name in text["department"]])
    above = identifiers.superiors(text["superior"], problems)
    known = _known(table, stated, problems)
    levels, by_name = None, False
    if any(map(is_given, table.cells("rank"))):
        levels, by_name = ranks(table.cells("rank"), stated.ranks, found.row, problems)
    problems.refuse()
    heads = co_heads(table.cells("co_head"), identifiers, department, above, found.row, problems)
    problems.refuse()
    for lower, upper in heads.items():
        above[lower] = upper
    layout, rows = laid_out(Listed(post, department, above, frozenset(heads), levels, found.row))
    named = names_of(table.cells("second_superior"))
    second = identifiers.second_superiors(named, above, problems)
    problems.refuse()
    ties = _ties(post, rows, heads, second)
    assumed += identifiers.assumed
    if by_name:
        assumed.append("ranks by name are levels, the highest first")
    titles = [text["title"][i] or post[i] for i in rows]
    titles_zh = [text["title_zh"][i] or title for i, title in zip(rows, titles, strict=True)]
    return Establishment(
        layout,
        tuple(post[i] for i in rows),
        {column: values[rows] for column, values in known.items()},
        tuple(titles),
        tuple(titles_zh),
        ties,
        under_two(layout, ties),
        _reading(table, tuple(assumed)),
    )


def _check_names(
    names: Sequence[str | None], column: str, at: Callable[[int], str], problems: Problems
) -> None:
    first: dict[str, int] = {}
    for i, name in enumerate(names):
        if name is None:
            problems.append(f"{at(i)}: “{column}” is empty")
        elif column == "post":
            if name in first:
                problems.append(f"{at(i)}: post “{name[:60]}” is already in {at(first[name])}")
            first.setdefault(name, i)
    _check_length(names, column, at, problems)


def _check_length(
    names: Sequence[str | None], column: str, at: Callable[[int], str], problems: Problems
) -> None:
    for i, name in enumerate(names):
        if name is not None and len(name) > LONGEST_NAME:
            problems.append(
                f"{at(i)}: “{column}” has {len(name):,} characters; expected at most {LONGEST_NAME}"
            )
        elif name is not None and UNSEEN.search(name):
            problems.append(f"{at(i)}: “{column}” holds a character that cannot be seen")


def _known(
    table: _Table, stated: PostsReading, problems: Problems
) -> dict[str, NDArray[np.float64]]:
    """Values that are given, by column, each (rows,), with ages in months; NaN where not given."""
    known = {}
    at = table.sheet.row
    for column in BOUNDS:
        if column not in table:
            continue
        scale = stated.scale.get(column)
        heading = table.heading(column)
        values = numbers(column, table.cells(column), scale, heading, at, problems)
        problems += _beyond(column, values, at)
        known[column] = values * (MONTHS_A_YEAR if column == "age" else 1)
    return known


def _beyond(column: str, values: NDArray[np.float64], at: Callable[[int], str]) -> Iterator[str]:
    """Messages on values outside the bounds of a column: one if a scale would mend them all."""
    low, high = BOUNDS[column]
    rows = np.flatnonzero((values < low) | (values > high))
    expected = f"expected {low:g} to {high:g}"
    if column in TRAITS:
        expected += f"; {_on_a_scale(column)}"
        if rows.size > 1:
            found = values[rows]
            yield (
                f"{at(int(rows[0]))} and {rows.size - 1:,} more: “{column}” is {found.min():g} to "
                f"{found.max():g}; {expected}"
            )
            return
    for i in rows:
        yield f"{at(int(i))}: “{column}” is {values[i]:g}; {expected}"


def _on_a_scale(column: str) -> str:
    return f"state another scale below [organisation.posts], as in scale.{column} = [1, 5]"


def _ties(
    post: Sequence[str],
    rows: NDArray[np.int64],
    heads: dict[int, int],
    second: dict[int, tuple[str, int]],
) -> tuple[Tie, ...]:
    place = {int(row): number for number, row in enumerate(rows)}
    found = [Tie(CO_HEAD, place[i], post[j], place[j]) for i, j in heads.items()]
    found += [
        Tie(SECOND, place[i], name, place[j] if j >= 0 else -1) for i, (name, j) in second.items()
    ]
    return tuple(sorted(found, key=lambda tie: (tie.post, tie.kind)))


def _reading(table: _Table, assumed: tuple[str, ...]) -> Reading:
    found = table.sheet
    header = f"headings in row {found.header}" if found.header else "headings of the file"
    told = ", ".join((found.kind, *found.about, f"{table.rows:,} rows", header))
    columns = tuple(
        (table.heading(column), column, sum(map(is_given, table.cells(column))))
        for column in headings.COLUMNS
        if column in table
    )
    not_given = _not_given(table)
    if not_given:
        assumed = (*assumed, not_given)
    return Reading(
        told, columns, assumed, tuple(table.headings.ignored.items()), table.headings.misspelt
    )


def _not_given(table: _Table) -> str:
    """What cells that hold a mark for a missing value were taken for."""
    marks: dict[str, int] = {}
    for column in BOUNDS:
        for cell in table.cells(column):
            if cell is not None and cell.strip() and not is_given(cell):
                marks[cell.strip()] = marks.get(cell.strip(), 0) + 1
    return "; ".join(
        f"“{mark}” in {count} {'cell' if count == 1 else 'cells'} is a value not known"
        for mark, count in marks.items()
    )
