"""The compiled loop against the Mesa loop, and the compiled loop phase by phase."""

import argparse
import statistics
import time

import numba

from benchmarks import measure
from benchmarks.measure import MEGA, NANO, REPEATS
from sim import Government, Scenario, year_end
from sim import month as months
from sim.machine.loop import run_months
from sim.world.plan import Plan

SCENARIO = "district"
# Mesa is slow: one year of it, of the same run.
MESA_MONTHS = 12
# Units of the district in which phases are timed: enough that calling them costs nothing.
UNITS = 20


def _mesa(plan: Plan, seed: int) -> tuple[float, bytes]:
    government = Government(plan.scenario, seed)
    began = time.perf_counter()
    government.run_for(MESA_MONTHS)
    return time.perf_counter() - began, government.world.tallies[:MESA_MONTHS].tobytes()


def _compiled(plan: Plan, seed: int) -> tuple[float, bytes]:
    world = plan.begin(seed)
    began = time.perf_counter()
    run_months(world, 0, plan.scenario.clock.months)
    return time.perf_counter() - began, world.tallies[:MESA_MONTHS].tobytes()


def both() -> str:
    """Both loops in turn, five times, on the same seeds."""
    plan = Plan(Scenario.load(SCENARIO)).whole()
    officers, length = plan.scenario.total_posts, plan.scenario.clock.months
    _compiled(plan, 0)
    _mesa(plan, 0)
    fast, slow = [], []
    for seed in range(1, REPEATS + 1):
        compiled, by_mesa = _compiled(plan, seed), _mesa(plan, seed)
        if compiled[1] != by_mesa[1]:
            raise RuntimeError(f"the two loops differ at seed {seed}")
        fast.append(officers * length / compiled[0])
        slow.append(officers * MESA_MONTHS / by_mesa[0])
    ratio = statistics.median(fast) / statistics.median(slow)
    memory = {kind: measure.in_a_process("benchmarks.loops", kind)[0] for kind in _CHILDREN}
    rows = [
        [
            "compiled, one core",
            f"{statistics.median(fast):,.0f}",
            f"{1e3 * officers * length / statistics.median(fast):.2f} ms",
            f"{memory['compiled']:.0f} MB",
        ],
        [
            "Mesa",
            f"{statistics.median(slow):,.0f}",
            f"{officers * length / statistics.median(slow):.1f} s",
            f"{memory['mesa']:.0f} MB",
        ],
        ["ratio", f"{ratio:,.0f}", "", ""],
    ]
    header = ["loop", "officer-months a second", f"a run of {length} months", "peak memory"]
    return measure.table(header, rows)


def _memory(kind: str) -> None:
    plan = Plan(Scenario.load(SCENARIO))
    _CHILDREN[kind](plan, 0)
    print(measure.held_at_most())


_CHILDREN = {"compiled": _compiled, "mesa": _mesa}


def _alone(phase):  # type: ignore[no-untyped-def]
    @numba.njit(error_model="numpy")
    def loop(world, month):  # type: ignore[no-untyped-def]
        for d in range(len(world.departments)):
            phase(world, d, month)

    return loop


def by_phase() -> str:
    """Nanoseconds an officer-month of each phase, over a run phase by phase."""
    worked = (phase.__name__ for phase in months.PHASES)
    names = ("exchange", *worked, "appraise_and_renew")
    loops = {
        name: _alone(getattr(year_end if name == "appraise_and_renew" else months, name))
        for name in names
    }
    plan = Plan(Scenario.load(SCENARIO).replace({"organisation.units": UNITS})).whole()
    length = plan.scenario.clock.months
    found: dict[str, list[float]] = {name: [] for name in names}
    for replicate in range(-1, REPEATS):
        world = plan.begin(1, max(0, replicate))
        took = dict.fromkeys(names, 0.0)
        for month in range(length):
            for name in names:
                if name != "appraise_and_renew" or year_end.is_year_end(month):
                    began = time.perf_counter()
                    loops[name](world, month)
                    took[name] += time.perf_counter() - began
            months.add_up(world, month)
        # The first time is for compiling.
        if replicate >= 0:
            for name in names:
                found[name].append(took[name] * NANO / plan.scenario.total_posts / length)
    each = {name: statistics.median(values) for name, values in found.items()}
    whole = sum(each.values())
    rows = [[f"`{n}`", f"{value:.1f}", f"{value / whole:.0%}"] for n, value in each.items()]
    rows.append(["all", f"{whole:.1f}", ""])
    return measure.table(["phase", "ns an officer-month", "share"], rows)


def short_run() -> str:
    """What a run of the bureau takes once started, and to begin it."""
    plan = Plan(Scenario.load("bureau")).whole()
    length = plan.scenario.clock.months
    run_months(plan.begin(0), 0, length)
    begin = measure.seconds(lambda: plan.begin(1), 50)
    worlds = [plan.begin(seed) for seed in range(50)]
    run = measure.seconds(lambda: run_months(worlds.pop(), 0, length), len(worlds))
    officers = plan.scenario.total_posts
    return (
        f"A run of the bureau ({officers} officers, {length} months) takes {MEGA * run:.0f} µs, "
        f"and {MEGA * begin:.0f} µs to begin."
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--child", choices=_CHILDREN, help=argparse.SUPPRESS)
    child = parser.parse_args().child
    if child:
        _memory(child)
    else:
        print(both(), by_phase(), short_run(), sep="\n\n")
