"""A change alters only what it causes: draws belong to an identity, not to a sequence."""

import numpy as np
import pytest

from sim import simulate
from sim.machine.loop import run_months
from sim.world.plan import Plan
from sim.year_end import is_year_end

MONTHS = 60
LUCK = ("luck_incident", "luck_seen")
DIRECTIVE = ("difficulty", "interest", "specificity", "harm", "directive_age")
# Of several under way the department's own are means over the time that each gets.
EACH = (
    "agenda_difficulty",
    "agenda_interest",
    "agenda_specificity",
    "agenda_harm",
    "agenda_hard",
    "agenda_age",
)
# Departments of one unit meet in their norms, where these spread: a reform then works next door
# too. Here they do not.
SMALL = {
    "mechanisms.culture.spread": 0.0,
    "organisation.units": 1,
    "organisation.above": [],
    "organisation.departments": 4,
    "organisation.ranks": [1, 2, 5],
    "public.citizens": 20,
    "clock.months": MONTHS,
    "clock.reform_starts": 6,
    "careers.resignation": 0.1,
    "careers.transfer": 0.2,
    "careers.time_in_rank": 6,
    "behaviour.incident": 0.5,
}


@pytest.fixture(scope="module")
def status_quo(district):
    return district.replace(SMALL)


@pytest.fixture(scope="module")
def apart(status_quo):
    """Departments that have nothing to do with each other.

    Where reports are acted on, leaders shift their attention from one department to another.
    """
    return status_quo.replace({"structure.reports": "ignored"})


def reform(intensity, *departments):
    return {
        "reform": [{"lever": "supervision", "intensity": intensity, "departments": departments}]
    }


# Newcomers are numbered after those who are there at the start, however many they are.
NUMBERED = {"person"}


def rows(world, kind, departments):
    """The bytes of all rows of these departments, less what they only hear of others."""
    table = getattr(world, kind)
    if kind == "departments":
        heard = {"norm_around", "norm_above", "unit_size"}
        return {name: table[name][departments].tobytes() for name in set(table.names) - heard}
    here = np.isin(table["department"], departments)
    return {name: table[name][here].tobytes() for name in set(table.names) - NUMBERED}


def assert_same(world, other, departments):
    for kind in ("officers", "departments", "citizens"):
        assert rows(world, kind, departments) == rows(other, kind, departments), kind


def test_a_lever_pulled_in_one_department_leaves_every_byte_of_the_others(apart):
    untouched, pulled = Plan(apart).begin(3), Plan(apart.replace(reform(1.0, 1))).begin(3)
    for month in range(MONTHS):
        run_months(untouched, month, month + 1)
        run_months(pulled, month, month + 1)
        assert_same(untouched, pulled, [1, 2, 3])
    assert untouched.tallies["promotions"].sum() > 5
    assert rows(untouched, "officers", [0]) != rows(pulled, "officers", [0])
    assert rows(untouched, "citizens", [0]) != rows(pulled, "citizens", [0])


@pytest.mark.parametrize(("at_once", "drawn"), [(1, DIRECTIVE), (3, EACH)])
@pytest.mark.parametrize("lever", ["selection", "accountability", "leadership"])
def test_a_lever_leaves_the_draws_of_those_it_touches(status_quo, lever, at_once, drawn):
    scenario = status_quo.replace({"directives.at_once": at_once})
    untouched, pulled = (
        Plan(scenario).begin(3),
        Plan(scenario.replace({}, {lever: 1.0})).begin(3),
    )
    for month in range(MONTHS):
        run_months(untouched, month, month + 1)
        run_months(pulled, month, month + 1)
        if not is_year_end(month):
            for luck in LUCK:
                assert np.array_equal(untouched.officers[luck], pulled.officers[luck])
        for name in drawn:
            assert np.array_equal(untouched.departments[name], pulled.departments[name]), name
    assert untouched.officers.tobytes() != pulled.officers.tobytes()


def test_a_reform_changes_nothing_before_it_begins(status_quo):
    months = {"months": (25, 40)}
    late = status_quo.replace({"reform": [reform(1.0, 1, 2, 3, 4)["reform"][0] | months]})
    untouched, pulled = Plan(status_quo).begin(3), Plan(late).begin(3)
    for world in (untouched, pulled):
        run_months(world, 0, 25)
    assert_same(untouched, pulled, [0, 1, 2, 3])
    for world in (untouched, pulled):
        run_months(world, 25, 26)
    assert untouched.officers.tobytes() != pulled.officers.tobytes()


def test_more_departments_leave_those_there_are(apart):
    few = simulate(apart, 3).world
    more = simulate(apart.replace({"organisation.departments": 9}), 3).world
    assert_same(few, more, [0, 1, 2, 3])
    assert few.tallies.tobytes() != more.tallies.tobytes()


def test_more_units_leave_those_there_are_even_where_norms_spread(status_quo):
    spreading = status_quo.replace({"mechanisms.culture.spread": 0.1})
    one = simulate(spreading, 3).world
    three = simulate(spreading.replace({"organisation.units": 3}), 3).world
    for kind in ("officers", "departments", "citizens"):
        own = getattr(one, kind)
        first = getattr(three, kind)[: len(own)]
        for name in set(own.names) - NUMBERED:
            assert own[name].tobytes() == first[name].tobytes(), (kind, name)


def test_more_months_leave_the_first(status_quo):
    short = simulate(status_quo, 3).world
    long = Plan(status_quo.replace({"clock.months": 2 * MONTHS})).begin(3)
    run_months(long, 0, MONTHS)
    assert_same(short, long, [0, 1, 2, 3])
    assert short.tallies.tobytes() == long.tallies[:MONTHS].tobytes()


def test_a_run_may_be_cut_anywhere(status_quo):
    whole = simulate(status_quo, 3).world
    cut = Plan(status_quo).begin(3)
    for first, last in ((0, 11), (11, 12), (12, 37), (37, MONTHS)):
        run_months(cut, first, last)
    assert_same(whole, cut, [0, 1, 2, 3])


@pytest.mark.parametrize("other", [(3, 1), (4, 0), (1, 3)])
def test_another_replicate_or_seed_shares_no_draw(status_quo, other):
    traits = ("capability", "responsibility", "ambition", "connection")
    spread = {f"traits.{name}": {"mean": 0.5, "sd": 0.1} for name in traits}
    plan = Plan(status_quo.replace(spread))
    here, there = plan.begin(3, 0), plan.begin(*other)
    for name in traits:
        assert not np.any(here.officers[name] == there.officers[name])
    for world in (here, there):
        run_months(world, 0, MONTHS - 1)
    for luck in LUCK:
        assert not np.any(here.officers[luck] == there.officers[luck])
        assert abs(np.corrcoef(here.officers[luck], there.officers[luck])[0, 1]) < 0.7


def test_the_same_seed_gives_the_same_run(status_quo):
    first, second = simulate(status_quo, 3, 1), simulate(status_quo, 3, 1)
    assert first.series.equals(second.series)
    assert first.world.officers.tobytes() == second.world.officers.tobytes()
