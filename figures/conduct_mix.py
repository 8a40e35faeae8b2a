"""How officers execute before and after each reform: shares of conducts."""

import numpy as np
from matplotlib.axes import Axes

from sim.drawing import layout, style, words
from sim.drawing.course import LOOKS
from sim.drawing.language import Speaker, Texts
from sim.drawing.picture import Picture, by_point, effects, note
from sim.kinds import CONDUCTS
from sim.study import effects as kinds
from sim.study.estimate import Estimate, estimate
from sim.study.package import ALL_LEVERS, STATUS_QUO
from sim.study.study import Study

EXPERIMENT = "lever_effects"
COLUMNS = 2
FAITHFUL = "faithful"
TEXT: Texts = {
    "en": {
        "question": "How do officers execute before and after each reform?",
        "more": "Faithful conduct goes from {before} of officers to {after} under {best}",
        "none": "No reform clearly raises the share of faithful officers",
        "what": "Mean share of officers by conduct, under each lever alone at full strength, and "
        "all together.",
        "how": "Whisker: {interval}, of the faithful.",
        "axis": "share of officers",
    },
    "zh": {
        "question": "改革前后，公务人员如何执行？",
        "more": "在{best}下，忠实执行者由{before}变为{after}",
        "none": "没有一项改革明确提高忠实执行的比例",
        "what": "每项举措单独全力实施及八项合用时，各种执行方式的平均人员比例。",
        "how": "误差线：忠实执行比例的{interval}。",
        "axis": "人员比例",
    },
}

# Inches.
ROW = 0.29
BAR = 0.72
APART = 0.12
LABELS = 1.35
HEAD = 0.34
FOOT = 0.42
RIGHT = 0.2


def draw(study: Study, say: Speaker) -> Picture:
    """A bar for the status quo and each reform, from the most faithful down."""
    levels = effects(study, kinds.LEVEL)
    found = {name: {one: levels[name][one] for one in CONDUCTS} for name in levels}
    reforms = [name for name in found if name not in (STATUS_QUO, ALL_LEVERS)]
    reforms.sort(key=lambda name: -found[name][FAITHFUL].value)
    order = [STATUS_QUO, *reforms, ALL_LEVERS]
    text = _message(study, found, say)
    shown = note(say, study, say("what"), say("how", interval=say("interval")))
    depth = ROW * len(order) + 2 * APART
    figure, top = layout.begin(text, shown, depth, HEAD, FOOT)
    left = layout.MARGIN + LABELS
    axes = layout.panel(figure, left, top, style.width(2) - left - RIGHT, depth)
    axes.set_xlim(0.0, 1.0)
    axes.set_ylim(depth, 0.0)
    for place, name in enumerate(order):
        apart = APART * ((place > 0) + (name == ALL_LEVERS))
        middle = ROW * (place + 0.5) + apart
        _bar(axes, middle, found[name])
        assert study.scenario is not None
        layout.beside(figure, left, top + middle, say.lever(name, study.scenario), LABELS)
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
    axes.set_xlabel(say("axis"))
    handles = [
        axes.barh(
            [-1.0],
            [0.0],
            facecolor=LOOKS[one][0],
            hatch=LOOKS[one][1],
            edgecolor=style.DIM,
            linewidth=style.THIN,
            label=say.measure(one),
        )
        for one in CONDUCTS
    ]
    axes.legend(
        handles=handles,
        ncols=len(CONDUCTS),
        loc="lower left",
        bbox_to_anchor=(0.0, 1.0),
        frameon=False,
        fontsize=style.SMALL,
        handlelength=1.4,
        columnspacing=1.0,
        borderaxespad=0.1,
        borderpad=0.1,
    )
    return Picture(figure, text, shown)


def _bar(axes: Axes, middle: float, shares: dict[str, Estimate]) -> None:
    left = 0.0
    for name in CONDUCTS:
        colour, hatch = LOOKS[name]
        share = shares[name].value
        axes.barh(
            middle,
            share,
            ROW * BAR,
            left,
            facecolor=colour,
            hatch=hatch,
            edgecolor=style.PAPER,
            linewidth=style.THIN,
        )
        left += share
    faithful = shares[FAITHFUL]
    if np.isfinite(faithful.low):
        axes.plot([faithful.low, faithful.high], [middle, middle], color=style.BLACK, zorder=3)
        for end in (faithful.low, faithful.high):
            axes.plot([end, end], [middle - ROW / 6, middle + ROW / 6], color=style.BLACK, zorder=3)


def _message(study: Study, found: dict[str, dict[str, Estimate]], say: Speaker) -> str:
    runs = dict(zip(study.drawn.names or (), by_point(study, FAITHFUL), strict=True))
    alone = [name for name in runs if name not in (STATUS_QUO, ALL_LEVERS)]
    best = max(alone, key=lambda name: found[name][FAITHFUL].value)
    gain = estimate(runs[best] - runs[STATUS_QUO], study.experiment.seed)
    if not (words.sure(gain) and gain.value > 0):
        return say("none")
    assert study.scenario is not None
    return say(
        "more",
        before=say.percent(found[STATUS_QUO][FAITHFUL].value),
        after=say.percent(found[best][FAITHFUL].value),
        best=say.quoted(say.lever(best, study.scenario)),
    )
