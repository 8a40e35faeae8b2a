"""Sums of columns: the same number in compiled and in plain Python, and close to the exact sum."""

import math

import numpy as np
import pytest

from sim.machine.column_sums import STRANDS, total
from sim.machine.compiled import rule
from sim.world.state import CITIZEN, OFFICER


@rule
def trust_of(citizens, first, last):
    return total(citizens["trust"], first, last)


@rule
def capability_of(officers, first, last):
    return total(officers["capability"], first, last)


def some_citizens(number):
    """Citizens whose trust is of very different sizes, so that the order of a sum is seen."""
    rng = np.random.default_rng(number)
    citizens = CITIZEN.zeros(number)
    citizens["trust"] = rng.uniform(-1, 1, number) * 10.0 ** rng.integers(-8, 8, number)
    return citizens


@pytest.mark.parametrize("number", [1, 7, 8, 9, 15, 16, 33, 64, 100])
def test_a_sum_is_the_same_in_plain_python_and_compiled_wherever_it_begins(number):
    citizens = some_citizens(number)
    for first in range(min(number, STRANDS + 1)):
        for last in range(first, number + 1):
            values = citizens["trust"][first:last]
            plain = total(citizens["trust"], first, last)
            assert trust_of(citizens, first, last) == plain
            assert plain == pytest.approx(
                math.fsum(values), rel=0, abs=1e-15 * float(np.abs(values).sum())
            )


def test_a_sum_of_nothing_is_zero():
    assert trust_of(some_citizens(3), 2, 2) == 0.0 == total(some_citizens(3)["trust"], 2, 2)


def test_strands_are_added_up_by_halves_and_what_is_left_over_at_the_end():
    values = some_citizens(2 * STRANDS + 3)["trust"].tolist()
    dealt = [values[k] + values[STRANDS + k] for k in range(STRANDS)]
    fours = [dealt[k] + dealt[4 + k] for k in range(4)]
    twos = [fours[0] + fours[2], fours[1] + fours[3]]
    found = twos[0] + twos[1]
    for value in values[2 * STRANDS :]:
        found += value
    assert total(np.array(values), 0, len(values)) == found
    # One after another it would be another number, so that the test can tell.
    assert sum(values) != found


def test_shares_of_officers_add_up_to_their_number():
    officers = OFFICER.zeros(33)
    officers["capability"] = 0.5
    assert capability_of(officers, 0, 33) == 16.5
