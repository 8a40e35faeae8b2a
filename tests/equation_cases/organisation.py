"""Cases for organisation: posts, training, learning, culture, leadership, burden and targets.

Also for the third state, the start of a run, and levers.
"""

import numpy as np

from sim import Scenario
from sim.kinds import (
    CONDUCTS,
    MASSES,
)
from sim.machine.draws import draw
from sim.mechanisms import (
    burden,
    culture,
    leadership,
    learning,
    posts,
    public,
    start,
    supervision,
    target_inflation,
    third_state,
    training,
    withdrawal,
)
from sim.mechanisms.channels import coverage_of
from sim.world import levers, state
from tests.equation_cases.rows import RANGES, ages, district, drawn, of, plain, table, world_of


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
    ages(case)
    case.fixed.life = int(case.rng.integers(1, 60))
    world = world_of(case)
    start.start_department(world, 0)
    department = world.departments[0]
    case.row(state.DEPARTMENT)
    u = draw(world.seed, world.replicate, start.LINE, start.AT_START, department.line, 0)
    case.u["department.directive_age"] = u[0]
    for name in ("norm", "directive_age"):
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
