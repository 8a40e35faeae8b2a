"""Stored results from which figures are drawn, and their provenance."""

import hashlib
from pathlib import Path
from typing import Any

from sim import shipped
from sim.errors import BadInput
from sim.planning.question import Question
from sim.planning.stored import StoredPlan
from sim.reforms.predictions import NAME as REFORMS
from sim.reforms.predictions import Predictions, shipped_predictions
from sim.study.experiment import Experiment
from sim.study.folder import RUNS, SERIES, manifest
from sim.study.study import Study
from sim.theory.verify.kept import NAME as VERIFICATION
from sim.theory.verify.kept import Verification

Source = Study | Verification | Predictions | StoredPlan
# Name of the folder for small studies (``--quick``), apart from full ones.
QUICK = "quick"
# Number of characters of a hash that are shown.
_TOLD = 16


def source(experiment: str, out: str | Path, quick: bool) -> Source:
    """The stored results of an experiment in the folder ``out``; nothing is run.

    Raises BadInput if the experiment is not valid.
    """
    folder = Path(out) / QUICK if quick else Path(out)
    if experiment == VERIFICATION:
        return Verification(folder, quick)
    if experiment == REFORMS:
        return shipped_predictions(folder, quick)
    if experiment in shipped.plans():
        plan = Question.load(experiment)
        return StoredPlan(experiment, folder, plan.smaller() if quick else plan)
    asked = Experiment.load(experiment)
    return Study(asked.smaller() if quick else asked, folder, where=experiment)


def about(experiment: str, found: Source) -> dict[str, Any]:
    """Experiment, question, hash of results, seed, version and commit of a source.

    Raises BadInput if there are no results, or they are not gathered.
    """
    whole = results_hash(found)
    if isinstance(found, Study):
        kept = manifest(found.folder) or {}
        rests, seed = {**kept.get("identity", {}), **kept}, found.experiment.seed
    else:
        rests, seed = found.about, found.seed
    return {
        "experiment": experiment,
        "hash": whole,
        "seed": seed,
        "version": rests.get("version"),
        "commit": rests.get("commit"),
    }


def results_hash(found: Source) -> str:
    """First half of the SHA-256 of the tables of results, in hexadecimal digits.

    Raises BadInput if there are no results, or they are not gathered.
    """
    whole = hashlib.sha256()
    for path in _tables(found):
        whole.update(path.read_bytes())
    return whole.hexdigest()[: 2 * _TOLD]


def _tables(found: Source) -> list[Path]:
    if not isinstance(found, Study):
        if not found.path.is_file():
            raise BadInput(f"{found.folder}: no results there; run zhixing figures --run")
        return [found.path]
    if not found.gathered():
        name = found.experiment.name
        raise BadInput(f"{found.folder}: results are not gathered; run zhixing study {name}")
    tables = [RUNS, SERIES] if found.model.columns else [RUNS]
    earlier = [] if found.screening is None else _tables(found.screening)
    return [*earlier, *(found.folder / name for name in tables)]
