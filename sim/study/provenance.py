"""Provenance of results: code, settings and seed, and a hash of them."""

import hashlib
import json
import platform
import re
import subprocess
from collections.abc import Mapping
from contextlib import suppress
from functools import cache
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path
from typing import Any

import numpy as np

from sim.study.sources import sources_digest
from sim.version import __version__


def digest(content: Mapping[str, Any]) -> str:
    """SHA-256 of nested plain values, independent of the order of keys; hexadecimal."""
    text = json.dumps(content, sort_keys=True, ensure_ascii=False, allow_nan=False)
    return hashlib.sha256(text.encode()).hexdigest()


def code() -> dict[str, str]:
    """Version of the package and digest of the model's code."""
    return {"version": __version__, "sources": sources_digest()}


def commit() -> str:
    """The commit of the checkout, with “+” if files have changed since; “none” without one."""
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


@cache
def environment() -> dict[str, Any]:
    """Where results are computed: Python, system, processor, and versions of packages by name.

    Packages are those that every installation has, without extras.
    """
    packages: dict[str, str] = {}
    try:
        needed = requires("zhixing") or ()
    except PackageNotFoundError:
        needed = ()
    for wanted in needed:
        if "extra ==" in wanted:
            continue
        name = re.split(r"[^\w.-]", wanted, maxsplit=1)[0]
        with suppress(PackageNotFoundError):
            packages[name.lower()] = version(name)
    return {
        "python": platform.python_version(),
        "system": platform.platform(),
        "machine": platform.machine(),
        "processor": _processor(),
        "packages": dict(sorted(packages.items())),
    }


def _processor() -> str:
    """The name of the processor, as far as the system tells it."""
    try:
        for line in Path("/proc/cpuinfo").read_text("utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    except (OSError, ValueError):
        pass
    return platform.processor()


def as_json(content: Any) -> str:
    """Plain values as JSON; NaN and infinite numbers become null."""
    return json.dumps(_plain(content), indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def _plain(content: Any) -> Any:
    if isinstance(content, Mapping):
        return {str(key): _plain(value) for key, value in content.items()}
    if isinstance(content, list | tuple):
        return [_plain(value) for value in content]
    if isinstance(content, float | np.floating):
        return float(content) if np.isfinite(content) else None
    return int(content) if isinstance(content, np.integer) else content


def made_by(kept: Mapping[str, Any]) -> str:
    """The version, and the commit if it is known, that made the results of a manifest."""
    named = kept["identity"].get("version", "of an unknown version")
    at = kept.get("commit", "none")
    return f"Zhixing {named}" + ("" if at == "none" else f" (commit {at})")


def made_by_others(kept: Mapping[str, Any]) -> bool:
    """Whether the results of a manifest were made by other code of the model than this."""
    return any(kept["identity"].get(key) != value for key, value in code().items())


def differences(old: Any, new: Any, key: str = "") -> list[str]:
    """Differences between two nested plain values, a line for each dotted key."""
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


# Hashes in an identity, and the message if one differs.
_CHANGED = {
    "function_code": "the function has changed",
    "sources": "the model's code has changed",
}
# Most differences that are listed.
_TOLD = 4


# A rule of decision of one's own, which is identified by a digest.
_RULE = re.compile(r"rules\.(.+) was \"own_\w+\", is \"own_\w+\"")


def in_short(told: list[str]) -> str:
    """The first of some differences, hashes as what they are of."""
    for key, changed in _CHANGED.items():
        if any(line.startswith(f"{key} ") for line in told):
            told = [changed, *(line for line in told if not line.startswith(f"{key} "))]
    told = [_RULE.sub(r"the rule \1 has changed", line) for line in told]
    more = f"; and {len(told) - _TOLD} more" if len(told) > _TOLD else ""
    return f"{'; '.join(told[:_TOLD])}{more}"
