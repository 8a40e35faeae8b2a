"""One month, written once, top to bottom.

Each phase takes the world, the index of a department and the month. The Mesa loop reads the
order of phases off ``work_month`` itself.
"""

from sim import draws
from sim.compiled import rule
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
# Time that can be taken from anybody; what is left keeps ease above zero.
_MOST_BURDEN = 0.95


@rule
def settings_of(world, d, month):
    """The mechanism settings in force in department ``d``."""
    return world.mechanisms[month, world.departments[d].group]


@rule
def tally_of(world, d, month):
    """The sums to which department ``d`` adds."""
    return world.tallies[month, world.departments[d].group]


@rule
def last_officer(department):
    """Index after the last officer of a department."""
    return department.first_officer + department.officers


@rule
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


@rule
def issue_directives(world, d, month):
    """Begin the month: what was, becomes last month's; a directive that has run its life goes."""
    department = world.departments[d]
    for i in range(department.first_officer, last_officer(department)):
        officer = world.officers[i]
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


@rule
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
        world.outlooks[d], world.conducts, channels, department, mechanisms, settings
    )


@rule
def draw_month(officer, seed, replicate, month):
    """Draw an officer's month, before anything is decided in it."""
    u = draws.uniforms(
        seed, replicate, draws.WORK, month, officer.department, officer.number_in_department
    )
    officer.luck_choice = u[0]
    officer.luck_owned = u[1]
    officer.luck_incident = u[2]
    officer.luck_seen = u[3]


@rule
def example_for(officer, officers, conducts):
    """Last month's engagement of an officer's superior; nobody above the top sets one."""
    if officer.superior < 0:
        return 0.0
    return conducts[officers[officer.superior].previous_conduct].engagement


@rule
def choose_conduct(world, d, month):
    """Every officer picks a conduct, all at once."""
    department = world.departments[d]
    mechanisms = settings_of(world, d, month)
    settings = world.settings[0]
    officers = world.officers
    conducts = world.conducts
    outlooks = world.outlooks[d]
    seed = world.seed
    replicate = world.replicate
    for i in range(department.first_officer, last_officer(department)):
        officer = officers[i]
        draw_month(officer, seed, replicate, month)
        officer.ease = execution.ease(officer, department, mechanisms, settings)
        example = example_for(officer, officers, conducts)
        officer.conduct = conduct.choose(
            officer, example, outlooks, conducts, department, mechanisms, settings
        )


@rule
def content_from_above(officer, officers):
    """Content of the directive that reaches an officer; all of it at the top."""
    return officers[officer.superior].content if officer.superior >= 0 else 1.0


@rule
def note_recent(officer, month):
    """Keep what an annual impression will rest on."""
    if appraisal.in_recent_months(month):
        officer.recent_work += officer.substance
        officer.recent_show += officer.show


@rule
def carry_out(world, d, month):
    """Content passes down the chain; each officer turns it into substance and show."""
    department = world.departments[d]
    mechanisms = settings_of(world, d, month)
    officers = world.officers
    outlooks = world.outlooks[d]
    settings = world.settings[0]
    for i in range(department.first_officer, last_officer(department)):
        officer = officers[i]
        arrived = content_from_above(officer, officers)
        outlook = outlooks[officer.conduct]
        execution.carry_out(officer, arrived, outlook, department, mechanisms, settings)
        note_recent(officer, month)


@rule
def report_upwards(world, d, month):
    """Reports pass up the chain, from the front line to the head."""
    department = world.departments[d]
    mechanisms = settings_of(world, d, month)
    settings = world.settings[0]
    officers = world.officers
    first = department.first_officer
    for i in range(last_officer(department) - 1, first - 1, -1):
        reporting.report(officers, i, department, mechanisms, settings)


@rule
def officer_met(fronts, department, u):
    """Index of the front-line officer whom a citizen meets."""
    met = min(int(u * department.fronts), department.fronts - 1)
    return fronts[department.first_front + met]


@rule
def neighbours_trust(citizens, index, department):
    """Mean trust, last month, of a citizen's two neighbours on a ring."""
    first = department.first_citizen
    last = first + department.citizens - 1
    left = index - 1 if index > first else last
    right = index + 1 if index < last else first
    return 0.5 * (citizens[left].trust_before + citizens[right].trust_before)


@rule
def serve(
    citizen, officer, outlook, neighbours, department, mechanisms, settings, conducts, tally, u
):
    """One citizen meets one front-line officer, updates trust, may complain, may withdraw."""
    experience = public.meet(
        citizen, officer, outlook, neighbours, department, mechanisms, settings
    )
    tally.hidden += outlook.hides * (1.0 - experience)
    if public.complain(citizen, experience, outlook, mechanisms, settings, u[1]):
        department.filed += 1
        if public.upheld(officer, conducts[officer.conduct], department, settings, u[2]):
            officer.complaints += 1
            tally.upheld += 1.0
    public.withdraw_or_return(citizen, settings)


@rule
def meeting_draws(citizen, seed, replicate, month):
    """The draws of a citizen's month."""
    return draws.uniforms(
        seed, replicate, draws.MEETING, month, citizen.department, citizen.number_in_department
    )


