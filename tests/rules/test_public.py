import math

import numpy as np
import pytest

from sim import simulate
from sim.declare import quantities
from sim.kinds import CONDUCTS
from sim.machine.loop import run_months
from sim.mechanisms import news, public
from sim.world.plan import Plan
from sim.world.sections import Mechanisms
from sim.world.state import CITIZEN, VISIT

OFF = {f"mechanisms.{one.key}": 0.0 for one in quantities(Mechanisms)} | {
    "mechanisms.appraisal.weights.superior": 1.0
}


def open_channels(**changes):
    """Idle officers who deliver nothing, and a public that minds and may say so."""
    return OFF | {
        **{f"conducts.{name}.available": name == "idle" for name in CONDUCTS},
        "conducts.idle.substance": 0.0,
        "mechanisms.posts.clarity": 1.0,
        "public.complaint_rate": 0.5,
        "public.voice": 1.0,
        "public.exit_below": 0.0,
        "public.trust.mean": 0.5,
        "public.trust.sd": 0.1,
        "public.citizens": 500,
        "mechanisms.supervision.openness": 0.4,
        "organisation.departments": 1,
        "clock.months": 8,
        **changes,
    }


@pytest.fixture
def world(district):
    return Plan(
        district.replace(
            OFF
            | {
                "public.expectation": 0.4,
                "public.gain": 0.1,
                "public.loss": 0.3,
                "public.neighbour_pull": 0.0,
                "public.scandal": 0.02,
                "public.centre_credit": 0.02,
                "public.attribution": 0.0,
                "public.exit_below": 0.2,
                "public.return_above": 0.4,
                "public.exit_months": 3,
                "organisation.ranks": [1, 9],
            }
        )
    ).begin(1)


def meeting(trust=0.5, neighbours=0.5, delivered=0.0, excess=0.0, hides=0.0, voice=1, silent=0):
    citizen, visit = CITIZEN.zeros(1)[0], VISIT.zeros(1)[0]
    citizen.trust_before, citizen.trust_in_centre = trust, trust
    citizen.silent, citizen.voice, visit.neighbours = silent, voice, neighbours
    citizen.need = 1.0
    visit.delivered, visit.excess, visit.hides = delivered, excess, hides
    return citizen, visit


def meet(world, delivered, trust=0.5, neighbours=0.5, published=0, sanctions=0, excess=0.0):
    department, settings = world.departments[0], world.settings[0]
    department.published, department.published_sanctions = published, sanctions
    news.hear_news(department)
    citizen, visit = meeting(trust, neighbours, delivered, excess)
    experience = public.experience(visit, world.mechanisms[0, 0], settings)
    citizen.news = news.hears(visit, department, settings)
    after = public.trust_in_department(citizen, visit, experience, settings)
    return experience, after, public.trust_in_centre(citizen, visit, after, department, settings)


def test_experience_is_delivery_against_expectation_and_never_above_one(world):
    assert [meet(world, d)[0] for d in (0.0, 0.1, 0.4, 0.9)] == pytest.approx([0, 0.25, 1, 1])


def test_a_public_pledge_makes_citizens_expect_more(world):
    world.settings[0].pledge_hope, world.mechanisms[0, 0].pledges = 0.5, 0.5
    assert [meet(world, d)[0] for d in (0.0, 0.25, 0.5, 0.9)] == pytest.approx([0, 0.5, 1, 1])
    world.settings[0].pledge_hope = 0.0
    assert [meet(world, d)[0] for d in (0.0, 0.1, 0.4)] == [0.0, 0.1 / 0.4, 1.0]


def test_work_beyond_what_was_asked_spoils_the_experience_and_costs_trust(world):
    world.settings[0].excess_harm = 0.5
    experience, trust, _ = meet(world, 0.4, excess=0.6)
    assert experience == pytest.approx(1 - 0.5 * 0.6)
    assert trust == pytest.approx(0.5 + 0.1 * (0.7 - 0.5))
    experience, trust, _ = meet(world, 0.2, excess=0.6)
    assert experience == pytest.approx(0.5 * 0.7)
    assert trust == pytest.approx(0.5 + 0.3 * (0.35 - 0.5))
    world.settings[0].excess_harm = 0.0
    assert meet(world, 0.2, excess=0.6) == meet(world, 0.2, excess=0.0)


def test_trust_is_lost_faster_than_won(world):
    assert meet(world, 0.4)[1] == pytest.approx(0.5 + 0.1 * 0.5)
    assert meet(world, 0.0)[1] == pytest.approx(0.5 - 0.3 * 0.5)
    assert meet(world, 0.2)[1] == pytest.approx(0.5)


def test_neighbours_pull_trust_towards_their_mean(world):
    world.settings[0].neighbour_pull = 0.1
    assert meet(world, 0.2, neighbours=1.0)[1] == pytest.approx(0.55)
    assert meet(world, 0.2, neighbours=0.0)[1] == pytest.approx(0.45)


