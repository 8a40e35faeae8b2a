"""What each lesson claims, against the counterfactual by which the claim could be false.

A claim “A because of B” is compared with the same runs without B, on the same draws.
"""

import numpy as np
import pytest

from sim.app import worlds
from sim.app.answers import ENDS, run_one
from sim.app.experiments import LESSONS, SEED, Arm, explain, plan_of, run
from sim.app.state import own
from sim.study.estimate import estimate
from sim.summaries import monthly
from sim.world.levers import Lever
from tests.conftest import but

pytestmark = pytest.mark.slow

# Differences of shares above this are told apart in the lessons.
APART = 0.02
RUNS = 8


def arm(lesson, key):
    return next(one for one in LESSONS[lesson].arms if one.key == key)


def ends(plan, measure="execution_rate"):
    return np.array([run_one(plan, SEED, one).ends[ENDS.index(measure)] for one in range(RUNS)])


def changed(plan, settings):
    return plan.changed(plan.scenario.replace(settings))


def without_time(plan, lever):
    """The same reform, if it took no time beside what its settings take."""
    free = Lever(**{**plan.scenario.levers[lever].model_dump(), "burden": 0.0})
    levers = {**plan.scenario.levers, lever: free}
    return plan.changed(plan.scenario.model_copy(update={"levers": levers}))


def test_the_vicious_circle_runs_through_citizens_who_do_not_help():
    """Were tasks no harder without them, both districts would end alike."""
    low, high = (plan_of(arm("vicious_circle", key)) for key in ("low", "high"))
    gap = estimate(ends(high) - ends(low), SEED)
    helped = [changed(one, {"behaviour.cooperation": 0.0}) for one in (low, high)]
    counterfactual = estimate(ends(helped[1]) - ends(helped[0]), SEED)
    assert gap.low > 0.3
    assert abs(counterfactual.value) < APART


def test_the_circle_is_mostly_explained_by_cooperation(finished):
    found = finished(explain(LESSONS["vicious_circle"]))
    assert found.by["cooperation"].low > 0.5 * found.beside["execution"].value


def test_hidden_inaction_is_there_when_the_reform_begins_and_grows_without_it():
    plan = plan_of(arm("hidden_inaction", "status_quo"))
    begins = plan.scenario.clock.reform_starts
    found = []
    for one in range(RUNS):
        world = plan.begin(SEED, one)
        plan.loop.run_months(world, 0, plan.scenario.clock.months)
        found.append(monthly(world.tallies, ("idle",))[0])
    idle = np.mean(found, axis=0)
    # “More than every fifth … when a reform begins, and without it their share grows”.
    assert 0.2 < idle[:begins].mean() < 0.25
    assert idle[begins : 2 * begins].mean() > 0.2
    assert idle[-12:].mean() > idle[begins : 2 * begins].mean() + APART


MEASURES = ("idle", "literal", "faithful")


def test_supervision_ends_inaction_and_culture_makes_faithful_against_the_same_city(finished):
    found = finished(run(LESSONS["hidden_inaction"]))
    mean = {key: {m: one.end(m).mean() for m in MEASURES} for key, one in found.items()}
    plain, watched = mean["status_quo"], mean["supervision"]
    assert watched["idle"] < plain["idle"] - 5 * APART
    assert watched["literal"] > plain["literal"] + 2 * APART
    gain = {key: mean[key]["faithful"] - plain["faithful"] for key in ("supervision", "culture")}
    assert gain["culture"] > gain["supervision"] + APART > APART
    # “Execution rises about as much with either”, as the teaching notes say.
    execution = {key: one.end("execution_rate").mean() for key, one in found.items()}
    assert abs(execution["culture"] - execution["supervision"]) < APART
    assert min(execution["culture"], execution["supervision"]) > execution["status_quo"] + 3 * APART


