"""Supervision: nine channels, three kinds of eye, and what each is bound to miss."""

from sim import draws
from sim.compiled import rule
from sim.rules.conduct import masses_coverage
from sim.rules.sanctions import publish, sanction
from sim.state import MASSES


@rule
def see(mechanisms, channels):
    """Work out, for one row of settings, how all channels but the masses' see each conduct.

    ``unseen[k]`` is Π(1 − coverage·acuity), the chance that none sees conduct k in a month;
    ``sight[k]`` is Σ coverage·acuity.
    """
    for k in range(len(mechanisms.unseen)):
        unseen = 1.0
        sight = 0.0
        for c in range(len(channels)):
            if c != MASSES:
                looks = mechanisms.coverage[c] * channels[c].acuity[k]
                unseen *= 1.0 - looks
                sight += looks
        mechanisms.unseen[k] = unseen
        mechanisms.sight[k] = sight


@rule
def caught(officer, conduct, outlook, department, settings):
    """Whether this month's conduct is seen, pinned on the officer and found to be misconduct."""
    shield = 1.0 - settings.shield * officer.connection
    return (
        officer.luck_seen
        < (1.0 - outlook.unseen) * conduct.misconduct * department.clarity * shield
    )


@rule
def seeing_channel(k, channels, department, mechanisms, u):
    """Which channel saw conduct ``k``, drawn in proportion to coverage times acuity."""
    masses = masses_coverage(department, mechanisms)
    mark = u * (mechanisms.sight[k] + masses * channels[MASSES].acuity[k])
    total = 0.0
    for c in range(len(channels)):
        coverage = masses if c == MASSES else mechanisms.coverage[c]
        total += coverage * channels[c].acuity[k]
        if mark < total:
            return c
    return MASSES


@rule
def take_up(world, officer, conduct, department, mechanisms, tally, month):
    """Sanction an officer caught in misconduct by its gravity, and perhaps publish the case."""
    sanction(officer, department, world.settings[0], mechanisms.severity * conduct.misconduct)
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
    channel = seeing_channel(officer.conduct, world.channels, department, mechanisms, case[0])
    if case[1] < mechanisms.publicity * world.channels[channel].publicity:
        publish(department, True)
        tally.published += 1.0


@rule
def time_taken(mechanisms, channels):
    """Share of everybody's time that reforms, posts, meetings, courses and inspections take."""
    taken = (
        mechanisms.meetings
        + mechanisms.coordination * mechanisms.overlap
        + mechanisms.courses * mechanisms.course_time
        + mechanisms.lever_burden
    )
    for c in range(len(channels)):
        if c != MASSES:
            taken += mechanisms.coverage[c] * channels[c].burden
    return taken


@rule
def burden_of_complaints(department, mechanisms, channels):
    """Share of everybody's time that answering complaints takes."""
    return masses_coverage(department, mechanisms) * channels[MASSES].burden
