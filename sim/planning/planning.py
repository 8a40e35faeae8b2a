"""A plan: it searches packages, compares the best again, and reports those kept on fresh draws.

planning = Planning(Question.load("district")).run()
planning.kept
"""

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.calendar import MONTHS_A_YEAR
from sim.errors import BadInput
from sim.machine.loop import Progress, quiet
from sim.measures import MEASURES
from sim.planning import search as searching
from sim.planning.budget import budgets, search_raised
from sim.planning.explained import explained
from sim.planning.order import best_order
from sim.planning.packages import STATUS_QUO, Genes, Package
from sim.planning.question import REGRET, Question
from sim.planning.report import Report, tables
from sim.planning.rounds import AGAIN, FRESH, SEARCH, Rounds, Runner, draws_of
from sim.planning.scoring import Scoring, front, front_by_front, of_draws
from sim.planning.search import Effort
from sim.study.files import safe_name, write_whole
from sim.study.provenance import as_json, code, commit, digest
from sim.version import __version__

Values = NDArray[np.float64]
# The file of the results.
ANSWER = "plan.json"
# Characters of an identity's hash in the name of a folder.
_SHORT = 10
# Standard errors by which a package must keep to limits when it is compared again, so that one that
# only seemed to keep to them is not chosen.
MARGIN = 1.0
# Least difference in the intensity of a lever for which two packages are both kept.
NOTABLE = 0.25


def _silent(name: str) -> Progress:
    return quiet


