"""The phases of a month: what a department, its officers and its citizens do, one after another.

A phase takes the world, the index of a department and the month. ``sim.month`` gives their order.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.arithmetic import either
from sim.kinds import CONDUCTS
from sim.machine.column_sums import total
from sim.machine.compiled import rule
from sim.machine.draws import draw
from sim.mechanisms import (
    agenda,
    announcement,
    appraisal,
    back_tracing,
    burden,
    caseload,
    culture,
    directives,
    execution,
    felt_accountability,
    leadership,
    learning,
    multitasking,
    need,
    news,
    posts,
    public,
    reporting,
    sanctions,
    supervision,
    target_inflation,
    third_state,
    tournament,
    training,
    withdrawal,
)
from sim.mechanisms.chain import last_officer, outlook_row, settings_of, tally_of
from sim.mechanisms.conduct import (
    add_weights,
    bring,
    logit,
    note_stakes,
    reasons,
    utility,
    weigh_conduct,
)

if TYPE_CHECKING:
    from sim.mechanisms.typed import World

_CONDUCTS = len(CONDUCTS)


# Before the work: departments receive norms, news and reports from each other.


@rule
def exchange(world: World, d: int, month: int) -> None:
    """Take in norms of other departments, news from above, and reports and cases from below.

    All of it is of last month, so that the order of departments does not matter.
    """
    departments = world.departments
    department = departments[d]
    culture.hear_norms(department, departments)
    news.hear_from_above(department, departments)
    back_tracing.receive_cases(department, departments, world.children)
    leadership.meet_heads(department, departments, world.officers, world.settings[0])
    if felt_accountability.weighed(world.settings[0]):
        felt_accountability.hear_of_cases(department, departments, world.children)
    if department.children > 0:
        hear_from_below(world, d)
    above = max(0, department.parent)
    target_inflation.hear_target(
        department, departments, settings_of(world, above, month), world.settings[0]
    )
    if reporting.are_acted_on(world.settings[0]):
        leadership.share_attention(department, departments, world.children)


@rule
def hear_from_below(world: World, d: int) -> None:
    """Take in last month's reports and trust of the departments below."""
    departments = world.departments
    department = departments[d]
    reports = 0.0
    delivery = 0.0
    trust = 0.0
    willing = 0.0
    for c in range(department.first_child, department.first_child + department.children):
        below = departments[world.children[c]]
        reports += world.officers[below.first_officer].report
        delivery += below.delivery
        trust += below.credibility
        willing += below.willing
    children = float(department.children)
    department.reports_below = reports / children
    department.delivery_below = delivery / children
    department.trust_below = trust / children
    department.willing_below = willing / children


# The work of a month.


@rule
def issue_directives(world: World, d: int, month: int) -> None:
    """Begin the month: keep last month's values, and replace a directive whose life is over."""
    department = world.departments[d]
    officers = world.officers
    first = department.first_officer
    last = last_officer(department)
    if month == 0:
        for i in range(first, last):
            officers[i].profile_before = third_state.profile_of(officers[i], world.settings[0])
    for i in range(first, last):
        officer = officers[i]
        officer.previous_conduct = officer.conduct
        officer.sanctioned = 0
        officer.wronged = 0
    news.hear_news(department)
    for i in range(department.first_citizen, department.first_citizen + department.citizens):
        world.citizens[i].trust_before = world.citizens[i].trust
        world.citizens[i].news_before = world.citizens[i].news
    settings = world.settings[0]
    if agenda.several(settings):
        agenda.renew(department, settings, world.seed, world.replicate, month)
    else:
        directives.issue_directive(department, settings, world.seed, world.replicate, month)
    mechanisms = settings_of(world, d, month)
    if settings.announced > 0.0:
        announcement.hear_rule(officers, first, last, department, mechanisms, settings, month)
    if tournament.begins(month, settings):
        tournament.compete(officers, first, last, department, mechanisms, settings)
    department.heard = department.filed
    department.filed = 0


