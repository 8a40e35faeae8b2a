"""Draws from the posterior of the calibration, one for each replicate.

The shipped draws are in ``scenarios/posterior/district.parquet``. A draw replaces only settings in
which a scenario does not differ from the calibrated one. Settings that a scenario or a user has
changed stay.
"""

import io
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray
from pydantic import Field, ValidationError

from sim import shipped
from sim.declare import Section
from sim.errors import BadInput, explain, shown
from sim.input_file import read_bytes, read_json
from sim.world.scenario import Scenario

# The scenario that was calibrated; other scenarios extend it.
CALIBRATED = "district"
# Prefix of columns with the value of a target under a draw; they are not settings.
TARGET = "target."


class _Fitted(Section):
    """The posterior of one parameter (参数后验)."""

    parameter: str
    low: float
    median: float
    high: float
    adjusted_low: float
    adjusted_high: float
    prior_low: float
    prior_high: float
    width: float
    # Split R̂ and effective sample size of its chains; None in files of earlier versions.
    rhat: float | None = None
    ess: float | None = None


class _Recovered(Section):
    """How often intervals of a parameter held the truth (参数恢复)."""

    parameter: str
    coverage: float
    trials: int
    adjusted: float


class _Narrowed(Section):
    """An interval that a pattern narrows (证据所识别的参数)."""

    pattern: str
    parameter: str
    width: float
    without: float


class _Shown(Section):
    """What the fitted settings show of a target (目标拟合)."""

    target: str
    value: float
    error: float
    reached: bool


class Told(Section):
    """What is told of a calibration beside its draws (校准说明)."""

    command: str
    seed: int
    version: str
    commit: str
    size: dict[str, float]
    settings: dict[str, float]
    parameters: list[_Fitted]
    recovery: Annotated[list[_Recovered], Field(min_length=1)]
    # None in files of earlier versions.
    evidence: tuple[_Narrowed, ...] = ()
    point: list[_Shown]
    search: dict[str, float]
    misfit: float


@dataclass(frozen=True)
class Posterior:
    """Draws of settings: their keys, and ``values`` of shape (draws, settings)."""

    settings: tuple[str, ...]
    values: NDArray[np.float64]

    def __len__(self) -> int:
        """Number of draws."""
        return len(self.values)

    def at(self, replicate: int, settings: Collection[str]) -> dict[str, float]:
        """Values of ``settings`` in the draw of a replicate; draws are reused in turn."""
        row = self.values[replicate % len(self)]
        return {
            key: float(value)
            for key, value in zip(self.settings, row, strict=True)
            if key in settings
        }

    def left_as_calibrated(self, scenario: Scenario) -> tuple[str, ...]:
        """Settings in which a scenario does not differ from the calibrated one.

        Raises BadInput if there are none, since draws would then have no effect.
        """
        calibrated = _tree(CALIBRATED)
        own = scenario.model_dump()
        found = tuple(key for key in self.settings if _at(own, key) == _at(calibrated, key))
        if not found:
            raise BadInput(
                f"{scenario.name}: --posterior: differs from “{CALIBRATED}” in every setting that "
                "was calibrated; there is nothing to draw"
            )
        return found

    @cached_property
    def identity(self) -> str:
        """A digest of all draws; 16 hexadecimal digits."""
        frame = pd.DataFrame(self.values, columns=list(self.settings))
        return f"{int(pd.util.hash_pandas_object(frame, index=False).sum()):016x}"


def _at(tree: Mapping[str, Any], key: str) -> Any:
    branch: Any = tree
    for part in key.split("."):
        branch = branch[part]
    return branch


def _is_setting(tree: Mapping[str, Any], key: str) -> bool:
    try:
        return isinstance(_at(tree, key), float | int)
    except (KeyError, TypeError):
        return False


@lru_cache(maxsize=1)
def _tree(name: str) -> dict[str, Any]:
    return Scenario.load(name).model_dump()


def path() -> Path:
    """Path of the shipped draws."""
    return shipped.folder("scenarios") / "posterior" / f"{CALIBRATED}.parquet"


@lru_cache(maxsize=1)
def table() -> pd.DataFrame:
    """The shipped draws, one row for each: settings, then the value of each target.

    Raises BadInput if the file is missing or damaged.
    """
    content = io.BytesIO(read_bytes(path()))
    try:
        found = pd.read_parquet(content)
    except (OSError, ValueError, pa.ArrowException) as error:
        raise BadInput(f"{path()}: cannot be read: {error}") from None
    for name, kind in found.dtypes.items():
        if kind != np.float64 or not np.isfinite(found[name]).all():
            raise BadInput(f"{path()}: column “{name}” holds something else than finite numbers")
    if found.empty:
        raise BadInput(f"{path()}: no draws")
    return found


@lru_cache(maxsize=1)
def told() -> dict[str, Any]:
    """Results of the calibration that are not in its draws. Raises BadInput if unreadable."""
    beside = path().with_suffix(".json")
    found: dict[str, Any] = read_json(beside)
    try:
        Told.model_validate(found)
    except ValidationError as error:
        raise explain(error, Told, str(beside)) from None
    return found


def fitted(scenario: Scenario) -> dict[str, str]:
    """Text on the fit of each setting that has the calibrated value, by dotted key."""
    found = {}
    own = scenario.model_dump()
    for row in told()["parameters"]:
        key = row["parameter"]
        if key not in told()["settings"] or not _is_setting(own, key):
            raise BadInput(f"{path().with_suffix('.json')}: parameters: no setting {shown(key)}")
        if _at(own, key) == told()["settings"][key]:
            low, high = (f"{row[end]:.2g}" for end in ("low", "high"))
            found[key] = f"fitted, 90 % interval {low} to {high}"
    return found


@lru_cache(maxsize=1)
def posterior() -> Posterior:
    """The shipped draws. Raises BadInput if they cannot be read."""
    found = table()
    settings = tuple(name for name in found.columns if not name.startswith(TARGET))
    for name in settings:
        if not _is_setting(_tree(CALIBRATED), name):
            raise BadInput(f"{path()}: no setting {shown(name)}")
    return Posterior(settings, found[list(settings)].to_numpy(float))
