"""The compiled loop over months: in one go, or stage by stage on several threads.

Either way every part of the government adds up for itself, and parts are added in their order: the
number of threads changes no byte.
"""

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from queue import SimpleQueue

import numpy as np

from sim.compiled import rule
from sim.lowering import by_reference
from sim.month import (
    add_up,
    exchange_all,
    is_year_end,
    one_month,
    renew_all,
    work_month,
)
from sim.state import World

# The months done, and all there are.
Progress = Callable[[int, int], None]
# Departments first…last − 1.
Piece = tuple[int, int]

_EXCHANGE, _WORK, _RENEW = range(3)
# Pieces of work for each thread: enough that none waits long for another.
_PIECES = 8


@rule
def run_months(world, first, last):
    """Run months first…last − 1 of a world that has begun."""
    world = by_reference(world)
    for month in range(first, last):
        one_month(world, month)


@rule
def run_stage(world, stage, first, last, month):
    """One stage of a month in departments first…last − 1: to exchange, to work, or to renew."""
    world = by_reference(world)
    if stage == _EXCHANGE:
        exchange_all(world, first, last, month)
    elif stage == _WORK:
        work_month(world, first, last, month)
    else:
        renew_all(world, first, last, month)


def _tiers(world: World, threads: int) -> list[list[Piece]]:
    """Pieces of each tier, from the top: whole parts of the government, about as many officers."""
    departments = world.departments
    parts = departments["part"]
    begins = np.flatnonzero(np.diff(parts, prepend=-1))
    ends = np.append(begins[1:], len(departments))
    found = []
    for tier in np.unique(departments["tier"]):
        here = departments["tier"][begins] == tier
        first, last = begins[here], ends[here]
        officers = np.add.reduceat(departments["officers"].astype(np.int64), begins)[here]
        done = np.cumsum(officers)
        piece = (done - officers) * threads * _PIECES // done[-1]
        starts = np.flatnonzero(np.diff(piece, prepend=-1))
        stops = np.append(starts[1:], len(first)) - 1
        found.append([(int(first[a]), int(last[b])) for a, b in zip(starts, stops, strict=True)])
    return found


def _stages(tiers: list[list[Piece]], month: int) -> Iterator[tuple[int, list[Piece]]]:
    """What follows what in a month. Within a stage, order does not matter."""
    everybody = [piece for pieces in tiers for piece in pieces]
    yield _EXCHANGE, everybody
    for pieces in tiers:
        yield _WORK, pieces
    if is_year_end(month):
        yield _RENEW, everybody


def run_on_threads(
    world: World, first: int, last: int, threads: int, progress: Progress | None = None
) -> None:
    """Run months first…last − 1 on so many threads; ``progress`` hears of every month.

    Pays where a month takes much longer than the millisecond that sharing it out takes. Ctrl-C
    ends the pieces under way, and passes through.
    """
    tiers = _tiers(world, threads)
    # Each thread has a bench of its own.
    worlds: SimpleQueue[World] = SimpleQueue()
    for _ in range(threads):
        worlds.put(world._replace(bench=world.bench.copy()))

    def work(stage: int, piece: Piece, month: int) -> None:
        own = worlds.get()
        try:
            run_stage(own, stage, *piece, month)
        finally:
            worlds.put(own)

    with ThreadPoolExecutor(threads) as pool:
        for month in range(first, last):
            for stage, pieces in _stages(tiers, month):
                under_way: list[Future[None]] = [
                    pool.submit(work, stage, piece, month) for piece in pieces
                ]
                try:
                    wait(under_way)
                except BaseException:
                    pool.shutdown(wait=True, cancel_futures=True)
                    raise
                for done in under_way:
                    done.result()
            add_up(world, month)
            if progress is not None:
                progress(month + 1 - first, last - first)
