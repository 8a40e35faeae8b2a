"""The mean field: the expected month of a department with very many identical officers.

If officers and citizens are very many and identical, and nobody leaves, the model becomes a
deterministic map of norm, credibility, perceived risk, responsibility, complaints and the shares of
conducts. Each step calls the rules of ``sim.mechanisms`` for one officer of each rank and one
citizen, and weights the results by the probabilities that the rules state. The map leaves out what
chapters declare as ``UNFOLLOWED``, and the random variation of small numbers. Lasting tastes are
counted as if they were drawn anew each month (``precision_of_many``).
Directives differ and age, and appraisal has a season; the map is the mean over a fixed set of
months that represent these. Several directives at once are spread evenly over age, interest and
hardness.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import product
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.calendar import MONTHS_A_YEAR
from sim.decision_rule import LOGIT
from sim.declare import Unfollowed
from sim.errors import BadInput
from sim.kinds import CONDUCTS, FAITHFUL, IDLE
from sim.mechanisms import modules as chapters
from sim.theory.expected_choices import Vector, precision_of_many
from sim.theory.expected_month import expect_mean_month
from sim.world.plan import Plan
from sim.world.scenario import Scenario

if TYPE_CHECKING:
    from sim.mechanisms.typed import World


# With more ranks, too many combinations of conducts along the chain would have to be enumerated.
MOST_RANKS = 6
# Traits that change in a run and are constant in the map.
HELD = ("capability", "inertia", "ambition", "connection", "merit_belief")
# What chapters say that the map does not follow.
UNFOLLOWED: tuple[Unfollowed, ...] = tuple(
    one for chapter in chapters() for one in getattr(chapter, "UNFOLLOWED", ())
)
# Ages of directives, and values of their interest, over which the map is averaged.
_AGES = 3
_INTERESTS = 4


@dataclass(frozen=True)
class MeanField:
    """The mean field of one department of a scenario that serves the public.

    Mechanisms have the values of the scenario's last year, reforms included. ``held`` gives values
    of traits of ``HELD``, which are constant in the map; by default they are the means of new
    officers. ``silent`` says whether citizens have fallen silent; identical citizens do so
    together. Raises BadInput if there are more than ``MOST_RANKS`` ranks, if ``held`` names
    another trait, or if settings change with triggers or series.
    """

    scenario: Scenario
    held: Mapping[str, float] = field(default_factory=dict)
    silent: bool = False

    def __post_init__(self) -> None:
        """Check that the map can represent the scenario."""
        if self.scenario.decide != LOGIT:
            raise BadInput(
                f"{self.scenario.name}: the mean field is of officers who decide by the logit; "
                f"decide is “{self.scenario.decide}”; leave it out"
            )
        if self.scenario.series or any(reform.triggered for reform in self.scenario.reform):
            raise BadInput(
                f"{self.scenario.name}: the mean field is of settings that stay as they are; it "
                "cannot follow a reform that waits for a condition (start_when, stop_when) or a "
                "series; leave them out"
            )
        ranks = self.scenario.organisation.ranks
        if len(ranks) > MOST_RANKS:
            raise BadInput(
                f"{self.scenario.name}: the mean field can have at most {MOST_RANKS} ranks, "
                f"got {len(ranks)}"
            )
        for name in self.held:
            if name not in HELD:
                raise BadInput(f"mean field: no trait “{name}”; known: {', '.join(HELD)}")

    @property
    def left_out(self) -> tuple[Unfollowed, ...]:
        """What is in force in the scenario and the map does not follow, in the chapters' order.

        Random variation of small numbers comes in addition.
        """
        return tuple(one for one in UNFOLLOWED if one.in_force(self.scenario))

    @cached_property
    def posts(self) -> Vector:
        """Number of posts at each rank, shape (ranks,)."""
        return np.array(self.scenario.organisation.ranks, float)

    @cached_property
    def _alone(self) -> dict[str, Any]:
        """Settings that leave one officer of each rank and one citizen."""
        return {
            "organisation.above": [],
            "organisation.units": 1,
            "organisation.departments": 1,
            "organisation.ranks": [1] * len(self.scenario.organisation.ranks),
            "public.citizens": 1,
            "reform": [one.model_dump() | {"departments": None} for one in self.scenario.reform],
            "variant": [],
        }

    @cached_property
    def _plan(self) -> Plan:
        return Plan(self.scenario.replace(self._alone))

    def changed(self, key: str, value: float) -> MeanField:
        """The mean field with another value of a setting. Raises BadInput if it is not possible."""
        other = replace(self, scenario=self.scenario.replace({key: value}))
        if key not in self._alone:
            # Most of the plan is the same.
            vars(other)["_plan"] = self._plan.changed(self._plan.scenario.replace({key: value}))
        return other

    def with_citizens(self, silent: bool) -> MeanField:
        """The mean field with citizens who have fallen silent, or who speak."""
        return self if silent == self.silent else self._others

    @cached_property
    def _others(self) -> MeanField:
        other = replace(self, silent=not self.silent)
        vars(other)["_plan"] = self._plan
        return other

    @cached_property
    def world(self) -> World:
        """A state with one officer of each rank and one citizen.

        Its department has the numbers of posts and citizens of the scenario.
        """
        scenario = self.scenario
        ranks = scenario.organisation.ranks
        world = self._plan.begin(0)
        department, directives = world.departments[0], scenario.directives
        department.officers = sum(ranks)
        department.leading = sum(ranks[:-1])
        department.fronts = ranks[-1]
        department.citizens = scenario.public.citizens
        department.voiced = scenario.public.voice
        department.difficulty = directives.difficulty.mean
        department.specificity = directives.specificity.mean
        department.harm = directives.harm.mean
        for name in HELD:
            mean = getattr(scenario.traits, name).mean
            world.officers[name][:] = self.held.get(name, mean)
        world.citizens["silent"][:] = int(self.silent)
        world.citizens["need"][:] = 1.0
        world.officers["disposition"][:] = scenario.traits.responsibility.mean
        world.officers["taste"][:] = 0.0
        behaviour = scenario.behaviour
        world.settings["precision"][:] = precision_of_many(behaviour.precision, behaviour.taste)
        return world

    @cached_property
    def phases(self) -> Vector:
        """Months over which the map is averaged; shape (n, 4).

        A row is a month of the last year, the age in months and the interest, 0 to 1, of the
        directive, and its weight. Weights add up to 1.
        """
        directives, last = self.scenario.directives, self.scenario.clock.months - 1
        ages = min(_AGES, directives.life)
        low, high = directives.interest_low, directives.interest_high
        interests = _INTERESTS if high > low else 1
        year = range(max(0, last - MONTHS_A_YEAR + 1), last + 1)
        routine = self.scenario.mechanisms.appraisal.routine
        ends = [m for m in year if m % MONTHS_A_YEAR == MONTHS_A_YEAR - 2] or [last]
        rest = [m for m in year if m % MONTHS_A_YEAR == MONTHS_A_YEAR // 2] or [last]
        seasons = [(rest[0], 0.75), (ends[0], 0.25)] if routine < 1.0 else [(rest[0], 1.0)]
        rows = [
            (
                month,
                int((age + 0.5) / ages * directives.life),
                low + (high - low) * (interest + 0.5) / interests,
                season / (ages * interests),
            )
            for (month, season), age, interest in product(seasons, range(ages), range(interests))
        ]
        return np.array(rows, float)

    def state(self, norm: float, credibility: float) -> Vector:
        """A state with this norm and credibility, 0 to 1.

        The share ``norm`` of officers is faithful, the others are idle.
        """
        shares = np.zeros((self.posts.size, len(CONDUCTS)))
        shares[:, FAITHFUL], shares[:, IDLE] = norm, 1.0 - norm
        mean = self.scenario.traits.responsibility.mean
        return np.concatenate([[norm, credibility, 0.0, mean, 0.0], shares.ravel()])

    def step(self, state: Vector, seen: float = np.nan) -> Vector:
        """The expected state a month later.

        ``seen`` is the trust that officers meet; if it is NaN, that of ``state``.
        """
        return self._step(state, seen)[0]

    def delivery(self, state: Vector) -> float:
        """Expected execution rate, 0 to 1, of the month that follows a state."""
        return self._step(state)[1]

    def _step(self, state: Vector, seen: float = np.nan) -> tuple[Vector, float]:
        after, one = np.empty_like(state), np.empty_like(state)
        state = np.ascontiguousarray(state)
        delivered = expect_mean_month(self.world, self.phases, state, seen, self.posts, one, after)
        return after, float(delivered)

    def path(self, state: Vector, length: int) -> Vector:
        """The state and those of ``length`` months after it; (length + 1, size of a state)."""
        path = [state]
        for _ in range(length):
            path.append(self.step(path[-1]))
        return np.array(path)
