"""Scenarios without the mechanisms that can be left out, for tests of one rule by itself."""

from operator import attrgetter

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


# Fitted settings at which tests of rules argue sizes. They stay when the district is fitted again:
# a rule does not change with a fit.
PINNED = {
    "directives.difficulty.mean": 0.12,
    "directives.specificity.mean": 0.32,
    "traits.responsibility.mean": 0.69,
    "behaviour.fade": 3.2,
    "behaviour.cooperation": 0.38,
    "behaviour.slope": 11.0,
    "behaviour.precision": 11.0,
    "behaviour.duty": 1.4,
    "behaviour.rent": 0.078,
    "behaviour.autonomy_rent": 1.0,
    "behaviour.habit": 0.22,
    "behaviour.deterrence": 2.2,
    "behaviour.peer": 0.23,
    "behaviour.alert": 0.47,
    "behaviour.forget": 0.19,
    "behaviour.own": 0.081,
    "behaviour.fear": 2.1,
    "behaviour.incident": 0.0058,
    "behaviour.career": 0.74,
    "behaviour.pay_pull": 0.31,
    "behaviour.respect": 0.24,
    "behaviour.conformity": 0.13,
    "behaviour.example": 0.78,
    "conducts.faithful.local_loss": 0.82,
    "conducts.literal.misconduct": 0.1,
    "conducts.symbolic.effort": 0.53,
    "appraisers.superior.show": 0.78,
    "grading.failing_below": 0.13,
    "reporting.gloss": 0.94,
    "public.expectation": 0.47,
    "public.loss": 0.065,
    "public.trust.mean": 0.63,
    "start.norm_at_start": 0.64,
    "mechanisms.posts.vacuum": 0.3,
}


def plain(name="district"):
    """A shipped scenario with all these mechanisms left out, and with fitted settings pinned.

    What a scenario has of its own, other than the district, stays.
    """
    scenario, district = Scenario.load(name), Scenario.load("district")
    common = {
        key: value
        for key, value in PINNED.items()
        if attrgetter(key)(scenario) == attrgetter(key)(district)
    }
    return scenario.replace(OFF | common)
