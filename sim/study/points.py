"""Points of a study, and the order in which its runs are done."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from sim.errors import BadInput, shown

# Most replicates of a point that are run one after another, to share the cost of preparing it.
MOST_IN_A_BLOCK = 50
# Most runs in a chunk; a Dask task should contain 500 to 2,000 short runs.
MOST_IN_A_CHUNK = 1_000
# Officer-months in a chunk: about half a second of work, so that an interruption loses little.
CHUNK_OF_WORK = 2_000_000
# Fewest chunks of a study, so that progress can be shown.
FEWEST_CHUNKS = 20


@dataclass(frozen=True)
class Point:
    """One point of a study: the changes made to one of its models."""

    # New values of settings by dotted key, and intensities of levers, 0 to 1, by name.
    settings: Mapping[str, Any] = field(default_factory=dict)
    levers: Mapping[str, float] = field(default_factory=dict)
    # Number of the model that is changed, among those of the study.
    base: int = 0

    def canonical(self) -> str:
        """A text of the changes that does not depend on their order."""
        content = [self.base, dict(self.settings), dict(self.levers)]
        return json.dumps(content, sort_keys=True, ensure_ascii=False, allow_nan=False)

    def __str__(self) -> str:
        """The changes in words."""
        changes = {**self.levers, **self.settings}
        return ", ".join(f"{key} = {short(value)}" for key, value in changes.items()) or "no change"


def short(value: Any) -> str:
    """A value in words, shortened where it is long."""
    if isinstance(value, float):
        return f"{value:g}"
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= 40 else text[:39] + "…"


@dataclass(frozen=True)
class Span:
    """Replicates ``first`` to ``last`` − 1 of one point."""

    point: int
    first: int
    last: int

    @property
    def runs(self) -> int:
        """Number of runs."""
        return self.last - self.first


Chunk = tuple[Span, ...]


def runs_of(chunk: Sequence[Span]) -> int:
    """Number of runs of a chunk."""
    return sum(span.runs for span in chunk)


@dataclass(frozen=True)
class Order:
    """The order of all runs: by blocks of ``block`` replicates, and by point within a block.

    The order is cut into chunks of ``chunk`` runs. It does not change when replicates are added
    later, so finished chunks stay finished.
    """

    points: int
    block: int
    chunk: int

    @classmethod
    def of(cls, points: int, replicates: int, work: float) -> "Order":
        """The order of a new study whose runs take ``work`` officer-months each."""
        blocks = -(-replicates // MOST_IN_A_BLOCK)
        runs = points * replicates
        chunk = min(
            MOST_IN_A_CHUNK,
            max(1, int(CHUNK_OF_WORK / max(work, 1.0))),
            max(1, -(-runs // FEWEST_CHUNKS)),
        )
        return cls(points, -(-replicates // blocks), chunk)

    def chunks(self, replicates: int) -> int:
        """Number of chunks for this many replicates."""
        places = -(-replicates // self.block) * self.points * self.block
        return -(-places // self.chunk)

    def spans(self, chunk: int, replicates: int) -> Chunk:
        """The spans of a chunk in order; empty if all are beyond the last replicate."""
        found = []
        place, end = chunk * self.chunk, (chunk + 1) * self.chunk
        while place < end:
            cell, inside = divmod(place, self.block)
            block, point = divmod(cell, self.points)
            until = min(self.block, inside + end - place)
            first, last = block * self.block + inside, block * self.block + until
            if first >= replicates and point == 0 and inside == 0:
                break
            if first < replicates:
                found.append(Span(point, first, min(last, replicates)))
            place += until - inside
        return tuple(found)

    def all(self, replicates: int) -> Iterator[tuple[int, Chunk]]:
        """All chunks with their numbers."""
        for chunk in range(self.chunks(replicates)):
            spans = self.spans(chunk, replicates)
            if spans:
                yield chunk, spans


def rows(chunk: Sequence[Span]) -> tuple[np.ndarray, np.ndarray]:
    """Point and replicate of every run of a chunk, each of shape (runs,)."""
    points = np.repeat([span.point for span in chunk], [span.runs for span in chunk])
    replicates = [np.arange(span.first, span.last) for span in chunk]
    return points.astype(np.int32), np.concatenate(replicates).astype(np.int32)


def check_name(name: str) -> None:
    """Raise BadInput if a name cannot be used as that of a package or point."""
    if not re.fullmatch(r"[\w.+=-]{1,255}", name):
        raise BadInput(
            f"{shown(name)}: expected up to 255 letters, digits, “_”, “-”, “+”, “=” or “.”"
        )
