"""Cases for the public: trust, complaints, withdrawal, caseload, need and news."""

from sim.machine.draws import draw
from sim.mechanisms import (
    caseload,
    need,
    news,
    public,
    start,
    withdrawal,
)
from sim.phases import take_stock_of_trust
from sim.world import state
from tests.equation_cases.rows import drawn, of, plain, table, world_of


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
