"""``zhixing calibrate`` as a user meets it: small, whole, resumed, stopped by errors."""

import json

import pandas as pd
import pytest

from sim.calibration.calibration import Calibration
from sim.calibration.patterns import Patterns
from sim.calibration.sampler import Sampling
from sim.calibration.size import Size
from sim.study import carry_out

PATTERNS = """
title = "Small"
scenario = "small.toml"
burn_in = 12
observed = 6

[arm.autonomy]
title = "More autonomy"
set = { "leadership.autonomy" = { plus = 0.3 } }
months = 6

[target.execution]
pattern = "A"
title = "Half arrives"
zh = "过半"
source = "nobody"
confidence = "assumed"
reading = "as it is"
unit = "share"
measure = "execution_rate"
kind = "range"
low = 0.3
high = 0.6

[target.autonomy]
pattern = "B"
title = "Autonomy helps"
zh = "自主"
source = "nobody"
confidence = "assumed"
reading = "as it is"
unit = "share"
arm = "autonomy"
measure = "execution_rate"
compare = "relative"
kind = "sign"
sign = 1

[prior]
"behaviour.duty" = { low = 0.5, high = 3.0, distribution = "loguniform" }
"behaviour.rent" = { low = 0.1, high = 1.0 }
"""
SCENARIO = """
extends = "district"
title = "Small"
[clock]
months = 24
[organisation]
departments = 2
ranks = [1, 2, 4]
[public]
citizens = 10
"""
# Nobody is dismissed within a year.
NEVER = 'measure = "dismissals"\nkind = "range"'
WORDS = ("--candidates", 128, "--draws", 20, "--trials", 10, "--generations", 2)


@pytest.fixture
def patterns(write):
    write("small.toml", SCENARIO)
    return write("own.toml", PATTERNS)


@pytest.fixture
def short_walks(monkeypatch):
    """Where it is not asked how well a calibration fits, chains need not settle."""
    for name in ("sampling", "trial_sampling"):
        monkeypatch.setattr(Calibration, name, Sampling(chains=2, warm_up=40))


@pytest.mark.long
@pytest.mark.usefixtures("short_walks")
def test_a_calibration_tells_targets_parameters_and_recovery(zhixing, patterns, tmp_path):
    said = zhixing("calibrate", patterns, *WORDS, "--workers", 1, "--out", tmp_path / "out")
    assert said.code == 0, said.err
    assert "of 2 targets reached" in said.out
    assert "Fitted without targets of" in said.out
    assert "leadership" in said.out
    assert "behaviour.duty" in said.out
    assert "in 10 trials" in " ".join(said.out.split())
    (folder,) = (tmp_path / "out").glob("calibration-own-*")
    names = {path.name for path in folder.iterdir()}
    assert names >= {"own.json", "own.parquet", "targets.csv", "parameters.csv"}
    assert names >= {f"calibration.{kind}" for kind in ("png", "svg", "pdf", "caption.txt")}
    draws = pd.read_parquet(folder / "own.parquet")
    assert len(draws) == 20
    assert set(draws.columns) >= {"behaviour.duty", "public.trust.mean", "target.execution"}
    told = json.loads((folder / "own.json").read_text())
    evidence = json.loads((folder / "own.evidence.json").read_text())
    assert evidence["draws"] == told["calibrated"]["draws"]
    assert set(evidence["prior"]) == {"execution", "autonomy"}
    assert all(0.0 < share <= 1.0 for share in evidence["prior"].values())
    assert [one["lever"] for one in evidence["without"]] == ["leadership"]
    assert draws["behaviour.duty"].between(0.5, 3.0).all()
    assert told["settings"]["behaviour.rent"] == float(f"{told['settings']['behaviour.rent']:.2g}")


@pytest.mark.long
@pytest.mark.usefixtures("short_walks", "lasting_workers")
def test_the_same_seed_gives_the_same_calibration_with_any_workers(patterns, tmp_path):
    size = Size(candidates=32, draws=4, trials=2, generations=1, members=1, repeats=2)
    found = [
        Calibration(Patterns.load(patterns), tmp_path / str(workers), size, 1, workers)
        for workers in (1, 2)
    ]
    one, other = (
        (each.posterior, each.parameters(), each.recovery(), each.settings()) for each in found
    )
    for first, second in zip(one, other, strict=True):
        if isinstance(first, pd.DataFrame):
            pd.testing.assert_frame_equal(first, second, check_exact=True)
        else:
            assert first == second


@pytest.mark.slow
@pytest.mark.usefixtures("short_walks")
def test_what_a_stopped_calibration_did_is_not_done_again(patterns, tmp_path, monkeypatch):
    size = Size(candidates=64, draws=10, trials=4, generations=1, repeats=4)

    def begun():
        return Calibration(Patterns.load(patterns), tmp_path, size, 1, 1)

    done = []
    real = carry_out.carry_out

    def counting(*arguments, **named):
        if len(done) == 3:
            raise KeyboardInterrupt
        done.append(real(*arguments, **named))

    monkeypatch.setattr(carry_out, "carry_out", counting)
    with pytest.raises(KeyboardInterrupt):
        begun().rounds  # noqa: B018
    assert done == [64, 64, 64]
    again = []
    monkeypatch.setattr(carry_out, "carry_out", lambda *a, **named: again.append(real(*a, **named)))
    begun().rounds  # noqa: B018
    assert again == [0, 0, 0, 64]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("calibrate", "distrikt"), "no patterns “distrikt”"),
        (("calibrate", "missing.toml"), "no such file"),
        (("calibrate", "--candidates", "100"), "expected a power of two"),
        (("calibrate", "--draws", "0"), "draws: 0; expected at least 1"),
        (("calibrate", "--draws", str(10**9)), "draws: 1000000000; expected at most 1,048,576"),
        (("calibrate", "--candidates", "4"), "candidates: 4; the targets of district need at"),
        (("calibrate", "--generations", "-1"), "generations: -1; expected 0 to"),
        (("calibrate", "--workers", "0"), "--workers 0"),
        (("calibrate", "--seed", "-1"), "seed"),
        (("calibrate", "own", "--show"), "only “district” ships"),
        (("run", "district", "--by", "layer", "--posterior"), "without --posterior"),
    ],
)
def test_bad_words_are_told_in_one_line(zhixing, words, said):
    done = zhixing(*words)
    assert (done.code, done.out) == (2, "")
    assert said in done.err
    assert done.err.count("\n") == 1


