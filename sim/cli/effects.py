"""``levers``, ``run`` and ``compare``: what reforms do, on common draws."""

from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path
from types import ModuleType
from typing import Annotated, Any

import typer

from sim.calibration.ranking import Ranking
from sim.cli import breakdown, options
from sim.cli.breakdown import By
from sim.cli.tables import campaign_lines, effects_table, levels_table, ranking_table
from sim.cli.terminal import Counter, give, page, prepare_rules
from sim.errors import BadInput
from sim.kinds import CONDUCTS
from sim.machine.draws import check_seed
from sim.measures import MEASURES
from sim.study.campaign import campaigns
from sim.study.compare import Comparison, run_packages
from sim.study.estimate import Estimate
from sim.study.package import Package, lever_packages, store_of, work_of
from sim.study.provenance import as_json
from sim.study.store import check_name
from sim.version import __version__
from sim.world.posterior import Posterior
from sim.world.posterior import posterior as shipped_posterior
from sim.world.scenario import Scenario

# What the table and picture of levers show; everything is stored.
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


class _Study:
    """One command's runs: executed, stored, estimated, drawn."""

    def __init__(
        self,
        kind: str,
        packages: list[Package],
        command: str,
        out: Path,
        seed: int,
        replicates: int,
        workers: int | None,
        columns: tuple[str, ...],
        posterior: Posterior | None,
    ) -> None:
        if workers is not None and workers < 1:
            raise BadInput(f"--workers {workers}: expected at least 1")
        reference = packages[0].scenario
        check_seed(seed)
        self.kind = kind
        work = work_of(packages, seed, columns, posterior)
        self.store = store_of(packages, work, out, kind, replicates)
        prepare_rules(reference)
        with Counter(f"{kind} {reference.name}") as progress:
            self.comparison = run_packages(
                packages,
                replicates,
                seed,
                workers,
                self.store,
                columns,
                progress,
                progress.month,
                posterior,
            )
        self.provenance = self.store.provenance(command, replicates)

    def heading(self) -> dict[str, Any]:
        """What a result says of itself."""
        scenario = self.comparison.packages[0].scenario
        return {
            "scenario": scenario.name,
            "seed": self.comparison.seed,
            "replicates": self.comparison.replicates,
            "posterior_draws": self.comparison.draws,
            "hash": self.provenance["hash"],
            "version": self.provenance["version"],
            "commit": self.provenance["commit"],
            "command": self.provenance["command"],
            "months": scenario.clock.months,
            "observed": scenario.clock.observed,
            "units": {name: measure.unit for name, measure in MEASURES.items()},
        }

    def finish(
        self,
        result: dict[str, Any],
        figure: ModuleType,
        show: Callable[[], None],
        json_alone: bool,
    ) -> None:
        """Write the result, its provenance and its picture; print it."""
        from sim.drawing import style

        self.store.conclude(self.provenance)
        self.store.write(f"{self.kind}.json", as_json(result))
        if len(self.comparison.packages) > 1:
            table = self.comparison.effects.reset_index().to_csv(index=False, lineterminator="\n")
            self.store.write(f"{self.kind}.csv", table)
        drawn = figure.draw(self.comparison)
        about = {key: str(self.provenance[key]) for key in ("hash", "version", "commit", "command")}
        for kind in ("png", "svg", "pdf"):
            self.store.write(f"{self.kind}.{kind}", style.render(drawn, kind, about))
        caption = figure.caption(self.comparison, self.provenance["command"])
        self.store.write(f"{self.kind}.caption.txt", caption)
        if json_alone:
            give(as_json(result))
            return
        show()
        page().print(
            f"Picture {self.store.folder / self.kind}.png; table, runs and provenance beside it.",
            soft_wrap=True,
        )


