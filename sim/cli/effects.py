"""``levers``, ``run`` and ``compare``: effects of reforms, estimated on common draws."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Annotated, Any

import pandas as pd
import typer

from sim.calibration.ranking import Ranking
from sim.cli import breakdown, options
from sim.cli.breakdown import By
from sim.cli.clauses import clause_results, clause_rows, clause_tables
from sim.cli.tables import (
    campaign_lines,
    dose_lines,
    doubt_table,
    effects_table,
    levels_table,
    ranking_table,
    trigger_lines,
)
from sim.cli.terminal import Counter, give, page, prepare_rules
from sim.cli.words import TABLES
from sim.errors import BadInput
from sim.kinds import CONDUCTS
from sim.machine.draws import check_seed
from sim.measures import MEASURES
from sim.study.campaign import campaigns
from sim.study.clauses import ClauseEffects, Treatments, clauses_of
from sim.study.compare import Comparison
from sim.study.doubt import BEHAVIOUR, COST, DOUBTS, Doubted, for_officer_month, with_less
from sim.study.estimate import Estimate
from sim.study.experiment import Experiment, ListedPoint
from sim.study.fired import fired, measures_of
from sim.study.folder import manifest
from sim.study.package import Package, lever_points
from sim.study.points import check_name
from sim.study.provenance import as_json
from sim.study.study import Study
from sim.version import __version__
from sim.world.doses import doses
from sim.world.own_measures import common, monthly_of
from sim.world.scenario import STATUS_QUO, Scenario

if TYPE_CHECKING:
    from sim.drawing.language import Speaker

# Measures in the table and figure of levers; all measures are stored.
LEVER_MEASURES = (
    "execution_rate",
    "reported_rate",
    "credibility",
    "unjust_sanctions",
    "burden",
)
PATHS = (
    "execution_rate",
    "reported_rate",
    "credibility",
    "trust_in_centre",
    "rupture_share",
    "follow_through",
    "burden",
    *CONDUCTS,
    "sanctions",
    "unjust_sanctions",
    "complaints",
)


def _numbers(found: Estimate, value: str) -> dict[str, float]:
    return {value: found.value, "low": found.low, "high": found.high}


def _levels(comparison: Comparison, package: str) -> dict[str, Any]:
    return {name: _numbers(found, "mean") for name, found in comparison.level(package).items()}


def _effects(comparison: Comparison, package: str) -> dict[str, Any]:
    return {
        name: {**_numbers(found, "effect"), "agreement": found.agreement}
        for name, found in comparison.effect(package).items()
    }


def _triggers(comparison: Comparison) -> dict[str, Any]:
    """When reforms with a trigger were in force, by package; nothing where there are none."""
    found = {one.name: fired(comparison, one.name) for one in comparison.packages}
    told = {name: [one.as_plain() for one in each] for name, each in found.items() if each}
    return {"triggers": told} if told else {}


def _doubt_results(found: Doubted) -> dict[str, Any]:
    """Effects, burden and what an officer-month brings, for each package under each doubt."""
    whole = found.whole
    return {
        name: {
            doubt: {
                "effects": _effects(comparison, name),
                "officer_months": _numbers(comparison.effect(name)[COST], "effect"),
                "for_officer_month": _for_officer_month(comparison, name),
            }
            for doubt, comparison in found.comparisons.items()
        }
        for name in (package.name for package in whole.packages[1:])
    }


def _for_officer_month(comparison: Comparison, package: str) -> dict[str, float] | None:
    found = for_officer_month(comparison, package)
    return None if found is None else _numbers(found, "effect")


def dose_results(scenario: Scenario, pulled: Mapping[str, float], chinese: bool) -> dict[str, Any]:
    """What levers of a scenario change, by lever, in natural units."""
    return {
        name: [
            {
                "setting": one.key,
                "from": one.start,
                "to": one.full,
                "unit": one.unit,
                "text": one.text(chinese),
            }
            for one in doses(scenario, name, intensity)
        ]
        for name, intensity in pulled.items()
    }


@dataclass(frozen=True)
class Asked:
    """Options that the three commands share, and that hold for every scenario."""

    sources: list[str]
    # Values of ``--set`` and ``--lever`` as they were written.
    settings: list[str] | None
    levers: list[str] | None
    months: int | None
    seed: int
    replicates: int
    posterior: str | None
    lang: str
    # An option that makes another study of the command, such as ``--clauses``.
    flag: str = ""
    # Levers of the study beside those of the scenario, as tables of a scenario.
    treatments: dict[str, Any] = field(default_factory=dict)
    # Files with measures of one's own.
    measures: list[Path] | None = None
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
            self.settings,
            self.levers,
            self.seed,
            self.replicates,
            self.months,
            self.posterior,
            lang,
            (self.flag,) if self.flag else (),
            self.measures,
        )

    def experiment(
        self, kind: str, points: list[ListedPoint], series: tuple[str, ...]
    ) -> Experiment:
        """The experiment that runs the points and keeps all measures.

        Raises BadInput if an option is not valid.
        """
        source = _source(self.sources[0])
        scenario = Scenario.load(source)
        changed = options.settings(self.settings)
        if self.treatments:
            levers = scenario.replace(changed).model_dump()["levers"]
            changed["levers"] = levers | self.treatments
        name = f"{self.stem(kind)}-{scenario.name}"
        drawn = options.asked_posterior(self.posterior)
        worlds = self._worlds(points, changed)
        own = options.own_measures(self.measures)
        named = dict.fromkeys([*common(one.measure for one in worlds), *monthly_of(own)])
        tree = {
            "title": self.stem(kind),
            "measure": {name: one.model_dump(exclude_unset=True) for name, one in own.items()},
            "question": self.spoken(kind),
            "scenario": source,
            "set": changed,
            "levers": options.levers(self.levers),
            "months": self.months,
            "seed": self.seed,
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
        """The scenarios of the points, as far as reforms of their own go."""
        sources = dict.fromkeys(point.scenario or _source(self.sources[0]) for point in points)
        return [Scenario.load(source).replace(changed) for source in sources]


class _Study:
    """The study of one command: it runs the listed points, estimates effects and draws a figure.

    Raises BadInput if an option is not valid.
    """

    def __init__(
        self,
        kind: str,
        points: list[ListedPoint],
        title: Callable[[Package, "Speaker"], str],
        asked: Asked,
        out: Path,
        workers: int | None,
        series: tuple[str, ...],
    ) -> None:
        if workers is not None and workers < 1:
            raise BadInput(f"--workers {workers}: expected at least 1")
        from sim.drawing.language import Speaker, check_language

        check_language(asked.lang)
        check_seed(asked.seed)
        self.stem, self.say = asked.stem(kind), Speaker(asked.lang, TABLES)
        self.redraw = asked.spoken(kind, asked.lang)
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


def levers(
    scenario: options.ScenarioArgument = options.DEFAULT,
    set_: options.Settings = None,
    lever: options.Levers = None,
    seed: options.Seed = options.SEED,
    replicates: options.Replicates = None,
    months: options.Months = None,
    workers: options.Workers = None,
    out: options.Out = Path("results"),
    posterior: options.WithPosterior = None,
    measures: options.Measures = None,
    lang: options.Language = "en",
    clauses: Annotated[
        bool,
        typer.Option(
            "--clauses",
            help="Treat each clause of each lever by itself: alone, and the lever without it; and "
            "each lever's burden alone.",
        ),
    ] = False,
    json: options.AsJson = False,
) -> None:
    """Effects of each lever alone, and of all together, on execution and credibility."""
    world = options.load(scenario, set_, lever, months)
    draws = options.draws_of(posterior, scenario)
    runs = options.replicates_of(replicates, world, posterior=draws)
    if clauses:
        asked = Asked(
            [scenario],
            set_,
            lever,
            months,
            seed,
            runs,
            posterior,
            lang,
            "--clauses",
            measures=measures,
        )
        _treat_clauses(world, asked, out, workers, json)
        return
    asked = Asked([scenario], set_, lever, months, seed, runs, posterior, lang, measures=measures)
    study = _Study("levers", lever_points(world), _lever_title, asked, out, workers, ())
    comparison, say = study.comparison, study.say
    result = {
        **study.heading(),
        "status_quo": _levels(comparison, comparison.packages[0].name),
        "levers": {
            package.name: _effects(comparison, package.name) for package in comparison.packages[1:]
        },
    }
    from sim.drawing import levers as picture

    doubted = study.doubted()
    whole = dict.fromkeys(world.levers, 1.0)
    result["doubt"] = _doubt_results(doubted)
    result["doses"] = dose_results(world, whole, say.chinese)
    if draws is not None:
        found = Ranking.of(comparison, draws)
        result["ranking"] = found.table().to_dict("records")
        result["statements"] = found.statements(say.chinese)

    def show() -> None:
        shown = (*LEVER_MEASURES, *comparison.own)
        effects_table(page(), comparison, shown, largest_first=True, say=say)
        doubt_table(page(), doubted, largest_first=True, say=say)
        dose_lines(page(), world, whole, say)
        if draws is not None:
            ranking_table(page(), found, say)

    study.finish(result, picture, show, json, doubted)


def _treat_clauses(
    world: Scenario, asked: Asked, out: Path, workers: int | None, json_alone: bool
) -> None:
    if asked.replicates < 2:
        raise BadInput(
            f"--replicates {asked.replicates}: expected at least 2 with --clauses, because one "
            "replicate does not show what is chance"
        )
    treatments = Treatments.of(world)
    study = _Study(
        "levers",
        treatments.points,
        _treatment_title,
        # A lever and its clauses are compared at the same values.
        replace(asked, treatments=treatments.levers, doubt=BEHAVIOUR),
        out,
        workers,
        (),
    )
    found = ClauseEffects(study.comparison, clauses_of(world))
    reference = study.comparison.level(STATUS_QUO)
    result = {
        **study.heading(),
        "status_quo": {name: _numbers(one, "mean") for name, one in reference.items()},
        **clause_results(found),
    }
    from sim.drawing import clauses as picture

    study.give(
        result,
        picture,
        found,
        clause_rows(found),
        lambda: clause_tables(page(), found, study.say),
        json_alone,
    )


def _treatment_title(package: Package, say: "Speaker") -> str:
    """Title of a lever or of the status quo; treatments of clauses are told by their names."""
    own = package.name in package.scenario.levers or package.name == STATUS_QUO
    return say.lever(package.name, package.scenario) if own else package.title


def _lever_title(package: Package, say: "Speaker") -> str:
    return say.lever(package.name, package.scenario)


def _break_down(
    world: Scenario, by: By, seed: int, replicates: int, command: str, json_alone: bool
) -> None:
    tables = breakdown.breakdown(world, by, seed, replicates)
    if json_alone:
        about = {
            "scenario": world.name,
            "seed": seed,
            "replicates": replicates,
            "version": __version__,
            "command": command,
            "by": str(by),
        }
        give(as_json(about | breakdown.as_plain(tables)))
        return
    runs = "replicate" if replicates == 1 else "replicates"
    basis = f"Mean of {replicates} {runs}, seed {seed}; standard errors and all columns: --json."
    breakdown.show(world, by, tables, basis)


def run(
    scenario: options.ScenarioArgument = options.DEFAULT,
    set_: options.Settings = None,
    lever: options.Levers = None,
    seed: options.Seed = options.SEED,
    replicates: options.Replicates = None,
    months: options.Months = None,
    workers: options.Workers = None,
    out: options.Out = Path("results"),
    posterior: options.WithPosterior = None,
    measures: options.Measures = None,
    lang: options.Language = "en",
    by: Annotated[
        By | None,
        typer.Option("--by", help="Show results by groups instead; nothing is stored."),
    ] = None,
    json: options.AsJson = False,
) -> None:
    """Run one scenario with replicates: summary, monthly series and figure."""
    world = options.load(scenario, set_, lever, months)
    draws = options.draws_of(posterior, scenario)
    runs = options.replicates_of(replicates, world, posterior=draws)
    asked = Asked([scenario], set_, lever, months, seed, runs, posterior, lang, measures=measures)
    if by is not None:
        if draws is not None:
            raise BadInput("--by: expected without --posterior; groups are shown for one run")
        check_seed(seed)
        _break_down(world, by, seed, runs, f"{asked.spoken('run')} --by {by}", json)
        return
    point = ListedPoint(name="run", title=world.title)
    study = _Study("run", [point], _world_title, asked, out, workers, PATHS)
    comparison, say = study.comparison, study.say
    result = {
        **study.heading(),
        "summary": _levels(comparison, "run"),
        **_triggers(comparison),
    }
    from sim.drawing import course

    def show() -> None:
        levels_table(page(), comparison, say)
        trigger_lines(page(), comparison, say)

    study.finish(result, course, show, json)


def _world_title(package: Package, say: "Speaker") -> str:
    return say.title(package.scenario)


def _source(text: str) -> str:
    """The scenario of a package in words, such as ``district+supervision=0.8``."""
    return text.partition("+")[0] or options.DEFAULT


def _point(
    text: str, set_: list[str] | None, lever: list[str] | None, months: int | None
) -> tuple[ListedPoint, Scenario]:
    """A point from words such as ``district+supervision=0.8+culture=1``, and its scenario."""
    _, *pulled = text.split("+")
    given = options.levers(pulled, text)
    for name in given:
        if name in options.levers(lever):
            raise BadInput(f"{text}: lever “{name}” is given by --lever too")
    world = options.load(_source(text), set_, [*(lever or []), *pulled], months)
    name = "+".join([world.name, *pulled])
    check_name(name)
    return ListedPoint(name=name, scenario=_source(text), levers=given), world


def _package_title(package: Package, pulled: dict[str, float], say: "Speaker") -> str:
    """Title of the scenario and of the levers that the package adds."""
    title, scenario = say.title(package.scenario), package.scenario
    levers = say("plus").join(f"{say.lever(one, scenario)} {pulled[one]:g}" for one in pulled)
    return say("with_levers", title=title, levers=levers) if levers else title


def _told_apart(packages: list[Package], say: "Speaker") -> tuple[Package, ...]:
    """Titles of packages; where several are the same, the name of the package is added."""
    titles = [package.title for package in packages]
    return tuple(
        package
        if titles.count(package.title) == 1
        else replace(package, title=say("told_apart", title=package.title, name=package.name))
        for package in packages
    )


def compare(
    packages: Annotated[
        list[str],
        typer.Argument(
            metavar="A B …",
            help="Scenarios, or scenarios with levers, as in district+supervision=0.8+culture=1. "
            "The others are compared with the first.",
        ),
    ],
    set_: options.Settings = None,
    lever: options.Levers = None,
    seed: options.Seed = options.SEED,
    replicates: options.Replicates = None,
    months: options.Months = None,
    workers: options.Workers = None,
    out: options.Out = Path("results"),
    posterior: options.WithPosterior = None,
    measures: options.Measures = None,
    lang: options.Language = "en",
    json: options.AsJson = False,
) -> None:
    """Compare scenarios or packages of levers, paired on common draws."""
    if len(packages) < 2:
        raise BadInput(
            "compare: expected at least two scenarios or packages, as in zhixing compare district "
            "district+culture=1"
        )
    found = [_point(text, set_, lever, months) for text in packages]
    points, worlds = [point for point, _ in found], [world for _, world in found]
    names = [point.name for point in points]
    if len(set(names)) < len(names):
        raise BadInput(f"compare: “{max(names, key=names.count)}” is given twice")
    lengths = {world.clock.months for world in worlds}
    if len(lengths) > 1:
        told = " and ".join(map(str, sorted(lengths)))
        raise BadInput(
            f"compare: runs last {told} months, and can only be compared over as many; give one "
            f"length, as in --months {max(lengths)}"
        )
    draws = options.draws_of(posterior, *map(_source, packages))
    runs = options.replicates_of(replicates, *worlds, posterior=draws)
    asked = Asked(packages, set_, lever, months, seed, runs, posterior, lang, measures=measures)
    pulled = {point.name: point.levers for point in points}

    def title(package: Package, say: "Speaker") -> str:
        return _package_title(package, pulled[package.name], say)

    study = _Study("compare", points, title, asked, out, workers, PATHS)
    comparison, say = study.comparison, study.say
    result = {
        **study.heading(),
        "reference": names[0],
        "levels": {name: _levels(comparison, name) for name in names},
        "effects": {name: _effects(comparison, name) for name in names[1:]},
        "campaigns": {name: asdict(one) for name, one in campaigns(comparison).items()},
        **_triggers(comparison),
    }
    from sim.drawing import course

    doubted = study.doubted()
    result["doubt"] = _doubt_results(doubted)
    result["doses"] = {
        package.name: dose_results(package.scenario, pulled[package.name], say.chinese)
        for package in comparison.packages
    }

    def show() -> None:
        shown = (*LEVER_MEASURES, *comparison.own)
        effects_table(page(), comparison, shown, largest_first=False, say=say)
        doubt_table(page(), doubted, largest_first=False, say=say)
        for package in comparison.packages:
            dose_lines(page(), package.scenario, pulled[package.name], say)
        campaign_lines(page(), comparison, say)
        trigger_lines(page(), comparison, say)

    study.finish(result, course, show, json)
