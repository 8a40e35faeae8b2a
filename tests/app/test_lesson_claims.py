"""What each lesson claims, against the counterfactual by which the claim could be false.

A claim “A because of B” is compared with the same runs without B, on the same draws.
"""

from dataclasses import replace

import numpy as np
import pytest

from sim.app import worlds
from sim.app.answers import ENDS, run_one
from sim.app.experiments import LESSONS, SEED, Arm, explain, plan_of, run, within_budget
from sim.app.state import own
from sim.study.estimate import estimate
from sim.summaries import monthly
from sim.world.levers import Lever
from tests.conftest import but

pytestmark = pytest.mark.slow

# Differences of shares above this are told apart in the lessons.
APART = 0.02
RUNS = 8
# Where a difference is of half a point.
MANY = 24


def arm(lesson, key):
    return next(one for one in LESSONS[lesson].arms if one.key == key)


def ends(plan, measure="execution_rate", runs=RUNS):
    return np.array([run_one(plan, SEED, one).ends[ENDS.index(measure)] for one in range(runs)])


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


@pytest.mark.long
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
    # “Some of those it moves stop at the wording”, and fewer do so under the culture.
    assert watched["literal"] > mean["culture"]["literal"] + APART
    # “At least as few are idle”, as the teaching notes say of the culture.
    assert mean["culture"]["idle"] < watched["idle"]
    gain = {key: mean[key]["faithful"] - plain["faithful"] for key in ("supervision", "culture")}
    assert gain["culture"] > gain["supervision"] + APART > APART
    # “Execution rises about twice as much” under the culture.
    before = found["status_quo"].end("execution_rate")
    rise = {key: found[key].end("execution_rate") - before for key in ("supervision", "culture")}
    assert estimate(rise["supervision"], SEED).low > APART
    assert 1.5 < rise["culture"].mean() / rise["supervision"].mean() < 2.5


def test_supervision_works_by_the_risk_of_being_found_and_culture_without_it():
    """Did nobody mind that risk, supervision would leave inaction as it is, but culture not."""
    plans = [plan_of(one) for one in LESSONS["hidden_inaction"].arms]
    blind = [changed(one, {"behaviour.deterrence": 0.0}) for one in plans]
    plain, watched, honoured = (ends(one, "idle") for one in blind)
    assert abs(estimate(watched - plain, SEED).value) < APART
    assert estimate(honoured - plain, SEED).high < -5 * APART


def test_culture_works_by_honour_and_shame_and_by_colleagues():
    """Without either, the same culture adds less to execution, by more than a third."""
    plain, _, honoured = (plan_of(one) for one in LESSONS["hidden_inaction"].arms)
    gain = estimate(ends(honoured) - ends(plain), SEED)
    lever = honoured.scenario.levers["culture"].model_dump()
    lever["full"]["culture"] = {**lever["full"]["culture"], "honour": 0.0, "shame": 0.0}
    levers = {**honoured.scenario.levers, "culture": Lever(**lever)}
    unhonoured = honoured.changed(honoured.scenario.model_copy(update={"levers": levers}))
    alone = [changed(one, {"behaviour.conformity": 0.0}) for one in (plain, honoured)]
    for less in (ends(unhonoured) - ends(plain), ends(alone[1]) - ends(alone[0])):
        assert estimate(less, SEED).high < 2 / 3 * gain.value


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
    # “Real execution stays about as it was”.
    assert -APART < real.low < real.high < APART
    # “Supervision adds more to the work”, as the teaching notes say.
    watched = found["supervision"].end("execution_rate") - plain.end("execution_rate")
    assert estimate(watched, SEED).low > max(real.value, APART)


def test_appraisal_takes_by_its_time_what_it_adds_by_rewards():
    """“What better rewards add, the time … uses up”: free of time it would add to the work."""
    plain, appraised = (plan_of(arm("image_projects", key)) for key in ("status_quo", "appraisal"))
    before, real, free = (
        ends(one, runs=MANY) for one in (plain, appraised, without_time(appraised, "appraisal"))
    )
    real, free = (estimate(one - before, SEED) for one in (real, free))
    assert free.low > 0.0
    assert abs(real.value) < 0.5 * free.value


@pytest.mark.long
def test_rewards_are_what_appraisal_adds(finished):
    by = finished(explain(LESSONS["image_projects"])).by
    assert by["reward"].low > 0.0 > by["time"].high
    assert by["reward"].value == max(one.value for one in by.values())


def test_tracing_blame_loses_by_tasks_passed_on_and_time_more_than_it_wins():
    """Were tasks not passed on execution would not fall, and free of time it would fall less."""
    before, blame = (plan_of(arm("blame_and_daring", key)) for key in ("status_quo", "blame"))
    change = ends(blame, runs=MANY) - ends(before, runs=MANY)
    plain = estimate(change, SEED)
    # More than the point within which execution stays about the same.
    assert plain.high < -0.5 * APART
    kept = [changed(one, {"behaviour.buck_passing": 0.0}) for one in (before, blame)]
    alone, traced = (ends(one, runs=MANY) for one in kept)
    assert estimate(traced - alone, SEED).low > -0.25 * APART
    assert estimate(traced - alone - change, SEED).low > APART
    free = ends(without_time(blame, "accountability"), runs=MANY) - ends(before, runs=MANY)
    assert estimate(free - change, SEED).low > 0.5 * APART
    assert ends(blame, "unowned").mean() > ends(before, "unowned").mean() + APART
    assert ends(blame, "faithful").mean() > ends(before, "faithful").mean() + APART