class Planning:
    """Answers a question about packages; its rounds are stored in a folder in ``out``.

    ``function``, if given, replaces the scenario: it takes intensities by lever (and months as
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
        rounds: Rounds = _silent,
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

    def seen(self, package: Package) -> Values:
        """Runs of a package on the draws of the search, (runs, columns)."""
        return self._seen[package]

    @cached_property
    def _status_quo(self) -> dict[str, Values]:
        """Runs of the status quo on the draws of each stage, (runs, columns)."""
        size = self.question.size
        runs = {SEARCH: size.replicates, AGAIN: size.again, FRESH: size.fresh}
        return {
            stage: self.runner.run(f"status_quo_{stage}", stage, [STATUS_QUO], number, quiet)[0]
            for stage, number in runs.items()
        }

    def status_quo(self, stage: str) -> Values:
        """Runs of the status quo on the draws of a stage, (runs, columns)."""
        return self._status_quo[stage]

    @cached_property
    def reference(self) -> Values:
        """Mean of the status quo over the runs of all stages, (columns,)."""
        return np.asarray(np.concatenate(list(self._status_quo.values())).mean(axis=0))

    def missed(self, scoring: Scoring, values: Values, stage: str, margin: float = 0.0) -> Values:
        """By how much packages miss limits on the draws of a stage; see ``Scoring.missed``."""
        return scoring.missed(values, self.status_quo(stage), self.reference, margin)

    @cached_property
    def searched(self) -> list[Package]:
        """All packages that have been met, in their order.

        The search is followed by one for each limit raised (``sim.planning.budget``), which begins
        where it ended. They also find packages within the limits, so all are looked at together.
        """
        self._status_quo  # noqa: B018 - run at once, so that no later round waits for it
        self.search("search", self.scoring, self.effort(self.question.size.generations))
        if not self.ranked(self.scoring):
            self._refuse_infeasible(self.scoring)
        for place in range(len(self.scoring.limits)):
            search_raised(self, place)
        return list(self._seen)

    def effort(self, generations: int) -> Effort:
        """A search of this many generations."""
        return Effort(self.question.size.packages, generations)

    def search(
        self, name: str, scoring: Scoring, effort: Effort, start: Genes | None = None
    ) -> None:
        """Search, and keep the runs of all packages that are met."""
        progress = self.runner.rounds(name)
        generation = 0
        replicates = self.question.size.replicates
        total = effort.packages * effort.generations * replicates
        draws = self.runner.draws(SEARCH)

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
            generation += 1
            progress(min(total, generation * effort.packages * replicates), total)
            values = np.array([self._seen[one] for one in packages])
            scores = scoring.scores(values, min(draws, replicates), self._best(scoring))
            return scores, self.missed(scoring, values, SEARCH)

        aims, limits = len(scoring.aims), len(scoring.limits)
        searching.search(self.space, evaluate, aims, limits, effort, self.question.seed, start)

    def _best(self, scoring: Scoring) -> Values | None:
        """For regret, what the best package seen so far reaches in each draw, (draws, aims)."""
        if scoring.robust != REGRET:
            return None
        values = np.array(list(self._seen.values()))
        keep = (self.missed(scoring, values, SEARCH) <= 0.0).all(axis=1)
        draws = min(self.runner.draws(SEARCH), values.shape[1])
        return self.reached(scoring, values[keep] if keep.any() else values, draws)

    def reached(self, scoring: Scoring, values: Values, draws: int) -> Values | None:
        """For regret, what the best of packages reaches in each draw, (draws, aims)."""
        if scoring.robust != REGRET:
            return None
        return np.array([of_draws(one, draws) for one in scoring.aimed(values)]).max(axis=0)

    def ranked(self, scoring: Scoring) -> list[Package]:
        """Packages met that keep to the limits, the most promising first: front after front."""
        packages = list(self._seen)
        values = np.array([self._seen[one] for one in packages])
        draws = min(self.runner.draws(SEARCH), values.shape[1])
        scores = scoring.scores(values, draws, self._best(scoring))
        missed = self.missed(scoring, values, SEARCH)
        left = np.flatnonzero((missed <= 0.0).all(axis=1) & np.isfinite(scores).all(axis=1))
        found = front_by_front(scores[left], self.question.size.compared)
        return [packages[k] for k in left[found]]

    def _refuse_infeasible(self, scoring: Scoring) -> None:
        """Raise BadInput with the package that comes nearest to the limits."""
        packages = list(self._seen)
        values = np.array([self._seen[one] for one in packages])
        missed = np.maximum(0.0, self.missed(scoring, values, SEARCH))
        places = [scoring.place(one) for one in scoring.limits]
        levels = self.reference + (values - self.status_quo(SEARCH)).mean(axis=1)
        scale = [
            max(abs(one.at(float(self.reference[place]))), 1e-9)
            for one, place in zip(scoring.limits, places, strict=True)
        ]
        nearest = int(np.argmin((missed / scale).sum(axis=1)))
        told = [
            f"{one.measure} is {levels[nearest, place]:.4g}, and misses “{one}” by "
            f"{missed[nearest, k]:.2g}"
            for k, (one, place) in enumerate(zip(scoring.limits, places, strict=True))
            if missed[nearest, k] > 0.0
        ]
        raise BadInput(
            f"{self.question.name}: no package found keeps to all limits, among {len(packages):,} "
            f"that were tried. Nearest: {spelled(packages[nearest])}; {'; '.join(told)}"
        )

    @cached_property
    def compared(self) -> tuple[list[Package], Values]:
        """The most promising packages, and their runs on draws of their own."""
        self.searched  # noqa: B018 - fills what the search has seen
        found = self.ranked(self.scoring)
        return found, self.runner.run("again", AGAIN, found, self.question.size.again)

    def chosen(self, scoring: Scoring, values: Values) -> list[int]:
        """Numbers of packages to keep, the best first, from their runs on draws of their own."""
        draws = min(self.runner.draws(AGAIN), values.shape[1])
        scores = scoring.scores(values, draws, self.reached(scoring, values, draws))
        for margin in (MARGIN, 0.0):
            keep = (self.missed(scoring, values, AGAIN, margin) <= 0.0).all(axis=1)
            if keep.any():
                break
        else:
            over = np.maximum(0.0, self.missed(scoring, values, AGAIN)).sum(axis=1)
            keep = over == over.min()
        left = np.flatnonzero(keep)
        order: list[int] = left[front_by_front(scores[left], left.size)].tolist()
        return order

    @cached_property
    def kept(self) -> list[Package]:
        """The packages that are kept, the best first; they differ in more than a nuance."""
        packages, values = self.compared
        found: list[Package] = []
        for number in self.chosen(self.scoring, values):
            if all(differ(packages[number], one) for one in found):
                found.append(packages[number])
        return found[: self.question.size.kept]

    @cached_property
    def front(self) -> Report:
        """On fresh draws, the packages that none of those compared betters in every aim.

        With one aim, this is the best package.
        """
        if len(self.scoring.aims) == 1:
            return self.report.first(1)
        packages, values = self.compared
        order = self.chosen(self.scoring, values)
        draws = min(self.runner.draws(AGAIN), values.shape[1])
        among = values[order]
        scores = self.scoring.scores(among, draws, self.reached(self.scoring, among, draws))
        return self.fresh("front", [packages[order[k]] for k in front(scores)])

    @cached_property
    def best(self) -> Package:
        """The best package."""
        return self.kept[0]

    @cached_property
    def report(self) -> Report:
        """The status quo and the packages kept, on fresh draws."""
        return self.fresh("fresh", self.kept)

    def fresh(self, name: str, packages: Sequence[Package]) -> Report:
        """The status quo and other packages on fresh draws, the same for all."""
        size = self.question.size
        found = self.runner.run(name, FRESH, packages, size.fresh)
        values = np.concatenate([self.status_quo(FRESH)[None], found])
        every = (STATUS_QUO, *packages)
        return Report(every, values, self.scoring, self.draws, self.question.seed)

    def content(self, command: str) -> dict[str, Any]:
        """All results as plain values, after all rounds have been run; with their provenance."""
        question = self.question
        return {
            "plan": question.name,
            "scenario": None if self.scenario is None else self.scenario.name,
            "aims": [str(one) for one in question.wanted],
            "limits": [str(one) for one in question.limited],
            "robust": question.robust,
            "first": self.space.first,
            "seed": question.seed,
            "posterior": self._about_draws(),
            "runs_of_each": question.size.fresh,
            "draws": self.draws,
            **self.report.content(),
            "front": self.front.content()["packages"][1:],
            "order": best_order(self),
            "explained": explained(self),
            "budget": budgets(self),
            "met": len(self.searched),
            "runs": self.runner.total,
            "hash": digest(self.identity),
            "version": __version__,
            "commit": commit(),
            "command": command,
            "units": {
                one.name: MEASURES[one.measure].unit if one.measure in MEASURES else "share"
                for one in question.columns
            },
        }

    def _about_draws(self) -> dict[str, Any] | None:
        if self.posterior is None or self.scenario is None:
            return None
        return self.posterior.about(self.scenario)

    def write(self, content: Mapping[str, Any]) -> None:
        """Write the results beside the rounds: ``plan.json``, and tables as CSV."""
        write_whole(self.folder / ANSWER, as_json(content).encode())
        for name, rows in tables(content).items():
            text = pd.DataFrame(rows).to_csv(index=False, lineterminator="\n")
            write_whole(self.folder / f"{name}.csv", text.encode())

    @property
    def draws(self) -> int:
        """Number of draws of the posterior on which is reported; 0 if settings are fixed."""
        drawn = draws_of(self.posterior, FRESH)
        return 0 if drawn is None else min(len(drawn), self.question.size.fresh)


def differ(one: Package, other: Package) -> bool:
    """Whether two packages differ notably: in the intensity of a lever, or by a year in months."""
    levers = {*one.levers, *other.levers}
    first, second = ({use.lever: use for use in package.uses} for package in (one, other))
    for name in levers:
        strengths = [side[name].intensity if name in side else 0.0 for side in (first, second)]
        if abs(strengths[0] - strengths[1]) >= NOTABLE:
            return True
        if name in first and name in second:
            months = abs(first[name].start - second[name].start)
            if months >= MONTHS_A_YEAR or first[name].end != second[name].end:
                return True
    return False


def spelled(package: Package) -> str:
    """A package in words of options: levers with intensity and months."""
    parts = []
    for use in package.uses:
        until = "" if use.end is None else f" to {use.end}"
        parts.append(f"{use.lever} {use.intensity:g} from month {use.start}{until}")
    return ", ".join(parts) or "no reform"
