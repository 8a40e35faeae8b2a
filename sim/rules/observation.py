"""Observation: what a month adds to the sums that measures are read off. Changes nothing else."""

from sim.compiled import leaf, rule
from sim.state import (
    DRIFTLESS,
    EXHAUSTED,
    FIXER,
    IDLE,
    LITERAL,
    OUTSIDE,
    SOUND,
    SYMBOLIC,
    UNABLE,
    UNPRINCIPLED,
)

_THIRDS = 3


@leaf
def observe_officer(officer, tally):
    """Add one officer's month."""
    tally.substance += officer.substance
    tally.show += officer.show
    tally.capability += officer.capability
    tally.responsibility += officer.responsibility
    tally.inertia += officer.inertia
    tally.connection += officer.connection
    tally.merit_belief += officer.merit_belief
    tally.perceived_risk += officer.perceived_risk
    sanctioned = float(officer.sanctioned)
    inaction = officer.conduct == IDLE
    form = inaction or officer.conduct == LITERAL or officer.conduct == SYMBOLIC
    tally.cases_of_inaction += sanctioned if inaction else 0.0
    tally.cases_of_form += sanctioned if form else 0.0


@leaf
def observe_conduct(officer, sums):
    """Count the officer under this month's conduct, in a tally or a layer."""
    sums.conducts[officer.conduct] += 1.0


@leaf
def profile_of(officer, settings):
    """The first profile of the third state that fits an officer, or sound (source B8)."""
    # From the last to the first: no branch to mistake.
    profile = FIXER if officer.connection > settings.fixer_above else SOUND
    profile = EXHAUSTED if officer.inertia > settings.exhausted_above else profile
    profile = UNABLE if officer.capability < settings.unable_below else profile
    profile = DRIFTLESS if officer.ambition < settings.driftless_below else profile
    return UNPRINCIPLED if officer.responsibility < settings.unprincipled_below else profile


@leaf
def observe_profile(officer, sums):
    """Count the officer under a profile, in a tally or a layer."""
    sums.profiles[officer.profile] += 1.0


@leaf
def observe_work(officer, engagement, sums):
    """Add one officer to the sums of its layer or of its profile."""
    sums.officers += 1.0
    sums.substance += officer.substance
    sums.show += officer.show
    sums.engaged += engagement
    sums.sanctions += float(officer.sanctioned)
    sums.unjust_sanctions += float(officer.wronged)


@leaf
def observe_layer(officer, layer):
    """Add what one officer passes on, or delivers, and reports to its layer of the chain."""
    layer.content += officer.delivered if officer.front else officer.content
    layer.report += officer.report


@leaf
def observe_move(officer, moves):
    """Count the officer's way from last year's profile to this year's, or out of the service."""
    now = OUTSIDE if officer.vacant else officer.profile
    moves[officer.profile_before, now] += 1.0
    officer.profile_before = officer.profile


@leaf
def observe_citizen(citizen, tally):
    """Add one citizen's month."""
    tally.trust += citizen.trust
    tally.trust_in_centre += citizen.trust_in_centre
    tally.silent += float(citizen.silent)


@leaf
def observe_department(department, head, delivered, substance, mechanisms, settings, tally):
    """Add what is known of the department as a whole.

    ``delivered`` and ``substance`` are sums over its front line. Follow-through compares the first
    and the last third of a directive's life (source B5).
    """
    officers = float(department.officers)
    fronts = float(department.fronts)
    tally.officers += officers
    tally.fronts += fronts
    tally.citizens += float(department.citizens)
    tally.delivered += delivered
    if department.parent < 0:
        tally.reported += head.report * float(department.fronts_below)
        tally.reporting += float(department.fronts_below)
    if _THIRDS * department.directive_age < settings.life:
        tally.early += substance
        tally.early_fronts += fronts
    elif _THIRDS * (department.directive_age + 1) > 2 * settings.life:
        tally.late += substance
        tally.late_fronts += fronts
    tally.burden += department.burden * officers
    tally.levers_cost += mechanisms.lever_cost * officers
    tally.norm += department.norm * officers
    tally.validity += department.validity * officers
    tally.filed += float(department.filed)


@rule
def add_up(parts, months, month):
    """Add the sums of all parts, in their order, to those of a month; clear them for the next.

    ``parts`` has shape (parts, sums), ``months`` (months, sums).
    """
    for part in range(parts.shape[0]):
        for k in range(parts.shape[1]):
            months[month, k] += parts[part, k]
            parts[part, k] = 0.0


@rule
def add_up_moves(parts, years, year):
    """Add the moves seen in all parts, in their order, to those of a year; clear them."""
    for part in range(parts.shape[0]):
        for before in range(parts.shape[1]):
            for now in range(parts.shape[2]):
                years[year, before, now] += parts[part, before, now]
                parts[part, before, now] = 0.0
