"""``plan``: the best package of reforms on a budget, how sure that is, when, and why."""

import shlex
from pathlib import Path
from typing import Annotated, Any

import typer

from sim import shipped
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
# A lever that may be used at any intensity.
_WHOLE = {"low": 0.0, "high": 1.0}


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
            found.setdefault(name, {})[key] = months
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
    source: Annotated[
        str,
        typer.Argument(
            metavar="[SCENARIO|PLAN]",
            help="A shipped scenario or plan, or the path of a file of either. Options that are "
            "given replace entries of a plan.",
        ),
    ] = options.DEFAULT,
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
            help="Limit on the share of officers' time that reforms take.",
            show_default=False,
        ),
    ] = None,
    cost: Annotated[
        float | None,
        typer.Option(
            "--cost",
            min=0.0,
            help="Limit on what reforms cost outside, in officer-months per officer-year.",
            show_default=False,
        ),
    ] = None,
    over: Annotated[
        str | None,
        typer.Option(
            "--over",
            metavar="course|end",
            help="When aims and limits count: from the first start on, or at the end.",
            show_default="course",
        ),
    ] = None,
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
        str | None,
        typer.Option(
            "--robust",
            metavar="mean|worst_tenth|regret",
            help="What of an aim counts over draws: its mean, the mean of its worst tenth, or the "
            "greatest regret.",
            show_default="mean",
        ),
    ] = None,
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
    seed: Annotated[
        int | None, typer.Option("--seed", help="Seed of all draws.", show_default="1")
    ] = None,
    workers: options.Workers = None,
    cluster: options.Cluster = None,
    out: options.Out = Path("results"),
    measures: options.Measures = None,
    lang: options.Language = "en",
    json: options.AsJson = False,
) -> None:
    """The best package of reforms on a budget, how sure that is, in which order, and why."""
    options.check_where(workers, cluster)
    from sim.drawing.language import check_language

    check_language(lang)
    sizes = {"generations": generations, "packages": packages, "fresh": fresh, "kept": kept}
    given = {
        "set": options.settings(set_),
        "months": months,
        "seed": seed,
        "posterior": options.asked_posterior(posterior) if posterior is not None else None,
        "robust": robust,
        "over": over,
        "aims": aim,
        "limits": _limits(limit, burden, cost),
        "lever": _ranges(use, start, end),
        "stage": stage,
        "size": {name: number for name, number in sizes.items() if number is not None},
    }
    changes = {key: value for key, value in given.items() if value not in (None, [], {})}
    own = options.own_measures(measures)
    if own:
        changes["measure"] = {name: one.model_dump(exclude_unset=True) for name, one in own.items()}
    question = _asked(source, changes, all_levers=not use)
    counters = _Counters()
    planning = Planning(question, out, workers=workers, rounds=counters)
    writable_folder(planning.folder)
    assert planning.scenario is not None
    prepare_rules(planning.scenario)
    answer = Answer(planning)
    client = connect(cluster) if cluster is not None else None
    planning.runner.client = client
    try:
        result = answer.write(_spoken(source, changes, lang, measures))
    finally:
        counters.end()
        if client is not None:
            client.close()
    if json:
        give(as_json(result))
        return
    from sim.cli.plan_tables import show

    show(page(), answer, lang)


def _asked(source: str, changes: dict[str, Any], all_levers: bool) -> Question:
    """The question of a plan's file, or of a scenario, with changes.

    With ``all_levers`` those levers that no option names may be used as well. Raises BadInput if
    anything is not valid.
    """
    if _is_plan(source):
        asked = Question.load(source)
    else:
        asked = Question.from_tree({"scenario": source}, Path(source).stem, _NAME)
    tables = asked.model_dump(include={"set", "lever", "size", "measure"}, exclude_none=True)
    if not all_levers:
        tables["lever"] = {}
    elif "lever" in changes and not tables["lever"]:
        tables["lever"] = dict.fromkeys(asked.world().levers, _WHOLE)
    merged: dict[str, Any] = {}
    for key, given in changes.items():
        merged[key] = {**tables[key], **given} if key in tables else given
    for name, about in merged.get("lever", {}).items():
        merged["lever"][name] = {**tables["lever"].get(name, _WHOLE), **about}
    return asked.replace(**merged) if merged else asked


def _is_plan(source: str) -> bool:
    """Whether a name or a path is that of a plan: its file names the scenario that it is for."""
    if source in shipped.scenarios():
        return False
    names = {**shipped.scenarios(), **shipped.plans()}
    path = shipped.find(source, names, "a scenario or plan")
    return path in shipped.plans().values() or "scenario" in shipped.read(path)


def _spoken_levers(levers: dict[str, dict[str, Any]]) -> list[str]:
    """The options that say which levers may be used, how strongly and when."""
    words = []
    for name, about in levers.items():
        if "low" in about:
            words += ["--use", f"{name}={about['low']:g}:{about['high']:g}"]
        for option in ("start", "end"):
            if option in about:
                words += [f"--{option}", f"{name}={about[option][0]}:{about[option][1]}"]
    return words


def _spoken(source: str, changes: dict[str, Any], lang: str, measures: list[Path] | None) -> str:
    """The command that reproduces these results."""
    words = ["zhixing", _NAME, source]
    for option, key in (("--aim", "aims"), ("--limit", "limits")):
        for text in changes.get(key, ()):
            words += [option, text]
    words += _spoken_levers(changes.get("lever", {}))
    for key, value in changes.get("set", {}).items():
        words += ["--set", f"{key}={as_json(value).strip()}"]
    words += options.spoken_measures(measures)
    for key in ("over", "robust", "months", "stage", "seed"):
        words += [f"--{key}", str(changes[key])] if key in changes else []
    asked = changes.get("posterior")
    words += options.spoken_posterior("shipped" if asked is True else asked)
    names = {"fresh": "fresh-runs", "kept": "keep"}
    for key, number in changes.get("size", {}).items():
        words += [f"--{names.get(key, key)}", str(number)]
    words += ["--lang", lang] if lang != "en" else []
    return shlex.join(words)
