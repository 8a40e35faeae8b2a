"""Morale: effort where merit is doubted, who resigns, and who applies."""

import hashlib

import numpy as np
import pytest

from sim import simulate
from sim.kinds import CONDUCTS, FAITHFUL, IDLE
from sim.machine.loop import run_months
from sim.mechanisms import careers, incentives, morale, recruitment
from sim.phases import look_ahead, weigh
from sim.world.plan import Plan

FAIR = {"behaviour.fair_belief": 0.5}
NOBODY_LEARNS = {"behaviour.merit_learning": 0.0, "traits.merit_belief.sd": 0.0}
SMALL = {
    "organisation.departments": 3,
    "organisation.ranks": [1, 2, 8],
    "public.citizens": 12,
    "clock.months": 30,
    "careers.resignation": 0.1,
}


def faced(district, changes):
    """An officer in a department that has looked ahead, and what its reasons are worked out of."""
    world = Plan(district.replace(changes)).begin(1)
    look_ahead(world, 0, 0)
    officer = world.officers[5]
    officer.ease = 0.7
    return officer, world, (world.departments[0], world.mechanisms[0, 0], world.settings[0])


def worth_of_work(officer, world, about, ambition, belief):
    """What faithful work is worth to an officer above idleness."""
    officer.ambition, officer.merit_belief = ambition, belief
    weigh(world, 0, 5, 6, 0)
    worth = world.choices[5].worth
    return worth[FAITHFUL] - worth[IDLE]


def test_who_believes_merit_is_not_rewarded_works_less_than_who_has_no_ambition(district):
    """正激励变为负激励: disappointed ambition is worse than none (Fehr & Gächter 2000).

    Without a level that is held fair, ambition never speaks against work, however low the belief.
    """
    faced_here = faced(district, FAIR)
    none = worth_of_work(*faced_here, 0.0, 0.2)
    assert worth_of_work(*faced_here, 0.8, 0.2) < none - 0.01
    assert worth_of_work(*faced_here, 0.8, 0.5) == pytest.approx(none)
    assert worth_of_work(*faced_here, 0.8, 0.8) > none + 0.01
    without = faced(district, {})
    assert worth_of_work(*without, 0.8, 0.2) > worth_of_work(*without, 0.0, 0.2)


def test_leaders_attention_raises_hopes_and_leaves_disappointment_as_it_is(district):
    """Attention shows what counts in appraisal; an unfair promotion stays as unfair."""
    officer, world, about = faced(district, FAIR | {"mechanisms.appraisal.stakes.pay": 0.0})
    department = about[0]
    officer.ambition = 0.8
    rewards = {}
    for belief in (0.2, 0.8):
        officer.merit_belief = belief
        for attention in (0.3, 0.9):
            department.attention = attention
            rewards[belief, attention] = incentives.reward(
                *incentives.at_stake(officer, *about),
                0.5,
                world.outlooks[0, FAITHFUL],
                department,
                about[2],
            )
    assert rewards[0.8, 0.9] == pytest.approx(3.0 * rewards[0.8, 0.3])
    assert rewards[0.2, 0.9] == rewards[0.2, 0.3] < 0.0


def test_an_ambitious_service_that_doubts_merit_works_less_than_one_without_ambition(district):
    """The same in whole runs, on common draws; without a level held fair it is the reverse."""
    doubting = NOBODY_LEARNS | {"traits.merit_belief.mean": 0.15, "traits.ambition.sd": 0.0}
    work = {}
    for fair in (0.0, 0.5):
        for ambition in (0.0, 0.8):
            changes = {"behaviour.fair_belief": fair, "traits.ambition.mean": ambition}
            scenario = district.replace(doubting | changes | {"organisation.departments": 4})
            work[fair, ambition] = float(simulate(scenario, 1).summary["substance"])
    assert work[0.5, 0.8] < work[0.5, 0.0] - 0.03
    assert work[0.0, 0.8] > work[0.0, 0.0] + 0.01


