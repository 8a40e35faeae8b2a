"""Compilation of rules, and the cache of compiled code.

Numba compares a cached function with its own file only, not with the rules it calls. The cache
folder is therefore named by a digest of all files that contain rules, so that outdated code is
never used. ``sim.machine.cache_folder`` finds a safe place for it. Code is found again by its place
in the package, so that other checkouts and new installations of the same rules need not compile.
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

import llvmlite.binding as llvm
import numba
import numpy
from numba.core.caching import CacheImpl, NullCache, UserProvidedCacheLocator
from numba.core.registry import CPUDispatcher
from numba.np import linalg

from sim.machine.cache_folder import cache_folder

if not numba.config.DISABLE_JIT:
    # Numba looks for a library of linear algebra when its own part on arrays is imported. That
    # imports SciPy's, which takes as long as many runs. Rules need none; other code that does makes
    # Numba look again.
    _look, linalg.ensure_blas = linalg.ensure_blas, lambda: None
    import_module("numba.np.arraymath")
    linalg.ensure_blas = _look
    # Registers the types of rows, and what rules do with them, with Numba.
    import_module("sim.machine.row_operations")

_HOME = Path(__file__).parents[1]
# Folders and files whose rules are compiled, or that declare the rows they are compiled for.
_RULES = (
    "arithmetic.py",
    "calendar.py",
    "calibration/density.py",
    "decision_rule.py",
    "declare.py",
    "distributions.py",
    "kinds.py",
    "month.py",
    "monthly_sums.py",
    "own_sums.py",
    "phases.py",
    "year_end.py",
    "machine/*.py",
    "mechanisms/*.py",
    "study/choice_terms.py",
    "world/sections.py",
    "world/state.py",
    "theory/expected_*.py",
)


def files_with_rules(home: Path = _HOME) -> list[Path]:
    """Sorted paths of the files in ``home`` with rules, or declarations that rules depend on."""
    return sorted({path for pattern in _RULES for path in home.glob(pattern)})


def _rules_digest() -> str:
    """SHA-256 of the bytes of these files, comments included; hexadecimal.

    A digest of the parsed code would not avoid compilation, because Numba compares the bytes of a
    file and stores line numbers with compiled code.
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


# None if no folder is safe from other users; then each process compiles everything itself.
CACHE = _cache_folder()
if CACHE is not None:
    numba.config.CACHE_DIR = str(CACHE)


class InPackage(UserProvidedCacheLocator):
    """Where Numba keeps compiled code of the package: by the place of its file in the package.

    Numba itself would go by the path of the file, and some versions of it by its time. Other code
    is left to Numba.
    """

    @classmethod
    def from_function(cls, function: Any, file: str) -> Any:
        """The place for a function of a file; None if there is none here."""
        return super().from_function(function, file) if _is_of_the_package(function) else None

    @classmethod
    def get_suitable_cache_subpath(cls, file: str) -> str:
        """The name of the folder for code of a file."""
        return "_".join(("sim", *Path(file).relative_to(_HOME).parent.parts))

    def get_source_stamp(self) -> str:
        """A digest of the file; code kept with another one is not used."""
        return _digest(Path(self._py_file))


_OTHERS = numba.config.CACHE_LOCATOR_CLASSES or ",".join(
    one.__name__ for one in CacheImpl._locator_classes
)
numba.config.CACHE_LOCATOR_CLASSES = f"{__name__}.{InPackage.__name__},{_OTHERS}"


