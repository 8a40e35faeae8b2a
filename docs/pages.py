"""Pages of docs that a command writes whole: written, or only compared with what it would write."""

import sys
from pathlib import Path


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
