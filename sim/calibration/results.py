"""Results of a calibration as tables of targets and of parameters.

The draws of the shipped calibration are in ``scenarios/posterior/district.parquet``. What cannot be
computed from draws, such as coverage and the result of the search, is in ``district.json`` there;
what the same candidates tell of the evidence, and no run needs, in ``district.evidence.json``.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

import numpy as np
import pandas as pd
from pydantic import Field, ValidationError

from sim.calibration.held import Held, held
from sim.calibration.patterns import Patterns
from sim.calibration.posterior import CREDIBLE
from sim.calibration.sampler import LEAST_ESS, MOST_RHAT
from sim.declare import Section
from sim.errors import BadInput, explain
from sim.input_file import read_json
from sim.study.estimate import CONFIDENCE
from sim.world import posterior

# Width of the posterior interval relative to the prior below which a parameter counts as
# identified, and below which it counts as partly identified.
IDENTIFIED = 0.6
BARELY = 0.9


# Ending of the file on what the evidence says, beside that of the draws.
EVIDENCE = ".evidence.json"


class Without(Section):
    """Effect of a lever by a fit without the targets in which it is moved (剔除相关目标)."""

    lever: str = Field(description="name of the lever")
    targets: list[str] = Field(description="targets that are left out")
    doubt: Literal["behaviour", "levers"] = Field(
        description="with levers as they ship, or with drawn values of them as well"
    )
    draws: int = Field(description="number of draws")
    effect: float = Field(description="mean effect on execution")
    low: float = Field(description="lower end of 95 % of draws")
    high: float = Field(description="upper end of 95 % of draws")
    raises: float = Field(description="share of draws in which it raises execution")


class Evidence(Section):
    """What the candidates of a fit tell of its evidence (拟合证据)."""

    draws: str = Field(description="digest of the draws to which it belongs")
    prior: dict[str, float] = Field(
        {}, description="share of candidates from the whole prior that reach each target"
    )
    without: list[Without] = Field(
        [], description="levers by fits without the targets in which they are moved"
    )


@dataclass(frozen=True)
class Results:
    """Results of a calibration."""

    patterns: Patterns
    # Settings, resting values, and targets named ``target.…``; one row for each draw.
    draws: pd.DataFrame
    # What cannot be computed from draws.
    told: Mapping[str, Any]
    # None if it is not of these draws, or was not stored.
    beside: Evidence | None = None

    def targets(self) -> pd.DataFrame:
        """What was found and what the model shows; one row for each target.

        ``from`` to ``to`` counts as reached. ``value`` and ``error`` are mean and standard error
        under the fitted settings, ``low`` to ``high`` the central 90 % of draws, ``share`` the
        share of draws that reach the target, ``reached`` whether the fitted settings do. ``prior``
        is the share of candidates from the whole prior that reach it; NaN where that was not
        stored. ``held`` is the reason why it cannot be missed; empty if it can.
        """
        held = {name: one.reason for name, one in self.held.items()}
        point = {one["target"]: one for one in self.told["point"]}
        prior = {} if self.beside is None else self.beside.prior
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
                    "prior": prior.get(name, np.nan),
                    "missed": target.missed or "",
                    "held": held.get(name, ""),
                }
            )
        return pd.DataFrame(rows)

    @cached_property
    def held(self) -> dict[str, Held]:
        """What puts targets in that cannot be missed, by target."""
        return held(self.patterns)

    def counted(self) -> tuple[int, int, int]:
        """Targets that the fitted settings reach, of how many; and how many cannot be missed.

        Those that cannot be missed are counted in the last number alone.
        """
        table = self.targets()
        free = table[table["held"] == ""]
        return int(free["reached"].sum()), len(free), len(table) - len(free)

    def unsettled(self) -> list[str]:
        """Parameters of which the chains have not converged; none where that was not stored."""
        return [
            one["parameter"]
            for one in self.told["parameters"]
            if "rhat" in one and not (one["rhat"] <= MOST_RHAT and one["ess"] >= LEAST_ESS)
        ]

    def evidence(self) -> dict[str, list[Mapping[str, Any]]]:
        """Intervals that a pattern narrows, by pattern in the order of targets.

        Each gives ``parameter``, and the interval's ``width`` and that ``without`` the pattern, as
        shares of the width of the prior. Most narrowed first; none where that was not stored.
        """
        patterns = dict.fromkeys(one.pattern for one in self.patterns.target.values())
        rows = self.told.get("evidence", [])
        return {name: [one for one in rows if one["pattern"] == name] for name in patterns}

    def without(self) -> dict[str, dict[str, Without]]:
        """Effects of levers by fits without the targets in which they are moved.

        By lever and doubt; see ``lever_left_out``. Empty where that was not stored.
        """
        found: dict[str, dict[str, Without]] = {}
        for one in [] if self.beside is None else self.beside.without:
            found.setdefault(one.lever, {})[one.doubt] = one
        return found

    def raising_without(self) -> tuple[list[str], list[str]]:
        """Levers that raise execution in 95 % of those draws under every doubt, and the others."""
        found = self.without()
        sure = [
            lever
            for lever, doubts in found.items()
            if min(one.raises for one in doubts.values()) >= CONFIDENCE
        ]
        return sure, [lever for lever in found if lever not in sure]

    def uninformed(self) -> list[str]:
        """Parameters that hardly left their priors, so that no evidence informs them."""
        found = self.parameters()
        return [str(one) for one in found["parameter"][found["width"] >= BARELY]]

    def at_edges(self) -> list[str]:
        """Parameters whose interval lies against an end of the prior, and which end."""
        return [
            f"{one['parameter']} ({one['edge']})"
            for one in self.told["parameters"]
            if one.get("edge")
        ]

    def parameters(self) -> pd.DataFrame:
        """Fitted value, interval, coverage and identification; one row for each parameter."""
        rows = pd.DataFrame(self.told["parameters"])
        recovery = pd.DataFrame(self.told["recovery"])[["parameter", "coverage", "adjusted"]]
        found = rows.merge(recovery, on="parameter")
        found["identified"] = [
            "yes" if one < IDENTIFIED else "partly" if one < BARELY else "no"
            for one in found["width"]
        ]
        return found


def shipped() -> Results:
    """The shipped calibration. Raises BadInput if its files cannot be read, or lack parts."""
    patterns, draws, told = Patterns.load(posterior.CALIBRATED), posterior.table(), posterior.told()
    point = {one["target"] for one in told["point"]}
    for name in patterns.target:
        if name not in point or f"{posterior.TARGET}{name}" not in draws:
            raise BadInput(f"{posterior.path()}: the target “{name}” is missing")
    recovered = {one["parameter"] for one in told["recovery"]}
    for one in told["parameters"]:
        if one["parameter"] not in recovered & set(told["settings"]):
            raise BadInput(f"{posterior.path()}: the parameter “{one['parameter']}” is missing")
    if "misfit" not in told["search"]:
        raise BadInput(f"{posterior.path()}: search: no misfit")
    return Results(patterns, draws, told, _evidence(draws))


def _evidence(draws: pd.DataFrame) -> Evidence | None:
    """The shipped evidence, if there is any and it belongs to the draws."""
    file = posterior.path().with_suffix(EVIDENCE)
    if not file.is_file():
        return None
    try:
        found = Evidence.model_validate(read_json(file))
    except ValidationError as error:
        raise explain(error, Evidence, str(file)) from None
    return found if found.draws == posterior.digest_of(draws) else None
