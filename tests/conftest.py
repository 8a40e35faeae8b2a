"""What several test files share: worlds, and the command line called in this process or another."""

import gc
import io
import json
import os
import shutil
import subprocess
import sys
from contextlib import nullcontext, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path

import pytest

from sim.cli import main
from sim.study import estimate
from sim.world.scenario import Scenario
from tests.compile_first import compile_first

# Thousands of tests are collected into as many objects, all of which stay: not looked through for
# garbage, neither now nor while tests run.
gc.disable()
ROOT = Path(__file__).parents[1]
# Debian's, unless another is named.
CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
# Files that take longest, about in that order: begun first, so that no processor is left with one
# of them while others have nothing to do. Needs --no-loadscope-reorder, or the most numerous come
# first.
LONGEST = """
gallery fit docs class_mode howto catalogue compiled where_people_work own_table robust
verify boxes spiral_command odd_equations cluster decision_rule discovery_commands spiral_doubt site
search command shown stopping fuzz clauses gathered sensitivity lesson_claims worksheet resumed
value_of_information lost_connection plan_command views meanfield accessible explore cli
figures_command lesson_experiments commands same_bytes own_draws lever_left_out lever_doubt
explained page_links saved_run sources noise fingerprint hosting presentation own_evidence reforms
own_posterior store bundle own_measures doubt watch_timeline interrupt cache_folder own folder
circle teach strange_files baseline page_spiral constraints triggers
"""
# Files whose tests share nothing and take long: a test at a time on each processor.
APART = ("test_docs.py", "test_howto.py", "test_fit.py")
SMALL = """
extends = "district"
title = "Small"

[clock]
months = 24
reform_starts = 6

[organisation]
departments = 2
ranks = [1, 2, 4]

[public]
citizens = 10
"""
# A lever of one's own, to stand below a scenario.
NINTH = """
[levers.ninth]
title = "Ninth"
zh = "第九"
story = "Meetings all day."
burden = 0.0
cost = 0.0
ramp = 1
half_life = 0.0
full = { leadership.meetings = 0.9 }
"""
TOWN = """
extends = "district"
title = "A small town"
[clock]
months = 24
reform_starts = 6
observed = 12
[organisation]
departments = 1
ranks = [1, 2, 4]
[public]
citizens = 10
"""


# What any test that uses it is slow for: a browser, a server, pictures, a whole study.
SLOW = {"browser", "server", "begun", "draw", "twice", "sources", "levers_results"}


def pytest_collection_modifyitems(items):
    for item in items:
        if SLOW.intersection(item.fixturenames) or item.get_closest_marker("long"):
            item.add_marker(pytest.mark.slow)
    place = {name: number for number, name in enumerate(LONGEST.split())}
    last = len(place)
    items.sort(key=lambda item: place.get(item.path.stem.removeprefix("test_"), last))


def pytest_collection_finish():
    gc.freeze()
    gc.enable()


def but(carrying, everything):
    """Values of a parameter: those in ``carrying`` in every run, the others in ``make test-long``.

    For claims that hold for each of many alike, such as a language or a scenario.
    """
    return [
        one if one in carrying else pytest.param(one, marks=pytest.mark.long) for one in everything
    ]


def pytest_configure(config):
    """Where workers are to share the tests, none of them has to compile what all need."""
    if config.getoption("numprocesses", None) and not config.option.collectonly:
        compile_first()


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers(config):
    """One more than there are processors: tests with a browser or processes mostly wait."""
    return (os.cpu_count() or 1) + (config.option.markexpr != "not slow")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log):
    """A file at a time on each worker; of some files, a test."""
    if config.getvalue("dist") != "loadfile":
        return None
    from xdist.scheduler import LoadFileScheduling

    class BySharing(LoadFileScheduling):
        def _split_scope(self, nodeid):
            file = super()._split_scope(nodeid)
            return nodeid if file.endswith(APART) else file

    return BySharing(config, log)


@dataclass(frozen=True)
class Said:
    """How a command ended and what it said."""

    code: int
    out: str
    err: str

    @property
    def json(self):
        return json.loads(self.out)


@pytest.fixture(scope="session")
def browser():
    """The only browser of a worker: Playwright's loop does not run twice in one process."""
    if not shutil.which(CHROMIUM):
        assert os.environ.get("CI") != "true", f"no Chromium at {CHROMIUM}; .ci/run installs it"
        pytest.skip("no Chromium")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        # Pages of one site are drawn by one process: to begin another takes as long as a page.
        flags = ["--no-sandbox", "--renderer-process-limit=1"]
        found = playwright.chromium.launch(executable_path=CHROMIUM, args=flags)
        yield found
        found.close()


@pytest.fixture(scope="session")
def district():
    return Scenario.load("district")


@pytest.fixture(scope="session")
def small_file(tmp_path_factory):
    path = tmp_path_factory.mktemp("scenarios") / "small.toml"
    path.write_text(SMALL)
    return path


