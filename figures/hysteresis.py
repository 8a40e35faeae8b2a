"""Resting credibility from low and from high starts, by the weight of citizens' cooperation."""

import numpy as np

from sim.drawing import layout, style, words
from sim.drawing.language import Speaker, Texts
from sim.drawing.picture import Picture, by_point, note, row
from sim.drawing.starts import draw_rests
from sim.study.estimate import Values, estimate
from sim.study.study import Study

EXPERIMENT = "hysteresis"
COLUMNS = 1
ALONG = "behaviour.cooperation"
START, NORM = "public.trust.mean", "start.norm_at_start"
TEXT: Texts = {
    "en": {
        "question": "How much must execution depend on citizens' cooperation for a city's start "
        "to decide where it comes to rest?",
        "matters": "At weights of cooperation from {first} to {last}, the start of a city decides "
        "where it comes to rest",
        "once": "At a weight of cooperation of {first}, the start of a city decides where it comes "
        "to rest",
        "never": "At no weight of cooperation does the start of a city matter in the long run",
        "what": "Credibility over the last year of runs that begin with trust and norm at {low} "
        "and at {high}.",
        "how": "Band: {interval}; small marks: replicates.",
        "x": "weight of citizens’ cooperation in execution",
        "y": "credibility at rest (share)",
        "from": "from {start}",
    },
    "zh": {
        "question": "执行须在多大程度上依赖群众配合，起点才决定城市最终停在何处？",
        "matters": "配合权重在{first}至{last}之间时，起点决定最终停在何处",
        "once": "配合权重为{first}时，起点决定最终停在何处",
        "never": "无论配合权重多大，起点对结局都没有影响",
        "what": "信任与风气从{low}与从{high}开始的运行，最后一年的公信力。",
        "how": "带：{interval}；小点：各次重复。",
        "x": "群众配合在执行中的权重",
        "y": "停驻时的公信力（比例）",
        "from": "起点{start}",
    },
}

# Inches.
HIGH = 2.4
HEAD = 0.12
FOOT = 0.42
SCALE = 0.42
# Less of a difference is not worth the name.
APART = 0.1
MARGIN = 0.02


def draw(study: Study, say: Speaker) -> Picture:
    """One panel: two branches with their bands and replicates."""
    values, branches, starts = _branches(study)
    text = _message(values, branches, say, study.experiment.seed)
    low, high = (f"{one:g}" for one in starts)
    what = say("what", low=low, high=high)
    shown = note(say, study, what, say("how", interval=say("interval")))
    figure, top = layout.begin(text, shown, HIGH, HEAD, FOOT, COLUMNS)
    (axes,) = row(figure, top, HIGH, 1, SCALE, 0.0, layout.GAP)
    looks = ((style.VERMILION, "^", style.DASHES[1]), (style.BLUE, "v", style.DASHES[0]))
    for runs, start, (colour, marker, dash) in zip(branches, starts, looks, strict=True):
        label, seed = say("from", start=f"{start:g}"), study.experiment.seed
        draw_rests(axes, values, runs, seed, colour, marker, dash, label)
        for value, found in zip(values, runs, strict=True):
            axes.plot(
                np.full(len(found), value),
                found,
                ".",
                color=colour,
                markersize=1.8,
                alpha=0.6,
                markeredgewidth=0,
            )
    axes.set_ylim(-MARGIN, 1.0)
    axes.set_xlim(values[0] - MARGIN, values[-1] + MARGIN)
    axes.set_xlabel(say("x"))
    axes.set_ylabel(say("y"))
    axes.legend(frameon=False, fontsize=style.SMALL, loc="upper right")
    return Picture(figure, text, shown)


def _branches(study: Study) -> tuple[Values, list[Values], list[float]]:
    """Values along, credibility (values, replicates) from each start, and the two starts."""
    runs = by_point(study, "credibility")
    settings = [one.settings for one in study.drawn.points]
    starts = sorted({one[START] for one in settings})
    values = sorted({one[ALONG] for one in settings})
    at = {(one[ALONG], one[START], one[NORM]): k for k, one in enumerate(settings)}
    ends = [starts[0], starts[-1]]
    branches = [np.array([runs[at[value, end, end]] for value in values]) for end in ends]
    return np.array(values), branches, ends


def _message(values: Values, branches: list[Values], say: Speaker, seed: int) -> str:
    gaps = [estimate(high - low, seed) for low, high in zip(*branches, strict=True)]
    wide = [v for v, gap in zip(values, gaps, strict=True) if words.sure(gap) and gap.value > APART]
    if not wide:
        return say("never")
    key = "once" if len(wide) == 1 else "matters"
    return say(key, first=f"{wide[0]:g}", last=f"{wide[-1]:g}")
