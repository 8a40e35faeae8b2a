import math

import numpy as np
import pytest

from sim import simulate
from sim.declare import quantities
from sim.kinds import APPRAISERS
from sim.machine.loop import run_months
from sim.mechanisms import appraisal
from sim.world.plan import Plan
from sim.world.sections import Mechanisms
from sim.world.state import APPRAISER, MECHANISMS, SETTINGS

OFF = {f"mechanisms.{one.key}": 0.0 for one in quantities(Mechanisms)} | {
    "mechanisms.appraisal.weights.superior": 1.0,
    "mechanisms.appraisal.routine": 1.0,
}


@pytest.fixture
def plan(district):
    return Plan(district.replace(OFF | {"organisation.ranks": [1, 2, 7]}))


def looked(weights, table, candour=0.6, rating_weight=0.6, **changes):
    """Mechanism settings with what these sources, (substance, show, connection, noise), see."""
    mechanisms = MECHANISMS.zeros(1)[0]
    appraisers = APPRAISER.zeros(len(APPRAISERS))
    for s, (name, weight) in enumerate(zip(APPRAISERS, weights, strict=True)):
        mechanisms[name] = weight
        for field, seen in zip(APPRAISER.names, table[s], strict=True):
            appraisers[s][field] = seen
    for name, value in changes.items():
        mechanisms[name] = value
    settings = SETTINGS.zeros(1)[0]
    settings.candour, settings.rating_weight = candour, rating_weight
    appraisal.look(mechanisms, appraisers, settings)
    return mechanisms


SOURCES = ((0.4, 0.4, 0.2, 0.1), (0.5, 0.3, 0.2, 0.1), (0.2, 0.8, 0.0, 0.1), (0.9, 0.1, 0.0, 0.1))


def validity(weights, **changes):
    return appraisal.validity(looked(weights, SOURCES, **changes))


def test_validity_is_what_the_sources_add_up_to():
    assert validity((1.0, 0.0, 0.0, 0.0)) == pytest.approx(0.5)
    assert validity((0.0, 0.0, 1.0, 0.0)) == pytest.approx(0.2)
    # (.4 + .9) of substance against (.4 + .1) of show.
    assert validity((1.0, 0.0, 0.0, 1.0)) == pytest.approx(1.3 / 1.8)
    # Only ratios count.
    assert validity((0.7, 0.1, 0.2, 0.4)) == pytest.approx(validity((7.0, 1.0, 2.0, 4.0)))


def test_validity_rises_when_those_served_count():
    by_users = [validity((0.7, 0.1, 0.2, users)) for users in (0.0, 0.3, 1.0, 10.0)]
    assert np.all(np.diff(by_users) > 0.05)


def test_auditing_the_record_makes_it_one_of_substance():
    audited = [validity((0.0, 0.0, 1.0, 0.0), record_audit=audit) for audit in (0.0, 0.5, 1.0)]
    assert audited == pytest.approx([0.2, 0.6, 1.0])
    alone = (1.0, 0.0, 0.0, 0.0)
    assert validity(alone, record_audit=1.0) == validity(alone, record_audit=0.0)


def test_a_counter_that_its_users_rate_raises_validity_by_their_weight():
    weights = (0.7, 0.1, 0.2, 0.1)
    rated = [validity(weights, counter_rating=rating) for rating in (0.0, 0.5, 1.0)]
    assert rated == pytest.approx([validity((0.7, 0.1, 0.2, users)) for users in (0.1, 0.4, 0.7)])
    assert np.all(np.diff(rated) > 0.05)


def test_errors_of_independent_sources_average_out():
    alone = looked((1.0, 0.0, 0.0, 0.0), SOURCES).view_noise
    together = looked((1.0, 1.0, 1.0, 1.0), SOURCES).view_noise
    assert (alone, together) == pytest.approx((0.1, 0.1 / math.sqrt(4)))


