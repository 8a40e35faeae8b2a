"""A clause without reach leaves no trace: a run is the same bit for bit whatever its setting."""

import hashlib

import pytest

from sim import simulate
from sim.kinds import CONDUCTS

POSTS, TRAINING = "mechanisms.posts.", "mechanisms.training."
SUPERVISION, CULTURE = "mechanisms.supervision.", "mechanisms.culture."
LEADERSHIP = "mechanisms.leadership."
STAKES = "mechanisms.appraisal.stakes."
ACCOUNTABILITY = "mechanisms.accountability."
# Three lively years of a small government whose directives are as often welcome as not.
LIVELY = {
    "organisation.departments": 4,
    "organisation.ranks": [1, 2, 8],
    "public.citizens": 12,
    "clock.months": 36,
    "careers.time_in_rank": 0,
    "careers.resignation": 0.1,
    "behaviour.incident": 0.3,
    TRAINING + "courses": 0.2,
    SUPERVISION + "openness": 0.5,
    SUPERVISION + "publicity": 0.5,
    SUPERVISION + "coverage.audit": 0.1,
    # Some are found wanting, and citizens complain.
    "grading.basic_below": 0.5,
    "behaviour.rent": 0.8,
    "traits.responsibility.mean": 0.45,
    "public.complaint_rate": 0.9,
    # Some withdraw.
    "public.exit_below": 0.4,
    "public.return_above": 0.5,
}
# What a setting works through.
THROUGH = {
    POSTS + "chain": {POSTS + "vacuum": 0.0},
    POSTS + "targets": {"reach.target_hold": 0.0},
    POSTS + "heads": {"reach.crossed_orders": 0.0, POSTS + "coordination": 0.0},
    "behaviour.buck_passing": {"behaviour.fear": 0.0},
    "behaviour.residual": {"behaviour.alert": 0.0},
    LEADERSHIP + "planning": {"reach.plan_relief": 0.0},
    LEADERSHIP + "drive": {
        "behaviour.example": 0.0,
        STAKES + "promotion": 0.0,
        STAKES + "pay": 0.0,
    },
    CULTURE + "honour": {"reach.honour_weight": 0.0},
    CULTURE + "shame": {"reach.shame_weight": 0.0},
    CULTURE + "protect": {"reach.protect_weight": 0.0, "reach.protect_bonus": 0.0},
    STAKES + "pay": {"behaviour.pay_pull": 0.0},
    "behaviour.margin": {"behaviour.pay_pull": 0.0, "behaviour.career": 0.0},
    "behaviour.in_working_hours": {"behaviour.effort": 0.0},
    STAKES + "promotion": {"behaviour.career": 0.0},
    STAKES + "development": {TRAINING + "courses": 0.0},
    ACCOUNTABILITY + "review": {ACCOUNTABILITY + "tracing": 0.0},
    TRAINING + "young_first": {TRAINING + "courses": 0.0},
    TRAINING + "promise_first": {TRAINING + "courses": 0.0},
    TRAINING + "targeting": {TRAINING + "courses": 0.0},
    TRAINING + "tailored": {"reach.course_misfit": 0.0},
    SUPERVISION + "pledges": {
        "reach.pledge_sight": 0.0,
        "reach.pledge_hope": 0.0,
        **{f"conducts.{name}.hides": 0.0 for name in CONDUCTS},
    },
    SUPERVISION + "protection": {"public.voice": 1.0},
    SUPERVISION + "monitoring": {f"eyes.monitoring.{name}": 0.0 for name in CONDUCTS[1:]},
    SUPERVISION + "tours": {"reach.tour_every": 120},
    SUPERVISION + "follow_money": {"directives.interest_low": 0.6, "directives.interest_high": 0.6},
    SUPERVISION + "follow_service": {"directives.harm.sd": 0.0},
    "conducts.selective.passes_adverse": {"directives.interest_low": 0.0},
    "conducts.selective.excess": {"public.excess_harm": 0.0},
    "behaviour.petition_time": {SUPERVISION + "openness": 1.0},
    "behaviour.enforcement_time": {"public.exit_below": 0.0},
    "conducts.selective.hides": {SUPERVISION + "openness": 0.0},
}


def people(district, settings):
    """A digest of the bytes of all officers and citizens after a run."""
    world = simulate(district.replace(LIVELY | settings), 6).world
    return hashlib.sha256(world.officers.tobytes() + world.citizens.tobytes()).hexdigest()


@pytest.mark.parametrize(("key", "cut"), THROUGH.items(), ids=THROUGH)
def test_a_setting_without_reach_leaves_no_trace_and_with_it_does(district, key, cut):
    assert people(district, cut | {key: 0.0}) == people(district, cut | {key: 1.0})
    assert people(district, {key: 0.0}) != people(district, {key: 1.0})
