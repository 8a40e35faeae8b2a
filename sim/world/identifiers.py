"""Which post a cell names: exactly, as a data frame writes numbers, in other widths, by title."""

import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from sim.errors import MOST_TOLD, Problems, nearest
from sim.world.cells import NOT_GIVEN

# A whole number as a data frame writes it where others are missing.
_WHOLE = re.compile(r"(\d+)\.0+")
_SPACES = re.compile(r"\s+")
_SHOWN = 60
# Signs between two superiors in one cell.
_TWO = re.compile(r"[、;；/]")


def names_of(cells: Sequence[str | None]) -> list[str | None]:
    """Names in cells, without spaces at their ends; whole numbers without a point."""
    found: list[str | None] = []
    for cell in cells:
        name = (cell or "").strip().strip("\ufeff\u200b")
        whole = _WHOLE.fullmatch(name)
        found.append((whole[1] if whole else name) or None)
    return found


def _folded(name: str) -> str:
    """A name without spaces, capitals and widths; a number without zeros before it."""
    text = _SPACES.sub("", unicodedata.normalize("NFKC", name)).casefold()
    return text.lstrip("0") if text.isdigit() and text.strip("0") else text


class Identifiers:
    """The posts of a table by name. ``assumed`` tells which were found in another way."""

    def __init__(
        self, posts: Sequence[str], titles: Sequence[str | None], at: Callable[[int], str]
    ) -> None:
        self.posts = posts
        self._at = at
        self._exact = {name: i for i, name in enumerate(posts)}
        self._near = _unique(map(_folded, posts))
        self._titled = _unique(_folded(title) if title else "" for title in titles)
        self._otherwise: dict[str, str] = {}
        self._departments: dict[str, str] = {}

    @property
    def assumed(self) -> list[str]:
        """What was taken for what, a sentence each; of many, the first ones."""
        few = 3
        told = [f"“{name[:_SHOWN]}” is “{post[:_SHOWN]}”" for name, post in self._otherwise.items()]
        return [
            *told[:few],
            *([f"{len(told) - few} more names likewise"] if len(told) > few else []),
        ]

    def find(self, name: str) -> int:
        """The row of a post by name; −1 if there is none."""
        if name in self._exact:
            return self._exact[name]
        folded = _folded(name)
        row = self._near.get(folded, self._titled.get(folded, -1))
        if row >= 0:
            self._otherwise[name] = self.posts[row]
        return row

    def is_nobody(self, name: str) -> bool:
        """Whether a cell holds a mark for what is not given, and no post is called so."""
        return name.casefold() in NOT_GIVEN and name not in self._exact

    def superiors(self, names: Sequence[str | None], problems: Problems) -> NDArray[np.int64]:
        """Row of each superior, −1 where none is named; what is wrong is added to ``problems``."""
        above = np.full(len(names), -1)
        for i, name in enumerate(names):
            if name is None or self.is_nobody(name):
                continue
            above[i] = self.find(name)
            if above[i] < 0:
                # Looking for the nearest takes time, and only the first messages are told.
                hint = self._hint(name) if len(problems) < MOST_TOLD else ""
                problems.append(
                    f"{self._at(i)}: superior “{name[:_SHOWN]}” of post "
                    f"“{self.posts[i][:_SHOWN]}” is not a post of the table{hint}"
                )
        return above

    def _hint(self, name: str) -> str:
        parts = _TWO.split(name)
        if len(parts) > 1 and all(part.strip() in self._exact for part in parts):
            return "; put the second of two superiors into the column “second_superior” (第二上级)"
        return nearest(name, self._exact)

    def second_superiors(
        self, names: Sequence[str | None], above: NDArray[np.int64], problems: Problems
    ) -> dict[int, tuple[str, int]]:
        """Second superiors by row: the name, and its row, −1 where it is outside the table.

        Where a post would be its own, or has the same one twice, that is added to ``problems``.
        """
        found = {}
        for i, name in enumerate(names):
            if name is None or self.is_nobody(name):
                continue
            j = self.find(name)
            if j == i or (j >= 0 and j == above[i]):
                what = "itself" if j == i else "its superior already"
                problems.append(
                    f"{self._at(i)}: “second_superior” of “{self.posts[i][:_SHOWN]}” is {what}"
                )
            found[i] = (name[:_SHOWN], j)
        return found

    def of_departments(self, names: Sequence[str]) -> list[str]:
        """Departments by one name each, though rows write it with other spaces or widths."""
        for name in names:
            first = self._departments.setdefault(_folded(name), name)
            if name != first:
                self._otherwise[name] = first
        return [self._departments[_folded(name)] for name in names]


def _unique(names: Iterable[str]) -> dict[str, int]:
    """Rows by name, of names that occur once."""
    found: dict[str, int] = {}
    twice = set()
    for i, name in enumerate(names):
        if name in found:
            twice.add(name)
        found[name] = i
    return {name: i for name, i in found.items() if name and name not in twice}
