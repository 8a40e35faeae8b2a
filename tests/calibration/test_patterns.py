"""Patterns: all there, all read as they say, and refused where they make no sense."""

import re
import tomllib

import numpy as np
import pytest

from sim import shipped
from sim.calibration.candidates import Candidates
from sim.calibration.experiments import STATUS_QUO
from sim.calibration.patterns import Patterns
from sim.calibration.vignettes import VIGNETTES
from sim.errors import BadInput
from sim.study.points import Point
from sim.world.plan import Plan
from sim.world.scenario import Scenario

PUBLISHED = [f"P{number}" for number in range(1, 14)]


# A target of this arm is in the file of the calibration; others are findings on reforms.
ARM, OF_ARM = "less_time", "time"


def tree():
    return tomllib.loads(shipped.patterns()["district"].read_text(encoding="utf-8"))


def small(**changes):
    """Patterns of a bureau that run in a moment."""
    about = tree()
    about.update(scenario="bureau", burn_in=12, observed=12, reforms=[], **changes)
    for arm in about["arm"].values():
        arm.update(months=min(arm["months"], 6), observed=min(arm["months"], 6))
    return Patterns.from_tree(about, "small", "small")


@pytest.mark.slow
def test_every_published_pattern_is_a_target():
    patterns = Patterns.load("district")
    # A finding on a reform that is none of these patterns has the name of the reform.
    of_reforms = {name for name in patterns.arm if name not in tree()["arm"]}
    found = {target.pattern for target in patterns.target.values()} - of_reforms
    assert found == {*PUBLISHED, "Baseline"}


@pytest.mark.slow
def test_every_arm_is_asked_by_a_target():
    patterns = Patterns.load("district")
    asked = {target.arm for target in patterns.target.values()}
    assert asked == {STATUS_QUO, *patterns.arm}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"measure": "execution_rat"}, "no measure “execution_rat”.*execution_rate"),
        ({"arm": "les_time"}, "no arm “les_time”.*less_time"),
        ({"compare": "level"}, "compare: “level” with arm “less_time”"),
        ({"kind": "value"}, "value: needed by a target of kind “value”"),
        ({"value": 0.0}, "value: not allowed in a target of kind “range”"),
        ({"vignette": "own_sanction"}, "expected either a measure or a vignette"),
        ({"tolerance": 0.0}, "tolerance: .*greater than 0"),
        ({"compare": "faded"}, "“faded” needs months after arm “less_time”"),
        ({"pooled": True}, "pooled: expected a measure that is a ratio of two sums: sanction_risk"),
        (
            {"pooled": True, "measure": "dereliction_cases"},
            "pooled: expected only for the status quo, not for arm “less_time”",
        ),
    ],
)
def test_targets_that_make_no_sense_are_refused(change, said):
    about = tree()
    about["target"][OF_ARM].update(change)
    with pytest.raises(BadInput, match=said):
        Patterns.from_tree(about, "x", "x.toml")


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"leadership.autonomi": 0.5}, "no such mechanism setting.*leadership.autonomy"),
        ({"leadership.autonomy": {"add": 0.5}}, "expected a number"),
        ({"leadership.autonomy": "much"}, "expected a number"),
    ],
)
def test_arms_that_make_no_sense_are_refused(settings, said):
    about = tree()
    about["arm"][ARM]["set"] = settings
    patterns = Patterns.from_tree(about, "x", "x.toml")
    with pytest.raises(BadInput, match=said):
        patterns.settings_of(ARM, Scenario.load("district"))


def test_an_arm_moves_what_it_names_and_stops_at_the_range():
    about = tree()
    about["arm"][ARM]["set"] = {
        "leadership.autonomy": {"plus": 5.0},
        "supervision.coverage": {"times": 2.0},
        "posts.clarity": 0.25,
    }
    district = Scenario.load("district")
    found = Patterns.from_tree(about, "x", "x").settings_of(ARM, district)
    coverage = district.mechanisms.supervision.coverage
    assert found["mechanisms.leadership.autonomy"] == 1.0
    assert found["mechanisms.posts.clarity"] == 0.25
    assert found["mechanisms.supervision.coverage.press"] == 2.0 * coverage.press
    assert len(found) == 2 + len(list(coverage))


@pytest.mark.slow
def test_an_arm_that_changes_nothing_shows_nothing():
    """The world goes on in an arm as it would have: same draws, same state."""
    about = tree()
    about.update(scenario="bureau", burn_in=24, observed=12)
    patterns = Patterns.from_tree(about, "x", "x")
    nought = {"set": {"leadership.autonomy": {"plus": 0.0}}, "change": {}, "heads": {}}
    unchanged = {name: arm.model_copy(update=nought) for name, arm in patterns.arm.items()}
    patterns = patterns.model_copy(update={"arm": unchanged})
    values, _ = Candidates(Scenario.load("bureau"), patterns).runs(Point(), 1, range(2))
    nothing = {"difference": 0.0, "relative": 0.0, "log_ratio": 0.0, "ratio": 1.0}
    checked = 0
    for column, target in enumerate(patterns.target.values()):
        if target.compare in nothing:
            seen = values[:, column]
            assert (seen[np.isfinite(seen)] == nothing[target.compare]).all()
            checked += 1
    assert checked >= 7


