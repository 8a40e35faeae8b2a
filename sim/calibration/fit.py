"""The fit: rounds of candidates, the likelihood of targets, and points of the posterior.

Each round is stored as a study in its own folder, and trials of recovery as they end, so that an
interrupted calibration is resumed.
"""

from dataclasses import asdict
from functools import cached_property
from pathlib import Path

import numpy as np
import pandas as pd
import scipy

from sim.calibration.candidates import Candidates
from sim.calibration.evidence import left_out
from sim.calibration.experiments import Target
from sim.calibration.first_round import Values, check_first
from sim.calibration.lever_doubt import LeverDoubt
from sim.calibration.likelihood import Likelihood, ends_of
from sim.calibration.patterns import Patterns
from sim.calibration.posterior import CREDIBLE, Draws, Reports, fewest
from sim.calibration.recovery import NO_NUMBER, by_adjustment, by_likelihood
from sim.calibration.sampler import Sample, Sampling, sampled
from sim.calibration.size import Size
from sim.errors import BadInput
from sim.study.applied_factors import varied
from sim.study.carry_out import Work, kept_measures
from sim.study.designs import Points
from sim.study.files import safe_name
from sim.study.points import Point
from sim.study.progress_by_part import ProgressByPart, quietly
from sim.study.provenance import code, digest
from sim.study.varied import Varied
from sim.world.scenario import Scenario

# Points sampled from the posterior, from which its intervals are computed.
_POSTERIOR = 4_096
# In each round after the first, candidates are sampled with this power of the likelihood.
POWERS = (0.3, 0.7, 1.0)
# Share of the prior at its end in which an interval that ends there is reported to lie against it.
_AT_END = 0.02
# The likelihood is fitted to the candidates of this many latest rounds.
_RECENT = 2


class Stream:
    """Streams of random numbers, one for each purpose."""

    (
        PRIOR,
        ROUND,
        ERROR,
        DRAWS,
        DRAWN,
        TRIALS,
        SEARCH,
        STARTS,
        KEPT,
        LEVERS,
        CHECK,
        TYPICAL,
        LEFT_OUT,
    ) = range(13)


class Fit:
    """The posterior of the settings of ``patterns``, and its checks.

    Arguments and errors are those of ``sim.calibration.calibration.Calibration``.
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
        rounds: ProgressByPart = quietly,
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
        sequence = scipy.stats.qmc.Sobol(len(self.factors), rng=self._rng(Stream.PRIOR))
        shares = sequence.random(self.size.candidates)
        found = [(shares, self._run("prior", self.points(shares))[:, 0, : self._numbers])]
        check_first(self.patterns, found[0][1], self._fewest)
        for number, power in enumerate(POWERS, 1):
            start = np.concatenate([one for one, _ in found])
            fitted, seed = _likelihood(found), (self.seed, Stream.ROUND, number)
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
        seed = (self.seed, Stream.DRAWS)
        return self._sampled("sampling", self.likelihood, start, _POSTERIOR, seed)

    @cached_property
    def draws(self) -> Draws:
        """Points of the posterior, all of equal weight."""
        found = self.sample.points
        return Draws(found, found, np.full(len(found), 1.0 / len(found)))

    @cached_property
    def reports(self) -> Reports:
        """Targets of the candidates of the first round, for the regression-adjusted fit."""
        return Reports.of(self.targets, *self.rounds[0], self._rng(Stream.ERROR))

    @property
    def _keep(self) -> int:
        return max(1, int(self.size.kept * len(self.reports.rows)))

    @cached_property
    def adjusted(self) -> Draws:
        """The posterior by a second method, as a check.

        The method is approximate Bayesian computation with regression adjustment.
        """
        return self.reports.fit(*self.reports.data(), self._keep)

    def misfit(self, found: Values) -> Values:
        """Sum over targets of squared misfits in tolerances, shape (points,).

        ``found`` are values of targets, (points, targets).
        """
        off = np.column_stack([one.misfit(found[:, k]) for k, one in enumerate(self.targets)])
        return np.asarray((np.where(np.isfinite(off), off, NO_NUMBER) ** 2).sum(axis=1))

    def evidence(self) -> pd.DataFrame:
        """What each pattern identifies: widths of intervals with and without it (``left_out``)."""
        return left_out(
            self.likelihood,
            self.targets,
            [factor.name for factor in self.factors],
            np.concatenate([shares for shares, _ in self.rounds[-_RECENT:]]),
            (self.seed, Stream.LEFT_OUT),
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
        rng = self._rng(Stream.TRIALS)
        about = {"size": asdict(self.size), "sampling": asdict(self.trial_sampling)}
        covered = by_likelihood(
            self.likelihood,
            self.targets,
            self.rounds[-1],
            self.size.trials,
            rng,
            self.trial_sampling,
            self.folder / f"recovery-{digest(about)[:8]}",
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


def _edge(low: float, high: float) -> str:
    """The end of its prior that an interval lies against, both as shares of the prior's range."""
    if high - low >= 0.5:
        return ""
    return "low" if low < _AT_END else "high" if high > 1.0 - _AT_END else ""


def _likelihood(rounds: list[tuple[Values, Values]]) -> Likelihood:
    """The likelihood fitted to the latest rounds."""
    shares, shown = zip(*rounds[-_RECENT:], strict=True)
    return Likelihood.of(np.concatenate(shares), np.concatenate(shown))
