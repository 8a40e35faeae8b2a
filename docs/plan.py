"""Write the answer that ``docs/plan.md`` shows: ``python -m docs.plan``.

It asks the question of the page, some minutes of runs; what is kept in ``results`` is not run
again. With ``--check`` it only reports whether the page is current.
"""

import os
import re
import subprocess
import sys
from pathlib import Path

from docs.pages import between, write_or_check

ROOT = Path(__file__).parent.parent
PAGE = Path(__file__).parent / "plan.md"
COMMAND = "python -m docs.plan"
WORDS = ("plan", "district", "--burden", "0.14", "--cost", "1.5", "--posterior")
# The end of a folder's name changes with every change of the program.
DIGEST = re.compile(r"-[0-9a-f]{10}\b")


def answer() -> str:
    """What the command prints, as a block of the page."""
    done = subprocess.run(
        [sys.executable, "-m", "sim.cli", *WORDS],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"},
        stdout=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        check=True,
    )
    lines = [line.rstrip() for line in done.stdout.splitlines()]
    said = DIGEST.sub("-…", "\n".join(lines).strip())
    return f"```text\n{said}\n```"


def main() -> int:
    """Write the page, or report whether it is current."""
    said = answer()
    text = PAGE.read_text(encoding="utf-8")
    return write_or_check(PAGE, between(text, "answer", said), COMMAND)


if __name__ == "__main__":
    sys.exit(main())
