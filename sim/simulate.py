"""One run of a scenario in the compiled loop."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sim import summaries
from sim.decision_rule import DecisionRule
from sim.kinds import CONDUCTS, PROFILES
from sim.machine.loop import Crew, crew_for, run_with
from sim.mechanisms.conduct import NON_COMPLIANT
from sim.world.own_measures import own_sums
from sim.world.plan import Plan
from sim.world.scenario import Scenario
from sim.world.state import World

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Run:
    """A finished run: its world as it ended, and what was measured.

    >>> from sim import Scenario, simulate
    >>> run = simulate(Scenario.load("bureau").replace({"clock.months": 24}), seed=1)
    >>> run.series.loc[[0, 23], ["execution_rate", "credibility"]].shape
    (2, 2)
    >>> list(run.departments.columns[:3])
    ['tier', 'execution_rate', 'credibility']
    """

    scenario: Scenario
    seed: int
    replicate: int
    world: World
    # Which groups of departments are under a reform, shape (groups,).
    treated: NDArray[np.bool_]

    def __repr__(self) -> str:
        """Its scenario, seed and replicate, in a line."""
        return f"Run({self.scenario.name!r}, seed {self.seed}, replicate {self.replicate})"

    @cached_property
    def series(self) -> "pd.DataFrame":
        """Measures by month."""
        return summaries.series(self.world.tallies, self._own)

    @property
    def _own(self) -> dict[str, NDArray[np.float64]]:
        return own_sums(self.scenario.measure, self.world.own)

    @cached_property
    def summary(self) -> "pd.Series":
        """Measures over the last months of the run (``clock.observed``)."""
        return summaries.summary(
            self.world.tallies,
            self.world.layers,
            self.treated,
            self.scenario.clock.observed,
            self._own,
        )

    @cached_property
    def reforms(self) -> "pd.DataFrame":
        """The months in which reforms were in force, a row each time.

        Columns: number of the reform in the scenario, from 1; lever; first month, and the month
        after the last. A reform that was never in force has no row.
        """
        import pandas as pd

        months = self.scenario.clock.months
        rows = []
        for number, own in enumerate(Plan(self.scenario).in_force(self.world), 1):
            changes = np.flatnonzero(np.diff(own.astype(np.int8), prepend=0, append=0))
            for first, end in changes.reshape(-1, 2).tolist():
                lever = self.scenario.reform[number - 1].lever
                rows.append((number, lever, first, min(end, months)))
        return pd.DataFrame(rows, columns=["reform", "lever", "begins", "ends"])

    @cached_property
    def layers(self) -> "pd.DataFrame":
        """The chain of command layer by layer over the last months: content, reports, blame."""
        return summaries.by_layer(
            self.world.layers, self.scenario.layout.tier_names, self.scenario.clock.observed
        )

    @cached_property
    def profiles(self) -> "pd.DataFrame":
        """Officers by profile of the third state over the last months: execution, blame."""
        return summaries.by_profile(self.world.profiles, self.scenario.clock.observed)

    @cached_property
    def movement(self) -> "pd.DataFrame":
        """How officers moved between profiles from year to year, over the whole run."""
        return summaries.movement(self.world.moves, len(self.world.moves))

    @cached_property
    def departments(self) -> "pd.DataFrame":
        """Each department that serves the public, in the last month (meso).

        Its name or number, tier, execution rate (front-line delivery), credibility, and shares of
        conducts, profiles and all conducts that do not comply among its officers.
        """
        import pandas as pd

        world = self.world
        layout = self.scenario.layout
        serving = np.flatnonzero(world.departments["fronts"] > 0)
        department = world.officers["department"][world.fronts]
        delivered = np.bincount(
            department, world.officers["delivered"][world.fronts], world.departments.size
        )
        conducts = self._shares("conduct", CONDUCTS, serving)
        names: Sequence[str | int] = layout.department_names or range(1, len(layout.tier) + 1)
        return pd.DataFrame(
            {
                "tier": [layout.tier_names[t] for t in layout.tier[serving]],
                "execution_rate": delivered[serving] / world.departments["fronts"][serving],
                "credibility": world.departments["credibility"][serving],
                **conducts,
                **self._shares("profile", PROFILES, serving),
                "non_compliance": np.sum([conducts[name] for name in NON_COMPLIANT], axis=0),
            },
            index=pd.Index([names[int(d)] for d in serving], name="department"),
        )

    @cached_property
    def posts(self) -> "pd.DataFrame":
        """Each post in the last month, by the name that the table of posts gives it, or by number.

        Its title, department and rank, the real work of its officer, and a column for each conduct:
        1 for the one that the officer chose.
        """
        import pandas as pd

        world, layout, table = self.world, self.scenario.layout, self.scenario.establishment
        number = layout.post_rank.size
        names: Sequence[str | int] = range(1, number + 1) if table is None else table.posts
        titles = [""] * number if table is None else table.titles
        named = layout.department_names or tuple(map(str, range(1, len(layout.tier) + 1)))
        conduct = world.officers["conduct"]
        return pd.DataFrame(
            {
                "title": titles,
                "department": [named[d] for d in layout.post_department],
                "rank": layout.post_rank + 1,
                "execution": world.officers["substance"].astype(float),
                **{name: (conduct == k).astype(float) for k, name in enumerate(CONDUCTS)},
            },
            index=pd.Index(names, name="post"),
        )

    def _shares(
        self, field: str, names: tuple[str, ...], departments: NDArray[np.int64]
    ) -> dict[str, NDArray[np.float64]]:
        """Share of each department's officers whose ``field`` is each of the names."""
        officers = self.world.officers
        cells = officers["department"].astype(np.int64) * len(names) + officers[field]
        size = self.world.departments.size * len(names)
        counted = np.bincount(cells, minlength=size).reshape(-1, len(names))[departments]
        posts = self.world.departments["officers"][departments]
        return {name: counted[:, k] / posts for k, name in enumerate(names)}


def simulate(
    scenario: Scenario | Plan,
    seed: int,
    replicate: int = 0,
    crew: Crew | None = None,
    decide: str | Callable[..., Any] | DecisionRule | None = None,
) -> Run:
    """Run a scenario from its first month to its last.

    ``seed`` and ``replicate`` are whole numbers in 0…2³² − 1; together they fix every draw, so two
    scenarios with the same pair are compared on common draws. Pass a ``Plan`` to lay a scenario
    out once for many runs. A ``crew`` says how many threads work on it and who hears of each month;
    without one, a world of many officers takes all processors. It changes no byte. ``decide`` is a
    rule of decision in place of the scenario's: the name of one that ships, or a function of the
    form that ``sim.decision_rule`` describes, which is compiled with the loop. Raises BadInput for
    a
    seed out of range and for what is no rule of decision.

    >>> from sim import Scenario, simulate
    >>> short = Scenario.load("bureau").replace({"clock.months": 24})
    >>> one, again = simulate(short, seed=1), simulate(short, seed=1)
    >>> one.series.equals(again.series)
    True
    >>> bool(0 < one.summary["execution_rate"] < 1)
    True
    """
    plan = (scenario if isinstance(scenario, Plan) else Plan(scenario)).deciding(decide)
    crew = crew or crew_for(plan.scenario.total_posts)
    world = plan.begin(seed, replicate, crew.threads)
    run_with(crew, world, plan.scenario.clock.months, plan.loop)
    return Run(plan.scenario, seed, replicate, world, plan.treated)
