"""Every equation of docs/odd.md, evaluated beside the rule that it describes.

The blocks of section 7 are read as they stand. Each has a case here: rows with random values in
their declared ranges, and what the rules make of them. A block without a case fails, and so does
an equation that could be altered without anybody noticing.
"""

import ast
from functools import cache
from types import SimpleNamespace

import numpy as np
import pytest

from docs.build import _declared, _symbols
from sim import Scenario, mechanisms
from sim.declare import leaves, quantity
from sim.distributions import normal, normal_share
from sim.kinds import (
    COMPETENT,
    CONDUCTS,
    FAITHFUL,
    GRADES,
    IDLE,
    MASSES,
    PARTY,
    RECORD,
    SUPERIOR,
    TOP,
)
from sim.machine import draws
from sim.machine.draws import LAYER, draw
from sim.mechanisms import (
    agenda,
    announcement,
    appraisal,
    back_tracing,
    burden,
    careers,
    caseload,
    chain,
    conduct,
    culture,
    deterrence,
    directives,
    execution,
    felt_accountability,
    grading,
    imitation,
    incentives,
    leadership,
    learning,
    morale,
    multitasking,
    need,
    news,
    patronage,
    posts,
    public,
    recruitment,
    reporting,
    sanctions,
    satisficing,
    selection,
    start,
    supervision,
    target_inflation,
    third_state,
    tournament,
    training,
    withdrawal,
)
from sim.mechanisms.channels import acuity_for, combine_channels, coverage_of
from sim.mechanisms.directives import AT_ONCE
from sim.phases import take_stock_of_trust, weigh_conducts
from sim.world import levers, state
from sim.world.plan import Plan
from sim.world.sections import Mechanisms
from tests.equations import altered, blocks, wrong

pytestmark = pytest.mark.slow

DRAWS = 100
# Blocks with an alteration that shows in few cases only.
MORE_DRAWS = {("7.23", 1): 200}


# Rows with random values.


def _ranges():
    found = {}
    kinds = ("officer", "department", "citizen", "outlook", "conduct", "channel", "appraiser")
    for kind in (*kinds, "rank", "visit", "mechanisms", "lever"):
        for section in mechanisms.rows(kind):
            for name, field in section.model_fields.items():
                found[kind, name] = quantity(name, field)
    for kind in (Mechanisms, state.LeverEffects):
        found |= {("mechanisms", name): quantity(name, field) for name, field in leaves(kind)}
    for name, (_, field, around) in _declared().items():
        found["settings", name] = quantity(name, field, around)
    found |= {("conduct", "available"): None, ("mechanisms", "coverage"): None}
    return found


RANGES = _ranges()


@cache
def _drawn_from(kind):
    """Name, width, lowest and highest of each field of a row; whole numbers have whole bounds."""
    found = []
    for field in kind.fields.values():
        declared = RANGES.get((kind.name, field.name))
        low = -1.0 if declared and declared.low is None else (declared.low if declared else 0.0)
        high = low + 3.0 if declared is None or declared.high is None else declared.high
        high = 1.0 if declared is None else min(high, low + 12.0)
        bounds = (int(low), int(high) + 1) if field.whole else (low, high)
        found.append((field.name, field.width, field.whole, *bounds))
    return found


def drawn(kind, rng, **values):
    """A row alone in its table, every field drawn from its declared range unless given."""
    row = kind.zeros(1)[0]
    for name, width, whole, low, high in _drawn_from(kind):
        found = rng.integers(low, high) if whole else rng.uniform(low, high, width or None)
        if width:
            getattr(row, name)[:] = found
        else:
            setattr(row, name, found)
    for name, one in values.items():
        if np.ndim(one):
            getattr(row, name)[:] = one
        else:
            setattr(row, name, one)
    return row


def plain(row):
    """What a row holds now, under the same names."""
    return SimpleNamespace(**{name: row[name] for name in row.kind.names})


def table(kind, rows):
    """A table of the same rows."""
    found = kind.zeros(len(rows))
    for place, row in enumerate(rows):
        for name in kind.names:
            found[name][place] = row[name]
    return found


class Case:
    """Rows as the equations meet them, and what the rules make of them."""

    def __init__(self, rng):
        # Drawn apart, so that a new setting leaves what cases draw as it was.
        settings, self.rng = rng.spawn(2)
        self.mechanisms = drawn(state.MECHANISMS, settings)
        self.fixed = drawn(state.SETTINGS, settings)
        self.names = {}
        self.expected = {}
        self.u = {}

    def row(self, kind, called=None, **values):
        """Draw a row and remember it, as it is now, by its name in the equations."""
        row = drawn(kind, self.rng, **values)
        self.names[called or kind.name] = plain(row)
        return row

    def draws(self, *names):
        """A uniform draw for each of some equations."""
        self.u |= {name: self.rng.uniform() for name in names}
        return [self.u[name] for name in names]

    def below(self, name, threshold):
        """A draw as often below a threshold as above, and seldom far from it."""
        self.u[name] = float(np.clip(threshold * self.rng.uniform(0.5, 1.5), 0.0, 1.0))
        return self.u[name]

    @property
    def settings(self):
        """Settings by their own name."""
        found = {name: self.fixed[name] for name in self.fixed.kind.names}
        for name in self.mechanisms.kind.names:
            found.setdefault(name, self.mechanisms[name])
        return found


CASES = {}


def of(section, block=1):
    """Say of which block a function gives cases."""

    def remember(function):
        assert (section, block) not in CASES
        CASES[section, block] = function
        return function

    return remember


@cache
def cases(key):
    """Cases of a block; the same in every test."""
    rng = np.random.default_rng([int(key[0].removeprefix("7.")), key[1]])
    found = []
    for _ in range(MORE_DRAWS.get(key, DRAWS)):
        case = Case(rng)
        CASES[key](case)
        found.append(case)
    return found


@cache
def district():
    """The district as shipped."""
    return Scenario.load("district")


@cache
def plan_of(ranks=(1, 2, 4)):
    """One small department on its own."""
    changes = {"organisation.departments": 1, "organisation.ranks": list(ranks)}
    return Plan(district().replace(changes | {"public.citizens": 9, "clock.months": 12}))


def world_of(case, **values):
    """A world that has begun, and a department with random settings of its own."""
    world = plan_of().begin(1, int(case.rng.integers(1_000_000)), 1)
    for name in world.settings.kind.names:
        world.settings[0][name] = case.fixed[name]
    here = world.mechanisms[0, 0]
    for name in here.kind.names:
        if here.kind.fields[name].width:
            getattr(here, name)[:] = case.mechanisms[name]
        else:
            here[name] = case.mechanisms[name]
    return world


# The cases, section by section.


def at_stake(officer, department, mechanisms, settings):
    """What full marks are worth to an officer, and how far superiors go by its report."""
    full = incentives.stake(officer, department, mechanisms, settings)
    return full, appraisal.relied_on(officer, mechanisms)


@of("7.1")
def _(case):
    content = np.sort(case.rng.uniform(0.01, 1.0, 3))[::-1]
    sums = {"officers": np.ones((1, 3)), "content": content[None, :]}
    lost = chain.content_lost({"layers": sums})
    case.names |= {"content_above": content[0], "content_here": content[1]}
    case.expected["lost"] = lost[1]


@of("7.2")
def _(case):
    department = case.row(state.DEPARTMENT)
    seed = int(case.rng.integers(1_000_000))
    directives.new_directive(department, case.fixed, seed, 3, 7)
    u = draw(seed, 3, directives.DIRECTIVE, 7, department.line, 0)
    for name, one in zip(("difficulty", "interest", "specificity", "harm"), u, strict=True):
        case.u[f"department.{name}"] = one
        case.expected[f"department.{name}"] = department[name]


