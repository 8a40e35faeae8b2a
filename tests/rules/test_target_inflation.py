"""Targets that grow on the way down, and levels that cover for each other."""

import numpy as np
import pytest

from sim import simulate
from sim.kinds import CONDUCTS
from sim.machine.loop import run_months
from sim.mechanisms import incentives, reporting
from sim.phases import look_ahead
from sim.world.plan import Plan
from tests.plain import plain

DISTRICT = plain()
SEEDS = range(3)
FAITHFUL = CONDUCTS.index("faithful")
GROWING = {"behaviour.inflation": 0.2, "mechanisms.appraisal.stakes.promotion": 1.0}
# Every officer may be one who works for show.
SHOW = {"behaviour.career": 2.0, "traits.merit_belief.mean": 0.6, "clock.months": 36}


def means(changes, measures):
    runs = [simulate(DISTRICT.replace(changes), 1, k).summary for k in SEEDS]
    return {name: np.array([one[name] for one in runs]) for name in measures}


def tiers(number):
    """So many tiers above the district, each with a small department of its line."""
    above = [
        {"tier": f"tier {k}", "units": 1, "departments": 4, "ranks": [1, 2]} for k in range(number)
    ]
    return {"organisation.above": above, "organisation.departments": 4}


@pytest.mark.parametrize("number", [0, 1, 3])
def test_each_layer_asks_for_more_than_it_was_asked(number):
    """Through t tiers and r ranks a target is (1 + g)^(t + r) that of the top (层层加码)."""
    world = Plan(DISTRICT.replace(GROWING | tiers(number))).begin(1)
    run_months(world, 0, number + 2)
    ranks = len(DISTRICT.organisation.ranks) - 1
    last = world.departments[len(world.departments) - 1]
    assert last.target == pytest.approx(1.2 ** (number + ranks))
    assert world.departments[0].asked == 1.0


def test_a_target_that_grows_above_is_heard_below_a_tier_a_month():
    """Everything from elsewhere is heard of last month, so the order of departments never matters.

    Two tiers above the district ask for nothing more at first. Then more hangs on appraisal.
    """
    world = Plan(DISTRICT.replace(GROWING | tiers(2))).begin(1)
    world.mechanisms["promotion"][:] = 0.0
    run_months(world, 0, 3)
    lines = [0, 4, 8]
    asked = []
    world.mechanisms["promotion"][:] = 1.0
    for month in range(3, 6):
        run_months(world, month, month + 1)
        asked.append([world.departments[d].asked for d in lines])
    # What is handed down grows at once; the tier below the next hears of that a month later.
    assert asked[0] == pytest.approx([1.0, 1.2, 1.2])
    assert asked[1] == pytest.approx([1.0, 1.2, 1.44])
    assert asked[2] == asked[1]


def test_the_more_layers_the_less_real_work_counts_and_the_more_is_shown():
    """Three tiers above the district ask more of it than none: less arrives of its own work.

    Real work at the front line is compared, since content is lost in every tier anyway.
    """
    shares = {}
    for number in (0, 3):
        worked = {}
        for growth in (0.0, 0.2):
            on = GROWING | SHOW | tiers(number) | {"behaviour.inflation": growth}
            done = []
            for k in SEEDS:
                world = Plan(DISTRICT.replace(on)).begin(1, k)
                run_months(world, 0, 36)
                done.append(world.officers["execution_rate"][world.officers["front"] == 1].mean())
            worked[growth] = np.mean(done)
        shares[number] = worked[0.2] / worked[0.0] - 1.0
    assert shares[3] < shares[0] < 0.0
    assert shares[3] > -0.6


def test_a_target_that_can_be_met_changes_nothing():
    """Up to what can be met a higher target is like the first (Locke & Latham 1990)."""
    slack = {"behaviour.target_slack": 1.0, "behaviour.collusion": 1.0, "clock.months": 24}
    grown = simulate(DISTRICT.replace(GROWING | slack), 1).summary
    plain = simulate(DISTRICT.replace(GROWING | slack | {"behaviour.inflation": 0.0}), 1).summary
    assert grown["target_inflation"] == pytest.approx(1.2**3)
    assert plain["target_inflation"] == 1.0
    assert grown.drop("target_inflation").equals(plain.drop("target_inflation"))


def test_targets_grow_with_what_hangs_on_them():
    grown = []
    for promotion in (0.0, 0.5, 1.0):
        stakes = {"mechanisms.appraisal.stakes.promotion": promotion, "clock.months": 12}
        grown.append(simulate(DISTRICT.replace(GROWING | stakes), 1).summary["target_inflation"])
    assert grown == pytest.approx([1.0, 1.1**3, 1.2**3])


