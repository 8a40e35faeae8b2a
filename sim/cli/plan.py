"""``plan``: which reforms, how strongly and when, on a budget; and how sure that is."""

import re
import shlex
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Annotated, Any

import typer

from sim import shipped
from sim.cli import options
from sim.cli.plan_tables import tell
from sim.cli.study import check_where
from sim.cli.terminal import Counter, give, page, prepare_rules
from sim.errors import BadInput
from sim.machine.loop import Progress
from sim.planning.question import Question
from sim.study.provenance import as_json

_MONTHS = re.compile(r"([0-9]{1,4})(?:\.\.([0-9]{1,4}))?")
_USE = re.compile(r"([\w-]+)(?:=(\d+(?:\.\d+)?)(?:\.\.(\d+(?:\.\d+)?))?)?")
# Entries of a file by which a plan is told from a scenario.
_PLAN = ("aims", "limits", "scenario")


def _asked(source: str) -> dict[str, Any]:
    """The entries of a plan: those of its file, or the scenario alone."""
    if source in shipped.plans():
        return {"plan": source}
    if source not in shipped.scenarios() and Path(source).is_file():
        tree = shipped.read(Path(source))
        if any(key in tree for key in _PLAN):
            return {"plan": source}
    return {"scenario": source}


def _months(text: str, option: str) -> list[int]:
    found = _MONTHS.fullmatch(text)
    if found is None:
        raise BadInput(f"{option} {text}: expected months as FIRST..LAST, as in 12..48")
    return [int(found[1]), int(found[2] or found[1])]


def _uses(given: list[str] | None) -> dict[str, dict[str, Any]]:
    """Levers that may be used, with their ranges of intensity."""
    found: dict[str, dict[str, Any]] = {}
    for text in given or []:
        parts = _USE.fullmatch(text)
        try:
            low, high = (None if one is None else float(one) for one in parts.groups()[1:])  # type: ignore[union-attr]
        except (AttributeError, ValueError):
            raise BadInput(
                f"--use {text}: expected NAME or NAME=LOW..HIGH, as in culture=0.2..0.8"
            ) from None
        assert parts is not None
        if parts[1] in found:
            raise BadInput(f"--use {text}: lever “{parts[1]}” is given twice")
        about: dict[str, Any] = {"low": 0.0, "high": 1.0}
        if low is not None:
            about = {"low": low if high is not None else 0.0, "high": low if high is None else high}
        found[parts[1]] = about
    return found


