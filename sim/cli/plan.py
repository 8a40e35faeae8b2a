"""``plan``: the best package of reforms on a budget, how sure that is, when, and why."""

import shlex
from pathlib import Path
from typing import Annotated, Any

import typer

from sim.cli import options
from sim.cli.terminal import Counter, give, page, prepare_rules
from sim.errors import BadInput
from sim.machine.loop import Progress
from sim.planning.answer import Answer
from sim.planning.planning import Planning
from sim.planning.question import Question
from sim.study.cluster import connect
from sim.study.files import writable_folder
from sim.study.provenance import as_json

Many = list[str] | None
_NAME = "plan"


def _many(option: str, metavar: str, text: str) -> Any:
    return typer.Option(option, metavar=metavar, help=text, show_default=False)


def _span(given: Many, option: str) -> dict[str, tuple[int, int]]:
    """Values of ``--start`` or ``--end``: first and last month by lever."""
    found = {}
    for text in given or []:
        name, _, span = text.partition("=")
        first, _, last = span.partition(":")
        try:
            found[name.strip()] = (int(first), int(last or first))
        except ValueError:
            raise BadInput(
                f"{option} {text}: expected NAME=FIRST:LAST in months, as in supervision=12:48"
            ) from None
    return found


def _ranges(use: Many, start: Many, end: Many) -> dict[str, dict[str, Any]]:
    """Levers that may be used, as a question has them."""
    found: dict[str, dict[str, Any]] = {}
    for text in use or []:
        name, sign, span = text.partition("=")
        low, _, high = span.partition(":")
        try:
            ends = (float(low), float(high or low)) if sign else (0.0, 1.0)
        except ValueError:
            raise BadInput(
                f"--use {text}: expected NAME or NAME=LOW:HIGH, as in supervision=0.2:0.8"
            ) from None
        found[name.strip()] = {"low": ends[0], "high": ends[1]}
    for key, given, option in (("start", start, "--start"), ("end", end, "--end")):
        for name, months in _span(given, option).items():
            if use and name not in found:
                raise BadInput(f"{option} {name}: is not among the levers of --use")
            found.setdefault(name, {"low": 0.0, "high": 1.0})[key] = months
    return found


def _limits(limit: Many, burden: float | None, cost: float | None) -> list[str]:
    budget = {"burden": burden, "cost": cost}
    written = [f"{name} <= {most:g}" for name, most in budget.items() if most is not None]
    return [*written, *(limit or [])]


class _Counters:
    """Shows the progress of one round after the other."""

    def __init__(self) -> None:
        self._open: Counter | None = None

    def __call__(self, name: str) -> Progress:
        """Begin to show a round."""
        self.end()
        self._open = Counter(f"{_NAME} {name}").__enter__()
        return self._open

    def end(self) -> None:
        """Stop showing the round."""
        if self._open is not None:
            self._open.__exit__(None, None, None)
            self._open = None