def test_beyond_what_can_be_met_real_work_pays_less_and_show_as_much_as_before():
    world = Plan(DISTRICT.replace(GROWING)).begin(1)
    look_ahead(world, 0, 0)
    officer, department = world.officers[5], world.departments[0]
    about = (department, world.mechanisms[0, 0], world.settings[0])
    assert department.beyond == pytest.approx(1 - 1 / 1.2**3)
    at = incentives.at_stake(officer, *about)
    faithful = (world.outlooks[0][FAITHFUL], department, world.settings[0])
    paid = incentives.reward(*at, 0.8, *faithful)
    department.beyond = 0.0
    before = incentives.reward(*at, 0.8, *faithful)
    idle = incentives.reward(*at, 0.0, *faithful)
    department.beyond = 1 - 1 / 1.2**3
    assert idle < paid < before
    assert incentives.reward(*at, 0.0, *faithful) == idle


COLLUDING = GROWING | {"behaviour.inflation": 0.5, "behaviour.collusion": 0.8, "clock.months": 36}
# Misconduct that everybody sees, so that cases are many.
SEEN = {
    **{f"conducts.{name}.available": name in ("faithful", "idle") for name in CONDUCTS},
    "conducts.idle.misconduct": 1.0,
    "behaviour.deterrence": 0.0,
    "behaviour.duty": 0.0,
    "mechanisms.accountability.tracing": 0.0,
}


def test_levels_that_collude_cover_cases_up_and_execute_no_better():
    """Sanctions fall by what is covered up; more is reported, and no more delivered (Zhou 2010)."""
    asked = ("sanctions", "covered_up", "execution_rate", "reported_rate")
    quiet = COLLUDING | SEEN | {"behaviour.career": 0.0, "behaviour.pay_pull": 0.0}
    apart = means(quiet | {"behaviour.collusion": 0.0}, asked)
    together = means(quiet, asked)
    assert (apart["covered_up"] == 0).all()
    assert (together["covered_up"] > 0).all()
    fewer = apart["sanctions"] - together["sanctions"]
    assert fewer.mean() == pytest.approx(together["covered_up"].mean(), rel=0.35)
    assert (together["execution_rate"] <= apart["execution_rate"] + 0.02).all()
    assert (together["reported_rate"] > apart["reported_rate"] + 0.02).all()


def test_show_passes_for_work_where_levels_collude():
    world = Plan(DISTRICT.replace(COLLUDING)).begin(1)
    look_ahead(world, 0, 0)
    colluding = world.departments[0].validity
    world.settings[0].collusion = 0.0
    look_ahead(world, 0, 0)
    assert colluding < world.departments[0].validity


def test_cases_are_covered_up_most_when_superiors_are_appraised():
    world = Plan(DISTRICT.replace(COLLUDING | {"mechanisms.appraisal.routine": 0.2})).begin(1)
    far = []
    for month in (5, 10):
        look_ahead(world, 0, month)
        far.append(world.departments[0].collusion)
    assert far[1] > 2 * far[0] > 0


def heads_report(covering, audited=0.0):
    """What the head reports where levels collude so far, and what has been delivered."""
    settings = GROWING | SEEN | {"mechanisms.appraisal.record_audit": audited}
    world = Plan(DISTRICT.replace(settings)).begin(1)
    run_months(world, 0, 1)
    officers, department = world.officers, world.departments[0]
    department.collusion = covering
    for i in range(department.officers - 1, -1, -1):
        reporting.report(officers, i, department, world.mechanisms[0, 0], world.settings[0])
    return officers["report"][0], officers["delivered"].sum()


def test_superiors_who_collude_report_more_of_the_same_work():
    """Each of four layers certifies a part of what is missing; audited records leave no room."""
    (apart, done), (together, same) = heads_report(0.0), heads_report(0.3)
    assert done == same
    assert 1.0 - together == pytest.approx((1.0 - apart) * 0.7**4)
    assert heads_report(0.3, audited=1.0) == heads_report(0.0, audited=1.0)


@pytest.mark.parametrize(
    ("channel", "held_off"),
    [("party", True), ("administrative", True), ("audit", False), ("masses", False)],
)
def test_only_inspectors_of_the_chain_are_held_off(channel, held_off):
    coverage = {
        f"mechanisms.supervision.coverage.{name}": 0.0 for name in DISTRICT.channels.model_dump()
    }
    alone = coverage | {
        f"mechanisms.supervision.coverage.{channel}": 0.5,
        "mechanisms.supervision.monitoring": 0.0,
        "mechanisms.supervision.openness": 0.0,
    }
    world = Plan(DISTRICT.replace(COLLUDING | alone)).begin(1)
    world.departments[0].heard = 1e3
    look_ahead(world, 0, 11)
    assert (world.outlooks["found"] + world.outlooks["covered"])[0].max() > 0.0
    assert bool(world.outlooks["covered"][0].max() > 0.0) is held_off


def test_without_growth_nothing_is_asked_beyond_what_can_be_met():
    off = {"behaviour.inflation": 0.0, "behaviour.collusion": 1.0, "clock.months": 24}
    found = simulate(DISTRICT.replace(off), 1).summary
    plain = simulate(DISTRICT.replace({"clock.months": 24}), 1).summary
    assert found.equals(plain)
    assert found["target_inflation"] == 1.0
