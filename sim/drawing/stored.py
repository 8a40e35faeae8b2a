"""Stored results that figures are drawn from, and what they rest on."""

import hashlib
from pathlib import Path
from typing import Any

from sim.errors import BadInput
from sim.study.experiment import Experiment
from sim.study.store import RUNS, SERIES, manifest
from sim.study.study import Study
from sim.theory.verify.kept import NAME as VERIFICATION
from sim.theory.verify.kept import Verification

Source = Study | Verification
# Studies for a first look are kept below this, apart from full ones.
QUICK = "quick"
# Characters of a hash that are told.
_TOLD = 16


def source(experiment: str, out: str | Path, quick: bool) -> Source:
    """The stored results of an experiment below ``out``; nothing is run.

    Raises BadInput for an experiment that is not sound.
    """
    folder = Path(out) / QUICK if quick else Path(out)
    if experiment == VERIFICATION:
        return Verification(folder, quick)
    asked = Experiment.load(experiment)
    return Study(asked.smaller() if quick else asked, folder, where=experiment)


def about(experiment: str, found: Source) -> dict[str, Any]:
    """Experiment, question, hash of results, seed, version and commit of a source.

    Raises BadInput where results are not there, or not gathered.
    """
    whole = results_hash(found)
    if isinstance(found, Verification):
        rests, seed = found.about, found.seed
    else:
        kept = manifest(found.folder) or {}
        rests, seed = {**kept.get("identity", {}), **kept}, found.experiment.seed
    return {
        "experiment": experiment,
        "hash": whole,
        "seed": seed,
        "version": rests.get("version"),
        "commit": rests.get("commit"),
    }


def results_hash(found: Source) -> str:
    """SHA-256 of the tables that results are read from, its first half.

    Raises BadInput where there are none, or not all that is read is in them.
    """
    whole = hashlib.sha256()
    for path in _tables(found):
        whole.update(path.read_bytes())
    return whole.hexdigest()[: 2 * _TOLD]


def _tables(found: Source) -> list[Path]:
    if isinstance(found, Verification):
        if not found.path.is_file():
            raise BadInput(f"{found.folder}: no comparisons there; run zhixing figures --run")
        return [found.path]
    if not found.gathered():
        name = found.experiment.name
        raise BadInput(f"{found.folder}: results are not gathered; run zhixing study {name}")
    tables = [RUNS, SERIES] if found.model.columns else [RUNS]
    earlier = [] if found.screening is None else _tables(found.screening)
    return [*earlier, *(found.folder / name for name in tables)]
