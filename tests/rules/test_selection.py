import numpy as np
import pytest

from sim.declare import quantities
from sim.kinds import BASIC, COMPETENT, FAILING, TOP
from sim.machine.loop import run_months
from sim.mechanisms import selection
from sim.world.plan import Plan
from sim.world.sections import Mechanisms

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


OPENLY, BY_THE_HEAD, BOUGHT = selection.OPENLY, selection.BY_THE_HEAD, selection.BOUGHT
UNIFORM = (np.arange(50) + 0.5) / 50
TENTHS = (np.arange(10) + 0.5) / 10


def settled(world, **changes):
    mechanisms = world.mechanisms[0, 0]
    for name, value in changes.items():
        mechanisms[name] = value
    return mechanisms


def candidate(world, filled=OPENLY, **changes):
    mechanisms = settled(world, **changes)
    officers, choices = world.officers, world.choices
    for k in range(9):
        selection.stand(officers[k], choices[k], mechanisms, world.settings[0], filled)
    return selection.best_candidate(officers, choices, 0, 9, 2, filled)


def evidence(world, chosen):
    return selection.evidence_of_merit(world.officers, 0, 9, chosen)


def standing(world, who, filled=OPENLY, **changes):
    mechanisms = settled(world, **changes)
    return selection.standing(world.officers[who], mechanisms, world.settings[0], filled)


def test_merit_promotes_the_best_performer_and_closeness_the_best_connected(world):
    assert candidate(world, merit=1.0) == 4
    assert candidate(world, merit=0.0) == 5


def test_the_say_of_the_others_replaces_favourites_by_esteem(world):
    assert candidate(world, merit=0.0, deputies=1.0) == 6
    assert candidate(world, merit=1.0, deputies=1.0) == 4


def test_esteem_weighs_virtue_against_ability(world):
    world.officers[6].capability, world.officers[6].responsibility = 0.9, 0.1
    world.officers[8].capability, world.officers[8].responsibility = 0.05, 0.9
    assert candidate(world, merit=0.0, deputies=1.0, virtue=0.0) == 6
    assert candidate(world, merit=0.0, deputies=1.0, virtue=1.0) == 8


@pytest.mark.parametrize("virtue", [0.0, 0.3, 1.0])
def test_virtue_weighs_responsibility_against_capability_in_the_esteem_of_deputies(world, virtue):
    heard, say = selection.regard(world.officers[7], settled(world, deputies=0.4, virtue=virtue))
    assert heard == pytest.approx((1 - virtue) * 0.3 + virtue * 0.5)
    assert say == pytest.approx(0.4)


def test_deputies_staff_and_the_public_each_hear_something_different(world):
    world.officers[7].responsibility = 0.95
    assert candidate(world, merit=0.0, deputies=1.0) == 6
    assert candidate(world, merit=0.0, deputies=0.0, staff=1.0) == 7
    assert candidate(world, merit=0.0, staff=0.0, public=1.0) == 4


def test_what_is_heard_is_weighed_by_who_says_it_and_each_takes_from_the_head(world):
    mechanisms = settled(world, deputies=0.5, staff=0.2, public=0.1, virtue=0.5, merit=0.3)
    heard, say = selection.regard(world.officers[7], mechanisms)
    # Esteem of 7 is .4, its responsibility .5, its work .5.
    assert heard == pytest.approx((0.5 * 0.4 + 0.2 * 0.5 + 0.1 * 0.5) / 0.8)
    assert say == pytest.approx(1 - 0.5 * 0.8 * 0.9)
    favour = (1 - say) * 0.4 + say * heard
    assert standing(world, 7) == pytest.approx(0.3 * 0.5 + 0.7 * favour)


