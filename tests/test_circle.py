"""The vicious circle: where it begins, what breaks it, and what of it the mean field follows."""

import re

import numpy as np
import pytest

from sim import Scenario, shipped, simulate
from sim.cli import circle as report
from sim.cli.texts.spiral import SPIRAL
from sim.cli.texts.tables import TABLES
from sim.declare import Unfollowed
from sim.drawing.language import joined
from sim.mechanisms import modules
from sim.study import circle, feedback, tipping, twins
from sim.study.points import Point
from sim.study.tipping import HIGH, LastingLoss, Recovery, lowest, started
from sim.theory import mean_field as map_
from sim.theory.basins import gain_from, separatrix, tipping_point
from sim.theory.mean_field import MeanField
from sim.world.plan import Plan
from tests.plain import NO_FEEDBACK

SEED, REPLICATES = 1, 4
SMALLER = {"organisation.departments": 6, "clock.months": 180}
# Between the rests of the circle, which are near .12 and .73.
MIDDLE = 0.4


@pytest.fixture(scope="module")
def world():
    return Scenario.load("vicious_circle").replace(SMALLER)


@pytest.fixture(scope="module")
def upper(world):
    """Credibility at the upper rest."""
    return simulate(started(world, HIGH), SEED).summary["credibility"]


@pytest.fixture(scope="module")
def found(world):
    with pytest.MonkeyPatch.context() as patch:
        # What the mean field says has tests of its own: fewer phases will do.
        patch.setattr(map_, "_AGES", 1)
        patch.setattr(map_, "_INTERESTS", 1)
        levers = ("leadership", "accountability")
        return feedback.measure(world, REPLICATES, SEED, workers=1, levers=levers)


def tips(model):
    runs, _ = model.runs(Point(), SEED, range(REPLICATES))
    return tipping.tipping_of(runs[:, 0], SEED).value.value


@pytest.mark.slow
def test_the_trust_that_is_needed_at_the_start_falls_with_the_norm(world):
    """Officers who act serve citizens well whatever these think, and so win their trust.

    Trust takes years to move and the norm months, so a good norm repairs trust before bad trust
    spoils the norm: at a norm of .9 less than half of the trust is needed that is needed at .1.
    """
    low, high = (tips(Recovery(world, MIDDLE, norm, tipping.ROUGHLY)) for norm in (0.1, 0.9))
    assert high < 0.5 * low
    assert low > 0.2


@pytest.mark.slow
def test_a_norm_that_leads_nobody_has_no_say_in_where_a_run_tips(world):
    """Without pull of the norm on officers, and on their responsibility, it moves nothing."""
    alone = {"behaviour.conformity": 0.0, "behaviour.respect": 1.0, "behaviour.norm_speed": 1.0}
    deaf = world.replace(alone)
    low, high = (tips(Recovery(deaf, 0.3, norm, tipping.ROUGHLY)) for norm in (0.3, 0.7))
    assert abs(low - high) < 0.12


@pytest.mark.slow
def test_a_shock_to_trust_far_below_the_tipping_point_recovers_where_the_norm_is_high(world, upper):
    """A tipping point of starts, where the norm is as low as trust, is none for trust alone."""
    runs, _ = LastingLoss(world, MIDDLE, 60).runs(Point(), SEED, range(REPLICATES))
    loss = tipping.tipping_of(runs[:, 0], SEED).value.value
    joint = tips(Recovery(world, MIDDLE))
    assert (runs[:, 1] > 0.8).all()
    assert upper - loss < joint - 0.15


@pytest.mark.slow
def test_the_gain_is_many_times_higher_at_the_tipping_point_than_at_the_upper_rest(found):
    """At the upper rest service exceeds what citizens expect, so that a little less costs nothing.

    At a tipping point a loss brings about as much again: the gain is 1 for a department that is
    exactly there, and less for those that are beside it.
    """
    at_tip = found.circle.gains[:, -1].mean()
    assert at_tip > 3.0 * found.gain(twins.FOLLOWED).value
    assert 0.5 < at_tip < 1.6


@pytest.mark.slow
def test_the_sentence_says_where_the_circle_begins_and_what_breaks_it(found):
    assert found.circle.breakers == ("leadership",)
    ends = found.circle.doses["leadership"]
    strength = found.circle.strength("leadership")
    place = circle.STRENGTHS.index(strength)
    assert ends[place] >= found.circle.middle
    assert (ends[:place] < found.circle.middle).all()
    assert found.circle.strength("accountability") is None
    said = {lang: report.verdict(found, joined(lang, TABLES, SPIRAL)) for lang in ("en", "zh")}
    assert said["en"].startswith("There is a vicious circle")
    assert "Leadership" in said["en"]
    assert f"{found.tipping.value.value:.2f}" in said["en"]
    # One full stop: all other points stand inside numbers.
    assert len(re.findall(r"\.(?!\d)", said["en"])) == 1
    assert said["zh"].startswith("存在恶性循环")
    told = report.result(found, {})
    assert told["verdict"]["lever"] == "leadership"
    assert told["verdict"]["strength"] == strength
    assert set(told["departments"]["from_low"]) == set(report.SIDES)


@pytest.mark.slow
def test_the_difference_of_mean_field_and_runs_is_told_with_what_is_left_out(found):
    told = report.of_mean_field(found)
    assert {one["en"] for one in told["left_out"]} == {
        one.said for one in MeanField(found.scenario).left_out
    }
    assert all(one["tipping_without"] for one in told["left_out"])
    tips = found.expected.tipping - found.tipping.value.value
    assert told["difference"]["tipping"] == pytest.approx(tips)
    assert told["tipping_curve"][0] > told["tipping_curve"][-1]


