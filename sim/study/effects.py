"""Effects that a study's design can estimate: paired by replicate, with bootstrap intervals."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import scipy
from numpy.typing import NDArray

from sim.mechanisms.measuring import ratio
from sim.study import designs
from sim.study.drawn import Drawn
from sim.study.estimate import CONFIDENCE
from sim.study.factorial import (
    interactions,
    main_effects,
    shapley_values,
    variance_shares,
    weighted_sum,
)
from sim.study.factors import level_key
from sim.study.families import adjusted
from sim.study.least_squares import least_squares
from sim.study.pairs import alike, estimated, matched, mean_there, variance_there
from sim.study.varied import Varied

Values = NDArray[np.float64]
Rows = NDArray[np.int64]
# Share of the largest response below which an effect counts as a rounding error.
ROUNDING = 1e-12
# Kinds of rows in a table of effects.
LEVEL, DIFFERENCE, DOSE, STEP = "level", "difference", "dose", "step"
MAIN, INTERACTION, SHAPLEY, SLOPE = "main", "interaction", "shapley", "slope"
COLUMNS = (
    "kind",
    "term",
    "measure",
    "value",
    "low",
    "high",
    "replicates",
    "p",
    "variance_ratio",
    "variance_share",
    "replicates_needed",
)


class Responses:
    """Measures of every run of a study, ``values`` of shape (points, replicates, measures).

    Raises ValueError if runs are missing, because an estimate from a part of a design would
    estimate something else.
    """

    def __init__(
        self, runs: pd.DataFrame, points: int, replicates: int, measures: Sequence[str]
    ) -> None:
        if len(runs) != points * replicates:
            raise ValueError(f"{len(runs)} of {points * replicates} runs are there")
        ordered = runs.sort_values(["point", "replicate"], ignore_index=True)
        self.measures = tuple(measures)
        self.values = ordered[list(measures)].to_numpy(float).reshape(points, replicates, -1)

    @property
    def replicates(self) -> int:
        """Runs of each point."""
        return self.values.shape[1]

    def contrast(self, weights: Values) -> Values:
        """A weighted sum over points in each replicate, shape (replicates, measures)."""
        used = np.flatnonzero(weights)
        return weighted_sum(weights[used], self.values[used])


def replicates_needed(values: Values, half_width: float) -> Values:
    """Replicates needed for intervals of ± ``half_width`` around means; shape (columns,).

    Computed from Student's t and the spread of ``values``, (replicates, columns); at least 2, and
    NaN if there is only one replicate.
    """
    replicates, columns = values.shape
    if replicates < 2:
        return np.full(columns, np.nan)
    sd = values.std(axis=0, ddof=1)
    normal = scipy.stats.norm.ppf(0.5 + 0.5 * CONFIDENCE)
    found = np.maximum(2.0, np.ceil((normal * sd / half_width) ** 2))
    # Student's quantile exceeds the normal one, so a few more replicates are needed.
    while True:
        far = scipy.stats.t.ppf(0.5 + 0.5 * CONFIDENCE, found - 1)
        wide = far * sd / np.sqrt(found) > half_width
        if not wide.any():
            return np.asarray(np.where(np.isnan(sd), np.nan, found))
        found = found + wide


class _Table:
    """Collects the rows of a table of effects.

    A row rests on the replicates in which it has a number, and tells how many these are.
    """

    def __init__(
        self, responses: Responses, seed: int, half_width: float | None, draws: int
    ) -> None:
        self.responses = responses
        # Number of draws of a posterior that replicates use in turn; 0 if settings are fixed.
        self._draws = draws
        self._seed = seed
        self._half_width = half_width
        self._largest = np.nan_to_num(np.abs(responses.values), nan=0.0).max(axis=(0, 1))
        self.rows: list[dict[str, Any]] = []

    def add(
        self,
        kind: str,
        values: Mapping[str, Values],
        ratios: Mapping[str, Values] | None = None,
        shares: Mapping[str, Values] | None = None,
    ) -> None:
        """Add a row for each term and measure; ``values`` by term, (replicates, measures)."""
        if not values:
            return
        measures = self.responses.measures
        together = np.hstack(list(values.values()))
        # Rounding errors of sums that cancel are set to 0.
        together[np.abs(together) < ROUNDING * np.tile(self._largest, len(values))] = 0.0
        found = estimated(together, self._seed, self._draws)
        if kind == LEVEL:
            found = found._replace(p=np.full(together.shape[1], np.nan))
        needed = np.full(together.shape[1], np.nan)
        if self._half_width is not None and not self._draws:
            for group, there in alike(together):
                needed[group] = replicates_needed(together[there][:, group], self._half_width)
        column = 0
        for term in values:
            for number, measure in enumerate(measures):
                self.rows.append(
                    {
                        "kind": kind,
                        "term": term,
                        "measure": measure,
                        "value": found.mean[column],
                        "low": found.low[column],
                        "high": found.high[column],
                        "replicates": int(found.rows[column]),
                        "p": found.p[column],
                        "variance_ratio": ratios[term][number] if ratios else np.nan,
                        "variance_share": shares[term][number] if shares else np.nan,
                        "replicates_needed": needed[column],
                    }
                )
                column += 1


def variance_ratio(one: Values, other: Values) -> Values:
    """Variance of unpaired differences relative to that of paired ones, shape (measures,).

    ``one`` and ``other`` have shape (replicates, measures). Above 1, common random draws reduce the
    variance. NaN if paired differences do not vary.
    """
    if len(one) < 2:
        return np.full(one.shape[1], np.nan)
    paired = variance_there(other - one)
    unpaired = variance_there(one) + variance_there(other)
    return ratio(unpaired, paired)


def effects(drawn: Drawn, runs: pd.DataFrame, draws: int | None = None) -> pd.DataFrame:
    """All effects that the design can estimate; a row for each kind, term and measure.

    ``draws`` is the number of draws of a posterior that replicates use in turn, 0 for none; by
    default that of the experiment. ``COLUMNS`` are its columns, followed by the adjusted p-value
    and the family. Raises ValueError if runs are missing.
    """
    experiment = drawn.experiment
    responses = Responses(runs, len(drawn.points), experiment.replicates, drawn.measures)
    draws = len(experiment.draws() or ()) if draws is None else draws
    table = _Table(responses, experiment.seed, experiment.half_width, draws)
    kind = experiment.design.kind
    if kind == designs.LIST:
        _listed(table, drawn)
    elif drawn.listed:
        _crossed(table, drawn)
    elif kind in (designs.GRID, designs.ONE_AT_A_TIME):
        _doses(table, drawn)
    elif kind in (designs.FACTORIAL, designs.FRACTIONAL):
        _two_level(table, drawn)
    else:
        _slopes(table, drawn)
    found = pd.DataFrame(table.rows, columns=list(COLUMNS))
    return adjusted(found, experiment.family)


def _listed(table: _Table, drawn: Drawn) -> None:
    """Each point, and its difference from the first of the list under the same factors."""
    values = table.responses.values
    names = drawn.names or ()
    table.add(LEVEL, {name: values[k] for k, name in enumerate(names)})
    pairs = {
        name: (values[k - k % drawn.listed], values[k])
        for k, name in enumerate(names)
        if k % drawn.listed > 0
    }
    differences = {name: other - first for name, (first, other) in pairs.items()}
    ratios = {name: variance_ratio(first, other) for name, (first, other) in pairs.items()}
    table.add(DIFFERENCE, differences, ratios)


def _doses(table: _Table, drawn: Drawn) -> None:
    """The response at each level of a factor, with the others averaged or at the scenario's own."""
    values = table.responses.values
    points = drawn.points
    assert isinstance(points, designs.Points)
    one_by_one = drawn.experiment.design.kind == designs.ONE_AT_A_TIME
    if len(points) <= MOST_LEVELS:
        table.add(LEVEL, {drawn.label(p): values[p] for p in range(len(points))})
    for number, factor in enumerate(drawn.factors):
        if one_by_one:
            levels, pairs = _alone(points, number)
        else:
            levels, pairs = _matched(points, number)
        known = {level_key(level): place for place, level in enumerate(levels)}
        first = known.get(level_key(factor.own), 0)
        shown = [factor.shown(level) for level in levels]
        # If settings that levels carry along differ from the scenario's, no level equals the
        # scenario.
        apart = one_by_one and not factor.starts_at_own
        if apart:
            shown[first] += " (scenario)"
        doses = {
            f"{factor.name} = {shown[other]}": pairs(first, other)
            for other in range(len(levels))
            if other != first
        }
        told = {
            term: matched(values[one], values[other])
            for term, (one, other) in doses.items()
            if len(one)
        }
        ratios = {term: variance_ratio(*both) for term, both in told.items()}
        table.add(DOSE, {term: other - one for term, (one, other) in told.items()}, ratios)
        steps = {
            f"{factor.name} from {shown[k]} to {shown[k + 1]}": pairs(k, k + 1)
            for k in range(len(levels) - 1)
            if not (apart and first in (k, k + 1))
        }
        climbed = {
            term: matched(values[one], values[other])
            for term, (one, other) in steps.items()
            if len(one)
        }
        table.add(STEP, {term: other - one for term, (one, other) in climbed.items()})


