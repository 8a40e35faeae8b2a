"""Sensitivity: indices against their formulas, with and without chance; SALib's traps closed."""

import itertools
import math
import warnings
from dataclasses import replace
from random import Random

import numpy as np
import pandas as pd
import pytest
from SALib.analyze import sobol as salib
from scipy import stats

from sim.errors import BadInput
from sim.study import designs
from sim.study import sensitivity as sensitivity_module
from sim.study.drawn import draw
from sim.study.experiment import Experiment
from sim.study.points import MOST_IN_A_BLOCK
from sim.study.sensitivity import noise_share, sensitivity
from sim.study.study import Study

MEASURE = "execution_rate"
UNIT = {"low": 0.0, "high": 1.0}


def experiment(design, factor, replicates=1, seed=1, **more):
    tree = {
        "title": "",
        "question": "",
        "scenario": "district",
        "replicates": replicates,
        "measures": [MEASURE],
        "seed": seed,
        "design": design,
        "factor": factor,
        **more,
    }
    return Experiment.from_tree(tree, "own", "own")


@pytest.fixture(scope="module")
def carried_out(tmp_path_factory):
    """A study of a function, carried out in a folder of its own."""

    def carried_out(function, *words, **more):
        out = tmp_path_factory.mktemp("study")
        return Study(experiment(*words, **more), out, function).run(workers=1)

    return carried_out


def answered(drawn, function, replicates=1):
    """Runs of a design, answered column by column without a folder; fast."""
    columns = {
        factor.name: column
        for factor, column in zip(drawn.factors, drawn.points.columns, strict=True)
    }
    values = [np.asarray(function(columns, replicate), float) for replicate in range(replicates)]
    number = len(drawn.points)
    return pd.DataFrame(
        {
            "point": np.tile(np.arange(number), replicates),
            "replicate": np.repeat(np.arange(replicates), number),
            MEASURE: np.concatenate([np.broadcast_to(one, number) for one in values]),
        }
    )


def told(design, factor, function, replicates=1, seed=1):
    """Indices of a function of columns."""
    drawn = draw(experiment(design, factor, replicates, seed), None, "own")
    return sensitivity(drawn, answered(drawn, function, replicates))


def indices(table, index, measure=MEASURE):
    """Rows of one index, by factor."""
    found = table[(table["index"] == index) & (table["measure"] == measure)]
    assert not found["factor"].duplicated().any()
    return found.set_index("factor")


def noise(table):
    (found,) = table.loc[table["index"] == sensitivity_module.NOISE, "value"]
    return found


# Ishigami & Homma (1990): sin x1 + a sin² x2 + b x3⁴ sin x1, of x uniform in [−π, π].

A, B = 7.0, 0.1
ANGLES = {name: {"low": -math.pi, "high": math.pi} for name in ("x1", "x2", "x3")}


def ishigami_of(x1, x2, x3, sin=math.sin):
    return sin(x1) + A * sin(x2) ** 2 + B * x3**4 * sin(x1)


def ishigami(values, seed, replicate):
    return [ishigami_of(values["x1"], values["x2"], values["x3"])]


def ishigami_columns(columns, replicate):
    return ishigami_of(columns["x1"], columns["x2"], columns["x3"], np.sin)


# Moments of x⁴ and x⁸ on [−π, π] are π⁴/5 and π⁸/9; those of sin² and sin⁴ are 1/2 and 3/8.
V1 = 0.5 * (1.0 + B * math.pi**4 / 5.0) ** 2
V2 = A**2 * (3.0 / 8.0 - 1.0 / 4.0)
V13 = 0.5 * B**2 * (math.pi**8 / 9.0 - math.pi**8 / 25.0)
ISHIGAMI = V1 + V2 + V13
FIRST = {"x1": V1 / ISHIGAMI, "x2": V2 / ISHIGAMI, "x3": 0.0}
TOTAL = {"x1": (V1 + V13) / ISHIGAMI, "x2": V2 / ISHIGAMI, "x3": V13 / ISHIGAMI}
PAIRS = {"x1 × x2": 0.0, "x1 × x3": V13 / ISHIGAMI, "x2 × x3": 0.0}

