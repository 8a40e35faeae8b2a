"""Writing of files so that they are either complete or absent."""

import os
import re
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from sim.errors import BadInput

if sys.platform != "win32":
    import fcntl


@contextmanager
def whole(path: Path) -> Iterator[BinaryIO]:
    """A file to write, which replaces ``path`` in one step when it is complete.

    It is written to a temporary file in the same folder, synced and renamed, so that a crash leaves
    either the old or the new file. If an exception is raised, the old file stays.
    """
    handle, name = _begun(path.parent)
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


def _begun(folder: Path) -> tuple[int, str]:
    """A new temporary file, locked while this process writes it; its handle and its name."""
    while True:
        handle, name = tempfile.mkstemp(dir=folder, prefix=".", suffix=".part")
        # Another process may have removed it before it was locked; see ``sweep``.
        if _locked(handle) and os.path.exists(name):
            return handle, name
        os.close(handle)


def _locked(handle: int) -> bool:
    """Lock a file for this process; returns False if another process has locked it.

    On Windows files are not locked here, but an open file cannot be removed there.
    """
    if sys.platform == "win32":
        return True
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        # The file system has no locks.
        return True
    return True


def write_whole(path: Path, content: bytes) -> None:
    """Replace the file ``path`` by ``content`` in one step; see ``whole``."""
    with whole(path) as file:
        file.write(content)


def is_link(path: Path) -> bool:
    """Whether a path is a symbolic link or a junction."""
    return path.is_symlink() or path.is_junction()


def refuse_link(path: Path) -> None:
    """Raise BadInput if a path is a link, because its target may belong to something else."""
    if is_link(path):
        raise BadInput(f"{path}: is a link; expected the folder or file itself. Remove the link")


def drop(path: Path) -> None:
    """Remove a file or a link, but not the target of a link. Raises BadInput for a folder."""
    if path.is_junction():
        path.rmdir()
        return
    refuse_folder(path)
    path.unlink(missing_ok=True)


def refuse_folder(path: Path) -> None:
    """Raise BadInput if ``path`` is a folder."""
    if path.is_dir() and not is_link(path):
        raise BadInput(f"{path}: is a folder; expected a file. Move it away")


def sweep(folder: Path) -> None:
    """Remove temporary files of processes that were killed, except files still being written."""
    for stray in folder.glob(".*.part"):
        if is_link(stray):
            drop(stray)
        elif stray.is_file():
            _drop_if_left(stray)


def _drop_if_left(stray: Path) -> None:
    try:
        with stray.open("rb") as file:
            left = _locked(file.fileno())
        if left:
            stray.unlink(missing_ok=True)
    except (FileNotFoundError, PermissionError):
        # It has been renamed or removed, or it is open on a system where it cannot be removed.
        return


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
    """Create ``folder`` if it does not exist, and remove temporary files left behind in it.

    Raises BadInput if files cannot be written there.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            sweep(folder)
            return folder
    except OSError as error:
        raise BadInput(f"{folder}: cannot write results here: {error.strerror}") from None


def safe_name(text: str) -> str:
    """A valid name of a folder, made from any text."""
    return re.sub(r"[^\w.-]+", "-", text).strip("-.") or "scenario"
