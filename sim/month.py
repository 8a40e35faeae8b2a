"""One month, written once, top to bottom.

Each phase takes the world, the index of a department and the month. The Mesa loop reads the
order of phases off ``work_month`` itself.
"""

from sim import bench, draws
from sim.bench import SEATS
from sim.compiled import leaf, rule
from sim.lowering import fetch, held
from sim.rules import (
    appraisal,
    back_tracing,
    careers,
    conduct,
    directives,
    execution,
    learning,
    observation,
    public,
    reporting,
    selection,
    supervision,
)

MONTHS_A_YEAR = 12
_LAST_MONTH = MONTHS_A_YEAR - 1
# Officers that memory is asked for ahead of the one whose month begins.
_AHEAD = 12
# Time that can be taken from anybody; what is left keeps ease above zero.
_MOST_BURDEN = 0.95


@leaf
def settings_of(world, d, month):
    """The mechanism settings in force in department ``d``."""
    return world.mechanisms[month, world.departments[d].group]


@leaf
def tally_of(world, d):
    """The sums of the month to which department ``d`` adds."""
    department = world.departments[d]
    return world.part_tallies[department.part, department.group]


@leaf
def outlooks_of(world, d):
    """What each conduct means in department ``d`` this month.

    A large world has room for one department's at a time: nobody asks for them once it is done.
    """
    return world.outlooks[min(d, len(world.outlooks) - 1)]


@leaf
def last_officer(department):
    """Index after the last officer of a department."""
    return department.first_officer + department.officers


@leaf
def exchange(world, d, month):
    """Hear from other departments: norms around, norms and news above, what comes from below.

    Everything heard is of last month, so that the order of departments never matters.
    """
    departments = world.departments
    department = departments[d]
    around = 0.0
    first = department.first_in_unit
    for other in range(first, first + department.unit_size):
        around += departments[other].norm
    department.norm_around = around / float(department.unit_size)
    above = department.parent
    department.norm_above = departments[above].norm if above >= 0 else department.norm_around
    department.news_above = departments[above].news if above >= 0 else 0.0
    department.news_of_sanctions_above = departments[above].news_of_sanctions if above >= 0 else 0.0
    department.received = 0
    department.received_harm = 0.0
    if department.children == 0:
        return
    reports = 0.0
    trust = 0.0
    willing = 0.0
    for c in range(department.first_child, department.first_child + department.children):
        below = departments[world.children[c]]
        reports += world.officers[below.first_officer].report
        trust += below.credibility
        willing += below.willing
        department.received += below.referred
        department.received_harm += below.referred_harm
    children = float(department.children)
    department.reports_below = reports / children
    department.trust_below = trust / children
    department.willing_below = willing / children


@leaf
def issue_directives(world, d, month):
    """Begin the month: what was, becomes last month's; a directive that has run its life goes."""
    department = world.departments[d]
    officers = world.officers
    for i in range(department.first_officer, last_officer(department)):
        # The first loop of a month over officers: while these work, those after them arrive.
        fetch(officers, i + _AHEAD)
        officer = officers[i]
        if month == 0:
            officer.profile_before = observation.profile_of(officer, world.settings[0])
        officer.previous_conduct = officer.conduct
        officer.sanctioned = 0
        officer.wronged = 0
    public.hear_news(department)
    for i in range(department.first_citizen, department.first_citizen + department.citizens):
        world.citizens[i].trust_before = world.citizens[i].trust
    directives.issue_directive(department, world.settings[0], world.seed, world.replicate, month)
    department.heard = department.filed
    department.filed = 0


