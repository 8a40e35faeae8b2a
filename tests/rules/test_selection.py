import numpy as np
import pytest

from sim import simulate
from sim.declare import quantities
from sim.engine import run_months
from sim.mechanisms import Mechanisms
from sim.rules import selection
from sim.state import BASIC, COMPETENT, FAILING, TOP
from sim.world import Plan

OFF = {f"mechanisms.{one.key}": 0.0 for one in quantities(Mechanisms)} | {
    "mechanisms.appraisal.weights.superior": 1.0,
    "mechanisms.appraisal.routine": 1.0,
    "mechanisms.selection.virtue": 0.5,
}
SMALL = OFF | {
    "reach.protect_bonus": 1.0,
    "traits.capability.sd": 0.0,
    "organisation.departments": 1,
    "organisation.ranks": [1, 2, 6],
    "careers.time_in_rank": 12,
    "behaviour.merit_learning": 0.2,
    "behaviour.inertia_relief": 0.5,
    "mechanisms.selection.competence_transfer": 1.0,
}
FRONT = range(3, 9)


@pytest.fixture
def world(district):
    world = Plan(district.replace(SMALL)).begin(1)
    officers = world.officers
    officers["grade"] = COMPETENT
    officers["time_in_post"] = 24
    officers["performance"][FRONT] = [0.2, 0.9, 0.3, 0.4, 0.5, 0.1]
    officers["execution_rate"] = officers["performance"]
    officers["connection"][FRONT] = [0.3, 0.1, 0.9, 0.2, 0.4, 0.5]
    officers["capability"][FRONT] = [0.4, 0.2, 0.1, 0.9, 0.3, 0.5]
    officers["responsibility"][FRONT] = [0.4, 0.2, 0.1, 0.8, 0.5, 0.3]
    return world


def candidate(world, merit, say, bought=False, **changes):
    mechanisms = world.mechanisms[0, 0]
    mechanisms.merit, mechanisms.say = merit, say
    for name, value in changes.items():
        mechanisms[name] = value
    return selection.best_candidate(world.officers, 0, 9, 2, mechanisms, world.settings[0], bought)


def test_merit_promotes_the_best_performer_and_closeness_the_best_connected(world):
    assert candidate(world, merit=1.0, say=0.0) == 4
    assert candidate(world, merit=0.0, say=0.0) == 5


def test_the_say_of_the_others_replaces_favourites_by_esteem(world):
    assert candidate(world, merit=0.0, say=1.0) == 6
    assert candidate(world, merit=1.0, say=1.0) == 4


def test_esteem_weighs_virtue_against_ability(world):
    world.officers[6].capability, world.officers[6].responsibility = 0.9, 0.1
    world.officers[8].capability, world.officers[8].responsibility = 0.05, 0.9
    assert candidate(world, merit=0.0, say=1.0, virtue=0.0) == 6
    assert candidate(world, merit=0.0, say=1.0, virtue=1.0) == 8


def test_a_bought_post_goes_to_connections_without_scruple_whatever_the_merit(world):
    world.officers["connection"][FRONT] = [0.3, 0.1, 0.9, 0.2, 0.8, 0.5]
    world.officers["responsibility"][FRONT] = [0.4, 0.2, 0.9, 0.8, 0.1, 0.3]
    assert candidate(world, merit=0.0, say=0.0) == 5
    assert candidate(world, merit=1.0, say=1.0, bought=True) == 7


def test_where_those_who_dare_are_protected_real_work_counts_further(world):
    world.officers["execution_rate"][FRONT] = [0.9, 0.1, 0.1, 0.1, 0.1, 0.1]
    assert candidate(world, merit=0.0, say=0.0) == 5
    assert candidate(world, merit=0.0, say=0.0, protect=1.0) == 3


@pytest.mark.parametrize(
    ("field", "value", "may"),
    [
        ("grade", TOP, True),
        ("grade", BASIC, False),
        ("grade", FAILING, False),
        ("time_in_post", 12, True),
        ("time_in_post", 11, False),
        ("vacant", 1, False),
    ],
)
def test_only_the_competent_who_have_served_their_time_may_be_promoted(world, field, value, may):
    world.officers[4][field] = value
    assert (candidate(world, merit=1.0, say=0.0) == 4) is may


def test_equal_candidates_keep_the_order_of_posts_and_none_is_nobody(world):
    world.officers["performance"] = 0.5
    assert candidate(world, merit=1.0, say=0.0) == 3
    world.officers["grade"] = FAILING
    assert candidate(world, merit=1.0, say=0.0) == selection.NOBODY


@pytest.mark.parametrize(("chosen", "evidence"), [(3, 0.3), (4, 1.0), (5, 0.0), (7, 0.7)])
def test_colleagues_compare_the_one_promoted_with_those_passed_over(world, chosen, evidence):
    # ½ + share of the five others who did less − share of them who were less well connected.
    found = selection.evidence_of_merit(world.officers, 0, 9, chosen)
    assert found == pytest.approx(evidence)


def test_those_who_have_left_are_no_rivals(world):
    # Without the one worker below 5, nobody else is worse and all are less well connected.
    world.officers[5].connection = 0.15
    assert selection.evidence_of_merit(world.officers, 0, 9, 5) == pytest.approx(
        0.5 + 2 / 5 - 1 / 5
    )
    world.officers[8].vacant = 1
    assert selection.evidence_of_merit(world.officers, 0, 9, 5) == pytest.approx(
        0.5 + 1 / 4 - 1 / 4
    )


