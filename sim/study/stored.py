"""A study read from its folder, whatever version of the program made it; it cannot be run.

A later version of the program has other rules, so runs of both must not be mixed; but what was run
stays evidence. Everything that reading needs is in the folder: the manifest, the tables and the
files that the study was made of. Of folders of version 0.1.0, the manifest has the experiment.
"""

import os
from collections.abc import Mapping, Sequence
from contextlib import contextmanager, suppress
from functools import cached_property
from pathlib import Path
from typing import Any, Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.errors import BadInput
from sim.input_file import read_json
from sim.measures import whole_of
from sim.study import designs, parquet
from sim.study.applied_factors import varied
from sim.study.drawn import Drawn
from sim.study.experiment import MOST_REPLICATES, Experiment
from sim.study.folder import (
    INPUTS,
    MANIFEST,
    PARTS,
    RUNS,
    SCREENING,
    SERIES,
    Share,
    manifest,
    parts_in,
)
from sim.study.inputs import EXPERIMENT
from sim.study.origin import OF_IDENTITY, OF_WORLDS, Origin
from sim.study.provenance import differences, digest, made_by, made_by_others
from sim.study.standing import Status
from sim.study.store import Store, schema_of
from sim.study.study import Study
from sim.world.own_measures import OwnMeasure
from sim.world.posterior import CALIBRATED, Posterior, posterior
from sim.world.scenario import Scenario

# Entries of an identity that are no entries of an experiment.
_NOT_ASKED = ("version", "sources", "experiment", "scenarios", "kept", "rules", "function_code")
_OF_CODE = ("version", "sources", "scenario", "scenarios", "posterior", "rules", "function_code")


_TEXTS = ("title", "story", "question")
_TEXTS_OF_LEVER = ("title", "zh", "story")


