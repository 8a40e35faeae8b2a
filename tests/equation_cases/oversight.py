"""Cases for oversight: supervision, sanctions, tracing blame, and what officers expect of it."""

from types import SimpleNamespace

import numpy as np

from sim.kinds import (
    CONDUCTS,
    IDLE,
    MASSES,
    PARTY,
)
from sim.machine.draws import draw
from sim.mechanisms import (
    back_tracing,
    deterrence,
    directives,
    felt_accountability,
    sanctions,
    supervision,
)
from sim.mechanisms.channels import acuity_for, combine_channels, coverage_of
from sim.phases import weigh_conducts
from sim.world import state
from tests.equation_cases.rows import drawn, of, plain, table, world_of


@of("7.7")
def _(case):
    k = int(case.rng.integers(len(CONDUCTS)))
    month = int(case.rng.integers(24))
    case.fixed.tour_every = int(case.rng.integers(1, 4))
    channels = [drawn(state.CHANNEL, case.rng) for _ in range(len(case.mechanisms.coverage))]
    monitoring = case.rng.uniform(size=len(CONDUCTS))
    all_channels = table(state.CHANNEL, channels)
    combine_channels(case.mechanisms, all_channels, monitoring, case.fixed, month)
    about = (case.mechanisms, case.fixed)
    each = [
        {
            "covered": coverage_of(c, *about, month),
            "keen": acuity_for(all_channels[c], k, *about),
        }
        for c in range(len(channels))
    ]
    c = PARTY if case.rng.uniform() < 0.5 else PARTY + 1
    case.names |= {
        "over channels": [one for place, one in enumerate(each) if place != MASSES],
        "month_of_tour": (month + 1) % case.fixed.tour_every == 0,
        "channel_is_party": c == PARTY,
        "coverage": case.mechanisms.coverage[c],
        "acuity": channels[c].acuity[k],
        "served": channels[c].served[k],
        "monitoring_acuity": monitoring[k],
    }
    case.expected |= each[c]
    case.expected |= {"unseen": case.mechanisms.unseen[k], "sight": case.mechanisms.sight[k]}


@of("7.7", 2)
def _(case):
    leading = int(case.rng.integers(1, 4))
    # What superiors cover is taken off afterwards (7.27).
    numbers = {"officers": leading + 3, "leading": leading, "fronts": 3}
    department = case.row(state.DEPARTMENT, collusion=0.0, **numbers)
    department.heard = case.rng.uniform(0.0, 9.0)
    department.fronts = int(case.rng.integers(4))
    case.names["department"] = plain(department)
    case.fixed.interest_low = -0.5 * case.rng.uniform()
    channels = state.CHANNEL.zeros(len(case.mechanisms.coverage))
    for row in channels:
        row.acuity[:] = case.rng.uniform(size=len(CONDUCTS))
        row.served[:] = case.rng.uniform(size=len(CONDUCTS))
    k = int(case.rng.integers(len(CONDUCTS)))
    department.watch = supervision.watch(department, case.mechanisms, case.fixed)
    outlook = case.row(state.OUTLOOK)
    about = (department, case.mechanisms, case.fixed)
    done = case.row(state.CONDUCT)
    supervision.see_conduct(k, done, outlook, channels, *about)
    case.names |= {
        "mean_interest": directives.mean_interest(case.fixed),
        "masses": case.mechanisms.coverage[MASSES],
        "keen": acuity_for(channels[MASSES], k, case.mechanisms, case.fixed),
        "unseen": case.mechanisms.unseen[k],
        "sight": case.mechanisms.sight[k],
    }
    case.expected["department.watch"] = department.watch
    for name in ("unseen", "unseen_leading", "sight", "found", "found_leading"):
        case.expected[f"outlook.{name}"] = outlook[name]


@of("7.7", 3)
def _(case):
    world = world_of(case)
    department = world.departments[0]
    department.watch = case.rng.uniform(0.5, 2.0)
    mechanisms = world.mechanisms[0, 0]
    mechanisms.severity_felt = deterrence.severity_felt(mechanisms.severity, case.fixed)
    weigh_conducts(world, 0, 0)
    k = int(case.rng.integers(1, len(CONDUCTS)))
    outlooks = [world.outlooks[0, one] for one in range(len(CONDUCTS))]
    case.expected["severity_felt"] = mechanisms.severity_felt
    case.names |= {
        "department": plain(department),
        "conduct": plain(world.conducts[k]),
        "outlook": plain(outlooks[k]),
        "over conducts": [{"outlook": plain(one)} for one in outlooks],
    }
    case.expected["outlook.threat"] = outlooks[k].threat
    case.expected["department.presence"] = department.presence


@of("7.7", 4)
def _(case):
    officer = case.row(state.OFFICER)
    department = case.row(state.DEPARTMENT, officers=20)
    case.fixed.peer = case.rng.uniform(0.0, 4.0)
    share = sanctions.sanctioned_share(department)
    case.expected["felt_risk"] = deterrence.felt_risk(officer, department, case.fixed)
    case.expected["share_sanctioned"] = share
    deterrence.perceive_risk(officer, share, department, case.fixed)
    case.expected["officer.perceived_risk"] = officer.perceived_risk