@leaf
def look_ahead(world, d, month):
    """Work out what everybody in the department faces this month."""
    department = world.departments[d]
    mechanisms = settings_of(world, d, month)
    settings = world.settings[0]
    channels = world.channels
    if department.citizens == 0 and department.children > 0:
        department.credibility = department.trust_below
        department.willing = department.willing_below
    department.attention = directives.attention(department, mechanisms, settings)
    department.salience = appraisal.salience(month, mechanisms)
    department.demand = execution.demand(department, mechanisms, settings)
    department.clarity = mechanisms.clarity * (1.0 - settings.overlap_blur * mechanisms.overlap)
    department.validity = appraisal.validity(mechanisms)
    department.watch = supervision.watch(department, mechanisms, settings)
    first = department.first_officer
    last = last_officer(department)
    department.need = learning.mean_need(world.officers, first, last, mechanisms, settings)
    department.burden = min(
        _MOST_BURDEN,
        mechanisms.time_taken + supervision.burden_of_complaints(department, mechanisms, channels),
    )
    conduct.weigh_conducts(
        outlooks_of(world, d), world.conducts, channels, department, mechanisms, settings
    )


@leaf
def example_for(officer, officers, conducts):
    """Last month's engagement of an officer's superior; nobody above the top sets one."""
    if officer.superior < 0:
        return 0.0
    return conducts[officers[officer.superior].previous_conduct].engagement


@leaf
def sit_down(world, first, number, month):
    """Let ``number`` officers from ``first`` on sit down together, and draw their month."""
    officers = world.officers
    seats = world.bench[0]
    for j in range(number):
        officer = officers[first + j]
        bench.name(seats, j, officer)
        conduct.seat(seats, j, officer, example_for(officer, officers, world.conducts))
    bench.draw(seats, number, draws.WORK, world.seed, world.replicate, month)


@rule
def prepare(seats, number, department, mechanisms, settings):
    """Work out how much of a perfect month those seated could deliver."""
    department = held(department)
    mechanisms = held(mechanisms)
    settings = held(settings)
    for j in range(bench.all_rows(number)):
        seats.ease[j] = execution.ease(conduct.seated(seats, j), department, mechanisms, settings)


@leaf
def face_month(world, d, first, number, month):
    """Let officers who sit together meet what the month brings, before anything is decided."""
    department = world.departments[d]
    mechanisms = settings_of(world, d, month)
    seats = world.bench[0]
    sit_down(world, first, number, month)
    prepare(seats, number, department, mechanisms, world.settings[0])
    unowned = execution.chance_unowned(department, mechanisms)
    officers = world.officers
    for j in range(number):
        officer = officers[first + j]
        officer.ease = seats.ease[j]
        officer.owned = 1 if seats.luck[1, j] >= unowned else 0
        officer.luck_incident = seats.luck[2, j]
        officer.luck_seen = seats.luck[3, j]


@leaf
def weigh_and_choose(world, d, number, month):
    """Let those who sit together choose; what they chose is left with them."""
    seats = world.bench[0]
    conduct.weigh(
        seats,
        number,
        outlooks_of(world, d),
        world.conducts,
        world.departments[d],
        settings_of(world, d, month),
        world.settings[0],
    )
    conduct.choose(seats, number)


@leaf
def decide(world, i, month):
    """The conduct that officer ``i`` alone would choose now."""
    sit_down(world, i, 1, month)
    weigh_and_choose(world, world.officers[i].department, 1, month)
    return world.bench[0].chosen[0]


@leaf
def choose_conduct(world, d, month):
    """Every officer picks a conduct, all at once."""
    department = world.departments[d]
    officers = world.officers
    seats = world.bench[0]
    last = last_officer(department)
    for first in range(department.first_officer, last, SEATS):
        number = min(SEATS, last - first)
        face_month(world, d, first, number, month)
        weigh_and_choose(world, d, number, month)
        for j in range(number):
            officers[first + j].conduct = seats.chosen[j]


@leaf
def content_from_above(officer, officers):
    """Content of the directive that reaches an officer; all of it at the top."""
    return officers[officer.superior].content if officer.superior >= 0 else 1.0


@leaf
def note_recent(officer, month):
    """Keep what an annual impression will rest on."""
    if appraisal.in_recent_months(month):
        officer.recent_work += officer.substance
        officer.recent_show += officer.show


