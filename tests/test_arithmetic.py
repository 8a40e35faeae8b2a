"""Elementary functions against exact decimal arithmetic; no platform function is trusted."""

import decimal
import math
import subprocess
import sys

import numpy as np
import pytest

from sim import arithmetic
from sim.arithmetic import exp, log, towards, within
from sim.machine.compiled import rule
from sim.machine.numbers import fused, fused_by_fractions
from tests.conftest import environment

_EXACT = decimal.Context(prec=50, Emax=10**6, Emin=-(10**6))


def units_in_the_last_place(got, exact):
    return abs(decimal.Decimal(got) - exact) / decimal.Decimal(math.ulp(float(exact)))


def exact_exp(x):
    return _EXACT.exp(decimal.Decimal(x))


def exact_log(x):
    return _EXACT.ln(decimal.Decimal(x))


@pytest.mark.slow
def test_exp_errs_by_less_than_one_unit_in_the_last_place():
    rng = np.random.default_rng(1)
    points = [*rng.uniform(-700, 700, 4000), *rng.uniform(-2, 2, 4000), *rng.normal(0, 1e-6, 500)]
    assert max(units_in_the_last_place(exp(x), exact_exp(x)) for x in points) < 1


def test_the_polynomial_of_exp_is_near_enough_before_rounding():
    coefficients = [decimal.Decimal(getattr(arithmetic, f"_E{n}")) for n in range(12)]
    half = exact_log(2.0) / 2
    for step in range(-100, 101):
        r = _EXACT.divide(_EXACT.multiply(half, decimal.Decimal(step)), decimal.Decimal(100))
        sum_ = decimal.Decimal(0)
        for coefficient in reversed(coefficients):
            sum_ = _EXACT.add(_EXACT.multiply(sum_, r), coefficient)
        assert abs(sum_ - _EXACT.exp(r)) < decimal.Decimal("1e-17")


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


def any_floats(number):
    """Floats of all sizes, of both signs, with products that nearly cancel what is added."""
    rng = np.random.default_rng(number)
    for _ in range(500):
        a, b = (rng.uniform(-1, 1, 2) * 2.0 ** rng.integers(-500, 500, 2)).tolist()
        yield a, b, -a * b * (1.0 + float(rng.integers(-2, 3)) * 2.0**-52)
        yield a, b, float(rng.uniform(-1, 1))
    whole = [0.0, -0.0, 1.0, -1.0, 5e-324, -5e-324, 2.0**-1022, math.inf, -math.inf]
    yield from ((a, b, c) for a in whole for b in whole for c in whole)


def rounded_once(a, b, c):
    """The float nearest to a · b + c, worked out with enough digits for all of it."""
    wide = decimal.Context(prec=2500, Emax=10**6, Emin=-(10**6))
    return float(
        wide.add(wide.multiply(decimal.Decimal(a), decimal.Decimal(b)), decimal.Decimal(c))
    )


def same(one, other):
    """Whether two floats are the same number, or both none; zeros of different sign differ."""
    if math.isnan(one) or math.isnan(other):
        return math.isnan(one) and math.isnan(other)
    return one == other and math.copysign(1.0, one) == math.copysign(1.0, other)


@pytest.mark.parametrize("fused_here", [fused, fused_by_fractions])
def test_a_fused_product_and_sum_is_rounded_once(fused_here):
    kept = 0
    for a, b, c in any_floats(4):
        if all(map(math.isfinite, (a, b, c))):
            exact = rounded_once(a, b, c)
            assert fused_here(a, b, c) == exact
            kept += exact != a * b + c
    # Rounding twice gives other numbers here, so that the test can tell.
    assert kept > 300


@rule
def fused_compiled(a, b, c):
    return fused(a, b, c)


def test_a_fused_product_and_sum_is_the_same_however_it_is_worked_out():
    for a, b, c in any_floats(5):
        if not math.isnan(a * b + c):
            plain = fused(a, b, c)
            assert same(fused_compiled(a, b, c), plain), (a, b, c)
            assert same(fused_by_fractions(a, b, c), plain), (a, b, c)


# The bytes of exp and of the way towards a target, at many places.
BYTES = """
import hashlib
import numpy as np
from sim.arithmetic import exp, towards

places = np.random.default_rng(7).uniform(-30.0, 30.0, (2000, 3)).tolist()
found = [[exp(a), towards(a, b, c)] for a, b, c in places]
print(hashlib.sha256(np.array(found).tobytes()).hexdigest())
"""


@pytest.mark.long
def test_a_processor_that_cannot_multiply_and_add_at_once_gives_the_same_bytes(tmp_path):
    found = set()
    for processor in ({}, {"NUMBA_CPU_NAME": "generic", "NUMBA_CPU_FEATURES": ""}):
        variables = environment() | processor | {"NUMBA_CACHE_DIR": str(tmp_path)}
        done = subprocess.run(
            [sys.executable, "-c", BYTES], env=variables, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stderr
        found.add(done.stdout)
    assert len(found) == 1


def test_towards_goes_a_share_of_the_way_and_arrives():
    rng = np.random.default_rng(6)
    for value, target in rng.uniform(0, 1, (1000, 2)).tolist():
        assert towards(value, target, 0.0) == value
        assert towards(value, target, 1.0) == pytest.approx(target, abs=1e-16)
        assert towards(value, value, 0.3) == value
        assert min(value, target) <= towards(value, target, 0.5) <= max(value, target)
        assert getattr(towards, "py_func", towards)(value, target, 0.3) == towards(
            value, target, 0.3
        )
