"""Officers, departments and citizens as Mesa agents: each is a view of its row of the state.

Subclass ``Officer`` and override ``decide`` to try another way of deciding; ``sim.government``
explains which agents are asked.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, cast

import mesa
import numpy as np

from sim import month, monthly_sums, phases, year_end
from sim.errors import BadInput, nearest
from sim.kinds import CONDUCTS
from sim.machine.rows import Kind, Row, Rows
from sim.world.state import CITIZEN, DEPARTMENT, OFFICER

if TYPE_CHECKING:
    from sim.government import Government


Rule = Callable[..., Any]
# Attributes of an agent that lead to its row.
_OF_A_ROW = ("record", "_columns")


class RowAgent(mesa.Agent):
    """An agent that stands for a row of the state; fields are read and set as attributes.

    ``record`` is the row, ``index`` its number in its table.
    """

    model: "Government"

    def __init__(self, model: "Government", record: Row, index: int) -> None:
        super().__init__(model)
        self.record: Any = record
        self.index = index
        self._columns = record.table.data

    def __getattr__(self, name: str) -> Any:
        """Say that there is no such field. Raises AttributeError."""
        near = "" if name.startswith("_") else nearest(name, dir(type(self)))
        raise AttributeError(f"{type(self).__name__} has no “{name}”{near}")

    def bind(self, table: Rows) -> None:
        """Represent a row of another table, such as that of a copied or a saved state."""
        self.record = table[self.index]
        self._columns = table.data

    def __getstate__(self) -> dict[str, Any]:
        """All attributes but the row, which is found again in the copied state."""
        return {name: one for name, one in vars(self).items() if name not in _OF_A_ROW}

    def __setattr__(self, name: str, value: Any) -> None:
        """Set an attribute or a field; a method that is set is called from now on."""
        if name in _OVERRIDABLE:
            self.model.ask_anew(self)
        super().__setattr__(name, value)


def _field(name: str, width: int, columns: bool) -> property:
    """A field of an agent: one number or, of a wide field, several."""

    def read(agent: Any) -> Any:
        return agent._columns[name].item(agent.index)

    def write(agent: Any, value: Any) -> None:
        agent._columns[name][agent.index] = value

    def read_in_row(agent: Any) -> Any:
        return agent._columns[name][agent.index]

    def read_across(agent: Any) -> Any:
        return agent._columns[name][:, agent.index]

    def write_across(agent: Any, value: Any) -> None:
        agent._columns[name][:, agent.index] = value

    if not width:
        return property(read, write)
    return property(read_across, write_across) if columns else property(read_in_row, write)


def _with_fields[Agents: type[RowAgent]](kind: Kind) -> Callable[[Agents], Agents]:
    """Give a class of agents the fields of a kind of row, except those that the class defines."""

    def decorated(agents: Agents) -> Agents:
        for name, field in kind.fields.items():
            if name not in vars(agents):
                setattr(agents, name, _field(name, field.width, kind.columns))
        return agents

    return decorated


@_with_fields(OFFICER)
class Officer(RowAgent):
    """A post and whoever holds it. Fields: see ``sim.mechanisms``.

    The agent stays with the post: when its holder leaves or moves, its fields are those of the next
    holder. Attributes that a subclass adds stay with the post too.
    """

    def __init__(self, model: "Government", record: Row, index: int) -> None:
        super().__init__(model, record, index)
        self._department = int(self.record.department)

    @property
    def superior(self) -> "Officer | None":
        """The superior; None at the top."""
        above = int(self.record.superior)
        return None if above < 0 else self.model.officer_at(above)

    @property
    def department(self) -> "Department":
        """The department the post belongs to."""
        return self.model.department_at(self._department)

    def decide(self) -> int | str:
        """Choose this month's conduct: its name, or its place in ``CONDUCTS``.

        Override to try another rule of decision. Read only what held last month of other officers
        (``previous_conduct``), since all choose at once.

        >>> from sim import Government, Officer, Scenario
        >>> class Dutiful(Officer):
        ...     def decide(self):
        ...         return "faithful" if self.responsibility > 0.5 else super().decide()
        >>> government = Government(Scenario.load("bureau"), seed=1, officer=Dutiful)
        >>> government.run_for(2)
        """
        return int(self.model.apply(self.model.loop.decide, self.index))

    def choose_conduct(self) -> None:
        """Learn the circumstances of the month and choose a conduct.

        Raises BadInput if ``decide`` returns none.
        """
        here = self.index
        self.model.apply(phases.face_month, self._department, here, here + 1)
        self._columns["conduct"][here] = _conduct_number(self.decide(), self)

    def carry_out(self) -> None:
        """Turn what arrives from above into substance, show and content."""
        here = self.index
        self.model.apply(phases.carry_out_some, self._department, here, here + 1)

    def learn(self) -> None:
        """Move beliefs and traits; grow a month older."""
        here = self.index
        self.model.apply(phases.learn_some, self._department, here, here + 1)


def _conduct_number(decided: int | str, officer: Officer) -> int:
    if isinstance(decided, str):
        if decided not in CONDUCTS:
            raise BadInput(f"no conduct “{decided}”{nearest(decided, CONDUCTS)}")
        return CONDUCTS.index(decided)
    if not isinstance(decided, int | np.integer):
        raise BadInput(
            f"decide of {type(officer).__name__} gave {decided!r}; expected the name of a conduct "
            "or its number"
        )
    if not 0 <= decided < len(CONDUCTS):
        raise BadInput(f"conduct {decided}: expected 0 to {len(CONDUCTS) - 1}")
    return int(decided)


@_with_fields(DEPARTMENT)
class Department(RowAgent):
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
        self.model.apply(phases.exchange, self.index)

    def issue_directives(self) -> None:
        """Begin the month; replace a directive that has run its life."""
        self.model.apply(phases.issue_directives, self.index)

    def look_ahead(self) -> None:
        """Work out what everybody here faces this month."""
        self.model.apply(phases.look_ahead, self.index)

    def report_upwards(self) -> None:
        """Pass reports up the chain."""
        self.model.apply(phases.report_upwards, self.index)

    def take_stock_of_trust(self) -> None:
        """Sum up credibility and cooperation."""
        self.model.apply(phases.take_stock_of_trust, self.index)

    def oversee(self) -> None:
        """Let channels see, incidents be traced, cases become public."""
        self.model.apply(phases.oversee, self.index)

    def follow_norm(self) -> None:
        """Move the norm."""
        self.model.apply(phases.follow_norm, self.index)

    def observe(self) -> None:
        """Read the month's measures."""
        self.model.apply(monthly_sums.observe, self.index)

    def appraise_and_renew(self) -> None:
        """Close the year."""
        self.model.apply(year_end.appraise_and_renew, self.index)


