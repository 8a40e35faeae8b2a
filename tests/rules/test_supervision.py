import math

import numpy as np
import pytest

from sim import simulate
from sim.declare import quantities
from sim.kinds import CHANNELS, CONDUCTS, FAITHFUL, IDLE, MASSES
from sim.mechanisms import deterrence, supervision
from sim.phases import look_ahead
from sim.world.plan import Plan
from sim.world.sections import Mechanisms

SYMBOLIC = CONDUCTS.index("symbolic")

OFF = {f"mechanisms.{one.key}": 0.0 for one in quantities(Mechanisms)}
# All are idle, which is wholly misconduct; no channel looks until a test says so, nothing else
# brings sanctions, and posts are clear.
UNWATCHED = OFF | {
    "mechanisms.appraisal.weights.superior": 1.0,
    **{f"conducts.{name}.available": name == "idle" for name in CONDUCTS},
    "conducts.idle.misconduct": 1.0,
    "eyes.inspection.idle": 0.6,
    "eyes.audit.idle": 0.1,
    "eyes.served.idle": 0.5,
    "channels.audit": {
        "inspection": 0.0,
        "audit": 1.0,
        "served": 0.0,
        "publicity": 0.5,
        "burden": 0.4,
    },
    "channels.press": {
        "inspection": 0.2,
        "audit": 0.0,
        "served": 0.8,
        "publicity": 1.0,
        "burden": 0.1,
    },
    "behaviour.incident": 0.0,
    "behaviour.shield": 0.0,
    "behaviour.overlap_blur": 0.0,
    "mechanisms.posts.clarity": 1.0,
    "mechanisms.accountability.proportion": 1.0,
    "organisation.departments": 50,
    "organisation.ranks": [1, 9],
    "clock.months": 8,
}
MONTHS = 50 * 10 * 8
COVERAGE = "mechanisms.supervision.coverage."


def tallies(district, **changes):
    found = simulate(district.replace(UNWATCHED | changes.pop("settings", {})), 1).world.tallies
    return {name: found[name].sum() for name in found.names}


def detected(district, **changes):
    return tallies(district, **changes)["detected"] / MONTHS


def assert_near(found, expected, number=MONTHS):
    assert abs(found - expected) <= 5 * math.sqrt(max(expected * (1 - expected), 0) / number)


def test_nobody_is_seen_where_nobody_looks(district):
    assert detected(district) == 0.0


def test_misconduct_is_seen_as_often_as_coverage_and_acuity_say(district):
    # Press: .2 · .6 + .8 · .5 = .52 of idleness.
    assert_near(detected(district, settings={COVERAGE + "press": 0.5}), 0.5 * 0.52)
    assert_near(detected(district, settings={COVERAGE + "audit": 0.5}), 0.5 * 0.1)


def test_what_one_channel_misses_another_may_see(district):
    both = {COVERAGE + "press": 0.5, COVERAGE + "audit": 0.5}
    assert_near(detected(district, settings=both), 1 - (1 - 0.5 * 0.52) * (1 - 0.5 * 0.1))


@pytest.mark.parametrize(
    "scale",
    [
        {"conducts.idle.misconduct": 0.5},
        {"mechanisms.posts.clarity": 0.5},
        {
            "behaviour.shield": 0.5,
            "traits.connection.mean": 1.0,
            "traits.connection.sd": 0.0,
        },
    ],
    ids=["half misconduct", "half clear", "half shielded"],
)
def test_only_what_can_be_pinned_on_an_unshielded_person_is_sanctioned(district, scale):
    watched = {COVERAGE + "press": 1.0}
    assert_near(detected(district, settings=watched), 0.52)
    assert_near(detected(district, settings=watched | scale), 0.26)


def test_the_faithful_have_nothing_to_hide(district):
    faithful = {f"conducts.{name}.available": name == "faithful" for name in CONDUCTS}
    everything = {COVERAGE + name: 1.0 for name in CHANNELS}
    assert detected(district, settings=faithful | everything) == 0.0


def test_detection_ends_in_a_sanction_of_its_gravity(district):
    watched = {
        COVERAGE + "press": 1.0,
        "conducts.idle.misconduct": 0.8,
        "mechanisms.accountability.severity": 0.5,
    }
    officers = simulate(district.replace(UNWATCHED | watched), 1).world.officers
    assert officers["sanctions"].sum() > 0
    assert officers["gravity"] == pytest.approx(0.4 * officers["sanctions"])


