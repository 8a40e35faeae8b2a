"""The value of information: against closed forms, and told as zero where nothing matters."""

import numpy as np
import pytest
import scipy

from sim.discovery.value_of_information import information
from sim.errors import BadInput


def gained(mean, sd):
    """Expected gain of choosing between 0 and a normal gain after it is known; closed form."""
    far = mean / sd
    known = mean * scipy.stats.norm.cdf(far) + sd * scipy.stats.norm.pdf(far)
    return known - max(0.0, mean)


def linear(draws, weights, mean=-0.3, noise=0.5, runs=2, seed=1, idle=10):
    """Two options, whose difference is linear in normal parameters; ten more do not matter."""
    rng = np.random.default_rng(seed)
    number = len(weights) + idle
    # Evenly spread draws, so that their own chance does not hide that of the method.
    shares = scipy.stats.qmc.Sobol(number, rng=rng).random(draws)
    parameters = {f"p{k}": scipy.stats.norm.ppf(shares[:, k]) for k in range(number)}
    gain = np.full(draws, mean)
    for place, weight in enumerate(weights):
        gain += weight * parameters[f"p{place}"]
    measured = noise * rng.normal(size=(2, draws, runs))
    measured[1] += gain[:, None]
    return measured, parameters


@pytest.mark.slow
def test_values_are_those_of_the_closed_form():
    """With 4,096 draws, to two hundredths; the values are 0.27 to 0.01."""
    weights = (1.0, 0.6, 0.2)
    found = information(*_asked(4096, weights), seed=1)
    assert found.best == "idle"
    told = {one.parameter: one for one in found.parameters}
    for place, weight in enumerate(weights):
        one = told[f"p{place}"]
        assert one.value == pytest.approx(gained(-0.3, weight), abs=0.02)
        assert abs(one.value - gained(-0.3, weight)) < 3.0 * one.error
        assert one.matters
        chosen = scipy.stats.norm.sf(0.3 / weight)
        assert one.changes == pytest.approx(chosen, abs=0.03)
    everything = gained(-0.3, np.sqrt(sum(weight**2 for weight in weights)))
    assert found.low - 0.03 < everything < found.high + 0.03
    assert found.low < found.high


def _asked(draws, weights, **more):
    measured, parameters = linear(draws, weights, **more)
    return measured, ("idle", "act"), parameters


@pytest.mark.slow
def test_what_does_not_matter_is_told_as_zero():
    found = information(*_asked(1024, (1.0,)), seed=1)
    assert [one.parameter for one in found.mattering] == ["p0"]


@pytest.mark.slow
def test_a_parameter_of_few_values_has_the_value_of_its_groups():
    """A coin decides whether acting gains one or loses one: knowing it is worth a half."""
    rng = np.random.default_rng(2)
    coin = rng.integers(0, 2, 3000).astype(float)
    measured = 0.3 * rng.normal(size=(2, 3000))
    measured[1] += 2.0 * coin - 1.0
    found = information(measured, ("idle", "act"), {"coin": coin}, seed=1)
    assert found.parameters[0].value == pytest.approx(0.5, abs=0.03)
    assert np.isnan(found.low)


@pytest.mark.slow
def test_a_curve_is_followed():
    """Acting pays at both ends of a parameter; a line would see nothing in it."""
    rng = np.random.default_rng(3)
    place = rng.uniform(-1.0, 1.0, 3000)
    measured = 0.2 * rng.normal(size=(2, 3000))
    measured[1] += place**2 - 0.4
    found = information(measured, ("idle", "act"), {"place": place}, seed=1)
    # The integral of p² − .4 beyond √.4, over both ends.
    end = np.sqrt(0.4)
    wanted = (1.0 - end**3) / 3.0 - 0.4 * (1.0 - end)
    assert found.parameters[0].value == pytest.approx(wanted, abs=0.015)


@pytest.mark.slow
def test_of_several_options_the_best_for_each_value_counts():
    rng = np.random.default_rng(4)
    place = rng.uniform(0.0, 3.0, 3000)
    measured = np.array([place < 1.0, (place >= 1.0) & (place < 2.0), place >= 2.0], float)
    found = information(measured, ("a", "b", "c"), {"place": place}, seed=1)
    # A third each; knowing the place gains the other two thirds, less what a smooth curve loses.
    assert 0.45 < found.parameters[0].value < 0.68
    assert sum(found.chances) == pytest.approx(1.0)


@pytest.mark.long
def test_where_nothing_matters_something_is_told_in_about_a_twentieth():
    """Eighty choices without anything worth knowing."""
    told = 0
    for seed in range(80):
        measured, parameters = linear(128, (), mean=-0.02, seed=seed, idle=20)
        told += bool(information(measured, ("idle", "act"), parameters, seed).mattering)
    assert told <= scipy.stats.binom.ppf(0.99, 80, 0.05)


@pytest.mark.slow
def test_an_unbeatable_option_leaves_nothing_to_find_out():
    found = information(*_asked(512, (0.2,), mean=-5.0), seed=1)
    assert found.mattering == ()
    assert found.low == pytest.approx(0.0, abs=1e-9)
    assert found.high == pytest.approx(0.0, abs=1e-6)


def test_too_little_is_refused():
    measured, options, parameters = _asked(32, (1.0,))
    with pytest.raises(BadInput, match="32 draws are too few"):
        information(measured, options, parameters, seed=1)
    measured, options, parameters = _asked(128, (1.0,))
    with pytest.raises(BadInput, match="no choice between 1 options"):
        information(measured[:1], options[:1], parameters, seed=1)
    measured[1, 3] = np.nan
    with pytest.raises(BadInput, match="no value in some runs of act"):
        information(measured, options, parameters, seed=1)
