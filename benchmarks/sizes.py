"""Time and memory by size, from a thousand officers to seven million, and by threads."""

import argparse
import statistics
import time

from benchmarks import measure
from benchmarks.measure import MEGA, NANO, REPEATS
from sim import Scenario
from sim.calendar import MONTHS_A_YEAR
from sim.machine.loop import Crew, processors, run_with
from sim.world.plan import Plan

# Units of the district, 396 officers each.
UNITS = (3, 25, 253, 2525, 18_100)
# Measured are whole years, with at least so many officer-months.
_YEAR = MONTHS_A_YEAR
_LEAST = 20_000_000
# Number of repeats for the largest size, which takes long.
_FEW = 3


def timed(scenario: str, units: int, threads: int) -> tuple[float, float, float, float]:
    """Officers, ns per officer-month, seconds of initialisation, peak MB; in this process."""
    world = Scenario.load(scenario)
    posts = world.total_posts
    if units:
        posts *= units
        years = max(1, -(-_LEAST // (posts * _YEAR)))
        # Several runs, because a run has a largest length.
        runs, years = -(-years // 10), min(years, 10)
        world = world.replace({"organisation.units": units, "clock.months": years * _YEAR})
    else:
        runs = 1
    months = world.clock.months
    # The first run also loads compiled code, and is not measured.
    small = Plan(Scenario.load(SCENARIO))
    run_with(Crew(threads), small.begin(0, 0, threads), 1)
    began = time.perf_counter()
    plan = Plan(world).whole()
    first = plan.begin(1, 0, threads)
    set_up = time.perf_counter() - began
    crew = Crew(threads)
    run_with(crew, first, 1)
    del first
    took = []
    for repeat in range(REPEATS if posts < MEGA else _FEW if units else 1):
        spent = 0.0
        for run in range(runs):
            world_ = plan.begin(repeat, run, threads)
            began = time.perf_counter()
            run_with(crew, world_, months)
            spent += time.perf_counter() - began
            del world_
        took.append(spent * NANO / posts / months / runs)
    return float(posts), statistics.median(took), set_up, measure.held_at_most()


def by_size() -> str:
    """A table of districts by size, each in a new process, on one thread and on all."""
    threads = processors()
    rows, flat = [], []
    for units in UNITS:
        one = measure.in_a_process("benchmarks.sizes", SCENARIO, str(units), "1")
        many = measure.in_a_process("benchmarks.sizes", SCENARIO, str(units), str(threads))
        flat.append(one[1])
        rows.append(
            [
                f"{one[0]:,.0f}",
                f"{one[1]:.0f}",
                f"{many[1]:.0f}",
                f"{one[1] / many[1]:.2f}",
                f"{1e3 * min(one[2], many[2]):,.1f} ms",
                f"{one[3]:,.0f} MB",
            ]
        )
    header = [
        "officers",
        "ns an officer-month, one thread",
        f"on {threads} threads",
        "faster",
        "set up",
        "peak memory",
    ]
    spread = max(flat) / min(flat)
    return measure.table(header, rows) + f"\n\nDearest over cheapest, one thread: {spread:.2f}."


def state() -> str:
    """The time of the scenario “state” at its real size, on all processors."""
    threads = processors()
    officers, each, set_up, memory = measure.in_a_process(
        "benchmarks.sizes", "state", "0", str(threads)
    )
    months = Scenario.load("state").clock.months
    return (
        f"The state: {officers:,.0f} officers, {months} months on {threads} threads: "
        f"{each * officers * months / NANO:.0f} s and {set_up:.1f} s to set up; "
        f"{NANO / each / MEGA:.1f} million officer-months a second; {memory:,.0f} MB at most."
    )


SCENARIO = "district"

if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--child", nargs=3, help=argparse.SUPPRESS)
    child = parser.parse_args().child
    if child:
        print(*timed(child[0], int(child[1]), int(child[2])))
    else:
        print(by_size(), state(), sep="\n\n")
