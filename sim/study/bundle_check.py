"""Whether a bundle is whole, and whether a part of its runs gives the same numbers again."""

import hashlib
import json
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
from pydantic import ConfigDict, Field, ValidationError

from sim.declare import Section
from sim.errors import BadInput, explain
from sim.input_file import check_plain
from sim.machine.loop import Progress, quiet
from sim.study.archive import unpacked
from sim.study.bundle import ABOUT, FORM, POSTERIOR, STUDIES, uses_shipped_draws
from sim.study.folder import INPUTS, is_plain_name
from sim.study.inputs import EXPERIMENT
from sim.study.stored import StoredStudy
from sim.study.study import Study
from sim.world.posterior import path as shipped_draws
from sim.world.posterior import shipped_elsewhere

# Runs of a study that are done again if nothing else is asked for.
SOME = 20
# Officers, citizens and months of a run that is done again without being asked for by name.
MOST_OFFICERS, MOST_CITIZENS, MOST_WORK = 500_000, 5_000_000, 200_000_000
# Bytes of a table in memory.
MOST_IN_MEMORY = 2_000_000_000
_NUMBER = 8
# Relative difference of two estimates of the same runs, which is rounding.
_ROUNDING = 1e-9
EFFECTS = "effects.csv"
# Where draws of the calibration come from.
FROM_ARCHIVE, FROM_PROGRAM = "archive", "program"


class _Told(Section):
    """What ``bundle.json`` says about a study (归档研究)."""

    model_config = ConfigDict(extra="ignore")
    name: str = Field(max_length=200)
    version: str | None = None
    commit: str | None = None
    sources: str | None = None


class _Head(Section):
    """``bundle.json`` (归档目录)."""

    model_config = ConfigDict(extra="ignore")
    form: int
    made_with: str
    studies: list[_Told] = Field(min_length=1, max_length=1000)
    files: dict[str, str]


@dataclass(frozen=True)
class Difference:
    """A number that differs from the stored one."""

    study: str
    # Label of the point, or term of an effect.
    where: str
    replicate: int | None
    measure: str
    stored: float | str
    now: float | str

    def __str__(self) -> str:
        """The row in words."""
        at = self.where if self.replicate is None else f"{self.where}, replicate {self.replicate}"
        return f"{self.study}: {at}: {self.measure}: {_said(self.stored)}, now {_said(self.now)}"


@dataclass
class Checked:
    """What was found out of one study."""

    name: str
    made_by: str
    # Whether this version of the program should give the same numbers.
    same_code: bool
    repeated: int = 0
    runs: int = 0
    # Where the draws of the calibration were taken from; empty if none are used.
    draws: str = ""
    # Why no run was done again; empty if some were.
    why_not: str = ""
    differences: list[Difference] = field(default_factory=list)


@dataclass
class Report:
    """What was found out of a bundle."""

    # Files that have changed since they were bundled, each with what is wrong.
    changed: list[str]
    studies: list[Checked] = field(default_factory=list)

    @property
    def sound(self) -> bool:
        """Whether nothing differs."""
        return not self.changed and not any(one.differences for one in self.studies)


def check(
    path: Path,
    folder: Path,
    runs: int | None = SOME,
    run_its_code: bool = False,
    progress: Progress = quiet,
) -> Report:
    """Check a bundle; it is unpacked into ``folder``, which should be empty.

    ``runs`` of each study are done again, all if None. Python files of the bundle, rules of
    decision, are run only with ``run_its_code``. Raises BadInput if the file is no bundle.
    """
    files = unpacked(path)
    head = _head(path, files)
    report = Report(_changed(head, files))
    for name, content in files.items():
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
        if target.suffix == ".parquet":
            _check_size(path, target, name)
    del files
    for told in head.studies:
        if not is_plain_name(told.name) or not (folder / STUDIES / told.name).is_dir():
            raise BadInput(f"{path}: {ABOUT} names a study that is not in the bundle")
        stored = StoredStudy(folder / STUDIES / told.name)
        report.studies.append(_checked(stored, told.name, runs, run_its_code, progress))
    return report


