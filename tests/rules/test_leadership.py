"""A head's ability helps those below, and leaders attend to departments by what they know."""

import numpy as np
import pytest

from sim import simulate
from sim.machine.loop import run_months
from sim.mechanisms import leadership
from sim.world import state
from sim.world.plan import Plan
from tests.plain import plain

GUIDANCE = "behaviour.guidance"
# At this value an able head is worth what Fenizia (2022) found.
FOUND = {GUIDANCE: 0.45}
ACTED_ON = {"structure.reports": "acted on", "reporting.acted_on": 1.0}
AUDIT = "mechanisms.appraisal.record_audit"
MONTHS = 24
# Departments that compete for leaders' attention, where neither reports nor records are appraised.
COMPETING = ACTED_ON | {
    "organisation.departments": 6,
    "organisation.ranks": [1, 2, 6, 12],
    "clock.months": MONTHS,
    "mechanisms.leadership.drive": 0.45,
    "mechanisms.appraisal.weights.superior": 0.0,
    "mechanisms.appraisal.weights.record": 0.0,
}


def delivered(world, months):
    """Execution rate of the whole government in some months."""
    tallies = world.tallies
    return tallies["delivered"][months].sum() / tallies["fronts"][months].sum()


def execution_under(scenario, capability, replicates=4):
    """Execution in the second year, with heads of this capability when it begins."""
    plan = Plan(scenario)
    found = []
    for replicate in range(replicates):
        world = plan.begin(1, replicate)
        run_months(world, 0, 12)
        world.officers["capability"][world.departments["first_officer"]] = capability
        run_months(world, 12, 24)
        found.append(delivered(world, slice(12, 24)))
    return np.mean(found)


def effect_of_ability(scenario):
    """Part of execution that one standard deviation of the heads' ability moves."""
    mean, sd = scenario.traits.capability.mean, scenario.traits.capability.sd
    able, weak = (execution_under(scenario, mean + sign * sd) for sign in (1, -1))
    return (able - weak) / (able + weak)


def test_a_standard_deviation_of_a_heads_ability_moves_its_department_by_5_to_15_percent(district):
    """Fenizia (2022): an office under a manager better by one SD produces a tenth more.

    Without guidance a head does no more than one officer in thirty-three.
    """
    scenario = district.replace({"clock.months": 24})
    assert 0.05 < effect_of_ability(scenario.replace(FOUND)) < 0.15
    assert abs(effect_of_ability(scenario)) < 0.02


@pytest.mark.slow
def test_training_pays_where_leaders_ability_matters(district):
    """Ease is nearly full for most; the ability of heads still counts beyond that."""
    gains = []
    for guidance in (0.0, FOUND[GUIDANCE]):
        rates = [
            np.mean(
                [
                    simulate(district.replace({GUIDANCE: guidance}, levers), 1, r).summary[
                        "execution_rate"
                    ]
                    for r in range(4)
                ]
            )
            for levers in ({}, {"capability": 1.0})
        ]
        gains.append(rates[1] - rates[0])
    assert gains[1] > gains[0] + 0.02


@pytest.mark.slow
def test_choosing_leaders_by_ability_pays_only_where_their_ability_matters(district):
    """The deputies weigh ability alone; before, closeness decides. All else is equal."""
    ability = {
        "mechanisms.selection.merit": 0.0,
        "mechanisms.selection.virtue": 0.0,
        "mechanisms.selection.competence_transfer": 1.0,
        "careers.time_in_rank": 0,
        "clock.observed": 60,
    }
    gains = []
    for guidance in (0.0, 1.0):
        rates = []
        for say in (0.0, 1.0):
            changes = {GUIDANCE: guidance, "mechanisms.selection.say.deputies": say}
            plan = Plan(district.replace(ability | changes))
            runs = [simulate(plan, 1, r).summary["execution_rate"] for r in range(6)]
            rates.append(np.mean(runs))
        gains.append(rates[1] - rates[0])
    assert gains[1] > gains[0] + 0.01


@pytest.mark.parametrize("guidance", [0.0, 0.45, 1.0])
def test_ease_stays_between_none_and_a_perfect_month(guidance):
    officer = state.OFFICER.zeros(1)[0]
    department = state.DEPARTMENT.zeros(1)[0]
    settings = state.SETTINGS.zeros(1)[0]
    settings.guidance = guidance
    officer.number_in_department = 3
    head = state.OFFICER.zeros(1)[0]
    for settings.capability_mean in (0.0, 0.5, 1.0):
        for head.capability in (0.0, 0.5, 1.0):
            department.guidance = leadership.guidance(head, settings)
            eases = [leadership.guided(ease, officer, department) for ease in (0.0, 0.5, 1.0)]
            assert eases == sorted(eases)
            assert 0.0 <= eases[0] <= eases[-1] <= 1.0