# Points at two levels of a factor, by their numbers among the levels: those at the first and at
# the second, each with the same levels of the other factors.
_Pairs = Callable[[int, int], tuple[Rows, Rows]]


def _alone(points: designs.Points, number: int) -> tuple[list[Any], _Pairs]:
    """Levels of a factor that is moved alone, the scenario's own among them."""
    factor = points.factors[number]
    rows = {row: points.columns[number].item(row) for row in points.moving(number)}
    at = [(value, row) for row, value in rows.items()]
    own = (factor.own, 0)
    ordered = _sorted([*at, own]) if factor.starts_at_own else [*_sorted(at), own]
    places = [np.array([row]) for _, row in ordered]
    return [value for value, _ in ordered], lambda one, other: (places[one], places[other])


def _matched(points: designs.Points, number: int) -> tuple[list[Any], _Pairs]:
    """Levels of a factor in a grid, compared over combinations of the others that both have."""
    keys = [[level_key(value) for value in column.tolist()] for column in points.columns]
    levels = list(points.factors[number].levels)
    rows: list[dict[tuple[str, ...], int]] = [{} for _ in levels]
    place = {level_key(level): k for k, level in enumerate(levels)}
    for row, combination in enumerate(zip(*keys, strict=True)):
        others = (*combination[:number], *combination[number + 1 :])
        rows[place[combination[number]]][others] = row

    def pairs(one: int, other: int) -> tuple[Rows, Rows]:
        both = [key for key in rows[one] if key in rows[other]]
        return (
            np.array([rows[one][key] for key in both], np.int64),
            np.array([rows[other][key] for key in both], np.int64),
        )

    return levels, pairs


