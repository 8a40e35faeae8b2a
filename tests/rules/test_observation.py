import numpy as np
import pytest

from sim import simulate
from sim.kinds import CONDUCTS, OUTSIDE, PROFILES
from sim.machine.loop import run_months
from sim.machine.rows import Rows
from sim.mechanisms import conduct, directives, third_state
from sim.monthly_sums import observe
from sim.phases import take_stock_of_trust
from sim.world.plan import Plan
from sim.world.state import LAYER, PART_LAYER, PART_TALLY, TALLY

SMALL = {
    "organisation.departments": 3,
    "organisation.ranks": [1, 2, 6],
    "clock.months": 5,
    "behaviour.incident": 0.9,
    "mechanisms.accountability.tracing": 1.0,
    "mechanisms.supervision.openness": 0.0,
}


@pytest.fixture
def world(district):
    world = Plan(district.replace(SMALL | {"behaviour.precision": 1.0})).begin(1)
    run_months(world, 0, 4)
    return world


def test_observation_changes_nothing_but_the_sums(world):
    before = {
        name: getattr(world, name).tobytes() for name in ("officers", "departments", "citizens")
    }
    sums = {
        name: getattr(world, name).copy()
        for name in ("part_tallies", "part_layers", "part_profiles")
    }
    for d in range(3):
        observe(world, d, 4)
    for name, state in before.items():
        assert getattr(world, name).tobytes() == state
    for name, table in sums.items():
        assert not table.numbers().any()
        assert getattr(world, name).tobytes() != table.tobytes()


def test_what_is_observed_is_the_sum_of_the_records(world):
    tally = world.tallies[3, 0]
    for name in ("substance", "show", "delivered", "capability", "responsibility", "inertia"):
        assert tally[name] == pytest.approx(world.officers[name].sum())
    for name in ("connection", "merit_belief", "perceived_risk"):
        assert tally[name] == pytest.approx(world.officers[name].sum())
    for k, name in enumerate(CONDUCTS):
        assert tally[name] == np.count_nonzero(world.officers["conduct"] == k)
    profiles = [tally[name] for name in PROFILES]
    assert sum(profiles) == len(world.officers)
    for name in ("burden", "norm", "validity"):
        assert tally[name] == pytest.approx(9 * world.departments[name].sum())
    heads = world.officers["report"][world.officers["rank"] == 0]
    assert tally["reported"] == pytest.approx(6 * heads.sum())


def test_trust_is_observed_and_becomes_credibility(world):
    assert world.tallies[3, 0]["trust"] == pytest.approx(world.citizens["trust"].sum())
    world.citizens["silent"][:] = np.arange(len(world.citizens)) % 2
    for d in range(3):
        take_stock_of_trust(world, d, 4)
    trust = world.citizens["trust"].reshape(3, -1)
    assert world.departments["credibility"] == pytest.approx(trust.mean(axis=1))
    speaking = np.where(world.citizens["silent"].reshape(3, -1), 0.0, trust)
    assert world.departments["willing"] == pytest.approx(speaking.mean(axis=1))
    assert world.part_tallies[0, 0]["silent"] == len(world.citizens) // 2


SOUND = dict.fromkeys(("responsibility", "ambition", "capability", "inertia", "connection"), 0.5)
THIRD_STATE = {
    "unprincipled": {"responsibility": 0.1, "ambition": 0.1, "connection": 0.9},
    "driftless": {"ambition": 0.1, "capability": 0.1},
    "unable": {"capability": 0.1, "inertia": 0.9},
    "exhausted": {"inertia": 0.9, "connection": 0.9},
    "fixer": {"connection": 0.9},
    "sound": {},
}


@pytest.mark.parametrize("profile", THIRD_STATE)
def test_an_officer_has_the_first_profile_of_the_third_state_that_fits(district, profile):
    marks = {f"profiles.{name}_below": 0.3 for name in ("unprincipled", "driftless", "unable")}
    marks |= {f"profiles.{name}_above": 0.7 for name in ("exhausted", "fixer")}
    world = Plan(district.replace(marks)).begin(1)
    officer = world.officers[0]
    for name, value in (SOUND | THIRD_STATE[profile]).items():
        officer[name] = value
    officer.profile = third_state.profile_of(officer, world.settings[0])
    assert officer.profile == PROFILES.index(profile)
    for kind in (PART_TALLY, PART_LAYER):
        sums = kind.zeros(1)[0]
        third_state.observe_profile(officer, sums)
        assert sums.profiles.tolist() == [float(name == profile) for name in PROFILES]


