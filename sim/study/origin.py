"""What a folder keeps beside runs, so that it can be read and run again without anything else."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from numpy.typing import NDArray

from sim.study.files import refuse_link, writable_folder, write_whole
from sim.study.folder import INPUTS

# How the keys of runs are made: of the whole identity of the study, as version 0.1.0 did, or of the
# world of a point alone, so that a study which grows finds its runs again.
OF_IDENTITY, OF_WORLDS = 1, 2


@dataclass(frozen=True)
class Origin:
    """What a study is made of."""

    # Digest of code, settings and seed of each model that points change, by ``Point.base``.
    worlds: tuple[str, ...] = ()
    # Titles and other texts, and what else is stored but is not part of the identity.
    told: Mapping[str, Any] = field(default_factory=dict)
    # Runs wanted of each point.
    replicates: int = 1
    # The study's files by name; a function, so that they are made only when they are written.
    inputs: Callable[[], Mapping[str, bytes]] = dict
    # Name of each point, or levels of factors there, by column; each of shape (points,).
    levels: Callable[[], Mapping[str, NDArray[Any]]] | None = None

    def write_inputs(self, folder: Path) -> dict[str, str]:
        """Write the files into a folder of their own; returns the SHA-256 of each by name."""
        files = self.inputs()
        if not files:
            return {}
        target = folder / INPUTS
        refuse_link(target)
        writable_folder(target)
        for name, content in files.items():
            write_whole(target / name, content)
        return {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}
