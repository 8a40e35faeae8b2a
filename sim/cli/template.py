"""``template``: a table of posts to fill in, as a workbook with drop-down lists or as CSV."""

from pathlib import Path
from typing import Annotated

import typer

from sim.cli.terminal import give
from sim.errors import BadInput
from sim.study.files import whole
from sim.world.posts_template import EXAMPLES, as_book, as_text

_BOOK, _TEXT = ".xlsx", ".csv"


def template(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="The file to write, in .xlsx or .csv.")
    ] = Path("posts.xlsx"),
    lang: Annotated[
        str, typer.Option("--lang", metavar="en|zh", help="Language of the headings.")
    ] = "en",
) -> None:
    """Write a table of posts to fill in; a workbook has drop-down lists for its cells."""
    if lang not in EXAMPLES:
        raise BadInput(f"--lang {lang}: expected en or zh")
    if file.suffix.lower() not in (_BOOK, _TEXT):
        raise BadInput(f"{file}: expected a name that ends in {_BOOK} or {_TEXT}")
    if file.exists():
        raise BadInput(f"{file}: is there already; give another name, or move it away")
    if not file.parent.is_dir():
        raise BadInput(f"{file.parent}: no such folder")
    with whole(file) as out:
        out.write(as_book(lang) if file.suffix.lower() == _BOOK else as_text(lang))
    give(f"Wrote {file}. Fill it in, name it in a scenario, and see zhixing check SCENARIO.")
