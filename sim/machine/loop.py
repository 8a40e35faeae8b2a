"""The compiled loop over months: in one call, or stage by stage on several threads.

In both cases sums are computed for each part of the government and then added in the order of
parts. Results are therefore the same to the last byte for any number of threads.
"""

import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache, lru_cache
from queue import SimpleQueue
from typing import Any, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from sim.machine.compiled import called_often, rule, variant
from sim.machine.frames import Frame
from sim.machine.rows import Rows
from sim.mechanisms.conduct import logit
from sim.month import DECIDING, exchange_all, renew_all, work_month
from sim.monthly_sums import add_up
from sim.own_sums import measure_own
from sim.phases import choose_conduct, choose_some, decide
from sim.year_end import is_year_end

# A function that is called with the number of months, or runs, done so far, and of all.
Progress = Callable[[int, int], None]
# Departments from the first number to the second minus 1.
Piece = tuple[int, int]

_EXCHANGE, _WORK, _MEASURE, _RENEW = range(4)
# Pieces of work for each thread; with this many, no thread waits long for another.
_PIECES = 8


@rule
def run_months(world: Any, first: int, last: int) -> None:
    """Run months ``first`` to ``last`` − 1 of a state that a plan has initialised."""
    departments = len(world.departments)
    for month in range(first, last):
        exchange_all(world, 0, departments, month)
        work_month(world, 0, departments, month)
        # Measures are read before posts change hands.
        measure_own(world, month)
        if is_year_end(month):
            renew_all(world, 0, departments, month)
        add_up(world, month)


@rule
def run_stage(world: Any, stage: int, first: int, last: int, month: int) -> None:
    """Run one stage of a month in departments ``first`` to ``last`` − 1."""
    if stage == _EXCHANGE:
        exchange_all(world, first, last, month)
    elif stage == _WORK:
        work_month(world, first, last, month)
    elif stage == _MEASURE:
        measure_own(world, month)
    else:
        renew_all(world, first, last, month)


class Loop(NamedTuple):
    """The compiled rules that depend on how officers decide, for one rule of decision."""

    # Months first…last − 1 of a world, and one stage of a month in some departments.
    run_months: Callable[[Any, int, int], None]
    run_stage: Callable[[Any, int, int, int, int], None]
    # All officers of a department choose, or officers first…last − 1; what one would choose.
    choose_conduct: Callable[[Any, int, int], None]
    choose_some: Callable[[Any, int, int, int, int], None]
    decide: Callable[[Any, int, int], int]
    # What sums up a month for measures of one's own, and what tells it from every other.
    measure: Callable[[Any, int], None] = measure_own
    measures: str = ""
    # Of a plan whose settings change during a run: what brings those of a world up to date.
    steer: Callable[[Any], "Steer"] | None = None


class Steer(Protocol):
    """Brings the settings of a world up to date as its months go by."""

    def before(self, month: int) -> int:
        """Called before a month; returns the month before which it has to be called again."""


BY_LOGIT = Loop(run_months, run_stage, choose_conduct, choose_some, decide)


@cache
def loop_with(decision: Callable[[Any, Any, Any, int], int], mark: str) -> Loop:
    """The loop in which officers decide by ``decision``, a rule with the arguments of ``logit``.

    Compiled code is cached under ``mark``, which must be different for each rule.
    """
    if decision is logit:
        return BY_LOGIT
    instead: dict[Any, Any] = {logit: decision}
    for one in (*DECIDING, run_months, run_stage):
        instead[one] = variant(one, mark, instead)
    return Loop(*(instead[one] for one in BY_LOGIT[: Loop._fields.index("measure")]))


# Loops for measures of one's own that a process keeps; scenarios rarely have different ones.
@lru_cache(32)
def loop_measuring(loop: Loop, measure: Callable[[Any, int], None], mark: str) -> Loop:
    """A loop in which a rule (world, month) sums up each month for measures of one's own.

    Compiled code is cached under ``mark``, which must be different for each rule.
    """
    instead = {measure_own: measure}
    return loop._replace(
        run_months=variant(loop.run_months, mark, instead),
        run_stage=variant(loop.run_stage, mark, instead),
        measure=measure,
        measures=mark,
    )


