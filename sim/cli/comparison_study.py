"""The study behind ``levers``, ``run`` and ``compare``: their options, runs, results and figure."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

import pandas as pd

from sim.cli import options
from sim.cli.terminal import Counter, give, page, prepare_rules
from sim.cli.texts.tables import TABLES
from sim.machine.draws import check_seed
from sim.measures import MEASURES
from sim.study.compare import Comparison
from sim.study.doubt import DOUBTS, Doubted, with_less
from sim.study.experiment import Experiment, ListedPoint
from sim.study.folder import manifest
from sim.study.package import Package
from sim.study.provenance import as_json
from sim.study.study import Study
from sim.study.triggered import measures_of
from sim.version import __version__
from sim.world.own_measures import common, monthly_of
from sim.world.scenario import Scenario

if TYPE_CHECKING:
    from sim.drawing.language import Speaker


@dataclass(frozen=True)
class RunOptions:
    """Options that the three commands share, and that hold for every scenario."""

    set_: options.Settings = None
    lever: options.Levers = None
    seed: options.Seed = options.SEED
    replicates: options.Replicates = None
    months: options.Months = None
    workers: options.Workers = None
    out: options.Out = Path("results")
    posterior: options.WithPosterior = None
    measures: options.Measures = None
    lang: options.Language = "en"


@dataclass(frozen=True)
class Asked:
    """What one of the three commands was asked."""

    # Scenarios or packages, as they were written.
    sources: list[str]
    given: RunOptions
    replicates: int
    # An option that makes another study of the command, such as ``--clauses``.
    flag: str = ""
    # Levers of the study beside those of the scenario, as tables of a scenario.
    treatments: dict[str, Any] = field(default_factory=dict)
    # “behaviour” leaves values of levers out of the draws of a posterior.
    doubt: str | None = None

    def stem(self, kind: str) -> str:
        """Name of the study and of its files: that of the command, with its flag if any."""
        return kind + self.flag.removeprefix("-")

    def spoken(self, kind: str, lang: str = "en") -> str:
        """The command that reproduces these results in a language."""
        return options.spoken(
            kind,
            self.sources,
            self.given.set_,
            self.given.lever,
            self.given.seed,
            self.replicates,
            self.given.months,
            self.given.posterior,
            lang,
            (self.flag,) if self.flag else (),
            self.given.measures,
        )

    def experiment(
        self, kind: str, points: list[ListedPoint], series: tuple[str, ...]
    ) -> Experiment:
        """The experiment that runs the points and keeps all measures.

        Raises BadInput if an option is not valid.
        """
        source = source_of(self.sources[0])
        scenario = Scenario.load(source)
        changed = options.settings(self.given.set_)
        if self.treatments:
            levers = scenario.replace(changed).model_dump()["levers"]
            changed["levers"] = levers | self.treatments
        name = f"{self.stem(kind)}-{scenario.name}"
        drawn = options.asked_posterior(self.given.posterior)
        worlds = self._worlds(points, changed)
        own = options.own_measures(self.given.measures)
        named = dict.fromkeys([*common(one.measure for one in worlds), *monthly_of(own)])
        tree = {
            "title": self.stem(kind),
            "measure": {name: one.model_dump(exclude_unset=True) for name, one in own.items()},
            "question": self.spoken(kind),
            "scenario": source,
            "set": changed,
            "levers": options.levers(self.given.lever),
            "months": self.given.months,
            "seed": self.given.seed,
            "replicates": self.replicates,
            "measures": (*MEASURES, *named, *measures_of(worlds)),
            "series": series,
            "posterior": drawn,
            "doubt": self.doubt if drawn else None,
            "design": {"kind": "list"},
            "point": [point.model_dump(exclude_none=True) for point in points],
        }
        given = {key: value for key, value in tree.items() if value is not None}
        return Experiment.from_tree(given, name, kind)

    def _worlds(self, points: list[ListedPoint], changed: dict[str, Any]) -> list[Scenario]:
        """The scenarios that points name, each once, with the settings of all points."""
        sources = dict.fromkeys(point.scenario or source_of(self.sources[0]) for point in points)
        return [Scenario.load(source).replace(changed) for source in sources]


class ComparisonStudy:
    """The study of one command: it runs the listed points, estimates effects and draws a figure.

    Raises BadInput if an option is not valid.
    """

    def __init__(
        self,
        kind: str,
        points: list[ListedPoint],
        title: Callable[[Package, "Speaker"], str],
        asked: Asked,
        series: tuple[str, ...],
    ) -> None:
        out, workers, lang = asked.given.out, asked.given.workers, asked.given.lang
        from sim.drawing.language import Speaker, check_language

        check_language(lang)
        check_seed(asked.given.seed)
        self.stem, self.say = asked.stem(kind), Speaker(lang, TABLES)
        self.redraw = asked.spoken(kind, lang)
        self._title = title

        self._out, self._workers, self._command = out, workers, asked.spoken(kind)
        self._study = Study(asked.experiment(kind, points, series), out, by_content=True)
        self.drawn = self._study.about_draws()
        options.tell_not_drawn(self.drawn)
        self._run(self._study)
        self.store = self._study.store()
        self.provenance = manifest(self._study.folder) or {}
        self.comparison = self._compared(self._study)

    def _run(self, study: Study) -> Study:
        assert study.scenario is not None
        prepare_rules(study.scenario, study.rules.values())
        with Counter(f"{self.stem} {study.scenario.name}") as progress:
            return study.run(
                self._workers,
                progress=progress,
                months=progress.month,
                command=self._command,
                keep_failures=False,
            )

    def _compared(self, study: Study) -> Comparison:
        found = Comparison.of(study)
        packages = [replace(one, title=self._title(one, self.say)) for one in found.packages]
        return replace(found, packages=_told_apart(packages, self.say))

    def doubted(self) -> Doubted:
        """The comparison with its doubt, and before it those with less, which are run now."""
        found = {
            name: self._compared(self._run(Study(asked, self._out, by_content=True)))
            for name, asked in with_less(self._study).items()
        }
        return Doubted({**found, DOUBTS[len(found)]: self.comparison})

    def heading(self) -> dict[str, Any]:
        """The part of a result that describes its origin: scenario, seed, version, command."""
        scenario = self.comparison.packages[0].scenario
        return {
            "scenario": scenario.name,
            "seed": self.comparison.seed,
            "replicates": self.comparison.replicates,
            "posterior_draws": self.comparison.draws,
            "posterior": self.drawn,
            "hash": self.provenance["hash"],
            "version": __version__,
            "commit": self.provenance["commit"],
            "command": self.provenance["command"],
            "months": scenario.clock.months,
            "observed": scenario.clock.observed,
            "units": {name: MEASURES[name].unit for name in self.comparison.measures},
        }

    def finish(
        self,
        result: dict[str, Any],
        figure: ModuleType,
        show: Callable[[], None],
        json_alone: bool,
        drawn_of: Any = None,
    ) -> None:
        """Write the result and its figure to the folder of the runs, and print the result.

        ``drawn_of`` is what the figure shows; by default the comparison.
        """
        several = len(self.comparison.packages) > 1
        table = self.comparison.effects.reset_index() if several else None
        drawn_of = self.comparison if drawn_of is None else drawn_of
        self.give(result, figure, drawn_of, table, show, json_alone)

    def give(
        self,
        result: dict[str, Any],
        figure: ModuleType,
        drawn_of: Any,
        table: pd.DataFrame | None,
        show: Callable[[], None],
        json_alone: bool,
    ) -> None:
        """Write result, table and figure to the folder of the runs, and print the result.

        ``drawn_of`` is what the figure shows.
        """
        from sim.drawing import style

        self.store.write(f"{self.stem}.json", as_json(result))
        if table is not None:
            self.store.write(f"{self.stem}.csv", table.to_csv(index=False, lineterminator="\n"))
        lang = self.say.lang
        drawn = figure.draw(drawn_of, lang)
        about = {key: str(result[key]) for key in ("hash", "version", "commit", "command")}
        stem = file_stem(self.stem, lang)
        for kind in ("png", "svg", "pdf"):
            self.store.write(f"{stem}.{kind}", style.render(drawn, kind, about, lang))
        caption = figure.caption(drawn_of, self.redraw, lang)
        self.store.write(f"{stem}.caption.txt", caption)
        if json_alone:
            give(as_json(result))
            return
        show()
        picture = self.store.folder / f"{stem}.png"
        page().print(self.say("files", picture=picture), soft_wrap=True)


def file_stem(name: str, lang: str) -> str:
    """Name of a figure's files, without ending; it contains the language if not English."""
    return name if lang == "en" else f"{name}.{lang}"


def source_of(text: str) -> str:
    """The scenario of a package in words, such as ``district+supervision=0.8``."""
    return text.partition("+")[0] or options.DEFAULT


def _told_apart(packages: list[Package], say: "Speaker") -> tuple[Package, ...]:
    """Titles of packages; where several are the same, the name of the package is added."""
    titles = [package.title for package in packages]
    return tuple(
        package
        if titles.count(package.title) == 1
        else replace(package, title=say("told_apart", title=package.title, name=package.name))
        for package in packages
    )
