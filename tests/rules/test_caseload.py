"""Caseload: what each citizen gets where more come than can be served, and who waits."""

import hashlib

import numpy as np
import pytest

from sim import simulate
from sim.machine.loop import run_months
from sim.mechanisms import caseload
from sim.theory.mean_field import MeanField
from sim.world.plan import Plan

SMALL = {
    "organisation.departments": 3,
    "organisation.ranks": [1, 2, 8],
    "public.citizens": 12,
    "clock.months": 30,
}
# Ten officers at the counter; nobody is protected or can complain.
COUNTER = {
    "organisation.departments": 1,
    "organisation.ranks": [1, 10],
    "mechanisms.supervision.protection": 0.0,
    "mechanisms.supervision.openness": 0.0,
}


def shared(district, citizens, case_time, creaming=0.0, protection=0.0, voiced=0.5, heard=0.0):
    """A department that has shared its time out: part served, with voice, without voice."""
    settings = {
        "public.citizens": citizens,
        "behaviour.case_time": case_time,
        "behaviour.creaming": creaming,
        "mechanisms.supervision.protection": protection,
    }
    world = Plan(district.replace(COUNTER | settings)).begin(1)
    department = world.departments[0]
    department.voiced, department.heard = voiced, heard
    caseload.share_out(department, world.mechanisms[0, 0], world.settings[0])
    part = department.served
    return np.array([part, part * department.with_voice, part * department.without_voice])


def test_at_a_light_load_nobody_gets_less_however_citizens_are_ranked(district):
    """Rationing begins where demand exceeds the time there is (Lipsky 1980)."""
    for citizens in (1, 10, 20):
        assert shared(district, citizens, 0.5, creaming=1.0) == pytest.approx([1.0, 1.0, 1.0])
    assert shared(district, 10_000, 0.0, creaming=1.0) == pytest.approx([1.0, 1.0, 1.0])


def test_twice_the_citizens_of_a_full_counter_get_half_each(district):
    """The work stays what it is; only its division changes."""
    assert shared(district, 40, 0.5) == pytest.approx([0.5, 0.5, 0.5])
    assert shared(district, 80, 0.5) == pytest.approx([0.25, 0.25, 0.25])


@pytest.mark.parametrize("creaming", [0.0, 0.4, 1.0])
@pytest.mark.parametrize("voiced", [0.0, 0.2, 0.6, 1.0])
@pytest.mark.parametrize("citizens", [25, 40, 100])
def test_citizens_with_voice_come_first_and_the_time_of_the_counter_is_kept(
    district, citizens, voiced, creaming
):
    """Creaming (Tummers et al. 2015) takes from those without voice what it gives the others."""
    mean, first, others = shared(district, citizens, 0.5, creaming, voiced=voiced)
    assert voiced * first + (1.0 - voiced) * others == pytest.approx(mean)
    assert first <= 1.0 + 1e-12
    if 0.0 < voiced < 1.0 and creaming > 0.0:
        assert others < mean < first
    else:
        assert others == pytest.approx(mean)
        assert first == pytest.approx(mean)
    if creaming == 1.0 and 0.0 < voiced < 1.0:
        assert first == pytest.approx(min(1.0, mean / voiced))


def test_a_rising_load_is_hardest_on_citizens_without_voice(district):
    """With voice one loses nothing until all time goes to those with voice."""
    rising = [shared(district, citizens, 0.5, creaming=1.0) for citizens in (20, 30, 40)]
    assert [one[1] for one in rising] == pytest.approx([1.0, 1.0, 1.0])
    assert [one[2] for one in rising] == pytest.approx([1.0, 1 / 3, 0.0])


def test_protecting_complainants_without_voice_ends_the_preference(district):
    """Whom officers need not fear they let wait; protection gives everybody a voice to fear."""
    gaps = []
    for protection in (0.0, 0.5, 1.0):
        _, first, others = shared(district, 40, 0.5, creaming=1.0, protection=protection)
        gaps.append(first - others)
    assert gaps == pytest.approx([1.0, 0.5, 0.0])


def test_complaints_take_counter_time_from_the_others(district):
    """Ten complaints at a counter of forty citizens are ten cases more: a fifth less for each."""
    before = shared(district, 40, 0.5)[0]
    assert shared(district, 40, 0.5, heard=10.0)[0] == pytest.approx(before * 40 / 50)
    # And none of it where there is time left.
    assert shared(district, 10, 0.5, heard=10.0)[0] == 1.0


def test_overload_lowers_what_arrives_and_not_the_work_that_is_done(district):
    """In the first month nobody has reacted yet: the same work reaches each by half."""
    found = []
    for case_time in (0.0, 0.6):
        world = Plan(district.replace({"behaviour.case_time": case_time})).begin(1)
        world.departments["heard"][:] = 0.0
        run_months(world, 0, 1)
        officers = world.officers
        found.append((officers["substance"].sum(), officers["delivered"].sum()))
    # 40 citizens at 24 counters: 1 month at .6, so that nothing is lost.
    assert found[0] == found[1]
    world = Plan(district.replace({"behaviour.case_time": 1.2})).begin(1)
    run_months(world, 0, 1)
    assert world.officers["substance"].sum() == found[0][0]
    assert world.officers["delivered"].sum() == pytest.approx(found[0][1] / 2)


def test_more_citizens_for_each_officer_lower_execution_and_open_a_gap_by_voice(district):
    """Whole runs: service and trust fall with the load, most for those without voice."""
    on = {"organisation.departments": 6, "behaviour.creaming": 0.8, "behaviour.case_time": 0.6}

    def found(citizens, **more):
        scenario = district.replace(on | {"public.citizens": citizens} | more)
        return simulate(scenario, 1).summary

    light, heavy = found(36), found(60)
    assert heavy["caseload"] > 1.5 * light["caseload"]
    assert heavy["execution_rate"] < 0.75 * light["execution_rate"]
    assert heavy["credibility"] < light["credibility"] - 0.1
    assert abs(light["service_gap"]) < 0.03
    assert heavy["service_gap"] > 0.1
    plain = found(60, **{"behaviour.creaming": 0.0})
    assert abs(plain["service_gap"]) < 0.05


def test_the_mean_field_serves_by_the_same_rule(district):
    """A counter at twice its load delivers half, in the map as in a run."""
    one = district.replace({"organisation.departments": 1, "mechanisms.supervision.openness": 0.0})
    light, heavy = (MeanField(one.replace({"behaviour.case_time": time})) for time in (0.6, 1.2))
    state = light.state(0.6, 0.6)
    assert heavy.delivery(state) == pytest.approx(light.delivery(state) / 2)
    ranked = MeanField(one.replace({"behaviour.case_time": 1.2, "behaviour.creaming": 1.0}))
    assert ranked.delivery(state) == pytest.approx(heavy.delivery(state))


def people(district, settings):
    world = simulate(district.replace(SMALL | settings), 6).world
    return hashlib.sha256(world.officers.tobytes() + world.citizens.tobytes()).hexdigest()


def test_without_a_time_for_cases_caseload_leaves_no_trace(district):
    plain = people(district, {})
    assert people(district, {"behaviour.case_time": 0.0, "behaviour.creaming": 1.0}) == plain
    assert people(district, {"behaviour.case_time": 0.1, "behaviour.creaming": 1.0}) == plain
    overloaded = people(district, {"behaviour.case_time": 1.0})
    assert overloaded != plain
    ranked = people(district, {"behaviour.case_time": 1.0, "behaviour.creaming": 1.0})
    assert ranked not in (plain, overloaded)
