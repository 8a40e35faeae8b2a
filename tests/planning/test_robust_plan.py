"""How sure an answer is: chances are calibrated, whether there are draws or chance alone."""

import numpy as np
import pytest

from sim.planning.robust import chance_of_best, filled, plausible, regrets, share_within


@pytest.mark.slow
def test_the_chance_of_being_best_is_calibrated_by_chance_alone():
    """Of packages best with a told chance of p, a share p is best, where they may be far apart."""
    rng = np.random.default_rng(1)
    told, right = [], []
    for trial in range(3_000):
        true = 8.0 * rng.standard_normal(4)
        runs = true[:, None] + 5.0 * rng.standard_normal((4, 12)) + rng.standard_normal(12)
        told.append(chance_of_best(runs, 0, trial))
        right.append(np.arange(4) == true.argmax())
    told, right = np.ravel(told), np.ravel(right)
    for low in (0.0, 0.1, 0.3, 0.5, 0.7, 0.9):
        high = {0.0: 0.1, 0.9: 1.01}.get(low, low + 0.2)
        inside = (told >= low) & (told < high)
        assert right[inside].mean() == pytest.approx(told[inside].mean(), abs=0.06)


def test_the_chance_of_being_best_over_draws_is_the_share_of_draws():
    """Chance within a draw, which is larger than what draws differ by, does not blur it."""
    rng = np.random.default_rng(2)
    draws, each = 200, 4
    told, true = [], []
    for trial in range(40):
        worlds = np.array([0.3, 0.0])[:, None] + rng.standard_normal((2, draws))
        runs = np.repeat(worlds[:, None], each, axis=1).reshape(2, -1)
        runs = runs + 3.0 * rng.standard_normal(runs.shape)
        told.append(chance_of_best(runs, draws, trial)[0])
        true.append((worlds[0] > worlds[1]).mean())
    assert np.mean(told) == pytest.approx(np.mean(true), abs=0.02)


def test_a_share_within_limits_does_not_count_chance_as_doubt():
    """A rate that keeps to its limit in nine draws of ten does so however few runs show it."""
    rng = np.random.default_rng(3)
    draws, each = 200, 6
    true = rng.standard_normal(draws) - 1.2816
    found = []
    for trial in range(20):
        over = np.tile(true, each) + 2.0 * rng.standard_normal(draws * each)
        found.append(share_within(over[:, None], draws, trial))
    assert np.mean(found) == pytest.approx((true <= 0.0).mean(), abs=0.02)
    assert (np.tile(true, each) + 2.0 * rng.standard_normal(draws * each) <= 0.0).mean() < 0.75


def test_without_limits_everything_keeps_to_them():
    assert share_within(np.empty((10, 0)), 0, 1) == 1.0


def test_regret_is_zero_for_what_is_always_best():
    rng = np.random.default_rng(4)
    runs = np.array([1.0, 0.0])[:, None] + 0.01 * rng.standard_normal((2, 60))
    found = regrets(runs, 20, 1)
    assert found.shape == (2, 20)
    assert found[0].max() == 0.0
    assert found[1].max() == pytest.approx(1.0, abs=0.02)


def test_true_values_have_the_mean_of_runs():
    runs = np.random.default_rng(5).standard_normal((40, 3))
    np.testing.assert_allclose(
        plausible(runs, 10, 1).mean(axis=(0, 1)), runs.mean(axis=0), atol=0.1
    )


def test_missing_values_are_replaced_by_the_mean_of_others():
    runs = np.array([[1.0, np.nan], [3.0, 5.0]])
    np.testing.assert_array_equal(filled(runs), [[1.0, 5.0], [3.0, 5.0]])
