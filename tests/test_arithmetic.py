"""Elementary functions against exact decimal arithmetic; no platform function is trusted."""

import decimal
import math
import sys

import numpy as np
import pytest

from sim.arithmetic import exp, log, within

_EXACT = decimal.Context(prec=50, Emax=10**6, Emin=-(10**6))


def units_in_the_last_place(got, exact):
    return abs(decimal.Decimal(got) - exact) / decimal.Decimal(math.ulp(float(exact)))


def exact_exp(x):
    return _EXACT.exp(decimal.Decimal(x))


def exact_log(x):
    return _EXACT.ln(decimal.Decimal(x))


@pytest.mark.slow
def test_exp_errs_by_less_than_two_units_in_the_last_place():
    rng = np.random.default_rng(1)
    points = [*rng.uniform(-700, 700, 4000), *rng.uniform(-2, 2, 4000), *rng.normal(0, 1e-6, 500)]
    assert max(units_in_the_last_place(exp(x), exact_exp(x)) for x in points) < 2


@pytest.mark.slow
def test_log_errs_by_less_than_four_units_in_the_last_place():
    rng = np.random.default_rng(2)
    anywhere = np.exp(rng.uniform(-708, 709, 4000))
    near_one = [*rng.uniform(0.5, 2, 4000), *(1 + rng.normal(0, 1e-9, 500))]
    points = [*anywhere, *(x for x in near_one if x != 1.0)]
    assert max(units_in_the_last_place(log(x), exact_log(x)) for x in points) < 4


def test_exp_and_log_agree_with_the_platform():
    for x in np.linspace(-699, 699, 997):
        assert exp(x) == pytest.approx(math.exp(x), rel=1e-15)
        assert log(math.exp(x)) == pytest.approx(x, rel=1e-15, abs=1e-15)


@pytest.mark.parametrize("x", [0.0, -0.0, 1e-300, -1e-300, 5e-324, 1e-17, -1e-17])
def test_exp_of_next_to_nothing_is_one(x):
    assert exp(x) == 1.0


@pytest.mark.parametrize("x", [700.0000001, 1e4, 1e308, math.inf])
def test_exp_is_held_beyond_seven_hundred(x):
    assert exp(x) == exp(700.0) == pytest.approx(math.exp(700.0), rel=4e-16)
    assert exp(-x) == exp(-700.0) == pytest.approx(math.exp(-700.0), rel=4e-16)
    assert exp(-x) > 0.0


def test_exp_rises():
    for centre in (*np.arange(-20, 21) * math.log(2) / 2, 0.0, 1.0, -300.0, 300.0):
        near = centre + np.linspace(-1e-9, 1e-9, 41)
        assert np.all(np.diff([exp(x) for x in near]) >= 0)


def test_log_of_one_is_zero_and_of_powers_of_two_is_their_exponent_in_logs_of_two():
    assert log(1.0) == 0.0
    for exponent in range(-1022, 1024):
        assert log(math.ldexp(1.0, exponent)) == pytest.approx(exponent * math.log(2), rel=3e-16)


def test_log_holds_at_the_ends_of_normal_numbers():
    for x in (sys.float_info.min, sys.float_info.max, 2.0**-33, 1.0 - 2.0**-53):
        assert units_in_the_last_place(log(x), exact_log(x)) < 4


def test_compiled_and_plain_give_the_same_bits():
    rng = np.random.default_rng(3)
    for x in rng.uniform(-750, 750, 1000):
        assert getattr(exp, "py_func", exp)(float(x)) == exp(x)
    for x in np.exp(rng.uniform(-700, 700, 1000)):
        assert getattr(log, "py_func", log)(float(x)) == log(x)


def test_within_holds_a_value_inside_its_bounds():
    assert [within(x, -1.0, 2.0) for x in (-9.0, -1.0, 0.5, 2.0, 9.0)] == [-1, -1, 0.5, 2, 2]
