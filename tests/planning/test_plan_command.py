"""``zhixing plan``: what it says and keeps, and what it refuses before anything runs."""

import json

import pytest

from sim.cli.texts.plan import PLAN
from tests.conftest import NINTH, SMALL

QUICK = ("--packages", "8", "--generations", "2", "--fresh-runs", "8", "--keep", "2")


@pytest.fixture
def plan(zhixing, tmp_path):
    """The command with a small scenario that has a lever of its own, in this process."""
    file = tmp_path / "small.toml"
    file.write_text(SMALL + NINTH, encoding="utf-8")
    return lambda *words: zhixing("plan", file, *words, *QUICK, "--out", tmp_path, "--workers", "1")


@pytest.mark.slow
def test_the_answer_stands_before_the_tables_and_is_kept(plan, tmp_path):
    words = ("--use", "responsibility", "--use", "ninth", "--limit", "cost <= 99")
    said = plan(*words)
    assert said.code == 0
    lines = said.out.splitlines()
    assert lines[0].startswith("Plan for Small: most execution rate over the course")
    first = "\n".join(lines[:24])
    for part in ("Post responsibility at", "It brings", "How sure:", "It takes:", "never binds"):
        assert part in first
    (kept,) = tmp_path.glob("plan-*/plan.json")
    result = json.loads(kept.read_text(encoding="utf-8"))
    assert result["limits_that_do_not_bind"] == [{"limit": "cost <= 99 over course", "never": True}]
    best = result["packages"]["1"]
    assert [use["lever"] for use in best["uses"]] == ["responsibility"]
    assert best["effects"]["execution_rate@course"]["value"] > 0.05
    table = kept.with_name("plan.csv").read_text(encoding="utf-8").splitlines()
    assert table[0].startswith("package,draw,execution_rate@course")
    assert result["command"].startswith("zhixing plan ")


@pytest.mark.long
def test_a_plan_speaks_chinese_and_gives_json_alone(plan):
    words = ("--use", "responsibility", "--use", "culture", "--aim", "least execution_spread")
    said = plan(*words, "--lang", "zh")
    assert said.out.startswith("Small的方案：部门间执行率差异（全程）最低")
    result = plan(*words, "--json").json
    assert result["aims"] == ["least execution_spread over course"]
    measured = result["packages"]["1"]["levels"]["execution_spread@course"]
    assert 0.0 < measured["value"] < 0.5


def test_a_lever_without_one_clause_does_less():
    from sim.planning.aims_and_limits import Column
    from sim.planning.model import PlannedModel
    from sim.planning.packages import LEFT_OUT, Package, Range, Space, Use
    from sim.study.points import Point
    from sim.world.scenario import Scenario

    scenario = Scenario.load("bureau")
    space = Space({"leadership": Range((0.0, 1.0), (12,), (None,))}, scenario)
    model = PlannedModel(scenario, (Column("execution_rate", "course"),), 12)
    whole = space.point(Package((Use("leadership", 1.0, 12),)))
    without = Point({**whole.settings, LEFT_OUT: ["leadership", "leadership.drive"]})
    found = [
        model.runs(one, 1, range(4))[0].mean() for one in (space.point(Package()), without, whole)
    ]
    assert found[0] < found[1] < found[2]


@pytest.mark.slow
def test_a_search_far_from_all_limits_is_given_up():
    import numpy as np

    from sim.planning.packages import Range, Space
    from sim.planning.search import PATIENCE, Effort, search

    space = Space({"one": Range(tuple(np.linspace(0.0, 1.0, 21)), (0,), (None,))}, None)
    seen = []

    def evaluate(rows):
        seen.append(len(rows))
        return rows[:, :1].astype(float), np.full((len(rows), 1), 3.0)

    assert not search(space, evaluate, 1, 1, Effort(8, 50), 1)
    assert len(seen) == PATIENCE + 1

    def feasible_once(rows):
        seen.append(len(rows))
        return rows[:, :1].astype(float), np.full((len(rows), 1), -1.0 if len(seen) == 1 else 3.0)

    seen.clear()
    assert search(space, feasible_once, 1, 1, Effort(8, 20), 1)
    assert len(seen) == 20


def test_departments_read_month_by_month_change_no_run_under_a_trigger():
    from sim.planning.aims_and_limits import EXECUTION_SPREAD, Column
    from sim.planning.model import PlannedModel
    from sim.study.points import Point
    from sim.world.scenario import Scenario

    about = {"lever": "leadership", "intensity": 1.0, "start_when": "execution_rate < 1"}
    scenario = Scenario.load("bureau").replace({"reform": [about]})
    alone = Column("execution_rate", "course")
    both = (alone, Column(EXECUTION_SPREAD, "course"))
    found = [
        PlannedModel(one, columns, 12).runs(Point({}), 1, range(3))[0][:, 0]
        for one in (scenario, scenario.replace({"reform": []}))
        for columns in ((alone,), both)
    ]
    assert found[0].tolist() == found[1].tolist()
    assert found[2].tolist() == found[3].tolist()
    assert found[0].mean() > found[2].mean()


