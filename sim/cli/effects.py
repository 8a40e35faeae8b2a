"""``levers``, ``run`` and ``compare``: effects of reforms, estimated on common draws."""

from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Annotated

import typer

from sim.calibration.ranking import Ranking
from sim.cli import breakdown, options
from sim.cli.breakdown import By
from sim.cli.clauses import clause_results, clause_rows, clause_tables
from sim.cli.comparison_study import Asked, ComparisonStudy, RunOptions, source_of
from sim.cli.option_group import takes
from sim.cli.result_values import dose_results, doubt_results, effects_on, levels, numbers, triggers
from sim.cli.tables import (
    campaign_lines,
    dose_lines,
    doubt_table,
    effects_table,
    levels_table,
    ranking_table,
    trigger_lines,
)
from sim.cli.terminal import give, page
from sim.errors import BadInput
from sim.kinds import CONDUCTS
from sim.machine.draws import check_seed
from sim.study.campaign import campaigns
from sim.study.clauses import ClauseEffects, Treatments, clauses_of
from sim.study.doubt import BEHAVIOUR
from sim.study.experiment import ListedPoint
from sim.study.package import Package, lever_points
from sim.study.points import check_name
from sim.study.provenance import as_json
from sim.version import __version__
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


@takes(RunOptions)
def levers(
    scenario: options.ScenarioArgument = options.DEFAULT,
    *,
    asked: RunOptions,
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
    world = options.load(scenario, asked.set_, asked.lever, asked.months)
    draws = options.draws_of(asked.posterior, scenario)
    runs = options.replicates_of(asked.replicates, world, posterior=draws)
    if clauses:
        _treat_clauses(world, Asked([scenario], asked, runs, "--clauses"), json)
        return
    whole = Asked([scenario], asked, runs)
    study = ComparisonStudy("levers", lever_points(world), _lever_title, whole, ())
    comparison, say = study.comparison, study.say
    result = {
        **study.heading(),
        "status_quo": levels(comparison, comparison.packages[0].name),
        "levers": {
            package.name: effects_on(comparison, package.name)
            for package in comparison.packages[1:]
        },
    }
    from sim.drawing import levers as picture

    doubted = study.doubted()
    full = dict.fromkeys(world.levers, 1.0)
    result["doubt"] = doubt_results(doubted)
    result["doses"] = dose_results(world, full, say.chinese)
    if draws is not None:
        found = Ranking.over(doubted, draws)
        result["ranking"] = found.table().to_dict("records")
        result["statements"] = found.statements(say.chinese)

    def show() -> None:
        shown = (*LEVER_MEASURES, *comparison.own)
        effects_table(page(), comparison, shown, largest_first=True, say=say)
        doubt_table(page(), doubted, largest_first=True, say=say)
        dose_lines(page(), world, full, say)
        if draws is not None:
            ranking_table(page(), found, say)

    study.finish(result, picture, show, json, doubted)


def _treat_clauses(world: Scenario, asked: Asked, json_alone: bool) -> None:
    if asked.replicates < 2:
        raise BadInput(
            f"--replicates {asked.replicates}: expected at least 2 with --clauses, because one "
            "replicate does not show what is chance"
        )
    treatments = Treatments.of(world)
    study = ComparisonStudy(
        "levers",
        treatments.points,
        _treatment_title,
        # A lever and its clauses are compared at the same values.
        replace(asked, treatments=treatments.levers, doubt=BEHAVIOUR),
        (),
    )
    found = ClauseEffects(study.comparison, clauses_of(world))
    reference = study.comparison.level(STATUS_QUO)
    result = {
        **study.heading(),
        "status_quo": {name: numbers(one, "mean") for name, one in reference.items()},
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
    """Title of a lever or of the status quo; treatments of clauses are shown by their names."""
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


@takes(RunOptions)
def run(
    scenario: options.ScenarioArgument = options.DEFAULT,
    *,
    asked: RunOptions,
    by: Annotated[
        By | None,
        typer.Option("--by", help="Show results by groups instead; nothing is stored."),
    ] = None,
    json: options.AsJson = False,
) -> None:
    """Run one scenario with replicates: summary, monthly series and figure."""
    world = options.load(scenario, asked.set_, asked.lever, asked.months)
    draws = options.draws_of(asked.posterior, scenario)
    runs = options.replicates_of(asked.replicates, world, posterior=draws)
    whole = Asked([scenario], asked, runs)
    if by is not None:
        if draws is not None:
            raise BadInput("--by: expected without --posterior; groups are shown for one run")
        check_seed(asked.seed)
        _break_down(world, by, asked.seed, runs, f"{whole.spoken('run')} --by {by}", json)
        return
    point = ListedPoint(name="run", title=world.title)
    study = ComparisonStudy("run", [point], _world_title, whole, PATHS)
    comparison, say = study.comparison, study.say
    result = {
        **study.heading(),
        "summary": levels(comparison, "run"),
        **triggers(comparison),
    }
    from sim.drawing import course

    def show() -> None:
        levels_table(page(), comparison, say)
        trigger_lines(page(), comparison, say)

    study.finish(result, course, show, json)


def _world_title(package: Package, say: "Speaker") -> str:
    return say.title(package.scenario)


def _point(text: str, asked: RunOptions, *, warn: bool) -> tuple[ListedPoint, Scenario]:
    """A point from words such as ``district+supervision=0.8+culture=1``, and its scenario."""
    _, *pulled = text.split("+")
    given = options.levers(pulled, text)
    for name in given:
        if name in options.levers(asked.lever):
            raise BadInput(f"{text}: lever “{name}” is given by --lever too")
    reforms = [*(asked.lever or []), *pulled]
    world = options.load(source_of(text), asked.set_, reforms, asked.months, warn=warn)
    name = "+".join([world.name, *pulled])
    check_name(name)
    return ListedPoint(name=name, scenario=source_of(text), levers=given), world


def _package_title(package: Package, pulled: dict[str, float], say: "Speaker") -> str:
    """Title of the scenario and of the levers that the package adds."""
    title, scenario = say.title(package.scenario), package.scenario
    levers = say("plus").join(f"{say.lever(one, scenario)} {pulled[one]:g}" for one in pulled)
    return say("with_levers", title=title, levers=levers) if levers else title


@takes(RunOptions)
def compare(
    packages: Annotated[
        list[str],
        typer.Argument(
            metavar="A B …",
            help="Scenarios, or scenarios with levers, as in district+supervision=0.8+culture=1. "
            "The others are compared with the first.",
        ),
    ],
    *,
    asked: RunOptions,
    json: options.AsJson = False,
) -> None:
    """Compare scenarios or packages of levers, paired on common draws."""
    if len(packages) < 2:
        raise BadInput(
            "compare: expected at least two scenarios or packages, as in zhixing compare district "
            "district+culture=1"
        )
    sources = [source_of(text) for text in packages]
    found = [
        _point(text, asked, warn=source not in sources[:place])
        for place, (text, source) in enumerate(zip(packages, sources, strict=True))
    ]
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
    draws = options.draws_of(asked.posterior, *sources)
    runs = options.replicates_of(asked.replicates, *worlds, posterior=draws)
    whole = Asked(packages, asked, runs)
    pulled = {point.name: point.levers for point in points}

    def title(package: Package, say: "Speaker") -> str:
        return _package_title(package, pulled[package.name], say)

    study = ComparisonStudy("compare", points, title, whole, PATHS)
    comparison, say = study.comparison, study.say
    result = {
        **study.heading(),
        "reference": names[0],
        "levels": {name: levels(comparison, name) for name in names},
        "effects": {name: effects_on(comparison, name) for name in names[1:]},
        "campaigns": {name: asdict(one) for name, one in campaigns(comparison).items()},
        **triggers(comparison),
    }
    from sim.drawing import course

    doubted = study.doubted()
    result["doubt"] = doubt_results(doubted)
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
