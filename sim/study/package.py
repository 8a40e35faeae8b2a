"""A package of reforms: a scenario with levers applied, and a name."""

from dataclasses import dataclass

from sim.measures import MEASURES
from sim.study.carry_out import Work
from sim.study.experiment import ListedPoint
from sim.study.model import ScenarioModel
from sim.study.points import Point
from sim.world.own_measures import common
from sim.world.posterior import Posterior
from sim.world.scenario import ALL_LEVERS, STATUS_QUO, Scenario

__all__ = [
    "ALL_LEVERS",
    "STATUS_QUO",
    "Package",
    "lever_packages",
    "lever_points",
    "work_of",
]


@dataclass(frozen=True)
class Package:
    """One of the scenarios that are compared."""

    name: str
    title: str
    scenario: Scenario


def lever_points(scenario: Scenario) -> list[ListedPoint]:
    """The status quo, each lever alone at full strength, and all levers together.

    The scenario's own reforms, if it has any, stay in every point.
    """
    alone = [
        ListedPoint(name=name, title=lever.title, levers={name: 1.0})
        for name, lever in scenario.levers.items()
    ]
    together = dict.fromkeys(scenario.levers, 1.0)
    return [
        ListedPoint(name=STATUS_QUO, title="Status quo"),
        *alone,
        ListedPoint(name=ALL_LEVERS, title="All together", levers=together),
    ]


def lever_packages(scenario: Scenario) -> list[Package]:
    """The packages of ``lever_points``."""
    return [
        Package(
            point.name,
            point.title or point.name,
            scenario.replace(levers=point.levers) if point.levers else scenario,
        )
        for point in lever_points(scenario)
    ]


def work_of(
    packages: list[Package],
    seed: int,
    columns: tuple[str, ...],
    posterior: Posterior | None = None,
) -> Work:
    """The runs of the packages: one model and one point for each."""
    own = common(package.scenario.measure for package in packages)
    measures = (*MEASURES, *own)
    models = tuple(
        ScenarioModel(package.scenario, measures, columns, posterior) for package in packages
    )
    points = [Point(base=number) for number in range(len(packages))]
    return Work(models, points, seed)
