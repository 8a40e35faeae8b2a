"""Scripts without a guard, notebooks, R, Mesa's own tools, and files of other programs."""

import base64
import json
import shutil
import subprocess
import sys

import mesa
import nbclient
import nbformat
import numpy as np
import pandas as pd
import pytest
from mesa.datacollection import DataCollector

from sim.agents import Department, Officer
from sim.errors import BadInput
from sim.government import Government
from sim.panel import Panel
from sim.simulate import simulate
from sim.study.experiment import Experiment
from sim.study.fingerprint import fingerprint
from sim.study.study import Study
from sim.world.scenario import Scenario
from tests.conftest import but, environment

TREE = """
tree = {
    "title": "Own", "question": "?", "replicates": 30, "measures": ["y"],
    "design": {"kind": "grid"}, "factor": {"a": {"values": [0.0, 1.0]}},
}
"""
REPORT = """
print(Study(Experiment.from_tree(tree, "own", "own"), "out", function={function})
      .run(workers=2).results()["y"].sum())
"""
# Scripts with nothing under a guard, each with what it prints.
SCRIPTS = {
    "a scenario": (
        "from sim import Study\n"
        "study = Study.load('lever_effects', scenario='bureau', months=18, replicates=2)\n"
        "print(len(study.run(workers=2).results()))\n",
        "20",
    ),
    "a function with helpers and values": (
        "import numpy as np\nfrom sim import Experiment, Study\n"
        "LEVEL = 2.0\ndef helper(x): return np.float64(x) * LEVEL\n"
        "def measure(values, seed, replicate): return [helper(values['a'])]\n"
        + TREE
        + REPORT.format(function="measure"),
        "60.0",
    ),
    "a lambda": (
        "from sim import Experiment, Study\n"
        + TREE
        + REPORT.format(function="lambda values, seed, replicate: [values['a'] + seed]"),
        "90.0",
    ),
    "a partial": (
        "from functools import partial\nfrom sim import Experiment, Study\n"
        "def measure(times, values, seed, replicate): return [times * values['a']]\n"
        + TREE
        + REPORT.format(function="partial(measure, 3.0)"),
        "90.0",
    ),
    "an officer of one's own": (
        "from sim import Experiment, Government, Officer, Scenario, Study\n"
        "class Mine(Officer):\n    def decide(self): return 'idle'\n"
        "world = Scenario.load('bureau').replace({'clock.months': 3})\n"
        "def measure(values, seed, replicate):\n"
        "    one = Government(world, seed=seed, replicate=replicate, officer=Mine)\n"
        "    one.run_for(3)\n    return [one.summary['idle']]\n"
        + TREE.replace("30", "2")
        + REPORT.format(function="measure"),
        "4.0",
    ),
    "a comparison": (
        "from sim import Scenario, compare\n"
        "world = Scenario.load('bureau').replace({'clock.months': 18})\n"
        "print(len(compare(world, {'culture': 1.0}, replicates=4, workers=2).runs))\n",
        "8",
    ),
}


def python(*words, here, **more):
    return subprocess.run(
        [sys.executable, *words],
        cwd=here,
        env=environment(),
        capture_output=True,
        text=True,
        timeout=240,
        **more,
    )


@pytest.mark.long
@pytest.mark.parametrize("case", SCRIPTS)
def test_a_script_needs_no_guard(case, tmp_path):
    text, told = SCRIPTS[case]
    folder = tmp_path / "我的 study"
    folder.mkdir()
    (folder / "没有 guard.py").write_text(text, encoding="utf-8")
    done = python("没有 guard.py", here=folder)
    assert done.stdout.split() == [told], done.stderr[-800:]
    assert "Traceback" not in done.stderr


@pytest.mark.long
@pytest.mark.parametrize("way", ["-c", "-", "-m"])
def test_nor_does_what_is_no_file(way, tmp_path):
    text, told = SCRIPTS["a function with helpers and values"]
    (tmp_path / "mine.py").write_text(text)
    given = {"-c": ("-c", text), "-": ("-",), "-m": ("-m", "mine")}[way]
    done = python(*given, here=tmp_path, input=text if way == "-" else None)
    assert done.stdout.split() == [told], done.stderr[-800:]


