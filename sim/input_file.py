"""Files that a user names: read within bounds, and what is in them is plain and shallow.

A file may come from a stranger. Whatever it holds, reading it takes a second and little memory, and
ends in plain values or in BadInput.
"""

import json
import os
import re
import stat
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from sim.errors import BadInput, shown
from sim.toml_errors import said

# Bytes of a file of settings, and of a manifest, which holds every setting of a study.
MOST_BYTES = 400_000
MOST_IN_A_MANIFEST = 16_000_000
# Values in a file of settings, and tables and lists inside one another.
MOST_VALUES = 100_000
MOST_DEEP = 32
_DEEP = f"more than {MOST_DEEP} tables inside one another"
# Whole numbers of TOML have 64 bits.
_LARGEST = 2**63
# Flag that keeps Windows from changing line endings.
_BINARY = getattr(os, "O_BINARY", 0)
# Characters that move the cursor, colour a terminal, or turn the order of what is read.
UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]")

# TOML cut into texts, keys of too many parts, single parts, remarks, and anything else, so that
# dots in texts do not count. The parser's memory grows with the square of the parts of a key.
_PART = r"""(?:[A-Za-z0-9_-]++|"(?:[^"\\\n]|\\.)*+(?:"|$)|'[^'\n]*+(?:'|$))"""
_TOO_DEEP = re.compile(
    r'"""(?:[^\\]|\\.)*?(?:"""|\Z)'
    r"|'''.*?(?:'''|\Z)"
    rf"|(?P<deep>{_PART}(?:[ \t]*+\.[ \t]*+{_PART}){{{MOST_DEEP}}})"
    rf"|{_PART}|#[^\n]*+|.",
    re.DOTALL | re.MULTILINE,
)


class NotToml(BadInput):
    """A text that is not TOML."""


def read_bytes(path: Path, most: int | None = None) -> bytes:
    """All that is in a regular file, of ``most`` bytes at most.

    Raises BadInput for a file that cannot be read, is too large, or is a folder, device or pipe.
    """
    try:
        # Opening a pipe to which nobody writes would wait without end.
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | _BINARY)
        with open(handle, "rb") as file:
            found = os.fstat(handle)
            if not stat.S_ISREG(found.st_mode):
                raise BadInput(f"{path}: expected an ordinary file, not a device or a pipe")
            if most is not None and found.st_size > most:
                raise BadInput(f"{path}: {found.st_size:,} bytes; expected at most {most:,}")
            return file.read() if most is None else file.read(most)
    except OSError as error:
        raise BadInput(f"{path}: cannot be read: {error.strerror}") from None
    except ValueError as error:
        if isinstance(error, BadInput):
            raise
        raise BadInput(f"{shown(str(path))}: no name of a file: {error}") from None


def parsed_toml(text: str, where: str) -> dict[str, Any]:
    """The nested tables of a TOML text. Raises BadInput that begins with ``where``."""
    for found in _TOO_DEEP.finditer(text):
        if found["deep"]:
            raise BadInput(f"{where}: {shown(found['deep'])}: {_DEEP}")
    try:
        tree = tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        raise NotToml(f"{where}: {said(error, text)}") from None
    check_plain(tree, where)
    return tree


def read_json(path: Path) -> Any:
    """The values of a JSON file. Raises BadInput that says what is wrong with it."""
    try:
        tree = json.loads(read_bytes(path, MOST_IN_A_MANIFEST))
    except BadInput:
        raise
    except (ValueError, RecursionError):
        raise BadInput(f"{path}: damaged: what is in it is not JSON") from None
    _check_plain(tree, str(path), MOST_IN_A_MANIFEST, seen=False)
    return tree


def check_plain(tree: Any, where: str) -> None:
    """Refuse values that are too many or too deep, endless numbers, and unseen characters.

    Raises BadInput that begins with ``where`` and names the key.
    """
    _check_plain(tree, where, MOST_VALUES, seen=True)


def _check_plain(tree: Any, where: str, most: int, seen: bool) -> None:
    # A stack of iterators over nested tables, each with the keys that lead to its table.
    left = [_inside("", [tree])]
    number = 0
    while left:
        for key, value in left[-1]:
            number += 1
            if number > most:
                raise BadInput(f"{where}: more than {most:,} values")
            at = f"{where}: {key}" if key else where
            _check_value(value, at, seen)
            if isinstance(value, Mapping | list):
                left.append(_inside(key, value))
                if len(left) > MOST_DEEP + 1:
                    raise BadInput(f"{at}: {_DEEP}")
                break
        else:
            left.pop()


def _inside(key: str, values: Any) -> Iterator[tuple[str, Any]]:
    """What is in a table or list, each with its dotted key; names of tables are values as well."""
    if not isinstance(values, Mapping):
        yield from ((key, value) for value in values)
        return
    for name, value in values.items():
        yield f"a key of {key}" if key else "a key", name
        yield f"{key}.{name}" if key else name, value


def _check_value(value: Any, at: str, seen: bool) -> None:
    if isinstance(value, int) and not -_LARGEST <= value < _LARGEST:
        raise BadInput(f"{at}: {shown(value)}")
    if not isinstance(value, str):
        return
    if seen and (found := UNSEEN.search(value)):
        raise BadInput(f"{at}: holds the character U+{ord(found[0]):04X}, which cannot be seen")
    try:
        value.encode()
    except UnicodeEncodeError:
        raise BadInput(f"{at}: holds a damaged character; type it again") from None
