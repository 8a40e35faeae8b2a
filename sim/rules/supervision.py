"""Supervision: nine channels, four kinds of eye, and what each is bound to miss."""

from sim import draws
from sim.compiled import leaf, rule
from sim.rules.conduct import masses_coverage, sharpened
from sim.rules.sanctions import proportionate, publish, sanction
from sim.state import ADMINISTRATIVE, MASSES, PARTY


@rule
def see(mechanisms, channels, monitoring, settings, month):
    """Work out, for one row of settings, how all channels but the masses' see each conduct.

    In the month of a tour party supervision looks at more (巡查). Monitoring watches approvals from
    end to end (全程监察).

    ``unseen[k]`` is Π(1 − coverage·acuity), the chance that none sees conduct k in a month;
    ``sight[k]`` is Σ coverage·acuity.
    """
    for k in range(len(mechanisms.unseen)):
        unseen = 1.0
        sight = 0.0
        for c in range(len(channels)):
            if c != MASSES:
                coverage = covered(c, mechanisms, settings, month)
                looks = coverage * sharpened(channels[c], k, mechanisms, settings)
                unseen *= 1.0 - looks
                sight += looks
        watched = mechanisms.monitoring * monitoring[k]
        mechanisms.unseen[k] = unseen * (1.0 - watched)
        mechanisms.sight[k] = sight + watched


@leaf
def covered(c, mechanisms, settings, month):
    """Coverage of channel ``c``, with what an inspection tour adds to the party's in its month."""
    coverage = mechanisms.coverage[c]
    if c == PARTY and month % settings.tour_every == settings.tour_every - 1:
        coverage = min(1.0, coverage + mechanisms.tours)
    return coverage


@leaf
def mean_interest(settings):
    """Mean size of what a directive means to its department, of either sign."""
    low, high = settings.interest_low, settings.interest_high
    if low < 0.0 < high:
        return 0.5 * (low * low + high * high) / (high - low)
    return 0.5 * abs(low + high)


@leaf
def watch(department, mechanisms, settings):
    """How much the channels look at a department this month, 1 on average over directives.

    Audit goes where money goes, assessment where services go (source C6): as far as looks follow,
    they grow with what the directive means to the department and with the harm of failure.
    """
    # No more looks can follow than there are.
    all_looks = max(1.0, mechanisms.follow_money + mechanisms.follow_service)
    share = 1.0
    interest = mean_interest(settings)
    if interest > 0.0:
        by_money = mechanisms.follow_money / all_looks
        share += by_money * (abs(department.interest) / interest - 1.0)
    if settings.harm_mean > 0.0:
        by_service = mechanisms.follow_service / all_looks
        share += by_service * (department.harm / settings.harm_mean - 1.0)
    return max(0.0, share)


@leaf
def chance_caught(officer, conduct, outlook, department, settings):
    """Chance that a month's conduct is seen, pinned on the officer and found to be misconduct."""
    shield = 1.0 - settings.shield * officer.connection
    unseen = outlook.unseen_leading if officer.subordinates > 0 else outlook.unseen
    return (1.0 - unseen) * conduct.misconduct * department.clarity * shield


@leaf
def caught(officer, conduct, outlook, department, settings):
    """Whether this month's conduct brings a sanction."""
    return officer.luck_seen < chance_caught(officer, conduct, outlook, department, settings)


@rule
def seeing_channel(k, channels, outlook, department, mechanisms, settings, month, u):
    """Which channel saw conduct ``k``, drawn in proportion to coverage times acuity.

    What no channel explains was seen by monitoring, which is administrative supervision.
    """
    mark = u * outlook.sight
    total = 0.0
    for c in range(len(channels)):
        if c == MASSES:
            coverage = masses_coverage(department, mechanisms)
        else:
            coverage = department.watch * covered(c, mechanisms, settings, month)
        total += coverage * sharpened(channels[c], k, mechanisms, settings)
        if mark < total:
            return c
    return ADMINISTRATIVE


@rule
def take_up(world, officer, conduct, outlook, department, mechanisms, tally, month):
    """Sanction an officer caught in misconduct by its gravity, and perhaps publish the case."""
    weight = proportionate(conduct.misconduct, mechanisms, world.settings[0])
    sanction(officer, department, world.settings[0], weight)
    tally.detected += 1.0
    tally.sanctions += 1.0
    case = draws.uniforms(
        world.seed,
        world.replicate,
        draws.OVERSIGHT,
        month,
        officer.department,
        officer.number_in_department,
    )
    channel = seeing_channel(
        officer.conduct,
        world.channels,
        outlook,
        department,
        mechanisms,
        world.settings[0],
        month,
        case[0],
    )
    if case[1] < mechanisms.publicity * world.channels[channel].publicity:
        publish(department, True)
        tally.published += 1.0


@rule
def time_taken(mechanisms, channels, settings, month):
    """Share of everybody's time that reforms, posts, meetings, courses and inspections take."""
    taken = (
        mechanisms.meetings
        + mechanisms.coordination * (mechanisms.overlap + mechanisms.heads)
        + mechanisms.courses * mechanisms.course_time
        + mechanisms.lever_burden
    )
    for c in range(len(channels)):
        if c != MASSES:
            taken += covered(c, mechanisms, settings, month) * channels[c].burden
    return taken


@leaf
def burden_of_complaints(department, mechanisms, channels):
    """Share of everybody's time that answering complaints takes."""
    return masses_coverage(department, mechanisms) * channels[MASSES].burden
