"""Exact results of others' models, each a setting of this one."""

import math

import numpy as np
import pytest
from scipy import stats

from sim import simulate
from sim.declare import quantities
from sim.kinds import CONDUCTS
from sim.machine.loop import run_months
from sim.world.plan import Plan
from sim.world.sections import Mechanisms
from tests.plain import OFF

UTILITIES = (
    "duty",
    "career",
    "effort",
    "rent",
    "deterrence",
    "fear",
    "conformity",
    "culture_pull",
    "example",
    "habit",
)
# No mechanism works, nothing is wanted, nothing is seen, nobody learns, nobody leaves.
STILL = {
    **OFF,
    **{f"mechanisms.{one.key}": 0.0 for one in quantities(Mechanisms)},
    "mechanisms.appraisal.weights.users": 1.0,
    "mechanisms.appraisal.routine": 1.0,
    "mechanisms.posts.authority": 1.0,
    **{f"behaviour.{name}": 0.0 for name in (*UTILITIES, "cooperation", "incident", "shield")},
    **{f"behaviour.{name}": 0.0 for name in ("practice", "decay", "drift", "overlap_blur")},
    "mechanisms.posts.clarity": 1.0,
    "directives.difficulty.mean": 0.0,
    "directives.difficulty.sd": 0.0,
    "directives.specificity.mean": 0.0,
    "directives.specificity.sd": 0.0,
    "directives.harm.mean": 0.5,
    "directives.harm.sd": 0.0,
    "careers.age_mean": 30.0,
    "careers.age_sd": 0.0,
    "careers.resignation": 0.0,
    "careers.transfer": 0.0,
    "grading.failing_below": 0.0,
    "public.citizens": 1,
    "public.voice": 0.0,
    "public.scandal": 0.0,
    "public.exit_below": 0.0,
}


def only(*names):
    return {f"conducts.{name}.available": name in names for name in CONDUCTS}


def shape(departments, ranks, months=1):
    return {
        "organisation.departments": departments,
        "organisation.ranks": ranks,
        "clock.months": months,
        "clock.reform_starts": 0,
    }


def assert_share(found, number, expected):
    """A share of ``number`` independent events within five standard errors of what is expected."""
    assert abs(found - expected) <= 5 * math.sqrt(expected * (1 - expected) / number)


@pytest.mark.parametrize(("tiers", "ranks"), [(1, 1), (1, 2), (1, 5), (3, 5), (5, 8)])
@pytest.mark.parametrize("p", [0.0, 0.5, 0.8, 0.95, 1.0])
def test_content_through_a_chain_of_layers_is_a_power(district, tiers, ranks, p):
    # Pressman & Wildavsky 1973; Downs 1967; Williamson 1967.
    above = [{"tier": f"{t}", "units": 1, "departments": 1, "ranks": [1]} for t in range(1, tiers)]
    passing = {"conducts.faithful.passes": p, "organisation.above": above}
    officers = simulate(
        district.replace(STILL | only("faithful") | shape(1, [1] * ranks) | passing), 1
    ).world.officers
    layers = tiers - 1 + ranks
    assert officers["content"] == pytest.approx(p ** np.arange(1, layers + 1), rel=1e-14)
    front = officers[-1]
    assert front["substance"] > 0
    assert front["delivered"] == pytest.approx(p ** (layers - 1) * front["substance"], rel=1e-14)


def test_content_through_layers_of_mixed_conduct_is_the_product_of_what_each_passes(district):
    mixed = {
        "conducts.literal.passes": 0.9,
        "conducts.idle.passes": 0.5,
        "behaviour.precision": 0.0,
    }
    layers, chains = 4, 4000
    world = simulate(
        district.replace(STILL | only("literal", "idle") | shape(chains, [1] * layers) | mixed), 2
    ).world
    conduct, content = (
        world.officers[name].reshape(chains, layers) for name in ("conduct", "content")
    )
    passes = np.where(conduct == CONDUCTS.index("idle"), 0.5, 0.9)
    assert content == pytest.approx(np.cumprod(passes, axis=1), rel=1e-14)
    mean, second = 0.7**layers, (0.5 * (0.5**2 + 0.9**2)) ** layers
    error = math.sqrt((second - mean**2) / chains)
    assert abs(content[:, -1].mean() - mean) < 5 * error


@pytest.mark.parametrize(
    ("q", "gain", "loss"),
    [(0.75, 0.02, 0.06), (0.5, 0.05, 0.05), (0.9, 0.03, 0.01), (0.2, 0.1, 0.2)],
)
def test_trust_rests_where_gains_and_losses_balance(district, q, gain, loss):
    # Slovic 1993 on the asymmetry; with loss = 3·gain and q = .75 it rests at one half.
    settings = {
        "mechanisms.posts.vacuum": 1.0,
        "mechanisms.posts.clarity": q,
        "public.expectation": 0.01,
        "public.gain": gain,
        "public.loss": loss,
        "public.citizens": 4000,
        "conducts.faithful.passes": 1.0,
    }
    world = simulate(
        district.replace(STILL | only("faithful") | shape(1, [1, 4000], 240) | settings), 3
    ).world
    trust = (world.tallies["trust"] / world.tallies["citizens"])[-60:].mean()
    assert trust == pytest.approx(gain * q / (gain * q + loss * (1 - q)), abs=0.004)


