"""Two loops and two ways of running the rules: the same bytes."""

import hashlib
import inspect
import json
import os
import subprocess
import sys
import textwrap

from sim import Scenario, simulate

RECORDS = ("officers", "departments", "citizens", "outlooks", "fronts", "mechanisms", "tallies")
MONTHS = 30
# Settings under which every branch of a year end is taken.
TURNOVER = {
    "careers.resignation": 0.2,
    "careers.time_in_rank": 6,
    "careers.age_mean": 57.0,
    "grading.failing_below": 0.25,
    "grading.basic_below": 0.4,
    "mechanisms.accountability.demotion": 0.8,
    "mechanisms.accountability.retraining": 0.8,
    "public.exit_months": 3,
}
TINY = {
    "organisation.departments": 1,
    "organisation.ranks": [1, 1, 2],
    "public.citizens": 5,
    "clock.months": 26,
    "clock.reform_starts": 6,
    "behaviour.incident": 0.9,
}


def every_lever(scenario):
    return dict.fromkeys(scenario.levers, 1.0)


def reduced(name, **settings):
    """A shipped scenario small enough for both loops, with those of its reforms that still fit."""
    scenario = Scenario.load(name)
    departments = min(2, scenario.organisation.departments)
    reforms = [
        reform.model_dump()
        for reform in scenario.reform
        if max(reform.departments or (1,)) <= departments
        and (reform.months or (scenario.clock.reform_starts,))[0] < MONTHS
    ]
    ranks = [min(posts, 6) for posts in scenario.organisation.ranks]
    small = {
        "organisation.departments": departments,
        "organisation.ranks": ranks,
        "public.citizens": min(12, scenario.public.citizens),
        "clock.months": MONTHS,
        "clock.reform_starts": min(6, scenario.clock.reform_starts),
        "reform": reforms,
    }
    return scenario.replace(small | TURNOVER | settings)


def digest(world):
    return {
        name: hashlib.sha256(getattr(world, name).tobytes()).hexdigest()
        for name in (*RECORDS, "conducts", "channels", "settings")
    }


def assert_same_run(government, run):
    assert government.series.equals(run.series)
    assert government.summary.equals(run.summary)
    for name in RECORDS:
        assert getattr(government.world, name).tobytes() == getattr(run.world, name).tobytes(), name


PLAIN = """
import json, sys
from sim import Scenario, simulate
from tests_digest import digest
"""


def test_plain_python_gives_the_bytes_of_the_compiled_loop():
    scenario = Scenario.load("district")
    settings = TURNOVER | TINY
    levers = every_lever(scenario)
    script = f"""
    import hashlib, json, numba
    from sim import Scenario, simulate
    assert numba.config.DISABLE_JIT
    scenario = Scenario.load("district").replace({settings!r}, {levers!r})
    RECORDS = {RECORDS!r}
    {textwrap.indent(inspect.getsource(digest), "    ").lstrip()}
    print(json.dumps(digest(simulate(scenario, 11, 3).world)))
    """
    plain = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(script)],
        env=os.environ | {"NUMBA_DISABLE_JIT": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert plain.returncode == 0, plain.stderr
    compiled = simulate(scenario.replace(settings, levers), 11, 3)
    assert compiled.world.tallies["promotions"].sum() > 0
    assert json.loads(plain.stdout) == digest(compiled.world)