@rule
def serve_citizens(world, d, month):
    """Every citizen of the department is served."""
    department = world.departments[d]
    mechanisms = settings_of(world, d, month)
    tally = tally_of(world, d, month)
    settings = world.settings[0]
    citizens = world.citizens
    officers = world.officers
    conducts = world.conducts
    outlooks = world.outlooks[d]
    fronts = world.fronts
    seed = world.seed
    replicate = world.replicate
    for i in range(department.first_citizen, department.first_citizen + department.citizens):
        citizen = citizens[i]
        u = meeting_draws(citizen, seed, replicate, month)
        officer = officers[officer_met(fronts, department, u[0])]
        neighbours = neighbours_trust(citizens, i, department)
        outlook = outlooks[officer.conduct]
        serve(
            citizen,
            officer,
            outlook,
            neighbours,
            department,
            mechanisms,
            settings,
            conducts,
            tally,
            u,
        )


@rule
def take_stock_of_trust(world, d, month):
    """Credibility and cooperation, as next month's choices will meet them."""
    department = world.departments[d]
    tally = tally_of(world, d, month)
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


@rule
def oversee(world, d, month):
    """Channels see misconduct; incidents are traced up the chain; cases become public."""
    department = world.departments[d]
    mechanisms = settings_of(world, d, month)
    settings = world.settings[0]
    tally = tally_of(world, d, month)
    department.sanctions = 0
    department.published = 0
    department.published_sanctions = 0
    department.referred = 0
    department.referred_harm = 0.0
    back_tracing.take_over(world, department, mechanisms, tally, month)
    officers = world.officers
    conducts = world.conducts
    outlooks = world.outlooks[d]
    for i in range(department.first_officer, last_officer(department)):
        officer = officers[i]
        done = conducts[officer.conduct]
        outlook = outlooks[officer.conduct]
        if supervision.caught(officer, done, outlook, department, settings):
            supervision.take_up(world, officer, done, outlook, department, mechanisms, tally, month)
        if back_tracing.incident_happens(officer, done, department, settings):
            tally.incidents += 1.0
            back_tracing.trace(world, i, department, mechanisms, tally, month)


@rule
def sanctioned_share(department):
    """Share of the department's officers sanctioned this month."""
    return department.sanctions / float(department.officers)


@rule
def learn(world, d, month):
    """Every officer's beliefs and traits move."""
    department = world.departments[d]
    mechanisms = settings_of(world, d, month)
    settings = world.settings[0]
    officers = world.officers
    sanctioned = sanctioned_share(department)
    for i in range(department.first_officer, last_officer(department)):
        learning.learn(officers[i], sanctioned, department, mechanisms, settings)


@rule
def follow_norm(world, d, month):
    """The department's norm moves towards what was usual this month."""
    department = world.departments[d]
    engagement = 0.0
    for i in range(department.first_officer, last_officer(department)):
        engagement += world.conducts[world.officers[i].conduct].engagement
    mean = engagement / float(department.officers)
    learning.follow_norm(department, mean, settings_of(world, d, month), world.settings[0])


@rule
def observe(world, d, month):
    """Measures are read; nothing that anybody acts on is changed."""
    department = world.departments[d]
    tally = tally_of(world, d, month)
    settings = world.settings[0]
    delivered = 0.0
    substance = 0.0
    for i in range(department.first_officer, last_officer(department)):
        officer = world.officers[i]
        layer = world.layers[month, department.tier, officer.rank]
        officer.profile = observation.profile_of(officer, settings)
        observation.observe_officer(officer, tally)
        observation.observe_conduct(officer, tally)
        observation.observe_conduct(officer, layer)
        observation.observe_profile(officer, tally)
        observation.observe_profile(officer, layer)
        engagement = world.conducts[officer.conduct].engagement
        observation.observe_work(officer, engagement, layer)
        observation.observe_work(officer, engagement, world.profiles[month, officer.profile])
        observation.observe_layer(officer, layer)
        if officer.front:
            delivered += officer.delivered
            substance += officer.substance
            tally.excess += world.outlooks[d][officer.conduct].excess
    observation.observe_department(
        department,
        world.officers[department.first_officer],
        delivered,
        substance,
        settings_of(world, d, month),
        settings,
        tally,
    )


@rule
def work_month(world, d, month):
    """A month of work in department ``d``.

    Departments meet only through last month's state and the content of those above them, which
    come first; so one whole department after another gives what phase by phase gives.
    """
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


@rule
def appraise_and_renew(world, d, month):
    """Close the year: score, grade, consequences, exits, promotion into vacancies, newcomers."""
    department = world.departments[d]
    mechanisms = settings_of(world, d, month)
    settings = world.settings[0]
    tally = tally_of(world, d, month)
    officers = world.officers
    first = department.first_officer
    last = last_officer(department)
    careers.appraise_all(world, first, last, mechanisms, settings, tally, month)
    careers.face_consequences(world, first, last, mechanisms, settings, tally, month)
    for i in range(first, last):
        observation.observe_move(officers[i], world.moves[month // MONTHS_A_YEAR])
    selection.fill_vacancies(
        officers, first, last, mechanisms, settings, tally, world.seed, world.replicate, month
    )
    for i in range(first, last):
        appraisal.close_year(officers[i])
        officers[i].profile = observation.profile_of(officers[i], settings)


@rule
def is_year_end(month):
    """Whether appraisal and renewal follow this month."""
    return month % MONTHS_A_YEAR == _LAST_MONTH


@rule
def one_month(world, month):
    """A month of the whole government; observed before posts change hands."""
    for d in range(len(world.departments)):
        exchange(world, d, month)
    for d in range(len(world.departments)):
        work_month(world, d, month)
    if is_year_end(month):
        for d in range(len(world.departments)):
            appraise_and_renew(world, d, month)


def phases() -> tuple[str, ...]:
    """Names of the phases of a month of work, in the order in which ``work_month`` calls them."""
    source = getattr(work_month, "py_func", work_month)
    return tuple(source.__code__.co_names)
