"""Sensitivity of measures to factors, from means over replicates on common random draws.

Sobol' indices (Saltelli et al. 2010) with intervals from independent scrambles; Morris screening
(Campolongo et al. 2007); PAWN (Pianosi & Wagener 2015); Shapley effects (Goda 2021). SALib computes
most of them. Input for which SALib would give wrong results without a warning is refused here.
"""

import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
import scipy
from numpy.typing import NDArray

from sim.errors import BadInput
from sim.study import designs
from sim.study.drawn import Drawn
from sim.study.effects import Responses
from sim.study.estimate import CONFIDENCE

Values = NDArray[np.float64]
# Seed of SALib's analyses, whose resampling is not used. SALib ignores a seed of 0.
SEED = 1
COLUMNS = ("measure", "factor", "index", "value", "low", "high", "replicates")
NOISE = "noise_share"


def noise_share(values: Values) -> float:
    """Share of chance in the variance of means over replicates, 0 to 1.

    ``values`` has shape (points, replicates). NaN for one replicate, which does not separate chance
    from effects. Chance that all points share because of common draws does not count.
    """
    points, replicates = values.shape
    if replicates < 2 or points < 2:
        return float("nan")
    # Chance that all points of a replicate share shifts the mean and does not affect indices.
    apart = values - values.mean(axis=0)
    chance = (
        ((apart - apart.mean(axis=1, keepdims=True)) ** 2).sum()
        / ((replicates - 1) * (points - 1))
        / replicates
    )
    seen = apart.mean(axis=1).var(ddof=1)
    return float(min(1.0, chance / seen)) if seen > 0 else 0.0


def sensitivity(drawn: Drawn, runs: pd.DataFrame) -> pd.DataFrame:
    """Indices of every factor for every measure: measure, factor, index, value, low, high.

    ``replicates`` is the number of those in which every point gave a number. The last row of each
    measure is the share of noise in means over them. Raises BadInput for a design from which
    sensitivity cannot be computed, ValueError if runs are missing or no replicate is complete.
    """
    design = drawn.experiment.design
    by_kind: Mapping[str, Callable[[Drawn, Values], Iterator[_Row]]] = {
        designs.SOBOL: _sobol,
        designs.MORRIS: _morris,
        designs.PAWN: _pawn,
        designs.LATIN: _pawn,
        designs.SEQUENCE: _pawn,
        designs.SHAPLEY: _shapley,
    }
    if design.kind not in by_kind:
        raise BadInput(
            f"sensitivity: a design of kind “{design.kind}” gives effects, not sensitivity; "
            f"expected {', '.join(by_kind)}"
        )
    experiment = drawn.experiment
    if experiment.point:
        raise BadInput("sensitivity: of a design without [[point]]; expected one scenario to vary")
    responses = Responses(runs, len(drawn.points), experiment.replicates, drawn.measures)
    rows: list[tuple[Any, ...]] = []
    for number, measure in enumerate(responses.measures):
        values = responses.values[:, :, number]
        # A replicate is left out at all points, so that those that are compared share their draws.
        whole = np.isfinite(values).all(axis=0)
        values = values[:, whole] if whole.any() else values
        if not np.isfinite(values).all():
            bad = int((~np.isfinite(values)).any(axis=1).sum())
            raise ValueError(
                f"{measure}: {bad} of {len(values)} points gave no number; indices would be wrong"
            )
        found = by_kind[design.kind](drawn, values.mean(axis=1))
        rows += [(measure, *row, values.shape[1]) for row in found]
        rows.append((measure, "", NOISE, noise_share(values), np.nan, np.nan, values.shape[1]))
    return pd.DataFrame(rows, columns=list(COLUMNS))


_Row = tuple[str, str, float, float, float]


def _names(drawn: Drawn) -> list[str]:
    return [factor.name for factor in drawn.factors]


def _constant(response: Values) -> bool:
    return bool((response == response[0]).all())


def _across(found: Values) -> tuple[Values, Values, Values]:
    """Mean over independent repetitions with its interval by Student's t; each (factors,).

    ``found`` has shape (repetitions, factors).
    """
    parts = len(found)
    mean = found.mean(axis=0)
    if parts < 2:
        return mean, np.full_like(mean, np.nan), np.full_like(mean, np.nan)
    error = found.std(axis=0, ddof=1) / np.sqrt(parts)
    width = scipy.stats.t.ppf(0.5 + 0.5 * CONFIDENCE, parts - 1) * error
    return mean, mean - width, mean + width


