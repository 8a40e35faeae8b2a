"""The options of a study: an experiment, the changes that a command makes to it, and its folder."""

import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer

from sim.cli import options
from sim.study.experiment import Experiment
from sim.study.study import Study
from sim.world.own_measures import OwnMeasure

ExperimentArgument = Annotated[
    str, typer.Argument(metavar="EXPERIMENT", help="A shipped experiment, or the path of a file.")
]
StudyArgument = Annotated[
    str,
    typer.Argument(
        metavar="EXPERIMENT|FOLDER",
        help="A shipped experiment, the path of a file, or the folder of a stored study.",
    ),
]
MaybeSeed = Annotated[int | None, typer.Option("--seed", help="Seed of all draws.")]
MaybeReplicates = Annotated[
    int | None, typer.Option("--replicates", help="Runs of each point; more can be added later.")
]
Rules = Annotated[
    list[Path] | None,
    typer.Option(
        "--rules",
        metavar="FILE",
        help="A Python file of your own with rules of decision that the experiment names, as in "
        "decide = “FILE:FUNCTION”; its code is executed. Repeatable.",
    ),
]


@dataclass(frozen=True)
class StudyOptions:
    """What is changed in an experiment, and the folder of its results."""

    set_: options.Settings = None
    lever: options.Levers = None
    seed: MaybeSeed = None
    replicates: MaybeReplicates = None
    months: options.Months = None
    posterior: options.WithPosterior = None
    rules: Rules = None
    measures: options.Measures = None
    out: options.Out = Path("results")

    def study(self, source: str, own: Mapping[str, OwnMeasure] | None = None) -> Study:
        """The study of an experiment, with these changes.

        ``own`` are measures of one's own that are measured beside its own, by default those of the
        files that are named. Raises BadInput if an option or the experiment is not valid.
        """
        experiment = Experiment.load(source, own or options.own_measures(self.measures))
        changes: dict[str, Any] = {}
        if self.set_:
            changes["set"] = {**experiment.set, **options.settings(self.set_)}
        if self.lever:
            changes["levers"] = {**experiment.levers, **options.levers(self.lever)}
        for name, number in self._numbers().items():
            if number is not None:
                changes[name] = number
        if self.posterior is not None:
            changes["posterior"] = options.asked_posterior(self.posterior)
        changed = experiment.replace(**changes) if changes else experiment
        return Study(changed, self.out, where=source, rules=self.rules or ())

    def spoken(self, source: str) -> str:
        """The command that runs the study."""
        words = ["zhixing", "study", source]
        for option, given in (("--set", self.set_), ("--lever", self.lever)):
            for text in given or []:
                words += [option, text]
        for name, number in self._numbers().items():
            if number is not None:
                words += [f"--{name}", str(number)]
        words += options.spoken_posterior(self.posterior)
        for path in self.rules or []:
            words += ["--rules", path.as_posix()]
        words += options.spoken_measures(self.measures)
        return shlex.join(words)

    def _numbers(self) -> dict[str, int | None]:
        return {"months": self.months, "seed": self.seed, "replicates": self.replicates}