@rule
def look_ahead(world: World, d: int, month: int) -> None:
    """Compute the circumstances of the month, and what depends on the department's officers.

    These are the blame that they have to expect, and their need of courses.
    """
    weigh_circumstances(world, d, month)
    department = world.departments[d]
    mechanisms = settings_of(world, d, month)
    settings = world.settings[0]
    first = department.first_officer
    last = last_officer(department)
    department.need = training.mean_need(world.officers, first, last, mechanisms, settings)
    if felt_accountability.weighed(settings):
        felt_accountability.foresee(world, d, department, mechanisms)


@rule
def weigh_circumstances(world: World, d: int, month: int) -> None:
    """Compute those circumstances of the month that do not depend on who the officers are."""
    department = world.departments[d]
    mechanisms = settings_of(world, d, month)
    settings = world.settings[0]
    public.meet_public_below(department)
    if agenda.several(settings):
        agenda.share_attention(department, mechanisms, settings)
    else:
        age = department.directive_age
        department.attention = directives.attention(age, department, mechanisms, settings)
    department.salience = appraisal.salience(month, mechanisms)
    department.demand = execution.demand(department, mechanisms, settings)
    department.clarity = posts.clarity(mechanisms, settings)
    department.unowned = posts.chance_unowned(department, mechanisms, settings)
    target_inflation.set_target(department, mechanisms, settings)
    validity = appraisal.validity(mechanisms)
    department.validity = target_inflation.counts_as_work(validity, department)
    department.watch = supervision.watch(department, mechanisms, settings)
    department.burden = burden.burden(department, mechanisms, world.channels, settings)
    caseload.share_out(department, mechanisms, settings)
    weigh_conducts(world, d, month)


@rule
def weigh_conducts(world: World, d: int, month: int) -> None:
    """Compute what every conduct brings in the department, and how well it can be detected."""
    department = world.departments[d]
    mechanisms = settings_of(world, d, month)
    settings = world.settings[0]
    row = outlook_row(world, d)
    best = 0.0
    missed = 1.0
    for k in range(_CONDUCTS):
        outlook = world.outlooks[row, k]
        supervision.see_conduct(
            k, world.conducts[k], outlook, world.channels, department, mechanisms, settings
        )
        best = max(best, outlook.sight)
        missed = min(missed, outlook.unseen)
    department.presence = 1.0 - missed
    for k in range(_CONDUCTS):
        outlook = world.outlooks[row, k]
        exposure = outlook.sight / best if best > 0.0 else 0.0
        done = world.conducts[k]
        weigh_conduct(outlook, done, exposure, department, mechanisms, settings)
    if agenda.several(settings):
        multitasking.bring_all(world, d, month)
    else:
        for k in range(_CONDUCTS):
            bring(world.outlooks[row, k], world.conducts[k], department, mechanisms, settings)
    for k in range(_CONDUCTS):
        outlook = world.outlooks[row, k]
        done = world.conducts[k]
        felt_accountability.weigh_failure(k, done, outlook, department, mechanisms, settings)


@rule
def face_month(world: World, d: int, first: int, last: int, month: int) -> None:
    """Draw chance events of officers first…last − 1, and compute their ease, before they decide."""
    department = world.departments[d]
    mechanisms = settings_of(world, d, month)
    settings = world.settings[0]
    officers = world.officers
    choices = world.choices
    head = department.first_officer
    seed = world.seed
    replicate = world.replicate
    for i in range(first, last):
        officer = officers[i]
        choice = choices[i - head]
        u = draw(seed, replicate, execution.WORK, month, d, officer.number_in_department)
        choice.draws[0] = u[0]
        officer.owned = 1 if u[1] >= department.unowned else 0
        officer.luck_incident = u[2]
        officer.luck_seen = u[3]
        officer.ease = execution.ease(officer, department, mechanisms, settings)
    for i in range(first, last):
        choices[i - head].example = leadership.example_for(officers[i], officers, world.conducts)
    felt_accountability.expect_blame_for_each(world, d, first, last)


