import math

import numpy as np
import pytest

from sim import simulate
from sim.declare import quantities
from sim.kinds import CONDUCTS, FAITHFUL
from sim.mechanisms import back_tracing
from sim.world.plan import Plan
from sim.world.sections import Mechanisms

OFF = {f"mechanisms.{one.key}": 0.0 for one in quantities(Mechanisms)}
# Every front-line officer has an incident every month, every incident is traced to the top, and
# nothing but incidents brings sanctions.
INCIDENTS = OFF | {
    "mechanisms.appraisal.weights.superior": 1.0,
    "behaviour.incident": 1.0,
    "behaviour.shield": 0.0,
    "behaviour.overlap_blur": 0.0,
    "directives.harm.mean": 1.0,
    "directives.harm.sd": 0.0,
    "conducts.idle.substance": 0.0,
    "conducts.idle.error": 0.0,
    "conducts.idle.misconduct": 1.0,
    "mechanisms.posts.clarity": 1.0,
    "mechanisms.accountability.tracing": 1.0,
    "mechanisms.accountability.climb": 1.0,
    "mechanisms.accountability.proportion": 1.0,
    "mechanisms.accountability.severity": 0.5,
    "organisation.departments": 40,
    "organisation.ranks": [1, 2, 6],
    "clock.months": 11,
}
INCIDENTS_A_DEPARTMENT = 6 * 11
CLIMB = "mechanisms.accountability.climb"
CLARITY = "mechanisms.posts.clarity"


def run(district, only="idle", **changes):
    settings = INCIDENTS | {f"conducts.{name}.available": name == only for name in CONDUCTS}
    return simulate(district.replace(settings | changes.pop("settings", {})), 2).world


def by_rank(world):
    """Mean sanctions of an officer of each rank, a traced incident below."""
    officers = world.officers
    return np.array([officers["sanctions"][officers["rank"] == rank].mean() for rank in range(3)])


def happens(district, luck, substance=0.5, error=0.0, ease=1.0, front=True):
    world = Plan(district.replace({"behaviour.incident": 0.5, "behaviour.error_base": 1.5})).begin(
        1
    )
    officer = world.officers[-1 if front else 0]
    officer.luck_incident, officer.substance, officer.ease = luck, substance, ease
    world.departments[0].harm = 0.4
    world.conducts[FAITHFUL].error = error
    return back_tracing.incident_happens(
        officer, world.conducts[FAITHFUL], world.departments[0], world.settings[0]
    )


def test_incidents_grow_with_what_is_left_undone_and_with_error_in_acting(district):
    # .5 · .4 · (1 − substance + error · (1.5 − ease)).
    assert happens(district, 0.0999)
    assert not happens(district, 0.1001)
    assert not happens(district, 0.0001, substance=1.0)
    assert happens(district, 0.0399, substance=1.0, error=0.2, ease=0.5)
    assert not happens(district, 0.0401, substance=1.0, error=0.2, ease=0.5)


def test_incidents_happen_only_at_the_front_line(district):
    assert not happens(district, 0.0001, front=False)


def test_without_climbing_blame_stays_at_the_front_line_and_with_it_reaches_the_top(district):
    assert by_rank(run(district, settings={CLIMB: 0.0})) == pytest.approx([0, 0, 11])
    # Every incident of those below, whole.
    assert by_rank(run(district)) == pytest.approx([66, 33, 11])


def test_where_posts_are_unclear_blame_lands_on_somebody_below(district):
    clear, unclear = (by_rank(run(district, settings={CLARITY: c})) for c in (1.0, 0.0))
    assert unclear[0] == 0.0
    # The head's blame is shared by two, theirs by three each; the front line shares its own.
    assert unclear == pytest.approx([0, 66 / 2, 11 + 33 / 3])
    assert 1 * clear[0] + 2 * clear[1] + 6 * clear[2] == pytest.approx(
        2 * unclear[1] + 6 * unclear[2]
    )


def test_half_clear_posts_blame_the_person_in_charge_half_the_time(district):
    head = by_rank(run(district, settings={CLARITY: 0.5}))[0]
    found = head / INCIDENTS_A_DEPARTMENT
    assert abs(found - 0.5) < 5 * math.sqrt(0.25 / (40 * INCIDENTS_A_DEPARTMENT))


