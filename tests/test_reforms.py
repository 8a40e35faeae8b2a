"""Published reforms: read as they say, refused where they make no sense, and scored fairly."""

import shutil

import numpy as np
import pandas as pd
import pytest
import scipy

from sim import Scenario, shipped
from sim.errors import BadInput
from sim.reforms.benchmarks import benchmarks, beside
from sim.reforms.predictions import Predictions, _predicted, score, shipped_predictions
from sim.reforms.published import FIT, HELD_OUT, Finding, Reform, experiments, reforms
from sim.reforms.verdict import verdict
from sim.world.posterior import posterior


def tree(**changes):
    """A reform of nobody's: pay hangs on appraisal."""
    about = {
        "title": "Pay hangs on appraisal",
        "zh": "绩效薪酬",
        "source": "Nobody 2000",
        "reference": "Nobody, N. (2000). Nothing. *Nowhere*.",
        "lever": "accountability",
        "clause": "C4",
        "place": "Nowhere",
        "role": HELD_OUT,
        "differs": "Everything.",
        "arm": {
            "title": "Pay hangs on appraisal",
            "set": {"appraisal.stakes.pay": 1.0},
            "months": 6,
            "reading": "as it is",
        },
        "finding": {"work": finding()},
    }
    return about | changes


def finding(**changes):
    about = {
        "title": "Work grows",
        "zh": "工作增加",
        "measure": "substance",
        "compare": "relative",
        "kind": "value",
        "value": 0.1,
        "standard_error": 0.05,
        "unit": "share of work",
        "confidence": "assumed",
        "reading": "as it is",
    }
    about |= changes
    return {key: value for key, value in about.items() if value is not None}


def read(**changes):
    return Reform.from_tree(tree(**changes), "pay", "pay.toml")


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"rol": "fit"}, "pay.toml: rol: .*role"),
        ({"role": "out"}, "pay.toml: role: "),
        ({"finding": {}}, "finding"),
        ({"finding": {"work": finding(standard_error=None)}}, "standard_error: needed by"),
        ({"finding": {"work": finding(sign=1)}}, "sign: not allowed in"),
        ({"finding": {"work": finding(kind="none")}}, "value: not allowed in"),
        ({"finding": {"work": finding(compare="level")}}, "compare"),
        ({"finding": {"work": finding(standard_error=0.0)}}, "standard_error"),
        ({"finding": {"work": finding(aim=2)}}, "finding.work.aim: .*1, 0 or -1"),
        ({"finding": {"work": finding(aims=1)}}, "finding.work.aims: .*aim"),
    ],
)
def test_reforms_that_make_no_sense_are_refused(changes, said):
    with pytest.raises(BadInput, match=said):
        read(**changes)


def test_a_measure_that_does_not_exist_is_refused_with_the_nearest_name():
    odd = read(finding={"work": finding(measure="substanc")})
    with pytest.raises(BadInput, match=r"no measure “substanc”.*substance"):
        experiments([odd], 12, 12)


@pytest.mark.parametrize(
    ("changes", "found", "direction"),
    [
        ({}, 0.1, 1),
        ({"value": -0.1}, -0.1, -1),
        ({"compare": "ratio", "value": 0.5}, 0.5, -1),
        ({"kind": "none", "value": None}, 0.0, 0),
        ({"kind": "none", "value": None, "compare": "ratio"}, 1.0, 0),
        ({"kind": "sign", "value": None, "standard_error": None, "sign": -1}, None, -1),
    ],
)
def test_a_finding_tells_its_number_and_its_direction(changes, found, direction):
    one = Finding.model_validate(finding(**changes))
    assert (one.found, one.direction) == (found, direction)


def test_a_target_is_reached_within_the_interval_of_the_study():
    target = read().target("work")
    # 1.645 standard errors to either side hold 90 %.
    assert target.ends == pytest.approx((0.1 - 1.645 * 0.05, 0.1 + 1.645 * 0.05), abs=1e-4)
    none = read(finding={"work": finding(kind="none", value=None)}).target("work")
    assert none.ends == pytest.approx((-1.645 * 0.05, 1.645 * 0.05), abs=1e-4)


