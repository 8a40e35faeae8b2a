"""Designs and the order of runs: as many points as told, where theory wants them, none twice."""

import hashlib
import itertools
import math
from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from scipy.stats import qmc

from sim.declare import quantities
from sim.study import designs, points
from sim.study.applied_factors import varied
from sim.study.drawn import draw
from sim.study.experiment import Experiment
from sim.study.factors import Factor
from sim.study.points import Order, rows, runs_of
from sim.study.study import Study
from sim.world.posterior import value_at
from sim.world.scenario import Scenario

ENDS = {"low": 0.0, "high": 1.0}
# Settings and levers of the district, five of them.
FIVE = {
    "public.trust.mean": {"low": 0.1, "high": 0.9, "levels": 3},
    "public.voice": {"values": [0.2, 0.4]},
    "behaviour.duty": {"low": 0.5, "high": 1.5, "levels": 4},
    "culture": ENDS,
    "supervision": {"values": [0.0, 1.0]},
}
RANGES = {name: {"low": 0.1, "high": 0.9} for name in (*list(FIVE)[:2], "culture", "supervision")}
# Every kind, and how many points theory gives it with the factors above.
BY_LEVEL = {
    "grid": ({}, 3 * 2 * 4 * 5 * 2),
    # The scenario as it is, and every level that is not its own: 0 of both levers is.
    "one_at_a_time": ({}, 1 + 3 + 2 + 4 + 4 + 1),
    "factorial": ({}, 2**5),
    "fractional_factorial": ({"resolution": 4}, 2 ** (5 - 1)),
}
SPREAD_OUT = {
    "latin_hypercube": ({"points": 30}, 30),
    "sobol_sequence": ({"points": 32}, 32),
    "sobol": ({"base": 8, "scrambles": 3}, 3 * 8 * (4 + 2)),
    "sobol of pairs": ({"base": 8, "second_order": True}, 5 * 8 * (2 * 4 + 2)),
    "morris": ({"trajectories": 7}, 7 * (4 + 1)),
    "pawn": ({"points": 40}, 40),
    "shapley": ({"trajectories": 11}, 11 * (4 + 1)),
}
# Digests of the points of every kind with seed 7: stored runs have their keys.
SAME = {
    "grid": "ca62f03f69b429cf",
    "one_at_a_time": "9993e88020a66574",
    "factorial": "9567ef64dc4d59cd",
    "fractional_factorial": "b92e5738220e9605",
    "latin_hypercube": "68c09823eb5785c6",
    "sobol_sequence": "77c1b7d353cd6411",
    "sobol": "85cba47af8afc800",
    "sobol of pairs": "f0cb1861829406bf",
    "morris": "22b0014de8f7aa12",
    "pawn": "2ee34d786f2aaf4e",
    "shapley": "f811b356ed68a87b",
}


def drawn(kind, design, factor, scenario=None, seed=1):
    """A design drawn up, of a scenario or of a function."""
    tree = {
        "title": "",
        "question": "",
        "scenario": "district",
        "replicates": 1,
        "measures": ["execution_rate"],
        "seed": seed,
        "design": {"kind": kind.removesuffix(" of pairs"), **design},
        "factor": factor,
    }
    return draw(Experiment.from_tree(tree, "own", "own"), scenario, "own")


def table(found):
    """Values of all points, shape (points, factors)."""
    return np.column_stack(found.points.columns)


def unit(kind, design, factors, seed=1):
    """Points of a design of so many factors between 0 and 1."""
    return table(drawn(kind, design, {f"x{k}": ENDS for k in range(factors)}, seed=seed))


def signs_of(kind, design, factors):
    """Points of a two-level design, its ends as −1 and 1."""
    return 2.0 * unit(kind, design, factors) - 1.0


def pairs_of(signs):
    """Products of every two columns."""
    both = itertools.combinations(range(signs.shape[1]), 2)
    return np.column_stack([signs[:, i] * signs[:, j] for i, j in both])