# Sobol's G: the product of (|4 x − 2| + a) / (1 + a), of x uniform in [0, 1].

WEIGHTS = {f"g{k}": a for k, a in enumerate((0.0, 1.0, 4.5, 9.0, 99.0, 99.0, 99.0, 99.0))}
G_FACTORS = dict.fromkeys(WEIGHTS, UNIT)
# |4 x − 2| is uniform on [0, 2]: its variance is 1/3.
G_ALONE = {name: 1.0 / 3.0 / (1.0 + a) ** 2 for name, a in WEIGHTS.items()}


def g(values, seed, replicate):
    # Where |4 x − 2| is 1, a factor is as if it were not there.
    return [
        math.prod(
            (abs(4.0 * values.get(name, 0.75) - 2.0) + a) / (1.0 + a) for name, a in WEIGHTS.items()
        )
    ]


def g_columns(columns, replicate):
    found = [(np.abs(4.0 * columns[name] - 2.0) + a) / (1.0 + a) for name, a in WEIGHTS.items()]
    return np.prod(found, axis=0)


def g_indices(names):
    """First and total indices of G of these factors, the others fixed where they do nothing."""
    every = math.prod(1.0 + G_ALONE[name] for name in names)
    first = {name: G_ALONE[name] / (every - 1.0) for name in names}
    total = {name: first[name] * every / (1.0 + G_ALONE[name]) for name in names}
    return first, total


@pytest.fixture(scope="module")
def of_ishigami(carried_out):
    design = {"kind": "sobol", "base": 1024, "scrambles": 5, "second_order": True}
    return carried_out(ishigami, design, ANGLES)


def test_formulas_above_agree_with_plain_integration():
    """Of a formula mistyped nothing else here would tell."""
    x = np.random.default_rng(1).uniform(-math.pi, math.pi, (3, 400_000))
    assert ishigami_of(*x, np.sin).var() == pytest.approx(ISHIGAMI, rel=0.01)
    u = dict(zip(WEIGHTS, np.random.default_rng(1).random((8, 400_000)), strict=True))
    assert g_columns(u, 0).var() == pytest.approx(
        math.prod(1.0 + one for one in G_ALONE.values()) - 1.0, rel=0.01
    )


# Sobol' indices.


@pytest.mark.slow
@pytest.mark.parametrize(("index", "expected"), [("first", FIRST), ("total", TOTAL)])
def test_sobol_indices_of_ishigami_are_the_analytic_ones(index, expected, of_ishigami):
    found = indices(of_ishigami.sensitivity(), index)["value"]
    assert found.to_dict() == pytest.approx(expected, abs=0.03)


@pytest.mark.slow
def test_second_order_indices_of_ishigami_are_the_analytic_ones(of_ishigami):
    found = indices(of_ishigami.sensitivity(), "second")["value"]
    assert found.to_dict() == pytest.approx(PAIRS, abs=0.03)


@pytest.mark.long
def test_sobol_indices_of_g_are_the_analytic_ones(carried_out):
    done = carried_out(g, {"kind": "sobol", "base": 1024, "scrambles": 5}, G_FACTORS)
    table = done.sensitivity()
    for index, expected in zip(("first", "total"), g_indices(G_FACTORS), strict=True):
        found = indices(table, index)
        assert found["value"].to_dict() == pytest.approx(expected, abs=0.03)
        inside = [
            found.loc[name, "low"] <= true <= found.loc[name, "high"]
            for name, true in expected.items()
        ]
        assert sum(inside) >= 6
        # An interval that says nothing would cover everything.
        assert (found["high"] - found["low"]).max() < 0.1