CELLS = (
    "from sim import Experiment, Government, Scenario, Study, simulate\n"
    "scenario = Scenario.load('bureau').replace({'clock.months': 18})\nscenario",
    "simulate(scenario, 1)",
    "Government(scenario)",
    "def measure(values, seed, replicate):\n    return [values['a'] * 2.0 + replicate]\n"
    + TREE
    + "study = Study(Experiment.from_tree(tree, 'cell', 'cell'), 'out', function=measure)\n"
    "study.run(workers=2)",
    "study.results()['y'].sum()",
    "study.plot()",
    "found = Study.load('lever_effects', out='out', scenario='bureau', months=18, replicates=3)\n"
    "found.run(workers=1).plot('credibility', lang='zh')",
    "found.experiment",
)


@pytest.fixture(scope="module")
def notebook(tmp_path_factory):
    """A notebook that has really been run, with its folder."""
    here = tmp_path_factory.mktemp("notebook 笔记")
    written = nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_code_cell(text) for text in CELLS],
        metadata={"kernelspec": {"name": "python3", "display_name": "p", "language": "python"}},
    )
    patch = pytest.MonkeyPatch()
    for name, value in environment().items():
        patch.setenv(name, value)
    resources = {"metadata": {"path": str(here)}}
    nbclient.NotebookClient(written, timeout=240, resources=resources).execute()
    patch.undo()
    return written


def shown(cell):
    """What a cell shows last, by kind."""
    return next(one["data"] for one in reversed(cell.outputs) if "data" in one)


@pytest.mark.long
def test_a_notebook_shows_things_in_a_line(notebook):
    for number in (0, 1, 2, 3, 7):
        text = shown(notebook.cells[number])["text/plain"]
        assert len(text) < 120
        assert "\n" not in text
    assert "18 months" in shown(notebook.cells[0])["text/plain"]


@pytest.mark.long
def test_a_function_of_a_cell_runs_on_workers_and_its_progress_is_seen(notebook):
    texts = [one["data"]["text/plain"] for one in notebook.cells[3].outputs if "data" in one]
    assert any("60 of 60 runs" in text for text in texts)
    assert float(shown(notebook.cells[4])["text/plain"].strip("np.float64()")) == 930.0


@pytest.mark.long
@pytest.mark.parametrize("number", [5, 6])
def test_a_study_draws_itself_in_a_cell(number, notebook):
    picture = base64.b64decode(shown(notebook.cells[number])["image/png"])
    assert picture.startswith(b"\x89PNG")
    assert len(picture) > 5_000


@pytest.mark.slow
def test_a_picture_is_saved_by_its_ending_and_an_unknown_measure_is_named(tmp_path):
    study = Study.load("lever_effects", tmp_path, scenario="bureau", months=18, replicates=3)
    shown = study.run(workers=1).plot()
    for name in ("图 a.png", "b.svg", "c.pdf"):
        assert shown.save(tmp_path / name).stat().st_size > 1_000
    with pytest.raises(BadInput, match=r"ends in svg, pdf, png"):
        shown.save(tmp_path / "d.jpg")
    with pytest.raises(BadInput, match="did you mean “credibility”"):
        study.plot("credibilty")


