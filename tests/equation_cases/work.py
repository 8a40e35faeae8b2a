"""Cases for work: the chain of command, directives, execution, conduct and reports.

Also for the two other rules of decision.
"""

import numpy as np

from sim.kinds import (
    CONDUCTS,
    GRADES,
)
from sim.machine.draws import draw
from sim.mechanisms import (
    chain,
    conduct,
    deterrence,
    directives,
    execution,
    imitation,
    incentives,
    leadership,
    recruitment,
    reporting,
    satisficing,
    tournament,
)
from sim.world import state
from tests.equation_cases.rows import drawn, of, plain, table, world_of


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
    worth_seen, _ = incentives.at_stake(officer, *about)
    work = incentives.worth_of_work(worth_seen, outlook, department)
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
            *incentives.at_stake(officer, *about[1:]),
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
