import math

import numpy as np
import pytest
from scipy import stats

from sim import simulate
from sim.declare import quantities
from sim.kinds import COMPETENT, FAILING, FAITHFUL, IDLE, OUTSIDE
from sim.mechanisms import selection
from sim.world.plan import Plan
from sim.world.sections import Mechanisms

OFF = {f"mechanisms.{one.key}": 0.0 for one in quantities(Mechanisms)} | {
    "mechanisms.appraisal.weights.superior": 1.0,
    "mechanisms.appraisal.routine": 1.0,
    "mechanisms.selection.virtue": 0.5,
}
SMALL = OFF | {
    "organisation.departments": 1,
    "organisation.ranks": [1, 2, 6],
    "careers.time_in_rank": 12,
    "careers.entry_age": 25,
    "careers.retirement_age": 60,
    "mechanisms.selection.competence_transfer": 1.0,
}
FRONT = range(3, 9)
# The best worker, the best connected, and the best connected without scruple.
WORKER, FAVOURITE, BUYER = 4, 5, 7
TIMES = 4000


@pytest.fixture
def world(district):
    world = Plan(district.replace(SMALL)).begin(1)
    officers = world.officers
    officers["grade"] = COMPETENT
    officers["time_in_post"] = 24
    officers["performance"][1:] = [0.7, 0.6, 0.2, 0.9, 0.3, 0.4, 0.5, 0.1]
    officers["execution_rate"] = officers["performance"]
    officers["connection"][FRONT] = [0.3, 0.1, 0.9, 0.2, 0.8, 0.5]
    officers["responsibility"][FRONT] = [0.4, 0.2, 0.9, 0.8, 0.1, 0.3]
    return world


def fill(world, *vacant, month=11):
    """Leave posts and have them filled."""
    world.officers["vacant"][list(vacant)] = 1
    mechanisms, settings, tally = world.mechanisms[0, 0], world.settings[0], world.tallies[0, 0]
    choices = world.choices
    selection.fill_vacancies(
        world.officers, choices, 0, 9, mechanisms, settings, tally, 1, 0, month, 0.0
    )
    assert not world.officers["vacant"].any()
    return tally


def restore(world, before):
    """Let officers be as they were before."""
    for name in before.names:
        world.officers[name] = before[name]


def promoted(world, **settings):
    """How often each officer of the front line is promoted into a post above it."""
    for name, value in settings.items():
        world.mechanisms[0, 0][name] = value
    before, chosen = world.officers.copy(), []
    for month in range(TIMES):
        restore(world, before)
        fill(world, 1, month=month)
        chosen += np.flatnonzero(before["ambition"] == world.officers[1].ambition).tolist()
    return np.bincount(chosen, minlength=9) / TIMES


def assert_as_often(found, expected):
    assert abs(found - expected) <= 5 * math.sqrt(expected * (1 - expected) / TIMES)


def test_vacancies_are_filled_from_the_top_down_and_the_last_from_outside(world):
    officers = world.officers
    world.mechanisms[0, 0].merit = 1.0
    ambition = officers["ambition"].copy()
    tally = fill(world, 0)
    assert officers["ambition"][0] == ambition[1]
    assert officers["ambition"][1] == ambition[4]
    assert officers[4].age == 12 * 25
    assert (tally.promotions, tally.recruits, tally.arrivals) == (2, 1, 0)


@pytest.mark.slow
@pytest.mark.parametrize("unchecked", [0.0, 0.3, 1.0])
def test_the_head_alone_promotes_the_best_connected_as_often_as_unchecked_says(world, unchecked):
    everybody = {"deputies": 1.0, "staff": 1.0, "public": 1.0}
    chosen = promoted(world, merit=1.0, unchecked=unchecked, **everybody)
    assert_as_often(chosen[FAVOURITE], unchecked)
    assert_as_often(chosen[WORKER], 1 - unchecked)


@pytest.mark.slow
@pytest.mark.parametrize("purchase", [0.0, 0.3, 1.0])
def test_posts_are_bought_as_often_as_purchase_says(world, purchase):
    chosen = promoted(world, merit=1.0, unchecked=0.5, purchase=purchase)
    assert_as_often(chosen[BUYER], purchase)
    assert_as_often(chosen[FAVOURITE], 0.5 * (1 - purchase))
    assert_as_often(chosen[WORKER], 0.5 * (1 - purchase))


