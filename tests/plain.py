"""Scenarios without the mechanisms that can be left out, for tests of one rule by itself."""

from sim.world.scenario import Scenario


def off_values(section=Scenario, prefix=""):
    """Values at which every mechanism that can be left out leaves no trace, by setting."""
    found = {}
    for name, field in section.model_fields.items():
        kind = field.annotation
        if hasattr(kind, "model_fields"):
            found |= off_values(kind, f"{prefix}{name}.")
        elif prefix and not field.is_required() and field.default is not None:
            found[prefix + name] = field.default
    return found


OFF = off_values()
# Ways by which citizens' trust reaches officers: help with a task, respect, petitions and
# enforcement, and applicants whom a trusted service attracts. Complaints are a way of their own.
NO_FEEDBACK = {
    "behaviour.cooperation": 0.0,
    "behaviour.respect": 0.0,
    "behaviour.petition_time": 0.0,
    "behaviour.enforcement_time": 0.0,
    "behaviour.applicants": 0.0,
}


def plain(name="district"):
    """A shipped scenario with all these mechanisms left out."""
    return Scenario.load(name).replace(OFF)