@rule
def weigh(world: World, d: int, first: int, last: int, month: int) -> None:
    """Work out what each conduct is worth to officers first…last − 1.

    Reads only last month's norms and examples, so that the order of officers never matters.
    """
    department = world.departments[d]
    mechanisms = settings_of(world, d, month)
    settings = world.settings[0]
    officers = world.officers
    choices = world.choices
    head = department.first_officer
    row = outlook_row(world, d)
    for i in range(first, last):
        note_stakes(officers[i], choices[i - head], department, mechanisms, settings)
    for k in range(_CONDUCTS):
        outlook = world.outlooks[row, k]
        for i in range(first, last):
            officer = officers[i]
            choice = choices[i - head]
            choice.worth[k] = utility(
                reasons(
                    officer,
                    k,
                    officer.previous_conduct == k,
                    choice,
                    outlook,
                    department,
                    mechanisms,
                    settings,
                )
            )
    for i in range(first, last):
        add_weights(choices[i - head], world.conducts, settings)


@rule
def decide(world: World, i: int, month: int) -> int:
    """The conduct that officer ``i`` alone would choose now."""
    officer = world.officers[i]
    weigh(world, officer.department, i, i + 1, month)
    return logit(officer, world.choices[officer.number_in_department], world, month)


@rule
def choose_some(world: World, d: int, first: int, last: int, month: int) -> None:
    """Let officers first…last − 1 of a department choose a conduct for the month."""
    officers = world.officers
    choices = world.choices
    head = world.departments[d].first_officer
    face_month(world, d, first, last, month)
    weigh(world, d, first, last, month)
    for i in range(first, last):
        officers[i].conduct = logit(officers[i], choices[i - head], world, month)


@rule
def choose_conduct(world: World, d: int, month: int) -> None:
    """Every officer chooses a conduct, all at once."""
    department = world.departments[d]
    choose_some(world, d, department.first_officer, last_officer(department), month)


@rule
def carry_out(world: World, d: int, month: int) -> None:
    """Content passes down the chain; each officer turns it into substance and show."""
    department = world.departments[d]
    carry_out_some(world, d, department.first_officer, last_officer(department), month)


@rule
def carry_out_some(world: World, d: int, first: int, last: int, month: int) -> None:
    """Let officers first…last − 1 of a department work, after all their superiors."""
    department = world.departments[d]
    mechanisms = settings_of(world, d, month)
    settings = world.settings[0]
    officers = world.officers
    row = outlook_row(world, d)
    choices = world.choices
    head = department.first_officer
    # Superiors come before their subordinates, so one pass through the rows is enough.
    for i in range(first, last):
        officer = officers[i]
        above = execution.content_above(officer, officers)
        arrived = execution.arriving(above, mechanisms, settings)
        choices[i - head].arrived = arrived
        execution.pass_on(officer, arrived, world.outlooks[row, officer.conduct])
    for i in range(first, last):
        officer = officers[i]
        choice = choices[i - head]
        outlook = world.outlooks.among(row, officer.conduct)
        choice.spent = execution.carry_out(
            officer, choice.arrived, outlook, department, mechanisms, settings
        )
    if agenda.several(settings):
        for i in range(first, last):
            officer = officers[i]
            if officer.front:
                contest = tournament.time_in_contest(officer, department, settings)
                outlook = world.outlooks[row, officer.conduct]
                multitasking.note_work(choices[i - head], contest, department, outlook)
    if appraisal.in_recent_months(month):
        for i in range(first, last):
            appraisal.note_recent(officers[i])


@rule
def report_upwards(world: World, d: int, month: int) -> None:
    """Reports pass up the chain, from the front line to the head."""
    department = world.departments[d]
    mechanisms = settings_of(world, d, month)
    settings = world.settings[0]
    officers = world.officers
    first = department.first_officer
    heard = 0.0
    for i in range(last_officer(department) - 1, first - 1, -1):
        heard += reporting.report(officers, i, department, mechanisms, settings)
    if reporting.are_acted_on(settings):
        reporting.make_known(department, officers, world.fronts, heard, mechanisms, settings)


