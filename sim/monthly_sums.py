"""The sums of a month, from which measures are computed: what is added, and how parts add up.

Each part of the government adds up for itself, so that parts can be worked on in any order, or at
once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.arithmetic import either
from sim.calendar import MONTHS_A_YEAR
from sim.machine.column_sums import total
from sim.machine.compiled import rule
from sim.mechanisms import (
    agenda,
    appraisal,
    burden,
    caseload,
    chain,
    conduct,
    culture,
    leadership,
    learning,
    multitasking,
    patronage,
    posts,
    reporting,
    sanctions,
    target_inflation,
    third_state,
    withdrawal,
)
from sim.mechanisms.chain import last_officer, outlook_row, settings_of, tally_of
from sim.year_end import is_year_end

if TYPE_CHECKING:
    from sim.mechanisms.typed import Numbers, Officer, Officers, WorkSums, World


@rule
def observe(world: World, d: int, month: int) -> None:
    """Add the month to the sums from which measures are computed; nothing else changes."""
    department = world.departments[d]
    officers = world.officers
    tally = tally_of(world, d)
    settings = world.settings[0]
    row = outlook_row(world, d)
    delivered = 0.0
    substance = 0.0
    first = department.first_officer
    last = last_officer(department)
    for i in range(first, last):
        officers[i].profile = third_state.profile_of(officers[i], settings)
    tally.substance += total(officers["substance"], first, last)
    tally.show += total(officers["show"], first, last)
    learning.observe_traits(officers, first, last, tally)
    begin = first
    while begin < last:
        end = end_of_rank(officers, begin, last)
        observe_rank(world, d, begin, end)
        begin = end
    for k in range(department.first_front, department.first_front + department.fronts):
        officer = officers[world.fronts[k]]
        delivered += officer.delivered
        substance += officer.substance
        tally.excess += world.outlooks[row, officer.conduct].excess
    chain.count_posts(department, tally)
    tally.delivered += delivered
    reporting.observe_reports(department, officers[department.first_officer], tally)
    if agenda.several(settings):
        multitasking.observe_each(world, d)
    else:
        multitasking.observe_only(department, substance, delivered, settings, tally)
    burden.observe_burden(department, settings_of(world, d, month), tally)
    withdrawal.observe_answering(department, settings_of(world, d, month), settings, tally)
    culture.observe_norm(department, tally)
    appraisal.observe_validity(department, tally)
    leadership.observe_attention(department, tally)
    posts.observe_unowned(department, tally)
    target_inflation.observe_target(department, tally)
    caseload.observe_voice(department, tally)
    patronage.observe_ties(department, tally)
    tally.filed += float(department.filed)


@rule
def end_of_rank(officers: Officers, first: int, last: int) -> int:
    """Index after the officers from ``first`` on, up to ``last`` − 1, that are of one rank."""
    end = first + 1
    while end < last and officers[end].rank == officers[first].rank:
        end += 1
    return end


@rule
def observe_work(officer: Officer, engagement: float, sums: WorkSums) -> None:
    """Add one officer's work to the sums of its layer, or of its profile."""
    sums.substance += officer.substance
    sums.show += officer.show
    sums.engaged += engagement


@rule
def observe_rank(world: World, d: int, first: int, last: int) -> None:
    """Add a month of officers first…last − 1 to the sums of the month, of layer and of profile.

    All are of one rank, so that the sums of their layer stay in registers.
    """
    department = world.departments[d]
    tally = tally_of(world, d)
    part = department.part
    layer = world.part_layers[part, department.tier, world.officers[first].rank]
    layer.officers += float(last - first)
    for i in range(first, last):
        officer = world.officers[i]
        profile = world.part_profiles[part, officer.profile]
        engagement = world.conducts[officer.conduct].engagement
        if officer.sanctioned > 0:
            sanctions.observe_cases(officer, tally)
            sanctions.observe_sanctions(officer, layer)
            sanctions.observe_sanctions(officer, profile)
        conduct.observe_conduct(officer, tally)
        conduct.observe_conduct(officer, layer)
        third_state.observe_profile(officer, tally)
        third_state.observe_profile(officer, layer)
        observe_work(officer, engagement, layer)
        observe_work(officer, engagement, profile)
        profile.officers += 1.0
        layer.content += either(officer.front == 1, officer.delivered, officer.content)
        layer.report += officer.report


@rule
def add_up(world: World, month: int) -> None:
    """Add up the sums of the month over the parts of the government."""
    add_parts(world.part_tallies.numbers(), world.tallies.numbers(), month)
    add_parts(world.part_layers.numbers(), world.layers.numbers(), month)
    add_parts(world.part_profiles.numbers(), world.profiles.numbers(), month)
    if is_year_end(month):
        add_moves(world.part_moves, world.moves, month // MONTHS_A_YEAR)


@rule
def add_parts(parts: Numbers, months: Numbers, month: int) -> None:
    """Add the sums of all parts, in their order, to those of a month; clear them for the next.

    ``parts`` has shape (parts, sums), ``months`` (months, sums).
    """
    for part in range(parts.shape[0]):
        for k in range(parts.shape[1]):
            months[month, k] += parts[part, k]
            parts[part, k] = 0.0


@rule
def add_moves(parts: Numbers, years: Numbers, year: int) -> None:
    """Add the moves seen in all parts, in their order, to those of a year; clear them."""
    for part in range(parts.shape[0]):
        for before in range(parts.shape[1]):
            for now in range(parts.shape[2]):
                years[year, before, now] += parts[part, before, now]
                parts[part, before, now] = 0.0