R = """
panel <- read.csv("panel.csv", stringsAsFactors = TRUE)
model <- lm(substance ~ capability + age + conduct, data = panel)
people <- length(unique(panel$person))
runs <- read.csv("runs.csv")
cat(sprintf("%.10f %.10f %d %d %.10f\\n", coef(model)[["capability"]], coef(model)[["age"]],
            people, nrow(panel), mean(runs$execution_rate)))
"""


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("Rscript") is None, reason="R is not installed")
def test_r_reads_a_panel_and_a_study_and_finds_what_numpy_finds(tmp_path, zhixing, small_file):
    words = ("panel", small_file, "--every", 6, "--to", tmp_path / "panel.csv")
    assert zhixing(*words).code == 0
    study = Study.load("lever_effects", tmp_path, scenario=str(small_file), replicates=2, months=24)
    study.run(workers=1).results().to_csv(tmp_path / "runs.csv", index=False)
    (tmp_path / "model.R").write_text(R)
    done = subprocess.run(
        ["Rscript", "--vanilla", "model.R"], cwd=tmp_path, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    capability, age, people, rows, execution = map(float, done.stdout.split())
    table = pd.read_csv(tmp_path / "panel.csv")
    conducts = pd.get_dummies(table["conduct"], drop_first=True, dtype=float)
    x = np.column_stack([np.ones(len(table)), table["capability"], table["age"], conducts])
    found = np.linalg.lstsq(x, table["substance"], rcond=None)[0]
    assert (capability, age) == pytest.approx(found[1:3], rel=1e-6)
    assert (people, rows) == (table["person"].nunique(), len(table))
    assert execution == pytest.approx(study.results()["execution_rate"].mean())


# Mesa's own tools.


class Model(Government):
    """As Mesa's users write a model: parameters by name, a data collector, an end."""

    def __init__(self, culture=0.0, seed=None, rng=None):
        scenario = Scenario.load("bureau").replace({"clock.months": 18}, {"culture": culture})
        super().__init__(scenario, seed=1 if seed is None else seed)
        self.datacollector = DataCollector(
            model_reporters={"execution": lambda model: model.summary["execution_rate"]},
            agenttype_reporters={
                Officer: {"capability": "capability", "conduct": "conduct"},
                Department: {"credibility": "credibility"},
            },
        )

    def step(self):
        super().step()
        self.datacollector.collect(self)
        self.running = self.month < 18


def test_a_data_collector_has_what_the_state_has():
    model = Model()
    model.run_for(18)
    found = model.datacollector.get_agenttype_vars_dataframe(Officer)
    panel = Panel(fields=("capability",)).run(model.plan, 1).to_pandas()
    # A panel is taken before posts change hands as the year ends, the collector after it.
    first = 11 * len(model.officers)
    np.testing.assert_array_equal(found["capability"][:first], panel["capability"][:first])
    months = model.datacollector.get_model_vars_dataframe()
    assert months["execution"].iloc[-1] == simulate(model.plan, 1).summary["execution_rate"]


@pytest.mark.slow
@pytest.mark.parametrize("processes", but((1,), (1, 2)))
def test_a_batch_of_mesas_gives_what_runs_give(processes, monkeypatch):
    # Mesa forks here; a fork of a process with threads may hang, so batches start anew.
    rows = mesa.batch_run(
        Model,
        {"culture": [0.0, 1.0]},
        rng=[1, 2],
        max_steps=18,
        number_processes=processes,
        data_collection_period=-1,
        display_progress=False,
    )
    found = {(row["culture"], row["execution"]) for row in rows}
    want = set()
    for culture in (0.0, 1.0):
        scenario = Scenario.load("bureau").replace({"clock.months": 18}, {"culture": culture})
        want |= {(culture, simulate(scenario, seed).summary["execution_rate"]) for seed in (1, 2)}
    assert found == want


# Files as other programs write them.

FORMS = {
    "byte order mark": lambda text: b"\xef\xbb\xbf" + text.encode(),
    "Windows line ends": lambda text: text.replace("\n", "\r\n").encode(),
    "both": lambda text: b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode(),
    "old Macintosh line ends": lambda text: text.replace("\n", "\r").encode(),
    "no line end": lambda text: text.rstrip("\n").encode(),
}
FILES = {
    "世界 world.toml": 'extends = "{small}"\ntitle = "县区"\n[series."public.expectation"]\n'
    'file = "数据 data.csv"\ncolumn = "a"\nmonths = [0, 2]\n',
    "数据 data.csv": "month,a\n0,0.5\n1,0.75\n2,0.5\n",
    "指标 own.toml": '[measure.idle_now]\ntitle = "躺平"\nwhat = "conduct == idle"\n',
    "实验 study.toml": 'title = "t"\nquestion = "q"\nscenario = "世界 world.toml"\nreplicates = 1\n'
    'measures = ["mine"]\n[measure.mine]\nfunction = "own file.py:mine"\n[design]\n'
    'kind = "grid"\n[factor.culture]\nvalues = [0.0]\n',
    "own file.py": "def mine(run):\n    return len('躺平')\n",
}


@pytest.mark.slow
@pytest.mark.parametrize("form", FORMS)
def test_files_of_every_form_are_read_alike(form, write, small_file, zhixing, tmp_path):
    folder = "my 研究"
    for name, text in FILES.items():
        path = write(f"{folder}/{name}", FORMS[form](text.replace("{small}", str(small_file))))
    here = path.parent
    scenario = Scenario.load(here / "世界 world.toml")
    assert scenario.title == "县区"
    assert scenario.series["public.expectation"].values[:2] == (0.5, 0.75)
    study = Study(
        Experiment.load(here / "实验 study.toml"), tmp_path / "out", rules=[here / "own file.py"]
    )
    assert study.run(workers=1).results()["mine"].tolist() == [2.0]
    to = here / "面板 panel.csv"
    words = ("panel", here / "世界 world.toml", "--every", 12, "--to", to)
    assert zhixing(*words).code == 0
    assert len(pd.read_csv(to)) == 2 * scenario.total_posts


# What a function reads from around it.


def from_command_line(values, seed, replicate):
    return [float(sys.argv[1] == "idle")]


def parsed(values, seed, replicate):
    import argparse

    return [argparse.ArgumentParser().parse_args().x]


def from_environment(values, seed, replicate):
    import os

    return [float(os.environ["ZHIXING_TEST_LEVEL"])]


def asked(values, seed, replicate):
    import os

    return [float(os.getenv("ZHIXING_TEST_LEVEL", "1"))]


def around_nothing(values, seed, replicate):
    return [1.0]


@pytest.mark.parametrize("function", [from_command_line, parsed])
def test_words_of_the_command_line_count_where_a_function_reads_them(function, monkeypatch):
    monkeypatch.setattr(sys, "argv", ["here/run.py", "faithful"])
    one = fingerprint(function)
    monkeypatch.setattr(sys, "argv", ["run.py", "faithful"])
    assert fingerprint(function) == one
    monkeypatch.setattr(sys, "argv", ["run.py", "idle"])
    assert fingerprint(function) != one


@pytest.mark.parametrize("function", [from_environment, asked])
def test_variables_that_a_function_names_count(function, monkeypatch):
    monkeypatch.setenv("ZHIXING_TEST_LEVEL", "1")
    one = fingerprint(function)
    monkeypatch.setenv("ZHIXING_TEST_OTHER", "7")
    assert fingerprint(function) == one
    monkeypatch.setenv("ZHIXING_TEST_LEVEL", "2")
    assert fingerprint(function) != one


def test_a_function_that_reads_nothing_is_the_same_everywhere(monkeypatch):
    one = fingerprint(around_nothing)
    monkeypatch.setattr(sys, "argv", ["run.py", "idle"])
    monkeypatch.setenv("ZHIXING_TEST_LEVEL", "2")
    assert fingerprint(around_nothing) == one


EDITED = """
import sys
from sim import Experiment, Study
from helper import factor

def measure(values, seed, replicate):
    return [factor() * (1.0 if sys.argv[1] == "one" else 2.0)]

tree = {tree}
print(Study(Experiment.from_tree(tree, "e", "e"), "out", function=measure)
      .run(workers=1).results()["y"][0])
"""


@pytest.mark.long
def test_an_edited_helper_or_another_word_never_gives_old_numbers(tmp_path):
    tree = {
        "title": "t",
        "question": "q",
        "replicates": 1,
        "measures": ["y"],
        "design": {"kind": "grid"},
        "factor": {"a": {"values": [0.0]}},
    }
    (tmp_path / "run.py").write_text(EDITED.format(tree=json.dumps(tree)))
    helper = tmp_path / "helper.py"
    helper.write_text("def factor():\n    return 3.0\n")
    assert python("run.py", "one", here=tmp_path).stdout == "3.0\n"
    assert python("run.py", "one", here=tmp_path).stdout == "3.0\n"
    two = python("run.py", "two", here=tmp_path)
    assert two.stdout == ""
    assert "the function has changed" in two.stderr
    helper.write_text("def factor():\n    return 30.0  # another number\n")
    edited = python("run.py", "one", here=tmp_path)
    assert edited.stdout == ""
    assert "the function has changed" in edited.stderr
