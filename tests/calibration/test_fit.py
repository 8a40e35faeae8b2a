"""The fit by itself: held against posteriors that are known, and against data it made."""

import numpy as np
import pytest

from sim.calibration import recovery
from sim.calibration.density import log_density
from sim.calibration.evidence import left_out, narrowed
from sim.calibration.experiments import Target
from sim.calibration.likelihood import Likelihood, ends_around, ends_of
from sim.calibration.posterior import Draws, Reports, quantiles, reported, scores
from sim.calibration.recovery import by_likelihood
from sim.calibration.sampler import Sample, Sampling, sampled
from sim.machine.loop import quiet


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


def linear(candidates, seed, targets=2, shares=None):
    """A world in which target k is 8 (share k − ½) and chance, of standard deviation .2."""
    rng = np.random.default_rng(seed)
    shares = rng.random((candidates, 3)) if shares is None else shares
    found = 8.0 * (shares[:, :targets] - 0.5) + 0.2 * rng.standard_normal((candidates, targets))
    return shares, found


def test_the_posterior_of_a_linear_world_is_the_known_one():
    shares, found = linear(20_000, 1)
    targets = [target(value=1.0, tolerance=1.0), target(value=-1.0, tolerance=2.0)]
    reports = Reports.of(targets, shares, found, np.random.default_rng(2))
    draws = reports.fit(*reports.data(), keep=2_000)
    low, high = draws.interval()
    # Even within the tolerance, a little wider for chance; over 8, in shares.
    for k, (value, tolerance) in enumerate([(1.0, 1.0), (-1.0, 2.0)]):
        assert draws.median()[k] == pytest.approx(0.5 + value / 8.0, abs=0.015)
        assert high[k] - low[k] == pytest.approx(0.9 * 2.0 * tolerance / 8.0, rel=0.15)
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


@pytest.mark.slow
def test_known_parameters_are_covered_nine_times_in_ten():
    shares, found = linear(6_000, 3)
    reports = Reports.of([target(), target("range")], shares, found, np.random.default_rng(4))
    rng = np.random.default_rng(5)
    covered = []
    for row in rng.choice(len(reports.rows), 200, replace=False):
        draws = reports.fit(reports.values[row], reports.signs[row], 600, without=int(row))
        low, high = draws.interval()
        covered.append((low <= reports.shares[row]) & (reports.shares[row] <= high))
    # Three standard errors of a share of .9 in 200 trials are .064.
    assert np.abs(np.mean(covered, axis=0) - 0.9).max() < 0.07


def test_a_likelihood_is_highest_where_targets_are_met():
    targets = [target(value=2.0, tolerance=0.5), target()]
    likelihood = Likelihood.of(*linear(4_096, 1))
    there = np.array([[0.75, 0.5, 0.5], [0.25, 0.5, 0.5], [0.75, 0.9, 0.5]])
    chance = likelihood.log_likelihood(there, ends_of(targets))
    assert chance[0] > chance[1] + 2
    assert chance[0] > chance[2] + 2


@pytest.mark.long
def test_the_posterior_by_a_likelihood_is_the_known_one():
    targets = [target(value=1.0, tolerance=1.0), target("range", low=-3.0, high=-1.0)]
    shares, found = linear(4_096, 1)
    # In rounds, as in a calibration, so that the regression is accurate where targets are met.
    for number, power in enumerate((0.3, 1.0)):
        drawn = sampled(
            Likelihood.of(shares, found), ends_of(targets), shares, 4_096, (number,), power
        )
        shares, found = linear(4_096, number, shares=drawn.points)
    drawn = sampled(Likelihood.of(shares, found), ends_of(targets), shares, 5_000, (1,)).points
    low, middle, high = np.quantile(drawn, [0.05, 0.5, 0.95], axis=0)
    assert middle[0] == pytest.approx(0.5 + 1.0 / 8.0, abs=0.015)
    assert middle[1] == pytest.approx(0.5 - 2.0 / 8.0, abs=0.015)
    assert high[0] - low[0] == pytest.approx(0.9 * 2.0 / 8.0, rel=0.15)
    assert high[2] - low[2] == pytest.approx(0.9, abs=0.05)


@pytest.mark.long
def test_a_power_of_a_likelihood_is_wider_and_no_power_is_the_prior():
    targets = [target(value=1.0, tolerance=0.3), target()]
    shares, found = linear(4_096, 1)
    likelihood = Likelihood.of(shares, found)
    spread = [
        sampled(likelihood, ends_of(targets), shares, 4_000, (1,), power).points[:, 0].std()
        for power in (0.0, 0.3, 1.0)
    ]
    assert spread[0] == pytest.approx(1.0 / np.sqrt(12.0), abs=0.02)
    assert spread[0] > spread[1] > spread[2]


