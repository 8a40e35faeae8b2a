"""Run the commands of pages that show them, and write their output below them.

``python -m docs.executed paper`` writes docs/paper.md, ``your_evidence`` docs/your_evidence.md;
with ``--check`` it only reports whether the page is current.
"""

import argparse
import sys
from pathlib import Path

from docs.pages import executed, write_or_check

PAGES = ("paper", "your_evidence")


def main() -> int:
    """Write the page, or report whether it is current."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("page", choices=PAGES)
    parser.add_argument("--check", action="store_true", help="only report whether it is current")
    name = parser.parse_args().page
    page = Path(__file__).parent / f"{name}.md"
    text = executed(page.read_text(encoding="utf-8"))
    return write_or_check(page, text, f"python -m docs.executed {name}")


if __name__ == "__main__":
    sys.exit(main())
