"""What a sanction does to the one it falls on, deserved or not."""

from sim.compiled import leaf, rule


@leaf
def shielded(officer, settings, u):
    """Whether connections keep a sanction away (source B8: trusts hidden rules)."""
    return u < settings.shield * officer.connection


@leaf
def proportionate(harm, mechanisms, settings):
    """Gravity of a sanction for ``harm``: light for light, heavy for heavy, or all alike.

    Arbitration evens out what was out of proportion (source C5, 仲裁).
    """
    proportion = mechanisms.proportion + mechanisms.arbitration * (1.0 - mechanisms.proportion)
    uneven = proportion * (harm - settings.even_gravity)
    return mechanisms.severity * (settings.even_gravity + uneven)


@leaf
def sanction(officer, department, settings, gravity):
    """Record a sanction: the officer now knows that the risk is real (Anwar & Loughran 2011)."""
    officer.sanctions += 1
    officer.sanctioned += 1
    officer.gravity += gravity
    officer.perceived_risk += settings.own * (1.0 - officer.perceived_risk)
    department.sanctions += 1


@rule
def sanction_unjustly(officer, department, settings, gravity):
    """Sanction one who was not culpable: it also costs responsibility."""
    sanction(officer, department, settings, gravity)
    officer.wronged += 1
    officer.responsibility *= 1.0 - settings.injustice


@leaf
def publish(department, sanctioned):
    """Make a case public; citizens hear of it next month."""
    department.published += 1
    if sanctioned:
        department.published_sanctions += 1