def test_tasks_passed_on_and_idleness_under_tracing_come_of_fear_of_blame():
    """Did nobody fear blame for an error made in acting, tracing would add neither, nor harm."""
    before, blame = (plan_of(arm("blame_and_daring", key)) for key in ("status_quo", "blame"))
    calm = [changed(one, {"behaviour.fear": 0.0}) for one in (before, blame)]
    for measure in ("unowned", "idle"):
        assert estimate(ends(blame, measure) - ends(before, measure), SEED).low > 0.5 * APART
        assert estimate(ends(calm[1], measure) - ends(calm[0], measure), SEED).high <= 0.0
    # “Few do” stop acting; “more tasks are passed on”.
    added = {m: ends(blame, m).mean() - ends(before, m).mean() for m in ("unowned", "idle")}
    assert added["unowned"] > 2 * added["idle"]
    assert abs(estimate(ends(calm[1]) - ends(calm[0]), SEED).value) < 0.5 * APART


def test_where_posts_leave_no_task_open_tracing_blame_loses_little():
    """“Where posts leave tasks open, pressure loses more than it wins”, says the first page."""
    plain, traced = (
        plan_of(Arm("clear", "district", levers))
        for levers in ("responsibility:100", "responsibility:100,accountability:100")
    )
    change = ends(traced) - ends(plain)
    assert abs(estimate(change, SEED).value) < 0.5 * APART
    before, blame = (plan_of(arm("blame_and_daring", key)) for key in ("status_quo", "blame"))
    assert estimate(change - (ends(blame) - ends(before)), SEED).low > 0.5 * APART


def test_where_culture_honours_acting_the_tracing_does_less_harm_and_adds_nothing(finished):
    """The culture's effect is told beside it without the tracing, on the same draws."""
    found = finished(run(LESSONS["blame_and_daring"]))
    added = found["blame_culture"].end("execution_rate") - found["culture"].end("execution_rate")
    assert -APART < estimate(added, SEED).value < 0.5 * APART
    plain = found["status_quo"].end("execution_rate")
    lost = found["blame"].end("execution_rate") - plain
    assert estimate(added - lost, SEED).low > 0.0
    # “There fewer tasks are passed on”.
    passed = {key: one.end("unowned") for key, one in found.items()}
    with_culture = passed["blame_culture"] - passed["culture"]
    fewer = (passed["blame"] - passed["status_quo"]) - with_culture
    assert estimate(fewer, SEED).low > APART
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
    """“Three in full and capability at half”: none of the four is there for nothing but time."""
    focus = arm("budget", "focus")
    whole = ends(plan_of(focus))
    for one in focus.levers.split(","):
        rest = ",".join(lever for lever in focus.levers.split(",") if lever != one)
        left_out = ends(plan_of(Arm("less", focus.scenario, rest)))
        assert estimate(whole - left_out, SEED).low > 0.0, one


def test_one_owner_and_fewer_meetings_pay_for_culture_and_courses(finished):
    """Without what gives time back, the rest of the best package would be over the budget."""
    focus = arm("budget", "focus")
    saving = ("responsibility", "leadership")
    paid = Arm("paid", focus.scenario, "culture:100,capability:50")
    assert set(focus.levers.split(",")) - set(paid.levers.split(",")) == {
        f"{one}:100" for one in saving
    }
    found = finished(run(replace(LESSONS["budget"], arms=(arm("budget", "status_quo"), paid))))
    assert not within_budget(found, "paid")
    for one in saving:
        alone = plan_of(Arm("alone", focus.scenario, f"{one}:100"))
        plain = plan_of(arm("budget", "status_quo"))
        assert estimate(ends(alone, "burden") - ends(plain, "burden"), SEED).high < 0.0, one


def test_all_eight_in_full_bring_less_than_the_best_package_since_they_take_time():
    """Did appraisal and files take no time beside their settings, most of it would go."""
    focus, whole = (plan_of(arm("budget", key)) for key in ("focus", "all"))
    less = estimate(ends(focus) - ends(whole), SEED)
    assert less.low > 2 * APART
    free = without_time(without_time(whole, "appraisal"), "accountability")
    assert estimate(ends(focus) - ends(free), SEED).high < 0.5 * less.value
    # Checks take it too.
    looked = ",".join(
        one for one in arm("budget", "all").levers.split(",") if "supervision" not in one
    )
    unseen = plan_of(Arm("unseen", "district", looked))
    assert estimate(ends(whole, "burden") - ends(unseen, "burden"), SEED).low > APART
    assert estimate(ends(whole) - ends(unseen), SEED).high < 0.0


def test_supervision_and_tracing_blame_together_do_not_raise_execution(finished):
    """At a tenth, as in the lesson, and in full, as the teaching notes say."""
    found = finished(run(LESSONS["budget"]))
    plain = found["status_quo"].end("execution_rate")
    assert estimate(found["control"].end("execution_rate") - plain, SEED).high < 0.5 * APART
    full = plan_of(Arm("full", "district", "accountability:100,supervision:100"))
    change = ends(full) - ends(plan_of(arm("budget", "status_quo")))
    assert estimate(change, SEED).high < 0.5 * APART


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
