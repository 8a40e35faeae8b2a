"""Files written whole or not at all."""

import os
import tempfile
from pathlib import Path

from sim.errors import BadInput


def write_whole(path: Path, content: bytes) -> None:
    """Replace ``path`` by ``content`` in one step that survives a crash.

    Temporary file beside it, fsync, rename, fsync of the folder.
    """
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=".part")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(name, 0o666 & ~_umask())
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    _sync_folder(path.parent)


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
