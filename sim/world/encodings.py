"""The encoding of a text that does not tell it, as spreadsheets and data frames save tables.

UTF-8 and UTF-16 are recognised for certain, also without a mark. The bytes of GB18030 (with GBK and
GB2312), Big5 and Windows-1252 overlap, so these are told apart by how common the characters are
that each would give, and by whether its first lines hold headings that are known.
"""

import codecs
import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

from sim.errors import BadInput, shown

# The longest mark first, since that of UTF-32 begins with that of UTF-16.
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_NAMES = {
    "utf-32": "UTF-32",
    "utf-8-sig": "UTF-8 with a mark",
    "utf-8": "UTF-8",
    "utf-16": "UTF-16",
    "utf-16-le": "UTF-16",
    "utf-16-be": "UTF-16",
    "gb18030": "GB18030 (GBK)",
    "big5hkscs": "Big5",
    "cp1252": "Windows-1252",
}
_OTHERS = ("gb18030", "big5hkscs", "cp1252")
# Bytes that are looked at; the encoding of a table shows in its beginning.
_LOOKED_AT = 100_000
# Least share of common characters, and how much more common the best must be than the next.
_COMMON, _AHEAD = 0.6, 0.03
_LEVEL_1, _LEVEL_2, _SIGNS, _BY_TWO = 1.0, 0.3, 0.7, 0.65
_BEYOND = re.compile(r"[^\x00-\x7f]+")
# What stands between cells and rows.
_BETWEEN = b",;\t|\r\n"
HOW = "save it as UTF-8, or state “encoding” below [organisation.posts]"


class Text(NamedTuple):
    """A text, the name of its encoding, and whether that was inferred."""

    text: str
    encoding: str
    inferred: bool


def decoded(content: bytes, known: Callable[[str], int], stated: str | None = None) -> Text:
    """The text of a file, in the encoding that is stated or found.

    ``known`` counts the headings known in a text. Raises BadInput, without the name of the file,
    where no encoding fits, or several do equally.
    """
    if stated is not None:
        return _as_stated(content, stated)
    for mark, name in _MARKS:
        if content.startswith(mark):
            return _certain(content, name)
    if b"\0" in content:
        return _certain(content, _sixteen_bits(content))
    try:
        return Text(content.decode("utf-8"), _NAMES["utf-8"], inferred=False)
    except UnicodeDecodeError:
        return _likeliest(content, known)


def byte_of_zero(row: int) -> BadInput:
    """What to say of a text with a byte of zero in a row."""
    return BadInput(f"not a table: a byte of zero in row {row}; save it as UTF-8 anew")


def _as_stated(content: bytes, stated: str) -> Text:
    try:
        return Text(content.decode(stated).removeprefix("\ufeff"), stated, inferred=False)
    except (LookupError, ValueError, TypeError):
        pass
    try:
        codecs.lookup(stated)
    except (LookupError, ValueError, TypeError):
        raise BadInput(f"encoding: {shown(stated)} is not the name of an encoding") from None
    raise BadInput(f"not text in the encoding that is stated, {stated}")


def _certain(content: bytes, name: str) -> Text:
    try:
        return Text(content.decode(name).removeprefix("\ufeff"), _NAMES[name], inferred=False)
    except UnicodeDecodeError:
        raise BadInput(f"not a table: broken {_NAMES[name]}") from None


def _sixteen_bits(content: bytes) -> str:
    """The order of bytes of UTF-16 without a mark: separators and line ends have a byte of zero.

    Raises BadInput with the first such byte where most have none.
    """
    looked_at = content[:_LOOKED_AT]
    first, second = looked_at[::2], looked_at[1::2]
    found = {
        "utf-16-le": sum(
            one in _BETWEEN and not zero for one, zero in zip(first, second, strict=False)
        ),
        "utf-16-be": sum(
            one in _BETWEEN and not zero for zero, one in zip(first, second, strict=False)
        ),
    }
    name = max(found, key=found.__getitem__)
    if len(content) % 2 or 2 * found[name] <= sum(one in _BETWEEN for one in looked_at):
        raise byte_of_zero(content.count(b"\n", 0, content.index(0)) + 1)
    return name


def _likeliest(content: bytes, known: Callable[[str], int]) -> Text:
    whole = (
        content if len(content) <= _LOOKED_AT else content[: content.rfind(b"\n", 0, _LOOKED_AT)]
    )
    found = []
    for name in _OTHERS:
        try:
            text = whole.decode(name)
        except UnicodeDecodeError:
            continue
        common = _commonness(whole, text, name)
        if common >= _COMMON:
            found.append((known(text), common, name))
    if not found:
        names = ", ".join(_NAMES[name] for name in ("utf-8", "utf-16", *_OTHERS))
        raise BadInput(f"not a table: no text in {names}; {HOW}")
    found.sort(reverse=True)
    best = found[0]
    if len(found) > 1 and best[0] == found[1][0] and best[1] - found[1][1] < _AHEAD:
        both = " or ".join(_NAMES[one[2]] for one in found[:2])
        raise BadInput(f"may be {both}; {HOW}")
    name = best[2]
    try:
        return Text(content.decode(name), _NAMES[name], inferred=True)
    except UnicodeDecodeError as error:
        row = content.count(b"\n", 0, error.start) + 1
        raise BadInput(f"row {row}: not text in {_NAMES[name]}, as the rows above; {HOW}") from None


def _commonness(content: bytes, text: str, name: str) -> float:
    """How common the characters beyond ASCII are on average, 0 to 1."""
    values = list(_western(text) if name == "cp1252" else _chinese(text, name))
    return sum(values) / len(values) if values else 0.0


def _western(text: str) -> Iterator[float]:
    """Letters beyond ASCII stand alone between others, or two by two, as in names of Europe."""
    for run in _BEYOND.findall(text):
        value = {1: _LEVEL_1, 2: _BY_TWO}.get(len(run), 0.0)
        yield from (value * (one.isalpha() or one in "€–—‘’“”°§²³·\xa0") for one in run)


# First bytes of common characters, of rare ones and of signs: the levels of each standard.
_LEVELS = {
    "gb18030": ((0xB0, 0xD7), (0xD8, 0xF7), (0xA1, 0xA3)),
    "big5hkscs": ((0xA4, 0xC6), (0xC9, 0xF9), (0xA1, 0xA3)),
}


def _chinese(text: str, name: str) -> Iterator[float]:
    values = (_LEVEL_1, _LEVEL_2, _SIGNS)
    for letter in text:
        if letter.isascii():
            continue
        code = letter.encode(name)
        # Trail bytes below 0xA1 are characters that GBK adds to GB2312; few are in use.
        rare = name == "gb18030" and (len(code) != 2 or code[1] < 0xA1)
        pairs = zip(_LEVELS[name], values, strict=True)
        found = (value for (first, last), value in pairs if first <= code[0] <= last)
        yield 0.0 if rare else next(found, 0.0)