@pytest.mark.slow
def test_stated_intervals_of_sobol_indices_cover_the_truth_in_about_ninety_five_of_a_hundred():
    """Six indices of Ishigami in 100 studies; indices of one study go together."""
    truths = [*FIRST.values(), *TOTAL.values()]
    covered = []
    for seed in range(100):
        table = told({"kind": "sobol", "base": 128}, ANGLES, ishigami_columns, seed=seed)[:6]
        covered.append((table["low"] <= truths) & (truths <= table["high"]))
    covered = np.array(covered)
    assert covered.mean() == pytest.approx(0.95, abs=0.04)
    assert covered.mean(axis=0).min() > 0.85


def test_indices_owe_nothing_to_the_measures_units():
    """A mean of a million times the spread would drown an estimate that is not centred."""

    def shifted(columns, replicate):
        return 1e6 + 1e-3 * ishigami_columns(columns, replicate)

    design = {"kind": "sobol", "base": 256}
    plain, other = (told(design, ANGLES, f) for f in (ishigami_columns, shifted))
    assert other["value"].tolist() == pytest.approx(plain["value"].tolist(), abs=1e-5, nan_ok=True)


# Shapley effects.


@pytest.mark.slow
def test_shapley_effects_of_ishigami_are_the_analytic_ones():
    """Of independent factors: the first index and a fair share of each interaction."""
    half = V13 / ISHIGAMI / 2.0
    expected = {"x1": FIRST["x1"] + half, "x2": FIRST["x2"], "x3": half}
    table = told({"kind": "shapley", "trajectories": 20_000}, ANGLES, ishigami_columns)
    found = indices(table, "shapley")
    assert found["value"].to_dict() == pytest.approx(expected, abs=0.03)
    assert found["value"].sum() == pytest.approx(1.0)
    for name, true in expected.items():
        # Three factors at 95 %: a little beyond their ends is allowed.
        width = found.loc[name, "high"] - found.loc[name, "low"]
        assert found.loc[name, "low"] - width / 4 <= true <= found.loc[name, "high"] + width / 4
        assert width < 0.06


@pytest.mark.slow
def test_shapley_effects_through_a_study_add_up_to_one(carried_out):
    done = carried_out(ishigami, {"kind": "shapley", "trajectories": 500}, ANGLES)
    found = indices(done.sensitivity(), "shapley")["value"]
    assert found.sum() == pytest.approx(1.0)
    assert found.idxmin() == "x3"


# Morris screening.


def linear(values, seed, replicate):
    return [3.0 * values["up"] - 0.5 * values["down"] + 0.0 * values["idle"] + 4.0]


@pytest.mark.slow
@pytest.mark.parametrize("levels", [4, 6, 8])
def test_morris_gives_the_slope_over_the_range_of_a_linear_function(levels, carried_out):
    """However long its steps are."""
    factor = {
        "up": {"low": 2.0, "high": 4.0},
        "down": {"low": -10.0, "high": 10.0},
        "idle": {"low": 5.0, "high": 6.0},
    }
    design = {"kind": "morris", "trajectories": 8, "levels": levels}
    table = carried_out(linear, design, factor).sensitivity()
    signed = {"up": 6.0, "down": -10.0, "idle": 0.0}
    absolute = {name: abs(value) for name, value in signed.items()}
    assert indices(table, "mu_star")["value"].to_dict() == pytest.approx(absolute, abs=1e-9)
    assert indices(table, "mu")["value"].to_dict() == pytest.approx(signed, abs=1e-9)
    assert indices(table, "sigma")["value"].abs().max() < 1e-9


@pytest.mark.slow
def test_morris_ranks_the_factors_of_g_by_their_weights(carried_out):
    done = carried_out(g, {"kind": "morris", "trajectories": 40, "levels": 8}, G_FACTORS)
    found = indices(done.sensitivity(), "mu_star")["value"]
    assert found.sort_values(ascending=False).index[:4].tolist() == ["g0", "g1", "g2", "g3"]
    assert found[[name for name, a in WEIGHTS.items() if a == 99.0]].max() < 0.2 * found["g3"]


