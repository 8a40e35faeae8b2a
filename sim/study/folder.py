"""The folder of a study: names of its files, its locks, its manifest, and how it is discarded.

A folder contains tables of runs and of monthly series, a manifest that identifies the study, parts
(tables of single chunks that are not gathered yet), and locks.
"""

import os
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from sim.errors import BadInput, shown
from sim.input_file import read_json
from sim.study.files import drop, is_link, refuse_folder, refuse_link, sweep
from sim.study.points import MOST_IN_A_BLOCK, MOST_IN_A_CHUNK, Order

RUNS = "runs.parquet"
SERIES = "series.parquet"
MANIFEST = "manifest.json"
PARTS = "parts"
# Folder of the study of a screening, inside that of the study it screens for.
SCREENING = "screening"
FAILURES = "failures.csv"
# Result files that the command line writes beside the runs.
TOLD = (
    "effects.csv",
    "study.json",
    "screening.csv",
    "sensitivity.csv",
    "discover.json",
    "discover.csv",
    "discover-trajectory.csv",
    "discover.png",
    "discover.zh.png",
    "worth.json",
    "worth.csv",
    "worth.png",
    "worth.zh.png",
)
# Folder of the files that the study was made of.
INPUTS = "inputs"
# Number of a part in the name of its file; files with other names do not belong to the study.
_NUMBER = re.compile(r"[0-9]{7}|[1-9][0-9]{7,9}")
_LOCK = ".lock"
_HALF_WRITTEN = re.compile(r"\..*\.part")
# Seconds to wait for a lock, since two processes may test each other's lock at the same time.
_A_MOMENT = 2.0
# A share of the chunks: its number, from 1, and the number of shares.
Share = tuple[int, int]
# Types of the entries of a manifest that are read again, by key.
_KINDS: dict[str, type] = {
    **dict.fromkeys(("identity", "order", "told", "environment", "inputs"), dict),
    **dict.fromkeys(("replicates", "asked", "keys"), int),
    **dict.fromkeys(("hash", "commit", "command", "version"), str),
    "worlds": list,
}


def part_name(number: int, name: str) -> str:
    """File name of the part of table ``name`` with the runs of chunk ``number``."""
    return f"{number:07d}-{name}"


def parts_in(folder: Path, name: str) -> list[Path]:
    """Parts of a table in a folder; files with other names do not belong to a study."""
    return [
        path
        for path in folder.glob(f"*-{name}")
        if _NUMBER.fullmatch(path.name.removesuffix(f"-{name}"))
        and (path.is_file() or is_link(path))
    ]


@contextmanager
def locked(folder: Path, share: Share | None) -> Iterator[None]:
    """Lock a folder against all other processes, or against all except other shares.

    A process takes its own lock first and then tests those of others, so that two processes that
    start at the same time notice each other. Raises BadInput if another process has the lock.
    """
    with ExitStack() as held:
        own = _LOCK if share is None else f"{_LOCK}-{share[0]}-of-{share[1]}"
        held.callback(_taken(folder / own).release)
        shares = [path.name for path in folder.glob(f"{_LOCK}-*")]
        for name in shares if share is None else [_LOCK]:
            _taken(folder / name).release()
            if share is None:
                (folder / name).unlink(missing_ok=True)
        yield


def _taken(path: Path) -> FileLock:
    # Locking a file empties it, so it must not be a link to some other file.
    refuse_link(path)
    lock = FileLock(path, timeout=_A_MOMENT)
    try:
        lock.acquire()
    except Timeout:
        raise BadInput(
            f"{path.parent}: another process is working here; wait for it, or give another --out"
        ) from None
    return lock


def manifest(folder: Path) -> dict[str, Any] | None:
    """The manifest of the study in a folder, or None. Raises BadInput if it is damaged."""
    path = folder / MANIFEST
    if not os.path.lexists(path):
        return None
    try:
        found: dict[str, Any] = read_json(path)
    except BadInput as error:
        raise BadInput(f"{error}; move the folder away, or give another --out") from None
    if not isinstance(found, dict) or not {"identity", "order"} <= set(found):
        raise BadInput(f"{path}: not a manifest of a study; give another --out")
    for key, kind in _KINDS.items():
        if not isinstance(found.get(key, kind()), kind):
            raise BadInput(f"{path}: {key}: damaged; move the folder away, or give another --out")
    return found


