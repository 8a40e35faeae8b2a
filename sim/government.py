"""The government as a Mesa model: officers, departments and citizens are agents.

Agents are views of the state of the compiled loop: their fields are read and set in its columns.
Whatever no class overrides is done for all at once by the compiled phases of ``sim.month``; an
agent whose class overrides a method is asked by itself. Either way results are equal bit for bit to
those of asking every agent, one after another. Subclass ``Officer`` and override ``decide`` to try
another way of deciding.
"""

import copy
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property, partial
from pathlib import Path
from typing import Any, Self

import mesa
import pandas as pd
from mesa.agent import AgentSet

from sim import month, monthly_sums, phases, saved_run, summaries, year_end
from sim.agents import (
    ORIGINAL,
    STAGES,
    Citizen,
    Department,
    Officer,
    RowAgent,
    Rule,
    is_asked,
)
from sim.decision_rule import DecisionRule
from sim.errors import BadInput
from sim.machine.compiled import called_often
from sim.machine.loop import prepared_by, run_watched
from sim.world.own_measures import own_sums
from sim.world.plan import Plan
from sim.world.scenario import Scenario
from sim.world.state import World

# Attributes of a government that are worked out anew for a copy.
_WORKED_OUT = ("loop", "_run_months", "_prepare", "_ready", "_methods", "_seen", "_turns")
# The phase after which own measures are read, and the one in which posts change hands.
_LAST_PHASE = month.PHASES[-1].__name__
_YEAR_END = year_end.appraise_and_renew.__name__
# Where a department tells its first officer or citizen, and how many it has.
_PLACES: dict[type[RowAgent], tuple[str, str]] = {
    Officer: ("first_officer", "officers"),
    Citizen: ("first_citizen", "citizens"),
}


