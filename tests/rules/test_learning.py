import numpy as np
import pytest

from sim import simulate
from sim.declare import quantities
from sim.kinds import CONDUCTS
from sim.machine.loop import run_months
from sim.mechanisms import culture, deterrence, learning, training
from sim.world.plan import Plan
from sim.world.sections import Mechanisms

OFF = {f"mechanisms.{one.key}": 0.0 for one in quantities(Mechanisms)} | {
    "mechanisms.appraisal.weights.superior": 1.0
}


@pytest.fixture
def world(district):
    return Plan(district.replace(OFF)).begin(1)


def person(world, **changes):
    for name, value in changes.items():
        world.officers[0][name] = value
    return world.officers[0]


def test_risk_is_forgotten_month_by_month(world):
    officer, settings = person(world, perceived_risk=0.8), world.settings[0]
    settings.forget = 0.1
    for _ in range(12):
        deterrence.perceive_risk(officer, 0.0, world.departments[0], settings)
    assert officer.perceived_risk == pytest.approx(0.8 * 0.9**12)


def test_risk_rises_with_colleagues_sanctioned_and_stops_at_one(world):
    officer, settings = person(world, perceived_risk=0.2), world.settings[0]
    settings.forget, settings.peer = 0.0, 0.4
    deterrence.perceive_risk(officer, 0.5, world.departments[0], settings)
    assert officer.perceived_risk == pytest.approx(0.4)
    settings.peer = 10.0
    deterrence.perceive_risk(officer, 1.0, world.departments[0], settings)
    assert officer.perceived_risk == 1.0


@pytest.mark.parametrize("peer", [0.0, 0.5])
def test_a_department_learns_from_the_sanctions_of_some(district, peer):
    scenario = district.replace(
        OFF
        | {
            "behaviour.peer": peer,
            "behaviour.own": 0.0,
            "behaviour.incident": 0.5,
            "mechanisms.accountability.tracing": 1.0,
            "clock.months": 11,
        }
    )
    world = simulate(scenario, 1).world
    assert 0 < np.count_nonzero(world.officers["sanctions"]) < len(world.officers)
    untouched = world.officers["perceived_risk"][world.officers["sanctions"] == 0]
    assert np.any(untouched > 0.0) if peer else not np.any(untouched)


def grown(world, months=2000, **changes):
    """Responsibility after many months in unchanging surroundings."""
    officer = person(world, responsibility=changes.pop("responsibility", 0.5), disposition=0.4)
    department, mechanisms, settings = (
        world.departments[0],
        world.mechanisms[0, 0],
        world.settings[0],
    )
    department.norm, department.credibility = (
        changes.pop("norm", 0.6),
        changes.pop("credibility", 0.6),
    )
    mechanisms.culture = changes.pop("culture", 0.0)
    settings.drift, settings.plasticity, settings.respect = 0.05, 0.5, 0.5
    settings.culture_lift = 0.02
    for name, value in changes.items():
        settings[name] = value
    for _ in range(months):
        learning.grow_responsible(officer, department, mechanisms, settings)
    return officer.responsibility


def test_responsibility_rests_between_disposition_and_surroundings(world):
    assert grown(world) == pytest.approx(0.4 + 0.5 * (0.6 - 0.4))
    assert grown(world, plasticity=0.0) == pytest.approx(0.4)
    assert grown(world, plasticity=1.0) == pytest.approx(0.6)


def test_responsibility_covers_part_of_the_way_each_month(world):
    assert grown(world, months=10, responsibility=0.9) == pytest.approx(0.5 + 0.4 * 0.95**10)
    assert grown(world, months=10, responsibility=0.9, drift=0.0) == 0.9


@pytest.mark.slow
def test_norms_and_the_respect_of_citizens_shape_responsibility_by_their_weights(world):
    base = grown(world, respect=0.25)
    assert grown(world, respect=0.25, norm=1.0) - base == pytest.approx(0.5 * 0.75 * 0.4)
    assert grown(world, respect=0.25, credibility=1.0) - base == pytest.approx(0.5 * 0.25 * 0.4)
    assert grown(world, respect=0.0, credibility=1.0) == pytest.approx(grown(world, respect=0.0))