def test_a_predictive_interval_holds_nine_in_ten_estimates_of_a_right_model():
    rng = np.random.default_rng(1)
    one = Finding.model_validate(finding(standard_error=0.05))
    effects = rng.normal(0.1, 0.03, 400)
    about = _predicted(one, effects)
    estimates = rng.normal(0.1, np.hypot(0.05, 0.03), 4000)
    inside = np.mean((about["low"] <= estimates) & (estimates <= about["high"]))
    assert inside == pytest.approx(0.9, abs=0.02)
    # The effect itself is known better than what a study of it will say.
    assert about["low"] < about["effect_low"] < about["effect_high"] < about["high"]


@pytest.mark.parametrize(
    ("changes", "effects", "inside", "right"),
    [
        ({}, [0.08, 0.1, 0.12], True, True),
        ({}, [0.4, 0.41, 0.42], False, True),
        ({}, [-0.2, -0.1, 0.0], False, False),
        ({"kind": "none", "value": None}, [0.0, 0.01, 0.02], True, None),
        ({"kind": "none", "value": None}, [0.2, 0.21, 0.22], False, None),
        (
            {"kind": "sign", "value": None, "standard_error": None, "sign": -1},
            [-0.2, -0.1, 0.1],
            None,
            True,
        ),
        ({"compare": "ratio", "value": 0.5}, [1.1, 1.2, 1.3], False, False),
    ],
)
def test_a_prediction_is_scored_by_size_where_there_is_one_and_by_sign(
    changes, effects, inside, right
):
    about = _predicted(Finding.model_validate(finding(**changes)), np.array(effects))
    assert about["inside"] is inside
    assert about["sign_right"] is right


def test_each_role_is_scored_apart_and_what_has_no_size_or_sign_is_not_counted():
    table = pd.DataFrame(
        {
            "role": [HELD_OUT, HELD_OUT, HELD_OUT, FIT],
            "inside": pd.Series([True, False, None, True], dtype=object),
            "sign_right": pd.Series([True, None, False, True], dtype=object),
        }
    )
    counted = {"values": 2, "inside": 1, "signs": 2, "signs_right": 1}
    assert score(table, HELD_OUT) == counted
    assert score(table, FIT) == {"values": 1, "inside": 1, "signs": 1, "signs_right": 1}


def few(tmp_path, *changed, **sizes):
    return Predictions(
        changed or (read(),),
        Scenario.load("district"),
        posterior(),
        **{"draws": 2, "replicates": 1, "out": tmp_path, **sizes},
    )


@pytest.mark.long
def test_predictions_are_kept_and_the_same_whoever_runs_them(tmp_path):
    alone, both = few(tmp_path / "one"), few(tmp_path / "two")
    assert alone.standing().kind == "missing"
    alone.run(1)
    both.run(2)
    assert alone.standing().kind == "complete"
    assert (alone.folder / "reforms.csv").read_bytes() == (both.folder / "reforms.csv").read_bytes()
    # Other draws are other predictions, kept apart.
    assert few(tmp_path / "one", draws=3).standing().kind == "missing"


@pytest.mark.slow
def test_the_dose_of_a_reform_moves_what_it_is_meant_to_move(tmp_path):
    nothing = read(arm=tree()["arm"] | {"set": {"appraisal.stakes.pay": {"plus": 0.0}}})
    dose, idle = few(tmp_path), few(tmp_path, nothing)
    dose.run(1)
    idle.run(1)
    assert dose.content["findings"][0]["predicted"] > 0.01
    assert idle.content["findings"][0]["predicted"] == 0.0