class Government(mesa.Model):
    """A government on its way through the months of a scenario.

    ``seed`` and ``replicate`` are whole numbers in 0…2³² − 1 and fix every draw; Mesa's own
    generator is left to subclasses. ``officer``, ``department`` and ``citizen`` are the classes of
    agents, or functions of the government, a row and its number that make one: so that some posts
    can get a class of their own. ``decide`` is a rule of decision in place of the scenario's: the
    name of one that ships, or a function; see ``sim.decision_rule``. One step is one month:
    ``run_for(120)`` runs ten years. Raises BadInput for a seed out of range, for what is no rule of
    decision, and when asked to run past the scenario's last month.

    >>> from sim import Government, Scenario
    >>> government = Government(Scenario.load("bureau"), seed=1)
    >>> government.run_for(3)
    >>> government.month, len(government.series)
    (3, 3)
    """

    def __init__(
        self,
        scenario: Scenario,
        seed: int = 1,
        replicate: int = 0,
        officer: Callable[["Government", Any, int], Officer] = Officer,
        department: Callable[["Government", Any, int], Department] = Department,
        citizen: Callable[["Government", Any, int], Citizen] = Citizen,
        decide: str | Callable[..., Any] | DecisionRule | None = None,
    ) -> None:
        super().__init__(rng=seed)
        # Mesa keeps `scenario` for experiments of its own.
        self.plan = Plan(scenario).deciding(decide)
        self.world: World = self.plan.begin(seed, replicate, phase_by_phase=True)
        self.month = 0
        self._work_out()
        # Agents that got a method or a class of their own.
        self._changed: set[RowAgent] = set()
        # What is called as each month ends, before posts change hands; see ``watch``.
        self._watching: list[Callable[[World, int], None]] = []
        self._departments = [
            department(self, row, d) for d, row in enumerate(self.world.departments)
        ]
        self._officers = [officer(self, row, i) for i, row in enumerate(self.world.officers)]
        self._citizens = [citizen(self, row, i) for i, row in enumerate(self.world.citizens)]
        self.departments: AgentSet[Any] = AgentSet(self._departments, random=self.random)
        self.officers: AgentSet[Any] = AgentSet(self._officers, random=self.random)
        self.citizens: AgentSet[Any] = AgentSet(self._citizens, random=self.random)
        self._agents_of: dict[type[RowAgent], Sequence[RowAgent]] = {
            Officer: self._officers,
            Department: self._departments,
            Citizen: self._citizens,
        }

    def _work_out(self) -> None:
        """Make what follows from plan and state."""
        self.loop = self.plan.loop
        # Brings settings up to date before each month, where they change during a run.
        self._prepare = prepared_by(self.loop, self.world)
        # Rules that have been called from Python, ready to be called again.
        self._ready: dict[Rule, Rule] = {}
        # Methods of the classes there are, with what they are when nobody overrides them; what
        # they were last month; what follows.
        self._methods: list[tuple[type, str, Any]] = []
        self._seen: list[Any] = []
        self._turns: dict[str, list[Callable[[], Any]]] = {}

    def __repr__(self) -> str:
        """Its scenario, and how far it is, in a line."""
        scenario = self.plan.scenario
        return f"Government({scenario.name!r}: month {self.month} of {scenario.clock.months})"

    # Copies, which continue exactly as the original would.

    def __getstate__(self) -> dict[str, Any]:
        """All but what is worked out anew, for ``copy.deepcopy`` and ``pickle``."""
        kept = {name: one for name, one in vars(self).items() if name not in _WORKED_OUT}
        # Without tables, which are computed again.
        return kept | {"plan": Plan(self.plan.scenario.from_anywhere(), self.plan.rule)}

    def __setstate__(self, state: dict[str, Any]) -> None:
        """Continue from a state: agents represent the rows of their own copy of the world."""
        self.__dict__.update(state)
        self._work_out()
        self.bind()

    def bind(self) -> None:
        """Let every agent represent its row of the present state."""
        for agents, table in (
            (self._departments, self.world.departments),
            (self._officers, self.world.officers),
            (self._citizens, self.world.citizens),
        ):
            for agent in agents:
                agent.bind(table)

    def __copy__(self) -> Self:
        """A full copy: two governments that shared a state would change each other."""
        return copy.deepcopy(self)

    def save(self, path: str | Path) -> None:
        """Save the run, to be continued with ``load``; see ``sim.saved_run``.

        The file holds numbers and texts, and no code. Raises BadInput if something of the run
        cannot be saved so, or the file cannot be written.
        """
        saved_run.save(self, Path(path))

    @classmethod
    def load(cls, path: str | Path, **classes: Any) -> Self:
        """A saved run, which continues exactly as it would have; no code in the file is run.

        ``classes`` are the arguments ``officer``, ``department``, ``citizen`` and ``decide`` with
        which the government was made. Raises BadInput if the file is damaged, was saved by other
        code, or needs classes that are not given.
        """
        return saved_run.load(cls, Path(path), classes)

    def officer_at(self, index: int) -> Officer:
        """The officer of a post."""
        return self._officers[index]

    def department_at(self, index: int) -> Department:
        """The department of a number."""
        return self._departments[index]

    def apply(self, rule: Rule, *places: int) -> Any:
        """Call a rule on the world, some places in it, and the month under way."""
        ready = self._ready.get(rule)
        if ready is None:
            ready = called_often(rule, self.world, *places, self.month)
            self._ready[rule] = ready
        return ready(self.world, *places, self.month)

    def step(self) -> None:
        """One month, in the order of ``sim.month.PHASES``."""
        scenario = self.plan.scenario
        if self.month >= scenario.clock.months:
            raise BadInput(
                f"{scenario.name}: the run ends after {scenario.clock.months} months; "
                "set clock.months for more"
            )
        self._prepare(self.month)
        if self._anybody_is_asked():
            self._month_by_turns()
        elif self._watching:
            run_watched(self.world, self.month + 1, self.loop, self._see, self.month)
        else:
            self._run_months(self.world, self.month, self.month + 1)
        self.month += 1

    def watch(self, see: Callable[[World, int], None]) -> None:
        """Call ``see`` (world, month) as each month ends, before posts change hands.

        It must change nothing. ``sim.panel.Kept(panel, government.plan).see`` keeps a panel.
        """
        self._watching.append(see)

    def _see(self, world: World, month: int) -> None:
        for see in self._watching:
            see(world, month)

    @cached_property
    def _run_months(self) -> Rule:
        return called_often(self.plan.compiled.run_months, self.world, 0, 0)

    # Months in which some agents are asked by themselves.

    def _month_by_turns(self) -> None:
        """A month, stage by stage.

        Agents are asked, or done by compiled code, in their usual order.
        """
        for stage, turns in self._turns.items():
            if stage != _YEAR_END or year_end.is_year_end(self.month):
                for turn in turns:
                    turn()
            if stage == _LAST_PHASE:
                self.apply(self.loop.measure)
                self._see(self.world, self.month)
        self.apply(monthly_sums.add_up)

    def ask_anew(self, agent: RowAgent) -> None:
        """Find out before the next month who is asked: a method or the class of an agent is set."""
        self._changed.add(agent)
        self._methods = []

    def _anybody_is_asked(self) -> bool:
        """Whether any agent is asked by itself. What each class says is looked up every month."""
        if not self._methods:
            self._methods = [
                (kind, method, original)
                for base, agents in self._agents_of.items()
                for kind in {type(agent) for agent in agents}
                for method, original in ORIGINAL[base].items()
            ]
            self._seen = []
        seen = [getattr(kind, method) for kind, method, _ in self._methods]
        if seen != self._seen:
            self._seen = seen
            asked = self._changed or seen != [original for _, _, original in self._methods]
            stages = STAGES if asked else ()
            self._turns = {stage: list(self._turns_of(stage)) for stage in stages}
        return bool(self._turns)

    def _turns_of(self, stage: str) -> Iterator[Callable[[], Any]]:
        """What is called in a stage, in order: methods of agents, or the rule for those between."""
        rule = STAGES[stage]
        some: Rule | None = month.IN_PARTS.get(rule)
        if some is None:
            for d, department in enumerate(self._departments):
                asked = is_asked(department, Department, stage)
                yield getattr(department, stage) if asked else partial(self.apply, rule, d)
            return
        if some is phases.choose_some:
            some = self.loop.choose_some
        base = Officer if stage in ORIGINAL[Officer] else Citizen
        agents = self._agents_of[base]
        firsts, numbers = (self.world.departments[name].tolist() for name in _PLACES[base])
        for d, (first, number) in enumerate(zip(firsts, numbers, strict=True)):
            begin = first
            for here in range(first, first + number):
                if is_asked(agents[here], base, stage):
                    if begin < here:
                        yield partial(self.apply, some, d, begin, here)
                    yield getattr(agents[here], stage)
                    begin = here + 1
            if begin < first + number:
                yield partial(self.apply, some, d, begin, first + number)

    @property
    def series(self) -> pd.DataFrame:
        """Measures of the months so far."""
        return summaries.series(self.world.tallies[: self.month], self._own)

    @property
    def _own(self) -> dict[str, Any]:
        return own_sums(self.plan.scenario.measure, self.world.own[: self.month])

    @property
    def summary(self) -> pd.Series:
        """Measures over the last months so far (``clock.observed``)."""
        return summaries.summary(
            self.world.tallies[: self.month],
            self.world.layers[: self.month],
            self.plan.treated,
            self.plan.scenario.clock.observed,
            self._own,
        )
