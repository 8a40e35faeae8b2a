"""What the model predicts for published reforms, over the draws of a posterior.

A study reports an estimate with a standard error. The predictive interval of an estimate is that of
the effect in the model over all draws, with the error of the study added.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import scipy
from numpy.typing import NDArray

from sim.calibration.candidates import Candidates
from sim.calibration.patterns import Patterns
from sim.calibration.posterior import CREDIBLE
from sim.errors import BadInput
from sim.input_file import read_json
from sim.machine.loop import Progress, quiet
from sim.reforms.benchmarks import benchmarks, beside
from sim.reforms.published import ROLES, Finding, Reform, experiments, measure_of, reforms
from sim.study.carry_out import Work, kept_measures
from sim.study.files import drop, refuse_link, writable_folder, write_whole
from sim.study.points import Point
from sim.study.provenance import as_json, code, commit, digest
from sim.study.standing import Standing
from sim.version import __version__
from sim.world.posterior import CALIBRATED, Posterior, posterior
from sim.world.scenario import Scenario

Values = NDArray[np.float64]
# Points of the normal distribution by which the error of a study is added to a draw.
_ERRORS = 199


NAME = "reforms"
# Draws and replicates, in full and for a first look.
DRAWS, REPLICATES = 200, 2
FEW_DRAWS, FEW_REPLICATES = 20, 1


@dataclass(frozen=True)
class Predictions:
    """Predictions for reforms over the first ``draws`` draws of a posterior.

    Runs and results are kept in a folder in ``out``, so that they are resumed and not repeated.
    """

    reforms: tuple[Reform, ...]
    scenario: Scenario
    posterior: Posterior
    draws: int = DRAWS
    replicates: int = REPLICATES
    seed: int = 1
    out: Path = Path("results")
    # Months before measurement, and months of the status quo that are measured; if None, those of
    # the patterns of the scenario's name.
    months: tuple[int, int] | None = None

    @cached_property
    def model(self) -> Candidates:
        """The experiments of all reforms, within the scenario. Raises BadInput if impossible."""
        months = self.months
        if months is None:
            basis = Patterns.load(self.scenario.name)
            months = basis.burn_in, basis.observed
        within = experiments(self.reforms, *months)
        for reform in self.reforms:
            within.settings_of(reform.name, self.scenario)
        return Candidates(self.scenario, within)

    @cached_property
    def _points(self) -> list[Point]:
        settings = self.posterior.left_as_calibrated(self.scenario)
        return [Point(self.posterior.at(draw, settings)) for draw in range(self.draws)]

    @cached_property
    def _identity(self) -> dict[str, Any]:
        points = digest({"points": [point.canonical() for point in self._points]})
        about = {"kind": NAME, **self.model.identity(), "points": points, "seed": self.seed}
        return {**code(), **about, "replicates": self.replicates}

    @property
    def folder(self) -> Path:
        """The folder in which runs and results are kept."""
        return self.out / f"{NAME}-{digest(self._identity)[:10]}"

    @property
    def path(self) -> Path:
        """The file of results."""
        return self.folder / f"{NAME}.json"

    def standing(self) -> Standing:
        """Whether results of the present code and settings are kept."""
        if not self.path.is_file():
            return Standing("missing", f"{self.folder}: no predictions stored")
        return Standing("complete", f"{self.folder}: {len(self.reforms)} reforms stored")

    def run(
        self, workers: int | None = None, progress: Progress = quiet, command: str = ""
    ) -> None:
        """Run what is missing, and store effects by draw and their summary.

        Raises BadInput if an experiment is not possible or a file cannot be written.
        """
        writable_folder(self.folder)
        model, points = self.model, self._points
        work = Work((model,), points, self.seed)
        runs = kept_measures(
            work, self.replicates, self.folder, self._identity, workers, progress=progress
        )
        means = model.over_replicates(runs)
        table = self._told(means[:, : len(model.patterns.target)])
        csv = table.to_csv(index=False, lineterminator="\n")
        write_whole(self.folder / f"{NAME}.csv", csv.encode())
        content = {
            "version": __version__,
            "commit": commit(),
            "command": command,
            "hash": digest(self._identity),
            "seed": self.seed,
            "draws": self.draws,
            "posterior": self.posterior.about(self.scenario),
            "replicates": self.replicates,
            "score": {role: score(table, role) for role in ROLES},
            "benchmarks": {
                role: benchmarks(table, self.reforms, role, self.seed) for role in ROLES
            },
            "findings": [_plain(row) for row in table.to_dict("records")],
        }
        write_whole(self.path, as_json(content).encode())

    def discard(self) -> None:
        """Delete the stored results; runs stay. Raises BadInput if the folder is a link."""
        refuse_link(self.folder)
        drop(self.path)

    @property
    def content(self) -> dict[str, Any]:
        """What is stored. Raises BadInput if nothing is, or it cannot be read."""
        if not self.path.is_file():
            raise BadInput(f"{self.folder}: no predictions stored")
        found: dict[str, Any] = read_json(self.path)
        return found

    @property
    def about(self) -> dict[str, Any]:
        """Provenance of the predictions: hash, version, commit, command, seed."""
        return {key: self.content[key] for key in ("hash", "version", "commit", "command", "seed")}

    def _told(self, effects: Values) -> pd.DataFrame:
        """What was found and what is predicted; one row for each finding.

        ``effects`` has shape (draws, findings). ``found`` with ``found_low`` to ``found_high`` is
        the number of the study with its 90 % interval; NaN if only a sign is known. ``predicted``
        is the median over draws, ``low`` to ``high`` the 90 % predictive interval of the study's
        estimate, ``effect_low`` to ``effect_high`` that of the effect itself. ``inside`` says
        whether the number found lies in the predictive interval, ``sign_right`` whether the median
        has the sign found; each is None where the finding has no such. ``share`` is the share of
        draws with the sign found. What forecasts without a model say is beside it, as ``beside``
        tells.
        """
        rows = []
        # Studies that ship tell of what reforms achieve, also where others are asked for.
        known = {one.name: one for one in (*reforms(), *self.reforms)}.values()
        named = ((reform, name) for reform in self.reforms for name in reform.finding)
        for (reform, name), column in zip(named, effects.T, strict=True):
            about = {"measure": measure_of(reform, name), "reform": reform.name, "finding": name}
            told = reform.model_dump(include={"lever", "source", "place", "role"})
            row = _predicted(reform.finding[name], column)
            rows.append({**about, **told, **row, **beside(list(known), reform, name, row)})
        table = pd.DataFrame(rows)
        # As whole numbers, also where some have none.
        table["aim"] = pd.Series([row["aim"] for row in rows], dtype=object)
        return table


def shipped_predictions(out: str | Path, quick: bool = False) -> Predictions:
    """Predictions for all shipped reforms over the shipped draws, or over few if ``quick``."""
    drawn = posterior()
    draws, replicates = (FEW_DRAWS, FEW_REPLICATES) if quick else (DRAWS, REPLICATES)
    scenario = Scenario.load(CALIBRATED)
    chosen = min(draws, len(drawn))
    return Predictions(reforms(), scenario, drawn, chosen, replicates, out=Path(out))


def _plain(row: Mapping[Any, Any]) -> dict[str, Any]:
    """A row for JSON, which has no word for what is not a number."""
    return {
        str(key): None if isinstance(value, float) and not np.isfinite(value) else value
        for key, value in row.items()
    }


def _predicted(finding: Finding, effects: Values) -> dict[str, Any]:
    told = effects[np.isfinite(effects)]
    ends = [0.5 - 0.5 * CREDIBLE, 0.5 + 0.5 * CREDIBLE]
    error = finding.standard_error or 0.0
    shares = (np.arange(_ERRORS) + 0.5) / _ERRORS
    noisy = told[:, None] + error * scipy.stats.norm.ppf(shares) if error else told
    nothing = np.full(2, np.nan)
    low, high = np.quantile(noisy, ends) if told.size else nothing
    effect_low, effect_high = np.quantile(told, ends) if told.size else nothing
    middle = float(np.median(told)) if told.size else np.nan
    off = np.nan if finding.found is None else finding.found
    half = error * float(scipy.stats.norm.ppf(ends[1]))
    right = None
    share = np.nan
    if finding.direction:
        signs = np.sign(told - finding.nothing)
        share = float((signs == finding.direction).mean()) if told.size else np.nan
        right = bool(np.sign(middle - finding.nothing) == finding.direction)
    return {
        "found": off,
        "found_low": off - half,
        "found_high": off + half,
        "predicted": middle,
        "low": float(low),
        "high": float(high),
        "effect_low": float(effect_low),
        "effect_high": float(effect_high),
        "inside": None if np.isnan(off) else bool(low <= off <= high),
        "sign_right": right,
        "share": share,
        "draws": int(told.size),
    }


def score(table: pd.DataFrame, role: str) -> dict[str, int]:
    """Numbers of findings of a role: values, those inside, signs, and those that are right."""
    rows = table[table["role"] == role]
    values = [one for one in rows["inside"] if one is not None]
    signs = [one for one in rows["sign_right"] if one is not None]
    return {
        "values": len(values),
        "inside": sum(values),
        "signs": len(signs),
        "signs_right": sum(signs),
    }