def test_morris_tells_a_slope_that_changes_sign_from_none():
    """μ cancels where μ* does not; σ tells that effects differ."""
    table = told({"kind": "morris", "trajectories": 60}, ANGLES, ishigami_columns)
    mu, mu_star, sigma = (indices(table, name)["value"] for name in ("mu", "mu_star", "sigma"))
    assert abs(mu["x3"]) < 0.5 * mu_star["x3"]
    assert sigma["x3"] > mu_star["x3"]


# PAWN.


@pytest.fixture
def fewer_resamples(monkeypatch):
    monkeypatch.setattr(sensitivity_module, "RESAMPLES", 20)


@pytest.mark.parametrize("kind", ["pawn", "latin_hypercube", "sobol_sequence"])
def test_pawn_shows_a_factor_without_effect_as_no_more_than_the_dummy(kind, fewer_resamples):
    factor = {**ANGLES, "idle": UNIT}
    table = told({"kind": kind, "points": 512}, factor, ishigami_columns)
    found = indices(table, "pawn")
    dummy = found.loc["dummy"]
    assert found.loc["idle", "value"] <= dummy["high"]
    assert (found.loc[["x1", "x2"], "low"] > dummy["high"]).all()
    assert dummy["low"] <= dummy["value"] <= dummy["high"]


def test_pawn_is_the_median_distance_between_distributions_of_slices_and_of_all(fewer_resamples):
    """Worked out here with Kolmogorov and Smirnov's distance as it is defined."""
    design, slices = {"kind": "pawn", "points": 200, "slices": 5}, 5
    drawn = draw(experiment(design, ANGLES), None, "own")
    runs = answered(drawn, ishigami_columns)
    y = runs[MEASURE].to_numpy()
    at = np.sort(y)
    all_ = np.searchsorted(at, at, side="right") / y.size
    expected = {}
    for factor, column in zip(drawn.factors, drawn.points.columns, strict=True):
        rank = stats.rankdata(column)
        distances = []
        for part in range(slices):
            mine = np.sort(y[(rank > part * 40) & (rank <= (part + 1) * 40)])
            own = np.searchsorted(mine, at, side="right") / mine.size
            distances.append(np.abs(own - all_).max())
        expected[factor.name] = np.median(distances)
    found = indices(sensitivity(drawn, runs), "pawn")["value"].drop("dummy")
    # A point on the border of two slices may count to either.
    assert found.to_dict() == pytest.approx(expected, abs=0.03)


@pytest.mark.slow
def test_pawns_intervals_are_no_narrower_than_the_index_varies_from_draw_to_draw(fewer_resamples):
    """Ties in resamples make them about twice as wide for a factor that does nothing."""
    design = {"kind": "pawn", "points": 100, "slices": 5}
    found = [
        indices(told(design, {"x": UNIT}, lambda columns, _: columns["x"], seed=seed), "pawn")
        for seed in range(30)
    ]
    dummies = pd.concat([one.loc[["dummy"]] for one in found])
    half = ((dummies["high"] - dummies["low"]) / 2).mean()
    assert 1.0 < half / (1.96 * dummies["value"].std()) < 3.0
    # The index is the middle of its interval, though resamples lie higher.
    middle = (dummies["high"] + dummies["low"]) / 2
    assert middle.tolist() == pytest.approx(dummies["value"].tolist())


@pytest.mark.parametrize("slices", [5, 6, 9, 10, 24])
def test_pawn_takes_any_number_of_slices(slices, fewer_resamples):
    """SALib steps over the end of the range where 1 / slices is rounded down."""
    table = told({"kind": "pawn", "points": 240, "slices": slices}, ANGLES, ishigami_columns)
    found = indices(table, "pawn")["value"]
    assert found["x2"] > found["dummy"]


# Chance in the response.