@pytest.mark.parametrize("norm", [0.0, 0.3, 0.8, 1.0])
def test_two_conducts_and_conformity_alone_are_the_binary_logit(district, norm):
    # Brock & Durlauf 2001.
    precision, pull, cost = 3.0, 1.2, 0.5
    number = 20_000
    settings = {
        "behaviour.precision": precision,
        "behaviour.conformity": pull,
        "behaviour.effort": cost,
        "conducts.faithful.effort": 1.0,
        "conducts.idle.effort": 0.0,
        "conducts.faithful.engagement": 1.0,
        "conducts.idle.engagement": 0.0,
        "start.norm_at_start": norm,
    }
    world = simulate(
        district.replace(STILL | only("faithful", "idle") | shape(1, [1, number - 1]) | settings), 4
    ).world
    found = np.mean(world.officers["conduct"] == CONDUCTS.index("faithful"))
    assert_share(found, number, 1 / (1 + math.exp(-precision * (pull * norm - cost))))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("strength", "start", "rest"),
    [(0.8, 0.9, 0.0), (1.5, 0.9, 0.8586), (1.5, 0.1, -0.8586), (2.0, 0.6, 0.9575)],
)
def test_norms_rest_where_brock_and_durlauf_say(district, strength, start, rest):
    # m = tanh(β(h + J m)) at h = 0: one resting point for βJ < 1, two stable ones above.
    precision = 6.0
    pull = 4 * strength / precision
    settings = {
        "behaviour.precision": precision,
        "behaviour.conformity": pull,
        "behaviour.effort": pull / 2,
        "behaviour.norm_speed": 0.3,
        "conducts.faithful.effort": 1.0,
        "conducts.idle.effort": 0.0,
        "conducts.faithful.engagement": 1.0,
        "conducts.idle.engagement": 0.0,
        "start.norm_at_start": start,
    }
    run = simulate(
        district.replace(STILL | only("faithful", "idle") | shape(1, [1, 7999], 200) | settings),
        5,
    )
    mean = 2 * run.series["norm"].iloc[-100:].mean() - 1
    assert mean == pytest.approx(rest, abs=0.03 if strength < 1 else 0.004)


def test_without_precision_all_conducts_are_equally_likely(district):
    wanted = {"behaviour.precision": 0.0, "behaviour.duty": 5.0, "behaviour.effort": 5.0}
    conduct = simulate(district.replace(STILL | shape(1, [1, 19_999]) | wanted), 6).world.officers
    assert stats.chisquare(np.bincount(conduct["conduct"], minlength=5)).pvalue > 1e-4


def test_incidents_traces_and_climbs_come_as_often_as_their_probabilities(district):
    chains, months, layers = 3000, 11, 3
    incident, trace, climb = 0.8, 0.5, 0.6
    settings = {
        "behaviour.incident": incident,
        "conducts.idle.substance": 0.0,
        "conducts.idle.error": 0.0,
        "conducts.idle.misconduct": 1.0,
        "mechanisms.accountability.tracing": trace,
        "mechanisms.accountability.climb": climb,
    }
    world = simulate(
        district.replace(STILL | only("idle") | shape(chains, [1] * layers, months) | settings), 7
    ).world
    fronts = chains * months
    incidents = world.tallies["incidents"].sum()
    assert_share(incidents / fronts, fronts, incident * 0.5)
    head, middle, front = world.officers["sanctions"].reshape(chains, layers).sum(axis=0)
    assert_share(front / incidents, incidents, trace)
    assert_share(middle / front, front, climb)
    assert_share(head / middle, middle, climb)


def promoted(district, transfer):
    """Capability of everybody promoted in ten years, before and after, and of all at the top."""
    settings = {
        "traits.responsibility.mean": 0.5,
        "traits.responsibility.sd": 0.1,
        "traits.capability.mean": 0.5,
        "traits.capability.sd": 0.15,
        "mechanisms.selection.merit": 1.0,
        "appraisers.users.noise": 0.0,
        "mechanisms.selection.competence_transfer": transfer,
        "careers.age_mean": 45.0,
        "careers.age_sd": 10.0,
        "careers.transfer": 0.2,
        "careers.time_in_rank": 0,
        "behaviour.slope": 4.0,
    }
    world = Plan(
        district.replace(STILL | only("faithful") | shape(60, [1, 3, 9], 120) | settings)
    ).begin(8)
    before, after = [], []
    for year in range(10):
        run_months(world, 12 * year, 12 * year + 11)
        # What a person brought into the service never changes: it tells who is who.
        known = {one["disposition"]: (one["rank"], one["capability"]) for one in world.officers}
        run_months(world, 12 * year + 11, 12 * year + 12)
        for one in world.officers:
            rank, capability = known.get(one["disposition"], (0, 0.0))
            if one["rank"] < rank:
                before.append(capability)
                after.append(one["capability"])
    assert len(before) > 200
    return (
        np.array(before),
        np.array(after),
        world.officers["capability"][world.officers["rank"] < 2],
    )


def test_under_the_peter_hypothesis_capability_after_promotion_owes_nothing_to_before(district):
    # Pluchino, Rapisarda & Garofalo 2010.
    before, after, top = promoted(district, 0.0)
    assert before.mean() > 0.6
    assert abs(np.corrcoef(before, after)[0, 1]) < 4 / math.sqrt(len(before))
    assert abs(after.mean() - 0.5) < 4 * 0.15 / math.sqrt(len(after))
    assert abs(top.mean() - 0.5) < 4 * 0.15 / math.sqrt(len(top))


def test_under_common_sense_promotion_keeps_capability_and_fills_the_top_with_it(district):
    before, after, top = promoted(district, 1.0)
    assert after == pytest.approx(before)
    assert top.mean() > 0.5 + 4 * 0.15 / math.sqrt(len(top))