@pytest.mark.slow
def test_what_no_package_can_keep_to_is_refused_with_the_nearest(plan):
    said = plan("--use", "responsibility", "--burden", "0.0001")
    assert said.code == 2
    assert "no package found keeps to all limits" in said.err
    assert "Nearest: " in said.err
    assert "burden misses “burden <= 0.0001 over course” by" in said.err


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (("--aim", "executon_rate"), "did you mean “execution_rate”"),
        (("--aim", "promotions"), "say whether most or least, as in “most promotions”"),
        (("--aim", "much credibility"), "expected a measure, as in “execution_rate”"),
        (("--limit", "burdn < 0.2"), "did you mean “burden”"),
        (("--limit", "burden"), "expected a measure and a number"),
        (("--limit", "burden < 0.1", "--limit", "burden > 0.2"), "contradict each other"),
        (("--cost", "1", "--limit", "burden > 0.2"), "cost contains burden"),
        (("--burden", "-2"), "--burden"),
        (("--limit", "burden < -2"), "can never hold"),
        (("--use", "suprvision"), "did you mean “supervision”"),
        (("--use", "supervision=high"), "expected NAME or NAME=LOW:HIGH"),
        (("--use", "supervision=0.8:0.2"), "low, 0.8, is above high, 0.2"),
        (("--use", "supervision", "--start", "culture=1:3"), "is not among the levers of --use"),
        (("--start", "culture=soon"), "expected NAME=FIRST:LAST in months"),
        (("--start", "culture=12:900"), "expected months 0 to"),
        (("--robust", "best"), "robust"),
        (("--over", "night"), "over"),
        (("--workers", "0"), "expected at least 1"),
        (("--generations", "0"), "generations"),
        (("--aim", "credibility", "--aim", "credibility"), "given twice"),
    ],
)
def test_what_makes_no_sense_is_refused_before_anything_runs(zhixing, tmp_path, words, expected):
    said = zhixing("plan", "bureau", *words, "--out", tmp_path)
    assert said.code == 2
    assert expected in said.err
    assert len(said.err.splitlines()) == 1
    assert not list(tmp_path.iterdir())


@pytest.mark.long
def test_a_plan_of_a_file_is_answered_and_options_replace_its_entries(zhixing, tmp_path):
    file = tmp_path / "budget.toml"
    file.write_text(
        """
title = "A small budget"
scenario = "bureau"
months = 24
aims = ["credibility"]
limits = ["cost <= 99"]
seed = 3
lever = { culture = { low = 0.5, high = 1.0 }, responsibility = { low = 0.0, high = 0.5 } }
size = { replicates = 2, compared = 2, again = 4, explained = 2 }
""",
        encoding="utf-8",
    )
    words = ("plan", file, *QUICK, "--out", tmp_path, "--workers", "1", "--json")
    as_written = zhixing(*words).json
    assert as_written["aims"] == ["most credibility over course"]
    assert (as_written["seed"], as_written["months"]) == (3, 24)
    assert as_written["size"]["again"] == 4
    changed = zhixing(*words, "--aim", "execution_rate", "--use", "culture").json
    assert changed["aims"] == ["most execution_rate over course"]
    assert changed["limits"] == ["cost <= 99 over course"]
    used = {use["lever"] for one in changed["packages"].values() for use in one["uses"]}
    assert used == {"culture"}
    assert "--use culture=0:1" in changed["command"]
    assert set(changed["carried_by"]) == {"lever", "clause"}


def test_months_of_one_lever_leave_the_others_free():
    from sim.cli.plan import _asked

    asked = _asked("bureau", {"lever": {"culture": {"start": (12, 24)}}}, all_levers=True)
    assert set(asked.lever) == set(asked.world().levers)
    assert asked.lever["culture"].start == (12, 24)
    assert asked.lever["supervision"].start is None


def test_a_plan_that_does_not_exist_is_refused_with_the_nearest_name(zhixing):
    said = zhixing("plan", "reform_budgt")
    assert said.code == 2
    assert "did you mean “reform_budget”" in said.err


def test_both_languages_say_the_same():
    assert set(PLAN["en"]) == set(PLAN["zh"])


@pytest.mark.slow
def test_an_ordinary_run_does_not_import_the_search():
    import subprocess
    import sys

    code = "import sys, sim.cli.plan; sys.exit(any(m.startswith('pymoo') for m in sys.modules))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
