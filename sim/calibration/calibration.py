"""Calibration of a scenario: rounds of candidates, the posterior, and checks of the fit.

Each round is stored as a study in its own folder, so that an interrupted calibration is resumed.
"""

from collections.abc import Callable, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import scipy
from numpy.typing import NDArray

from sim.calibration.candidates import RESTING, Candidates
from sim.calibration.evidence import left_out
from sim.calibration.experiments import Target
from sim.calibration.first_round import Values, check_first
from sim.calibration.lever_doubt import LeverDoubt, evenly, kept
from sim.calibration.likelihood import Likelihood, ends_of
from sim.calibration.patterns import BASELINE, Patterns
from sim.calibration.posterior import CREDIBLE, Draws, Reports, fewest
from sim.calibration.recovery import NO_NUMBER, by_adjustment, by_likelihood, of_priors, of_starts
from sim.calibration.sampler import Sample, Sampling, sampled
from sim.calibration.size import Size
from sim.errors import BadInput
from sim.machine.loop import Progress, quiet
from sim.study.applied_factors import varied
from sim.study.carry_out import Work, kept_measures
from sim.study.designs import Points
from sim.study.files import safe_name
from sim.study.points import Point
from sim.study.provenance import code, digest
from sim.study.varied import Varied
from sim.world.posterior import digest_of
from sim.world.scenario import Scenario

# Takes the name of a round; returns the function that is called with its progress.
Rounds = Callable[[str], Progress]
# Members of a generation of differential evolution, at least; the library needs five.
_FEWEST_MEMBERS = 5
# Draws of the posterior tried as fitted settings, and significant digits of fitted settings.
_TRIED = 15
_DIGITS = 2
# Points sampled from the posterior, from which its intervals are computed.
_POSTERIOR = 4_096
# Streams of random numbers, one for each purpose.
(
    _PRIOR,
    _ROUND,
    _ERROR,
    _DRAWS,
    _DRAWN,
    _TRIALS,
    _SEARCH,
    _STARTS,
    _KEPT,
    _LEVERS,
    _CHECK,
    _TYPICAL,
    _LEFT_OUT,
) = range(13)
# In each round after the first, candidates are sampled with this power of the likelihood.
POWERS = (0.3, 0.7, 1.0)
# Share of the prior at its end in which an interval that ends there is reported to lie against it.
_AT_END = 0.02
# The likelihood is fitted to the candidates of this many latest rounds.
_RECENT = 2


def _silent(name: str) -> Progress:
    return quiet