@pytest.fixture(scope="session")
def small(small_file):
    return Scenario.load(small_file)


@pytest.fixture
def write(tmp_path):
    """Write a file below the test's folder and give its path."""

    def write(name, content):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write


@pytest.fixture
def town(write):
    """The path of ``TOWN``."""
    return write("town.toml", TOWN)


@pytest.fixture
def few_resamples(monkeypatch):
    monkeypatch.setattr(estimate, "RESAMPLES", 199)


@pytest.fixture
def no_pictures(monkeypatch, few_resamples):
    """Leave drawing, the slowest part of a short study, to the tests of pictures."""
    from sim.drawing import clauses, course, levers, style

    for figure in (clauses, course, levers):
        monkeypatch.setattr(figure, "draw", lambda comparison, lang: None)
        monkeypatch.setattr(figure, "caption", lambda comparison, command, lang: command)
    monkeypatch.setattr(style, "render", lambda drawn, kind, about, lang: kind.encode())


def called(*words, encoding="utf-8"):
    """Call the command line in this process, on a terminal of some encoding."""
    out, err = (io.TextIOWrapper(io.BytesIO(), encoding, newline="") for _ in range(2))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "argv", ["zhixing", *map(str, words)])
        with (
            redirect_stdout(out),
            redirect_stderr(err),
            pytest.raises(SystemExit) as stop,
        ):
            main()
    for said in (out, err):
        said.flush()
    return Said(stop.value.code, *(said.buffer.getvalue().decode(encoding) for said in (out, err)))


@pytest.fixture
def zhixing():
    """Call the command line in this process."""
    return called


@pytest.fixture(scope="session")
def two_workers():
    """Two workers that stay, for studies that ask for two time and again."""
    from sim.study.execute import worker_pool

    with worker_pool(2) as pool:
        yield pool


@pytest.fixture
def lasting_workers(monkeypatch, two_workers):
    """Whoever asks for workers has the two that stay: starting others takes seconds."""
    from sim.study import execute, side_by_side

    for asks in (execute, side_by_side):
        monkeypatch.setattr(asks, "worker_pool", lambda workers: nullcontext(two_workers))


def command(*words):
    """The command line for another process."""
    return [sys.executable, "-m", "sim.cli", *map(str, words)]


def environment():
    """Where another process finds this checkout, wherever it is started."""
    return os.environ | {"PYTHONPATH": str(ROOT)}


@pytest.fixture
def zhixing_process(tmp_path):
    """Call the command line in a process of its own."""

    def call(*words):
        done = subprocess.run(
            command(*words), env=environment(), cwd=tmp_path, capture_output=True, text=True
        )
        return Said(done.returncode, done.stdout, done.stderr)

    return call


@dataclass(frozen=True)
class Results:
    """A study kept by a real process, and the words that ask for it again."""

    words: tuple[str, ...]
    said: Said
    out: Path

    @property
    def folder(self):
        (folder,) = self.out.iterdir()
        return folder


@pytest.fixture(scope="session")
def levers_results(small_file, tmp_path_factory):
    """``zhixing levers --json``, once, whole, pictures and all."""
    out = tmp_path_factory.mktemp("results")
    words = ("levers", str(small_file), "--replicates", "3", "--seed", "7", "--workers", "1")
    done = subprocess.run(
        command(*words, "--json", "--out", out), env=environment(), capture_output=True, text=True
    )
    return Results(words, Said(done.returncode, done.stdout, done.stderr), out)


@pytest.fixture(scope="session")
def contents():
    """Every file below a folder with its bytes."""

    def contents(folder):
        return {
            path.relative_to(folder).as_posix(): path.read_bytes()
            for path in sorted(folder.rglob("*"))
            if path.is_file()
        }

    return contents


@pytest.fixture(scope="session")
def listed():
    """A study of listed points in a folder that its content names, with all measures."""
    from sim.measures import MEASURES
    from sim.study.experiment import Experiment
    from sim.study.study import Study

    def listed(out, scenario, points, replicates=1, seed=1, series=(), **changes):
        tree = {
            "title": "Levers",
            "question": "What do they do?",
            "scenario": str(scenario),
            "seed": seed,
            "replicates": replicates,
            "measures": tuple(MEASURES),
            "series": series,
            "design": {"kind": "list"},
            "point": [point.model_dump(exclude_none=True) for point in points],
            **changes,
        }
        return Study(Experiment.from_tree(tree, "levers", "levers"), out, by_content=True)

    return listed


def in_plain_python(script, here):
    """What ``script`` prints as JSON where nothing is compiled; it may import files of ``here``."""
    done = subprocess.run(
        [sys.executable, "-c", f"import json, numba; assert numba.config.DISABLE_JIT; {script}"],
        cwd=ROOT,
        env=os.environ
        | {"NUMBA_DISABLE_JIT": "1", "PYTHONPATH": os.pathsep.join(map(str, (here, ROOT)))},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)