@pytest.mark.parametrize("vacant", [0, 1])
def test_a_post_that_commands_and_that_nobody_below_can_fill_goes_to_another_government(
    world, vacant
):
    world.officers["grade"] = FAILING
    tally = fill(world, vacant)
    assert (tally.promotions, tally.recruits, tally.arrivals) == (0, 0, 1)
    newcomer = world.officers[vacant]
    assert newcomer.time_in_post == 0
    assert (newcomer.grade, newcomer.failing_years) == (COMPETENT, 0)
    assert newcomer.profile_before == OUTSIDE


def test_a_post_at_the_front_line_always_goes_to_a_newcomer_of_entry_age(world):
    tally = fill(world, *FRONT)
    assert (tally.promotions, tally.recruits, tally.arrivals) == (0, 6, 0)
    assert world.officers["age"][FRONT].tolist() == [12 * 25] * 6


@pytest.mark.parametrize("norm", [0.0, 0.4, 1.0])
def test_who_comes_from_another_government_is_like_an_officer_at_the_start(world, norm):
    settings, mechanisms = world.settings[0], world.mechanisms[0, 0]
    settings.age_mean, settings.age_sd, settings.norm_at_start = 42.0, 4.0, norm
    mechanisms.merit = 1.0
    world.officers["grade"] = FAILING
    ages, conducts = [], []
    for month in range(1500):
        fill(world, 0, month=month)
        ages.append(world.officers[0].age / 12)
        conducts.append(world.officers[0].conduct)
    assert stats.kstest((np.array(ages) - 42.0) / 4.0, "norm").statistic < 1.95 / math.sqrt(1500)
    assert set(conducts) <= {FAITHFUL, IDLE}
    faithful = np.mean(np.equal(conducts, FAITHFUL))
    assert abs(faithful - norm) <= 5 * math.sqrt(norm * (1 - norm) / 1500)


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


def leaders_less_others(district, field, merit, **how):
    keys = {name: f"say.{name}" for name in ("deputies", "staff", "public")}
    changes = {f"mechanisms.selection.{keys.get(name, name)}": how[name] for name in how}
    changes["mechanisms.selection.merit"] = merit
    officers = simulate(district.replace(BUSY | changes), 5).world.officers
    above = officers["rank"] < 2
    return officers[field][above].mean() - officers[field][~above].mean()


def test_leaders_are_well_connected_unless_merit_or_the_others_choose(district):
    favourites = leaders_less_others(district, "connection", merit=0.0)
    assert favourites > 0.08
    assert (
        abs(leaders_less_others(district, "connection", merit=0.0, deputies=1.0)) < favourites / 2
    )
    assert abs(leaders_less_others(district, "connection", merit=1.0)) < favourites / 2


@pytest.mark.parametrize(
    ("who", "field"),
    [("deputies", "capability"), ("staff", "disposition"), ("public", "execution_rate")],
)
def test_leaders_are_what_those_who_have_a_say_look_for(district, who, field):
    favourites = leaders_less_others(district, field, merit=0.0)
    esteemed = leaders_less_others(district, field, merit=0.0, **{who: 1.0})
    assert esteemed > favourites + 0.05


def test_where_the_head_decides_alone_merit_and_the_others_are_in_vain(district):
    alone = leaders_less_others(district, "connection", merit=1.0, deputies=1.0, unchecked=1.0)
    assert alone == leaders_less_others(district, "connection", merit=0.0)


def test_bought_posts_bring_the_connected_and_unscrupulous_to_the_top(district):
    for field, sign in (("connection", 1), ("disposition", -1)):
        fair = leaders_less_others(district, field, merit=1.0)
        bought = leaders_less_others(district, field, merit=1.0, purchase=1.0)
        assert sign * (bought - fair) > 0.03


@pytest.mark.parametrize("learning", [0.0, 0.15])
def test_where_merit_promotes_officers_come_to_believe_in_it(district, learning):
    belief = [
        simulate(
            district.replace(
                BUSY
                | {"mechanisms.selection.merit": merit, "behaviour.merit_learning": learning}
                | {"traits.merit_belief.sd": 0.0}
            ),
            5,
        ).summary["merit_belief"]
        for merit in (0.0, 1.0)
    ]
    if learning:
        assert belief[1] > belief[0] + 0.1
    else:
        assert belief[1] == pytest.approx(belief[0])
