"""Back-tracing: an incident is traced, layer by layer, to those who answer for it (责任倒查)."""

from sim import draws
from sim.compiled import rule
from sim.rules.sanctions import publish, sanction, sanction_unjustly, shielded


@rule
def incident_happens(officer, conduct, department, settings):
    """Whether something goes wrong this month; only at the front line.

    The more is left undone the likelier, in proportion to harm; acting itself may err, and the
    likelier the less at ease the officer is. Without that second part nobody would have reason to
    fear acting (blame avoidance, Weaver 1986).
    """
    if officer.subordinates > 0:
        return False
    failure = 1.0 - officer.substance + conduct.error * (settings.error_base - officer.ease)
    return officer.luck_incident < settings.incident * department.harm * failure


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
        above = person
    else:
        above = officers[person].superior
        if above < 0:
            return person
    below = min(int(blurred * officers[above].subordinates), officers[above].subordinates - 1)
    return officers[above].first_subordinate + below


@rule
def judge(
    officer, conduct, department, mechanisms, settings, tally, u_culpable, u_spared, u_appeal
):
    """Sanction the culpable in proportion to harm; spare, clear or wrong the others.

    Returns whether a sanction stands. Tolerance forgives honest failure (容错); hearing and review
    reverse a part of what was unjust (听证, 复议).
    """
    gravity = mechanisms.severity * department.harm
    if u_culpable < conduct.misconduct:
        sanction(officer, department, settings, gravity)
        tally.sanctions += 1.0
        return True
    if u_spared < mechanisms.tolerance:
        return False
    if u_appeal < mechanisms.appeal:
        tally.reversed_sanctions += 1.0
        return False
    sanction_unjustly(officer, department, settings, gravity)
    tally.sanctions += 1.0
    tally.unjust_sanctions += 1.0
    return True


@rule
def trace(world, origin, department, mechanisms, settings, tally, month):
    """Trace an incident from the front-line post ``origin`` up its chain of command."""
    officers = world.officers
    front = officers[origin]
    person = origin
    layer = 0
    while person >= 0:
        inquiry = draws.uniforms(
            world.seed,
            world.replicate,
            draws.INQUIRY + draws.LAYER * layer,
            month,
            front.department,
            front.number_in_department,
        )
        course = draws.uniforms(
            world.seed,
            world.replicate,
            draws.CLIMB + draws.LAYER * layer,
            month,
            front.department,
            front.number_in_department,
        )
        if layer == 0 and course[0] >= mechanisms.trace:
            return
        target = blamed(officers, person, department.clarity, inquiry[0])
        officer = officers[target]
        if not shielded(officer, settings, course[3]):
            stands = judge(
                officer,
                world.conducts[officer.conduct],
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
        layer += 1
