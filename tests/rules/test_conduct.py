import math

import numpy as np
import pytest

from sim.declare import quantities
from sim.kinds import CONDUCTS, FAITHFUL, IDLE, MASSES
from sim.machine.loop import run_months
from sim.mechanisms import conduct, supervision
from sim.phases import face_month, look_ahead
from sim.world.plan import Plan
from sim.world.sections import Mechanisms

SELECTIVE = CONDUCTS.index("selective")
SYMBOLIC = CONDUCTS.index("symbolic")

TERMS = (
    "duty",
    "career",
    "effort",
    "rent",
    "deterrence",
    "fear",
    "conformity",
    "culture_pull",
    "example",
    "habit",
)
OFF = {f"mechanisms.{one.key}": 0.0 for one in quantities(Mechanisms)}
TABLE = {
    "substance": (1.0, 0.9, 0.5, 0.1, 0.0),
    "show": (0.7, 0.6, 0.5, 0.9, 0.3),
    "misconduct": (0.0, 0.1, 0.7, 0.6, 0.8),
    "error": (0.3, 0.1, 0.1, 0.04, 0.02),
    "engagement": (1.0, 0.5, 0.2, 0.0, 0.0),
    "rent": (0.0, 0.0, 1.0, 0.0, 0.0),
    "avoidance": (0.0, 0.0, 0.0, 0.0, 0.7),
    "local_loss": (0.0, 0.0, 0.0, 0.0, 0.0),
}
# A month in a large department in which nothing is wanted and nothing seen, until a test says so.
NOTHING = OFF | {
    **{
        f"conducts.{name}.{column}": value
        for column, values in TABLE.items()
        for name, value in zip(CONDUCTS, values, strict=True)
    },
    "eyes.inspection": {"literal": 0.05, "selective": 0.35, "symbolic": 0.08, "idle": 0.6},
    "eyes.served": {"literal": 0.2, "selective": 0.3, "symbolic": 0.6, "idle": 0.6},
    **{f"behaviour.{name}": 0.0 for name in (*TERMS, "alert", "cooperation", "overlap_blur")},
    "mechanisms.appraisal.weights.users": 1.0,
    "mechanisms.appraisal.routine": 1.0,
    **{f"mechanisms.accountability.{name}": 1.0 for name in ("severity", "tracing")},
    **{f"traits.{name}.sd": 0.0 for name in ("responsibility", "ambition", "inertia")},
    "behaviour.precision": 4.0,
    "directives.interest_low": 0.0,
    "directives.interest_high": 0.0,
    "directives.specificity.mean": 0.5,
    "clock.months": 1,
    "clock.reform_starts": 0,
    "organisation.departments": 1,
    "organisation.ranks": [1, 9, 3990],
}


def world_of(district, changes, risk=0.0):
    world = Plan(district.replace(NOTHING | changes)).begin(1)
    world.officers["perceived_risk"] = risk
    return world


def shares(district, changes, risk=0.0):
    """Share of officers in each conduct after a month, on the same draws every time."""
    world = world_of(district, changes, risk)
    run_months(world, 0, 1)
    return np.bincount(world.officers["conduct"], minlength=5) / len(world.officers)


def utilities(district, changes, risk=0.0, example=0.0):
    """Utility of each conduct to a head who is wholly at ease."""
    world = world_of(district, changes, risk)
    look_ahead(world, 0, 0)
    face_month(world, 0, 0, 1, 0)
    world.officers["ease"] = 1.0
    choice = world.choices[0]
    choice.example = example
    rows = world.departments[0], world.mechanisms[0, 0], world.settings[0]
    conduct.note_stakes(world.officers[0], choice, *rows)
    return np.array(
        [
            sum(conduct.reasons(world.officers[0], k, False, choice, row, *rows))
            for k, row in enumerate(world.outlooks[0])
        ]
    )


def test_where_nothing_is_wanted_all_conducts_are_alike(district):
    assert np.all(utilities(district, {}) == 0.0)
    assert shares(district, {}) == pytest.approx(0.2, abs=0.03)


def test_duty_speaks_for_substance_to_the_responsible(district):
    dutiful = {"behaviour.duty": 1.0, "traits.responsibility.mean": 1.0}
    found = utilities(district, dutiful)
    assert found[FAITHFUL] == max(found) > 0.0
    assert utilities(district, dutiful | {"traits.responsibility.mean": 0.5}) == pytest.approx(
        found / 2
    )
    assert not utilities(district, dutiful | {"traits.responsibility.mean": 0.0}).any()
    assert shares(district, dutiful)[FAITHFUL] > shares(district, {})[FAITHFUL] + 0.2


