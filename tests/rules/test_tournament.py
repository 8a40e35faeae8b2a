"""The promotion tournament: who is in the running, and which directives gain by it."""

import hashlib

import numpy as np
import pytest

from sim import simulate
from sim.kinds import CONDUCTS
from sim.machine.loop import run_months
from sim.mechanisms import conduct, incentives, tournament
from sim.phases import look_ahead
from sim.world.plan import Plan

ON = {"behaviour.tournament": 0.6, "behaviour.age_ceiling": 10.0}
MANY = {
    "directives.at_once": 4,
    "directives.hard": 0.5,
    "directives.measurability": 0.5,
    "directives.workload": 0.5,
}
# Everybody works faithfully: only the use of time differs.
FAITHFUL = {
    **{f"conducts.{name}.available": name == "faithful" for name in CONDUCTS},
    "behaviour.cooperation": 0.0,
    "organisation.departments": 8,
    "organisation.ranks": [1, 2, 8],
    "public.citizens": 4,
    "clock.months": 36,
    "clock.observed": 24,
}
SMALL = {
    "organisation.departments": 3,
    "organisation.ranks": [1, 2, 8],
    "public.citizens": 12,
    "clock.months": 30,
}


def entered(district, changes):
    """A world whose officers have been told apart by their nearness to promotion."""
    world = Plan(district.replace(changes)).begin(1)
    department = world.departments[0]
    last = department.first_officer + department.officers
    tournament.compete(
        world.officers,
        department.first_officer,
        last,
        department,
        world.mechanisms[0, 0],
        world.settings[0],
    )
    return world, department


def test_those_too_near_retirement_or_without_hope_are_not_in_the_running(district):
    """Ceilings of age end careers (天花板, Kou & Tsai 2014); nobody competes without hope.

    Heads compete like the others, for posts elsewhere: the tournament that was studied is theirs
    (Li & Zhou 2005).
    """
    world = Plan(district.replace(ON | {"behaviour.fair_belief": 0.3})).begin(1)
    about = world.mechanisms[0, 0], world.settings[0]
    officer = world.officers[5]
    officer.age, officer.time_in_post, officer.rank = 40 * 12, 48, 2
    officer.merit_belief = 0.5
    assert tournament.nearness(officer, *about) == 1.0
    officer.age = 55 * 12
    assert tournament.nearness(officer, *about) == pytest.approx(0.5)
    officer.age = 60 * 12
    assert tournament.nearness(officer, *about) == 0.0
    officer.age, officer.time_in_post = 40 * 12, 6
    assert tournament.nearness(officer, *about) == pytest.approx(6 / 24)
    officer.time_in_post, officer.rank = 48, 0
    assert tournament.nearness(officer, *about) == 1.0
    officer.merit_belief = 0.2
    assert tournament.nearness(officer, *about) == 0.0
    officer.merit_belief = 0.5
    world.mechanisms["promotion"] = 0.0
    assert tournament.nearness(officer, *about) == 0.0


def test_a_tournament_moves_prospects_to_those_near_promotion_and_keeps_their_mean(district):
    """It redistributes a prize that is given anyway; it is no further prize."""
    world, department = entered(district, ON)
    here = slice(0, department.officers)
    contest = np.array(world.officers["contest"][here])
    about = world.mechanisms[0, 0], world.settings[0]
    near = np.array([tournament.nearness(world.officers[i], *about) for i in range(33)])
    assert contest.mean() == pytest.approx(0.0, abs=1e-12)
    assert contest.min() >= -0.6
    assert np.array_equal(np.argsort(contest), np.argsort(near))
    world, department = entered(district, {"behaviour.tournament": 0.0})
    assert not world.officers["contest"].any()


def test_prospects_of_those_near_promotion_still_need_a_belief_in_merit(district):
    world, department = entered(district, ON)
    look_ahead(world, 0, 0)
    mechanisms, settings = world.mechanisms[0, 0], world.settings[0]
    mechanisms.pay = 0.0
    officer = world.officers[5]

    def reward():
        at = incentives.at_stake(officer, department, mechanisms, settings)
        return incentives.reward(*at, 0.5, world.outlooks[0, 0], department, settings)

    officer.contest = 0.0
    plain = reward()
    officer.contest = 0.4
    assert reward() == pytest.approx(1.4 * plain)
    officer.merit_belief = 0.0
    assert reward() == 0.0


