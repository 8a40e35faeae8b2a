"""``bundle``: one archive of studies to cite, and the check of such an archive."""

import os
import re
import tempfile
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from sim.cli import options
from sim.cli.terminal import Counter, complain, give, say
from sim.errors import BadInput
from sim.study.bundle import Figures, bundled, lacks_draws
from sim.study.bundle_check import FROM_ARCHIVE, SOME, Checked, Report, check
from sim.study.files import safe_name, write_whole
from sim.study.folder import MANIFEST
from sim.study.provenance import as_json
from sim.study.stored import StoredStudy

FIGURES = "figures"
DIFFERS = 1
# Most rows that are listed.
_LISTED = 10
_SUFFIX = ".zip"


def bundle(
    studies: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="STUDY…",
            help="Stored studies: their names in --out, or their folders.",
        ),
    ] = None,
    to: Annotated[
        Path | None,
        typer.Option("--to", metavar="FILE.zip", help="The archive; NAME-bundle.zip if not given."),
    ] = None,
    others: Annotated[
        list[Path] | None,
        typer.Option("--with", metavar="FILE", help="A further file to add; repeatable."),
    ] = None,
    check_: Annotated[
        Path | None,
        typer.Option(
            "--check",
            metavar="FILE.zip",
            help="Check an archive, and run a part of it again; exit code 1 if anything differs.",
        ),
    ] = None,
    runs: Annotated[
        int, typer.Option("--runs", min=1, help="With --check: runs of each study to do again.")
    ] = SOME,
    all_: Annotated[bool, typer.Option("--all", help="With --check: do all runs again.")] = False,
    run_its_code: Annotated[
        bool,
        typer.Option(
            "--run-its-code",
            help="With --check: run the Python files of the archive, which are programs.",
        ),
    ] = False,
    out: options.Out = Path("results"),
    json: options.AsJson = False,
) -> None:
    """Write studies, their scenarios, figures and provenance to one archive, or check one."""
    if check_ is None:
        if not studies:
            raise BadInput("STUDY: missing; expected names or folders of studies, or --check FILE")
        _write(studies, to, others or [], out)
        return
    if studies or to is not None or others:
        raise BadInput("--check: expected alone, without studies, --to or --with")
    with (
        tempfile.TemporaryDirectory() as folder,
        Counter(f"bundle {check_.name}") as progress,
    ):
        report = check(check_, Path(folder), None if all_ else runs, run_its_code, progress)
    give(as_json({"sound": report.sound, **asdict(report)}) if json else _said(check_, report))
    for text in _differing(report):
        complain(text)
    if not report.sound:
        raise typer.Exit(DIFFERS)


def _folder(study: str, out: Path) -> Path:
    """The folder of a study that is named by itself, or by a name in ``out``."""
    here = Path(study)
    for folder in (here, out / study, out / safe_name(here.stem)):
        if os.path.isfile(folder / MANIFEST):
            return folder
    raise BadInput(f"{study}: no study in {out}; expected the name or folder of a stored study")


def _write(studies: Iterable[str], to: Path | None, others: list[Path], out: Path) -> None:
    folders = list(dict.fromkeys(_folder(one, out) for one in studies))
    target = to or Path(f"{folders[0].name}-bundle{_SUFFIX}")
    if target.suffix.lower() != _SUFFIX:
        raise BadInput(f"--to {target}: expected a file that ends in {_SUFFIX}")
    if not target.parent.is_dir():
        raise BadInput(f"{target}: no such folder")
    figures = _figures(folders, out)
    content = bundled(folders, figures, others)
    write_whole(target, content)
    for folder in folders:
        for table in sorted((folder / "inputs").glob("*.csv")):
            say(f"{target}: holds {table.name} as it is; see that it names nobody who must not be.")
    for folder in folders:
        if lacks_draws(StoredStudy(folder)):
            say(
                f"{target}: does not hold the draws of the calibration that {folder.name} used: "
                "they are large, or those of another version. Say which version made them."
            )
    give(
        f"{target}: {len(folders)} {'study' if len(folders) == 1 else 'studies'}, "
        f"{len(figures.files)} files of figures, {len(content) / 1e6:.1f} MB. To check it: zhixing "
        f"bundle --check {target}"
    )


def _figures(folders: list[Path], out: Path) -> Figures:
    """Figures in ``out`` whose captions tell that they rest on these studies."""
    files: list[Path] = []
    commands: list[str] = []
    hashes = {_hash_of(folder) for folder in folders}
    for caption in sorted((out / FIGURES).glob("*.caption.txt")):
        text = caption.read_text(encoding="utf-8", errors="replace")
        if not any(one in text for one in hashes):
            continue
        stem = caption.name.removesuffix(".caption.txt")
        files += [caption]
        files += [
            path
            for kind in ("pdf", "png", "svg")
            if (path := caption.with_name(f"{stem}.{kind}")).is_file()
        ]
        commands += re.findall(r"zhixing figures .*", text)
    return Figures(files, commands)


def _hash_of(folder: Path) -> str:
    from sim.drawing.stored import results_hash

    return results_hash(StoredStudy(folder))


def _said(path: Path, report: Report) -> str:
    """What was found, in words."""
    lines = [f"{path}: {'whole' if not report.changed else 'files have changed'}."]
    lines += [_told(one) for one in report.studies]
    return "\n".join(lines)


def _told(one: Checked) -> str:
    what = f"{one.name}, made by {one.made_by}: "
    if one.why_not:
        return f"{what}not run again: {one.why_not}"
    of = f"{one.repeated:,} of {one.runs:,} runs were done again"
    if one.draws:
        origin = "the archive" if one.draws == FROM_ARCHIVE else "this version"
        of += f", on the draws of the calibration in {origin}"
    if not one.differences:
        return f"{what}{of}; all numbers are the same."
    why = "" if one.same_code else "; this version has other rules, so numbers may differ"
    return f"{what}{of}; {len(one.differences):,} numbers differ{why}."


def _differing(report: Report) -> list[str]:
    """Lines on what differs, the first of each kind."""
    told = [*report.changed, *(str(row) for one in report.studies for row in one.differences)]
    more = len(told) - _LISTED
    return [*told[:_LISTED], *([f"… and {more:,} more"] if more > 0 else [])]
