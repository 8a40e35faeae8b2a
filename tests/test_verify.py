"""Rows of ``zhixing verify`` agree, wrong formulas do not, docs say what it prints; the spiral."""

import functools
import re
import tomllib
from pathlib import Path

import pytest

from sim import BadInput, Scenario, shipped
from sim.study import feedback, twins
from sim.theory import mean_field as meanfield
from sim.theory.mean_field import MeanField
from sim.theory.resting import loop_gain, response, resting_points
from sim.theory.verify import (
    clearances,
    control_loss,
    interactions,
    limit_of_many,
    promotion,
    trust,
)
from sim.theory.verify.check import near
from sim.theory.verify.rows import ROWS, chosen, verify
from tests.conftest import but
from tests.plain import NO_FEEDBACK, OFF

LIMITS = shipped.folder("scenarios") / "limits"
# The mean field extends the quiet scenario, and that the district.
LAYERS = ("mean_field", "quiet")
PAGE = Path(__file__).parents[1] / "docs" / "verification.md"


# Rows whose comparisons take seconds.
SHORT = ("clearances", "control_loss", "trust")


@pytest.fixture(scope="module")
def checks():
    """The comparisons of a row, made once."""
    return functools.cache(lambda name: verify(name, {}, 1, 1)[0].checks)


@pytest.mark.slow
@pytest.mark.parametrize("name", but(SHORT, ROWS))
def test_a_row_agrees(checks, name):
    assert checks(name)
    for check in checks(name):
        assert check.agrees, (check.case, check.quantity, check.expected, check.simulated)


@pytest.mark.long
def test_the_docs_print_what_the_command_prints(checks):
    page = PAGE.read_text("utf-8").split("<!-- begin checks -->")[1].split("<!-- end checks -->")[0]
    told = re.findall(r"^\| (.+?) \| (.+?) \| (\S+) \| (\S+) \|$", page, re.M)
    found = [
        (check.case.replace("-", "−"), check.quantity.replace("-", "−"), *check.told)
        for name in ROWS
        for check in checks(name)
    ]
    assert told[2:] == found


def test_a_rounding_error_where_nothing_is_expected_is_told_as_zero():
    assert near("case", "m", 0.0, -4e-16, 1e-6).told == ("0", "0")
    assert near("case", "m", 0.0, -4e-9, 1e-6).told == ("0", "−4e−09")
    assert near("case", "m", 2.0, -4e-16, 1e-6).told == ("2", "−4e−16")


def test_the_base_of_the_limits_leaves_out_every_mechanism_that_can_be_left_out():
    quiet = Scenario.load(LIMITS / "quiet.toml")
    assert quiet.replace(OFF) == quiet


def test_a_new_fit_of_the_district_moves_nothing_in_the_mean_field_that_is_verified():
    fitted = shipped.folder("experiments") / "calibration" / "district.toml"
    set_here = [tomllib.loads((LIMITS / f"{name}.toml").read_text("utf-8")) for name in LAYERS]
    for key in tomllib.loads(fitted.read_text("utf-8"))["prior"]:
        assert any(is_set(tree, key) for tree in set_here), key


def is_set(tree, key):
    for name in key.split("."):
        if name not in tree:
            return False
        tree = tree[name]
    return True


def failing(checks):
    return [check.quantity for check in checks if not check.agrees]


@pytest.mark.slow
def test_a_wrong_formula_for_interactions_fails(monkeypatch):
    right = interactions.expected
    monkeypatch.setattr(interactions, "expected", lambda beta, j, h: right(beta, 1.02 * j, h))
    wrong = failing(interactions.check(1, 1.5, 1.0, 0.0))
    assert "m at resting point 3 of 3, mean field" in wrong
    assert "m reached from above, simulated" in wrong


@pytest.mark.slow
def test_a_wrong_formula_for_trust_fails(monkeypatch):
    monkeypatch.setattr(trust, "expected", lambda gain, loss, quality: quality)
    assert failing(trust.check(1, 0.03, 0.09, 0.75))


@pytest.mark.slow
def test_a_wrong_number_of_clearances_fails(monkeypatch):
    right = clearances._chain
    monkeypatch.setattr(clearances, "_chain", lambda n, more: right(n - 1, more))
    assert len(failing(clearances.check(1, 0.95, 20))) == 3


def test_a_wrong_share_passed_on_fails(monkeypatch):
    right = control_loss.limit
    monkeypatch.setattr(
        control_loss,
        "limit",
        lambda name, settings: right(name, {key: 0.99 * value for key, value in settings.items()}),
    )
    assert failing(control_loss.check(1, 0.9, 4))


def test_the_gain_of_another_way_to_promote_fails(monkeypatch):
    swapped = {**promotion.GAINS, ("Peter", "best"): promotion.GAINS["Peter", "worst"]}
    monkeypatch.setattr(promotion, "GAINS", swapped)
    monkeypatch.setattr(promotion, "REPLICATES", 4)
    monkeypatch.setattr(promotion, "STARTS", 50)
    assert failing(promotion.check(1, "Peter", "best", None))


@pytest.mark.slow
def test_an_expectation_that_misses_a_rule_fails(monkeypatch):
    right = limit_of_many.MeanField
    monkeypatch.setattr(
        limit_of_many,
        "MeanField",
        lambda scenario: right(scenario.replace({"behaviour.habit": 0.0})),
    )
    assert failing(limit_of_many.check(1, 64, 1024))


@pytest.mark.parametrize(
    ("name", "given", "said"),
    [
        ("clearance", {}, "clearances"),
        ("trust", {"p": 0.5}, "--gain, --loss, --quality"),
        (None, {"p": 0.5}, "which row"),
    ],
)
def test_a_row_or_value_that_is_none_is_refused(name, given, said):
    with pytest.raises(BadInput, match=said):
        chosen(name, given)


