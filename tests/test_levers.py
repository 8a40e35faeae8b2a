"""Levers: their strength over time, what they move, how they add up, where they hold."""

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim import simulate
from sim.declare import leaf_values, leaves, quantity
from sim.world.levers import Lever, Reform, course, groups, schedule
from sim.world.plan import Plan
from sim.world.scenario import Scenario
from sim.world.sections import Mechanisms

SHIPPED = Scenario.load("district")
MECHANISMS = SHIPPED.mechanisms
STATUS_QUO = dict(leaf_values(MECHANISMS))
RANGES = {name: quantity(name, field) for name, field in leaves(Mechanisms)}


def lever(full, **about):
    known = {"burden": 0.0, "cost": 0.0, "ramp": 0, "half_life": 0.0}
    return Lever(title="", zh="", story="", full=full, **(known | about))


def strength(months, intensity=1.0, starts=2, last=12, **about):
    reform = Reform(lever="", intensity=intensity, months=months)
    return course(reform, lever({}, **about), starts, last).tolist()


def moved(*pulls):
    """Settings in the first month under levers without a ramp: targets with intensities."""
    levers = {str(i): lever(full) for i, (full, _) in enumerate(pulls)}
    reforms = tuple(
        Reform(lever=str(i), intensity=intensity) for i, (_, intensity) in enumerate(pulls)
    )
    return schedule(MECHANISMS, (), levers, reforms, np.zeros(1, np.int32), 0, 1)


def test_strength_rises_in_equal_steps_holds_and_lasts_to_the_end():
    assert strength(None, ramp=4) == [0, 0, 0.25, 0.5, 0.75, 1, 1, 1, 1, 1, 1, 1]


def test_strength_is_in_proportion_to_intensity():
    assert strength(None, 0.5, ramp=4, last=7) == [0, 0, 0.125, 0.25, 0.375, 0.5, 0.5]
    assert strength(None, 0.0, ramp=4, last=7) == [0] * 7


def test_a_lever_without_a_ramp_is_whole_at_once():
    assert strength(None, ramp=0, last=5) == [0, 0, 1, 1, 1]
    assert strength(None, ramp=1, last=5) == [0, 0, 1, 1, 1]


def test_what_is_left_after_the_end_halves_every_half_life():
    whole = [0, 1, 1, 0.5, 0.25, 0.125, 0.0625]
    assert strength((1, 3), ramp=0, half_life=1.0, last=7) == whole
    slow = strength((1, 3), ramp=0, half_life=2.0, last=7)
    assert slow == pytest.approx([0, 1, 1, 0.5**0.5, 0.5, 0.5**1.5, 0.25], rel=1e-15)


def test_a_reform_that_ends_while_it_rises_decays_from_where_it_was():
    assert strength((2, 4), ramp=4, half_life=1.0, last=7) == [0, 0, 0.25, 0.5, 0.25, 0.125, 0.0625]


def test_a_lever_without_a_half_life_is_gone_at_once():
    assert strength((1, 3), ramp=2, half_life=0.0, last=6) == [0, 0.5, 1, 0, 0, 0]


def test_a_reform_may_end_after_the_run():
    assert strength((1, 99), ramp=2, half_life=1.0, last=5) == [0, 0.5, 1, 1, 1]


def test_full_strength_reaches_the_target_and_half_strength_goes_half_way():
    assert moved(({"posts": {"clarity": 1.0}}, 1.0))["clarity"] == 1.0
    half = moved(({"posts": {"clarity": 1.0}}, 0.5))["clarity"][0, 0]
    assert half == pytest.approx((STATUS_QUO["clarity"] + 1.0) / 2)


def test_nothing_else_moves():
    after = moved(({"posts": {"clarity": 1.0}}, 1.0))
    still = [name for name in STATUS_QUO if after[name][0, 0] == STATUS_QUO[name]]
    assert set(STATUS_QUO) - set(still) == {"clarity"}


def test_times_moves_a_single_setting():
    after = moved(({"supervision": {"coverage": {"audit": {"times": 3.0}}}}, 1.0))
    assert after["audit"][0, 0] == pytest.approx(3 * STATUS_QUO["audit"])
    assert after["party"][0, 0] == STATUS_QUO["party"]


def test_times_moves_every_setting_of_a_section():
    after = moved(({"supervision": {"coverage": {"times": 3.0}}}, 0.5))
    for name, value in leaf_values(MECHANISMS.supervision.coverage):
        assert after[name][0, 0] == pytest.approx(min(1.0, 2 * value)), name
    assert after["openness"][0, 0] == STATUS_QUO["openness"]


def test_several_levers_on_one_setting_add_up():
    up = {"accountability": {"tolerance": STATUS_QUO["tolerance"] + 0.2}}
    more = {"accountability": {"tolerance": STATUS_QUO["tolerance"] + 0.3}}
    down = {"accountability": {"tolerance": STATUS_QUO["tolerance"] - 0.1}}
    after = moved((up, 1.0), (more, 0.5), (down, 1.0))["tolerance"][0, 0]
    assert after == pytest.approx(STATUS_QUO["tolerance"] + 0.2 + 0.15 - 0.1)


def test_several_levers_stop_at_the_end_of_the_range():
    up = {"posts": {"clarity": 0.9}}
    down = {"posts": {"overlap": 0.0}}
    after = moved((up, 1.0), (up, 1.0), (down, 1.0), (down, 1.0))
    assert after["clarity"] == 1.0
    assert after["overlap"] == 0.0