def test_a_prior_that_the_scenario_does_not_have_is_told(zhixing, write):
    write("small.toml", SCENARIO)
    path = write("own.toml", PATTERNS.replace("behaviour.rent", "behaviour.rentt"))
    done = zhixing("calibrate", path)
    assert done.code == 2
    assert "behaviour.rentt" in done.err
    assert "“rent”" in done.err


@pytest.mark.parametrize(
    "value",
    [
        '{ plus = "x" }',
        "{ times = [1] }",
        "{ times = 1979-05-27 }",
        "1979-05-27",
        f"{{ plus = 1{'0' * 400} }}",
        f"1{'0' * 400}",
        "nan",
        "{ plus = nan }",
        "{ times = inf }",
        "-inf",
        "{ times = true }",
        "{ times = 1.0, plus = 1.0 }",
        "{}",
    ],
)
def test_an_arm_sets_finite_numbers_alone(value, zhixing, write, tmp_path):
    write("small.toml", SCENARIO)
    path = write("own.toml", PATTERNS.replace("{ plus = 0.3 }", value))
    done = zhixing("calibrate", path, "--out", tmp_path / "out")
    assert (done.code, done.out) == (2, "")
    assert done.err.count("\n") == 1
    assert "arm.autonomy.set.leadership.autonomy" in done.err
    assert not (tmp_path / "out").exists()


def test_targets_that_are_all_signs_are_refused(zhixing, write, tmp_path):
    write("small.toml", SCENARIO)
    only = 'kind = "sign"\nsign = 1'
    path = write("own.toml", PATTERNS.replace('kind = "range"\nlow = 0.3\nhigh = 0.6', only))
    done = zhixing("calibrate", path, "--out", tmp_path / "out")
    assert (done.code, done.err.count("\n")) == (2, 1)
    assert "expected at least one that is no sign" in done.err


@pytest.mark.slow
@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("sign = 1\n", "sign = -1\n", "of 32 candidates show all the signs found"),
        ('measure = "execution_rate"\nkind = "range"', NEVER, "target.execution: never varies"),
    ],
)
def test_what_cannot_be_fitted_is_told_after_the_first_round(
    old, new, said, zhixing, write, tmp_path
):
    write("small.toml", SCENARIO)
    # With the ablest of heads autonomy helps every candidate.
    path = write("own.toml", PATTERNS.replace(old, new).replace("plus = 0.3", "plus = 0.9"))
    words = ("--candidates", 32, "--workers", 1, "--out", tmp_path / "out")
    done = zhixing("calibrate", path, *words)
    assert (done.code, done.out) == (2, "")
    assert said in done.err
    (folder,) = (tmp_path / "out").iterdir()
    assert [path.name.partition("-")[0] for path in folder.iterdir()] == ["prior"]


@pytest.mark.slow
def test_the_calibration_that_ships_is_shown(zhixing):
    said = zhixing("calibrate", "--show")
    assert said.code == 0
    assert "targets reached by the fitted settings" in said.out
    found = zhixing("calibrate", "--show", "--json").json
    assert len(found["targets"]) == len(Patterns.load("district").target)
    assert {one["pattern"] for one in found["targets"]} >= {f"P{k}" for k in range(1, 14)}


@pytest.mark.long
@pytest.mark.usefixtures("short_walks")
def test_fitted_settings_start_at_the_resting_values_also_where_a_target_is_pooled(write, tmp_path):
    """The parts of a pooled target stand behind the resting values among the measures."""
    # Enough cases in six months, of all conducts, that every candidate has a ratio of its own.
    often = "[behaviour]\nincident = 1.0\ntaste = 2.0\n[mechanisms.accountability]\ntracing = 1.0\n"
    write("small.toml", SCENARIO + often)
    pooled = """
[target.dereliction]
pattern = "P7"
title = "Inaction dominates cases"
zh = "不作为为主"
source = "assumed"
confidence = "assumed"
reading = "share of idle and symbolic officers' sanctions"
unit = "share"
measure = "dereliction_cases"
pooled = true
kind = "range"
low = 0.0
high = 1.0

[prior]"""
    own = write("own.toml", PATTERNS.replace("[prior]", pooled, 1))
    size = Size(candidates=32, draws=4, trials=1, generations=1, members=1, repeats=2)
    calibration = Calibration(Patterns.load(own), tmp_path / "out", size, 1, 1)
    found = calibration.settings()
    assert 0.0 < found["public.trust.mean"] < 1.0
    assert 0.0 < found["start.norm_at_start"] < 1.0