class StoredStudy(Study):
    """The study in a folder; it can be read like any other, and neither run nor changed.

    Raises BadInput if the folder holds no study, or one that cannot be read at all.
    """

    def __init__(self, folder: str | Path, replicates: int | None = None) -> None:
        self.folder = Path(folder)
        kept = manifest(self.folder)
        if kept is None:
            raise BadInput(f"{self.folder}: no study there")
        _check_manifest(kept, self.folder)
        self.kept_of_it = kept
        self._function = None
        self._where = self.folder.as_posix()
        self.rules = {}
        self.functions = {}
        self.screening = None
        if (self.folder / SCREENING / MANIFEST).is_file():
            self.screening = StoredStudy(self.folder / SCREENING)
        #: Why its scenario cannot be read by this version; None if it can.
        self.unread: str | None = None
        self.experiment = self._asked()
        self.scenario = self._world()
        stored = max(stored_replicates(self.folder), 1)
        if replicates is not None and replicates > stored:
            raise BadInput(f"{self.folder}: {stored:,} replicates are stored, not {replicates:,}")
        self.experiment = self.experiment.model_copy(update={"replicates": replicates or stored})

    @property
    def made_by(self) -> str:
        """The version, and the commit if it is known, that made it."""
        return made_by(self.kept_of_it)

    @property
    def is_of_this_code(self) -> bool:
        """Whether this version of the program would give the same runs."""
        return not made_by_others(self.kept_of_it)

    # What was asked.

    def _asked(self) -> Experiment:
        identity = self.kept_of_it["identity"]
        name = str(identity.get("experiment", self.folder.name))
        path = self.folder / INPUTS / EXPERIMENT
        if os.path.isfile(path):
            return Experiment.load(path)
        try:
            return self._asked_in(identity, name)
        except (KeyError, TypeError, AttributeError):
            raise BadInput(f"{self.folder / MANIFEST}: identity: damaged") from None

    def _asked_in(self, identity: Mapping[str, Any], name: str) -> Experiment:
        """The experiment that an identity holds, as version 0.1.0 wrote it."""
        told = self.kept_of_it.get("told", {})
        tree = {key: value for key, value in identity.items() if key not in _NOT_ASKED}
        if "scenario" in tree:
            tree["scenario"] = str(tree["scenario"]["name"])
        # Draws are named by their digest there, and reading does not draw.
        tree["posterior"] = False
        about = self._told_beside()
        texts = {one: told.get(one) or about.get(one) or "" for one in ("title", "question")}
        tree = {"replicates": 1, **tree, **texts, "title": texts["title"] or name}
        if "by" in tree:
            tree["measures"] = list(dict.fromkeys(map(whole_of, tree["measures"])))
        known = {key: value for key, value in tree.items() if key in Experiment.model_fields}
        return Experiment.from_tree(known, name, self._where)

    def _told_beside(self) -> Mapping[str, Any]:
        """The question, as results beside the runs tell it; of folders of version 0.1.0."""
        path = self.folder / "study.json"
        try:
            found = read_json(path) if path.is_file() else {}
        except BadInput:
            return {}
        return found if isinstance(found, Mapping) else {}

    def _world(self) -> Scenario | None:
        """The scenario with the experiment's changes; None if this version cannot read it."""
        if self.experiment.scenario is None:
            return None
        if os.path.isfile(self.folder / INPUTS / EXPERIMENT):
            with suppress(BadInput):
                return self.experiment.world()
        try:
            return self._of_identity(self.identity["scenario"])
        except (BadInput, KeyError, TypeError, AttributeError) as error:
            self.unread = str(error)
            return None

    def _of_identity(self, tree: Mapping[str, Any]) -> Scenario:
        """The scenario that an identity holds, with its changes; texts are empty.

        Settings that the version which made it did not have are as this version ships them, and
        those that this version has not are left out. Estimates from what is stored need the
        scenario's own values of factors alone, which the identity has.
        """
        shipped = Scenario.load(CALIBRATED).model_dump(mode="json", exclude={"name"})
        found = _laid_over(shipped, {**dict.fromkeys(_TEXTS, ""), **tree})
        lever = dict.fromkeys(_TEXTS_OF_LEVER, "")
        found["levers"] = {name: {**lever, **one} for name, one in tree["levers"].items()}
        found["organisation"]["posts"] = None
        found |= {name: tree.get(name, ()) for name in ("reform", "variant")}
        found["series"] = dict(tree.get("series", {}))
        return Scenario.from_tree(found, str(tree["name"]), self._where)

    # What is stored.

    @property
    def replicates(self) -> int:
        """Runs of each point that are stored."""
        return self.experiment.replicates

    @cached_property
    def drawn(self) -> Drawn:
        """Factors and points, as they were run. Raises BadInput if they cannot be determined."""
        if self.unread is not None:
            raise BadInput(
                f"{self.folder}: made by {self.made_by}; this version cannot read its scenario "
                f"({self.unread}). Its tables can be exported: zhixing study export {self.folder}"
            )
        self._check_size()
        found = super().drawn
        reader = _Reader(self, found.points)
        if not reader.agrees():
            raise BadInput(
                f"{self.folder}: made by {self.made_by}; this version draws other points for its "
                f"design. Its tables can be exported: zhixing study export {self.folder}"
            )
        return found

    def _check_size(self) -> None:
        """Raise BadInput if the design is much larger than what is stored, before it is drawn."""
        design, points = self.experiment.design, int(self.kept_of_it["order"]["points"])
        if design.kind == designs.LIST or design.where is not None:
            return
        factors = varied(self.experiment.factor, self.scenario, self._where)
        kept = self.identity.get("kept")
        factors = tuple(one for one in factors if kept is None or one.name in kept)
        size = design.size(factors) * max(1, len(self.experiment.point))
        if size != points:
            raise BadInput(
                f"{self.folder}: its design has {size:,} points in this version, and {points:,} "
                f"are stored. Its tables can be exported: zhixing study export {self.folder}"
            )

    @property
    def kept(self) -> Sequence[str]:
        """Factors that a screening selected."""
        found = self.kept_of_it["identity"].get("kept")
        return [str(one) for one in found] if isinstance(found, list) else super().kept

    @cached_property
    def draws(self) -> Posterior | None:
        """None, since nothing is run."""
        return None

    @property
    def draw_count(self) -> int:
        """Number of draws of a posterior that replicates used in turn; 0 if settings were fixed.

        Raises BadInput if that was not recorded, as by version 0.1.0.
        """
        about = self.about_draws()
        if about is not None and isinstance(about.get("draws"), int):
            return min(max(1, int(about["draws"])), MOST_REPLICATES)
        used = self.identity.get("posterior")
        if not isinstance(used, str):
            return 0
        shipped = posterior()
        if used in (shipped.identity, shipped.of_behaviour().identity):
            return len(shipped)
        raise BadInput(
            f"{self.folder}: made by {self.made_by} with draws that this version does not have; "
            f"intervals over them cannot be computed again. Its tables can be exported: zhixing "
            f"study export {self.folder}"
        )

    def about_draws(self) -> dict[str, Any] | None:
        """What was recorded of the draws that runs used; None if they used none."""
        found = self.kept_of_it.get("told", {}).get("posterior")
        return found if isinstance(found, dict) else None

    @property
    def identity(self) -> dict[str, Any]:
        """All that determined the runs, code included, as the manifest has it."""
        found: dict[str, Any] = self.kept_of_it["identity"]
        return found

    def store(self) -> Store:
        """What reads its tables; it cannot be opened for writing."""
        return _Reader(self, self.drawn.points)

    def runs(self, series: bool = False) -> pd.DataFrame:
        """All stored runs as they are stored; with ``series``, by month."""
        name = SERIES if series else RUNS
        table = self._frame(name)[self._columns(name)]
        found: pd.DataFrame = table[table["replicate"] < self.replicates].reset_index(drop=True)
        return found

    def levels(self) -> dict[str, NDArray[Any]]:
        """The name of each point, or the levels of factors there, by column; each (points,).

        They are taken from the gathered table, if it has them.
        """
        table = self._frame(RUNS)
        known = {*self._columns(RUNS), "replicate"}
        names = [name for name in table.columns if name not in known]
        if not names or parts_in(self.folder / PARTS, RUNS):
            return super().levels()
        points = int(self.kept_of_it["order"]["points"])
        each = table.drop_duplicates("point").set_index("point").reindex(range(points))
        return {name: each[name].to_numpy() for name in names}

    def _frame(self, name: str) -> pd.DataFrame:
        """All rows of a table that are stored, in parts too; sorted."""
        keys = ["point", "replicate", *(["month"] if name == SERIES else [])]
        tables = [self._checked(table, name) for table in parquet.tables_in(self.folder, name)]
        if not tables:
            return pd.DataFrame(columns=self._columns(name))
        # Parts, which come last, have no levels of factors.
        frame: pd.DataFrame = pd.concat(tables, ignore_index=True)
        return frame.drop_duplicates(keys, keep="last").sort_values(keys, ignore_index=True)

    def _checked(self, table: Any, name: str) -> pd.DataFrame:
        """A table as a frame. Raises BadInput if its columns are not those of the study."""
        series = name == SERIES
        wanted = schema_of(self.identity["series" if series else "measures"], series)
        for field in wanted:
            at = table.schema.get_field_index(field.name)
            if at < 0 or table.schema.field(at).type != field.type:
                raise BadInput(f"{self.folder / name}: damaged: column “{field.name}”")
        point = parquet.column(table, "point")
        points = int(self.kept_of_it["order"]["points"])
        if point.size and not 0 <= point.min() <= point.max() < points:
            raise BadInput(f"{self.folder / name}: damaged: point {point.max()} of {points}")
        found: pd.DataFrame = table.to_pandas()
        return found

    def _columns(self, name: str) -> list[str]:
        series = name == SERIES
        first = ["point", "replicate", "key", "month" if series else "error"]
        return [*first, *self.identity["series" if series else "measures"]]

    def status(self) -> Status:
        """What is stored."""
        runs = self.runs()
        points = int(self.kept_of_it["order"]["points"])
        size = sum(path.stat().st_size for path in self.folder.rglob("*") if path.is_file())
        return Status(
            self.folder,
            points,
            self.replicates,
            points * self.replicates,
            len(runs),
            int(runs["error"].notna().sum()),
            size,
        )

    def gathered(self) -> bool:
        """Whether its runs are gathered into one table."""
        kept = self.kept_of_it
        return all(kept.get(key) for key in ("hash", "commit")) and (self.folder / RUNS).is_file()

    # What cannot be done.

    def refuse(self) -> None:
        """Raise BadInput: what is stored is read only."""
        raise BadInput(f"{self.folder}: made by {self.made_by}; it is read only. {_RUN_ANEW}")

    def run(self, *_: Any, **__: Any) -> Self:
        """Raise BadInput: what is stored is read only."""
        self.refuse()
        return self

    def gather(self, command: str = "") -> Self:
        """Raise BadInput: what is stored is read only."""
        return self.run()

    def discard(self) -> None:
        """Raise BadInput: what is stored is read only."""
        self.refuse()

    @classmethod
    def load(cls, source: str | Path, *more: Any, **changes: Any) -> Self:
        """The study in the folder ``source``. Raises BadInput if something of it is changed."""
        if more or changes:
            raise BadInput(f"{source}: a stored study is read as it is; nothing can be changed")
        return cls(source)


