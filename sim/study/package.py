"""A package of reforms: a scenario with levers pulled, under a name."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sim.compiled import sources_digest
from sim.scenario import ALL_LEVERS, STATUS_QUO, Scenario
from sim.version import __version__

__all__ = [
    "ALL_LEVERS",
    "STATUS_QUO",
    "Package",
    "digest",
    "identity",
    "lever_packages",
]


@dataclass(frozen=True)
class Package:
    """One world among those compared."""

    name: str
    title: str
    scenario: Scenario


def lever_packages(scenario: Scenario) -> list[Package]:
    """The status quo, each lever alone at full strength, and all levers together.

    The scenario's own reforms, if it has any, stay in every package.
    """
    packages = [Package(STATUS_QUO, "Status quo", scenario)]
    for name, lever in scenario.levers.items():
        packages.append(Package(name, lever.title, scenario.replace(levers={name: 1.0})))
    together = scenario.replace(levers=dict.fromkeys(scenario.levers, 1.0))
    packages.append(Package(ALL_LEVERS, "All together", together))
    return packages


def digest(content: Mapping[str, Any]) -> str:
    """SHA-256 of nested plain values, whatever the order of their keys."""
    text = json.dumps(content, sort_keys=True, ensure_ascii=False, allow_nan=False)
    return hashlib.sha256(text.encode()).hexdigest()


def identity(packages: list[Package], seed: int) -> dict[str, Any]:
    """All that fixes the result of every run: code, settings, seed."""
    return {
        "version": __version__,
        "sources": sources_digest(),
        "seed": seed,
        "packages": {package.name: package.scenario.tree() for package in packages},
    }
