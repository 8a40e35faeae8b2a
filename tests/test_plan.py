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