@pytest.mark.parametrize(
    "words",
    [
        ("clearances", "--p", "1.5"),
        ("clearances", "--n", "101"),
        ("trust", "--quality", "1"),
        ("promotion", "--share", "2"),
        ("interactions", "--beta", "-1"),
        ("mean_field", "--officers", "3"),
        ("--workers", "0"),
    ],
)
def test_values_out_of_range_are_refused_in_one_line(zhixing, words):
    said = zhixing("verify", *words, *(() if "--workers" in words else ("--workers", "1")))
    assert said.code == 2
    assert said.err.splitlines()[-1].startswith("zhixing: ")


@pytest.mark.slow
def test_other_values_of_a_row_can_be_asked_for(zhixing):
    said = zhixing("verify", "clearances", "--p", "0.93", "--n", "25", "--workers", "1", "--json")
    assert said.code == 0
    (row,) = said.json["rows"]
    assert said.json["agrees"] is True
    assert row["checks"][1]["expected"] == pytest.approx(0.93**25)
    assert {check["case"] for check in row["checks"]} == {"p = 0.93, n = 25"}


@pytest.mark.slow
def test_a_row_is_drawn_if_asked(zhixing, tmp_path):
    words = ("control_loss", "--p", "0.8", "--workers", "1", "--figure", "--out", tmp_path)
    assert zhixing("verify", *words).code == 0
    names = {path.suffix for path in tmp_path.glob("verify-control_loss.*")}
    assert names == {".png", ".svg", ".pdf", ".txt"}


@pytest.mark.long
def test_the_gain_is_the_same_by_twin_runs_and_from_the_jacobian_where_all_are_alike():
    size = 4000
    settings = {"organisation.ranks": [1, size - 1], "public.citizens": size}
    alike = Scenario.load(LIMITS / "mean_field.toml").replace(settings)
    field = MeanField(alike)
    top = resting_points(field)[-1]
    start = {"public.trust.mean": top.credibility, "start.norm_at_start": top.norm}
    settled = alike.replace(start)
    gains = twins.spiral_gain(settled, 0.02, 120, 6, 1, 1)
    left = twins.respond(settled, 0.02, 120, 6, 1, 1).credibility
    error = gains[:, -1].std(ddof=1) / 6**0.5
    expected = loop_gain(field, top.state, twins.FOLLOWED)
    assert abs(gains[:, -1].mean() - expected[-1]) < max(4 * error, 0.02)
    assert gains[:, -1].mean() > 0.05
    for month in (12, 36):
        kept = response(field, top.state, month)[-1]
        assert left[:, month].mean() == pytest.approx(kept, abs=0.04)


@pytest.mark.long
def test_without_feedback_the_gain_is_nought_and_starts_leave_no_trace():
    still = Scenario.load("vicious_circle").replace(
        NO_FEEDBACK | {"mechanisms.supervision.coverage.masses": 0.0, "clock.months": 240}
    )
    gains = twins.spiral_gain(still, 0.2, 24, 3, 1, 1)
    assert (gains == 0.0).all()
    few = {"organisation.departments": 4}
    found = feedback.measure(still.replace(few), 3, 1, workers=1, levers=())
    assert found.width.value < 0.02
    assert found.tipping is None
    assert found.regime == "absorbing"
    assert found.expected.tipping is None


@pytest.mark.slow
def test_the_vicious_circle_tips_and_levers_move_its_tipping_point(monkeypatch):
    # Runs are asked here. What the mean field says of them takes most of the time and has tests of
    # its own: fewer phases will do.
    monkeypatch.setattr(meanfield, "_AGES", 1)
    monkeypatch.setattr(meanfield, "_INTERESTS", 1)
    circle = Scenario.load("vicious_circle")
    circle = circle.replace({"clock.months": 180, "organisation.departments": 6})
    found = feedback.measure(circle, 4, 1, workers=1, levers=("leadership", "accountability"))
    assert found.width.low > 0.3
    assert 0.1 < found.tipping.value.value < 0.7
    assert found.levers["leadership"].value.value < found.tipping.value.value - 0.1
    assert found.levers["accountability"].value.value > found.levers["leadership"].value.value
    assert 0.0 < found.gain(60).value < 1.5


@pytest.mark.long
def test_spiral_keeps_its_result_and_three_pictures(zhixing, small_file, tmp_path):
    words = ["spiral", small_file, "--replicates", "2", "--months", "36", "--workers", "1"]
    # One kind of directive and no season: a mean field of few phases.
    for alike in ("directives.interest_low=0", "directives.interest_high=0"):
        words += ["--set", alike]
    words += ["--set", "mechanisms.appraisal.routine=1"]
    said = zhixing(*words, "--out", tmp_path, "--json")
    assert said.code == 0
    (folder,) = tmp_path.iterdir()
    pictures = {path.stem for path in folder.glob("*.svg")}
    assert pictures == {"phase_portrait", "impulse_response", "hysteresis"}
    assert said.json["mean_field"]["resting_points"]
    assert set(said.json["gain"]) == {"12", "24", "36", "60"}


@pytest.mark.parametrize(
    "words",
    [("--cut", "0"), ("--along", "behaviour.cooperation"), ("--replicates", "1"), ("--month", "0")],
)
def test_a_spiral_that_cannot_be_measured_is_refused(zhixing, small_file, tmp_path, words):
    said = zhixing("spiral", small_file, *words, "--out", tmp_path / "out", "--workers", "1")
    assert said.code == 2