def kinds_done(district, changes, months=12):
    """Part of hard and of soft directives that each officer did, by nearness to promotion."""
    world = Plan(district.replace(FAITHFUL | MANY | changes)).begin(1)
    settings = world.settings[0]
    hard, soft = np.zeros(len(world.officers)), np.zeros(len(world.officers))
    near = np.zeros(len(world.officers))
    for month in range(months):
        run_months(world, month, month + 1)
        for i in range(len(world.officers)):
            officer = world.officers[i]
            department = world.departments[officer.department]
            outlook = world.outlooks[officer.department, officer.conduct]
            near[i] += tournament.nearness(officer, world.mechanisms[0, 0], settings)
            for j in range(settings.at_once):
                contest = tournament.time_in_contest(officer, department, settings)
                usual, other = department.agenda_reach[j], department.agenda_contested[j]
                part = ((1.0 - contest) * usual + contest * other) * outlook.work[j]
                (hard if department.agenda_hard[j] else soft)[i] += part
    return hard, soft, near / months


@pytest.mark.slow
def test_officers_near_promotion_do_more_on_hard_directives_and_less_on_soft_ones(district):
    """Selective policy implementation (O'Brien & Li 1999): a candidate's time follows the count.

    Compared on the same draws with an administration without the tournament, where nearness to
    promotion makes no difference to the use of time.
    """
    hard, soft, near = kinds_done(district, ON)
    plain_hard, plain_soft, _ = kinds_done(district, {"behaviour.tournament": 0.0})
    top, bottom = near > 0.9, near < 0.3
    assert min(top.sum(), bottom.sum()) > 5
    more, less = hard / plain_hard, soft / plain_soft
    assert more[top].mean() > 1.1
    assert less[top].mean() < 0.8
    assert more[top].mean() > more[bottom].mean() + 0.1
    assert less[top].mean() < less[bottom].mean() - 0.2


def executed(district, changes):
    summary = simulate(district.replace(FAITHFUL | MANY | changes), 3).summary
    return float(summary["execution_hard"]), float(summary["execution_soft"])


def test_soft_directives_that_count_for_promotion_rise_and_take_from_hard_ones(district):
    """What is hard to measure moves once promotion hangs on it (He, Wang & Zhang 2020).

    Output pays for it, since time is one sum: what one kind gains the other loses.
    """
    veto = {"mechanisms.appraisal.soft_veto": 1.0}
    hard, soft = executed(district, ON)
    vetoed_hard, vetoed_soft = executed(district, ON | veto)
    assert vetoed_soft > 1.2 * soft
    assert vetoed_hard < 0.9 * hard
    # The tournament makes the veto matter more than leaders' emphasis alone does.
    plain_hard, plain_soft = executed(district, {})
    alone_hard, alone_soft = executed(district, veto)
    assert vetoed_soft - soft > 1.2 * (alone_soft - plain_soft)
    assert hard - vetoed_hard > 1.2 * (plain_hard - alone_hard)


def test_work_on_what_is_hard_to_measure_is_appraised_by_its_show(district):
    """Officers do what appraisal sees (Holmström & Milgrom 1991): here, more show than work."""

    def gain_by_work(hard):
        world = Plan(
            district.replace({"directives.hard": 0.5, "directives.measurability": 0.3})
        ).begin(1)
        department = world.departments[0]
        department.agenda_hard[0] = hard
        look_ahead(world, 0, 0)
        faithful, symbolic = (
            world.outlooks[0, CONDUCTS.index(name)] for name in ("faithful", "symbolic")
        )
        return (
            faithful.seen_work * faithful.substance
            + faithful.seen_show
            - symbolic.seen_work * symbolic.substance
            - symbolic.seen_show
        )

    assert gain_by_work(1) > 0.0
    assert gain_by_work(0) < gain_by_work(1) - 0.1


def people(district, settings):
    world = simulate(district.replace(SMALL | settings), 6).world
    return hashlib.sha256(world.officers.tobytes() + world.citizens.tobytes()).hexdigest()


def test_without_a_tournament_age_and_without_soft_directives_a_veto_leave_no_trace(district):
    off = {"behaviour.tournament": 0.0}
    old = {"behaviour.age_ceiling": 10.0}
    assert people(district, off | old) == people(district, off)
    assert people(district, ON) != people(district, ON | {"behaviour.age_ceiling": 0.0})
    veto = {"mechanisms.appraisal.soft_veto": 1.0}
    assert people(district, veto) == people(district, {})
    assert people(district, MANY | veto) != people(district, MANY)


def test_reasons_of_a_candidate_weigh_a_career_more_and_all_else_as_before(district):
    world, department = entered(district, ON)
    look_ahead(world, 0, 0)
    rows = (world.outlooks[0, 0], department, world.mechanisms[0, 0], world.settings[0])
    officer = world.officers[5]
    found = []
    for officer.contest in (-0.6, 0.0, 0.6):
        conduct.note_stakes(officer, world.choices[5], *rows[1:])
        found.append(conduct.reasons(officer, 0, False, world.choices[5], *rows))
    rewards = [one.reward for one in found]
    assert rewards[0] < rewards[1] < rewards[2]
    assert all(one._replace(reward=0.0) == found[0]._replace(reward=0.0) for one in found)
