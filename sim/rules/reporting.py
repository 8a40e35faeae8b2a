"""Reporting: each layer makes what it hears look a little better (欺上瞒下, source B9)."""

from sim.compiled import leaf


@leaf
def embellished(report, officer, mechanisms, settings):
    """What an officer makes of the mean report from below, in [0, 1].

    Fills part of what is missing, the more the officer lives by show; audited records leave less
    room for it. Distortion in hierarchies: Tullock (1965), Downs (1967).
    """
    gloss = settings.gloss * officer.show * (1.0 - mechanisms.record_audit)
    return report + gloss * (1.0 - report)


@leaf
def report(officers, index, department, mechanisms, settings):
    """Let one officer report upwards; those below must have reported before.

    Above the tier that serves the public, staff compile last month's reports from below.
    """
    officer = officers[index]
    if officer.front:
        officer.report = officer.show
        return
    if officer.subordinates == 0:
        officer.report = embellished(department.reports_below, officer, mechanisms, settings)
        return
    heard = 0.0
    first = officer.first_subordinate
    for below in range(first, first + officer.subordinates):
        heard += officers[below].report
    officer.report = embellished(heard / float(officer.subordinates), officer, mechanisms, settings)
