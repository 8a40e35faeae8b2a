import numpy as np
import pytest

from sim.rules import sanctions
from sim.world import Plan


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
    assert (officer.sanctions, department.sanctions) == (2, 2)
    assert officer.gravity == pytest.approx(0.8)
    assert officer.responsibility == 0.5


def test_an_unjust_sanction_also_costs_responsibility(world):
    officer = world.officers[0]
    sanctions.sanction_unjustly(officer, world.departments[0], world.settings[0], 0.4)
    assert officer.responsibility == pytest.approx(0.4)
    assert officer.perceived_risk == pytest.approx(0.3)
    assert officer.sanctions == 1


@pytest.mark.parametrize(
    ("shield", "connection", "expected"), [(0.0, 1.0, 0), (0.5, 0.4, 0.2), (1.0, 1.0, 1)]
)
def test_connections_shield_in_proportion(world, shield, connection, expected):
    officer, settings = world.officers[0], world.settings[0]
    officer.connection, settings.shield = connection, shield
    kept = [sanctions.shielded(officer, settings, u) for u in (np.arange(500) + 0.5) / 500]
    assert np.mean(kept) == pytest.approx(expected)


def test_publication_counts_cases_and_those_that_ended_in_sanction(world):
    department = world.departments[0]
    for stands in (True, False, True):
        sanctions.publish(department, stands)
    assert (department.published, department.published_sanctions) == (3, 2)
