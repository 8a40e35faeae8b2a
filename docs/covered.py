"""Write what tests run into docs/verification.md: the last step of ``make coverage``.

Lines and branches are counted by Coverage.py, over all processes that the tests start. Compiled
rules count where a test runs them as plain Python.
"""

import json
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from docs.pages import ROOT, between, code, table

REPORT = ROOT / "build/coverage/report.json"
PAGE = ROOT / "docs/verification.md"
# Files with most lines that no test runs, which the page names.
NAMED = 12
_COUNTS = ("num_statements", "missing_lines", "num_branches", "missing_branches")


def _part(file: str) -> str:
    """The folder of the package that a file is in."""
    return Path(file).parent.as_posix()


def _share(missing: int, of: int) -> str:
    return "—" if of == 0 else f"{100 * (of - missing) / of:.1f} %"


def _row(name: str, counts: Mapping[str, int]) -> list[str]:
    lines, unrun, branches, untaken = (counts[key] for key in _COUNTS)
    shares = _share(unrun, lines), _share(untaken, branches)
    return [name, f"{lines:,}", shares[0], f"{branches:,}", shares[1]]


def told(report: Mapping[str, Any]) -> str:
    """A table of the parts of the program, and the files with most lines that no test runs."""
    parts: dict[str, Counter[str]] = {}
    for file, found in report["files"].items():
        counts = {key: found["summary"][key] for key in _COUNTS}
        parts.setdefault(_part(file), Counter()).update(counts)
    rows = [_row(code(name), parts[name]) for name in sorted(parts)]
    heads = ("Part", "Lines", "run", "Branches", "run")
    whole = table(heads, [*rows, _row("all", report["totals"])])
    missed = {name: found["summary"]["missing_lines"] for name, found in report["files"].items()}
    most = [one for one in sorted(missed, key=lambda name: -missed[name])[:NAMED] if missed[one]]
    files = "; ".join(f"{code(name)} ({missed[name]})" for name in most)
    return f"{whole}\n\nMost lines that no test runs: {files or 'none'}."


if __name__ == "__main__":
    report = json.loads(REPORT.read_text(encoding="utf-8"))
    text = between(PAGE.read_text(encoding="utf-8"), "covered", told(report))
    PAGE.write_text(text, encoding="utf-8")
    print(f"wrote docs/{PAGE.name}")