@pytest.mark.parametrize("tracing", [0.0, 0.3, 1.0])
def test_incidents_are_traced_as_often_as_tracing_says(district, tracing):
    traced = {"mechanisms.accountability.tracing": tracing, CLIMB: 0.0}
    found = 6 * by_rank(run(district, settings=traced))[2] / INCIDENTS_A_DEPARTMENT
    error = math.sqrt(tracing * (1 - tracing) / (40 * INCIDENTS_A_DEPARTMENT))
    assert abs(found - tracing) <= 5 * error


def test_a_case_that_climbs_to_the_tier_above_keeps_its_harm(district):
    above = {"tier": "above", "units": 1, "departments": 1, "ranks": [1]}
    tiers = {
        "organisation.above": [above],
        "organisation.departments": 1,
        "directives.harm.mean": 0.6,
    }
    top = run(district, settings=tiers).officers[0]
    assert top["sanctions"] > 20
    assert top["gravity"] == pytest.approx(top["sanctions"] * 0.5 * 0.6)


@pytest.mark.parametrize("hearing", [0.0, 0.6, 1.0])
def test_a_hearing_corrects_mistaken_findings(district, hearing):
    heard = {CLARITY: 0.0, "mechanisms.accountability.hearing": hearing}
    found = by_rank(run(district, settings=heard))[0] / INCIDENTS_A_DEPARTMENT
    error = math.sqrt(hearing * (1 - hearing) / (40 * INCIDENTS_A_DEPARTMENT))
    assert abs(found - hearing) <= 5 * error


@pytest.mark.parametrize(("heads_first", "decisions"), [(0.0, 0.5), (0.6, 0.5), (1.0, 1.0)])
def test_the_head_answers_first_for_a_wrong_decision(district, heads_first, decisions):
    settings = {
        "mechanisms.accountability.heads_first": heads_first,
        "reach.decision_share": decisions,
        CLIMB: 0.0,
    }
    head, deputy, front = by_rank(run(district, settings=settings))
    first = heads_first * decisions
    error = math.sqrt(first * (1 - first) / (40 * INCIDENTS_A_DEPARTMENT))
    assert abs(head / INCIDENTS_A_DEPARTMENT - first) <= 5 * error
    assert deputy == 0.0
    assert head + 6 * front == pytest.approx(INCIDENTS_A_DEPARTMENT)


def test_one_alone_is_blamed_for_what_nobody_clearly_owned(district):
    world = run(district, settings={CLARITY: 0.0, "organisation.ranks": [1]})
    assert np.all(world.officers["sanctions"] == 11)


def test_the_culpable_are_sanctioned_justly_and_the_others_unjustly(district):
    guilty, innocent = run(district, "idle"), run(district, "faithful")
    assert guilty.tallies["sanctions"].sum() > 0 == guilty.tallies["unjust_sanctions"].sum()
    assert innocent.tallies["unjust_sanctions"].sum() == innocent.tallies["sanctions"].sum() > 0


@pytest.mark.parametrize(
    ("tolerance", "review", "arbitration"),
    [(0, 0, 0), (0.4, 0, 0), (0, 0.7, 0), (0, 0, 0.7), (0, 0.4, 0.5), (0.5, 0.5, 0.2), (0, 1, 0.3)],
)
def test_tolerance_review_and_arbitration_spare_the_innocent(
    district, tolerance, review, arbitration
):
    spared = {
        "mechanisms.accountability.tolerance": float(tolerance),
        "mechanisms.accountability.review": float(review),
        "mechanisms.accountability.arbitration": float(arbitration),
    }
    wronged = run(district, "faithful").tallies["unjust_sanctions"].sum()
    tallies = run(district, "faithful", settings=spared).tallies
    undone = (1 - tolerance) * (review + arbitration * (1 - review))
    left = (1 - tolerance) * (1 - review) * (1 - arbitration)
    for name, share in (("reversed_sanctions", undone), ("unjust_sanctions", left)):
        error = math.sqrt(share * (1 - share) / wronged)
        assert abs(tallies[name].sum() / wronged - share) <= 5 * error
    assert wronged > 3_000


def test_tolerance_review_and_arbitration_do_not_spare_the_culpable(district):
    clauses = ("tolerance", "review", "arbitration")
    mild = {f"mechanisms.accountability.{name}": 1.0 for name in clauses}
    assert by_rank(run(district, settings=mild)) == pytest.approx(by_rank(run(district)))


