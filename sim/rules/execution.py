"""Execution: how demanding a task is, how easy for this officer, and what a conduct delivers."""

from sim.arithmetic import exp, within
from sim.compiled import leaf


@leaf
def demand(department, mechanisms, settings):
    """Difficulty of the directive, and more where citizens do not cooperate (source B2).

    Leaders who have planned how to execute take part of the difficulty away (source C8).
    """
    planned = 1.0 - settings.plan_relief * mechanisms.planning
    return department.difficulty * planned + settings.cooperation * (1.0 - department.willing)


@leaf
def ease(officer, department, mechanisms, settings):
    """How much of a perfect month this officer could deliver, in [0, 1].

    Logistic in capability less demand; less the time that burden takes and what missing authority
    forbids (source C2: authority matched to responsibility).
    """
    free_time = 1.0 - department.burden
    authority = 1.0 - settings.authority_need * (1.0 - mechanisms.authority)
    margin = settings.slope * (officer.capability - department.demand)
    return free_time * authority / (1.0 + exp(-margin))


@leaf
def substance_per_ease(conduct, department, mechanisms):
    """Substance of a conduct for an officer with perfect ease, in [0, 1].

    The letter loses what the directive left to local adaptation; autonomy saves part of it for the
    faithful (source B4, B7; Rasul & Rogger 2018). Interest raises or lowers selective execution.
    """
    base = conduct.substance + conduct.substance_interest * department.interest
    lost = conduct.local_loss * (1.0 - conduct.local_autonomy * mechanisms.autonomy)
    return within(base, 0.0, 1.0) * (1.0 - lost * department.specificity)


@leaf
def passes(conduct, department):
    """Share of the content that arrives which this conduct hands down (Downs 1967).

    What does not suit is left out or misread on purpose (避而不提，蓄意误读, source B3).
    """
    misread = conduct.passes_adverse * max(0.0, -department.interest)
    return max(0.0, conduct.passes - conduct.passes_local * department.specificity - misread)


@leaf
def excess(conduct, department):
    """Work beyond what was asked, where it pays: more fees, fines, approvals (source B3)."""
    return conduct.excess * max(0.0, department.interest)


@leaf
def chance_unowned(department, mechanisms):
    """Chance that a task falls between posts (管理真空, source C2), unless handovers are closed."""
    return mechanisms.vacuum * (1.0 - department.clarity) * (1.0 - mechanisms.chain)


@leaf
def carry_out(officer, arrived, outlook, mechanisms, settings):
    """Turn what arrives into substance, show and content for those below.

    ``arrived`` is the superior's content, ``outlook`` the row of the officer's conduct. Where
    nobody owns the task, nothing real is done. Orders of several heads cross each other (source
    C2).
    Content through n layers is a product: Pressman & Wildavsky (1973), Williamson (1967).
    """
    arrived *= 1.0 - settings.crossed_orders * mechanisms.heads
    officer.substance = officer.ease * outlook.substance if officer.owned else 0.0
    officer.show = outlook.show
    officer.content = arrived * outlook.passes
    officer.delivered = arrived * officer.substance if officer.front else 0.0
    officer.work += officer.substance
    officer.displayed += officer.show
