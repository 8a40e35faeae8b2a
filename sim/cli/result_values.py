"""What ``levers``, ``run`` and ``compare`` found, as plain values for JSON."""

from collections.abc import Mapping
from typing import Any

from sim.study.compare import Comparison
from sim.study.doubt import COST, Doubted, for_officer_month
from sim.study.estimate import Estimate
from sim.study.triggered import fired
from sim.world.doses import doses
from sim.world.scenario import Scenario


def numbers(found: Estimate, value: str) -> dict[str, float]:
    """An estimate and the ends of its interval; ``value`` is the key of the estimate."""
    return {value: found.value, "low": found.low, "high": found.high}


def levels(comparison: Comparison, package: str) -> dict[str, Any]:
    """The mean of each measure in a package, with its interval."""
    return {name: numbers(found, "mean") for name, found in comparison.level(package).items()}


def effects_on(comparison: Comparison, package: str) -> dict[str, Any]:
    """What a package changes in each measure, and in how many replicates the sign is the same."""
    return {
        name: {**numbers(found, "effect"), "agreement": found.agreement}
        for name, found in comparison.effect(package).items()
    }


def triggers(comparison: Comparison) -> dict[str, Any]:
    """When reforms with a trigger were in force, by package; nothing where there are none."""
    found = {one.name: fired(comparison, one.name) for one in comparison.packages}
    told = {name: [one.as_plain() for one in each] for name, each in found.items() if each}
    return {"triggers": told} if told else {}


def doubt_results(found: Doubted) -> dict[str, Any]:
    """Effects, burden and what an officer-month brings, for each package under each doubt."""
    whole = found.whole
    return {
        name: {
            doubt: {
                "effects": effects_on(comparison, name),
                "officer_months": numbers(comparison.effect(name)[COST], "effect"),
                "for_officer_month": _for_officer_month(comparison, name),
            }
            for doubt, comparison in found.comparisons.items()
        }
        for name in (package.name for package in whole.packages[1:])
    }


def _for_officer_month(comparison: Comparison, package: str) -> dict[str, float] | None:
    found = for_officer_month(comparison, package)
    return None if found is None else numbers(found, "effect")


def dose_results(scenario: Scenario, pulled: Mapping[str, float], chinese: bool) -> dict[str, Any]:
    """What levers of a scenario change, by lever, in natural units."""
    return {
        name: [
            {
                "setting": one.key,
                "from": one.start,
                "to": one.full,
                "unit": one.unit,
                "text": one.text(chinese),
            }
            for one in doses(scenario, name, intensity)
        ]
        for name, intensity in pulled.items()
    }
