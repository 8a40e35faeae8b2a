"""Draws: the published generator, uniform, independent whichever neighbour is looked at."""

import inspect
import math
import re

import numpy as np
import pytest
from scipy import special, stats

from sim import mechanisms
from sim.distributions import normal, normal_share
from sim.errors import BadInput
from sim.machine import draws
from sim.mechanisms.execution import WORK

# Random123 (Salmon, Moraes, Dror & Shaw 2011), kat_vectors, philox4x32 with ten rounds.
PUBLISHED = {
    "zeros": ([0] * 4, [0] * 2, "6627e8d5 e169c58d bc57ac4c 9b00dbd8"),
    "ones": ([0xFFFFFFFF] * 4, [0xFFFFFFFF] * 2, "408f276d 41c83b0e a20bc7c6 6d5451fd"),
    "pi": (
        [0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344],
        [0xA4093822, 0x299F31D0],
        "d16cfe09 94fdcceb 5001e420 24126ea1",
    ),
}
NAMES = ("seed", "replicate", "decision", "month", "department", "who")
HERE = {"seed": 7, "replicate": 3, "decision": WORK, "month": 17, "department": 2, "who": 5}
# Every test below is of fixed numbers, so it either always passes or never.
UNLIKELY = 1e-5
NUMBER = 4000


def along(name, start=0, number=NUMBER):
    """Draws, shape (number, 4), as one part of their identity counts up."""
    rows = [draws.draw(**(HERE | {name: start + k})) for k in range(number)]
    return np.array(rows)


def joint_p(x, y, cells=8):
    counts, _, _ = np.histogram2d(x, y, bins=cells, range=[[0, 1], [0, 1]])
    return stats.chisquare(counts.ravel()).pvalue


@pytest.mark.parametrize(("counter", "key", "words"), PUBLISHED.values(), ids=PUBLISHED)
def test_philox_gives_the_published_vectors(counter, key, words):
    assert " ".join(f"{word:08x}" for word in draws.philox(*counter, *key)) == words


def test_plain_and_compiled_philox_agree_on_any_words():
    plain = getattr(draws.philox, "py_func", draws.philox)
    for words in np.random.default_rng(1).integers(0, 2**32, (500, 6)).tolist():
        assert plain(*words) == draws.philox(*words)


def test_a_draw_is_the_published_word_in_the_middle_of_its_cell():
    words = draws.philox(WORK, 17, 2, 5, 7, 3)
    assert draws.draw(**HERE) == tuple((word + 0.5) / 2**32 for word in words)


@pytest.mark.parametrize("name", NAMES)
def test_draws_are_uniform(name):
    for position in along(name).T:
        assert stats.kstest(position, "uniform").pvalue > UNLIKELY


@pytest.mark.parametrize("name", NAMES)
def test_neighbours_are_independent(name):
    here = along(name)
    for step in (1, 2, 12):
        for first in range(4):
            for second in range(4):
                x, y = here[:-step, first], here[step:, second]
                assert abs(np.corrcoef(x, y)[0, 1]) < 5 / math.sqrt(NUMBER)
                assert joint_p(x, y) > UNLIKELY


@pytest.mark.parametrize("name", NAMES)
def test_the_four_draws_of_a_block_are_independent(name):
    here = along(name, start=100)
    for first in range(4):
        for second in range(first):
            assert joint_p(here[:, first], here[:, second]) > UNLIKELY


def test_swapping_parts_of_an_identity_gives_other_draws():
    seen = set()
    for place in np.ndindex(4, 4, 4, 4, 4, 4):
        seen.add(draws.draw(*place)[0])
    assert len(seen) == 4**6


def test_every_decision_has_a_number_of_its_own_below_the_step_between_layers():
    sources = [inspect.getsource(module) for module in mechanisms.modules()]
    numbers = [
        int(number) for source in sources for number in re.findall(r"= decision\(\s*(\d+)", source)
    ]
    assert len(set(numbers)) == len(numbers) > 10
    assert 0 < min(numbers) < max(numbers) < draws.LAYER
    assert set(draws.DECISIONS) == set(numbers)


@pytest.mark.parametrize("taken", [WORK, 0, -1, draws.LAYER])
def test_a_number_that_is_taken_or_out_of_range_is_no_new_decision(taken):
    before = dict(draws.DECISIONS)
    with pytest.raises(ValueError, match=f"decision {taken} is taken, or not from 1"):
        draws.decision(taken, "something else")
    assert before == draws.DECISIONS


def test_normal_is_the_normal_quantile():
    grid = [*np.linspace(0.001, 0.999, 4001), *np.logspace(-9.9, -3, 500)]
    for u in grid:
        assert normal(u) == pytest.approx(special.ndtri(u), rel=3e-15, abs=1e-15)
        assert normal(1 - u) == pytest.approx(special.ndtri(1 - u), rel=3e-15, abs=1e-15)


def test_the_most_extreme_draws_are_finite_and_mirror_each_other():
    low, high = normal(2.0**-33), normal(1 - 2.0**-33)
    assert low == -high == pytest.approx(-6.3379, abs=1e-3)
    assert normal(0.5) == 0.0


def test_normal_draws_have_mean_zero_and_variance_one():
    assert stats.kstest([normal(u) for u in along("who")[:, 0]], "norm").pvalue > UNLIKELY


def test_a_share_drawn_is_normal_and_held_between_zero_and_one():
    assert normal_share(0.5, 0.3, 0.1) == pytest.approx(0.3)
    assert normal_share(special.ndtr(1.0), 0.3, 0.1) == pytest.approx(0.4)
    assert normal_share(1e-9, 0.3, 0.1) == 0.0
    assert normal_share(1 - 1e-9, 0.7, 0.1) == 1.0


@pytest.mark.parametrize("wrong", [-1, 2**32, 1.5, math.nan])
def test_a_seed_that_is_no_whole_number_of_32_bits_is_refused(wrong):
    with pytest.raises(BadInput, match="seed: expected a whole number"):
        draws.check_seed(wrong)
    with pytest.raises(BadInput, match="replicate: expected a whole number"):
        draws.check_seed(1, wrong)
