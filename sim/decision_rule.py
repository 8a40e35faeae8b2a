"""Rules of decision (决策规则): how officers choose a conduct, by a rule that ships or one's own.

A rule is one function, ``decide(officer, choice, world, month)``, that gives the number of a
conduct, its place in ``CONDUCTS``. It is compiled with the loop that calls it. ``choice.worth[k]``
is what conduct k is worth to the officer, ``choice.draws[0]`` the draw of the month, from 0 to 1;
``world`` holds what rules of the mechanisms read. See ``sim.mechanisms.satisficing``.
"""

import inspect
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, cast

import numba

from sim import own_file
from sim.errors import BadInput, nearest
from sim.input_file import read_bytes
from sim.kinds import CONDUCTS
from sim.machine.compiled import rule, variant
from sim.machine.loop import Loop, loop_with
from sim.machine.rows import kind_named
from sim.mechanisms.conduct import logit
from sim.mechanisms.imitation import imitate
from sim.mechanisms.satisficing import satisfice
from sim.study.fingerprint import fingerprint
from sim.world.state import CHOICE, OFFICER, World

# The entry of a scenario that names its rule of decision.
DECIDE = "decide"
LOGIT = "logit"
# Rules that ship, by the name that a scenario gives as “decide”.
SHIPPED: dict[str, Callable[..., int]] = {
    LOGIT: logit,
    "satisficing": satisfice,
    "imitation": imitate,
}
# A rule in a file of one's own: the name of the file, without folders, and that of the function.
_OWN = re.compile(r"(?P<file>[^/\\:]+\.py):(?P<function>[^\W\d]\w*)")
_ARGUMENTS = ("officer", "choice", "world", "month")
_CONDUCTS = len(CONDUCTS)


@rule
def checked(officer: Any, choice: Any, world: Any, month: int) -> int:
    """Decide by a rule that replaces the logit.

    Raises BadInput if it returns no available conduct.
    """
    chosen = logit(officer, choice, world, month)
    if chosen < 0 or chosen >= _CONDUCTS:
        raise BadInput("the rule of decision gave a number that no conduct has")
    if not world.conducts[chosen].available:
        raise BadInput("the rule of decision gave a conduct that the scenario does not allow")
    return chosen


def is_name(name: str) -> bool:
    """Whether a scenario can name a rule so: one that ships, or FILE.py:FUNCTION."""
    return name in SHIPPED or _OWN.fullmatch(name) is not None


def check_name(name: str) -> str:
    """The name of a rule, as a scenario gives it.

    Raises ValueError if no rule can have this name.
    """
    if not is_name(name):
        raise ValueError(
            f"“{name}” is neither a rule of decision that ships nor FILE.py:FUNCTION"
            f"{nearest(name, SHIPPED)}"
        )
    return name


@dataclass(frozen=True)
class RuleFile:
    """A file with rules of decision of a user's own: a program that runs when a rule is made of it.

    ``text`` is its content when it was read, so that workers on other machines need no file.
    """

    path: Path
    text: bytes

    @classmethod
    def read(cls, path: str | Path) -> "RuleFile":
        """Read a file, without running it. Raises BadInput where it cannot be read."""
        if Path(path).suffix != ".py":
            raise BadInput(f"{path}: expected a Python file with rules of decision")
        return cls(Path(path), read_bytes(Path(path)))

    def rule(self, function: str) -> "DecisionRule":
        """Run the file and make a rule of one of its functions.

        Raises BadInput if that is not possible.
        """
        found = self.function(function)
        return DecisionRule.of(found, f"{self.path.name}:{function}", self)

    def function(self, function: str) -> Callable[..., Any]:
        """Run the file and return one of its functions.

        Raises BadInput if there is none of this name.
        """
        # The same in every process, since cached compiled code finds its module by name.
        module = own_file.run(self.text, self.path, f"rules of decision {self.path.name}")
        found = vars(module)
        if not callable(found.get(function)):
            mine = [
                name
                for name, one in found.items()
                if callable(one) and getattr(one, "__module__", "") == module.__name__
            ]
            raise BadInput(f"{self.path}: no function “{function}”{nearest(function, mine)}")
        return cast(Callable[..., Any], found[function])


