"""How a rule is compiled, and where the compiled code is kept.

Numba checks a cached function against its own file only, not against the rules it calls. The
cache folder is therefore named by a digest of every file that holds rules: edit a rule, and
nothing stale is ever used. Who may write into it, and where it is: ``sim.cache_folder``.
"""

import functools
import hashlib
import os
import sys
from collections.abc import Callable
from pathlib import Path
from types import FunctionType
from typing import Any, cast

import numba
import numpy
from numba.core.registry import CPUDispatcher

from sim.cache_folder import cache_folder

_HOME = Path(__file__).parent
# Files that hold rules, or declare the records that rules are compiled for.
_RULES = ("arithmetic", "bench", "compiled", "draws", "engine", "lowering", "month", "world")
_RECORDS = ("declare", "mechanisms", "records", "state", "tallies")
_FOLDERS = ("parameters", "rules")


def _digest(paths: list[Path]) -> str:
    digest = hashlib.sha256()
    for path in sorted(paths):
        digest.update(path.relative_to(_HOME).as_posix().encode())
        digest.update(path.read_bytes().replace(b"\r\n", b"\n"))
    return digest.hexdigest()


def _in_folders() -> list[Path]:
    return [path for folder in _FOLDERS for path in _HOME.glob(f"{folder}/*.py")]


@functools.cache
def sources_digest() -> str:
    """SHA-256 over every file of the model, part of what fixes a result."""
    return _digest([*_HOME.glob("*.py"), *_in_folders()])


def _rules_digest() -> str:
    files = [_HOME / f"{name}.py" for name in (*_RULES, *_RECORDS)]
    return _digest([*files, *_in_folders()])


def _cache_folder() -> Path | None:
    wished = os.environ.get("NUMBA_CACHE_DIR")
    if wished:
        return Path(wished)
    tools = f"{sys.version_info[:3]}{numba.__version__}{numpy.__version__}"
    name = hashlib.sha256((_rules_digest() + tools).encode()).hexdigest()[:16]
    return cache_folder(f"rules-{name}")


# None where no folder is safe from other users: then every process compiles for itself.
CACHE = _cache_folder()
if CACHE is not None:
    numba.config.CACHE_DIR = str(CACHE)


_OPTIONS = {"error_model": "numpy", "nogil": True}


class _Rule(CPUDispatcher):
    """A rule as compiled code calls it, and, made when first needed, as Python calls it.

    Most rules are never called from Python, and what that takes is a third of all compiling.
    """

    def __init__(self, function: Callable[..., Any], inline: bool) -> None:
        lean = {"no_cpython_wrapper": True, "no_cfunc_wrapper": True, "forceinline": inline}
        super().__init__(function, {}, {"nopython": True, **_OPTIONS, **lean})
        functools.update_wrapper(self, function)
        if CACHE is not None:
            self.enable_caching()

    @functools.cached_property
    def _from_python(self) -> Callable[..., Any]:
        function = self.py_func
        # Under a name of its own, since the cache goes by names.
        copy = FunctionType(function.__code__, function.__globals__, function.__name__)
        copy.__qualname__ = f"{function.__qualname__}.from_python"
        copy.__module__ = function.__module__
        return cast(Callable[..., Any], numba.njit(cache=CACHE is not None, **_OPTIONS)(copy))

    def __call__(self, *arguments: Any, **named: Any) -> Any:
        return self._from_python(*arguments, **named)


def rule[Rule: Callable[..., Any]](function: Rule) -> Rule:
    """Compile ``function`` so that both loops can call it; plain Python when Numba is off.

    No fast-math: the same operations in the same order on every machine.
    """
    return function if numba.config.DISABLE_JIT else cast(Rule, _Rule(function, inline=False))


def leaf[Rule: Callable[..., Any]](function: Rule) -> Rule:
    """Compile a rule that is copied into whatever calls it.

    A loop with a call left in it works on one agent at a time; without, on as many as fit into the
    processor's registers. And a call hands over a whole world, array by array.
    """
    return function if numba.config.DISABLE_JIT else cast(Rule, _Rule(function, inline=True))


def is_compiled() -> bool:
    """Whether an earlier process left compiled code, so that starting is quick."""
    return bool(numba.config.DISABLE_JIT) or (CACHE is not None and (CACHE / "ready").exists())


def mark_compiled() -> None:
    """Remember that everything has been compiled once, if that is kept."""
    if CACHE is not None:
        (CACHE / "ready").touch()
