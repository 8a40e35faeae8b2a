"""A user's own organisation: posts and officers from an establishment table (编制表).

The table is a CSV or Parquet file with one row for each post. Required columns: ``post`` (any
unique name), ``superior`` (the post above, empty at the top) and ``department``. Optional columns:
``rank`` (a number, 1 is the highest of the department), ``capability``, ``responsibility``,
``inertia``, ``ambition``, ``connection``, ``merit_belief`` (0 to 1), ``age`` (years) and
``time_in_post`` (months). Values of empty cells and missing columns are drawn at random. Other
columns are ignored.
"""

import hashlib
import io
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from sim.errors import BadInput, nearest
from sim.input_file import UNSEEN, read_bytes
from sim.world.organisation import MOST_RANKS, MOST_TIERS, Layout

NEEDED = ("post", "superior", "department")
TRAITS = ("capability", "responsibility", "inertia", "ambition", "connection", "merit_belief")
# Lowest and highest value of each column, in its unit.
BOUNDS = {**dict.fromkeys(TRAITS, (0.0, 1.0)), "age": (16.0, 100.0), "time_in_post": (0.0, 720.0)}
# As many as a scenario may have.
MOST_POSTS = 20_000_000
_MONTHS_A_YEAR = 12
# Number of the first row of data: the header is row 1, as in a spreadsheet.
_FIRST_ROW = 2


@dataclass(frozen=True)
class Establishment:
    """A checked table: the layout of posts, and the known values of officers."""

    layout: Layout
    # Name of each post, in the order of the layout.
    posts: tuple[str, ...]
    # Values of each field of the officer, shape (posts,), with ages in months; NaN if not given.
    known: dict[str, NDArray[np.float64]]


def digest(path: Path) -> str:
    """SHA-256 of a file, hexadecimal. Raises BadInput if it cannot be read or is not regular."""
    return hashlib.sha256(read_bytes(path)).hexdigest()


def read(path: Path) -> Establishment:
    """Read and check a table. Raises BadInput with the row and the column of an error."""
    table = _table(path)
    if table.empty:
        raise BadInput(f"{path}: no posts; expected one row for each post")
    post = _names(path, table, "post")
    department = _names(path, table, "department")
    superior = table["superior"].fillna("").astype(str).str.strip().to_numpy()
    above = _above(path, post, superior)
    depth = _depths(path, post, above)
    names, index = _departments(department, depth)
    heads = _heads(path, post, above, index, names)
    tier = _tiers(path, names, above, index, heads)
    return _laid_out(path, table, post, above, index, names, heads, tier)


def _table(path: Path) -> pd.DataFrame:
    if not os.path.exists(path):
        raise BadInput(f"{path}: no such file; expected a table of posts")
    content = io.BytesIO(read_bytes(path))
    if path.suffix == ".parquet":
        return _from_parquet(path, content)
    try:
        # Blank lines are kept as rows, so that row numbers are those of the file. Only empty cells
        # count as missing, so that a post may be called “NA”.
        table = pd.read_csv(
            content,
            dtype=str,
            encoding="utf-8-sig",
            skip_blank_lines=False,
            keep_default_na=False,
            na_values=[""],
            header=None,
        )
    except ValueError as error:
        raise BadInput(f"{path}: not a table: {error}") from None
    return _with_header(path, table)


def _from_parquet(path: Path, content: io.BytesIO) -> pd.DataFrame:
    """The columns that are understood, of text and numbers alone, categories as what they name.

    Rows of a table compress well, so they are counted before they are read.
    """
    try:
        with pq.ParquetFile(content) as file:
            rows = file.metadata.num_rows
            if rows > MOST_POSTS:
                raise BadInput(f"{path}: {rows:,} rows; expected at most {MOST_POSTS:,}")
            names = file.schema_arrow.names
            _check_columns(path, names)
            known = [name for name in (*NEEDED, "rank", *BOUNDS) if name in names]
            columns = {name: _plain(path, name, file.read([name])) for name in known}
    except BadInput:
        raise
    except (OSError, ValueError, pa.ArrowException) as error:
        raise BadInput(f"{path}: not a table: {error}") from None
    return pd.DataFrame(columns, index=range(rows))


def _plain(path: Path, name: str, table: Any) -> pd.Series:
    """A column as Python's text and numbers. Raises BadInput for any other."""
    column = table.column(0)
    kind = column.type
    if pa.types.is_dictionary(kind):
        column = column.cast(kind.value_type)
        kind = kind.value_type
    text = pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_null(kind)
    if not (text or pa.types.is_integer(kind) or pa.types.is_floating(kind)):
        raise BadInput(f"{path}: column “{name}” holds {kind}; expected text or numbers")
    return pd.Series(column.to_pylist(), dtype=object)


