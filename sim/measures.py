"""All measures: what each mechanism declares, in the order of tables."""

from sim import mechanisms
from sim.kinds import CONDUCTS, GRADES, PROFILES
from sim.mechanisms.measuring import REFORMS, TREATED, UNTREATED, Measure

# The order of tables: what is delivered, trust, cost, conduct, cases, work, people, events. A
# measure that is not named here stands at the end.
_ORDER = (
    *("execution_rate", "reported_rate", "inflation", "over_execution", "hidden_shortfall"),
    *("credibility", "trust_in_centre", "rupture_share", "follow_through", "burden", "cost"),
    *CONDUCTS,
    *("non_compliance", "sanctions", "unjust_sanctions", "inaction_cases"),
    *("complaints", "upheld_complaints", "incidents", "substance", "show", "appraised_work"),
    *PROFILES,
    *("capability", "responsibility", "inertia", "connection", "merit_belief", "perceived_risk"),
    *("norm", "validity"),
    *(f"graded_{name}" for name in GRADES),
    *("rupture_month", "bottleneck_layer", "bottleneck_loss", "blame_below"),
    *(
        f"{name}_{among}"
        for name in ("execution_rate", "credibility", "faithful")
        for among in (TREATED, UNTREATED)
    ),
    *("promotions", "demotions", "dismissals", "retirements", "resignations", "transfers"),
    *("arrivals", "moved", "retrained", "recruits", "reversed_sanctions", "unheard"),
)


# Measures of one's own that scenarios of this process declare, by name; the last of a name counts.
# Only titles and units of a measure are looked up here: runs sum up what their own scenario
# declares.
declared: dict[str, Measure] = {}


class Measures(dict[str, Measure]):
    """The measures that ship, in order; one of one's own can be looked up too, by its name."""

    def __missing__(self, name: str) -> Measure:
        """A measure of one's own. Raises KeyError if none of this name is declared."""
        return declared[name]


def _collected() -> dict[str, Measure]:
    found: dict[str, Measure] = {}
    for module in mechanisms.modules():
        for measure in getattr(module, "MEASURES", ()):
            if measure.name in found:
                raise TypeError(f"measure {measure.name} is declared twice")
            found[measure.name] = measure
    return {name: found[name] for name in dict.fromkeys([*_ORDER, *found])}


MEASURES = Measures(_collected())
# Groups of measures, which an experiment may name by the name of the group.
GROUPS: dict[str, tuple[str, ...]] = {"conducts": CONDUCTS, "profiles": PROFILES}
# What stands between the name of a measure and the number of its part, as in ``inflation@3``.
AT = "@"
# Measures of the months in which reforms are in force; with ``@`` and a number, of one reform.
OF_REFORMS = tuple(name for name, measure in MEASURES.items() if measure.reads == REFORMS)
SERIES = tuple(name for name, measure in MEASURES.items() if measure.monthly)


def whole_of(name: str) -> str:
    """The name of a measure without its part: ``inflation`` for ``inflation@3``."""
    return name.partition(AT)[0]
