"""Announced rules of promotion: believed in part as they are heard, then borne out or not."""

import numpy as np
import pytest

from sim import simulate
from sim.mechanisms import announcement
from sim.world import state

REFORM = {"mechanisms.selection.merit": 1.0, "mechanisms.selection.unchecked": 0.0}


def heard(before, now, announced, beliefs, month=1):
    """Beliefs after a rule of one weight of merit gives way to another."""
    officers = state.OFFICER.zeros(len(beliefs))
    officers["merit_belief"][:] = beliefs
    department = state.DEPARTMENT.zeros(1)[0]
    department.promised = before
    mechanisms = state.MECHANISMS.zeros(1)[0]
    mechanisms.merit = now
    settings = state.SETTINGS.zeros(1)[0]
    settings.announced = announced
    announcement.hear_rule(officers, 0, len(beliefs), department, mechanisms, settings, month)
    assert department.promised == now
    return np.array(officers["merit_belief"])


def test_belief_moves_by_the_part_of_the_change_that_is_believed():
    beliefs = np.array([0.2, 0.5])
    assert heard(0.3, 0.8, 0.4, beliefs) == pytest.approx(beliefs + 0.4 * 0.5)
    assert heard(0.8, 0.3, 0.4, beliefs) == pytest.approx(beliefs - 0.4 * 0.5)


def test_belief_stays_between_nobody_and_everybody():
    assert heard(0.0, 1.0, 1.0, [0.7]) == [1.0]
    assert heard(1.0, 0.0, 1.0, [0.3]) == [0.0]


def test_a_rule_that_has_not_changed_or_was_always_known_is_no_news():
    beliefs = [0.2, 0.5]
    assert list(heard(0.6, 0.6, 1.0, beliefs)) == beliefs
    assert list(heard(0.0, 0.6, 1.0, beliefs, month=0)) == beliefs


def test_posts_that_are_bought_filled_alone_or_backwards_do_not_go_by_merit():
    mechanisms = state.MECHANISMS.zeros(1)[0]
    mechanisms.merit = 0.8
    assert announcement.by_merit(mechanisms) == 0.8
    for clause in ("purchase", "unchecked", "adverse"):
        mechanisms[clause] = 0.25
    assert announcement.by_merit(mechanisms) == pytest.approx(0.8 * 0.75**3)


def told(district, announced, months=24):
    """Belief in merit month by month where merit decides all promotions from the seventh month."""
    scenario = district.replace(
        {
            "clock.months": months,
            "clock.reform_starts": 6,
            "behaviour.announced": announced,
            "levers.selection.full": {
                "selection.merit": 1.0,
                "selection.unchecked": 0.0,
                "selection.purchase": 0.0,
            },
            "levers.selection.ramp": 0,
        },
        {"selection": 1.0},
    )
    return simulate(scenario, 1).series["merit_belief"].to_numpy()


def test_an_announced_rule_is_believed_before_anybody_is_promoted_by_it(district):
    """Perceived merit rose with the announcement (Deserranno, Kastrau & León-Ciliotta 2025)."""
    silent, announced = told(district, 0.0), told(district, 0.5)
    assert list(announced[:6]) == list(silent[:6])
    quo = district.mechanisms.selection
    change = 1.0 - quo.merit * (1.0 - quo.unchecked) * (1.0 - quo.purchase) * (1.0 - quo.adverse)
    # Nobody is promoted before December.
    assert silent[6] == silent[5]
    gained = announced[6] - announced[5]
    assert 0.8 * 0.5 * change < gained <= 0.5 * change + 1e-12


def test_promotions_bear_the_announcement_out(district):
    """Those promised merit see it practised: what was believed at once does not vanish."""
    announced, silent = told(district, 0.5, 120), told(district, 0.0, 120)
    assert announced[-1] > announced[5]
    # Both come to believe what they see, so the lead of the announcement wears off.
    assert 0.0 <= announced[-1] - silent[-1] < announced[6] - silent[6]