def test_a_bought_post_goes_to_connections_without_scruple_whatever_the_merit(world):
    world.officers["connection"][FRONT] = [0.3, 0.1, 0.9, 0.2, 0.8, 0.5]
    world.officers["responsibility"][FRONT] = [0.4, 0.2, 0.9, 0.8, 0.1, 0.3]
    everybody = {"deputies": 1.0, "staff": 1.0, "public": 1.0}
    assert candidate(world, merit=0.0) == 5
    assert candidate(world, BOUGHT, merit=1.0, **everybody) == 7
    assert standing(world, 7, BOUGHT, protect=1.0, reward=1.0) == pytest.approx(0.8 - 0.1)


def test_the_head_alone_takes_the_best_connected_whatever_merit_and_the_others_say(world):
    everybody = {"deputies": 1.0, "staff": 1.0, "public": 1.0}
    assert candidate(world, merit=1.0, **everybody) == 4
    assert candidate(world, BY_THE_HEAD, merit=1.0, **everybody) == 5
    assert standing(world, 5, BY_THE_HEAD, protect=1.0, reward=1.0) == 0.9


@pytest.mark.slow
@pytest.mark.parametrize(
    ("purchase", "unchecked", "adverse"),
    [(0.0, 0.0, 0.0), (0.2, 0.0, 0.4), (0.0, 0.3, 0.0), (0.2, 0.5, 0.4)],
)
def test_a_post_is_bought_or_else_filled_by_the_head_alone_as_often_as_they_say(
    world, purchase, unchecked, adverse
):
    mechanisms = settled(world, purchase=purchase, unchecked=unchecked, adverse=adverse)
    ways = [selection.way(mechanisms, u, v, w) for u in UNIFORM for v in UNIFORM for w in TENTHS]
    open_, alone, bought, backwards = np.bincount(ways, minlength=4) / len(ways)
    assert bought == pytest.approx(purchase)
    assert alone == pytest.approx((1 - purchase) * unchecked)
    assert backwards == pytest.approx((1 - purchase) * (1 - unchecked) * adverse)
    assert open_ == pytest.approx((1 - purchase) * (1 - unchecked) * (1 - adverse))


def test_backwards_the_worst_of_an_open_choice_is_put_first(world):
    assert candidate(world, merit=1.0) == 4
    assert candidate(world, selection.BACKWARDS, merit=1.0) == 8
    for who in FRONT:
        openly = standing(world, who, merit=0.6, deputies=0.4)
        assert standing(world, who, selection.BACKWARDS, merit=0.6, deputies=0.4) == -openly


@pytest.mark.parametrize("luck", [0.0, 0.2])
def test_luck_with_a_post_of_another_rank_moves_capability_either_way(world, luck):
    world.settings["post_fit"] = luck
    mechanisms, settings = settled(world), world.settings[0]
    mechanisms.competence_transfer = 1.0
    world.officers["capability"] = 0.5
    for officer in world.officers:
        selection.settle_in(officer, mechanisms, settings, 1, 0, 11)
    moved = world.officers["capability"] - 0.5
    assert np.abs(moved).max() <= luck
    assert len(np.unique(moved)) == (9 if luck else 1)
    assert moved.min() <= 0 <= moved.max()


def test_where_those_who_dare_are_protected_real_work_counts_further(world):
    world.officers["execution_rate"][FRONT] = [0.9, 0.1, 0.1, 0.1, 0.1, 0.1]
    assert candidate(world, merit=0.0) == 5
    before = standing(world, 3)
    assert candidate(world, merit=0.0, protect=1.0) == 3
    assert standing(world, 3, protect=0.5) - before == pytest.approx(1.0 * 0.5 * 0.9)


def test_a_rewarded_top_grade_adds_standing(world):
    world.settings[0].reward_bonus = 0.4
    before = standing(world, 3, merit=0.5)
    world.officers[3].grade = TOP
    assert standing(world, 3, reward=0.5) - before == pytest.approx(0.4 * 0.5)
    assert candidate(world, merit=1.0, reward=0.0) == 4
    world.settings[0].reward_bonus = 0.8
    assert candidate(world, merit=1.0, reward=1.0) == 3


