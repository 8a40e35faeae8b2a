import numpy as np
import pytest

from sim.mechanisms import sanctions
from sim.world.plan import Plan


@pytest.fixture
def world(district):
    world = Plan(district.replace({"behaviour.own": 0.3, "behaviour.injustice": 0.2})).begin(1)
    world.officers["responsibility"] = 0.5
    return world


def test_a_sanction_shows_the_sanctioned_that_the_risk_is_real(world):
    officer, department, settings = world.officers[0], world.departments[0], world.settings[0]
    sanctions.sanction(officer, department, settings, 0.4)
    assert officer.perceived_risk == pytest.approx(0.3)
    sanctions.sanction(officer, department, settings, 0.4)
    assert officer.perceived_risk == pytest.approx(1 - 0.7**2)
    assert (officer.sanctions, officer.sanctioned, department.sanctions) == (2, 2, 2)
    assert officer.wronged == 0
    assert officer.gravity == pytest.approx(0.8)
    assert officer.responsibility == 0.5


def test_an_unjust_sanction_also_costs_responsibility(world):
    officer = world.officers[0]
    sanctions.sanction_unjustly(officer, world.departments[0], world.settings[0], 0.4)
    assert officer.responsibility == pytest.approx(0.4)
    assert officer.perceived_risk == pytest.approx(0.3)
    assert (officer.sanctions, officer.wronged) == (1, 1)


@pytest.mark.parametrize(
    ("shield", "connection", "expected"), [(0.0, 1.0, 0), (0.5, 0.4, 0.2), (1.0, 1.0, 1)]
)
def test_connections_shield_in_proportion(world, shield, connection, expected):
    officer, settings = world.officers[0], world.settings[0]
    officer.connection, settings.shield = connection, shield
    kept = [sanctions.shielded(officer, settings, u) for u in (np.arange(500) + 0.5) / 500]
    assert np.mean(kept) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("proportion", "light", "heavy"), [(0.0, 0.4, 0.4), (0.5, 0.25, 0.65), (1.0, 0.1, 0.9)]
)
def test_sanctions_are_light_for_light_and_heavy_for_heavy_or_all_alike(
    world, proportion, light, heavy
):
    mechanisms, settings = world.mechanisms[0, 0], world.settings[0]
    settings.even_gravity, mechanisms.proportion, mechanisms.severity = 0.4, proportion, 2.0
    gravity = [sanctions.proportionate(harm, mechanisms, settings) for harm in (0.1, 0.9)]
    assert gravity == pytest.approx([2 * light, 2 * heavy])


@pytest.mark.parametrize("harm", [0.1, 0.4, 0.9])
@pytest.mark.parametrize(
    ("proportion", "arbitration", "evened"), [(0.0, 0.3, 0.3), (0.5, 0.4, 0.7), (0.2, 1.0, 1.0)]
)
def test_arbitration_brings_gravity_nearer_to_harm(world, harm, proportion, arbitration, evened):
    mechanisms, settings = world.mechanisms[0, 0], world.settings[0]
    settings.even_gravity, mechanisms.severity = 0.4, 2.0
    mechanisms.proportion, mechanisms.arbitration = proportion, arbitration
    gravity = sanctions.proportionate(harm, mechanisms, settings)
    assert gravity == pytest.approx(2.0 * (0.4 + evened * (harm - 0.4)))


def test_where_all_are_sanctioned_alike_harm_leaves_no_trace(world):
    mechanisms, settings = world.mechanisms[0, 0], world.settings[0]
    mechanisms.proportion = mechanisms.arbitration = 0.0
    gravity = {sanctions.proportionate(harm, mechanisms, settings) for harm in (0.1, 0.5, 0.9)}
    assert gravity == {mechanisms.severity * settings.even_gravity}


def test_publication_counts_cases_and_those_that_ended_in_sanction(world):
    department = world.departments[0]
    for stands in (True, False, True):
        sanctions.publish(department, stands)
    assert (department.published, department.published_sanctions) == (3, 2)
