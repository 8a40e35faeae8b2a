"""Compile the rules that most tests run, before any test begins.

Each worker, and each process that a test starts, would otherwise compile them for itself. What does
not depend on each other is compiled side by side.
"""

import multiprocessing
from concurrent.futures import ProcessPoolExecutor

import numba

from sim import Government, Scenario, shipped
from sim.decision_rule import LOGIT
from sim.machine.compiled import is_compiled, mark_compiled
from sim.machine.loop import run_months
from sim.month import renew_all, work_month
from sim.theory.mean_field import MeanField
from sim.theory.resting import resting_points
from sim.world.plan import Plan

_MARK = "tests"


def _begun():
    return Plan(Scenario.load("bureau")).begin(0)


def _in_departments(rule):
    """Compile a rule (world, first, last, month), as other rules call it."""
    rule.compile((numba.typeof(_begun()), *[numba.int64] * 3))


def _work():
    _in_departments(work_month)


def _mean_field_and_year_end():
    resting_points(MeanField(Scenario.load(shipped.folder("scenarios") / "limits/mean_field.toml")))
    _in_departments(renew_all)


def _months():
    run_months(_begun(), 0, 0)


def _stages():
    Government(Scenario.load("bureau"), 1).run_for(1)


def compile_first():
    """Compile them unless they are in the cache; without a cache, leave it to each process."""
    if is_compiled(_MARK):
        return
    # Each step uses what the one before it left in the cache.
    steps = ((_mean_field_and_year_end, _work), (_months, _stages))
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(2, mp_context=spawn) as pool:
        for together in steps:
            for compiled in [pool.submit(one) for one in together]:
                compiled.result()
    for mark in (LOGIT, _MARK):
        mark_compiled(mark)
