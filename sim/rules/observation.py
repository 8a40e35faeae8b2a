"""Observation: what a month adds to the sums that measures are read off. Changes nothing else."""

from sim.compiled import rule
from sim.state import (
    DRIFTLESS,
    EXHAUSTED,
    FAITHFUL,
    FIXER,
    IDLE,
    LITERAL,
    OUTSIDE,
    SELECTIVE,
    SOUND,
    SYMBOLIC,
    UNABLE,
    UNPRINCIPLED,
)

_THIRDS = 3


@rule
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


@rule
def observe_conduct(officer, sums):
    """Count the officer under this month's conduct, in a tally or a layer."""
    if officer.conduct == FAITHFUL:
        sums.faithful += 1.0
    elif officer.conduct == LITERAL:
        sums.literal += 1.0
    elif officer.conduct == SELECTIVE:
        sums.selective += 1.0
    elif officer.conduct == SYMBOLIC:
        sums.symbolic += 1.0
    elif officer.conduct == IDLE:
        sums.idle += 1.0


@rule
def profile_of(officer, settings):
    """The first profile of the third state that fits an officer, or sound (source B8)."""
    if officer.responsibility < settings.unprincipled_below:
        return UNPRINCIPLED
    if officer.ambition < settings.driftless_below:
        return DRIFTLESS
    if officer.capability < settings.unable_below:
        return UNABLE
    if officer.inertia > settings.exhausted_above:
        return EXHAUSTED
    if officer.connection > settings.fixer_above:
        return FIXER
    return SOUND


@rule
def observe_profile(officer, sums):
    """Count the officer under a profile, in a tally or a layer."""
    if officer.profile == SOUND:
        sums.sound += 1.0
    elif officer.profile == UNPRINCIPLED:
        sums.unprincipled += 1.0
    elif officer.profile == DRIFTLESS:
        sums.driftless += 1.0
    elif officer.profile == UNABLE:
        sums.unable += 1.0
    elif officer.profile == EXHAUSTED:
        sums.exhausted += 1.0
    elif officer.profile == FIXER:
        sums.fixer += 1.0


@rule
def observe_work(officer, engagement, sums):
    """Add one officer to the sums of its layer or of its profile."""
    sums.officers += 1.0
    sums.substance += officer.substance
    sums.show += officer.show
    sums.engaged += engagement
    sums.sanctions += float(officer.sanctioned)
    sums.unjust_sanctions += float(officer.wronged)


@rule
def observe_layer(officer, layer):
    """Add what one officer passes on, or delivers, and reports to its layer of the chain."""
    layer.content += officer.delivered if officer.front else officer.content
    layer.report += officer.report


@rule
def observe_move(officer, moves):
    """Count the officer's way from last year's profile to this year's, or out of the service."""
    now = OUTSIDE if officer.vacant else officer.profile
    moves[officer.profile_before, now] += 1.0
    officer.profile_before = officer.profile


@rule
def observe_citizen(citizen, tally):
    """Add one citizen's month."""
    tally.trust += citizen.trust
    tally.trust_in_centre += citizen.trust_in_centre
    tally.silent += float(citizen.silent)


@rule
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
