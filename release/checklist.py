"""The checklist of a release: ``python -m release.checklist VERSION``.

It refuses a tree that is not clean and names of the version that do not agree, all at once. Then it
runs what a release must pass, stops at the first failure, and tells what is left to do by hand. It
changes, tags and uploads nothing.
"""

import argparse
import json
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
# What a release must pass, the quickest first.
TARGETS = ("check", "dist", "site", "test", "test-long")


def _git(root: Path, *words: str) -> str:
    done = subprocess.run(
        ["git", *words], cwd=root, capture_output=True, text=True, check=False, encoding="utf-8"
    )
    if done.returncode:
        raise SystemExit(f"git {words[0]}: {done.stderr.strip()}")
    return done.stdout


def unclean(root: Path) -> list[str]:
    """Files of a checkout that are changed or not known to git, each with a message."""
    changed = _git(root, "status", "--porcelain").splitlines()
    return [f"{line[3:]}: not committed; commit it, or remove it" for line in changed]


def _said(path: Path, pattern: str) -> str:
    """What a file says where a pattern has its group; empty if it does not."""
    text = path.read_text(encoding="utf-8") if path.is_file() else ""
    found = re.search(pattern, text, re.MULTILINE)
    return found[1] if found else ""


def faults(root: Path, version: str) -> list[str]:
    """Why a checkout is not ready to be released as ``version``; a message each."""
    found = unclean(root)
    told = {
        "sim/version.py": _said(root / "sim/version.py", r'^__version__ = "([^"]+)"'),
        "CHANGELOG.md": _said(root / "CHANGELOG.md", r"^## (.+)$"),
        "CITATION.cff": _said(root / "CITATION.cff", r"^version: *\"?([^\"\s]+)"),
    }
    codemeta = root / "codemeta.json"
    if codemeta.is_file():
        told["codemeta.json"] = json.loads(codemeta.read_text(encoding="utf-8"))["version"]
    else:
        told["codemeta.json"] = ""
    found += [
        f"{name}: says {said or 'nothing'}; expected {version}"
        for name, said in told.items()
        # The head of the changes may have the day behind the version.
        if said.split(" ")[0] != version or "unreleased" in said
    ]
    if _git(root, "tag", "--list", f"v{version}").strip():
        found.append(f"v{version}: there is such a tag already; choose the next version")
    return found


def main() -> int:
    """Check, run the targets, tell what is left; 1 if anything is not as it must be."""
    words = argparse.ArgumentParser(prog="release.checklist", description=__doc__)
    words.add_argument("version", help="the version to be released, such as 0.2.0")
    version = words.parse_args().version
    found = faults(ROOT, version)
    for one in found:
        print(one, file=sys.stderr)
    if found:
        print("not released; nothing was run", file=sys.stderr)
        return 1
    for target in TARGETS:
        print(f"make {target}", flush=True)
        if subprocess.run(["make", target], cwd=ROOT, check=False).returncode:
            print(f"not released: make {target} failed", file=sys.stderr)
            return 1
    left = unclean(ROOT)
    for one in left:
        print(f"after the checks: {one}", file=sys.stderr)
    if left:
        return 1
    print(
        f"Ready. By hand: git tag -a v{version}; push the tag; upload dist/ to the package index; "
        "archive the tag for a DOI and write it into CITATION.cff."
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
