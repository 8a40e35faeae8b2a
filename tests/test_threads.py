"""Worlds of many officers: how they lie in memory, and threads that change no byte."""

import pytest
from test_loops import LIVELY, digest, reduced

from sim import Scenario, simulate
from sim.machine.loop import (
    ALONE,
    BY_LOGIT,
    LARGE,
    Crew,
    crew_for,
    processors,
    run_months,
    run_with,
    tiers_of,
)
from sim.world import plan as planned
from sim.world.plan import Plan
from sim.world.state import DEPARTMENT, LAYER, OUTLOOK, PART_LAYER, PART_TALLY, PROFILE, TALLY

# Tables of which a large government keeps the rows of one department, that in work.
ROOM_FOR_ONE = ("outlooks", "ranks")


def test_rows_have_no_gaps_and_every_column_lies_in_one_piece():
    for kind in (OUTLOOK, TALLY, LAYER, PROFILE, PART_TALLY, PART_LAYER):
        assert not kind.columns
        assert sum(kind.dtype[name].itemsize for name in kind.names) == kind.dtype.itemsize
    world = Plan(Scenario.load("district")).begin(1)
    # Departments are kept row by row: a department's own rules read many of its fields.
    assert not DEPARTMENT.columns
    for table in (world.officers, world.citizens):
        assert table.kind.columns
        for name, column in table.data.items():
            assert column.flags.c_contiguous, name
            assert column.ctypes.data % column.itemsize == 0, name


def test_a_copied_world_goes_its_own_way():
    world = Plan(reduced("district")).begin(3)
    run_months(world, 0, 6)
    other = world.copied()
    assert digest(other) == digest(world)
    run_months(other, 6, 14)
    assert digest(other) != digest(world)
    before = digest(other)
    run_months(world, 6, 14)
    assert digest(other) == before == digest(world)


def test_room_for_one_department_at_a_time_changes_no_other_table(monkeypatch):
    found = []
    for large in (0, LARGE):
        monkeypatch.setattr(planned, "LARGE", large)
        world = Plan(reduced("province")).begin(5)
        run_months(world, 0, 14)
        found.append(digest(world))
        assert (len(world.ranks) == 1) == (large == 0)
    assert {name for name in found[0] if found[0][name] != found[1][name]} == set(ROOM_FOR_ONE)


@pytest.mark.slow
@pytest.mark.parametrize("large", [0, LARGE])
@pytest.mark.parametrize("threads", [1, 2, 3, 7])
def test_threads_change_no_byte(threads, large, monkeypatch):
    monkeypatch.setattr(planned, "OFFICERS_IN_A_PART", 64)
    # As in a world of many officers: room for the rows of one department a thread.
    monkeypatch.setattr(planned, "LARGE", large)
    scenario = Scenario.load("province").replace(LIVELY | {"clock.months": 26})
    plan = Plan(scenario)
    alone = plan.begin(5)
    run_months(alone, 0, 26)
    heard = []
    together = plan.begin(5, 0, threads)
    run_with(Crew(threads, lambda *said: heard.append(said)), together, 26)
    assert len(alone.part_tallies) > 20
    scratch = dict.fromkeys(ROOM_FOR_ONE) if large == 0 else {}
    assert digest(together) | scratch == digest(alone) | scratch
    assert heard == [(month + 1, 26) for month in range(26)]


@pytest.mark.parametrize("threads", [1, 2, 5])
def test_pieces_hold_every_department_once_tier_by_tier(threads, monkeypatch):
    monkeypatch.setattr(planned, "OFFICERS_IN_A_PART", 100)
    departments = Plan(Scenario.load("province")).departments
    tiers = tiers_of(departments, threads)
    assert len(tiers) == departments["tier"].max() + 1
    held = [d for pieces in tiers for first, last in pieces for d in range(first, last)]
    assert held == list(range(len(departments)))
    for tier, pieces in enumerate(tiers):
        for first, last in pieces:
            assert (departments["tier"][first:last] == tier).all()
            # A part is never shared between two pieces.
            assert last == len(departments) or (
                departments["part"][last - 1] != departments["part"][last]
            )


def test_a_thread_that_fails_stops_the_run():
    world = Plan(Scenario.load("province")).begin(5)

    def fail(*_):
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        run_with(Crew(2), world, 3, BY_LOGIT._replace(run_stage=fail))


def test_only_a_large_world_takes_all_processors():
    assert crew_for(LARGE - 1) == ALONE
    assert crew_for(LARGE).threads == processors()


def test_a_crew_changes_no_result():
    scenario = reduced("district")
    alone, three = simulate(scenario, 4), simulate(scenario, 4, crew=Crew(3))
    assert three.summary.equals(alone.summary)
    assert three.series.equals(alone.series)
