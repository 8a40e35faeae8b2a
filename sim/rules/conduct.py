"""The choice of conduct: faithful, to the letter, selective, for show, or hardly at all."""

from sim.arithmetic import exp, log
from sim.compiled import rule
from sim.rules.execution import excess, passes, substance_per_ease
from sim.state import MASSES


@rule
def weigh_conduct(outlook, conduct, exposure, department, mechanisms, settings):
    """Work out what one conduct means in this department this month, whoever chooses it.

    Rent: bureau-shaping and capture (Dunleavy 1991; source B3). Threat: deterrence by certainty
    (Becker 1968; Nagin 2013). Blame: blame avoidance (Weaver 1986; Hood 2011), less where those who
    act are protected, and where review or arbitration would mend a wrong. A public pledge leaves
    nothing to hide from those it was given to (source C6). Belonging: Brock & Durlauf (2001);
    honour and shame (source C7, 荣辱观; Akerlof & Kranton 2005).
    """
    outlook.substance = substance_per_ease(conduct, department, mechanisms)
    outlook.show = conduct.show
    outlook.passes = passes(conduct, department)
    outlook.excess = excess(conduct, department)
    outlook.hides = conduct.hides * (1.0 - mechanisms.pledges)
    outlook.engagement = conduct.engagement
    outlook.cost = settings.effort * conduct.effort * (1.0 + department.demand)
    freedom = 1.0 - settings.autonomy_rent * (1.0 - mechanisms.autonomy)
    outlook.rent = settings.rent * (
        conduct.rent * abs(department.interest) * freedom
        + conduct.avoidance * max(0.0, -department.interest)
    )
    outlook.threat = settings.deterrence * exposure * mechanisms.severity * conduct.misconduct
    outlook.blame = (
        settings.fear
        * conduct.error
        * mechanisms.tracing
        * (1.0 - mechanisms.tolerance)
        * (1.0 - settings.protect_weight * mechanisms.protect * conduct.engagement)
        * (1.0 - settings.appeal_relief * redress(mechanisms))
        * mechanisms.severity
    )
    pull = settings.conformity + settings.culture_pull * mechanisms.culture
    outlook.belonging = (
        pull * department.norm * conduct.engagement
        + settings.honour_weight * mechanisms.honour * conduct.engagement
        - settings.shame_weight * mechanisms.shame * (1.0 - conduct.engagement)
    )


@rule
def redress(mechanisms):
    """Chance that an unjust sanction is undone, by review or else by arbitration (source C5)."""
    return mechanisms.review + mechanisms.arbitration * (1.0 - mechanisms.review)


@rule
def missed(unseen, watch):
    """Chance that no channel sees a conduct where they look ``watch`` times as much as on average.

    Looks are independent: twice as many miss with the square of the chance.
    """
    if watch == 1.0:
        return unseen
    if unseen <= 0.0:
        return 0.0 if watch > 0.0 else 1.0
    return min(1.0, exp(watch * log(unseen)))


@rule
def share_of_looks(leading, department, mechanisms):
    """How much channels look at posts that command others, or at the rest, against the mean.

    Supervision goes where power goes (source C6): as far as looks follow it, they go to posts that
    command others. Complaints come from the counter and follow nobody.
    """
    if department.leading == 0:
        return 1.0
    power = float(department.officers) / float(department.leading) if leading else 0.0
    return 1.0 + mechanisms.follow_power * (power - 1.0)


@rule
def weigh_conducts(outlooks, conducts, channels, department, mechanisms, settings):
    """Work out every conduct's outlook, and how well it can be seen.

    Exposure compares how well the channels in force see a conduct with the one they see best: more
    of an eye that misses image projects drives people into them (Holmström & Milgrom 1991).
    """
    masses = masses_coverage(department, mechanisms)
    at_others = department.watch * share_of_looks(False, department, mechanisms)
    at_leaders = department.watch * share_of_looks(True, department, mechanisms)
    best = 0.0
    for k in range(len(conducts)):
        acuity = sharpened(channels[MASSES], k, mechanisms, settings)
        uncomplained = 1.0 - masses * acuity
        outlooks[k].unseen = missed(mechanisms.unseen[k], at_others) * uncomplained
        outlooks[k].unseen_leading = missed(mechanisms.unseen[k], at_leaders) * uncomplained
        outlooks[k].sight = department.watch * mechanisms.sight[k] + masses * acuity
        best = max(best, outlooks[k].sight)
    for k in range(len(conducts)):
        exposure = outlooks[k].sight / best if best > 0.0 else 0.0
        weigh_conduct(outlooks[k], conducts[k], exposure, department, mechanisms, settings)


@rule
def sharpened(channel, k, mechanisms, settings):
    """Acuity of a channel for conduct ``k``; a pledge tells those served what to look for."""
    keener = settings.pledge_sight * mechanisms.pledges * channel.served[k]
    return min(1.0, channel.acuity[k] + keener)


@rule
def masses_coverage(department, mechanisms):
    """Coverage of the masses' channel: complaints really made last month, as far as looked into."""
    per_post = min(1.0, department.heard / max(1.0, float(department.fronts)))
    return mechanisms.coverage[MASSES] * per_post


@rule
def utility(officer, example, outlook, department, mechanisms, settings):
    """Utility of one conduct to one officer, in units of the cost of a month's full effort.

    ``example`` is the superior's last engagement. Duty: public
    service motivation (Perry & Wise 1990). Career: Dewatripont, Jewitt & Tirole (1999). Career and
    pay reward what appraisal sees (Holmström & Milgrom 1991); only the first takes ambition, and a
    belief that merit counts. Example: Brehm & Gates (1997). Habit is added
    by ``weigh``.
    """
    substance = officer.ease * outlook.substance
    seen = department.validity * substance + (1.0 - department.validity) * outlook.show
    prospects = settings.career * officer.ambition * mechanisms.promotion * officer.merit_belief
    reward = prospects + settings.pay_pull * mechanisms.pay
    return (
        settings.duty * officer.responsibility * substance
        + reward * department.attention * department.salience * seen
        - outlook.cost
        + outlook.rent * (1.0 - officer.responsibility)
        - outlook.threat * officer.perceived_risk
        - outlook.blame * (settings.error_base - officer.ease)
        + outlook.belonging
        + settings.example * mechanisms.drive * example * outlook.engagement
    )


@rule
def weigh(officer, example, outlooks, conducts, department, mechanisms, settings):
    """Leave in ``outlooks`` the sums of weights of conducts up to each; return the sum of all.

    Logit (McFadden 1974): the chance of a conduct is its own weight over the sum of all. Reads only
    last month's norms and examples, so that the order of officers never matters.
    """
    best = -1e300
    for k in range(len(conducts)):
        value = utility(officer, example, outlooks[k], department, mechanisms, settings)
        if k == officer.previous_conduct:
            value += settings.habit * officer.inertia
        outlooks[k].weight = value
        if conducts[k].available:
            best = max(best, value)
    total = 0.0
    for k in range(len(conducts)):
        if conducts[k].available:
            total += exp(settings.precision * (outlooks[k].weight - best))
        outlooks[k].weight = total
    return total


@rule
def choose(officer, example, outlooks, conducts, department, mechanisms, settings):
    """Return the conduct that this officer chooses; weights are left as scratch in ``outlooks``."""
    total = weigh(officer, example, outlooks, conducts, department, mechanisms, settings)
    mark = officer.luck_choice * total
    chosen = 0
    while outlooks[chosen].weight < mark:
        chosen += 1
    return chosen
