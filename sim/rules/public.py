"""The public: trust won and lost at the counter, complaint, silence, and return."""

from sim.compiled import rule

PER_HUNDRED = 100.0


@rule
def trust_after(trust, experience, gain, loss):
    """Trust after an experience in [0, 1]: part of the way there, further down than up.

    With experience good with probability q, rests at gain·q / (gain·q + loss·(1 − q)); Slovic
    (1993) on the asymmetry.
    """
    surprise = experience - trust
    return trust + (gain if surprise > 0.0 else loss) * surprise


@rule
def meet(citizen, officer, outlook, neighbours, department, mechanisms, settings):
    """Update a citizen's trust after meeting a front-line officer; return the experience.

    ``outlook`` is the row of the officer's conduct, ``neighbours`` the mean trust of the two
    neighbours last month. Work beyond what was asked, for the department's good, spoils the
    experience (source B3). News of cases lowers local trust; a published sanction speaks for the
    centre, bad service at home against it (Li 2004). A public pledge makes citizens expect more
    (公开承诺).
    """
    expected = settings.expectation * (1.0 + settings.pledge_hope * mechanisms.pledges)
    experience = min(1.0, officer.delivered / expected)
    experience *= 1.0 - settings.excess_harm * outlook.excess
    trust = trust_after(citizen.trust_before, experience, settings.gain, settings.loss)
    trust += settings.neighbour_pull * (neighbours - trust)
    trust *= 1.0 - min(1.0, settings.scandal * department.news)
    citizen.trust = trust
    credit = min(1.0, settings.centre_credit * department.news_of_sanctions)
    centre = citizen.trust_in_centre
    centre += credit * (1.0 - centre)
    citizen.trust_in_centre = centre + settings.attribution * (trust - centre)
    return experience


@rule
def hear_news(department):
    """Make last month's published cases known, here and, a month later, in the tier below."""
    per_case = PER_HUNDRED / float(department.officers)
    department.news = department.published * per_case + department.news_above
    department.news_of_sanctions = (
        department.published_sanctions * per_case + department.news_of_sanctions_above
    )


@rule
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


@rule
def chance_of_complaint(citizen, experience, outlook, mechanisms, settings):
    """Chance that the citizen files a complaint (voice, Hirschman 1970).

    Those without voice do so as far as complainants are protected. Nobody complains of a shortfall
    that is kept from them (瞒下, source B9).
    """
    if citizen.silent:
        return 0.0
    ready = 1.0 if citizen.voice else mechanisms.protection
    known = (1.0 - experience) * (1.0 - outlook.hides)
    return ready * mechanisms.openness * settings.complaint_rate * known


@rule
def complain(citizen, experience, outlook, mechanisms, settings, u):
    """Whether the citizen files a complaint."""
    return u < chance_of_complaint(citizen, experience, outlook, mechanisms, settings)


@rule
def upheld(officer, conduct, department, settings, u):
    """Whether a complaint is upheld: real misconduct, pinned on a person, not shielded."""
    return u < department.clarity * conduct.misconduct * (
        1.0 - settings.shield * officer.connection
    )