def test_without_feedback_there_is_no_circle_and_nothing_runs_through_trust(world):
    """Where trust neither helps nor is respected, holding it changes no effect of any lever."""
    still = world.replace(NO_FEEDBACK | {"mechanisms.supervision.coverage.masses": 0.0})
    runs = feedback.Runs(SEED, 1, None, lambda title: lambda done, of: None)
    through = circle._through(still, 0.6, ("responsibility",), 3, runs)
    assert through["responsibility"].effect.low > 0.05
    assert through["responsibility"].share == pytest.approx(0.0, abs=1e-12)


def test_part_of_what_a_lever_does_runs_through_trust(world, upper):
    """Better execution wins trust, and trust helps execution: the loop adds to the effect."""
    runs = feedback.Runs(SEED, 1, None, lambda title: lambda done, of: None)
    through = circle._through(world, upper, ("responsibility",), REPLICATES, runs)
    assert through["responsibility"].effect.low > 0.05
    assert 0.05 < through["responsibility"].share < 0.5


def test_departments_that_change_sides_are_counted_once_they_are_across():
    sides = circle.Sides(None, 0.1, 0.9)
    # One stays high, one falls, one only comes half of the way down, one returns.
    trust = np.array([[0.9, 0.9, 0.9, 0.1]] * 2 + [[0.9, 0.2, 0.5, 0.8]] * 2)
    half, end, falls, returns = sides._moves(trust)
    assert (half, end) == (0.75, 0.75)
    assert falls == returns == 0.0
    trust = np.array([[0.9, 0.9, 0.9, 0.1]] * 3 + [[0.9, 0.2, 0.5, 0.8]])
    half, end, falls, returns = sides._moves(trust)
    assert (half, end) == (0.75, 0.75)
    assert falls == returns == pytest.approx(25.0)


def test_the_mean_field_names_what_is_in_force_and_it_does_not_follow():
    """Every chapter says so itself; where all of it is switched off, nothing is left out."""
    district = Scenario.load("district")
    said = {one.said for one in MeanField(district).left_out}
    assert {"turnover", "news of cases", "differences between officers"} <= said
    petitions = "changes of trust in the centre, on which petitions depend"
    assert petitions in said
    without = MeanField(district.replace({"behaviour.petition_time": 0.0}))
    assert petitions not in {one.said for one in without.left_out}
    quiet = Scenario.load(shipped.folder("scenarios") / "limits" / "quiet.toml")
    assert MeanField(quiet.replace({"public.exit_below": 0.0})).left_out == ()


def test_what_a_chapter_does_not_let_the_map_follow_can_be_switched_off():
    district = Scenario.load("district")
    declared = [one for module in modules() for one in getattr(module, "UNFOLLOWED", ())]
    assert len({one.said for one in declared}) == len(declared) == len(map_.UNFOLLOWED)
    for one in declared:
        assert isinstance(one, Unfollowed)
        if "organisation.above" not in one.without:
            assert not one.in_force(district.replace(dict(one.without)))


@pytest.mark.slow
def test_the_separatrix_passes_through_the_tipping_point_of_starts_that_agree(monkeypatch):
    monkeypatch.setattr(map_, "_AGES", 1)
    monkeypatch.setattr(map_, "_INTERESTS", 1)
    field = MeanField(Scenario.load("vicious_circle"))
    joint = tipping_point(field)
    (same,) = separatrix(field, [joint])
    assert same == pytest.approx(joint, abs=0.02)
    still = MeanField(Scenario.load("vicious_circle").replace(NO_FEEDBACK))
    assert np.isnan(separatrix(still, [0.3])).all()
    assert gain_from(still, 0.3, 0.1, 24) == pytest.approx(0.0, abs=1e-12)


def test_officers_who_meet_no_trust_do_not_notice_that_it_is_cut(world):
    held = world.replace({"structure.trust_feedback": "off", "clock.months": 24})
    world = Plan(held).begin(SEED)
    before = world.departments["willing"].copy()
    assert twins.cut_trust(world, 0.2) > 0.1
    assert (world.departments["willing"] == before).all()


def test_a_start_sets_trust_and_norm_apart(world):
    begun = started(world, 0.2, 0.7)
    assert (begun.public.trust.mean, begun.start.norm_at_start) == (0.2, 0.7)
    together = started(world, 0.2)
    assert together.public.trust.mean == together.start.norm_at_start == 0.2


@pytest.mark.parametrize("near", [None, 0.0, 0.25, 0.7, 1.0])
@pytest.mark.parametrize("halvings", [5, 7])
def test_the_lowest_value_that_recovers_is_found_wherever_it_is_expected(halvings, near):
    for tip in (0.002, 0.1, 0.3, 0.6, 0.9, 0.998):
        found = lowest(lambda value, tip=tip: value >= tip, halvings, near)
        assert abs(found - tip) <= 0.5 ** (halvings + 1)
    assert lowest(lambda value: True, halvings, near) == -1.0
    assert np.isnan(lowest(lambda value: False, halvings, near))


def test_where_a_tipping_point_is_expected_it_is_found_in_fewer_runs():
    tried = {}
    for near in (None, 0.29, 0.31):
        asked = tried.setdefault(near, [])
        lowest(lambda value, asked=asked: asked.append(value) or value >= 0.3, 5, near)
        assert len(set(asked)) == len(asked)
    assert max(len(tried[0.29]), len(tried[0.31])) < len(tried[None]) <= 6
