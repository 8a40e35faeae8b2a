"""The government as a Mesa model: officers, departments and citizens are agents.

Agents hold their row of the same state, and call the same rules in the same order as the compiled
loop; results are equal bit for bit. Subclass ``Officer`` and override ``decide`` to try another way
of deciding.
"""

from typing import Any, cast

import mesa
import pandas as pd
from mesa.agent import AgentSet

from sim import month, summaries, year_end
from sim.errors import BadInput, nearest
from sim.kinds import CONDUCTS
from sim.machine.rows import Rows
from sim.mechanisms import appraisal, execution, learning, sanctions
from sim.world.plan import Plan
from sim.world.scenario import Scenario
from sim.world.state import World


class _Row(mesa.Agent):
    """An agent that holds its row of the state; fields read as attributes."""

    model: "Government"

    def __init__(self, model: "Government", record: Any, index: int) -> None:
        super().__init__(model)
        self.record = record
        self.index = index

    def __getattr__(self, name: str) -> Any:
        """Read a field of the row, such as ``capability``."""
        record = self.__dict__.get("record")
        if record is not None and name in record.kind.fields:
            return getattr(record, name)
        raise AttributeError(f"{type(self).__name__} has no “{name}”")


class Officer(_Row):
    """A post and whoever holds it. Fields: see ``sim.mechanisms``."""

    @property
    def superior(self) -> "Officer | None":
        """The superior; None at the top."""
        above = int(self.record.superior)
        return None if above < 0 else self.model.officer_at(above)

    @property
    def department(self) -> "Department":
        """The department the post belongs to."""
        return self.model.department_at(int(self.record.department))

    def decide(self) -> int | str:
        """Choose this month's conduct: its name, or its place in ``CONDUCTS``.

        Override to try another rule of decision. Read only what held last month of other officers
        (``previous_conduct``), since all choose at once.
        """
        return int(month.decide(self.model.world, self.index, self.model.month))

    def choose_conduct(self) -> None:
        """Meet the month and pick a conduct."""
        department = int(self.record.department)
        here, after = self.index, self.index + 1
        month.face_month(self.model.world, department, here, after, self.model.month)
        self.record.conduct = _conduct_number(self.decide())

    def carry_out(self) -> None:
        """Turn what arrives from above into substance, show and content."""
        department = self.department
        world = self.model.world
        above = execution.content_above(self.record, world.officers)
        arrived = execution.arriving(above, department.mechanisms, world.settings[0])
        outlook = department.outlooks[self.record.conduct]
        execution.pass_on(self.record, arrived, outlook)
        execution.carry_out(self.record, arrived, outlook)
        if appraisal.in_recent_months(self.model.month):
            appraisal.note_recent(self.record)

    def learn(self) -> None:
        """Move beliefs and traits; grow a month older."""
        department = self.department
        learning.learn(
            self.record,
            sanctions.sanctioned_share(department.record),
            department.record,
            department.mechanisms,
            self.model.world.settings[0],
        )


def _conduct_number(decided: int | str) -> int:
    if isinstance(decided, str):
        if decided not in CONDUCTS:
            raise BadInput(f"no conduct “{decided}”{nearest(decided, CONDUCTS)}")
        return CONDUCTS.index(decided)
    if not 0 <= decided < len(CONDUCTS):
        raise BadInput(f"conduct {decided}: expected 0 to {len(CONDUCTS) - 1}")
    return decided