@of("7.7", 5)
def _(case):
    officer = case.row(state.OFFICER, subordinates=int(case.rng.integers(2)))
    outlook = case.row(state.OUTLOOK)
    case.expected["caught"] = supervision.chance_caught(officer, outlook, case.fixed)


@of("7.7", 6)
def _(case):
    world = world_of(case)
    channel = world.channels[0]
    publicity = case.rng.uniform()
    for one in world.channels:
        one.publicity = publicity
    officer = world.officers[int(case.rng.integers(len(world.officers)))]
    month = int(case.rng.integers(1000))
    about = (world.departments[0], world.mechanisms[0, 0])
    tally = world.part_tallies[0, 0]
    done, outlook = world.conducts[officer.conduct], world.outlooks[0, officer.conduct]
    supervision.take_up(world, officer, done, outlook, *about, tally, month)
    who = officer.number_in_department
    u = draw(world.seed, world.replicate, supervision.OVERSIGHT, month, 0, who)
    case.u["made_public"] = u[1]
    case.names["channel"] = plain(channel)
    case.expected["made_public"] = tally.published


@of("7.7", 7)
def _(case):
    department = case.row(state.DEPARTMENT, presence=case.rng.uniform(0.6, 1.0))
    share = case.rng.uniform(0.0, 0.01)
    case.fixed.forget = case.rng.uniform(0.05, 0.5)
    case.fixed.peer = case.rng.uniform(0.0, 2.0)
    officer = case.row(state.OFFICER, perceived_risk=0.0)
    for _ in range(1000):
        deterrence.perceive_risk(officer, share, department, case.fixed)
    weight = (1.0 - case.fixed.forget) * case.fixed.residual * case.fixed.alert
    case.names |= {"share_sanctioned": share}
    case.expected |= {"kept_part": weight, "at_rest": officer.perceived_risk}


@of("7.8")
def _(case):
    officer = case.row(state.OFFICER)
    fault = case.rng.uniform()
    case.names["fault"] = fault
    u = case.below("spared", case.fixed.shield * officer.connection)
    case.expected |= {
        "gravity": sanctions.proportionate(fault, case.mechanisms, case.fixed),
        "spared": sanctions.shielded(officer, case.fixed, u),
    }


@of("7.8", 2)
def _(case):
    officer = case.row(state.OFFICER)
    case.names["gravity"] = gravity = case.rng.uniform()
    department = drawn(state.DEPARTMENT, case.rng)
    sanctions.sanction_unjustly(officer, department, case.fixed, gravity)
    for name in ("sanctions", "gravity", "perceived_risk", "responsibility"):
        case.expected[f"officer.{name}"] = officer[name]


@of("7.9")
def _(case):
    officer = case.row(state.OFFICER)
    done = case.row(state.CONDUCT)
    department = case.row(state.DEPARTMENT)
    case.row(state.OUTLOOK)
    case.expected |= {
        "redress": back_tracing.redress(case.mechanisms),
        "outlook.blame": back_tracing.blame(done, case.mechanisms, case.fixed),
        "happens": back_tracing.chance_of_incident(officer, done, department, case.fixed),
        "found": back_tracing.finding(department, case.mechanisms),
    }


@of("7.9", 2)
def _(case):
    # Whoever is found is the one in charge, and is sanctioned: so sanctions show the inquiry's way.
    certain = {"hearing": 1.0, "tolerance": 0.0, "review": 0.0, "arbitration": 0.0}
    for name, one in certain.items():
        case.mechanisms[name] = one
    case.fixed.shield = 0.0
    world = world_of(case)
    origin = len(world.officers) - 1
    above = world.officers[origin].superior
    month = int(case.rng.integers(1000))
    tally = world.part_tallies[0, 0]
    back_tracing.trace(world, origin, world.departments[0], world.mechanisms[0, 0], tally, month)
    sanctioned = [bool(one.sanctions) for one in world.officers]
    head_first = sanctioned[0] and not sanctioned[origin]
    drawn_from = (world.seed, world.replicate)
    u = draw(*drawn_from, back_tracing.TRACED, month, 0, origin)
    course = draw(*drawn_from, back_tracing.CLIMB, month, 0, origin)
    case.u |= {"traced": u[0], "head_first": u[1], "climbs": course[1], "made_public": course[2]}
    case.expected["traced"] = any(sanctioned)
    if any(sanctioned):
        case.expected["head_first"] = head_first
        if not head_first:
            case.expected["climbs"] = sanctioned[above]
        if sum(sanctioned) == 1:
            case.expected["made_public"] = tally.published > 0