_RUN_ANEW = "To run it again, give its experiment and another --out"


class _Reader(Store):
    """Reads the tables of a study whose manifest tells how keys were made."""

    def __init__(self, study: StoredStudy, points: Sequence[Any]) -> None:
        kept = study.kept_of_it
        self.study = study
        self.folder = study.folder
        self.identity = kept["identity"]
        self.points = points
        self.measures = tuple(self.identity["measures"])
        self.columns = tuple(self.identity.get("series", ()))
        self.keys = kept.get("keys", OF_IDENTITY)
        self.key = digest(self.identity)
        self.origin = Origin(tuple(kept.get("worlds", ())))

    def agrees(self) -> bool:
        """Whether these are the points that were run: their keys are those that are stored."""
        runs = self.study.runs()
        point = runs["point"].to_numpy(np.int32)
        if len(self.points) != int(self.study.kept_of_it["order"]["points"]):
            return False
        if self.keys == OF_WORLDS and max(one.base for one in self.points) >= len(
            self.origin.worlds
        ):
            return False
        found = self._keys(point, runs["replicate"].to_numpy(np.int32))
        return bool((found == runs["key"].to_numpy(np.uint64)).all())

    @contextmanager
    def open(self, share: Share | None = None) -> Any:
        """Raise BadInput: it is read only."""
        self.study.refuse()
        yield self

    def runs(self, columns: Sequence[str] | None = None) -> pd.DataFrame:
        """Finished runs: point, replicate and measures (all, or ``columns``); sorted."""
        found = self.study.runs()
        if columns is None:
            return found
        return found[list(dict.fromkeys(["point", "replicate", *columns, "key"]))]

    def series(self) -> pd.DataFrame:
        """Monthly measures of finished runs; sorted."""
        return self.study.runs(series=True)

    def write(self, name: str, content: str | bytes) -> Path:
        """Raise BadInput: it is read only."""
        self.study.refuse()
        return self.folder / name