def plan(
    scenario: options.ScenarioArgument = options.DEFAULT,
    aim: Annotated[
        Many,
        _many(
            "--aim",
            "AIM",
            "What to reach, the main aim first: a measure, as in “execution_rate”, “least "
            "inflation” or “least execution_spread” (between departments); repeatable.",
        ),
    ] = None,
    limit: Annotated[
        Many,
        _many(
            "--limit",
            "LIMIT",
            "What to keep to, as in “unjust_sanctions < 0.5” or “cost <= status_quo + 0.3 at end”; "
            "repeatable.",
        ),
    ] = None,
    burden: Annotated[
        float | None,
        typer.Option(
            "--burden",
            min=0.0,
            max=1.0,
            help="Most of officers' time, a share.",
            show_default=False,
        ),
    ] = None,
    cost: Annotated[
        float | None,
        typer.Option(
            "--cost", min=0.0, help="Most officer-months per officer-year.", show_default=False
        ),
    ] = None,
    over: Annotated[
        str,
        typer.Option(
            "--over",
            metavar="course|end",
            help="When aims and limits count: from the first start on, or at the end.",
        ),
    ] = "course",
    use: Annotated[
        Many,
        _many(
            "--use",
            "NAME[=LOW:HIGH]",
            "A lever that may be used, and how strongly; without it, all of the scenario; "
            "repeatable.",
        ),
    ] = None,
    start: Annotated[
        Many,
        _many("--start", "NAME=FIRST:LAST", "Months in which a lever may start; repeatable."),
    ] = None,
    end: Annotated[
        Many,
        _many("--end", "NAME=FIRST:LAST", "Months in which a lever may end; repeatable."),
    ] = None,
    robust: Annotated[
        str,
        typer.Option(
            "--robust",
            metavar="mean|worst_tenth|regret",
            help="What of an aim counts over draws: its mean, the mean of its worst tenth, or the "
            "greatest regret.",
        ),
    ] = "mean",
    posterior: options.WithPosterior = None,
    set_: options.Settings = None,
    months: options.Months = None,
    stage: Annotated[
        int | None,
        typer.Option(
            "--stage",
            help="Months between one start and the next when orders are compared.",
            show_default="12",
        ),
    ] = None,
    generations: Annotated[
        int | None, typer.Option("--generations", help="Generations of the search.")
    ] = None,
    packages: Annotated[
        int | None, typer.Option("--packages", help="Packages of a generation.")
    ] = None,
    fresh: Annotated[
        int | None,
        typer.Option("--fresh-runs", help="Runs of each package that is reported."),
    ] = None,
    kept: Annotated[int | None, typer.Option("--keep", help="Packages that are reported.")] = None,
    seed: options.Seed = options.SEED,
    workers: options.Workers = None,
    cluster: Annotated[
        str | None,
        typer.Option(
            "--cluster",
            metavar="ADDRESS",
            help="A Dask scheduler, tcp://HOST:PORT or its scheduler file, instead of workers.",
        ),
    ] = None,
    out: options.Out = Path("results"),
    measures: options.Measures = None,
    lang: options.Language = "en",
    json: options.AsJson = False,
) -> None:
    """The best package of reforms on a budget, how sure that is, in which order, and why."""
    if workers is not None and workers < 1:
        raise BadInput(f"--workers {workers}: expected at least 1")
    if workers is not None and cluster is not None:
        raise BadInput("--workers and --cluster: expected one of them")
    from sim.drawing.language import check_language

    check_language(lang)
    sizes = {"generations": generations, "packages": packages, "fresh": fresh, "kept": kept}
    given = {
        "scenario": scenario,
        "set": options.settings(set_),
        "months": months,
        "seed": seed,
        "posterior": options.asked_posterior(posterior),
        "robust": robust,
        "over": over,
        "aims": aim or ["execution_rate"],
        "limits": _limits(limit, burden, cost),
        "lever": _ranges(use, start, end),
        "stage": stage,
        "size": {name: number for name, number in sizes.items() if number is not None},
    }
    tree = {key: value for key, value in given.items() if value is not None}
    own = options.own_measures(measures)
    if own:
        tree["measure"] = {name: one.model_dump(exclude_unset=True) for name, one in own.items()}
    question = Question.from_tree(tree, Path(scenario).stem, _NAME)
    counters = _Counters()
    planning = Planning(question, out, workers=workers, rounds=counters)
    writable_folder(planning.folder)
    assert planning.scenario is not None
    prepare_rules(planning.scenario)
    answer = Answer(planning)
    client = connect(cluster) if cluster is not None else None
    planning.runner.client = client
    try:
        result = answer.write(_spoken(tree, lang, measures))
    finally:
        counters.end()
        if client is not None:
            client.close()
    if json:
        give(as_json(result))
        return
    from sim.cli.plan_tables import show

    show(page(), answer, lang)


def _spoken(tree: dict[str, Any], lang: str, measures: list[Path] | None) -> str:
    """The command that reproduces these results."""
    words = ["zhixing", _NAME, str(tree["scenario"])]
    for option, key in (("--aim", "aims"), ("--limit", "limits")):
        for text in tree[key]:
            words += [option, text]
    for name, about in tree["lever"].items():
        words += ["--use", f"{name}={about['low']:g}:{about['high']:g}"]
        for option in ("start", "end"):
            if option in about:
                words += [f"--{option}", f"{name}={about[option][0]}:{about[option][1]}"]
    for key, value in tree["set"].items():
        words += ["--set", f"{key}={as_json(value).strip()}"]
    for path in measures or ():
        words += ["--measures", path.as_posix()]
    words += ["--over", tree["over"], "--robust", tree["robust"]]
    words += options.spoken_posterior(
        "shipped" if tree["posterior"] is True else tree["posterior"] or None
    )
    names = {"fresh": "fresh-runs", "kept": "keep"}
    for key in ("months", "stage"):
        words += [f"--{key}", str(tree[key])] if key in tree else []
    for key, number in tree["size"].items():
        words += [f"--{names.get(key, key)}", str(number)]
    words += ["--seed", str(tree["seed"])]
    words += ["--lang", lang] if lang != "en" else []
    return shlex.join(words)