def prepared_by(loop: Loop, world: Any) -> Callable[[int], object]:
    """What is called before each month of a world that is run stage by stage."""
    return loop.steer(world).before if loop.steer else lambda month: None


def tiers_of(departments: Rows | NDArray[Any], threads: int) -> list[list[Piece]]:
    """Pieces of work of each tier, from the top.

    A piece consists of whole parts of the government; all have about the same number of officers.
    """
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
    """The stages of a month with their pieces; the order of pieces does not matter."""
    everybody = [piece for pieces in tiers for piece in pieces]
    yield _EXCHANGE, everybody
    for pieces in tiers:
        yield _WORK, pieces
    # One rule sums up over the whole government, in the same order on any number of threads.
    yield _MEASURE, [(0, 0)]
    if is_year_end(month):
        yield _RENEW, everybody


# Least number of officers for which several threads are faster than one.
LARGE = 200_000


def processors() -> int:
    """Number of processors that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def quiet(done: int, total: int) -> None:
    """Ignore progress."""


@dataclass(frozen=True)
class Crew:
    """Number of threads of a run, and the function that is called after each month."""

    threads: int = 1
    months: Progress = quiet


ALONE = Crew()


def crew_for(officers: int, months: Progress = quiet) -> Crew:
    """All processors for a government of ``LARGE`` or more officers, else one thread."""
    return Crew(processors() if officers >= LARGE else 1, months)


def run_with(crew: Crew, world: Any, months: int, loop: Loop = BY_LOGIT) -> None:
    """Run the first ``months`` of a state that a plan has initialised.

    Results are the same for every crew. On Ctrl-C the pieces of work that have begun are finished,
    and KeyboardInterrupt is raised.
    """
    if crew == ALONE:
        loop.run_months(world, 0, months)
        return
    tiers = tiers_of(world.departments, crew.threads)
    # Each thread has its own tables for the department it works on.
    worlds: SimpleQueue[Frame] = SimpleQueue()
    for _ in range(crew.threads):
        shared = len(world.outlooks) == len(world.departments)
        worlds.put(
            world.replaced(
                choices=world.choices.copy(),
                visits=world.visits.copy(),
                outlooks=world.outlooks if shared else world.outlooks.copy(),
                ranks=world.ranks if shared else world.ranks.copy(),
            )
        )

    def work(stage: int, piece: Piece, month: int) -> None:
        own: Any = worlds.get()
        try:
            loop.run_stage(own, stage, *piece, month)
        finally:
            worlds.put(own)

    prepare = prepared_by(loop, world)
    with ThreadPoolExecutor(crew.threads) as pool:
        for month in range(months):
            prepare(month)
            for stage, pieces in _stages(tiers, month):
                under_way = [pool.submit(work, stage, piece, month) for piece in pieces]
                try:
                    for done in under_way:
                        done.result()
                except BaseException:
                    pool.shutdown(wait=True, cancel_futures=True)
                    raise
            add_up(world, month)
            crew.months(month + 1, months)


def run_watched(
    world: Any, months: int, loop: Loop, see: Callable[[Any, int], None], first: int = 0
) -> None:
    """Run months ``first`` to ``months`` − 1, and call ``see`` (world, month) as each is worked.

    It is called once measures are read and before posts change hands; it must change nothing.
    """
    prepare = prepared_by(loop, world)
    departments = len(world.departments)
    stage = called_often(loop.run_stage, world, 0, 0, 0, 0)
    add = called_often(add_up, world, 0)
    for month in range(first, months):
        prepare(month)
        stage(world, _EXCHANGE, 0, departments, month)
        stage(world, _WORK, 0, departments, month)
        stage(world, _MEASURE, 0, 0, month)
        see(world, month)
        if is_year_end(month):
            stage(world, _RENEW, 0, departments, month)
        add(world, month)
