"""Fields of officers, departments and citizens, as expressions and panels name them.

Units are those of tables of posts: an age is in years. Departments, tiers and ranks are numbered
from 1, as reforms number them.
"""

from collections.abc import Mapping
from typing import NamedTuple

from sim.errors import nearest, shown
from sim.expression import AND, ARITHMETIC, NOT, OR, Reader, Side
from sim.kinds import CONDUCTS, GRADES, PROFILES
from sim.machine.rows import Kind
from sim.world.state import CITIZEN, DEPARTMENT, OFFICER

OFFICERS, DEPARTMENTS, CITIZENS = "officers", "departments", "citizens"
KINDS: Mapping[str, Kind] = {
    OFFICERS: OFFICER,
    DEPARTMENTS: DEPARTMENT,
    CITIZENS: CITIZEN,
}
# Numbers by which the program finds rows, which say nothing of an agent.
_INSIDE = (
    *("number_in_department", "first_subordinate", "superior", "patron", "person", "first_child"),
    *("first_in_unit", "first_officer", "first_front", "first_citizen", "group", "part", "parent"),
)
# Names of the values of a field, in order.
WORDS: Mapping[str, tuple[str, ...]] = {
    "conduct": CONDUCTS,
    "previous_conduct": CONDUCTS,
    "profile": PROFILES,
    "profile_before": PROFILES,
    "grade": GRADES,
}
# Fields given in another unit, or numbered from 1: by what they are divided, and what is added.
SCALES: Mapping[str, tuple[float, float]] = {
    "age": (12.0, 0.0),
    "department": (1.0, 1.0),
    "tier": (1.0, 1.0),
    "rank": (1.0, 1.0),
}
# Most numbers, names and signs of one expression: beyond, its code would be too deeply nested.
MOST_PARTS = 80
_DEPARTMENT = "department."


def names_of(of: str) -> tuple[str, ...]:
    """Fields of officers, departments or citizens that can be named; one number each."""
    kind = KINDS[of]
    found = [one.name for one in kind.fields.values() if not one.width and one.name not in _INSIDE]
    return tuple(found)


class Code(NamedTuple):
    """A part of an expression as code, and whether it is a condition."""

    text: str
    truth: bool

    @property
    def number(self) -> str:
        """The code of a number: of a condition, 1 where it holds, else 0."""
        return f"(1.0 if {self.text} else 0.0)" if self.truth else self.text


class Names:
    """Writes expressions on one kind of agents as code; ``of`` names the kind."""

    def __init__(self, of: str) -> None:
        self._of = of
        self._own = names_of(of)
        # Officers and citizens have a department, whose fields they can name.
        self._above = () if of == DEPARTMENTS else names_of(DEPARTMENTS)
        self._parts = 0

    def code(self, side: Side, reader: Reader) -> Code:
        """The code of an expression. Raises BadInput for a name that is not known."""
        self._parts += 1
        if self._parts > MOST_PARTS:
            raise reader.refuse(f"more than {MOST_PARTS} numbers, names and signs")
        kind = side[0]
        if kind == "number":
            return Code(repr(side[1]), False)
        if kind == "name":
            return Code(self._field(side[1], reader), False)
        if kind == "negative":
            return Code(f"(-{self._number(side[1], reader)})", False)
        if kind in ARITHMETIC:
            left, right = (self._number(one, reader) for one in side[1:])
            return Code(f"divided({left}, {right})" if kind == "/" else f"({left} {kind} {right})",
                        False)  # fmt: skip
        if kind == NOT:
            return Code(f"(not {self._truth(side[1], reader)})", True)
        if kind in (AND, OR):
            left, right = (self._truth(one, reader) for one in side[1:])
            return Code(f"({left} {kind} {right})", True)
        return Code(self._compared(side[1], side[2], reader), True)

    def condition(self, side: Side, reader: Reader) -> str:
        """The code of a condition, or of a field that is 1 or 0. Raises BadInput for others."""
        return self._truth(side, reader)

    def _number(self, side: Side, reader: Reader) -> str:
        return self.code(side, reader).number

    def _truth(self, side: Side, reader: Reader) -> str:
        found = self.code(side, reader)
        if found.truth:
            return found.text
        if side[0] == "name":
            return f"({found.text} != 0.0)"
        raise reader.refuse("expected a condition, as in “age > 50”")

    def _compared(self, sides: tuple[Side, ...], signs: tuple[str, ...], reader: Reader) -> str:
        fields = [side[1].removeprefix(_DEPARTMENT) for side in sides if side[0] == "name"]
        words = next((WORDS[one] for one in fields if one in WORDS), ())
        field = next((one for one in fields if one in WORDS), "")
        texts = []
        for side in sides:
            if side[0] == "name" and side[1] in words:
                texts.append(repr(float(words.index(side[1]))))
            elif words and side[0] == "name" and not self._known(side[1]):
                raise reader.refuse(
                    f"{shown(side[1])} is no {field.removeprefix('previous_')}"
                    f"{nearest(side[1], words)}"
                )
            else:
                texts.append(self._number(side, reader))
        pairs = zip(texts[:-1], signs, texts[1:], strict=True)
        return f"({' and '.join(f'{left} {sign} {right}' for left, sign, right in pairs)})"

    def _known(self, name: str) -> bool:
        above = name.removeprefix(_DEPARTMENT)
        return name in self._own or (above != name and above in self._above)

    def _field(self, name: str, reader: Reader) -> str:
        if not self._known(name):
            known = (*self._own, *(f"{_DEPARTMENT}{one}" for one in self._above))
            one = self._of.removesuffix("s")
            raise reader.refuse(f"no field {shown(name)} of {_an(one)}{nearest(name, known)}")
        above = name.removeprefix(_DEPARTMENT)
        if above != name:
            return _scaled(f"departments[{self._of}[i].department].{above}", above)
        return _scaled(f"{self._of}[i].{name}", name)


def _an(noun: str) -> str:
    return f"{'an' if noun[0] in 'aeiou' else 'a'} {noun}"


def _scaled(text: str, field: str) -> str:
    divided, added = SCALES.get(field, (1.0, 0.0))
    text = f"float({text})"
    if divided != 1.0:
        text = f"({text} / {divided!r})"
    return f"({text} + {added!r})" if added else text
