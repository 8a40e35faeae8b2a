"""A bundle: one archive of studies with all that another person needs to check and to cite them.

It holds, for each study, its folder (runs with the levels of factors, effects, the experiment, its
scenarios and tables), and besides figures, the command lines, the lock of packages, the pages
RAT-RS and TRACE, and how to cite the program. ``bundle.json`` names every file with its digest.
"""

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sim import shipped
from sim.errors import BadInput
from sim.input_file import read_bytes
from sim.study.archive import MOST_BYTES, packed
from sim.study.folder import INPUTS, MANIFEST, RUNS, is_plain_name
from sim.study.provenance import as_json
from sim.study.stored import StoredStudy
from sim.version import __version__
from sim.world.posterior import BESIDE, DRAWS, posterior
from sim.world.posterior import path as shipped_draws

ABOUT = "bundle.json"
STUDIES, FIGURES, OTHERS, POSTERIOR = "studies", "figures", "files", "posterior"
# Most bytes of the draws of the shipped calibration that are added.
MOST_DRAWS = 5_000_000
# Form of ``bundle.json``.
FORM = 1
# Endings of result files beside the runs, pictures and captions among them.
_RESULTS = (".parquet", ".json", ".csv", ".png", ".svg", ".pdf", ".txt")
# Pages and files of the project, by their names in the bundle.
PAGES = {
    "CITATION.cff": "CITATION.cff",
    "requirements.lock": "requirements.lock",
    "rat-rs.md": "docs/rat-rs.md",
    "trace.md": "docs/trace.md",
}
_README = """\
A bundle of studies made with Zhixing, a laboratory for administrative execution.

studies/    each study: runs with the levels of factors (runs.parquet), effects, and in inputs/ the
            experiment, its scenarios in full, and tables of posts
figures/    figures with their captions
posterior/  the draws of the shipped calibration, if a study uses them; draws of the authors' own
            are in inputs/
files/      further files of the authors
commands.txt        the commands that made the results, in order
environment.json    Python, packages, system and processor on which each study was run
requirements.lock   the packages that belong to this version
rat-rs.md, trace.md which evidence the model uses, and how it was tested
CITATION.cff        how to cite the program
bundle.json         every file with its SHA-256

To check that it is whole, and to run a part of it again and compare:

    zhixing bundle --check THIS_FILE

To run a study again as a whole: unpack the archive, then

    zhixing study studies/NAME/inputs/experiment.toml --out anew
"""


@dataclass(frozen=True)
class Figures:
    """Drawn figures to be added: their files, and the commands that drew them."""

    files: Sequence[Path] = ()
    commands: Sequence[str] = ()


def bundled(
    folders: Iterable[Path], figures: Figures | None = None, others: Iterable[Path] = ()
) -> bytes:
    """The archive of the studies in some folders; the same files give the same bytes.

    ``others`` are further files to be added. Raises BadInput if a study is not complete, if two
    studies have one name, or if a file cannot be read.
    """
    figures = figures or Figures()
    files: dict[str, bytes] = {}
    about: list[dict[str, Any]] = []
    environments = {}
    for folder in folders:
        study = StoredStudy(folder)
        told = _about(study)
        if any(one["name"] == told["name"] for one in about):
            raise BadInput(f"{folder}: another study of this bundle is named {told['name']}")
        about.append(told)
        environments[told["name"]] = study.kept_of_it.get("environment", {})
        for name, content in _files_of(folder).items():
            files[f"{STUDIES}/{told['name']}/{name}"] = content
        if not lacks_draws(study):
            files |= _draws_of(study)
    for path in figures.files:
        _add(files, FIGURES, path)
    for path in others:
        _add(files, OTHERS, path)
    commands = [one["command"] for one in about if one["command"]]
    files["commands.txt"] = "".join(f"{one}\n" for one in [*commands, *figures.commands]).encode()
    files["environment.json"] = as_json(environments).encode()
    files["README.txt"] = _README.encode()
    for name, place in PAGES.items():
        files[name] = read_bytes(shipped.root_file(place))
    digests = {name: hashlib.sha256(content).hexdigest() for name, content in sorted(files.items())}
    head = {"form": FORM, "made_with": __version__, "studies": about, "files": digests}
    files[ABOUT] = as_json(head).encode()
    whole = packed(files)
    if len(whole) > MOST_BYTES:
        raise BadInput(f"{len(whole):,} bytes; expected at most {MOST_BYTES:,} in one bundle")
    return whole


def _about(study: StoredStudy) -> dict[str, Any]:
    """What ``bundle.json`` says about a study."""
    folder, kept = study.folder, study.kept_of_it
    status = study.status()
    if not status.complete or not study.gathered():
        raise BadInput(
            f"{folder}: {status.done:,} of {status.runs:,} runs are there; run the study to its "
            "end first"
        )
    if study.screening is not None and not study.screening.gathered():
        raise BadInput(f"{folder}: its screening is not complete; run the study to its end first")
    return {
        "name": folder.name,
        "question": study.experiment.question,
        "version": kept["identity"].get("version"),
        "sources": kept["identity"].get("sources"),
        "commit": kept.get("commit"),
        "command": kept.get("command", ""),
        "hash": kept.get("hash"),
        "points": status.points,
        "replicates": status.replicates,
        "failed": status.failed,
    }


def lacks_draws(study: StoredStudy) -> bool:
    """Whether a study used draws of a shipped calibration that cannot be put into its archive.

    They are too large, or those of another version.
    """
    if not uses_shipped_draws(study):
        return False
    files = [shipped_draws().with_suffix(suffix) for suffix in (DRAWS, BESIDE)]
    known = (posterior().identity, posterior().of_behaviour().identity)
    there = (study.about_draws() or {}).get("digest")
    return there not in known or sum(file.stat().st_size for file in files) > MOST_DRAWS


def uses_shipped_draws(study: StoredStudy) -> bool:
    """Whether a study used draws that ship with the program, and no file of its authors."""
    about = study.about_draws()
    return about is not None and about.get("file") is None


def _draws_of(study: StoredStudy) -> dict[str, bytes]:
    if not uses_shipped_draws(study):
        return {}
    files = (shipped_draws().with_suffix(suffix) for suffix in (DRAWS, BESIDE))
    return {f"{POSTERIOR}/{file.name}": read_bytes(file) for file in files}


def _files_of(folder: Path, below: str = "") -> dict[str, bytes]:
    """Files of a study's folder by path in it: its results, and what it was made of."""
    found = {}
    for path in sorted(folder.iterdir()):
        name = f"{below}{path.name}"
        if path.is_symlink():
            continue
        if path.is_file() and path.suffix in _RESULTS and not path.name.startswith("."):
            found[name] = read_bytes(path)
        elif path.is_dir() and path.name == INPUTS:
            named = _inputs(folder)
            found |= {f"{name}/{one}": read_bytes(path / one) for one in named}
        elif path.is_dir() and (path / MANIFEST).is_file() and (path / RUNS).is_file():
            found |= _files_of(path, f"{name}/")
    return found


def _inputs(folder: Path) -> list[str]:
    """Names of the files that a study was made of, as its manifest tells them."""
    kept = json.loads(read_bytes(folder / MANIFEST)).get("inputs", {})
    return [name for name in kept if is_plain_name(name)]


def _add(files: dict[str, bytes], place: str, path: Path) -> None:
    name = f"{place}/{path.name}"
    content = read_bytes(path)
    if files.get(name, content) != content:
        raise BadInput(f"{path}: another file of this bundle is named {path.name}")
    files[name] = content