def test_a_head_is_guided_by_the_head_above_alone(district):
    tiers = {
        "organisation.above": [{"tier": "top", "units": 1, "departments": 1, "ranks": [1, 2]}],
        "organisation.units": 2,
        "organisation.departments": 1,
        "organisation.ranks": [1, 2, 6],
        "clock.months": 1,
    }
    eases = []
    for capability in (0.3, 0.9):
        world = Plan(district.replace(tiers | FOUND)).begin(1)
        world.officers["capability"][0] = capability
        run_months(world, 0, 1)
        eases.append(world.officers["ease"].copy())
    heads = world.departments["first_officer"][1:]
    assert np.all(eases[1][heads] > eases[0][heads])
    below = np.setdiff1d(np.arange(len(eases[0])), [0, 1, 2, *heads])
    assert np.array_equal(eases[0][below], eases[1][below])


def test_without_guidance_a_heads_ability_leaves_no_trace_on_others(district):
    eases = []
    for capability in (0.2, 0.9):
        world = Plan(district.replace({"clock.months": 1})).begin(1)
        heads = world.departments["first_officer"]
        world.officers["capability"][heads] = capability
        run_months(world, 0, 1)
        eases.append(np.delete(world.officers["ease"], heads))
    assert np.array_equal(*eases)


def with_a_failing_department(district, **changes):
    """Attention to a department whose officers lack ability and responsibility, and its work."""
    plan = Plan(district.replace(COMPETING | changes))
    worlds = []
    for replicate in range(4):
        world = plan.begin(1, replicate)
        here = world.officers["department"] == 0
        world.officers["responsibility"][here] = 0.15
        world.officers["disposition"][here] = 0.15
        world.officers["capability"][here] = 0.4
        focus = []
        for month in range(MONTHS):
            run_months(world, month, month + 1)
            focus.append(world.departments["focus"][0])
        worlds.append((np.mean(focus), delivered_by(world, 0)))
    return np.mean(worlds, axis=0)


def delivered_by(world, department):
    """Real work of a department in its last full year, per officer and month."""
    here = world.officers["department"] == department
    return world.officers["execution_rate"][here].mean()


def test_inflated_reports_draw_attention_from_a_failing_department_and_it_does_less(district):
    """Embellished reports differ little, so attention is spread evenly (Downs 1967, Tullock 1965).

    With audited records leaders see the work behind the report and go where it fails.
    """
    blind, blind_work = with_a_failing_department(district, **{AUDIT: 0.0})
    seeing, seeing_work = with_a_failing_department(district, **{AUDIT: 1.0})
    assert seeing > blind + 0.3
    assert seeing_work > blind_work + 0.03


def test_attention_is_shared_and_not_made(district):
    plan = Plan(district.replace(COMPETING | {"clock.months": 6}))
    world = plan.begin(1)
    run_months(world, 0, 6)
    focus = world.departments["focus"]
    assert np.ptp(focus) > 0.01
    assert focus.sum() == pytest.approx(0.0, abs=1e-9)


def test_misdirected_attention_is_what_other_departments_should_have_got(district):
    plan = Plan(district.replace(COMPETING | {"clock.months": 6, AUDIT: 0.3}))
    world = plan.begin(1)
    run_months(world, 0, 5)
    departments = world.departments
    delivery = departments["delivery"].copy()
    known = departments["known"].copy()
    run_months(world, 5, 6)
    wrong = abs(known / known.mean() - delivery / delivery.mean()).sum() / 2
    tallies = world.tallies
    each = world.departments["officers"][0]
    assert tallies["misdirected"][5].sum() == pytest.approx(wrong * each)
    summary = simulate(plan, 1).summary
    assert summary["misdirected_attention"] == pytest.approx(
        tallies["misdirected"].sum() / tallies["officers"].sum()
    )


def test_no_attention_is_misdirected_where_every_record_is_audited(district):
    def misdirected(audit):
        changes = COMPETING | {AUDIT: audit}
        return simulate(district.replace(changes), 1).summary["misdirected_attention"]

    assert misdirected(1.0) == 0.0
    assert misdirected(0.0) > misdirected(0.5) > 0.01


def test_reports_that_are_ignored_direct_nobodys_attention(district):
    ignored = {"structure.reports": "ignored", "clock.months": 6}
    run = simulate(district.replace(COMPETING | ignored), 1)
    assert not run.world.departments["focus"].any()
    assert run.summary["misdirected_attention"] == 0.0
    assert plain().structure.reports == "ignored"