# How many points.


def test_every_kind_of_design_is_counted_below():
    named = {name.removesuffix(" of pairs") for name in {**BY_LEVEL, **SPREAD_OUT}}
    assert named | {"list"} == set(designs.KINDS)


@pytest.mark.parametrize("kind", [*BY_LEVEL, *SPREAD_OUT])
def test_a_design_has_as_many_points_as_theory_and_its_size_say(kind, district):
    design, number = {**BY_LEVEL, **SPREAD_OUT}[kind]
    found = drawn(kind, design, FIVE if kind in BY_LEVEL else RANGES, district)
    assert len(found.points) == number
    assert found.experiment.design.size(found.factors) == number
    assert sum(1 for _ in found.points) == number


@pytest.mark.parametrize("kind", SAME)
def test_a_design_always_has_the_same_points_to_the_byte(kind, district):
    design, _ = {**BY_LEVEL, **SPREAD_OUT}[kind]
    own = {"public.trust.mean": 0.5, "public.voice": 0.3, "behaviour.duty": 1.0}
    factors = FIVE if kind in BY_LEVEL else RANGES
    found = drawn(kind, design, factors, district.replace(own), seed=7)
    text = "".join(point.canonical() for point in found.points)
    assert hashlib.sha256(text.encode()).hexdigest()[:16] == SAME[kind]


def test_a_point_sets_settings_and_pulls_levers_by_their_own_names(district):
    found = drawn("grid", {}, FIVE, district)
    last = found.points[-1]
    assert last.settings == {"public.trust.mean": 0.9, "public.voice": 0.4, "behaviour.duty": 1.5}
    assert last.levers == {"culture": 1.0, "supervision": 1.0}
    assert found.points[len(found.points) - 1] == last
    assert found.points[-2:] == [found.points[-2], last]
    with pytest.raises(IndexError):
        found.points[len(found.points)]


# Designs by level.


def test_a_grid_is_the_product_of_its_levels():
    found = drawn("grid", {}, {"a": {"values": [3, 1, 2]}, "b": {"low": 0.0, "high": 8.0}})
    expected = list(itertools.product([3, 1, 2], [0.0, 2.0, 4.0, 6.0, 8.0]))
    assert [(p.settings["a"], p.settings["b"]) for p in found.points] == expected


def test_one_at_a_time_begins_with_the_scenario_as_it_is(district):
    settings = {name: FIVE[name] for name in list(FIVE)[:3]}
    first = drawn("one_at_a_time", {}, settings, district).points[0]
    assert district.replace(first.settings) == district
    with_levers = drawn("one_at_a_time", {}, FIVE, district).points[0]
    assert set(with_levers.levers.values()) == {0.0}


def test_one_at_a_time_moves_one_factor_only_through_all_its_levels(district):
    found = drawn("one_at_a_time", {}, FIVE, district)
    first, *others = [{**point.settings, **point.levers} for point in found.points]
    moves = [[name for name in FIVE if point[name] != first[name]] for point in others]
    assert {len(moved) for moved in moves} == {1}
    taken = {name: {first[name]} for name in FIVE}
    for point, (moved,) in zip(others, moves, strict=True):
        taken[moved].add(point[moved])
    assert taken["public.voice"] == {district.public.voice, 0.2, 0.4}
    assert taken["public.trust.mean"] == {district.public.trust.mean, 0.1, 0.5, 0.9}
    assert taken["culture"] == {0.0, 0.25, 0.5, 0.75, 1.0}


def test_one_at_a_time_knows_the_scenarios_own_value_among_levels_that_are_rounded(district):
    """0.3 is the third of nine levels from 0.1 to 0.9, but for the last bit."""
    own = district.replace({"public.trust.mean": 0.3})
    factor = {"public.trust.mean": {"low": 0.1, "high": 0.9, "levels": 9}}
    found = drawn("one_at_a_time", {}, factor, own)
    values = sorted(point.settings["public.trust.mean"] for point in found.points)
    assert values == pytest.approx([0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9])


