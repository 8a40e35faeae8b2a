"""A study that grows: what is stored of an earlier form of it is used again.

Another level of a factor, further points, a larger base of a Sobol' design, or another order of
points give a study that contains all runs of the one before. Its rows are found by their keys,
which are made of version, settings, seed and replicate, and get the numbers that their points now
have.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from sim.errors import BadInput
from sim.study import parquet
from sim.study.folder import RUNS, SERIES, manifest
from sim.study.origin import OF_WORLDS
from sim.study.provenance import differences, in_short

if TYPE_CHECKING:
    from sim.study.store import Store

# Entries of an identity that tell which points are run, and not what a run at one of them gives.
_OF_POINTS = ("design", "factor", "point", "scenarios", "kept")
# Entries that tell what is kept of each run.
_KEPT = ("measures", "series")
# The entry with definitions of measures of one's own.
_OWN = "own_measures"


def can_grow(kept: Mapping[str, Any], identity: Mapping[str, Any], folder: Path) -> bool:
    """Whether the study that a manifest keeps may be an earlier form of one with this identity.

    Raises BadInput if it only lacks something that is now kept of each run, or keeps more.
    """
    before: Mapping[str, Any] = kept["identity"]
    same = {*before, *identity} - {*_OF_POINTS, *_KEPT, _OWN}
    if kept.get("keys") != OF_WORLDS or any(before.get(key) != identity.get(key) for key in same):
        return False
    own, there = identity.get(_OWN, {}), before.get(_OWN, {})
    if any(own[name] != there[name] for name in {*own} & {*there}):
        return False
    _check_kept(before, identity, folder)
    return True


def _check_kept(before: Mapping[str, Any], now: Mapping[str, Any], folder: Path) -> None:
    for what in _KEPT:
        old, new = (list(one.get(what, ())) for one in (before, now))
        lacking = [one for one in new if one not in old]
        if lacking:
            raise BadInput(
                f"{folder}: {what}: {', '.join(lacking)}: not stored, and cannot be computed from "
                "what is stored, so every run would have to be done again. Give another --out, or "
                "--fresh to discard what is stored"
            )
        dropped = [one for one in old if one not in new]
        if dropped:
            raise BadInput(
                f"{folder}: {what}: {', '.join(dropped)}: stored, but no longer asked for. Leave "
                "it in the experiment (or give --measures FILE again), or give another --out"
            )


def taken_over(store: "Store") -> dict[str, Any]:
    """The tables of the earlier form of a study, by name, numbered as its points are now.

    Raises BadInput if it has runs that the study no longer has.
    """
    runs = _stored(store, RUNS)
    if runs is None:
        return {}
    numbers = parquet.column(runs, "replicate")
    known = store.all_keys(int(numbers.max()) + 1 if numbers.size else 1)
    found = {RUNS: _renumbered(store, runs, *known)}
    if store.columns:
        series = _stored(store, SERIES)
        if series is not None:
            found[SERIES] = _renumbered(store, series, *known)
    return found


def _stored(store: "Store", name: str) -> Any:
    """All rows of a table, whatever the numbers of their points; None if there are none."""
    columns = store.schema(name == SERIES).names
    tables = list(parquet.tables_in(store.folder, name, columns))
    return pa.concat_tables(tables) if tables else None


def _renumbered(
    store: "Store",
    table: Any,
    keys: NDArray[np.uint64],
    point: NDArray[np.int32],
    replicate: NDArray[np.int32],
) -> Any:
    """Rows of a table with the point and replicate that their keys have now, in order."""
    own = parquet.column(table, "key")
    order = np.argsort(keys)
    place = np.searchsorted(keys, own, sorter=order)
    place = order[np.minimum(place, keys.size - 1)]
    known = keys[place] == own
    if not known.all():
        lost = len(np.unique(own[~known]))
        raise BadInput(
            f"{store.folder}: {_changed(store)}{lost:,} of the runs stored are at points that this "
            "study no longer has. Keep these points, or give another --out; zhixing study status "
            "FOLDER reads what is there"
        )
    schema = store.schema("month" in table.column_names)
    moved = {"point": pa.array(point[place]), "replicate": pa.array(replicate[place])}
    arrays = [moved[name] if name in moved else table.column(name) for name in schema.names]
    return store.in_order([pa.table(arrays, schema=schema)])


def _changed(store: "Store") -> str:
    """What tells the points of a study from those that are stored, in words before a sentence."""
    kept = manifest(store.folder)
    assert kept is not None
    told = differences(_points_of(kept["identity"]), _points_of(store.identity))
    return f"{in_short(told)}; so " if told else ""


def _points_of(identity: Mapping[str, Any]) -> dict[str, Any]:
    """The entries of an identity that tell which points are run; listed points by their names."""
    found = {key: identity[key] for key in _OF_POINTS if key in identity}
    listed = found.get("point", [])
    return {**found, "point": {one["name"]: one for one in listed}} if listed else found
