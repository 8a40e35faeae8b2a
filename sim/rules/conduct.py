"""The choice of conduct: faithful, to the letter, selective, for show, or hardly at all."""

from typing import NamedTuple

from sim.arithmetic import exp, log
from sim.bench import all_rows
from sim.compiled import leaf, rule
from sim.lowering import held
from sim.rules.execution import excess, passes, substance_per_ease
from sim.state import FAITHFUL, IDLE, LITERAL, MASSES, SELECTIVE, SYMBOLIC


@leaf
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


@leaf
def redress(mechanisms):
    """Chance that an unjust sanction is undone, by review or else by arbitration (source C5)."""
    return mechanisms.review + mechanisms.arbitration * (1.0 - mechanisms.review)


@leaf
def missed(unseen, watch):
    """Chance that no channel sees a conduct where they look ``watch`` times as much as on average.

    Looks are independent: twice as many miss with the square of the chance.
    """
    if watch == 1.0:
        return unseen
    if unseen <= 0.0:
        return 0.0 if watch > 0.0 else 1.0
    return min(1.0, exp(watch * log(unseen)))


@leaf
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
    missed_at_best = 1.0
    for k in range(len(conducts)):
        acuity = sharpened(channels[MASSES], k, mechanisms, settings)
        uncomplained = 1.0 - masses * acuity
        outlooks[k].unseen = missed(mechanisms.unseen[k], at_others) * uncomplained
        outlooks[k].unseen_leading = missed(mechanisms.unseen[k], at_leaders) * uncomplained
        outlooks[k].sight = department.watch * mechanisms.sight[k] + masses * acuity
        best = max(best, outlooks[k].sight)
        missed_at_best = min(missed_at_best, outlooks[k].unseen)
    department.presence = 1.0 - missed_at_best
    for k in range(len(conducts)):
        exposure = outlooks[k].sight / best if best > 0.0 else 0.0
        weigh_conduct(outlooks[k], conducts[k], exposure, department, mechanisms, settings)


@leaf
def sharpened(channel, k, mechanisms, settings):
    """Acuity of a channel for conduct ``k``; a pledge tells those served what to look for."""
    keener = settings.pledge_sight * mechanisms.pledges * channel.served[k]
    return min(1.0, channel.acuity[k] + keener)


@leaf
def masses_coverage(department, mechanisms):
    """Coverage of the masses' channel: complaints really made last month, as far as looked into."""
    per_post = min(1.0, department.heard / max(1.0, float(department.fronts)))
    return mechanisms.coverage[MASSES] * per_post


@leaf
def felt_risk(officer, department, settings):
    """Risk of being held to account as it is felt this month, in [0, 1].

    What was learned of sanctions; and where inspectors in the house would see more, it moves part
    of the way there at once, as far as officers are alert to it. So a crackdown deters while it
    lasts, before anybody is sanctioned (Sherman 1990; Nagin 2013 on the certainty of being caught).
    """
    learned = officer.perceived_risk
    return learned + settings.alert * max(0.0, department.presence - learned)


class Reasons(NamedTuple):
    """What speaks for a conduct and against it, in units of the cost of a month's full effort."""

    duty: float
    reward: float
    cost: float
    rent: float
    threat: float
    blame: float
    belonging: float
    example: float
    habit: float


@leaf
def reasons(officer, habitual, example, outlook, department, mechanisms, settings):
    """What one conduct has to say for itself to one officer, term by term.

    ``habitual``: whether the officer did so last month; ``example``: the superior's last
    engagement. Duty: public service motivation (Perry & Wise 1990). Career: Dewatripont, Jewitt &
    Tirole (1999). Career and pay reward what appraisal sees (Holmström & Milgrom 1991); only the
    first takes ambition, and a belief that merit counts. Example: Brehm & Gates (1997).
    """
    substance = officer.ease * outlook.substance
    seen = department.validity * substance + (1.0 - department.validity) * outlook.show
    prospects = settings.career * officer.ambition * mechanisms.promotion * officer.merit_belief
    reward = prospects + settings.pay_pull * mechanisms.pay
    return Reasons(
        settings.duty * officer.responsibility * substance,
        reward * department.attention * department.salience * seen,
        -outlook.cost,
        outlook.rent * (1.0 - officer.responsibility),
        -outlook.threat * felt_risk(officer, department, settings),
        -outlook.blame * (settings.error_base - officer.ease),
        outlook.belonging,
        settings.example * mechanisms.drive * example * outlook.engagement,
        settings.habit * officer.inertia if habitual else 0.0,
    )


