"""The experiment on levers under each doubt: chance alone, behaviour, behaviour and levers.

Figures are drawn from it. The runs with chance alone are those of the experiment ``lever_effects``.
"""

from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

from sim.machine.loop import Progress, quiet
from sim.study.doubt import BEHAVIOUR, CHANCE, LEVERS
from sim.study.experiment import Experiment
from sim.study.folder import manifest
from sim.study.standing import Standing
from sim.study.study import Study
from sim.world.posterior import posterior

NAME = "lever_doubts"
EXPERIMENT = "lever_effects"
# Runs of each draw; and draws for a first look.
REPLICATES, FEW_DRAWS = 2, 40
# States in which runs are missing or not put together; the first that a study has is told.
_UNFINISHED = ("stale", "failed", "missing", "partial", "ungathered")


class UnderDoubts:
    """Studies of the same points, from the least doubt to the most, in the folder ``out``.

    ``asked`` is the experiment without doubt, ``drawn`` the number of runs of a point under doubt.
    """

    def __init__(self, out: str | Path, asked: Experiment, drawn: int) -> None:
        self._out = Path(out)
        self.studies: Mapping[str, Study] = {
            CHANCE: Study(asked, out),
            BEHAVIOUR: self._drawn(asked, drawn, BEHAVIOUR),
            LEVERS: self._drawn(asked, drawn, None),
        }

    def _drawn(self, asked: Experiment, drawn: int, doubt: str | None) -> Study:
        changed = asked.replace(posterior=True, doubt=doubt, replicates=drawn, half_width=None)
        return Study(changed, self._out, by_content=True)

    @property
    def whole(self) -> Study:
        """The study with the most doubt."""
        return self.studies[LEVERS]

    @property
    def folder(self) -> Path:
        """The folder in which the studies are."""
        return self._out

    @property
    def seed(self) -> int:
        """Seed of all runs."""
        return self.whole.experiment.seed

    @cached_property
    def about(self) -> dict[str, Any]:
        """Version and commit by which the runs with the most doubt were made."""
        kept = manifest(self.whole.folder) or {}
        return {**kept.get("identity", {}), **kept}

    def standing(self) -> Standing:
        """The state of the study that is furthest from complete."""
        found = [one.standing() for one in self.studies.values()]
        for kind in _UNFINISHED:
            for one in found:
                if one.kind == kind:
                    # To gather runs is a part of running what is missing.
                    return Standing("partial" if kind == "ungathered" else kind, one.told)
        return found[-1]

    def run(
        self, workers: int | None = None, progress: Progress = quiet, command: str = ""
    ) -> None:
        """Run what is missing, from the least doubt on; ``progress`` is told of all runs."""
        total, before = sum(study.size() for study in self.studies.values()), 0
        for study in self.studies.values():

            def told(done: int, _: int, before: int = before) -> None:
                progress(before + done, total)

            study.run(workers, progress=told, command=command)
            before += study.size()

    def discard(self) -> None:
        """Delete the runs of other code or settings. Raises BadInput if a folder is a link."""
        for study in self.studies.values():
            if study.standing().kind in ("stale", "failed"):
                study.discard()


def shipped_doubts(out: str | Path, quick: bool = False) -> UnderDoubts:
    """The shipped experiment on levers over all draws that ship, or over few if ``quick``."""
    asked = Experiment.load(EXPERIMENT)
    drawn = FEW_DRAWS if quick else REPLICATES * len(posterior())
    return UnderDoubts(out, asked.smaller() if quick else asked, drawn)