def test_appraisal_makes_reports_honest_and_supervision_does_not(finished):
    """Each against the same district without it."""
    found = finished(run(LESSONS["image_projects"]))
    plain = found["status_quo"]
    honest = {
        key: estimate(plain.end("inflation") - found[key].end("inflation"), SEED)
        for key in ("appraisal", "supervision")
    }
    assert honest["appraisal"].low > 0.1
    assert honest["supervision"].value < 0.3 * honest["appraisal"].value
    real = estimate(found["appraisal"].end("execution_rate") - plain.end("execution_rate"), SEED)
    # “It adds little to real execution”.
    assert 0.0 <= real.value < 0.03
    # “Supervision adds more to the work”, as the teaching notes say.
    watched = found["supervision"].end("execution_rate") - plain.end("execution_rate")
    assert estimate(watched, SEED).low > real.value


def test_tracing_blame_loses_by_tasks_passed_on_and_time_what_it_wins():
    """Were tasks not passed on, or were it free of time, the same tracing would add more."""
    before, blame = (plan_of(arm("blame_and_daring", key)) for key in ("status_quo", "blame"))
    plain = estimate(ends(blame) - ends(before), SEED)
    assert abs(plain.value) < APART
    kept = [changed(one, {"behaviour.buck_passing": 0.0}) for one in (before, blame)]
    not_passed = estimate(ends(kept[1]) - ends(kept[0]), SEED)
    assert not_passed.low > plain.value + APART
    free = estimate(ends(without_time(blame, "accountability")) - ends(before), SEED)
    assert free.value > plain.value + 0.5 * APART
    assert ends(blame, "unowned").mean() > ends(before, "unowned").mean() + APART
    assert ends(blame, "faithful").mean() > ends(before, "faithful").mean() + APART


def test_where_culture_honours_acting_the_tracing_adds_nothing(finished):
    """The culture's effect is told beside it without the tracing, on the same draws."""
    found = finished(run(LESSONS["blame_and_daring"]))
    added = found["blame_culture"].end("execution_rate") - found["culture"].end("execution_rate")
    assert abs(estimate(added, SEED).value) < APART
    plain = found["status_quo"].end("execution_rate")
    assert estimate(found["culture"].end("execution_rate") - plain, SEED).low > APART


AFTER = slice(72, 84)


def test_what_lasts_after_a_campaign_is_mostly_of_what_stays(finished):
    found = finished(run(LESSONS["campaign"]))
    course = {key: one.path("execution_rate")[:, AFTER].mean() for key, one in found.items()}
    whole = course["lasting"] - course["status_quo"]
    assert whole > 5 * APART
    # Without the campaign.
    assert course["quiet"] - course["status_quo"] > 0.8 * whole
    # Without what stays.
    assert course["storm"] - course["status_quo"] < 0.2 * whole


# What scenarios may differ in that run alike.
TITLES = {"name", "title", "story", "question", "sources"}


def test_the_counterfactual_of_the_campaign_differs_from_it_by_the_campaign_alone():
    lasting, quiet = (arm("campaign", key) for key in ("lasting", "quiet"))
    campaign = dict(own("responsibility_storm"))
    assert {**campaign, **dict(quiet.pulls)} == dict(lasting.pulls)
    scenarios = [worlds.scenario(one.scenario) for one in (lasting, quiet)]
    told = [one.model_dump() for one in scenarios]
    assert {key for key in told[0] if told[0][key] != told[1][key]} <= TITLES


def test_the_best_package_beats_each_of_its_levers_left_out(finished):
    """“Four in full and appraisal at half”: none of the five is there for nothing but time."""
    focus = arm("budget", "focus")
    whole = ends(plan_of(focus))
    for one in focus.levers.split(","):
        rest = ",".join(lever for lever in focus.levers.split(",") if lever != one)
        left_out = ends(plan_of(Arm("less", focus.scenario, rest)))
        assert estimate(whole - left_out, SEED).value > 0.0, one


@pytest.mark.parametrize("lesson", but(("vicious_circle", "campaign"), LESSONS))
def test_what_is_explained_is_the_difference_that_the_lesson_draws(lesson, finished):
    """Its parts add up to the change between both arms in the months that are compared."""
    one = LESSONS[lesson]
    found = finished(explain(one))
    runs = finished(run(one))
    months = slice(found.months.start, found.months.stop)
    before, after = (
        runs[key].path("execution_rate")[: found.pairs, months].mean() for key in one.explained
    )
    total = sum(part.value for part in found.by.values())
    assert total == pytest.approx(after - before, abs=1e-4)
