"""``figures``: redraw the figures of a paper from stored results, and say what each rests on."""

import shlex
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sim.cli import options
from sim.cli.terminal import Counter, give, page, prepare_rules, say
from sim.errors import BadInput, nearest
from sim.study.files import writable_folder, write_whole
from sim.study.study import Standing, Study
from sim.world.scenario import Scenario

if TYPE_CHECKING:
    from sim.drawing.figure_file import Figure
    from sim.drawing.language import Speaker

# Where figures are put, below the folder of results.
FOLDER = "figures"
MISSING, PARTIAL, STALE, BROKEN = "missing", "partial", "stale", "failed"
UNGATHERED, COMPLETE = "ungathered", "complete"
_WORDS = {
    MISSING: "has not been run",
    PARTIAL: "is not complete",
    STALE: "is of other code or settings",
    BROKEN: "has runs that failed",
    UNGATHERED: "cannot be gathered",
}


def figures(
    names: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="NAME|FILE",
            help="Which figures; all that ship if none. A FILE is a Python program of your own; "
            "it runs.",
        ),
    ] = None,
    run: Annotated[
        bool, typer.Option("--run", help="Run or resume studies that are not there, unasked.")
    ] = False,
    fresh: Annotated[
        bool,
        typer.Option("--fresh", help="With --run: discard studies of other code or settings."),
    ] = False,
    quick: Annotated[
        bool, typer.Option("--quick", help="From small studies of their own, for a first look.")
    ] = False,
    lang: Annotated[str, typer.Option("--lang", metavar="en|zh", help="Language.")] = "en",
    form: Annotated[
        str, typer.Option("--style", metavar="paper|talk", help="For a page, or for a slide.")
    ] = "paper",
    formats: Annotated[
        str, typer.Option("--format", metavar="pdf,svg,png", help="Formats, with commas.")
    ] = "pdf,svg,png",
    to: Annotated[
        Path | None,
        typer.Option("--to", metavar="DIR", help="Where figures go; below --out if not given."),
    ] = None,
    workers: options.Workers = None,
    out: options.Out = Path("results"),
    list_: Annotated[
        bool, typer.Option("--list", help="Say what there is and how its studies stand; stop.")
    ] = False,
) -> None:
    """Draw the figures of a paper, all or some or your own, from stored studies."""
    from sim.drawing import catalogue, language, stored, style

    chosen = {one: catalogue.figure(one) for one in names or catalogue.NAMES}
    _check_names(chosen)
    language.check_language(lang)
    speakers = {one: figure.speaker(lang) for one, figure in chosen.items()}
    _check(form, tuple(style.STYLES), workers, fresh and not run)
    kinds = _formats(formats, style.FORMATS)
    experiments = dict.fromkeys(figure.experiment for figure in chosen.values())
    sources = {one: stored.source(one, out, quick) for one in experiments}
    if list_:
        for one, figure in chosen.items():
            standing = sources[figure.experiment].standing()
            give(f"{figure.name:16} {standing.kind:10} {speakers[one]('question')}")
        return
    target = writable_folder(to or out / FOLDER)
    standings = {one: source.standing() for one, source in sources.items()}
    wanted = [one for one in sources if standings[one].kind != COMPLETE]
    for one in _agreed(wanted, standings, sources, run, fresh, quick):
        _carry_out(one, sources[one], standings[one], workers, quick)
        standings[one] = sources[one].standing()
    for one, source in sources.items():
        if standings[one].kind == UNGATHERED and isinstance(source, Study):
            standings[one] = _gathered(one, source, quick)
    drawn = 0
    for one, figure in chosen.items():
        if standings[figure.experiment].kind == COMPLETE:
            command = _spoken(one, quick, lang, form)
            source = sources[figure.experiment]
            _draw(figure, speakers[one], source, target, form, kinds, command)
            drawn += 1
    if drawn:
        what = "1 figure with its caption" if drawn == 1 else f"{drawn} figures with captions"
        page().print(f"{what}: {target.as_posix()}", soft_wrap=True)
    _refuse({one: found for one, found in standings.items() if found.kind != COMPLETE}, quick)


def _check_names(chosen: dict[str, "Figure"]) -> None:
    """Refuse figures whose files would overwrite each other. BadInput."""
    first: dict[str, str] = {}
    for one, figure in chosen.items():
        other = first.setdefault(figure.name, one)
        if other != one:
            raise BadInput(f"{one}: drawn to the same files as {other}; rename it")


def _check(form: str, known: tuple[str, ...], workers: int | None, alone: bool) -> None:
    if form not in known:
        raise BadInput(f"--style {form}: expected one of {', '.join(known)}{nearest(form, known)}")
    if workers is not None and workers < 1:
        raise BadInput(f"--workers {workers}: expected at least 1")
    if alone:
        raise BadInput("--fresh: only with --run")


