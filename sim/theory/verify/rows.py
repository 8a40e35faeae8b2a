"""The rows of ``zhixing verify``, each a set of comparisons with one piece of theory."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sim.errors import BadInput, nearest
from sim.study.side_by_side import side_by_side
from sim.theory.verify import (
    clearances,
    control_loss,
    interactions,
    limit_of_many,
    promotion,
    trust,
)
from sim.theory.verify.check import Check

ROWS = {
    "interactions": interactions,
    "clearances": clearances,
    "control_loss": control_loss,
    "trust": trust,
    "promotion": promotion,
    "mean_field": limit_of_many,
}


@dataclass(frozen=True)
class Row:
    """One row: its title, the work it compares with, and its comparisons."""

    name: str
    title: str
    work: str
    # A remark on the comparison, or nothing.
    note: str
    checks: tuple[Check, ...]

    @property
    def agrees(self) -> bool:
        """Whether no comparison fails."""
        return all(check.agrees is not False for check in self.checks)


def _check(job: tuple[str, int, tuple[Any, ...]]) -> list[Check]:
    name, seed, case = job
    found: list[Check] = ROWS[name].check(seed, *case)
    return found


def chosen(name: str | None, given: dict[str, Any]) -> list[tuple[str, tuple[Any, ...]]]:
    """Rows and cases to check: those of row ``name`` for the values given, or all.

    Raises BadInput if there is no such row or it does not take a value that is given.
    """
    if name is None:
        if given:
            raise BadInput(f"verify: say which row --{next(iter(given))} is for")
        return [(row, case) for row in ROWS for case in ROWS[row].cases()]
    if name not in ROWS:
        raise BadInput(f"verify: no row “{name}”{nearest(name, ROWS)}")
    taken = ROWS[name].cases.__code__.co_varnames[: ROWS[name].cases.__code__.co_argcount]
    for key in given:
        if key not in taken:
            takes = ", ".join(f"--{one}" for one in taken)
            raise BadInput(f"verify {name}: this row does not take --{key}; it takes {takes}")
    return [(name, case) for case in ROWS[name].cases(**given)]


def verify(
    name: str | None,
    given: dict[str, Any],
    seed: int,
    workers: int | None,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> list[Row]:
    """Check row ``name``, or all rows, with the cases spread over ``workers`` processes.

    Results do not depend on the number of workers. ``progress`` is told how many cases are done,
    of how many. Raises BadInput as ``chosen`` does.
    """
    jobs = chosen(name, given)
    found = side_by_side(_check, [(row, seed, case) for row, case in jobs], workers, progress)
    rows = dict.fromkeys(row for row, _ in jobs)
    return [
        Row(
            row,
            ROWS[row].TITLE,
            ROWS[row].WORK,
            getattr(ROWS[row], "NOTE", ""),
            tuple(
                check
                for (which, _), checks in zip(jobs, found, strict=True)
                if which == row
                for check in checks
            ),
        )
        for row in rows
    ]
