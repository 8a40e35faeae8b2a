"""Write docs/gallery.md and its images from stored studies: ``python -m docs.gallery``.

It also draws the picture of README and of the start pages, in both languages. Run
``zhixing figures --run`` first. With ``--check`` it runs the studies of the named figures (of all
if none is named) in a temporary folder, and only reports whether the page is current.
"""

import argparse
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from sim import shipped
from sim.drawing import catalogue, stored, style
from sim.drawing.picture import Picture
from sim.study.study import Study

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "docs" / "gallery.md"
PICTURES = ROOT / "docs" / "images" / "gallery"
# The picture of the start pages by language, as ``zhixing levers district --posterior`` draws it.
START = {"en": "levers.png", "zh": "levers_zh.png"}
# Commands that make results which are no study.
COMMANDS = {"verification": "zhixing verify", "reforms": "zhixing reforms"}
COMMANDS |= {"lever_doubts": "zhixing figures --run lever_effects"}
COMMANDS |= dict.fromkeys(shipped.plans(), "zhixing figures --run plan")
BEGIN = """# Figures

Each figure is drawn from the stored runs of one experiment. `zhixing figures` redraws all of them,
or those that are named:

    zhixing figures --quick --run       # all, from small studies of their own
    zhixing figures --run               # all, from the full studies
    zhixing figures campaign --lang zh  # one, in Chinese
    zhixing figures --style talk        # for slides
    zhixing figures my_figure.py        # one of your own, docs/extending.md; the file is run

They are written as PDF, SVG and PNG with a caption file below `results/figures/`. The metadata of
each file name the results, the version and the commit it was drawn from; the same results give the
same bytes. If a study is missing, incomplete or of other code, the command says so; with `--run` it
runs the study.
`zhixing figures --list` says how each stands. In a paper a figure is one or two columns wide, in
type of at least 7 points; for a talk it is laid out smaller, so that type is more than twice as
large on a slide, and its caption stays in the file.

Answers below are the figures' own titles, from the full studies.
"""


def drawn(name: str, source: Any) -> Picture:
    """The picture of a figure in English, from the results of its experiment."""
    figure = catalogue.figure(name)
    with style.look():
        return figure.draw(source, figure.speaker("en"))


def image(name: str, source: Any, picture: Picture) -> bytes:
    """A picture as PNG; its metadata name the results."""
    about = stored.about(catalogue.figure(name).experiment, source)
    told = {key: about[key] for key in ("experiment", "hash", "seed", "version")}
    with style.look():
        return style.render(picture.figure, "png", {"title": picture.message, **told})


def section(name: str, picture: Picture) -> str:
    """The section of a figure."""
    figure = catalogue.figure(name)
    speak, chinese = (figure.speaker(lang) for lang in ("en", "zh"))
    experiment = figure.experiment
    run = COMMANDS.get(experiment, f"zhixing study {experiment}")
    return (
        f"## `{name}`\n\n**{speak('question')}** {chinese('question')}\n\n"
        f"{picture.message}.\n\n"
        f"![{picture.message}](images/gallery/{name}.png)\n\n"
        f"{picture.note} `{run}`, `zhixing figures {name}`.\n"
    )


def main() -> None:
    """Write the page, or check it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", help="With --check: names of figures.")
    parser.add_argument("--out", default="results", help="Folder of results.")
    parser.add_argument("--check", action="store_true", help="Only report whether it is current.")
    given = parser.parse_args()
    if given.check:
        sys.exit(_check(given.names or list(catalogue.NAMES)))
    PICTURES.mkdir(parents=True, exist_ok=True)
    parts = [BEGIN]
    for name in catalogue.NAMES:
        source = stored.source(catalogue.figure(name).experiment, given.out, quick=False)
        standing = source.standing()
        if standing.kind != "complete":
            sys.exit(f"{standing.told}; run zhixing figures --run first")
        picture = drawn(name, source)
        parts.append(section(name, picture))
        (PICTURES / f"{name}.png").write_bytes(image(name, source, picture))
    PAGE.write_text("\n".join(parts), encoding="utf-8")
    _start_pictures()


def _start_pictures() -> None:
    for lang, name in START.items():
        with tempfile.TemporaryDirectory() as folder:
            words = ["levers", "district", "--posterior", "--lang", lang, "--out", folder]
            subprocess.run([sys.executable, "-m", "sim.cli", *words], check=True, cwd=ROOT)
            (picture,) = Path(folder).rglob("*.png")
            shutil.copyfile(picture, PICTURES.parent / name)


def _check(names: list[str]) -> int:
    """1 if the section of a figure differs from the result of its study, else 0."""
    page = PAGE.read_text(encoding="utf-8")
    stale = [] if page.startswith(BEGIN) else ["its beginning"]
    with tempfile.TemporaryDirectory() as folder:
        for name in names:
            source = stored.source(catalogue.figure(name).experiment, folder, quick=False)
            if source.standing().kind != "complete":
                if isinstance(source, Study):
                    source.run(workers=1)
                else:
                    source.run()
            if section(name, drawn(name, source)) not in page:
                stale.append(name)
    if stale:
        print(f"docs/gallery.md is not current: {', '.join(stale)}; make figures", file=sys.stderr)
    return int(bool(stale))


if __name__ == "__main__":
    main()
