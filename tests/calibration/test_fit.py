"""The fit by itself: held against posteriors that are known, and against data it made."""

import numpy as np
import pytest
from scipy.stats import norm

from sim.calibration.patterns import Target
from sim.calibration.picture import Picture
from sim.calibration.posterior import Draws, Reports, quantiles, reported, scores


def target(kind="value", **about):
    words = {"value": {"value": 0.0, "tolerance": 1.0}, "range": {"low": -1.0, "high": 1.0}}
    return Target.model_validate(
        {
            "pattern": "P0",
            "title": "t",
            "zh": "题",
            "source": "nobody",
            "confidence": "assumed",
            "reading": "as it is",
            "unit": "share",
            "measure": "execution_rate",
            "kind": kind,
            **words.get(kind, {"sign": 1}),
            **about,
        }
    )


def linear(candidates, seed, targets=2):
    """A world in which target k is 8 (share k − ½) and chance, of standard deviation .2."""
    rng = np.random.default_rng(seed)
    shares = rng.random((candidates, 3))
    found = 8.0 * (shares[:, :targets] - 0.5) + 0.2 * rng.standard_normal((candidates, targets))
    return shares, found


def test_the_posterior_of_a_linear_world_is_the_known_one():
    shares, found = linear(20_000, 1)
    targets = [target(value=1.0, tolerance=1.0), target(value=-1.0, tolerance=2.0)]
    reports = Reports.of(targets, shares, found, np.random.default_rng(2))
    draws = reports.fit(*reports.data(), keep=2_000)
    low, high = draws.interval()
    # Error of the report (half the tolerance) and chance, in shares.
    for k, (value, sd) in enumerate([(1.0, np.hypot(0.5, 0.2)), (-1.0, np.hypot(1.0, 0.2))]):
        middle, spread = 0.5 + value / 8.0, sd / 8.0
        assert draws.median()[k] == pytest.approx(middle, abs=0.015)
        assert high[k] - low[k] == pytest.approx(2.0 * norm.ppf(0.95) * spread, rel=0.12)
    # Nothing was said of the third.
    assert high[2] - low[2] == pytest.approx(0.9, abs=0.04)


def test_a_range_says_no_more_than_its_ends():
    shares, found = linear(20_000, 1)
    reports = Reports.of(
        [target("range", low=-2.0, high=2.0), target("range", low=0.0, high=4.0)],
        shares,
        found,
        np.random.default_rng(2),
    )
    draws = reports.fit(*reports.data(), keep=2_000)
    low, high = draws.interval()
    # Nine tenths of a range of 4, over 8.
    assert high[0] - low[0] == pytest.approx(0.9 * 4.0 / 8.0, rel=0.15)
    assert draws.median()[1] == pytest.approx(0.75, abs=0.03)


def test_a_sign_shuts_out_the_other():
    shares, found = linear(4_000, 1)
    reports = Reports.of(
        [target("sign", sign=1), target()], shares, found, np.random.default_rng(2)
    )
    draws = reports.fit(*reports.data(), keep=500)
    assert (draws.kept[:, 0] > 0.4).all()


def test_known_parameters_are_covered_nine_times_in_ten():
    shares, found = linear(6_000, 3)
    reports = Reports.of(
        [target(), target("range")], shares, found, np.random.default_rng(4)
    )
    rng = np.random.default_rng(5)
    covered = []
    for row in rng.choice(len(reports.rows), 200, replace=False):
        draws = reports.fit(reports.values[row], reports.signs[row], 600, without=int(row))
        low, high = draws.interval()
        covered.append((low <= reports.shares[row]) & (reports.shares[row] <= high))
    # Three standard errors of a share of .9 in 200 trials are .064.
    assert np.abs(np.mean(covered, axis=0) - 0.9).max() < 0.07


def test_weights_make_up_for_where_candidates_were_drawn():
    """A round drawn from a part of the prior gives the posterior of the whole."""
    targets = [target(value=2.0, tolerance=1.0), target()]
    shares, found = linear(4_096, 1)
    picture = Picture.of(targets, shares, found)
    drawn, weights = picture.drawn(4_096, 0.5, np.random.default_rng(2))
    assert drawn[:, 0].mean() > 0.6
    rng = np.random.default_rng(3)
    shown = 8.0 * (drawn[:, :2] - 0.5) + 0.2 * rng.standard_normal((4_096, 2))
    guided = Reports.of(targets, drawn, shown, rng, weights)
    even = Reports.of(targets, shares, found, rng)
    there = guided.fit(*guided.data(), keep=1_000)
    here = even.fit(*even.data(), keep=1_000)
    assert there.median() == pytest.approx(here.median(), abs=0.03)
    for one, other in zip(there.interval(), here.interval(), strict=True):
        assert one == pytest.approx(other, abs=0.05)


def test_a_picture_sees_where_targets_are_met():
    targets = [target(value=2.0, tolerance=0.5), target()]
    shares, found = linear(4_096, 1)
    picture = Picture.of(targets, shares, found)
    there = np.array([[0.75, 0.5, 0.5], [0.25, 0.5, 0.5], [0.75, 0.9, 0.5]])
    chance = picture.log_chance(there)
    assert chance[0] > chance[1] + 2
    assert chance[0] > chance[2] + 2


def test_too_few_candidates_are_refused():
    shares, found = linear(5, 1)
    reports = Reports.of([target(), target()], shares, found, np.random.default_rng(2))
    with pytest.raises(ValueError, match="5 candidates show the signs found; 6 are needed"):
        reports.fit(*reports.data(), keep=3)


def test_candidates_without_a_number_do_not_count():
    shares, found = linear(100, 1)
    found[7, 1] = np.nan
    reports = Reports.of([target(), target()], shares, found, np.random.default_rng(2))
    assert len(reports.rows) == 99
    assert 7 not in reports.rows


def test_reports_are_as_uncertain_as_the_target():
    rng = np.random.default_rng(1)
    found = np.zeros(40_000)
    assert reported(target(tolerance=3.0), found, rng).std() == pytest.approx(1.5, rel=0.02)
    ranged = reported(target("range", low=2.0, high=4.0), found, rng)
    assert ranged.min() == pytest.approx(-1.0, abs=0.01)
    assert ranged.max() == pytest.approx(1.0, abs=0.01)
    assert (reported(target("sign"), found, rng) == 0.0).all()


def test_scores_are_normal_whatever_the_tails():
    rng = np.random.default_rng(1)
    heavy = rng.standard_cauchy((5_000, 1))
    standing = scores(heavy, heavy)
    assert standing.mean() == pytest.approx(0.0, abs=0.01)
    assert standing.std() == pytest.approx(1.0, abs=0.02)
    assert scores(heavy, np.array([np.median(heavy)]))[0] == pytest.approx(0.0, abs=0.01)


def test_draws_are_taken_by_weight():
    values = np.array([[0.1], [0.9]])
    draws = Draws(values, values, np.array([0.2, 0.8]))
    taken = draws.drawn(1_000, np.random.default_rng(1))
    assert (taken == 0.9).mean() == pytest.approx(0.8, abs=0.002)
    assert quantiles(values, draws.weights, [0.05])[0, 0] == pytest.approx(0.1)