@pytest.mark.slow
def test_evidence_left_out_widens_the_interval_that_it_alone_identifies():
    """Each of two patterns tells of a parameter of its own, and none of the third."""
    targets = [target(pattern="A", tolerance=0.5), target(pattern="B", tolerance=0.5)]
    shares, found = linear(4_096, 1)
    likelihood = Likelihood.of(shares, found)
    sampling = Sampling(chains=2, warm_up=150)
    words = ("first", "second", "third")
    table = left_out(likelihood, targets, words, shares, (1,), sampling, 1, quiet)
    widths = table.set_index(["pattern", "parameter"])["without"]
    assert widths["A", "first"] == pytest.approx(1.0, abs=0.08)
    assert widths["B", "second"] == pytest.approx(1.0, abs=0.08)
    assert widths["A", "second"] < 0.3 > widths["B", "first"]
    assert table["width"][table["parameter"] == "third"].tolist() == pytest.approx(
        [1.0] * 2, abs=0.08
    )
    identified = narrowed(table)
    assert sorted(zip(identified["pattern"], identified["parameter"], strict=True)) == [
        ("A", "first"),
        ("B", "second"),
    ]


@pytest.mark.long
def test_intervals_by_a_likelihood_cover_known_parameters_nine_times_in_ten():
    targets = [target(), target("range"), target("sign")]
    shares, found = linear(4_096, 6, targets=3)
    likelihood = Likelihood.of(shares, found)
    rng = np.random.default_rng(7)
    sampling = Sampling(chains=2, warm_up=150)
    covered = []
    for row in rng.choice(len(shares), 150, replace=False):
        ends = ends_around(targets, found[row], rng)
        drawn = sampled(likelihood, ends, shares, 600, (int(row),), sampling=sampling)
        low, high = np.quantile(drawn.points, [0.05, 0.95], axis=0)
        covered.append((low <= shares[row]) & (shares[row] <= high))
    # Three standard errors of a share of .9 in 150 trials are .073.
    assert np.abs(np.mean(covered, axis=0) - 0.9).max() < 0.08


@pytest.mark.long
def test_truths_that_the_findings_draw_to_an_end_of_the_prior_are_covered(tmp_path):
    """Fits to artificial data alone would judge such truths by the prior, and miss them."""
    targets = [target(value=-4.0, tolerance=0.8), target(tolerance=0.8)]
    shares, shown = linear(4_096, 1)
    # In rounds, as in a calibration, so that candidates come from the posterior.
    for number, power in enumerate((0.3, 1.0, 1.0)):
        fitted, ends = Likelihood.of(shares, shown), ends_of(targets)
        drawn = sampled(fitted, ends, shares, 2_048, (number,), power)
        shares, shown = linear(2_048, number, shares=drawn.points)
    likelihood = Likelihood.of(shares, shown)
    sampling = Sampling(chains=2, warm_up=150)
    rng = np.random.default_rng(3)
    covered = by_likelihood(
        likelihood, targets, (shares, shown), 150, rng, sampling, tmp_path, 1, quiet
    )
    # Three standard errors of a share of .9 in 150 trials are .073.
    assert np.abs(covered.mean(axis=0) - 0.9).max() < 0.08
    rng = np.random.default_rng(4)
    alone = []
    for row in range(150):
        data = ends_around(targets, shown[row], rng)
        points = sampled(likelihood, data, shares, 600, (row,), sampling=sampling).points
        low, high = np.quantile(points[:, 0], [0.05, 0.95])
        alone.append(low <= shares[row, 0] <= high)
    assert np.mean(alone) < 0.8


