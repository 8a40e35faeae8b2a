"""A plan: it searches packages, compares the best again, and reports those kept on fresh draws.

planning = Planning(Question.load("district")).run()
planning.kept
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from sim.errors import BadInput
from sim.planning.aims_and_limits import BUDGETS, Aim, Limit
from sim.planning.packages import Genes, Package
from sim.planning.question import MEAN, REGRET, Question
from sim.planning.robust import filled
from sim.planning.rounds import AGAIN, FRESH, SEARCH, Runner, draws_of
from sim.planning.scoring import Scoring, balanced, by_merit, front, of_draws
from sim.planning.search import Effort, search
from sim.study.files import safe_name
from sim.study.progress_by_part import ProgressByPart, quietly
from sim.study.provenance import code, digest

Values = NDArray[np.float64]
# Characters of an identity's hash in the name of a folder.
_SHORT = 10
# Standard errors by which a package must keep to limits when it is compared again, so that one that
# only seemed to keep to them is not chosen.
MARGIN = 1.0
STATUS_QUO = Package()
# What a little more budget is: a share of it. The search for it has a part of the generations.
MORE = 0.1
_SHORTER = 4
# Promising packages among which unlike ones are sought, as a multiple of those compared.
_LOOKED_AT = 20
# Significant digits by which a limit is missed.
_DIGITS = 2


class Planning:
    """Answers a question about packages; its rounds are stored in a folder in ``out``.

    ``function``, if given, replaces the scenario: it takes intensities by lever (and months by
    ``LEVER.start``), seed and replicate, and returns the columns of the question in their order.
    ``rounds`` is called with the name of each round and returns a function that is called with its
    progress. Raises BadInput if anything is not valid, before a run.
    """

    def __init__(
        self,
        question: Question,
        out: str | Path = "results",
        function: Callable[..., Sequence[float]] | None = None,
        workers: int | None = None,
        client: object | None = None,
        rounds: ProgressByPart = quietly,
    ) -> None:
        self.question = question
        self.scenario = None if function is not None else question.world()
        self.space = question.space(self.scenario)
        self.posterior = question.draws() if function is None else None
        self.scoring = Scoring(question.wanted, question.limited, question.columns, question.robust)
        if self.scenario is not None and self.posterior is not None:
            self.posterior.left_as_calibrated(self.scenario)
        runner = Runner(
            Path(out),
            self.space,
            question.columns,
            question.seed,
            self.posterior,
            function,
            workers,
            client,
            rounds,
        )
        about = {**code(), **question.identity(), **runner.model(SEARCH).identity()}
        about |= {"posterior": None if self.posterior is None else self.posterior.identity}
        self.identity = about
        self.folder = Path(out) / f"plan-{safe_name(question.name)}-{digest(about)[:_SHORT]}"
        runner.folder = self.folder
        self.runner = runner
        # Runs of every package that the search has met, (runs, columns).
        self._seen: dict[Package, Values] = {}

    @cached_property
    def _status_quo(self) -> dict[str, Values]:
        """Runs of the status quo on the draws of each stage, (runs, columns)."""
        size = self.question.size
        runs = {SEARCH: size.replicates, AGAIN: size.again, FRESH: size.fresh}
        return {
            stage: self.runner.run(f"status_quo_{stage}", stage, [STATUS_QUO], number)[0]
            for stage, number in runs.items()
        }

    def status_quo(self, stage: str) -> Values:
        """Runs of the status quo on the draws of a stage, (runs, columns)."""
        return self._status_quo[stage]

    @cached_property
    def searched(self) -> list[Package]:
        """All packages that the search has met, in their order."""
        size = self.question.size
        effort = Effort(size.packages, size.generations)
        if self.question.robust == REGRET:
            # Regret needs to know what is possible in each draw, so means are searched first.
            half = Effort(size.packages, size.generations // 2)
            means = replace(self.scoring, robust=MEAN)
            found = self._search("means", means, half)
            found = found and self._search("search", self.scoring, half, self._begin(means))
        else:
            found = self._search("search", self.scoring, effort)
        if not found:
            self._refuse_infeasible(self.scoring)
        relaxed = self._relaxed()
        if relaxed is not None:
            # What is found on a larger budget may keep to the smaller one, and is then chosen from.
            more = Effort(size.packages, max(2, size.generations // _SHORTER))
            self._search("more", relaxed, more, self._begin(relaxed))
        return list(self._seen)

    def _begin(self, scoring: Scoring) -> Genes:
        """Rows of the most promising packages seen, and of the first, with which to search on."""
        number = self.question.size.packages
        found = [*self._ranked(scoring, number), *self._seen]
        return np.array([self.space.row(one) for one in dict.fromkeys(found)][:number])

    def _search(
        self, name: str, scoring: Scoring, effort: Effort, start: Genes | None = None
    ) -> bool:
        """Search, and keep the runs of all packages that are met; False if it is given up."""
        progress = self.runner.rounds(name)
        generation = 0
        replicates = self.question.size.replicates
        total = effort.packages * effort.generations * replicates
        draws = min(self.runner.draws(SEARCH), replicates)
        best = self._best(scoring)
        scale = self._scale(scoring)

        def evaluate(rows: Genes) -> tuple[Values, Values]:
            nonlocal generation
            packages = [self.space.package(row.tolist()) for row in rows]
            new = [one for one in dict.fromkeys(packages) if one not in self._seen]
            before = generation * effort.packages * replicates

            def told(done: int, _: int) -> None:
                progress(min(total, before + done), total)

            if new:
                found = self.runner.run(f"{name}/{generation:03d}", SEARCH, new, replicates, told)
                self._seen |= dict(zip(new, found, strict=True))
            if generation == 0:
                self._refuse_without_value(scoring)
            generation += 1
            progress(min(total, generation * effort.packages * replicates), total)
            values = np.array([self._seen[one] for one in packages])
            scores = scoring.scores(values, draws, best)
            return scores, self._missed(scoring, values, SEARCH) / scale

        aims, limits = len(scoring.aims), len(scoring.limits)
        return search(self.space, evaluate, aims, limits, effort, self.question.seed, start)

    @cached_property
    def _level(self) -> Values:
        """Means of the status quo over the draws on which packages are compared and reported."""
        runs = [filled(self.status_quo(stage)) for stage in (AGAIN, FRESH)]
        return np.asarray(np.concatenate(runs).mean(axis=0))

    def _missed(self, scoring: Scoring, values: Values, stage: str, margin: float = 0.0) -> Values:
        """By how much packages miss limits on the draws of a stage; see ``Scoring.missed``."""
        return scoring.missed(values, filled(self.status_quo(stage)), self._level, margin)

    def _scale(self, scoring: Scoring) -> Values:
        """The size of each limit, (limits,), so that what is missed can be added up."""
        sizes = (abs(one.at(float(self._level[scoring.place(one)]))) for one in scoring.limits)
        return np.array([one if one > 0.0 else 1.0 for one in sizes])

    def _best(self, scoring: Scoring) -> Values | None:
        """For regret, what the best package seen so far reaches in each draw, (draws, aims)."""
        if scoring.robust != REGRET or not self._seen:
            return None
        values = np.array(list(self._seen.values()))
        draws = min(self.runner.draws(SEARCH), values.shape[1])
        reached = np.array([of_draws(one, draws) for one in scoring.aimed(values)])
        keep = (self._missed(scoring, values, SEARCH) <= 0.0).all(axis=1)
        return np.asarray((reached[keep] if keep.any() else reached).max(axis=0))

    def _ranked(self, scoring: Scoring, number: int) -> list[Package]:
        """Packages met that keep to the limits, the most promising first: front after front.

        Half of them are the best of other sets of levers, so that unlike packages are compared too.
        """
        packages = list(self._seen)
        values = np.array([self._seen[one] for one in packages])
        draws = min(self.runner.draws(SEARCH), values.shape[1])
        scores = scoring.scores(values, draws, self._best(scoring))
        missed = self._missed(scoring, values, SEARCH)
        left = np.flatnonzero((missed <= 0.0).all(axis=1) & np.isfinite(scores).all(axis=1))
        found: list[int] = []
        while left.size and len(found) < _LOOKED_AT * number:
            first = left[front(scores[left])]
            found += first[by_merit(balanced(scores[first]))].tolist()
            left = np.setdiff1d(left, first)
        ordered = [packages[k] for k in found]
        return _varied(ordered, number, number // 2)

    def _refuse_without_value(self, scoring: Scoring) -> None:
        """Raise BadInput if no package seen has a value of each aim and limit in every run."""
        values = np.array(list(self._seen.values()))
        lacking = scoring.lacking(values)
        if not lacking or (np.sum(list(lacking.values()), axis=0) == 0).any():
            return
        one, number = max(lacking.items(), key=lambda item: int((item[1] > 0).sum()))
        raise BadInput(
            f"{self.question.name}: {'aim' if isinstance(one, Aim) else 'limit'} “{one}”: "
            f"{one.measure} has no value in {number.sum():,} of {values[..., 0].size:,} runs, as "
            "when nobody is left whom it counts; a plan needs one in every run. Choose a measure "
            "that always has one, or count more people (“where”)"
        )

    def _refuse_infeasible(self, scoring: Scoring) -> None:
        """Raise BadInput with the package that comes nearest to the limits."""
        self._refuse_without_value(scoring)
        packages = list(self._seen)
        values = np.array([self._seen[one] for one in packages])
        lacking = [*scoring.lacking(values).values(), np.zeros(len(packages), np.int64)]
        whole = np.sum(lacking, axis=0) == 0
        packages, values = [packages[k] for k in np.flatnonzero(whole)], values[whole]
        missed = np.maximum(0.0, self._missed(scoring, values, SEARCH))
        nearest = int(np.argmin((missed / self._scale(scoring)).sum(axis=1)))
        told = [
            f"{one.measure} misses “{one}” by {_digits(missed[nearest, k])}"
            for k, one in enumerate(scoring.limits)
            if missed[nearest, k] > 0.0
        ]
        without = np.count_nonzero(~whole)
        more = (
            f"; {without:,} more have no value of an aim or a limit in some run" if without else ""
        )
        raise BadInput(
            f"{self.question.name}: no package found keeps to all limits, among {len(packages):,} "
            f"that were tried. Nearest: {spelled(packages[nearest])}; {'; '.join(told)}{more}"
        )

    @cached_property
    def compared(self) -> tuple[list[Package], Values]:
        """The most promising packages, and their runs on draws of their own."""
        self.searched  # noqa: B018 - fills what the search has seen
        found = self._ranked(self.scoring, self.question.size.compared)
        if not found:
            self._refuse_infeasible(self.scoring)
        return found, self.runner.run("again", AGAIN, found, self.question.size.again)

    def _chosen(self, scoring: Scoring, packages: list[Package], values: Values) -> list[int]:
        """Numbers of packages to keep, the best first, and its rivals after it."""
        draws = min(self.runner.draws(AGAIN), values.shape[1])
        best = None
        if scoring.robust == REGRET:
            best = np.array([of_draws(one, draws) for one in scoring.aimed(values)]).max(axis=0)
        scores = scoring.scores(values, draws, best)
        for margin in (MARGIN, 0.0):
            keep = (self._missed(scoring, values, AGAIN, margin) <= 0.0).all(axis=1)
            if keep.any():
                break
        else:
            over = np.maximum(0.0, self._missed(scoring, values, AGAIN)) / self._scale(scoring)
            keep = over.sum(axis=1) == over.sum(axis=1).min()
        left = np.flatnonzero(keep)
        order: list[int] = []
        while left.size:
            first = left[front(scores[left])]
            order += first[by_merit(balanced(scores[first]))].tolist()
            left = np.setdiff1d(left, first)
        return order

    @cached_property
    def kept(self) -> list[Package]:
        """The packages that are kept, the best first."""
        packages, values = self.compared
        order = self._chosen(self.scoring, packages, values)
        return _varied([packages[k] for k in order], self.question.size.kept, 1)

    @cached_property
    def reported(self) -> Values:
        """Runs of the packages kept on fresh draws, (packages, runs, columns)."""
        return self.runner.run("fresh", FRESH, self.kept, self.question.size.fresh)

    def _relaxed(self) -> Scoring | None:
        """The same question with more of the budget; None if nothing limits burden or cost."""
        limits = tuple(
            replace(one, value=one.value * (1.0 + MORE)) if _is_budget(one) else one
            for one in self.scoring.limits
        )
        return None if limits == self.scoring.limits else replace(self.scoring, limits=limits)

    @cached_property
    def more_budget(self) -> tuple[Package, Values] | None:
        """The best package found on a budget larger by ``MORE``, and its runs on fresh draws."""
        scoring = self._relaxed()
        if scoring is None:
            return None
        size = self.question.size
        found = list(dict.fromkeys([self.kept[0], *self._ranked(scoring, size.compared // 2)]))
        values = self.runner.run("again_more", AGAIN, found, size.again)
        best = found[self._chosen(scoring, found, values)[0]]
        return best, self.runner.run("fresh_more", FRESH, [best], size.fresh)[0]

    @cached_property
    def unbound(self) -> dict[str, bool]:
        """Limits without which the best package seen is the same, as they are written.

        True if no package that was tried breaks the limit, so that it never binds.
        """
        self.searched  # noqa: B018 - fills what the search has seen
        values = np.array(list(self._seen.values()))
        missed = self._missed(self.scoring, values, SEARCH)
        best, found = self._ranked(self.scoring, 2)[:1], {}
        for k, limit in enumerate(self.scoring.limits):
            others = tuple(one for one in self.scoring.limits if one != limit)
            if self._ranked(replace(self.scoring, limits=others), 2)[:1] == best:
                found[str(limit)] = bool((missed[:, k] <= 0.0).all())
        return found

    @property
    def draws(self) -> int:
        """Number of draws of the posterior on which is reported; 0 if settings are fixed."""
        drawn = draws_of(self.posterior, FRESH)
        return 0 if drawn is None else min(len(drawn), self.question.size.fresh)


def _is_budget(limit: Limit) -> bool:
    return limit.upper and limit.measure in BUDGETS


def _varied(ordered: Sequence[Package], number: int, first: int) -> list[Package]:
    """``number`` of the packages, best first: the ``first`` ones, then the best of other levers.

    If there are not so many other sets of levers, the best of the rest are added.
    """
    found = list(ordered[:first])
    sets = {frozenset(one.levers) for one in found}
    for one in ordered[first:]:
        if len(found) < number and frozenset(one.levers) not in sets:
            sets.add(frozenset(one.levers))
            found.append(one)
    found += [one for one in ordered if one not in found][: number - len(found)]
    return sorted(found, key=ordered.index)


def _digits(value: float) -> str:
    """A number with two significant digits, zeros at its end among them, without an exponent."""
    return np.format_float_positional(value, _DIGITS, fractional=False, min_digits=_DIGITS).rstrip(
        "."
    )


def spelled(package: Package) -> str:
    """A package in words of options: levers with intensity and months."""
    parts = []
    for use in package.uses:
        until = "" if use.end is None else f" to {use.end}"
        parts.append(f"{use.lever} {use.intensity:g} from month {use.start}{until}")
    return ", ".join(parts) or "no reform"