@functools.cache
def _digest(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


# Options of LLVM. Officers left over from a vectorised loop are processed half a vector at a time
# instead of one by one. Loops that are not vectorised are short; to unroll them would make a
# month's code larger than the processor's instruction cache. Versions of LLVM that are known to
# have the options.
if llvm.llvm_version_info[0] in range(14, 23):
    llvm.set_option("zhixing", "-epilogue-vectorization-minimum-VF=4")
    llvm.set_option("zhixing", "-unroll-runtime=false")

_OPTIONS = {"error_model": "numpy", "nogil": True}


class _Rule(CPUDispatcher):
    """A compiled rule; the version that Python can call is compiled when it is first needed.

    Most rules are called by other rules only, and the version for Python takes a third of the
    compilation time.
    """

    def __init__(self, function: Callable[..., Any], inline: bool) -> None:
        lean = {"no_cpython_wrapper": True, "no_cfunc_wrapper": True, "forceinline": inline}
        super().__init__(function, {}, {"nopython": True, **_OPTIONS, **lean})
        functools.update_wrapper(self, function)
        self.inline = inline
        # The name of the cache folder changes with the package's files only. A user's own rule is
        # therefore cached as part of a loop that is named by a digest of the rule (``variant``).
        self._kept = CACHE is not None and _is_of_the_package(function)

    def compile(self, sig: Any) -> Any:
        """What Numba makes of the rule for types of arguments, from the cache where it is there.

        The place in the cache is looked up here: most processes find all in the rules of a month.
        """
        if self._kept and isinstance(self._cache, NullCache):
            self.enable_caching()
        return super().compile(sig)

    @functools.cached_property
    def _from_python(self) -> Any:
        copy = _copied(self.py_func, "from_python", {})
        return numba.njit(cache=self._kept, **_OPTIONS)(copy)

    def __call__(self, *arguments: Any, **named: Any) -> Any:
        return self._from_python(*arguments, **named)

    def of_types(self, arguments: Sequence[Any]) -> Callable[..., Any]:
        """The function that Python calls for arguments of these types."""
        types = tuple(numba.typeof(argument) for argument in arguments)
        return cast(Callable[..., Any], self._from_python.compile(types))


def _is_of_the_package(function: Callable[..., Any]) -> bool:
    return function.__code__.co_filename.startswith(f"{_HOME}{os.sep}")


def _copied(function: Any, mark: str, names: Mapping[str, Any]) -> FunctionType:
    """A copy of a function in which some global names have other values.

    Its name ends in ``mark``, because Numba's cache tells functions apart by name.
    """
    known = {**function.__globals__, **names} if names else function.__globals__
    copy = FunctionType(function.__code__, known, function.__name__)
    copy.__qualname__ = f"{function.__qualname__}.{mark}"
    copy.__module__ = function.__module__
    return copy


# Numbers of the instructions that make a loop.
_LOOPS = {
    number
    for name, number in dis.opmap.items()
    if name.startswith("FOR_ITER") or "BACKWARD" in name
}
# Rules with more bytes of bytecode than this are called, not inlined.
_LONGEST_COPIED = 1600


def _short(function: Callable[..., Any]) -> bool:
    """Whether a rule is inlined into its callers: it has no loop and is not long.

    The compiler vectorises a loop over agents only if no call is left in it.
    """
    code = function.__code__.co_code
    # Every second byte is the number of an instruction.
    return _LOOPS.isdisjoint(code[::2]) and len(code) <= _LONGEST_COPIED


@overload
def rule[Rule: Callable[..., Any]](function: Rule) -> Rule: ...


@overload
def rule[Rule: Callable[..., Any]](*, inline: bool) -> Callable[[Rule], Rule]: ...


def rule(function: Any = None, *, inline: bool | None = None) -> Any:
    """Compile ``function`` as a rule; if Numba is disabled, it stays plain Python.

    Fast-math is off, so that operations and their order are the same on every machine. ``inline``
    says whether the rule is inlined into its callers; by default short rules without a loop are.
    """
    if function is None:
        return lambda one: _compiled(one, inline)
    return _compiled(function, inline)


def _compiled(function: Any, inline: bool | None) -> Any:
    if numba.config.DISABLE_JIT:
        return function
    return _Rule(function, _short(function) if inline is None else inline)


def called_often(function: Callable[..., Any], *arguments: Any) -> Callable[..., Any]:
    """A rule in a form that Python calls quickly, for arguments of the types of ``arguments``.

    The types are looked up here, once. Looking them up at each call would take longer than most
    rules take.
    """
    return function.of_types(arguments) if isinstance(function, _Rule) else function


def variant(function: Any, mark: str, instead: Mapping[Any, Any]) -> Any:
    """A copy of a rule that calls some other rules instead of those in the original.

    ``instead`` gives the replacement of each rule. The variant is compiled when it is first called,
    and is cached under ``mark``, which must be different for each set of replacements.
    """
    plain = getattr(function, "py_func", function)
    known = plain.__globals__.items()
    names = {name: new for name, one in known for old, new in instead.items() if one is old}
    copy = _copied(plain, mark, names)
    return copy if plain is function else _Rule(copy, function.inline)


def in_turn(
    phases: Sequence[Callable[[Any, int, int], None]],
    beside: Callable[[Any, int, int, int], None],
) -> Callable[[Any, int, int, int], None]:
    """A rule (world, first, last, month): departments first…last − 1 do each of ``phases``.

    After each phase it calls ``beside`` (world, d, number of the phase, number of all). It is
    generated as source code, since compiled code cannot loop over a tuple of rules.
    """
    called: dict[str, Any] = {f"phase_{number}": phase for number, phase in enumerate(phases)}
    lines = ["def in_turn(world, first, last, month):", "    for d in range(first, last):"]
    for number, name in enumerate(called):
        lines.append(f"        {name}(world, d, month)")
        lines.append(f"        beside(world, d, {number}, {len(phases)})")
    called["beside"] = beside
    return cast(
        Callable[[Any, int, int, int], None], generated("in_turn", "\n".join(lines), called)
    )


def generated(name: str, text: str, known: Mapping[str, Any]) -> Callable[..., Any]:
    """A rule from source code that the program has written; ``known`` are its global names.

    Rules whose source differs need different names, since Numba's cache tells them apart by name.
    """
    # Without a module name, Numba would cache called rules themselves, which cannot be loaded
    # again.
    names = {**known, "__name__": __name__}
    # Numba's cache needs the name of an existing file.
    exec(compile(text, __file__, "exec"), names)
    return cast(Callable[..., Any], _compiled(names[name], inline=False))


def is_compiled(mark: str) -> bool:
    """Whether an earlier process has compiled the loop ``mark``, so that a run starts quickly."""
    return bool(numba.config.DISABLE_JIT) or (CACHE is not None and _ready(mark).exists())


def mark_compiled(mark: str) -> None:
    """Record in the cache folder, if there is one, that the loop ``mark`` has been compiled."""
    if CACHE is not None:
        _ready(mark).touch()


def _ready(mark: str) -> Path:
    assert CACHE is not None
    return CACHE / f"ready-{mark}"
