"""Run the examples of docs/tutorial.md and write their output below them.

``python -m docs.tutorial`` writes the page; with ``--check`` it only reports whether it is current.
"""

import contextlib
import io
import os
import re
import sys
import tempfile
from pathlib import Path

import pandas as pd

PAGE = Path(__file__).parent / "tutorial.md"
# A block of Python, and the block below it with its output.
EXAMPLE = re.compile(r"```python\n(.*?)```\n\n```text\n(.*?)```", re.DOTALL)
FILE = re.compile(r"`([\w.]+)`:\n\n```toml\n(.*?)```", re.DOTALL)


def rewritten(text: str) -> str:
    """The page with the output of all examples, which are run in order in a temporary folder."""
    names: dict[str, object] = {"__name__": "__main__"}

    def run(found: re.Match[str]) -> str:
        said = io.StringIO()
        with contextlib.redirect_stdout(said):
            exec(compile(found[1], PAGE.name, "exec"), names)
        return f"```python\n{found[1]}```\n\n```text\n{said.getvalue()}```"

    before = os.getcwd()
    with tempfile.TemporaryDirectory() as folder:
        for name, body in FILE.findall(text):
            (Path(folder) / name).write_text(body, encoding="utf-8")
        os.chdir(folder)
        try:
            return EXAMPLE.sub(run, text)
        finally:
            os.chdir(before)


def main() -> None:
    """Rewrite the page, or with ``--check`` report whether it is current."""
    pd.options.display.width = 100
    pd.options.display.max_columns = 20
    text = PAGE.read_text(encoding="utf-8")
    new = rewritten(text)
    if "--check" in sys.argv:
        sys.exit(0 if new == text else f"docs/{PAGE.name} is not current: python -m docs.tutorial")
    PAGE.write_text(new, encoding="utf-8")
    print(f"wrote docs/{PAGE.name}")


if __name__ == "__main__":
    main()