def test_one_at_a_time_knows_the_scenarios_own_value_among_lists(district):
    own = district.replace({"organisation.ranks": [1, 3, 6]})
    factor = {"organisation.ranks": {"values": [[1, 2, 4], [1, 3, 6]]}}
    found = drawn("one_at_a_time", {}, factor, own)
    values = [list(point.settings["organisation.ranks"]) for point in found.points]
    assert values == [[1, 3, 6], [1, 2, 4]]


@pytest.mark.parametrize("factors", [2, 3, 5, 8])
def test_a_full_factorial_is_orthogonal_in_all_effects_and_has_every_combination(factors):
    signs = signs_of("factorial", {}, factors)
    number = len(signs)
    assert {tuple(row) for row in signs} == set(itertools.product((-1.0, 1.0), repeat=factors))
    everything = np.column_stack([np.ones(number), signs, pairs_of(signs)])
    assert (everything.T @ everything == number * np.eye(everything.shape[1])).all()


@pytest.mark.parametrize("kind", ["factorial", "fractional_factorial"])
def test_a_two_level_design_takes_both_of_the_values_listed_or_both_ends_of_a_range(kind):
    found = drawn(kind, {}, {"a": {"values": ["off", "on"]}, "b": {"low": 2.0, "high": 5.0}})
    expected = set(itertools.product(["off", "on"], [2.0, 5.0]))
    assert {(p.settings["a"], p.settings["b"]) for p in found.points} == expected


@pytest.mark.parametrize("factors", [4, 5, 6, 7, 8, 9, 11, 16])
def test_in_resolution_four_no_main_effect_is_aliased_with_a_main_effect_or_a_pair(factors):
    signs = signs_of("fractional_factorial", {"resolution": 4}, factors)
    number = len(signs)
    assert number < 2**factors
    assert (signs.T @ signs == number * np.eye(factors)).all()
    assert (signs.T @ pairs_of(signs) == 0.0).all()
    assert (signs.sum(axis=0) == 0.0).all()


@pytest.mark.parametrize("factors", [5, 6, 8, 10])
def test_in_resolution_five_no_pair_is_aliased_with_a_pair(factors):
    signs = signs_of("fractional_factorial", {"resolution": 5}, factors)
    both = pairs_of(signs)
    assert len(signs) < 2**factors
    assert (signs.T @ both == 0.0).all()
    assert (both.T @ both == len(signs) * np.eye(both.shape[1])).all()


def test_in_resolution_three_main_effects_are_aliased_with_pairs_but_not_with_each_other():
    signs = signs_of("fractional_factorial", {"resolution": 3}, 7)
    assert len(signs) == 8
    assert (signs.T @ signs == 8 * np.eye(7)).all()
    assert (np.abs(signs.T @ pairs_of(signs)) == 8).any()


# Designs spread over ranges.


@pytest.mark.parametrize("kind", ["latin_hypercube", "pawn"])
@pytest.mark.parametrize("number", [20, 64, 137])
def test_a_latin_hypercube_has_exactly_one_point_in_each_stratum_of_each_factor(kind, number):
    strata = np.floor(unit(kind, {"points": number}, 6) * number).astype(int)
    for column in strata.T:
        assert sorted(column) == list(range(number))


def test_a_latin_hypercubes_factors_are_shuffled_apart():
    found = np.corrcoef(unit("latin_hypercube", {"points": 1000}, 6).T)
    # Six standard errors of a correlation of 1,000 unrelated values.
    assert np.abs(found - np.eye(6)).max() < 6 / math.sqrt(1000)


