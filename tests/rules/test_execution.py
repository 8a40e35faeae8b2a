import math

import numpy as np
import pytest

from sim import simulate
from sim.declare import quantities
from sim.kinds import CONDUCTS
from sim.machine.loop import run_months
from sim.world.plan import Plan
from sim.world.sections import Mechanisms

SELECTIVE = CONDUCTS.index("selective")

OFF = {f"mechanisms.{one.key}": 0.0 for one in quantities(Mechanisms)}
# One month in which every post has an owner and nothing but what a test names weighs on anybody.
CLEAR = OFF | {
    "clock.months": 1,
    "mechanisms.appraisal.weights.superior": 1.0,
    "directives.specificity.mean": 0.5,
    "directives.specificity.sd": 0.0,
    "behaviour.cooperation": 0.0,
    "behaviour.overlap_blur": 0.0,
    "mechanisms.posts.clarity": 1.0,
    "mechanisms.posts.authority": 1.0,
}


def world_of(district, conduct, changes):
    only = {f"conducts.{name}.available": name == conduct for name in CONDUCTS}
    return simulate(district.replace(CLEAR | only | changes), 2).world


def delivered(district, conduct, changes):
    return world_of(district, conduct, changes).officers["delivered"].sum()


def substance(district, conduct, changes):
    return world_of(district, conduct, changes).officers["substance"].sum()


def ratio(read, district, conduct, key, value, other):
    return read(district, conduct, {key: value}) / read(district, conduct, {key: other})


@pytest.mark.parametrize(("autonomy", "kept"), [(0.0, 0.7), (0.5, 0.85), (1.0, 1.0)])
def test_the_faithful_lose_what_needs_local_adaptation_unless_they_have_autonomy(
    district, autonomy, kept
):
    loss = {"conducts.faithful.local_loss": 0.6, "conducts.faithful.local_autonomy": 1.0}
    here = substance(district, "faithful", loss | {"mechanisms.leadership.autonomy": autonomy})
    whole = substance(district, "faithful", loss | {"conducts.faithful.local_loss": 0.0})
    assert here / whole == pytest.approx(kept)


def test_the_letter_loses_the_local_part_whatever_the_autonomy(district):
    whole = substance(district, "literal", {"conducts.literal.local_loss": 0.0})
    for autonomy in (0.0, 1.0):
        changes = {
            "conducts.literal.local_loss": 1.0,
            "conducts.literal.local_autonomy": 0.0,
            "mechanisms.leadership.autonomy": autonomy,
        }
        assert substance(district, "literal", changes) / whole == pytest.approx(0.5)


def test_the_letter_also_hands_less_of_the_local_part_down(district):
    officers = world_of(
        district, "literal", {"conducts.literal.passes": 1.0, "conducts.literal.passes_local": 0.3}
    ).officers
    assert officers["content"] == pytest.approx(0.85 ** (officers["rank"] + 1))


@pytest.mark.parametrize("interest", [-1.0, -0.4, 0.0, 1.0])
def test_what_does_not_suit_is_misread_on_the_way_down(district, interest):
    changes = {
        "conducts.selective.passes": 0.9,
        "conducts.selective.passes_adverse": 0.3,
        "directives.interest_low": interest,
        "directives.interest_high": interest,
    }
    officers = world_of(district, "selective", changes).officers
    passes = 0.9 - 0.3 * max(0.0, -interest)
    assert officers["content"] == pytest.approx(passes ** (officers["rank"] + 1))
    delivered = passes ** officers["rank"] * officers["substance"]
    assert officers["delivered"] == pytest.approx(delivered * officers["front"])
    plain = world_of(district, "selective", changes | {"conducts.selective.passes_adverse": 0.0})
    if interest >= 0.0:
        assert officers.tobytes() == plain.officers.tobytes()
    else:
        assert officers["delivered"].sum() < plain.officers["delivered"].sum()


@pytest.mark.parametrize("interest", [-1.0, 0.0, 0.5, 1.0])
def test_work_goes_beyond_what_was_asked_only_where_that_suits_the_department(district, interest):
    changes = {
        "conducts.selective.excess": 0.3,
        "directives.interest_low": interest,
        "directives.interest_high": interest,
    }
    world = world_of(district, "selective", changes)
    assert world.outlooks["excess"][:, SELECTIVE] == pytest.approx(0.3 * max(0.0, interest))
    assert not np.delete(world.outlooks["excess"], SELECTIVE, axis=1).any()
    tally = world.tallies[0, 0]
    assert tally["excess"] == pytest.approx(0.3 * max(0.0, interest) * tally["fronts"])
    asked = world_of(district, "selective", changes | {"conducts.selective.excess": 0.0})
    assert not asked.outlooks["excess"].any()
    assert not asked.tallies["excess"].any()


