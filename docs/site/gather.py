"""Gather the pages of the site in one folder: those of docs, and generated ones.

The folder is laid out like the repository, so that links between pages work in both places; the
two start pages alone move, to its top.
"""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

from docs.site import chapters, reference

ROOT = Path(__file__).parents[2]
SITE = Path(__file__).parent
START, START_ZH = "index.md", "zh.md"
# Pages at the top of the repository.
_TOP = ("README.md", "CONTRIBUTING.md", "CHANGELOG.md", "SECURITY.md")
# Captions under which pages stand that ``CONTENTS`` does not name, by the folder they are in.
_FOLDERS = {
    "docs/howto/zh/": "中文",
    "docs/howto/": "How to",
    "docs/teaching/zh/": "中文",
    "docs/teaching/": "Gallery and teaching",
    "docs/": "Explanation",
}
CONTENTS: dict[str, tuple[str, ...]] = {
    "Tutorials": (
        "docs/tutorial",
        "docs/paper",
        "docs/your_organisation",
        "docs/your_evidence",
        "docs/your_measures",
        "docs/discover",
        "docs/plan",
    ),
    "How to": ("docs/howto/install",),
    "Explanation": (
        "docs/odd",
        "mechanisms/index",
        "docs/source",
        "docs/levers",
        "docs/clauses",
        "docs/stories",
        "docs/calibration",
        "docs/reforms",
        "docs/verification",
        "docs/rat-rs",
        "docs/trace",
        "docs/decisions",
        "docs/performance",
    ),
    "Reference": (
        "reference/commands",
        "reference/python",
        "reference/scenario",
        "reference/measures",
        "docs/extending",
        "docs/studies",
        "reference/experiment",
        "reference/plan",
        "docs/glossary",
    ),
    "Gallery and teaching": (
        "docs/gallery",
        "docs/teaching/README",
        "docs/teaching/setup",
        "docs/teaching/lessons",
    ),
    "中文": (
        "zh",
        "docs/howto/zh/import_posts",
        "docs/howto/zh/add_a_lever",
        "docs/howto/zh/figure_in_chinese",
        "docs/teaching/zh/README",
        "docs/teaching/zh/setup",
        "docs/teaching/zh/lessons",
    ),
    "Project": ("README", "CONTRIBUTING", "CHANGELOG", "SECURITY"),
}
_LINK = re.compile(r"(\]\()([^)\s#]+)")


def _own() -> list[Path]:
    """Pages written by hand, beside the start pages and the paper for a journal."""
    apart = (SITE, ROOT / "docs" / "joss")
    pages = (one for one in (ROOT / "docs").rglob("*.md") if one.parent not in apart)
    return [*(ROOT / name for name in _TOP), *sorted(pages)]


def _linked(page: Path, text: str) -> Iterator[Path]:
    """Files of the repository, other than pages, that a page shows or links to."""
    for found in _LINK.finditer(text):
        file = (page.parent / found[2]).resolve()
        if "://" not in found[2] and file.is_file() and file.suffix != ".md":
            yield file


def _moved(text: str) -> str:
    """A start page at the top of the site: links from docs/site as links from there."""

    def link(found: re.Match[str]) -> str:
        target = found[2]
        if target.startswith("../../"):
            target = target.removeprefix("../../")
        elif target.startswith("../"):
            target = "docs/" + target.removeprefix("../")
        return found[1] + target

    return _LINK.sub(link, text)


def contents(names: list[str]) -> str:
    """The tables of contents of the site; ``names`` are the pages of docs, without suffix."""
    listed = {page for pages in CONTENTS.values() for page in pages}
    found: dict[str, list[str]] = {caption: list(pages) for caption, pages in CONTENTS.items()}
    for name in names:
        if name not in listed:
            caption = next(at for folder, at in _FOLDERS.items() if name.startswith(folder))
            found[caption].append(name)
    parts = (
        f"```{{toctree}}\n:caption: {caption}\n:hidden:\n\n{chr(10).join(pages)}\n```"
        for caption, pages in found.items()
    )
    return "\n\n".join(parts)


def gather(source: Path) -> None:
    """Write all pages of the site anew, in the folder ``source``."""
    shutil.rmtree(source, ignore_errors=True)
    written: dict[str, str] = {}
    needed: set[Path] = set()
    own = _own()
    for page in own:
        text = page.read_text(encoding="utf-8")
        written[page.relative_to(ROOT).as_posix()] = text
        needed.update(_linked(page, text))
    for name in (START, START_ZH):
        text = (SITE / name).read_text(encoding="utf-8")
        written[name] = _moved(text)
        needed.update(_linked(SITE / name, text))
    names = [name.removesuffix(".md") for name in written if name.startswith("docs/")]
    written[START] += f"\n{contents(names)}\n"
    written |= chapters.pages() | reference.pages()
    for name, text in written.items():
        target = source / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
    for file in needed:
        target = source / file.relative_to(ROOT)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, target)