@pytest.mark.parametrize(("seen", "best"), [("substance", FAITHFUL), ("show", SYMBOLIC)])
def test_a_career_is_made_of_what_appraisal_sees(district, seen, best):
    career = {
        "behaviour.career": 2.0,
        "traits.ambition.mean": 1.0,
        "mechanisms.appraisal.stakes.promotion": 1.0,
        "mechanisms.leadership.drive": 1.0,
        "traits.merit_belief.mean": 0.8,
        **{f"appraisers.users.{name}": float(name == seen) for name in ("substance", "show")},
    }
    found = shares(district, career)
    assert found[best] == max(found)
    assert found[best] > shares(district, {})[best] + 0.1
    for key in ("traits.ambition.mean", "mechanisms.appraisal.stakes.promotion"):
        assert not utilities(district, career | {key: 0.0}).any()


HOPING = {
    "behaviour.career": 2.0,
    "behaviour.pay_pull": 0.5,
    "mechanisms.leadership.drive": 1.0,
    "traits.ambition.mean": 0.5,
    "traits.merit_belief.mean": 0.8,
    "traits.merit_belief.sd": 0.0,
    "appraisers.users.substance": 1.0,
    "appraisers.users.show": 0.0,
}
CAREER = {"mechanisms.appraisal.stakes.promotion": 1.0}
PAID = {"mechanisms.appraisal.stakes.pay": 0.8}


@pytest.mark.parametrize("missing", ["ambition", "merit_belief"])
def test_a_career_takes_ambition_and_belief_and_pay_takes_neither(district, missing):
    substance = np.array(TABLE["substance"])
    assert utilities(district, HOPING | CAREER) == pytest.approx(2.0 * 0.5 * 0.8 * substance)
    cold = HOPING | {f"traits.{missing}.mean": 0.0}
    assert not utilities(district, cold | CAREER).any()
    paid = utilities(district, cold | PAID)
    assert paid == pytest.approx(0.5 * 0.8 * substance)
    assert np.array_equal(utilities(district, cold | PAID | CAREER), paid)
    assert np.array_equal(utilities(district, HOPING | PAID), paid)


def test_pay_moves_conduct_where_nobody_hopes_for_a_career(district):
    cold = HOPING | CAREER | {"traits.ambition.mean": 0.0}
    world = world_of(district, cold | PAID)
    run_months(world, 0, 1)
    wanted = 0.5 * 0.8 * np.outer(world.officers["ease"], TABLE["substance"])
    odds = np.exp(4.0 * wanted)
    expected = (odds / odds.sum(axis=1, keepdims=True)).mean(axis=0)
    paid, unpaid = shares(district, cold | PAID), shares(district, cold)
    error = 5 * math.sqrt(0.25 / len(world.officers))
    assert paid == pytest.approx(expected, abs=error)
    assert paid[FAITHFUL] > unpaid[FAITHFUL] + 2 * error
    assert np.array_equal(shares(district, cold | PAID | {"behaviour.pay_pull": 0.0}), unpaid)


def test_effort_costs_what_it_takes_and_more_where_demand_is_high(district):
    changes = {
        "behaviour.effort": 0.5,
        "directives.difficulty.mean": 0.4,
        "directives.difficulty.sd": 0.0,
        **{f"conducts.{name}.effort": 0.2 * k for k, name in enumerate(CONDUCTS)},
    }
    assert utilities(district, changes) == pytest.approx(-0.5 * 1.4 * 0.2 * np.arange(5))


def selective_rent(district, autonomy, responsibility=0.0, interest=1.0):
    return {
        "behaviour.rent": 1.0,
        "behaviour.autonomy_rent": 0.5,
        "conducts.selective.rent": 1.0,
        "conducts.idle.avoidance": 0.7,
        "traits.responsibility.mean": responsibility,
        "mechanisms.leadership.autonomy": autonomy,
        "directives.interest_low": interest,
        "directives.interest_high": interest,
    }


def test_capture_pays_the_irresponsible_and_autonomy_makes_it_easier(district):
    tight, free = (selective_rent(district, autonomy) for autonomy in (0.0, 1.0))
    assert utilities(district, tight)[SELECTIVE] == pytest.approx(0.5)
    assert utilities(district, free)[SELECTIVE] == pytest.approx(1.0)
    assert shares(district, free)[SELECTIVE] > shares(district, tight)[SELECTIVE] + 0.1
    assert not utilities(district, selective_rent(district, 1.0, responsibility=1.0)).any()
    assert not utilities(district, selective_rent(district, 1.0, interest=0.0)).any()


