"""How far a study is, and whether its results can be used."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Status:
    """Progress of a study: numbers of points, replicates and runs, and size on disk in bytes."""

    folder: Path
    points: int
    replicates: int
    runs: int
    done: int
    failed: int
    bytes: int

    @property
    def complete(self) -> bool:
        """Whether every run has been done, including those that failed."""
        return self.done == self.runs


@dataclass(frozen=True)
class Standing:
    """Whether the results of a study can be used, as a keyword and in words."""

    # "missing", "partial", "stale" (of other code or settings), "failed", "ungathered" (all runs
    # are done, but not gathered into one table with their provenance) or "complete".
    kind: str
    told: str
