"""Connections that are a tie to a patron, and what is left of them when the patron is gone."""

import copy

import numpy as np
import pytest

from sim import simulate
from sim.kinds import COMPETENT
from sim.machine.loop import run_months
from sim.mechanisms import patronage, selection
from sim.mechanisms.patronage import LOST, UNTIED
from sim.world.plan import Plan
from sim.year_end import is_year_end
from tests.plain import plain

DISTRICT = plain()
TIES = {"behaviour.ties": 1.0}
# Nobody leaves unless a test says so, and every case is misconduct that is often seen.
GUILTY = {
    **{f"conducts.{name}.available": name == "idle" for name in DISTRICT.conducts.model_dump()},
    "conducts.idle.misconduct": 1.0,
    **{
        f"mechanisms.supervision.coverage.{name}": 1.0
        for name in DISTRICT.channels.model_dump()
        if name != "masses"
    },
    "mechanisms.accountability.tracing": 0.0,
    "behaviour.shield": 0.9,
    "careers.age_mean": 30.0,
    "careers.age_sd": 0.0,
    "careers.resignation": 0.0,
    "careers.transfer": 0.0,
    "grading.failing_below": 0.0,
    "grading.failing_gravity": 10.0,
    "grading.complaints_bar": 1000,
    "mechanisms.accountability.demotion": 0.0,
    "mechanisms.accountability.moving": 0.0,
    "organisation.departments": 1,
    "organisation.ranks": [1, 4, 200],
}
CLOSE = 0.8


def sanctions(leaves):
    """Sanctions a post in the second and third year, of clients, of others and of unconnected.

    Half of the front line are clients, each as close to the patron; the first deputy's patronage
    ends with the first year if the deputy ``leaves`` then.
    """
    world = Plan(DISTRICT.replace(GUILTY | TIES)).begin(1)
    officers = world.officers
    front = np.flatnonzero(officers["front"] == 1)
    connected = front % 2 == 0
    officers["connection"][front] = np.where(connected, CLOSE, 0.0)
    officers["patron"][front] = np.where(connected, officers["superior"][front], UNTIED)
    patron = 1
    if leaves:
        officers["age"][patron] = 12 * DISTRICT.careers.retirement_age
    run_months(world, 0, 12)
    had = np.zeros(len(officers))
    for month in range(12, 36):
        run_months(world, month, month + 1)
        had += officers["sanctioned"]
    below = officers["superior"][front] == patron
    # One of the front line was promoted to the deputy's post, and a newcomer replaced him.
    stayed = officers["time_in_post"][front] > 24
    return [
        had[front[stayed & whose]].mean()
        for whose in (connected & below, connected & ~below, ~connected)
    ]


def test_clients_of_a_patron_who_leaves_lose_protection_and_nobody_else_does():
    """Protection is ``shield`` times closeness, so the caught grow by 1 / (1 − .9 · .8).

    Shih, Adolph & Liu (2012) find that what a faction does for its members depends on the patron's
    position.
    """
    clients, others, unconnected = sanctions(leaves=False)
    left, kept, alone = sanctions(leaves=True)
    assert left / clients == pytest.approx(1.0 / (1.0 - 0.9 * CLOSE), rel=0.12)
    assert kept == pytest.approx(others, rel=0.05)
    assert alone == pytest.approx(unconnected, rel=0.05)
    assert left == pytest.approx(alone, rel=0.05)


def test_nothing_changes_until_a_patron_has_lost_the_say():
    """A tie protects as much as any connection while it holds."""
    first_year = {"clock.months": 11}
    plain = simulate(DISTRICT.replace(first_year), 1)
    tied = simulate(DISTRICT.replace(first_year | TIES), 1)
    here, there = plain.summary, tied.summary
    new = ["clients", "patrons_lost"]
    assert here.drop(new).equals(there.drop(new))
    assert here["clients"] == 0.0
    assert there["clients"] > 0.9


