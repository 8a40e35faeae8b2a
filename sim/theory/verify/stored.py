"""Stored comparisons of ``zhixing verify``, with the code and seed that produced them."""

import json
from dataclasses import asdict
from functools import cached_property
from pathlib import Path
from typing import Any

from sim.errors import BadInput
from sim.machine.loop import Progress, quiet
from sim.study.files import drop, refuse_link, writable_folder, write_whole
from sim.study.provenance import as_json, code, commit, digest
from sim.study.standing import Standing
from sim.theory.verify.check import Check
from sim.theory.verify.rows import ROWS, Row
from sim.theory.verify.rows import verify as run_rows

NAME = "verification"
# Rows left out if ``quick``: this one takes as long as all others together.
SLOW = ("promotion",)


class Verification:
    """Stored comparisons of all rows, or of all but the slow ones if ``quick``, below ``out``."""

    def __init__(self, out: str | Path, quick: bool = False, seed: int = 1) -> None:
        self.folder = Path(out) / NAME
        self.seed = seed
        self.names = tuple(name for name in ROWS if not (quick and name in SLOW))

    @property
    def path(self) -> Path:
        """The file in which they are stored."""
        return self.folder / f"{NAME}.json"

    def _identity(self) -> dict[str, Any]:
        return {**code(), "seed": self.seed, "rows": list(self.names)}

    @cached_property
    def _kept(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.path.read_text(encoding="utf-8"))
        return found

    def standing(self) -> Standing:
        """Whether the comparisons are stored, and whether they are of the present code."""
        if not self.path.is_file():
            return Standing("missing", f"{self.folder}: no comparisons stored")
        try:
            if self._kept["identity"] != self._identity():
                return Standing(
                    "stale", f"{self.folder}: the model's code or the rows have changed"
                )
            rows = self.rows
        except (ValueError, KeyError, TypeError):
            return Standing("stale", f"{self.path}: cannot be read")
        number = sum(len(row.checks) for row in rows)
        return Standing("complete", f"{self.folder}: {number} comparisons stored")

    def run(
        self, workers: int | None = None, progress: Progress = quiet, command: str = ""
    ) -> None:
        """Run the comparisons and store them. Raises BadInput if the file cannot be written."""
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
        """Delete the stored comparisons. Raises BadInput if the folder is a link."""
        refuse_link(self.folder)
        drop(self.path)
        self.__dict__.pop("_kept", None)

    @property
    def about(self) -> dict[str, Any]:
        """Provenance of the comparisons: hash, version, commit, command, seed."""
        kept = {key: self._kept[key] for key in ("hash", "commit", "command")}
        return {**kept, "version": self._kept["identity"]["version"], "seed": self.seed}

    @property
    def rows(self) -> list[Row]:
        """The rows with their comparisons. Raises BadInput if none are stored."""
        if not self.path.is_file():
            raise BadInput(f"{self.folder}: no comparisons stored")
        return [
            Row(**{**one, "checks": tuple(Check(**check) for check in one["checks"])})
            for one in self._kept["rows"]
        ]