def test_culture_lifts_responsibility(world):
    # Where drift·(target − r) + lift·(1 − r) = 0.
    expected = (0.05 * 0.5 + 0.02) / (0.05 + 0.02)
    assert grown(world, culture=1.0) == pytest.approx(expected)
    assert grown(world, culture=1.0, culture_lift=0.0) == pytest.approx(grown(world))


@pytest.mark.parametrize("speed", [0.0, 0.1, 1.0])
def test_the_norm_follows_conduct(district, speed):
    scenario = district.replace(
        OFF
        | {
            **{f"conducts.{name}.available": name == "literal" for name in CONDUCTS},
            "conducts.literal.engagement": 0.5,
            "behaviour.norm_speed": speed,
            "start.norm_at_start": 0.9,
            "clock.months": 20,
        }
    )
    norm = simulate(scenario, 1).series["norm"].to_numpy()
    assert norm == pytest.approx(0.5 + 0.4 * (1 - speed) ** np.arange(1, 21))


@pytest.mark.parametrize("spread", [0.0, 0.2])
def test_the_norm_is_pulled_towards_those_around_and_above(world, spread):
    department, mechanisms, settings = (
        world.departments[0],
        world.mechanisms[0, 0],
        world.settings[0],
    )
    department.norm, department.norm_around, department.norm_above = 0.5, 0.9, 0.7
    mechanisms.spread, settings.norm_speed = spread, 0.1
    culture.follow_norm(department, 0.4, mechanisms, settings)
    assert department.norm == pytest.approx(0.5 + 0.1 * (0.4 - 0.5) + spread * (0.8 - 0.5))


@pytest.mark.parametrize("spread", [0.0, 0.1])
def test_norms_of_a_unit_come_together_only_where_they_spread(district, spread):
    alike = OFF | {"mechanisms.culture.spread": spread, "behaviour.norm_speed": 0.0}
    world = Plan(district.replace(alike | {"clock.months": 24})).begin(1)
    world.departments["norm"] = np.linspace(0.2, 0.8, len(world.departments))
    run_months(world, 0, 24)
    # Half of the pull is towards the mean of the unit; nobody is above.
    left = (1 - spread) ** 24 if spread else 1.0
    assert np.ptp(world.departments["norm"]) == pytest.approx(0.6 * left)
    assert world.departments["norm"].mean() == pytest.approx(0.5)


def after_a_month(world, capability=0.4, inertia=0.5, substance=0.0, **changes):
    officer = person(world, capability=capability, inertia=inertia, substance=substance)
    department, mechanisms, settings = (
        world.departments[0],
        world.mechanisms[0, 0],
        world.settings[0],
    )
    mechanisms.courses = changes.pop("courses", 0.0)
    for name in ("practice", "course_gain", "course_relief", "decay", "inertia_growth"):
        settings[name] = changes.pop(name, 0.0)
    settings.course_misfit = 0.0
    courses = training.courses_for(officer, department, mechanisms, settings)
    learning.grow_capable(officer, courses, mechanisms, settings)
    return officer.capability, officer.inertia


def test_real_work_teaches_what_is_missing_and_idleness_nothing(world):
    assert after_a_month(world, substance=0.5, practice=0.1)[0] == pytest.approx(
        0.4 + 0.1 * 0.5 * 0.6
    )
    assert after_a_month(world, substance=0.0, practice=0.1)[0] == 0.4


def test_capability_decays(world):
    assert after_a_month(world, decay=0.1)[0] == pytest.approx(0.36)


def test_courses_teach_what_is_missing(world):
    assert after_a_month(world, courses=0.5, course_gain=0.2)[0] == pytest.approx(0.46)
    assert after_a_month(world, courses=0.0, course_gain=0.2)[0] == 0.4


