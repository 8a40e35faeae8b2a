"""What is wrong in a file of settings (TOML), for somebody who does not program.

The parser tells what it expected in words of programming; here is what to write instead.
"""

import re

_PLACE = re.compile(r"\s*\(at (?:line (\d+), column \d+|end of document)\)$")
_NAME = "expected a name, “=” and a value, as in months = 60"
_QUOTED = "a name with other than Latin letters, digits, “_” and “-” stands in quotes"
_THERE = "this name is there already; keep one of the two"
_HEADING = "this heading is there already; put what stands below both under one"
_BACKSLASH = "“\\” in a text means something else; write a path with “/”, or between single quotes"
_VALUE = "after “=” comes a number, true or false, a text in quotes, or a list in “[ ]”"
_MORE = (
    "there is more after “=” than one value; a text stands in quotes, several values in “[ ]”, and "
    "a number has a decimal point and no commas"
)
# How the parser's messages begin, and what to write.
_SAID = (
    ("Expected ']]'", "a heading of this kind ends in “]]”, as in [[reform]]"),
    ("Expected ']'", "a heading ends in “]”, as in [clock]"),
    ("Expected '='", _NAME),
    ("Invalid statement", f"{_NAME}; {_QUOTED}"),
    ("Invalid initial character for a key", f"{_NAME}; {_QUOTED}"),
    ("Expected newline", _MORE),
    ("Cannot declare", _HEADING),
    ("Cannot redefine", _HEADING),
    ("Cannot overwrite", _THERE),
    ("Duplicate inline", _THERE),
    ("Cannot mutate", "this adds to a table that stands in “{ }”; write it there"),
    ("Unclosed array", "a list that begins with “[” lacks its “]”"),
    ("Unclosed inline table", "a table that begins with “{” lacks its “}”"),
    ("Unescaped", _BACKSLASH),
    ("Invalid hex", _BACKSLASH),
    ("Escaped character", _BACKSLASH),
    ("Unterminated", "a text lacks the quote at its end"),
    ("Expected '\"", "a text lacks the quote at its end"),
    ("Expected \"'", "a text lacks the quote at its end"),
    ("Illegal character '\\n'", "a text lacks the quote at its end"),
    ("Illegal character", "there is a character here that cannot be seen"),
    ("Found invalid character", "there is a character here that cannot be seen"),
    ("Invalid date", "this is no date"),
    ("Invalid value", _VALUE),
    ("maximum recursion", "there are too many brackets inside one another"),
    ("Exceeds the limit", "a number has too many digits"),
)
# Values as other programs write them, and what to write.
_MISTAKEN = (
    (re.compile("=[^\"'#]*[“”‘’＂「」]"), 'quotes around a text are straight ones: "like this"'),
    (re.compile(r"=\s*(?:True|TRUE|False|FALSE)\b"), "write true and false in small letters"),
)


def said(error: Exception, text: str) -> str:
    """What is wrong with a text that is not TOML: in which line, and what to write instead."""
    told = str(error)
    place = _PLACE.search(told)
    told = told[: place.start()] if place else told
    words = next((words for begin, words in _SAID if told.startswith(begin)), told)
    if place is None or place[1] is None:
        return f"not TOML: {words}"
    number = int(place[1])
    line = text.split("\n")[number - 1]
    if words == _VALUE:
        words = next((more for wrong, more in _MISTAKEN if wrong.search(line)), words)
    return f"line {number} is not TOML: {words}"
