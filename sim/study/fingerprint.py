"""A hash of a user's function, so that results of one version are not mistaken for another's.

The hash covers the code of the function, its default arguments, its closure, the arguments that a
``partial`` fixes, and the values of global names that it uses. It covers the same for every
function and class of the user's own that it reaches by name, in its own file or others. The
compiled code is read and not the file, which may have been edited since it was loaded; therefore
comments and line numbers do not count.

Installed packages and Python's own modules count by name only, but for the words of the command
line and for variables of the environment, which count where the code names them. Files, other
programs and names that are composed as text while the function runs do not count. If a function
changes a value outside itself, or uses one that differs between processes (a time, a memory
address), its hash differs the next time. Create such values inside the function.
"""

import builtins
import copyreg
import dis
import functools
import hashlib
import importlib.util
import os
import random
import site
import sys
import sysconfig
from collections.abc import Callable, Iterable
from importlib import import_module
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import (
    BuiltinFunctionType,
    ClassMethodDescriptorType,
    CodeType,
    FunctionType,
    GetSetDescriptorType,
    MappingProxyType,
    MemberDescriptorType,
    MethodDescriptorType,
    MethodType,
    MethodWrapperType,
    ModuleType,
    WrapperDescriptorType,
)
from typing import Any

import numpy as np

from sim.errors import BadInput

_PLAIN = (type(None), bool, int, float, complex, str, bytes, type(Ellipsis), type(NotImplemented))
# Types of functions written in C; they have no code to read and are identified by name.
_IN_C = (
    BuiltinFunctionType,
    ClassMethodDescriptorType,
    GetSetDescriptorType,
    MemberDescriptorType,
    MethodDescriptorType,
    MethodWrapperType,
    WrapperDescriptorType,
)
# Global generators of random numbers, whose state differs between processes.
_EVERYBODYS: tuple[Any, ...] = (
    getattr(random, "_inst", None),
    getattr(np.random.mtrand, "_rand", None),
)
# Attributes in which classes keep their fields and defaults; other names with “__” are Python's.
_FIELDS = ("__attrs_attrs__", "__dataclass_fields__", "__pydantic_fields__")
# Functions by which Python 3.14 works out annotations; they hold line numbers.
_ANNOTATE = ("__annotate__", "__annotate_func__")
# Names by which code reads the words of a command line, and variables of the environment.
_READS_WORDS = {"parse_args", "parse_known_args"}
_READS_ENVIRONMENT = {"environ", "getenv"}
_THIS_PACKAGE = __name__.partition(".")[0]


def function_name(function: Callable[..., Any]) -> str:
    """Module and name of a function; of a ``partial``, those of the function it calls."""
    while isinstance(function, functools.partial):
        function = function.func
    named = function if hasattr(function, "__qualname__") else type(function)
    return f"{getattr(named, '__module__', None) or 'builtins'}.{named.__qualname__}"


def fingerprint(function: Callable[..., Any]) -> str:
    """The first half of a SHA-256 of all that determines a function's results; 32 hex digits.

    Raises BadInput if the function, or a value that it uses, cannot be read.
    """
    name = function_name(function)
    called: Any = function
    while isinstance(called, functools.partial):
        called = called.func
    if not callable(called) or not _has_code(called):
        raise BadInput(f"function “{name}”: has no code that can be read; give one in Python")
    try:
        reader = _Reader(name)
        if isinstance(called, MethodType):
            called = called.__func__
        if isinstance(called, FunctionType):
            # The function itself is always read, also if it belongs to an installed package.
            reader.function(called)
        reader.value(function, "itself")
    except RecursionError:
        raise BadInput(f"function “{name}”: what it uses is too deeply nested to read") from None
    return reader.told()[:32]


def _has_code(function: Any) -> bool:
    """Whether a function has code that can be read, and not only a name."""
    if isinstance(function, type):
        return _is_own(function.__module__)
    return not isinstance(function, (*_IN_C, np.ufunc))