def _head(path: Path, files: dict[str, bytes]) -> _Head:
    if ABOUT not in files:
        raise BadInput(f"{path}: not a bundle of Zhixing: there is no {ABOUT} in it")
    try:
        tree = json.loads(files[ABOUT])
    except (ValueError, RecursionError):
        raise BadInput(f"{path}: {ABOUT}: not JSON") from None
    check_plain(tree, f"{path}: {ABOUT}")
    try:
        head = _Head.model_validate(tree)
    except ValidationError as error:
        raise explain(error, _Head, f"{path}: {ABOUT}") from None
    if head.form != FORM:
        raise BadInput(
            f"{path}: a bundle of form {head.form}, made with Zhixing {head.made_with}; this "
            f"version reads form {FORM}"
        )
    return head


def _changed(head: _Head, files: dict[str, bytes]) -> list[str]:
    found = [f"{name}: is missing" for name in head.files if name not in files]
    for name, content in files.items():
        if name == ABOUT:
            continue
        if name not in head.files:
            found.append(f"{name}: was added")
        elif hashlib.sha256(content).hexdigest() != head.files[name]:
            found.append(f"{name}: is not as it was bundled")
    return found


def _check_size(path: Path, table: Path, name: str) -> None:
    """Refuse a table that would take much more memory than its file."""
    try:
        with pq.ParquetFile(table) as file:
            rows, columns = file.metadata.num_rows, file.metadata.num_columns
    except Exception as error:
        raise BadInput(f"{path}: {name}: not a table: {error}") from None
    if rows * columns * _NUMBER > MOST_IN_MEMORY:
        raise BadInput(f"{path}: {name}: {rows:,} rows of {columns:,} columns; too many to check")


def _checked(
    stored: StoredStudy, name: str, runs: int | None, run_its_code: bool, progress: Progress
) -> Checked:
    found = Checked(name, stored.made_by, stored.is_of_this_code, runs=stored.status().runs)
    try:
        found.differences += _effects(stored, name)
        study = _again(stored, run_its_code)
        if study.experiment.posterior:
            found.draws = _take_draws(study, stored)
        _check_small(study, runs)
        rows = _rows(stored, runs)
    except BadInput as error:
        found.why_not = str(error)
        return found
    for done, row in enumerate(rows):
        progress(done, len(rows))
        found.differences += _run(study, name, row)
    progress(len(rows), len(rows))
    found.repeated = len(rows)
    return found


def _again(stored: StoredStudy, run_its_code: bool) -> Study:
    """The study that its own files make with this version. Raises BadInput if they cannot."""
    inputs = stored.folder / INPUTS
    if not (inputs / EXPERIMENT).is_file():
        raise BadInput("made by a version that did not store its scenario; nothing can be run")
    if stored.experiment.scenario is None:
        raise BadInput("a function of the authors replaces the model; it is not run")
    asked = stored.experiment
    named = [asked.scenario, *asked.others]
    named += [asked.posterior] if isinstance(asked.posterior, str) else []
    for one in named:
        if one and not Path(one).resolve().is_relative_to(inputs.resolve()):
            raise BadInput(
                f"its experiment names {one}, which is not in the bundle; nothing is run"
            )
    rules = sorted(inputs.glob("*.py"))
    if rules and not run_its_code:
        files = ", ".join(rule.name for rule in rules)
        raise BadInput(
            f"it has rules of decision in Python ({files}), which are programs; read them, and "
            "give --run-its-code to let them run"
        )
    study = Study(asked, stored.folder / "again", where=stored.experiment.name, rules=rules)
    # Points of this version are those that were run, or the stored study says so.
    study.drawn = stored.drawn
    return study


def _take_draws(study: Study, stored: StoredStudy) -> str:
    """Let a study use the draws that its archive holds; returns where they come from.

    Raises BadInput if these are not the draws with which it was run.
    """
    if not uses_shipped_draws(stored):
        # They are among the files that the study was made of.
        return FROM_ARCHIVE
    file = stored.folder.parents[1] / POSTERIOR / shipped_draws().name
    told = (stored.about_draws() or {}).get("digest")
    if file.is_file():
        found = shipped_elsewhere(file)
        study.draws = found if study.experiment.doubt is None else found.of_behaviour()
    assert study.draws is not None
    if told is not None and study.draws.identity != told:
        held = "holds" if file.is_file() else "lacks, and this version ships"
        raise BadInput(f"its draws of the calibration are not there: the archive {held} others")
    return FROM_ARCHIVE if file.is_file() else FROM_PROGRAM


