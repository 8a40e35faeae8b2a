"""Pages of docs: tables in Markdown, parts between marks, and pages that a command writes whole."""

import os
import re
import shlex
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

ROOT = Path(__file__).parent.parent
# Commands, and the block below them with what they print.
EXAMPLE = re.compile(r"```sh\n(zhixing .*?)\n```\n\n```text\n.*?```", re.DOTALL)
FILE = re.compile(r"`([\w.]+)`:\n\n```(?:toml|csv|python)\n(.*?)```", re.DOTALL)
# Exit code of a command that cannot do what it is asked.
REFUSED = 2
# The end of a folder's name changes with every change of the program, a commit with every other.
CHANGES = (
    (re.compile(r"-[0-9a-f]{10}\b"), "-…"),
    (re.compile(r"\(commit [0-9a-f]{12}\+?\)"), "(commit …)"),
)


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


def executed(text: str) -> str:
    """A page with the output of its commands, which are run in order in a temporary folder.

    The files that the page shows are written there first.
    """
    with tempfile.TemporaryDirectory() as folder:
        for file, body in FILE.findall(text):
            (Path(folder) / file).write_text(body, encoding="utf-8")

        def run(found: re.Match[str]) -> str:
            commands = found[1].replace("\\\n", " ").splitlines()
            said = "\n".join(printed(shlex.split(one)[1:], folder) for one in commands).strip()
            return f"```sh\n{found[1]}\n```\n\n```text\n{said}\n```"

        return EXAMPLE.sub(run, text)


def printed(words: Iterable[str], folder: str | Path) -> str:
    """What ``zhixing`` prints in a folder, without what differs between two runs of it.

    Nothing stands at the ends of lines. The program ends if the command is refused.
    """
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
        sys.exit(f"docs: refused: zhixing {shlex.join(words)}")
    said = "\n".join(line.rstrip() for line in done.stdout.splitlines()).strip()
    for changing, shown in CHANGES:
        said = changing.sub(shown, said)
    return said