def _analysed(analyze: Any, *arguments: Any, **options: Any) -> Any:
    """The result of one of SALib's analyses, without its warnings about arithmetic."""
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        return analyze(*arguments, **options)


def _sobol(drawn: Drawn, response: Values) -> Iterator[_Row]:
    """First-order and total indices, and those of pairs if requested; intervals over scrambles."""
    from SALib.analyze import sobol

    design: Any = drawn.experiment.design
    names = _names(drawn)
    problem = designs.problem_of(names)
    found: dict[str, list[Values]] = {"first": [], "total": [], "second": []}
    _check_size(design, len(names), response)
    for part in designs.batches(response.size, design.scrambles):
        own = response[part]
        if _constant(own):
            indices: Any = {"S1": np.zeros(len(names)), "ST": np.zeros(len(names))}
            if design.second_order:
                indices["S2"] = np.zeros((len(names), len(names)))
        else:
            # Standardised: indices stay the same, and a large mean costs no precision.
            scaled = (own - own.mean()) / own.std()
            indices = _analysed(
                sobol.analyze,
                problem,
                scaled,
                calc_second_order=design.second_order,
                # SALib's own intervals are far too wide and are not used.
                num_resamples=2,
                seed=SEED,
            )
        found["first"].append(np.asarray(indices["S1"]))
        found["total"].append(np.asarray(indices["ST"]))
        if design.second_order:
            found["second"].append(np.asarray(indices["S2"]))
    for index in ("first", "total"):
        for name, *numbers in zip(names, *_across(np.array(found[index])), strict=True):
            yield (name, index, *map(float, numbers))  # type: ignore[misc]
    if design.second_order:
        mean, low, high = _across(np.array(found["second"]))
        for i, one in enumerate(names):
            for j in range(i + 1, len(names)):
                pair = f"{one} × {names[j]}"
                yield pair, "second", float(mean[i, j]), float(low[i, j]), float(high[i, j])


def _check_size(design: Any, factors: int, response: Values) -> None:
    """Raise ValueError if outputs do not match the design, which SALib does not check."""
    expected = design.scrambles * design.base * design.mixtures(factors)
    if response.size != expected:
        raise ValueError(f"{response.size} outputs do not fit a design of {expected} points")


def _shares(drawn: Drawn) -> Values:
    """The points of the design in the unit cube, shape (points, factors)."""
    experiment = drawn.experiment
    found: Values = experiment.design.shares(len(drawn.factors), experiment.seed)
    return found


def _morris(drawn: Drawn, response: Values) -> Iterator[_Row]:
    """Mean absolute elementary effect μ*, mean elementary effect μ, and standard deviation σ."""
    names, shares = _names(drawn), _shares(drawn)
    design: Any = drawn.experiment.design
    effects = _elementary_effects(shares, response, design.levels)
    for index, each in (("mu_star", np.abs(effects)), ("mu", effects)):
        for name, *numbers in zip(names, *_across(each), strict=True):
            yield (name, index, *map(float, numbers))  # type: ignore[misc]
    sigma = effects.std(axis=0, ddof=1)
    for name, value in zip(names, sigma, strict=True):
        yield name, "sigma", float(value), float("nan"), float("nan")


def _elementary_effects(shares: Values, response: Values, levels: int) -> Values:
    """Elementary effects computed by SALib, shape (trajectories, factors)."""
    from SALib.analyze import morris

    number = shares.shape[1]
    trajectories = response.size // (number + 1)
    problem = designs.problem_of_size(number)
    found = []
    for one in range(trajectories):
        part = slice(one * (number + 1), (one + 1) * (number + 1))
        indices = _analysed(
            morris.analyze,
            problem,
            shares[part],
            response[part],
            num_levels=levels,
            num_resamples=2,
            seed=SEED,
        )
        found.append(np.asarray(indices["mu"], float))
    return np.array(found)