def test_a_promotion_without_rivals_proves_nothing(world):
    assert selection.evidence_of_merit(world.officers, 0, 9, 0) == 0.5


@pytest.mark.parametrize("evidence", [0.0, 0.5, 1.0])
def test_belief_in_merit_moves_towards_what_was_seen(world, evidence):
    world.officers["merit_belief"] = np.linspace(0, 1, 9)
    selection.believe(world.officers, 0, 9, evidence, world.settings[0])
    assert world.officers["merit_belief"] == pytest.approx(
        0.8 * np.linspace(0, 1, 9) + 0.2 * evidence
    )


def test_a_post_keeps_its_place_and_its_months_work_and_takes_the_person(world):
    run_months(world, 0, 1)
    post, person = world.officers[0].copy(), world.officers[4].copy()
    selection.take_post(world.officers, 0, world.officers, 4)
    place = "department number_in_department rank layer front superior first_subordinate "
    work = "subordinates ease content substance show delivered report sanctioned wronged"
    for name in post.dtype.names:
        whose = post if name in (place + work).split() else person
        assert world.officers[0][name] == whose[name], name


@pytest.mark.parametrize("kept", [0.0, 0.5, 1.0])
def test_capability_survives_a_change_of_rank_as_far_as_competence_transfers(world, kept):
    mechanisms = world.mechanisms[0, 0]
    mechanisms.competence_transfer = kept
    after = []
    for capability in (0.2, 0.8):
        officer = world.officers[0]
        officer.capability, officer.inertia = capability, 0.6
        selection.settle_in(officer, mechanisms, world.settings[0], 1, 0, 11)
        after.append(officer.capability)
        assert officer.inertia == pytest.approx(0.3)
        assert officer.time_in_post == 0
    assert after[1] - after[0] == pytest.approx(0.6 * kept)
    fresh = world.settings[0].capability_mean
    assert after[0] == pytest.approx(kept * 0.2 + (1 - kept) * fresh)


def test_vacancies_are_filled_from_the_top_down_and_the_last_from_outside(world):
    officers, tally = world.officers, world.tallies[0, 0]
    officers["performance"][1:3] = [0.7, 0.6]
    world.mechanisms[0, 0].merit = 1.0
    ambition = officers["ambition"].copy()
    officers[0].vacant = 1
    selection.fill_vacancies(
        officers, 0, 9, world.mechanisms[0, 0], world.settings[0], tally, 1, 0, 11
    )
    assert officers["ambition"][0] == ambition[1]
    assert officers["ambition"][1] == ambition[4]
    assert officers[4].age == 12 * 25
    assert (tally.promotions, tally.recruits) == (2, 1)
    assert not officers["vacant"].any()


# Work depends on the person alone; leaders come and go, so that there is much to be seen.
BUSY = OFF | {
    "appraisers.superior": {"substance": 0.6, "show": 0.4, "connection": 0.0, "noise": 0.1},
    "traits.capability": {"mean": 0.6, "sd": 0.15},
    "traits.responsibility": {"mean": 0.6, "sd": 0.15},
    "traits.connection": {"mean": 0.4, "sd": 0.18},
    "grading.failing_below": 0.0,
    "grading.basic_below": 0.0,
    "organisation.departments": 60,
    "organisation.ranks": [1, 3, 9],
    "careers.transfer": 0.3,
    "careers.time_in_rank": 0,
    "careers.entry_age": 25,
    "mechanisms.selection.competence_transfer": 1.0,
    "behaviour.precision": 1.0,
    "clock.months": 96,
}


def leaders_less_others(district, field, merit, say, purchase=0.0):
    changes = {
        "mechanisms.selection.merit": merit,
        "mechanisms.selection.say": say,
        "mechanisms.selection.purchase": purchase,
    }
    officers = simulate(district.replace(BUSY | changes), 5).world.officers
    above = officers["rank"] < 2
    return officers[field][above].mean() - officers[field][~above].mean()


def test_leaders_are_well_connected_unless_merit_or_the_others_choose(district):
    favourites = leaders_less_others(district, "connection", merit=0.0, say=0.0)
    assert favourites > 0.08
    assert abs(leaders_less_others(district, "connection", merit=0.0, say=1.0)) < favourites / 2
    assert abs(leaders_less_others(district, "connection", merit=1.0, say=0.0)) < favourites / 2


def test_leaders_are_able_where_the_others_have_a_say(district):
    favourites = leaders_less_others(district, "capability", merit=0.0, say=0.0)
    esteemed = leaders_less_others(district, "capability", merit=0.0, say=1.0)
    assert esteemed > favourites + 0.05


def test_bought_posts_bring_the_connected_and_unscrupulous_to_the_top(district):
    for field, sign in (("connection", 1), ("disposition", -1)):
        fair = leaders_less_others(district, field, merit=1.0, say=0.0)
        bought = leaders_less_others(district, field, merit=1.0, say=0.0, purchase=1.0)
        assert sign * (bought - fair) > 0.03


@pytest.mark.parametrize("learning", [0.0, 0.15])
def test_where_merit_promotes_officers_come_to_believe_in_it(district, learning):
    belief = [
        simulate(
            district.replace(
                BUSY
                | {"mechanisms.selection.merit": merit, "behaviour.merit_learning": learning}
                | {"mechanisms.selection.say": 0.0, "traits.merit_belief.sd": 0.0}
            ),
            5,
        ).summary["merit_belief"]
        for merit in (0.0, 1.0)
    ]
    if learning:
        assert belief[1] > belief[0] + 0.1
    else:
        assert belief[1] == pytest.approx(belief[0])
