"""Comparisons of ``zhixing verify`` kept in a file, with the code and seed they rest on."""

import json
from dataclasses import asdict
from functools import cached_property
from pathlib import Path
from typing import Any

from sim.errors import BadInput
from sim.machine.loop import Progress, quiet
from sim.study.files import drop, refuse_link, writable_folder, write_whole
from sim.study.provenance import as_json, code, commit, digest
from sim.study.study import Standing
from sim.theory.verify.check import Check
from sim.theory.verify.rows import ROWS, Row
from sim.theory.verify.rows import verify as run_rows

NAME = "verification"
# Left out for a first look: it takes as long as all others.
SLOW = ("promotion",)


class Verification:
    """All rows, or all but the slow ones where ``quick``, below ``out``."""

    def __init__(self, out: str | Path, quick: bool = False, seed: int = 1) -> None:
        self.folder = Path(out) / NAME
        self.seed = seed
        self.names = tuple(name for name in ROWS if not (quick and name in SLOW))

    @property
    def path(self) -> Path:
        """The file that keeps them."""
        return self.folder / f"{NAME}.json"

    def _identity(self) -> dict[str, Any]:
        return {**code(), "seed": self.seed, "rows": list(self.names)}

    @cached_property
    def _kept(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.path.read_text(encoding="utf-8"))
        return found

    def standing(self) -> Standing:
        """Whether they are there, and of this code."""
        if not self.path.is_file():
            return Standing("missing", f"{self.folder}: no comparisons there")
        try:
            if self._kept["identity"] != self._identity():
                return Standing(
                    "stale", f"{self.folder}: the model's code or the rows have changed"
                )
            rows = self.rows
        except (ValueError, KeyError, TypeError):
            return Standing("stale", f"{self.path}: cannot be read")
        number = sum(len(row.checks) for row in rows)
        return Standing("complete", f"{self.folder}: {number} comparisons are there")

    def run(
        self, workers: int | None = None, progress: Progress = quiet, command: str = ""
    ) -> None:
        """Compare, and keep what came out. Raises BadInput where it cannot be written."""
        writable_folder(self.folder)
        rows: list[Row] = []
        for place, name in enumerate(self.names):
            rows += run_rows(name, {}, self.seed, workers)
            progress(place + 1, len(self.names))
        identity = self._identity()
        content = {
            "identity": identity,
            "hash": digest(identity),
            "commit": commit(),
            "command": command,
            "rows": [asdict(row) for row in rows],
        }
        write_whole(self.path, as_json(content).encode())
        self.__dict__.pop("_kept", None)

    def discard(self) -> None:
        """Throw away what is kept; never what a link leads to. Raises BadInput."""
        refuse_link(self.folder)
        drop(self.path)
        self.__dict__.pop("_kept", None)

    @property
    def about(self) -> dict[str, Any]:
        """What they rest on: hash, version, commit, command, seed."""
        kept = {key: self._kept[key] for key in ("hash", "commit", "command")}
        return {**kept, "version": self._kept["identity"]["version"], "seed": self.seed}

    @property
    def rows(self) -> list[Row]:
        """The rows with their comparisons. Raises BadInput where there are none."""
        if not self.path.is_file():
            raise BadInput(f"{self.folder}: no comparisons there")
        return [
            Row(**{**one, "checks": tuple(Check(**check) for check in one["checks"])})
            for one in self._kept["rows"]
        ]