class _Reader:
    """Adds values to a hash, each with its kind and length, so that different values differ."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._hash = hashlib.sha256()
        # Functions and objects already added, by id: the number of each, and the object, which is
        # kept alive so that no other object gets its id.
        self._met: dict[int, tuple[int, Any]] = {}
        # Attributes of modules already added, as names of module and attribute.
        self._spoken: set[tuple[str, str]] = set()

    def _beside(self) -> "_Reader":
        """A reader with the same objects already added but an empty hash."""
        reader = _Reader(self._name)
        reader._met, reader._spoken = dict(self._met), set(self._spoken)
        return reader

    def told(self) -> str:
        """The hash of all that was added."""
        return self._hash.hexdigest()

    def _feed(self, kind: str, content: str | bytes = b"") -> None:
        data = content if isinstance(content, bytes) else content.encode("utf-8", "surrogatepass")
        self._hash.update(f"{kind} {len(data)} ".encode())
        self._hash.update(data)

    def _is_new(self, thing: Any) -> bool:
        """Whether an object is new; if not, its number is added instead."""
        if id(thing) in self._met:
            self._feed("again", str(self._met[id(thing)][0]))
            return False
        self._met[id(thing)] = (len(self._met), thing)
        return True

    def value(self, value: Any, where: str) -> None:
        """Add any value. Raises BadInput if it cannot be read."""
        if isinstance(value, _PLAIN) and type(value) in _PLAIN:
            self._feed(type(value).__name__, value if isinstance(value, bytes) else repr(value))
        elif type(value) in (tuple, frozenset, set):
            self._collection(value, where)
        elif isinstance(value, CodeType):
            self._code(value, where)
        elif isinstance(value, ModuleType):
            self._whole_module(value)
        elif isinstance(value, _IN_C):
            self._in_c(value, where)
        elif any(value is one for one in _EVERYBODYS):
            self._feed("everybody's", function_name(type(value)))
        elif self._is_new(value):
            self._thing(value, where)

    def _thing(self, value: Any, where: str) -> None:
        """Add an object that may contain itself."""
        if isinstance(value, FunctionType):
            self._function(value, where)
        elif isinstance(value, type):
            self._class(value)
        elif isinstance(value, MethodType):
            self._parts("method", (value.__func__, value.__self__), where)
        elif type(value) is list:
            self._parts("list", value, where)
        elif type(value) in (dict, MappingProxyType):
            self._parts("dict", [part for pair in value.items() for part in pair], where)
        elif isinstance(value, np.ndarray) and not value.dtype.hasobject:
            self._feed("array", f"{value.dtype.descr} {value.shape}")
            self._feed("bytes", value.tobytes())
        elif isinstance(value, property):
            self._parts("property", (value.fget, value.fset, value.fdel), where)
        elif isinstance(value, staticmethod | classmethod):
            self._parts(type(value).__name__, (value.__func__,), where)
        else:
            self._object(value, where)

    def _parts(self, kind: str, parts: Iterable[Any], where: str) -> None:
        parts = list(parts)
        self._feed(kind, str(len(parts)))
        for part in parts:
            self.value(part, where)

    def _collection(self, value: Any, where: str) -> None:
        if type(value) is tuple:
            self._parts("tuple", value, where)
            return
        # The order of a set differs between processes.
        found = []
        for one in value:
            reader = _Reader(self._name) if type(one) in _PLAIN else self._beside()
            reader.value(one, where)
            found.append(reader.told())
        self._parts(type(value).__name__, sorted(found), where)

    def _object(self, value: Any, where: str) -> None:
        """Add an object in the form in which it would be pickled."""
        try:
            inner = _wrapped(value)
            parts = [inner] if inner is not None else _reduced(value)
        except Exception as error:
            kind = function_name(type(value))
            raise BadInput(
                f"function “{self._name}”: {where} is a {kind}, which cannot be read, so that "
                "changes could not be detected; make it inside the function"
            ) from error
        self._feed("object", function_name(type(value)))
        self._parts("parts", parts, where)

    # Functions.

    def function(self, function: FunctionType) -> None:
        """Add a function, also if it belongs to an installed package."""
        self._is_new(function)
        self._own_function(function)

    def _function(self, function: FunctionType, where: str) -> None:
        if _is_own(function.__globals__.get("__name__")):
            self._own_function(function)
            return
        self._feed("installed", function_name(function))
        # A decorator of an installed package may wrap a function of the user's.
        for cell in function.__closure__ or ():
            self._cell(cell, where)

    def _own_function(self, function: FunctionType) -> None:
        self._feed("function")
        self._code(function.__code__, "its code")
        self.value(function.__defaults__, "a default argument")
        self.value(function.__kwdefaults__, "a default argument")
        named = zip(function.__code__.co_freevars, function.__closure__ or (), strict=True)
        for name, cell in named:
            self._cell(cell, f"“{name}”")
        self._names(function.__code__, function.__globals__)

    def _cell(self, cell: Any, where: str) -> None:
        try:
            content = cell.cell_contents
        except ValueError:
            self._feed("empty")
        else:
            self.value(content, where)

    def _code(self, code: CodeType, where: str) -> None:
        counts = (code.co_argcount, code.co_posonlyargcount, code.co_kwonlyargcount, code.co_flags)
        names = (code.co_names, code.co_varnames, code.co_freevars, code.co_cellvars)
        self._feed("code", code.co_code)
        self._feed("exceptions", code.co_exceptiontable)
        self._parts("about", (counts, names, code.co_consts), where)

    def _names(self, code: CodeType, known: dict[str, Any]) -> None:
        """Add the values of global names that a function uses, and its imports."""
        codes = list(_codes(code))
        said = {name for one in codes for name in one.co_names}
        for name in sorted({name for one in codes for name in _globals_of(one)}):
            self._feed("name", name)
            if name not in known:
                self._feed("builtin" if hasattr(builtins, name) else "absent")
            elif isinstance(known[name], ModuleType):
                self._module(known[name], said)
            else:
                self.value(known[name], f"“{name}”")
        for name in sorted({name for one in codes for name in _imports_of(one, known)}):
            self._feed("import", name)
            self._module(self._imported(name), said)
        self._surroundings(codes, said)

    def _surroundings(self, codes: list[CodeType], said: set[str]) -> None:
        """Add what code reads of the command line and the environment."""
        if {"sys", "argv"} <= said or said & _READS_WORDS:
            # Without the name of the program, which differs with the folder it is started from.
            self.value(sys.argv[1:], "the command line")
        if said & _READS_ENVIRONMENT:
            texts = {one for code in codes for one in code.co_consts if isinstance(one, str)}
            for name in sorted(texts & os.environ.keys()):
                self._feed("variable", name)
                self.value(os.environ[name], f"the variable {name}")

    def _imported(self, name: str) -> ModuleType:
        try:
            return import_module(name)
        except Exception as error:
            raise BadInput(f"function “{self._name}”: cannot import {name}: {error}") from error

    def _module(self, module: ModuleType, said: set[str]) -> None:
        """Add the attributes of a module whose names occur in the function."""
        self._feed("module", module.__name__)
        if not _is_own(module.__name__):
            return
        for name in sorted(said & set(vars(module))):
            self._feed("name", name)
            if (module.__name__, name) in self._spoken:
                continue
            self._spoken.add((module.__name__, name))
            one = vars(module)[name]
            if isinstance(one, ModuleType):
                self._module(one, said)
            else:
                self.value(one, f"“{module.__name__}.{name}”")

    def _whole_module(self, module: ModuleType) -> None:
        """Add a module that is used as a value: its file, if it is the user's own."""
        self._feed("module", module.__name__)
        if _is_own(module.__name__):
            self._file(module)

    def _file(self, module: ModuleType | None) -> None:
        try:
            self._feed("file", Path(getattr(module, "__file__", None) or "").read_bytes())
        except OSError:
            self._feed("no file")

    def _in_c(self, value: Any, where: str) -> None:
        name = getattr(value, "__qualname__", None) or value.__name__
        module = getattr(value, "__module__", None)
        self._feed("in C", f"{module}.{name}")
        bound = getattr(value, "__self__", None)
        if not isinstance(bound, ModuleType | None):
            self.value(bound, where)
        elif module is not None and module in sys.modules and _is_own(module):
            self._file(sys.modules[module])

    def _class(self, kind: type) -> None:
        """Add a class: by name, and with its attributes if it is the user's own."""
        self._feed("class", function_name(kind))
        if not _is_own(kind.__module__):
            return
        self._parts("bases", kind.__bases__, "a base")
        for name, one in sorted(vars(kind).items()):
            if name in _ANNOTATE:
                continue
            held = isinstance(one, FunctionType | property | staticmethod | classmethod)
            if held or name in _FIELDS or not name.startswith("__"):
                self._feed("name", name)
                self._attribute(one, f"“{kind.__qualname__}.{name}”")

    def _attribute(self, value: Any, where: str) -> None:
        """Add an attribute of a class; if it cannot be read, only its type."""
        try:
            self.value(value, where)
        except BadInput:
            self._feed("unread", type(value).__qualname__)


