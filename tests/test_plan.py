"""A plan that is changed is the plan of the changed scenario."""

import pytest
from pydantic import BaseModel

from sim import BadInput, Scenario
from sim.world.plan import Plan


def keys(part, path):
    """Keys of all settings in a part of a scenario."""
    for name in type(part).model_fields:
        value = getattr(part, name)
        inside = [*path, name]
        if isinstance(value, BaseModel):
            yield from keys(value, inside)
        else:
            yield ".".join(inside), value


def others(value):
    """Other values that a setting may have."""
    if isinstance(value, bool):
        return [not value]
    return [0.9 * value + 0.05, 0.5, value + 1, 1, 0] if isinstance(value, int | float) else []


def first_valid(scenario, key, value):
    for other in others(value):
        try:
            changed = scenario.replace({key: other})
        except BadInput:
            continue
        if changed != scenario:
            return changed
    return None


@pytest.mark.parametrize("section", ["public", "traits", "start", "profiles", "behaviour", "reach"])
def test_tables_that_a_changed_plan_shares_are_those_of_the_changed_scenario(section):
    plan = Plan(Scenario.load("district")).whole()
    tried = 0
    for key, value in keys(getattr(plan.scenario, section), [section]):
        scenario = first_valid(plan.scenario, key, value)
        if scenario is None:
            continue
        changed, fresh = plan.changed(scenario), Plan(scenario)
        for name in ("mechanisms", "settings", "departments", "channels", "conducts"):
            assert getattr(changed, name).tobytes() == getattr(fresh, name).tobytes(), (key, name)
        tried += 1
    assert tried > 0


def test_what_people_are_like_at_the_start_leaves_mechanisms_as_they_are():
    plan = Plan(Scenario.load("district")).whole()
    changed = plan.changed(plan.scenario.replace({"public.trust.mean": 0.3}))
    assert changed.mechanisms is plan.mechanisms
    changed = plan.changed(plan.scenario.replace({"behaviour.duty": 0.3}))
    assert changed.mechanisms is not plan.mechanisms


CHANGES = [
    {"behaviour.duty": 0.4},
    {"public.trust.mean": 0.3, "start.norm_at_start": 0.2},
    {"public.citizens": 7},
    {"clock.months": 13},
    {"organisation.ranks": [1, 2, 5]},
    {"mechanisms.supervision.openness": 0.9},
    {"channels.party.publicity": 0.9},
]


def tables(plan):
    world = plan.begin(3, 1)
    plan.loop.run_months(world, 0, plan.scenario.clock.months)
    return {name: world.parts()[name].tobytes() for name in ("tallies", "layers", "officers")}


@pytest.mark.parametrize("changes", CHANGES, ids=lambda changes: ", ".join(changes))
def test_a_run_of_a_changed_plan_is_that_of_the_changed_scenario(changes):
    plan = Plan(Scenario.load("bureau")).whole()
    before = tables(plan)
    scenario = plan.scenario.replace(changes)
    assert tables(plan.changed(scenario)) == tables(Plan(scenario))
    # The first plan is as it was.
    assert tables(plan) == before


def test_a_plan_that_is_changed_twice_forgets_the_first_change():
    plan = Plan(Scenario.load("bureau")).whole()
    once = plan.changed(plan.scenario.replace({"behaviour.duty": 0.4}))
    first = tables(once)
    twice = once.changed(plan.scenario.replace({"behaviour.fear": 0.9}))
    assert tables(twice) == tables(Plan(twice.scenario))
    assert tables(once) == first