@rule
def come_to_the_counter(world: World, d: int, first: int, last: int, month: int) -> None:
    """Let citizens first…last − 1 each meet a front-line officer."""
    department = world.departments[d]
    citizens = world.citizens
    row = outlook_row(world, d)
    begin = department.first_citizen
    seed = world.seed
    replicate = world.replicate
    for i in range(first, last):
        visit = world.visits[i - begin]
        u = draw(seed, replicate, public.MEETING, month, d, citizens[i].number_in_department)
        visit.luck_met = u[0]
        visit.luck_complains = u[1]
        visit.luck_upheld = u[2]
        visit.luck_hears = u[3]
    for i in range(first, last):
        visit = world.visits[i - begin]
        met = public.officer_met(world.fronts, department, visit.luck_met)
        visit.met = met
        officer = world.officers[met]
        outlook = world.outlooks[row, officer.conduct]
        visit.delivered = caseload.received(citizens[i], officer, department)
        visit.excess = outlook.excess
        visit.hides = outlook.hides
    end = begin + department.citizens
    for i in range(max(first, begin + 1), min(last, end - 1)):
        public.meet_neighbours(world.visits[i - begin], citizens[i - 1], citizens[i + 1])
    # Those at both ends are neighbours, so that citizens stand in a ring.
    for i in (begin, end - 1):
        if first <= i < last:
            left, right = public.neighbours_of(i, department)
            public.meet_neighbours(world.visits[i - begin], citizens[left], citizens[right])


@rule
def judge_service(world: World, d: int, first: int, last: int, month: int) -> int:
    """Let citizens at the counter judge what they got, and decide whether to complain.

    Returns how many complain.
    """
    department = world.departments[d]
    mechanisms = settings_of(world, d, month)
    settings = world.settings[0]
    begin = department.first_citizen
    complaints = 0
    for i in range(first, last):
        visit = world.visits[i - begin]
        citizen = world.citizens[i]
        experience = public.experience(visit, mechanisms, settings)
        citizen.news = news.hears(visit, department, settings)
        trust = public.trust_in_department(citizen, visit, experience, settings)
        visit.experience = experience
        citizen.trust = trust
        citizen.trust_in_centre = public.trust_in_centre(
            citizen, visit, trust, department, settings
        )
        chance = public.chance_of_complaint(citizen, visit, experience, mechanisms, settings)
        visit.complains = 1 if visit.luck_complains < chance else 0
        complaints += visit.complains
    return complaints


@rule
def serve_some(world: World, d: int, first: int, last: int, month: int) -> None:
    """Serve citizens first…last − 1 of the department."""
    department = world.departments[d]
    settings = world.settings[0]
    tally = tally_of(world, d)
    officers = world.officers
    begin = department.first_citizen
    come_to_the_counter(world, d, first, last, month)
    complaints = judge_service(world, d, first, last, month)
    for i in range(first, last):
        visit = world.visits[i - begin]
        tally.hidden += visit.hides * (1.0 - visit.experience)
        need.observe_shortfall(world.citizens[i], visit, tally)
        caseload.observe_visit(world.citizens[i], visit, tally)
    for i in range(first, last if complaints > 0 else first):
        visit = world.visits[i - begin]
        if visit.complains:
            officer = officers[visit.met]
            done = world.conducts[officer.conduct]
            public.hear_complaint(officer, department, done, settings, tally, visit.luck_upheld)
    for i in range(first, last):
        public.withdraw_or_return(world.citizens[i], settings)


@rule
def serve_citizens(world: World, d: int, month: int) -> None:
    """Every citizen of the department is served."""
    department = world.departments[d]
    first = department.first_citizen
    serve_some(world, d, first, first + department.citizens, month)