def test_a_sobol_sequence_is_more_even_than_random_points_and_than_a_latin_hypercube():
    number, factors = 256, 4
    even = [
        qmc.discrepancy(unit("sobol_sequence", {"points": number}, factors, seed))
        for seed in range(1, 6)
    ]
    latin = [
        qmc.discrepancy(unit("latin_hypercube", {"points": number}, factors, seed))
        for seed in range(1, 6)
    ]
    rng = np.random.default_rng(1)
    chance = [qmc.discrepancy(rng.random((number, factors))) for _ in range(20)]
    assert max(even) < 0.5 * min(chance)
    assert max(even) < min(latin)


def test_a_sobol_design_crosses_two_even_samples_and_every_scramble_is_another():
    base, factors, scrambles = 16, 3, 4
    found = unit("sobol", {"base": base, "scrambles": scrambles}, factors)
    firsts = []
    for scramble in np.split(found, scrambles):
        rows_of = scramble.reshape(base, factors + 2, factors)
        a, b = rows_of[:, 0], rows_of[:, -1]
        for moved in range(factors):
            expected = a.copy()
            expected[:, moved] = b[:, moved]
            assert (rows_of[:, 1 + moved] == expected).all()
        # Both halves have a point in each stratum, as all Sobol' points have.
        for column in np.hstack([a, b]).T:
            assert sorted(np.floor(column * base).astype(int)) == list(range(base))
        firsts.append(a)
    for one, other in itertools.combinations(firsts, 2):
        assert not np.isclose(one, other).any(axis=1).any()


@pytest.mark.parametrize("levels", [4, 8])
def test_a_morris_trajectory_moves_every_factor_once_by_the_same_step(levels):
    factors = 5
    found = unit("morris", {"trajectories": 9, "levels": levels}, factors)
    for walk in found.reshape(9, factors + 1, factors):
        steps = np.diff(walk, axis=0)
        assert (np.sort(np.abs(steps) > 1e-12, axis=1).sum(axis=1) == 1).all()
        assert sorted(np.abs(steps).argmax(axis=1)) == list(range(factors))
        assert np.abs(steps).max(axis=1) == pytest.approx(levels / (2 * (levels - 1)))
    assert np.round(found * (levels - 1), 9) == pytest.approx(np.round(found * (levels - 1)))


def test_a_shapley_trajectory_goes_from_one_random_point_to_another_factor_by_factor():
    factors, trajectories = 4, 50
    walks = unit("shapley", {"trajectories": trajectories}, factors).reshape(
        trajectories, factors + 1, factors
    )
    moved = np.diff(walks, axis=1) != 0
    assert (moved.sum(axis=2) == 1).all()
    assert (moved.sum(axis=1) == 1).all()
    # The first to move is none in particular.
    assert set(moved[:, 0].argmax(axis=1)) == set(range(factors))
    for end in (walks[:, 0], walks[:, -1]):
        assert stats.kstest(end.ravel(), "uniform").pvalue > 1e-5
    assert abs(np.corrcoef(walks[:, 0].ravel(), walks[:, -1].ravel())[0, 1]) < 0.3


# Seeds.


@pytest.mark.parametrize("kind", SPREAD_OUT)
def test_the_same_seed_gives_the_same_points_and_another_seed_others(kind, district):
    design, _ = SPREAD_OUT[kind]
    one, same, other = (table(drawn(kind, design, RANGES, district, seed)) for seed in (3, 3, 4))
    assert (one == same).all()
    assert (one != other).mean() > 0.5


@pytest.mark.parametrize("kind", BY_LEVEL)
def test_designs_by_level_owe_nothing_to_the_seed(kind, district):
    one, other = (
        [point.canonical() for point in drawn(kind, BY_LEVEL[kind][0], FIVE, district, seed).points]
        for seed in (3, 4)
    )
    assert one == other


# From shares of a distribution to settings.


def normal_cdf(z):
    return 0.5 * (1.0 + math.erf(z / math.sqrt(2.0)))


