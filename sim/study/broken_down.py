"""Measures of each layer, or of each officer, instead of the whole government.

A measure of a part is named ``MEASURE@NUMBER``. Layers are numbered from the top, officers by post
in the order of the scenario's layout, with heads first; both from 1.
"""

from collections.abc import Sequence
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from sim import summaries
from sim.kinds import CONDUCTS, PROFILES
from sim.measures import AT, MEASURES
from sim.world.plan import Plan
from sim.world.scenario import Scenario

By = Literal["layer", "officer"]
LAYER, OFFICER = "layer", "officer"
# Part of a measure of reforms, whatever a study is broken down by.
REFORM = "reform"
# Measures that exist for a part.
KNOWN: dict[str, tuple[str, ...]] = {
    LAYER: ("inflation", "sanctions", "unjust_sanctions", *CONDUCTS, *PROFILES),
    OFFICER: (*CONDUCTS, *PROFILES),
}


def parts(scenario: Scenario, by: str) -> int:
    """Number of layers that have posts, or number of posts, of a scenario."""
    layout = scenario.layout
    if by == OFFICER:
        return int(layout.post_rank.size)
    tier = layout.tier[layout.post_department]
    return len(np.unique(tier * layout.ranks + layout.post_rank))


def names(scenario: Scenario, measures: Sequence[str], by: str) -> tuple[str, ...]:
    """Names of the measures of every part, grouped by measure."""
    numbers = range(1, parts(scenario, by) + 1)
    return tuple(f"{one}{AT}{number}" for one in measures for number in numbers)


def called(name: str, by: str | None) -> str:
    """Title of a measure, with its layer or officer, or with its reform."""
    whole, _, number = name.partition(AT)
    title = MEASURES[whole].title
    return f"{title}, {by or REFORM} {number}" if number else title


class Parts:
    """Computes ``measures`` by part: for layers over the observed months, for officers at the end.

    ``by`` is “layer” or “officer”.
    """

    def __init__(self, measures: Sequence[str], by: str, plan: Plan) -> None:
        self._wanted = [name.partition(AT) for name in measures]
        self._by = by
        self._tiers = plan.scenario.layout.tier_names
        self._observed = plan.scenario.clock.observed
        self._rows: list[list[float]] = []

    def add(self, world: Any) -> None:
        """Add the measures of a finished run."""
        found = self._layers(world) if self._by == LAYER else self._officers(world)
        self._rows.append([found[name][int(number) - 1] for name, _, number in self._wanted])

    def _layers(self, world: Any) -> dict[str, Any]:
        table = summaries.by_layer(world.layers, self._tiers, self._observed)
        return {name: table[name].to_numpy() for name in KNOWN[LAYER]}

    def _officers(self, world: Any) -> dict[str, Any]:
        officers = world.officers
        conducts = {name: officers["conduct"] == k for k, name in enumerate(CONDUCTS)}
        return conducts | {name: officers["profile"] == k for k, name in enumerate(PROFILES)}

    def table(self) -> NDArray[np.float64]:
        """Measures of the runs added so far, shape (runs, measures)."""
        return np.array(self._rows, float).reshape(len(self._rows), len(self._wanted))
