"""A package of reforms: a scenario with levers applied, and a name."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sim.errors import BadInput
from sim.measures import MEASURES
from sim.study.carry_out import Work
from sim.study.files import safe_name
from sim.study.model import ScenarioModel
from sim.study.points import Point
from sim.study.provenance import code, digest
from sim.study.store import Store
from sim.world.posterior import Posterior
from sim.world.scenario import ALL_LEVERS, STATUS_QUO, Scenario

__all__ = [
    "ALL_LEVERS",
    "STATUS_QUO",
    "Package",
    "identity",
    "lever_packages",
    "store_of",
    "work_of",
]


@dataclass(frozen=True)
class Package:
    """One of the scenarios that are compared."""

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


def identity(packages: list[Package], seed: int) -> dict[str, Any]:
    """All that determines results, apart from the code: settings and seed."""
    return {
        "seed": seed,
        "packages": {package.name: package.scenario.identity() for package in packages},
    }


def work_of(
    packages: list[Package],
    seed: int,
    columns: tuple[str, ...],
    posterior: Posterior | None = None,
) -> Work:
    """The runs of the packages: one model and one point for each."""
    models = tuple(
        ScenarioModel(package.scenario, tuple(MEASURES), columns, posterior) for package in packages
    )
    points = [Point(base=number) for number in range(len(packages))]
    return Work(models, points, seed)


def store_of(packages: list[Package], work: Work, out: Path, kind: str, replicates: int) -> Store:
    """The store of these runs: a folder below ``out`` that depends on settings and code.

    Raises BadInput if it cannot be used, or if ``replicates`` is below 1.
    """
    if replicates < 1:
        raise BadInput(f"replicates: expected at least 1, got {replicates}")
    model = work.models[0]
    about = {"kind": kind, **identity(packages, work.seed), "series": list(model.columns)}
    if isinstance(model, ScenarioModel) and model.posterior is not None:
        about["posterior"] = model.posterior.identity
    name = safe_name(packages[0].scenario.name)
    return Store(
        out / f"{kind}-{name}-{digest({**code(), **about})[:10]}",
        about,
        work.order(replicates),
        work.points,
        model.measures,
        model.columns,
        model.months,
        {
            "packages": {package.name: package.title for package in packages},
            "scenario": packages[0].scenario.told(),
        },
    )
