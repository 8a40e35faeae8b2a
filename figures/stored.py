"""Stored results that figures are drawn from, and what they rest on."""

import hashlib
from pathlib import Path
from typing import Any

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
    """Experiment, question, hash of results, seed, version and commit of a source."""
    if isinstance(found, Verification):
        rests, seed = found.about, found.seed
    else:
        kept = manifest(found.folder) or {}
        rests, seed = {**kept.get("identity", {}), **kept}, found.experiment.seed
    return {
        "experiment": experiment,
        "hash": results_hash(found),
        "seed": seed,
        "version": rests.get("version"),
        "commit": rests.get("commit"),
    }


def results_hash(found: Source) -> str:
    """SHA-256 of the tables that results are read from, its first half."""
    whole = hashlib.sha256()
    for path in _tables(found):
        whole.update(path.read_bytes())
    return whole.hexdigest()[: 2 * _TOLD]


def _tables(found: Source) -> list[Path]:
    if isinstance(found, Verification):
        return [found.path]
    tables = [found.folder / RUNS, found.folder / SERIES]
    earlier = [] if found.screening is None else _tables(found.screening)
    return [*earlier, *(path for path in tables if path.is_file())]
