"""Cost of effort by the time there is, effort within a conduct, and lasting tastes."""

import numpy as np
import pytest

from sim import simulate
from sim.kinds import CONDUCTS
from sim.machine.loop import run_months
from sim.mechanisms import incentives
from sim.mechanisms.execution import real_work
from sim.phases import look_ahead
from sim.world.plan import Plan
from tests.plain import plain

DISTRICT = plain()
SEEDS = range(4)
FAITHFUL = CONDUCTS.index("faithful")
MARGIN = {"behaviour.margin": 30.0}
# Tastes with which the district has the conducts that it has without, and a weight of duty to
# match: tastes alone would move all shares towards each other.
DIFFERING = {"behaviour.in_working_hours": 1.0, "behaviour.taste": 0.33, "behaviour.duty": 2.1}


def execution(changes, months=60):
    """Execution rates of the district on common draws, one for each replicate."""
    scenario = DISTRICT.replace({"clock.months": months} | changes)
    return np.array([simulate(scenario, 1, k).summary["execution_rate"] for k in SEEDS])


def test_one_per_cent_of_everybodys_time_costs_at_most_one_and_a_half_per_cent_of_execution():
    """What takes the place of work shortens the month, and the effort of the month with it.

    Then a shorter month costs execution little more than its length. Where burden comes on top,
    the same effort buys less, and the cost is some three times the time taken.
    """
    meetings = {"mechanisms.leadership.meetings": 0.01 + DISTRICT.mechanisms.leadership.meetings}
    lost = {}
    for share in (0.0, 1.0):
        hours = {"behaviour.in_working_hours": share}
        before = execution(hours)
        lost[share] = (1.0 - execution(hours | meetings) / before).mean()
    assert 0.0 < lost[1.0] <= 0.015
    assert lost[0.0] > lost[1.0] + 0.005


def test_effort_costs_as_much_as_the_hours_that_are_left():
    world = Plan(DISTRICT.replace({"behaviour.in_working_hours": 0.5})).begin(1)
    look_ahead(world, 0, 0)
    burden = world.departments[0].burden
    costs = world.outlooks["cost"][0].copy()
    world.settings[0].in_working_hours = 0.0
    look_ahead(world, 0, 0)
    assert burden > 0
    assert costs == pytest.approx(world.outlooks["cost"][0] * (1 - 0.5 * burden))


def worth_of_effort(more, earnings, margin):
    """What effort beyond the usual one brings, less its cost."""
    return more * earnings - more**2 / (2.0 * margin)


@pytest.mark.parametrize("margin", [0.5, 5.0, 40.0])
@pytest.mark.parametrize("earnings", [-0.5, -0.01, 0.0, 0.01, 0.04, 0.5])
def test_effort_within_a_conduct_is_the_best_there_is(margin, earnings):
    """No effort between none and twice the usual one is worth more than that of the rule."""
    settings = Plan(DISTRICT.replace({"behaviour.margin": margin})).begin(1).settings[0]
    tried = np.linspace(-1.0, 1.0, 20_001)
    worth = worth_of_effort(tried, earnings, margin)
    best = incentives.more_effort(earnings, settings)
    assert best == pytest.approx(tried[np.argmax(worth)], abs=1e-4)
    assert incentives.gained(earnings, settings) == pytest.approx(worth.max(), abs=1e-6)


def test_what_better_effort_adds_is_in_the_worth_of_the_conduct():
    changes = {"behaviour.margin": 20.0, "mechanisms.appraisal.stakes.pay": 1.0}
    world = Plan(DISTRICT.replace(changes)).begin(1)
    look_ahead(world, 0, 0)
    officer, department = world.officers[3], world.departments[0]
    about = (department, world.mechanisms[0, 0], world.settings[0])
    outlook, settings = world.outlooks[0][FAITHFUL], world.settings[0]
    at = incentives.at_stake(officer, *about)
    earnings = incentives.earned(incentives.worth_of_work(at[0], outlook, department), 0.8)
    assert earnings > 0
    more = incentives.more_effort(earnings, world.settings[0])
    with_margin = incentives.reward(*at, 0.8, outlook, department, settings)
    world.settings[0].margin = 0.0
    without = incentives.reward(*at, 0.8, outlook, department, settings)
    gain = worth_of_effort(more, earnings, 20.0)
    assert gain > 0.0
    assert with_margin - without == pytest.approx(gain)


