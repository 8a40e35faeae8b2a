"""Time the compiled loop and the Mesa loop on the same scenario: ``make bench``.

Prints officer-months per second of each, their ratio, and what starting a run costs. Medians; the
ratio of one session is what may be quoted.
"""

import argparse
import platform
import statistics
import time
from collections.abc import Callable

from sim import Government, Scenario
from sim.engine import run_months
from sim.world import Plan


def _seconds(action: Callable[[], object], repeats: int) -> float:
    """Median wall time of ``action``."""
    took = []
    for _ in range(repeats):
        began = time.perf_counter()
        action()
        took.append(time.perf_counter() - began)
    return statistics.median(took)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("scenario", nargs="?", default="district")
    parser.add_argument("--repeats", type=int, default=15)
    parser.add_argument("--mesa-months", type=int, default=12, help="0 leaves the Mesa loop out")
    given = parser.parse_args()
    scenario = Scenario.load(given.scenario)
    months = scenario.clock.months
    plan = Plan(scenario)
    run_months(plan.begin(0), 0, months)

    worlds = [plan.begin(replicate) for replicate in range(given.repeats)]
    officers = worlds[0].officers.size
    begin = _seconds(lambda: plan.begin(1), given.repeats)
    run = _seconds(lambda: run_months(worlds.pop(), 0, months), given.repeats)
    fast = officers * months / run
    print(f"{given.scenario}: {officers:,} officers, {months} months; {platform.machine()}")
    print(f"compiled loop, one core   {fast / 1e6:8.2f} million officer-months a second")
    print(f"one run                   {1e3 * run:8.2f} ms")
    print(f"starting it               {1e3 * begin:8.2f} ms, {begin / run:.1%} of the run")
    if given.mesa_months:
        Government(scenario, seed=0).run_for(1)
        government = Government(scenario, seed=0)
        slow_run = _seconds(lambda: government.run_for(given.mesa_months), 1)
        slow = officers * given.mesa_months / slow_run
        print(f"Mesa loop                 {slow / 1e6:8.4f} million officer-months a second")
        print(f"compiled over Mesa        {fast / slow:8.0f} times")


if __name__ == "__main__":
    main()