def test_severity_deters_less_than_in_proportion(district):
    """Nagin (2013): far less support for severity than for certainty. Twice the severity deters
    2ᵉ times as much where e is the elasticity; twice the felt risk deters twice as much.
    """
    threats = {}
    for elasticity in (0.0, 0.3, 1.0):
        for severity in (0.0, 0.5, 1.0):
            scenario = district.replace(
                {
                    "behaviour.severity_elasticity": elasticity,
                    "mechanisms.accountability.severity": severity,
                }
            )
            world = Plan(scenario).begin(1)
            done = world.conducts[CONDUCTS.index("idle")]
            mechanisms = world.mechanisms[0, 0]
            threats[elasticity, severity] = deterrence.threat(
                done, 1.0, mechanisms, world.settings[0]
            )
    for elasticity in (0.0, 0.3, 1.0):
        ratio = threats[elasticity, 1.0] / threats[elasticity, 0.5]
        assert ratio == pytest.approx(2.0**elasticity)
        # Sanctions without weight deter nobody, and those of weight 1 as much by any elasticity.
        assert threats[elasticity, 0.0] == 0.0
        assert threats[elasticity, 1.0] == pytest.approx(threats[1.0, 1.0])


@pytest.mark.parametrize(("channel", "ready"), [("press", 1.0), ("audit", 0.5)])
def test_cases_are_published_as_far_as_publicity_and_the_channel_are_ready(
    district, channel, ready
):
    open_cases = {COVERAGE + channel: 1.0, "mechanisms.supervision.publicity": 0.6}
    found = tallies(district, settings=open_cases)
    assert_near(found["published"] / found["detected"], 0.6 * ready, found["detected"])


def test_the_masses_see_only_after_citizens_complained(district):
    looking = {COVERAGE + "masses": 1.0, "public.voice": 1.0, "public.complaint_rate": 1.0}
    assert detected(district, settings=looking) == 0.0
    heard = looking | {"mechanisms.supervision.openness": 1.0, "public.exit_below": 0.0}
    run = simulate(district.replace(UNWATCHED | heard), 1)
    by_month = run.world.tallies["detected"][:, 0]
    assert by_month[0] == 0.0
    assert np.all(by_month[1:] > 0.0)


def test_a_case_is_owed_to_the_channels_in_proportion_to_what_they_see(district):
    plan = Plan(district.replace(UNWATCHED | {COVERAGE + "press": 0.5, COVERAGE + "audit": 0.5}))
    world = plan.begin(1)
    look_ahead(world, 0, 0)
    seen = [
        CHANNELS[
            supervision.seeing_channel(
                IDLE,
                world.channels,
                world.outlooks[0][IDLE],
                world.departments[0],
                world.mechanisms[0, 0],
                world.settings[0],
                0,
                u,
            )
        ]
        for u in (np.arange(1000) + 0.5) / 1000
    ]
    assert set(seen) == {"press", "audit"}
    assert seen.count("press") / 1000 == pytest.approx(0.52 / 0.62, abs=0.002)


def test_a_channel_sees_with_its_mix_of_eyes(district):
    eyes = {
        "eyes.inspection.symbolic": 0.1,
        "eyes.audit.symbolic": 0.4,
        "eyes.served.symbolic": 0.6,
        "channels.congress": {
            "inspection": 0.5,
            "audit": 0.3,
            "served": 0.2,
            "publicity": 0.5,
            "burden": 0.8,
        },
    }
    congress = Plan(district.replace(eyes)).channels[CHANNELS.index("congress")]
    assert congress.acuity[SYMBOLIC] == pytest.approx(0.05 + 0.12 + 0.12)
    assert congress.acuity[FAITHFUL] == 0.0


def taken(district, settings, month=0):
    return Plan(district.replace(UNWATCHED | settings)).mechanisms[month, 0].time_taken


def test_inspections_meetings_courses_and_overlap_take_their_time(district):
    assert taken(district, {}) == 0.0
    for more, time in (
        ({"mechanisms.leadership.meetings": 0.2}, 0.2),
        ({"mechanisms.training.courses": 0.2, "mechanisms.training.course_time": 0.3}, 0.06),
        ({"mechanisms.posts.overlap": 0.5, "mechanisms.posts.coordination": 0.2}, 0.1),
        ({"mechanisms.posts.heads": 0.5, "mechanisms.posts.coordination": 0.2}, 0.1),
        ({COVERAGE + "audit": 0.5}, 0.2),
        ({COVERAGE + "masses": 1.0}, 0.0),
    ):
        assert taken(district, more) == pytest.approx(time)


