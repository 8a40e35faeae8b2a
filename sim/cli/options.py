"""Options that several commands share, and the scenario that they define."""

import shlex
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperCommand

from sim.cli import posts_read
from sim.cli.terminal import say
from sim.errors import BadInput
from sim.input_file import NotToml, check_plain, parsed_toml
from sim.machine.loop import LARGE
from sim.study.cluster import scheduler
from sim.world.own_measures import Declared, OwnMeasure
from sim.world.posterior import BESIDE, DRAWS, Posterior, asked_for
from sim.world.scenario import Scenario

DEFAULT = "district"
REPLICATES = 40
REPLICATES_A_DRAW = 2
# Estimates of more replicates would not fit into memory.
MOST_REPLICATES = 1_000_000
SEED = 1
POSTERIOR = "--posterior"
# Endings of the files that ``--posterior`` takes.
DRAWN_IN = (DRAWS, BESIDE)
# What ``--posterior`` stands for if no file is given.
_SHIPPED = "shipped"


class MaybeFile(TyperCommand):
    """A command whose ``--posterior`` may be followed by a file, or by nothing.

    The next word is that file only if its name ends as one, so a scenario that follows is not
    taken for it. Typer itself would take any next word.
    """

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Write the option with its file as one word."""
        found: list[str] = []
        left = list(args)
        while left:
            word = left.pop(0)
            if word == "--":
                found += [word, *left]
                break
            if word == POSTERIOR:
                named = bool(left) and left[0].endswith(DRAWN_IN)
                word = f"{POSTERIOR}={left.pop(0) if named else _SHIPPED}"
            found.append(word)
        return super().parse_args(ctx, found)


ScenarioArgument = Annotated[
    str, typer.Argument(metavar="[SCENARIO]", help="A shipped scenario, or the path of a file.")
]
Settings = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="KEY=VALUE", help="Change a setting (dotted key); repeatable."),
]
Levers = Annotated[
    list[str] | None,
    typer.Option("--lever", metavar="NAME=INTENSITY", help="Apply a lever, 0 to 1; repeatable."),
]
Seed = Annotated[int, typer.Option("--seed", help="Seed of all draws, 0 to 4294967295.")]
Replicates = Annotated[
    int | None,
    typer.Option(
        "--replicates",
        help=f"Replicates of each package; if not given, {REPLICATES}, or 1 for very many "
        "officers.",
    ),
]
Months = Annotated[int | None, typer.Option("--months", help="Length of a run in months.")]


def _workers(given: int | None) -> int | None:
    """The number of workers. Raises BadInput if it is out of range."""
    if given is not None and given < 1:
        raise BadInput(f"--workers {given}: expected at least 1")
    return given


Workers = Annotated[
    int | None,
    typer.Option(
        "--workers",
        help="Processes; by default one per processor, or none for short work.",
        callback=_workers,
    ),
]
Cluster = Annotated[
    str | None,
    typer.Option(
        "--cluster",
        metavar="ADDRESS",
        help="A Dask scheduler, tcp://HOST:PORT or its scheduler file, instead of workers.",
    ),
]
WithPosterior = Annotated[
    str | None,
    typer.Option(
        "--posterior",
        metavar="[FILE]",
        help="Include uncertainty of parameters: each replicate uses a draw of the calibration. "
        "Without FILE, of the shipped one; else of your own, as written by zhixing calibrate. "
        f"The next word is FILE only if it ends in {' or '.join(DRAWN_IN)}.",
    ),
]
Measures = Annotated[
    list[Path] | None,
    typer.Option(
        "--measures",
        metavar="FILE",
        help="A TOML file with measures of your own, [measure.NAME]; repeatable.",
    ),
]
Out = Annotated[Path, typer.Option("--out", metavar="DIR", help="Folder for results.")]
Language = Annotated[
    str, typer.Option("--lang", metavar="en|zh", help="Language of tables and figures.")
]
AsJson = Annotated[bool, typer.Option("--json", help="Print the result only, as JSON.")]


def check_where(workers: int | None, cluster: str | None) -> None:
    """Raise BadInput if both are given, or the cluster's address is not valid."""
    if workers is not None and cluster is not None:
        raise BadInput("--workers and --cluster: expected one of them")
    if cluster is not None:
        scheduler(cluster)


def _pair(text: str, option: str, example: str) -> tuple[str, str]:
    key, sign, value = text.partition("=")
    if not sign or not key.strip() or not value.strip():
        raise BadInput(f"{option} {text}: expected {example}")
    return key.strip(), value.strip()