def test_a_candidate_shows_the_same_again_and_others_have_other_draws():
    candidates = Candidates(Scenario.load("bureau"), small())
    point = Point({"behaviour.duty": 1.5})
    one, _ = candidates.runs(point, 1, range(2))
    again, _ = candidates.runs(point, 1, range(2))
    assert one.tobytes() == again.tobytes()
    assert (one[0] != one[1]).any()
    names = list(candidates.measures)
    place = names.index("execution")
    # A setting that nothing reads moves no measure, but the draws are its own.
    other, _ = candidates.runs(Point({"reach.pass_mark": 0.46}), 1, range(1))
    same, _ = candidates.runs(Point({"reach.pass_mark": 0.47}), 1, range(1))
    assert other[0, place] != same[0, place]
    common = Candidates(Scenario.load("bureau"), small(), own_draws=False)
    a, _ = common.runs(Point({"reach.pass_mark": 0.46}), 1, range(1))
    b, _ = common.runs(Point({"reach.pass_mark": 0.47}), 1, range(1))
    assert a[0, place] == b[0, place]


@pytest.mark.parametrize("own", [0.02, 0.063, 0.4])
def test_one_asked_about_a_sanction_answers_by_the_rule(own):
    settings = Plan(Scenario.load("bureau").replace({"behaviour.own": own})).settings[0]
    # From the middle of the scale the rise is own · (1 − ½) / ½.
    assert VIGNETTES["own_sanction"](settings) == pytest.approx(own)


def test_losses_outweigh_gains_by_their_ratio():
    changes = {"public.gain": 0.02, "public.loss": 0.06}
    settings = Plan(Scenario.load("bureau").replace(changes)).settings[0]
    assert VIGNETTES["loss_over_gain"](settings) == pytest.approx(2.0)


@pytest.mark.slow
def test_misfit_is_nought_at_the_value_inside_the_range_and_for_the_sign():
    targets = Patterns.load("district").target
    value, ranged = targets["blame_lands_low"], targets["execution"]
    sign = targets["hard_inspection.initiative"]
    assert value.misfit(value.value) == 0.0
    assert value.misfit(value.value + value.tolerance) == pytest.approx(1.0)
    assert ranged.misfit(0.5 * (ranged.low + ranged.high)) == 0.0
    assert ranged.misfit(ranged.high + 0.5 * (ranged.high - ranged.low)) == pytest.approx(1.0)
    assert sign.misfit(-0.1) == 0.0
    assert sign.misfit(0.1) == 1.0


@pytest.mark.slow
def test_the_docs_list_every_target_and_every_parameter():
    patterns = Patterns.load("district")
    page = (shipped.folder("experiments").parent / "docs" / "calibration.md").read_text("utf-8")
    for target in patterns.target.values():
        assert re.search(rf"\| {target.pattern} \| {re.escape(target.title)} \|", page)
    for key in patterns.prior:
        assert f"| `{key}` |" in page


def test_pooled_replicates_give_a_ratio_of_sums_and_no_mean_of_ratios():
    """Cases are counted over all replicates, as the statistics that are fitted to count them.

    A mean of ratios would give a replicate with one case the weight of one with a hundred, and
    would be undefined where one replicate has none.
    """
    published = tree()["target"]["dereliction_cases"]
    assert published["pooled"]
    patterns = small(target={"dereliction": published, "execution": tree()["target"]["execution"]})
    model = Candidates(Scenario.load("bureau"), patterns)
    names = list(model.measures)
    places = [names.index(f"dereliction.{part}") for part in ("top", "bottom")]
    found, _ = model.runs(Point(), 1, range(4))
    assert (found[:, places[0]] <= found[:, places[1]]).all()
    found = np.zeros((3, len(names)))
    found[:, names.index("dereliction")] = [1.0, 0.2, np.nan]
    found[:, names.index("execution")] = [0.3, 0.4, 0.5]
    found[:, places] = [[1.0, 1.0], [2.0, 10.0], [0.0, 0.0]]
    means = model.over_replicates(found)
    assert means[names.index("dereliction")] == pytest.approx(3.0 / 11.0)
    assert means[names.index("execution")] == pytest.approx(0.4)
    error = model.errors(found)[names.index("execution")]
    assert error == pytest.approx(0.1 / np.sqrt(3.0))
    found[:, places] = 0.0
    assert np.isnan(model.over_replicates(found)[names.index("dereliction")])


@pytest.mark.slow
def test_patterns_without_pooled_targets_are_the_same_study_as_before():
    """Stored runs of a calibration stay valid: nothing is added to what identifies them."""
    about = tree()
    about["target"] = {name: one for name, one in about["target"].items() if not one.get("pooled")}
    patterns = Patterns.from_tree(about, "x", "x.toml")
    assert all("pooled" not in one for one in patterns.identity()["target"].values())
    pooled = Patterns.load("district").identity()["target"]
    assert {name for name, one in pooled.items() if "pooled" in one} == {
        "blame_lands_low",
        "dereliction_cases",
    }
