"""Results on disk: parts written whole as they finish, a table at the end, and what they rest on.

A folder holds the runs of one identity (code, settings, seed). What an earlier session finished is
read back, not run again; asking for more replicates adds to it.
"""

import json
import re
import subprocess
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from sim.errors import BadInput
from sim.study.execute import Chunk, Finished
from sim.study.files import writable_folder, write_whole
from sim.study.package import digest

RUNS = "runs.parquet"
SERIES = "series.parquet"
MANIFEST = "manifest.json"
_PARTS = "parts"
_KEYS = ["package", "replicate"]


def commit() -> str:
    """The commit of the checkout that runs, with “+” if files differ from it; else “none”."""
    home = Path(__file__).resolve().parents[2]
    if not (home / ".git").exists():
        return "none"

    def git(*words: str) -> str:
        command = ["git", "-C", str(home), *words]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()

    try:
        head = git("rev-parse", "--short=12", "HEAD")
        return head + ("+" if git("status", "--porcelain", "--", "sim", "scenarios") else "")
    except (OSError, subprocess.CalledProcessError):
        return "none"


def parquet(table: pd.DataFrame) -> bytes:
    """A table as Parquet: zstd, floats split by byte, no dictionary for them."""
    floats = [str(name) for name in table.columns if table[name].dtype.kind == "f"]
    sink = pa.BufferOutputStream()
    pq.write_table(
        pa.Table.from_pandas(table, preserve_index=False),
        sink,
        compression="zstd",
        write_page_checksum=True,
        use_dictionary=[str(name) for name in table.columns if str(name) not in floats],
        column_encoding=dict.fromkeys(floats, "BYTE_STREAM_SPLIT"),
    )
    return bytes(sink.getvalue())


def as_json(content: Any) -> str:
    """Plain values as JSON; what is not a number is null."""
    return json.dumps(_plain(content), indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def _plain(content: Any) -> Any:
    if isinstance(content, dict):
        return {str(key): _plain(value) for key, value in content.items()}
    if isinstance(content, list | tuple):
        return [_plain(value) for value in content]
    if isinstance(content, float | np.floating):
        return float(content) if np.isfinite(content) else None
    return int(content) if isinstance(content, np.integer) else content


class Store:
    """The folder of one identity below ``out``.

    Raises BadInput where it cannot be written, or holds something else.
    """

    def __init__(
        self, out: Path, kind: str, name: str, identity: dict[str, Any], columns: tuple[str, ...]
    ) -> None:
        self.identity = {"kind": kind, **identity}
        self.key = digest(self.identity)
        self.columns = columns
        self.folder = writable_folder(out / f"{kind}-{name}-{self.key[:10]}")
        self._parts = writable_folder(self.folder / _PARTS)
        self._sweep()

    def _sweep(self) -> None:
        """Drop what a killed process left half written."""
        for folder in (self.folder, self._parts):
            for stray in folder.glob(".*.part"):
                stray.unlink(missing_ok=True)

    def keep(self, finished: Finished) -> None:
        """Write one finished chunk, whole or not at all."""
        chunk = finished.chunk
        name = f"{chunk.package}-{chunk.first:07d}-{chunk.last:07d}"
        if self.columns:
            paths = parquet(finished.series_table(self.columns))
            write_whole(self._parts / f"{name}.series", paths)
        # Written last: a part counts only once this file is there.
        write_whole(self._parts / f"{name}.runs", parquet(finished.runs_table()))

    def _read(self, name: str, suffix: str) -> pd.DataFrame:
        tables = []
        for path in [self.folder / name, *sorted(self._parts.glob(f"*{suffix}"))]:
            if not path.is_file():
                continue
            try:
                table: pd.DataFrame = pq.read_table(
                    path, page_checksum_verification=True
                ).to_pandas()
                tables.append(table)
            except Exception:
                # Damaged, in whatever way: forgotten here, run again.
                path.unlink(missing_ok=True)
        if not tables:
            return pd.DataFrame(
                {"package": pd.Series(dtype=str), "replicate": pd.Series(dtype=int)}
            )
        keys = [*_KEYS, "month"] if suffix == ".series" else _KEYS
        together = pd.concat(tables, ignore_index=True)
        return together.drop_duplicates(keys).sort_values(keys, ignore_index=True)

    def runs(self) -> pd.DataFrame:
        """Every finished run: package, replicate, measures; sorted."""
        runs = self._read(RUNS, ".runs")
        if not self.columns:
            return runs
        known = self.series()[_KEYS].drop_duplicates()
        return runs.merge(known, on=_KEYS)

    def series(self) -> pd.DataFrame:
        """Monthly measures of every finished run: package, replicate, month, measures; sorted."""
        return self._read(SERIES, ".series")

    def missing(self, chunks: Iterable[Chunk]) -> list[Chunk]:
        """The chunks that are not wholly there yet."""
        runs = self.runs()
        done = set(zip(runs["package"], runs["replicate"], strict=True))
        return [
            chunk
            for chunk in chunks
            if any((chunk.package, r) not in done for r in range(chunk.first, chunk.last))
        ]

    def compact(self) -> None:
        """Gather all parts into one table; parts go once it is written."""
        write_whole(self.folder / RUNS, parquet(self.runs()))
        if self.columns:
            write_whole(self.folder / SERIES, parquet(self.series()))
        for path in self._parts.iterdir():
            path.unlink()

    def provenance(self, command: str, replicates: int) -> dict[str, Any]:
        """What the results rest on, with a hash of all of it."""
        content = {
            **self.identity,
            "commit": commit(),
            "command": command,
            "replicates": replicates,
        }
        return {"hash": digest(content), **content}

    def write(self, name: str, content: str | bytes) -> Path:
        """Write a result file beside the runs."""
        path = self.folder / name
        write_whole(path, content.encode() if isinstance(content, str) else content)
        return path


def safe_name(text: str) -> str:
    """A name for a folder, from any text."""
    return re.sub(r"[^\w.-]+", "-", text).strip("-.") or "scenario"


def check_name(name: str) -> None:
    """Refuse a package name that could not be a file's."""
    if not re.fullmatch(r"[\w.+=-]+", name):
        raise BadInput(f"“{name}”: expected letters, digits, “_”, “-”, “+”, “=” or “.”")