def test_a_published_scandal_lowers_local_trust_and_its_sanction_raises_trust_in_the_centre(world):
    # Ten officers: one case is ten per hundred.
    assert meet(world, 0.2, published=1)[1:] == pytest.approx((0.5 * 0.8, 0.5))
    assert meet(world, 0.2, published=1, sanctions=1)[1:] == pytest.approx((0.4, 0.5 + 0.2 * 0.5))
    assert meet(world, 0.2)[1:] == pytest.approx((0.5, 0.5))


def test_bad_service_at_home_speaks_against_the_centre_too(world):
    world.settings[0].attribution = 0.1
    _, trust, centre = meet(world, 0.0)
    assert centre == pytest.approx(0.5 + 0.1 * (trust - 0.5))
    assert centre < 0.5


def fall_silent(world, trust):
    """Whether a citizen is silent, month by month, as trust takes these values."""
    citizen = world.citizens[0]
    silent = []
    for citizen.trust in trust:
        public.withdraw_or_return(citizen, world.settings[0])
        silent.append(int(citizen.silent))
    return silent


def test_a_citizen_falls_silent_after_months_below_running(world):
    assert fall_silent(world, [0.1, 0.1, 0.1, 0.1]) == [0, 0, 1, 1]


def test_one_better_month_starts_the_count_anew(world):
    assert fall_silent(world, [0.1, 0.1, 0.2, 0.1, 0.1, 0.1]) == [0, 0, 0, 0, 0, 1]


def test_a_silent_citizen_returns_only_above_the_higher_threshold(world):
    fall_silent(world, [0.1] * 3)
    assert fall_silent(world, [0.3, 0.4, 0.41, 0.1, 0.1, 0.1]) == [1, 1, 0, 0, 0, 1]


def complains(world, u, experience=0.0, voice=1, silent=0, openness=0.5, protection=0.0, hides=0.0):
    mechanisms, settings = world.mechanisms[0, 0], world.settings[0]
    citizen, visit = meeting(hides=hides, voice=voice, silent=silent)
    mechanisms.openness, mechanisms.protection = openness, protection
    settings.complaint_rate = 0.4
    return u < public.chance_of_complaint(citizen, visit, experience, mechanisms, settings)


def test_only_a_dissatisfied_citizen_with_voice_and_an_open_channel_complains(world):
    assert complains(world, 0.1999)
    assert not complains(world, 0.2001)
    assert complains(world, 0.0999, experience=0.5)
    assert not complains(world, 0.1001, experience=0.5)
    for closed in ({"voice": 0}, {"silent": 1}, {"openness": 0.0}, {"experience": 1.0}):
        assert not complains(world, 1e-9, **closed)


def test_protection_lets_those_without_voice_complain(world):
    assert complains(world, 0.0999, voice=0, protection=0.5)
    assert not complains(world, 0.1001, voice=0, protection=0.5)
    assert complains(world, 0.1999, voice=1, protection=0.5)
    assert not complains(world, 1e-9, voice=0, silent=1, protection=1.0)


def test_nobody_complains_of_a_shortfall_that_is_kept_from_them(world):
    assert complains(world, 0.0999, hides=0.5)
    assert not complains(world, 0.1001, hides=0.5)
    assert not complains(world, 1e-9, hides=1.0)


def filed(district, **changes):
    return simulate(district.replace(open_channels(**changes)), 1).world.tallies["filed"].sum()


def test_a_hidden_shortfall_brings_no_complaint_and_a_pledge_leaves_nothing_hidden(district):
    hides, pledges = "conducts.idle.hides", "mechanisms.supervision.pledges"
    pledged = {pledges: 1.0, "reach.pledge_hope": 0.0}
    openly, half, all_hidden = (filed(district, **{hides: part}) for part in (0.0, 0.5, 1.0))
    # Eight months of 500 citizens who complain with probability .4 · .5, or half as often.
    assert abs(openly - 4000 * 0.2) < 5 * math.sqrt(4000 * 0.2 * 0.8)
    assert abs(half - 4000 * 0.1) < 5 * math.sqrt(4000 * 0.1 * 0.9)
    assert all_hidden == 0
    assert filed(district, **{hides: 1.0}, **pledged) == openly
    assert filed(district, **{hides: 1.0}, **pledged | {pledges: 0.5}) == half


def test_protection_brings_the_complaints_of_those_without_voice(district):
    protection = "mechanisms.supervision.protection"
    mute = {"public.voice": 0.0}
    assert filed(district, **mute, **{protection: 0.0}) == 0
    found = filed(district, **mute, **{protection: 0.5})
    assert abs(found - 4000 * 0.1) < 5 * math.sqrt(4000 * 0.1 * 0.9)
    assert filed(district, **{protection: 1.0}) == filed(district, **{protection: 0.0})


@pytest.mark.parametrize("key", ["mechanisms.supervision.openness", "public.voice"])
def test_complaints_rise_with_openness_and_voice(district, key):
    filed = [
        simulate(district.replace(open_channels(**{key: value})), 1).world.tallies["filed"].sum()
        for value in (0.0, 0.4, 0.8)
    ]
    assert filed[0] == 0
    assert filed[2] / filed[1] == pytest.approx(2.0, abs=0.2)