def test_inertia_grows_in_a_post_and_courses_shake_it(world):
    assert after_a_month(world, inertia_growth=0.1)[1] == pytest.approx(0.55)
    assert after_a_month(world, courses=0.5, course_relief=0.4)[1] == pytest.approx(0.4)


def test_a_month_makes_everybody_a_month_older(district):
    world = Plan(district).begin(1)
    before = world.officers[["age", "time_in_post"]].copy()
    after = simulate(district.replace({"clock.months": 7}), 1).world.officers
    for name in ("age", "time_in_post"):
        assert np.all(after[name] == before[name] + 7)


@pytest.mark.parametrize("course_gain", [0.0, 0.1])
def test_training_a_government_raises_its_capability(district, course_gain):
    settings = OFF | {"behaviour.course_gain": course_gain, "behaviour.practice": 0.0}
    capability = [
        simulate(
            district.replace(
                settings | {"mechanisms.training.courses": courses, "clock.months": 11}
            ),
            1,
        ).world.officers["capability"]
        for courses in (0.0, 0.2)
    ]
    if course_gain:
        assert np.all(capability[1] > capability[0])
    else:
        assert np.array_equal(*capability)


def test_inspectors_in_the_house_are_felt_at_once_and_remembered(world):
    """A crackdown deters while it lasts, and for a while after (Sherman 1990)."""
    officer, department = person(world, perceived_risk=0.1), world.departments[0]
    settings = world.settings[0]
    settings.alert, settings.forget, settings.peer = 0.5, 0.2, 0.0
    department.presence = 0.5
    # Half of the way from .1 to .5.
    assert deterrence.felt_risk(officer, department, settings) == pytest.approx(0.3)
    assert officer.perceived_risk == 0.1
    deterrence.perceive_risk(officer, 0.0, department, settings)
    assert officer.perceived_risk == pytest.approx(0.8 * 0.3)
    department.presence = 0.0
    for month in range(1, 7):
        deterrence.perceive_risk(officer, 0.0, department, settings)
        assert officer.perceived_risk == pytest.approx(0.3 * 0.8 ** (month + 1))


def test_half_of_what_presence_adds_is_kept_where_residual_is_half(world):
    """Presence is no sanction: what it adds is felt in full, and kept in part (Sherman 1990)."""
    officer, department = person(world, perceived_risk=0.1), world.departments[0]
    settings = world.settings[0]
    settings.alert, settings.forget, settings.peer = 0.5, 0.2, 0.0
    department.presence = 0.5
    settings.residual = 0.5
    assert deterrence.felt_risk(officer, department, settings) == pytest.approx(0.3)
    deterrence.perceive_risk(officer, 0.0, department, settings)
    assert officer.perceived_risk == pytest.approx(0.8 * (0.1 + 0.5 * 0.2))
    # Where inspectors would see less than was learned, nothing is added and nothing else is lost.
    department.presence = 0.0
    before = officer.perceived_risk
    deterrence.perceive_risk(officer, 0.0, department, settings)
    assert officer.perceived_risk == pytest.approx(0.8 * before)


def test_risk_is_never_felt_beyond_what_is_seen_or_was_learned(world):
    officer, department = person(world, perceived_risk=0.4), world.departments[0]
    settings = world.settings[0]
    settings.alert, settings.forget, settings.peer = 1.0, 0.0, 0.0
    # Fewer looks than was learned take nothing away at once.
    department.presence = 0.1
    assert deterrence.felt_risk(officer, department, settings) == 0.4
    department.presence = 0.6
    for _ in range(50):
        deterrence.perceive_risk(officer, 0.0, department, settings)
    assert officer.perceived_risk == pytest.approx(0.6)


def test_officers_who_are_not_alert_feel_what_they_learned(world):
    officer, department = person(world, perceived_risk=0.2), world.departments[0]
    world.settings[0].alert = 0.0
    department.presence = 0.9
    assert deterrence.felt_risk(officer, department, world.settings[0]) == pytest.approx(0.2)