def levers(
    scenario: options.ScenarioArgument = options.DEFAULT,
    set_: options.Settings = None,
    lever: options.Levers = None,
    seed: options.Seed = options.SEED,
    replicates: options.Replicates = None,
    months: options.Months = None,
    workers: options.Workers = None,
    out: options.Out = Path("results"),
    posterior: options.WithPosterior = False,
    json: options.AsJson = False,
) -> None:
    """The main job: what each lever, alone, does to execution and credibility; and all together."""
    world = options.load(scenario, set_, lever, months)
    draws = shipped_posterior() if posterior else None
    runs = options.replicates_of(replicates, world, posterior=draws)
    study = _Study(
        "levers",
        lever_packages(world),
        options.spoken("levers", [scenario], set_, lever, seed, runs, months, posterior),
        out,
        seed,
        runs,
        workers,
        (),
        draws,
    )
    comparison = study.comparison
    result = {
        **study.heading(),
        "status_quo": _levels(comparison, comparison.packages[0].name),
        "levers": {
            package.name: _effects(comparison, package.name) for package in comparison.packages[1:]
        },
    }
    from sim.drawing import levers as picture

    if draws is not None:
        found = Ranking.of(comparison, draws)
        result["ranking"] = found.table().to_dict("records")
        result["statements"] = found.statements()

    def show() -> None:
        effects_table(page(), comparison, LEVER_MEASURES, largest_first=True)
        if draws is not None:
            ranking_table(page(), found)

    study.finish(result, picture, show, json)


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
    posterior: options.WithPosterior = False,
    by: Annotated[
        By | None,
        typer.Option("--by", help="Break the run down instead; nothing is kept."),
    ] = None,
    json: options.AsJson = False,
) -> None:
    """One scenario with replicates: summary, monthly series, picture."""
    world = options.load(scenario, set_, lever, months)
    draws = shipped_posterior() if posterior else None
    runs = options.replicates_of(replicates, world, posterior=draws)
    spoken = options.spoken("run", [scenario], set_, lever, seed, runs, months, posterior)
    if by is not None:
        if posterior:
            raise BadInput("--by: a run is broken down as it stands, without --posterior")
        check_seed(seed)
        _break_down(world, by, seed, runs, f"{spoken} --by {by}", json)
        return
    study = _Study(
        "run",
        [Package("run", world.title, world)],
        spoken,
        out,
        seed,
        runs,
        workers,
        PATHS,
        draws,
    )
    comparison = study.comparison
    result = {**study.heading(), "summary": _levels(comparison, "run")}
    from sim.drawing import course

    study.finish(result, course, lambda: levels_table(page(), comparison), json)


def _package(
    text: str, set_: list[str] | None, lever: list[str] | None, months: int | None
) -> Package:
    """A package from words such as ``district+supervision=0.8+culture=1``."""
    source, *pulled = text.split("+")
    if not source:
        source = options.DEFAULT
    for name in options.levers(pulled, text):
        if name in options.levers(lever):
            raise BadInput(f"{text}: lever “{name}” is given by --lever too")
    world = options.load(source, set_, [*(lever or []), *pulled], months)
    name = "+".join([world.name, *pulled])
    check_name(name)
    levers = " + ".join(
        f"{world.levers[one].title} {value:g}" for one, value in options.levers(pulled).items()
    )
    return Package(name, f"{world.title}: {levers}" if levers else world.title, world)


def _told_apart(packages: list[Package]) -> list[Package]:
    """Add its name to a title that several packages share, as files without their own do."""
    titles = [package.title for package in packages]
    return [
        package
        if titles.count(package.title) == 1
        else replace(package, title=f"{package.title} ({package.name})")
        for package in packages
    ]


def compare(
    packages: Annotated[
        list[str],
        typer.Argument(
            metavar="A B …",
            help="Scenarios, or scenarios with levers, as in district+supervision=0.8+culture=1. "
            "The first is what the others are compared with.",
        ),
    ],
    set_: options.Settings = None,
    lever: options.Levers = None,
    seed: options.Seed = options.SEED,
    replicates: options.Replicates = None,
    months: options.Months = None,
    workers: options.Workers = None,
    out: options.Out = Path("results"),
    posterior: options.WithPosterior = False,
    json: options.AsJson = False,
) -> None:
    """Scenarios or packages of levers side by side, paired on common draws."""
    if len(packages) < 2:
        raise BadInput("compare: expected at least two scenarios or packages")
    found = _told_apart([_package(text, set_, lever, months) for text in packages])
    names = [package.name for package in found]
    if len(set(names)) < len(names):
        raise BadInput(f"compare: “{max(names, key=names.count)}” is given twice")
    lengths = {package.scenario.clock.months for package in found}
    if len(lengths) > 1:
        raise BadInput(f"compare: runs last {sorted(lengths)} months; give --months")
    draws = shipped_posterior() if posterior else None
    worlds = (package.scenario for package in found)
    runs = options.replicates_of(replicates, *worlds, posterior=draws)
    study = _Study(
        "compare",
        found,
        options.spoken("compare", packages, set_, lever, seed, runs, months, posterior),
        out,
        seed,
        runs,
        workers,
        PATHS,
        draws,
    )
    comparison = study.comparison
    result = {
        **study.heading(),
        "reference": names[0],
        "levels": {name: _levels(comparison, name) for name in names},
        "effects": {name: _effects(comparison, name) for name in names[1:]},
        "campaigns": {name: asdict(one) for name, one in campaigns(comparison).items()},
    }
    from sim.drawing import course

    def show() -> None:
        effects_table(page(), comparison, LEVER_MEASURES, largest_first=False)
        campaign_lines(page(), comparison)

    study.finish(result, course, show, json)
