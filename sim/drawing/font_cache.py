"""Where matplotlib keeps its list of fonts if the home folder cannot be written.

Matplotlib itself would warn at every start, and list the fonts anew each time.
"""

import os
import sys
from pathlib import Path

import platformdirs

from sim.machine.cache_folder import cache_folder

_VARIABLE = "MPLCONFIGDIR"
_NAME = "matplotlib"


def _usual() -> tuple[Path, ...]:
    """The folders that matplotlib uses unless it is told of another."""
    if sys.platform.startswith(("linux", "freebsd")):
        return platformdirs.user_config_path(_NAME), platformdirs.user_cache_path(_NAME)
    return (Path.home() / f".{_NAME}",)


def _can_be_written(folder: Path) -> bool:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:
        return False
    return os.access(folder, os.W_OK)


def choose_folder() -> None:
    """Name a folder of our own to matplotlib, before it is imported, if it could not use its own.

    A folder that the user has named stays.
    """
    if os.environ.get(_VARIABLE) or all(map(_can_be_written, _usual())):
        return
    folder = cache_folder(_NAME)
    if folder is not None:
        os.environ[_VARIABLE] = str(folder)