def test_a_directive_against_the_department_is_also_avoided(district):
    against = utilities(district, selective_rent(district, 1.0, interest=-1.0))
    assert against[[SELECTIVE, IDLE]] == pytest.approx([1.0, 0.7])
    assert utilities(district, selective_rent(district, 1.0, interest=1.0))[IDLE] == 0.0


def look(channel, eye, coverage=0.1, deterrence=2.0):
    """A channel that looks with one eye alone."""
    mixed = {f"channels.{channel}.{other}": 0.0 for other in ("inspection", "audit", "served")}
    return mixed | {
        f"channels.{channel}.{eye}": 1.0,
        "behaviour.deterrence": deterrence,
        f"mechanisms.supervision.coverage.{channel}": coverage,
    }


def test_what_is_seen_deters_those_who_believe_in_the_risk(district):
    watched = look("courts", "served")
    afraid = utilities(district, watched, risk=0.5)
    assert np.all(afraid[1:] < 0.0)
    assert afraid[FAITHFUL] == 0.0
    assert utilities(district, watched, risk=1.0) == pytest.approx(2 * afraid)
    assert not utilities(district, watched, risk=0.0).any()
    assert not utilities(district, look("courts", "served", coverage=0.0), risk=0.5).any()
    assert shares(district, watched, 0.5)[FAITHFUL] > shares(district, watched)[FAITHFUL] + 0.05


@pytest.mark.parametrize("deterrence", [0.0, 3.0])
def test_more_inspection_of_papers_alone_drives_the_idle_into_show(district, deterrence):
    press = look("press", "served", 0.02, deterrence)
    inspected = press | look("party", "inspection", 0.4, deterrence)
    before, after = shares(district, press, 0.5), shares(district, inspected, 0.5)
    shift = (after / before)[[SYMBOLIC, IDLE]]
    if deterrence:
        assert shift[0] / shift[1] > 1.5
        assert after[SYMBOLIC] > before[SYMBOLIC]
    else:
        assert np.array_equal(before, after)


@pytest.mark.parametrize("kept", [1.0, 0.0])
def test_fear_of_error_stops_those_who_act_unless_honest_failure_is_forgiven(district, kept):
    afraid = {"behaviour.fear": 4.0, "mechanisms.accountability.tolerance": 1.0 - kept}
    found = utilities(district, afraid)
    if kept:
        assert found[FAITHFUL] == min(found) < 0.0
        assert shares(district, afraid)[FAITHFUL] < shares(district, {})[FAITHFUL] - 0.05
    else:
        assert not found.any()


@pytest.mark.parametrize("key", ["tracing", "severity"])
def test_fear_grows_with_tracing_and_severity(district, key):
    afraid = {"behaviour.fear": 4.0}
    half = utilities(district, afraid | {f"mechanisms.accountability.{key}": 0.5})
    assert half == pytest.approx(0.5 * utilities(district, afraid))


@pytest.mark.parametrize(("review", "arbitration"), [(1.0, 0.0), (0.0, 1.0), (0.4, 0.5), (0.3, 0)])
def test_review_or_else_arbitration_takes_part_of_the_fear(district, review, arbitration):
    afraid = {"behaviour.fear": 4.0, "behaviour.appeal_relief": 0.5}
    mended = {
        "mechanisms.accountability.review": review,
        "mechanisms.accountability.arbitration": arbitration,
    }
    redress = review + arbitration * (1 - review)
    whole, relieved = utilities(district, afraid), utilities(district, afraid | mended)
    assert whole[FAITHFUL] < 0.0
    assert relieved == pytest.approx((1 - 0.5 * redress) * whole)
    without = mended | {"behaviour.appeal_relief": 0.0}
    assert np.array_equal(utilities(district, afraid | without), whole)


@pytest.mark.parametrize("culture", [0.0, 1.0])
def test_norms_pull_towards_engagement_and_culture_adds_to_the_pull(district, culture):
    usual = {
        "behaviour.conformity": 0.5,
        "behaviour.culture_pull": 0.3,
        "mechanisms.culture.culture": culture,
        "start.norm_at_start": 0.8,
        **{f"conducts.{name}.engagement": k / 4 for k, name in enumerate(CONDUCTS)},
    }
    pull = 0.8 * (0.5 + 0.3 * culture)
    assert utilities(district, usual) == pytest.approx(pull * np.arange(5) / 4)


