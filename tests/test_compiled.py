"""How rules are compiled and where that is kept; what is said to LLVM changes no number."""

import math
import os
import subprocess
import sys

import numba
import numpy as np
import pytest
from sim.lowering import by_reference, fetch, held, power_of_two

from sim import Scenario
from sim.machine import compiled
from sim.machine.draws import uniforms
from sim.mechanisms.conduct import Chooser, reasons
from sim.world.plan import Plan

RUN = (
    "import hashlib; from sim import Scenario, simulate; "
    "run = simulate(Scenario.load('bureau').replace({'clock.months': 13}), 1); "
    "print(hashlib.sha256(run.world.officers.tobytes()).hexdigest())"
)
WHERE = "from sim import compiled; print(compiled.CACHE)"


def started(code, **environment):
    return subprocess.Popen(
        [sys.executable, "-c", code],
        env=os.environ | environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def said(process):
    out, err = process.communicate()
    assert process.returncode == 0, err
    return out.strip()


@pytest.mark.slow
def test_processes_that_start_at_once_without_a_cache_all_give_the_same(tmp_path):
    together = [started(RUN, NUMBA_CACHE_DIR=str(tmp_path)) for _ in range(2)]
    found = {said(process) for process in together}
    assert len(found) == 1
    # What they left is whole: another start reads it, and adds nothing.
    kept = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*.nb?")}
    assert said(started(RUN, NUMBA_CACHE_DIR=str(tmp_path))) in found
    assert {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*.nb?")} == kept


def test_where_the_users_cache_cannot_be_written_a_temporary_folder_serves(tmp_path):
    blocked = tmp_path / "file"
    blocked.write_text("in the way")
    elsewhere = tmp_path / "temporary"
    elsewhere.mkdir()
    places = {"XDG_CACHE_HOME": str(blocked), "HOME": str(blocked), "LOCALAPPDATA": str(blocked)}
    without = {"NUMBA_CACHE_DIR": ""}
    code = f"import os; os.environ.pop('NUMBA_CACHE_DIR', None); {WHERE}"
    place = said(started(code, **places, **without, TMPDIR=str(elsewhere)))
    assert place.startswith(str(elsewhere))
    nowhere = said(started(code, **places, **without, TMPDIR=str(blocked)))
    assert nowhere
    assert not nowhere.startswith(str(blocked))


def test_the_cache_is_never_in_the_package():
    assert compiled._HOME not in compiled.CACHE.parents


def test_a_rule_gives_the_same_from_python_and_from_compiled_code():
    @numba.njit
    def inside(month, who):
        return uniforms(3, 1, 2, month, 7, who)

    for month, who in ((0, 0), (11, 5), (119, 40)):
        assert inside(month, who) == uniforms(3, 1, 2, month, 7, who)
    assert uniforms(seed=3, replicate=1, decision=2, month=0, department=7, who=0) == inside(0, 0)


def test_powers_of_two_are_exact_over_the_whole_range():
    @numba.njit
    def compiled_power(n):
        return power_of_two(n)

    for n in range(-1022, 1024):
        assert compiled_power(n) == power_of_two(n) == math.ldexp(1.0, n)


def test_a_record_that_is_held_is_a_copy():
    @numba.njit
    def read_and_write(officers):
        officer = held(officers[0])
        officer.capability += 1.0
        return officer.capability

    officers = Plan(Scenario.load("bureau")).begin(1).officers
    before = officers.copy()
    assert read_and_write(officers) == before[0].capability + 1.0
    assert officers.tobytes() == before.tobytes()


def test_a_world_by_reference_is_the_world():
    @numba.njit
    def through(world):
        world = by_reference(by_reference(world))
        world.officers[1].age += 12
        world.sums.tallies[0, 0] += 2.0
        fetch(world.officers, len(world.officers) + 1_000_000)
        return world.seed, len(world.officers), world.departments[0].officers

    world = Plan(Scenario.load("bureau")).begin(9)
    age = world.officers[1].age
    assert through(world) == (9, 18, 18)
    assert world.officers[1].age == age + 12
    assert world.tallies[0, 0].officers == 2.0


def test_in_plain_python_they_give_back_what_they_were_given():
    world = Plan(Scenario.load("bureau")).begin(9)
    assert held(world.officers[0]) == world.officers[0]
    assert by_reference(world) is world
    assert fetch(world.officers, 0) is None


def test_who_sits_on_a_bench_weighs_as_the_officer_does():
    world = Plan(Scenario.load("district")).begin(2)
    officer = world.officers[3]
    rest = (world.departments[0], world.mechanisms[0, 0], world.settings[0])
    names = Chooser._fields
    seat = Chooser(*(float(officer[name]) for name in names))
    for outlook in world.outlooks[0]:
        found = reasons(seat, True, 0.3, outlook, *rest)
        assert found == reasons(officer, True, 0.3, outlook, *rest)
        assert np.isfinite(found).all()
