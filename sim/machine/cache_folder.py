"""A folder for compiled code that nobody but the user can write into, found again by every process.

Compiled code is loaded by unpickling, which runs whatever the file says. So a folder is used only
if it belongs to the user and is closed to all others, and if no folder above it lets another user
put something else in its place.
"""

import os
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path

import platformdirs

# Bits of a mode: anything for group or others; writing for group or others.
_OPEN = stat.S_IRWXG | stat.S_IRWXO
_WRITABLE = stat.S_IWGRP | stat.S_IWOTH


def cache_folder(name: str) -> Path | None:
    """The user's own folder of that name, made if need be; None where there is no safe place.

    It is below the user's cache folder, or, where that cannot be written or is open to others,
    below a folder of the user's own among the temporary ones.
    """
    for home in _homes():
        folder = private_folder(home, name)
        if folder is not None:
            return folder
    return None


def private_folder(home: Path, name: str) -> Path | None:
    """A folder in ``home``, made if need be, that nobody else can open; None where none can be.

    If another user has taken the name, or it leads elsewhere or is open, it is left alone, and
    another is used: one with something added to the name, the same for every process.
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
    """Whether this is a folder, no link to one, of the user's own and closed to all others."""
    try:
        found = folder.lstat()
    except OSError:
        return False
    if not stat.S_ISDIR(found.st_mode) or folder.is_junction():
        return False
    user = _user()
    return user is None or (found.st_uid == user and not found.st_mode & _OPEN)


def is_held(folder: Path) -> bool:
    """Whether no other user can replace this folder, or put something into a folder above it.

    Every folder on the way belongs to the user or to the system. Others may write into one only if
    it is sticky, as the temporary folder is: what is in there can be replaced only by its owner.
    """
    user = _user()
    if user is None:
        return True
    try:
        # In a container, what belongs to the system may have another number than 0.
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
    """The user's number; None on Windows, where a user's folders are closed by the system."""
    return os.geteuid() if hasattr(os, "geteuid") else None


def _homes() -> Iterator[Path]:
    """Folders in which the user's own may be, the wished one first."""
    ordinary = Path(platformdirs.user_cache_dir("zhixing"))
    # Without a home it would be wherever the process is. Others may not even add to it: it is not
    # for sharing, as the temporary folder is.
    if ordinary.is_absolute() and _made(ordinary) and not _is_shared(ordinary):
        yield ordinary
    user = _user()
    temporary = Path(tempfile.gettempdir())
    own = private_folder(temporary, "zhixing" if user is None else f"zhixing-{user}")
    if own is not None:
        yield own


def _made(folder: Path) -> bool:
    """Make a folder and those above that are missing, unless another user's would hold them."""
    # Unlike those of Path, these say no of what is in a folder that the user may not enter.
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
    """Whether others may add to a folder."""
    return _user() is not None and bool(folder.stat().st_mode & _WRITABLE)


def _make(folder: Path) -> None:
    """Make a folder for the user alone, unless there is something of that name."""
    try:
        folder.mkdir(mode=0o700)
    except FileExistsError:
        pass
    except OSError:
        # Of a folder that is there, a system may say that it cannot be written.
        if not os.path.lexists(folder):
            raise


def _takes_files(folder: Path) -> bool:
    try:
        with tempfile.TemporaryFile(dir=folder):
            return True
    except OSError:
        return False