@rule
def take_stock_of_trust(world: World, d: int, month: int) -> None:
    """Compute credibility, cooperation and withdrawal, on which next month depends."""
    department = world.departments[d]
    settings = world.settings[0]
    tally = tally_of(world, d)
    first = department.first_citizen
    last = first + department.citizens
    withdrawn = 0
    for i in range(first, last):
        citizen = world.citizens[i]
        visit = world.visits[i - first]
        lead = withdrawal.lead_of_centre(citizen.trust_in_centre, citizen.trust)
        visit.willing = either(citizen.silent == 0, citizen.trust, 0.0)
        visit.looks_up = either(citizen.silent == 0, lead, 0.0)
        withdrawn += citizen.silent
    trust = total(world.citizens["trust"], first, last)
    willing = total(world.visits["willing"], 0, department.citizens)
    petitioning = total(world.visits["looks_up"], 0, department.citizens)
    tally.trust += trust
    tally.trust_in_centre += total(world.citizens["trust_in_centre"], first, last)
    tally.silent += float(withdrawn)
    if department.citizens > 0:
        citizens = float(department.citizens)
        department.credibility = public.met(trust / citizens, settings.trust_mean, settings)
        department.willing = public.met(willing / citizens, settings.trust_mean, settings)
        withdrawal.take_stock(department, petitioning / citizens, withdrawn / citizens, settings)


@rule
def oversee(world: World, d: int, month: int) -> None:
    """Channels see misconduct; incidents are traced up the chain; cases become public."""
    department = world.departments[d]
    mechanisms = settings_of(world, d, month)
    settings = world.settings[0]
    tally = tally_of(world, d)
    row = outlook_row(world, d)
    department.sanctions = 0
    department.published = 0
    department.published_sanctions = 0
    department.referred = 0
    department.referred_harm = 0.0
    back_tracing.take_over(world, department, mechanisms, tally, month)
    officers = world.officers
    first = department.first_officer
    last = last_officer(department)
    cases = 0
    for i in range(first, last):
        officer = officers[i]
        choice = world.choices[i - first]
        done = world.conducts.among(0, officer.conduct)
        outlook = world.outlooks.among(row, officer.conduct)
        choice.caught = supervision.caught(officer, outlook, settings)
        choice.incident = back_tracing.incident_happens(officer, done, department, settings)
        cases += choice.caught + choice.incident
    if department.collusion > 0.0:
        covered = 0
        for i in range(first, last):
            outlook = world.outlooks.among(row, officers[i].conduct)
            covered += supervision.covered_up(officers[i], outlook, settings)
        tally.covered_up += float(covered)
    # In most months nothing has happened.
    for i in range(first, last if cases > 0 else first):
        officer = officers[i]
        choice = world.choices[i - first]
        if choice.caught:
            done = world.conducts[officer.conduct]
            outlook = world.outlooks[row, officer.conduct]
            supervision.take_up(world, officer, done, outlook, department, mechanisms, tally, month)
        if choice.incident:
            tally.incidents += 1.0
            back_tracing.trace(world, i, department, mechanisms, tally, month)
    if settings.buck_passing > 0.0:
        felt_accountability.feel_blame(world, d, department)


@rule
def learn(world: World, d: int, month: int) -> None:
    """Every officer's beliefs and traits move."""
    department = world.departments[d]
    learn_some(world, d, department.first_officer, last_officer(department), month)


@rule
def learn_some(world: World, d: int, first: int, last: int, month: int) -> None:
    """Let the beliefs and traits of officers first…last − 1 of a department move."""
    department = world.departments[d]
    mechanisms = settings_of(world, d, month)
    settings = world.settings[0]
    officers = world.officers
    sanctioned = sanctions.sanctioned_share(department)
    if training.all_alike(mechanisms):
        courses = training.courses_alike(mechanisms)
        for i in range(first, last):
            learning.learn(officers[i], courses, sanctioned, department, mechanisms, settings)
    else:
        for i in range(first, last):
            # Who needs a course was weighed as the month began, before responsibility moves.
            courses = training.courses_for(officers[i], department, mechanisms, settings)
            learning.learn(officers[i], courses, sanctioned, department, mechanisms, settings)


@rule
def follow_norm(world: World, d: int, month: int) -> None:
    """The department's norm moves towards what was usual this month."""
    department = world.departments[d]
    engagement = 0.0
    for i in range(department.first_officer, last_officer(department)):
        engagement += world.conducts[world.officers[i].conduct].engagement
    mean = engagement / float(department.officers)
    culture.follow_norm(department, mean, settings_of(world, d, month), world.settings[0])
