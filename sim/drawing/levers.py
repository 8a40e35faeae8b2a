"""The main picture: what each lever does to execution and to credibility."""

import math

import numpy as np
from matplotlib.figure import Figure

from sim.drawing import style, words
from sim.drawing.forest import LOWERS, RAISES, SHOWN, UNSURE, Row, compared, kind, sheet
from sim.drawing.message import message
from sim.errors import BadInput
from sim.measures import MEASURES
from sim.study.compare import Comparison


def draw(comparison: Comparison) -> Figure:
    """Forest plot: paired effects of every package on execution and credibility."""
    if len(comparison.packages) < 2:
        raise BadInput("levers: expected at least two packages to compare")
    with style.look():
        return _draw(comparison)


def _draw(comparison: Comparison) -> Figure:
    rows, depth = compared(comparison)
    reference = comparison.packages[0]
    heads = {}
    for name in SHOWN:
        level = float(np.mean(comparison.values(reference.name)[name]))
        heads[name] = (MEASURES[name].title, f"{_inside(reference.title)} {words.share(level)}")
    text, note = message(comparison), _note(comparison, rows)
    return sheet(rows, depth, text, note, heads, "change in percentage points")


def _note(comparison: Comparison, rows: list[Row]) -> str:
    """The caption inside the picture."""
    drawn = [effect for row in rows for effect in row.effects.values()]
    used = {kind(effect).meaning for effect in drawn if math.isfinite(effect.value)}
    shown = [how for how in (RAISES, LOWERS, UNSURE) if how.meaning in used]
    key = ", ".join(f"{how.sign}{words.NO_BREAK}{how.meaning}" for how in shown)
    how = _how(comparison) if shown in ([], [RAISES]) else f"{_how(comparison)} {key}."
    return f"{how}\n{words.world(comparison)}"


def _how(comparison: Comparison) -> str:
    number = words.counted(comparison.replicates, "replicate")
    reference = _inside(comparison.packages[0].title)
    if comparison.draws:
        draws = words.counted(min(comparison.draws, comparison.replicates), "draw")
        return (
            f"{number} over {draws} of the posterior, paired; point: mean difference from "
            f"{reference}; brackets, and line where wider than the point: the range of "
            f"95{words.NO_BREAK}% of draws."
        )
    if comparison.replicates == 1:
        return (
            f"{number} on common draws; point: difference from {reference}; "
            "one replicate gives no interval."
        )
    return (
        f"{number}, paired on common draws; point: mean difference from {reference}; "
        f"brackets, and line where wider than the point: 95{words.NO_BREAK}% bootstrap interval."
    )


def _inside(title: str) -> str:
    """A title as it is written inside a sentence; initials stay."""
    title = words.brief(title)
    return title[:1].lower() + title[1:] if title[1:2].islower() else title


def caption(comparison: Comparison, command: str = "") -> str:
    """The caption for a file beside the picture; ``command`` redraws it."""
    reference = words.quoted(comparison.packages[0].title)
    measures = " and ".join(f"{MEASURES[name].title.lower()}" for name in SHOWN)
    rows, _ = compared(comparison)
    lines = [
        f"{message(comparison)}.",
        "",
        f"Effects on {measures}, in percentage points from {reference}, largest effect on "
        "execution on top.",
        *(f"{MEASURES[name].title}: {MEASURES[name].meaning}." for name in SHOWN),
        _note(comparison, rows),
        *(["", f"Redraw: {command}"] if command else []),
    ]
    return "\n".join(lines) + "\n"
