"""The order of a month, written once for both loops.

Before the work, departments receive news and reports from each other (``exchange``); ``PHASES`` is
the order of the work in a department; after December the year is closed
(``appraise_and_renew``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.machine.compiled import in_turn, rule
from sim.machine.prefetch import load_ahead
from sim.mechanisms.chain import last_officer
from sim.monthly_sums import observe
from sim.phases import (
    carry_out,
    carry_out_some,
    choose_conduct,
    choose_some,
    decide,
    exchange,
    follow_norm,
    issue_directives,
    learn,
    learn_some,
    look_ahead,
    oversee,
    report_upwards,
    serve_citizens,
    serve_some,
    take_stock_of_trust,
)
from sim.year_end import appraise_and_renew

if TYPE_CHECKING:
    from sim.mechanisms.typed import World

# The order of a month of work. Departments meet only through last month's state and the content of
# those above them, which come first; so one whole department after another gives what phase by
# phase gives.
PHASES = (
    issue_directives,
    look_ahead,
    choose_conduct,
    carry_out,
    report_upwards,
    serve_citizens,
    take_stock_of_trust,
    oversee,
    learn,
    follow_norm,
    observe,
)

# Phases of officers and of citizens, and the rule that does the same for some of a department's.
IN_PARTS = {
    choose_conduct: choose_some,
    carry_out: carry_out_some,
    learn: learn_some,
    serve_citizens: serve_some,
}

# Fewer officers than this stay in the processor's cache from month to month.
_IN_CACHE = 20_000
# A department of more officers than this would drive others out of the cache.
_LARGE_DEPARTMENT = 500
# How many departments ahead the row of a department is loaded. The row of the next one is needed
# already to load its officers and citizens.
_DEPARTMENTS_AHEAD = 2


@rule
def load_next(world: World, d: int, part: int, parts: int) -> None:
    """Load a part of the next department's rows into the cache while this one works."""
    departments = world.departments
    if len(world.officers) < _IN_CACHE or d + 1 >= len(departments):
        return
    after = departments[d + 1]
    if after.officers <= _LARGE_DEPARTMENT:
        load_ahead(world.officers, after.first_officer, last_officer(after), part, parts)
    citizen = after.first_citizen
    load_ahead(world.citizens, citizen, citizen + after.citizens, part, parts)
    far = min(d + _DEPARTMENTS_AHEAD, len(departments) - 1)
    load_ahead(departments, far, far + 1, part, parts)


# A month of work in departments first…last − 1, of one tier or of all from the top.
work_month = in_turn(PHASES, beside=load_next)


# A whole government.


@rule
def exchange_all(world: World, first: int, last: int, month: int) -> None:
    """Let departments first…last − 1 hear from others."""
    for d in range(first, last):
        exchange(world, d, month)


@rule
def renew_all(world: World, first: int, last: int, month: int) -> None:
    """Close the year in departments first…last − 1."""
    for d in range(first, last):
        appraise_and_renew(world, d, month)


# Rules that decide, or that call a rule that does. They are compiled anew for each rule of
# decision.
DECIDING = (choose_some, decide, choose_conduct, work_month)
