"""Tiers of government: what travels down, what travels up, and when."""

import numpy as np
import pytest
from sound import assert_same_bytes
from test_loops import one_by_one

from sim import Government, Scenario, simulate
from sim.kinds import CHANNELS, CONDUCTS
from sim.machine.loop import run_months
from sim.month import PHASES
from sim.phases import carry_out
from sim.world.organisation import MOST_TIERS
from sim.world.plan import Plan

# Everybody idles, everything that goes wrong is traced to the top, and nobody is spared.
RELENTLESS = {
    **{f"conducts.{name}.available": name == "idle" for name in CONDUCTS},
    **{f"mechanisms.supervision.coverage.{name}": 0.0 for name in CHANNELS},
    "mechanisms.supervision.tours": 0.0,
    "mechanisms.posts.clarity": 1.0,
    "mechanisms.posts.overlap": 0.0,
    "mechanisms.accountability.tracing": 1.0,
    "mechanisms.accountability.climb": 1.0,
    "mechanisms.accountability.heads_first": 0.0,
    "mechanisms.accountability.tolerance": 0.0,
    "mechanisms.accountability.review": 0.0,
    "mechanisms.accountability.arbitration": 0.0,
    "behaviour.shield": 0.0,
    "behaviour.incident": 0.5,
    "directives.harm.mean": 1.0,
    "directives.harm.sd": 0.0,
}


def tiered(units, departments=2, ranks=(1, 2, 3), **settings):
    """The district under ``units`` of government, from the top tier down."""
    tiers = [
        {"tier": f"tier {t}", "units": number, "departments": departments, "ranks": list(ranks)}
        for t, number in enumerate(units)
    ]
    small = {
        "organisation.units": units[-1],
        "organisation.departments": departments,
        "organisation.ranks": list(ranks),
        "organisation.above": tiers[:-1],
        "public.citizens": 6,
        "clock.months": 26,
    }
    return Scenario.load("district").replace(small | settings)


def heads(layout, tier):
    """Indices of the posts of the heads of a tier."""
    head = np.flatnonzero(layout.post_rank == 0)
    return head[layout.tier[layout.post_department[head]] == tier]


@pytest.mark.parametrize("tiers", range(1, MOST_TIERS + 1))
@pytest.mark.parametrize("p", [0.8, 0.95])
def test_content_is_the_product_of_what_the_heads_pass_on(tiers, p):
    only = {f"conducts.{name}.available": name == "literal" for name in CONDUCTS}
    passing = {"conducts.literal.passes": p, "conducts.literal.passes_local": 0.0}
    # Of several directives more is delivered than their share of the time, if that is enough, and
    # less where citizens wait.
    alone = {"mechanisms.posts.heads": 0.0, "directives.at_once": 1, "clock.months": 3}
    alone["behaviour.case_time"] = 0.0
    scenario = tiered([2**t for t in range(tiers)], **{**only, **passing, **alone})
    run = simulate(scenario, 1)
    officers, layout = run.world.officers, scenario.layout
    for tier in range(tiers):
        assert officers["content"][heads(layout, tier)] == pytest.approx(p ** (tier + 1))
    front = officers["front"] == 1
    # Two more layers, head and deputy of the lowest tier, stand above the front line.
    delivered = p ** (tiers + 1) * officers["substance"][front]
    assert officers["delivered"][front] == pytest.approx(delivered)
    assert run.layers["lost"].dropna().iloc[:tiers].to_numpy() == pytest.approx(1 - p)


def test_several_heads_at_once_cost_content_at_every_layer():
    settings = {f"conducts.{name}.available": name == "faithful" for name in CONDUCTS}
    settings |= {"mechanisms.posts.heads": 0.5, "reach.crossed_orders": 0.2, "clock.months": 2}
    scenario = tiered([1, 2, 4], **settings)
    officers = simulate(scenario, 1).world.officers
    for tier in range(3):
        content = officers["content"][heads(scenario.layout, tier)]
        assert content == pytest.approx(0.9 ** (tier + 1))


def test_heads_answer_to_the_head_of_their_line_and_share_units_evenly():
    scenario = tiered([1, 3, 7], departments=4)
    layout = scenario.layout
    for tier in (1, 2):
        below = heads(layout, tier)
        above = layout.post_superior[below]
        assert set(above) == set(heads(layout, tier - 1))
        line = layout.line[layout.post_department]
        assert (line[below] == line[above]).all()
        children = np.bincount(above)
        assert np.ptp(children[children > 0]) <= 1
    assert (layout.post_superior[heads(layout, 0)] == -1).all()