@leaf
def utility(terms):
    """Utility of a conduct: all ``Reasons`` together, in their order."""
    return (
        terms.duty
        + terms.reward
        + terms.cost
        + terms.rent
        + terms.threat
        + terms.blame
        + terms.belonging
        + terms.example
        + terms.habit
    )


# Less than any conduct is worth.
_NOTHING = -1e300


class Chooser(NamedTuple):
    """What of an officer counts in choosing a conduct. Fields: see ``OfficerRecord``."""

    capability: float
    responsibility: float
    inertia: float
    ambition: float
    perceived_risk: float
    merit_belief: float
    ease: float


@leaf
def seat(bench, j, officer, example):
    """Let an officer sit down in row ``j`` of those who choose together."""
    bench.previous_conduct[j] = officer.previous_conduct
    bench.capability[j] = officer.capability
    bench.responsibility[j] = officer.responsibility
    bench.inertia[j] = officer.inertia
    bench.ambition[j] = officer.ambition
    bench.perceived_risk[j] = officer.perceived_risk
    bench.merit_belief[j] = officer.merit_belief
    bench.ease[j] = officer.ease
    bench.example[j] = example


@leaf
def seated(bench, j):
    """Who sits in row ``j``."""
    return Chooser(
        bench.capability[j],
        bench.responsibility[j],
        bench.inertia[j],
        bench.ambition[j],
        bench.perceived_risk[j],
        bench.merit_belief[j],
        bench.ease[j],
    )


@leaf
def value(bench, rows, k, outlooks, conducts, department, mechanisms, settings):
    """Leave in ``bench.upto`` what conduct ``k`` is worth to each, and note the best so far."""
    outlook = held(outlooks[k])
    available = conducts[k].available
    for j in range(rows):
        habitual = bench.previous_conduct[j] == k
        example = bench.example[j]
        worth = utility(
            reasons(seated(bench, j), habitual, example, outlook, department, mechanisms, settings)
        )
        best = _NOTHING if k == FAITHFUL else bench.best[j]
        bench.upto[k, j] = worth
        bench.best[j] = max(best, worth) if available else best


@leaf
def add_weight(bench, rows, k, conducts, settings):
    """Put in the place of a value its weight, added to those of the conducts before it."""
    available = conducts[k].available
    for j in range(rows):
        weight = exp(settings.precision * (bench.upto[k, j] - bench.best[j]))
        before = 0.0 if k == FAITHFUL else bench.total[j]
        total = before + (weight if available else 0.0)
        bench.total[j] = total
        bench.upto[k, j] = total


@rule
def weigh(bench, number, outlooks, conducts, department, mechanisms, settings):
    """Leave in ``bench.upto`` sums of the weights of conducts, each with those before it.

    Logit (McFadden 1974): the chance of a conduct is its own weight over the sum of all. Reads only
    last month's norms and examples, so that the order of officers never matters. One conduct after
    another, each by name, for all ``number`` who sit together.
    """
    department = held(department)
    mechanisms = held(mechanisms)
    settings = held(settings)
    rows = all_rows(number)
    value(bench, rows, FAITHFUL, outlooks, conducts, department, mechanisms, settings)
    value(bench, rows, LITERAL, outlooks, conducts, department, mechanisms, settings)
    value(bench, rows, SELECTIVE, outlooks, conducts, department, mechanisms, settings)
    value(bench, rows, SYMBOLIC, outlooks, conducts, department, mechanisms, settings)
    value(bench, rows, IDLE, outlooks, conducts, department, mechanisms, settings)
    add_weight(bench, rows, FAITHFUL, conducts, settings)
    add_weight(bench, rows, LITERAL, conducts, settings)
    add_weight(bench, rows, SELECTIVE, conducts, settings)
    add_weight(bench, rows, SYMBOLIC, conducts, settings)
    add_weight(bench, rows, IDLE, conducts, settings)


@rule
def choose(bench, number):
    """Let each who sits here take a conduct, weighed before, by the first of four draws."""
    for j in range(all_rows(number)):
        mark = bench.luck[0, j] * bench.total[j]
        chosen = 1 if bench.upto[FAITHFUL, j] < mark else 0
        chosen += 1 if bench.upto[LITERAL, j] < mark else 0
        chosen += 1 if bench.upto[SELECTIVE, j] < mark else 0
        chosen += 1 if bench.upto[SYMBOLIC, j] < mark else 0
        bench.chosen[j] = chosen
