"""Write the answer that ``docs/plan.md`` shows: ``python -m docs.plan``.

It asks the question of the page, some minutes of runs; what is kept in ``results`` is not run
again. With ``--check`` it only reports whether the page is current.
"""

import sys
from pathlib import Path

from docs.pages import ROOT, between, printed, write_or_check

PAGE = Path(__file__).parent / "plan.md"
COMMAND = "python -m docs.plan"
WORDS = ("plan", "district", "--burden", "0.14", "--cost", "1.5", "--posterior")


def answer() -> str:
    """What the command prints, as a block of the page."""
    return f"```text\n{printed(WORDS, ROOT)}\n```"


def main() -> int:
    """Write the page, or report whether it is current."""
    said = answer()
    text = PAGE.read_text(encoding="utf-8")
    return write_or_check(PAGE, between(text, "answer", said), COMMAND)


if __name__ == "__main__":
    sys.exit(main())
