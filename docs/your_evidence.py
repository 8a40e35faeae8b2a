"""Run the commands of docs/your_evidence.md and write their output below them.

``python -m docs.your_evidence`` writes the page; with ``--check`` it only reports whether it is
current.
"""

import os
import re
import shlex
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parent.parent
PAGE = Path(__file__).parent / "your_evidence.md"
# A command, and the block below it with what it prints.
EXAMPLE = re.compile(r"```sh\n(zhixing .*?)\n```\n\n```text\n.*?```", re.DOTALL)
FILE = re.compile(r"`([\w.]+)`:\n\n```toml\n(.*?)```", re.DOTALL)
# Exit code of a command that cannot do what it is asked.
REFUSED = 2
# The end of a folder's name changes with every change of the program.
DIGEST = re.compile(r"-[0-9a-f]{10}\b")


def rewritten(text: str) -> str:
    """The page with the output of all commands, which are run in order in a temporary folder."""
    with tempfile.TemporaryDirectory() as folder:
        for name, body in FILE.findall(text):
            (Path(folder) / name).write_text(body, encoding="utf-8")

        def run(found: re.Match[str]) -> str:
            words = shlex.split(found[1].replace("\\\n", " "))[1:]
            done = subprocess.run(
                [sys.executable, "-m", "sim.cli", *words],
                cwd=folder,
                env=os.environ | {"PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"},
                stdout=subprocess.PIPE,
                text=True,
                encoding="utf-8",
                check=False,
            )
            if done.returncode == REFUSED:
                sys.exit(f"docs/{PAGE.name}: refused: {found[1]}")
            lines = [line.rstrip() for line in done.stdout.splitlines()]
            said = DIGEST.sub("-…", "\n".join(lines).strip())
            return f"```sh\n{found[1]}\n```\n\n```text\n{said}\n```"

        return EXAMPLE.sub(run, text)


def main() -> None:
    """Rewrite the page, or with ``--check`` report whether it is current."""
    text = PAGE.read_text(encoding="utf-8")
    new = rewritten(text)
    if "--check" in sys.argv:
        sys.exit(
            0 if new == text else f"docs/{PAGE.name} is not current: python -m docs.your_evidence"
        )
    PAGE.write_text(new, encoding="utf-8")
    print(f"wrote docs/{PAGE.name}")


if __name__ == "__main__":
    main()