def test_only_the_lowest_tier_serves_the_public():
    plan = Plan(tiered([1, 2, 4]))
    lowest = plan.departments["tier"] == 2
    assert (plan.departments["citizens"] == 6 * lowest).all()
    assert (plan.departments["fronts"] == 3 * lowest).all()
    assert plan.departments["fronts_below"][:2].tolist() == [12, 12]


def test_both_loops_give_the_same_bytes_for_three_tiers_with_every_lever_half_on():
    scenario = tiered([1, 2, 3], **{"behaviour.incident": 0.5})
    scenario = scenario.replace(levers=dict.fromkeys(scenario.levers, 0.5))
    run, government = simulate(scenario, 9, 1), Government(scenario, 9, 1)
    government.run_for(26)
    assert run.world.tallies["promotions"].sum() > 0
    assert run.world.layers["sanctions"].sum() > 0
    assert_same_bytes(government.world, run.world)


def test_a_case_climbs_a_tier_a_month_and_is_counted_once_at_each_layer():
    months = 6
    scenario = tiered([1, 2, 4], ranks=(1, 3), **RELENTLESS | {"clock.months": months})
    world = simulate(scenario, 2).world
    incidents = world.tallies["incidents"].sum(axis=1)
    sanctions = world.layers["sanctions"]
    assert (incidents > 0).all()
    front, head = sanctions[:, 2, 1], sanctions[:, :, 0]
    assert (front == incidents).all()
    for tier, later in ((2, 0), (1, 1), (0, 2)):
        assert (head[later:, tier] == incidents[: months - later]).all(), tier
        assert (head[:later, tier] == 0).all(), tier
    assert sanctions.sum() == front.sum() + head.sum() == world.tallies["sanctions"].sum()


def test_a_case_goes_to_the_department_above_and_nowhere_else():
    # Only the first department of the lowest tier has incidents: the others trace nothing.
    scenario = tiered([1, 2], ranks=(1, 3), **RELENTLESS | {"clock.months": 2})
    quiet = {"departments": [4, 5, 6], "mechanisms": {"accountability": {"tracing": 0.0}}}
    world = Plan(scenario.replace({"variant": [quiet]})).begin(3)
    run_months(world, 0, 1)
    referred = world.departments["referred"].copy()
    assert referred.tolist() == [0, 0, referred[2], 0, 0, 0]
    assert referred[2] > 0
    run_months(world, 1, 2)
    assert world.departments["received"].tolist() == [referred[2], 0, 0, 0, 0, 0]
    assert world.officers["sanctioned"][:5].tolist() == [referred[2], 0, 0, 0, 0]


def test_cases_that_do_not_climb_stay_below():
    settings = RELENTLESS | {"mechanisms.accountability.climb": 0.0}
    world = simulate(tiered([1, 2, 4], ranks=(1, 3), **settings), 2).world
    sanctions = world.layers["sanctions"].sum(axis=0)
    assert sanctions[2, 1] == sanctions.sum() > 0


def test_news_of_a_case_above_reaches_the_citizens_a_tier_below_a_month_later():
    quiet = RELENTLESS | {
        "behaviour.incident": 0.0,
        "public.scandal": 0.01,
        "public.centre_credit": 0.004,
        "public.attribution": 0.0,
        # Every citizen hears of every case at once.
        "public.news_reach": 1.0,
        "clock.months": 6,
    }
    plan = Plan(tiered([1, 1, 2], departments=1, ranks=(1, 3), **quiet))
    calm, shaken = plan.begin(3), plan.begin(3)
    for world in (calm, shaken):
        run_months(world, 0, 1)
    shaken.departments["published"][0] = 1
    shaken.departments["published_sanctions"][0] = 1
    # One case among four officers: 25 per hundred.
    for month, heard in enumerate(
        ([25, 0, 0, 0], [0, 25, 0, 0], [0, 0, 25, 25], [0, 0, 0, 0]), start=1
    ):
        for world in (calm, shaken):
            run_months(world, month, month + 1)
        assert shaken.departments["news"].tolist() == heard
        assert shaken.departments["news_of_sanctions"].tolist() == heard
        assert not calm.departments["news"].any()
        if month < 3:
            assert shaken.citizens.tobytes() == calm.citizens.tobytes()
        if month == 3:
            shaken_trust, trust = shaken.citizens["trust"], calm.citizens["trust"]
            assert shaken_trust == pytest.approx(trust * (1 - 0.01 * 25))
            centre = calm.citizens["trust_in_centre"]
            credited = centre + 0.004 * 25 * (1 - centre)
            assert shaken.citizens["trust_in_centre"] == pytest.approx(credited)