def _wrapped(value: Any) -> FunctionType | None:
    """The Python function that an object of an installed package compiles or wraps, if any."""
    if _is_own(type(value).__module__):
        return None
    found = (getattr(value, name, None) for name in ("py_func", "__wrapped__"))
    return next((one for one in found if isinstance(one, FunctionType)), None)


def _reduced(value: Any) -> list[Any]:
    """The form in which an object would be pickled. Raises any error of pickling."""
    if isinstance(value, np.ufunc) and value.__name__.endswith(" (vectorized)"):
        raise TypeError("made by a function that is not known")
    reduce = copyreg.dispatch_table.get(type(value))
    found: Any = reduce(value) if reduce is not None else value.__reduce_ex__(4)
    if isinstance(found, str):
        return [found, getattr(value, "__module__", None)]
    return [list(part) if hasattr(part, "__next__") else part for part in found]


def _codes(code: CodeType) -> Iterable[CodeType]:
    """A code object, and those of functions and classes defined inside it."""
    yield code
    for one in code.co_consts:
        if isinstance(one, CodeType):
            yield from _codes(one)


def _globals_of(code: CodeType) -> Iterable[str]:
    for one in dis.get_instructions(code):
        if one.opname in ("LOAD_GLOBAL", "LOAD_NAME"):
            yield one.argval


