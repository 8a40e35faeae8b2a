"""A plain picture of any study's effects, for notebooks: a row an effect, a panel a measure."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from sim.cli.tables import scale_of, unit_text
from sim.cli.texts.tables import TABLES
from sim.drawing import layout, style
from sim.drawing.language import Speaker, check_language
from sim.errors import BadInput, nearest
from sim.measures import MEASURES, whole_of
from sim.study import effects as kinds
from sim.study.study import Study

# Which effects are drawn: the first of these kinds that a design can estimate.
_SHOWN = (
    *(kinds.DIFFERENCE, kinds.DOSE, kinds.MAIN, kinds.SLOPE, kinds.STEP, kinds.SHAPLEY),
    kinds.LEVEL,
)
MOST_PANELS, MOST_ROWS = 3, 40
# Inches: a row, the labels at the left, the titles above, the scale below.
_ROW, _LABELS, _HEAD, _FOOT = 0.24, 2.0, 0.42, 0.3
_MOST_TITLE = 200


@dataclass(frozen=True)
class Shown:
    """A picture that a notebook shows where it is the last line of a cell."""

    figure: Figure
    lang: str = "en"

    def _repr_png_(self) -> bytes:
        return style.render(self.figure, "png", {}, self.lang)

    def __repr__(self) -> str:
        """What is shown where no picture can be."""
        wide, high = self.figure.get_size_inches()
        return f'<picture of {wide:.1f} by {high:.1f} inches; .save("FILE.png") writes it>'

    def save(self, path: str | Path) -> Path:
        """Write it as PNG, SVG or PDF, by the ending of the name. Raises BadInput for others."""
        path = Path(path)
        kind = path.suffix.lower().removeprefix(".")
        if kind not in style.FORMATS:
            raise BadInput(f"{path}: expected a name that ends in {', '.join(style.FORMATS)}")
        try:
            path.write_bytes(style.render(self.figure, kind, {}, self.lang))
        except OSError as error:
            raise BadInput(f"{path}: cannot be written: {error.strerror}") from None
        return path


def plot(study: Study, *measures: str, lang: str = "en") -> Shown:
    """Effects of a study with their intervals; of its first measures if none are named.

    Raises BadInput for a measure that it does not have, ValueError if runs are missing.
    """
    check_language(lang)
    known = study.drawn.measures
    for name in measures:
        if name not in known:
            raise BadInput(f"plot: the study has no measure “{name}”{nearest(name, known)}")
    table = study.effects()
    kind = next(one for one in _SHOWN if (table["kind"] == one).any())
    rows = table[table["kind"] == kind]
    terms = list(dict.fromkeys(rows["term"]))[:MOST_ROWS]
    chosen = (measures or known)[:MOST_PANELS]
    with style.look(lang=lang):
        return Shown(_drawn(study, rows, terms, chosen, kind, Speaker(lang, TABLES)), lang)


def _drawn(
    study: Study,
    rows: pd.DataFrame,
    terms: list[str],
    measures: tuple[str, ...],
    kind: str,
    say: Speaker,
) -> Figure:
    wide = style.width(2)
    title = study.experiment.title[:_MOST_TITLE]
    lines = layout.wrap(title, wide - 2 * layout.MARGIN, style.LARGE, "bold")
    top = layout.text_height(len(lines), style.LARGE) + 2 * layout.MARGIN + _HEAD
    depth = _ROW * len(terms) + _ROW
    figure = layout.sheet(wide, top + depth + _FOOT)
    layout.put(
        figure, layout.MARGIN, layout.MARGIN, "\n".join(lines), fontsize=style.LARGE, weight="bold"
    )
    room = (wide - _LABELS - 2 * layout.MARGIN) / len(measures)
    cells = rows.set_index(["term", "measure"])
    for place, measure in enumerate(measures):
        left = layout.MARGIN + _LABELS + place * room
        axes = layout.panel(figure, left, top, room - 2 * layout.GAP, depth)
        known = _is_known(measure)
        scale = scale_of(measure) if known else 1.0
        found: pd.DataFrame = cells.loc[[(term, measure) for term in terms]]
        value, low, high = (
            found[name].to_numpy(float) * scale for name in ("value", "low", "high")
        )
        error = np.nan_to_num(np.array([value - low, high - value])).clip(0.0)
        at = np.arange(len(terms))
        if kind != kinds.LEVEL:
            axes.axvline(0.0, color=style.DIM, linewidth=style.THIN, zorder=0)
        axes.errorbar(value, at, xerr=error, fmt="o", markersize=style.MARKER, capsize=2.0)
        axes.set_ylim(len(terms) - 0.5, -0.5)
        axes.set_yticks([])
        axes.margins(x=0.1)
        axes.locator_params(axis="x", nbins=4)
        title = say.measure(measure) if known else measure
        unit = unit_text(measure, say) if known else ""
        head = [*layout.wrap(title, room - 2 * layout.GAP, style.SMALL), unit]
        layout.put(
            figure, left, top - layout.GAP / 2, "\n".join(head), fontsize=style.SMALL, va="bottom"
        )
    for place, term in enumerate(terms):
        middle = top + depth * (place + 0.5) / len(terms)
        layout.beside(figure, layout.MARGIN + _LABELS, middle, study.drawn.called(term), _LABELS)
    return figure


def _is_known(measure: str) -> bool:
    try:
        MEASURES[whole_of(measure)]
    except KeyError:
        # Of a study whose function gives measures of its own.
        return False
    return True