@pytest.mark.slow
def test_trials_of_an_interrupted_recovery_are_not_done_again(tmp_path, monkeypatch):
    targets = [target(value=1.0, tolerance=1.0), target(value=-1.0, tolerance=2.0)]
    shares, shown = linear(1_024, 1)
    likelihood, sampling = Likelihood.of(shares, shown), Sampling(chains=2, warm_up=4)
    real, done = recovery.recovered, []

    def counted(trials):
        if len(done) == stop:
            raise KeyboardInterrupt
        done.append(trials)
        return real(trials)

    def begun():
        done.clear()
        rng = np.random.default_rng(3)
        given = (likelihood, targets, (shares, shown), 20, rng, sampling, tmp_path)
        return by_likelihood(*given, 1, lambda *told: said.append(told))

    monkeypatch.setattr(recovery, "recovered", counted)
    monkeypatch.setattr(recovery, "_TRIAL_POINTS", 10)
    stop, said = 12, []
    with pytest.raises(KeyboardInterrupt):
        begun()
    kept = sorted(tmp_path.iterdir())
    assert len(kept) == 12
    # One that is damaged is done again.
    kept[3].write_bytes(kept[3].read_bytes()[:-5])
    stop, said = -1, []
    resumed = begun()
    assert len(done) == 9
    assert said[0] == (11, 20)
    assert said[-1] == (20, 20)
    for file in tmp_path.iterdir():
        file.unlink()
    assert np.array_equal(begun(), resumed)
    assert len(done) == 20


def test_without_findings_every_setting_is_as_likely():
    likelihood = Likelihood.of(*linear(4_096, 1)).of_targets(np.zeros(2, bool))
    there = np.array([[0.2, 0.6, 0.5], [0.9, 0.4, 0.1]])
    assert likelihood.log_likelihood(there, np.empty((0, 2))).tolist() == [0.0, 0.0]


def test_what_was_found_twice_counts_twice():
    likelihood = Likelihood.of(*linear(4_096, 1))
    once = ends_of([target(), target("range")])
    there = np.array([[0.2, 0.6, 0.5], [0.9, 0.4, 0.1]])
    both = likelihood.log_likelihood(there, np.array([once, once]))
    assert both == pytest.approx(2.0 * likelihood.log_likelihood(there, once))


def test_the_gradient_of_the_density_is_that_of_small_differences():
    targets = [target(value=1.0, tolerance=0.3), target("sign")]
    likelihood = Likelihood.of(*linear(4_096, 1))
    ends = np.array([ends_of(targets), ends_of([target(), target("range")])])
    parts = (*likelihood.quadratic(), *likelihood.windows(ends), *likelihood.scales(ends))
    gradient, ignored = np.empty(3), np.empty(3)
    at, step = np.array([-0.5, 0.2, 1.5]), 1e-5
    log_density(at, *parts, 0.7, gradient)
    for k in range(3):
        aside = step * np.eye(3)[k]
        rise = log_density(at + aside, *parts, 0.7, ignored)
        rise -= log_density(at - aside, *parts, 0.7, ignored)
        assert gradient[k] == pytest.approx(rise / (2.0 * step), abs=1e-4)


def test_the_density_is_prior_times_likelihood():
    likelihood = Likelihood.of(*linear(4_096, 1))
    ends = ends_of([target(), target("range")])
    parts = (*likelihood.quadratic(), *likelihood.windows(ends), *likelihood.scales(ends))
    shares = np.array([[0.2, 0.6, 0.5], [0.9, 0.4, 0.1]])
    logits = np.log(shares / (1.0 - shares))
    found = np.array([log_density(one, *parts, 1.0, np.empty(3)) for one in logits])
    prior = np.log(shares * (1.0 - shares)).sum(axis=1)
    assert found - prior == pytest.approx(likelihood.log_likelihood(shares, ends))


@pytest.mark.slow
def test_chains_apart_are_told_from_chains_that_agree():
    rng = np.random.default_rng(1)
    alike = rng.random((4, 200, 2))
    apart = alike + np.array([0.0, 0.0, 0.0, 1.0])[:, None, None]
    assert Sample(alike).convergence()[0].max() < 1.01
    assert Sample(apart).convergence()[0].min() > 1.2
    assert Sample(alike).convergence()[1].min() > 600
    assert Sample(apart).convergence()[1].max() < 50
    assert Sample(alike).points.shape == (800, 2)


def test_data_of_a_known_world_are_as_wide_as_the_targets():
    targets = [target(tolerance=2.0), target("range", low=0.0, high=3.0), target("sign", sign=1)]
    rng = np.random.default_rng(1)
    ends = np.array([ends_around(targets, np.array([1.0, 5.0, -2.0]), rng) for _ in range(500)])
    assert ends[:, 0, 1] - ends[:, 0, 0] == pytest.approx(4.0)
    assert ends[:, 1, 1] - ends[:, 1, 0] == pytest.approx(3.0)
    assert (ends[:, 0, 0] <= 1.0).all()
    assert (ends[:, 0, 1] >= 1.0).all()
    assert (ends[:, 2] == [-np.inf, 0.0]).all()


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
    assert reported(target(tolerance=3.0), found, rng).max() == pytest.approx(3.0, abs=0.01)
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