@pytest.mark.parametrize("injustice", [0.0, 0.1])
def test_tracing_without_tolerance_costs_the_faithful_their_responsibility(district, injustice):
    still = {
        "behaviour.injustice": injustice,
        "behaviour.drift": 0.0,
        "traits.responsibility.mean": 0.6,
        "traits.responsibility.sd": 0.1,
    }
    kept = run(district, "faithful", settings=still).officers
    lost = 1 - kept["responsibility"] / kept["disposition"]
    if injustice:
        assert lost == pytest.approx(1 - 0.9 ** kept["sanctions"])
        assert lost.mean() > 0.3
    else:
        assert lost == pytest.approx(0.0)


@pytest.mark.parametrize("connection", [0.0, 0.5, 1.0])
def test_connections_shield_from_tracing(district, connection):
    ties = {"traits.connection.mean": connection, "traits.connection.sd": 0.0}
    shielded = run(district, settings=ties | {"behaviour.shield": 0.6}).tallies["sanctions"].sum()
    whole = run(district, settings=ties).tallies["sanctions"].sum()
    expected = 1 - 0.6 * connection
    assert abs(shielded / whole - expected) <= 5 * math.sqrt(expected * (1 - expected) / whole)


def test_gravity_is_severity_times_harm(district):
    officers = run(district, settings={"directives.harm.mean": 0.6}).officers
    assert officers["gravity"] == pytest.approx(officers["sanctions"] * 0.5 * 0.6)


@pytest.mark.parametrize(
    ("proportion", "arbitration", "evened"),
    [(0.0, 0.0, 0.0), (0.0, 0.5, 0.5), (0.4, 0.5, 0.7), (0.4, 0.0, 0.4), (0.0, 1.0, 1.0)],
)
@pytest.mark.parametrize("harm", [0.2, 0.8])
def test_arbitration_evens_out_what_was_out_of_proportion(
    district, harm, proportion, arbitration, evened
):
    settings = {
        "reach.even_gravity": 0.4,
        "directives.harm.mean": harm,
        "mechanisms.accountability.proportion": proportion,
        "mechanisms.accountability.arbitration": arbitration,
    }
    officers = run(district, settings=settings).officers
    gravity = 0.5 * (0.4 + evened * (harm - 0.4))
    assert officers["gravity"] == pytest.approx(officers["sanctions"] * gravity)
    assert officers["sanctions"].sum() > 0


@pytest.mark.parametrize(
    ("clause", "reach"), [("heads_first", "decision_share"), ("proportion", "even_gravity")]
)
def test_a_clause_turned_off_leaves_no_trace_whatever_its_reach(district, clause, reach):
    # Sanctions in proportion owe nothing to those that are all alike.
    neutral = {"heads_first": 0.0, "proportion": 1.0}[clause]
    runs = {
        setting: [
            run(
                district,
                settings={f"mechanisms.accountability.{clause}": setting, f"reach.{reach}": x},
            ).officers.tobytes()
            for x in (0.1, 0.9)
        ]
        for setting in (neutral, 0.5)
    }
    assert runs[neutral][0] == runs[neutral][1]
    assert runs[0.5][0] != runs[0.5][1]


def test_a_hearing_has_nothing_to_correct_where_posts_are_clear(district):
    heard, unheard = (
        run(district, settings={"mechanisms.accountability.hearing": hearing}).officers.tobytes()
        for hearing in (1.0, 0.0)
    )
    assert heard == unheard


@pytest.mark.parametrize("publicity", [0.0, 0.3, 1.0])
def test_cases_become_public_as_often_as_publicity_says(district, publicity):
    tallies = run(district, settings={"mechanisms.supervision.publicity": publicity}).tallies
    cases = tallies["sanctions"].sum()
    error = math.sqrt(publicity * (1 - publicity) / cases)
    assert abs(tallies["published"].sum() / cases - publicity) <= 5 * error


UNIFORM = (np.arange(1200) + 0.5) / 1200


def blamed(district, person, found):
    """How often each post of a department of a head and four is blamed."""
    officers = Plan(district.replace({"organisation.ranks": [1, 4]})).begin(1).officers
    hit = [back_tracing.blamed(officers, person, found, u) for u in UNIFORM]
    return np.bincount(hit, minlength=5)[:5].tolist()


def test_blame_for_the_unclear_is_spread_evenly_over_those_below(district):
    assert blamed(district, 0, 0.0) == [0, 300, 300, 300, 300]
    assert blamed(district, 0, 1.0) == [1200, 0, 0, 0, 0]


def test_at_the_front_line_a_colleague_is_blamed_instead(district):
    assert blamed(district, 3, 0.5) == [0, 200, 200, 600, 200]
