"""Observation: what a month adds to the sums that measures are read off. Changes nothing else."""

from sim.compiled import rule
from sim.state import FAITHFUL, IDLE, LITERAL, SELECTIVE, SYMBOLIC

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
    if officer.conduct == FAITHFUL:
        tally.faithful += 1.0
    elif officer.conduct == LITERAL:
        tally.literal += 1.0
    elif officer.conduct == SELECTIVE:
        tally.selective += 1.0
    elif officer.conduct == SYMBOLIC:
        tally.symbolic += 1.0
    elif officer.conduct == IDLE:
        tally.idle += 1.0


@rule
def observe_profile(officer, settings, tally):
    """Count the officer under the first profile of the third state that fits (source B8)."""
    if officer.responsibility < settings.unprincipled_below:
        tally.unprincipled += 1.0
    elif officer.ambition < settings.driftless_below:
        tally.driftless += 1.0
    elif officer.capability < settings.unable_below:
        tally.unable += 1.0
    elif officer.inertia > settings.exhausted_above:
        tally.exhausted += 1.0
    elif officer.connection > settings.fixer_above:
        tally.fixer += 1.0
    else:
        tally.sound += 1.0


@rule
def observe_layer(officer, engagement, layer):
    """Add one officer to the sums of its layer of the chain of command."""
    layer.officers += 1.0
    layer.content += officer.delivered if officer.front else officer.content
    layer.report += officer.report
    layer.substance += officer.substance
    layer.show += officer.show
    layer.engaged += engagement
    layer.sanctions += float(officer.sanctioned)
    layer.unjust_sanctions += float(officer.wronged)


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
