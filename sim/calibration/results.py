"""What a calibration tells, as tables: targets, parameters, recovery; read from what ships or made.

The draws ship as ``scenarios/posterior/district.parquet``; beside them ``district.json`` keeps what
cannot be read off draws: how well parameters are recovered, and what a search found.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from sim.calibration.patterns import Patterns
from sim.calibration.posterior import CREDIBLE
from sim.errors import BadInput
from sim.world import posterior

# Below this width of a posterior against its prior a parameter counts as identified.
IDENTIFIED = 0.6
BARELY = 0.9


@dataclass(frozen=True)
class Results:
    """A calibration as it is told."""

    patterns: Patterns
    # Settings, where they rest, and targets named ``target.…``; a row a draw.
    draws: pd.DataFrame
    # What cannot be read off draws; see ``Calibration.told``.
    told: Mapping[str, Any]

    def targets(self) -> pd.DataFrame:
        """A row a target: what was found, what the model shows, whether it is reached.

        ``value`` and ``error`` are of the shipped settings, ``low`` and ``high`` the middle 90 % of
        draws, ``share`` of draws that reach it.
        """
        point = {one["target"]: one for one in self.told["point"]}
        ends = [0.5 - 0.5 * CREDIBLE, 0.5 + 0.5 * CREDIBLE]
        rows = []
        for name, target in self.patterns.target.items():
            shown = self.draws[f"{posterior.TARGET}{name}"].to_numpy()
            low, high = np.quantile(shown, ends)
            rows.append(
                {
                    "target": name,
                    "pattern": target.pattern,
                    "title": target.title,
                    "source": target.source,
                    "confidence": target.confidence,
                    "from": target.ends[0],
                    "to": target.ends[1],
                    "value": point[name]["value"],
                    "error": point[name]["error"],
                    "low": low,
                    "high": high,
                    "share": float(np.mean([target.reached(one) for one in shown])),
                    "reached": bool(target.reached(point[name]["value"])),
                    "missed": target.missed or "",
                }
            )
        return pd.DataFrame(rows)

    def parameters(self) -> pd.DataFrame:
        """A row a parameter: what ships, its interval, and how far the patterns identify it."""
        rows = pd.DataFrame(self.told["parameters"])
        recovery = pd.DataFrame(self.told["recovery"])[["parameter", "coverage", "adjusted"]]
        found = rows.merge(recovery, on="parameter")
        found["identified"] = [
            "yes" if one < IDENTIFIED else "partly" if one < BARELY else "no"
            for one in found["width"]
        ]
        return found


def shipped() -> Results:
    """The calibration that ships. Raises BadInput where its files cannot be read, or lack parts."""
    patterns, draws, told = Patterns.load(posterior.CALIBRATED), posterior.table(), posterior.told()
    point = {one["target"] for one in told["point"]}
    for name in patterns.target:
        if name not in point or f"{posterior.TARGET}{name}" not in draws:
            raise BadInput(f"{posterior.path()}: nothing is told of the target “{name}”")
    recovered = {one["parameter"] for one in told["recovery"]}
    for one in told["parameters"]:
        if one["parameter"] not in recovered & set(told["settings"]):
            raise BadInput(f"{posterior.path()}: nothing is told of “{one['parameter']}”")
    if "misfit" not in told["search"]:
        raise BadInput(f"{posterior.path()}: search: no misfit")
    return Results(patterns, draws, told)