def test_the_idle_show_presence_and_deliver_next_to_nothing(district):
    table = {
        "conducts.idle.show": 0.3,
        "conducts.idle.substance": 0.03,
        "conducts.idle.passes": 0.8,
    }
    idle = world_of(district, "idle", table).officers
    faithful = world_of(district, "faithful", {"conducts.faithful.passes": 1.0}).officers
    assert np.all(idle["show"] == 0.3)
    assert idle["substance"] == pytest.approx(0.03 * faithful["ease"])
    front = idle["front"] == 1
    assert idle["delivered"][front] == pytest.approx(0.8**3 * 0.03 * faithful["ease"][front])
    assert 0.0 < idle["delivered"].sum() < 0.03 * faithful["delivered"].sum()


@pytest.mark.parametrize("interest", [-1.0, 0.0, 0.5, 1.0])
def test_selective_execution_follows_the_interest_of_the_department(district, interest):
    table = {"conducts.selective.substance": 0.5, "conducts.selective.substance_interest": 0.4}
    suits = {"directives.interest_low": interest, "directives.interest_high": interest}
    here = substance(district, "selective", table | suits)
    whole = substance(
        district,
        "selective",
        {"conducts.selective.substance": 1.0, "conducts.selective.substance_interest": 0.0},
    )
    assert here / whole == pytest.approx(0.5 + 0.4 * interest)


def test_no_interest_makes_more_of_a_month_than_a_whole_one(district):
    keen = {
        "conducts.selective.substance": 0.9,
        "conducts.selective.substance_interest": 0.9,
        "directives.interest_low": 1.0,
        "directives.interest_high": 1.0,
    }
    officers = world_of(district, "selective", keen).officers
    assert officers["substance"] == pytest.approx(officers["ease"])


def test_a_task_that_nobody_owns_comes_to_nothing_and_clarity_mends_it(district):
    unclear = {"mechanisms.posts.vacuum": 1.0, "mechanisms.posts.clarity": 0.0}
    assert delivered(district, "faithful", unclear) == 0.0
    mended = delivered(district, "faithful", unclear | {"mechanisms.posts.clarity": 1.0})
    assert mended == delivered(district, "faithful", {"mechanisms.posts.vacuum": 0.0}) > 0.0


@pytest.mark.parametrize("overlap", [0.0, 1.0])
def test_tasks_go_unowned_as_often_as_vacuum_and_blur_say(district, overlap):
    changes = {
        "organisation.departments": 200,
        "mechanisms.posts.vacuum": 0.5,
        "mechanisms.posts.clarity": 0.8,
        "mechanisms.posts.overlap": overlap,
        "behaviour.overlap_blur": 0.5,
    }
    unowned = world_of(district, "faithful", changes).officers["substance"] == 0.0
    expected = 0.5 * (1 - 0.8 * (1 - 0.5 * overlap))
    assert abs(unowned.mean() - expected) < 5 * math.sqrt(0.25 / unowned.size)


@pytest.mark.parametrize("chain", [0.0, 0.6, 1.0])
def test_handovers_leave_fewer_tasks_unowned_and_none_once_all_are_closed(district, chain):
    unclear = {
        "organisation.departments": 200,
        "mechanisms.posts.vacuum": 0.5,
        "mechanisms.posts.clarity": 0.0,
        "mechanisms.posts.chain": chain,
    }
    unowned = world_of(district, "faithful", unclear).officers["substance"] == 0.0
    expected = 0.5 * (1 - chain)
    assert abs(unowned.mean() - expected) <= 5 * math.sqrt(expected * (1 - expected) / unowned.size)
    if chain == 1.0:
        owned = world_of(district, "faithful", unclear | {"mechanisms.posts.vacuum": 0.0})
        assert not unowned.any()
        assert substance(district, "faithful", unclear) == owned.officers["substance"].sum()


def test_orders_of_several_heads_cross_each_other_in_every_layer(district):
    crossed = {"mechanisms.posts.heads": 0.5, "reach.crossed_orders": 0.2}
    here, whole = (world_of(district, "faithful", more).officers for more in (crossed, {}))
    assert here["content"] == pytest.approx(whole["content"] * 0.9 ** (here["rank"] + 1))
    assert here["delivered"] == pytest.approx(whole["delivered"] * 0.9 ** (here["rank"] + 1))


