"""Points of a study: the worlds it asks about, and the order its runs are done in."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

# Replicates of a point that follow one another: enough to share the cost of setting a point up.
MOST_IN_A_BLOCK = 50
# Runs handed over at once at most; a Dask task should hold 500 to 2,000 short ones.
MOST_IN_A_CHUNK = 1_000
# Officer-months in a chunk: about half a second of work, so that little is lost when it stops.
CHUNK_OF_WORK = 2_000_000
# Fewest chunks that a study of many runs falls into, so that progress shows.
FEWEST_CHUNKS = 20


@dataclass(frozen=True)
class Point:
    """One world: what is changed in a base, under a name."""

    settings: Mapping[str, Any] = field(default_factory=dict)
    levers: Mapping[str, float] = field(default_factory=dict)
    # Which of the study's models it changes.
    base: int = 0

    def canonical(self) -> str:
        """The same text for the same changes, whatever their order."""
        content = [self.base, dict(self.settings), dict(self.levers)]
        return json.dumps(content, sort_keys=True, ensure_ascii=False, allow_nan=False)

    def __str__(self) -> str:
        """What is changed, in words."""
        changes = {**self.levers, **self.settings}
        return (
            ", ".join(f"{key} = {_short(value)}" for key, value in changes.items()) or "no change"
        )


def _short(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:g}"
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= 40 else text[:39] + "…"


@dataclass(frozen=True)
class Span:
    """Replicates ``first``…``last`` − 1 of one point."""

    point: int
    first: int
    last: int

    @property
    def runs(self) -> int:
        """How many runs it holds."""
        return self.last - self.first


Chunk = tuple[Span, ...]


def runs_of(chunk: Sequence[Span]) -> int:
    """How many runs a chunk holds."""
    return sum(span.runs for span in chunk)


@dataclass(frozen=True)
class Order:
    """All runs in a row: block by block of replicates, in a block point by point.

    Cut into chunks of ``chunk`` places. It stays as it is when replicates are added later, so that
    finished chunks stay finished.
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
        """How many chunks there are."""
        places = -(-replicates // self.block) * self.points * self.block
        return -(-places // self.chunk)

    def spans(self, chunk: int, replicates: int) -> Chunk:
        """What a chunk holds, in order; nothing where it falls beyond the last replicate."""
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
        """Every chunk with its number."""
        for chunk in range(self.chunks(replicates)):
            spans = self.spans(chunk, replicates)
            if spans:
                yield chunk, spans


def rows(chunk: Sequence[Span]) -> tuple[np.ndarray, np.ndarray]:
    """Point and replicate of every run of a chunk, each of shape (runs,)."""
    points = np.repeat([span.point for span in chunk], [span.runs for span in chunk])
    replicates = [np.arange(span.first, span.last) for span in chunk]
    return points.astype(np.int32), np.concatenate(replicates).astype(np.int32)
