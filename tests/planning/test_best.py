"""The chance of being best says as often as it should which package is best."""

from itertools import pairwise

import numpy as np
import pytest

from sim.planning.best import chance_of_best

PACKAGES = 4
TRIALS = 400


def calibrated(chances, best):
    """Chances against frequencies, in classes of chance: each within three standard errors."""
    edges = np.linspace(0.0, 1.0, 6)
    for low, high in pairwise(edges):
        here = (chances > low) & (chances <= high)
        if here.sum() >= 50:
            said, was = chances[here].mean(), best[here].mean()
            error = np.sqrt(said * (1.0 - said) / here.sum())
            assert was == pytest.approx(said, abs=3.0 * error + 0.01)


def test_with_fixed_settings_it_is_calibrated(monkeypatch):
    monkeypatch.setattr("sim.planning.best._DRAWN", 2_000)
    rng = np.random.default_rng(1)
    chances, best = [], []
    for trial in range(TRIALS):
        means = rng.normal(0.0, 3.0, PACKAGES)
        common = rng.normal(0.0, 5.0, 60)
        runs = means[:, None] + common + rng.normal(0.0, 8.0, (PACKAGES, 60))
        chances.append(chance_of_best(runs, 0, trial))
        best.append(means == means.max())
    calibrated(np.ravel(chances), np.ravel(best))


@pytest.mark.parametrize("noise", [0.3, 2.0])
def test_over_draws_it_is_calibrated_whatever_the_noise_within_draws(monkeypatch, noise):
    monkeypatch.setattr("sim.planning.best._DRAWN", 4_000)
    rng = np.random.default_rng(2)
    chances, best = [], []
    for trial in range(TRIALS):
        middle = rng.normal(0.0, 0.7, PACKAGES)
        spread = rng.uniform(0.2, 1.5, PACKAGES)
        draws = middle + spread * rng.standard_normal((100, PACKAGES))
        # The truth is one more draw of the same posterior.
        truth = middle + spread * rng.standard_normal(PACKAGES)
        runs = np.tile(draws, (3, 1)) + noise * rng.standard_normal((300, PACKAGES))
        chances.append(chance_of_best(runs.T, 100, trial))
        best.append(truth == truth.max())
    calibrated(np.ravel(chances), np.ravel(best))


def test_noise_within_draws_does_not_make_packages_look_alike():
    # The second is better in every draw, by less than the noise of a run.
    rng = np.random.default_rng(3)
    runs = rng.standard_normal((2, 400)) + np.array([[0.0], [0.6]])
    naive = np.mean([runs[1, k::100].mean() > runs[0, k::100].mean() for k in range(100)])
    assert naive < 0.9
    assert chance_of_best(runs, 100, 1)[1] > 0.9


def test_equal_packages_share_the_chance():
    runs = np.random.default_rng(4).standard_normal(50)
    assert chance_of_best(np.array([runs, runs]), 0, 1) == pytest.approx([0.5, 0.5])