def test_a_detour_over_the_range_leaves_no_trace():
    """Shifts add up first and are held inside the range once."""
    up, down = STATUS_QUO["clarity"] + 0.4, STATUS_QUO["clarity"] - 0.4
    pulls = [({"posts": {"clarity": up}}, 1.0)] * 2 + [({"posts": {"clarity": down}}, 1.0)] * 2
    assert moved(*pulls)["clarity"][0, 0] == pytest.approx(STATUS_QUO["clarity"])


def test_the_order_of_levers_never_matters():
    """Bit for bit, as results are."""
    targets = [STATUS_QUO["tolerance"] + shift for shift in (0.1, 0.2, 0.3)]
    pulls = [
        Reform(lever=str(i), intensity=intensity) for i, intensity in enumerate((1.0, 0.7, 0.1))
    ]
    levers = {
        str(i): lever({"accountability": {"tolerance": target}}, burden=0.1 * i, cost=0.7 * i)
        for i, target in enumerate(targets)
    }
    where = np.zeros(1, dtype=np.int32)
    first, *others = (
        schedule(MECHANISMS, (), levers, order, where, 0, 3) for order in permutations(pulls)
    )
    for other in others:
        assert (other == first).all()


@pytest.mark.slow
@given(
    st.dictionaries(st.sampled_from(sorted(SHIPPED.levers)), st.floats(0, 1)),
    st.floats(0, 8),
    st.integers(0, 9),
)
def test_no_setting_ever_leaves_its_range(pulled, times, starts):
    levers = SHIPPED.levers | {"times": lever({"appraisal": {"times": times}}, ramp=3)}
    reforms = tuple(Reform(lever=name, intensity=value) for name, value in pulled.items())
    reforms += (Reform(lever="times", intensity=1.0),) * 3
    after = schedule(MECHANISMS, (), levers, reforms, np.zeros(1, np.int32), starts, 10)
    for name, one in RANGES.items():
        assert after[name].min() >= one.low
        assert after[name].max() <= one.high
    assert 0 <= after["lever_burden"].min() <= after["lever_burden"].max() <= 1


def test_departments_under_the_same_reforms_share_a_group():
    one = Reform(lever="", intensity=1.0, departments=(1, 4))
    two = Reform(lever="", intensity=1.0, departments=(4, 5))
    everywhere = Reform(lever="", intensity=1.0)
    first, second, third, fourth, fifth = groups((), (one, two, everywhere), 5)
    assert second == third
    assert len({first, second, fourth, fifth}) == 4


def test_a_reform_of_some_departments_moves_their_settings_alone(small):
    reform = {"lever": "culture", "intensity": 1.0, "departments": [2]}
    plan = Plan(small.replace({"reform": [reform], "levers.culture.ramp": 1}))
    untouched, reformed = plan.groups
    starts = small.clock.reform_starts
    culture = plan.mechanisms["culture"]
    assert (culture[:, untouched] == STATUS_QUO["culture"]).all()
    assert (culture[:starts, reformed] == STATUS_QUO["culture"]).all()
    assert culture[starts:, reformed] == pytest.approx(0.7)


def test_a_lever_moves_departments_that_differ_from_where_they_stand(small):
    """Half way to the target is half way from each department's own status quo."""
    variant = {"departments": [2], "mechanisms": {"culture": {"culture": 0.5}}}
    own = {"variant": [variant], "levers.culture.ramp": 1}
    plan = Plan(small.replace(own, {"culture": 0.5}))
    first, second = plan.mechanisms["culture"][-1, plan.groups]
    assert first == pytest.approx((STATUS_QUO["culture"] + 0.7) / 2)
    assert second == pytest.approx((0.5 + 0.7) / 2)


def test_burden_and_cost_follow_the_strength_of_a_lever():
    heavy = lever({}, burden=0.2, cost=3.0, ramp=2)
    half = (Reform(lever="", intensity=0.5),)
    after = schedule(MECHANISMS, (), {"": heavy}, half, np.zeros(1, np.int32), 1, 4)
    assert after["lever_burden"][:, 0] == pytest.approx([0, 0.05, 0.1, 0.1])
    assert after["lever_cost"][:, 0] == pytest.approx([0, 0.75, 1.5, 1.5])


def assert_same_run(scenario, other):
    run, again = simulate(scenario, 3), simulate(other, 3)
    for kind in ("officers", "citizens"):
        assert getattr(run.world, kind).tobytes() == getattr(again.world, kind).tobytes()
    assert run.series.equals(again.series)
    assert run.summary.equals(again.summary)


@pytest.mark.parametrize("name", sorted(SHIPPED.levers))
def test_a_lever_at_intensity_zero_leaves_a_run_bit_for_bit(name, small):
    assert_same_run(small, small.replace(levers={name: 0.0}))


@pytest.mark.parametrize("departments", [[1], [2]])
def test_intensity_zero_in_some_departments_leaves_a_run_bit_for_bit(departments, small):
    reform = {"lever": "culture", "intensity": 0.0, "departments": departments}
    assert_same_run(small, small.replace({"reform": [reform]}))


@pytest.mark.parametrize("name", sorted(SHIPPED.levers))
def test_every_shipped_lever_changes_a_run(name, small):
    without, with_it = simulate(small, 3), simulate(small.replace(levers={name: 1.0}), 3)
    assert not without.summary.equals(with_it.summary)


def test_a_run_is_the_same_until_the_reform_starts(small):
    starts = small.clock.reform_starts
    without = simulate(small, 3).series
    with_all = simulate(small.replace(levers=dict.fromkeys(small.levers, 1.0)), 3).series
    assert without[:starts].equals(with_all[:starts])
    assert not without[starts:].equals(with_all[starts:])
