import numpy as np
import pytest

from sim import simulate
from sim.declare import quantities
from sim.kinds import CONDUCTS
from sim.machine.loop import run_months
from sim.world.plan import Plan
from sim.world.sections import Mechanisms

OFF = {f"mechanisms.{one.key}": 0.0 for one in quantities(Mechanisms)}
# Everybody shows .5 and a chain of five passes it up.
CHAIN = OFF | {
    "mechanisms.appraisal.weights.superior": 1.0,
    **{f"conducts.{name}.available": name == "literal" for name in CONDUCTS},
    "conducts.literal.show": 0.5,
    "organisation.departments": 1,
    "organisation.ranks": [1, 1, 1, 1, 1],
    "reporting.gloss": 0.4,
    "clock.months": 1,
}


def reports(district, **changes):
    """What each layer reports, from the front line up."""
    scenario = district.replace(CHAIN | changes.pop("settings", {}))
    return simulate(scenario, 1).world.officers["report"][::-1]


def test_every_layer_makes_what_it_hears_look_better(district):
    # Each fills gloss · show = .2 of what is missing: 1 − (1 − .5)·.8ⁿ.
    assert reports(district) == pytest.approx(1 - 0.5 * 0.8 ** np.arange(5))


def test_without_gloss_a_report_stays_as_it_was(district):
    assert reports(district, settings={"reporting.gloss": 0.0}) == pytest.approx(0.5)


@pytest.mark.parametrize("audit", [0.0, 0.5, 1.0])
def test_audited_records_leave_less_room(district, audit):
    found = reports(district, settings={"mechanisms.appraisal.record_audit": audit})
    assert found == pytest.approx(1 - 0.5 * (1 - 0.2 * (1 - audit)) ** np.arange(5))


def test_those_who_live_by_show_embellish_most(district):
    plain, vain = (
        reports(district, settings={"conducts.literal.show": show})[-1] for show in (0.3, 0.9)
    )
    assert plain == pytest.approx(1 - 0.7 * (1 - 0.4 * 0.3) ** 4)
    assert vain == pytest.approx(1 - 0.1 * (1 - 0.4 * 0.9) ** 4)


def test_a_superior_hears_the_mean_of_those_below(district):
    scenario = district.replace(
        CHAIN
        | {f"conducts.{name}.available": True for name in CONDUCTS}
        | {"organisation.ranks": [1, 8], "reporting.gloss": 0.0, "behaviour.precision": 0.0}
    )
    officers = simulate(scenario, 1).world.officers
    assert len(set(officers["report"][1:])) > 1
    assert officers["report"][0] == pytest.approx(officers["show"][1:].mean())


def test_what_a_head_reported_is_heard_above_even_if_another_has_taken_the_post(district):
    top = {"tier": "top", "units": 1, "departments": 1, "ranks": [1, 2]}
    settings = OFF | {
        "mechanisms.appraisal.weights.superior": 1.0,
        "mechanisms.selection.merit": 1.0,
        "organisation.above": [top],
        "organisation.units": 8,
        "organisation.departments": 1,
        "organisation.ranks": [1, 3, 6],
        "careers.transfer": 0.5,
        "careers.time_in_rank": 0,
        "grading.failing_below": 0.0,
        "grading.basic_below": 0.0,
        "clock.months": 13,
    }
    world = Plan(district.replace(settings)).begin(1)
    run_months(world, 0, 12)
    heads = world.departments["first_officer"][world.departments["tier"] == 1]
    moved = world.officers["time_in_post"][heads] == 0
    grown = world.officers["age"][heads] > 12 * 30
    assert np.any(moved & grown)
    run_months(world, 12, 13)
    layer = world.layers[11, 1, 0]
    assert world.departments["reports_below"][0] == pytest.approx(
        layer["report"] / layer["officers"]
    )


def test_reports_run_ahead_of_execution_and_audit_holds_them_back(district):
    ranks = {"organisation.ranks": [1, 2, 6], "clock.months": 12}
    inflation = [
        simulate(district.replace(ranks | {"mechanisms.appraisal.record_audit": audit}), 1).summary[
            "inflation"
        ]
        for audit in (0.0, 1.0)
    ]
    assert inflation[0] > inflation[1] + 0.05
