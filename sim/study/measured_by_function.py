"""Measures that a user's function computes from a finished run; the user names its file."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from sim.decision_rule import RuleFile, files_at
from sim.errors import BadInput
from sim.own_file import located
from sim.simulate import Run
from sim.study.fingerprint import fingerprint
from sim.world.own_measures import OwnMeasure


@dataclass(frozen=True)
class MeasureFunction:
    """A function (run) in a file; it returns one number."""

    file: RuleFile
    name: str

    @cached_property
    def _function(self) -> Callable[[Run], Any]:
        return self.file.function(self.name)

    @cached_property
    def code(self) -> str:
        """A hash of its code and of what it calls; see ``sim.study.fingerprint``."""
        return fingerprint(self._function)

    def __call__(self, run: Run) -> float:
        """The value in a run. Raises BadInput, with its line, where the function fails."""
        with located(self.file.path):
            found = self._function(run)
            try:
                return float(found)
            except (TypeError, ValueError):
                raise BadInput(f"{self.name} gave {found!r}; expected one number") from None

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle as the text of the file."""
        return MeasureFunction, (self.file, self.name)


def functions_named(
    names: Iterable[str], measures: Mapping[str, OwnMeasure], paths: Iterable[str | Path]
) -> dict[str, MeasureFunction]:
    """The functions of those measures among ``names`` that are functions, by name of the measure.

    Raises BadInput where the file of one is not among those at ``paths``, or has no such function.
    """
    found = {}
    files: Mapping[str, RuleFile] = {}
    for name in names:
        asked = measures[name].function if name in measures else None
        if asked is None:
            continue
        files = files or files_at(paths)
        file, _, function = asked.partition(":")
        if file not in files:
            raise BadInput(
                f"measure.{name}: {asked} is a function, and a file with functions is a program; "
                f"to let it run, name it yourself: zhixing study … --rules {file}"
            )
        found[name] = MeasureFunction(files[file], function)
        # Errors of the file are found before a run.
        _ = found[name].code
    return found