# A fourth factor does nothing.
WITH_IDLE = {**ANGLES, "idle": UNIT}
SD = math.sqrt(ISHIGAMI)
NOISY = {"kind": "sobol", "base": 256, "scrambles": 5}
MANY = 16


def own_chance(values, replicate):
    """Chance of every row alone: of all that is set, what does nothing included."""
    return Random(hash((*values.values(), replicate))).gauss(0.0, SD)


def with_own_chance(values, seed, replicate):
    return [ishigami(values, seed, replicate)[0] + own_chance(values, replicate)]


WAVES = np.random.default_rng(2).integers(1, 5, (40, 3)).astype(float)


def with_common_chance(values, seed, replicate):
    """Common draws: in a replicate chance is a smooth function of what is set, and no more.

    Waves of random phase: mean 0, variance that of the signal, as much at every point.
    """
    phases = phases_of(replicate)
    x = np.array([values["x1"], values["x2"], values["x3"]])
    waves = math.sqrt(2.0 / len(WAVES)) * np.cos(WAVES @ x + phases).sum()
    shift = 50.0 * phases[0]
    return [ishigami(values, seed, replicate)[0] + shift + SD * waves]


PHASES = {}


def phases_of(replicate):
    if replicate not in PHASES:
        rng = np.random.default_rng([3, replicate])
        PHASES[replicate] = rng.uniform(0.0, 2.0 * math.pi, len(WAVES))
    return PHASES[replicate]


@pytest.mark.slow
def test_chance_of_each_row_alone_inflates_total_indices_of_one_replicate(carried_out):
    """A total index compares two rows; chance σ² adds σ²/(V + σ²) = 1/2 to one of nothing."""
    table = carried_out(with_own_chance, NOISY, WITH_IDLE).sensitivity()
    total, first = indices(table, "total")["value"], indices(table, "first")["value"]
    expected = {name: (true + 1.0) / 2.0 for name, true in {**TOTAL, "idle": 0.0}.items()}
    assert total.to_dict() == pytest.approx(expected, abs=0.05)
    # First indices shrink instead, and are less sure.
    assert first["x2"] == pytest.approx(FIRST["x2"] / 2.0, abs=0.12)
    # One replicate cannot tell, and says so.
    assert np.isnan(noise(table))


@pytest.mark.long
def test_averaging_over_replicates_mends_it_and_the_share_of_noise_tells_what_is_left(carried_out):
    table = carried_out(with_own_chance, NOISY, WITH_IDLE, replicates=MANY).sensitivity()
    total = indices(table, "total")["value"]
    left = 1.0 / (MANY + 1.0)
    assert noise(table) == pytest.approx(left, abs=0.01)
    expected = {name: (1.0 - left) * true + left for name, true in {**TOTAL, "idle": 0.0}.items()}
    assert total.to_dict() == pytest.approx(expected, abs=0.03)
    assert total["idle"] < 0.1


@pytest.mark.long
def test_on_common_draws_a_factor_that_does_nothing_has_an_index_of_nothing(carried_out):
    """However large chance is: it is the same in both rows that a total index compares."""
    table = carried_out(with_common_chance, NOISY, WITH_IDLE, replicates=MANY).sensitivity()
    total, first = indices(table, "total"), indices(table, "first")
    assert total.loc["idle", "value"] == pytest.approx(0.0, abs=1e-12)
    left = 1.0 / (MANY + 1.0)
    # Waves of 40 kinds and 16 replicates leave a standard error of about a tenth of it.
    assert noise(table) == pytest.approx(left, rel=0.4)
    for name, true in TOTAL.items():
        assert total.loc[name, "value"] == pytest.approx(true, abs=left + 0.03)
        assert first.loc[name, "value"] == pytest.approx(FIRST[name], abs=left + 0.03)
    # A shift of all points of a replicate, here 50 times as large, is in none of it.
    assert noise(table) < 0.2