class Department(_Row):
    """One line of work, with its mechanisms, directive and public. See ``DepartmentRecord``."""

    @property
    def mechanisms(self) -> Any:
        """The mechanism settings in force this month, one record."""
        return self.model.world.mechanisms[self.model.month, self.record.group]

    @property
    def outlooks(self) -> Rows:
        """What each conduct means here this month."""
        return cast(Rows, self.model.world.outlooks[self.index])

    def exchange(self) -> None:
        """Hear from other departments."""
        month.exchange(self.model.world, self.index, self.model.month)

    def issue_directives(self) -> None:
        """Begin the month; replace a directive that has run its life."""
        month.issue_directives(self.model.world, self.index, self.model.month)

    def look_ahead(self) -> None:
        """Work out what everybody here faces this month."""
        month.look_ahead(self.model.world, self.index, self.model.month)

    def report_upwards(self) -> None:
        """Pass reports up the chain."""
        month.report_upwards(self.model.world, self.index, self.model.month)

    def take_stock_of_trust(self) -> None:
        """Sum up credibility and cooperation."""
        month.take_stock_of_trust(self.model.world, self.index, self.model.month)

    def oversee(self) -> None:
        """Let channels see, incidents be traced, cases become public."""
        month.oversee(self.model.world, self.index, self.model.month)

    def follow_norm(self) -> None:
        """Move the norm."""
        month.follow_norm(self.model.world, self.index, self.model.month)

    def observe(self) -> None:
        """Read the month's measures."""
        month.observe(self.model.world, self.index, self.model.month)

    def appraise_and_renew(self) -> None:
        """Close the year."""
        year_end.appraise_and_renew(self.model.world, self.index, self.model.month)


class Citizen(_Row):
    """One of those whom a department serves. See ``CitizenRecord``."""

    def serve_citizens(self) -> None:
        """Be served: meet an officer, update trust, perhaps complain or withdraw."""
        department = int(self.record.department)
        month.serve_some(self.model.world, department, self.index, self.index + 1, self.model.month)


class Government(mesa.Model):
    """A government on its way through the months of a scenario.

    ``seed`` and ``replicate`` are whole numbers in 0…2³² − 1 and fix every draw; Mesa's own
    generator is left to subclasses. ``officer`` is the class of officers. One step is one month:
    ``run_for(120)`` runs ten years. Raises BadInput for a seed out of range, and when asked to run
    past the scenario's last month.
    """

    def __init__(
        self,
        scenario: Scenario,
        seed: int = 1,
        replicate: int = 0,
        officer: type[Officer] = Officer,
    ) -> None:
        super().__init__(rng=seed)
        # Mesa keeps `scenario` for experiments of its own.
        self.plan = Plan(scenario)
        self.world: World = self.plan.begin(seed, replicate, phase_by_phase=True)
        self.month = 0
        self._departments = [
            Department(self, row, d) for d, row in enumerate(self.world.departments)
        ]
        self._officers = [officer(self, row, i) for i, row in enumerate(self.world.officers)]
        self._citizens = [Citizen(self, row, i) for i, row in enumerate(self.world.citizens)]
        self.departments: AgentSet[Any] = AgentSet(self._departments, random=self.random)
        self.officers: AgentSet[Any] = AgentSet(self._officers, random=self.random)
        self.citizens: AgentSet[Any] = AgentSet(self._citizens, random=self.random)

    def officer_at(self, index: int) -> Officer:
        """The officer of a post."""
        return self._officers[index]

    def department_at(self, index: int) -> Department:
        """The department of a number."""
        return self._departments[index]

    def step(self) -> None:
        """One month, phase by phase in the order of ``sim.month.PHASES``."""
        scenario = self.plan.scenario
        if self.month >= scenario.clock.months:
            raise BadInput(
                f"{scenario.name}: the run ends after {scenario.clock.months} months; "
                "set clock.months for more"
            )
        self.departments.do("exchange")
        for phase in month.PHASES:
            self._who(phase.__name__).do(phase.__name__)
        if year_end.is_year_end(self.month):
            self.departments.do("appraise_and_renew")
        month.add_up(self.world, self.month)
        self.month += 1

    def _who(self, phase: str) -> "AgentSet[Any]":
        """The agents that do a phase of the month. Raises TypeError where none does."""
        for agents, kind in (
            (self.departments, Department),
            (self.officers, Officer),
            (self.citizens, Citizen),
        ):
            if hasattr(kind, phase):
                return agents
        raise TypeError(f"phase “{phase}” of sim.month: no agent of the Mesa model does it")

    @property
    def series(self) -> pd.DataFrame:
        """Measures of the months so far."""
        return summaries.series(self.world.tallies[: self.month])

    @property
    def summary(self) -> pd.Series:
        """Measures over the last months so far (``clock.observed``)."""
        return summaries.summary(
            self.world.tallies[: self.month],
            self.world.layers[: self.month],
            self.plan.treated,
            self.plan.scenario.clock.observed,
        )