SMALL = TIES | {"organisation.departments": 1, "organisation.ranks": [1, 2, 6]}
HEAD, CHIEF, OTHER = 0, 1, 2
FRONT = range(3, 9)
CLIENT, RIVAL = 4, 5


@pytest.fixture
def world():
    world = Plan(DISTRICT.replace(SMALL)).begin(1)
    officers = world.officers
    officers["grade"] = COMPETENT
    officers["time_in_post"] = 240
    officers["performance"] = 0.5
    officers["responsibility"] = 0.5
    officers["execution_rate"] = 0.5
    officers["connection"] = 0.1
    officers["patron"] = UNTIED
    officers["patron"][CLIENT] = CHIEF
    officers["connection"][CLIENT] = 0.9
    officers["connection"][RIVAL] = 0.5
    return world


def fill(world, post, **how):
    """Have a post fall vacant and be filled; how many lost a patron by that."""
    officers, mechanisms, settings = world.officers, world.mechanisms[0, 0], world.settings[0]
    tally = world.part_tallies[0, 0]
    for name, value in how.items():
        mechanisms[name] = value
    officers["vacant"][post] = 1
    patronage.fall_with_patrons(officers, 0, 9, settings, tally)
    choices = world.choices
    selection.fill_vacancies(officers, choices, 0, 9, mechanisms, settings, tally, 1, 0, 11, 0.0)
    patronage.fall_with_patrons(officers, 0, 9, settings, tally)
    return tally.patrons_lost


@pytest.mark.parametrize("how", ["purchase", "unchecked"])
def test_posts_that_are_bought_or_given_by_the_head_alone_go_to_clients_while_their_patron_leads(
    world, how
):
    """The same post: with the patron in office the client gets it, afterwards the rival does."""
    worlds = world, copy.deepcopy(world)
    worlds[1].officers["rank"][CHIEF] = 3
    ways = {"purchase": 0.0, "unchecked": 0.0} | {how: 1.0}
    for one, expected in zip(worlds, (0.9, 0.5), strict=True):
        fill(one, OTHER, **ways)
        assert one.officers["connection"][OTHER] == expected


def test_ties_follow_a_patron_who_is_promoted(world):
    world.officers["connection"][CHIEF] = 1.0
    assert fill(world, HEAD, unchecked=1.0, purchase=0.0) == 0
    # The client, who is closest to a leader, fills the post that the patron has left.
    assert world.officers["connection"][CHIEF] == 0.9
    assert world.officers["patron"][CHIEF] == HEAD


def test_ties_follow_a_patron_and_a_client_who_change_places(world):
    officers = world.officers
    officers["patron"][[RIVAL, CHIEF]] = OTHER, UNTIED
    officers.swap(CHIEF, OTHER)
    patronage.follow(officers, CHIEF, OTHER, world.settings[0])
    assert list(officers["patron"][[CLIENT, RIVAL]]) == [OTHER, CHIEF]
    officers.swap(OTHER, CLIENT)
    patronage.follow(officers, OTHER, CLIENT, world.settings[0])
    assert officers["patron"][OTHER] == CLIENT
    patronage.fall_with_patrons(officers, 0, 9, world.settings[0], world.part_tallies[0, 0])
    assert officers["patron"][OTHER] == LOST
    assert officers["connection"][OTHER] == 0.0


def test_a_client_who_becomes_the_patrons_equal_keeps_the_tie_and_above_the_patron_loses_it(world):
    officers = world.officers
    assert patronage.has_say(officers[CHIEF], officers[CLIENT])
    assert patronage.has_say(officers[CHIEF], officers[OTHER])
    assert not patronage.has_say(officers[CHIEF], officers[HEAD])
    assert not patronage.has_say(officers[RIVAL], officers[CLIENT])


def test_patrons_are_the_leaders_above_each_as_likely(world):
    drawn = [patronage.leader_above(world.officers, CLIENT, u) for u in (0.0, 0.49, 0.5, 1.0)]
    assert drawn == [CHIEF, CHIEF, HEAD, HEAD]
    assert patronage.leader_above(world.officers, HEAD, 0.5) == UNTIED