def test_what_all_points_share_is_no_noise():
    rng = np.random.default_rng(1)
    signal = rng.normal(0.0, 1.0, 400)
    shifts = 1000.0 * rng.normal(0.0, 1.0, 10)
    assert noise_share(signal[:, None] + shifts) == pytest.approx(0.0, abs=1e-9)


@pytest.mark.parametrize(("sd", "replicates"), [(1.0, 2), (1.0, 10), (3.0, 10), (0.1, 5)])
def test_the_share_of_noise_is_that_of_the_variance_of_means(sd, replicates):
    rng = np.random.default_rng(1)
    values = rng.normal(0.0, 1.0, (20_000, 1)) + sd * rng.normal(0.0, 1.0, (20_000, replicates))
    expected = sd**2 / replicates / (1.0 + sd**2 / replicates)
    assert noise_share(values) == pytest.approx(expected, rel=0.05)


def test_the_share_of_noise_of_noise_alone_is_all():
    values = np.random.default_rng(1).normal(0.0, 1.0, (5000, 6))
    assert noise_share(values) == pytest.approx(1.0, abs=0.05)
    assert noise_share(np.zeros((10, 3))) == 0.0
    assert math.isnan(noise_share(values[:, :1]))


# What SALib accepts in silence.


def once_no_number(values, seed, replicate):
    return [math.nan if values["x1"] > 3.13 else ishigami(values, seed, replicate)[0]]


@pytest.mark.slow
def test_one_answer_that_is_no_number_is_refused_rather_than_giving_zeros(carried_out):
    design = {"kind": "sobol", "base": 64}
    done = carried_out(once_no_number, design, ANGLES)
    spoilt = done.results()[MEASURE].to_numpy()
    assert 0 < np.isnan(spoilt).sum() < 10
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        trap = salib.analyze(designs.problem_of(list(ANGLES)), spoilt, calc_second_order=False)
    assert (trap["ST"] == 0.0).all()
    with pytest.raises(ValueError, match=rf"{MEASURE}: {np.isnan(spoilt).sum()} of 1600 points"):
        done.sensitivity()


@pytest.mark.slow
@pytest.mark.parametrize("bad", [math.nan, math.inf])
@pytest.mark.parametrize(
    "design",
    [
        {"kind": "sobol", "base": 16},
        {"kind": "morris", "trajectories": 4},
        {"kind": "pawn", "points": 40},
        {"kind": "latin_hypercube", "points": 40},
        {"kind": "shapley", "trajectories": 10},
    ],
    ids=lambda design: design["kind"],
)
def test_an_answer_that_is_no_number_costs_its_replicate_and_the_last_one_is_refused(design, bad):
    drawn = draw(experiment(design, ANGLES, 2), None, "own")
    runs = answered(drawn, ishigami_columns, 2)
    spoilt = runs.copy()
    spoilt.loc[7, MEASURE] = bad
    found = sensitivity(drawn, spoilt)
    assert set(found["replicates"]) == {1}
    kept = 1 - runs.loc[7, "replicate"]
    alone = draw(experiment(design, ANGLES, 1), None, "own")
    rest = runs[runs["replicate"] == kept].assign(replicate=0)
    pd.testing.assert_frame_equal(found, sensitivity(alone, rest))
    spoilt.loc[spoilt["replicate"] == kept, MEASURE] = bad
    with pytest.raises(ValueError, match="gave no number"):
        sensitivity(drawn, spoilt)


@pytest.mark.parametrize(
    "design",
    [
        {"kind": "sobol", "base": 64, "second_order": True},
        {"kind": "morris", "trajectories": 10},
        {"kind": "pawn", "points": 50},
        {"kind": "shapley", "trajectories": 50},
    ],
    ids=lambda design: design["kind"],
)
def test_an_analysis_asked_for_twice_is_the_same_whatever_was_drawn_between(
    design, fewer_resamples
):
    drawn = draw(experiment(design, ANGLES), None, "own")
    runs = answered(drawn, ishigami_columns)
    np.random.seed(1)
    first = sensitivity(drawn, runs)
    np.random.seed(2)
    pd.testing.assert_frame_equal(sensitivity(drawn, runs), first)


