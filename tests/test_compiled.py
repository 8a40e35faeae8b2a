"""How rules are compiled and where that is kept; what is said to LLVM changes no number."""

import math
import os
import subprocess
import sys

import numba
import numpy as np
import pytest

from sim import Scenario
from sim.machine import compiled
from sim.machine.draws import draw
from sim.machine.numbers import floor, power_of_two, to_unit
from sim.mechanisms import conduct
from sim.phases import face_month, look_ahead, weigh
from sim.world.plan import Plan

RUN = (
    "import hashlib; from sim import Scenario, simulate; "
    "run = simulate(Scenario.load('bureau').replace({'clock.months': 13}), 1); "
    "print(hashlib.sha256(run.world.officers.tobytes()).hexdigest())"
)
BY_A_CREW = RUN.replace("simulate;", "simulate; from sim.machine.loop import Crew;").replace(
    "}), 1)", "}), 1, crew=Crew(2))"
)
WHERE = "from sim.machine import compiled; print(compiled.CACHE)"


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


@pytest.mark.long
def test_processes_that_start_at_once_without_a_cache_all_give_the_same(tmp_path):
    together = [started(RUN, NUMBA_CACHE_DIR=str(tmp_path)) for _ in range(2)]
    found = {said(process) for process in together}
    assert len(found) == 1
    # What they left is whole: another start reads it, and adds nothing.
    kept = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*.nb?")}
    assert said(started(RUN, NUMBA_CACHE_DIR=str(tmp_path))) in found
    assert {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*.nb?")} == kept
    # What it calls can be compiled on top of it.
    assert said(started(BY_A_CREW, NUMBA_CACHE_DIR=str(tmp_path))) in found


@pytest.mark.slow
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
        return draw(3, 1, 2, month, 7, who)

    for month, who in ((0, 0), (11, 5), (119, 40)):
        assert inside(month, who) == draw(3, 1, 2, month, 7, who)
    assert draw(seed=3, replicate=1, decision=2, month=0, department=7, who=0) == inside(0, 0)


def test_powers_of_two_are_exact_over_the_whole_range():
    @numba.njit
    def compiled_power(n):
        return power_of_two(n)

    for n in range(-1022, 1024):
        assert compiled_power(float(n)) == power_of_two(float(n)) == math.ldexp(1.0, n)


@pytest.mark.slow
def test_floors_and_draws_of_words_are_those_of_plain_python():
    @numba.njit
    def compiled_floor(x):
        return floor(x)

    @numba.njit
    def compiled_unit(word):
        return to_unit(word)

    rng = np.random.default_rng(4)
    for x in (*rng.uniform(-1100, 1100, 500), -1.0, -0.5, -0.0, 0.0, 0.5, 1.0, 1022.5):
        assert compiled_floor(float(x)) == floor(float(x)) == math.floor(x)
    for word in (*rng.integers(0, 2**32, 500).tolist(), 0, 1, 2**31, 2**32 - 1):
        assert compiled_unit(word) == to_unit(word) == (word + 0.5) / 2**32


def test_a_row_is_its_place_in_the_table_and_a_copy_of_it_is_not():
    @numba.njit
    def read_and_write(officers):
        officer = officers[0]
        officer.capability += 1.0
        return officer.capability

    officers = Plan(Scenario.load("bureau")).begin(1).officers
    before = officers.copy()
    alone = officers[0].copy()
    alone.capability += 1.0
    assert alone.capability == before[0].capability + 1.0
    assert officers.tobytes() == before.tobytes()
    assert read_and_write(officers) == before[0].capability + 1.0
    assert officers[0].capability == before[0].capability + 1.0
    officers[0].capability = before[0].capability
    assert officers.tobytes() == before.tobytes()


def through(world):
    world.officers[1].age += 12
    world.tallies[0, 0].officers += 2.0
    return world.seed, len(world.officers), world.departments[0].officers


@pytest.mark.parametrize("how", [numba.njit(through), through], ids=["compiled", "plain"])
def test_what_a_rule_does_to_a_world_is_done_to_the_world(how):
    world, untouched = (Plan(Scenario.load("bureau")).begin(9) for _ in range(2))
    assert how(world) == (9, 18, 18)
    assert world.officers[1].age == untouched.officers[1].age + 12
    assert world.tallies[0, 0].officers == 2.0
    world.officers[1].age -= 12
    world.tallies[0, 0].officers = 0.0
    for name, values in untouched.parts().items():
        if hasattr(values, "tobytes"):
            assert getattr(world, name).tobytes() == values.tobytes(), name


def test_who_chooses_among_many_weighs_as_the_officer_does_alone():
    world = Plan(Scenario.load("district")).begin(2)
    look_ahead(world, 0, 0)
    department, settings = world.departments[0], world.settings[0]
    face_month(world, 0, 0, department.officers, 0)
    weigh(world, 0, 0, department.officers, 0)
    together = world.choices.copy()
    for i in range(department.officers):
        officer, choice = world.officers[i], together[i]
        for k, outlook in enumerate(world.outlooks[0]):
            habitual = officer.previous_conduct == k
            rest = (department, world.mechanisms[0, 0], settings)
            found = conduct.reasons(officer, k, habitual, choice, outlook, *rest)
            assert np.isfinite(found).all()
            assert choice.worth[k] == conduct.utility(found) == pytest.approx(sum(found))
        weigh(world, 0, i, i + 1, 0)
        assert np.array_equal(world.choices[i].upto, choice.upto)
    assert len(np.unique(together["worth"])) > 2 * department.officers


@pytest.mark.slow
def test_a_run_waits_for_no_library_of_tables_or_figures():
    late = ("pandas", "pyarrow", "matplotlib", "scipy.optimize", "typer")
    run = started(f"{RUN}; import sys; print([name for name in {late!r} if name in sys.modules])")
    out, err = run.communicate()
    assert (run.returncode, out.split("\n")[1]) == (0, "[]"), err


@pytest.mark.slow
@pytest.mark.parametrize("module", ["sim.cli", "sim.study.execute"])
def test_no_command_and_no_worker_waits_for_what_only_others_need(module):
    late = ("pandas", "pyarrow", "matplotlib", "scipy.optimize", "sim.cli.plan", "sim.calibration")
    code = f"import sys, {module}; print([name for name in {late!r} if name in sys.modules])"
    run = started(code)
    assert run.communicate()[0].strip() == "[]"