def _pawn(drawn: Drawn, response: Values) -> Iterator[_Row]:
    """PAWN: median distance between the distribution of all outputs and that within a slice.

    Intervals are by the bootstrap over points and are rather wide. ``dummy`` is the index of a
    factor without effect; a factor of categories has one of its own. Computed
    here, because SALib exceeds the range for some numbers of slices.
    """
    if response.size < FEWEST:
        raise BadInput(
            f"sensitivity: {response.size} points are too few for PAWN; expected at least {FEWEST}"
        )
    names, shares = _names(drawn), _positions(drawn)
    categories = [not factor.is_ordered for factor in drawn.factors] + [False]
    slices = getattr(drawn.experiment.design, "slices", SLICES)
    rng = np.random.default_rng(drawn.experiment.seed)
    own = [shares[:, k] for k, levels in enumerate(categories) if levels]
    # A level of a category is a larger slice, in which chance is smaller, so that such a factor is
    # compared with a dummy of its own: its levels, shuffled.
    dummies = [rng.random(len(shares)), *(rng.permutation(one) for one in own)]
    of = [f"{DUMMY} of {name}" for name, levels in zip(names, categories, strict=False) if levels]
    shares = np.column_stack([shares, *dummies])
    categories += [True] * len(own)
    everything = np.arange(response.size)
    value = _distances(shares, response, everything, slices, categories)
    resampled = np.array(
        [
            _distances(shares, response, chosen, slices, categories)
            for chosen in (rng.integers(0, response.size, response.size) for _ in range(RESAMPLES))
        ]
    )
    # Resamples contain ties, which raise the distance, so only their spread is used.
    normal = float(scipy.stats.norm.ppf(0.5 + 0.5 * CONFIDENCE))
    width = normal * resampled.std(axis=0, ddof=1)
    for name, *numbers in zip(
        [*names, DUMMY, *of], value, value - width, value + width, strict=True
    ):
        yield (name, "pawn", *map(float, numbers))  # type: ignore[misc]


def _distances(
    shares: Values,
    response: Values,
    chosen: NDArray[np.int64],
    slices: int,
    categories: Sequence[bool],
) -> Values:
    """Median over slices of the Kolmogorov–Smirnov distance to all outputs, shape (factors,).

    Of factors whose levels are ``categories``, each level is a slice.
    """
    order = chosen[np.argsort(response[chosen], kind="stable")]
    ordered = response[order]
    # Distributions are compared at distinct values of the response.
    ends = np.append(np.flatnonzero(np.diff(ordered)), ordered.size - 1)
    everywhere = (ends + 1.0) / ordered.size
    found = []
    for column, levels in zip(shares[order].T, categories, strict=True):
        if levels:
            edges = np.unique(column)[:-1]
        else:
            edges = np.quantile(column, np.linspace(0.0, 1.0, slices + 1)[1:-1])
        inside = np.zeros((ordered.size, len(edges) + 1))
        inside[np.arange(ordered.size), np.searchsorted(edges, column, side="left")] = 1.0
        there = inside.sum(axis=0) > 0
        reached = inside.cumsum(axis=0)[ends][:, there]
        distance = np.abs(reached / reached[-1] - everywhere[:, None]).max(axis=0)
        found.append(np.median(distance))
    return np.array(found)


DUMMY = "dummy"
# Fewest points for which slices are meaningful.
FEWEST = 20
# Slices of each factor's range if the design gives none; resamples for an interval.
SLICES, RESAMPLES = 10, 200


def _positions(drawn: Drawn) -> Values:
    """Position of points along each factor, 0 to 1, by the rank of the value that was set."""
    columns = drawn.points.columns  # type: ignore[attr-defined]
    ranks = []
    for factor, column in zip(drawn.factors, columns, strict=True):
        if column.dtype == object:
            column = np.array([factor.place(value) for value in column.tolist()])
        ranks.append((scipy.stats.rankdata(column) - 0.5) / column.size)
    return np.column_stack(ranks)


def _shapley(drawn: Drawn, response: Values) -> Iterator[_Row]:
    """Shapley effects: share of each factor in the variance, interactions divided; sum 1."""
    from SALib.analyze import shapley

    names, shares = _names(drawn), _shares(drawn)
    found = _analysed(shapley.analyze, designs.problem_of(names), shares, response)
    value = np.asarray(found["shapley_normalized"], float)
    width = np.asarray(found["shapley_normalized_conf"], float)
    if _constant(response):
        value, width = np.zeros(len(names)), np.zeros(len(names))
    for name, *numbers in zip(names, value, value - width, value + width, strict=True):
        yield (name, "shapley", *map(float, numbers))  # type: ignore[misc]


def most_influential(table: pd.DataFrame, measure: str, keep: int) -> Sequence[str]:
    """The ``keep`` factors with the largest μ* for a measure, in the order of declaration."""
    rows = table[(table["measure"] == measure) & (table["index"] == "mu_star")]
    kept = set(rows.sort_values("value", ascending=False)["factor"].head(keep))
    return [name for name in rows["factor"] if name in kept]