def _refuse(left: dict[str, Standing], quick: bool) -> None:
    """Say which figures were not drawn, and why. Raises BadInput where there are any."""
    if not left:
        return
    told = [f"“{one}” {_WORDS[found.kind]} ({found.told})" for one, found in left.items()]
    raise BadInput(f"not drawn: {'; '.join(told)}. {'; '.join(_remedies(left, quick))}")


def _remedies(left: dict[str, Standing], quick: bool) -> Iterator[str]:
    """Commands after which figures that are left can be drawn."""
    small = " --quick" if quick else ""
    to_run = [found.kind for found in left.values() if found.kind != UNGATHERED]
    if to_run:
        fresh = " --fresh" if {STALE, BROKEN} & set(to_run) else ""
        yield f"To run: zhixing figures{small} --run{fresh}"
    for one, found in left.items():
        if found.kind == UNGATHERED:
            yield f"To gather: {_study_spoken(one, quick)}"


def _formats(given: str, known: tuple[str, ...]) -> tuple[str, ...]:
    found = tuple(dict.fromkeys(part.strip() for part in given.split(",") if part.strip()))
    for one in found or ("",):
        if one not in known:
            raise BadInput(f"--format {given}: expected some of {','.join(known)}")
    return found


def _spoken(name: str, quick: bool, lang: str, form: str) -> str:
    words = ["zhixing", "figures", name]
    words += ["--quick"] if quick else []
    words += ["--lang", lang] if lang != "en" else []
    words += ["--style", form] if form != "paper" else []
    return shlex.join(words)


def _agreed(
    wanted: list[str],
    standings: dict[str, Standing],
    sources: dict[str, Any],
    run: bool,
    fresh: bool,
    quick: bool,
) -> list[str]:
    """Which studies to run: as told by options, or asked of the user at a terminal."""
    able = [
        one
        for one in wanted
        if standings[one].kind in (MISSING, PARTIAL)
        or (fresh and standings[one].kind in (STALE, BROKEN))
    ]
    if not able or run:
        return able
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        return []
    for one in able:
        source = sources[one]
        runs = f", {source.size():,} runs" if isinstance(source, Study) else ""
        say(f"“{one}” {_WORDS[standings[one].kind]}{runs}.")
    if not quick:
        say("How long one takes: zhixing study NAME --plan.")
    return able if typer.confirm("Run now?", default=True, err=True) else []


def _carry_out(
    name: str, source: Any, standing: Standing, workers: int | None, quick: bool
) -> None:
    """Run or resume what a figure is drawn from."""
    if standing.kind in (STALE, BROKEN):
        source.discard()
    if not isinstance(source, Study):
        prepare_rules(Scenario.load("bureau"))
        with Counter(f"figures {name}", "rows") as progress:
            source.run(workers, progress, _running(quick))
        return
    assert source.scenario is not None
    prepare_rules(source.scenario)
    spoken = _study_spoken(name, quick)
    with Counter(f"study {name}") as progress:
        source.run(workers, progress=progress, months=progress.month, command=spoken)


def _running(quick: bool) -> str:
    return f"zhixing figures {'--quick ' if quick else ''}--run"


def _study_spoken(name: str, quick: bool) -> str:
    """The command that carries a study out."""
    return _running(quick) if quick else f"zhixing study {name}"


def _gathered(name: str, study: Study, quick: bool) -> Standing:
    """How a study of which all runs are there stands once it is gathered, or why it cannot be."""
    try:
        return study.gather(_study_spoken(name, quick)).standing()
    except BadInput as error:
        return Standing(UNGATHERED, str(error))


def _draw(
    figure: "Figure",
    speak: "Speaker",
    source: Any,
    target: Path,
    form: str,
    kinds: tuple[str, ...],
    command: str,
) -> None:
    """Draw one figure, and write it in every format with its caption."""
    from sim.drawing import stored, style
    from sim.own_file import located

    name, lang = figure.name, speak.lang
    with style.look(style.STYLES[form], lang):
        rests = stored.about(figure.experiment, source)
        picture = figure.draw(source, speak)
        if stored.results_hash(source) != rests["hash"]:
            raise BadInput(f"{source.folder}: results changed while “{name}” was drawn; draw again")
        about = {
            "title": picture.message,
            "description": speak("question"),
            **rests,
            "command": command,
        }
        stem = ".".join(
            [name, *([lang] if lang != "en" else []), *([form] if form != "paper" else [])]
        )
        for kind in kinds:
            with located(figure.path):
                content = style.render(picture.figure, kind, about, lang)
            write_whole(target / f"{stem}.{kind}", content)
    lines = [
        picture.message,
        picture.note.replace("\n", " "),
        speak("rests_on", question=speak("question"), **rests),
        speak("redraw", command=command),
    ]
    write_whole(target / f"{stem}.caption.txt", ("\n\n".join(lines) + "\n").encode())