def _sorted(levels: list[tuple[Any, int]]) -> list[tuple[Any, int]]:
    try:
        return sorted(levels)
    except TypeError:
        return levels


# With more points than this, means of single points are left out of the table.
MOST_LEVELS = 200


def _two_level(table: _Table, drawn: Drawn) -> None:
    responses = table.responses
    names = [factor.name for factor in drawn.factors]
    design = drawn.experiment.design
    signs = design.signs(len(names))
    shares = _shares_of(signs, responses, names)
    mains = {name: responses.contrast(w) for name, w in main_effects(signs, names).items()}
    ratios = {
        name: _contrast_ratio(responses, weights)
        for name, weights in main_effects(signs, names).items()
    }
    table.add(MAIN, mains, ratios, shares)
    pairs = interactions(signs, names)
    if design.kind == designs.FACTORIAL:
        table.add(
            INTERACTION, {name: responses.contrast(w) for name, w in pairs.items()}, None, shares
        )
        values = shapley_values(signs, names)
        table.add(SHAPLEY, {name: responses.contrast(w) for name, w in values.items()})
        for term in ("higher", "noise"):
            for number, measure in enumerate(responses.measures):
                table.rows.append(
                    {
                        "kind": term,
                        "term": term,
                        "measure": measure,
                        "replicates": responses.replicates,
                        "variance_share": shares[term][number],
                    }
                )


