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
from sim.study.stored import StoredStudy, differing, is_of_other_code
from sim.study.study import Study
from sim.study.under_doubts import NAME as DOUBTS
from sim.study.under_doubts import UnderDoubts, shipped_doubts
from sim.theory.verify.stored import NAME as VERIFICATION
from sim.theory.verify.stored import Verification

Source = Study | Verification | Predictions | StoredPlan | UnderDoubts
# Name of the folder for small studies (``--quick``), apart from full ones.
QUICK = "quick"
# Number of characters of a hash that are shown.
_TOLD = 16


def source(experiment: str, out: str | Path, quick: bool, any_version: bool = False) -> Source:
    """The stored results of an experiment in the folder ``out``; nothing is run.

    With ``any_version``, a study that another version of the program made is read as it is stored,
    if it asked the same. Raises BadInput if the experiment is not valid.
    """
    folder = Path(out) / QUICK if quick else Path(out)
    if experiment == VERIFICATION:
        return Verification(folder, quick)
    if experiment == REFORMS:
        return shipped_predictions(folder, quick)
    if experiment == DOUBTS:
        return shipped_doubts(folder, quick)
    if experiment in shipped.plans():
        plan = Question.load(experiment)
        return StoredPlan(experiment, folder, plan.smaller() if quick else plan)
    asked = Experiment.load(experiment)
    study = Study(asked.smaller() if quick else asked, folder, where=experiment)
    return _of_any_version(study) if any_version else study


def _of_any_version(study: Study) -> Study:
    if study.screening is not None or not is_of_other_code(study.folder):
        return study
    stored = StoredStudy(study.folder)
    return study if differing(stored.kept_of_it, study.identity) else stored


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
    if isinstance(found, UnderDoubts):
        return [path for one in found.studies.values() for path in _tables(one)]
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