def test_an_inspection_tour_looks_at_more_in_its_month_and_takes_time_then(district):
    touring = {
        "mechanisms.supervision.tours": 0.5,
        "reach.tour_every": 4,
        "eyes.inspection.idle": 1.0,
        "channels.party": {
            "inspection": 1.0,
            "audit": 0.0,
            "served": 0.0,
            "publicity": 0.0,
            "burden": 0.4,
        },
    }
    by_month = simulate(district.replace(UNWATCHED | touring), 1).world.tallies["detected"][:, 0]
    tour = np.arange(8) % 4 == 3
    assert not by_month[~tour].any()
    assert_near(by_month[tour].sum() / 1000, 0.5, 1000)
    assert [taken(district, touring, month) for month in (2, 3)] == pytest.approx([0.0, 0.2])
    later, never = (
        simulate(district.replace(UNWATCHED | touring | more), 1).world.officers.tobytes()
        for more in ({"reach.tour_every": 9}, {"mechanisms.supervision.tours": 0.0})
    )
    assert later == never


def test_monitoring_watches_approvals_whatever_the_channels_do(district):
    watched = {"mechanisms.supervision.monitoring": 0.5, "eyes.monitoring.idle": 0.4}
    assert_near(detected(district, settings=watched), 0.2)
    both = watched | {COVERAGE + "press": 0.5}
    assert_near(detected(district, settings=both), 1 - (1 - 0.2) * (1 - 0.26))
    assert taken(district, watched) == 0.0
    blind = watched | {"eyes.monitoring.idle": 0.0}
    assert detected(district, settings=blind) == 0.0


def test_what_no_channel_sees_and_monitoring_does_is_owed_to_administrative_supervision(district):
    unseen = {"eyes.inspection.idle": 0.0, "eyes.audit.idle": 0.0, "eyes.served.idle": 0.0}
    everywhere = {COVERAGE + name: 1.0 for name in CHANNELS}
    assert detected(district, settings=unseen | everywhere) == 0.0
    watched = {"mechanisms.supervision.monitoring": 1.0, "eyes.monitoring.idle": 0.3}
    published = {
        "mechanisms.supervision.publicity": 1.0,
        "channels.administrative.publicity": 0.2,
    }
    found = tallies(district, settings=unseen | everywhere | watched | published)
    assert_near(found["detected"] / MONTHS, 0.3)
    assert_near(found["published"] / found["detected"], 0.2, found["detected"])


def test_a_public_pledge_sharpens_the_eyes_of_those_served_alone(district):
    pledged = {"mechanisms.supervision.pledges": 0.5, "reach.pledge_sight": 0.5}
    # A quarter better where those served look: .2 · .6 + 1.25 · .8 · .5 = .62.
    assert_near(detected(district, settings=pledged | {COVERAGE + "press": 1.0}), 0.62)
    for channel in ("audit", "administrative"):
        looking = {COVERAGE + channel: 1.0}
        with_pledge = detected(district, settings=pledged | looking)
        assert with_pledge == detected(district, settings=looking)
    dull = pledged | {"reach.pledge_sight": 0.0, COVERAGE + "press": 1.0}
    assert detected(district, settings=dull) == detected(
        district, settings={COVERAGE + "press": 1.0}
    )


def test_complaints_take_time_once_they_are_made(district):
    world = Plan(district.replace(UNWATCHED | {COVERAGE + "masses": 0.5})).begin(1)
    department, mechanisms = world.departments[0], world.mechanisms[0, 0]
    world.channels[MASSES].burden = 0.2
    time = []
    for heard in (0, 3, 9, 90):
        department.heard = heard
        time.append(supervision.burden_of_complaints(department, mechanisms, world.channels))
    assert time == pytest.approx([0.0, 0.2 * 0.5 / 3, 0.1, 0.1])


@pytest.mark.parametrize("own", [0.0, 0.4])
def test_perceived_risk_rises_where_channels_look(district, own):
    beliefs = {f"behaviour.{name}": 0.0 for name in ("alert", "peer", "forget")}
    beliefs["behaviour.own"] = own
    officers = simulate(
        district.replace(UNWATCHED | beliefs | {COVERAGE + "press": 0.3}), 1
    ).world.officers
    assert officers["perceived_risk"] == pytest.approx(1 - (1 - own) ** officers["sanctions"])
    assert officers["sanctions"].any()
