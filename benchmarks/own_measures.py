"""What measures of one's own add to a run of the bureau, each alone and three together."""

import statistics
import time
from collections.abc import Mapping
from typing import Any

from benchmarks import measure
from sim import Scenario
from sim.world.plan import Plan

SCENARIO = "bureau"
# One measure of each way to sum up: over officers, between departments, over citizens.
MEASURES: Mapping[str, Mapping[str, Any]] = {
    "idle_over_50": {"where": "age > 50", "what": "conduct == idle"},
    "execution_gini": {
        "where": "front",
        "what": "delivered",
        "between": "departments",
        "how": "gini",
    },
    "sceptics": {"of": "citizens", "what": "trust < 0.5 and department.credibility < 0.6"},
    "gini_of_work": {"what": "substance", "how": "gini"},
}
# Those of docs/your_measures.md.
TOGETHER = ("idle_over_50", "execution_gini", "sceptics")
# Runs of each way in a turn, and turns; a run is too short to be measured alone.
_RUNS, _TURNS = 400, 41


def _turn(plan: Plan) -> float:
    """Processor time of some runs whose states are ready, in seconds."""
    worlds = [plan.begin(seed) for seed in range(_RUNS)]
    months, run = plan.scenario.clock.months, plan.loop.run_months
    began = time.process_time()
    for world in worlds:
        run(world, 0, months)
    return time.process_time() - began


def own_measures() -> str:
    """A table of the time of runs with measures over that of runs without, in turn."""
    bare = Scenario.load(SCENARIO)
    asked = {f"`{name}`": (name,) for name in MEASURES} | {"the first three": TOGETHER}
    plans = {"none": Plan(bare).whole()}
    for title, names in asked.items():
        own = {name: dict(MEASURES[name]) for name in names}
        plans[title] = Plan(bare.replace({"measure": own})).whole()
    took: dict[str, list[float]] = {title: [] for title in plans}
    for turn in range(-1, _TURNS):
        found = {title: _turn(plan) for title, plan in plans.items()}
        # The first turn compiles.
        if turn >= 0:
            for title, seconds in found.items():
                took[title].append(seconds / found["none"])
    rows = [
        [title, f"{statistics.median(ratios):.3f}"]
        for title, ratios in took.items()
        if title != "none"
    ]
    return measure.table(["measures", "time of a run over that of one without"], rows)


if __name__ == "__main__":
    print(own_measures())
