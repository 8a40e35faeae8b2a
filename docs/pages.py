"""Pages of docs: tables in Markdown, parts between marks, and pages that a command writes whole."""

import sys
from collections.abc import Iterable
from pathlib import Path


def table(heads: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """A table in Markdown."""
    lines = [heads, ["---"] * len(list(heads)), *rows]
    return "\n".join(
        "| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines
    )


def code(text: str) -> str:
    """A name as it stands in a program."""
    return f"`{text}`"


def codes(names: Iterable[str]) -> str:
    """Several such names."""
    return ", ".join(code(name) for name in names)


def between(text: str, name: str, body: str) -> str:
    """The text with ``body`` between the marks of ``name``."""
    begin, end = f"<!-- begin {name} -->", f"<!-- end {name} -->"
    if text.count(begin) != 1 or text.count(end) != 1:
        raise SystemExit(f"docs: expected one “{begin}” and one “{end}”")
    before, rest = text.split(begin)
    return f"{before}{begin}\n\n{body}\n\n{end}{rest.split(end)[1]}"


def write_or_check(page: Path, text: str, command: str) -> int:
    """Write ``text`` to ``page``; with ``--check`` on the command line only compare, and give 1 if
    they differ. ``command`` is the one that writes the page.
    """
    if "--check" in sys.argv[1:]:
        current = page.is_file() and page.read_text(encoding="utf-8") == text
        print(f"{page.name}: {'current' if current else f'out of date; run {command}'}")
        return 0 if current else 1
    page.write_text(text, encoding="utf-8")
    print(f"wrote {page.name}")
    return 0
