"""Draws from the posterior of the calibration, one for each replicate.

The shipped draws are in ``scenarios/posterior/district.parquet``. A draw replaces only settings in
which a scenario does not differ from the calibrated one. Settings that a scenario or a user has
changed stay.
"""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim import shipped
from sim.errors import BadInput
from sim.world.scenario import Scenario

# The scenario that was calibrated; other scenarios extend it.
CALIBRATED = "district"
# Prefix of columns with the value of a target under a draw; they are not settings.
TARGET = "target."


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
    try:
        return pd.read_parquet(path())
    except (OSError, ValueError) as error:
        raise BadInput(f"{path()}: cannot be read: {error}") from None


@lru_cache(maxsize=1)
def told() -> dict[str, Any]:
    """Results of the calibration that are not in its draws. Raises BadInput if unreadable."""
    beside = path().with_suffix(".json")
    try:
        found: dict[str, Any] = json.loads(beside.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise BadInput(f"{beside}: cannot be read: {error}") from None
    return found


def fitted(scenario: Scenario) -> dict[str, str]:
    """Text on the fit of each setting that has the calibrated value, by dotted key."""
    found = {}
    own = scenario.model_dump()
    for row in told()["parameters"]:
        key = row["parameter"]
        if _at(own, key) == told()["settings"][key]:
            low, high = (f"{row[end]:.2g}" for end in ("low", "high"))
            found[key] = f"fitted, 90 % interval {low} to {high}"
    return found


@lru_cache(maxsize=1)
def posterior() -> Posterior:
    """The shipped draws. Raises BadInput if they cannot be read."""
    found = table()
    settings = tuple(name for name in found.columns if not name.startswith(TARGET))
    return Posterior(settings, found[list(settings)].to_numpy(float))