@pytest.mark.slow
def test_salibs_own_seed_of_nothing_seeds_nothing(of_ishigami):
    """Why the analysis above never passes a seed of 0."""
    part = of_ishigami.results()[MEASURE].to_numpy()[: 1024 * 8]
    problem = designs.problem_of(list(ANGLES))
    one, other = (salib.analyze(problem, part, seed=0)["ST_conf"] for _ in range(2))
    assert (one != other).any()
    assert sensitivity_module.SEED != 0


@pytest.mark.long
def test_intervals_come_from_scrambles_by_student_and_not_from_resampling(of_ishigami):
    """Every scramble worked out here by the formulas of Saltelli et al. (2010) and Jansen."""
    answers = of_ishigami.results()[MEASURE].to_numpy().reshape(5, 1024, 8)
    table = of_ishigami.sensitivity()
    for moved, name in enumerate(ANGLES):
        first, total = [], []
        for part in answers:
            a, crossed, b = part[:, 0], part[:, 1 + moved], part[:, -1]
            variance = np.concatenate([a, b]).var()
            centred = b - part.mean()
            first.append((centred * (crossed - a)).mean() / variance)
            total.append(((a - crossed) ** 2).mean() / 2.0 / variance)
        for index, each in (("first", first), ("total", total)):
            row = indices(table, index).loc[name]
            error = np.std(each, ddof=1) / math.sqrt(5)
            half = stats.t.ppf(0.975, 4) * error
            assert row["value"] == pytest.approx(np.mean(each), abs=1e-9)
            assert row["high"] - row["value"] == pytest.approx(half, abs=1e-9)
            assert row["value"] - row["low"] == pytest.approx(half, abs=1e-9)


def test_answers_that_do_not_match_the_design_are_refused():
    """320 answers fit 32 × (3 + 2) × 2 as well as 16 × (8 + 2) × 2: SALib divides and goes on."""
    three = draw(experiment({"kind": "sobol", "base": 32, "scrambles": 2}, ANGLES), None, "own")
    runs = answered(three, ishigami_columns)
    assert len(runs) == 320
    other = experiment({"kind": "sobol", "base": 64, "scrambles": 2}, ANGLES)
    with pytest.raises(ValueError, match="320 outputs do not fit a design of 640 points"):
        sensitivity(replace(three, experiment=other), runs)


def test_runs_that_are_missing_are_refused():
    drawn = draw(experiment({"kind": "sobol", "base": 32}, ANGLES), None, "own")
    runs = answered(drawn, ishigami_columns)
    # A whole multiple of what a point of the base takes, which SALib would take.
    with pytest.raises(ValueError, match="795 of 800 runs"):
        sensitivity(drawn, runs[:-5])


def test_a_study_that_stopped_between_blocks_of_replicates_has_no_indices(tmp_path):
    def stop(done, total):
        if done >= total // 2:
            raise KeyboardInterrupt

    design = {"kind": "morris", "trajectories": 5}
    asked = experiment(design, ANGLES, replicates=2 * MOST_IN_A_BLOCK)
    begun = Study(asked, tmp_path, ishigami)
    with pytest.raises(KeyboardInterrupt):
        begun.run(workers=1, progress=stop)
    done = 5 * (3 + 1) * MOST_IN_A_BLOCK
    assert begun.status().done == done
    with pytest.raises(ValueError, match=f"{done} of {2 * done} runs"):
        begun.sensitivity()


CONSTANTS = (0.1, 1.0 / 3.0, 0.0, 1e9)