def _check_manifest(kept: Mapping[str, Any], folder: Path) -> None:
    """Raise BadInput for a manifest of which a part is missing or makes no sense."""
    identity, points = kept["identity"], kept["order"].get("points")
    sound = {
        "measures": _is_names(identity.get("measures")),
        "series": _is_names(identity.get("series", [])),
        "points": type(points) is int and 1 <= points <= designs.MOST_POINTS,
        "keys": kept.get("keys", OF_IDENTITY) in (OF_IDENTITY, OF_WORLDS),
        "worlds": _is_names(kept.get("worlds", [])),
        "replicates": all(
            0 <= kept.get(key, 0) <= MOST_REPLICATES for key in ("asked", "replicates")
        ),
    }
    for what, well in sound.items():
        if not well:
            raise BadInput(f"{folder / MANIFEST}: {what}: damaged")


def _is_names(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(one, str) for one in value)


def _laid_over(base: Mapping[str, Any], tree: Mapping[str, Any]) -> dict[str, Any]:
    """The tables of ``base`` with the values that ``tree`` has for the same keys."""
    found = dict(base)
    for key, value in tree.items():
        if isinstance(base.get(key), Mapping) and isinstance(value, Mapping):
            found[key] = _laid_over(base[key], value)
        elif key in base:
            found[key] = value
    return found


def stored_replicates(folder: Path) -> int:
    """Runs of each point that a folder holds, or that were asked for last; 0 without a study."""
    kept = manifest(folder)
    if kept is None:
        return 0
    tables = parquet.tables_in(folder, RUNS, ["replicate"])
    found = (parquet.column(table, "replicate") for table in tables)
    stored = max((int(one.max()) + 1 for one in found if one.size), default=0)
    return max(int(kept.get("asked", 0)), int(kept.get("replicates", 0)), stored)


def added_measures(folder: Path, experiment: Experiment) -> dict[str, OwnMeasure]:
    """Measures of one's own that a stored study has beside those of its experiment, by name.

    Empty unless it measures what the experiment does, and these in addition.
    """
    path = folder / INPUTS / EXPERIMENT
    if manifest(folder) is None or not os.path.isfile(path):
        return {}
    there = Experiment.load(path)
    added = there.measures[len(experiment.measures) :]
    same = there.measures[: len(experiment.measures)] == experiment.measures
    if not same or not set(added) <= set(there.measure) - set(experiment.measure):
        return {}
    return {name: there.measure[name] for name in added}


def differing(kept: Mapping[str, Any], identity: Mapping[str, Any]) -> list[str]:
    """Differences between what is stored and what is asked, apart from what follows from code."""
    before = {key: value for key, value in kept["identity"].items() if key not in _OF_CODE}
    now = {key: value for key, value in identity.items() if key not in _OF_CODE}
    shared = {key: value for key, value in now.items() if key in before}
    return differences(before, shared)


def is_of_other_code(folder: Path) -> bool:
    """Whether a folder holds a study that another version of the program made."""
    kept = manifest(folder)
    return kept is not None and made_by_others(kept)
