"""Inputs that are endless, deep or no file: each is refused in one line, at once.

``ENDLESS`` has, by name, functions that write one into a folder and give the words of the command,
or None for ``check own.toml``.
"""

import io
import os
import zipfile

import openpyxl

POSTS = 'extends = "district"\n[organisation]\nposts = "{}"\n'


def _scenario(text):
    return lambda here: (here / "own.toml").write_text(text) and None


def _chain(here):
    for number in range(2000):
        (here / f"{number}.toml").write_text(f'extends = "{number + 1}.toml"\n')
    return ["check", "0.toml"]


def _patterns(here):
    for number in range(2000):
        (here / f"{number}.toml").write_text(f'extends = "{number + 1}.toml"\n')
    return ["calibrate", "0.toml", "--candidates", "2"]


def _posts(name, content=None, made=None):
    def write(here):
        if made is not None:
            made(here / name)
        elif content is not None:
            (here / name).write_bytes(content())
        (here / "own.toml").write_text(POSTS.format(name))

    return write


def _unpacked(size):
    """A workbook whose one sheet is so large when it is unpacked, and small as it is."""
    out = io.BytesIO()
    book = openpyxl.Workbook()
    book.save(out)
    with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/other.xml", b" " * size)
    return out.getvalue()


def _far_cell():
    """A workbook with one cell in the last row and column that there can be."""
    book, out = openpyxl.Workbook(), io.BytesIO()
    book.active["A1"], book.active["XFD1048576"] = "post", "far"
    book.save(out)
    return out.getvalue()


HEAD = b"post,superior,department\n"
# What is endless, deep or no file; each is refused within a second and MEMORY.
ENDLESS = {
    "tables in tables": _scenario('extends = "district"\n' + "[" + "a." * 900 + "b]\n"),
    "inline tables": _scenario("x = " + "{a = " * 900 + "1" + "}" * 900 + "\n"),
    "lists in lists": _scenario("x = " + "[" * 5000 + "]" * 5000 + "\n"),
    "a list of millions": _scenario("x = [" + "1," * 3_000_000 + "]\n"),
    "scenarios in a chain": _chain,
    "patterns in a chain": _patterns,
    "a name too long": _scenario(POSTS.format("a" * 9000)),
    "a scenario of a name too long": lambda here: ["check", "a" * 9000 + ".toml"],
    "a title without end": _scenario('extends = "district"\ntitle = "' + "长" * 20_000 + '"\n'),
    "a device": _scenario(POSTS.format("/dev/zero")),
    "a pipe": _posts("posts.csv", made=os.mkfifo),
    "a folder": _posts("posts.csv", made=os.mkdir),
    "a row without end": _posts("posts.csv", lambda: HEAD + b"a," * 4_000_000),
    "a heading without end": _posts("posts.csv", lambda: b"post," * 2_000_000),
    "empty rows without end": _posts("posts.csv", lambda: HEAD + b"\n" * 4_000_000),
    "one cell without end": _posts("posts.csv", lambda: HEAD + b"a" * 30_000_000),
    "a quote that never ends": _posts("posts.csv", lambda: HEAD + b'"' + b"a\n" * 1_500_000),
    "no text": _posts("posts.csv", lambda: bytes(range(128, 256)) * 200_000),
    "a packed workbook": _posts("posts.xlsx", lambda: _unpacked(400_000_000)),
    "a far cell": _posts("posts.xlsx", _far_cell),
    "escape sequences": _posts(
        "posts.csv", lambda: HEAD.replace(b"\n", b",\x1b[2J\n") + b"a,,\x1b[31m,\n"
    ),
}
