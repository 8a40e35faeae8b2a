"""How a rule is compiled, and where the compiled code is kept.

Numba checks a cached function against its own file only, not against the rules it calls. The
cache folder is therefore named by a digest of every file that holds rules: edit a rule, and
nothing stale is ever used. Who may write into it, and where it is: ``sim.machine.cache_folder``.
"""

import dis
import functools
import hashlib
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from pathlib import Path
from types import FunctionType
from typing import Any, cast, overload

import numba
import numpy
from numba.core.registry import CPUDispatcher

from sim.machine.cache_folder import cache_folder

if not numba.config.DISABLE_JIT:
    # Tells Numba what rows are.
    import_module("sim.machine.row_types")

_HOME = Path(__file__).parents[1]
# Folders and files whose rules are compiled, or that declare the rows they are compiled for.
_RULES = (
    "arithmetic.py",
    "declare.py",
    "distributions.py",
    "kinds.py",
    "month.py",
    "year_end.py",
    "machine/*.py",
    "mechanisms/*.py",
    "world/state.py",
    "theory/mean_field.py",
)


def files_with_rules(home: Path = _HOME) -> list[Path]:
    """Files of the package in ``home`` whose rules are compiled, sorted."""
    return sorted({path for pattern in _RULES for path in home.glob(pattern)})


def _rules_digest() -> str:
    """SHA-256 over the bytes of these files, comments included.

    Numba keeps the lines of the file with compiled code and compares the file's time and size, so
    it would compile again whatever a digest of the parsed code says. Compiling again is safe.
    """
    digest = hashlib.sha256()
    for path in files_with_rules():
        digest.update(path.relative_to(_HOME).as_posix().encode())
        digest.update(path.read_bytes().replace(b"\r\n", b"\n"))
    return digest.hexdigest()


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
        self.inline = inline
        # The cache knows an edit of the package's files only. A rule of a user's own is kept as
        # part of a loop that is named by a digest of the rule (``variant``).
        self._kept = CACHE is not None and _is_of_the_package(function)
        if self._kept:
            self.enable_caching()

    @functools.cached_property
    def _from_python(self) -> Any:
        copy = _copied(self.py_func, "from_python", {})
        return numba.njit(cache=self._kept, **_OPTIONS)(copy)

    def __call__(self, *arguments: Any, **named: Any) -> Any:
        return self._from_python(*arguments, **named)

    def of_types(self, arguments: Sequence[Any]) -> Callable[..., Any]:
        """What Python calls for arguments of the types of these."""
        types = tuple(numba.typeof(argument) for argument in arguments)
        return cast(Callable[..., Any], self._from_python.compile(types))


def _is_of_the_package(function: Callable[..., Any]) -> bool:
    return Path(function.__code__.co_filename).is_relative_to(_HOME)


def _copied(function: Any, mark: str, names: Mapping[str, Any]) -> FunctionType:
    """A function of the same code in which some names outside it stand for something else.

    It has a name of its own, since the cache goes by names.
    """
    known = {**function.__globals__, **names} if names else function.__globals__
    copy = FunctionType(function.__code__, known, function.__name__)
    copy.__qualname__ = f"{function.__qualname__}.{mark}"
    copy.__module__ = function.__module__
    return copy


# Bytecode of a rule that is longer than this is called, not copied into its callers.
_LONGEST_COPIED = 1600


def _short(function: Callable[..., Any]) -> bool:
    """Whether a rule is best copied into whatever calls it: it has no loop and is not long.

    A loop over agents with a call left in it works on one agent at a time; without, on as many as
    fit into the processor's registers.
    """
    code = function.__code__
    loops = any(step.opname.startswith("FOR_ITER") for step in dis.get_instructions(code))
    backwards = any("BACKWARD" in step.opname for step in dis.get_instructions(code))
    return not loops and not backwards and len(code.co_code) <= _LONGEST_COPIED


@overload
def rule[Rule: Callable[..., Any]](function: Rule) -> Rule: ...


@overload
def rule[Rule: Callable[..., Any]](*, inline: bool) -> Callable[[Rule], Rule]: ...


def rule(function: Any = None, *, inline: bool | None = None) -> Any:
    """Compile ``function`` so that both loops can call it; plain Python when Numba is off.

    No fast-math: the same operations in the same order on every machine. ``inline`` says whether it
    is copied into its callers; by default short rules without a loop are.
    """
    if function is None:
        return lambda one: _compiled(one, inline)
    return _compiled(function, inline)


def _compiled(function: Any, inline: bool | None) -> Any:
    if numba.config.DISABLE_JIT:
        return function
    return _Rule(function, _short(function) if inline is None else inline)


def called_often(function: Callable[..., Any], *arguments: Any) -> Callable[..., Any]:
    """A rule for Python to call often, always with arguments of the types that these have.

    Types are looked up here, once. To look them up at each call takes longer than most rules do.
    """
    return function.of_types(arguments) if isinstance(function, _Rule) else function


def variant(function: Any, mark: str, instead: Mapping[Any, Any]) -> Any:
    """A rule like ``function`` that calls other rules in place of some of those it calls by name.

    ``instead`` gives the rule that stands in for each. The variant is compiled when first called,
    and kept under ``mark``, which has to tell apart all that is ever put in.
    """
    plain = getattr(function, "py_func", function)
    known = plain.__globals__.items()
    names = {name: new for name, one in known for old, new in instead.items() if one is old}
    copy = _copied(plain, mark, names)
    return copy if plain is function else _Rule(copy, function.inline)


def in_turn(phases: Sequence[Callable[[Any, int, int], None]]) -> Callable[[Any, int, int], None]:
    """A rule that calls each of ``phases``, in order, for a department of a world in a month.

    It is written out as source, since compiled code cannot walk through a tuple of rules.
    """
    called: dict[str, Any] = {f"phase_{number}": phase for number, phase in enumerate(phases)}
    lines = [f"    {name}(world, d, month)" for name in called]
    source = "\n".join(["def in_turn(world, d, month):", *lines])
    # Of a module, or Numba keeps the phases themselves with it, which no process can load again.
    called["__name__"] = __name__
    # Under the name of a file that is there, since Numba caches by files.
    exec(compile(source, __file__, "exec"), called)
    return cast(Callable[[Any, int, int], None], _compiled(called["in_turn"], inline=False))


def is_compiled(mark: str) -> bool:
    """Whether an earlier process left the compiled loop of a mark, so that starting is quick."""
    return bool(numba.config.DISABLE_JIT) or (CACHE is not None and _ready(mark).exists())


def mark_compiled(mark: str) -> None:
    """Remember that the loop of a mark has been compiled once, if that is kept."""
    if CACHE is not None:
        _ready(mark).touch()


def _ready(mark: str) -> Path:
    assert CACHE is not None
    return CACHE / f"ready-{mark}"