@_with_fields(CITIZEN)
class Citizen(RowAgent):
    """One of those whom a department serves. See ``CitizenRecord``."""

    def serve_citizens(self) -> None:
        """Be served: meet an officer, update trust, perhaps complain or withdraw."""
        here = self.index
        self.model.apply(phases.serve_some, int(self.record.department), here, here + 1)


# What is done in a month, in order, by the rule that does it for a whole department.
STAGES: dict[str, Rule] = {
    rule.__name__: rule for rule in (phases.exchange, *month.PHASES, year_end.appraise_and_renew)
}
# Further methods that agents call in a stage, beside the method of its name.
_CALLED = {phases.choose_conduct.__name__: (Officer.decide.__name__,)}
# Methods of each class by which its agents take part in a stage, as they are before anybody
# overrides them.
ORIGINAL: dict[type[RowAgent], dict[str, Any]] = {
    base: {
        method: vars(base)[method]
        for stage in STAGES
        for method in (stage, *_CALLED.get(stage, ()))
        if method in vars(base)
    }
    for base in (Officer, Department, Citizen)
}
# Attributes that, when set, can change which agents are asked.
_OVERRIDABLE = {"__class__", *(method for methods in ORIGINAL.values() for method in methods)}


def is_asked(agent: RowAgent, base: type[RowAgent], stage: str) -> bool:
    """Whether an agent takes part in a stage by a method of its own, or of its class."""
    for method in (stage, *_CALLED.get(stage, ())):
        original = ORIGINAL[base].get(method)
        if method in vars(agent) or getattr(type(agent), method, None) is not original:
            return True
    return False