def test_sources_that_look_at_closeness_raise_the_scores_of_the_connected(plan):
    assert looked((1.0, 0.0, 0.0, 1.0), SOURCES).view_connection == pytest.approx(0.1)
    officer, mechanisms = plan.begin(1).officers[0], plan.mechanisms[0, 0]
    mechanisms.view_connection = 0.3
    officer.connection = 0.0
    alone = appraisal.score(officer, mechanisms, 0.0)
    officer.connection = 0.5
    assert appraisal.score(officer, mechanisms, 0.0) - alone == pytest.approx(0.3 * 0.5)


def test_appraisers_who_answer_for_it_favour_and_err_less():
    weights = (1.0, 0.0, 0.0, 0.0)
    free, bound = looked(weights, SOURCES), looked(weights, SOURCES, answerable=0.5)
    assert bound.view_connection == pytest.approx(0.7 * free.view_connection)
    assert bound.view_noise == pytest.approx(0.7 * free.view_noise)
    assert bound.view_substance == free.view_substance


@pytest.mark.parametrize(
    ("clause", "reach"), [("answerable", "candour"), ("counter_rating", "rating_weight")]
)
def test_a_clause_not_in_force_leaves_no_trace_whatever_its_reach(clause, reach):
    weights = (0.7, 0.1, 0.2, 0.1)
    off, on = (
        [looked(weights, SOURCES, **{clause: x, reach: r}).table.tobytes() for r in (0.1, 0.9)]
        for x in (0.0, 1.0)
    )
    assert off[0] == off[1]
    assert on[0] != on[1]


@pytest.mark.parametrize("routine", [0.0, 0.4, 1.0])
def test_a_months_work_weighs_one_on_average_and_all_at_the_years_end_without_routine(routine):
    mechanisms = MECHANISMS.zeros(1)[0]
    mechanisms.routine = routine
    months = [appraisal.salience(month, mechanisms) for month in range(12, 24)]
    assert np.mean(months) == pytest.approx(1.0)
    assert months[:9] == pytest.approx([routine] * 9)
    assert months[9:] == pytest.approx([routine + 4 * (1 - routine)] * 3)


@pytest.mark.parametrize(("routine", "expected"), [(0.0, 0.9), (0.5, 0.6), (1.0, 0.3)])
def test_without_routine_appraisal_a_score_rests_on_the_last_quarter(plan, routine, expected):
    officer, mechanisms = plan.begin(1).officers[0], plan.mechanisms[0, 0]
    officer.work, officer.recent_work = 12 * 0.3, 3 * 0.9
    officer.displayed, officer.recent_show = 12 * 0.3, 3 * 0.9
    officer.connection = 0.0
    mechanisms.routine, mechanisms.view_noise = routine, 0.0
    mechanisms.view_substance, mechanisms.view_show = 0.4, 0.6
    assert appraisal.score(officer, mechanisms, 0.0) == pytest.approx(expected)


def test_the_last_quarter_is_that_of_the_calendar(plan):
    world = plan.begin(1)
    recent = 0.0
    for month in range(11):
        run_months(world, month, month + 1)
        if month >= 9:
            recent = recent + world.officers["substance"]
        assert world.officers["recent_work"] == pytest.approx(recent)


# Nobody leaves or takes another post, and appraisal sees work alone, without error.
STILL = OFF | {
    "appraisers.superior": {"substance": 1.0, "show": 0.0, "connection": 0.0, "noise": 0.0},
    "careers.resignation": 0.0,
    "careers.transfer": 0.0,
    "careers.age_mean": 30.0,
    "careers.age_sd": 0.0,
    "behaviour.precision": 1.0,
    "clock.months": 12,
}


@pytest.mark.parametrize("routine", [0.0, 0.4, 1.0])
def test_the_execution_rate_is_the_mean_of_the_year_and_the_score_as_far_as_routine(
    district, routine
):
    settings = STILL | {"mechanisms.appraisal.routine": routine}
    world, months = Plan(district.replace(settings)).begin(1), []
    for month in range(12):
        run_months(world, month, month + 1)
        months.append(world.officers["substance"].copy())
    year, last = np.mean(months, axis=0), np.mean(months[9:], axis=0)
    assert world.officers["execution_rate"] == pytest.approx(year)
    assert world.officers["performance"] == pytest.approx(routine * year + (1 - routine) * last)
    assert np.abs(year - last).max() > 0.1