@leaf
def carry_out(world, d, month):
    """Content passes down the chain; each officer turns it into substance and show."""
    department = world.departments[d]
    mechanisms = settings_of(world, d, month)
    officers = world.officers
    outlooks = outlooks_of(world, d)
    settings = world.settings[0]
    for i in range(department.first_officer, last_officer(department)):
        officer = officers[i]
        arrived = content_from_above(officer, officers)
        outlook = outlooks[officer.conduct]
        execution.carry_out(officer, arrived, outlook, mechanisms, settings)
        note_recent(officer, month)


@leaf
def report_upwards(world, d, month):
    """Reports pass up the chain, from the front line to the head."""
    department = world.departments[d]
    mechanisms = settings_of(world, d, month)
    settings = world.settings[0]
    officers = world.officers
    first = department.first_officer
    for i in range(last_officer(department) - 1, first - 1, -1):
        reporting.report(officers, i, department, mechanisms, settings)


@leaf
def officer_met(fronts, department, u):
    """Index of the front-line officer whom a citizen meets."""
    met = min(int(u * department.fronts), department.fronts - 1)
    return fronts[department.first_front + met]


@leaf
def neighbours_trust(citizens, index, department):
    """Mean trust, last month, of a citizen's two neighbours on a ring."""
    first = department.first_citizen
    last = first + department.citizens - 1
    left = index - 1 if index > first else last
    right = index + 1 if index < last else first
    return 0.5 * (citizens[left].trust_before + citizens[right].trust_before)


@leaf
def come_to_the_counter(world, d, first, number, month):
    """Let ``number`` citizens from ``first`` on each meet a front-line officer."""
    department = world.departments[d]
    citizens = world.citizens
    outlooks = outlooks_of(world, d)
    rows = world.bench[0]
    for j in range(number):
        bench.name(rows, j, citizens[first + j])
    bench.draw(rows, number, draws.MEETING, world.seed, world.replicate, month)
    for j in range(number):
        citizen = citizens[first + j]
        met = officer_met(world.fronts, department, rows.luck[0, j])
        officer = world.officers[met]
        outlook = outlooks[officer.conduct]
        rows.met[j] = met
        rows.trust_before[j] = citizen.trust_before
        rows.trust_in_centre[j] = citizen.trust_in_centre
        rows.silent[j] = citizen.silent
        rows.voice[j] = citizen.voice
        rows.neighbours[j] = neighbours_trust(citizens, first + j, department)
        rows.delivered[j] = officer.delivered
        rows.excess[j] = outlook.excess
        rows.hides[j] = outlook.hides


@leaf
def meeting(rows, j):
    """The meeting in row ``j``."""
    return public.Meeting(
        rows.trust_before[j],
        rows.trust_in_centre[j],
        rows.silent[j],
        rows.voice[j],
        rows.neighbours[j],
        rows.delivered[j],
        rows.excess[j],
        rows.hides[j],
    )


@rule
def judge_service(rows, number, department, mechanisms, settings):
    """Let those at the counter judge what they got, and decide whether to complain."""
    department = held(department)
    mechanisms = held(mechanisms)
    settings = held(settings)
    for j in range(bench.all_rows(number)):
        here = meeting(rows, j)
        experience = public.experience(here, mechanisms, settings)
        trust = public.trust_in_department(here, experience, department, settings)
        rows.experience[j] = experience
        rows.trust[j] = trust
        rows.trust_in_centre[j] = public.trust_in_centre(here, trust, department, settings)
        chance = public.chance_of_complaint(here, experience, mechanisms, settings)
        rows.complains[j] = 1 if rows.luck[1, j] < chance else 0


@rule
def hear_complaint(officer, department, conducts, settings, tally, u):
    """File a complaint about an officer, and find out whether it is upheld."""
    department.filed += 1
    if public.upheld(officer, conducts[officer.conduct], department, settings, u):
        officer.complaints += 1
        tally.upheld += 1.0


