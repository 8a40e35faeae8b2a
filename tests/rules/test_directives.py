import math

import numpy as np
import pytest
from scipy import stats

from sim import simulate
from sim.declare import quantities
from sim.kinds import CONDUCTS
from sim.machine.loop import run_months
from sim.mechanisms import directives
from sim.world.plan import Plan
from sim.world.sections import Mechanisms

OFF = {f"mechanisms.{one.key}": 0.0 for one in quantities(Mechanisms)}
# Only what an officer may hope for from appraisal, which sees substance alone, speaks for work.
CAREERISTS = OFF | {
    **{f"conducts.{name}.available": name in ("faithful", "idle") for name in CONDUCTS},
    "mechanisms.appraisal.weights.users": 1.0,
    "mechanisms.appraisal.routine": 1.0,
    "appraisers.users.substance": 1.0,
    "appraisers.users.show": 0.0,
    "traits.ambition.mean": 1.0,
    "traits.merit_belief.mean": 1.0,
    "mechanisms.appraisal.stakes.promotion": 1.0,
    **{f"behaviour.{name}": 0.0 for name in ("duty", "conformity", "example", "habit", "fear")},
    "behaviour.cooperation": 0.0,
    "behaviour.merit_learning": 0.0,
    "behaviour.precision": 10.0,
    "behaviour.career": 1.0,
    "behaviour.effort": 0.25,
    "directives.difficulty": {"mean": 0.2, "sd": 0.0},
    "directives.specificity": {"mean": 0.2, "sd": 0.0},
    "directives.life": 9,
    "mechanisms.posts.authority": 1.0,
    "organisation.departments": 40,
    "clock.months": 36,
}


@pytest.fixture
def world(district):
    return Plan(district.replace({"directives.life": 6, "organisation.departments": 4})).begin(1)


def attention(world, age, drive, fade, targets=0.0):
    department, mechanisms, settings = (
        world.departments[0],
        world.mechanisms[0, 0],
        world.settings[0],
    )
    department.directive_age, mechanisms.drive, settings.fade = age, drive, fade
    mechanisms.targets, settings.target_hold = targets, 0.4
    return directives.attention(age, department, mechanisms, settings)


def test_attention_starts_whole_and_falls_to_37_percent_in_the_time_of_fading(world):
    assert attention(world, 0, 0.0, 5.0) == 1.0
    assert attention(world, 5, 0.0, 5.0) == pytest.approx(math.exp(-1))
    assert attention(world, 10, 0.0, 5.0) == pytest.approx(math.exp(-2))


def test_drive_keeps_what_would_fade(world):
    for age in (1, 6, 30):
        undriven = attention(world, age, 0.0, 4.0)
        assert attention(world, age, 1.0, 4.0) == pytest.approx(1.0)
        assert attention(world, age, 0.5, 4.0) == pytest.approx((1 + undriven) / 2)


def test_targets_set_in_advance_keep_part_of_what_would_fade(world):
    for age in (1, 6, 30):
        faded = 1 - attention(world, age, 0.0, 4.0)
        assert 1 - attention(world, age, 0.0, 4.0, targets=1.0) == pytest.approx(0.6 * faded)
        assert 1 - attention(world, age, 0.0, 4.0, targets=0.5) == pytest.approx(0.8 * faded)
        assert attention(world, age, 1.0, 4.0, targets=1.0) == pytest.approx(1.0)


def follow_through(district, fade, drive, targets=0.0):
    changes = {
        "behaviour.fade": fade,
        "mechanisms.leadership.drive": drive,
        "mechanisms.posts.targets": targets,
        "reach.target_hold": 1.0,
    }
    return simulate(district.replace(CAREERISTS | changes), 3).summary["follow_through"]


def test_directives_start_like_a_tiger_and_end_like_a_snake_unless_driven(district):
    assert follow_through(district, 2.0, 0.0) < 0.6
    assert follow_through(district, 2.0, 1.0) == pytest.approx(1.0, abs=0.1)
    assert follow_through(district, 2.0, 0.0, targets=1.0) == pytest.approx(1.0, abs=0.1)
    assert follow_through(district, 240.0, 0.0) == pytest.approx(1.0, abs=0.1)


def test_a_directive_is_replaced_when_it_has_run_its_life_and_not_before(world):
    seen = []
    for month in range(40):
        run_months(world, month, month + 1)
        seen.append(world.departments[["directive_age", "interest"]].copy())
    for line in np.array(seen).T:
        changed = np.flatnonzero(np.diff(line["interest"])) + 1
        assert np.all(np.diff(changed) == 6)
        assert np.array_equal(np.flatnonzero(line["directive_age"][1:] == 0) + 1, changed)
        assert line["directive_age"].max() == 5


def test_a_directive_that_is_under_way_at_the_start_has_not_aged_in_the_first_month(world):
    ages = world.departments["directive_age"].copy()
    run_months(world, 0, 1)
    assert np.array_equal(world.departments["directive_age"], ages)
    run_months(world, 1, 2)
    assert np.array_equal(world.departments["directive_age"], (ages + 1) % 6)


def test_directives_are_drawn_as_the_scenario_says(district):
    scenario = district.replace(
        {
            "organisation.departments": 3000,
            "organisation.ranks": [1],
            "public.citizens": 1,
            "directives.interest_low": -0.2,
            "directives.interest_high": 0.8,
            "directives.harm.mean": 0.5,
            "directives.harm.sd": 0.1,
        }
    )
    drawn = Plan(scenario).begin(4).departments
    assert stats.kstest(drawn["interest"], "uniform", (-0.2, 1.0)).pvalue > 1e-4
    assert stats.kstest((drawn["harm"] - 0.5) / 0.1, "norm").pvalue > 1e-4
    ages = np.bincount(drawn["directive_age"], minlength=scenario.directives.life)
    assert stats.chisquare(ages).pvalue > 1e-4