def test_two_reforms_of_one_name_are_refused(tmp_path):
    first = next(iter(shipped.reforms().values()))
    copied = shutil.copy(first, tmp_path / first.name)
    with pytest.raises(BadInput, match="a second reform"):
        reforms([first.stem, str(copied)])


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["nowhere"], "no reform “nowhere”"),
        (["--draws", "0"], "--draws 0: expected 1 to"),
        (["--draws", "2", "--replicates", "0"], "--replicates 0"),
        (["--draws", "2", "--workers", "0"], "--workers 0"),
    ],
)
def test_bad_options_are_told_in_one_line(words, said, zhixing):
    refused = zhixing("reforms", *words)
    assert refused.code == 2
    assert said in refused.err
    assert refused.err.count("\n") == 1


@pytest.mark.slow
def test_the_command_tells_a_reform_of_ones_own(zhixing, write, tmp_path):
    source = shipped.reforms()["tax_pay"].read_text(encoding="utf-8")
    words = ("reforms", write("mine.toml", source), "--draws", 2, "--replicates", 1)
    told = zhixing(*words, "--out", tmp_path, "--json")
    assert told.code == 0, told.err
    assert {row["reform"] for row in told.json["findings"]} == {"mine"}
    shown = zhixing(*words, "--out", tmp_path)
    assert "signs are right" in " ".join(shown.out.split())
    assert "does what it aims at" in " ".join(shown.out.split())
    assert told.json["benchmarks"][FIT]["side_effects"]["signs"] == 1
    # Studies that ship forecast its number, though they were not asked for.
    assert told.json["benchmarks"][FIT]["compared"] == 1


def told(**changes):
    """A row of predictions beside forecasts without a model, for one finding."""
    effects = np.array(changes.pop("effects", [0.08, 0.1, 0.12]))
    others = changes.pop("others", ())
    mine = read(finding={"work": finding(**changes)})
    row = _predicted(mine.finding["work"], effects)
    return row | beside([mine, *others], mine, "work", row)


def other(number, **changes):
    """Another study, of another source."""
    about = tree(source=f"Other {number}", finding={"work": finding(**changes)})
    return Reform.from_tree(about, f"other{number}", "other.toml")


@pytest.mark.parametrize(
    ("changes", "right"),
    [
        ({"aim": 1}, True),
        ({"aim": -1}, False),
        # A side effect was found, where the forecast says nothing happens.
        ({"aim": 0}, False),
        # An aim that a file of one's own leaves out is not counted, nor is one without an effect.
        ({}, None),
        ({"aim": 1, "kind": "none", "value": None}, None),
        ({"aim": -1, "compare": "ratio", "value": 0.5}, True),
    ],
)
def test_an_aim_is_right_if_it_is_the_sign_found(changes, right):
    assert told(**changes)["aim_right"] is right


def test_numbers_are_held_against_no_effect_and_against_the_same_width_about_it():
    # 1.645 standard errors are .08: no effect does not reach .1, and no width of draws helps it.
    far = told(effects=[0.09, 0.1, 0.11])
    assert (far["inside"], far["nothing_inside"], far["centred_inside"]) == (True, False, False)
    wide = told(effects=[-0.2, 0.1, 0.4])
    assert (wide["inside"], wide["nothing_inside"], wide["centred_inside"]) == (True, False, True)


def test_other_studies_forecast_in_the_direction_of_the_aim_and_in_its_comparison():
    # Halved, a rise by a tenth, and nothing found: changes of .5, .1 and 0 in direction of aims.
    others = [
        other(1, compare="ratio", value=0.5, aim=-1),
        other(2, value=0.1, aim=1),
        other(3, kind="none", value=None, aim=1),
        # Not counted: another scale, no aim, the same source.
        other(4, compare="difference", value=0.9, aim=1),
        other(5, value=0.9),
    ]
    changes = np.array([0.5, 0.1, 0.0])
    half = scipy.stats.t.ppf(0.95, 2) * changes.std(ddof=1) * np.sqrt(4 / 3)
    ends = changes.mean() - half, changes.mean() + half
    up = told(aim=1, others=others)
    assert (up["others_low"], up["others_high"]) == pytest.approx(ends)
    down = told(aim=-1, others=others)
    assert (down["others_low"], down["others_high"]) == pytest.approx((-ends[1], -ends[0]))
    halved = told(aim=-1, compare="ratio", value=0.5, others=others)
    assert halved["others_high"] == pytest.approx(1.0 - ends[0])
    assert told(aim=1, others=others[:2])["others_inside"] is None
    assert told(aim=0, others=others)["others_inside"] is None


