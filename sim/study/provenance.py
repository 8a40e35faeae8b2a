"""What results rest on: code, settings, seed, and a hash of all of it."""

import hashlib
import json
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from sim.study.sources import sources_digest
from sim.version import __version__


def digest(content: Mapping[str, Any]) -> str:
    """SHA-256 of nested plain values, whatever the order of their keys."""
    text = json.dumps(content, sort_keys=True, ensure_ascii=False, allow_nan=False)
    return hashlib.sha256(text.encode()).hexdigest()


def code() -> dict[str, str]:
    """Version of the package and digest of the model's files."""
    return {"version": __version__, "sources": sources_digest()}


def commit() -> str:
    """The commit of the checkout that runs, with “+” if files differ from it; else “none”."""
    home = Path(__file__).resolve().parents[2]
    if not (home / ".git").exists():
        return "none"

    def git(*words: str) -> str:
        command = ["git", "-C", str(home), *words]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()

    try:
        head = git("rev-parse", "--short=12", "HEAD")
        return head + ("+" if git("status", "--porcelain", "--", "sim", "scenarios") else "")
    except (OSError, subprocess.CalledProcessError):
        return "none"


def as_json(content: Any) -> str:
    """Plain values as JSON; what is not a number is null."""
    return json.dumps(_plain(content), indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def _plain(content: Any) -> Any:
    if isinstance(content, Mapping):
        return {str(key): _plain(value) for key, value in content.items()}
    if isinstance(content, list | tuple):
        return [_plain(value) for value in content]
    if isinstance(content, float | np.floating):
        return float(content) if np.isfinite(content) else None
    return int(content) if isinstance(content, np.integer) else content


def differences(old: Any, new: Any, key: str = "") -> list[str]:
    """What has changed between two nested plain values, a line for each dotted key."""
    if isinstance(old, dict) and isinstance(new, dict):
        found = []
        for name in [*old, *(name for name in new if name not in old)]:
            at = f"{key}.{name}" if key else name
            if name not in new:
                found.append(f"{at} is gone (it was {_said(old[name])})")
            elif name not in old:
                found.append(f"{at} is new ({_said(new[name])})")
            else:
                found += differences(old[name], new[name], at)
        return found
    return [] if old == new else [f"{key} was {_said(old)}, is {_said(new)}"]


def _said(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 60 else text[:57] + "…"
