"""The answer to a plan's question, as tables: what is kept, how sure it is, in which order, why.

All of it rests on runs with fresh draws, which no choice of a package has used.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.planning import explain
from sim.planning.explain import Contributions
from sim.planning.order import Ordered, best_order
from sim.planning.packages import Package
from sim.planning.planning import MORE, Planning
from sim.planning.robust import chance_of_best, filled, regrets, share_within
from sim.planning.rounds import AGAIN, FRESH
from sim.planning.scoring import Scoring, front, of_draws
from sim.study.estimate import Estimate, estimates, over_draws
from sim.study.files import write_whole
from sim.study.provenance import as_json, commit, digest
from sim.version import __version__
from sim.world.scenario import STATUS_QUO

Values = NDArray[np.float64]
# Files of an answer: all of it, and means by package and draw.
ANSWER, TABLE = "plan.json", "plan.csv"
AT_ONCE, REVERSE, MORE_BUDGET = "at_once", "reverse", "more_budget"


@dataclass(frozen=True)
class Answer:
    """The results of a finished plan. Packages are named “1”, the best, “2”, and so on."""

    planning: Planning

    @property
    def scoring(self) -> Scoring:
        """Aims and limits."""
        return self.planning.scoring

    @property
    def draws(self) -> int:
        """Number of draws of the posterior behind what is reported; 0 if settings are fixed."""
        return self.planning.draws

    @cached_property
    def packages(self) -> dict[str, Package]:
        """The packages kept, by name, the best first."""
        return {str(k): one for k, one in enumerate(self.planning.kept, 1)}

    @property
    def best(self) -> Package:
        """The package that is chosen."""
        return self.planning.kept[0]

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of the measures in their windows."""
        return tuple(one.name for one in self.scoring.columns)

    @cached_property
    def runs(self) -> dict[str, Values]:
        """Runs on fresh draws by name, status quo first, each (runs, columns)."""
        found = {STATUS_QUO: self.planning.status_quo(FRESH)}
        found |= dict(zip(self.packages, self.planning.reported, strict=True))
        if self.planning.more_budget is not None:
            found[MORE_BUDGET] = self.planning.more_budget[1]
        return {name: filled(one) for name, one in found.items()}

    @cached_property
    def without_value(self) -> dict[str, tuple[int, int]]:
        """By measure, how many of the runs reported have no value of it, and how many there are."""
        runs = np.concatenate([self.planning.status_quo(FRESH), *self.planning.reported])
        return {
            name: (int(number), len(runs))
            for name, number in zip(self.columns, np.isnan(runs).sum(axis=0), strict=True)
        }

    @cached_property
    def table(self) -> pd.DataFrame:
        """Means of every measure by package and draw; one draw if settings are fixed."""
        number = max(1, self.draws)
        tables = []
        for name, values in self.runs.items():
            made = pd.DataFrame(of_draws(values, number), columns=list(self.columns))
            made.insert(0, "draw", np.arange(len(made)))
            made.insert(0, "package", name)
            tables.append(made)
        return pd.concat(tables, ignore_index=True)

    def told(self, values: Values) -> dict[str, Estimate]:
        """Means of runs (runs, columns) by column, with 95 % intervals, over draws if there are."""
        by_name = dict(zip(self.columns, values.T, strict=True))
        if self.draws:
            return over_draws(by_name, min(self.draws, len(values)))
        return estimates(by_name, self.planning.question.seed)

    def level(self, name: str) -> dict[str, Estimate]:
        """The value of each measure under a package, or the status quo."""
        return self.told(self.runs[name])

    def effect(self, name: str) -> dict[str, Estimate]:
        """Difference of a package from the status quo."""
        return self.told(self.runs[name] - self.runs[STATUS_QUO])

    @cached_property
    def pairs(self) -> dict[tuple[str, str], dict[str, Estimate]]:
        """Differences between packages kept: the former less the latter."""
        names = list(self.packages)
        return {
            (one, other): self.told(self.runs[one] - self.runs[other])
            for k, one in enumerate(names)
            for other in names[k + 1 :]
        }

    @cached_property
    def _rivals(self) -> list[str]:
        return [STATUS_QUO, *self.packages]

    def _aimed(self, aim: int) -> Values:
        """Runs of an aim, more is better, for the status quo and all packages kept."""
        stacked = np.array([self.runs[name] for name in self._rivals])
        return self.scoring.aimed(stacked)[..., aim]

    def best_of(self, aim: int) -> dict[str, float]:
        """Chance of being best in an aim, for the status quo and every package kept."""
        found = chance_of_best(self._aimed(aim), self.draws, self.planning.question.seed)
        return dict(zip(self._rivals, found.tolist(), strict=True))

    def regret(self, aim: int) -> dict[str, float]:
        """Greatest regret over draws; without draws, what is lost on average by chance."""
        found = regrets(self._aimed(aim), self.draws, self.planning.question.seed)
        return dict(zip(self._rivals, found.max(axis=1).tolist(), strict=True))

    def within(self, name: str) -> float:
        """Share of draws that satisfies every limit; without draws, the chance of it."""
        values, reference = self.runs[name], self.runs[STATUS_QUO]
        over = [
            self.scoring.over(
                values[:, self.scoring.place(one)], one, reference[:, self.scoring.place(one)]
            )
            for one in self.scoring.limits
        ]
        table = np.column_stack(over) if over else np.empty((len(values), 0))
        return share_within(table, self.draws, self.planning.question.seed)

    @cached_property
    def front(self) -> list[str]:
        """Packages kept that no other of them dominates, in the means of their aims."""
        values = np.array([self.runs[name] for name in self.packages])
        scores = self.scoring.scores(values, self.draws)
        names = list(self.packages)
        return [names[k] for k in front(scores)]

    @cached_property
    def more(self) -> dict[str, Estimate] | None:
        """What a larger budget brings more than the best package; None if there is no budget."""
        if MORE_BUDGET not in self.runs:
            return None
        return self.told(self.runs[MORE_BUDGET] - self.runs["1"])

    @cached_property
    def levers(self) -> Contributions | None:
        """The contribution of each lever; None if the best package has none."""
        if not self.best.uses:
            return None
        return explain.of_levers(
            self.planning.runner, self.best, self.planning.question.size.explained
        )

    @cached_property
    def clauses(self) -> Contributions | None:
        """What the best package loses without one clause."""
        return explain.of_clauses(
            self.planning.runner, self.best, self.planning.question.size.explained
        )

    @cached_property
    def carrier(self) -> tuple[str, ...] | None:
        """Lever and clause without which the best package loses most of the main aim.

        It is chosen on draws other than those of ``clauses``, since the largest of many losses is
        partly luck. None if there is no scenario or no lever.
        """
        planning = self.planning
        found = explain.of_clauses(
            planning.runner, self.best, planning.question.size.explained, AGAIN
        )
        if found is None or not found.values:
            return None
        main = self.scoring.aims[0]
        place = self.scoring.place(main)
        lost = {key: main.sign * one[:, place].mean() for key, one in found.values.items()}
        return max(lost, key=lambda key: lost[key])

    @cached_property
    def order(self) -> Ordered | None:
        """The best order of the best package; None if there is nothing to order."""
        question = self.planning.question
        if self.levers is None:
            return None
        gains = self.of_main(self.levers)
        return best_order(
            self.planning.runner,
            self.best,
            question.stage,
            question.size.replicates,
            question.size.fresh,
            lambda values: self.scoring.aimed(filled(values)).mean(axis=1)[:, 0],
            sorted(self.best.levers, key=lambda name: -gains[name,].value),
        )

    def of_main(self, found: Contributions) -> dict[tuple[str, ...], Estimate]:
        """What levers or clauses contribute to the main aim."""
        main = self.scoring.aims[0]
        return {key: self.told(values)[main.column.name] for key, values in found.values.items()}

    @cached_property
    def gains(self) -> dict[str, dict[str, Estimate]]:
        """What the best order brings more than all at once, and than the reverse order."""
        if self.order is None:
            return {}
        return {
            AT_ONCE: self.told(filled(self.order.staged) - filled(self.order.at_once)),
            REVERSE: self.told(filled(self.order.staged) - filled(self.order.reverse)),
        }

    def write(self, command: str) -> dict[str, Any]:
        """All of the answer with its provenance, and write it beside the rounds.

        ``plan.json`` has all of it, ``plan.csv`` means by package and draw.
        """
        planning, scenario = self.planning, self.planning.scenario
        assert scenario is not None
        found = {
            "scenario": scenario.name,
            "seed": planning.question.seed,
            "hash": digest(planning.identity),
            "version": __version__,
            "commit": commit(),
            "command": command,
            "months": scenario.clock.months,
            "course_from": planning.space.first,
            **self.results(),
        }
        table = self.table.to_csv(index=False, lineterminator="\n")
        write_whole(planning.folder / TABLE, table.encode())
        write_whole(planning.folder / ANSWER, as_json(found).encode())
        return found

    def results(self) -> dict[str, Any]:
        """All of the answer as plain values, for JSON."""
        question, planning = self.planning.question, self.planning
        aims = [str(one) for one in self.scoring.aims]
        names = [STATUS_QUO, *self.packages]
        best = {text: self.best_of(k) for k, text in enumerate(aims)}
        regret = {text: self.regret(k) for k, text in enumerate(aims)}
        size = question.size.model_dump()
        return {
            "aims": aims,
            "limits": [str(one) for one in self.scoring.limits],
            "robust": question.robust,
            "draws": self.draws,
            "size": size,
            "packages_tried": len(planning.searched),
            "runs_without_value": {
                name: number for name, (number, _) in self.without_value.items() if number
            },
            "packages": {
                name: {
                    "uses": self.packages[name].told() if name in self.packages else [],
                    "levels": _plain(self.level(name)),
                    "effects": _plain(self.effect(name)),
                    "chance_of_best": {text: best[text][name] for text in aims},
                    "maximum_regret": {text: regret[text][name] for text in aims},
                    "within_limits": self.within(name),
                    "on_front": name in self.front,
                }
                for name in names
            },
            "differences": [
                {"package": one, "less": other, "measures": _plain(found)}
                for (one, other), found in self.pairs.items()
            ],
            "limits_that_do_not_bind": [
                {"limit": limit, "never": never} for limit, never in planning.unbound.items()
            ],
            "more_budget": self._more(),
            "order": self._ordered(),
            "levers": self._contributed(self.levers),
            "clauses": self._contributed(self.clauses),
            "carried_by": None
            if self.carrier is None
            else dict(zip(("lever", "clause"), self.carrier, strict=True)),
        }

    def _more(self) -> dict[str, Any] | None:
        found = self.planning.more_budget
        if found is None or self.more is None:
            return None
        return {
            "larger_by": MORE,
            "uses": found[0].told(),
            "levels": _plain(self.level(MORE_BUDGET)),
            "differences": _plain(self.more),
        }

    def _ordered(self) -> dict[str, Any] | None:
        if self.order is None:
            return None
        return {
            "best": list(self.order.best),
            "months_between": self.order.stage,
            "orders_tried": self.order.tried,
            "levels": _plain(self.told(filled(self.order.staged))),
            "gain_over_all_at_once": _plain(self.gains[AT_ONCE]),
            "gain_over_reverse": _plain(self.gains[REVERSE]),
        }

    def _contributed(self, found: Contributions | None) -> dict[str, Any] | None:
        if found is None:
            return None
        return {
            "shapley": found.exact,
            "of": [
                dict(zip(("lever", "clause"), key, strict=False))
                | {"measures": _plain(self.told(one))}
                for key, one in found.values.items()
            ],
        }


def _plain(found: Mapping[str, Estimate]) -> dict[str, dict[str, float]]:
    return {
        name: {"value": one.value, "low": one.low, "high": one.high} for name, one in found.items()
    }
