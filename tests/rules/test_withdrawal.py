"""Withdrawal: petitions and enforcement take the time of those whom citizens do not trust."""

import numpy as np
import pytest

from sim import simulate
from sim.mechanisms import withdrawal
from sim.world import state
from sim.world.plan import Plan

PETITIONS, ENFORCEMENT = "behaviour.petition_time", "behaviour.enforcement_time"
REPLICATES = 6
# A government let down from the beginning, by citizens who expect much: most of them withdraw.
LET_DOWN = {
    "organisation.departments": 4,
    "public.trust.mean": 0.1,
    "public.expectation": 0.9,
    "public.exit_below": 0.4,
    "public.return_above": 0.5,
    "start.norm_at_start": 0.1,
    "clock.months": 120,
}
NOBODY_LEAVES = {"public.exit_below": 0.0}


def rows(openness=0.0, petitioning=0.0, withdrawn=0.0, **settings):
    department = state.DEPARTMENT.zeros(1)[0]
    department.petitioning, department.withdrawn = petitioning, withdrawn
    mechanisms = state.MECHANISMS.zeros(1)[0]
    mechanisms.openness = openness
    fixed = state.SETTINGS.zeros(1)[0]
    for name, value in settings.items():
        fixed[name] = value
    return department, mechanisms, fixed


def test_petitions_take_time_as_far_as_no_way_to_complain_is_open():
    """Voice at the counter takes the place of voice at a higher level (Hirschman 1970)."""
    shut, half, wide = (
        withdrawal.time_answering(*rows(openness, petitioning=0.4, petition_time=0.5))
        for openness in (0.0, 0.5, 1.0)
    )
    assert shut == pytest.approx(0.5 * 0.4)
    assert half == pytest.approx(shut / 2)
    assert wide == 0.0


def test_who_trusts_the_department_as_much_as_the_centre_does_not_petition():
    """Petitioners are those who trust the centre more than the local government (Li 2004)."""
    assert withdrawal.lead_of_centre(0.8, 0.3) == pytest.approx(0.5)
    assert withdrawal.lead_of_centre(0.3, 0.8) == withdrawal.lead_of_centre(0.5, 0.5) == 0.0


def test_enforcement_takes_time_in_proportion_to_citizens_who_withdrew():
    some, all_ = (
        withdrawal.time_answering(*rows(withdrawn=share, enforcement_time=0.2))
        for share in (0.25, 1.0)
    )
    assert (some, all_) == (pytest.approx(0.05), pytest.approx(0.2))


def test_without_these_settings_neither_petitions_nor_withdrawal_takes_time():
    assert withdrawal.time_answering(*rows(petitioning=1.0, withdrawn=1.0)) == 0.0


def means(scenario, changes):
    plan = Plan(scenario.replace(LET_DOWN | changes))
    runs = [simulate(plan, 1, replicate).summary for replicate in range(REPLICATES)]
    return {key: float(np.mean([run[key] for run in runs])) for key in runs[0].index}


def test_rupture_costs_execution_where_those_withdrawn_must_be_made_to_pay(district):
    """Quasi-voluntary compliance is cheap, compelled compliance is not (Levi 1988).

    Where a share w of citizens has withdrawn, enforcement takes ``enforcement_time`` · w of the
    time of officers, so at least this share of execution is lost beside what silence costs
    anyhow. With the mechanism off nothing is.
    """
    gone, stay = means(district, {}), means(district, NOBODY_LEAVES)
    costly = means(district, {ENFORCEMENT: 0.2})
    stay_costly = means(district, {ENFORCEMENT: 0.2, **NOBODY_LEAVES})
    assert gone["rupture_share"] > 0.5
    assert stay_costly["execution_rate"] == stay["execution_rate"]
    lost = gone["execution_rate"] - costly["execution_rate"]
    assert lost > 0.2 * gone["rupture_share"] * gone["execution_rate"]
    assert costly["withdrawal_burden"] > 0.1
    assert gone["withdrawal_burden"] == 0.0


def test_petitions_cost_a_distrusted_government_more_than_a_trusted_one(district):
    """Petitions follow the distance between trust in the centre and at home (Li 2004)."""
    distrusted = means(district, {PETITIONS: 0.1, **NOBODY_LEAVES})
    content = {
        "public.trust.mean": 0.7,
        "public.expectation": district.public.expectation,
        "start.norm_at_start": 0.7,
    }
    trusted = means(district, {PETITIONS: 0.1, **content})
    assert distrusted["withdrawal_burden"] > 2.0 * trusted["withdrawal_burden"] > 0.0