@of("7.2", 2)
def _(case):
    life = int(case.rng.integers(1, 9))
    case.fixed.life = life
    if case.rng.uniform() < 0.3:
        case.fixed.interest_low = -case.fixed.interest_high
    case.fixed.interest_low, case.fixed.interest_high = sorted(
        (case.fixed.interest_low, case.fixed.interest_high)
    )
    department = case.row(state.DEPARTMENT, directive_age=int(case.rng.integers(life)), fronts=3)
    case.names["presence"] = leadership.presence(department, case.mechanisms)
    case.expected["department.attention"] = directives.attention(
        department.directive_age, department, case.mechanisms, case.fixed
    )
    case.expected["mean_interest"] = directives.mean_interest(case.fixed)
    tally = state.PART_TALLY.zeros(1)[0]
    directives.observe_directive(department.directive_age, department, 1.0, case.fixed, tally)
    case.expected |= {"early": tally.early > 0, "late": tally.late > 0}


@of("7.3")
def _(case):
    officer = case.row(state.OFFICER, number_in_department=int(case.rng.integers(2)))
    # So that a month often reaches its end.
    easy = case.rng.integers(2)
    led = {"burden": 0.0, "guidance": 1.0, "guidance_above": 1.0} if easy else {}
    department = case.row(state.DEPARTMENT, **led)
    case.mechanisms.authority = 1.0 if easy else case.mechanisms.authority
    department.demand = execution.demand(department, case.mechanisms, case.fixed)
    case.expected["department.demand"] = department.demand
    case.expected["officer.ease"] = execution.ease(officer, department, case.mechanisms, case.fixed)


@of("7.3", 2)
def _(case):
    done = case.row(state.CONDUCT)
    department = case.row(state.DEPARTMENT)
    outlook = case.row(state.OUTLOOK)
    conduct.bring(outlook, done, department, case.mechanisms, case.fixed)
    for name in ("substance", "achieved", "shift", "achieved_shift", "passes", "excess"):
        case.expected[f"outlook.{name}"] = outlook[name]


@of("7.3", 3)
def _(case):
    outlook = case.row(state.OUTLOOK)
    superior = case.row(state.OFFICER, "superior", superior=-1)
    top = case.rng.uniform() < 0.3
    officer = case.row(state.OFFICER, superior=-1 if top else 0)
    both = table(state.OFFICER, [superior, officer])
    above = execution.content_above(both[1], both)
    arrived = execution.arriving(above, case.mechanisms, case.fixed)
    execution.pass_on(officer, arrived, outlook)
    department = case.row(state.DEPARTMENT)
    about = (department, case.mechanisms, case.fixed)
    case.fixed.margin = case.rng.uniform()
    case.names["contest"] = tournament.time_in_contest(officer, department, case.fixed)
    work = incentives.worth_of_work(*at_stake(officer, *about), outlook, department)
    earned = incentives.earned(work, officer.ease * outlook.substance)
    case.names["more"] = incentives.more_effort(earned, case.fixed)
    execution.carry_out(officer, arrived, outlook, *about)
    for name in ("substance", "show", "content", "delivered", "work", "displayed"):
        case.expected[f"officer.{name}"] = officer[name]


@of("7.4")
def _(case):
    done = case.row(state.CONDUCT)
    department = case.row(state.DEPARTMENT)
    outlook = case.row(state.OUTLOOK)
    conduct.weigh_conduct(outlook, done, 0.5, department, case.mechanisms, case.fixed)
    conduct.bring(outlook, done, department, case.mechanisms, case.fixed)
    case.expected |= {f"outlook.{name}": outlook[name] for name in ("cost", "rent", "hides")}
    case.expected |= {f"outlook.{name}": outlook[name] for name in ("seen_work", "seen_show")}


@of("7.4", 2)
def _(case):
    officer = case.row(state.OFFICER)
    department = case.row(state.DEPARTMENT)
    outlook = case.row(state.OUTLOOK)
    expected = {name: case.rng.uniform() for name in ("own_gravity", "others_gravity")}
    choice = drawn(state.CHOICE, case.rng, example=case.rng.uniform(), **expected)
    number = int(case.rng.integers(len(CONDUCTS)))
    about = (outlook, department, case.mechanisms, case.fixed)
    habitual = number == officer.previous_conduct
    conduct.note_stakes(officer, choice, *about[1:])
    reasons = conduct.reasons(officer, number, habitual, choice, *about)
    case.names |= expected | {
        "conduct_number": number,
        "liked": float(officer.taste[number]),
        "paid": incentives.reward(
            *at_stake(officer, *about[1:]),
            officer.ease * outlook.substance,
            outlook,
            department,
            case.fixed,
        ),
        "felt_risk": deterrence.felt_risk(officer, department, case.fixed),
        "led": leadership.led(choice.example, outlook.engagement, *about[1:]),
    }
    case.expected["utility"] = conduct.utility(reasons)


@of("7.4", 3)
def _(case):
    worth = case.rng.uniform(-1.0, 1.0, len(CONDUCTS))
    able = [True, *(case.rng.uniform(size=len(CONDUCTS) - 1) < 0.7)]
    conducts = table(state.CONDUCT, [drawn(state.CONDUCT, case.rng, available=a) for a in able])
    choice = drawn(state.CHOICE, case.rng, worth=worth)
    conduct.add_weights(choice, conducts, case.fixed)
    case.names["utility"] = worth[0]
    case.names["over conducts"] = [{"utility": w} for w, a in zip(worth, able, strict=True) if a]
    case.expected["chance"] = choice.upto[0] / choice.upto[-1]


@of("7.5")
def _(case):
    front = int(case.rng.uniform() < 0.2)
    number = 0 if front else int(case.rng.integers(4))
    officer = case.row(state.OFFICER, front=front, subordinates=number, first_subordinate=1)
    below = [drawn(state.OFFICER, case.rng) for _ in range(number)]
    officers = table(state.OFFICER, [officer, *below])
    department = case.row(state.DEPARTMENT)
    reporting.report(officers, 0, department, case.mechanisms, case.fixed)
    case.names["over subordinates"] = [{"below": one} for one in below]
    case.expected["officer.report"] = officers[0].report


@of("7.5", 2)
def _(case):
    case.fixed.reports = int(case.rng.integers(2))
    number = int(case.rng.integers(4))
    head = case.row(state.OFFICER, "head", front=0, subordinates=3, first_subordinate=1)
    staff = drawn(state.OFFICER, case.rng, front=0, subordinates=0)
    fronts = [drawn(state.OFFICER, case.rng, front=1) for _ in range(2)]
    officers = table(state.OFFICER, [head, staff, *fronts])
    department = case.row(
        state.DEPARTMENT, first_officer=0, officers=4, first_front=0, fronts=2 if number else 0
    )
    reporters = (officers[0], officers[1])
    case.names["over reporting"] = [
        {"heard": reporting.heard_by(one, officers, department)} for one in reporters
    ]
    case.names["over fronts"] = [{"officer": plain(one)} for one in fronts]
    heard = sum(one["heard"] for one in case.names["over reporting"])
    fronts = np.array([2, 3])
    # Both who report, whether or not the department has a front line of its own.
    department.officers = 2 + department.fronts
    reporting.make_known(department, officers, fronts, heard, case.mechanisms, case.fixed)
    case.expected["reliance"] = reporting.reliance(case.mechanisms, case.fixed)
    for name in ("reports_heard", "delivery", "known"):
        case.expected[f"department.{name}"] = department[name]
    done = case.row(state.CONDUCT)
    outlook = case.row(state.OUTLOOK)
    conduct.weigh_conduct(outlook, done, 0.5, department, case.mechanisms, case.fixed)
    case.expected["outlook.report"] = outlook.report