def _check_small(study: Study, runs: int | None) -> None:
    """Raise BadInput for runs that take long, unless all were asked for."""
    for scenario in study.scenarios:
        officers = scenario.total_posts
        citizens = scenario.total_departments * scenario.public.citizens
        large = (
            officers > MOST_OFFICERS
            or citizens > MOST_CITIZENS
            or (officers + citizens) * scenario.clock.months > MOST_WORK
        )
        if large and runs is not None:
            raise BadInput(
                f"a run has {officers:,} officers, {citizens:,} citizens and "
                f"{scenario.clock.months:,} months, which takes long; give --all to run it"
            )


def _rows(stored: StoredStudy, runs: int | None) -> list[dict[str, Any]]:
    """Rows of stored runs, ``runs`` of them spread evenly over points and replicates."""
    table = stored.runs()
    if runs is not None and runs < len(table):
        table = table.iloc[np.unique(np.linspace(0, len(table) - 1, runs).round().astype(int))]
    return [{str(key): value for key, value in row.items()} for row in table.to_dict("records")]


def _run(study: Study, name: str, row: dict[str, Any]) -> Iterator[Difference]:
    """Measures of a run that differ from the stored ones."""
    number, replicate = int(row["point"]), int(row["replicate"])
    point = study.drawn.points[number]
    model = study.work.models[point.base]
    label = study.drawn.label(number)
    failed = isinstance(row["error"], str)
    try:
        values, _ = model.runs(point, study.experiment.seed, range(replicate, replicate + 1))
    except MemoryError:
        raise
    except Exception as error:
        if not failed:
            told = f"{type(error).__name__}: {error}"
            yield Difference(name, label, replicate, "run", "a result", told)
        return
    if failed:
        yield Difference(name, label, replicate, "run", str(row["error"]), "a result")
        return
    for measure, now in zip(model.measures, values[0].tolist(), strict=True):
        if not _same(row[measure], now):
            yield Difference(name, label, replicate, measure, float(row[measure]), now)


def _effects(stored: StoredStudy, name: str) -> Sequence[Difference]:
    """Written effects that differ from those computed from the stored runs."""
    path = stored.folder / EFFECTS
    if not path.is_file():
        return []
    keys = ["kind", "term", "measure"]
    numbers = ["value", "low", "high"]
    now = stored.effects()[[*keys, *numbers]]
    try:
        written = pd.read_csv(path, dtype=dict.fromkeys(keys, str))[[*keys, *numbers]]
        both = now.merge(written, "left", keys, suffixes=("", " then"), indicator=True)
        rows = both.astype(dict.fromkeys(both.columns.difference([*keys, "_merge"]), float))
    except (ValueError, KeyError) as error:
        raise BadInput(f"{name}: {EFFECTS}: not as it was written: {error}") from None
    found = []
    for row in rows.to_dict("records"):
        where = f"{row['kind']} {row['term']}"
        if row["_merge"] != "both":
            now_ = float(row["value"])
            found.append(Difference(name, where, None, str(row["measure"]), "no row", now_))
            continue
        for one in numbers:
            before, after = float(row[f"{one} then"]), float(row[one])
            if not _near(before, after):
                at = f"{where}, {one}"
                found.append(Difference(name, at, None, str(row["measure"]), before, after))
    return found


def _same(one: float, other: float) -> bool:
    return one == other or (math.isnan(one) and math.isnan(other))


def _near(one: float, other: float) -> bool:
    both = math.isnan(one) and math.isnan(other)
    return both or math.isclose(one, other, rel_tol=_ROUNDING, abs_tol=_ROUNDING)


def _said(value: float | str) -> str:
    return value if isinstance(value, str) else repr(float(value))