def triangular_cdf(x, low, high, mode):
    if x <= mode:
        return (x - low) ** 2 / ((high - low) * (mode - low)) if x > low else 0.0
    return 1.0 - (high - x) ** 2 / ((high - low) * (high - mode))


def cut_normal_cdf(x, low, high, mean, sd):
    at = [normal_cdf((value - mean) / sd) for value in (low, x, high)]
    return (at[1] - at[0]) / (at[2] - at[0])


DISTRIBUTIONS = {
    "uniform": ({"low": -2.0, "high": 6.0}, lambda x: (x + 2.0) / 8.0),
    "loguniform": (
        {"low": 0.01, "high": 100.0, "distribution": "loguniform"},
        lambda x: math.log(x / 0.01) / math.log(1e4),
    ),
    "triangular": (
        {"low": 1.0, "high": 5.0, "distribution": "triangular", "mode": 2.0},
        lambda x: triangular_cdf(x, 1.0, 5.0, 2.0),
    ),
    "triangular with its mode at an end": (
        {"low": 1.0, "high": 5.0, "distribution": "triangular", "mode": 5.0},
        lambda x: triangular_cdf(x, 1.0, 5.0, 5.0),
    ),
    "normal cut on one side": (
        {"low": 0.0, "high": 9.0, "distribution": "normal", "mean": 1.0, "sd": 2.0},
        lambda x: cut_normal_cdf(x, 0.0, 9.0, 1.0, 2.0),
    ),
    "normal with its mean outside": (
        {"low": 0.0, "high": 1.0, "distribution": "normal", "mean": -0.5, "sd": 0.5},
        lambda x: cut_normal_cdf(x, 0.0, 1.0, -0.5, 0.5),
    ),
}


@pytest.mark.parametrize("name", DISTRIBUTIONS)
def test_a_distribution_has_the_right_quantiles(name):
    """Its own distribution function, from formulas, gives every share back."""
    factor, cdf = DISTRIBUTIONS[name]
    (ready,) = varied({"x": Factor.model_validate(factor)}, None, "own")
    shares = np.linspace(0.001, 0.999, 199)
    values = ready.at(shares)
    assert [cdf(value) for value in values] == pytest.approx(shares, abs=1e-9)
    assert ready.at(np.array([0.0, 1.0])) == pytest.approx([factor["low"], factor["high"]])


@pytest.mark.parametrize("kind", ["latin_hypercube", "sobol_sequence"])
@pytest.mark.parametrize("name", DISTRIBUTIONS)
def test_points_of_a_design_follow_the_distribution(name, kind):
    """One point in each of as many parts that are equally likely."""
    factor, cdf = DISTRIBUTIONS[name]
    number = 128
    found = drawn(kind, {"points": number}, {"x": factor, "other": ENDS})
    likely = np.array([cdf(value) for value in sorted(found.points.columns[0])])
    assert (np.arange(number) / number <= likely + 1e-9).all()
    assert (likely - 1e-9 <= np.arange(1, number + 1) / number).all()


@pytest.mark.parametrize(("low", "high"), [(30.0, 36.0), (30.2, 35.9), (30.5, 36.5)])
@pytest.mark.parametrize("kind", ["latin_hypercube", "grid", "factorial"])
def test_a_setting_of_whole_numbers_gets_whole_numbers_within_its_range(kind, low, high, district):
    design = {"points": 40} if kind == "latin_hypercube" else {}
    found = drawn(kind, design, {"clock.months": {"low": low, "high": high}}, district)
    values = [point.settings["clock.months"] for point in found.points]
    assert {type(value) for value in values} == {int}
    assert low <= min(values) <= max(values) <= high


def test_a_setting_of_whole_numbers_reaches_all_of_them(district):
    factor = {"clock.months": {"low": 30.0, "high": 36.0}}
    found = drawn("latin_hypercube", {"points": 120}, factor, district)
    assert {p.settings["clock.months"] for p in found.points} == set(range(30, 37))