def test_benchmarks_count_who_is_right_and_score_intervals():
    found = [
        other(1, value=0.3, aim=1),
        other(2, value=-0.1, aim=1),
        other(3, value=0.2, aim=0),
        other(4, value=0.1, aim=1),
        other(5, kind="none", value=None, aim=1),
    ]
    effects = {"other1": 0.2, "other2": -0.1, "other3": 0.2, "other4": -0.1, "other5": 0.0}
    rows = []
    for one in found:
        row = _predicted(one.finding["work"], effects[one.name] + np.array([-0.01, 0.0, 0.01]))
        about = {"reform": one.name, "finding": "work", "role": HELD_OUT}
        about["measure"] = f"{one.name}.work"
        rows.append(about | row | beside(found, one, "work", row))
    got = benchmarks(pd.DataFrame(rows), found, HELD_OUT, 1)
    assert (got["signs"], got["model_right"], got["aim_right"]) == (4, 3, 2)
    assert got["aimed_at"] == {"signs": 3, "model_right": 2, "aim_right": 2}
    assert got["side_effects"] == {"signs": 1, "model_right": 1, "aim_right": 0}
    sides = {one["measure"]: one["right"] for one in got["differ"]}
    assert sides == {"other2.work": "model", "other3.work": "model", "other4.work": "aim"}
    # Two of three on one side, or more uneven: always.
    assert got["chance"] == pytest.approx(1.0)
    # The one without an aim in that direction has no forecast by others.
    assert (got["values"], got["compared"], got["scored"]) == (5, 4, 4)
    # No effect has the width of the error, and misses by what lies outside it.
    half = 1.645 * 0.05
    missed = [0.3 - half, 0.1 - half, 0.1 - half, 0.0]
    assert got["interval_score"]["nothing"] == pytest.approx(
        np.mean([2 * half + 20 * one for one in missed]), rel=1e-3
    )


def test_the_verdict_says_what_the_numbers_say():
    judged = {
        "signs": 8,
        "model_right": 6,
        "aim_right": 2,
        "chance": 0.01,
        "scored": 3,
        "model_less_others": {"value": 0.1, "low": -0.1, "high": 0.3},
    }
    content = {"benchmarks": {HELD_OUT: judged}}
    said = verdict(content, HELD_OUT)
    assert "On signs the model is better than that forecast." in said
    assert "On numbers it is no better than" in said
    judged |= {"chance": 0.4, "model_less_others": {"value": -0.1, "low": -0.2, "high": -0.05}}
    said = verdict(content, HELD_OUT)
    assert "not clearly better than that forecast" in said
    assert "On numbers it is better than" in said
    judged |= {"model_right": 1, "chance": 0.01}
    assert "worse than that forecast" in verdict(content, HELD_OUT)


def test_every_shipped_finding_has_an_aim():
    lacking = [one.name for one in reforms() for each in one.finding.values() if each.aim is None]
    assert lacking == []


# The rule for roles is in experiments/reforms/README.md.
LEAST, LEAST_HELD_OUT = 24, 10


def test_enough_studies_ship_and_enough_are_held_out():
    found = reforms()
    assert len(found) >= LEAST
    assert sum(one.role == HELD_OUT for one in found) >= LEAST_HELD_OUT
    assert {one.lever for one in found} == set(Scenario.load("district").levers)


@pytest.mark.slow
def test_every_shipped_reform_can_be_run_in_the_district():
    asked = shipped_predictions("results")
    assert set(asked.model.patterns.arm) == {one.name for one in asked.reforms}