def _shares_of(signs: Values, responses: Responses, names: Sequence[str]) -> dict[str, Values]:
    """Shares of variance by term, (measures,), over replicates that are complete in a measure."""
    values = responses.values
    if not np.isnan(values).any():
        return variance_shares(signs, values, names)
    apart = []
    for number in range(values.shape[2]):
        own = values[:, :, number : number + 1]
        whole = ~np.isnan(own).any(axis=(0, 2))
        # Without a complete replicate, all shares are NaN.
        apart.append(variance_shares(signs, own[:, whole] if whole.any() else own[:, :1], names))
    return {term: np.concatenate([one[term] for one in apart]) for term in apart[0]}


def _contrast_ratio(responses: Responses, weights: Values) -> Values:
    """Variance of a contrast of unpaired points relative to that on common random draws."""
    if responses.replicates < 2:
        return np.full(len(responses.measures), np.nan)
    contrast = responses.contrast(weights)
    values = np.where(np.isnan(contrast), np.nan, responses.values)
    paired = variance_there(contrast)
    unpaired = weighted_sum(weights**2, variance_there(values, axis=1))
    return ratio(unpaired, paired)


def _slopes(table: _Table, drawn: Drawn) -> None:
    """Change of the response over a factor's range, by linear regression in each replicate."""
    _add_slopes(table, _fitted_slopes(table.responses.values, drawn))


def _fitted_slopes(values: Values, drawn: Drawn) -> dict[tuple[str, str], Values]:
    """Slopes by kind of effect and term, (replicates, measures); none if points are too few."""
    columns = drawn.points.columns  # type: ignore[attr-defined]
    terms: dict[tuple[str, str], Values] = {}
    for factor, column in zip(drawn.factors, columns, strict=True):
        terms |= _along(column, factor)
    shares = np.column_stack(list(terms.values()))
    points, replicates, measures = values.shape
    if points <= shares.shape[1] + 1:
        return {}
    matrix = np.column_stack([np.ones(points), shares])
    apart = values.reshape(points, -1)
    found = np.full((matrix.shape[1], apart.shape[1]), np.nan)
    for group, there in alike(apart):
        # A replicate that lacks points is fitted to those it has.
        if there.sum() > matrix.shape[1]:
            found[:, group] = least_squares(matrix[there], apart[there][:, group])
    slopes = found[1:].reshape(-1, replicates, measures)
    return {term: slopes[k] for k, term in enumerate(terms)}


def _crossed(table: _Table, drawn: Drawn) -> None:
    """Each listed point averaged over the design, its difference from the first, and slopes."""
    values = table.responses.values
    names = [point.name for point in drawn.experiment.point]
    each = {name: values[k :: drawn.listed] for k, name in enumerate(names)}
    table.add(LEVEL, {name: mean_there(found) for name, found in each.items()})
    first = each[names[0]]
    others = {name: each[name] - first for name in names[1:]}
    table.add(DIFFERENCE, {name: mean_there(found) for name, found in others.items()})
    design = replace(drawn, points=drawn.points.design)  # type: ignore[attr-defined]
    for name, found in {names[0]: first, **others}.items():
        fitted = _fitted_slopes(found, design)
        _add_slopes(
            table, {(kind, f"{name} ({term})"): fitted[kind, term] for kind, term in fitted}
        )


def _add_slopes(table: _Table, fitted: Mapping[tuple[str, str], Values]) -> None:
    for wanted in (SLOPE, DOSE):
        table.add(wanted, {term: one for (kind, term), one in fitted.items() if kind == wanted})


def _along(column: NDArray[Any], factor: Varied) -> dict[tuple[str, str], Values]:
    """Terms of a factor in the regression, by kind of effect and name, each of shape (points,).

    A factor of numbers has its position in its range, 0 to 1; one of categories has, for each
    level but the first that occurs, whether it is there.
    """
    if factor.is_range:
        low, high = factor.range
        return {(SLOPE, factor.name): np.asarray((column.astype(float) - low) / (high - low))}
    places = np.array([factor.place(value) for value in column.tolist()])
    if factor.is_ordered:
        top = max(1, len(factor.levels) - 1)
        return {(SLOPE, factor.name): places / top}
    there = [k for k in range(len(factor.levels)) if (places == k).any()]
    return {
        (DOSE, f"{factor.name} = {factor.shown(factor.levels[k])}"): (places == k).astype(float)
        for k in there[1:]
    }