def kept_order(kept: Mapping[str, Any], order: Order, path: Path) -> Order:
    """The order that a manifest keeps, of as many points as ``order``. Raises BadInput."""
    most = {
        "points": order.points,
        "block": max(MOST_IN_A_BLOCK, order.block),
        "chunk": max(MOST_IN_A_CHUNK, order.chunk),
    }
    for name, highest in most.items():
        value = kept.get(name)
        lowest = order.points if name == "points" else 1
        # For Python, True and False are whole numbers too.
        if type(value) is not int or not lowest <= value <= highest:
            raise BadInput(
                f"{path}: order.{name}: damaged: {'missing' if value is None else shown(value)}; "
                f"expected {lowest} to {highest}. Move the folder away, or give another --out"
            )
    return Order(kept["points"], kept["block"], kept["chunk"])


def discard(folders: Sequence[Path], names: Sequence[str]) -> None:
    """Delete the files of a study in ``folders``, and files called ``names``; nothing else.

    Of a link, only the link is deleted. Raises BadInput and deletes nothing if another process is
    working in one of the folders, if a folder is a link, or if a file to be deleted is a folder.
    """
    names = (*names, RUNS, SERIES, MANIFEST)
    folders = [folder for folder in folders if holds_a_study(folder, names)]
    inputs = {folder: _inputs_of(folder) for folder in folders}
    with ExitStack() as alone:
        for folder in folders:
            refuse_link(folder)
            alone.enter_context(_alone(folder))
            for name in names:
                refuse_folder(folder / name)
        for folder in folders:
            sweep(folder)
            _discard_parts(folder / PARTS)
            _discard_inputs(folder / INPUTS, inputs[folder])
            # The manifest is deleted last, because it identifies the folder as that of a study.
            for name in names:
                drop(folder / name)


def holds_a_study(folder: Path, names: Sequence[str]) -> bool:
    """Whether a folder contains a study, or the rest of a study whose manifest was deleted.

    Such a rest has a lock, and contains only locks, temporary files, parts, and files with
    ``names``.
    """
    if (folder / MANIFEST).is_file():
        return True
    if is_link(folder) or not (folder / _LOCK).is_file():
        return False
    own = (PARTS, INPUTS, *names)
    left = [path.name for path in folder.iterdir() if path.name not in own]
    return all(name.startswith(_LOCK) or _HALF_WRITTEN.fullmatch(name) for name in left)


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Take all locks of a folder. Raises BadInput if another process has one."""
    with ExitStack() as locks:
        for name in [_LOCK, *(path.name for path in folder.glob(f"{_LOCK}-*"))]:
            refuse_link(folder / name)
            try:
                locks.enter_context(FileLock(folder / name, timeout=0.0))
            except Timeout:
                raise BadInput(f"{folder}: another process is working here; wait for it") from None
        yield


def _discard_parts(folder: Path) -> None:
    if is_link(folder):
        drop(folder)
        return
    sweep(folder)
    for path in [*parts_in(folder, RUNS), *parts_in(folder, SERIES)]:
        drop(path)


def _inputs_of(folder: Path) -> list[str]:
    """Names of the files that a study was made of, as far as its manifest can be read."""
    try:
        kept = (manifest(folder) or {}).get("inputs", {})
    except BadInput:
        return []
    return [name for name in kept if is_plain_name(name)]


def is_plain_name(name: str) -> bool:
    """Whether a name is that of a file in the same folder, and no path to another."""
    return name not in ("", ".", "..") and not set(name) & set("/\\:\0")


def _discard_inputs(folder: Path, names: Sequence[str]) -> None:
    if is_link(folder):
        drop(folder)
        return
    if not folder.is_dir():
        return
    sweep(folder)
    for name in names:
        drop(folder / name)
    if not any(folder.iterdir()):
        folder.rmdir()