@pytest.mark.parametrize("rewarded", [False, True])
def test_no_effort_makes_more_than_a_perfect_month_or_less_than_none(rewarded):
    """Whatever work earns, more of it or less, substance is a share of a perfect month."""
    world = Plan(DISTRICT.replace({"behaviour.margin": 200.0})).begin(1)
    look_ahead(world, 0, 0)
    world.mechanisms["promotion"][:] = 5.0
    world.settings["career"][:] = 10.0 if rewarded else -10.0
    about = (world.departments[0], world.mechanisms[0, 0], world.settings[0])
    officer, outlook = world.officers[3], world.outlooks[0][FAITHFUL]
    officer.merit_belief = 1.0
    outlook.substance = 1.0
    for ease in np.linspace(0.0, 1.0, 101):
        officer.ease = ease
        done = real_work(officer, outlook, *about)
        assert 0.0 <= done <= 1.0
        assert done >= ease if rewarded else done <= ease


def test_effort_that_appraisal_does_not_see_earns_nothing_more():
    """Where only show is appraised, pay moves no real work within a conduct."""
    changes = {"behaviour.margin": 30.0, "mechanisms.appraisal.stakes.pay": 1.0}
    world = Plan(DISTRICT.replace(changes)).begin(1)
    look_ahead(world, 0, 0)
    officer, outlook = world.officers[3], world.outlooks[0][FAITHFUL]
    officer.ease = 0.6
    about = (world.departments[0], world.mechanisms[0, 0], world.settings[0])
    usual = officer.ease * outlook.substance
    assert real_work(officer, outlook, *about) > usual
    outlook.seen_work = 0.0
    assert real_work(officer, outlook, *about) == usual


def test_pay_raises_the_work_of_those_who_keep_their_conduct():
    """Output rises within a conduct, as where tax collectors were paid by revenue.

    Khan, Khwaja & Olken (2016) found .094 log points; with a margin of 30 the same officers, with
    the same conduct, do 4 to 16 % more, and without a margin nothing.
    """
    pay = {"mechanisms.appraisal.stakes.pay": 1.0}
    only = {f"conducts.{name}.available": name == "faithful" for name in CONDUCTS}
    gained = {}
    for margin in (0.0, 30.0):
        on = only | {"behaviour.margin": margin, "behaviour.merit_learning": 0.0}
        worked = [
            simulate(DISTRICT.replace(on | more | {"clock.months": 24}), 1) for more in ({}, pay)
        ]
        gained[margin] = worked[1].summary["substance"] / worked[0].summary["substance"] - 1.0
    assert abs(gained[0.0]) < 0.01
    assert 0.04 < gained[30.0] < 0.16


def test_pay_for_performance_with_a_margin_makes_nobody_idle():
    """Effort within a conduct pays most where most is done: absence does not grow with pay."""
    idle = [
        np.mean([simulate(DISTRICT.replace(MARGIN | pay), 1, k).summary["idle"] for k in SEEDS])
        for pay in ({}, {"mechanisms.appraisal.stakes.pay": 1.0})
    ]
    assert idle[1] <= idle[0]