def _check_columns(path: Path, names: list[str], at: str = "") -> None:
    """Refuse a table in which a column that is needed is missing, or one understood comes twice."""
    for name in {*NEEDED, *BOUNDS, "rank"}:
        if names.count(name) > 1:
            raise BadInput(f"{path}: {at}column “{name}” occurs twice")
    for name in NEEDED:
        if name not in names:
            raise BadInput(f"{path}: column “{name}” is missing{nearest(name, names)}")


def _with_header(path: Path, table: pd.DataFrame) -> pd.DataFrame:
    header = [str(name).strip() for name in table.iloc[0]]
    _check_columns(path, header, "row 1: ")
    body = table.iloc[1:].reset_index(drop=True)
    body.columns = pd.Index(header)
    # Empty rows after the last post are dropped.
    filled = np.flatnonzero(body.notna().any(axis=1))
    return body.iloc[: filled[-1] + 1] if filled.size else body.iloc[:0]


def _row(i: int) -> str:
    return f"row {i + _FIRST_ROW}"


def _names(path: Path, table: pd.DataFrame, column: str) -> NDArray[Any]:
    names = table[column].fillna("").astype(str).str.strip().to_numpy()
    for i in np.flatnonzero(names == "")[:1]:
        raise BadInput(f"{path}: {_row(i)}: “{column}” is empty")
    for i in np.flatnonzero([UNSEEN.search(name) is not None for name in names])[:1]:
        raise BadInput(f"{path}: {_row(i)}: “{column}” holds a character that cannot be seen")
    if column == "post":
        for i in np.flatnonzero(pd.Series(names).duplicated())[:1]:
            first = int(np.flatnonzero(names == names[i])[0])
            raise BadInput(f"{path}: {_row(i)}: post “{names[i]}” is already in {_row(first)}")
    return np.asarray(names)


def _above(path: Path, post: NDArray[Any], superior: NDArray[Any]) -> NDArray[np.int64]:
    place = {name: i for i, name in enumerate(post)}
    above = np.full(post.size, -1)
    for i, name in enumerate(superior):
        if name == "":
            continue
        if name not in place:
            raise BadInput(
                f"{path}: {_row(i)}: superior “{name}” of post “{post[i]}” is not a post of the "
                f"table{nearest(name, place)}"
            )
        above[i] = place[name]
    return above


def _depths(path: Path, post: NDArray[Any], above: NDArray[np.int64]) -> NDArray[np.int64]:
    depth = np.full(post.size, -1)
    for i in range(post.size):
        # Posts walked through, in order; a dictionary finds one of them quickly.
        walk: dict[int, int] = {}
        here = i
        while here >= 0 and depth[here] < 0:
            if here in walk:
                circle = [*list(walk)[walk[here] :], here]
                names = " → ".join(str(post[step]) for step in circle[:6])
                raise BadInput(
                    f"{path}: {_row(here)}: posts answer to each other in a cycle: {names}"
                )
            walk[here] = len(walk)
            here = int(above[here])
        base = depth[here] if here >= 0 else -1
        for distance, step in enumerate(reversed(walk), 1):
            depth[step] = base + distance
    return depth


def _departments(
    department: NDArray[Any], depth: NDArray[np.int64]
) -> tuple[list[str], NDArray[np.int64]]:
    """Names of departments, ordered by depth of their head and then as in the file.

    Also gives the number of the department of each post.
    """
    first = pd.DataFrame({"name": department, "depth": depth, "row": np.arange(depth.size)})
    order = first.groupby("name", sort=False).agg({"depth": "min", "row": "min"})
    names = [str(name) for name in order.sort_values(["depth", "row"], kind="stable").index]
    place = {name: d for d, name in enumerate(names)}
    return names, np.array([place[str(name)] for name in department])


def _heads(
    path: Path,
    post: NDArray[Any],
    above: NDArray[np.int64],
    index: NDArray[np.int64],
    names: list[str],
) -> NDArray[np.int64]:
    is_head = (above < 0) | (index[above] != index)
    heads = np.full(len(names), -1)
    for i in map(int, np.flatnonzero(is_head)):
        other = heads[index[i]]
        if other >= 0:
            raise BadInput(
                f"{path}: {_row(i)}: department “{names[index[i]]}” has two heads, “{post[other]}” "
                f"({_row(int(other))}) and “{post[i]}”; one must answer to the other"
            )
        heads[index[i]] = i
    return heads


def _tiers(
    path: Path,
    names: list[str],
    above: NDArray[np.int64],
    index: NDArray[np.int64],
    heads: NDArray[np.int64],
) -> NDArray[np.int64]:
    tier = np.zeros(len(names), dtype=np.int64)
    for d, head in enumerate(heads):
        if above[head] >= 0:
            upper = int(index[above[head]])
            if above[head] != heads[upper]:
                raise BadInput(
                    f"{path}: {_row(int(head))}: the head of “{names[d]}” must answer to the head "
                    f"of “{names[upper]}”, not to another post there"
                )
            tier[d] = tier[upper] + 1
    if tier.max() >= MOST_TIERS:
        raise BadInput(f"{path}: {tier.max() + 1} tiers; expected at most {MOST_TIERS}")
    return tier


