"""What single mechanisms add to the time of a month of the district."""

import statistics
import time

from benchmarks import measure
from benchmarks.measure import NANO
from sim import Scenario
from sim.world.plan import Plan

SCENARIO = "district"
# Rounds, in each of which every way to run is timed on the same seed.
ROUNDS = 41
# Settings that turn off what may take time, together.
OFF: dict[str, dict[str, object]] = {
    "several directives, soft ones among them": {
        "directives.at_once": 1,
        "directives.hard": 1.0,
    },
    "blame expected by the rules of oversight": {"structure.omission": "neglected"},
    "blame that makes officers pass tasks on": {"behaviour.buck_passing": 0.0},
    "ties to patrons": {"behaviour.ties": 0.0},
    "targets that grow": {"behaviour.inflation": 0.0},
    "the tournament": {"behaviour.tournament": 0.0},
    "reports acted on": {"structure.reports": "ignored"},
    "effort within a conduct": {"behaviour.margin": 0.0},
    "tastes": {"behaviour.taste": 0.0},
}
_AS_SHIPPED = "nothing"


def by_mechanism() -> str:
    """A table of the time of the district as shipped, and with one mechanism off.

    Times are processor times of runs one after another on the same seeds.
    """
    scenario = Scenario.load(SCENARIO)
    together = {name: value for one in OFF.values() for name, value in one.items()}
    ways = {_AS_SHIPPED: {}, **OFF, "all of these": together}
    plans = {name: Plan(scenario.replace(settings)).whole() for name, settings in ways.items()}
    took: dict[str, list[float]] = {name: [] for name in plans}
    # The first round is not counted, because it compiles.
    for seed in range(ROUNDS + 1):
        for name, plan in plans.items():
            world = plan.begin(seed)
            began = time.process_time()
            plan.loop.run_months(world, 0, scenario.clock.months)
            if seed > 0:
                took[name].append(time.process_time() - began)
    work = scenario.total_posts * scenario.clock.months
    rows = []
    for name, seconds in took.items():
        ratio = statistics.median(
            one / shipped for one, shipped in zip(seconds, took[_AS_SHIPPED], strict=True)
        )
        rows.append([name, f"{NANO * statistics.median(seconds) / work:.1f}", f"{ratio:.2f}"])
    header = ["turned off", "ns an officer-month", "time over that of the district as shipped"]
    return measure.table(header, rows)