def plan(
    source: Annotated[
        str,
        typer.Argument(
            metavar="[SCENARIO|PLAN]",
            help="A scenario, or a plan: a shipped one or the path of a file.",
        ),
    ] = options.DEFAULT,
    burden: Annotated[
        float | None,
        typer.Option("--burden", help="Most of officers' time that may be taken, 0 to 1."),
    ] = None,
    cost: Annotated[
        float | None,
        typer.Option("--cost", help="Most cost, in officer-months per officer-year."),
    ] = None,
    limit: Annotated[
        list[str] | None,
        typer.Option(
            "--limit",
            metavar="LIMIT",
            help="A limit on any measure, as in “unjust_sanctions < 0.5” or “cost <= status_quo + "
            "0.3 at end”; repeatable.",
        ),
    ] = None,
    aim: Annotated[
        list[str] | None,
        typer.Option(
            "--aim",
            metavar="AIM",
            help="What is to be reached, the main aim first: a measure, as in “execution_rate”, "
            "“least inflation” or “most credibility at end”; repeatable.",
        ),
    ] = None,
    over: Annotated[
        str | None,
        typer.Option(
            "--over",
            metavar="course|end|worst year",
            help="When aims and limits count if they do not say: over the course of reforms (the "
            "default), at the end, or in the worst year.",
        ),
    ] = None,
    use: Annotated[
        list[str] | None,
        typer.Option(
            "--use",
            metavar="NAME[=LOW..HIGH]",
            help="A lever that may be used, and its intensities; repeatable. Without it, all.",
        ),
    ] = None,
    start: Annotated[
        str | None,
        typer.Option("--start", metavar="FIRST..LAST", help="Months in which levers may start."),
    ] = None,
    end: Annotated[
        str | None,
        typer.Option(
            "--end",
            metavar="FIRST..LAST",
            help="Months in which levers may end; without it, they stay.",
        ),
    ] = None,
    posterior: options.WithPosterior = None,
    robust: Annotated[
        str | None,
        typer.Option(
            "--robust",
            metavar="mean|worst_tenth|regret",
            help="What of an aim counts over the draws of --posterior.",
        ),
    ] = None,
    quick: Annotated[
        bool, typer.Option("--quick", help="A small search, for a first look.")
    ] = False,
    set_: options.Settings = None,
    months: options.Months = None,
    seed: Annotated[int | None, typer.Option("--seed", help="Seed of all draws.")] = None,
    workers: options.Workers = None,
    cluster: Annotated[
        str | None,
        typer.Option("--cluster", metavar="ADDRESS", help="A Dask scheduler, instead of workers."),
    ] = None,
    out: options.Out = Path("results"),
    lang: options.Language = "en",
    json: options.AsJson = False,
) -> None:
    """Find the best package of reforms within limits, and tell how sure that is."""
    from sim.drawing.language import check_language

    check_language(lang)
    check_where(workers, cluster)
    limits = [f"burden <= {burden:g}"] if burden is not None else []
    limits += [f"cost <= {cost:g}"] if cost is not None else []
    given: dict[str, Any] = {
        "limits": [*limits, *(limit or [])] or None,
        "aims": aim or None,
        "over": over,
        "robust": robust,
        "months": months,
        "seed": seed,
        "set": options.settings(set_) or None,
        "posterior": options.asked_posterior(posterior) or None,
    }
    question = _question(source, {k: v for k, v in given.items() if v is not None}, use, start, end)
    if quick:
        question = question.smaller()
    words = ["zhixing", "plan", source]
    for name, number in (("--burden", burden), ("--cost", cost)):
        words += [] if number is None else [name, f"{number:g}"]
    for name, texts in (("--limit", limit), ("--aim", aim), ("--use", use), ("--set", set_)):
        words += [word for text in texts or [] for word in (name, text)]
    pairs = {"--over": over, "--start": start, "--end": end, "--robust": robust}
    pairs |= {"--months": months, "--seed": seed}  # type: ignore[dict-item]
    for name, text in pairs.items():
        words += [] if text is None else [name, str(text)]
    words += ["--quick"] if quick else []
    words += options.spoken_posterior(posterior)
    _run(question, shlex.join(words), workers, cluster, out, lang, json)


def _question(
    source: str,
    given: Mapping[str, Any],
    use: list[str] | None,
    start: str | None,
    end: str | None,
) -> Question:
    """The question that file and options ask. Raises BadInput if anything is not valid."""
    asked = _asked(source)
    changes = dict(given)
    if "plan" in asked:
        question = Question.load(source)
        changes["limits"] = [*question.limits, *changes.get("limits", ())]
        changes["set"] = {**question.set, **changes.get("set", {})}
    else:
        name = Path(source).stem
        question = Question.from_tree({"scenario": source, "title": ""}, name, source)
    levers = _uses(use) or {
        name: one.model_dump(exclude_none=True) for name, one in question.lever.items()
    }
    if (start is not None or end is not None) and not levers:
        levers = {name: {"low": 0.0, "high": 1.0} for name in question.world().levers}
    for about in levers.values():
        if start is not None:
            about["start"] = _months(start, "--start")
        if end is not None:
            about["end"] = _months(end, "--end")
    if levers:
        changes["lever"] = levers
    return question.replace(**changes) if changes else question


def _run(
    question: Question,
    command: str,
    workers: int | None,
    cluster: str | None,
    out: Path,
    lang: str,
    json_alone: bool,
) -> None:
    from sim.planning.planning import Planning
    from sim.study.cluster import connect

    with ExitStack() as shown:
        counters: list[Any] = []

        def rounds(name: str) -> Progress:
            while counters:
                counters.pop().__exit__(None, None, None)
            counters.append(Counter(f"plan {name}").__enter__())
            return counters[-1]  # type: ignore[no-any-return]

        shown.callback(lambda: [one.__exit__(None, None, None) for one in counters])
        planning = Planning(question, out, workers=workers, rounds=rounds)
        if planning.posterior is not None and planning.scenario is not None:
            options.tell_not_drawn(planning.posterior.about(planning.scenario))
        assert planning.scenario is not None
        prepare_rules(planning.scenario)
        if cluster is not None:
            client = connect(cluster)
            shown.callback(client.close)
            planning.runner.client = client
        content = planning.content(command)
    planning.write(content)
    if json_alone:
        give(as_json(content))
        return
    tell(content, planning, lang)
    page().print(f"\n{planning.folder.as_posix()}", soft_wrap=True)