def _ranks(
    path: Path, table: pd.DataFrame, posts: NDArray[np.int64], above: NDArray[np.int64]
) -> dict[int, int]:
    """Rank of each post of one department, 0 for the head.

    Given ranks are renumbered without gaps. If none are given, the rank is the distance from the
    head.
    """
    if "rank" in table:
        given = pd.to_numeric(table["rank"].iloc[posts], errors="coerce").to_numpy()
        for i in posts[np.isnan(given)][:1]:
            raise BadInput(f"{path}: {_row(int(i))}: “rank” is not a number")
        dense = {value: rank for rank, value in enumerate(sorted(set(given)))}
        ranks = {int(i): dense[value] for i, value in zip(posts, given, strict=True)}
        for i in posts[1:]:
            if ranks[int(i)] <= ranks[int(above[i])]:
                raise BadInput(f"{path}: {_row(int(i))}: “rank” is not below that of its superior")
    else:
        ranks = {int(posts[0]): 0}
        for i in posts[1:]:
            ranks[int(i)] = ranks[int(above[i])] + 1
    if max(ranks.values()) >= MOST_RANKS:
        raise BadInput(f"{path}: {max(ranks.values()) + 1} ranks; expected at most {MOST_RANKS}")
    return ranks


def _top_down(head: int, below: dict[int, list[int]], inside: NDArray[np.bool_]) -> Iterator[int]:
    """A head and all posts below it in its department, with those of one superior together."""
    queue = [head]
    while queue:
        here = queue.pop(0)
        yield here
        queue += [i for i in below.get(here, []) if inside[i]]


def _laid_out(
    path: Path,
    table: pd.DataFrame,
    post: NDArray[Any],
    above: NDArray[np.int64],
    index: NDArray[np.int64],
    names: list[str],
    heads: NDArray[np.int64],
    tier: NDArray[np.int64],
) -> Establishment:
    below: dict[int, list[int]] = {}
    for i, superior in enumerate(above):
        below.setdefault(int(superior), []).append(i)
    # A layout numbers departments by tier.
    order_of_departments = np.argsort(tier, kind="stable")
    number = np.empty_like(order_of_departments)
    number[order_of_departments] = np.arange(number.size)
    order: list[int] = []
    rank: list[int] = []
    for d in order_of_departments:
        posts = np.array(list(_top_down(int(heads[d]), below, index == d)))
        ranks = _ranks(path, table, posts, above)
        order += posts.tolist()
        rank += [ranks[int(i)] for i in posts]
    rows = np.array(order)
    place = np.empty_like(rows)
    place[rows] = np.arange(rows.size)
    superior = np.where(above[rows] >= 0, place[above[rows]], -1)
    tiers = tier[order_of_departments]
    tops = above[heads[order_of_departments]]
    parent = np.where(tops >= 0, number[index[tops]], -1)
    line = np.arange(tiers.size)
    for d in range(tiers.size):
        if parent[d] >= 0:
            line[d] = line[parent[d]]
    starts = np.searchsorted(tiers, tiers, side="left")
    sizes = np.bincount(tiers)[tiers]
    owner = number[index[rows]]
    layout = Layout(
        tuple(f"tier {t + 1}" for t in range(int(tiers.max()) + 1)),
        tuple(names[d] for d in order_of_departments),
        tiers,
        line,
        parent,
        starts,
        sizes,
        np.bincount(owner, minlength=tiers.size),
        owner.astype(np.int32),
        np.array(rank, np.int32),
        superior.astype(np.int32),
    )
    return Establishment(layout, tuple(str(post[i]) for i in rows), _known(path, table, rows))


def _known(path: Path, table: pd.DataFrame, rows: NDArray[np.int64]) -> dict[str, Any]:
    known = {}
    for column, (low, high) in BOUNDS.items():
        if column not in table:
            continue
        given = table[column]
        values = pd.to_numeric(given, errors="coerce").to_numpy(dtype=float, na_value=np.nan)
        empty = given.isna() | (given.astype(str).str.strip() == "")
        for i in np.flatnonzero(np.isnan(values) & ~empty.to_numpy())[:1]:
            raise BadInput(f"{path}: {_row(i)}: “{column}” is not a number: “{given.iloc[i]}”")
        for i in np.flatnonzero((values < low) | (values > high))[:1]:
            raise BadInput(
                f"{path}: {_row(i)}: “{column}” is {values[i]:g}; expected {low:g} to {high:g}"
            )
        months = values[rows] * (_MONTHS_A_YEAR if column == "age" else 1)
        known[column] = months
    return known
