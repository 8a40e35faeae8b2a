"""What must hold of every world in every month: the checks that several test files share."""

import numpy as np
import pytest

from sim.calendar import MONTHS_A_YEAR
from sim.declare import leaves, quantity
from sim.kinds import CONDUCTS, GRADES, OUTSIDE, PROFILES, TOP
from sim.machine.loop import run_months
from sim.world.plan import Plan
from sim.world.state import (
    CitizenRecord,
    DepartmentRecord,
    LayerRecord,
    OfficerRecord,
    OutlookRecord,
    ProfileRecord,
    RankRecord,
    TallyRecord,
)
from sim.year_end import is_year_end

DECLARED = {
    "officers": OfficerRecord,
    "departments": DepartmentRecord,
    "citizens": CitizenRecord,
    "outlooks": OutlookRecord,
    "ranks": RankRecord,
    "tallies": TallyRecord,
    "layers": LayerRecord,
    "profiles": ProfileRecord,
}
# Set at the start and never moved again.
FIXED = (
    "department",
    "number_in_department",
    "rank",
    "front",
    "category",
    "superior",
    "first_subordinate",
    "subordinates",
)
# What is forgotten once a department's work of the month is done.
SCRATCH = ("choices", "visits")
# Ways out of the service.
LEFT = ("dismissals", "retirements", "resignations", "transfers")


BOUNDS = {
    kind: [(name, quantity(name, field)) for name, field in leaves(section)]
    for kind, section in DECLARED.items()
}


def assert_same_bytes(world, other):
    """Every array of two worlds is the same, but for those that are only scratch."""
    for name, values in other.parts().items():
        if hasattr(values, "tobytes") and name not in SCRATCH:
            assert getattr(world, name).tobytes() == values.tobytes(), name


def assert_in_range(world):
    """Everything is finite and lies where its declaration says."""
    for kind, declared in BOUNDS.items():
        records = getattr(world, kind)
        for name, one in declared:
            values = records[name]
            if values.size:
                assert np.isfinite(values).all(), (kind, name)
                assert one.low is None or values.min() >= one.low - 1e-9, (kind, name, values)
                assert one.high is None or values.max() <= one.high + 1e-9, (kind, name, values)


def assert_chains_hold(world, generated=True):
    """Chains of command end at the top; subordinates of one department stand under one superior.

    In a generated organisation posts of a rank answer to the rank above and are shared out evenly.
    """
    officers, departments = world.officers, world.departments
    post = np.arange(len(officers))
    person = post.copy()
    for _ in range((departments["tier"].max() + 1) * (officers["rank"].max() + 1)):
        person = np.where(person >= 0, officers["superior"][person], -1)
    assert np.all(person == -1)
    superior = officers["superior"]
    inside = (superior >= 0) & (officers["rank"] > 0)
    number = np.bincount(superior[inside], minlength=len(officers))
    assert np.array_equal(officers["subordinates"], number)
    offset = post - officers["first_subordinate"][superior]
    assert np.all(((offset >= 0) & (offset < number[superior]))[inside])
    assert np.all(officers["rank"][inside] > officers["rank"][superior[inside]])
    assert np.all(officers["department"][inside] == officers["department"][superior[inside]])
    if generated:
        assert np.all(officers["rank"][inside] == officers["rank"][superior[inside]] + 1)
        stands = np.stack([officers["department"], officers["rank"]], axis=1)
        ranks, rank = np.unique(stands, axis=0, return_inverse=True)
        for one in range(len(ranks)):
            assert np.ptp(number[rank == one]) <= 1
    heads = departments["first_officer"]
    assert np.all(officers["rank"][heads] == 0)
    above = np.where(departments["parent"] >= 0, heads[departments["parent"]], -1)
    assert np.array_equal(superior[heads], above)


def assert_cases_move_up_once(before, world):
    """What climbed beyond a head last month is received one tier up now."""
    parent = world.departments["parent"]
    below = parent >= 0
    for climbed, arrived in (("referred", "received"), ("referred_harm", "received_harm")):
        expected = np.bincount(parent[below], before[climbed][below], len(parent))
        assert world.departments[arrived] == pytest.approx(expected)