def test_what_nobody_is_asked_and_nothing_rewards_leaves_no_trace_in_standing(world):
    settled(world, merit=0.5)
    before = [standing(world, who) for who in FRONT]
    for name in ("capability", "responsibility", "execution_rate"):
        world.officers[name] = 0.77
    world.officers["grade"] = TOP
    assert [standing(world, who) for who in FRONT] == before
    world.mechanisms[0, 0].virtue = 0.9
    assert [standing(world, who) for who in FRONT] == before


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
    assert (candidate(world, merit=1.0) == 4) is may


def test_equal_candidates_keep_the_order_of_posts_and_none_is_nobody(world):
    world.officers["performance"] = 0.5
    assert candidate(world, merit=1.0) == 3
    world.officers["grade"] = FAILING
    assert candidate(world, merit=1.0) == selection.NOBODY


@pytest.mark.parametrize(("chosen", "expected"), [(3, 0.3), (4, 1.0), (5, 0.0), (7, 0.7)])
def test_colleagues_compare_the_one_promoted_with_those_passed_over(world, chosen, expected):
    # ½ + share of the five others who did less − share of them who were less well connected.
    assert evidence(world, chosen) == pytest.approx(expected)


def test_those_who_have_left_are_no_rivals(world):
    # Without the one worker below 5, nobody else is worse and all are less well connected.
    world.officers[5].connection = 0.15
    assert evidence(world, 5) == pytest.approx(0.5 + 2 / 5 - 1 / 5)
    world.officers[8].vacant = 1
    assert evidence(world, 5) == pytest.approx(0.5 + 1 / 4 - 1 / 4)


def test_a_promotion_without_rivals_proves_nothing(world):
    assert evidence(world, 0) == 0.5


@pytest.mark.parametrize("evidence", [0.0, 0.5, 1.0])
def test_belief_in_merit_moves_towards_what_was_seen(world, evidence):
    world.officers["merit_belief"] = np.linspace(0, 1, 9)
    selection.believe(world.officers, 0, 9, evidence, 0.2)
    assert world.officers["merit_belief"] == pytest.approx(
        0.8 * np.linspace(0, 1, 9) + 0.2 * evidence
    )


def test_a_post_keeps_its_place_and_its_months_work_and_takes_the_person(world):
    run_months(world, 0, 1)
    post, person = world.officers[0].copy(), world.officers[4].copy()
    world.officers.move(4, 0)
    place = "department number_in_department rank layer front category superior "
    place += "first_subordinate subordinates "
    work = "ease content substance show delivered report sanctioned wronged"
    for name in world.officers.names:
        whose = post if name in (place + work).split() else person
        assert np.array_equal(world.officers[0][name], whose[name]), name


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


@pytest.mark.parametrize(
    ("core", "courses", "saved"), [(0.5, 1 / 24, 0.25), (1.0, 1 / 24, 0.5), (1.0, 0.5, 1.0)]
)
def test_a_year_of_core_courses_saves_capability_on_a_change_of_rank(world, core, courses, saved):
    world.settings[0].core_transfer = 0.6
    mechanisms = settled(world, competence_transfer=0.2, core=core, courses=courses)
    officer = world.officers[0]
    officer.capability = 0.9
    selection.settle_in(officer, mechanisms, world.settings[0], 1, 0, 11)
    kept = 0.2 + 0.8 * 0.6 * saved
    fresh = world.settings[0].capability_mean
    assert officer.capability == pytest.approx(kept * 0.9 + (1 - kept) * fresh)


@pytest.mark.parametrize("without", [{"core": 0.0}, {"courses": 0.0}])
def test_without_core_courses_their_reach_leaves_no_trace(world, without):
    mechanisms = settled(world, competence_transfer=0.2, **{"core": 1.0, "courses": 0.5} | without)
    after = []
    for world.settings[0].core_transfer in (0.0, 1.0):
        officer = world.officers[0]
        officer.capability, officer.inertia = 0.9, 0.6
        selection.settle_in(officer, mechanisms, world.settings[0], 1, 0, 11)
        after.append(officer.copy())
    for name in world.officers.names:
        assert np.array_equal(after[0][name], after[1][name]), name
