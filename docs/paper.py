"""Run the commands of docs/paper.md and write their output below them.

``python -m docs.paper`` writes the page; with ``--check`` it only reports whether it is current.
"""

import sys
from pathlib import Path

from docs.pages import executed, write_or_check

PAGE = Path(__file__).parent / "paper.md"


def main() -> int:
    """Write the page, or report whether it is current."""
    text = executed(PAGE.read_text(encoding="utf-8"))
    return write_or_check(PAGE, text, "python -m docs.paper")


if __name__ == "__main__":
    sys.exit(main())