def assert_moves_add_up(world, year, tally):
    """Every post's holder is counted once a year, from last year's profile to this year's."""
    moves = world.moves
    assert moves.min() >= 0.0
    assert moves[year].sum() == len(world.officers)
    assert moves[year, :, OUTSIDE].sum() == sum(tally[way] for way in LEFT)
    if year == 0:
        assert not moves[0, OUTSIDE].any()
    else:
        stayed = moves[year - 1].sum(axis=0)
        assert np.array_equal(moves[year].sum(axis=1), stayed)
    assert not moves[year + 1 :].any()


def assert_month_adds_up(world, month):
    officers, departments = world.officers, world.departments
    tally = {name: world.tallies[name][month].sum() for name in world.tallies.names}
    assert tally["officers"] == len(officers)
    for names in (CONDUCTS, PROFILES):
        assert sum(tally[name] for name in names) == len(officers)
        for name in names:
            assert world.layers[name][month].sum() == tally[name]
    assert world.profiles["officers"][month].tolist() == [tally[name] for name in PROFILES]
    assert tally["citizens"] == len(world.citizens)
    assert tally["fronts"] == departments["fronts"].sum() == len(world.fronts)
    for name in ("sanctions", "published", "filed"):
        assert tally[name] == departments[name].sum()
    assert officers["sanctioned"].sum() == tally["sanctions"]
    assert officers["wronged"].sum() == tally["unjust_sanctions"]
    assert officers["delivered"].sum() == pytest.approx(tally["delivered"])
    assert officers["substance"].sum() == pytest.approx(tally["substance"])
    assert tally["unjust_sanctions"] <= tally["sanctions"]
    assert tally["upheld"] <= tally["filed"]
    assert tally["trust"] == pytest.approx(world.citizens["trust"].sum())
    assert tally["silent"] == world.citizens["silent"].sum()
    assert tally["reporting"] == tally["fronts"]
    for name in ("officers", "substance", "show", "sanctions", "unjust_sanctions"):
        assert world.layers[name][month].sum() == pytest.approx(tally[name])
        assert world.profiles[name][month].sum() == pytest.approx(tally[name])
    assert tally["hidden"] <= tally["citizens"] + 1e-9
    assert tally["excess"] <= tally["fronts"]
    assert np.all(officers["vacant"] == 0)
    if is_year_end(month):
        assert sum(tally[grade] for grade in GRADES) == len(officers)
        assert tally["recruits"] + tally["arrivals"] == sum(tally[way] for way in LEFT)
        assert_moves_add_up(world, month // MONTHS_A_YEAR, tally)
    else:
        this_year = world.tallies[month - month % MONTHS_A_YEAR : month + 1]
        assert officers["sanctions"].sum() == this_year["sanctions"].sum()
        assert officers["complaints"].sum() == this_year["upheld"].sum()
        assert np.all((officers["gravity"] > 0.0) <= (officers["sanctions"] > 0))
        assert np.all(officers["sanctioned"] <= officers["sanctions"])


def assert_year_is_closed(world, scenario):
    """Grades within their cap, nobody over age or dismissed and still there, a clean record."""
    officers = world.officers
    cap = scenario.grading.top_share * world.departments["officers"]
    tops = np.bincount(officers["department"][officers["grade"] == TOP], minlength=len(cap))
    assert np.all(tops <= cap + 1e-9)
    assert np.all(officers["age"] < scenario.careers.retirement_age * MONTHS_A_YEAR)
    assert np.all(officers["failing_years"] < scenario.grading.dismissal_years)
    for name in ("sanctions", "complaints", "work", "displayed", "gravity"):
        assert not officers[name].any()


def assert_every_month_adds_up(scenario, seed):
    """Run a scenario month by month and check all of the above."""
    world = Plan(scenario).begin(seed)
    assert_chains_hold(world, scenario.organisation.posts is None)
    fixed = {name: world.officers[name].copy() for name in FIXED}
    for month in range(scenario.clock.months):
        before = world.departments.copy()
        run_months(world, month, month + 1)
        for name, values in fixed.items():
            assert np.array_equal(world.officers[name], values), name
        assert_in_range(world)
        assert_cases_move_up_once(before, world)
        assert_month_adds_up(world, month)
        if is_year_end(month):
            assert_year_is_closed(world, scenario)
    return world