SCORES = np.array([0.9, 0.7, 0.5, 0.3, 0.1, 0.3, *np.linspace(0.1, 0.7, 4)])
KINDS = {"by_rank": ("rank", [0, 1, 1, *[2] * 7]), "by_category": ("category", [0] * 3 + [1] * 7)}


def compared(plan, kinds, **weights):
    """Scores of the second department of ten, compared within ranks and within categories."""
    officers, mechanisms = plan.begin(1).officers, plan.mechanisms[0, 0]
    officers["performance"] = 5.0
    officers["performance"][10:20] = SCORES
    for name, values in kinds.items():
        officers[name][10:20] = values
    for name, weight in weights.items():
        mechanisms[name] = weight
    appraisal.compare_like_with_like(officers, 10, 20, mechanisms)
    assert np.all(np.delete(officers["performance"], np.arange(10, 20)) == 5.0)
    return officers["performance"][10:20]


def means_within(scores, kinds):
    return np.array([scores[np.equal(kinds, kind)].mean() for kind in kinds])


@pytest.mark.parametrize("weight", [0.5, 1.0])
@pytest.mark.parametrize("by", KINDS)
def test_comparison_within_takes_what_a_rank_or_category_has_above_the_others(plan, by, weight):
    field, kinds = KINDS[by]
    own = means_within(SCORES, kinds)
    assert own[0] > SCORES.mean() > own[-1]
    found = compared(plan, {field: kinds}, **{by: weight})
    assert found == pytest.approx(SCORES - weight * (own - SCORES.mean()))


def test_ranks_and_categories_are_compared_each_by_itself(plan):
    kinds = {"rank": [0, 1, 1, *[2] * 7], "category": [0] * 3 + [1] * 3 + [2] * 4}
    found = compared(plan, kinds, by_rank=0.5, by_category=1.0)
    first = SCORES - 0.5 * (means_within(SCORES, kinds["rank"]) - SCORES.mean())
    assert found == pytest.approx(first - (means_within(first, kinds["category"]) - first.mean()))


def test_without_comparison_scores_are_left_bit_for_bit(plan):
    assert np.array_equal(compared(plan, {}, by_rank=0.0, by_category=0.0), SCORES)


@pytest.mark.parametrize(("by", "field"), [("by_rank", "rank"), ("by_category", "category")])
def test_in_a_government_no_rank_or_category_scores_above_the_others(district, by, field):
    off, on = (
        simulate(district.replace(STILL | {f"mechanisms.appraisal.{by}": weight}), 1).world.officers
        for weight in (0.0, 1.0)
    )
    for department in range(12):
        before, after = (o[o["department"] == department] for o in (off, on))
        own = means_within(before["performance"], before[field])
        mean = before["performance"].mean()
        assert after["performance"] == pytest.approx(before["performance"] - (own - mean))
        assert means_within(after["performance"], after[field]) == pytest.approx(mean)
        assert np.ptp(own) > 0.001


@pytest.mark.parametrize("users", [0.0, 1.0])
def test_scores_follow_real_work_as_far_as_appraisal_is_valid(district, users):
    scenario = district.replace(
        OFF
        | {
            "mechanisms.appraisal.weights.superior": 1.0 - users,
            "mechanisms.appraisal.weights.users": users,
            "appraisers.superior.substance": 0.0,
            "appraisers.users": {"substance": 1.0, "show": 0.0, "connection": 0.0, "noise": 0.02},
            "behaviour.precision": 1.0,
            "traits.capability": {"mean": 0.5, "sd": 0.2},
            "directives.difficulty": {"mean": 0.4, "sd": 0.0},
            "clock.months": 12,
        }
    )
    officers = simulate(scenario, 2).world.officers
    stayed = officers[officers["time_in_post"] > 0]
    followed = np.corrcoef(stayed["performance"], stayed["execution_rate"])[0, 1]
    assert followed > 0.9 if users else abs(followed) < 0.5