@pytest.mark.parametrize("done", CONDUCTS)
def test_an_officer_counts_under_this_months_conduct(world, done):
    world.officers[0].conduct = CONDUCTS.index(done)
    for kind in (PART_TALLY, PART_LAYER):
        sums = kind.zeros(1)[0]
        conduct.observe_conduct(world.officers[0], sums)
        assert sums.conducts.tolist() == [float(name == done) for name in CONDUCTS]


@pytest.mark.parametrize(("by_part", "by_month"), [(PART_TALLY, TALLY), (PART_LAYER, LAYER)])
def test_sums_of_a_part_stand_in_the_same_order_as_those_of_a_month(by_part, by_month):
    one = np.arange(by_month.dtype.itemsize / 8)
    part, month = (Rows.of(kind, one.view(kind.dtype))[0] for kind in (by_part, by_month))
    for name in set(by_part.names) & set(by_month.names):
        assert part[name] == month[name], name
    assert part["conducts"].tolist() == [month[name] for name in CONDUCTS]
    assert part["profiles"].tolist() == [month[name] for name in PROFILES]


def test_layers_add_up_to_the_whole(world):
    layers, officers = world.layers[3], world.officers
    for rank in range(3):
        here = {name: officers[name][officers["rank"] == rank] for name in officers.names}
        layer = layers[0, rank]
        assert layer["officers"] == len(here["rank"])
        for name in ("substance", "show", "report"):
            assert layer[name] == pytest.approx(here[name].sum())
        content = here["delivered" if rank == 2 else "content"]
        assert layer["content"] == pytest.approx(content.sum())
        assert layer["sanctions"] == here["sanctioned"].sum()
        assert layer["unjust_sanctions"] == here["wronged"].sum()
        engaged = world.conducts["engagement"][here["conduct"]]
        assert layer["engaged"] == pytest.approx(engaged.sum())
    assert officers["sanctioned"].any()
    for name in ("officers", "substance", "show", "sanctions", "unjust_sanctions"):
        assert layers[name].sum() == pytest.approx(world.tallies[name][3].sum())


MIXED = {
    "behaviour.precision": 1.0,
    "careers.resignation": 0.1,
    "careers.transfer": 0.3,
    "careers.time_in_rank": 0,
    "mechanisms.accountability.moving": 0.5,
    "mechanisms.accountability.demotion": 0.5,
    "grading.failing_below": 0.35,
    "grading.dismissal_years": 3,
    "behaviour.drift": 0.3,
    "behaviour.inertia_growth": 0.05,
    "organisation.departments": 20,
    "clock.months": 40,
}


def test_layers_and_profiles_each_add_up_to_the_tally_in_every_month(district):
    world = simulate(district.replace(SMALL | MIXED), 1).world
    tallies = {name: world.tallies[name][:, 0] for name in world.tallies.names}
    layers, profiles = world.layers, world.profiles
    shared = ("officers", "substance", "show", "sanctions", "unjust_sanctions")
    for name in (*shared, *CONDUCTS, *PROFILES):
        assert layers[name].sum(axis=(1, 2)) == pytest.approx(tallies[name]), name
    for name in shared:
        assert profiles[name].sum(axis=1) == pytest.approx(tallies[name]), name
    assert profiles["engaged"].sum(axis=1) == pytest.approx(layers["engaged"].sum(axis=(1, 2)))
    for p, name in enumerate(PROFILES):
        assert np.array_equal(profiles["officers"][:, p], tallies[name])
        assert tallies[name].any()