@dataclass(frozen=True)
class DecisionRule:
    """A rule of decision, ready to be compiled with the loop. Make one with ``of`` or ``shipped``.

    ``mark`` tells it from every other: a digest of its code and of the code it calls.
    """

    name: str
    function: Callable[..., int]
    mark: str
    file: RuleFile | None = None

    @classmethod
    def shipped(cls, name: str) -> "DecisionRule":
        """A rule that ships. Raises BadInput for a rule of one's own, which needs its file."""
        if name in SHIPPED:
            return cls(name, SHIPPED[name], name)
        raise BadInput(not_permitted(name))

    @classmethod
    def of(
        cls, function: Callable[..., Any], name: str | None = None, file: RuleFile | None = None
    ) -> "DecisionRule":
        """The rule made of a user's function, with or without ``@rule`` above it.

        Raises BadInput if its arguments are not those of a rule, or if it cannot be compiled.
        """
        plain: Any = getattr(function, "py_func", function)
        for known, one in SHIPPED.items():
            if function is one:
                return cls.shipped(known)
        if not inspect.isfunction(plain):
            raise BadInput(f"decide: expected a function as rule of decision, got {plain!r}")
        takes = len(inspect.signature(plain).parameters)
        if takes != len(_ARGUMENTS):
            raise BadInput(
                f"{_place(plain)}: {plain.__name__} takes {takes} arguments; expected "
                f"{', '.join(_ARGUMENTS)}"
            )
        ready = rule(plain) if function is plain else function
        _check_compiles(ready, plain)
        return cls(name or plain.__name__, ready, f"own_{fingerprint(plain)}", file)

    @cached_property
    def loop(self) -> Loop:
        """The compiled loop in which officers decide by this rule."""
        if self.function in SHIPPED.values():
            return loop_with(self.function, self.mark)
        return loop_with(variant(checked, self.mark, {logit: self.function}), self.mark)

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle as the name of a shipped rule, or as the text of its file."""
        if self.file is not None:
            return RuleFile.rule, (self.file, self.name.rpartition(":")[2])
        if self.name in SHIPPED:
            return DecisionRule.shipped, (self.name,)
        return DecisionRule.of, (self.function, self.name)


def not_permitted(name: str) -> str:
    """What is said where a rule of one's own is asked for, and its file has not been named."""
    file = name.partition(":")[0]
    return (
        f"decide: “{name}” is a function in {file}, and a file with rules is a program; to let it "
        f"run, name it yourself: zhixing study … --rules {file}"
    )


def files_at(paths: Iterable[str | Path]) -> dict[str, RuleFile]:
    """Files of the user's own that may run, by name. Raises BadInput where two have one name."""
    files: dict[str, RuleFile] = {}
    for path in paths:
        file = RuleFile.read(path)
        other = files.setdefault(file.path.name, file)
        if other.path.resolve() != file.path.resolve():
            raise BadInput(f"{path}: has the name of {other.path}; rename one of them")
    return files


def rules_named(names: Iterable[str], paths: Iterable[str | Path]) -> dict[str, DecisionRule]:
    """Rules by name: those that ship, and those of one's own in files that the user has named.

    Only those files at ``paths`` are run that contain one of the rules. Raises BadInput for a rule
    whose file is not among them, and for a name that is not that of a rule.
    """
    files = files_at(paths)
    found = {}
    for name in dict.fromkeys(names):
        own = _OWN.fullmatch(name)
        if own is not None and own["file"] in files:
            found[name] = files[own["file"]].rule(own["function"])
        else:
            found[name] = DecisionRule.shipped(name)
    return found


# Compiling.


def _place(function: Any, line: int | None = None) -> str:
    code = function.__code__
    return f"{code.co_filename}, line {line or code.co_firstlineno}"


def _check_compiles(ready: Any, plain: Any) -> None:
    """Compile a rule by itself. Raises BadInput that says where and why this fails."""
    if numba.config.DISABLE_JIT:
        return
    types: Any = numba.types
    from sim.machine.row_types import FrameType, RowType

    kinds = (RowType(OFFICER), RowType(CHOICE), FrameType(World), types.int64)
    try:
        ready.compile(kinds)
    except MemoryError:
        raise
    except Exception as error:
        raise BadInput(_told(error, plain)) from error
    given = ready.overloads[kinds].signature.return_type
    if not isinstance(given, types.Integer):
        optional = isinstance(given, types.Optional | types.NoneType)
        what = "no value in some cases" if optional else f"a value of the type {given}"
        raise BadInput(
            f"{_place(plain)}: {plain.__name__} gives {what}; expected the number of a conduct, a "
            "whole number"
        )


def _told(error: Exception, plain: Any) -> str:
    """Numba's message in one line: file, line and what is not possible."""
    said = str(error)
    file = re.escape(Path(plain.__code__.co_filename).name)
    line = re.search(rf'{file}(?:", line | \()(\d+)', said)
    lines = [one.strip() for one in said.splitlines()]
    what = next((one for one in lines if one and not one.startswith("Failed in nopython")), said)
    what = _unknown_field(what) or _unknown_value(what) or what.partition(" Raised from")[0]
    place = _place(plain, int(line[1]) if line else None)
    return f"{place}: {plain.__name__} cannot be compiled: {what}"


def _unknown_field(what: str) -> str:
    """Text on the unknown field that Numba's message names; empty if it names none."""
    read = re.search(r"Unknown attribute '(\w+)' of type \w+\((\w+)", what)
    written = re.search(r"setattr: \(\w+\((\w+)[^)]*\)\)\.(\w+)", what)
    if read is None and written is None:
        return ""
    field, of = read.groups() if read else written.groups()[::-1]  # type: ignore[union-attr]
    known = World.members if of == World.__name__ else kind_named(of).fields
    return f"{of.lower()} has no “{field}”{nearest(field, known)}"


def _unknown_value(what: str) -> str:
    """Text on the value that compiled code cannot use; empty if the message names none."""
    found = re.search(r"Untyped global name '(\w+)': .*<class '([\w.]+)'>", what)
    if found is None:
        return ""
    if found[2] == "function":
        return f"“{found[1]}” is a function without @rule above it"
    return (
        f"“{found[1]}” is a {found[2]}; compiled code can use numbers, tuples and arrays of "
        "numbers, and functions with @rule above them"
    )
