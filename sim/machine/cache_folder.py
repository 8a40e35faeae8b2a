"""A cache folder for compiled code that no other user can change.

Compiled code is loaded by unpickling, which can execute any code in the file. A folder is therefore
used only if it belongs to the user, gives no permission to others, and cannot be replaced by
another user in the folders above it.
"""

import os
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path

import platformdirs

# Bits of a file mode: any permission for group or others, and permission to write for them.
_OPEN = stat.S_IRWXG | stat.S_IRWXO
_WRITABLE = stat.S_IWGRP | stat.S_IWOTH


def cache_folder(name: str) -> Path | None:
    """The user's own folder of this name, created if missing; None if there is no safe place.

    It is in the user's cache folder. If this cannot be written or is open to others, it is in a
    folder of the user's own within the system's temporary folder.
    """
    for home in _homes():
        folder = private_folder(home, name)
        if folder is not None:
            return folder
    return None


def private_folder(home: Path, name: str) -> Path | None:
    """A folder in ``home``, created if missing, that only the user can open; None if impossible.

    If a path of this name belongs to another user, is a link or is open to others, a folder with an
    added suffix is used instead. Every process finds the same one.
    """
    home = Path(os.path.realpath(home))
    if not is_held(home):
        return None
    try:
        _make(home / name)
        for folder in (home / name, *sorted(home.glob(f"{name}-own-*"))):
            if is_private(folder) and _takes_files(folder):
                return folder
        folder = Path(tempfile.mkdtemp(prefix=f"{name}-own-", dir=home))
    except OSError:
        return None
    return folder if is_private(folder) else None


def is_private(folder: Path) -> bool:
    """Whether a path is a folder and not a link, belongs to the user, and is closed to others."""
    try:
        found = folder.lstat()
    except OSError:
        return False
    if not stat.S_ISDIR(found.st_mode) or folder.is_junction():
        return False
    user = _user()
    return user is None or (found.st_uid == user and not found.st_mode & _OPEN)


def is_held(folder: Path) -> bool:
    """Whether no other user can replace this folder or one above it.

    Every folder of the path must belong to the user or to the system. Others may write to one only
    if it is sticky, like the temporary folder, whose entries only their owners can replace.
    """
    user = _user()
    if user is None:
        return True
    try:
        # In a container, files of the system may belong to another user number than 0.
        trusted = {0, user, os.stat("/").st_uid}
        for one in (folder, *folder.parents):
            found = one.lstat()
            open_ = found.st_mode & _WRITABLE and not found.st_mode & stat.S_ISVTX
            if not stat.S_ISDIR(found.st_mode) or found.st_uid not in trusted or open_:
                return False
    except OSError:
        return False
    return True


def _user() -> int | None:
    """The user's number; None on Windows, where the system closes a user's folders to others."""
    return os.geteuid() if hasattr(os, "geteuid") else None


def _homes() -> Iterator[Path]:
    """Folders that may contain the cache folder, the preferred one first."""
    ordinary = Path(platformdirs.user_cache_dir("zhixing"))
    # Without a home folder the path is relative, and depends on the working directory. Unlike the
    # temporary folder, the cache folder must not let others add files.
    if ordinary.is_absolute() and _made(ordinary) and not _is_shared(ordinary):
        yield ordinary
    user = _user()
    temporary = Path(tempfile.gettempdir())
    own = private_folder(temporary, "zhixing" if user is None else f"zhixing-{user}")
    if own is not None:
        yield own


def _made(folder: Path) -> bool:
    """Create a folder and its missing parents, unless another user could replace them."""
    # ``os.path.isdir`` is False for what is in a folder the user may not enter; Path.is_dir raises.
    if os.path.isdir(folder):
        return True
    above = folder.parent
    if above == folder or not _made(above) or not is_held(Path(os.path.realpath(above))):
        return False
    try:
        _make(folder)
    except OSError:
        return False
    return os.path.isdir(folder)


def _is_shared(folder: Path) -> bool:
    """Whether others may add files to a folder."""
    return _user() is not None and bool(folder.stat().st_mode & _WRITABLE)


def _make(folder: Path) -> None:
    """Create a folder for the user alone, unless the name exists."""
    try:
        folder.mkdir(mode=0o700)
    except FileExistsError:
        pass
    except OSError:
        # For an existing folder, some systems report that it cannot be written.
        if not os.path.lexists(folder):
            raise


def _takes_files(folder: Path) -> bool:
    try:
        with tempfile.TemporaryFile(dir=folder):
            return True
    except OSError:
        return False