class Calibration:
    """Fits the scenario of ``patterns``, and stores its rounds in a folder in ``out``.

    ``rounds`` is called with the name of each round and returns a function that is called with its
    progress. Raises BadInput if the patterns, the priors or ``size`` cannot be used.
    """

    # Sampling of the fit, and of trials of recovery, which are many and so have fewer chains.
    sampling = Sampling()
    trial_sampling = Sampling(chains=2, warm_up=200)

    def __init__(
        self,
        patterns: Patterns,
        out: str | Path = "results",
        size: Size | None = None,
        seed: int = 1,
        workers: int | None = None,
        rounds: Rounds = _silent,
    ) -> None:
        self.patterns = patterns
        self.size = size or Size.of(patterns)
        self.size.check()
        self.seed = seed
        asked = Scenario.load(patterns.scenario)
        # The scenario before the fit.
        self.before = asked
        self.factors: tuple[Varied, ...] = varied(patterns.prior, asked, patterns.name)
        for factor in self.factors:
            if not factor.is_range:
                raise BadInput(
                    f"{patterns.name}: prior.{factor.name}: is a list of values; expected a range"
                )
        # One more than a fit needs, because a trial of recovery leaves one out.
        self._fewest = fewest(self.targets) + 1
        if self.size.candidates < self._fewest:
            raise BadInput(
                f"candidates: {self.size.candidates}; the targets of {patterns.name} need at least "
                f"{self._fewest}"
            )
        # Fitted settings begin at the middle of their priors, so an earlier fit has no effect.
        middle = {one.name: float(one.at(np.array([0.5]))[0]) for one in self.factors}
        self.scenario = asked.replace({**patterns.start, **middle})
        for arm in patterns.arm:
            patterns.settings_of(arm, self.scenario)
        # What is drawn of levers, beside the fitted settings; None if the patterns have no priors.
        self.doubt = None
        if patterns.doubt is not None:
            self.doubt = LeverDoubt(patterns.doubt, asked, f"{patterns.name}: levers")
        self._workers = workers
        self._rounds = rounds
        prior = {key: one.model_dump(mode="json") for key, one in patterns.prior.items()}
        about = {**code(), **self._candidates(True).identity(), "prior": prior, "seed": seed}
        name = f"calibration-{safe_name(patterns.name)}-{digest(about)[:10]}"
        self.folder = Path(out) / name

    @property
    def targets(self) -> tuple[Target, ...]:
        """The targets that settings are fitted to, in their order."""
        return tuple(self.patterns.target.values())

    def _candidates(self, own_draws: bool) -> Candidates:
        return Candidates(self.scenario, self.patterns, own_draws)

    def _rng(self, stream: int) -> np.random.Generator:
        return np.random.default_rng([self.seed, stream])

    def points(self, shares: Values) -> Points:
        """Settings at the given shares of their prior ranges, (candidates, parameters)."""
        return Points(self.factors, [one.at(shares[:, k]) for k, one in enumerate(self.factors)])

    def _run(
        self,
        name: str,
        points: Points | list[Point],
        replicates: int = 1,
        own_draws: bool = True,
    ) -> Values:
        """Targets and resting values of points; shape (points, replicates, measures).

        Values of a failed run are NaN.
        """
        model = self._candidates(own_draws)
        work = Work((model,), points, self.seed)
        about = {"kind": f"calibration {name}", **model.identity(), "seed": self.seed}
        told = digest({"points": [point.canonical() for point in points]})
        about["points"] = told
        folder = self.folder / f"{name}-{told[:8]}"
        return kept_measures(
            work, replicates, folder, about, self._workers, progress=self._rounds(name)
        )

    @property
    def _numbers(self) -> int:
        return len(self.targets)

    @cached_property
    def rounds(self) -> list[tuple[Values, Values]]:
        """Candidates of each round, (candidates, parameters), and their targets, same order.

        Candidates are given as shares of prior ranges. Those of the first round cover the whole
        prior evenly (Sobol' points). Those of each later round are sampled with a power of the
        likelihood that was fitted to the rounds before, so that they concentrate where targets are
        reached and the regression becomes accurate there.
        """
        sequence = scipy.stats.qmc.Sobol(len(self.factors), rng=self._rng(_PRIOR))
        shares = sequence.random(self.size.candidates)
        found = [(shares, self._run("prior", self.points(shares))[:, 0, : self._numbers])]
        check_first(self.patterns, found[0][1], self._fewest)
        for number, power in enumerate(POWERS, 1):
            start = np.concatenate([one for one, _ in found])
            fitted, seed = _likelihood(found), (self.seed, _ROUND, number)
            name = f"sampling_{number}"
            shares = self._sampled(name, fitted, start, self.size.candidates, seed, power).points
            shares = shares[: self.size.candidates]
            shown = self._run(f"round_{number}", self.points(shares))[:, 0, : self._numbers]
            found.append((shares, shown))
        return found

    def prior_shares(self) -> Values:
        """Share of the candidates of the first round, so of the whole prior, that reach targets.

        Shape (targets,). A target that most of them reach says little.
        """
        _, shown = self.rounds[0]
        low, high = ends_of(self.targets).T
        return np.asarray(((low <= shown) & (shown <= high)).mean(axis=0))

    @cached_property
    def likelihood(self) -> Likelihood:
        """The likelihood fitted to the latest rounds."""
        return _likelihood(self.rounds)

    def _sampled(
        self,
        name: str,
        likelihood: Likelihood,
        start: Values,
        number: int,
        seed: tuple[int, ...],
        power: float = 1.0,
    ) -> Sample:
        return sampled(
            likelihood,
            ends_of(self.targets),
            start,
            number,
            seed,
            power,
            self.sampling,
            self._workers,
            self._rounds(name),
        )

    @cached_property
    def sample(self) -> Sample:
        """Points of the posterior by the chains that found them."""
        start = np.concatenate([shares for shares, _ in self.rounds])
        seed = (self.seed, _DRAWS)
        return self._sampled("sampling", self.likelihood, start, _POSTERIOR, seed)

    @cached_property
    def draws(self) -> Draws:
        """Points of the posterior, all of equal weight."""
        found = self.sample.points
        return Draws(found, found, np.full(len(found), 1.0 / len(found)))

    @cached_property
    def reports(self) -> Reports:
        """Targets of the candidates of the first round, for the regression-adjusted fit."""
        return Reports.of(self.targets, *self.rounds[0], self._rng(_ERROR))

    @property
    def _keep(self) -> int:
        return max(1, int(self.size.kept * len(self.reports.rows)))

    @cached_property
    def adjusted(self) -> Draws:
        """The posterior by a second method, as a check.

        The method is approximate Bayesian computation with regression adjustment.
        """
        return self.reports.fit(*self.reports.data(), self._keep)

    @cached_property
    def behaviour(self) -> pd.DataFrame:
        """Draws of behaviour with the results of their runs; one row for each draw.

        Levers and where they start are as the scenario has them. Columns: settings, the resting
        values of trust and norm, and the mean of each target over replicates, named ``target.…``.
        Draws with a missing value are dropped.
        """
        shares = self.draws.drawn(self.size.draws, self._rng(_DRAWN))
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
        chosen = kept(misfits.reshape(found.shape[:2]), self._rng(_KEPT))
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
        shares = evenly(len(self.doubt.levers), len(table), self._rng(_LEVERS))
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
        tried = evenly(len(of), number * starts, self._rng(_STARTS)).reshape(
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
        rng = self._rng(_CHECK)
        trials = self.size.trials
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

    def misfit(self, found: Values) -> Values:
        """Sum over targets of squared misfits in tolerances, shape (points,).

        ``found`` are values of targets, (points, targets).
        """
        off = np.column_stack([one.misfit(found[:, k]) for k, one in enumerate(self.targets)])
        return np.asarray((np.where(np.isfinite(off), off, NO_NUMBER) ** 2).sum(axis=1))

    @cached_property
    def search(self) -> dict[str, float]:
        """The best settings found by optimisation, and their misfit, as a check of the fit.

        The search is by differential evolution over the whole prior (Storn & Price 1997). Every
        candidate uses the same random draws, so that the misfit is a function of settings alone.
        """
        found = self._evolved("search", [(0.0, 1.0)] * len(self.factors), "sobol", _SEARCH)
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
        found = self._evolved("typical", ends, start, _TYPICAL)
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

    def evidence(self) -> pd.DataFrame:
        """What each pattern identifies: widths of intervals with and without it (``left_out``)."""
        return left_out(
            self.likelihood,
            self.targets,
            [factor.name for factor in self.factors],
            np.concatenate([shares for shares, _ in self.rounds[-_RECENT:]]),
            (self.seed, _LEFT_OUT),
            self.trial_sampling,
            self._workers,
            self._rounds("evidence"),
        )

    def recovery(self) -> pd.DataFrame:
        """Coverage: how often the interval of a parameter contains its true value.

        In each trial, known parameters are recovered from artificial data. One row for each
        parameter. ``coverage`` is that of the fit, for candidates of the last round; ``adjusted``
        that of the regression-adjusted fit, for candidates of the first round, which are from the
        whole prior. Both are shares of trials.
        """
        rng = self._rng(_TRIALS)
        covered = by_likelihood(
            self.likelihood,
            self.targets,
            self.rounds[-1],
            self.size.trials,
            rng,
            self.trial_sampling,
            self._workers,
            self._rounds("recovery"),
        )
        adjusted = by_adjustment(self.reports, self._keep, self.size.trials, rng)
        return pd.DataFrame(
            {
                "parameter": [factor.name for factor in self.factors],
                "coverage": covered.mean(axis=0),
                "trials": len(covered),
                "adjusted": adjusted.mean(axis=0),
            }
        )

    def parameters(self) -> pd.DataFrame:
        """Median and interval of each parameter; one row for each.

        ``low`` to ``high`` is the interval of the fit, ``adjusted_low`` to ``adjusted_high`` that
        of the regression-adjusted fit. ``width`` is the width of the interval divided by that of
        the prior, on the scale on which the prior is uniform: near 1, the patterns do not constrain
        the parameter. ``edge`` is the end of the prior, “low” or “high”, that a narrower interval
        reaches, else empty: the patterns may ask for values beyond it. ``rhat`` and ``ess`` tell
        whether the chains of the fit have converged.
        """
        low, high = self.draws.interval()
        middle = self.draws.median()
        adjusted_low, adjusted_high = self.adjusted.interval()
        columns = np.column_stack([low, middle, high, adjusted_low, adjusted_high])
        values = [one.at(columns[k]) for k, one in enumerate(self.factors)]
        rhat, ess = self.sample.convergence()
        return pd.DataFrame(
            {
                "parameter": [factor.name for factor in self.factors],
                "low": [one[0] for one in values],
                "median": [one[1] for one in values],
                "high": [one[2] for one in values],
                "adjusted_low": [one[3] for one in values],
                "adjusted_high": [one[4] for one in values],
                "prior_low": [factor.range[0] for factor in self.factors],
                "prior_high": [factor.range[1] for factor in self.factors],
                "width": (high - low) / CREDIBLE,
                "edge": [_edge(*ends) for ends in zip(low, high, strict=True)],
                "rhat": rhat,
                "ess": ess,
            }
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


def _edge(low: float, high: float) -> str:
    """The end of its prior that an interval lies against, both as shares of the prior's range."""
    if high - low >= 0.5:
        return ""
    return "low" if low < _AT_END else "high" if high > 1.0 - _AT_END else ""


def _likelihood(rounds: list[tuple[Values, Values]]) -> Likelihood:
    """The likelihood fitted to the latest rounds."""
    shares, shown = zip(*rounds[-_RECENT:], strict=True)
    return Likelihood.of(np.concatenate(shares), np.concatenate(shown))