@pytest.mark.parametrize("constant", CONSTANTS, ids=lambda constant: f"{constant:g}")
@pytest.mark.parametrize(
    "design",
    [
        {"kind": "sobol", "base": 64, "second_order": True},
        {"kind": "morris", "trajectories": 10},
        {"kind": "pawn", "points": 50},
        {"kind": "shapley", "trajectories": 25},
    ],
    ids=lambda design: design["kind"],
)
def test_an_answer_that_never_changes_has_indices_of_zero_and_no_warning(
    design, constant, fewer_resamples
):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        table = told(design, ANGLES, lambda columns, replicate: constant, replicates=2)
    assert (table["value"] == 0.0).all()


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["grid", "factorial", "fractional_factorial", "list"])
def test_designs_that_tell_no_sensitivity_are_refused_and_those_that_do_are_named(kind, tmp_path):
    points = {"point": [{"name": "one"}, {"name": "two"}]} if kind == "list" else {}
    factor = {} if kind == "list" else dict.fromkeys(("x1", "x2", "x3", "x4"), UNIT)
    done = Study(experiment({"kind": kind}, factor, **points), tmp_path, nothing).run(workers=1)
    with pytest.raises(BadInput) as refused:
        done.sensitivity()
    said = str(refused.value)
    assert "\n" not in said
    assert f"“{kind}”" in said
    for named in ("sobol", "morris", "pawn", "shapley", "latin_hypercube", "sobol_sequence"):
        assert named in said


def nothing(values, seed, replicate):
    return [0.0]


# Screening first.


SCREENED = {
    "kind": "sobol",
    "base": 256,
    "scrambles": 3,
    "screen": {"trajectories": 20, "levels": 8, "keep": 3},
}


@pytest.fixture(scope="module")
def screened(carried_out):
    return carried_out(g, SCREENED, G_FACTORS)


@pytest.mark.slow
def test_screening_keeps_the_right_factors_in_the_order_declared(screened):
    assert list(screened.kept) == ["g0", "g1", "g2"]
    assert [factor.name for factor in screened.drawn.factors] == ["g0", "g1", "g2"]


@pytest.mark.slow
def test_factors_kept_get_the_indices_of_a_study_of_them_alone(screened):
    table = screened.sensitivity()
    for index, expected in zip(("first", "total"), g_indices(["g0", "g1", "g2"]), strict=True):
        found = indices(table, index)["value"]
        assert found.to_dict() == pytest.approx(expected, abs=0.03)


@pytest.mark.slow
def test_a_screened_study_is_as_large_as_it_said_beforehand(screened, tmp_path):
    before = Study(experiment(SCREENED, G_FACTORS), tmp_path, g)
    assert before.size() == 20 * (8 + 1) + 3 * 256 * (3 + 2)
    assert screened.status().runs + screened.screening.status().runs == before.size()


def test_a_screened_study_knows_no_factors_before_its_screening(tmp_path):
    with pytest.raises(BadInput, match="screening is not complete"):
        Study(experiment(SCREENED, G_FACTORS), tmp_path, g).sensitivity()


@pytest.mark.slow
def test_factors_are_kept_by_the_main_measure(carried_out):
    done = carried_out(
        two_answers,
        {"kind": "sobol", "base": 8, "screen": {"trajectories": 4, "keep": 2}},
        dict.fromkeys(("a", "b", "c", "d"), UNIT),
        measures=["credibility", MEASURE],
    )
    assert list(done.kept) == ["b", "d"]


def two_answers(values, seed, replicate):
    x = {name: values.get(name, 0.0) for name in "abcd"}
    return [0.1 * x["a"] - 5.0 * x["b"] + 3.0 * x["d"], 9.0 * x["a"] + 9.0 * x["c"]]


def test_all_pairs_of_factors_are_told_once():
    table = told({"kind": "sobol", "base": 16, "second_order": True}, WITH_IDLE, ishigami_columns)
    pairs = [f"{one} × {other}" for one, other in itertools.combinations(WITH_IDLE, 2)]
    assert indices(table, "second").index.tolist() == pairs
