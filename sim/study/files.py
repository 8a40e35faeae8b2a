"""Files written whole or not at all."""

import os
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from sim.errors import BadInput


@contextmanager
def whole(path: Path) -> Iterator[BinaryIO]:
    """A file to write that takes the place of ``path`` in one step, once all of it is there.

    Temporary file beside it, fsync, rename, fsync of the folder: this survives a crash. Whatever is
    raised while it is written leaves what was there before.
    """
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=".part")
    try:
        with os.fdopen(handle, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        os.chmod(name, 0o666 & ~_umask())
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    _sync_folder(path.parent)


def write_whole(path: Path, content: bytes) -> None:
    """Replace ``path`` by ``content`` in one step that survives a crash."""
    with whole(path) as file:
        file.write(content)


def sweep(folder: Path) -> None:
    """Drop what a killed process left half written."""
    for stray in folder.glob(".*.part"):
        stray.unlink(missing_ok=True)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def _sync_folder(folder: Path) -> None:
    if not hasattr(os, "O_DIRECTORY"):
        return
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def writable_folder(folder: Path) -> Path:
    """Make ``folder`` if need be and make sure that files can be written there.

    Raises BadInput where not.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            return folder
    except OSError as error:
        raise BadInput(f"{folder}: cannot write results here: {error.strerror}") from None


def safe_name(text: str) -> str:
    """A name for a folder, from any text."""
    return re.sub(r"[^\w.-]+", "-", text).strip("-.") or "scenario"
