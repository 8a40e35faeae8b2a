"""Calibration of a scenario: the draws of its fit with their runs, levers, and fitted settings."""

from collections.abc import Mapping
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
import scipy
from numpy.typing import NDArray

from sim.calibration.candidates import RESTING
from sim.calibration.first_round import Values
from sim.calibration.fit import Fit, Stream
from sim.calibration.lever_doubt import evenly, kept
from sim.calibration.likelihood import ends_of
from sim.calibration.patterns import BASELINE
from sim.calibration.posterior import CREDIBLE
from sim.calibration.recovery import of_priors, of_starts
from sim.study.designs import Points
from sim.study.points import Point
from sim.world.posterior import digest_of

# Members of a generation of differential evolution, at least; the library needs five.
_FEWEST_MEMBERS = 5
# Draws of the posterior tried as fitted settings, and significant digits of fitted settings.
_TRIED = 15
_DIGITS = 2
# Trials of what was drawn of levers, for each trial of the fit: nothing is sampled in them.
_TRIALS_OF_LEVERS = 10


class Calibration(Fit):
    """Fits the scenario of ``patterns``, and stores its rounds in a folder in ``out``.

    ``rounds`` is called with the name of each round and returns a function that is called with its
    progress. Raises BadInput if the patterns, the priors or ``size`` cannot be used.
    """

    @cached_property
    def behaviour(self) -> pd.DataFrame:
        """Draws of behaviour with the results of their runs; one row for each draw.

        Levers and where they start are as the scenario has them. Columns: settings, the resting
        values of trust and norm, and the mean of each target over replicates, named ``target.…``.
        Draws with a missing value are dropped.
        """
        shares = self.draws.drawn(self.size.draws, self._rng(Stream.DRAWN))
        points = self.points(shares)
        found = self._means("posterior", points)
        columns = {f.name: points.columns[k] for k, f in enumerate(self.factors)}
        return self._with_runs(columns, found).dropna(ignore_index=True)

    @cached_property
    def posterior(self) -> pd.DataFrame:
        """Draws of the posterior, of behaviour and levers together; one row for each draw.

        Columns as ``behaviour``, and after them, if the patterns have priors of levers, where
        levers start and what they do.
        """
        return self.with_levers(self.behaviour)

    def _means(self, name: str, points: Points | list[Point]) -> Values:
        """Targets and resting values of points, over replicates; shape (points, measures)."""
        return self._candidates(True).over_replicates(self._run(name, points, self.size.replicates))

    def _with_runs(self, settings: Mapping[str, Any], found: Values) -> pd.DataFrame:
        """A table of settings, the resting values, and the targets of their runs."""
        columns = dict(settings)
        for place, measure in enumerate(RESTING):
            columns[RESTING[measure]] = found[:, self._numbers + place]
        for place, name in enumerate(self.patterns.target):
            columns[f"target.{name}"] = found[:, place]
        return pd.DataFrame(columns).astype(float)

    def with_levers(self, behaviour: pd.DataFrame) -> pd.DataFrame:
        """Draws of behaviour, as ``behaviour`` has them, with levers drawn to each.

        Values at full strength, burdens and costs come from their priors, since no target informs
        them. Where levers start does matter to targets: of ``starts`` draws from the priors for
        each draw of behaviour, one is kept, with a probability in proportion to exp(−½ misfit)
        (sampling-importance-resampling, Rubin 1988). Resting values and targets are those of the
        runs that were kept. Draws without a number for every target are dropped.
        """
        if self.doubt is None:
            return behaviour
        if not self.doubt.status_quo:
            return self._with_strengths(behaviour)
        tried, found = self._starts(behaviour)
        misfits = self.misfit(found[..., : self._numbers].reshape(-1, self._numbers))
        chosen = kept(misfits.reshape(found.shape[:2]), self._rng(Stream.KEPT))
        row = np.arange(len(behaviour))
        names = [one.name for one in self.factors]
        columns = {name: behaviour[name].to_numpy() for name in names}
        places = tried[row, chosen]
        starts = {one.name: one.at(places[:, k]) for k, one in enumerate(self.doubt.status_quo)}
        runs = self._with_runs(columns, found[row, chosen])
        table = pd.concat([runs, pd.DataFrame(starts)], axis=1)
        return self._with_strengths(table).dropna(ignore_index=True)

    def _with_strengths(self, table: pd.DataFrame) -> pd.DataFrame:
        """Draws with values at full strength, burdens and costs of levers drawn to each."""
        assert self.doubt is not None
        shares = evenly(len(self.doubt.levers), len(table), self._rng(Stream.LEVERS))
        columns = {
            one.name: np.array(one.at(shares[:, k]), float)
            for k, one in enumerate(self.doubt.levers)
        }
        beside = pd.DataFrame(columns, index=table.index)
        return pd.concat([table, beside], axis=1)

    def _starts(self, behaviour: pd.DataFrame) -> tuple[Values, Values]:
        """Draws of where levers start, and the targets and resting values of their runs.

        Shapes (draws, starts, settings) as shares of priors, and (draws, starts, measures).
        """
        assert self.doubt is not None
        of, starts, number = self.doubt.status_quo, self.size.starts, len(behaviour)
        tried = evenly(len(of), number * starts, self._rng(Stream.STARTS)).reshape(
            number, starts, len(of)
        )
        names = [one.name for one in self.factors]
        rows = behaviour[names].to_numpy().tolist()
        settings = [dict(zip(names, one, strict=True)) for one in rows]
        points = [
            Point({**settings[row], **dict(zip([one.name for one in of], start, strict=True))})
            for row in range(number)
            for start in zip(*(one.at(tried[row, :, k]) for k, one in enumerate(of)), strict=True)
        ]
        found = self._means("starts", points).reshape(number, starts, -1)
        return tried, found

    def levers(self, behaviour: pd.DataFrame, draws: pd.DataFrame) -> pd.DataFrame:
        """Intervals and coverage of what was drawn of levers; one row for each value.

        ``behaviour`` are the draws without levers, ``draws`` those with them. ``low`` to ``high``
        is the central 90 % of draws, ``width`` its width divided by that of the prior. ``coverage``
        is the share of trials in which a 90 % interval contains the true value. A trial for where
        levers start takes one of the runs as the truth and keeps the others as a calibration does.
        For what levers do, no target is informed; a trial compares draws from a prior with a value
        from it, and so checks the draw and its intervals, and nothing more.
        """
        if self.doubt is None:
            return pd.DataFrame()
        ends = [0.5 - 0.5 * CREDIBLE, 0.5, 0.5 + 0.5 * CREDIBLE]
        rng = self._rng(Stream.CHECK)
        trials = _TRIALS_OF_LEVERS * self.size.trials
        covered = of_priors(len(self.doubt.levers), self.size.draws, trials, rng)
        if self.doubt.status_quo:
            tried, found = self._starts(behaviour)
            shown = found[..., : self._numbers]
            starts = of_starts(self.targets, tried, shown, trials, rng)
            covered = np.hstack([starts, covered])
        rows = []
        for k, one in enumerate(self.doubt.factors):
            low, median, high = np.quantile(draws[one.name], ends)
            prior_low, prior_high = one.at(np.array([ends[0], ends[2]]))
            about = self.doubt.priors[one.name]
            rows.append(
                {
                    "parameter": one.name,
                    "low": low,
                    "median": median,
                    "high": high,
                    "prior_low": one.range[0],
                    "prior_high": one.range[1],
                    "width": (high - low) / (prior_high - prior_low),
                    "basis": about.basis,
                    "source": about.source,
                    "reading": about.reading,
                    "coverage": covered[:, k].mean(),
                    "trials": len(covered),
                }
            )
        return pd.DataFrame(rows)

    @cached_property
    def search(self) -> dict[str, float]:
        """The best settings found by optimisation, and their misfit, as a check of the fit.

        The search is by differential evolution over the whole prior (Storn & Price 1997). Every
        candidate uses the same random draws, so that the misfit is a function of settings alone.
        """
        found = self._evolved("search", [(0.0, 1.0)] * len(self.factors), "sobol", Stream.SEARCH)
        point = self.points(np.atleast_2d(found.x))[0]
        return {**point.settings, "misfit": float(found.fun)}

    @cached_property
    def typical(self) -> Values:
        """Settings inside the interval of every parameter that fit best, best first.

        Shares of prior ranges, (members, parameters). The search is as ``search``, and begins at
        the likeliest points of the posterior.
        """
        low, high = self.draws.interval()
        number = max(_FEWEST_MEMBERS, self.size.members * len(self.factors))
        likely = self.likelihood.log_likelihood(self.sample.points, ends_of(self.targets))
        best = np.argsort(-likely, kind="stable")[:number]
        start = np.clip(self.sample.points[best], low, high)
        ends = list(zip(low.tolist(), high.tolist(), strict=True))
        found = self._evolved("typical", ends, start, Stream.TYPICAL)
        return np.asarray(found.population[np.argsort(found.population_energies, kind="stable")])

    def _evolved(
        self, name: str, ends: list[tuple[float, float]], start: str | Values, stream: int
    ) -> Any:
        """Search for the settings of least misfit between ``ends``, by differential evolution."""
        generation = 0

        def misfits(population: Values) -> Values:
            nonlocal generation
            shares = np.clip(np.atleast_2d(population.T), 0.0, 1.0)
            points = self.points(shares)
            found = self._run(f"{name}/{generation:03d}", points, 2, own_draws=False)
            generation += 1
            means = self._candidates(False).over_replicates(found)
            return self.misfit(means[:, : self._numbers])

        return scipy.optimize.differential_evolution(
            misfits,
            ends,
            maxiter=self.size.generations,
            popsize=self.size.members,
            tol=0.0,
            init=start,
            polish=False,
            updating="deferred",
            vectorized=True,
            rng=self._rng(stream),
        )

    def settings(self) -> dict[str, float]:
        """The fitted settings, rounded.

        Compared are draws of the posterior, its median, points halfway between, and the best found
        by a search inside all intervals (``typical``), each with ``repeats`` runs, so that chance
        has little effect. The best one misses the fewest targets of the baseline; among equals, it
        has the fewest settings outside their intervals, and then the smallest misfit. Trust and
        norm at the start are set to the resting values of the status quo under these settings.
        """
        shown = self.behaviour[[f"target.{name}" for name in self.patterns.target]].to_numpy()
        names = [factor.name for factor in self.factors]
        drawn = self.behaviour[names].to_numpy()
        nearest = self._by_merit(shown, drawn)[:_TRIED]
        middle = self.points(self.draws.median()[None, :])[0].settings
        centre = np.array([middle[name] for name in names])
        within = np.column_stack(self.points(self.typical[:_TRIED]).columns)
        rows = [*drawn[nearest], *(drawn[nearest] + centre) / 2.0, centre, *within]
        tried = [self._rounded(dict(zip(names, row.tolist(), strict=True))) for row in rows]
        found = self._run("fitted", [Point(one) for one in tried], self.size.repeats)
        mean = self._candidates(True).over_replicates(found, np.nanmean)
        settings = np.array([[one[name] for name in names] for one in tried])
        best = int(self._by_merit(mean[:, : self._numbers], settings)[0])
        at_rest = mean[best, self._numbers : self._numbers + len(RESTING)]
        rests = dict(zip(RESTING.values(), at_rest.tolist(), strict=True))
        return {**tried[best], **self._rounded(rests)}

    def _by_merit(self, shown: Values, settings: Values) -> NDArray[np.int64]:
        """Order rows of ``shown`` (rows, targets) and ``settings`` (rows, parameters), best first.

        Gives row numbers, shape (rows,).
        """
        about = self.parameters()
        untypical = (settings < about["low"].to_numpy()) | (settings > about["high"].to_numpy())
        missed = np.zeros(len(shown))
        for place, target in enumerate(self.targets):
            if target.pattern == BASELINE:
                missed += [not target.reached(value) for value in shown[:, place]]
        return np.lexsort((self.misfit(shown), untypical.sum(axis=1), missed))

    def _rounded(self, settings: Mapping[str, float]) -> dict[str, float]:
        """Settings rounded to a few significant digits."""
        return {key: float(f"{value:.{_DIGITS}g}") for key, value in settings.items()}

    def calibrated(self, draws: pd.DataFrame) -> dict[str, Any]:
        """What is calibrated, as it is stored with draws, so that they are used for it alone."""
        return {
            "patterns": self.patterns.name,
            "scenario": self.before.name,
            "burn_in": self.patterns.burn_in,
            "observed": self.patterns.observed,
            "settings": self.before.identity(),
            "draws": digest_of(draws),
        }

    def point_misfit(self, settings: dict[str, float]) -> float:
        """Sum over targets of squared misfits, in tolerances, of means over ``repeats`` runs."""
        found = self._run("point", [Point(settings)], self.size.repeats)
        mean = self._candidates(True).over_replicates(found, np.nanmean)
        return float(self.misfit(mean[:, : self._numbers])[0])

    def point(self, settings: dict[str, Any], name: str = "point") -> pd.DataFrame:
        """Targets under one set of settings, over ``repeats`` runs; one row for each target.

        Columns: target, mean, standard error, whether it is reached. ``name`` is that of the round.
        """
        found = self._run(name, [Point(settings)], self.size.repeats)[0]
        model = self._candidates(True)
        mean = model.over_replicates(found, np.nanmean)[: self._numbers]
        error = model.errors(found)[: self._numbers]
        return pd.DataFrame(
            {
                "target": list(self.patterns.target),
                "value": mean,
                "error": error,
                "reached": [one.reached(mean[k]) for k, one in enumerate(self.targets)],
            }
        )
