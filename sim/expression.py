"""Expressions that people write in files, such as ``age > 50 and conduct == idle``.

An expression is made of numbers, names, ``+ - * /`` and brackets; between sides stand ``<``,
``<=``, ``>``, ``>=``, ``==`` or ``!=``; and conditions are joined by ``and``, ``or`` and ``not``
where they are allowed. Texts are parsed here and are never run as code.
"""

import math
import re
from typing import Any

from sim.errors import BadInput, shown

# Most brackets and signs inside one another.
DEEPEST = 50
COMPARISONS = ("<=", ">=", "==", "!=", "<", ">")
ARITHMETIC = ("+", "-", "*", "/")
AND, OR, NOT = "and", "or", "not"
_JOINED = (AND, OR, NOT)
# A number, a name in dotted form, a name in quotes, or a sign.
_WORD = re.compile(
    r"\s*(?:(?P<number>(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)"
    r"|(?P<name>[^\W\d]\w*(?:\.\w+)*)"
    r"|(?P<quote>[\"'])(?P<quoted>[^\"']+)(?P=quote)"
    r"|(?P<sign><=|>=|==|!=|[-<>+*/()]))"
)

# A part as nested tuples: ("number", x), ("name", name), (sign, side, side), ("negative", side),
# ("compared", sides, signs), ("and", side, side), ("or", side, side) or ("not", side).
Side = tuple[Any, ...]


class Reader:
    """Reads one expression from left to right.

    ``at`` is where the text stands, ``named`` what its names are of, and ``example`` a comparison
    as it is written.
    """

    def __init__(
        self, text: str, at: str, named: str = "a factor", example: str = "low < high"
    ) -> None:
        self._text, self._at, self._named, self._example = text, at, named, example
        self._place = self._deep = 0
        self._kind, self._word = "", ""
        # Whether “and”, “or” and “not” join conditions, so that they cannot be names.
        self._joins = False
        self._next()

    def refuse(self, told: str) -> BadInput:
        """The error of this text."""
        return BadInput(f"{self._at}: {shown(self._text)}: {told}")

    def constraint(self) -> tuple[tuple[Side, ...], tuple[str, ...]]:
        """The sides of one comparison, and the signs between them. Raises BadInput for others."""
        sides, signs = self._sides()
        self._end()
        if not signs:
            raise self.refuse(
                f"expected a comparison with one of {', '.join(COMPARISONS)}, as in "
                f"“{self._example}”"
            )
        return sides, signs

    def expression(self) -> Side:
        """The whole text: a number or a condition. Raises BadInput if it is none."""
        self._joins = True
        found = self._either()
        self._end()
        return found

    def _end(self) -> None:
        if self._kind:
            raise self.refuse(f"{shown(self._word)} is not expected there")

    def _next(self) -> None:
        rest = self._text[self._place :]
        if not rest.strip():
            self._kind = self._word = ""
            return
        found = _WORD.match(self._text, self._place)
        if found is None:
            hint = "; a comparison is written “==”" if rest.lstrip().startswith("=") else ""
            raise self.refuse(
                f"{shown(rest.strip()[:1])} is not expected; a side has numbers, names of "
                f"{self._named.removeprefix('a ')}s, + - * / and brackets{hint}"
            )
        self._place = found.end()
        kind = str(found.lastgroup)
        self._kind = "name" if found["quoted"] else kind
        self._word = found["quoted"] or found[kind]

    def _taken(self, signs: str) -> str:
        """The next sign, if it is one of these; else an empty text."""
        if self._kind != "sign" or self._word not in tuple(signs):
            return ""
        sign = self._word
        self._next()
        return sign

    def _joined(self, word: str) -> bool:
        """Whether the next word is this one, which joins conditions; it is then read."""
        if not self._joins or self._kind != "name" or self._word != word:
            return False
        self._next()
        return True

    def _either(self) -> Side:
        side = self._both()
        while self._joined(OR):
            side = (OR, side, self._both())
        return side

    def _both(self) -> Side:
        side = self._denied()
        while self._joined(AND):
            side = (AND, side, self._denied())
        return side

    def _denied(self) -> Side:
        denied = False
        while self._joined(NOT):
            denied = not denied
        sides, signs = self._sides()
        side: Side = ("compared", sides, signs) if signs else sides[0]
        return (NOT, side) if denied else side

    def _sides(self) -> tuple[tuple[Side, ...], tuple[str, ...]]:
        sides, signs = [self._sum()], []
        while self._kind == "sign" and self._word in COMPARISONS:
            signs.append(self._word)
            self._next()
            sides.append(self._sum())
        return tuple(sides), tuple(signs)

    def _sum(self) -> Side:
        side = self._product()
        while sign := self._taken("+-"):
            side = (sign, side, self._product())
        return side

    def _product(self) -> Side:
        side = self._single()
        while sign := self._taken("*/"):
            side = (sign, side, self._single())
        return side

    def _single(self) -> Side:
        if self._deep >= DEEPEST:
            raise self.refuse(f"more than {DEEPEST} brackets and signs inside one another")
        self._deep += 1
        if sign := self._taken("+-"):
            side = self._single()
            side = ("negative", side) if sign == "-" else side
        elif self._taken("("):
            side = self._either() if self._joins else self._sum()
            if not self._taken(")"):
                raise self.refuse("a bracket is not closed")
        else:
            side = self._number_or_name()
        self._deep -= 1
        return side

    def _number_or_name(self) -> Side:
        kind, word = self._kind, self._word
        if kind not in ("number", "name") or (self._joins and word in _JOINED):
            got = f", not {shown(word)}" if word else " at its end"
            raise self.refuse(f"expected a number or the name of {self._named}{got}")
        self._next()
        if kind == "name":
            return ("name", word)
        if not math.isfinite(float(word)):
            raise self.refuse(f"{word} is not a finite number")
        return ("number", float(word))