def _imports_of(code: CodeType, known: dict[str, Any]) -> Iterable[str]:
    """Modules of the user's own that code imports while it runs."""
    package = known.get("__package__") or ""
    bases: list[str] = []
    for one in dis.get_instructions(code):
        if one.opname == "IMPORT_NAME":
            names = bases = [one.argval, f"{package}.{one.argval}".strip(".")]
        elif one.opname == "IMPORT_FROM":
            names = [f"{base}.{one.argval}" for base in bases]
        else:
            continue
        yield from (name for name in names if name and _is_own_module(name))


def _is_own_module(name: str) -> bool:
    """Whether a module of this name exists and is the user's own."""
    top = name.partition(".")[0]
    if not _is_own(top):
        return False
    return name in sys.modules or _spec(name) is not None


@functools.cache
def _installed() -> tuple[Path, ...]:
    """Folders of Python and of installed packages."""
    paths = sysconfig.get_paths()
    found = {paths[name] for name in ("stdlib", "platstdlib", "purelib", "platlib")}
    return tuple(Path(one).resolve() for one in {*found, site.getusersitepackages()})


def _is_own(name: str | None) -> bool:
    """Whether a module is the user's own: not of this package, of Python, or installed."""
    if name is None or name in ("__main__", "__mp_main__"):
        return True
    if name.partition(".")[0] == _THIS_PACKAGE or name in sys.builtin_module_names:
        return False
    if name in sys.modules:
        file = getattr(sys.modules[name], "__file__", None)
    else:
        spec = _spec(name)
        if spec is not None and spec.origin in ("built-in", "frozen"):
            return False
        file = None if spec is None else spec.origin
    if file is None:
        return True
    path = Path(file).resolve()
    if {"site-packages", "dist-packages"} & set(path.parts):
        return False
    return not any(path.is_relative_to(one) for one in _installed())


def _spec(name: str) -> ModuleSpec | None:
    try:
        return importlib.util.find_spec(name)
    except (ImportError, ValueError, AttributeError):
        return None
