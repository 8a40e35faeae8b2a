"""The public: trust won and lost at the counter, complaint, silence, and return."""

from typing import NamedTuple

from sim.compiled import leaf

PER_HUNDRED = 100.0


@leaf
def trust_after(trust, experience, gain, loss):
    """Trust after an experience in [0, 1]: part of the way there, further down than up.

    With experience good with probability q, rests at gain·q / (gain·q + loss·(1 − q)); Slovic
    (1993) on the asymmetry.
    """
    surprise = experience - trust
    return trust + (gain if surprise > 0.0 else loss) * surprise


class Meeting(NamedTuple):
    """What a citizen brings to the counter, and what is done there.

    Fields: see ``CitizenRecord``; ``neighbours`` is the mean trust of two neighbours last month,
    ``delivered`` that of the officer met, ``excess`` and ``hides`` those of the officer's conduct.
    """

    trust_before: float
    trust_in_centre: float
    silent: int
    voice: int
    neighbours: float
    delivered: float
    excess: float
    hides: float


@leaf
def experience(meeting, mechanisms, settings):
    """What a citizen experiences at the counter, in [0, 1].

    Work beyond what was asked, for the department's good, spoils it (source B3). A public pledge
    makes citizens expect more (公开承诺).
    """
    expected = settings.expectation * (1.0 + settings.pledge_hope * mechanisms.pledges)
    found = min(1.0, meeting.delivered / expected)
    return found * (1.0 - settings.excess_harm * meeting.excess)


@leaf
def trust_in_department(meeting, experienced, department, settings):
    """Trust after a month: an experience, the neighbours, and news of cases, which lowers it."""
    trust = trust_after(meeting.trust_before, experienced, settings.gain, settings.loss)
    trust += settings.neighbour_pull * (meeting.neighbours - trust)
    return trust * (1.0 - min(1.0, settings.scandal * department.news))


@leaf
def trust_in_centre(meeting, trust, department, settings):
    """Trust in the centre after a month.

    A published sanction speaks for the centre, bad service at home against it (Li 2004).
    """
    credit = min(1.0, settings.centre_credit * department.news_of_sanctions)
    centre = meeting.trust_in_centre
    centre += credit * (1.0 - centre)
    return centre + settings.attribution * (trust - centre)


@leaf
def hear_news(department):
    """Make last month's published cases known, here and, a month later, in the tier below."""
    per_case = PER_HUNDRED / float(department.officers)
    department.news = department.published * per_case + department.news_above
    department.news_of_sanctions = (
        department.published_sanctions * per_case + department.news_of_sanctions_above
    )


@leaf
def withdraw_or_return(citizen, settings):
    """Fall silent after months of low trust; come back only above a higher level (断裂, B10)."""
    if citizen.silent:
        if citizen.trust > settings.return_above:
            citizen.silent = 0
            citizen.months_below = 0
        return
    citizen.months_below = citizen.months_below + 1 if citizen.trust < settings.exit_below else 0
    if citizen.months_below >= settings.exit_months:
        citizen.silent = 1


@leaf
def chance_of_complaint(meeting, experienced, mechanisms, settings):
    """Chance that the citizen files a complaint (voice, Hirschman 1970).

    Those without voice do so as far as complainants are protected. Nobody complains of a shortfall
    that is kept from them (瞒下, source B9), nor once silent.
    """
    ready = 1.0 if meeting.voice else mechanisms.protection
    known = (1.0 - experienced) * (1.0 - meeting.hides)
    chance = ready * mechanisms.openness * settings.complaint_rate * known
    return 0.0 if meeting.silent else chance


@leaf
def upheld(officer, conduct, department, settings, u):
    """Whether a complaint is upheld: real misconduct, pinned on a person, not shielded."""
    return u < department.clarity * conduct.misconduct * (
        1.0 - settings.shield * officer.connection
    )