def test_who_has_lost_a_patron_finds_another_as_often_as_it_says():
    """A quarter of two hundred; the standard error is .03."""
    often = {"behaviour.new_patron": 0.25} | TIES
    world = Plan(DISTRICT.replace(GUILTY | often)).begin(1)
    officers = world.officers
    officers["patron"] = LOST
    officers["connection"] = 0.0
    last = len(officers)
    patronage.find_new_patrons(officers, 0, last, world.settings[0], 1, 0, 11)
    found = officers["patron"] >= 0
    assert found[1:].mean() == pytest.approx(0.25, abs=0.1)
    assert not found[0]
    assert (officers["connection"][~found] == 0.0).all()
    assert officers["connection"][found].mean() == pytest.approx(0.35, abs=0.1)


def test_leaders_who_are_exchanged_leave_clients_without_a_patron():
    """Exchange of leaders (交流任职) is meant to break ties; without ties it breaks nothing.

    With three in ten leaders moved a year and nobody else leaving, .7 of the ties hold for a year.
    """
    calm = {
        "careers.resignation": 0.0,
        "careers.age_mean": 30.0,
        "careers.age_sd": 0.0,
        "grading.failing_below": 0.0,
        "grading.failing_gravity": 10.0,
        "grading.complaints_bar": 1000,
        "clock.months": 48,
    }
    found = {}
    for ties in (0.0, 1.0):
        for transfer in (0.0, 0.3):
            settings = calm | {"behaviour.ties": ties, "careers.transfer": transfer}
            run = simulate(DISTRICT.replace(settings), 1)
            held = run.world.officers["patron"] >= 0
            found[ties, transfer] = run.summary["connection"], held.mean()
    assert found[0.0, 0.3][0] == pytest.approx(found[0.0, 0.0][0], rel=0.05)
    assert found[1.0, 0.3][0] < 0.75 * found[1.0, 0.0][0]
    assert found[1.0, 0.3][1] / found[1.0, 0.0][1] == pytest.approx(0.7**4, abs=0.12)


LIVELY = {
    "organisation.departments": 3,
    "organisation.ranks": [1, 2, 4, 12],
    "clock.months": 72,
    "careers.transfer": 0.3,
    "careers.resignation": 0.1,
    "careers.time_in_rank": 0,
    "grading.failing_below": 0.4,
    "grading.basic_below": 0.5,
    "mechanisms.accountability.demotion": 0.5,
    "mechanisms.accountability.moving": 0.5,
}


def test_every_patron_leads_in_the_same_department_and_not_below_the_client():
    """However posts have changed hands."""
    on = {"behaviour.ties": 0.8, "behaviour.new_patron": 0.3}
    world = Plan(DISTRICT.replace(LIVELY | on)).begin(1)
    officers = world.officers
    for month in range(72):
        run_months(world, month, month + 1)
        if is_year_end(month):
            clients = np.flatnonzero(officers["patron"] >= 0)
            patrons = officers["patron"][clients]
            assert (officers["subordinates"][patrons] > 0).all()
            assert (officers["department"][patrons] == officers["department"][clients]).all()
            assert (officers["rank"][patrons] <= officers["rank"][clients]).all()
            assert (patrons != clients).all()
            assert (officers["connection"][officers["patron"] == LOST] == 0.0).all()
            assert clients.size == world.departments["clients"].sum() > 0


def test_without_ties_nobody_has_a_patron_and_nothing_is_changed():
    """Finding another patron is nothing to those who have lost none."""
    plain = simulate(DISTRICT.replace(LIVELY), 1)
    other = simulate(DISTRICT.replace(LIVELY | {"behaviour.new_patron": 1.0}), 1)
    assert plain.world.officers.tobytes() == other.world.officers.tobytes()
    assert (plain.world.officers["patron"] == UNTIED).all()
    assert plain.summary["clients"] == plain.summary["patrons_lost"] == 0.0