@of("7.6")
def _(case):
    officer = case.row(state.OFFICER)
    outlook = case.row(state.OUTLOOK)
    done = case.row(state.CONDUCT)
    department = case.row(state.DEPARTMENT)
    # So that news does not take all trust in every case.
    department.news_of_sanctions = case.rng.uniform(0.0, 2.0)
    case.names["department"] = plain(department)
    citizen = case.row(state.CITIZEN, news=case.rng.uniform(0.0, 2.0))
    neighbours = [drawn(state.CITIZEN, case.rng) for _ in range(2)]
    case.names["over neighbours"] = [{"neighbour": one} for one in neighbours]
    ring = table(state.CITIZEN, [citizen, *neighbours])
    around = drawn(state.DEPARTMENT, case.rng, first_citizen=0, citizens=3)
    # So that a chance often reaches its end.
    if case.rng.integers(2):
        case.mechanisms.openness = case.fixed.complaint_rate = citizen.voice = 1
        citizen.need, citizen.silent, outlook.hides = case.rng.uniform(1.0, 2.0), 0, 0.0
        officer.delivered = 0.0
        case.names |= {"citizen": plain(citizen), "outlook": plain(outlook)}
        case.names["officer"] = plain(officer)
    visit = drawn(
        state.VISIT,
        case.rng,
        delivered=caseload.received(citizen, officer, department),
        excess=outlook.excess,
        hides=outlook.hides,
    )
    left, right = public.neighbours_of(0, around)
    public.meet_neighbours(visit, ring[left], ring[right])
    visit.luck_hears = case.below("sanctions", case.fixed.news_reach)
    experience = public.experience(visit, case.mechanisms, case.fixed)
    trust = public.trust_in_department(citizen, visit, experience, case.fixed)
    u = case.below("upheld", department.clarity * done.misconduct * (1 - officer.connection / 2))
    case.expected |= {
        "experience": experience,
        "citizen.trust": trust,
        "citizen.trust_in_centre": public.trust_in_centre(
            citizen, visit, trust, department, case.fixed
        ),
        "complains": public.chance_of_complaint(
            citizen, visit, experience, case.mechanisms, case.fixed
        ),
        "upheld": public.upheld(officer, done, department, case.fixed, u),
    }


@of("7.6", 2)
def _(case):
    case.fixed.exit_months = int(case.rng.integers(1, 5))
    citizen = case.row(state.CITIZEN, months_below=int(case.rng.integers(5)))
    public.withdraw_or_return(citizen, case.fixed)
    for name in ("months_below", "silent"):
        case.expected[f"citizen.{name}"] = citizen[name]


@of("7.6", 3)
def _(case):
    world = world_of(case)
    for citizen in world.citizens:
        citizen.trust = case.rng.uniform()
        citizen.silent = int(case.rng.integers(2))
    case.names["over citizens"] = [{"citizen": plain(one)} for one in world.citizens]
    case.row(state.DEPARTMENT)
    case.fixed.trust_feedback = world.settings[0].trust_feedback = int(case.rng.integers(2))
    take_stock_of_trust(world, 0, 0)
    for name in ("credibility", "willing"):
        case.expected[f"department.{name}"] = world.departments[0][name]


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


@of("7.10")
def _(case):
    case.fixed.reports = int(case.rng.integers(2))
    rows = [drawn(state.APPRAISER, case.rng) for _ in range(4)]
    appraisal.look(case.mechanisms, table(state.APPRAISER, rows), case.fixed)
    here = case.mechanisms
    rated = here.users + case.fixed.rating_weight * here.counter_rating
    case.expected["rated"] = rated
    weights = np.array([here.superior, here.peers, here.record, rated])
    case.names["over appraisers"] = [
        {
            "appraiser": one,
            "weight": weight / weights.sum(),
            "audited": here.record_audit if place == RECORD else 0.0,
            "superiors": 1.0 if place == SUPERIOR else 0.0,
        }
        for place, (one, weight) in enumerate(zip(rows, weights, strict=True))
    ]
    case.row(state.DEPARTMENT)
    case.names["reliance"] = reporting.reliance(here, case.fixed)
    for name in ("substance", "show", "connection", "noise", "report"):
        case.expected[f"view_{name}"] = here[f"view_{name}"]
    department = drawn(state.DEPARTMENT, case.rng)
    case.names["department"] = plain(department)
    seen = appraisal.validity(here)
    case.expected["department.validity"] = target_inflation.counts_as_work(seen, department)


@of("7.10", 2)
def _(case):
    month = int(case.rng.integers(36))
    case.names["recent"] = month % 12 in (9, 10, 11)
    case.row(state.DEPARTMENT)
    case.expected["department.salience"] = appraisal.salience(month, case.mechanisms)


@of("7.10", 3)
def _(case):
    # Prospects can speak against work, as where belief in merit is below what is held fair.
    officer = case.row(state.OFFICER, merit_belief=case.rng.uniform(-1.0, 1.0))
    outlook = case.row(state.OUTLOOK)
    department = case.row(state.DEPARTMENT)
    case.names["substance"] = substance = case.rng.uniform()
    # Of a size with which effort is now and then at an end of its range.
    case.fixed.margin = 10.0 ** case.rng.uniform(-3.0, 1.0)
    at = at_stake(officer, department, case.mechanisms, case.fixed)
    work = incentives.worth_of_work(*at, outlook, department)
    case.expected["more"] = incentives.more_effort(incentives.earned(work, substance), case.fixed)
    case.expected["paid"] = incentives.reward(*at, substance, outlook, department, case.fixed)