def test_a_driving_superior_sets_an_example(district):
    driven = {"behaviour.example": 0.6, "mechanisms.leadership.drive": 0.5}
    engaged = utilities(district, driven, example=1.0)
    assert engaged[FAITHFUL] == pytest.approx(0.3)
    assert engaged[IDLE] == 0.0
    assert not utilities(district, driven, example=0.0).any()
    assert not utilities(district, driven | {"mechanisms.leadership.drive": 0.0}, example=1.0).any()


@pytest.mark.parametrize(("routine", "weighs"), [(0.0, 0.0), (0.5, 0.5), (1.0, 1.0)])
def test_a_career_counts_in_january_only_as_far_as_appraisal_is_routine(district, routine, weighs):
    career = {
        "behaviour.career": 2.0,
        "mechanisms.appraisal.stakes.promotion": 1.0,
        "mechanisms.leadership.drive": 1.0,
        "mechanisms.appraisal.routine": 1.0,
    }
    whole = utilities(district, career)
    found = utilities(district, career | {"mechanisms.appraisal.routine": routine})
    assert found == pytest.approx(weighs * whole)
    assert whole.any()


@pytest.mark.parametrize("name", ["honour", "shame"])
def test_honour_and_shame_speak_for_engagement_whatever_the_norm(district, name):
    felt = {
        f"reach.{name}_weight": 0.6,
        f"mechanisms.culture.{name}": 0.5,
        "start.norm_at_start": 0.0,
    }
    found = utilities(district, felt)
    assert found[FAITHFUL] - found[IDLE] == pytest.approx(0.3)
    assert found[FAITHFUL if name == "shame" else IDLE] == 0.0
    assert shares(district, felt)[FAITHFUL] > shares(district, {})[FAITHFUL] + 0.02


def test_protection_takes_fear_from_those_who_act_and_not_from_those_who_avoid(district):
    afraid = {"behaviour.fear": 4.0, "reach.protect_weight": 0.7, "conducts.idle.error": 0.3}
    found = utilities(district, afraid)
    kept = utilities(district, afraid | {"mechanisms.culture.protect": 1.0})
    assert found[FAITHFUL] == found[IDLE] < 0.0
    assert kept[FAITHFUL] == pytest.approx(0.3 * found[FAITHFUL])
    assert kept[IDLE] == found[IDLE]


@pytest.mark.parametrize("inertia", [0.0, 0.5, 1.0])
def test_habit_repeats_last_months_conduct_in_proportion_to_inertia(district, inertia):
    used_to = {
        "behaviour.habit": 0.5,
        "traits.inertia.mean": inertia,
        "start.norm_at_start": 0.0,
    }
    odds = math.exp(4.0 * 0.5 * inertia)
    assert shares(district, used_to)[IDLE] == pytest.approx(odds / (odds + 4), abs=0.04)


@pytest.mark.parametrize(("heard", "fronts", "looked_into"), [(0, 4, 0), (1, 4, 0.2), (9, 4, 0.8)])
def test_the_masses_channel_looks_as_far_as_there_were_complaints(
    district, heard, fronts, looked_into
):
    world = world_of(district, {})
    department, mechanisms = world.departments[0], world.mechanisms[0, 0]
    department.heard, department.fronts = heard, fronts
    mechanisms.coverage[MASSES] = 0.8
    assert supervision.masses_coverage(department, mechanisms) == pytest.approx(looked_into)


def test_presence_is_the_chance_that_looks_see_what_they_see_best(district):
    """Nine looks of coverage c and acuity a miss with Π(1 − c·a); the best seen counts."""
    changes = OFF | {
        "mechanisms.appraisal.weights.users": 1.0,
        "mechanisms.supervision.coverage.party": 0.5,
        "mechanisms.supervision.coverage.audit": 0.25,
        "channels.party": dict(inspection=1.0, audit=0.0, served=0.0, publicity=0.0, burden=0.0),
        "channels.audit": dict(inspection=0.0, audit=1.0, served=0.0, publicity=0.0, burden=0.0),
        "eyes.inspection": dict(literal=0.0, selective=0.2, symbolic=0.0, idle=0.6),
        "eyes.audit": dict(literal=0.0, selective=0.8, symbolic=0.4, idle=0.0),
    }
    world = Plan(district.replace(changes)).begin(1)
    look_ahead(world, 0, 0)
    selective = 1.0 - (1.0 - 0.5 * 0.2) * (1.0 - 0.25 * 0.8)
    idle = 0.5 * 0.6
    assert world.departments[0].presence == pytest.approx(max(selective, idle))
    assert max(selective, idle) == idle
