"""The stored answer of a plan, from which figures are drawn."""

import shutil
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd

from sim.errors import BadInput
from sim.input_file import read_json
from sim.machine.loop import Progress, quiet
from sim.planning.answer import ANSWER, TABLE, Answer
from sim.planning.planning import Planning
from sim.planning.question import Question
from sim.study.files import refuse_link
from sim.study.standing import Standing
from sim.world.scenario import Scenario


class StoredPlan:
    """A plan that ships and its answer in the folder ``out``; or a smaller form of it."""

    def __init__(self, name: str, out: str | Path, asked: Question | None = None) -> None:
        self.planning = Planning(asked or Question.load(name), out)
        self.name = name

    @property
    def folder(self) -> Path:
        """The folder of its rounds and its answer."""
        return self.planning.folder

    @property
    def path(self) -> Path:
        """The file of its answer."""
        return self.folder / ANSWER

    @property
    def seed(self) -> int:
        """Seed of all draws."""
        return self.planning.question.seed

    @property
    def scenario(self) -> Scenario:
        """The scenario of the plan."""
        assert self.planning.scenario is not None
        return self.planning.scenario

    def standing(self) -> Standing:
        """Whether an answer of the present code and settings is stored."""
        if self.path.is_file():
            return Standing("complete", f"{self.folder}: answered")
        if self.folder.exists():
            return Standing("partial", f"{self.folder}: begun, not answered")
        return Standing("missing", f"{self.folder}: no plan there")

    def run(
        self, workers: int | None = None, progress: Progress = quiet, command: str = ""
    ) -> None:
        """Search and report what is missing; ``progress`` is told of each round."""
        self.planning.runner.workers = workers
        self.planning.runner.rounds = lambda _: progress
        Answer(self.planning).write(command)

    def discard(self) -> None:
        """Delete the rounds and the answer. Raises BadInput if the folder is a link."""
        refuse_link(self.folder)
        shutil.rmtree(self.folder, ignore_errors=True)

    @cached_property
    def content(self) -> Mapping[str, Any]:
        """The answer. Raises BadInput if none is stored, or it cannot be read."""
        if not self.path.is_file():
            raise BadInput(f"{self.folder}: no plan there; run zhixing figures --run")
        found: dict[str, Any] = read_json(self.path)
        return found

    @cached_property
    def by_draw(self) -> pd.DataFrame:
        """Means of every measure by package and draw."""
        return pd.read_csv(self.folder / TABLE, dtype={"package": str})

    @property
    def about(self) -> dict[str, Any]:
        """Provenance of the answer: hash, version, commit, command, seed."""
        return {key: self.content[key] for key in ("hash", "version", "commit", "command", "seed")}