def test_a_silent_public_is_not_heard_and_does_not_cooperate(district):
    settings = open_channels(
        **{"public.exit_below": 0.9, "public.return_above": 0.95, "public.exit_months": 3}
    )
    world = Plan(district.replace(settings)).begin(1)
    run_months(world, 0, 8)
    assert np.all(world.tallies["filed"][:3] > 0)
    assert np.all(world.tallies["filed"][3:] == 0)
    assert np.all(world.tallies["silent"][2:] == 500)
    assert world.departments["willing"][0] == 0.0
    assert world.departments["credibility"][0] > 0.0


def upheld(world, u, misconduct=1.0, clarity=1.0, connection=0.0):
    conduct, department, settings = world.conducts[4], world.departments[0], world.settings[0]
    officer = world.officers[-1]
    conduct.misconduct, department.clarity, officer.connection = misconduct, clarity, connection
    settings.shield = 0.5
    return public.upheld(officer, conduct, department, settings, u)


def test_a_complaint_is_upheld_where_misconduct_can_be_pinned_on_somebody_unshielded(world):
    assert upheld(world, 0.9999)
    for missing in ({"misconduct": 0.5}, {"clarity": 0.5}, {"connection": 1.0}):
        assert upheld(world, 0.4999, **missing)
        assert not upheld(world, 0.5001, **missing)
    assert not upheld(world, 1e-9, misconduct=0.0)


def test_trust_follows_execution_in_a_government(district):
    still = OFF | {
        "clock.months": 36,
        "public.scandal": 0.0,
        "public.gain": 0.05,
        "public.loss": 0.05,
        "public.expectation": 0.4,
        "mechanisms.posts.authority": 1.0,
        "directives.difficulty.mean": 0.1,
        "traits.capability.mean": 0.7,
        "conducts.faithful.substance": 1.0,
        "conducts.faithful.passes": 1.0,
    }
    trust = []
    for only in ("faithful", "idle"):
        available = {f"conducts.{name}.available": name == only for name in CONDUCTS}
        trust.append(simulate(district.replace(still | available), 1).summary["credibility"])
    assert trust[0] > trust[1] + 0.2


@pytest.mark.parametrize("scandal", [0.0, 0.01])
def test_publicity_costs_the_government_local_trust(district, scandal):
    found = open_channels(
        **{"public.scandal": scandal, "public.centre_credit": 0.0, "public.attribution": 0.0}
    )
    trust = [
        simulate(
            district.replace(
                found
                | {"mechanisms.supervision.publicity": publicity}
                | {"behaviour.incident": 1.0, "mechanisms.accountability.tracing": 1.0}
            ),
            1,
        ).summary["credibility"]
        for publicity in (0.0, 1.0)
    ]
    if scandal:
        assert trust[1] < trust[0] - 0.02
    else:
        assert trust[1] == trust[0]


@pytest.mark.parametrize("harm", [0.0, 0.8])
def test_over_execution_costs_the_government_trust(district, harm):
    keen = OFF | {
        **{f"conducts.{name}.available": name == "selective" for name in CONDUCTS},
        "directives.interest_low": 1.0,
        "directives.interest_high": 1.0,
        "public.excess_harm": harm,
        "public.expectation": 0.01,
        "clock.months": 36,
        "mechanisms.posts.clarity": 1.0,
        # Trust as such moves nothing here but itself.
        "behaviour.cooperation": 0.0,
        "behaviour.respect": 0.0,
    }
    asked, beyond = (
        simulate(district.replace(keen | {"conducts.selective.excess": excess}), 1)
        for excess in (0.0, 1.0)
    )
    if harm:
        assert beyond.summary["credibility"] < asked.summary["credibility"] - 0.1
    else:
        assert asked.world.citizens.tobytes() == beyond.world.citizens.tobytes()
    assert beyond.summary["over_execution"] == 1.0
    assert asked.summary["over_execution"] == 0.0


def test_need_moves_trust_in_proportion(world):
    citizen, visit = meeting(0.5, 0.5, 0.0)
    settings = world.settings[0]
    after = []
    for citizen.need in (0.0, 1.0, 2.0):
        after.append(public.trust_in_department(citizen, visit, 0.0, settings))
    assert after == pytest.approx([0.5, 0.5 - 0.3 * 0.5, 0.5 - 0.6 * 0.5])


def test_citizens_who_are_alike_and_hear_at_once_are_as_without_these_settings(district):
    named = {
        "public.need_spread": 0.0,
        "public.need_silences": 0.0,
        "public.news_reach": 1.0,
        "public.word_of_mouth": 0.0,
    }
    tree = district.replace({"clock.months": 24}).model_dump(exclude={"name"})
    for key in named:
        del tree["public"][key.removeprefix("public.")]
    bare = type(district).from_tree(tree, "bare", "bare.toml")
    with_them = simulate(district.replace({"clock.months": 24} | named), 3)
    assert simulate(bare, 3).summary.equals(with_them.summary)