@leaf
def serve_some(world, d, first, number, month):
    """Serve ``number`` citizens of the department from ``first`` on."""
    department = world.departments[d]
    settings = world.settings[0]
    tally = tally_of(world, d)
    citizens = world.citizens
    officers = world.officers
    rows = world.bench[0]
    come_to_the_counter(world, d, first, number, month)
    judge_service(rows, number, department, settings_of(world, d, month), settings)
    for j in range(number):
        citizen = citizens[first + j]
        citizen.trust = rows.trust[j]
        citizen.trust_in_centre = rows.trust_in_centre[j]
        tally.hidden += rows.hides[j] * (1.0 - rows.experience[j])
        if rows.complains[j]:
            officer = officers[rows.met[j]]
            hear_complaint(officer, department, world.conducts, settings, tally, rows.luck[2, j])
        public.withdraw_or_return(citizen, settings)


@leaf
def serve_citizens(world, d, month):
    """Every citizen of the department is served."""
    department = world.departments[d]
    last = department.first_citizen + department.citizens
    for first in range(department.first_citizen, last, SEATS):
        serve_some(world, d, first, min(SEATS, last - first), month)


@leaf
def take_stock_of_trust(world, d, month):
    """Credibility and cooperation, as next month's choices will meet them."""
    department = world.departments[d]
    tally = tally_of(world, d)
    trust = 0.0
    willing = 0.0
    for i in range(department.first_citizen, department.first_citizen + department.citizens):
        citizen = world.citizens[i]
        trust += citizen.trust
        if citizen.silent == 0:
            willing += citizen.trust
        observation.observe_citizen(citizen, tally)
    if department.citizens > 0:
        department.credibility = trust / float(department.citizens)
        department.willing = willing / float(department.citizens)


@leaf
def oversee(world, d, month):
    """Channels see misconduct; incidents are traced up the chain; cases become public."""
    department = world.departments[d]
    mechanisms = settings_of(world, d, month)
    settings = world.settings[0]
    tally = tally_of(world, d)
    department.sanctions = 0
    department.published = 0
    department.published_sanctions = 0
    department.referred = 0
    department.referred_harm = 0.0
    back_tracing.take_over(world, department, mechanisms, tally, month)
    officers = world.officers
    conducts = world.conducts
    outlooks = outlooks_of(world, d)
    for i in range(department.first_officer, last_officer(department)):
        officer = officers[i]
        done = conducts[officer.conduct]
        outlook = outlooks[officer.conduct]
        if supervision.caught(officer, done, outlook, department, settings):
            supervision.take_up(world, officer, done, outlook, department, mechanisms, tally, month)
        if back_tracing.incident_happens(officer, done, department, settings):
            tally.incidents += 1.0
            back_tracing.trace(world, i, department, mechanisms, tally, month)


@leaf
def sanctioned_share(department):
    """Share of the department's officers sanctioned this month."""
    return department.sanctions / float(department.officers)


@leaf
def learn(world, d, month):
    """Every officer's beliefs and traits move."""
    department = world.departments[d]
    mechanisms = settings_of(world, d, month)
    settings = world.settings[0]
    officers = world.officers
    sanctioned = sanctioned_share(department)
    for i in range(department.first_officer, last_officer(department)):
        learning.learn(officers[i], sanctioned, department, mechanisms, settings)


@leaf
def follow_norm(world, d, month):
    """The department's norm moves towards what was usual this month."""
    department = world.departments[d]
    engagement = 0.0
    for i in range(department.first_officer, last_officer(department)):
        engagement += world.conducts[world.officers[i].conduct].engagement
    mean = engagement / float(department.officers)
    learning.follow_norm(department, mean, settings_of(world, d, month), world.settings[0])


