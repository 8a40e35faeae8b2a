"""Time of the compiled loop and of the Mesa loop, and of the phases of the compiled loop."""

import argparse
import statistics
import time
from collections.abc import Callable
from functools import partial

import numba

from benchmarks import measure
from benchmarks.measure import MEGA, NANO, REPEATS
from sim import Government, Officer, Scenario, year_end
from sim import month as months
from sim.decision_rule import LOGIT, SHIPPED
from sim.machine.loop import run_months
from sim.monthly_sums import add_up
from sim.phases import exchange
from sim.world.plan import Plan

SCENARIO = "district"
# Units of the district in which phases are timed; so many that the time of calls is negligible.
UNITS = 20

Timed = tuple[float, bytes]


class _Fearful(Officer):
    """An officer that decides by one of its fields, without the rule of the model."""

    def decide(self) -> int:
        """Idle when a sanction seems likely."""
        return 4 if self.perceived_risk > 0.5 else 0


class _Usual(Officer):
    """An officer with its own ``decide`` that decides as the model does."""

    def decide(self) -> int | str:
        """The conduct that the model would choose."""
        return super().decide()


def _timed(run: Callable[[int], object], length: int) -> float:
    """Processor time of a run, in seconds; other programs on the machine do not affect it."""
    began = time.process_time()
    run(length)
    return time.process_time() - began


def _mesa(plan: Plan, seed: int, officer: type[Officer] = Officer) -> Timed:
    government = Government(plan.scenario, seed, officer=officer)
    took = _timed(government.run_for, plan.scenario.clock.months)
    return took, government.world.tallies.tobytes()


def _compiled(plan: Plan, seed: int, decide: str = LOGIT) -> Timed:
    own = plan.deciding(decide)
    world = own.begin(seed)
    run = own.loop.run_months
    took = _timed(lambda length: run(world, 0, length), plan.scenario.clock.months)
    return took, world.tallies.tobytes()


def _in_turn(ways: dict[str, Callable[[int], Timed]]) -> dict[str, float]:
    """Median seconds of each way to run, measured in turn on the same seeds.

    The first run of each is not measured, because it compiles.
    """
    took: dict[str, list[float]] = {name: [] for name in ways}
    for seed in range(REPEATS + 1):
        found = {name: way(seed) for name, way in ways.items()}
        if seed == 0:
            # This run compiles.
            continue
        for name, (seconds, _) in found.items():
            took[name].append(seconds)
        alike = {found[name][1] for name in _ALIKE if name in found}
        if len(alike) > 1:
            raise RuntimeError(f"{', '.join(_ALIKE)}: differ at seed {seed}")
    return {name: statistics.median(values) for name, values in took.items()}


_ONE_CORE, _MESA = "compiled, one core", "Mesa"
_OWN, _ASKED = "own `decide`", "own `decide` with `super()`"
# Ways to run that must give the same bytes.
_ALIKE = (_ONE_CORE, _MESA, _ASKED)


def both() -> str:
    """Tables of the time of both loops, with officers of own methods and each rule of decision."""
    plan = Plan(Scenario.load(SCENARIO)).whole()
    length = plan.scenario.clock.months
    work = plan.scenario.total_posts * length
    ways: dict[str, Callable[[int], Timed]] = {
        _ONE_CORE: lambda seed: _compiled(plan, seed),
        _MESA: lambda seed: _mesa(plan, seed),
        _OWN: lambda seed: _mesa(plan, seed, _Fearful),
        _ASKED: lambda seed: _mesa(plan, seed, _Usual),
    }
    rules = [name for name in SHIPPED if name != LOGIT]
    for name in rules:
        ways[name] = partial(_compiled, plan, decide=name)
    took = _in_turn(ways)
    compiled, mesa_ = took[_ONE_CORE], took[_MESA]
    memory = {kind: measure.in_a_process("benchmarks.loops", kind)[0] for kind in _CHILDREN}
    rows = [
        [name, f"{work / took[name]:,.0f}", f"{1e3 * took[name]:.2f} ms", f"{held:.0f} MB"]
        for name, held in ((_ONE_CORE, memory["compiled"]), (_MESA, memory["mesa"]))
    ]
    rows.append(["ratio", f"{mesa_ / compiled:.2f}", "", ""])
    header = ["loop", "officer-months a second", f"a run of {length} months", "peak memory"]
    others = [
        [name, f"{work / took[name]:,.0f}", f"{took[name] / compiled:.2f}"]
        for name in (_OWN, _ASKED, *rules)
    ]
    asked = ["officers", "officer-months a second", "time over that of the compiled loop"]
    return f"{measure.table(header, rows)}\n\n{measure.table(asked, others)}"


def _memory(kind: str) -> None:
    plan = Plan(Scenario.load(SCENARIO))
    _CHILDREN[kind](plan, 0)
    print(measure.held_at_most())


_CHILDREN: dict[str, Callable[[Plan, int], Timed]] = {"compiled": _compiled, "mesa": _mesa}


def _alone(phase):  # type: ignore[no-untyped-def]
    @numba.njit(error_model="numpy")
    def loop(world, month):  # type: ignore[no-untyped-def]
        for d in range(len(world.departments)):
            phase(world, d, month)

    return loop


def by_phase() -> str:
    """A table of the nanoseconds per officer-month of each phase."""
    rules = (exchange, *months.PHASES, year_end.appraise_and_renew)
    loops = {rule.__name__: _alone(rule) for rule in rules}
    names = tuple(loops)
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
            add_up(world, month)
        # The first run compiles.
        if replicate >= 0:
            for name in names:
                found[name].append(took[name] * NANO / plan.scenario.total_posts / length)
    each = {name: statistics.median(values) for name, values in found.items()}
    whole = sum(each.values())
    rows = [[f"`{n}`", f"{value:.1f}", f"{value / whole:.0%}"] for n, value in each.items()]
    rows.append(["all", f"{whole:.1f}", ""])
    return measure.table(["phase", "ns an officer-month", "share"], rows)


def short_run() -> str:
    """The time of a run of the bureau, and of its initialisation."""
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