def test_an_officer_moves_between_profiles_and_out_once_a_year(world):
    officer, moves = world.officers[0], np.zeros((7, 7))
    for before, now, vacant in ((2, 4, 0), (4, 4, 0), (4, 1, 1), (OUTSIDE, 0, 0), (OUTSIDE, 3, 1)):
        officer.profile_before, officer.profile, officer.vacant = before, now, vacant
        third_state.observe_move(officer, moves)
        assert moves[before, OUTSIDE if vacant else now] == 1
        assert officer.profile_before == now
    assert moves.sum() == 5


def test_yearly_moves_count_everybody_once_newcomers_and_leavers_apart(district):
    world = simulate(district.replace(SMALL | MIXED), 1).world
    moves = world.moves
    tallies = {name: world.tallies[name][11:36:12, 0] for name in world.tallies.names}
    assert moves.shape == (3, 7, 7)
    assert moves.sum(axis=(1, 2)).tolist() == [len(world.officers)] * 3
    come = tallies["recruits"] + tallies["arrivals"]
    assert moves[:, OUTSIDE].sum(axis=1).tolist() == [0, *come[:2]]
    left = sum(tallies[name] for name in ("dismissals", "retirements", "resignations", "transfers"))
    assert np.array_equal(moves[:, :, OUTSIDE].sum(axis=1), left)
    assert np.all(left > 10)
    # Who stayed starts the next year where this one ended.
    stayed = moves[:, :, :OUTSIDE].sum(axis=1)
    assert np.array_equal(moves[1:, :OUTSIDE].sum(axis=2), stayed[:2])


def test_moves_follow_the_person_whatever_post_it_holds(district):
    # Ambition never changes; drawn without clipping, it tells who is who.
    unique = {"traits.ambition": {"mean": 0.5, "sd": 0.05}}
    world = Plan(district.replace(SMALL | MIXED | unique)).begin(1)
    run_months(world, 0, 11)
    known = set(world.officers["ambition"])
    run_months(world, 11, 12)
    first = {o["ambition"]: o["profile_before"] for o in world.officers}
    run_months(world, 12, 24)
    second = {o["ambition"]: o["profile_before"] for o in world.officers}
    moves = np.zeros((7, 7))
    for person, profile in first.items():
        before = profile if person in known else OUTSIDE
        moves[before, second.get(person, OUTSIDE)] += 1
    assert len(first) == len(world.officers)
    assert np.array_equal(world.moves[1], moves)
    assert moves[OUTSIDE].any()
    assert world.tallies["moved"].sum() > 0 < world.tallies["demotions"].sum()


def test_the_first_year_starts_from_the_profiles_of_the_first_month(district):
    world = Plan(district.replace(SMALL | MIXED)).begin(1)
    start = [third_state.profile_of(officer, world.settings[0]) for officer in world.officers]
    run_months(world, 0, 12)
    assert np.array_equal(world.moves[0].sum(axis=1), np.bincount(start, minlength=7))


@pytest.mark.parametrize(
    ("life", "early", "late"), [(9, 3, 3), (3, 1, 1), (10, 4, 4), (1, 1, 0), (2, 1, 1)]
)
def test_follow_through_compares_the_ends_of_a_directives_life(world, life, early, late):
    department, settings = world.departments[0], world.settings[0]
    settings.life = life
    tally = TALLY.zeros(1)[0]
    for department.directive_age in range(life):
        directives.observe_directive(department.directive_age, department, 2.0, settings, tally)
    assert tally.early_fronts == 6 * early
    assert tally.late_fronts == 6 * late
    assert (tally.early, tally.late) == (2 * early, 2 * late)


def test_levers_cost_what_they_say(district):
    lever = "capability"
    burden, cost = district.levers[lever].burden, district.levers[lever].cost
    changes = SMALL | {"clock.reform_starts": 0, f"levers.{lever}.ramp": 1}
    dear = district.replace(changes | {f"levers.{lever}.cost": cost + 1.0}, {lever: 0.5})
    cheap = district.replace(changes, {lever: 0.5})
    assert simulate(dear, 1).summary["cost"] - simulate(cheap, 1).summary["cost"] == pytest.approx(
        0.5
    )
    busy = district.replace(changes | {f"levers.{lever}.burden": burden + 0.1}, {lever: 0.5})
    assert simulate(busy, 1).summary["burden"] == pytest.approx(
        simulate(cheap, 1).summary["burden"] + 0.05
    )
