"""Back-tracing: an incident is traced, layer by layer, to those who answer for it (责任倒查)."""

from sim import draws
from sim.compiled import leaf, rule
from sim.rules.conduct import redress
from sim.rules.sanctions import proportionate, publish, sanction, sanction_unjustly, shielded


@leaf
def chance_of_incident(officer, conduct, department, settings):
    """Chance that something goes wrong this month; only at the front line.

    The more is left undone the likelier, in proportion to harm; acting itself may err, and the
    likelier the less at ease the officer is. Without that second part nobody would have reason to
    fear acting (blame avoidance, Weaver 1986).
    """
    if officer.front == 0:
        return 0.0
    failure = 1.0 - officer.substance + conduct.error * (settings.error_base - officer.ease)
    return settings.incident * department.harm * failure


@leaf
def incident_happens(officer, conduct, department, settings):
    """Whether something goes wrong this month."""
    return officer.luck_incident < chance_of_incident(officer, conduct, department, settings)


@rule
def colleague(officers, person, u):
    """Index of another officer under the same superior; the officer's own where there is none."""
    above = officers[person].superior
    if above < 0 or officers[above].department != officers[person].department:
        return person
    others = officers[above].subordinates - 1
    if others == 0:
        return person
    other = officers[above].first_subordinate + min(int(u * others), others - 1)
    return other + 1 if other >= person else other


@rule
def blamed(officers, person, clarity, u):
    """Index of the officer on whom the finding lands.

    The person in charge where posts are clear; else somebody below, or at the front line a
    colleague under the same superior.
    """
    if u < clarity:
        return person
    blurred = (u - clarity) / (1.0 - clarity)
    if officers[person].subordinates > 0:
        number = officers[person].subordinates
        return officers[person].first_subordinate + min(int(blurred * number), number - 1)
    return colleague(officers, person, blurred)


@leaf
def chance_of_sanction(conduct, mechanisms):
    """Chance that a sanction stands against one who is found and has no connections."""
    innocent = (1.0 - conduct.misconduct) * (1.0 - mechanisms.tolerance)
    return conduct.misconduct + innocent * (1.0 - redress(mechanisms))


@rule
def judge(
    officer, conduct, harm, department, mechanisms, settings, tally, u_culpable, u_spared, u_redress
):
    """Sanction the culpable in proportion to harm; spare, clear or wrong the others.

    Returns whether a sanction stands. Tolerance forgives honest failure (容错); review and
    arbitration reverse a part of what was unjust (复议, 仲裁).
    """
    gravity = proportionate(harm, mechanisms, settings)
    if u_culpable < conduct.misconduct:
        sanction(officer, department, settings, gravity)
        tally.sanctions += 1.0
        return True
    if u_spared < mechanisms.tolerance:
        return False
    if u_redress < redress(mechanisms):
        tally.reversed_sanctions += 1.0
        return False
    sanction_unjustly(officer, department, settings, gravity)
    tally.sanctions += 1.0
    tally.unjust_sanctions += 1.0
    return True


@leaf
def finding(department, mechanisms):
    """Chance that an inquiry finds the right person: clear posts, and a hearing of those named."""
    return department.clarity + (1.0 - department.clarity) * mechanisms.hearing


@rule
def follow(world, person, case, harm, department, mechanisms, tally, month):
    """Follow a case up the chain from post ``person``; hand it to the tier above if it climbs on.

    ``case`` numbers its draws within the department. A case may become public whatever its end.
    """
    officers = world.officers
    settings = world.settings[0]
    seed = world.seed
    replicate = world.replicate
    d = officers[person].department
    layer = 0
    while True:
        deeper = draws.LAYER * layer
        inquiry = draws.uniforms(seed, replicate, draws.INQUIRY + deeper, month, d, case)
        course = draws.uniforms(seed, replicate, draws.CLIMB + deeper, month, d, case)
        officer = officers[blamed(officers, person, finding(department, mechanisms), inquiry[0])]
        if not shielded(officer, settings, course[3]):
            stands = judge(
                officer,
                world.conducts[officer.conduct],
                harm,
                department,
                mechanisms,
                settings,
                tally,
                inquiry[1],
                inquiry[2],
                inquiry[3],
            )
            if course[2] < mechanisms.publicity:
                publish(department, stands)
                tally.published += 1.0
        if course[1] >= mechanisms.climb:
            return
        person = officers[person].superior
        if person < 0:
            return
        if officers[person].department != d:
            department.referred += 1
            department.referred_harm += harm
            return
        layer += 1


@rule
def trace(world, origin, department, mechanisms, tally, month):
    """Trace an incident at the front-line post ``origin``, if it is traced at all.

    For a wrong decision the head answers first (source C5, 一把手负主责).
    """
    front = world.officers[origin]
    u = draws.uniforms(
        world.seed,
        world.replicate,
        draws.TRACED,
        month,
        front.department,
        front.number_in_department,
    )
    if u[0] >= mechanisms.tracing:
        return
    decided = u[1] < world.settings[0].decision_share * mechanisms.heads_first
    person = department.first_officer if decided else origin
    case = front.number_in_department
    follow(world, person, case, department.harm, department, mechanisms, tally, month)


@rule
def take_over(world, department, mechanisms, tally, month):
    """Follow the cases that climbed here from the tier below last month, from the head on."""
    for case in range(department.received):
        harm = department.received_harm / float(department.received)
        number = department.officers + case
        follow(world, department.first_officer, number, harm, department, mechanisms, tally, month)
