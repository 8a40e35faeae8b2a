"""Constraints on the points of a design: comparisons such as ``interest_low < interest_high``.

A comparison has two or more sides, between which stand ``<``, ``<=``, ``>``, ``>=``, ``==`` or
``!=``. A side is made of numbers, names of factors, ``+ - * /`` and brackets. A name may be cut
to its last parts if only one factor ends so. Texts are parsed here and are never run as code.
"""

import operator
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.errors import BadInput, nearest, shown
from sim.expression import Reader, Side

Values = NDArray[np.float64]
# Most constraints of a design, and characters of one.
MOST, LONGEST = 200, 1_000
# Most characters of all constraints of a design.
MOST_WRITTEN = 5_000

_COMPARE: Mapping[str, Callable[[Any, Any], Any]] = {
    "<=": operator.le,
    ">=": operator.ge,
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    ">": operator.gt,
}
_ARITHMETIC: Mapping[str, Callable[[Any, Any], Any]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
}


@dataclass(frozen=True)
class Constraint:
    """One comparison, with its names resolved."""

    text: str
    sides: tuple[Side, ...]
    signs: tuple[str, ...]
    names: tuple[str, ...]

    def holds(self, columns: Mapping[str, Values], at: str) -> NDArray[np.bool_]:
        """Whether it holds at each point, shape (points,); ``columns`` by name, each (points,).

        ``at`` is where it stands. Raises BadInput if a side is no finite number at some point.
        """
        with np.errstate(all="ignore"):
            found = [np.asarray(_value(side, columns), float) for side in self.sides]
        for side in found:
            bad = np.flatnonzero(~np.isfinite(np.atleast_1d(side)))
            if len(bad):
                there = ", ".join(f"{name} = {columns[name][bad[0]]:g}" for name in self.names)
                where = f" where {there}" if there else ""
                raise BadInput(
                    f"{at}: {shown(self.text)}: no finite number{where}, as by a division by zero"
                )
        length = len(next(iter(columns.values()))) if columns else 1
        holds = np.ones(length, bool)
        for k, sign in enumerate(self.signs):
            holds &= _COMPARE[sign](found[k], found[k + 1])
        return holds


def _value(side: Side, columns: Mapping[str, Values]) -> Any:
    # Chains such as a + b + c + … lean to the left and can be long, so those are walked in a loop.
    rights = []
    while side[0] in _ARITHMETIC:
        rights.append((side[0], side[2]))
        side = side[1]
    if side[0] == "number":
        value: Any = np.float64(side[1])
    elif side[0] == "name":
        value = columns[side[1]]
    else:
        value = -_value(side[1], columns)
    for sign, right in reversed(rights):
        value = _ARITHMETIC[sign](value, _value(right, columns))
    return value


def parsed(text: str, known: Sequence[str], of_words: Sequence[str], at: str) -> Constraint:
    """A comparison of numbers and of what is ``known`` by name.

    ``of_words`` are further factors, whose levels are not numbers. ``at`` names the place in
    errors. Raises BadInput, in one line, if the text is not a comparison,
    or names what is not known, or what several names end in.
    """
    if len(text) > LONGEST:
        raise BadInput(f"{at}: {len(text):,} characters; expected at most {LONGEST:,}")
    sides, signs = Reader(text, at).constraint()
    names: dict[str, str] = {}
    resolve = _Names(tuple(known), tuple(of_words), text, at, names)
    found = tuple(resolve(side) for side in sides)
    if not names:
        raise BadInput(
            f"{at}: {shown(text)}: names no factor, so that it leaves out nothing or all"
        )
    return Constraint(text, found, signs, tuple(dict.fromkeys(names.values())))


@dataclass(frozen=True)
class _Names:
    """Replaces names in a side by those of factors; ``found`` collects them."""

    known: tuple[str, ...]
    of_words: tuple[str, ...]
    text: str
    at: str
    found: dict[str, str]

    def __call__(self, side: Side) -> Side:
        """The side with the full names of factors. Raises BadInput if there is none of a name."""
        rights = []
        while side[0] in _ARITHMETIC:
            rights.append((side[0], self(side[2])))
            side = side[1]
        if side[0] == "name":
            if side[1] not in self.found:
                self.found[side[1]] = self._key(side[1])
            side = ("name", self.found[side[1]])
        elif side[0] == "negative":
            side = ("negative", self(side[1]))
        for sign, right in reversed(rights):
            side = (sign, side, right)
        return side

    def _key(self, name: str) -> str:
        every = (*self.known, *self.of_words)
        ending = [key for key in every if key == name or key.endswith(f".{name}")]
        if name in every:
            ending = [name]
        at = f"{self.at}: {shown(self.text)}: "
        if not ending:
            short = () if "." in name else (key.rpartition(".")[2] for key in every)
            near = nearest(name, {*every, *short})
            raise BadInput(f"{at}no factor {shown(name)}{near}")
        if len(ending) > 1:
            raise BadInput(
                f"{at}{shown(name)} is the end of {len(ending)} factors: {', '.join(ending[:3])}; "
                "give more of it"
            )
        if ending[0] in self.of_words:
            raise BadInput(f"{at}{shown(name)} has levels that are no numbers")
        return ending[0]


def checked(
    where: Sequence[str], known: Sequence[str], of_words: Sequence[str], at: str
) -> tuple[Constraint, ...]:
    """All constraints of a design. Raises BadInput if there are too many, or one is not valid."""
    if len(where) > MOST:
        raise BadInput(f"{at}: {len(where):,} constraints; expected at most {MOST}")
    whole = sum(map(len, where))
    if whole > MOST_WRITTEN:
        raise BadInput(f"{at}: {whole:,} characters in all; expected at most {MOST_WRITTEN:,}")
    return tuple(parsed(text, known, of_words, at) for text in where)


def within(
    constraints: Sequence[Constraint], columns: Mapping[str, Values], at: str
) -> NDArray[np.bool_]:
    """Whether all constraints hold at each point, shape (points,).

    A constraint is judged only where those before it hold, so that ``x > 0`` may come before one
    that divides by x. Raises BadInput if a side is no finite number there.
    """
    kept = np.arange(len(next(iter(columns.values()))))
    holds = np.zeros(len(kept), bool)
    for one in constraints:
        there = {name: columns[name][kept] for name in one.names}
        kept = kept[one.holds(there, at)]
    holds[kept] = True
    return holds


def named(constraints: Sequence[Constraint]) -> tuple[str, ...]:
    """All factors that constraints name."""
    return tuple(dict.fromkeys(name for one in constraints for name in one.names))


def culprit(constraints: Sequence[Constraint], columns: Mapping[str, Values], at: str) -> str:
    """Why no point is within all constraints, in words: the one that leaves none."""
    kept = np.arange(len(next(iter(columns.values()))))
    for number, one in enumerate(constraints):
        there = {name: columns[name][kept] for name in one.names}
        kept = kept[one.holds(there, at)]
        if not len(kept):
            rest = " at which those before it hold" if number else ""
            return f"{shown(one.text)} holds at none of them{rest}"
    return "they hold at some"