@pytest.mark.parametrize("loudness", [0.0, 1.0])
def test_cases_of_the_top_tier_cost_trust_at_the_counter(loudness):
    # Only the top tier is looked at; its staff are idle and every case is published.
    seen = {f"channels.{name}.publicity": 1.0 for name in CHANNELS}
    loud = (
        RELENTLESS
        | seen
        | {
            "behaviour.incident": 0.0,
            "public.scandal": 0.01,
            "public.centre_credit": 0.0,
            "mechanisms.supervision.openness": 0.0,
            # Looks take time in which heads would learn; able heads would help those below.
            "behaviour.guidance": 0.0,
            "clock.months": 6,
        }
    )
    top = {
        "departments": [1, 2],
        "mechanisms": {"supervision": {"coverage": {"audit": 1.0}, "publicity": loudness}},
    }
    credibility = [
        simulate(tiered([1, 2], **loud | {"variant": variant}), 3).summary["credibility"]
        for variant in ([], [top])
    ]
    if loudness:
        assert credibility[1] < credibility[0] - 0.05
    else:
        assert credibility[1] == credibility[0]


def test_reports_arrive_from_below_a_month_later():
    # Nobody embellishes what is heard, and no level covers up for the one below.
    scenario = tiered([1, 3], **{"reporting.gloss": 0.0, "behaviour.collusion": 0.0})
    layout = scenario.layout
    world = Plan(scenario).begin(4)
    for month in range(4):
        below = world.officers["report"][heads(layout, 1)]
        run_months(world, month, month + 1)
        by_line = below.reshape(3, 2).mean(axis=0)
        assert world.departments["reports_below"][:2] == pytest.approx(by_line)
        assert world.officers["report"][heads(layout, 0)] == pytest.approx(by_line)


def test_each_tier_makes_a_report_look_better():
    run = simulate(tiered([1, 2, 4], **{"clock.months": 12, "clock.observed": 6}), 1)
    report = run.layers["report"].to_numpy()
    assert (np.diff(report) < 0).all()
    assert run.summary["inflation"] > 0


def test_norms_of_unit_and_department_above_spread_only_if_spread_is_set():
    still = {"behaviour.norm_speed": 0.0, "clock.months": 1}
    before = np.array([1.0, 0.6, 0.2, 0.4, 0.0, 0.3])
    for spread in (0.0, 0.5):
        scenario = tiered([1, 2], **still | {"mechanisms.culture.spread": spread})
        world = Plan(scenario).begin(1)
        world.departments["norm"] = before
        run_months(world, 0, 1)
        around = before.reshape(3, 2).mean(axis=1).repeat(2)
        above = np.array([0.8, 0.8, 1.0, 0.6, 1.0, 0.6])
        after = before + spread * (0.5 * (around + above) - before)
        assert world.departments["norm"] == pytest.approx(after)


@pytest.mark.slow
def test_the_order_of_departments_within_a_phase_does_not_matter():
    # Handing content down is the officers' phase; all phases of departments are shuffled here.
    assert carry_out in PHASES
    scenario = tiered([1, 2, 4])
    scenario = scenario.replace(RELENTLESS, dict.fromkeys(scenario.levers, 0.5))
    orderly, shuffled = Government(scenario, 5), Government(scenario, 5)
    assert not hasattr(type(shuffled.department_at(0)), "carry_out")
    phases = {"exchange", "appraise_and_renew", *(phase.__name__ for phase in PHASES)}
    orderly.run_for(26)
    one_by_one(shuffled, 26, phases & set(dir(type(shuffled.department_at(0)))))
    for name in ("officers", "departments", "citizens", "outlooks"):
        ours, theirs = getattr(orderly.world, name), getattr(shuffled.world, name)
        # Newcomers are numbered as they come.
        for field in set(ours.names) - {"person"}:
            assert ours[field].tobytes() == theirs[field].tobytes(), (name, field)
    # Sums over departments may differ in the last digit.
    for name in orderly.world.tallies.names:
        ours, theirs = orderly.world.tallies[name], shuffled.world.tallies[name]
        assert theirs == pytest.approx(ours, rel=1e-12), name