@of("7.10", 4)
def _(case):
    rows = [drawn(state.OFFICER, case.rng, rank=k % 2, category=k // 2 % 3) for k in range(6)]
    case.names["officer"] = plain(rows[0])
    (case.u["score"],) = case.draws("score")
    officers = table(state.OFFICER, rows)
    for one in officers:
        appraisal.appraise(one, case.mechanisms, normal(case.u["score"]))
    scores = [one.performance for one in officers]
    in_rank = table(state.OFFICER, list(officers))
    appraisal.compare_within(in_rank, 0, 6, 2, False, case.mechanisms.by_rank)
    people = [
        {"score": score, "in_rank": one.performance, "rank": one.rank, "category": one.category}
        for score, one in zip(scores, in_rank, strict=True)
    ]
    case.names["over department"] = people
    for kind in ("rank", "category"):
        case.names[f"over {kind}"] = [one for one in people if one[kind] == people[0][kind]]
    appraisal.compare_like_with_like(officers, 0, 6, case.mechanisms)
    case.expected |= {
        "score": scores[0],
        "in_rank": people[0]["in_rank"],
        "officer.performance": officers[0].performance,
        "officer.execution_rate": officers[0].execution_rate,
    }


@of("7.11")
def _(case):
    case.fixed.complaints_bar = int(case.rng.integers(1, 5))
    officer = case.row(
        state.OFFICER,
        performance=case.rng.uniform(),
        complaints=int(case.rng.integers(5)),
        gravity=case.fixed.failing_gravity * case.rng.uniform(0.0, 1.4),
    )
    u = case.rng.uniform()
    case.names["exam_failed"] = training.fails_exam(officer, case.mechanisms, case.fixed, u)
    grading.grade(officer, case.mechanisms, case.fixed, u)
    for name in ("grade", "failing_years"):
        case.expected[f"officer.{name}"] = officer[name]


@of("7.11", 2)
def _(case):
    number = int(case.rng.integers(1, 12))
    case.row(state.DEPARTMENT, officers=number)
    rows = [drawn(state.OFFICER, case.rng, grade=COMPETENT, sanctions=0) for _ in range(number)]
    officers = table(state.OFFICER, rows)
    grading.share_out_top(officers, 0, number, case.fixed)
    case.expected["places"] = int((officers["grade"] == TOP).sum())


@of("7.12")
def _(case):
    officer = case.row(state.OFFICER, grade=int(case.rng.integers(2)))
    here = case.mechanisms
    u = case.draws("bought", "alone", "worst_first")
    for name, chance in (
        ("bought", here.purchase * 0.5),
        ("alone", here.unchecked * 0.7),
        ("worst_first", here.adverse),
    ):
        case.below(name, chance)
    u = [case.u[name] for name in ("bought", "alone", "worst_first")]
    here.purchase *= 0.5
    here.unchecked *= 0.7
    filled = selection.way(here, *u)
    case.expected["standing"] = selection.standing(officer, here, case.fixed, filled)
    case.expected["value"] = selection.standing(officer, here, case.fixed, selection.OPENLY)
    case.expected["bought"] = filled == selection.BOUGHT


@of("7.12", 2)
def _(case):
    rows = [drawn(state.OFFICER, case.rng, rank=1, vacant=0) for _ in range(4)]
    officers = table(state.OFFICER, rows)
    field = selection.survey(officers, 0, 4, case.mechanisms, case.fixed)
    evidence = selection.evidence_of_merit(field, 0)
    case.names["promoted"] = rows[0]
    case.names["over others"] = [{"other": one} for one in rows[1:]]
    case.names["officer"] = plain(rows[1])
    belief = selection.belief_after(rows[1].merit_belief, evidence, case.fixed.merit_learning)
    case.expected |= {"evidence": evidence, "officer.merit_belief": belief}


@of("7.12", 3)
def _(case):
    case.mechanisms.courses = case.rng.uniform(0.0, 0.15)
    officer = case.row(state.OFFICER)
    seed = int(case.rng.integers(1_000_000))
    who = officer.number_in_department
    u = draw(seed, 2, selection.TRANSFER, 5, officer.department, who)
    case.u |= {"fresh": u[0], "luck": u[1]}
    selection.settle_in(officer, case.mechanisms, case.fixed, seed, 2, 5)
    for name in ("capability", "inertia"):
        case.expected[f"officer.{name}"] = officer[name]


def _newcomer(case, officer, seed):
    """The first applicant and the other, as they are drawn."""
    first = officer.copy()
    recruitment.arrive(first, case.fixed, seed, 2, 5, 0.0)
    who = officer.number_in_department
    v = draw(seed, 2, recruitment.RIVAL, 5, officer.department, who)
    other = plain(first)
    other.capability = normal_share(v[0], case.fixed.capability_mean, case.fixed.capability_sd)
    other.responsibility = normal_share(
        v[1], case.fixed.responsibility_mean, case.fixed.responsibility_sd
    )
    return first, other, v[2]


def _ages(case):
    case.fixed.youngest = int(case.rng.integers(18, 30))
    case.fixed.retirement_age = int(case.rng.integers(31, 60))
    case.fixed.longest_in_post = int(case.rng.integers(1, 300))
    for name in ("entry_age", "age_mean"):
        case.fixed[name] = case.rng.uniform(18.0, 60.0)


@of("7.13")
def _(case):
    _ages(case)
    case.mechanisms.grassroots = case.rng.uniform(0.0, 30.0)
    officer = drawn(state.OFFICER, case.rng)
    seed = int(case.rng.integers(1_000_000))
    first, other, u = _newcomer(case, officer, seed)
    case.names |= {"officer": plain(first), "rival": other}
    case.u["rival_taken"] = u
    who = officer.number_in_department
    case.u["years"] = draw(seed, 2, recruitment.ENTRY_TIES, 5, officer.department, who)[1]
    recruitment.recruit(officer, case.mechanisms, case.fixed, seed, 2, 5, 0.0)
    for name in ("capability", "responsibility", "age"):
        case.expected[f"officer.{name}"] = officer[name]


@of("7.13", 2)
def _(case):
    _ages(case)
    officer = case.row(state.OFFICER)
    seed = int(case.rng.integers(1_000_000))
    who = officer.number_in_department
    u = draw(seed, 2, recruitment.START, 5, officer.department, who)
    case.u = dict(zip(("years", "officer.time_in_post", "acted_faithfully"), u[:3], strict=True))
    recruitment.have_served(officer, case.fixed, seed, 2, 5)
    case.expected |= {
        "officer.age": officer.age,
        "officer.time_in_post": officer.time_in_post,
        "acted_faithfully": officer.conduct == FAITHFUL,
    }


@of("7.13", 3)
def _(case):
    officer = drawn(state.OFFICER, case.rng)
    seed = int(case.rng.integers(1_000_000))
    recruitment.acquire_taste(officer, case.fixed, seed, 2, 5)
    k = int(case.rng.integers(len(CONDUCTS)))
    deeper, place = divmod(k, draws.DRAWS)
    who = (officer.department, officer.number_in_department)
    u = draw(seed, 2, recruitment.TASTE + LAYER * deeper, 5, *who)[place]
    case.u["liked"] = u
    # It is kept with seven digits only.
    exact = case.fixed.taste * normal(u)
    assert officer.taste[k] == np.float32(exact)
    case.expected["liked"] = exact


@of("7.14")
def _(case):
    officer = case.row(state.OFFICER)
    u = case.below("retrained", case.mechanisms.retraining)
    case.names["taught"] = training.course_gain(case.mechanisms, case.fixed)
    tally = state.PART_TALLY.zeros(1)[0]
    careers.retrain(officer, case.mechanisms, case.fixed, tally, u)
    case.expected["retrained"] = tally.retrained
    for name in ("capability", "inertia"):
        case.expected[f"officer.{name}"] = officer[name]


@of("7.14", 2)
def _(case):
    rows = [drawn(state.OFFICER, case.rng, grade=TOP if k < 3 else COMPETENT) for k in range(6)]
    officers = table(state.OFFICER, rows)
    case.names["officer"] = plain(rows[5])
    case.names["over department"] = [{"other": one} for one in rows]
    case.names["over top"] = [{"other": one} for one in rows[:3]]
    careers.reward(officers, 0, 6, case.mechanisms, case.fixed)
    case.expected["officer.merit_belief"] = officers[5].merit_belief


@of("7.14", 3)
def _(case):
    # The officer stands second, with a superior above, a colleague beside and somebody below.
    middle = {"superior": 0, "vacant": 0, "moved": 0, "rank": 1, "department": 0}
    grade = int(case.rng.integers(1, 4))
    officer = case.row(state.OFFICER, **middle, first_subordinate=3, subordinates=1, grade=grade)
    colleague = drawn(state.OFFICER, case.rng, **middle, subordinates=0)
    head = drawn(
        state.OFFICER, case.rng, department=0, superior=-1, first_subordinate=1, subordinates=2
    )
    below = drawn(state.OFFICER, case.rng, **middle | {"superior": 1, "rank": 2}, grade=COMPETENT)
    officers = table(state.OFFICER, [head, officer, colleague, below])
    tally = state.PART_TALLY.zeros(1)[0]
    about = (case.mechanisms, case.fixed, tally)
    down = case.below("moved_down", case.mechanisms.demotion)
    aside = case.below("moved_aside", case.mechanisms.moving)
    careers.demote(officers, 1, *about, 4, 2, 5, down)
    careers.move_aside(officers, 1, *about, aside)
    place = 3 if tally.demotions else 2 if tally.moved else 1
    case.expected |= {
        "moved_down": tally.demotions,
        "moved_aside": tally.moved,
        "officer.inertia": officers[place].inertia,
    }


@of("7.14", 4)
def _(case):
    case.fixed.dismissal_years = int(case.rng.integers(1, 12))
    case.fixed.retirement_age = int(case.rng.integers(40, 60))
    officer = case.row(
        state.OFFICER,
        age=int(case.fixed.retirement_age * 12 * case.rng.uniform(0.9, 1.05)),
        subordinates=int(case.rng.integers(2)),
    )
    tally = state.PART_TALLY.zeros(1)[0]
    colleagues = case.rng.uniform()
    chance = morale.chance_of_resigning(officer, colleagues, case.fixed)
    case.names["chance_to_resign"] = chance
    resign = case.below("resigned", chance)
    move = case.below("moved_on", case.fixed.transfer)
    careers.leave(officer, case.fixed, tally, resign < chance, move, colleagues)
    # Only the first that holds is counted.
    ways = ("dismissed", "retired", "resigned", "moved_on")
    counts = (tally.dismissals, tally.retirements, tally.resignations, tally.transfers)
    for name, count in zip(ways, counts, strict=True):
        case.expected[name] = count
        if count:
            break


@of("7.15")
def _(case):
    case.fixed.buck_passing = case.rng.uniform(0.0, 3.0)
    department = case.row(state.DEPARTMENT)
    department.clarity = posts.clarity(case.mechanisms, case.fixed)
    case.expected |= {
        "department.clarity": department.clarity,
        "unowned": posts.chance_unowned(department, case.mechanisms, case.fixed),
        "to_coordinate": posts.time_to_coordinate(case.mechanisms),
    }


@of("7.16")
def _(case):
    case.fixed.young_age = int(case.rng.integers(20, 60))
    officer = case.row(
        state.OFFICER,
        age=int(case.fixed.young_age * 12 + case.rng.integers(-12, 12)),
        courses=case.rng.uniform(0.0, 2.0),
    )
    department = case.row(state.DEPARTMENT, need=case.rng.uniform(0.3, 3.0))
    about = (case.mechanisms, case.fixed)
    u = case.below("exam_failed", case.mechanisms.exam)
    case.expected |= {
        "need": training.need(officer, *about),
        "sent": training.courses_for(officer, department, *about),
        "taught": training.course_gain(*about),
        "exam_failed": training.fails_exam(officer, *about, u),
        "in_courses": training.time_in_courses(case.mechanisms),
    }


@of("7.16", 2)
def _(case):
    rows = [drawn(state.OFFICER, case.rng) for _ in range(4)]
    about = (case.mechanisms, case.fixed)
    case.row(state.DEPARTMENT)
    case.names["over officers"] = [{"need": training.need(one, *about)} for one in rows]
    officers = table(state.OFFICER, rows)
    case.expected["department.need"] = training.mean_need(officers, 0, 4, *about)


@of("7.17")
def _(case):
    # Beyond what the settings may be, or nothing would ever be held in its range.
    for name in ("practice", "decay", "inertia_growth", "course_relief"):
        case.fixed[name] = case.rng.uniform(0.0, 4.0)
    officer = case.row(state.OFFICER)
    department = drawn(state.DEPARTMENT, case.rng)
    about = (case.mechanisms, case.fixed)
    case.names["sent"] = training.courses_for(officer, department, *about)
    case.names["taught"] = training.course_gain(*about)
    learning.grow_capable(officer, case.names["sent"], *about)
    for name in ("courses", "capability", "inertia"):
        case.expected[f"officer.{name}"] = officer[name]


@of("7.17", 2)
def _(case):
    # Beyond what it may be, or nothing would be held in its range from below.
    case.fixed.drift = case.rng.uniform(0.0, 4.0)
    officer = case.row(state.OFFICER)
    department = case.row(state.DEPARTMENT)
    learning.grow_responsible(officer, department, case.mechanisms, case.fixed)
    case.expected["officer.responsibility"] = officer.responsibility


@of("7.18")
def _(case):
    done = case.row(state.CONDUCT)
    department = case.row(state.DEPARTMENT)
    case.row(state.OUTLOOK)
    about = (case.mechanisms, case.fixed)
    case.expected |= {
        "outlook.belonging": culture.belonging(done, department, *about),
        "exposed": culture.exposed(done, *about),
    }


@of("7.18", 2)
def _(case):
    # Near an end of its range, so that it often stops there.
    department = case.row(state.DEPARTMENT, norm=float(case.rng.uniform() < 0.5))
    case.names["engagement"] = engagement = case.rng.uniform()
    department.norm_around, department.norm_above = case.rng.uniform(-1.0, 2.0, 2)
    case.names["department"] = plain(department)
    culture.follow_norm(department, engagement, case.mechanisms, case.fixed)
    case.expected["department.norm"] = department.norm


@of("7.19")
def _(case):
    outlook = case.row(state.OUTLOOK)
    conducts = table(state.CONDUCT, [drawn(state.CONDUCT, case.rng) for _ in CONDUCTS])
    superior = drawn(state.OFFICER, case.rng, superior=-1)
    officers = table(state.OFFICER, [superior, drawn(state.OFFICER, case.rng, superior=0)])
    example = leadership.example_for(officers[1], officers, conducts)
    case.names["superior_engagement"] = conducts[superior.previous_conduct].engagement
    department = case.row(state.DEPARTMENT)
    case.expected["presence"] = leadership.presence(department, case.mechanisms)
    case.expected["led"] = leadership.led(
        example, outlook.engagement, department, case.mechanisms, case.fixed
    )


@of("7.19", 2)
def _(case):
    head = case.row(state.OFFICER, "head")
    above = case.row(state.OFFICER, "head_above")
    officers = table(state.OFFICER, [head, above])
    parent = int(case.rng.integers(-1, 1))
    parents = [drawn(state.DEPARTMENT, case.rng, first_officer=1)]
    department = case.row(state.DEPARTMENT, first_officer=0, parent=parent)
    leadership.meet_heads(department, table(state.DEPARTMENT, parents), officers, case.fixed)
    for name in ("guidance", "guidance_above"):
        case.expected[f"department.{name}"] = department[name]


@of("7.19", 3)
def _(case):
    under_one = case.rng.uniform() < 0.5
    numbers = {"parent": 3 if under_one else -1, "first_in_unit": 0, "unit_size": 3}
    numbers["fronts_below"] = 7
    nothing = case.rng.uniform() < 0.1
    competitors = [drawn(state.DEPARTMENT, case.rng, **numbers) for _ in range(3)]
    for one in competitors:
        one.known = 0.0 if nothing else one.known**4
        one.delivery = 0.0 if nothing else one.delivery**4
    above = drawn(state.DEPARTMENT, case.rng, first_child=1, children=3)
    competitors[2].fronts_below = int(case.rng.integers(2))
    case.names["over competitors"] = [
        {"competitor": plain(one)} for one in competitors if one.fronts_below > 0
    ]
    case.names["department"] = plain(competitors[0])
    departments = table(state.DEPARTMENT, [*competitors, above])
    leadership.share_attention(departments[0], departments, np.array([9, 0, 1, 2]))
    for name in ("focus", "misdirected"):
        case.expected[f"department.{name}"] = departments[0][name]


@of("7.20")
def _(case):
    # So that every profile comes first in some case.
    for name in ("unprincipled_below", "driftless_below", "unable_below"):
        case.fixed[name] *= 0.5
    officer = case.row(state.OFFICER)
    case.expected["officer.profile"] = third_state.profile_of(officer, case.fixed)


@of("7.21")
def _(case):
    month = int(case.rng.integers(24))
    rows = [drawn(state.CHANNEL, case.rng) for _ in range(len(case.mechanisms.coverage))]
    case.names |= {
        "to_coordinate": posts.time_to_coordinate(case.mechanisms),
        "in_courses": training.time_in_courses(case.mechanisms),
        "over channels": [
            {
                "channel": one,
                "covered": coverage_of(c, case.mechanisms, case.fixed, month),
            }
            for c, one in enumerate(rows)
            if c != MASSES
        ],
    }
    case.expected["time_taken"] = burden.time_taken(
        case.mechanisms, table(state.CHANNEL, rows), case.fixed, month
    )


@of("7.21", 2)
def _(case):
    case.mechanisms.time_taken = case.rng.uniform(0.0, 0.9)
    department = case.row(state.DEPARTMENT)
    channels = state.CHANNEL.zeros(len(case.mechanisms.coverage))
    channels[MASSES].burden = case.rng.uniform()
    case.names["channel"] = plain(channels[MASSES])
    case.names["masses_coverage"] = supervision.masses_coverage(department, case.mechanisms)
    about = (department, case.mechanisms)
    case.names["answering"] = withdrawal.time_answering(*about, case.fixed)
    case.expected["department.burden"] = burden.burden(*about, channels, case.fixed)


@of("7.22")
def _(case):
    citizen = case.row(state.CITIZEN)
    seed = int(case.rng.integers(1_000_000))
    start.start_citizen(citizen, 3, 4, case.fixed, seed, 2)
    u = draw(seed, 2, public.PUBLIC, start.AT_START, 3, 4)
    for name, one in zip(("trust", "trust_in_centre"), u, strict=False):
        case.u[f"citizen.{name}"] = one
        case.expected[f"citizen.{name}"] = citizen[name]


@of("7.22", 2)
def _(case):
    _ages(case)
    case.fixed.life = int(case.rng.integers(1, 60))
    world = world_of(case)
    start.start_department(world, 0)
    department = world.departments[0]
    case.row(state.DEPARTMENT)
    u = draw(world.seed, world.replicate, start.LINE, start.AT_START, department.line, 0)
    case.u["department.directive_age"] = u[0]
    for name in ("norm", "directive_age"):
        case.expected[f"department.{name}"] = department[name]


@of("7.24")
def _(case):
    world = world_of(case)
    officer = world.officers[3]
    choice = world.choices[3]
    choice.worth[:] = case.rng.uniform(-1.0, 1.0, len(CONDUCTS))
    choice.draws[0] = case.rng.uniform()
    officer.aspiration = case.rng.uniform(-1.5, 1.5)
    case.names["officer"] = plain(officer)
    case.names["worth"] = choice.worth[satisficing.satisfice(officer, choice, world, 0)]
    case.expected["officer.aspiration"] = officer.aspiration


@of("7.24", 2)
def _(case):
    officer = case.row(state.OFFICER)
    recruitment.be_there_at_start(officer, case.fixed, 1, int(case.rng.integers(1_000_000)))
    case.expected["officer.aspiration"] = officer.aspiration


@of("7.25")
def _(case):
    world = world_of(case)
    head, colleague = world.officers[0], world.officers[1]
    month = int(case.rng.integers(1_000_000))
    # A department of two, so that it is known whom the head meets.
    world.departments[0].officers = 2
    for officer in (head, colleague):
        officer.grade = int(case.rng.integers(len(GRADES)))
        officer.previous_conduct = int(case.rng.integers(len(CONDUCTS)))
    choice = world.choices[0]
    choice.upto[:] = np.cumsum(case.rng.uniform(size=len(CONDUCTS)))
    choice.draws[0] = case.rng.uniform()
    case.names |= {"officer": plain(head), "colleague": plain(colleague)}
    case.names["by_logit"] = conduct.choose(choice)
    about = (world.seed, world.replicate, imitation.COPYING, month, 0, 0)
    case.u["copies"], _, case.u["avoided"], _ = draw(*about)
    case.expected["decided"] = imitation.imitate(head, choice, world, month)


@of("7.28")
def _(case):
    world = world_of(case)
    for citizen in world.citizens:
        citizen.trust, citizen.trust_in_centre = case.rng.uniform(size=2)
        citizen.silent = int(case.rng.integers(2))
    case.names["over citizens"] = [{"citizen": plain(one)} for one in world.citizens]
    case.row(state.DEPARTMENT)
    case.fixed.trust_feedback = world.settings[0].trust_feedback = int(case.rng.integers(2))
    for name in ("trust_mean", "trust_in_centre_mean"):
        case.fixed[name] = world.settings[0][name] = case.rng.uniform()
    take_stock_of_trust(world, 0, 0)
    for name in ("petitioning", "withdrawn"):
        case.expected[f"department.{name}"] = world.departments[0][name]


@of("7.28", 2)
def _(case):
    department = case.row(state.DEPARTMENT)
    about = (department, case.mechanisms, case.fixed)
    case.expected["answering"] = withdrawal.time_answering(*about)


@of("7.29")
def _(case):
    rows = [drawn(state.OFFICER, case.rng) for _ in range(4)]
    officers = table(state.OFFICER, rows)
    case.names["officer"] = plain(rows[0])
    case.names["over colleagues"] = [{"colleague": one} for one in rows]
    colleagues = morale.mean_capability(officers, 0, 4)
    case.expected |= {
        "morale": morale.morale(rows[0], case.fixed),
        "chance_to_resign": morale.chance_of_resigning(rows[0], colleagues, case.fixed),
    }


@of("7.29", 2)
def _(case):
    rows = [drawn(state.OFFICER, case.rng) for _ in range(4)]
    department = case.row(state.DEPARTMENT)
    about = (table(state.OFFICER, rows), 0, 4, department, case.mechanisms, case.fixed)
    attraction = morale.attraction(*about)
    lift = case.fixed.applicants * attraction
    newcomer = case.row(state.OFFICER)
    seed = int(case.rng.integers(1_000_000))
    recruitment.arrive(newcomer, case.fixed, seed, 2, 5, lift)
    u = draw(seed, 2, recruitment.ENTRY, 5, newcomer.department, newcomer.number_in_department)
    case.names["over colleagues"] = [{"colleague": one} for one in rows]
    case.expected |= {"attraction": attraction, "lift": lift}
    for name, one in zip(("capability", "responsibility"), u, strict=False):
        case.u[f"officer.{name}"] = one
        case.expected[f"officer.{name}"] = newcomer[name]


@of("7.30")
def _(case):
    case.fixed.case_time = case.rng.uniform(0.0, 2.0)
    department = case.row(
        state.DEPARTMENT,
        citizens=int(case.rng.integers(1, 12)),
        fronts=int(case.rng.integers(1, 12)),
        heard=case.rng.uniform(0.0, 4.0),
    )
    caseload.share_out(department, case.mechanisms, case.fixed)
    for name in ("caseload", "served", "with_voice", "without_voice"):
        case.expected[f"department.{name}"] = department[name]


@of("7.23")
def _(case):
    first = int(case.rng.integers(2, 20))
    end = first + int(case.rng.integers(1, 20))
    month = first - 2 + int(case.rng.integers(end - first + 12))
    ramp = int(case.rng.integers(0, 4))
    half_life = case.rng.uniform(1.0, 12.0) if case.rng.uniform() < 0.8 else 0.0
    lever = next(iter(district().levers.values())).model_copy(
        update={"ramp": ramp, "half_life": half_life}
    )
    reform = levers.Reform(lever="one", intensity=case.rng.uniform(), months=(first, end))
    case.names |= {
        "month": month,
        "start": first,
        "end": end,
        "ramp": ramp,
        "half_life": half_life,
        "intensity": reform.intensity,
    }
    case.expected["strength"] = levers.course(reform, lever, 0, 60)[month]


@of("7.23", 2)
def _(case):
    name = "merit"
    known = dict(district().levers)
    one = known["selection"].model_copy(update={"ramp": 0})
    pair = {}
    for called in ("one", "other"):
        full = levers.Targets(selection=levers.Targets(merit=case.rng.uniform()))
        pair[called] = levers.Lever.model_validate(
            {**one.model_dump(), "full": {"selection": {"merit": full["selection"]["merit"]}}}
        )
    reforms = tuple(
        levers.Reform(lever=called, intensity=case.rng.uniform(), months=(0, 9)) for called in pair
    )
    quo = Scenario.load("district").replace({"mechanisms.selection.merit": case.rng.uniform()})
    here = quo.mechanisms
    found = levers.schedule(here, (), pair, reforms, np.zeros(1, np.int32), 0, 9)
    declared = RANGES["mechanisms", name]
    case.names |= {
        "status_quo": here.selection.merit,
        "lowest": declared.low,
        "highest": declared.high,
        "over levers": [
            {"strength": one.intensity, "full": pair[one.lever].full["selection"][name]}
            for one in reforms
        ],
    }
    case.expected["setting"] = found[name][0, 0]


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


@of("7.27")
def _(case):
    above, department = drawn(state.DEPARTMENT, case.rng), case.row(state.DEPARTMENT, parent=0)
    above.asked = case.rng.uniform(1.0, 1.5)
    department.depth = int(case.rng.integers(4))
    case.names |= {"above": plain(above), "department": plain(department)}
    case.fixed.target_slack = case.rng.uniform(0.0, 0.3)
    case.mechanisms.promotion = case.rng.uniform(0.0, 1.0)
    both = table(state.DEPARTMENT, [above, department])
    target_inflation.hear_target(both[1], both, case.mechanisms, case.fixed)
    target_inflation.set_target(both[1], case.mechanisms, case.fixed)
    for name in ("asked_above", "asked", "target", "beyond", "collusion"):
        case.expected[f"department.{name}"] = both[1][name]


@of("7.27", 2)
def _(case):
    outlook, department = case.row(state.OUTLOOK), case.row(state.DEPARTMENT)
    k = int(case.rng.integers(len(CONDUCTS)))
    case.names["inside_sight"] = case.mechanisms.inside[k]
    target_inflation.cover_up(k, outlook, department, case.mechanisms)
    for name in ("covered", "found"):
        case.expected[f"outlook.{name}"] = outlook[name]


AGENDA = (
    "age",
    "hard",
    "difficulty",
    "interest",
    "specificity",
    "harm",
    "attention",
    "emphasis",
    "stake",
    "reach",
    "contested",
)


def directives_of(department, settings):
    """Each directive of a department, as an equation meets it."""
    return [
        SimpleNamespace(
            **{f"agenda_{name}": float(department[f"agenda_{name}"][j]) for name in AGENDA}
        )
        for j in range(settings.at_once)
    ]


def level(weights, available):
    """The level at which directives have as much time as there is, by bisection."""
    low, high = 0.0, 1.0 / min(weights) + 1.0
    for _ in range(200):
        middle = (low + high) / 2
        spent = sum(min(1.0, middle * weight) for weight in weights)
        low, high = (middle, high) if spent < available else (low, middle)
    return high


@of("7.31")
def _(case):
    department = case.row(state.DEPARTMENT, agenda_hard=case.rng.integers(2, size=AT_ONCE))
    agenda.share_attention(department, case.mechanisms, case.fixed)
    one, j = directives_of(department, case.fixed), int(case.rng.integers(case.fixed.at_once))
    counts = tournament.counts(one[j].agenda_hard, case.mechanisms, case.fixed)
    newest = j == agenda.newest(department, case.fixed)
    case.names |= {"directive": one[j], "counts": counts, "newest": newest}
    case.expected["directive.agenda_emphasis"] = one[j].agenda_emphasis


@of("7.31", 2)
def _(case):
    department = case.row(state.DEPARTMENT, agenda_hard=case.rng.integers(2, size=AT_ONCE))
    case.fixed.switching = case.rng.uniform(0.0, 0.3)
    agenda.share_attention(department, case.mechanisms, case.fixed)
    one, j = directives_of(department, case.fixed), int(case.rng.integers(case.fixed.at_once))
    available = agenda.time_left(case.fixed) / case.fixed.workload
    stressed = [each.agenda_emphasis for each in one]
    case.names |= {"directive": one[j], "level": level(stressed, available)}
    case.expected |= {"available": available, "directive.agenda_reach": one[j].agenda_reach}


@of("7.31", 3)
def _(case):
    department = case.row(state.DEPARTMENT, agenda_hard=case.rng.integers(2, size=AT_ONCE))
    agenda.share_attention(department, case.mechanisms, case.fixed)
    case.names["over directives"] = [
        {
            "directive": one,
            "counts": tournament.counts(one.agenda_hard, case.mechanisms, case.fixed),
        }
        for one in directives_of(department, case.fixed)
    ]
    for name in ("attention", "difficulty", "specificity", "interest", "harm"):
        case.expected[f"department.{name}"] = department[name]


@of("7.34")
def _(case):
    department = case.row(state.DEPARTMENT, agenda_hard=case.rng.integers(2, size=AT_ONCE))
    done = case.row(state.CONDUCT)
    outlook = case.row(state.OUTLOOK)
    about = (case.mechanisms, case.fixed)
    agenda.share_attention(department, *about)
    case.names["department"] = plain(department)
    case.names["over directives"] = scopes = []
    for one in directives_of(department, case.fixed):
        interest, specificity = one.agenda_interest, one.agenda_specificity
        kept = max(0.0, interest), max(0.0, -interest)
        validity = department.validity * (1.0 if one.agenda_hard else case.fixed.measurability)
        scopes.append(
            {
                "directive": one,
                "alone": execution.substance_per_ease(done, interest, specificity, case.mechanisms),
                "handed": execution.passes(done, interest, specificity),
                "extra": execution.excess(done, kept[0]),
                "yield_here": conduct.rent(done, *kept, *about),
                "seen_as_work": validity,
            }
        )
    all_of_them = multitasking.together(department, case.fixed)
    multitasking.bring_together(outlook, done, all_of_them, department, *about)
    brought = ("substance", "shift", "achieved", "achieved_shift", "passes", "excess", "rent")
    for name in (*brought, "seen_work", "seen_show"):
        case.expected[f"outlook.{name}"] = outlook[name]


@of("7.32")
def _(case):
    case.fixed.retirement_age = 60
    ceilings = case.rng.uniform(0.5, 1.5), case.rng.uniform(1.0, 12.0)
    case.fixed.age_ceiling = case.rng.choice([0.0, *ceilings])
    case.fixed.time_in_rank = case.rng.choice([0, 1, int(case.rng.integers(2, 30))])
    rows = [
        drawn(
            state.OFFICER,
            case.rng,
            rank=int(case.rng.integers(3)),
            age=int(case.rng.integers(640, 730)),
            time_in_post=int(case.rng.choice([0, case.rng.integers(40)])),
        )
        for _ in range(int(case.rng.integers(1, 4)))
    ]
    case.names["officer"] = plain(rows[0])
    department = case.row(state.DEPARTMENT)
    officers = table(state.OFFICER, rows)
    case.names["over officers"] = [
        {"near": tournament.nearness(one, case.mechanisms, case.fixed)} for one in officers
    ]
    tournament.compete(officers, 0, len(rows), department, case.mechanisms, case.fixed)
    case.expected |= {
        "near": case.names["over officers"][0]["near"],
        "department.nearness": department.nearness,
        "officer.contest": officers[0].contest,
        "contest": tournament.time_in_contest(officers[0], department, case.fixed),
    }


@of("7.32", 2)
def _(case):
    department = case.row(state.DEPARTMENT, agenda_hard=case.rng.integers(2, size=AT_ONCE))
    agenda.share_attention(department, case.mechanisms, case.fixed)
    one = directives_of(department, case.fixed)[0]
    case.names["directive"] = one
    case.expected |= {
        "counts": tournament.counts(one.agenda_hard, case.mechanisms, case.fixed),
        "directive.agenda_stake": one.agenda_stake,
    }


@of("7.33")
def _(case):
    # The department's posts form one chain below a post of another department.
    above = int(case.rng.integers(4))
    rows = [
        drawn(state.OFFICER, case.rng, department=min(place, 1), superior=place - 1)
        for place in range(above + 2)
    ]
    officers = table(state.OFFICER, rows)
    index = above + 1
    officer = officers[index]
    officer.patron = patronage.UNTIED
    case.names["leaders"] = above
    seed = int(case.rng.integers(1_000_000))
    u = draw(seed, 2, patronage.PATRON, 5, officer.department, officer.number_in_department)
    case.u = dict(zip(("tied", "steps"), u[:2], strict=True))
    patronage.tie(officers, index, case.fixed, seed, 2, 5)
    case.expected["tied"] = officer.patron >= 0
    if officer.patron >= 0:
        case.expected["steps"] = index - officer.patron


@of("7.33", 2)
def _(case):
    few = {name: int(case.rng.integers(2)) for name in ("vacant", "subordinates")}
    patron = case.row(state.OFFICER, "patron", rank=int(case.rng.integers(3)), **few)
    officer = case.row(state.OFFICER, vacant=0, rank=int(case.rng.integers(3)), patron=0)
    officers = table(state.OFFICER, [patron, officer])
    tally = state.PART_TALLY.zeros(1)[0]
    patronage.fall_with_patrons(officers, 1, 2, case.fixed, tally)
    case.expected |= {
        "holds": tally.patrons_lost == 0.0,
        "officer.connection": officers[1].connection,
    }


@of("7.33", 3)
def _(case):
    rows = [
        drawn(state.OFFICER, case.rng, department=0, superior=place - 1, rank=place)
        for place in range(2)
    ]
    officers = table(state.OFFICER, rows)
    officer = officers[1]
    officer.patron = patronage.LOST
    case.names["officer"] = plain(officer)
    seed = int(case.rng.integers(1_000_000))
    u = draw(seed, 2, patronage.NEW_PATRON, 5, 0, officer.number_in_department)
    case.u = {"finds": u[0], "close": u[2]}
    patronage.find_new_patrons(officers, 1, 2, case.fixed, seed, 2, 5)
    case.expected |= {
        "finds": officer.patron >= 0,
        "officer.connection": officer.connection,
    }


@of("7.35")
def _(case):
    citizen = case.row(state.CITIZEN)
    seed = int(case.rng.integers(1_000_000))
    start.start_citizen(citizen, 3, 4, case.fixed, seed, 2)
    u = draw(seed, 2, public.PUBLIC, start.AT_START, 3, 4)
    case.u |= {"place": u[3], "citizen.voice": u[2]}
    case.expected |= {"citizen.need": citizen.need, "citizen.voice": citizen.voice}


@of("7.35", 2)
def _(case):
    citizen = case.row(state.CITIZEN)
    visit = drawn(state.VISIT, case.rng)
    case.names["experience"] = visit.experience
    tally = state.PART_TALLY.zeros(1)[0]
    need.observe_shortfall(citizen, visit, tally)
    case.expected |= {"missing": tally.missing, "unheard": tally.unheard}


@of("7.36")
def _(case):
    case.row(state.CITIZEN)
    department = case.row(state.DEPARTMENT)
    neighbours = [drawn(state.CITIZEN, case.rng) for _ in range(2)]
    case.names["over neighbours"] = [{"neighbour": one} for one in neighbours]
    visit = drawn(state.VISIT, case.rng, rumour=news.rumour(*neighbours))
    visit.luck_hears = case.below("direct", case.fixed.news_reach)
    case.expected["citizen.news"] = news.hears(visit, department, case.fixed)


@of("7.36", 2)
def _(case):
    department = case.row(state.DEPARTMENT, officers=int(case.rng.integers(1, 40)))
    news.hear_news(department)
    for name in ("news", "news_of_sanctions"):
        case.expected[f"department.{name}"] = department[name]


@of("7.37")
def _(case):
    case.row(state.DEPARTMENT)
    by_merit = announcement.by_merit(case.mechanisms)
    case.expected |= {"by_merit": by_merit, "department.promised": by_merit}


@of("7.37", 2)
def _(case):
    department = case.row(state.DEPARTMENT)
    # At the ends too, where belief in merit is held between none and full.
    belief = case.rng.choice([0.0, case.rng.uniform(), 1.0])
    officers = table(state.OFFICER, [drawn(state.OFFICER, case.rng, merit_belief=belief)])
    case.names["officer"] = plain(officers[0])
    case.names["by_merit"] = announcement.by_merit(case.mechanisms)
    announcement.hear_rule(officers, 0, 1, department, case.mechanisms, case.fixed, 1)
    case.expected["officer.merit_belief"] = officers[0].merit_belief


# The tests.


def test_every_block_has_a_case_and_every_case_a_block():
    assert len(blocks()) > 40
    assert set(blocks()) == set(CASES)


def test_a_name_without_an_owner_stands_for_one_setting():
    case = Case(np.random.default_rng(1))
    both = set(case.fixed.kind.names) & set(case.mechanisms.kind.names)
    used = {
        node.id
        for block in blocks().values()
        for _, tree in block
        for node in ast.walk(tree)
        if isinstance(node, ast.Name)
    }
    assert not both & used


@pytest.mark.parametrize("key", CASES, ids=lambda key: f"{key[0]}-{key[1]}")
def test_equations_give_what_rules_give(key):
    block = blocks()[key]
    names = [name for name, _ in block]
    assert len(set(names)) == len(names), "a quantity is given twice"
    for case in cases(key):
        assert set(case.expected) <= set(names)
        assert wrong(block, case) is None


@pytest.mark.long
@pytest.mark.parametrize("key", CASES, ids=lambda key: f"{key[0]}-{key[1]}")
def test_an_altered_equation_is_noticed(key):
    block = blocks()[key]
    missed = []
    for place, (name, tree) in enumerate(block):
        for other in altered(tree):
            changed = [*block[:place], (name, other), *block[place + 1 :]]
            if not any(wrong(changed, case) for case in cases(key)):
                missed.append(f"{name} = {ast.unparse(other)}")
        # Whatever else is altered: a quantity that is used nowhere would not be missed.
        wholly = ast.BinOp(tree, ast.Add(), ast.Constant(value=0.25))
        changed = [*block[:place], (name, wholly), *block[place + 1 :]]
        if not any(wrong(changed, case) for case in cases(key)):
            missed.append(name)
    assert missed == []


@pytest.mark.parametrize("name", ["fear", "answerable", "harm_mean"])
def test_what_an_equation_defines_may_not_have_the_name_of_a_setting(name):
    with pytest.raises(SystemExit, match=f"7.26: .*'{name}'.* names of settings"):
        _symbols(f"{name} = 2 · climb", "7.26")
    assert "`climb`" in _symbols("feared = 2 · climb", "7.26")


def test_over_whom_a_sum_is_taken_is_no_symbol():
    """``citizens`` is a setting, but a sum over citizens does not mean it."""
    assert "public.citizens" not in _symbols("gone = sum of citizen.silent over citizens", "7.28")
    assert "public.citizens" in _symbols("gone = 1 / citizens", "7.28")