def test_the_abler_the_likelier_an_officer_leaves_a_service_that_does_not_reward_merit(district):
    """Proportional hazards, as in Trevor, Gerhart & Boudreau (1997); merit reverses it."""
    scenario = district.replace(
        FAIR | {"behaviour.exit_of_able": 20.0, "careers.resignation": 0.02}
    )
    world = Plan(scenario).begin(1)
    officer, settings = world.officers[5], world.settings[0]

    def chance(capability, belief):
        officer.capability, officer.merit_belief = capability, belief
        return morale.chance_of_resigning(officer, 0.6, settings)

    # Two tenths of ability and three tenths of belief: 20 × .2 × .3 = 1.2 in the logarithm.
    assert chance(0.8, 0.2) == pytest.approx(0.02 * np.exp(1.2))
    assert chance(0.4, 0.2) == pytest.approx(0.02 * np.exp(-1.2))
    assert chance(0.8, 0.8) == pytest.approx(0.02 * np.exp(-1.2))
    assert chance(0.6, 0.2) == chance(0.9, 0.5) == pytest.approx(0.02)
    settings.exit_of_able = 100.0
    assert chance(1.0, 0.0) == 1.0


def test_those_who_are_dismissed_or_retire_are_not_asked_whether_they_resign(district):
    world = Plan(district.replace(FAIR | {"behaviour.exit_of_able": 100.0})).begin(1)
    officer, settings, tally = world.officers[5], world.settings[0], world.tallies[0, 0]
    officer.capability, officer.merit_belief = 1.0, 0.0
    officer.failing_years = settings.dismissal_years
    assert careers.leave(officer, settings, tally, True, 0.5, 0.2)
    officer.failing_years, officer.age = 0, settings.retirement_age * 12
    assert careers.leave(officer, settings, tally, True, 0.5, 0.2)
    assert (tally.dismissals, tally.retirements) == (1, 1)
    assert (tally.resignations, tally.able_resignations) == (0, 0)
    officer.age = 40 * 12
    assert careers.leave(officer, settings, tally, True, 0.5, 0.2)
    assert (tally.resignations, tally.able_resignations) == (1, 1)


# A service that many leave, for twenty years; ability is neither learnt nor lost.
TWENTY_YEARS = {
    "organisation.departments": 6,
    "public.citizens": 4,
    "clock.months": 240,
    "clock.observed": 60,
    "careers.resignation": 0.05,
    "careers.time_in_rank": 12,
    "behaviour.practice": 0.0,
    "behaviour.decay": 0.0,
    "mechanisms.training.courses": 0.0,
    "mechanisms.selection.purchase": 0.0,
}
BY_CONNECTION = {
    "mechanisms.selection.merit": 0.0,
    "mechanisms.selection.unchecked": 1.0,
    "mechanisms.accountability.reward": 0.0,
}
BY_MERIT = {
    "mechanisms.selection.merit": 1.0,
    "mechanisms.selection.unchecked": 0.0,
    "mechanisms.accountability.reward": 1.0,
}
# Held fair: more than officers believe where connections promote, less than where merit does.
BETWEEN = {"behaviour.fair_belief": 0.4}
ABLE_GO = BETWEEN | {"behaviour.exit_of_able": 30.0}


def capability_and_exit(district, changes):
    """Mean ability in the last five years, and the part of the able among those who resigned."""
    runs = [simulate(district.replace(TWENTY_YEARS | changes), 1, k) for k in range(2)]
    sums = sum(np.array(run.world.tallies["able_resignations"]).sum() for run in runs)
    left = sum(np.array(run.world.tallies["resignations"]).sum() for run in runs)
    return np.mean([float(run.summary["capability"]) for run in runs]), sums / left


def test_where_connections_promote_the_able_leave_first_and_capability_falls(district):
    """Adverse retention over twenty years; merit reverses it (Hirschman 1970 on exit).

    Paired with the same service without the mechanism, where exit takes all alike.
    """
    change, able = {}, {}
    for name, how in (("connection", BY_CONNECTION), ("merit", BY_MERIT)):
        plain, even = capability_and_exit(district, how | BETWEEN)
        changed, able[name] = capability_and_exit(district, how | ABLE_GO)
        change[name] = changed - plain
        assert even == pytest.approx(0.5, abs=0.08)
    assert able["connection"] > 0.65
    assert able["merit"] < 0.4
    assert change["connection"] < -0.02
    assert change["merit"] > 0.015


POOL = {
    "organisation.departments": 1,
    "organisation.ranks": [1, 2999],
    "traits.capability.mean": 0.5,
    "traits.capability.sd": 0.1,
    "traits.responsibility.mean": 0.5,
    "traits.responsibility.sd": 0.1,
    "mechanisms.selection.merit": 0.0,
    "mechanisms.training.grassroots": 0.0,
    "public.citizens": 1,
}