def test_authority_scales_what_an_officer_can_do(district):
    need = {"behaviour.authority_need": 0.4}
    powerless = substance(district, "faithful", need | {"mechanisms.posts.authority": 0.0})
    half = substance(district, "faithful", need | {"mechanisms.posts.authority": 0.5})
    full = substance(district, "faithful", need | {"mechanisms.posts.authority": 1.0})
    assert (powerless / full, half / full) == pytest.approx((0.6, 0.8))
    assert full == pytest.approx(substance(district, "faithful", {"behaviour.authority_need": 0.0}))


def test_time_taken_is_time_lost(district):
    meetings = "mechanisms.leadership.meetings"
    assert np.all(world_of(district, "faithful", {}).departments["burden"] == 0.0)
    assert ratio(substance, district, "faithful", meetings, 0.4, 0.0) == pytest.approx(0.6)


def test_time_that_can_be_taken_has_an_end(district):
    swamped = {f"mechanisms.supervision.coverage.{name}": 1.0 for name in ("party", "congress")}
    world = world_of(district, "faithful", swamped)
    assert np.all(world.departments["burden"] == 0.95)
    assert np.all(world.officers["ease"] > 0.0)


def test_ease_is_logistic_in_capability_less_demand(district):
    alike = {
        "traits.capability.mean": 0.6,
        "traits.capability.sd": 0.0,
        "directives.difficulty.mean": 0.3,
        "directives.difficulty.sd": 0.0,
        "behaviour.authority_need": 0.0,
    }
    world = world_of(district, "faithful", alike | {"behaviour.slope": 5.0})
    assert world.officers["ease"] == pytest.approx(1 / (1 + math.exp(-5.0 * 0.3)))


@pytest.mark.parametrize("planning", [0.0, 0.5, 1.0])
def test_planning_takes_part_of_the_difficulty_away(district, planning):
    planned = {
        "mechanisms.leadership.planning": planning,
        "reach.plan_relief": 0.4,
        "directives.difficulty.mean": 0.5,
    }
    departments = world_of(district, "faithful", planned).departments
    assert departments["demand"] == pytest.approx(departments["difficulty"] * (1 - 0.4 * planning))


@pytest.mark.parametrize("cooperation", [0.0, 0.5])
def test_a_task_is_harder_where_citizens_do_not_cooperate(district, cooperation):
    ease = []
    for trust in (0.1, 0.9):
        changes = {
            "behaviour.cooperation": cooperation,
            "public.trust.mean": trust,
            "public.trust.sd": 0.0,
        }
        world = world_of(district, "faithful", changes)
        added = world.departments["demand"] - world.departments["difficulty"]
        assert added == pytest.approx(cooperation * (1 - trust))
        ease.append(world.officers["ease"])
    if cooperation > 0:
        assert np.all(ease[0] < ease[1])
    else:
        assert np.array_equal(*ease)


def test_where_trust_neither_helps_nor_is_respected_it_has_no_effect_on_execution(district):
    # Silence, which low trust brings on, would be heard in fewer complaints: nobody falls silent.
    apart = {"behaviour.cooperation": 0.0, "behaviour.respect": 0.0, "public.exit_below": 0.0}
    worlds = []
    for trust in (0.05, 0.95):
        scenario = district.replace({"clock.months": 60, "public.trust.mean": trust} | apart)
        worlds.append(simulate(scenario, 2).world)
    assert worlds[0].officers.tobytes() == worlds[1].officers.tobytes()
    assert worlds[0].citizens.tobytes() != worlds[1].citizens.tobytes()
    for key in ("behaviour.cooperation", "behaviour.respect"):
        officers = []
        for trust in (0.05, 0.95):
            changes = {"clock.months": 60, "public.trust.mean": trust} | apart | {key: 0.5}
            officers.append(simulate(district.replace(changes), 2).world.officers.tobytes())
        assert officers[0] != officers[1]


def test_only_the_front_line_delivers_and_a_years_work_adds_up(district):
    scenario = district.replace({"clock.months": 11})
    world = Plan(scenario).begin(2)
    work = np.zeros(len(world.officers))
    for month in range(11):
        run_months(world, month, month + 1)
        work += world.officers["substance"]
    assert np.all(world.officers["delivered"][world.officers["subordinates"] > 0] == 0.0)
    assert world.officers["work"] == pytest.approx(work)