def settings(given: list[str] | None) -> dict[str, Any]:
    """Values of ``--set`` by key; a value that is not TOML is a text.

    Raises BadInput if one is malformed.
    """
    found: dict[str, Any] = {}
    for text in given or []:
        key, value = _pair(text, "--set", "KEY=VALUE, as in public.trust.mean=0.2")
        try:
            parsed = parsed_toml(f"value = {value}", f"--set {key}")
        except NotToml:
            parsed = {"value": value}
            check_plain(parsed, f"--set {key}")
        if set(parsed) != {"value"}:
            raise BadInput(f"--set {key}: expected one value")
        found[key] = parsed["value"]
    return found


def levers(given: list[str] | None, option: str = "--lever") -> dict[str, float]:
    """Values of ``--lever``: intensities, 0 to 1, by name. Raises BadInput if one is malformed."""
    found: dict[str, float] = {}
    for text in given or []:
        name, value = _pair(text, option, "NAME=INTENSITY, as in supervision=0.8")
        if name in found:
            raise BadInput(f"{option} {text}: lever “{name}” is given twice")
        try:
            found[name] = float(value)
        except ValueError:
            raise BadInput(f"{option} {text}: expected a number from 0 to 1") from None
    return found


def load(
    source: str,
    given_settings: list[str] | None,
    given_levers: list[str] | None,
    months: int | None,
    *,
    warn: bool = True,
) -> Scenario:
    """The scenario that the options define, with warnings on its table of posts unless not wanted.

    Raises BadInput if one of the options is not valid.
    """
    changed = settings(given_settings)
    if months is not None:
        changed["clock.months"] = months
    pulled = levers(given_levers)
    scenario = Scenario.load(source)
    if changed or pulled:
        scenario = scenario.replace(changed, pulled)
    if warn:
        posts_read.warn(scenario)
    return scenario


def own_measures(paths: list[Path] | None) -> dict[str, OwnMeasure]:
    """The measures that files declare, by name; a later one of a name replaces an earlier one.

    Raises BadInput if one is not valid.
    """
    found: dict[str, OwnMeasure] = {}
    for path in paths or ():
        found |= Declared.read(path).measure
    return found


def spoken_measures(paths: list[Path] | None) -> list[str]:
    """``--measures`` as it is written in a command."""
    return [word for path in paths or () for word in ("--measures", path.as_posix())]


def asked_posterior(given: str | None) -> bool | str:
    """What ``--posterior`` asks for, as an experiment has it. Raises BadInput if it is empty."""
    if given is None:
        return False
    if not given:
        raise BadInput("--posterior: expected a file after “=”")
    return True if given == _SHIPPED else given


def draws_of(given: str | None, *scenarios: str) -> Posterior | None:
    """The draws that ``--posterior`` asks for; None without it.

    Raises BadInput if they cannot be read, or were fitted to another scenario.
    """
    return asked_for(asked_posterior(given), *scenarios)


def tell_not_drawn(drawn: Mapping[str, Any] | None) -> None:
    """Print which calibrated settings keep the values that scenarios give them.

    ``drawn`` is what results record of their draws.
    """
    for name, kept in ({} if drawn is None else drawn["not_drawn"]).items():
        if kept:
            say(f"Not drawn, since {name} sets other values: {', '.join(kept)}.")


def spoken_posterior(given: str | None) -> list[str]:
    """``--posterior`` as it is written in a command."""
    asked = asked_posterior(given)
    return [] if not asked else [POSTERIOR] if asked is True else [POSTERIOR, asked]


def replicates_of(
    given: int | None, *scenarios: Scenario, posterior: Posterior | None = None
) -> int:
    """Number of replicates: as given, or the default; one if there are very many officers.

    With a posterior, the default uses each of its draws twice. Raises BadInput if out of range.
    """
    if given is None and posterior is not None:
        return REPLICATES_A_DRAW * len(posterior)
    if given is None:
        return 1 if any(scenario.total_posts >= LARGE for scenario in scenarios) else REPLICATES
    if given < 1:
        raise BadInput(f"--replicates {given}: expected at least 1")
    if given > MOST_REPLICATES:
        raise BadInput(f"--replicates {given}: expected at most {MOST_REPLICATES:,}")
    return given


def spoken(
    command: str,
    sources: list[str],
    given_settings: list[str] | None,
    given_levers: list[str] | None,
    seed: int,
    replicates: int,
    months: int | None,
    posterior: str | None = None,
    lang: str = "en",
    flags: tuple[str, ...] = (),
    measures: list[Path] | None = None,
) -> str:
    """The command that reproduces these results, without options that do not affect them.

    ``flags`` are options of this command alone, as they are written.
    """
    words = ["zhixing", command, *sources, *flags]
    for text in given_settings or []:
        words += ["--set", text]
    for text in given_levers or []:
        words += ["--lever", text]
    if months is not None:
        words += ["--months", str(months)]
    words += spoken_posterior(posterior)
    words += ["--seed", str(seed), "--replicates", str(replicates)]
    words += spoken_measures(measures)
    words += ["--lang", lang] if lang != "en" else []
    return shlex.join(words)