def test_officers_keep_their_tastes_over_the_years():
    """Of those who act faithfully, more do so again years later than habit and traits explain."""
    again = {}
    for taste in (0.0, 0.4):
        changes = {"behaviour.taste": taste, "behaviour.habit": 0.0, "careers.resignation": 0.0}
        world = Plan(DISTRICT.replace(changes | {"clock.months": 60})).begin(1)
        run_months(world, 0, 24)
        entered, before = world.officers["taste"].copy(), world.officers["conduct"].copy()
        run_months(world, 24, 48)
        stayed = (world.officers["taste"] == entered).all(axis=1)
        assert stayed.mean() > 0.5
        same = (world.officers["conduct"] == before)[stayed].mean()
        shares = np.bincount(before[stayed], minlength=len(CONDUCTS)) / stayed.sum()
        now = np.bincount(world.officers["conduct"][stayed], minlength=len(CONDUCTS)) / stayed.sum()
        again[taste] = same - float(shares @ now)
    assert again[0.4] > again[0.0] + 0.1


def test_tastes_move_with_the_person():
    world = Plan(DISTRICT.replace({"behaviour.taste": 1.0})).begin(1)
    officers = world.officers
    one, other = officers["taste"][3].copy(), officers["taste"][7].copy()
    assert not np.array_equal(one, other)
    officers.swap(3, 7)
    assert np.array_equal(officers["taste"][7], one)
    assert np.array_equal(officers["taste"][3], other)


def test_tastes_are_independent_and_spread_as_asked():
    world = Plan(DISTRICT.replace({"behaviour.taste": 0.3, "organisation.departments": 60})).begin(
        1
    )
    taste = world.officers["taste"].astype(float)
    assert taste.mean(axis=0) == pytest.approx(np.zeros(len(CONDUCTS)), abs=0.03)
    assert taste.std(axis=0) == pytest.approx(np.full(len(CONDUCTS), 0.3), rel=0.05)
    apart = np.corrcoef(taste.T) - np.eye(len(CONDUCTS))
    assert np.abs(apart).max() < 0.08


def test_differences_of_taste_make_officers_respond_less_to_one_lever():
    """With tastes as wide as what speaks for a conduct, one lever no longer makes all alike."""
    largest = {}
    for taste in (0.0, 0.5):
        scenario = DISTRICT.replace({"behaviour.taste": taste}, {"leadership": 1.0})
        mixes = [simulate(scenario, 1, k).summary[list(CONDUCTS)].max() for k in SEEDS]
        largest[taste] = float(np.mean(mixes))
    assert largest[0.0] > 0.9
    assert largest[0.5] < 0.85


def mean_summary(changes, levers=None):
    """Summaries of the district on common draws, their mean."""
    scenario = DISTRICT.replace(changes, levers)
    return np.mean([simulate(scenario, 1, k).summary for k in range(8)], axis=0)


@pytest.mark.slow
def test_with_differing_tastes_no_lever_alone_makes_nearly_all_officers_alike():
    """In no administration do all officers act in one way, whatever is done (Brehm & Gates 1997).

    The mix of conducts at rest is the same as without tastes. Yet no lever at full strength carries
    a conduct beyond .85 of officers, and what the two strongest add to the faithful is a fifth
    smaller or more.
    """
    names = list(simulate(DISTRICT.replace({"clock.months": 12}), 1).summary.index)
    at = [names.index(name) for name in CONDUCTS]
    mixes = {}
    for called, changes in (("alike", {}), ("differing", MARGIN | DIFFERING)):
        mixes[called, ""] = mean_summary(changes)[at]
        for lever in DISTRICT.levers:
            mixes[called, lever] = mean_summary(changes, {lever: 1.0})[at]
    assert mixes["differing", ""] == pytest.approx(mixes["alike", ""], abs=0.05)
    assert max(mixes["alike", lever].max() for lever in DISTRICT.levers) > 0.95
    assert max(mixes["differing", lever].max() for lever in DISTRICT.levers) < 0.85
    for lever in ("culture", "leadership"):
        added = {
            called: (mixes[called, lever] - mixes[called, ""])[FAITHFUL]
            for called in ("alike", "differing")
        }
        assert 0.0 < added["differing"] < 0.8 * added["alike"]
