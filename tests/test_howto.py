"""How-to guides and start pages do what they show: files are written, commands run."""

import os
import re
import shutil
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGES = [
    *sorted((ROOT / "docs" / "howto").rglob("*.md")),
    *sorted((ROOT / "docs" / "site").glob("*.md")),
]
# A block of code, perhaps indented in a list, with the name of the file that the text before gives.
BLOCK = re.compile(
    r"(?:(?:[Ss]ave (?:this one )?as|存为) `(?P<file>[\w.]+)`[^`]*?\n\n)?"
    r"^(?P<indent> *)```(?P<kind>\w+)\n(?P<body>.*?)^(?P=indent)```",
    re.DOTALL | re.MULTILINE,
)

pytestmark = [
    pytest.mark.long,
    pytest.mark.skipif(shutil.which("bash") is None, reason="the guides show commands of a shell"),
]


@pytest.fixture
def shell(tmp_path):
    """Environment of a shell in which ``zhixing`` is the program of this checkout."""
    programs = tmp_path / "programs"
    programs.mkdir()
    program = programs / "zhixing"
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m sim.cli "$@"\n', encoding="utf-8")
    program.chmod(0o755)
    path = f"{programs}{os.pathsep}{os.environ['PATH']}"
    return os.environ | {"PATH": path, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT / "docs").as_posix())
def test_what_a_guide_shows_runs(page, shell, tmp_path):
    folder = tmp_path / "work"
    folder.mkdir()
    blocks = list(BLOCK.finditer(page.read_text(encoding="utf-8")))
    for one in blocks:
        if one["file"]:
            (folder / one["file"]).write_text(textwrap.dedent(one["body"]), encoding="utf-8")
    programs = {"sh": ["bash", "-e", "-c"], "python": [sys.executable, "-c"]}
    ran = [one for one in blocks if one["kind"] in programs and not one["file"]]
    assert ran
    for one in ran:
        body = textwrap.dedent(one["body"])
        done = subprocess.run(
            [*programs[one["kind"]], body],
            cwd=folder,
            env=shell,
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=False,
        )
        assert done.returncode == 0, f"{body}\n{done.stdout[-2000:]}\n{done.stderr[-2000:]}"