@of("7.9", 3)
def _(case):
    officer, done = drawn(state.OFFICER, case.rng), case.row(state.CONDUCT)
    tally = state.PART_TALLY.zeros(1)[0]
    thresholds = {
        "culpable": done.misconduct,
        "forgiven": case.mechanisms.tolerance,
        "cleared": back_tracing.redress(case.mechanisms),
    }
    u = [case.below(name, one) for name, one in thresholds.items()]
    stands = back_tracing.judge(
        officer,
        done,
        0.5,
        drawn(state.DEPARTMENT, case.rng),
        case.mechanisms,
        case.fixed,
        tally,
        *u,
    )
    case.expected |= {"sanctioned": stands, "unjust": tally.unjust_sanctions}


# Felt accountability, where omission is weighed.


@of("7.26")
def _(case):
    case.fixed.omission = 1
    k = int(case.rng.integers(len(CONDUCTS)))
    done = case.row(state.CONDUCT)
    department = case.row(state.DEPARTMENT)
    outlook = case.row(state.OUTLOOK)
    felt_accountability.weigh_failure(k, done, outlook, department, case.mechanisms, case.fixed)
    case.names |= {
        "redress": back_tracing.redress(case.mechanisms),
        "is_inaction": k == IDLE,
    }
    case.expected["stands"] = back_tracing.chance_of_sanction(done, case.mechanisms)
    for name in ("blame", "implicated", "failure_base", "failure_slope"):
        case.expected[f"outlook.{name}"] = outlook[name]


@of("7.26", 2)
def _(case):
    leading = case.rng.uniform() < 0.5
    gravity = case.rng.uniform(0.1, 2.0)
    case.fixed.failing_gravity = case.rng.uniform(0.2, 2.0)
    case.names |= {"leading": leading, "gravity": gravity}
    case.expected["feared"] = felt_accountability.severity_feared(
        gravity, leading, case.mechanisms, case.fixed
    )


def _ranks(case):
    """Three ranks that know their own cases, what they then expect, and the department."""
    ranks = state.RANK.zeros(1, 3)
    cases = case.rng.uniform(0.1, 1.0, 3)
    for r in range(3):
        ranks[0, r].posts, ranks[0, r].own = 1.0 + 2.0 * r, cases[r]
    alone = case.rng.uniform() < 0.2
    department = case.row(state.DEPARTMENT, officers=1 if alone else 2)
    charged = case.rng.dirichlet(np.ones(3)) * department.expected_received
    for r in range(3):
        ranks[0, r].received = charged[r]
    case.names["in_its_charge"] = charged
    felt_accountability.expect_findings(ranks, 0, 3, department, case.mechanisms, case.fixed)
    return [ranks[0, r] for r in range(3)], cases, department


@of("7.26", 3)
def _(case):
    ranks, cases, department = _ranks(case)
    r = int(case.rng.integers(2))
    case.names |= {
        "rank": plain(ranks[r]),
        "lower": plain(ranks[r + 1]),
        "own_cases": cases[r],
        "rank_is_head": r == 0,
        "in_its_charge": case.names["in_its_charge"][r],
        "over ranks": [{"own_cases": one} for one in cases],
    }
    about = (department, case.mechanisms, case.fixed)
    case.expected |= {
        "chance_traced": felt_accountability.chance_traced(*about),
        "at_head": felt_accountability.share_of_heads(*about),
        "rank.own": ranks[r].own,
        "rank.climbed": ranks[r].climbed,
        "rank.received": ranks[r].received,
    }


@of("7.26", 4)
def _(case):
    ranks, _, department = _ranks(case)
    about = (department, case.mechanisms, case.fixed)
    r = int(case.rng.integers(3))
    found = back_tracing.finding(department, case.mechanisms)
    received = department.expected_received
    harms = department.harm, department.expected_received_harm / received
    here, below = (sanctions.proportionate(harm, case.mechanisms, case.fixed) for harm in harms)
    feared = [
        felt_accountability.severity_feared(one, leading, case.mechanisms, case.fixed)
        for one in (here, below)
        for leading in (False, True)
    ]
    case.names |= {
        "rank": plain(ranks[r]),
        "upper": plain(ranks[r - 1]) if r > 0 else SimpleNamespace(climbed=0.0, received=0.0),
        "found": found,
        "rank_leads": r < 2,
        "feared": feared[r < 2],
        "feared_below": feared[2 + (r < 2)],
        "feared_at_front": feared[0],
        "at_head": felt_accountability.share_of_heads(*about),
        "chance_traced": felt_accountability.chance_traced(*about),
    }
    case.expected |= {
        "rank.others_gravity": ranks[r].others_gravity,
        "department.own_gravity": department.own_gravity,
    }


@of("7.26", 5)
def _(case):
    officer = case.row(state.OFFICER)
    rank = case.row(state.RANK)
    department = case.row(state.DEPARTMENT)
    choice = drawn(state.CHOICE, case.rng)
    felt_accountability.expect_blame(officer, rank, choice, department, case.fixed)
    case.expected |= {"own_gravity": choice.own_gravity, "others_gravity": choice.others_gravity}
