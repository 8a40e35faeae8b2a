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
    tally.reported += head.report * fronts
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
