"""What a little more budget would buy: a second search, from the first, with a limit raised."""

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.planning.packages import Genes
from sim.planning.report import told
from sim.planning.rounds import AGAIN
from sim.planning.scoring import Scoring

if TYPE_CHECKING:
    from sim.planning.planning import Planning

# Share by which a limit is raised.
RAISED = 0.1
# Generations of the second search, which begins where the first ended.
GENERATIONS = 6
# Packages of it that are compared again.
COMPARED = 8


def budgets(planning: "Planning") -> list[dict[str, Any]]:
    """For each limit: whether it binds, and the gain if it is raised by a tenth.

    A limit binds if the best package within the raised limit uses more of it and is better than the
    best within the limit. The gain is the difference on fresh draws, with its interval.
    """
    return [_bought(planning, place) for place in range(len(planning.scoring.limits))]


def _raised(planning: "Planning", place: int) -> Scoring:
    """The same aims and limits, with one limit raised (or lowered, if it is one from below)."""
    scoring = planning.scoring
    limit = scoring.limits[place]
    status_quo = float(planning.reference[scoring.place(limit)])
    wider = replace(limit, value=limit.value + limit.sign * RAISED * abs(limit.at(status_quo)))
    limits = (*scoring.limits[:place], wider, *scoring.limits[place + 1 :])
    return replace(scoring, limits=limits)


def search_raised(planning: "Planning", place: int) -> None:
    """Search on with one limit raised, from the most promising packages met so far."""
    scoring = _raised(planning, place)
    effort = planning.effort(GENERATIONS)
    planning.search(f"more_{place + 1}", scoring, effort, _start(planning, scoring))


def _bought(planning: "Planning", place: int) -> dict[str, Any]:
    scoring, raised = planning.scoring, _raised(planning, place)
    name, best = f"more_{place + 1}", planning.best
    packages = list(dict.fromkeys([best, *planning.ranked(raised)[:COMPARED]]))
    values = planning.runner.run(f"{name}_again", AGAIN, packages, planning.question.size.again)
    chosen = packages[planning.chosen(raised, values)[0]]
    limit, wider = scoring.limits[place], raised.limits[place]
    found = {"limit": str(limit), "raised": str(wider), "by": wider.value - limit.value}
    if chosen == best:
        return {**found, "binds": False, "levers": best.told(), "gains": {}}
    report = planning.fresh(f"{name}_fresh", [best, chosen])
    effects = report.effects(2, 1)
    uses_more = limit.sign * effects[limit.column.name].value > 0.0
    better = scoring.aims[0].sign * effects[scoring.aims[0].column.name].value > 0.0
    gains = {one.column.name: told(effects[one.column.name]) for one in scoring.aims}
    return {**found, "binds": uses_more and better, "levers": chosen.told(), "gains": gains}


def _start(planning: "Planning", scoring: Scoring) -> Genes:
    """The most promising packages met so far, and random ones to fill the generation."""
    number = planning.question.size.packages
    rows = [planning.space.row(one) for one in planning.ranked(scoring)][:number]
    rng = np.random.default_rng([planning.question.seed, 1])
    drawn = planning.space.begin(number, rng)
    return np.concatenate([np.array(rows, np.int64).reshape(len(rows), -1), drawn])[:number]
