"""``discover`` and ``worth`` on the command line: what they say, write and refuse."""

import json
import signal
import subprocess
import time

import numpy as np
import pandas as pd
import pytest

from sim.world.posterior import posterior
from tests.conftest import ROOT, SMALL, command, environment

EXPERIMENT = """
title = "Where it hurts"
question = "Where?"
scenario = "small.toml"
months = 12
observed = 6
replicates = 2
measures = ["execution_rate", "credibility", "burden"]

[design]
kind = "latin_hypercube"
points = 120

[[point]]
name = "status_quo"

[[point]]
name = "eager"
title = "Eager officers"
set = { "behaviour.conformity" = 0.9 }

[factor."behaviour.duty"]
title = "motivation"
low = 0.5
high = 4.0

[factor."behaviour.fear"]
low = 0.2
high = 3.0

[factor.decide]
values = ["logit", "imitation"]
"""
LISTED = """
title = "Choice"
question = "Which?"
scenario = "district"
set = { "clock.reform_starts" = 2, "public.citizens" = 4, "organisation.departments" = 2 }
months = 12
observed = 6
replicates = 130
measures = ["execution_rate", "burden"]
posterior = true

[design]
kind = "list"

[[point]]
name = "status_quo"

[[point]]
name = "supervision"
levers = { supervision = 1.0 }

[[point]]
name = "responsibility"
levers = { responsibility = 1.0 }
"""
LITTLE = ("--where", "execution_rate < 0.35", "--point", "status_quo")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A folder with an experiment, its scenario, and its runs."""
    here = tmp_path_factory.mktemp("discover")
    (here / "small.toml").write_text(SMALL)
    (here / "hurts.toml").write_text(EXPERIMENT)
    (here / "choice.toml").write_text(LISTED)
    return here


@pytest.fixture
def discover(folder, zhixing):
    return lambda *words: zhixing(
        "discover", folder / "hurts.toml", "--out", folder / "out", *words
    )


@pytest.fixture(scope="module")
def threshold(folder):
    """A value that the status quo is below in about a third of the points."""
    from sim.study.study import Study

    study = Study.load(folder / "hurts.toml", folder / "out").run(workers=1)
    runs = study.results()
    means = runs[runs["name"] == "status_quo"].groupby("point")["execution_rate"].mean()
    return round(float(means.quantile(0.35)), 3)


@pytest.mark.slow
def test_the_answer_comes_first_in_one_sentence(discover, threshold, folder):
    said = discover("--where", f"execution_rate < {threshold}", "--point", "status_quo")
    assert said.code == 0, said.err
    first, second, *_ = said.out.splitlines()
    assert first.startswith(f"“execution_rate < {threshold}” holds under the status quo")
    assert "motivation is below" in first
    assert "held-back settings" in second
    out = folder / "out" / "hurts"
    told = json.loads((out / "discover.json").read_text())
    standing = [box for box in told["boxes"] if box["stands"]]
    assert any("behaviour.duty" in box["limits"] for box in standing)
    assert told["cases"] == 120
    assert told["held_back"] == 40
    table = pd.read_csv(out / "discover.csv")
    assert set(table["method"]) <= {"PRIM", "CART"}
    peeled = pd.read_csv(out / "discover-trajectory.csv")
    assert peeled["coverage"].is_monotonic_decreasing
    assert (out / "discover.png").read_bytes().startswith(b"\x89PNG")


@pytest.mark.slow
def test_json_is_the_file_and_the_same_again(discover, threshold, folder):
    words = ("--where", f"execution_rate < {threshold}", "--point", "status_quo")
    one, other = discover(*words, "--json"), discover(*words, "--json")
    assert one.out == other.out
    assert one.out == (folder / "out" / "hurts" / "discover.json").read_text()


@pytest.mark.slow
def test_chinese_says_it_in_chinese(discover, threshold, folder):
    from tests.figures.conftest import need_chinese

    need_chinese()
    words = ("--where", f"execution_rate < {threshold}", "--point", "status_quo", "--lang", "zh")
    said = discover(*words)
    assert said.code == 0, said.err
    assert said.out.startswith("在现状之下")
    assert "公共服务动机低于" in said.out.splitlines()[0]
    assert (folder / "out" / "hurts" / "discover.zh.png").is_file()


@pytest.mark.slow
def test_only_the_factors_that_are_named_span_the_space(discover, threshold):
    words = ("--where", f"execution_rate < {threshold}", "--point", "status_quo")
    told = discover(*words, "--factor", "behaviour.fear", "--factor", "decide", "--json").json
    limited = {name for box in told["boxes"] for name in box["limits"]}
    assert limited <= {"behaviour.fear", "decide"}


@pytest.mark.slow
def test_pairs_are_compared_with_the_first_point_of_the_same_settings(discover, threshold, folder):
    from sim.study.study import Study

    runs = Study.load(folder / "hurts.toml", folder / "out").results()
    means = runs.groupby("point")["execution_rate"].mean().to_numpy().reshape(-1, 2)
    gain = means[:, 1] - means[:, 0]
    less = round(float(np.quantile(gain, 0.25)), 5)
    told = discover("--where", f"execution_rate < status_quo {less:+}", "--json").json
    assert told["point"] == "eager"
    assert told["of_interest"] == pytest.approx((gain < less).mean())


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--where", "execution_rat < 1"), "did you mean “execution_rate”?"),
        (("--where", "unjust_sanctions < 1"), "add it to “measures”"),
        (("--where", "nonsense"), "expected MEASURE < NUMBER"),
        ((*LITTLE, "--factor", "behaviour.dut"), "did you mean “behaviour.duty”?"),
        (("--where", "execution_rate < 0.3", "--point", "eagre"), "did you mean “eager”?"),
        (("--where", "execution_rate < status_quo", "--point", "status_quo"), "no status quo"),
        (("--where", "execution_rate < status_quo", "--lang", "fr"), "--lang fr"),
        (("--where", "execution_rate < status_quo", "--workers", "0"), "--workers 0"),
    ],
)
def test_bad_input_is_refused_in_one_line_before_anything_runs(
    zhixing, folder, tmp_path, words, says
):
    said = zhixing("discover", folder / "hurts.toml", "--out", tmp_path, *words)
    assert said.code == 2
    assert said.out == ""
    assert said.err.count("\n") == 1
    assert says in said.err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.slow
@pytest.mark.parametrize("where", ["execution_rate < 0", "execution_rate >= 0"])
def test_a_condition_that_holds_never_or_always_says_so(discover, threshold, where):
    said = discover("--where", where)
    assert said.code == 2
    number = 0 if "<" in where else 120
    assert f"holds in {number} of 120 cases" in said.err
    assert "execution_rate is 0." in said.err


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"design": 'kind = "sobol"\nbase = 4', "points": False}, "share settings"),
        (
            {
                "design": 'kind = "sobol"\nbase = 4\nscreen = { trajectories = 4, keep = 2 }',
                "points": False,
            },
            "share settings",
        ),
        ({"design": 'kind = "latin_hypercube"\npoints = 60', "points": False}, "no status quo"),
        ({"design": 'kind = "one_at_a_time"', "points": False}, "share settings"),
        ({"design": 'kind = "list"', "factors": False}, "varies no settings"),
    ],
)
def test_a_study_without_a_space_of_independent_points_is_refused(
    zhixing, write, tmp_path, change, says
):
    head, factors = EXPERIMENT.split('[factor."behaviour.duty"]')
    if not change.get("points", True):
        head = head.split("[[point]]")[0]
    design = 'kind = "latin_hypercube"\npoints = 120'
    text = head.replace(design, change["design"])
    factors = factors.split("[factor.decide]")[0] if "sobol" in change["design"] else factors
    if change.get("factors", True):
        text += '[factor."behaviour.duty"]' + factors
    write("small.toml", SMALL)
    file = write("other.toml", text)
    where = "execution_rate < status_quo"
    said = zhixing("discover", file, "--where", where, "--out", tmp_path / "out")
    assert said.code == 2, said.out
    assert says in said.err
    assert said.err.count("\n") == 1


@pytest.fixture(scope="module")
def chosen(folder):
    from sim.study.study import Study

    return Study.load(folder / "choice.toml", folder / "out").run(workers=1)


@pytest.mark.long
def test_worth_tells_the_best_option_and_what_to_find_out(chosen, folder, zhixing):
    said = zhixing("worth", folder / "choice.toml", "--out", folder / "out")
    assert said.code == 0, said.err
    first, second, *_ = said.out.splitlines()
    assert first.startswith("As things are known, “")
    assert second.startswith("Knowing ")
    told = json.loads((folder / "out" / "choice" / "worth.json").read_text())
    draws = min(len(posterior()), 130)
    runs = chosen.results()
    levels = runs[runs["replicate"] < 130 // draws * draws].groupby("name")["execution_rate"].mean()
    for name, one in told["options"].items():
        assert one["expected"] == pytest.approx(levels[name])
    assert told["best"] == levels.idxmax()
    table = pd.read_csv(folder / "out" / "choice" / "worth.csv")
    assert (table["evppi"][~table["matters"]] == 0.0).all()
    assert (table["fitted"][~table["matters"]] <= told["floor"]).all()
    assert (folder / "out" / "choice" / "worth.png").is_file()


@pytest.mark.long
def test_worth_of_what_should_be_low_turns_the_choice_round(chosen, folder, zhixing):
    words = ("worth", folder / "choice.toml", "--out", folder / "out", "--measure", "burden")
    told = zhixing(*words, "--lowest", "--json").json
    levels = chosen.results().groupby("name")["burden"].mean()
    assert told["best"] == levels.idxmin()
    assert told["options"][told["best"]]["expected"] > 0.0
    among = zhixing(*words, "--among", "supervision", "--among", "responsibility", "--json").json
    assert set(among["options"]) == {"supervision", "responsibility"}


@pytest.mark.slow
def test_draws_span_a_space_too(chosen, folder, zhixing):
    words = ("--where", "execution_rate > status_quo + 0.02", "--point", "supervision", "--json")
    said = zhixing("discover", folder / "choice.toml", "--out", folder / "out", *words)
    if said.code == 2:
        assert "cases; expected at least" in said.err
        return
    assert said.json["cases_are"] == "draws"
    assert said.json["cases"] == min(len(posterior()), 130)


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--measure", "burdn"), "did you mean “burden”?"),
        (("--among", "supervison"), "did you mean “supervision”?"),
        (("--replicates", "30"), "draws are too few"),
    ],
)
def test_worth_refuses_bad_input_in_one_line(folder, zhixing, tmp_path, words, says):
    said = zhixing("worth", folder / "choice.toml", "--out", tmp_path, *words)
    assert said.code == 2
    assert says in said.err.splitlines()[-1]


def test_worth_needs_options_and_doubt(folder, zhixing, tmp_path):
    said = zhixing("worth", folder / "hurts.toml", "--out", tmp_path)
    assert (said.code, "list of points without factors" in said.err) == (2, True)
    said = zhixing("worth", "lever_effects", "--out", tmp_path)
    assert (said.code, "add --posterior" in said.err) == (2, True)


@pytest.mark.long
def test_a_killed_and_resumed_search_writes_the_same_bytes(folder, tmp_path, threshold):
    for name in ("small.toml", "hurts.toml"):
        (tmp_path / name).write_text((folder / name).read_text())
    words = ("discover", "hurts.toml", "--where", f"execution_rate < {threshold}")
    words = (*words, "--point", "status_quo", "--workers", "1")
    run = {"cwd": tmp_path, "env": environment(), "stdout": subprocess.DEVNULL}

    def begin(out):
        return subprocess.Popen(
            command(*words, "--out", out), stderr=subprocess.PIPE, text=True, **run
        )

    whole = begin("one")
    assert whole.wait(300) == 0
    killed = begin("other")
    parts = tmp_path / "other" / "hurts" / "parts"
    until = time.monotonic() + 120
    while not (parts.is_dir() and len(list(parts.iterdir())) >= 2) and time.monotonic() < until:
        if killed.poll() is not None:
            break
        time.sleep(0.002)
    killed.send_signal(signal.SIGKILL)
    killed.wait(60)
    assert begin("other").wait(300) == 0
    for name in ("discover.csv", "discover-trajectory.csv", "runs.parquet"):
        one, other = ((tmp_path / out / "hurts" / name).read_bytes() for out in ("one", "other"))
        assert one == other, name
    one, other = (
        json.loads((tmp_path / out / "hurts" / "discover.json").read_text())
        for out in ("one", "other")
    )
    assert {**one, "folder": ""} == {**other, "folder": ""}


@pytest.mark.slow
def test_a_plain_run_loads_nothing_of_the_search():
    code = "import sys, sim.cli.discover; print([m for m in sys.modules if 'sklearn' in m])"
    done = subprocess.run(
        [*command()[:1], "-c", code],
        cwd=ROOT,
        env=environment(),
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == "[]"