@leaf
def observe(world, d, month):
    """Measures are read; nothing that anybody acts on is changed."""
    department = world.departments[d]
    officers = world.officers
    conducts = world.conducts
    layers = world.part_layers
    profiles = world.part_profiles
    outlooks = outlooks_of(world, d)
    tally = tally_of(world, d)
    settings = world.settings[0]
    part = department.part
    tier = department.tier
    delivered = 0.0
    substance = 0.0
    for i in range(department.first_officer, last_officer(department)):
        officer = officers[i]
        layer = layers[part, tier, officer.rank]
        officer.profile = observation.profile_of(officer, settings)
        observation.observe_officer(officer, tally)
        observation.observe_conduct(officer, tally)
        observation.observe_conduct(officer, layer)
        observation.observe_profile(officer, tally)
        observation.observe_profile(officer, layer)
        engagement = conducts[officer.conduct].engagement
        observation.observe_work(officer, engagement, layer)
        observation.observe_work(officer, engagement, profiles[part, officer.profile])
        observation.observe_layer(officer, layer)
        if officer.front:
            delivered += officer.delivered
            substance += officer.substance
            tally.excess += outlooks[officer.conduct].excess
    observation.observe_department(
        department,
        officers[department.first_officer],
        delivered,
        substance,
        settings_of(world, d, month),
        settings,
        tally,
    )


@rule
def work_month(world, first, last, month):
    """A month of work in departments first…last − 1, of one tier or of all from the top.

    Departments meet only through last month's state and the content of those above them, which
    come first; so one whole department after another gives what phase by phase gives.
    """
    for d in range(first, last):
        issue_directives(world, d, month)
        look_ahead(world, d, month)
        choose_conduct(world, d, month)
        carry_out(world, d, month)
        report_upwards(world, d, month)
        serve_citizens(world, d, month)
        take_stock_of_trust(world, d, month)
        oversee(world, d, month)
        learn(world, d, month)
        follow_norm(world, d, month)
        observe(world, d, month)


@leaf
def appraise_and_renew(world, d, month):
    """Close the year: score, grade, consequences, exits, promotion into vacancies, newcomers."""
    department = world.departments[d]
    mechanisms = settings_of(world, d, month)
    settings = world.settings[0]
    tally = tally_of(world, d)
    officers = world.officers
    first = department.first_officer
    last = last_officer(department)
    careers.appraise_all(world, first, last, mechanisms, settings, tally, month)
    careers.face_consequences(world, first, last, mechanisms, settings, tally, month)
    for i in range(first, last):
        observation.observe_move(officers[i], world.part_moves[department.part])
    selection.fill_vacancies(
        officers, first, last, mechanisms, settings, tally, world.seed, world.replicate, month
    )
    for i in range(first, last):
        appraisal.close_year(officers[i])
        officers[i].profile = observation.profile_of(officers[i], settings)


@leaf
def is_year_end(month):
    """Whether appraisal and renewal follow this month."""
    return month % MONTHS_A_YEAR == _LAST_MONTH


@rule
def add_up(world, month):
    """Add up the sums of the month over the parts of the government.

    Each part adds up for itself, so that parts can be worked on in any order, or at once.
    """
    sums = world.sums
    observation.add_up(sums.part_tallies, sums.tallies, month)
    observation.add_up(sums.part_layers, sums.layers, month)
    observation.add_up(sums.part_profiles, sums.profiles, month)
    if is_year_end(month):
        observation.add_up_moves(world.part_moves, world.moves, month // MONTHS_A_YEAR)


@rule
def exchange_all(world, first, last, month):
    """Let departments first…last − 1 hear from others."""
    for d in range(first, last):
        exchange(world, d, month)


@rule
def renew_all(world, first, last, month):
    """Close the year in departments first…last − 1."""
    for d in range(first, last):
        appraise_and_renew(world, d, month)


@rule
def one_month(world, month):
    """A month of the whole government; observed before posts change hands."""
    departments = len(world.departments)
    exchange_all(world, 0, departments, month)
    work_month(world, 0, departments, month)
    if is_year_end(month):
        renew_all(world, 0, departments, month)
    add_up(world, month)


def phases() -> tuple[str, ...]:
    """Names of the phases of a month of work, in the order in which ``work_month`` calls them."""
    source = getattr(work_month, "py_func", work_month)
    return tuple(name for name in source.__code__.co_names if name != "range")
