"""Packages found by ``zhixing plan`` against the best of a grid: ``python -m benchmarks.packages``.

The grid has each lever off, at half and at full strength. So many of its packages are drawn as the
plan met, and are run, compared again and chosen as in the plan; both bests are then compared on the
same fresh draws. This takes twice the time of the plan.
"""

import argparse
from functools import cached_property
from pathlib import Path

import numpy as np

from sim.cli.terminal import Counter
from sim.machine.loop import Progress
from sim.planning.packages import Package, Use
from sim.planning.planning import Planning, spelled
from sim.planning.question import Question
from sim.planning.rounds import SEARCH
from sim.study.estimate import Estimate

# Intensities of the grid.
LEVELS = (0.0, 0.5, 1.0)


class Grid(Planning):
    """A plan that looks at random packages of a grid in place of a search."""

    # Packages that are drawn, at most.
    number = 0

    @cached_property
    def searched(self) -> list[Package]:
        """Packages of the grid, each once; their runs are kept as those of a search."""
        rng = np.random.default_rng(self.question.seed)
        names = list(self.space.ranges)
        total = len(LEVELS) ** len(names)
        chosen = rng.permutation(total)[: self.number]
        found = [self._package(int(one), names) for one in chosen]
        replicates = self.question.size.replicates
        values = self.runner.run("grid", SEARCH, found, replicates)
        self._seen.update(zip(found, values, strict=True))
        return found

    def _package(self, number: int, names: list[str]) -> Package:
        uses = []
        for name in names:
            number, level = divmod(number, len(LEVELS))
            if level:
                start = self.space.ranges[name].starts[0]
                uses.append(Use(name, LEVELS[level], start))
        return Package(tuple(uses))


def gain(planning: Planning, grid: Grid) -> Estimate:
    """Main aim of the plan's best less that of the grid's best, on fresh draws."""
    grid.number = len(planning.searched)
    report = planning.fresh("against_grid", [planning.best, grid.best])
    return report.effects(1, 2)[planning.scoring.aims[0].column.name]


def main() -> None:
    """Print both bests and their difference."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scenario", default="district")
    parser.add_argument("--burden", type=float, default=0.14)
    parser.add_argument("--cost", type=float, default=1.5)
    parser.add_argument("--out", type=Path, default=Path("results"))
    given = parser.parse_args()
    limits = [f"burden <= {given.burden:g}", f"cost <= {given.cost:g}"]
    tree = {"scenario": given.scenario, "limits": limits, "posterior": True}
    question = Question.from_tree(tree, given.scenario, given.scenario)

    def rounds(name: str) -> Progress:
        return Counter(f"plan {name}")

    planning = Planning(question, given.out, rounds=rounds)
    grid = Grid(question, given.out, rounds=rounds)
    found = gain(planning, grid)
    print(f"plan: {spelled(planning.best)}")
    print(f"grid, {grid.number:,} packages: {spelled(grid.best)}")
    measure = planning.scoring.aims[0].measure
    print(f"{measure}, plan less grid: {found.value:+.4f} [{found.low:.4f}, {found.high:.4f}]")


if __name__ == "__main__":
    main()