def test_levels_of_whole_numbers_are_none_twice(district):
    factor = {"clock.months": {"low": 30.0, "high": 32.0, "levels": 9}}
    values = [p.settings["clock.months"] for p in drawn("grid", {}, factor, district).points]
    assert values == [30, 31, 32]


@pytest.mark.parametrize("kind", ["latin_hypercube", "sobol_sequence"])
@pytest.mark.parametrize("values", [[0.1, 0.5, 0.6, 0.9], [True, False], ["a", "b"]])
def test_listed_values_are_used_equally_often(kind, values):
    found = drawn(kind, {"points": 64}, {"x": {"values": values}, "other": ENDS})
    counted = Counter(point.settings["x"] for point in found.points)
    assert counted == dict.fromkeys(values, 64 // len(values))


def test_a_list_of_lists_is_used_as_it_is_listed(district):
    ranks = [[1, 2, 4], [1, 3, 6]]
    found = drawn("grid", {}, {"organisation.ranks": {"values": ranks}}, district)
    assert [point.settings["organisation.ranks"] for point in found.points] == ranks


# Spread about the scenario's own values.


DECLARED = {one.key: one for one in quantities(Scenario)}


@pytest.mark.parametrize(
    ("section", "spread"),
    [("behaviour", 0.3), ("behaviour", 1.0), ("public", 0.3), ("reach", 1.0), ("reporting", 1.0)],
)
def test_a_pattern_spreads_every_number_of_a_section_within_what_it_may_be(
    section, spread, district
):
    ready = varied({f"{section}.*": Factor(spread=spread)}, district, "own")
    tree = district.model_dump()
    own = {key: value_at(tree, key) for key in DECLARED if key.startswith(f"{section}.")}
    assert [factor.name for factor in ready] == [key for key, value in own.items() if value != 0]
    for factor in ready:
        about, here = DECLARED[factor.name], own[factor.name]
        low, high = sorted((here * (1 - spread), here * (1 + spread)))
        low = low if about.low is None else max(low, about.low)
        high = high if about.high is None else min(high, about.high)
        if factor.whole:
            low, high = math.ceil(low), math.floor(high)
        assert factor.range == pytest.approx((low, high))
        for value in factor.at(np.linspace(0.0, 1.0, 5)):
            # The scenario itself is the judge.
            changed = district.replace({factor.name: value}).model_dump()
            assert value_at(changed, factor.name) == value


def test_a_design_of_a_pattern_stays_within_the_spread_asked(district):
    found = drawn("latin_hypercube", {"points": 50}, {"behaviour.*": {"spread": 0.2}}, district)
    assert len(found.factors) > 30
    for factor, column in zip(found.factors, found.points.columns, strict=True):
        assert (np.abs(column / factor.own - 1.0) <= 0.2 + 1e-12).all()
        about = DECLARED[factor.name]
        assert about.low is None or column.min() >= about.low
        assert about.high is None or column.max() <= about.high


# The order of runs.


orders = st.builds(
    Order,
    points=st.integers(1, 25),
    block=st.integers(1, 12),
    chunk=st.integers(1, 60),
)


def places(order, replicates):
    """The chunk of every run, by point and replicate, as often as it appears."""
    return [
        ((span.point, replicate), number)
        for number, spans in order.all(replicates)
        for span in spans
        for replicate in range(span.first, span.last)
    ]


@settings(deadline=None)
@given(orders, st.integers(1, 40))
def test_every_run_appears_exactly_once_over_all_chunks(order, replicates):
    counted = Counter(run for run, _ in places(order, replicates))
    everything = itertools.product(range(order.points), range(replicates))
    assert counted == dict.fromkeys(everything, 1)


@settings(deadline=None)
@given(orders, st.integers(1, 40))
def test_no_chunk_exceeds_its_size_and_none_is_empty(order, replicates):
    numbers = []
    for number, spans in order.all(replicates):
        assert 1 <= runs_of(spans) <= order.chunk
        numbers.append(number)
    assert numbers == sorted(set(numbers))
    assert numbers[-1] < order.chunks(replicates)


@settings(deadline=None)
@given(orders, st.integers(1, 30), st.integers(1, 30))
def test_adding_replicates_never_moves_a_finished_run_to_another_chunk(order, replicates, more):
    before, after = dict(places(order, replicates)), dict(places(order, replicates + more))
    assert before.items() <= after.items()


@settings(deadline=None)
@given(orders, st.integers(1, 30))
def test_runs_are_done_block_by_block_and_in_a_block_point_by_point(order, replicates):
    found = [run for run, _ in places(order, replicates)]
    assert found == sorted(found, key=lambda run: (run[1] // order.block, *run))


@settings(deadline=None)
@given(orders, st.integers(1, 30))
def test_rows_of_a_chunk_are_its_runs_in_order(order, replicates):
    for _, spans in order.all(replicates):
        point, replicate = rows(spans)
        expected = [(span.point, r) for span in spans for r in range(span.first, span.last)]
        assert list(zip(point.tolist(), replicate.tolist(), strict=True)) == expected


@settings(deadline=None)
@given(st.integers(1, 3000), st.integers(1, 500), st.floats(0.0, 1e9))
def test_a_new_studys_chunks_are_neither_too_large_nor_too_few(number, replicates, work):
    order = Order.of(number, replicates, work)
    runs = number * replicates
    assert 1 <= order.block <= min(points.MOST_IN_A_BLOCK, replicates)
    assert 1 <= order.chunk <= points.MOST_IN_A_CHUNK
    assert order.chunk == 1 or order.chunk * work <= points.CHUNK_OF_WORK
    assert order.chunks(replicates) >= min(runs, points.FEWEST_CHUNKS) / 2


BUREAU = {
    "title": "Own",
    "question": "What changes?",
    "scenario": "bureau",
    "replicates": 3,
    "measures": ["execution_rate"],
    "design": {"kind": "list"},
}


def test_a_list_with_factors_has_every_point_under_every_combination(district):
    listed = BUREAU | {
        "factor": {
            "structure.trust_feedback": {"values": ["on", "off"], "title": "feedback"},
            "behaviour.duty": {"values": [0.5, 1.0]},
        },
        "point": [
            {"name": "status_quo"},
            {"name": "culture", "levers": {"culture": 1.0}},
            {"name": "dutiful", "set": {"behaviour.duty": 2.0}},
        ],
    }
    drawn = Study(Experiment.from_tree(listed, "own", "own.toml")).drawn
    assert len(drawn.points) == len(set(drawn.names)) == 3 * 2 * 2
    assert drawn.names[4] == "culture (structure.trust_feedback = on, behaviour.duty = 1)"
    assert drawn.called(drawn.names[4]) == "culture (feedback = on, behaviour.duty = 1)"
    assert drawn.points[4].levers == {"culture": 1.0}
    # What a point sets itself holds under every level.
    assert [point.settings["behaviour.duty"] for point in drawn.points[2::3]] == [2.0] * 4


def test_points_of_a_list_are_compared_under_the_same_levels(tmp_path):
    listed = BUREAU | {
        "factor": {"behaviour.duty": {"values": [0.5, 2.0]}},
        "point": [{"name": "status_quo"}, {"name": "culture", "levers": {"culture": 1.0}}],
    }
    study = Study(Experiment.from_tree(listed, "own", "own.toml"), tmp_path).run()
    runs = study.results()["execution_rate"].to_numpy().reshape(4, 3).mean(axis=1)
    found = study.effects().query("kind == 'difference'").set_index("term")["value"]
    assert found.tolist() == pytest.approx([runs[1] - runs[0], runs[3] - runs[2]])
