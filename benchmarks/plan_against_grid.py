"""A plan against a grid: ``python -m benchmarks.plan_against_grid``.

The grid has every lever at 0, a half or full strength: 3⁸ packages for eight levers. A random part
of it, with as many packages as the plan's search has met, is run on the same draws and compared
again by the same rule. Its best is run on the same fresh draws as the plan's best.
"""

import argparse
from functools import cached_property
from pathlib import Path

import numpy as np

from sim.errors import BadInput
from sim.machine.loop import Progress
from sim.planning.answer import Answer
from sim.planning.packages import Package, Use
from sim.planning.planning import Planning, spelled
from sim.planning.question import Question
from sim.planning.rounds import SEARCH

STRENGTHS = (0.0, 0.5, 1.0)


class Grid(Planning):
    """A plan whose search is a random subset of a grid."""

    number: int = 0

    @cached_property
    def searched(self) -> list[Package]:
        """So many packages of the grid, in random order."""
        levers, first = list(self.space.ranges), self.space.first
        rng = np.random.default_rng([self.question.seed, self.number])
        cells = rng.permutation(len(STRENGTHS) ** len(levers))[: self.number]
        places = np.array(np.unravel_index(cells, (len(STRENGTHS),) * len(levers))).T
        found = [
            Package(
                tuple(
                    Use(name, STRENGTHS[k], first)
                    for name, k in zip(levers, row, strict=True)
                    if STRENGTHS[k] > 0.0
                )
            )
            for row in places.tolist()
        ]
        runs = self.runner.run("search/grid", SEARCH, found, self.question.size.replicates)
        self._seen |= dict(zip(found, runs, strict=True))
        return found


def _told(name: str) -> Progress:
    def progress(done: int, total: int) -> None:
        if done == total:
            print(f"{name}: {total:,} runs", flush=True)

    return progress


def main() -> None:
    """Search both ways, and print the difference on common fresh draws with its interval."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scenario", default="district")
    parser.add_argument("--limit", action="append", help="by default burden and cost")
    parser.add_argument("--settled", action="store_true", help="without doubt about parameters")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--generations", type=int, default=24)
    parser.add_argument("--packages", type=int, default=40)
    parser.add_argument("--out", type=Path, default=Path("results"))
    given = parser.parse_args()
    tree = {
        "scenario": given.scenario,
        "posterior": not given.settled,
        "aims": ["execution_rate"],
        "limits": given.limit or ["burden <= 0.14", "cost <= 1.5"],
        "seed": given.seed,
        "size": {"generations": given.generations, "packages": given.packages},
    }
    question = Question.from_tree(tree, Path(given.scenario).stem, "benchmark")
    plan = Planning(question, given.out, rounds=_told)
    grid = Grid(question, given.out / "grid", rounds=_told)
    grid.number = min(len(plan.searched), len(STRENGTHS) ** len(grid.space.ranges))
    print(f"Packages searched by each: {grid.number:,}")
    answer = Answer(plan)
    aim = plan.scoring.aims[0]
    try:
        grid.kept  # noqa: B018 - computed here, where it can be refused
    except BadInput as error:
        print(f"Of the grid, {error}")
        return
    for name, one in (("plan", plan), ("grid", grid)):
        level = answer.told(one.reported[0])[aim.column.name]
        print(f"{name}: {spelled(one.kept[0])}\n  {aim}: {level.value:.4f}")
    gain = aim.sign * (plan.reported[0] - grid.reported[0])
    told = answer.told(gain)[aim.column.name]
    print(f"Plan less grid: {told.value:.4f} [{told.low:.4f}, {told.high:.4f}]")
    print(f"The plan's is better in {told.agreement:.0%} of {'draws' if plan.draws else 'runs'}.")


if __name__ == "__main__":
    main()
