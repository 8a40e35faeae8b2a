"""``zhixing plan`` answers first, in both languages, and writes what it found."""

import json

import pandas as pd
import pytest

from tests.conftest import SMALL, called

pytestmark = pytest.mark.slow

PLAN = """
title = "Small"
question = "Which?"
scenario = "small.toml"
limits = ["cost <= status_quo + 0.5"]
[lever.culture]
low = 0.0
high = 1.0
step = 0.5
[lever.leadership]
low = 0.0
high = 1.0
step = 0.5
[lever.own]
low = 0.5
high = 1.0
step = 0.5
start = [6, 12]
[size]
packages = 8
generations = 2
replicates = 4
again = 8
fresh = 8
compared = 4
"""
OWN = """
[levers.own]
title = "Own lever"
zh = "自设举措"
story = "Leaders hold fewer meetings."
burden = 0.0
cost = 0.0
ramp = 1
half_life = 0.0
full = { leadership = { meetings = 0.0 } }
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    made = tmp_path_factory.mktemp("plan")
    (made / "small.toml").write_text(SMALL + OWN, encoding="utf-8")
    (made / "own_plan.toml").write_text(PLAN, encoding="utf-8")
    return made


def asked(folder, *words):
    done = called("plan", folder / "own_plan.toml", "--out", folder / "results", *words)
    assert done.code == 0, done.err
    return done.out


def test_the_answer_comes_first(folder):
    lines = asked(folder).splitlines()
    (answer,) = (n for n, line in enumerate(lines) if line.startswith("Answer"))
    (packages,) = (n for n, line in enumerate(lines) if line.startswith("Packages kept"))
    # With the question above it, all of the answer fits on one screen.
    assert answer < 6
    assert packages < 30
    assert "of full strength" in lines[answer]


def test_it_answers_in_chinese(folder):
    said = asked(folder, "--lang", "zh")
    assert "答案" in said
    assert "Answer" not in said


def test_json_and_tables_tell_the_same(folder):
    told = json.loads(asked(folder, "--json"))
    (made,) = (folder / "results").glob("plan-own_plan-*")
    assert json.loads((made / "plan.json").read_text(encoding="utf-8")) == told
    packages = pd.read_csv(made / "packages.csv")
    for number, one in enumerate(told["packages"]):
        rows = packages[packages["package"] == number].set_index("measure")
        for name, found in one["measures"].items():
            assert rows.loc[name, "value"] == pytest.approx(found["value"])
            assert rows.loc[name, "effect_value"] == pytest.approx(found["effect"]["value"])
    assert sum(one["chance_best"] for one in told["packages"]) == pytest.approx(1.0)


def test_a_limit_that_no_package_keeps_is_told_with_the_nearest(folder):
    done = called(
        "plan", folder / "own_plan.toml", "--out", folder / "none", "--limit", "cost <= 0.01"
    )
    assert done.code == 2
    assert "no package found keeps to all limits" in done.err
    assert "Nearest: " in done.err


def test_spread_between_departments_and_the_worst_year_can_be_limited(folder):
    words = ["--limit", "execution_spread <= 0.9", "--limit", "burden <= 0.9 in worst year"]
    told = json.loads(asked(folder, "--json", "--quick", *words))
    best = told["packages"][1]["measures"]
    assert 0.0 <= best["execution_spread@course"]["value"] <= 0.9
    assert best["burden@highest_year"]["value"] >= best["burden@course"]["value"]
