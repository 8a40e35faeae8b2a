"""A run that goes through its months department by department, and can be looked at between phases.

Two of them, side by side on the same draws, show what a reform changes while officers choose.
"""

from typing import Any

from sim.machine.compiled import called_often
from sim.machine.loop import prepared_by
from sim.month import PHASES, exchange_all, renew_all
from sim.monthly_sums import add_up
from sim.phases import choose_conduct
from sim.world.plan import Plan
from sim.year_end import is_year_end


class Side:
    """A run of a plan with a seed and a replicate."""

    def __init__(self, plan: Plan, seed: int, replicate: int) -> None:
        self.plan = plan
        self.world: Any = plan.begin(seed, replicate)
        self._loop = plan.loop
        self._prepare = prepared_by(plan.loop, self.world)
        rules = (self._loop.choose_conduct if one is choose_conduct else one for one in PHASES)
        self._phases = [called_often(one, self.world, 0, 0) for one in rules]
        self._chosen = PHASES.index(choose_conduct) + 1

    def run_to(self, month: int) -> None:
        """Run the months before ``month``."""
        self._loop.run_months(self.world, 0, month)

    def begin_month(self, month: int) -> None:
        """What precedes the work of a month."""
        self._prepare(month)
        exchange_all(self.world, 0, len(self.world.departments), month)

    def choose(self, d: int, month: int) -> None:
        """Let a department do its month until all have chosen."""
        for phase in self._phases[: self._chosen]:
            phase(self.world, d, month)

    def work(self, d: int, month: int) -> None:
        """Let it do the rest of its month."""
        for phase in self._phases[self._chosen :]:
            phase(self.world, d, month)

    def end_month(self, month: int) -> None:
        """What follows the work of a month."""
        if is_year_end(month):
            renew_all(self.world, 0, len(self.world.departments), month)
        add_up(self.world, month)
