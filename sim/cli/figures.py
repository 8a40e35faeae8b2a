"""``figures``: draw the figures of the paper from stored results, each with its provenance."""

import shlex
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sim.cli import options
from sim.cli.terminal import Counter, give, page, prepare_rules, say
from sim.errors import BadInput, nearest
from sim.study.files import writable_folder, write_whole
from sim.study.standing import Standing
from sim.study.stored import StoredStudy
from sim.study.study import Study
from sim.world.scenario import Scenario

if TYPE_CHECKING:
    from sim.drawing.figure_file import Figure
    from sim.drawing.language import Speaker

# Name of the folder for figures, in the folder of results.
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
            help="Figures to draw; all shipped ones if none is given. FILE is a figure of your own "
            "in Python; its code is executed.",
        ),
    ] = None,
    run: Annotated[
        bool, typer.Option("--run", help="Run or resume missing studies without asking.")
    ] = False,
    fresh: Annotated[
        bool,
        typer.Option(
            "--fresh",
            help="With --run: discard studies of other code or settings. Without --run, studies of "
            "another version are drawn as they are stored.",
        ),
    ] = False,
    quick: Annotated[
        bool, typer.Option("--quick", help="Use small studies, for a first look.")
    ] = False,
    lang: Annotated[str, typer.Option("--lang", metavar="en|zh", help="Language.")] = "en",
    form: Annotated[
        str, typer.Option("--style", metavar="paper|talk", help="For a paper or for slides.")
    ] = "paper",
    formats: Annotated[
        str, typer.Option("--format", metavar="pdf,svg,png", help="Formats, separated by commas.")
    ] = "pdf,svg,png",
    to: Annotated[
        Path | None,
        typer.Option("--to", metavar="DIR", help="Folder for figures; if not given, in --out."),
    ] = None,
    workers: options.Workers = None,
    out: options.Out = Path("results"),
    list_: Annotated[
        bool, typer.Option("--list", help="List figures and the state of their studies; stop.")
    ] = False,
) -> None:
    """Draw figures from stored studies: those of the paper, or your own."""
    from sim.drawing import catalogue, language, stored, style

    chosen = {one: catalogue.figure(one) for one in names or catalogue.NAMES}
    _check_names(chosen)
    language.check_language(lang)
    speakers = {one: figure.speaker(lang) for one, figure in chosen.items()}
    _check(form, tuple(style.STYLES), fresh and not run)
    kinds = _formats(formats, style.FORMATS)
    experiments = dict.fromkeys(figure.experiment for figure in chosen.values())
    sources = {one: stored.source(one, out, quick, not (run or list_)) for one in experiments}
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
    _tell_made_by(sources.values())
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


def _tell_made_by(sources: Iterable[Any]) -> None:
    for source in sources:
        if isinstance(source, StoredStudy):
            say(f"{source.folder}: made by {source.made_by}; read as it is stored.")


def _check_names(chosen: dict[str, "Figure"]) -> None:
    """Raise BadInput if files of two figures would have the same name."""
    first: dict[str, str] = {}
    for one, figure in chosen.items():
        other = first.setdefault(figure.name, one)
        if other != one:
            raise BadInput(f"{one}: drawn to the same files as {other}; rename it")


def _check(form: str, known: tuple[str, ...], alone: bool) -> None:
    if form not in known:
        raise BadInput(f"--style {form}: expected one of {', '.join(known)}{nearest(form, known)}")
    if alone:
        raise BadInput("--fresh: only with --run")


def _refuse(left: dict[str, Standing], quick: bool) -> None:
    """Raise BadInput if there are figures that cannot be drawn; it names each with its reason."""
    if not left:
        return
    told = [f"“{one}” {_WORDS[found.kind]} ({found.told})" for one, found in left.items()]
    raise BadInput(f"not drawn: {'; '.join(told)}. {'; '.join(_remedies(left, quick))}")


def _remedies(left: dict[str, Standing], quick: bool) -> Iterator[str]:
    """Commands after which the remaining figures can be drawn."""
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
    """Studies to run: according to the options, or to the user's answer at a terminal."""
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
        say("For the time that a study takes: zhixing study NAME --plan.")
    return able if typer.confirm("Run now?", default=True, err=True) else []


def _carry_out(
    name: str, source: Any, standing: Standing, workers: int | None, quick: bool
) -> None:
    """Run or resume the study of a figure."""
    if standing.kind in (STALE, BROKEN):
        source.discard()
    if not isinstance(source, Study):
        prepare_rules(Scenario.load("bureau"))
        from sim.theory.verify.stored import NAME as VERIFICATION

        counted = "rows" if name == VERIFICATION else "runs"
        with Counter(f"figures {name}", counted) as progress:
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
    """The command that runs a study."""
    return _running(quick) if quick else f"zhixing study {name}"


def _gathered(name: str, study: Study, quick: bool) -> Standing:
    """The state of a study after gathering its complete runs, or the reason if this failed."""
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
    """Draw one figure, and write it in every format with its caption.

    Raises BadInput if the results of the study changed meanwhile.
    """
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
