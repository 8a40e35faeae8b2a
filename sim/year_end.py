"""The end of a year: appraisal, consequences, exits, and vacancies filled.

Departments close the year one by one; nothing that they do depends on the order of departments.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.calendar import MONTHS_A_YEAR
from sim.distributions import is_central, normal, normal_centre
from sim.machine.compiled import rule
from sim.mechanisms import (
    appraisal,
    careers,
    grading,
    morale,
    patronage,
    sanctions,
    selection,
    third_state,
    training,
)
from sim.mechanisms.chain import draw_for_each, last_officer, settings_of, tally_of

if TYPE_CHECKING:
    from sim.mechanisms.typed import World

_LAST_MONTH = MONTHS_A_YEAR - 1


@rule
def is_year_end(month: int) -> bool:
    """Whether appraisal and renewal follow this month."""
    return month % MONTHS_A_YEAR == _LAST_MONTH


@rule
def appraise_and_renew(world: World, d: int, month: int) -> None:
    """Close the year: score, grade, consequences, exits, promotion into vacancies, newcomers."""
    department = world.departments[d]
    mechanisms = settings_of(world, d, month)
    settings = world.settings[0]
    tally = tally_of(world, d)
    officers = world.officers
    first = department.first_officer
    last = last_officer(department)
    appraise_all(world, d, first, last, month)
    face_consequences(world, d, first, last, month)
    patronage.fall_with_patrons(officers, first, last, settings, tally)
    for i in range(first, last):
        third_state.observe_move(officers[i], world.part_moves[department.part])
    attraction = morale.attraction(officers, first, last, department, mechanisms, settings)
    selection.fill_vacancies(
        officers,
        world.choices,
        first,
        last,
        mechanisms,
        settings,
        tally,
        world.seed,
        world.replicate,
        month,
        attraction,
    )
    # Those promoted or appointed above a patron have none any more.
    patronage.fall_with_patrons(officers, first, last, settings, tally)
    patronage.find_new_patrons(officers, first, last, settings, world.seed, world.replicate, month)
    if patronage.run_along_ties(settings):
        patronage.count_clients(officers, first, last, department)
    for i in range(first, last):
        appraisal.close_year(officers[i])
    for i in range(first, last):
        officers[i].profile = third_state.profile_of(officers[i], settings)


@rule
def appraise_all(world: World, d: int, first: int, last: int, month: int) -> None:
    """Appraise every officer of a department and share out the top grade."""
    mechanisms = settings_of(world, d, month)
    settings = world.settings[0]
    tally = tally_of(world, d)
    officers = world.officers
    choices = world.choices
    draw_for_each(world, d, appraisal.APPRAISAL, month)
    # Central errors of all at once; then the others, which are few, one by one.
    for k in range(last - first):
        choices[k].error = normal_centre(choices[k].draws[0])
    for k in range(last - first):
        if not is_central(choices[k].draws[0]):
            choices[k].error = normal(choices[k].draws[0])
    for i in range(first, last):
        appraisal.appraise(officers[i], mechanisms, choices[i - first].error)
    for i in range(first, last):
        appraisal.observe_year(officers[i], tally)
        sanctions.observe_gravity(officers[i], tally)
        training.observe_courses(officers[i], settings, tally)
    appraisal.compare_like_with_like(officers, first, last, mechanisms)
    for i in range(first, last):
        u = choices[i - first].draws
        grading.grade(officers[i], mechanisms, settings, u[2])
        careers.retrain(officers[i], mechanisms, settings, tally, u[1])
    grading.share_out_top(officers, first, last - first, settings)
    careers.reward(officers, first, last, mechanisms, settings)
    for i in range(first, last):
        grading.observe_grade(officers[i], tally)


@rule
def face_consequences(world: World, d: int, first: int, last: int, month: int) -> None:
    """Move the unfit down or aside, each once, then let go those whose time is over."""
    mechanisms = settings_of(world, d, month)
    settings = world.settings[0]
    tally = tally_of(world, d)
    officers = world.officers
    choices = world.choices
    seed = world.seed
    replicate = world.replicate
    draw_for_each(world, d, careers.EXIT, month)
    for i in range(first, last):
        u = choices[i - first].draws
        careers.demote(officers, i, mechanisms, settings, tally, seed, replicate, month, u[1])
        careers.move_aside(officers, i, mechanisms, settings, tally, u[3])
    # Decided only after all other moves of the year.
    colleagues = morale.mean_capability(officers, first, last)
    for i in range(first, last):
        choices[i - first].resigning = morale.chance_of_resigning(officers[i], colleagues, settings)
    for i in range(first, last):
        choice = choices[i - first]
        u = choice.draws
        resigns = u[0] < choice.resigning
        if careers.leave(officers[i], settings, tally, resigns, u[2], colleagues):
            officers[i].vacant = 1
