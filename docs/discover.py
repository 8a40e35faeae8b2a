"""Run the commands of docs/discover.md and write their output below them.

``python -m docs.discover`` writes the page, in a minute or two; with ``--check`` it only reports
whether it is current.
"""

import re
import shlex
import subprocess
import sys
import tempfile
from pathlib import Path

from docs.pages import write_or_check

PAGE = Path(__file__).parent / "discover.md"
# A command, and the block below it with its output.
SHOWN = re.compile(r"```sh\nzhixing (.*?)\n```\n\n```text\n(.*?)```", re.DOTALL)


def rewritten(text: str) -> str:
    """The page with the output of all commands, which are run in order in a temporary folder."""
    with tempfile.TemporaryDirectory() as folder:

        def run(found: re.Match[str]) -> str:
            words = [sys.executable, "-m", "sim.cli", *shlex.split(found[1].replace("\\\n", ""))]
            words += ["--out", folder]
            home = PAGE.parents[1]
            done = subprocess.run(words, cwd=home, capture_output=True, text=True, check=True)
            # Where the pictures are is not told: the folder is gone.
            lines = [line.rstrip() for line in done.stdout.splitlines() if folder not in line]
            said = "\n".join(lines).strip() + "\n"
            return f"```sh\nzhixing {found[1]}\n```\n\n```text\n{said}```"

        return SHOWN.sub(run, text)


if __name__ == "__main__":
    sys.exit(
        write_or_check(PAGE, rewritten(PAGE.read_text(encoding="utf-8")), "python -m docs.discover")
    )
