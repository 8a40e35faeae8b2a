"""Watch shows the model's own reasons: terms add up to what the rule weighs."""

import numpy as np
import pytest

from sim.app import worlds
from sim.app.state import State
from sim.app.watched import Department, places
from sim.app.why import TERMS, why
from sim.parameters import CONDUCTS
from sim.rules import conduct


@pytest.fixture(scope="module")
def bureau():
    department = Department(State("bureau").moved_to("bureau"))
    department.run_to(7)
    return department


def record(values):
    return np.array([values], values.dtype).view(np.recarray)[0]


def test_terms_add_up_to_the_rules_utility(bureau):
    world = bureau.government.world
    settings = record(world.settings[0])
    for post in range(len(bureau.places)):
        moment = bureau.government.officer_at(post).moment
        found = why(moment, world.settings[0], world.conducts)
        chooser = conduct.Chooser(
            *(float(moment.officer[name]) for name in conduct.Chooser._fields)
        )
        for k in range(len(CONDUCTS)):
            theirs = plain(conduct.utility)(
                chooser,
                moment.example,
                record(moment.outlooks[k]),
                record(moment.department),
                record(moment.mechanisms),
                settings,
            )
            habit = found.terms["habit"][k]
            assert found.sums[k] - habit == pytest.approx(float(theirs), abs=1e-12)
            assert habit == (
                pytest.approx(world.settings[0]["habit"] * moment.officer["inertia"])
                if moment.officer["previous_conduct"] == k
                else 0.0
            )


def plain(rule):
    """A rule in plain Python, with what it calls."""
    function = getattr(rule, "py_func", rule)
    names = {name: getattr(value, "py_func", value) for name, value in function.__globals__.items()}
    return type(function)(function.__code__, names, function.__name__)


def test_officers_choose_as_their_chances_say():
    """Over many months each conduct is chosen about as often as the chances shown add up to."""
    department = Department(State("bureau").moved_to("bureau"))
    expected, chosen = np.zeros(len(CONDUCTS)), np.zeros(len(CONDUCTS))
    for month in range(1, 25):
        department.run_to(month)
        for post, done in enumerate(department.conducts()):
            expected += department.why(post).chances
            chosen[CONDUCTS.index(done)] += 1
    assert chosen == pytest.approx(expected, abs=4 * np.sqrt(expected.sum()) / 2)


def test_the_mesa_model_shown_is_the_compiled_run():
    from sim import simulate

    department = Department(State("bureau").moved_to("bureau"))
    department.run_to(department.months)
    run = simulate(worlds.watched()["bureau"], 1)
    execution, credibility = department.course()
    assert execution == pytest.approx(run.series["execution_rate"].to_numpy(), abs=1e-4)
    assert credibility == pytest.approx(run.series["credibility"].to_numpy(), abs=1e-4)


def test_posts_stand_under_their_superior_and_beside_each_other():
    found = places([-1, 0, 0, 1, 1, 2], [0, 1, 1, 2, 2, 2])
    assert [one.y for one in found] == sorted(one.y for one in found)
    assert len({(one.x, one.y) for one in found}) == len(found)
    assert found[1].x == 0.5 * (found[3].x + found[4].x)


def test_every_term_is_named():
    from sim.app.texts.watch import TEXTS

    assert {("cost_term" if term == "cost" else term) for term in TERMS} <= set(TEXTS["en"])
