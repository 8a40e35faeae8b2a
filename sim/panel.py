"""Panels: officers, departments or citizens by month or year, with identifiers, for regressions.

A row is one agent as a month ends, before posts change hands. ``person`` goes along with a person
who moves to another post, and nobody who comes later has it; ``post`` stays with the post.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from sim.decision_rule import DecisionRule
from sim.errors import BadInput, nearest
from sim.machine.draws import check_seed
from sim.machine.loop import run_watched
from sim.world.fields import CITIZENS, DEPARTMENTS, KINDS, OFFICERS, SCALES, WORDS, names_of
from sim.world.plan import Plan
from sim.world.scenario import Scenario

# Fields of a panel that names none.
USUAL: dict[str, tuple[str, ...]] = {
    OFFICERS: (
        *("rank", "age", "time_in_post", "conduct", "profile", "substance", "show"),
        *("perceived_risk", "sanctions", "capability", "responsibility", "inertia", "merit_belief"),
    ),
    DEPARTMENTS: ("tier", "delivery", "credibility", "norm", "burden", "salience", "validity"),
    CITIZENS: ("trust", "trust_in_centre", "voice", "silent"),
}
# A common machine writes as many rows of ten fields within minutes, into a file of a few GB.
MOST_ROWS = 50_000_000


@dataclass(frozen=True)
class Panel:
    """What a panel keeps: ``fields`` of agents ``of`` a kind, as every so many months end."""

    of: str = OFFICERS
    fields: tuple[str, ...] = ()
    every: int = 1

    def __post_init__(self) -> None:
        """Raise BadInput with a message for each entry that is not valid."""
        wrong = []
        if self.of not in KINDS:
            raise BadInput(f"no panel of “{self.of}”{nearest(self.of, KINDS)}")
        if self.every < 1:
            wrong.append(f"every {self.every}: expected at least 1 month")
        known = names_of(self.of)
        wrong += [
            f"no field “{name}” of {self.of}{nearest(name, known)}"
            for name in self.fields
            if name not in known
        ]
        wrong += [
            f"field “{name}” is given twice"
            for name in dict.fromkeys(self.fields)
            if self.fields.count(name) > 1
        ]
        if wrong:
            raise BadInput(*wrong)
        if not self.fields:
            object.__setattr__(self, "fields", USUAL[self.of])

    def rows(self, scenario: Scenario) -> int:
        """Rows of one run."""
        served = scenario.public.citizens
        sizes = {
            OFFICERS: scenario.total_posts,
            DEPARTMENTS: scenario.total_departments,
            # No more than this, since only some departments serve the public.
            CITIZENS: scenario.total_departments * served,
        }
        return int(sizes[self.of] * (scenario.clock.months // self.every))

    def run(
        self, scenario: Scenario | Plan, seed: int = 1, replicate: int = 0, decide: Any = None
    ) -> Any:
        """The panel of one run in the compiled loop, as an Arrow table.

        Arguments are those of ``simulate``. Raises BadInput for a seed out of range, and for more
        than ``MOST_ROWS`` rows.
        """
        plan = (scenario if isinstance(scenario, Plan) else Plan(scenario)).deciding(decide)
        check_seed(seed, replicate)
        check_size(self.rows(plan.scenario))
        world = plan.begin(seed, replicate, phase_by_phase=True)
        kept = Kept(self, plan)
        run_watched(world, plan.scenario.clock.months, plan.loop, kept.see)
        return kept.table()


def check_size(rows: int) -> None:
    """Raise BadInput if a panel would have too many rows."""
    if rows > MOST_ROWS:
        raise BadInput(
            f"{rows:,} rows; expected at most {MOST_ROWS:,}: give a larger --every, or fewer "
            "replicates"
        )


class Kept:
    """Keeps a panel of a run, in whichever loop: ``see`` is called as each month ends."""

    def __init__(self, panel: Panel, plan: Plan) -> None:
        self._panel, self._plan = panel, plan
        self._months: list[int] = []
        self._columns: dict[str, list[NDArray[Any]]] = {
            name: [] for name in (*self._identifiers, *panel.fields)
        }

    @property
    def _identifiers(self) -> tuple[str, ...]:
        """Fields of the state by which rows are told apart and which change during a run."""
        return ("person",) if self._panel.of == OFFICERS else ()

    def see(self, world: Any, month: int) -> None:
        """Keep the agents of a month that has just been worked, if it is one of the panel."""
        if (month + 1) % self._panel.every:
            return
        self._months.append(month)
        rows = getattr(world, self._panel.of)
        for name, column in self._columns.items():
            column.append(rows[name].copy())

    def table(self) -> Any:
        """The panel so far as an Arrow table: identifiers first, then fields; rows by month."""
        plan, panel = self._plan, self._panel
        months = len(self._months)
        size = _size(plan, panel.of)
        columns: dict[str, Any] = {"month": np.repeat(np.array(self._months, np.int32), size)}
        for name, values in _fixed(plan, panel.of).items():
            columns[name] = _repeated(values, months)
        for name, kept in self._columns.items():
            column = np.concatenate(kept) if kept else np.empty(0)
            shown = name if name not in columns else f"{name}_number"
            columns[shown] = column + 1 if name == "person" else _told(name, column)
        order = ["month", *(["person"] if panel.of == OFFICERS else [])]
        return pa.table({name: columns[name] for name in dict.fromkeys([*order, *columns])})


def _size(plan: Plan, of: str) -> int:
    sizes = {
        OFFICERS: plan.layout.post_rank.size,
        DEPARTMENTS: plan.departments.size,
        CITIZENS: int(plan.departments["citizens"].sum()),
    }
    return int(sizes[of])


def _fixed(plan: Plan, of: str) -> dict[str, Any]:
    """What tells rows apart and stays as it is: posts and departments, by name where known."""
    layout = plan.layout
    named = layout.department_names
    departments = list(named) if named else list(range(1, layout.tier.size + 1))
    if of == DEPARTMENTS:
        return {"department": departments}
    if of == OFFICERS:
        table = plan.scenario.establishment
        posts = list(table.posts) if table else list(range(1, layout.post_rank.size + 1))
        return {
            "post": posts,
            "department": [departments[d] for d in layout.post_department.tolist()],
        }
    served = np.repeat(np.arange(layout.tier.size), plan.departments["citizens"])
    return {
        "citizen": list(range(1, served.size + 1)),
        "department": [departments[d] for d in served.tolist()],
    }


def _repeated(values: list[Any], months: int) -> Any:
    """Values of all agents, once for each month."""
    column = pa.array(values, pa.string() if values and isinstance(values[0], str) else pa.int32())
    if not months:
        return column.slice(0, 0)
    return pa.concat_arrays([column] * months)


def _told(name: str, column: NDArray[Any]) -> Any:
    """A field in the unit in which people use it; conducts, profiles and grades by name."""
    if name in WORDS:
        words = WORDS[name]
        numbers = pa.array(column.astype(np.int32), mask=(column < 0) | (column >= len(words)))
        return pa.DictionaryArray.from_arrays(numbers, list(words)).cast(pa.string())
    divided, added = SCALES.get(name, (1.0, 0.0))
    if divided != 1.0:
        column = column / divided
    return column + int(added) if added else column


def panels(
    panel: Panel,
    plans: Sequence[tuple[dict[str, Any], Callable[[int], Plan]]],
    replicates: int,
    seed: int,
    decide: DecisionRule | None = None,
) -> Iterator[Any]:
    """The panels of several plans and replicates, one after another, with columns that name them.

    ``plans`` gives, for each, the columns that name it, and its plan in a replicate.
    """
    for named, plan in plans:
        for replicate in range(replicates):
            table = panel.run(plan(replicate), seed, replicate, decide)
            keys = {**named, "replicate": replicate}
            for place, (name, value) in enumerate(keys.items()):
                kind = pa.string() if isinstance(value, str) else pa.int32()
                column = pa.repeat(pa.scalar(value, kind), table.num_rows)
                table = table.add_column(place, name, column)
            yield table