def pool(district, response=1.0, premium=0.0, belief=0.0, trust=0.0):
    """Mean traits of many newcomers, where belief and trust differ from those of the start."""
    scenario = district.replace(
        POOL
        | {"behaviour.applicants": response, "mechanisms.selection.pay_premium": premium}
        | {"traits.merit_belief.mean": 0.4, "traits.merit_belief.sd": 0.0}
    )
    world = Plan(scenario).begin(1)
    settings, here = world.settings[0], world.mechanisms[0, 0]
    department = world.departments[0]
    world.officers["merit_belief"][:] = 0.4 + belief
    department.credibility = settings.trust_mean + trust
    last = department.officers
    attraction = morale.attraction(world.officers, 0, last, department, here, settings)
    for officer in world.officers:
        recruitment.recruit(officer, here, settings, 1, 0, 11, attraction)
    return world.officers["capability"].mean(), world.officers["responsibility"].mean()


@pytest.mark.slow
def test_applicants_improve_with_pay_belief_in_merit_and_trust_as_the_response_says(district):
    """One standard deviation a log point at a response of 1, the draws being common.

    Pay above the market by a third, as in Dal Bó, Finan & Rossi (2013), is .285 log points.
    """
    usual = np.array(pool(district))
    assert pool(district, 1.0, 1 / 3) == pytest.approx(usual + 0.1 * np.log(4 / 3), abs=1e-4)
    assert pool(district, 2.0, 1 / 3) == pytest.approx(usual + 0.2 * np.log(4 / 3), abs=1e-4)
    assert pool(district, 1.0, belief=0.2) == pytest.approx(usual + 0.02, abs=1e-4)
    assert pool(district, 1.0, trust=-0.3) == pytest.approx(usual - 0.03, abs=1e-4)
    assert pool(district, 0.0, 1.0, 0.3, 0.3) == pytest.approx(usual)
    best = pool(district, 5.0, 2.0, 0.5, 0.3)
    assert max(best) <= 1.0


def test_where_merit_promotes_better_people_apply(district):
    """What officers see of promotions reaches applicants, with a delay (Ashraf et al. 2020)."""
    found = {}
    for response in (0.0, 2.0):
        for name, how in (("connection", BY_CONNECTION), ("merit", BY_MERIT)):
            changes = {
                "behaviour.applicants": response,
                # The better of two applicants is taken by neither.
                "traits.responsibility.sd": 0.0,
                "mechanisms.selection.virtue": 1.0,
            }
            scenario = district.replace(TWENTY_YEARS | how | changes | {"clock.observed": 120})
            found[response, name] = float(simulate(scenario, 2).summary["newcomers_capability"])
    assert found[2.0, "merit"] > found[2.0, "connection"] + 0.03
    assert abs(found[0.0, "merit"] - found[0.0, "connection"]) < 0.03


def test_pay_above_that_of_like_work_is_a_cost(district):
    """A premium of a tenth of a year's pay costs 1.2 officer-months a year."""
    scenario = district.replace(SMALL | {"clock.months": 12, "clock.observed": 12})
    plain = simulate(scenario, 1).summary["cost"]
    paid = simulate(scenario.replace({"mechanisms.selection.pay_premium": 0.1}), 1).summary["cost"]
    assert paid - plain == pytest.approx(1.2)


def people(district, settings):
    world = simulate(district.replace(SMALL | settings), 6).world
    return hashlib.sha256(world.officers.tobytes() + world.citizens.tobytes()).hexdigest()


def test_at_zero_morale_leaves_no_trace(district):
    plain = people(district, {})
    assert people(district, {"mechanisms.selection.pay_premium": 0.5}) == plain
    for key, value in (("fair_belief", 0.4), ("applicants", 1.0)):
        assert people(district, {f"behaviour.{key}": 0.0}) == plain
        assert people(district, {f"behaviour.{key}": value}) != plain
    exits = {"behaviour.exit_of_able": 50.0}
    assert people(district, exits | FAIR) != people(district, FAIR)


def test_in_a_month_of_work_nothing_but_a_choice_of_conduct_hears_of_what_is_held_fair(district):
    """With one conduct there is nothing to choose, and the month is the same to the byte."""
    only = {f"conducts.{name}.available": name == "faithful" for name in CONDUCTS}
    months = []
    for fair in (0.0, 0.5):
        scenario = district.replace(SMALL | only | {"behaviour.fair_belief": fair})
        world = Plan(scenario).begin(3)
        run_months(world, 0, 11)
        months.append(world.officers.tobytes())
    assert months[0] == months[1]
