"""Style of all figures: colours, sizes and fonts; equal figures are written as equal bytes."""

import io
import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import matplotlib
from matplotlib.figure import Figure
from matplotlib.font_manager import findSystemFonts, fontManager

from sim import palette

BLACK, ORANGE, SKY, GREEN = palette.BLACK, palette.ORANGE, palette.SKY, palette.GREEN
YELLOW, BLUE = palette.YELLOW, palette.BLUE
VERMILION, PURPLE = palette.VERMILION, palette.PURPLE
PALETTE = (BLACK, ORANGE, SKY, GREEN, YELLOW, BLUE, VERMILION, PURPLE)

# In addition to the palette: secondary text, guide lines, backgrounds.
DIM = palette.GREY
FAINT = "#D9D9D9"
PAPER = "#FFFFFF"

# Yellow is too light for a line. If there are more lines than colours, dashes distinguish them.
LINE_COLOURS = (BLACK, VERMILION, BLUE, GREEN, PURPLE, ORANGE, SKY)
DASHES: tuple[Any, ...] = (
    "-",
    (0, (5, 1.5)),
    (0, (1.5, 1.2)),
    (0, (6, 1.5, 1.5, 1.5)),
    (0, (9, 2)),
)
BAND_ALPHA = 0.16

# Widths in inches at final size.
ONE_COLUMN = 3.5
TWO_COLUMNS = 7.2
# Width of a figure for slides. It is enlarged there, so its type becomes more than twice as large.
SLIDE = 6.4


@dataclass(frozen=True)
class Format:
    """Paper or slide: widths of figures, and whether the caption is inside the figure."""

    name: str
    one: float
    two: float
    caption_inside: bool


PAPER_FORMAT = Format("paper", ONE_COLUMN, TWO_COLUMNS, caption_inside=True)
TALK_FORMAT = Format("talk", SLIDE, SLIDE, caption_inside=False)
STYLES = {one.name: one for one in (PAPER_FORMAT, TALK_FORMAT)}
_FORMAT: ContextVar[Format] = ContextVar("format", default=PAPER_FORMAT)


def current() -> Format:
    """The present format."""
    return _FORMAT.get()


def width(columns: int) -> float:
    """Width of a figure of one or two columns, in inches."""
    return current().one if columns == 1 else current().two


# Type in points at final size; journals ask for at least 7.
SMALL = 7.5
NORMAL = 8.5
LARGE = 10.5
LEADING = 1.3

THIN = 0.6
LINE = 1.4
MARKER = 4.2
PNG_DPI = 200

FORMATS = ("svg", "pdf", "png")

# Chinese fonts, used if installed: first for figures in Chinese, else for missing characters.
CHINESE = (
    "Noto Sans CJK SC",
    "Source Han Sans SC",
    "PingFang SC",
    "Hiragino Sans GB",
    "Microsoft YaHei",
    "SimHei",
    "WenQuanYi Micro Hei",
    "WenQuanYi Zen Hei",
)


LATIN = "DejaVu Sans"
# Matplotlib would warn of fonts without bold type.
logging.getLogger("matplotlib.font_manager").setLevel(logging.ERROR)


@cache
def chinese_fonts() -> tuple[str, ...]:
    """Fonts with Chinese characters that are installed, the best first."""
    known = set(fontManager.get_font_names())
    if not known & set(CHINESE):
        # The font may have been installed after matplotlib made its list of fonts.
        seen = {font.fname for font in fontManager.ttflist}
        for path in sorted(set(findSystemFonts()) - seen):
            with suppress(Exception):
                fontManager.addfont(path)
        known = set(fontManager.get_font_names())
    return tuple(name for name in CHINESE if name in known)


def _fonts(lang: str) -> list[str]:
    return [*chinese_fonts(), LATIN] if lang == "zh" else [LATIN, *chinese_fonts()]


RC: dict[Any, Any] = {
    "font.size": NORMAL,
    # A user's title may contain “$”, which must not begin a formula.
    "text.parse_math": False,
    # Letters have the same width in pixels as in outlines, so that measured widths hold for both.
    "text.hinting": "no_hinting",
    "axes.unicode_minus": True,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.linewidth": THIN,
    "axes.edgecolor": DIM,
    "axes.titlesize": NORMAL,
    "axes.labelsize": SMALL,
    "xtick.labelsize": SMALL,
    "ytick.labelsize": SMALL,
    "xtick.color": DIM,
    "ytick.color": DIM,
    "xtick.major.width": THIN,
    "ytick.major.width": THIN,
    "lines.linewidth": LINE,
    "lines.markersize": MARKER,
    "hatch.linewidth": THIN,
    "figure.facecolor": PAPER,
    "savefig.facecolor": PAPER,
    "savefig.dpi": PNG_DPI,
    # Letters are written as outlines, which look the same on machines without the font.
    "svg.fonttype": "path",
    "svg.hashsalt": "zhixing",
}


@contextmanager
def look(form: Format | None = None, lang: str = "en") -> Iterator[None]:
    """Use the style of the project in the block, whatever the user's matplotlibrc contains."""
    token = _FORMAT.set(form or current())
    try:
        with matplotlib.rc_context():
            matplotlib.rcdefaults()
            # Most Chinese fonts have cubic outlines, which a PDF cannot contain as type 42.
            kind = 3 if lang == "zh" else 42
            matplotlib.rcParams.update({**RC, "font.family": _fonts(lang), "pdf.fonttype": kind})
            yield
    finally:
        _FORMAT.reset(token)


def _told(fmt: str, metadata: Mapping[str, Any]) -> dict[str, Any]:
    title = str(metadata.get("title", ""))
    parts = [str(metadata["description"])] if metadata.get("description") else []
    parts += [
        f"{key}: {value}"
        for key, value in metadata.items()
        if key not in ("title", "description") and value is not None
    ]
    about = "; ".join(parts)
    if fmt == "png":
        return {"Software": "Zhixing", "Title": title, "Description": about}
    if fmt == "svg":
        return {"Creator": "Zhixing", "Date": None, "Title": title, "Description": about}
    undated = {"CreationDate": None, "ModDate": None}
    return {"Creator": "Zhixing", "Producer": None, "Title": title, "Subject": about, **undated}


def render(figure: Figure, fmt: str, metadata: Mapping[str, Any], lang: str = "en") -> bytes:
    """A figure as "png", "svg" or "pdf"; equal figures give equal bytes.

    ``metadata`` may have ``title`` and ``description``; other entries (experiment, hash, seed,
    version, commit, command) are added to the description. Raises ValueError for another format.
    """
    if fmt not in FORMATS:
        raise ValueError(f"format: expected one of {', '.join(FORMATS)}, got {fmt!r}")
    buffer = io.BytesIO()
    with look(lang=lang):
        figure.savefig(buffer, format=fmt, metadata=_told(fmt, metadata))
    return buffer.getvalue()


def save(
    figure: Figure,
    name: str,
    write: Callable[[str, bytes], Path],
    metadata: Mapping[str, Any],
    formats: tuple[str, ...] = FORMATS,
) -> list[Path]:
    """Write a figure as ``name.svg``, …; ``write`` takes a file name and bytes (Store.write)."""
    return [write(f"{name}.{fmt}", render(figure, fmt, metadata)) for fmt in formats]
