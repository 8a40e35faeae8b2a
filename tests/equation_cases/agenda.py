"""Cases for the agenda: several directives at once, and the work on them."""

from sim.mechanisms import (
    agenda,
    conduct,
    execution,
    multitasking,
    tournament,
)
from sim.mechanisms.directives import AT_ONCE
from sim.world import state
from tests.equation_cases.rows import directives_of, of, plain


def level(weights, available):
    """The level at which directives have as much time as there is, by bisection."""
    low, high = 0.0, 1.0 / min(weights) + 1.0
    for _ in range(200):
        middle = (low + high) / 2
        spent = sum(min(1.0, middle * weight) for weight in weights)
        low, high = (middle, high) if spent < available else (low, middle)
    return high


@of("7.31")
def _(case):
    department = case.row(state.DEPARTMENT, agenda_hard=case.rng.integers(2, size=AT_ONCE))
    agenda.share_attention(department, case.mechanisms, case.fixed)
    one, j = directives_of(department, case.fixed), int(case.rng.integers(case.fixed.at_once))
    counts = tournament.counts(one[j].agenda_hard, case.mechanisms, case.fixed)
    newest = j == agenda.newest(department, case.fixed)
    case.names |= {"directive": one[j], "counts": counts, "newest": newest}
    case.expected["directive.agenda_emphasis"] = one[j].agenda_emphasis


@of("7.31", 2)
def _(case):
    department = case.row(state.DEPARTMENT, agenda_hard=case.rng.integers(2, size=AT_ONCE))
    case.fixed.switching = case.rng.uniform(0.0, 0.3)
    agenda.share_attention(department, case.mechanisms, case.fixed)
    one, j = directives_of(department, case.fixed), int(case.rng.integers(case.fixed.at_once))
    available = agenda.time_left(case.fixed) / case.fixed.workload
    stressed = [each.agenda_emphasis for each in one]
    case.names |= {"directive": one[j], "level": level(stressed, available)}
    case.expected |= {"available": available, "directive.agenda_reach": one[j].agenda_reach}


@of("7.31", 3)
def _(case):
    department = case.row(state.DEPARTMENT, agenda_hard=case.rng.integers(2, size=AT_ONCE))
    agenda.share_attention(department, case.mechanisms, case.fixed)
    case.names["over directives"] = [
        {
            "directive": one,
            "counts": tournament.counts(one.agenda_hard, case.mechanisms, case.fixed),
        }
        for one in directives_of(department, case.fixed)
    ]
    for name in ("attention", "difficulty", "specificity", "interest", "harm"):
        case.expected[f"department.{name}"] = department[name]


@of("7.34")
def _(case):
    department = case.row(state.DEPARTMENT, agenda_hard=case.rng.integers(2, size=AT_ONCE))
    done = case.row(state.CONDUCT)
    outlook = case.row(state.OUTLOOK)
    about = (case.mechanisms, case.fixed)
    agenda.share_attention(department, *about)
    case.names["department"] = plain(department)
    case.names["over directives"] = scopes = []
    for one in directives_of(department, case.fixed):
        interest, specificity = one.agenda_interest, one.agenda_specificity
        kept = max(0.0, interest), max(0.0, -interest)
        validity = department.validity * (1.0 if one.agenda_hard else case.fixed.measurability)
        scopes.append(
            {
                "directive": one,
                "alone": execution.substance_per_ease(done, interest, specificity, case.mechanisms),
                "handed": execution.passes(done, interest, specificity),
                "extra": execution.excess(done, kept[0]),
                "yield_here": conduct.rent(done, *kept, *about),
                "seen_as_work": validity,
            }
        )
    all_of_them = multitasking.together(department, case.fixed)
    multitasking.bring_together(outlook, done, all_of_them, department, *about)
    brought = ("substance", "shift", "achieved", "achieved_shift", "passes", "excess", "rent")
    for name in (*brought, "seen_work", "seen_show"):
        case.expected[f"outlook.{name}"] = outlook[name]
